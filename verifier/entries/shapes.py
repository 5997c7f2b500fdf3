"""What the types of single members cannot say about an entry: orders, doubles and ranges that kinds.md names.

These are parts of the format, judged with the members: an entry that breaks them was never well formed.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from types import MappingProxyType
from typing import Any

from verifier.entries.lines import LINES_MAX
from verifier.entries.terms_parts import check_terms_parts
from verifier.errors import FormatError
from verifier.log.keys import KeyType, VerifierKey, parse_vkey
from verifier.log.signature import verify_key
from verifier.primitives.parse import parse_day

SATURDAY = 5  # as Python counts weekdays


def check_shape(value: dict[str, Any], *, origin: str, what: str) -> None:
    """Check an entry whose members have their types.

    Raises:
        FormatError: an array is out of order or names something twice, a number is out of its range, or members do
            not go together.
        SignatureError: a key of a charter may not be admitted.
    """
    _check_rising(value["signers"], what=f"{what}: signers")
    if value["kind"] == "charter":
        _check_charter(value, origin=origin, what=what)
    elif value["kind"] == "balance":
        _check_rising(value["publish"], what=f"{what}: publish")
    elif value["kind"] in _CHECKS:
        _CHECKS[value["kind"]](value, what)


def _check_batch(value: dict[str, Any], what: str) -> None:
    if not 1 <= value["lines"]["count"] <= LINES_MAX:
        raise FormatError(f"{what}: expected 1 to {LINES_MAX} lines, got {value['lines']['count']}")


def _check_enrolment(value: dict[str, Any], what: str) -> None:
    _check_rising([column["name"] for column in value.get("columns", ())], what=f"{what}: columns")
    strange = {"columns", "place", "tags"} & value.keys()
    if value["op"] == "remove" and ("reason" not in value or strange):
        raise FormatError(f"{what}: expected a reason and no columns, place or tags where persons are removed")
    _check_batch(value, what)


def _check_terms(value: dict[str, Any], what: str) -> None:
    check_terms_parts(value, what=what)
    ids = [notice["id"] for notice in value["notices"]]
    if len(set(ids)) != len(ids):
        raise FormatError(f"{what}: notices: expected different ids, got {', '.join(ids)}")


def _check_calendar(value: dict[str, Any], what: str) -> None:
    """Days rise, are of the year, and say what differs from Monday to Friday."""
    for name, weekend in (("days_off", False), ("work_days", True)):
        _check_rising(value[name], what=f"{what}: {name}")
        for day in value[name]:
            date_ = parse_day(day.encode("ascii"), what=f"{what}: {name}")
            if date_.year != value["year"] or (date_.weekday() >= SATURDAY) is not weekend:
                days = "Saturdays and Sundays" if weekend else "Mondays to Fridays"
                raise FormatError(f"{what}: {name}: expected {days} of {value['year']}, got {day}")


def _check_drive(value: dict[str, Any], what: str) -> None:
    if ("first_day" in value) is not ("last_day" in value):
        raise FormatError(f"{what}: expected first_day and last_day together, or neither")
    if "first_day" in value and value["first_day"] > value["last_day"]:
        raise FormatError(f"{what}: expected a first day up to {value['last_day']}, got {value['first_day']}")


def _check_fact(value: dict[str, Any], what: str) -> None:
    if ("name" in value) is not ("value" in value) or ("county" in value and "name" not in value):
        raise FormatError(f"{what}: expected name and value together, or neither, and a county only with them")


_CHECKS: Mapping[str, Callable[[dict[str, Any], str], None]] = MappingProxyType(
    {
        "calendar": _check_calendar,
        "donation": _check_batch,
        "drive": _check_drive,
        "enrolment": _check_enrolment,
        "fact": _check_fact,
        "terms": _check_terms,
    }
)


def _check_charter(value: dict[str, Any], *, origin: str, what: str) -> None:
    if value["epoch"]["number"] != 1 or value["rules"] != 1:
        raise FormatError(f"{what}: expected epoch 1 and rules 1, got {value['epoch']['number']} and {value['rules']}")
    parties = value["parties"]
    _check_rising([party["name"] for party in parties], what=f"{what}: parties")
    keys = [_key(value["epoch"]["log"], KeyType.NOTE, what=f"{what}: log")]
    if keys[0].name != origin:
        raise FormatError(f"{what}: expected a log key named {origin}, got {keys[0].name}")
    for party in parties:
        keys.append(_key(party["key"], KeyType.NOTE, what=f"{what}: {party['name']}: key"))
        keys.append(_key(party["cosigner"], KeyType.COSIGNATURE, what=f"{what}: {party['name']}: cosigner"))
        officers = party.get("officers", ())
        _check_rising([officer["name"] for officer in officers], what=f"{what}: {party['name']}: officers")
        for officer in officers:
            keys.append(_key(officer["key"], KeyType.NOTE, what=f"{what}: {party['name']}/{officer['name']}: key"))
    if len({key.public for key in keys}) != len(keys):
        raise FormatError(f"{what}: a public key stands in the charter twice")
    for key in keys:
        verify_key(key.public, what=f"{what}: {key}")


def _key(text: str, key_type: KeyType, *, what: str) -> VerifierKey:
    key = parse_vkey(text.encode("utf-8"), what=what)
    if key.type != key_type:
        raise FormatError(f"{what}: expected a key of type {key_type:02x}, got {key.type:02x}")
    return key


def _check_rising(names: Sequence[str], *, what: str) -> None:
    encoded = [name.encode("utf-8") for name in names]
    for before, after in pairwise(encoded):
        if not before < after:
            raise FormatError(f"{what}: expected rising names, got {before.decode()} before {after.decode()}")
