"""Clause: what the terms say at one place, null where no source states it, or a choice between readings.

A choice stands for what its `readings` list beside the reading that the same terms choose for that ambiguity:

    {"by":"exactly_1000","readings":[{"is":true,"name":"lower_tier"},{"is":false,"name":"upper_tier"}]}

Source: docs/formats/terms.md.
"""

from ledger.formulas.outcome import Stopped
from ledger.state import Row


def resolve(terms: Row, clause: Row) -> Row:
    """Return what a clause comes to under the readings that `terms` choose: null where they choose none listed."""
    # Of the values that a clause may have, only a choice has a member `by`.
    if isinstance(clause, dict) and "by" in clause:
        chosen = terms["readings"].get(clause["by"])
        return next((reading["is"] for reading in clause["readings"] if reading["name"] == chosen), None)
    return clause


def needed(terms: Row, clause: Row, path: str) -> Row:
    """Return what a clause comes to, where the outcome depends on it.

    Raises:
        Stopped: terms_incomplete, about `path`.
    """
    value = resolve(terms, clause)
    if value is None:
        raise Stopped("terms_incomplete", path)
    return value
