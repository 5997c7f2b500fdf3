"""Deadlines of terms: which one holds, its days by an amount, and the formula `deadline` (docs/formats/terms.md)."""

from collections.abc import Mapping
from typing import Any

from verifier.errors import Rejected
from verifier.terms.clauses import choose_tier, conditions_hold, resolve
from verifier.terms.outcome import Outcome, Undecided
from verifier.terms.work import Work, known_word
from verifier.terms.workdays import UNITS, days_late, due_day


def deadline_for(terms: Mapping[str, Any], duty_id: str, facts: Mapping[str, Any]) -> dict[str, Any] | None:
    """The first deadline of a duty whose conditions the facts meet.

    None where there is none, or where the terms do not state whether an earlier one holds: then there is no duty.
    """
    try:
        _, deadline = _find(terms, duty_id, facts)
    except Undecided:
        return None
    return deadline


def tier_days(terms: Mapping[str, Any], deadline: Mapping[str, Any], amount: int) -> int | None:
    """The days that a deadline gives for an amount; None where the terms do not state them."""
    tiers = resolve(terms, deadline["tiers"])
    at = None if tiers is None else choose_tier(terms, tiers, amount, bound="below")
    return None if at is None else resolve(terms, tiers[at]["days"])


def deadline(work: Work) -> Outcome:
    """When a duty is due, and whether what was done was in time."""
    names = deadline_names(work)
    try:
        at, chosen = _find(work.terms, work.formula["duty"], work.facts)
    except Undecided as undecided:
        if undecided.reason != "no_deadline":
            raise
        return Outcome(dict.fromkeys(names), "no_deadline", work.steps, about=undecided.about, open=False)
    clause = f"deadlines.{at}"
    amount = work.count("amount")
    days = tier_days(work.terms, chosen, amount)
    if days is None:
        raise Undecided("terms_incomplete", f"{clause}.tiers")
    work.step("days", clause, [amount], days)
    start = work.day("complete_on").isoformat()
    unit = known_word(work.need(chosen["unit"], about=f"{clause}.unit"), UNITS, what="unit")
    try:
        due = due_day(start, days, unit=unit, workdays=work.calendar)
    except Rejected as rejected:
        raise Undecided(rejected.reason, clause) from None
    results: dict[str, Any] = {"due_on": due.day, "provisional": due.provisional}
    if work.has("paid_on"):
        paid = work.day("paid_on").isoformat()
        results["met"] = paid <= due.day
        results["days_late"] = days_late(due.day, paid, unit=unit, workdays=work.calendar)
    return Outcome(results, None, work.steps, about=None, open=False)


def deadline_names(work: Work) -> tuple[str, ...]:
    """The results of a `deadline`: two more where it is known when it was met."""
    return ("due_on", "provisional", *(("met", "days_late") if work.has("paid_on") else ()))


def _find(terms: Mapping[str, Any], duty_id: str, facts: Mapping[str, Any]) -> tuple[int, dict[str, Any]]:
    for at, deadline in enumerate(terms["deadlines"]):
        if deadline["id"] == duty_id:
            hold = conditions_hold(terms, deadline["conditions"], facts)
            if hold is None:
                raise Undecided("terms_incomplete", f"deadlines.{at}.conditions")
            if hold:
                return at, deadline
    raise Undecided("no_deadline", duty_id)
