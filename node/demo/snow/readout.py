"""The readout of 雪中送炭: what a replayed log says, each number proven or added up from entries and state.

Nothing is read from the script but names. What happened to a claim is found by what the replay holds of it: several
benefits on one bill, several payees, a cap that was met, a review, a request, a late day.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from ledger.bodies import Decision, parse_body
from ledger.calendar import Calendar, days_late, year_days
from ledger.errors import ProofError
from ledger.kinds import Entry, MoneyMove, Sealed
from ledger.state import Row
from node.demo.auditor import Audited
from node.demo.basis import Basis
from node.demo.proven import TrialBalance, entries_of, said_figures
from node.demo.snow.registry import HOUSEHOLDS
from node.demo.snow.script import ILLNESS, Script

PAYERS = ("fund/snow/government", "fund/snow/federation")


@dataclass(frozen=True, slots=True)
class Said:
    """A figure as it was said in public: the proven value, and the basis that the entry gives."""

    value: int
    basis: Basis


@dataclass(frozen=True, slots=True, kw_only=True)
class PayerRead:
    """One payer's account: what came in, what it went for, what rests."""

    came_in: int
    went: dict[str, int]  # by the account it went to
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BenefitRead:
    """One benefit over all newest decisions: how often it paid and how much, met a cap, or came to nothing and why."""

    benefit: str
    paid: int
    amount: int
    capped: int
    nothing: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something particular that happened to a claim, and the numbers that tell it."""

    what: str
    claim: int
    told: dict[str, str | int | list[tuple[str, int]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What the log says of the programme. Amounts are fen."""

    as_of: date
    leaves: int
    assessed: int
    figures: dict[str, Said]
    payers: tuple[PayerRead, PayerRead]
    benefits: tuple[BenefitRead, ...]
    events: tuple[Event, ...]
    duties_due: int
    duties_late: int
    paid_twice_by_illness: int
    returned: int
    sum_of_all: int

    @property
    def households(self) -> int:
        """Households on both rosters."""
        return sum(said.value for name, said in self.figures.items() if name.endswith(f"/{HOUSEHOLDS}"))


def read_log(audited: Audited, script: Script) -> Read:
    """Read the programme.

    Raises:
        ProofError: the newest trial balance does not hold a row that is needed.
    """
    rows, entries, state = TrialBalance(audited), entries_of(audited), audited.state
    programme = script.programme.id
    said = said_figures(entries, programme)
    share = f"{script.period(ILLNESS)}/paid_share_bp"
    if share not in said:
        raise ProofError("log: no share of those who were paid was said")
    figures = {
        name: Said(entry.value if name == share else rows.figure(entry.metric), entry.basis)
        for name, entry in said.items()
    }
    flows = {name: rows.account(name) for (_, name), row in state.scan("account") if row["class"] != "transit"}
    government, federation = (_payer(entries, name, flows[name]) for name in PAYERS)
    claims = {int(key[1]): row for key, row in state.scan("claim") if row["programme"] == programme}
    decisions = {index: _decided(audited, entries, row) for index, row in claims.items() if row["decision"] is not None}
    duties = list(_duties(audited, claims))
    return Read(
        as_of=said[share].at,
        leaves=len(entries),
        assessed=state.get("fact", programme, "households_assessed", script.county)["value"],
        figures=figures,
        payers=(government, federation),
        benefits=tuple(_benefits(list(decisions.values()), state.get_terms(_terms(claims))["formulas"])),
        events=tuple(sorted((*_events(audited, claims, decisions), *_late(duties)), key=lambda event: event.claim)),
        duties_due=len(duties),
        duties_late=sum(days > 0 for *_, days in duties),
        paid_twice_by_illness=_paid_twice(
            claims, state.get("period", programme, script.period(ILLNESS), script.county)
        ),
        returned=government.went.get("own/finance", 0),
        sum_of_all=sum(came - went for came, went in flows.values()),
    )


def _terms(claims: dict[int, Row]) -> int:
    """The leaf of the terms that the claims stand under."""
    return next(int(row["terms"]) for row in claims.values())


def _payer(entries: list[Entry], name: str, flow: tuple[int, int]) -> PayerRead:
    went: dict[str, int] = {}
    for entry in entries:
        if isinstance(entry, MoneyMove) and entry.from_ == name:
            went[entry.to] = went.get(entry.to, 0) + entry.amount
    came, gone = flow
    return PayerRead(came_in=came, went=went, left=came - gone)


def _decided(audited: Audited, entries: list[Entry], claim: Row) -> Decision:
    """The newest decision of a claim, out of its sealed body."""
    entry = entries[claim["decision"]]
    assert isinstance(entry, Sealed)  # nothing else decides
    data = audited.blobs.body(bytes.fromhex(entry.body))
    assert data is not None  # the replay has read it
    body = parse_body(data)
    assert isinstance(body, Decision)  # nothing else stands there
    return body


def _benefits(decisions: list[Decision], formulas: Row) -> Iterator[BenefitRead]:
    for benefit in sorted(formulas):
        lines = [line for decision in decisions for line in decision.benefits if line.benefit == benefit]
        nothing: dict[str, int] = {}
        for line in lines:
            if line.amount == 0:
                nothing[str(line.reason)] = nothing.get(str(line.reason), 0) + 1
        yield BenefitRead(
            benefit=benefit,
            paid=sum(line.amount > 0 for line in lines),
            amount=sum(line.amount for line in lines),
            capped=sum(any(step.op == "cap" and step.out < step.in_[0] for step in line.steps) for line in lines),
            nothing=nothing,
        )


def _events(audited: Audited, claims: dict[int, Row], decisions: dict[int, Decision]) -> Iterator[Event]:
    """What was particular, in the order of the claims."""
    for index, claim in claims.items():
        decision = decisions[index]
        paying = [(line.benefit, line.amount) for line in decision.benefits if line.amount]
        prior = sum(one["amount"] for one in claim["prior"])
        if len(paying) > 2:
            yield Event(what="one_bill", claim=index, told={"bill": claim["bill"], "prior": prior, "parts": paying})
        if claim["payouts"] > 1:
            officers = len(audited.state.get("decision", claim["decision"])["officers"])
            yield Event(what="payees", claim=index, told={"amount": decision.amount, "payees": claim["payouts"],
                                                          "officers": officers})
        for line in decision.benefits:
            for step in line.steps:
                if step.op in ("cap", "at_most") and step.out < step.in_[0]:
                    yield Event(what="capped", claim=index, told={"benefit": line.benefit, "room": step.out,
                                                                  "wanted": step.in_[0]})
        discharged = str(claim["facts"].get("discharged_on", ""))
        if discharged[:4] > claim["admitted"][:4]:
            (*_, uses) = audited.state.get("decision", claim["decision"])["uses"]
            yield Event(what="year_turn", claim=index, told={"admitted": claim["admitted"], "discharged": discharged,
                                                             "year": uses[2], "amount": decision.amount})
        if claim["requested"]:
            yield Event(what="asked", claim=index, told={"amount": decision.amount})
        if isinstance(decision.reviews, int):
            yield Event(what="reviewed", claim=index, told={"amount": decision.amount})


def _duties(audited: Audited, claims: dict[int, Row]) -> Iterator[tuple[int, str, str, str, str, int]]:
    """Duties of claims that were met: claim, id, due day, day met, unit, and how many days late."""
    state = audited.state
    calendar = Calendar({int(key[2]): year_days(row) for key, row in state.scan("calendar")})
    for (_, number, kind), duty in state.scan("duty"):
        if int(number) in claims and duty["due"] is not None and duty["met"] is not None:
            due, met = date.fromisoformat(duty["due"]), date.fromisoformat(duty["met"])
            late = days_late(due, met, unit=duty["unit"], calendar=calendar)
            yield int(number), kind, duty["due"], duty["met"], duty["unit"], late


def _late(duties: list[tuple[int, str, str, str, str, int]]) -> Iterator[Event]:
    for claim, kind, due, met, unit, days in duties:
        if days:
            yield Event(what=f"late_{unit}", claim=claim, told={"duty": kind, "due": due, "met": met, "days": days})


def _paid_twice(claims: dict[int, Row], period: Row) -> int:
    """How many persons under a period's cover were paid for more than one claim."""
    persons: dict[str, int] = {}
    for row in claims.values():
        if row["cover"] == period["cover"] and row["paid"]:
            persons[row["member"]] = persons.get(row["member"], 0) + 1
    return sum(count > 1 for count in persons.values())
