"""The kinds of entry, one struct each: which members there are, and of what type.

A struct holds well-formed values and says nothing about whether they are right: that is for the rules. Members that
may be missing are UNSET; `null` is another value and refused. Source: docs/formats/kinds.md, rules-1.json.
"""

from datetime import date
from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from ledger.errors import FormatError
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
    Part,
    Pattern,
    Ref,
    Signer,
    Text,
    Unit,
    Word,
    convert,
)
from ledger.strict import JsonValue


class Lines(Part, frozen=True):
    """A batch: its sum tree's root, how many lines, and their total."""

    count: Annotated[int, Meta(ge=1, le=1_000_000)]
    root: Hash
    total: Amount


class Evidence(Part, frozen=True):
    """What shows that money came: whose word or paper, and its digest."""

    by: Literal["agent", "bank", "counterparty"]
    digest: Hash


class Epoch(Part, frozen=True):
    """The first epoch: who operates the log, and its key."""

    log: str
    number: Amount
    operator: Word


class Officer(Part, frozen=True, kw_only=True):
    """A person who signs for a party; one with a place, a village, claims for its people alone."""

    key: str
    name: Word
    place: Word | UnsetType = UNSET


class Party(Part, frozen=True, kw_only=True):
    """An organisation: its entry key, its cosigner key of the epoch, its officers, its roles."""

    cosigner: str
    key: str
    name: Word
    officers: Annotated[list[Officer], Meta(min_length=1, max_length=50)] | UnsetType = UNSET
    roles: Annotated[list[Word], Meta(max_length=16)]


class TermsAccount(Part, frozen=True):
    """An account that terms open, or with `{county}` a pattern that each agreement opens."""

    holder: Word
    name: Pattern
    place: Word


class Flow(Part, frozen=True):
    """A way that money may go."""

    from_: Pattern = msgspec.field(name="from")
    kind: Code
    purpose: Word
    to: Pattern


class Split(Part, frozen=True):
    """What arrives at `name` passes on at once: num/den to `to`, the rest to `rest`."""

    den: Amount
    name: Account
    num: Amount
    rest: Account
    to: Account


class Benefit(Part, frozen=True):
    """num/den of what is left to pay, at most `cap`; null where no source states it."""

    cap: Amount | None
    den: Amount | None
    num: Count | None


class Eligibility(Part, frozen=True):
    """The window of ages, and the day on which the age is taken."""

    age_at: Code
    age_max: Count
    age_min: Count


class RefundLine(Part, frozen=True):
    """The line of a donation that is given back, with its proof."""

    amount: Amount
    commitment: Hash
    index: Index
    path: Annotated[list[tuple[Hash, Count]], Meta(max_length=20)]


class ClosedAccount(Part, frozen=True):
    """opening + in - out = closing."""

    account: Account
    closing: Int
    in_: Count = msgspec.field(name="in")
    opening: Int
    out: Count


class Item(Part, frozen=True):
    """A named difference between a statement and the books."""

    amount: Int
    what: Text


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
    benefit: Benefit | UnsetType = UNSET
    claims_share: Account | UnsetType = UNSET
    document: Hash
    eligibility: Eligibility | UnsetType = UNSET
    first_day: date
    flows: Annotated[list[Flow], Meta(max_length=200)]
    k: Amount
    programme: Word
    readings: dict[Code, Code]
    refund_from: Account | UnsetType = UNSET
    risk: Literal["insurer", "pool"]
    splits: Annotated[list[Split], Meta(max_length=20)]
    unit: Unit
    version: Amount
    zone: Text


class Agreement(Dated, frozen=True, kw_only=True):
    """Foundation and county agree: the county's accounts open."""

    county: Word
    document: Hash
    programme: Word


class Record(Dated, frozen=True, kw_only=True):
    """Something said on record, with a paper's digest and no effect: drive, fact, notice, pledge."""

    amount: Amount | UnsetType = UNSET
    document: Hash
    programme: Word
    text: Text


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
    """Persons put on a roster, or taken off it."""

    concerns: Word | UnsetType = UNSET
    county: Word
    lines: Lines
    op: Literal["add", "remove"]
    period: Word
    programme: Word
    reason: Code | UnsetType = UNSET
    tags: Hash | UnsetType = UNSET


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


class PublishedFigure(Dated, frozen=True, kw_only=True):
    """A number that is said in public, and that the books must hold."""

    basis: Basis
    metric: Figure
    programme: Word
    reading: Code | UnsetType = UNSET
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
    "agreement": Agreement, "balance": Balance, "brought_forward": MoneyMove, "charter": Charter, "close": Close,
    "cover": Cover, "donation": Donation, "drive": Record, "enrolment": Enrolment, "fact": Record,
    "figure": PublishedFigure, "income": MoneyMove, "notice": Record, "pledge": Record, "receive": Receive,
    "reconciliation": Reconciliation, "refund": Refund, "return": Receive, "sealed": Sealed, "spend": MoneyMove,
    "terms": Terms, "transfer": MoneyMove,
}  # fmt: skip


def entry_of_kind(value: JsonValue, *, what: str) -> Entry:
    """Give an entry's JSON value the struct of its kind.

    Raises:
        FormatError: a member is missing, unknown or of another type; the message names it.
        Rejected: kind_unknown.
    """
    entry = convert(value, KINDS, what=what)
    if isinstance(entry, Enrolment):
        _check_enrolment(entry, what=what)
    if isinstance(entry, Balance) and entry.publish != sorted(set(entry.publish)):
        raise FormatError(f"{what}: balance: expected the accounts to publish sorted and each once")
    return entry


def _check_enrolment(entry: Enrolment, *, what: str) -> None:
    """A removal gives its reason and no tags: those of its lines are known."""
    if entry.op == "remove" and entry.reason is UNSET:
        raise FormatError(f"{what}: enrolment: expected a reason for a removal, got none")
    if entry.op == "remove" and entry.tags is not UNSET:
        raise FormatError(f"{what}: enrolment: expected no tags in a removal, its lines' tags are known")
