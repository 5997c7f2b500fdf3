"""Benefit: what a claim is paid under one formula. Conditions, worth, caps, then never more than the bill.

Source: docs/formats/terms.md, "Formulas that pay a benefit".
"""

from collections.abc import Callable

from ledger.formulas.case import Case
from ledger.formulas.clause import needed
from ledger.formulas.condition import failed_condition
from ledger.formulas.outcome import Results
from ledger.formulas.worth import indemnity, lump_sum, lump_sum_by_grade, per_diem, tiered

_WORTH: dict[str, Callable[[Case], int]] = {
    "indemnity": indemnity,
    "lump_sum": lump_sum,
    "lump_sum_by_grade": lump_sum_by_grade,
    "per_diem": per_diem,
    "tiered": tiered,
}

PAYING_KINDS = tuple(_WORTH)


def benefit(case: Case) -> Results:
    """Work out `payable`, and why where it is 0.

    Raises:
        Stopped: the terms or the facts leave it open.
    """
    failed = failed_condition(case)
    if failed is not None:
        return {"payable": 0}, failed
    value = _WORTH[case.formula["kind"]](case)
    value = _within_caps(case, value)
    value = _within_bill(case, value)
    return {"payable": value}, None if value else _why_nothing(case)


def _within_caps(case: Case, value: int) -> int:
    """What the caps leave of a value, with what was decided before in each period."""
    for at, cap in enumerate(case.formula["caps"]):
        amount = needed(case.terms, cap["amount"], f"caps.{at}.amount")
        period = needed(case.terms, cap["per"], f"caps.{at}.per")
        used = case.used.get(period, 0)
        value = case.step("cap", f"caps.{at}", [value, amount, used], min(value, max(0, amount - used)), name=period)
    return value


def _within_bill(case: Case, value: int) -> int:
    """What the bill leaves of a value, with all that others paid: together they never pass it."""
    bill = case.integer("total_bill") if case.formula["overlap"] else None
    if bill is None:
        return value
    paid = sum(case.integer(name) or 0 for name in case.facts if name.endswith("_paid"))
    return case.step("overlap", "overlap", [value, bill, paid], min(value, max(0, bill - paid)))


def _why_nothing(case: Case) -> str:
    """The reason of a benefit of 0: the first step that came to 0, of those that carry the value."""
    first = next(step["op"] for step in case.steps if step["out"] == 0 and step["op"] != "tier")
    return {"cap": "cap_reached", "overlap": "bill_covered"}.get(str(first), "nothing_left")
