"""The kinds of entry, one struct each: which members there are, and of what type.

A struct holds well-formed values and says nothing about whether they are right: that is for the rules. Members that
may be missing are UNSET; `null` is another value and refused. Source: docs/formats/kinds.md, rules-1.json.
"""

from datetime import date
from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from ledger.batch import batch_name
from ledger.errors import FormatError
from ledger.formulas.check import check_terms_parts
from ledger.formulas.structs import Deadlines, Formulas, Name, Notices, Officers, Premium, Unique, Year
from ledger.members import (
    Account,
    Amount,
    Basis,
    Code,
    Count,
    Figure,
    Hash,
    Index,
    Int,
    Nonce,
    Offset,
    Ref,
    Requirement,
    Signer,
    Text,
    Unit,
    Word,
    convert,
)
from ledger.parts import (
    ClosedAccount,
    Column,
    Epoch,
    Evidence,
    Flow,
    Item,
    Lines,
    Meets,
    Party,
    Precision,
    RefundLine,
    Said,
    Split,
    TermsAccount,
)
from ledger.strict import JsonValue

_SATURDAY = 5  # as date.weekday() counts, Monday being 0


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The members that every entry has."""

    kind: Code
    nonce: Nonce
    signers: Annotated[list[Signer], Meta(min_length=1, max_length=16)]
    valid_until: date


class Dated(Entry, frozen=True, kw_only=True):
    """An entry about a day: when, its signer says, it happened."""

    at: date


class Charter(Dated, frozen=True, kw_only=True):
    """The parties, their keys and roles, the operator and the quorum."""

    epoch: Epoch
    parties: Annotated[list[Party], Meta(min_length=1, max_length=16)]
    quorum: Amount
    rules: Amount


class Terms(Dated, frozen=True, kw_only=True):
    """A programme's terms, one version."""

    accounts: Annotated[list[TermsAccount], Meta(min_length=1, max_length=200)]
    basis: dict[Code, Basis]
    calendar: Word | UnsetType = UNSET
    claims_share: Account | UnsetType = UNSET
    deadlines: Deadlines
    document: Hash
    eligibility: Name | UnsetType = UNSET
    first_day: date
    flows: Annotated[list[Flow], Meta(max_length=200)]
    formulas: Formulas
    k: Amount
    life: Annotated[dict[Name, Annotated[list[Code], Meta(min_length=1, max_length=10)]], Meta(max_length=20)] | (
        UnsetType) = UNSET
    notices: Notices
    officers: Officers | UnsetType = UNSET
    premium: Premium | UnsetType = UNSET
    programme: Word
    readings: dict[Code, Code]
    refund_from: Account | UnsetType = UNSET
    refusals: Annotated[list[Code], Meta(max_length=50)]
    risk: Literal["insurer", "pool"]
    signed_by: Annotated[
        dict[Name, Annotated[list[Requirement], Meta(min_length=1, max_length=8)]], Meta(max_length=20)
    ] | UnsetType = UNSET
    splits: Annotated[list[Split], Meta(max_length=20)]
    unique: Unique | UnsetType = UNSET
    unit: Unit
    version: Amount
    year: Year | UnsetType = UNSET
    zone: Offset


class Agreement(Dated, frozen=True, kw_only=True):
    """Foundation and county agree: the county's accounts open."""

    county: Word
    document: Hash
    programme: Word


class Record(Dated, frozen=True, kw_only=True):
    """Something said on record, with a paper's digest: a pledge, and what the kinds below say more."""

    amount: Amount | UnsetType = UNSET
    document: Hash
    programme: Word
    text: Text


class Correction(Record, frozen=True, kw_only=True):
    """What stands beside an earlier entry and changes nothing."""

    of: Index


class Drive(Record, frozen=True, kw_only=True):
    """A call for gifts; with its first and last day it starts notices."""

    first_day: date | UnsetType = UNSET
    last_day: date | UnsetType = UNSET

    def __post_init__(self) -> None:
        """Raise ValueError where one day lacks the other, or the first is after the last."""
        if self.first_day is UNSET or self.last_day is UNSET:
            if self.first_day is not self.last_day:
                raise ValueError("expected first_day and last_day together, or neither")
        elif self.first_day > self.last_day:
            raise ValueError(f"expected a first day up to the last, {self.last_day}, got {self.first_day}")


class Fact(Record, frozen=True, kw_only=True):
    """A number or paper from outside."""

    county: Word | UnsetType = UNSET
    name: Code | UnsetType = UNSET
    value: Count | UnsetType = UNSET

    def __post_init__(self) -> None:
        """Raise ValueError where name, value and county do not go together."""
        if (self.name is UNSET) != (self.value is UNSET):
            raise ValueError("expected name and value together, or neither")
        if self.name is UNSET and self.county is not UNSET:
            raise ValueError("expected a county only with a name and a value")


class Notice(Record, frozen=True, kw_only=True):
    """What a party publishes: which duty that meets, and which figures it tells."""

    meets: Meets | UnsetType = UNSET
    says: Annotated[list[Said], Meta(min_length=1, max_length=20)] | UnsetType = UNSET


class CalendarYear(Dated, frozen=True, kw_only=True):
    """One year of a named calendar: the days off from Monday to Friday, and the weekends that are worked."""

    days_off: Annotated[list[date], Meta(max_length=366)]
    document: Hash
    name: Word
    work_days: Annotated[list[date], Meta(max_length=104)]
    year: Annotated[int, Meta(ge=1900, le=2999)]

    def __post_init__(self) -> None:
        """Raise ValueError where the days do not rise, are of another year, or change nothing."""
        for name, days, is_weekend in (("days_off", self.days_off, False), ("work_days", self.work_days, True)):
            if days != sorted(set(days)):
                raise ValueError(f"expected {name} that rise")
            for day in days:
                if day.year != self.year or (day.weekday() >= _SATURDAY) is not is_weekend:
                    wanted = "Saturdays and Sundays" if is_weekend else "Monday to Friday"
                    raise ValueError(f"expected {name} of {self.year}, {wanted}, got {day}")


class Donation(Dated, frozen=True, kw_only=True):
    """Gifts, many lines."""

    from_: Account = msgspec.field(name="from")
    lines: Lines
    programme: Word
    purpose: Word
    ref: Ref | UnsetType = UNSET
    tags: Hash | UnsetType = UNSET
    to: Account


class MoneyMove(Dated, frozen=True, kw_only=True):
    """One sum from one account to another: transfer, income, spend, brought_forward."""

    amount: Amount
    from_: Account = msgspec.field(name="from")
    programme: Word
    purpose: Word
    ref: Ref
    to: Account


class Receive(Dated, frozen=True, kw_only=True):
    """The other end of a transfer: what came (receive), or came back (return)."""

    amount: Amount
    evidence: Evidence
    ref: Ref | UnsetType = UNSET
    transfer: Index


class Refund(Dated, frozen=True, kw_only=True):
    """One gift given back."""

    donation: Index
    line: RefundLine
    programme: Word
    reason: Code
    ref: Ref | UnsetType = UNSET


class Close(Dated, frozen=True, kw_only=True):
    """A county's period ends: opening + in - out = closing, and nothing moves."""

    accounts: Annotated[list[ClosedAccount], Meta(min_length=1, max_length=100)]
    county: Word
    period: Word
    programme: Word


class Enrolment(Dated, frozen=True, kw_only=True):
    """Persons put on a roster, or taken off it. A column counts those of a household, of a school, …"""

    columns: Annotated[list[Column], Meta(min_length=1, max_length=7)] | UnsetType = UNSET
    concerns: Word | UnsetType = UNSET
    county: Word
    lines: Lines
    op: Literal["add", "remove"]
    period: Word
    place: Word | UnsetType = UNSET
    programme: Word
    reason: Code | UnsetType = UNSET
    tags: Hash | UnsetType = UNSET

    def __post_init__(self) -> None:
        """Raise ValueError where columns are not sorted, or a removal repeats what is known of its lines."""
        names = [] if self.columns is UNSET else [column.name for column in self.columns]
        if names != sorted(set(names)):
            raise ValueError(f"expected columns sorted by name and each once, got {', '.join(names)}")
        if self.op == "add":
            return
        if self.reason is UNSET:
            raise ValueError("expected a reason for a removal, got none")
        for name in ("tags", "columns", "place"):
            if getattr(self, name) is not UNSET:
                raise ValueError(f"expected no {name} in a removal, its lines' {name} are known")


class Cover(Dated, frozen=True, kw_only=True):
    """A policy: who is insured, from when to when, under which terms."""

    county: Word
    document: Hash
    first_day: date
    last_day: date
    period: Word
    persons: Count
    premium: Count
    programme: Word
    terms: Index


class Sealed(Entry, frozen=True, kw_only=True):
    """A personal matter: what it says is in its body."""

    body: Hash
    programme: Word


class Balance(Dated, frozen=True, kw_only=True):
    """Asks for a trial balance, and may publish rows of accounts that pay."""

    publish: Annotated[list[Account], Meta(max_length=100)]

    def __post_init__(self) -> None:
        """Raise ValueError where the accounts are not sorted or one stands twice."""
        if self.publish != sorted(set(self.publish)):
            raise ValueError("expected the accounts to publish sorted and each once")


class PublishedFigure(Dated, frozen=True, kw_only=True):
    """A number that is said in public, and that the books must hold: a figure, or of two the share in basis points."""

    basis: Basis
    metric: Figure
    of: tuple[Figure, Figure] | UnsetType = UNSET
    precision: Precision | UnsetType = UNSET
    programme: Word
    reading: Code | UnsetType = UNSET
    unit: Code | UnsetType = UNSET
    value: Int


class Reconciliation(Dated, frozen=True, kw_only=True):
    """A statement of a place against the accounts that lie there, each difference named."""

    document: Hash
    items: Annotated[list[Item], Meta(max_length=100)]
    outside: Int
    place: Word
    programme: Word
    statement: Int
    unit: Unit


KINDS: dict[str, type[Entry]] = {
    "agreement": Agreement, "balance": Balance, "brought_forward": MoneyMove, "calendar": CalendarYear,
    "charter": Charter, "close": Close, "correction": Correction, "cover": Cover, "donation": Donation, "drive": Drive,
    "enrolment": Enrolment, "fact": Fact, "figure": PublishedFigure, "income": MoneyMove, "notice": Notice,
    "pledge": Record, "receive": Receive, "reconciliation": Reconciliation, "refund": Refund, "return": Receive,
    "sealed": Sealed, "spend": MoneyMove, "terms": Terms, "transfer": MoneyMove,
}  # fmt: skip


def batch_name_of(entry: Donation | Enrolment) -> bytes:
    """Return the name of the batch file that an entry is about."""
    roots = [entry.lines.root, *(column.root for column in columns_of(entry))]
    return batch_name([bytes.fromhex(root) for root in roots])


def columns_of(entry: Donation | Enrolment) -> list[Column]:
    """Return the columns of a batch behind its lines' own amounts; most have none."""
    return [] if isinstance(entry, Donation) or entry.columns is UNSET else entry.columns


def entry_of_kind(value: JsonValue, *, what: str) -> Entry:
    """Give an entry's JSON value the struct of its kind.

    Raises:
        FormatError: a member is missing, unknown or of another type; the message names it.
        Rejected: kind_unknown.
    """
    entry = convert(value, KINDS, what=what)
    if isinstance(entry, Terms):
        _check_terms(entry, what=f"{what}: terms")
    return entry


def _check_terms(entry: Terms, *, what: str) -> None:
    """Check what the types of the members of terms cannot say. FormatError: naming the place."""
    check_terms_parts(
        formulas=entry.formulas, deadlines=entry.deadlines, notices=entry.notices,
        splits=[(split.name, split.to, split.rest) for split in entry.splits], officers=entry.officers, year=entry.year,
        eligibility=entry.eligibility, premium=entry.premium, what=what,
    )
    ids = [notice.id for notice in entry.notices]
    if len(set(ids)) != len(ids):
        raise FormatError(f"{what}: notices: expected different ids, got {', '.join(ids)}")
