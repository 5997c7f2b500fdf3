"""The readout of 一元民生: what a replayed log says, each number proven or added up from entries and state.

Accounts and figures are those of the newest trial balance, proven against the roots in its stamp. What is said of
claims is what the auditor's replay worked out; under another reading the same claims are worked out once more.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from msgspec import UNSET

from ledger.calendar import Calendar, days_late, year_days
from ledger.errors import ProofError
from ledger.formulas import evaluate
from ledger.kinds import Notice
from ledger.leaf import stamp_of
from ledger.state import Row
from node.demo.auditor import Audited
from node.demo.basis import Basis
from node.demo.deciding import known_facts
from node.demo.proven import TrialBalance, entries_of, said_figures
from node.demo.yymz.casework import OTHER_READING, under_reading
from node.demo.yymz.script import Script

# How duties are told apart: those of the six groups, and by the days that the amount chose.
SORTS = ("open", "special", "3", "7", "10")


@dataclass(frozen=True, slots=True)
class Said:
    """A figure as it was said in public: the proven value, and the basis that the entry gives."""

    value: int
    basis: Basis


@dataclass(frozen=True, slots=True, kw_only=True)
class CountyRead:
    """One county: how many are registered by the fact on record, what it paid in, what was paid to its people."""

    code: str
    population: int
    premium: int
    claims: int
    paid: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BenefitRead:
    """Claims decided under one benefit: how many, what was decided, and what it would be under the other reading."""

    benefit: str
    claims: int
    paid: int
    otherwise: int
    differing: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyRead:
    """Duties of one sort: how many were due, how many met in time, and by how many days the others were late."""

    sort: str
    due: int
    in_time: int
    late: tuple[int, ...]
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What the log says of the programme. Amounts are fen."""

    as_of: date
    leaves: int
    figures: dict[str, Said]
    counties: tuple[CountyRead, ...]
    benefits: tuple[BenefitRead, ...]
    duties: tuple[DutyRead, ...]
    deposit_sent: int
    deposit_called: int
    deposit_left: int
    insurer_paid_out: int
    insurer_received: int
    notices_flagged: int
    sum_of_all: int


def read_log(audited: Audited, script: Script) -> Read:
    """Read the programme.

    Raises:
        ProofError: the newest trial balance does not hold a row that is needed.
    """
    rows, entries, state = TrialBalance(audited), entries_of(audited), audited.state
    programme = script.programme.id
    said = said_figures(entries, programme)
    if "paid" not in said:
        raise ProofError(f"log: no figure of what {programme} paid was said")
    shares = {name for name, entry in said.items() if name.endswith("_bp")}
    figures = {
        name: Said(entry.value if name in shares else rows.figure(entry.metric), entry.basis)
        for name, entry in said.items()
    }
    accounts = [name for (_, name), row in state.scan("account") if row["class"] != "transit"]
    flows = {name: rows.account(name) for name in accounts}
    bond_in, bond_out = flows["bond/yymz/insurer"]
    called, _ = flows["own/bureau"]
    flagged = sum(
        stamp_of(leaf).flags is not UNSET
        for leaf, entry in zip(audited.leaves, entries, strict=True) if isinstance(entry, Notice)
    )
    return Read(
        as_of=said["paid"].at,
        leaves=len(entries),
        figures=figures,
        counties=tuple(
            CountyRead(
                code=code,
                population=state.get("fact", programme, "registered_population", code)["value"],
                premium=flows[f"premium/{programme}/{code}"][0],
                claims=figures[f"{script.period(code)}/claims_paid"].value,
                paid=flows[f"paid/{programme}/{code}"][0],
            )
            for code in script.codes if f"{script.period(code)}/claims_paid" in figures
        ),
        benefits=tuple(_benefits(audited, programme)),
        duties=tuple(_duties(audited, programme)),
        deposit_sent=bond_in,
        deposit_called=called,
        deposit_left=bond_in - bond_out,
        insurer_paid_out=sum(came for name, (came, _) in flows.items() if name.startswith(f"paid/{programme}/")),
        insurer_received=sum(came for name, (came, _) in flows.items() if name.startswith(f"premium/{programme}/")),
        notices_flagged=flagged,
        sum_of_all=sum(came - went for came, went in flows.values()),
    )


def _claims(audited: Audited, programme: str) -> dict[str, Row]:
    """The claims of the programme, by the number in their key."""
    return {str(key[1]): row for key, row in audited.state.scan("claim") if row["programme"] == programme}


def _benefits(audited: Audited, programme: str) -> list[BenefitRead]:
    """The claims by benefit; each is worked out anew under the reading that the terms did not choose."""
    found: dict[str, list[tuple[int, int]]] = {}
    for claim in _claims(audited, programme).values():
        (benefit,) = claim["benefits"]
        terms = under_reading(audited.state.get_terms(claim["terms"]), OTHER_READING)
        found.setdefault(benefit, []).append((claim["paid"], _payable(audited, terms, benefit, claim)))
    return [
        BenefitRead(
            benefit=benefit, claims=len(paid), paid=sum(one for one, _ in paid), otherwise=sum(two for _, two in paid),
            differing=sum(one != two for one, two in paid),
        )
        for benefit, paid in sorted(found.items(), key=lambda item: -len(item[1]))
    ]  # fmt: skip


def _payable(audited: Audited, terms: Mapping[str, Any], benefit: str, claim: Row) -> int:
    first_day = date.fromisoformat(audited.state.get("cover", claim["cover"])["first_day"])
    amount = evaluate(terms, benefit, facts=known_facts(claim, policy_first_day=first_day)).results["payable"]
    if not isinstance(amount, int):
        raise ProofError(f"log: {benefit} stays open under another reading")
    return amount


def _duties(audited: Audited, programme: str) -> list[DutyRead]:
    """The duties of all claims, met or late, as the replay has them."""
    claims = _claims(audited, programme)
    state = audited.state
    calendar = Calendar({int(key[2]): year_days(row) for key, row in state.scan("calendar")})
    found: dict[str, list[tuple[int, str]]] = {sort: [] for sort in SORTS}
    for (_, number, kind), duty in state.scan("duty"):
        claim = claims.get(str(number))
        if claim is None or duty["due"] is None or duty["met"] is None:
            continue
        sort = "open" if kind == "open" else "special" if "group" in claim["facts"] else str(duty["days"])
        due, met = date.fromisoformat(duty["due"]), date.fromisoformat(duty["met"])
        late = days_late(due, met, unit=duty["unit"], calendar=calendar)
        found[sort].append((late, duty["unit"]))
    return [
        DutyRead(
            sort=sort, due=len(late), in_time=sum(days == 0 for days, _ in late),
            late=tuple(sorted(days for days, _ in late if days)), unit=late[0][1],
        )
        for sort, late in found.items() if late
    ]  # fmt: skip
