"""Case: one evaluation under way, its formula, its facts, and the steps that were taken."""

from collections.abc import Mapping
from datetime import date
from typing import TypeAlias, TypeGuard

from ledger.calendar import Calendar
from ledger.errors import FormatError
from ledger.formulas.clause import needed
from ledger.formulas.outcome import Stopped
from ledger.state import Row
from ledger.strict import INTEGER_MAX, JsonValue
from ledger.strict import day as parse_day

TEXT_CHARACTERS_MAX = 100

Fact: TypeAlias = JsonValue  # null is the same as absent; arrays only outside the log


class Case:
    """A formula of some terms, and what is known of the case. Facts are read by the type that is wanted."""

    __slots__ = ("calendar", "facts", "formula", "steps", "terms", "used")

    def __init__(self, terms: Row, formula: Row, *, facts: Mapping[str, Fact], used: Mapping[str, int],
                 calendar: Calendar) -> None:
        self.terms = terms
        self.formula = formula
        self.facts = facts
        self.used = used
        self.calendar = calendar
        self.steps: list[dict[str, JsonValue]] = []

    def clause(self, member: str) -> Row:
        """Return what a clause of the formula comes to.

        Raises:
            Stopped: terms_incomplete.
        """
        return needed(self.terms, self.formula[member], member)

    def integer(self, name: str) -> int | None:
        """Return a fact that is an integer, or None where it is absent.

        Raises:
            Stopped: fact_wrong.
        """
        value = self.facts.get(name)
        if value is None:
            return None
        if not is_count(value):
            raise Stopped("fact_wrong", name)
        return value

    def needed_integer(self, name: str) -> int:
        """Return a fact that is an integer.

        Raises:
            Stopped: fact_missing, fact_wrong.
        """
        value = self.integer(name)
        if value is None:
            raise Stopped("fact_missing", name)
        return value

    def text(self, name: str) -> str | None:
        """Return a fact that is a text, or None where it is absent.

        Raises:
            Stopped: fact_wrong.
        """
        value = self.facts.get(name)
        if value is None:
            return None
        if not is_text(value):
            raise Stopped("fact_wrong", name)
        return value

    def needed_text(self, name: str) -> str:
        """Return a fact that is a text.

        Raises:
            Stopped: fact_missing, fact_wrong.
        """
        value = self.text(name)
        if value is None:
            raise Stopped("fact_missing", name)
        return value

    def day(self, name: str) -> date | None:
        """Return a fact that is a day, YYYY-MM-DD, or None where it is absent.

        Raises:
            Stopped: fact_wrong.
        """
        text = self.text(name)
        if text is None:
            return None
        try:
            return parse_day(text, what=name)
        except FormatError:
            raise Stopped("fact_wrong", name) from None

    def needed_day(self, name: str) -> date:
        """Return a fact that is a day, YYYY-MM-DD.

        Raises:
            Stopped: fact_missing, fact_wrong.
        """
        value = self.day(name)
        if value is None:
            raise Stopped("fact_missing", name)
        return value

    def step(self, op: str, clause: str, taken: list[int], out: int, *, name: str | None = None) -> int:
        """Note a step: from the integers `taken` came `out`, which it returns.

        Raises:
            Stopped: arithmetic_wrong, where an integer passes 2^53-1.
        """
        if out > INTEGER_MAX or (taken and max(taken) > INTEGER_MAX):
            raise Stopped("arithmetic_wrong", clause)
        step: Row = {"clause": clause, "in": taken, "op": op, "out": out}
        if name is not None:
            step["name"] = name
        self.steps.append(step)
        return out


def is_count(value: object) -> TypeGuard[int]:
    """Whether a JSON value is an integer that a fact may be; true and false are none."""
    return type(value) is int and 0 <= value <= INTEGER_MAX


def is_text(value: object) -> TypeGuard[str]:
    """Whether a JSON value is a text that a fact may be."""
    return type(value) is str and 1 <= len(value) <= TEXT_CHARACTERS_MAX
