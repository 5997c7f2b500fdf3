"""Fund: what a gift passes on, what a premium comes to, what is left at the turn of a year."""

from ledger.formulas.base import base_value
from ledger.formulas.case import Case
from ledger.formulas.outcome import Results
from ledger.formulas.rounding import quotient
from ledger.state import Row


def estimate(case: Case) -> Results:
    """Work out `given`: so much for every so much that is spent.

    Raises:
        Stopped: the terms or the facts leave it open.
    """
    base = base_value(case)
    gives, per = case.clause("gives"), case.clause("per")
    given = base // per * gives if case.clause("partial") == "whole" else quotient(case, base * gives, per)
    return {"given": case.step("ratio", "gives", [base, gives, per], given)}, None


def per_head(case: Case) -> Results:
    """Work out `premium`: a rate for each of so many persons.

    Raises:
        Stopped: the terms or the facts leave it open.
    """
    base = base_value(case)
    rate = case.clause("rate")
    return {"premium": case.step("multiply", "rate", [base, rate], base * rate)}, None


def rollover(case: Case) -> Results:
    """Work out `claims_fund`, and what of it is left, `rollover`, or missing, `top_up`.

    Raises:
        Stopped: the terms or the facts leave it open.
    """
    invested = case.needed_integer("invested")
    split = _split(case)
    is_gifts = case.clause("invested_is") == "gifts"
    part = invested * split["num"] // split["den"] if is_gifts else invested
    claims_fund = case.step("share", "invested_is", [invested], part)
    paid = case.needed_integer("paid")
    there = (case.integer("carried") or 0) + claims_fund
    left = case.step("subtract", "split", [there, paid], max(0, there - paid))
    return {"claims_fund": claims_fund, "rollover": left, "top_up": max(0, paid - there)}, None


def share(case: Case) -> Results:
    """Work out the two parts that a split makes, each named as the last part of its account.

    Raises:
        Stopped: the terms or the facts leave it open.
    """
    base = base_value(case)
    split = _split(case)
    part = base * split["num"] // split["den"]
    case.step("share", "split", [base, split["num"], split["den"]], part)
    return dict(zip(share_results(case), (part, base - part), strict=True)), None


def share_results(case: Case) -> tuple[str, ...]:
    """Names of the results of a share."""
    split = _split(case)
    return split["to"].rpartition("/")[2], split["rest"].rpartition("/")[2]


def _split(case: Case) -> Row:
    """The split of the terms that the formula names."""
    return next(split for split in case.terms["splits"] if split["name"] == case.formula["split"])
