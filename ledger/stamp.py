"""The stamp: the sequencer's line in a leaf. Place, time, and what the entry did to the books.

Everything in it but the time follows from the leaves before, the entry, and what the entry names. Members that do not
apply are absent. Source: docs/formats/entry.md.
"""

import re
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from ledger.errors import FormatError
from ledger.members import Account, Amount, Count, Figure, Hash, Index, Int
from ledger.strict import format_json, parse_json

STAMP_BYTES_MAX = 16_384
TIME_UNIX_MS_MAX = 253_370_764_799_999  # the end of 9998: what is counted in days from here still has a date
_TIME = re.compile(rb'"time_unix_ms":(0|[1-9][0-9]{0,15})\}\Z')
ROOTS = ("accounts", "exits", "figures", "published", "register")


class MoveObject(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`amount` from the positions of one queue to the end of another."""

    amount: Amount
    from_: Account = msgspec.field(name="from")
    from_pos: Count
    to: Account
    to_pos: Count


class SplitObject(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What arrived at `pos` of a split account, passed on by its share."""

    amount: Amount
    den: Amount
    num: Amount
    pos: Count
    rest: Account
    rest_pos: Count
    split: Account
    to: Account
    to_pos: Count


class Stamp(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A parsed stamp; `moves` stay JSON objects, as the books write them."""

    accounts: Hash | UnsetType = UNSET
    balance: Index | None
    charter: Index
    effect: Hash | UnsetType = UNSET
    exits: Hash | UnsetType = UNSET
    figures: Hash | UnsetType = UNSET
    flags: Annotated[list[tuple[Figure, Int | None]], Meta(min_length=1)] | UnsetType = UNSET
    index: Index
    moves: Annotated[list[dict[str, Any]], Meta(min_length=1)] | UnsetType = UNSET
    published: Hash | UnsetType = UNSET
    register: Hash | UnsetType = UNSET
    rules: Literal[1]
    state: Hash | UnsetType = UNSET
    time_unix_ms: Count


def format_stamp(stamp: Stamp) -> bytes:
    """Format a stamp as its line, without LF. A line above STAMP_BYTES_MAX does not come back."""
    return format_json(msgspec.to_builtins(stamp), what="stamp")


def time_of(line: bytes) -> int:
    """Read the time at the end of a stamp's line, of which nothing else is checked.

    One beyond the calendar comes back as TIME_UNIX_MS_MAX. No entry is valid then, and no stamp says so.

    Raises:
        FormatError: the line does not end as a stamp's does.
    """
    end = _TIME.search(line)
    if end is None:
        raise FormatError("stamp: expected a line that ends with the member time_unix_ms")
    return min(int(end[1]), TIME_UNIX_MS_MAX)


def parse_stamp(line: bytes) -> Stamp:
    """Parse a stamp's line.

    Raises:
        FormatError: not canonical JSON, or a member is missing, unknown or of another type.
    """
    value = parse_json(line, what="stamp", size_max=STAMP_BYTES_MAX)
    try:
        stamp = msgspec.convert(value, Stamp, strict=True)
        for move in [] if stamp.moves is UNSET else stamp.moves:
            msgspec.convert(move, SplitObject if "split" in move else MoveObject, strict=True)
    except msgspec.ValidationError as error:
        raise FormatError(f"stamp: {error}") from None
    return stamp
