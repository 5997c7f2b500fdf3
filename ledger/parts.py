"""The objects inside entries, one struct each. Those inside the formulas of terms are in formulas/structs.py.

Source: docs/formats/kinds.md, rules-1.json.
"""

from datetime import date
from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from ledger.members import (
    Account,
    Amount,
    Code,
    Count,
    Figure,
    Hash,
    Index,
    Int,
    Metric,
    Part,
    Pattern,
    Text,
    Word,
)


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


class Column(Part, frozen=True):
    """A further column of a batch: its name, root and total."""

    name: Metric
    root: Hash
    total: Count


class Precision(Part, frozen=True):
    """How exact a number is that is said: rounded (万), at_least (余), just_under (近), about (约) so much."""

    kind: Literal["about", "at_least", "just_under", "rounded"]
    unit: Amount


class Meets(Part, frozen=True):
    """The duty that a notice meets: of which entry, which one, due when."""

    due: date
    entry: Index
    id: Code


class Said(Part, frozen=True, kw_only=True):
    """A figure that a notice tells."""

    metric: Figure
    precision: Precision | UnsetType = UNSET
    value: Int
