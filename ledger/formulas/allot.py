"""Allot: one gift for several households, to the last unit."""

from typing import Any

from ledger.formulas.case import Case, is_count, is_text
from ledger.formulas.outcome import Results, Stopped

HOUSEHOLDS_MAX = 1000


def allot(case: Case) -> Results:
    """Work out `shares`: household -> amount.

    Raises:
        Stopped: fact_missing, fact_wrong.
    """
    gift = case.needed_integer("gift")
    households = _households(case)
    return {"shares": dict(zip(households, shares(gift, _weights(case, len(households))), strict=True))}, None


def shares(gift: int, weights: list[int]) -> list[int]:
    """Share out by weight, rounded down; the units left over go one each to the largest remainders, ties in order."""
    total = sum(weights)
    parts = [gift * weight // total for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda at: -(gift * weights[at] % total))
    for at in by_remainder[: gift - sum(parts)]:
        parts[at] += 1
    return parts


def _households(case: Case) -> list[str]:
    """The fact `households`: texts, each once."""
    households: Any = case.facts.get("households")
    if households is None:
        raise Stopped("fact_missing", "households")
    if not (isinstance(households, list) and 1 <= len(households) <= HOUSEHOLDS_MAX
            and all(is_text(household) for household in households) and len(set(households)) == len(households)):
        raise Stopped("fact_wrong", "households")
    return households


def _weights(case: Case, count: int) -> list[int]:
    """The fact `weights`, one each where it is absent; `split` may say `equal`, which leaves no other weights."""
    weights: Any = case.facts.get("weights")
    split = case.facts.get("split")
    if split is not None and (split != "equal" or weights is not None):
        raise Stopped("fact_wrong", "split")
    if weights is None:
        return [1] * count
    if not (isinstance(weights, list) and len(weights) == count and all(is_count(weight) for weight in weights)
            and 0 not in weights):
        raise Stopped("fact_wrong", "weights")
    return weights
