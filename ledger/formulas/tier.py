"""Tier: where an amount falls in a rising scale whose last step is open."""

from ledger.formulas.clause import needed
from ledger.formulas.outcome import Stopped
from ledger.state import Row


def tier_of(terms: Row, tiers: list[Row], value: int, *, limit: str, path: str) -> int:
    """Return which tier `value` falls in; `limit` names the member that bounds a tier from above.

    Whether the limit itself belongs to the tier below it is looked at only where the value is the limit.

    Raises:
        Stopped: terms_incomplete.
    """
    for at, tier in enumerate(tiers[:-1]):
        if value < tier[limit]:
            return at
        if value == tier[limit] and needed(terms, tier["including"], f"{path}.{at}.including"):
            return at
    return len(tiers) - 1


def days_of(terms: Row, tiers: list[Row], amount: int, *, path: str) -> int:
    """Return the days of the tier that `amount` falls in.

    Raises:
        Stopped: terms_incomplete.
    """
    at = tier_of(terms, tiers, amount, limit="below", path=path)
    days: int = needed(terms, tiers[at]["days"], f"{path}.{at}.days")
    return days


def tier_days(terms: Row, deadline: Row, amount: int) -> int | None:
    """Return the days that a deadline gives for `amount`, or None where the terms leave that open."""
    try:
        return days_of(terms, needed(terms, deadline["tiers"], "tiers"), amount, path="tiers")
    except Stopped:
        return None
