"""Worth: what a benefit would pay of itself, before caps and what others paid."""

from ledger.formulas.base import base_value
from ledger.formulas.case import Case
from ledger.formulas.clause import needed
from ledger.formulas.outcome import Stopped
from ledger.formulas.rounding import ratio_of
from ledger.formulas.tier import tier_of


def indemnity(case: Case) -> int:
    """A share of what is above the deductible."""
    value = base_value(case)
    deductible = case.clause("deductible")
    value = case.step("deductible", "deductible", [value, deductible], max(0, value - deductible))
    ratio_bp = case.clause("ratio_bp")
    return case.step("ratio", "ratio_bp", [value, ratio_bp], ratio_of(case, value, ratio_bp))


def tiered(case: Case) -> int:
    """An amount, or a share with or without a limit, by the tier that the base falls in; nothing of nothing."""
    value = base_value(case)
    if value == 0:
        return 0
    tiers = case.clause("tiers")
    at = tier_of(case.terms, tiers, value, limit="up_to", path="tiers")
    case.step("tier", f"tiers.{at}", [value], at)
    path = f"tiers.{at}.pays"
    pays = needed(case.terms, tiers[at]["pays"], path)
    if "amount" in pays:
        return case.step("amount", path, [pays["amount"]], pays["amount"])
    value = case.step("ratio", path, [value, pays["ratio_bp"]], ratio_of(case, value, pays["ratio_bp"]))
    if "at_most" in pays:
        return case.step("at_most", path, [value, pays["at_most"]], min(value, pays["at_most"]))
    return value


def lump_sum(case: Case) -> int:
    """One amount."""
    amount = case.clause("amount")
    return case.step("amount", "amount", [amount], amount)


def lump_sum_by_grade(case: Case) -> int:
    """What was assessed, else what the table gives for the grade; at most the maximum."""
    value = case.integer("assessed")
    if value is not None:
        case.step("base", "grades", [value], value, name="assessed")
    else:
        grades, grade = case.clause("grades"), case.needed_text("grade")
        value = next((row["amount"] for row in grades if row["grade"] == grade), None)
        if value is None:
            raise Stopped("grade_unknown", "grade")
        case.step("grade", "grades", [], value, name="grade")
    most = case.clause("max")
    return case.step("at_most", "max", [value, most], min(value, most))


def per_diem(case: Case) -> int:
    """An amount for each day in hospital."""
    days = case.integer("days")
    if days is not None:
        case.step("days", "day_count", [], days, name="days")
    else:
        admitted_on = case.needed_day("admitted_on")
        nights = (case.needed_day("discharged_on") - admitted_on).days
        if nights < 0:
            raise Stopped("arithmetic_wrong", "discharged_on")
        reading = case.clause("day_count")
        days = case.step("days", "day_count", [], nights + (reading == "inclusive"), name=reading)
    per_day = case.clause("per_day")
    return case.step("multiply", "per_day", [days, per_day], days * per_day)
