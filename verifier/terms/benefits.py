"""The formulas that pay a benefit (docs/formats/terms.md): conditions, value, caps, overlap, in this order."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from verifier.errors import CannotTell
from verifier.terms.clauses import choose_tier, is_met
from verifier.terms.outcome import Outcome, Undecided
from verifier.terms.work import Work, is_count, known_word

RATIO_WHOLE = 10_000  # basis points
PERIODS = ("accident", "claim", "person", "policy", "year")

# Why nothing is paid, by the step that first came to nothing.
_NOTHING = MappingProxyType({"cap": "cap_reached", "overlap": "bill_covered"})


def benefit(work: Work) -> Outcome:
    """Work out what a benefit pays."""
    for at, condition in enumerate(work.formula["conditions"]):
        clause = f"conditions.{at}"
        met = is_met(work.terms, condition, work.facts)
        if met is None:
            raise Undecided("terms_incomplete", clause)
        if not work.step("condition", clause, [], int(met), name=condition["fact"]):
            return Outcome({"payable": 0}, condition["reason"], work.steps, about=condition["fact"], open=False)
    conditions = len(work.steps)
    value = _overlap(work, _caps(work, _VALUES[work.formula["kind"]](work)))
    reason, about = (None, None) if value else _why_nothing(work.steps[conditions:])
    return Outcome({"payable": value}, reason, work.steps, about=about, open=False)


def _why_nothing(steps: list[dict[str, Any]]) -> tuple[str, str]:
    """The reason of the first step that came to 0; the index of a tier is no amount."""
    step = next(step for step in steps if not step["out"] and step["op"] != "tier")
    return _NOTHING.get(step["op"], "nothing_left"), step["clause"]


# -- the value, by kind -----------------------------------------------------------------------------------------------


def _indemnity(work: Work) -> int:
    value = work.base()
    deductible = work.need_number("deductible")
    value = work.step("deductible", "deductible", [value, deductible], max(0, value - deductible))
    return _ratio(work, value, work.need_number("ratio_bp", most=RATIO_WHOLE), clause="ratio_bp")


def _tiered(work: Work) -> int:
    value = work.base()
    if not value:
        return 0
    tiers = work.need(work.formula["tiers"], about="tiers")
    at = choose_tier(work.terms, tiers, value, bound="up_to")
    if at is None:
        raise Undecided("terms_incomplete", "tiers")
    work.step("tier", f"tiers.{at}", [value], at)
    clause = f"tiers.{at}.pays"
    pays = work.need(tiers[at]["pays"], about=clause)
    unknown = pays.keys() - {"amount", "at_most", "ratio_bp"}
    if unknown:
        raise CannotTell(f"{clause} with {', '.join(sorted(unknown))} is not known to this version")
    if "amount" in pays:
        return work.step("amount", clause, [pays["amount"]], pays["amount"])
    value = _ratio(work, value, pays["ratio_bp"], clause=clause)
    return _at_most(work, value, pays["at_most"], clause=clause) if "at_most" in pays else value


def _lump_sum(work: Work) -> int:
    amount = work.need_number("amount", least=1)
    return work.step("amount", "amount", [amount], amount)


def _lump_sum_by_grade(work: Work) -> int:
    if work.has("assessed"):
        assessed = work.count("assessed")
        value = work.step("base", "grades", [assessed], assessed, name="assessed")
    else:
        listed = work.need(work.formula["grades"], about="grades")
        grade = work.text("grade")
        found = [row["amount"] for row in listed if row["grade"] == grade]
        if not found:
            raise Undecided("grade_unknown", "grade")
        value = work.step("grade", "grades", [], found[0], name="grade")
    return _at_most(work, value, work.need_number("max", least=1), clause="max")


def _per_diem(work: Work) -> int:
    if work.has("days"):
        name = "days"
        days = work.count("days")
    else:
        admitted, discharged = work.day("admitted_on"), work.day("discharged_on")
        if discharged < admitted:
            raise Undecided("arithmetic_wrong", "discharged_on")
        name = work.need_word("day_count", ("inclusive", "nights"))
        days = (discharged - admitted).days + (name == "inclusive")
    work.step("days", "day_count", [], days, name=name)
    per_day = work.need_number("per_day", least=1)
    return work.step("multiply", "per_day", [days, per_day], days * per_day)


def _ratio(work: Work, value: int, bp: int, *, clause: str) -> int:
    return work.step("ratio", clause, [value, bp], work.divide(value * bp, RATIO_WHOLE))


def _at_most(work: Work, value: int, limit: int, *, clause: str) -> int:
    return work.step("at_most", clause, [value, limit], min(value, limit))


_VALUES: Mapping[str, Callable[[Work], int]] = MappingProxyType(
    {
        "indemnity": _indemnity,
        "lump_sum": _lump_sum,
        "lump_sum_by_grade": _lump_sum_by_grade,
        "per_diem": _per_diem,
        "tiered": _tiered,
    }
)
BENEFITS = tuple(_VALUES)


# -- what bounds it ---------------------------------------------------------------------------------------------------


def _caps(work: Work, value: int) -> int:
    for at, cap in enumerate(work.formula["caps"]):
        clause = f"caps.{at}"
        # What-ifs call the first one `cap`.
        amount = work.number_of(cap["amount"], name=None if at else "cap", about=clause, least=1)
        period = known_word(work.need(cap["per"], about=clause), PERIODS, what="cap per")
        used = work.used.get(period, 0)
        if not is_count(used):
            raise Undecided("fact_wrong", clause)
        value = work.step("cap", clause, [value, amount, used], min(value, max(0, amount - used)), name=period)
    return value


def _overlap(work: Work, value: int) -> int:
    """All that is paid together never passes the bill."""
    if not work.formula["overlap"] or not work.has("total_bill"):
        return value
    bill = work.count("total_bill")
    paid = sum(work.count_or_0(name) for name in sorted(work.facts) if name.endswith("_paid"))
    return work.step("overlap", "overlap", [value, bill, paid], min(value, max(0, bill - paid)))
