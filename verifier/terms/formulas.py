"""Terms worked out: one way in to formulas, clauses and deadlines (docs/formats/terms.md).

Nothing is guessed: what the terms leave open or a case does not say leaves the outcome open, with a reason; what this
version does not know is `CannotTell`, by name.
"""

from collections.abc import Callable, Collection, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from verifier.errors import CannotTell, FormatError
from verifier.primitives.parse import shown
from verifier.terms.ages import age
from verifier.terms.benefits import BENEFITS, benefit
from verifier.terms.cards import card
from verifier.terms.clauses import conditions_hold, resolve
from verifier.terms.deadlines import deadline, deadline_for, deadline_names, tier_days
from verifier.terms.measures import allot, estimate, per_head, rollover, share, share_names
from verifier.terms.outcome import Outcome, Undecided
from verifier.terms.work import Work
from verifier.terms.workdays import Workdays

__all__ = ("BENEFITS", "KINDS", "Outcome", "conditions_hold", "deadline_for", "evaluate", "resolve", "tier_days")


class Kind(NamedTuple):
    """A kind of formula: its members but `kind`, its results, and how it is worked out."""

    members: frozenset[str]
    results: Callable[[Work], Collection[str]]
    work_out: Callable[[Work], Outcome]


def _kind(members: str, results: str, work_out: Callable[[Work], Outcome]) -> Kind:
    names = tuple(results.split())
    return Kind(frozenset(members.split()), lambda work: names, work_out)


_COMMON = "caps conditions overlap rounding"

KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "age": _kind("at max max_inclusive min", "age eligible_by_age", age),
        "allot": _kind("", "shares", allot),
        "card": _kind(
            "allowances limit_in rounding subsidy unspent", "discount discounted_total own_money subsidy_used", card
        ),
        "deadline": Kind(frozenset(("duty",)), deadline_names, deadline),
        "estimate": _kind("base gives partial per rounding", "given", estimate),
        "indemnity": _kind(f"{_COMMON} base deductible ratio_bp", "payable", benefit),
        "lump_sum": _kind(f"{_COMMON} amount", "payable", benefit),
        "lump_sum_by_grade": _kind(f"{_COMMON} grades max", "payable", benefit),
        "per_diem": _kind(f"{_COMMON} day_count per_day", "payable", benefit),
        "per_head": _kind("base rate", "premium", per_head),
        "rollover": _kind("invested_is split", "claims_fund rollover top_up", rollover),
        "share": Kind(frozenset(("base", "split")), share_names, share),
        "tiered": _kind(f"{_COMMON} base tiers", "payable", benefit),
    }
)

_NOTHING: Mapping[str, Any] = MappingProxyType({})
_NO_CALENDAR = Workdays({})


def evaluate(
    terms: dict[str, Any],
    formula: str,
    *,
    facts: Mapping[str, Any],
    used: Mapping[str, int] = _NOTHING,
    calendar: Workdays | None = None,
    assumed: Mapping[str, Any] = _NOTHING,
) -> Outcome:
    """Work out one formula of terms that were checked for form.

    `used` is what was decided before in each period that a cap may name. `assumed` stands in for clauses of the
    formula that come to null, by name (`cap`: the amount of the first cap); only a what-if has any.

    Raises:
        FormatError: the terms have no such formula; what is assumed is nothing that the clause may be.
        CannotTell: a kind of formula, a clause or a word that this version does not know.
    """
    found = terms["formulas"].get(formula)
    if found is None:
        raise FormatError(f"terms: expected one of the formulas {', '.join(terms['formulas'])}, got {shown(formula)}")
    kind = KINDS.get(found["kind"])
    if kind is None:
        raise CannotTell(f"formula {formula}: kind {shown(found['kind'])} is not known to this version")
    unknown = found.keys() - kind.members - {"kind"}
    if unknown:
        raise CannotTell(f"formula {formula}: {', '.join(sorted(unknown))} is not known to this version")
    work = Work(terms, found, facts, used, assumed, _NO_CALENDAR if calendar is None else calendar)
    try:
        return kind.work_out(work)
    except Undecided as undecided:
        return Outcome(dict.fromkeys(kind.results(work)), undecided.reason, work.steps, undecided.about, open=True)
