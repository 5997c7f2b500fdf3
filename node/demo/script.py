"""The script of the demo: dlz.json and published.json as typed values, each figure with its basis.

published   printed in a source, which is named     derived    worked out from published figures
assumed     no source gives it, something must      invented   made up for the demo

`node/demo` holds the two files; nothing else is read.
"""

from datetime import date
from importlib import resources
from typing import Any, Generic, Literal, TypeVar

import msgspec

from ledger.errors import FormatError
from node.demo.basis import Basis
from node.demo.cases import ClaimPeriod, ClaimTerms
from node.demo.founding import Filling, terms_of

T = TypeVar("T")

ReadingName = Literal["invested_is_gifts", "invested_is_premium"]


class Data(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What every part of the script has in common: read once, never changed, no member that nobody reads."""


class Figure(Data, Generic[T], frozen=True):
    """A value, where it comes from, and why it is this one; `source` names figures of published_totals.json."""

    value: T
    basis: Basis
    why: str = ""
    source: tuple[str, ...] = ()


class Programme(Data, frozen=True):
    """The programme: its id in account names, its currency (ISO 4217) and its names."""

    id: str
    currency: str
    name_zh: Figure[str]
    name_en: Figure[str]


class County(Data, frozen=True):
    """The county, its invented townships and the birth days of its invented persons."""

    code: str
    name_zh: Figure[str]
    townships: Figure[tuple[str, ...]]
    born_from: Figure[date]
    born_to: Figure[date]


class Officer(Data, frozen=True):
    """A person who signs for a party; one with a place only for the people of that village."""

    name: str
    place: str | None = None


class Party(Data, frozen=True):
    """One of the organisations, under a demo name, with what it is and who signs for it."""

    key_name: str
    name_zh: str
    name_en: str
    basis: Basis
    roles: tuple[str, ...]
    officers: tuple[Officer, ...] = ()


class Accounts(Data, frozen=True):
    """The ledger accounts of the programme."""

    donors: str
    gifts: str
    split: str
    claims_share: str
    other_share: str
    claims: str
    paid: str


class TermsVersion(Data, frozen=True):
    """A version of the terms: a file of node/terms, and what the demo fills in because no source states it."""

    file: str
    fillings: tuple[Filling, ...]

    def value(self, *, at: date) -> dict[str, Any]:
        """The members of the entry, signed on the day `at`."""
        return terms_of(self.file, self.fillings, at=at)


class Change(Data, frozen=True):
    """How many persons leave or join the roster for one reason."""

    reason: str
    count: Figure[int]


class Roster(Data, frozen=True):
    """The roster: who is on it in the first period, who leaves and joins in the middle of it, who joins after it.

    Persons are indices. Those who leave are the first of the roster, those who join late are its last, and those who
    join for the second period follow behind its end. Everybody who was ever on it in a period is a person-time.
    """

    first: Figure[int]
    leaving: tuple[Change, ...]
    left_on: Figure[date]
    late: Figure[int]
    late_on: Figure[date]
    joining: tuple[Change, ...]
    joined_on: Figure[date]

    @property
    def left(self) -> range:
        """Who leaves in the first period."""
        return range(sum(change.count.value for change in self.leaving))

    @property
    def came_late(self) -> range:
        """Who joins in the middle of the first period."""
        return range(self.first.value - self.late.value, self.first.value)

    @property
    def joined(self) -> range:
        """Who joins for the second period."""
        return range(self.first.value, self.first.value + sum(change.count.value for change in self.joining))

    def members(self, period: int) -> range:
        """Who is on the roster in the period, counted from 0, if only for a part of it."""
        return range(self.first.value) if period == 0 else range(self.left.stop, self.joined.stop)

    def claimants(self, period: int) -> range:
        """Who may claim in the demo: those who are on the roster from the first to the last day of the period."""
        return range(self.left.stop, self.came_late.start if period == 0 else self.joined.stop)


class Part(Data, frozen=True):
    """A part of a transfer as it arrives; no amount means all that is left of it."""

    on: Figure[date]
    fen: Figure[int | None]


class Period(Data, frozen=True):
    """One period: its days, its gifts and what is paid in it."""

    id: str
    first: Figure[date]
    last: Figure[date]
    gift_days: Figure[tuple[date, ...]]
    gift_lines: Figure[int]
    refunded_fen: Figure[int] | None
    settled_on: Figure[date]
    settlement_received_on: Figure[date]
    premium_sent_on: Figure[date]
    premium_received: tuple[Part, ...]
    paid_from: Figure[date]
    paid_until: Figure[date]
    person_times_paid: Figure[int]
    paid_fen: Figure[int]
    published_on: Figure[date]


class Inflow(Data, frozen=True):
    """What comes in during one period, without the gift that is given back, and what of it becomes premium."""

    gifts_fen: Figure[int]
    premium_fen: Figure[int]


class Reading(Data, frozen=True):
    """What "invested" means, and the inflow of each period that follows."""

    why: str
    periods: tuple[Inflow, ...]


class Second(Data, frozen=True):
    """The second county, in which happens what would change the figures of the first; its persons are indices too."""

    county: County
    village: str
    in_village: Figure[int]
    elsewhere: Figure[int]
    gift_days: Figure[tuple[date, ...]]
    gift_lines: Figure[int]
    gifts_fen: Figure[int]
    premium_fen: Figure[int]
    advance_fen: Figure[int]
    residuals_fen: Figure[tuple[int, ...]]
    later_residuals_fen: Figure[tuple[int, ...]]
    late_residual_fen: Figure[int]
    disputed_residual_fen: Figure[int]
    recovered_fen: Figure[int]
    third_party_fen: Figure[int]
    fillings: tuple[Filling, ...]


class StatementAccounts(Data, frozen=True):
    """The ledger accounts of the second programme."""

    donors: str
    fund: str


class BankStatement(Data, frozen=True):
    """The second programme: a real bank statement, read from under MINGZHANG_DATA."""

    id: str
    currency: str
    file: str
    name_vi: Figure[str]
    name_en: Figure[str]
    credit_count: Figure[int]
    credit_total: Figure[int]
    accounts: StatementAccounts


class Script(Data, frozen=True):
    """All of dlz.json."""

    programme: Programme
    county: County
    parties: dict[str, Party]
    accounts: Accounts
    terms: tuple[TermsVersion, ...]
    roster: Roster
    periods: tuple[Period, ...]
    readings: dict[ReadingName, Reading]
    refunded_on: Figure[date]
    second: Second
    statement: BankStatement

    @property
    def officers(self) -> list[str]:
        """The officers of all parties, as PARTY/OFFICER."""
        return [f"{name}/{officer.name}" for name, party in self.parties.items() for officer in party.officers]

    @property
    def places(self) -> dict[str, str]:
        """The villages of the officers who have one, by PARTY/OFFICER."""
        return {
            f"{name}/{officer.name}": officer.place for name, party in self.parties.items()
            for officer in party.officers if officer.place is not None
        }

    @property
    def agreed(self) -> dict[str, Any]:
        """The newest terms, by which claims are decided."""
        return self.terms[-1].value(at=date.min)

    @property
    def agreed_later(self) -> dict[str, Any]:
        """The terms under which another insurer takes over."""
        newest = self.terms[-1]
        return terms_of(newest.file, (*newest.fillings, *self.second.fillings), at=date.min)

    @property
    def share(self) -> tuple[int, int]:
        """What part of the gifts is for claims: so many of so many."""
        (split,) = self.agreed["splits"]
        return split["num"], split["den"]

    @property
    def claim_terms(self) -> ClaimTerms:
        """What the claims are worked out with."""
        benefit = self.agreed["formulas"]["inpatient"]
        return ClaimTerms(ratio_bp=benefit["ratio_bp"], cap_fen=benefit["caps"][0]["amount"])

    @property
    def claim_periods(self) -> tuple[ClaimPeriod, ...]:
        """What the claims of each period are to come to."""
        return tuple(
            ClaimPeriod(
                period=period.id,
                first=period.first.value,
                paid_from=period.paid_from.value,
                paid_until=period.paid_until.value,
                count=period.person_times_paid.value,
                total_fen=period.paid_fen.value,
                members=self.roster.claimants(number),
            )
            for number, period in enumerate(self.periods)
        )


class PublishedFigure(Data, frozen=True):
    """A figure as a source prints it. `rounding_fen` is the step to which it was rounded."""

    id: str
    value: int
    unit: str
    as_of: str | None
    precision: str
    source: str
    quote: str | None = None
    rounding_fen: int | None = None


class Published(Data, frozen=True):
    """The five published figures that the demo arrives at, and two of the whole country, for the mean."""

    person_times_covered: PublishedFigure
    persons_covered: PublishedFigure
    invested: PublishedFigure
    person_times_paid: PublishedFigure
    paid: PublishedFigure
    national_paid: PublishedFigure
    national_people_paid: PublishedFigure


def load_script() -> Script:
    """Read dlz.json, which is part of this package."""
    return msgspec.json.decode(_read("dlz.json"), type=Script)


def load_published() -> Published:
    """Read published.json, which is part of this package."""
    return msgspec.json.decode(_read("published.json"), type=Published)


def published_in(totals: bytes) -> Published:
    """The same figures as the file published_totals.json of the project's data has them, which is `totals`.

    Raises:
        FormatError: it is another file, or one of the figures is not in it.
    """
    own = load_published()
    members = PublishedFigure.__struct_fields__
    try:
        by_id = {total["id"]: total for total in msgspec.json.decode(totals, type=_Totals).totals}
        found = {
            name: {member: value for member, value in by_id[getattr(own, name).id].items() if member in members}
            for name in Published.__struct_fields__
        }
        return msgspec.convert(found, Published)
    except (msgspec.DecodeError, KeyError) as error:
        raise FormatError(f"published totals: expected the figures of this programme: {error!r}") from None


class _Totals(msgspec.Struct):
    """What is read of published_totals.json."""

    totals: list[dict[str, Any]]


def _read(name: str) -> bytes:
    return resources.files("node.demo").joinpath(name).read_bytes()
