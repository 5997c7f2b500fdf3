"""Formula: what a cross check works out, over published totals and other checks.

    90% x dlz-kb-invested        x-kb-claims-fund - dlz-kb-paid        floor(wm-subsidy / 60 yuan)

    sum      term (("+" | "-") term)*
    term     factor (("x" | "×" | "*" | "/" | "÷") factor)*
    factor   id | number | number "%" | number "yuan" | number "fen" | "(" sum ")" | "floor(" sum ")"

A minus stands apart from the ids beside it, for an id may hold `-`; an `x` alone is a sign. All is exact: amounts are
fen, quotients fractions.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from ledger.strict import shown
from node.errors import NodeError
from node.figures.quantity import FEN, Quantity, exact

_TOKEN = re.compile(
    r"\s*(?:(?P<number>[0-9]+(?:\.[0-9]+)?)|(?P<id>[a-z][a-z0-9_]*(?:-[a-z0-9_]+)*)|(?P<sign>[-+*/×÷()%]))", re.ASCII
)
_TIMES, _OVER = ("x", "×", "*"), ("/", "÷")
_UNITS = {"yuan": (100, FEN), "fen": (1, FEN)}
_DEPTH_MAX = 20


@dataclass(frozen=True, slots=True)
class Name:
    """A total or a check, by its id."""

    id: str


@dataclass(frozen=True, slots=True)
class Number:
    """A number that the formula itself states."""

    value: Quantity


@dataclass(frozen=True, slots=True)
class Joined:
    """Two parts and what is done with them: `+`, `-`, `x` or `/`."""

    sign: str
    left: "Formula"
    right: "Formula"


@dataclass(frozen=True, slots=True)
class Floor:
    """The largest integer that is not above a part."""

    inner: "Formula"


Formula: TypeAlias = Name | Number | Joined | Floor


def parse_formula(text: str) -> Formula:
    """Parse a formula.

    Raises:
        NodeError: it is none; the message names the character.
    """
    return _Reader(text).read()


def names_in(formula: Formula) -> Iterator[str]:
    """The ids in a formula, in order."""
    if isinstance(formula, Name):
        yield formula.id
    elif isinstance(formula, Joined):
        yield from names_in(formula.left)
        yield from names_in(formula.right)
    elif isinstance(formula, Floor):
        yield from names_in(formula.inner)


def work_out(formula: Formula, known: Callable[[str], Quantity]) -> Quantity:
    """Work a formula out; `known` gives the quantity under an id.

    Raises:
        NodeError: units that may not be mixed, or a division by 0.
    """
    if isinstance(formula, Name):
        return known(formula.id)
    if isinstance(formula, Number):
        return formula.value
    if isinstance(formula, Floor):
        return work_out(formula.inner, known).floor()
    left, right = work_out(formula.left, known), work_out(formula.right, known)
    does: Mapping[str, Callable[[Quantity, Quantity], Quantity]] = {
        "+": Quantity.plus, "-": Quantity.minus, "x": Quantity.times, "/": Quantity.over,
    }  # fmt: skip
    return does[formula.sign](left, right)


class _Reader:
    """One reading of a formula, from left to right."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens: list[tuple[str, str, int]] = []
        self._at = 0
        self._depth = 0
        place = 0
        while text[place:].strip():
            found = _TOKEN.match(text, place)
            if found is None:
                place += len(text[place:]) - len(text[place:].lstrip())
                raise self._unexpected(place, "an id, a number, or one of + - x / ( ) %")
            kind = str(found.lastgroup)
            self._tokens.append((kind, found[kind], found.start(kind)))
            place = found.end()

    def read(self) -> Formula:
        formula = self._sum()
        if self._at < len(self._tokens):
            raise self._unexpected(self._tokens[self._at][2], "+, -, x, / or the end")
        return formula

    def _sum(self) -> Formula:
        self._depth += 1
        if self._depth > _DEPTH_MAX:
            raise NodeError(f"formula: expected at most {_DEPTH_MAX} brackets inside each other")
        left = self._term()
        while (sign := self._next("+", "-")) is not None:
            left = Joined(sign, left, self._term())
        self._depth -= 1
        return left

    def _term(self) -> Formula:
        left = self._factor()
        while (sign := self._next(*_TIMES, *_OVER)) is not None:
            left = Joined("x" if sign in _TIMES else "/", left, self._factor())
        return left

    def _factor(self) -> Formula:
        if self._next("(") is not None:
            return self._closed()
        if self._at == len(self._tokens):
            raise self._unexpected(len(self._text), "an id or a number")
        kind, token, place = self._tokens[self._at]
        if kind == "sign" or token in _TIMES:
            raise self._unexpected(place, "an id or a number")
        self._at += 1
        if kind == "number":
            return Number(self._measured(Fraction(token)))
        if token == "floor" and self._next("(") is not None:
            return Floor(self._closed())
        return Name(token)

    def _measured(self, value: Fraction) -> Quantity:
        if self._next("%") is not None:
            return exact(value / 100)
        unit = self._next(*_UNITS)
        if unit is None:
            return exact(value)
        scale, name = _UNITS[unit]
        return exact(value * scale, name)

    def _closed(self) -> Formula:
        inner = self._sum()
        if self._next(")") is None:
            place = self._tokens[self._at][2] if self._at < len(self._tokens) else len(self._text)
            raise self._unexpected(place, ")")
        return inner

    def _next(self, *wanted: str) -> str | None:
        """Take the next token where it is one of these."""
        if self._at < len(self._tokens) and self._tokens[self._at][1] in wanted:
            self._at += 1
            return self._tokens[self._at - 1][1]
        return None

    def _unexpected(self, place: int, wanted: str) -> NodeError:
        got = shown(self._text[place : place + 12]) if place < len(self._text) else "the end"
        return NodeError(f"formula, character {place + 1}: expected {wanted}, got {got}")
