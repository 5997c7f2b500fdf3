"""The objects inside terms, one struct each: which members there are, and of what type.

As in kinds.py a struct holds well-formed values, and members that may be missing are UNSET. Null is a value here: it
says that no source states the clause. What types cannot say is in check.py.

Source: docs/formats/terms.md, rules-1.json.
"""

from typing import Annotated, Generic, Literal, TypeAlias, TypeVar

import msgspec
from msgspec import UNSET, Meta, UnsetType

from ledger.members import Account, Amount, Code, Count, Part, Word

T = TypeVar("T")

Name: TypeAlias = Annotated[str, Meta(pattern=r"\A[a-z][a-z0-9_]{0,39}\Z")]  # of a fact, a formula, an ambiguity
FactText: TypeAlias = Annotated[str, Meta(min_length=1, max_length=100, pattern=r"\A[^\x00-\x1f\x7f]*\Z")]
FactValue: TypeAlias = FactText | Count | bool
Ratio: TypeAlias = Annotated[int, Meta(ge=0, le=10_000)]
Days: TypeAlias = Annotated[int, Meta(ge=0, le=3660)]
YearDay: TypeAlias = Annotated[str, Meta(pattern=r"\A[0-9]{2}-[0-9]{2}\Z")]


class Reading(Part, Generic[T], frozen=True):
    """One reading of an ambiguity, and what the clause is by it."""

    is_: T | None = msgspec.field(name="is")
    name: Code


class Choice(Part, Generic[T], frozen=True):
    """What a clause is by each reading of an ambiguity."""

    by: Name
    readings: Annotated[list[Reading[T]], Meta(min_length=1, max_length=10)]


Clause: TypeAlias = T | Choice[T] | None
Rounding: TypeAlias = Clause[Literal["down", "half_even", "half_up", "up"]]


class Base(Part, frozen=True):
    """The fact that a formula starts from, or those that it is worked out from."""

    fact: Name
    from_: Name | UnsetType = msgspec.field(name="from", default=UNSET)
    less: Annotated[list[Name], Meta(min_length=1, max_length=20)] | UnsetType = UNSET


class Condition(Part, frozen=True):
    """A fact that must be one of some values, and the reason where it is not."""

    fact: Name
    reason: Code
    values: Clause[Annotated[list[FactValue], Meta(min_length=1, max_length=100)]]


class Cap(Part, frozen=True):
    """The most that is paid in a period."""

    amount: Clause[Amount]
    per: Clause[Literal["accident", "claim", "person", "policy", "year"]]


class Pays(Part, frozen=True):
    """What a tier pays: an amount, or a ratio with or without a limit."""

    amount: Amount | UnsetType = UNSET
    at_most: Amount | UnsetType = UNSET
    ratio_bp: Ratio | UnsetType = UNSET


class PaysClause(Pays, frozen=True):
    """Pays, or the choice between several: one struct, for JSON tells the two apart by their members alone."""

    by: Name | UnsetType = UNSET
    readings: Annotated[list[Reading[Pays]], Meta(min_length=1, max_length=10)] | UnsetType = UNSET


class Tier(Part, frozen=True):
    """A step of a scale, up to an amount; the last step has no end."""

    pays: PaysClause | None
    including: Clause[bool] | UnsetType = UNSET
    up_to: Amount | UnsetType = UNSET


class Grade(Part, frozen=True):
    """What a grade of disability pays."""

    amount: Amount
    grade: FactText


class Allowance(Part, frozen=True):
    """A category of goods, its price and up to which limit it holds."""

    category: Code
    limit: Clause[Amount]
    price_bp: Clause[Ratio]


class Paying(Part, frozen=True, kw_only=True, tag_field="kind"):
    """The members of every formula that pays a benefit."""

    caps: Annotated[list[Cap], Meta(max_length=5)]
    conditions: Annotated[list[Condition], Meta(max_length=10)]
    overlap: bool
    rounding: Rounding


class Indemnity(Paying, frozen=True, kw_only=True, tag="indemnity"):
    """A share of what is above a deductible."""

    base: Base
    deductible: Clause[Count]
    ratio_bp: Clause[Ratio]


class Tiered(Paying, frozen=True, kw_only=True, tag="tiered"):
    """An amount or a share by the tier of the base."""

    base: Base
    tiers: Clause[Annotated[list[Tier], Meta(min_length=1, max_length=20)]]


class LumpSum(Paying, frozen=True, kw_only=True, tag="lump_sum"):
    """One amount."""

    amount: Clause[Amount]


class LumpSumByGrade(Paying, frozen=True, kw_only=True, tag="lump_sum_by_grade"):
    """An amount by grade, or as assessed, up to a maximum."""

    grades: Clause[Annotated[list[Grade], Meta(min_length=1, max_length=100)]]
    max: Clause[Amount]


class PerDiem(Paying, frozen=True, kw_only=True, tag="per_diem"):
    """An amount for each day in hospital."""

    day_count: Clause[Literal["inclusive", "nights"]]
    per_day: Clause[Amount]


class Age(Part, frozen=True, tag_field="kind", tag="age"):
    """The window of ages, and the day on which the age is taken."""

    at: Clause[Literal["admission", "policy_start"]]
    max: Clause[Count]
    max_inclusive: Clause[bool]
    min: Clause[Count]


class Allot(Part, frozen=True, tag_field="kind", tag="allot"):
    """One gift for several households."""


class Card(Part, frozen=True, tag_field="kind", tag="card"):
    """A month's purchases at a discount, and a subsidy towards them."""

    allowances: Annotated[list[Allowance], Meta(min_length=1, max_length=20)]
    limit_in: Clause[Literal["discounted_price", "market_value"]]
    rounding: Rounding
    subsidy: Clause[Count]
    unspent: Clause[Literal["carries_over", "lapses"]]


class DeadlineFormula(Part, frozen=True, tag_field="kind", tag="deadline"):
    """The due day of a duty."""

    duty: Code


class Estimate(Part, frozen=True, tag_field="kind", tag="estimate"):
    """So much for every so much that is spent."""

    base: Base
    gives: Clause[Amount]
    partial: Clause[Literal["proportional", "whole"]]
    per: Clause[Amount]
    rounding: Rounding


class PerHead(Part, frozen=True, tag_field="kind", tag="per_head"):
    """A rate for each of so many persons."""

    base: Base
    rate: Clause[Amount]


class Rollover(Part, frozen=True, tag_field="kind", tag="rollover"):
    """What is left of a year's fund for claims."""

    invested_is: Clause[Literal["gifts", "premium"]]
    split: Account


class Share(Part, frozen=True, tag_field="kind", tag="share"):
    """The two parts that a split makes."""

    base: Base
    split: Account


Formula: TypeAlias = (
    Age | Allot | Card | DeadlineFormula | Estimate | Indemnity | LumpSum | LumpSumByGrade | PerDiem | PerHead
    | Rollover | Share | Tiered
)  # fmt: skip


class DeadlineTier(Part, frozen=True):
    """How many days for amounts below a limit; the last tier has none."""

    days: Clause[Days]
    below: Amount | UnsetType = UNSET
    including: Clause[bool] | UnsetType = UNSET


class Deadline(Part, frozen=True):
    """By when a claim is opened, decided, paid, or an objection answered."""

    amount: Clause[Literal["claimed_until_decided", "decided"]]
    conditions: Annotated[list[Condition], Meta(max_length=10)]
    id: Literal["answer", "decide", "open", "pay"]
    starts: Literal["claim", "complete", "decision", "objection"]
    tiers: Clause[Annotated[list[DeadlineTier], Meta(min_length=1, max_length=20)]]
    unit: Clause[Literal["calendar_day", "working_day"]]


class Notice(Part, frozen=True):
    """What a party must publish, and by when."""

    by: Word
    id: Code
    on: Literal["drive", "drive_end", "transfer", "year"]
    above: Amount | UnsetType = UNSET
    days: Annotated[int, Meta(ge=1, le=3660)] | UnsetType = UNSET
    months: Annotated[int, Meta(ge=1, le=60)] | UnsetType = UNSET
    year_day: YearDay | UnsetType = UNSET


class Officers(Part, frozen=True):
    """Whether somebody else must review, and above which amount two officers sign."""

    review: bool
    two_above: Clause[Count]


class Premium(Part, frozen=True):
    """The formula of a cover's premium, and the fact that it needs."""

    fact: Name
    formula: Name


class Unique(Part, frozen=True):
    """Within what an invoice counts once, and a person."""

    invoice: Literal["log", "programme"]
    person: Literal["log", "programme"]


class Year(Part, frozen=True):
    """Which year a cap per year means, and to which a stay over its turn counts."""

    is_: Clause[Literal["calendar", "policy"]] = msgspec.field(name="is")
    stay: Clause[Literal["admission", "discharge", "split"]]


Formulas: TypeAlias = Annotated[dict[Name, Formula], Meta(max_length=50)]
Deadlines: TypeAlias = Annotated[list[Deadline], Meta(max_length=20)]
Notices: TypeAlias = Annotated[list[Notice], Meta(max_length=20)]
