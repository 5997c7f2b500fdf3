"""Base: the amount or number that a formula starts from, given as a fact or worked out from others."""

from ledger.formulas.case import Case
from ledger.formulas.outcome import Stopped


def base_value(case: Case) -> int:
    """Return the base: the fact, else `from` less all of `less`; where both are known the fact may not be above.

    Raises:
        Stopped: fact_missing, fact_wrong, arithmetic_wrong.
    """
    base = case.formula["base"]
    fact = base["fact"]
    value = case.integer(fact)
    start = case.integer(base["from"]) if "from" in base else None
    if start is None:
        if value is None:
            raise Stopped("fact_missing", fact)
        return case.step("base", "base", [value], value, name=fact)
    less = [case.integer(name) or 0 for name in base["less"]]
    left = max(0, start - sum(less))  # who was paid more than the bill has nothing left to be paid
    if value is not None and value > left:
        raise Stopped("arithmetic_wrong", fact)
    if value is None:
        return case.step("subtract", "base", [start, *less], left, name=fact)
    return case.step("base", "base", [value], value, name=fact)
