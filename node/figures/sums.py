"""Sums: cross checks over published totals, worked out again, each with how exact its result can be.

    {"schema":"charity-ledger/published-totals","version":1,
     "totals":[{"id":"kb-paid","metric":"claims_paid_amount","precision":"rounded","rounding_fen":100000,"unit":"fen",
                "value":167700000}],
     "cross_checks":[{"formula":"kb-paid / kb-claims","id":"x-mean","unit":"fen","value":798571}]}

`precision` says how a number is printed: exact; rounded, at_least (余) and just_under (近) in steps of `rounding` or
`rounding_fen`; approximate; target, which is a plan and no figure. Results are rounded down to whole units.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from math import floor
from typing import Any

from ledger.errors import FormatError
from ledger.strict import shown
from node.errors import NodeError
from node.figures.formula import names_in, parse_formula, work_out
from node.figures.quantity import Bounds, Quantity, exact

SCHEMA = "charity-ledger/published-totals"
VERSION = 1

_BP = 10_000  # basis points in 1

_IN_STEPS = ("at_least", "just_under", "rounded")
_PRECISIONS = ("approximate", "exact", "target", *_IN_STEPS)


@dataclass(frozen=True, slots=True)
class Total:
    """A published number, and what it may be set beside."""

    id: str
    metric: str
    quantity: Quantity
    precision: str
    as_of: str | None
    scope: str | None


@dataclass(frozen=True, slots=True)
class Share:
    """What one printed number, within its bounds, does to a result: down to `low`, up to `high`."""

    id: str
    low: int
    high: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A cross check worked out again, `within` which bounds the result can be; None where nobody can say.

    `refused` says why it could not be worked out; then there is no result.
    """

    id: str
    formula: str
    unit: str
    said: int
    reading: str = ""
    result: int | None = None
    within: tuple[int, int] | None = None
    shares: tuple[Share, ...] = ()
    apart: tuple[str, ...] = ()  # numbers in it that are of different days or places
    refused: str = ""

    @property
    def ok(self) -> bool:
        """Whether the formula comes to what is said."""
        return not self.refused and self.result == self.said

    @property
    def is_possible(self) -> bool:
        """Whether what is said lies within the bounds of the result."""
        return self.within is not None and self.within[0] <= self.said <= self.within[1]


def check_totals(value: Any, *, name: str) -> list[Check]:
    """Work out every cross check of a file of published totals.

    Raises:
        FormatError: it is not in form; the message names the place.
    """
    if value.get("version") != VERSION:
        raise FormatError(f"{name}: expected version {VERSION}, got {shown(value.get('version'))}")
    totals = {total.id: total for total in (_total(one, where=where) for one, where in _objects(value, "totals", name))}
    given = _objects(value, "cross_checks", name)
    for member in ("totals", "cross_checks"):
        ids = [one["id"] for one, _where in _objects(value, member, name)]
        twice = next((one for one in ids if ids.count(one) > 1), None)
        if twice is not None:
            raise FormatError(f"{name}: {member}: expected each id once, got {shown(twice)} twice")
    checks = [_stated(one, where=where) for one, where in given]
    clash = next((check.id for check in checks if check.id in totals), None)
    if clash is not None:
        raise FormatError(f"{name}: expected another id for a check than for a total, got {shown(clash)}")
    return [_worked_out(check, _Book(totals, checks)) for check in checks]


class _Book:
    """The numbers that formulas name: totals, and the results of other checks."""

    def __init__(self, totals: Mapping[str, Total], checks: list[Check]) -> None:
        self._totals = totals
        self._checks = {check.id: check for check in checks}

    def totals_in(self, check: Check) -> list[Total]:
        """The totals that a check rests on, each once, those of the checks in it among them.

        Raises:
            NodeError: a formula is none, names what is not there, or rests on itself.
        """
        found: dict[str, Total] = {}
        self._note(check, found, {}, ())
        return list(found.values())

    def quantity(self, check: Check, *, loose: str | None = None) -> Quantity:
        """What a check comes to, which `totals_in` has walked; with `loose` only that total within its bounds.

        Raises:
            NodeError: the formula mixes what may not be mixed, or divides by 0.
        """
        return self._work_out(check, loose, {})

    def _note(self, check: Check, found: dict[str, Total], seen: dict[str, None], inside: tuple[str, ...]) -> None:
        if check.id in inside:
            raise NodeError(f"{check.id} rests on itself")
        if check.id in seen:
            return
        seen[check.id] = None
        for name in names_in(parse_formula(check.formula)):
            if name in self._totals:
                found[name] = self._totals[name]
            elif name in self._checks:
                self._note(self._checks[name], found, seen, (*inside, check.id))
            else:
                raise NodeError(f"there is no total or check {name}")

    def _work_out(self, check: Check, loose: str | None, done: dict[str, Quantity]) -> Quantity:
        def known(name: str) -> Quantity:
            if name in self._totals:
                quantity = self._totals[name].quantity
                return quantity if loose in (None, name) else exact(quantity.value, quantity.unit)
            if name not in done:
                # What a check comes to is rounded down before others use it, as it is printed.
                done[name] = self._work_out(self._checks[name], loose, done).floor()
            return done[name]

        return work_out(parse_formula(check.formula), known)


def _worked_out(check: Check, book: _Book) -> Check:
    """A check with its result, bounds, and what each printed number does to them."""
    try:
        totals = book.totals_in(check)
        _check_mixed(totals)
        found = book.quantity(check)
        if not found.is_in(check.unit):
            raise NodeError(f"units may not be mixed: the formula gives {found.measure}, the check says {check.unit}")
        alone = [(total.id, book.quantity(check, loose=total.id).bounds) for total in totals]
    except NodeError as error:
        return replace(check, refused=str(error))
    # A share is worked out as a fraction and said in basis points.
    scale = _BP if check.unit == "bp" and not found.unit else 1
    within = None if found.bounds is None else _whole(found.bounds, scale)
    shares = [Share(name, *_whole(bounds, scale)) for name, bounds in alone if bounds and bounds.low != bounds.high]
    return replace(check, result=floor(found.value * scale), within=within, shares=tuple(shares), apart=_apart(totals))


def _whole(bounds: Bounds, scale: int) -> tuple[int, int]:
    """The bounds of a result that is rounded down to whole units."""
    return floor(bounds.low * scale), floor(bounds.high * scale)


def _check_mixed(totals: list[Total]) -> None:
    """Refuse what has no meaning together, whatever its unit. NodeError."""
    for total in totals:
        if total.quantity.unit.startswith("unclear"):
            raise NodeError(f"{total.id}: its unit is {total.quantity.unit}")
        if total.precision == "target":
            raise NodeError(f"{total.id} is a target, no figure")
    sums = [total.id for total in totals if total.metric.endswith("_cumulative")]
    now = [total.id for total in totals if total.metric.endswith("_current")]
    if sums and now:
        raise NodeError(f"{sums[0]} is cumulative, {now[0]} is as of now: they may not be mixed")


def _apart(totals: list[Total]) -> tuple[str, ...]:
    """The totals with their day and place, where one formula has several days or places."""
    days = {total.as_of for total in totals if total.as_of is not None}
    places = {total.scope for total in totals if total.scope is not None}
    if len(days) < 2 and len(places) < 2:
        return ()
    return tuple(f"{total.id} ({', '.join(part for part in (total.as_of, total.scope) if part)})" for total in totals)


# -- the file ---------------------------------------------------------------------------------------------------------


def _objects(value: Any, member: str, name: str) -> list[tuple[Any, str]]:
    """The objects of an array, each with where it stands and at least an id, a unit and an integer value."""
    array = value.get(member)
    if not isinstance(array, list):
        raise FormatError(f"{name}: {member}: expected an array, got {shown(array)}")
    found = []
    for at, one in enumerate(array):
        where = f"{name}: {member}[{at}]"
        if not isinstance(one, dict):
            raise FormatError(f"{where}: expected an object, got {shown(one)}")
        for wanted, kind in (("id", str), ("unit", str), ("value", int)):
            if type(one.get(wanted)) is not kind:
                raise FormatError(f"{where}: {wanted}: expected {'a text' if kind is str else 'an integer'}, got "
                                  f"{shown(one.get(wanted))}")
        found.append((one, where))
    return found


def _total(one: Any, *, where: str) -> Total:
    precision, value = one.get("precision"), Fraction(one["value"])
    if precision not in _PRECISIONS:
        raise FormatError(f"{where}: precision: expected one of {', '.join(_PRECISIONS)}, got {shown(precision)}")
    step = one.get("rounding_fen", one.get("rounding"))
    if step is not None and (type(step) is not int or step < 1):
        raise FormatError(f"{where}: rounding: expected an integer of 1 or more, got {shown(step)}")
    unit, scale = str(one["unit"]), 1
    if unit == "bp":
        unit, scale = "", _BP
    bounds = _bounds(precision, value, step)
    scaled = bounds and Bounds(bounds.low / scale, bounds.high / scale)
    texts = [one.get(member) if isinstance(one.get(member), str) else None for member in ("as_of", "scope")]
    return Total(one["id"], str(one.get("metric", "")), Quantity(value / scale, scaled, unit), precision, *texts)


def _bounds(precision: str, value: Fraction, step: int | None) -> Bounds | None:
    """Between what a printed number lies; None where its source does not say how exact it is.

    As figures of the ledger are judged (docs/formats/kinds.md): so a whole number that is `at_least` so much in steps
    of u is below the next step.
    """
    if precision == "exact":
        return Bounds(value, value)
    if step is None or precision not in _IN_STEPS:
        return None
    if precision == "rounded":
        return Bounds(value - Fraction(step // 2), value + Fraction(step // 2))
    return Bounds(value, value + step - 1) if precision == "at_least" else Bounds(value - step + 1, value)


def _stated(one: Any, *, where: str) -> Check:
    for member, needed in (("formula", True), ("reading", False)):
        if not isinstance(one.get(member, None if needed else ""), str):
            raise FormatError(f"{where}: {member}: expected a text, got {shown(one.get(member))}")
    return Check(id=one["id"], formula=one["formula"], unit=one["unit"], said=one["value"],
                 reading=one.get("reading", ""))
