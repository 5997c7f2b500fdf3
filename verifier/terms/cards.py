"""The formula `card`: a month's purchases at reduced prices, and the subsidy (docs/formats/terms.md)."""

from typing import Any

from verifier.primitives.parse import INTEGER_MAX
from verifier.terms.benefits import RATIO_WHOLE
from verifier.terms.outcome import Outcome, Undecided
from verifier.terms.work import Work, is_count, is_fact_text


def card(work: Work) -> Outcome:
    """What purchases cost with a card, and who bears it."""
    values = _by_category(work, "purchases")
    earlier = _by_category(work, "bought_earlier") if work.has("bought_earlier") else {}
    costs = [_price(work, category, value, earlier.get(category, 0)) for category, value in values.items()]
    total = sum(costs)
    room = max(0, work.need_number("subsidy") - work.count_or_0("subsidy_used_earlier"))
    carried = work.count_or_0("carried_over")
    if carried and work.need_word("unspent", ("carries_over", "lapses")) == "carries_over":
        room += carried
    used = work.step("subsidy", "subsidy", [total, room], min(total, room))
    results = {
        "discount": sum(values.values()) - total,
        "discounted_total": total,
        "own_money": total - used,
        "subsidy_used": used,
    }
    return Outcome(results, None, work.steps, about=None, open=False)


def _price(work: Work, category: str, value: int, earlier: int) -> int:
    """What one category costs behind what was bought earlier in the month."""
    allowances = work.formula["allowances"]
    at = next((at for at, allowance in enumerate(allowances) if allowance["category"] == category), None)
    if at is None:
        return work.step("price", "allowances", [value], value, name=category)
    clause = f"allowances.{at}"
    limit = work.need(allowances[at]["limit"], about=f"{clause}.limit")
    bp = work.need(allowances[at]["price_bp"], about=f"{clause}.price_bp")
    by_value = work.need_word("limit_in", ("discounted_price", "market_value")) == "market_value"

    def cost(bought: int) -> int:
        if by_value:
            discounted = min(bought, limit)
            return work.divide(discounted * bp + (bought - discounted) * RATIO_WHOLE, RATIO_WHOLE)
        if bought * bp <= limit * RATIO_WHOLE:
            return work.divide(bought * bp, RATIO_WHOLE)
        # limit + bought - limit * 10000 / bp, as one fraction so that it is rounded once.
        return work.divide((limit + bought) * bp - limit * RATIO_WHOLE, bp)

    return work.step("price", clause, [value], cost(earlier + value) - cost(earlier), name=category)


def _by_category(work: Work, name: str) -> dict[str, int]:
    """The sum of market values of each category, in order of its first purchase."""
    purchases = work.fact(name)
    if not isinstance(purchases, list) or not all(map(_is_purchase, purchases)):
        raise Undecided("fact_wrong", name)
    sums: dict[str, int] = {}
    for purchase in purchases:
        category = purchase["category"]
        sums[category] = sums.get(category, 0) + purchase["market_value"]
    if sum(sums.values()) > INTEGER_MAX:
        raise Undecided("arithmetic_wrong", name)
    return sums


def _is_purchase(value: Any) -> bool:
    return isinstance(value, dict) and is_fact_text(value.get("category")) and is_count(value.get("market_value"))
