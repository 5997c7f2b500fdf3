"""Card: a month's purchases at a discount up to a limit for each category, and a subsidy towards them."""

from collections import Counter

from ledger.formulas.case import Case, is_count, is_text
from ledger.formulas.clause import needed
from ledger.formulas.outcome import Results, Stopped
from ledger.formulas.rounding import BP, quotient
from ledger.state import Row
from ledger.strict import INTEGER_MAX


def card(case: Case) -> Results:
    """Work out `discounted_total`, `discount`, `subsidy_used` and `own_money`.

    Raises:
        Stopped: the terms or the facts leave it open.
    """
    if case.facts.get("purchases") is None:
        raise Stopped("fact_missing", "purchases")
    values, earlier = _by_category(case, "purchases"), _by_category(case, "bought_earlier")
    discounted_total = sum(_price(case, category, value, earlier[category]) for category, value in values.items())
    room = _room(case)
    used = case.step("subsidy", "subsidy", [discounted_total, room], min(discounted_total, room))
    return {"discount": values.total() - discounted_total, "discounted_total": discounted_total,
            "own_money": discounted_total - used, "subsidy_used": used}, None


def _by_category(case: Case, name: str) -> Counter[str]:
    """Sum up the market values of a fact's purchases by category, in order of first purchase."""
    values: Counter[str] = Counter()
    purchases = case.facts.get(name)
    if purchases is None:
        return values
    if not isinstance(purchases, list):
        raise Stopped("fact_wrong", name)
    for purchase in purchases:
        if not isinstance(purchase, dict):
            raise Stopped("fact_wrong", name)
        category, value = purchase.get("category"), purchase.get("market_value")
        if not is_text(category) or not is_count(value):
            raise Stopped("fact_wrong", name)
        values[category] += value
    if values.total() > INTEGER_MAX:
        raise Stopped("arithmetic_wrong", name)
    return values


def _price(case: Case, category: str, value: int, earlier: int) -> int:
    """What a category costs, where goods worth `earlier` were bought before in the month."""
    allowances = case.formula["allowances"]
    at = next((at for at, row in enumerate(allowances) if row["category"] == category), None)
    if at is None:
        return case.step("price", "allowances", [value], value, name=category)
    cost = _cost(case, allowances[at], earlier + value, at) - _cost(case, allowances[at], earlier, at)
    return case.step("price", f"allowances.{at}", [value], cost, name=category)


def _cost(case: Case, allowance: Row, value: int, at: int) -> int:
    """What goods worth `value` cost in a month whose first purchases they are."""
    limit = needed(case.terms, allowance["limit"], f"allowances.{at}.limit")
    price_bp = needed(case.terms, allowance["price_bp"], f"allowances.{at}.price_bp")
    if case.clause("limit_in") == "market_value":
        discounted = min(value, limit)
        return quotient(case, discounted * price_bp + (value - discounted) * BP, BP)
    if value * price_bp <= limit * BP:
        return quotient(case, value * price_bp, BP)
    # At the limit goods worth limit * BP / price_bp were bought; what is above them has its full price.
    return quotient(case, (limit + value) * price_bp - limit * BP, price_bp)


def _room(case: Case) -> int:
    """What is left of the month's subsidy, and of earlier months' where it does not lapse."""
    room: int = max(0, case.clause("subsidy") - (case.integer("subsidy_used_earlier") or 0))
    carried_over = case.integer("carried_over") or 0
    if carried_over and case.clause("unspent") == "carries_over":
        room += carried_over
    return room
