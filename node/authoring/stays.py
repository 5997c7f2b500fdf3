"""Stays: a stay in hospital over the turn of the year, where the terms count each year's part to that year's cap.

On the log two claims are made of it. Days can be told apart, so one example may hold them both; costs cannot.
Source: docs/formats/terms.md, "The year of a cap".
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from ledger.errors import FormatError
from ledger.formulas import resolve
from ledger.strict import day as parse_day
from node.authoring.clauses import Terms

_DAY_COUNTS = ("inclusive", "nights")


def is_split(terms: Terms, formula: str) -> bool:
    """Whether a cap of the formula is one of a calendar year, and a stay over two years is split between them."""
    year = terms.get("year") or {}
    caps = terms["formulas"][formula].get("caps", ())
    return ("year" in [resolve(terms, cap["per"]) for cap in caps] and resolve(terms, year.get("is")) == "calendar"
            and resolve(terms, year.get("stay")) == "split")


def crosses_year(admitted: Any, discharged: Any) -> bool:
    """Whether the two days lie in different years; what is no day does not."""
    days = _days(admitted, discharged)
    return days is not None and days[0].year < days[1].year


def days_by_year(terms: Terms, formula: str, facts: Mapping[str, Any]) -> dict[str, int]:
    """Year -> days of the stay in it, where the stay has to be split; nothing where it has not."""
    chosen = terms["formulas"][formula]
    count = resolve(terms, chosen["day_count"]) if chosen["kind"] == "per_diem" else None
    days = _days(facts.get("admitted_on"), facts.get("discharged_on"))
    if count not in _DAY_COUNTS or "days" in facts or days is None or not is_split(terms, formula):
        return {}
    first, last = days[0], days[1] - timedelta(days=0 if count == "inclusive" else 1)
    if first.year >= days[1].year:
        return {}
    return {f"{year:04}": (min(last, date(year, 12, 31)) - max(first, date(year, 1, 1))).days + 1
            for year in range(first.year, last.year + 1)}


def _days(admitted: Any, discharged: Any) -> tuple[date, date] | None:
    if not isinstance(admitted, str) or not isinstance(discharged, str):
        return None
    try:
        return parse_day(admitted, what="admitted_on"), parse_day(discharged, what="discharged_on")
    except FormatError:
        return None
