"""What the types of single members cannot say about an entry: orders, doubles and ranges that kinds.md names.

These are parts of the format, judged with the members: an entry that breaks them was never well formed.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from verifier.errors import FormatError
from verifier.keys import KeyType, VerifierKey, parse_vkey
from verifier.lines import LINES_MAX
from verifier.signature import verify_key


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
    if value["kind"] == "enrolment" and value["op"] == "remove" and ("reason" not in value or "tags" in value):
        raise FormatError(f"{what}: expected a reason and no tags where persons are removed")
    if value["kind"] in ("donation", "enrolment") and not 1 <= value["lines"]["count"] <= LINES_MAX:
        raise FormatError(f"{what}: expected 1 to {LINES_MAX} lines, got {value['lines']['count']}")


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
