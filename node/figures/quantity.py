"""Quantity: a number with its unit, and between which bounds it lies where it was printed less exactly.

Bounds are None where nobody says how exact a number is. Arithmetic on them is that of intervals: what comes out holds
every value that numbers within the bounds could give.
"""

from dataclasses import dataclass, replace
from fractions import Fraction
from math import floor

from node.errors import NodeError

FEN = "fen"
NUMBER = ""  # a share or a ratio of two numbers of one unit: without a unit


@dataclass(frozen=True, slots=True)
class Bounds:
    """The least and the greatest that a number can be."""

    low: Fraction
    high: Fraction


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number of `unit`, for each `per` where there is one: fen for each claim."""

    value: Fraction
    bounds: Bounds | None
    unit: str = NUMBER
    per: str = NUMBER

    @property
    def measure(self) -> str:
        """The unit, as people read it."""
        return f"{self.unit or 'number'}/{self.per}" if self.per else self.unit or "number"

    def plus(self, other: "Quantity") -> "Quantity":
        """The sum. NodeError: the units differ."""
        self._same(other, "+")
        bounds = self.bounds and other.bounds and Bounds(self.bounds.low + other.bounds.low,
                                                         self.bounds.high + other.bounds.high)
        return replace(self, value=self.value + other.value, bounds=bounds)

    def minus(self, other: "Quantity") -> "Quantity":
        """The difference. NodeError: the units differ."""
        self._same(other, "-")
        bounds = self.bounds and other.bounds and Bounds(self.bounds.low - other.bounds.high,
                                                         self.bounds.high - other.bounds.low)
        return replace(self, value=self.value - other.value, bounds=bounds)

    def times(self, other: "Quantity") -> "Quantity":
        """The product of a number or count with anything. NodeError: of two amounts, or of two counts."""
        unit, per = self._product_unit(other)
        return Quantity(self.value * other.value, _product(self.bounds, other.bounds), unit, per)

    def over(self, other: "Quantity") -> "Quantity":
        """The quotient. NodeError: a division by 0, or by an amount of something that is none."""
        if other.value == 0:
            raise NodeError("division by 0")
        unit, per = self._quotient_unit(other)
        bounds = None
        if other.bounds and (other.bounds.low > 0 or other.bounds.high < 0):
            bounds = _product(self.bounds, Bounds(1 / other.bounds.high, 1 / other.bounds.low))
        return Quantity(self.value / other.value, bounds, unit, per)

    def floor(self) -> "Quantity":
        """The largest integer that is not above it."""
        bounds = self.bounds and Bounds(Fraction(floor(self.bounds.low)), Fraction(floor(self.bounds.high)))
        return replace(self, value=Fraction(floor(self.value)), bounds=bounds)

    def is_in(self, unit: str) -> bool:
        """Whether a figure in `unit` can be this: an amount for each of something is an amount, a ratio a count."""
        return unit == self.unit or (not self.unit and not self.per and unit != FEN)

    def _same(self, other: "Quantity", sign: str) -> None:
        if (self.unit, self.per) != (other.unit, other.per):
            raise NodeError(f"units may not be mixed: {self.measure} {sign} {other.measure}")

    def _product_unit(self, other: "Quantity") -> tuple[str, str]:
        for one, two in ((self, other), (other, self)):
            if not one.unit and not one.per:
                return two.unit, two.per
            if two.per and two.per == one.unit and not one.per:  # fen for each claim, times claims
                return two.unit, NUMBER
            if two.unit == FEN and not two.per and one.unit != FEN and not one.per:  # an amount for each of so many
                return FEN, NUMBER
        raise NodeError(f"units may not be mixed: {self.measure} x {other.measure}")

    def _quotient_unit(self, other: "Quantity") -> tuple[str, str]:
        if (self.unit, self.per) == (other.unit, other.per):
            return NUMBER, NUMBER
        if not other.unit and not other.per:
            return self.unit, self.per
        if self.unit and not self.per and not other.per and other.unit != FEN:
            return self.unit, other.unit
        raise NodeError(f"units may not be mixed: {self.measure} / {other.measure}")


def exact(value: Fraction, unit: str = NUMBER) -> Quantity:
    """A quantity that is known to the last digit."""
    return Quantity(value, Bounds(value, value), unit)


def _product(one: Bounds | None, other: Bounds | None) -> Bounds | None:
    if one is None or other is None:
        return None
    corners = [a * b for a in (one.low, one.high) for b in (other.low, other.high)]
    return Bounds(min(corners), max(corners))
