"""Readings as people write them: an object, `ambiguity=reading`, or a reading alone where it can be only one's.

    {"age_min": 18}      "tier_over_1000=flat_800, exactly_1000=upper_tier"      "flat_800"

Source: docs/formats/terms.md, "Examples and what-if".
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from ledger.strict import shown
from node.authoring.clauses import Terms, formula_parts, readings_of, stated_parts
from node.authoring.roundings import rounding_named
from node.errors import NodeError

# No source says which way a fraction goes, so an example may give each way as if it were a reading.
ROUNDING = "rounding"

_JOINED = re.compile(r"[,;&+/|，；、]|\band\b")
_SAYS_MORE = re.compile(r"[=:]")


def chosen_readings(spelled: Any, *, terms: Terms, formula: str) -> dict[str, str]:
    """Ambiguity -> reading, of whatever says it.

    Raises:
        NodeError: a reading alone that no ambiguity of the terms has, or several have; or no spelling of readings.
    """
    if spelled is None:
        return {}
    if isinstance(spelled, dict):
        return {name: _name(reading) for name, reading in spelled.items()}
    if isinstance(spelled, list):
        return {name: one for part in spelled
                for name, one in chosen_readings(part, terms=terms, formula=formula).items()}
    found: dict[str, str] = {}
    for part in _JOINED.split(_name(spelled)):
        if part.strip():
            ambiguity, _, reading = (side.strip() for side in part.replace(":", "=").rpartition("="))
            found[ambiguity or ambiguity_of({reading}, terms=terms, formula=formula)] = reading
    return found


def by_reading(expected: Any, *, terms: Terms, formula: str) -> list[tuple[dict[str, str], Any]]:
    """The readings of each member of `expected_by_reading`, and what is expected under them.

    The keys of one object are readings of one ambiguity where they stand alone, so that together they tell which. An
    ambiguity may also be the key of an object of its readings; and the object may be an array of
    `{"readings": …, "expected": …}`.

    Raises:
        NodeError: as `chosen_readings`.
    """
    if isinstance(expected, list):
        return [_one_of_list(one, terms=terms, formula=formula) for one in expected]
    if not isinstance(expected, dict):
        raise NodeError(f"expected_by_reading: expected an object, got {shown(expected)}")
    known = readings_of(list(stated_parts(terms).values()))
    alone = {key.strip() for key in expected if key not in known
             and not _SAYS_MORE.search(key) and not _JOINED.search(key)}
    shared = ambiguity_of(alone, terms=terms, formula=formula) if len(alone) > 1 else None
    found: list[tuple[dict[str, str], Any]] = []
    for key, value in expected.items():
        if key in known and isinstance(value, dict) and set(value) <= set(known[key]):
            found += [({key: reading}, inner) for reading, inner in value.items()]
        elif shared is not None and key.strip() in alone:
            found.append(({shared: key.strip()}, value))
        else:
            found.append((chosen_readings(key, terms=terms, formula=formula), value))
    return found


def ambiguity_of(names: Iterable[str], *, terms: Terms, formula: str) -> str:
    """The one ambiguity that has all these readings: of those that the formula goes by, else that the terms state.

    Roundings are readings of `rounding`.

    Raises:
        NodeError: none has them, or several.
    """
    wanted = set(names)
    pinned = {ambiguity: (reading,) for ambiguity, reading in terms["readings"].items()}
    stated = readings_of(list(stated_parts(terms).values()))
    for known in (readings_of(formula_parts(terms, formula)), stated, pinned):
        fitting = [ambiguity for ambiguity, readings in known.items() if wanted <= set(readings)]
        if len(fitting) == 1:
            return fitting[0]
        if fitting:
            raise NodeError(f"readings: {', '.join(sorted(wanted))} is a reading of {' and of '.join(sorted(fitting))}",
                            next_step=f"Write {fitting[0]}=READING.")
    if all(rounding_named(name) for name in wanted):
        return ROUNDING
    raise NodeError(f"readings: no ambiguity of {terms['programme']} has the reading {', '.join(sorted(wanted))}",
                    next_step="Write AMBIGUITY=READING with the names of the terms.")


def with_readings(terms: Terms, chosen: Mapping[str, str]) -> dict[str, Any]:
    """The terms with other readings, for one evaluation."""
    return {**terms, "readings": {**terms["readings"], **chosen}}


def _one_of_list(one: Any, *, terms: Terms, formula: str) -> tuple[dict[str, str], Any]:
    if not isinstance(one, dict):
        raise NodeError(f"expected_by_reading: expected objects, got {shown(one)}")
    spelled = one.get("readings", one.get("reading"))
    rest = {name: value for name, value in one.items() if name not in ("reading", "readings")}
    return chosen_readings(spelled, terms=terms, formula=formula), rest.get("expected", rest)


def _name(reading: Any) -> str:
    """A reading's name; one that is a number may be written as such."""
    if isinstance(reading, str) or type(reading) is int:
        return str(reading)
    raise NodeError(f"readings: expected a reading's name, got {shown(reading)}")
