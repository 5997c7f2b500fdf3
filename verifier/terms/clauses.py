"""Clauses of terms: what stands there, nothing, or a choice by the reading of an ambiguity (docs/formats/terms.md).

    5000    null    {"by":"age_min","readings":[{"is":18,"name":"18"},{"is":20,"name":"20"}]}

`readings` of the same terms choose; a choice that they leave open, or that is null itself, comes to null.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from verifier.errors import CannotTell
from verifier.primitives.parse import shown

CHOICE_MEMBERS = frozenset(("by", "readings"))


def is_choice(clause: Any) -> bool:
    """Whether a clause leaves its value to a reading. No value of a clause has a member `by`."""
    return isinstance(clause, dict) and "by" in clause


def resolve(terms: Mapping[str, Any], clause: Any) -> Any:
    """What a clause comes to under the readings that the same terms choose; None where no source states it.

    Raises:
        CannotTell: the choice is of a form that this version does not know.
    """
    if not is_choice(clause):
        return clause
    if clause.keys() != CHOICE_MEMBERS:
        raise CannotTell(f"a clause with the members {', '.join(sorted(clause))} is not known to this version")
    chosen = terms["readings"].get(clause["by"])
    return next((reading["is"] for reading in clause["readings"] if reading["name"] == chosen), None)


def is_met(terms: Mapping[str, Any], condition: Mapping[str, Any], facts: Mapping[str, Any]) -> bool | None:
    """Whether a fact is one of the values of a condition, same type and value; None where the values are not stated."""
    values = resolve(terms, condition["values"])
    if values is None:
        return None
    fact = facts.get(condition["fact"])
    # True equals 1 in Python, not in JSON.
    return any(type(value) is type(fact) and value == fact for value in values)


def conditions_hold(
    terms: Mapping[str, Any], conditions: Sequence[Mapping[str, Any]], facts: Mapping[str, Any]
) -> bool | None:
    """Whether the facts meet all conditions, judged in order up to the first that is not met; None as in `is_met`."""
    for condition in conditions:
        met = is_met(terms, condition, facts)
        if not met:
            return met
    return True


def choose_tier(terms: Mapping[str, Any], tiers: Sequence[Mapping[str, Any]], amount: int, *, bound: str) -> int | None:
    """The index of the tier that an amount falls in, by the member `bound`, which the last tier has not.

    An amount equal to a bound belongs below it where `including` is true, which is looked at only then; None where it
    is not stated.
    """
    for at, tier in enumerate(tiers):
        if bound not in tier or amount < tier[bound]:
            return at
        if amount == tier[bound]:
            including = resolve(terms, tier["including"])
            if including is None or including:
                return None if including is None else at
    raise CannotTell(f"tiers whose last one has a bound are not known to this version: {shown(str(tiers[-1]))}")
