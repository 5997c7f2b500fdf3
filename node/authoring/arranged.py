"""Arranged: facts that are lists, given in one of the forms that authors use, in the one that formulas know."""

from collections.abc import Iterable, Mapping
from typing import Any

from node.authoring.synonyms import CATEGORIES, SYNONYMS, WEIGHTS


def gifts_and_households(left: dict[str, Any]) -> list[tuple[str, str]]:
    """Put several gifts together as one, and a household alone as the only one; which name was taken as which."""
    taken: list[tuple[str, str]] = []
    gifts = left.get("gifts")
    amounts = _amounts(gifts.values() if isinstance(gifts, dict) else gifts if isinstance(gifts, list) else ())
    if amounts and left.get("gift") is None:
        left["gift"] = sum(amounts)
        del left["gifts"]
        taken.append(("gifts", "gift"))
    if isinstance(left.get("household"), str) and left.get("households") is None:
        left["households"] = [left.pop("household")]
        taken.append(("household", "households"))
    return taken


def arrange_households(facts: dict[str, Any]) -> list[tuple[str, str]]:
    """Take households that are objects apart; a word such as `by_weight` beside weights says no more than they do.

    A household is then `{"household" | "id" | "name": …, "weight": …}`, or a name with its weight beside it.
    """
    taken: list[tuple[str, str]] = []
    rows = facts.get("households")
    if isinstance(rows, dict):
        facts["households"], facts["weights"] = list(rows), list(rows.values())
    elif isinstance(rows, list) and rows and all(isinstance(row, dict) for row in rows):
        facts["households"] = [next((row[name] for name in ("household", "id", "name") if name in row), None)
                               for row in rows]
        weight = next((name for name in WEIGHTS if all(name in row for row in rows)), None)
        # Heads are weights only where the example does not say that each household has the same.
        if weight is not None and facts.get("split") != "equal":
            facts["weights"] = [row[weight] for row in rows]
            taken += [(weight, "weights")] if weight != "weight" else []
    weights = facts.get("weights")
    if isinstance(weights, dict):
        named = facts.get("households")
        facts["weights"] = [weights.get(one) if isinstance(one, str) else None
                            for one in (named if isinstance(named, list) else ())]
    if "weights" in facts and facts.get("split") != "equal":
        facts.pop("split", None)
    return taken


def arrange_purchases(value: Any, *, known: Iterable[str]) -> tuple[Any, list[tuple[str, str]]]:
    """Purchases as an array of category and market value; `known` are the categories that have an allowance."""
    taken: list[tuple[str, str]] = []
    if isinstance(value, dict):
        value = [{"category": category, "market_value": amount} for category, amount in value.items()]
    if not isinstance(value, list):
        return value, taken
    listed = set(known)
    rows = [_purchase(row) if isinstance(row, dict) else row for row in value]
    for at, row in enumerate(rows):
        category = row.get("category") if isinstance(row, dict) else None
        meant = CATEGORIES.get(category) if isinstance(category, str) and category not in listed else None
        if meant in listed:
            rows[at] = {**row, "category": meant}
            taken.append((str(category), str(meant)))
    return rows, list(dict.fromkeys(taken))


def _purchase(row: Mapping[str, Any]) -> Mapping[str, Any]:
    if "market_value" in row:
        return row
    found = next((name for name in SYNONYMS["market_value"] if name in row), None)
    return row if found is None else {**row, "market_value": row[found]}


def _amounts(values: Iterable[Any]) -> list[int]:
    """The amounts of gifts; none at all where one of them is no amount."""
    found: list[Any] = [one.get("gift", one.get("amount")) if isinstance(one, dict) else one for one in values]
    return found if all(type(one) is int and one >= 0 for one in found) else []
