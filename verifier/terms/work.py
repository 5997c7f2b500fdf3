"""A formula at work: its clauses and facts as it asks for them, and the steps done so far (docs/formats/terms.md)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from verifier.errors import CannotTell, FormatError
from verifier.primitives.parse import INTEGER_MAX, parse_day, shown
from verifier.terms.clauses import resolve
from verifier.terms.outcome import Undecided
from verifier.terms.workdays import Workdays

FACT_CHARACTERS_MAX = 100

ROUNDINGS = ("down", "half_even", "half_up", "up")


@dataclass(slots=True)
class Work:
    """One evaluation. A fact that is null is absent; `assumed` stands in for clauses that come to null, by name."""

    terms: Mapping[str, Any]
    formula: Mapping[str, Any]
    facts: Mapping[str, Any]
    used: Mapping[str, int]
    assumed: Mapping[str, Any]
    calendar: Workdays
    steps: list[dict[str, Any]] = field(default_factory=list)

    # -- clauses ------------------------------------------------------------------------------------------------------

    def need(self, clause: Any, *, about: str) -> Any:
        """What a clause comes to; it may not be null."""
        value = resolve(self.terms, clause)
        if value is None:
            raise Undecided("terms_incomplete", about)
        return value

    def need_number(self, name: str, *, least: int = 0, most: int = INTEGER_MAX) -> int:
        """The integer of the formula's clause `name`."""
        return self.number_of(self.formula[name], name=name, about=name, least=least, most=most)

    def number_of(self, clause: Any, *, name: str | None, about: str, least: int, most: int = INTEGER_MAX) -> int:
        """The integer of a clause, which what-ifs may assume where they have a name for it."""
        value = resolve(self.terms, clause)
        if value is None:
            value = self._assumed(name, about=about)
            if not is_count(value) or not least <= value <= most:
                raise FormatError(
                    f"assumed {name}: expected an integer from {least} to {most}, got {shown(str(value))}"
                )
        number: int = value
        return number

    def need_word(self, name: str, words: Collection[str]) -> str:
        """The word of the formula's clause `name`, one of those that this version knows."""
        value = resolve(self.terms, self.formula[name])
        if value is None:
            value = self._assumed(name, about=name)
            if value not in words:
                raise FormatError(f"assumed {name}: expected one of {', '.join(words)}, got {shown(str(value))}")
        return known_word(value, words, what=name)

    def need_flag(self, name: str) -> bool:
        """The true or false of the formula's clause `name`."""
        value = resolve(self.terms, self.formula[name])
        if value is None:
            value = self._assumed(name, about=name)
            if not isinstance(value, bool):
                raise FormatError(f"assumed {name}: expected true or false, got {shown(str(value))}")
        flag: bool = value
        return flag

    def _assumed(self, name: str | None, *, about: str) -> Any:
        value = None if name is None else self.assumed.get(name)
        if value is None:
            raise Undecided("terms_incomplete", about)
        return value

    # -- facts --------------------------------------------------------------------------------------------------------

    def has(self, name: str) -> bool:
        """Whether a fact is there."""
        return self.facts.get(name) is not None

    def fact(self, name: str) -> Any:
        """A fact that must be there, whatever it is."""
        if not self.has(name):
            raise Undecided("fact_missing", name)
        return self.facts[name]

    def count(self, name: str) -> int:
        """An integer of 0 or more that must be there."""
        value = self.fact(name)
        if not is_count(value):
            raise Undecided("fact_wrong", name)
        number: int = value
        return number

    def count_or_0(self, name: str) -> int:
        """An integer of 0 or more; 0 where it is absent."""
        return self.count(name) if self.has(name) else 0

    def text(self, name: str) -> str:
        """A text that must be there."""
        value = self.fact(name)
        if not is_fact_text(value):
            raise Undecided("fact_wrong", name)
        text: str = value
        return text

    def day(self, name: str) -> date:
        """A day that must be there."""
        return need_day(self.text(name), about=name)

    # -- arithmetic ---------------------------------------------------------------------------------------------------

    def step(self, op: str, clause: str, numbers: list[int], out: int, *, name: str | None = None) -> int:
        """Note what was done, and give what came out.

        Raises:
            Undecided: an integer is past 2^53-1.
        """
        if max(*numbers, out, 0) > INTEGER_MAX:
            raise Undecided("arithmetic_wrong", clause)
        step: dict[str, Any] = {"clause": clause, "in": numbers, "op": op, "out": out}
        if name is not None:
            step["name"] = name
        self.steps.append(step)
        return out

    def divide(self, number: int, by: int) -> int:
        """A division rounded as the formula says, which is looked at only where a rest is left."""
        whole, rest = divmod(number, by)
        if not rest:
            return whole
        rounding = self.need_word("rounding", ROUNDINGS)
        if rounding == "half_even" and 2 * rest == by:
            return whole + whole % 2
        half = rounding in ("half_even", "half_up") and 2 * rest >= by
        return whole + (rounding == "up" or half)

    def base(self) -> int:
        """What the formula starts from: its fact, or what is left of another when some are taken off."""
        base = self.formula["base"]
        name = base["fact"]
        start = base.get("from")
        bounded = start is not None and self.has(start)
        if self.has(name):
            value = self.count(name)
            if bounded and value > max(0, self.count(start) - sum(map(self.count_or_0, base["less"]))):
                raise Undecided("arithmetic_wrong", name)
            return self.step("base", "base", [value], value, name=name)
        if not bounded:
            raise Undecided("fact_missing", name)
        numbers = [self.count(start), *map(self.count_or_0, base["less"])]
        return self.step("subtract", "base", numbers, max(0, numbers[0] - sum(numbers[1:])), name=name)


def is_count(value: Any) -> bool:
    """Whether a value is an integer from 0 to 2^53-1. True is an int to Python, not to JSON."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= INTEGER_MAX


def is_fact_text(value: Any) -> bool:
    """Whether a value is a text that a fact may be."""
    return isinstance(value, str) and 1 <= len(value) <= FACT_CHARACTERS_MAX


def need_day(text: str, *, about: str) -> date:
    """The day that the text of a fact, or a part of it, spells."""
    try:
        return parse_day(text.encode("utf-8", "surrogatepass"), what=about)
    except FormatError:
        raise Undecided("fact_wrong", about) from None


def known_word(value: str, words: Collection[str], *, what: str) -> str:
    """A word of a clause, one of those that this version knows."""
    if value not in words:
        raise CannotTell(f"{what} {shown(value)} is not known to this version, which knows {', '.join(words)}")
    return value
