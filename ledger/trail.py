"""Where money went: an interval of an account, carried along moves and splits until it rests.

The walk is a loop over a list of pieces, so deep histories cost time and no stack. Source: docs/formats/books.md.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from ledger.books import PAYING, share_of
from ledger.state import Row, State

# What has arrived in these classes rests there for a trail: outside, paid, spent, passed on, or behind sealed payouts.
ENDS = ("claims", "out", "own", "paid", "premium", "spent", "world")


@dataclass(frozen=True, slots=True)
class Piece:
    """The positions [start, end) of an account's queue."""

    account: str
    start: int
    end: int

    @property
    def amount(self) -> int:
        """How much it is, in minor units."""
        return self.end - self.start


def walk(
    state: State,
    piece: Piece,
    *,
    ends: tuple[str, ...] = ENDS,
    through_exits: bool = False,
    below: int | None = None,
    seen: Callable[[int], object] | None = None,
) -> Iterator[Piece]:
    """Yield the pieces in which an interval rests, in the order of its positions, depth first.

    `ends` are the classes where a walk stops; `through_exits` goes on from an account that pays along its public exits,
    as a receipt does, which may not show a payout. Moves of leaves at or above `below` are passed over; `seen` is told
    the leaf of each move that is followed.
    """
    waiting = [(piece, False)]
    while waiting:
        at, rests = waiting.pop()
        kind = at.account.partition("/")[0]
        public_only = through_exits and kind in PAYING
        if rests or (kind in ends and not public_only):
            yield at
        else:
            moves = _exits(state, at) if public_only else _moves(state, at)
            # The list is a stack: what lies first is pushed last.
            waiting.extend(reversed(list(_parts(at, moves, below, seen))))


def _moves(state: State, piece: Piece) -> Iterator[tuple[int, Row]]:
    """(end, row) of every move that touches a piece, in order."""
    for (_table, _account, end), row in state.scan("move", piece.account, start=piece.start + 1):
        if row["pos"] >= piece.end:
            break
        yield int(end), row


def _exits(state: State, piece: Piece) -> Iterator[tuple[int, Row]]:
    """(end, row) of every public move that touches a piece of an account that pays, in order."""
    for (_table, _account, start), (end, _index) in state.scan("exit", piece.account):
        if int(start) < piece.end and end > piece.start:
            yield end, state.get("move", piece.account, end)


def _parts(
    piece: Piece, moves: Iterable[tuple[int, Row]], below: int | None, seen: Callable[[int], object] | None
) -> Iterator[tuple[Piece, bool]]:
    """One step: the parts of a piece that left, at their next place, and those that rest (True), in order."""
    at = piece.start
    for end, row in moves:
        if below is not None and row["index"] >= below:
            continue
        if seen is not None:
            seen(row["index"])
        if row["pos"] > at:
            yield Piece(piece.account, at, row["pos"]), True
            at = row["pos"]
        until = min(end, piece.end)
        yield from ((image, False) for image in _images(row, at, until))
        at = until
    if at < piece.end:
        yield Piece(piece.account, at, piece.end), True


def _images(row: Row, start: int, end: int) -> Iterator[Piece]:
    """Where a move or a split put the positions [start, end)."""
    pos, to_pos = row["pos"], row["to_pos"]
    if "rest" not in row:
        yield Piece(row["to"], to_pos + start - pos, to_pos + end - pos)
        return
    share = [share_of(position, row) for position in (pos, start, end)]
    others = [position - received for position, received in zip((pos, start, end), share, strict=True)]
    for account, base, (zero, first, last) in ((row["to"], to_pos, share), (row["rest"], row["rest_pos"], others)):
        if last > first:
            yield Piece(account, base + first - zero, base + last - zero)
