"""What a receipt that holds says. All of it was proven; how it is worded is for `explain`."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class State(StrEnum):
    """What became of a piece of a gift, by the account where it rests (docs/formats/receipt.md, check 8)."""

    PAID = "paid"
    NOT_YET_PAID = "not yet paid"
    ARRIVED_SINCE = "arrived since"
    AT_REST = "at rest"
    ON_ITS_WAY = "on its way"
    SPENT = "spent"
    RISK_PASSED = "risk passed"
    GIVEN_BACK = "given back"


class Kept(StrEnum):
    """What became of a duty."""

    WAITS = "waits"  # its clock stands, or no amount chooses its days yet
    OPEN = "open"
    LATE = "late"
    MET = "met"
    MET_LATE = "met late"
    PROVISIONAL = "provisional"  # the calendar of a year that was counted is not in the log


class Caution(StrEnum):
    """What is true besides the verdict and should be read with it."""

    QUORUM_BELOW_CHARTER = "quorum below charter"  # fewer organisations vouch than the charter asks for
    AHEAD_OF_CLOCK = "ahead of clock"  # the checkpoint was cosigned later than the clock shows
    OTHER_REFUND = "other refund"  # a piece left when another gift was given back
    REFUNDED = "refunded"  # the gift was given back out of other money
    NO_COVER = "no cover"  # the line is enrolled, but no policy is shown
    FLAGGED = "flagged"  # a figure that the notice says is not what the books hold
    RANGE_ENDED = "range ended"  # it is as of the end of a range of the log, which goes on under other keys
    LINE_SINCE = "line since"  # the line is newer than the trial balance, which says nothing about it


@dataclass(frozen=True, slots=True)
class Moment:
    """A leaf, and when it was stamped where it is shown."""

    index: int
    time_unix_ms: int | None


@dataclass(frozen=True, slots=True)
class Line:
    """The line that the receipt is about, in the batch of leaf `entry`."""

    entry: Moment
    programme: str
    index: int
    count: int
    amount: int
    offset: int
    commitment: bytes
    opening: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Hop:
    """A part of the gift that went from one account to another."""

    at: Moment
    kind: str
    purpose: str | None
    source: str
    to: str
    amount: int


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the gift where it rests: `amount` minor units of `account`, as of a moment."""

    account: str
    amount: int
    state: State
    as_of: Moment


@dataclass(frozen=True, slots=True)
class Duty:
    """A duty of a claim, judged on the day `on`: by how many working or calendar days it is or was late.

    `at_least`: more may have passed, in years whose calendars are not shown.
    """

    id: str
    by: str
    starts: str
    days: int | None
    unit: str
    due: str | None
    met: str | None
    kept: Kept
    late: int
    at_least: bool
    on: str


@dataclass(frozen=True, slots=True)
class Notice:
    """What an entry obliges a party to publish, judged on the day `on`: what is open, and how many are over."""

    id: str
    by: str
    due: str | None
    met: str | None
    number: int
    kept: Kept
    late: int
    on: str


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim of the member on the register, its duties, and the sealed bodies about it that the receipt opens.

    `terms` are those of the claim where a decision and they are shown; `worked` are the decisions that were worked
    out again from them.
    """

    index: int
    state: str
    paid: int
    objection: int | None
    duties: tuple[Duty, ...]
    bodies: tuple[tuple[int, dict[str, Any]], ...]
    terms: dict[str, Any] | None
    worked: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Cover:
    """What the register says about the member, and the policy where it is shown."""

    county: str
    period: str
    removed: str | None
    policy: int | None
    first_day: str | None
    last_day: str | None
    claims: tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """The entry that the receipt is about; `signers` are parties or officers, `value` is what they signed."""

    at: Moment
    signers: tuple[str, ...]
    text_hash: bytes
    value: dict[str, Any]
    body: dict[str, Any] | None
    notices: tuple[Notice, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Every check of docs/formats/receipt.md passed, and this is so as of `as_of`: the newest trial balance, or else
    the last leaf. What fails gives no verdict but an error.

    Amounts are integers of minor units (fen) of `unit`, None where it is not shown. A donation has `line`, `hops` and
    `pieces`, which add up to the line's amount; a cover has `line` and `cover`; an entry has `entry`. `cautions` are
    true besides and should be read with it, each with the number or name that it is about.
    """

    subject: str  # "donation", "cover" or "entry"
    origin: str  # of the log
    size: int  # of the checkpoint: how many leaves it has
    leaves: tuple[int, ...]  # the indices of those that are shown
    witnesses: int  # how many the policy knows
    cosigned: tuple[tuple[str, int], ...]  # who vouches, and when last, in POSIX seconds
    quorum: int | None  # how many must vouch, where the policy says so in one number
    pinned: bool  # the policy itself names the root, as the end of a range; then nobody else needs to vouch
    vouched_unix_s: int | None  # since when the quorum vouches that nothing shown was changed
    as_of: Moment
    unit: str | None
    line: Line | None
    hops: tuple[Hop, ...]
    pieces: tuple[Piece, ...]
    cover: Cover | None
    entry: Named | None
    cautions: tuple[tuple[Caution, str], ...]
