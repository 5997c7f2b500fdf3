"""Formulas: what terms come to for the facts of a case, step by step. Pure arithmetic on integers.

    evaluate(terms, "inpatient", facts={"total_bill": 500000, "residual": 60000})
    Outcome(results={"payable": 30000}, reason=None, steps=[…])

Terms are the plain JSON of a `terms` entry that is well formed (structs.py, check.py). Source: docs/formats/terms.md.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from ledger.calendar import Calendar
from ledger.formulas.age import age
from ledger.formulas.allot import allot
from ledger.formulas.assumed import fill
from ledger.formulas.benefit import PAYING_KINDS, benefit
from ledger.formulas.card import card
from ledger.formulas.case import Case, Fact
from ledger.formulas.clause import resolve
from ledger.formulas.condition import conditions_hold
from ledger.formulas.deadline import deadline, deadline_for, deadline_results
from ledger.formulas.fund import estimate, per_head, rollover, share, share_results
from ledger.formulas.outcome import Outcome, Results, Stopped
from ledger.formulas.tier import tier_days
from ledger.state import Row
from ledger.strict import JsonValue

__all__ = ["PAYING_KINDS", "Fact", "Outcome", "conditions_hold", "deadline_for", "evaluate", "resolve", "tier_days"]

_NOTHING: Mapping[str, int] = MappingProxyType({})
_NO_YEARS = Calendar(MappingProxyType({}))

_FORMULAS: dict[str, Callable[[Case], Results]] = {
    "age": age,
    "allot": allot,
    "card": card,
    "deadline": deadline,
    "estimate": estimate,
    "per_head": per_head,
    "rollover": rollover,
    "share": share,
    **dict.fromkeys(PAYING_KINDS, benefit),
}

# The results of a kind, for an outcome that is open; those of two kinds hang on the case.
_RESULTS: dict[str, tuple[str, ...]] = {
    "age": ("age", "eligible_by_age"),
    "allot": ("shares",),
    "card": ("discount", "discounted_total", "own_money", "subsidy_used"),
    "estimate": ("given",),
    "per_head": ("premium",),
    "rollover": ("claims_fund", "rollover", "top_up"),
    **dict.fromkeys(PAYING_KINDS, ("payable",)),
}
_RESULTS_OF_CASE: dict[str, Callable[[Case], tuple[str, ...]]] = {"deadline": deadline_results, "share": share_results}


def evaluate(terms: Row, formula: str, *, facts: Mapping[str, Fact], used: Mapping[str, int] = _NOTHING,
             calendar: Calendar | None = None, assumed: Mapping[str, JsonValue] = _NOTHING) -> Outcome:
    """Work out one of the formulas of `terms` for what is known of a case.

    `used` is what was decided before in each period that a cap may name; a calendar counts for deadlines alone.
    `assumed` fills clauses that the terms leave null, by name: for what-if, never for what the log holds.

    Raises:
        KeyError: the terms have no such formula.
        FormatError: a value of `assumed` is none that its clause may have.
    """
    chosen, filled = fill(terms, terms["formulas"][formula], assumed)
    case = Case(terms, chosen, facts=facts, used=used, calendar=calendar or _NO_YEARS)
    kind = chosen["kind"]
    try:
        results, reason = _FORMULAS[kind](case)
    except Stopped as stopped:
        names = _RESULTS.get(kind) or _RESULTS_OF_CASE[kind](case)
        return Outcome(dict.fromkeys(names), stopped.reason, case.steps, stopped.about, filled)
    return Outcome(results, reason, case.steps, None, filled)
