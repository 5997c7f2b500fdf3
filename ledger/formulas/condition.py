"""Condition: a fact that must be one of some values for a benefit to be paid, or a deadline to hold."""

from collections.abc import Mapping

from ledger.formulas.case import Case, Fact
from ledger.formulas.clause import needed, resolve
from ledger.state import Row


def conditions_hold(terms: Row, conditions: Row, facts: Mapping[str, Fact]) -> bool | None:
    """Whether the facts meet all conditions, judged in order; None where the first not met states no values."""
    for condition in conditions:
        values = resolve(terms, condition["values"])
        if values is None:
            return None
        if not _is_one_of(facts.get(condition["fact"]), values):
            return False
    return True


def failed_condition(case: Case) -> str | None:
    """Judge the formula's conditions in order; return the reason of the first that is not met, or None.

    Raises:
        Stopped: terms_incomplete.
    """
    for at, condition in enumerate(case.formula["conditions"]):
        values = needed(case.terms, condition["values"], f"conditions.{at}.values")
        met = _is_one_of(case.facts.get(condition["fact"]), values)
        case.step("condition", f"conditions.{at}", [], 1 if met else 0, name=condition["fact"])
        if not met:
            return str(condition["reason"])
    return None


def _is_one_of(fact: Fact, values: list[Fact]) -> bool:
    """Whether a fact is among values of its own type: true is not 1."""
    return any(type(value) is type(fact) and value == fact for value in values)
