"""The moves that a stamp shows (docs/formats/books.md).

    {"amount":n,"from":A,"from_pos":p,"to":B,"to_pos":q}

positions [p, p + n) left A and are [q, q + n) of B; and, behind the move that arrives in an account with a split,

    {"amount":n,"den":d,"num":m,"pos":x,"rest":R,"rest_pos":r,"split":S,"to":T,"to_pos":t}

positions [x, x + n) of S went to T and R: of the first y positions that ever came into S, y * m // d went to T.
"""

from dataclasses import dataclass
from typing import Any, TypeAlias

from verifier.entries.members import check_account
from verifier.errors import FormatError
from verifier.primitives.expect import expect_any_object, expect_array, expect_integer, expect_object
from verifier.primitives.parse import INTEGER_MAX
from verifier.rules.books import share_below

MOVES_MAX = 1000  # a stamp of 16,384 bytes holds fewer

_MOVE = ("amount", "from", "from_pos", "to", "to_pos")
_SPLIT = ("amount", "den", "num", "pos", "rest", "rest_pos", "split", "to", "to_pos")

Span: TypeAlias = tuple[str, int, int]  # an account, and the positions [start, end) of it


@dataclass(frozen=True, slots=True)
class Move:
    """Positions `[start, end)` of an account became positions of another, from `to_pos` on."""

    account: str
    start: int
    end: int
    to: str
    to_pos: int

    def images(self, start: int, end: int) -> tuple[Span, ...]:
        """Where positions `[start, end)`, all of them among those that moved, are now."""
        shift = self.to_pos - self.start
        return ((self.to, start + shift, end + shift),)


@dataclass(frozen=True, slots=True)
class Split:
    """Positions `[start, end)` of an account were passed on to two others, each position to one of them."""

    account: str
    start: int
    end: int
    num: int
    den: int
    to: str
    to_pos: int
    rest: str
    rest_pos: int

    def images(self, start: int, end: int) -> tuple[Span, ...]:
        """Where positions `[start, end)`, all of them among those that were passed on, are now."""

        def share(position: int) -> int:
            return share_below(position, num=self.num, den=self.den) - share_below(
                self.start, num=self.num, den=self.den
            )

        first, last = share(start), share(end)
        rest = self.rest_pos - self.start
        spans = (
            (self.to, self.to_pos + first, self.to_pos + last),
            (self.rest, rest + start - first, rest + end - last),
        )
        return tuple(span for span in spans if span[1] < span[2])


def parse_moves(value: Any, *, what: str) -> tuple[Move | Split, ...]:
    """Parse the `moves` of a stamp, which are there only when there are any.

    Raises:
        FormatError: not of the form above, or a number out of range.
    """
    moves = expect_array(value, most=MOVES_MAX, what=what)
    if not moves:
        raise FormatError(f"{what}: expected one move or more, got none")
    return tuple(_parse_move(move, what=f"{what}: move {at}") for at, move in enumerate(moves))


def _parse_move(value: Any, *, what: str) -> Move | Split:
    splits = "split" in expect_any_object(value, what=what)
    found = expect_object(value, _SPLIT if splits else _MOVE, what=what)
    amount = expect_integer(found["amount"], least=1, what=f"{what}: amount")
    for name in found.keys() & {"from", "rest", "split", "to"}:
        check_account(found[name], what=f"{what}: {name}")
    for name in found.keys() & {"from_pos", "pos", "rest_pos", "to_pos"}:
        expect_integer(found[name], most=INTEGER_MAX - amount, what=f"{what}: {name}")
    if not splits:
        return Move(found["from"], found["from_pos"], found["from_pos"] + amount, found["to"], found["to_pos"])
    den = expect_integer(found["den"], least=2, what=f"{what}: den")
    num = expect_integer(found["num"], least=1, most=den - 1, what=f"{what}: num")
    return Split(
        found["split"], found["pos"], found["pos"] + amount, num, den,
        found["to"], found["to_pos"], found["rest"], found["rest_pos"],
    )  # fmt: skip
