"""Formulas over sums: `allot`, `estimate`, `per_head`, `rollover`, `share` (docs/formats/terms.md)."""

from typing import Any

from verifier.terms.outcome import Outcome, Undecided
from verifier.terms.work import Work, is_count, is_fact_text

HOUSEHOLDS_MAX = 1000


def per_head(work: Work) -> Outcome:
    """So much for each."""
    value = work.base()
    rate = work.need_number("rate", least=1)
    premium = work.step("multiply", "rate", [value, rate], value * rate)
    return Outcome({"premium": premium}, None, work.steps, about=None, open=False)


def estimate(work: Work) -> Outcome:
    """What spending is said to give, in proportion or by whole units of it."""
    value = work.base()
    gives, per = work.need_number("gives", least=1), work.need_number("per", least=1)
    if work.need_word("partial", ("proportional", "whole")) == "whole":
        given = value // per * gives
    else:
        given = work.divide(value * gives, per)
    work.step("ratio", "gives", [value, gives, per], given)
    return Outcome({"given": given}, None, work.steps, about=None, open=False)


def share(work: Work) -> Outcome:
    """The two shares of an amount under a split, taken at once."""
    value = work.base()
    split = split_of(work)
    num, den = split["num"], split["den"]
    first = work.step("share", "split", [value, num, den], value * num // den)
    to, rest = share_names(work)
    return Outcome({to: first, rest: value - first}, None, work.steps, about=None, open=False)


def share_names(work: Work) -> tuple[str, str]:
    """What the results of a `share` are called: the last parts of the accounts that the split fills."""
    split = split_of(work)
    return split["to"].rpartition("/")[2], split["rest"].rpartition("/")[2]


def rollover(work: Work) -> Outcome:
    """What is left of a period's money for claims, or short of it."""
    invested = work.count("invested")
    fund = invested
    if work.need_word("invested_is", ("gifts", "premium")) == "gifts":
        split = split_of(work)
        fund = invested * split["num"] // split["den"]
    work.step("share", "invested_is", [invested], fund)
    paid = work.count("paid")
    held = work.count_or_0("carried") + fund
    left = work.step("subtract", "split", [held, paid], max(0, held - paid))
    results = {"claims_fund": fund, "rollover": left, "top_up": max(0, paid - held)}
    return Outcome(results, None, work.steps, about=None, open=False)


def allot(work: Work) -> Outcome:
    """A gift for several households, by weight; what division leaves over goes to the largest remainders."""
    gift = work.count("gift")
    households = _households(work)
    weights = _weights(work, len(households))
    # Equal shares and weights contradict each other, whatever the weights are.
    if work.has("split") and (work.fact("split") != "equal" or work.has("weights")):
        raise Undecided("fact_wrong", "split")
    total = sum(weights)
    shares = [gift * weight // total for weight in weights]
    # Sorting keeps the listed order among equal remainders.
    by_remainder = sorted(range(len(weights)), key=lambda at: -(gift * weights[at] % total))
    for at in by_remainder[: gift - sum(shares)]:
        shares[at] += 1
    return Outcome({"shares": dict(zip(households, shares, strict=True))}, None, work.steps, about=None, open=False)


def split_of(work: Work) -> Any:
    """The split of the terms that the formula names."""
    return next(split for split in work.terms["splits"] if split["name"] == work.formula["split"])


def _households(work: Work) -> list[str]:
    names = work.fact("households")
    well_formed = isinstance(names, list) and 1 <= len(names) <= HOUSEHOLDS_MAX and all(map(is_fact_text, names))
    if not well_formed or len(set(names)) != len(names):
        raise Undecided("fact_wrong", "households")
    return list(names)


def _weights(work: Work, count: int) -> list[int]:
    if not work.has("weights"):
        return [1] * count
    weights = work.fact("weights")
    well_formed = isinstance(weights, list) and len(weights) == count and all(map(is_count, weights))
    if not well_formed or not all(weights):
        raise Undecided("fact_wrong", "weights")
    return list(weights)
