"""Deadline: which of the terms' deadlines holds for a case, and the day on which something is due."""

from collections.abc import Mapping

from ledger.calendar import days_late, due_day
from ledger.formulas.case import Case, Fact
from ledger.formulas.clause import needed
from ledger.formulas.condition import conditions_hold
from ledger.formulas.outcome import Results, Stopped
from ledger.formulas.tier import days_of
from ledger.state import Row


def deadline_for(terms: Row, duty_id: str, facts: Mapping[str, Fact]) -> Row | None:
    """Return the first deadline of a duty whose conditions hold; None without one, or where the terms leave it open."""
    try:
        return terms["deadlines"][_first(terms, duty_id, facts)]
    except Stopped:
        return None


def deadline(case: Case) -> Results:
    """Work out `due_on` and `provisional`, and with `paid_on` also `met` and `days_late`.

    Raises:
        Stopped: no_deadline, or the terms or the facts leave it open.
    """
    at = _first(case.terms, case.formula["duty"], case.facts)
    path, found = f"deadlines.{at}", case.terms["deadlines"][at]
    amount = case.needed_integer("amount")
    tiers = needed(case.terms, found["tiers"], f"{path}.tiers")
    days = case.step("days", path, [amount], days_of(case.terms, tiers, amount, path=f"{path}.tiers"))
    start = case.needed_day("complete_on")
    unit = needed(case.terms, found["unit"], f"{path}.unit")
    try:
        due = due_day(start, days, unit=unit, calendar=case.calendar)
    except OverflowError:
        raise Stopped("arithmetic_wrong", "complete_on") from None
    results: Row = {"due_on": due.day.isoformat(), "provisional": due.provisional}
    paid_on = case.day("paid_on")
    if paid_on is not None:
        results["met"] = paid_on <= due.day
        results["days_late"] = days_late(due.day, paid_on, unit=unit, calendar=case.calendar)
    return results, None


def deadline_results(case: Case) -> tuple[str, ...]:
    """Names of the results of a deadline."""
    late = () if case.facts.get("paid_on") is None else ("met", "days_late")
    return ("due_on", "provisional", *late)


def _first(terms: Row, duty_id: str, facts: Mapping[str, Fact]) -> int:
    """Which of the deadlines is the first of a duty whose conditions hold.

    Raises:
        Stopped: no_deadline, terms_incomplete.
    """
    for at, found in enumerate(terms["deadlines"]):
        if found["id"] != duty_id:
            continue
        holds = conditions_hold(terms, found["conditions"], facts)
        if holds is None:
            raise Stopped("terms_incomplete", f"deadlines.{at}.conditions")
        if holds:
            return at
    raise Stopped("no_deadline", duty_id)
