"""The members of entries and bodies, checked against the published table `rules-1.json`.

A type in the table is a name (`day`, `amount`, `account`, …), `=a|b` for one of these words, `null|<name>`, or one of

    {"array": type, "max": n, "min": n}    {"object": {member: type}, "optional": {…}}
    {"map": [type of names, type]}         {"tuple": [type, …]}

An array without bounds has 0 to 1000 items. Every member is there unless it is optional, and no other is.
"""

import re
from collections.abc import Callable
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from verifier.errors import FormatError
from verifier.keys import KEY_ID_BYTES, parse_key_name, parse_vkey
from verifier.parse import INTEGER_MAX, parse_day, parse_hex, parse_json, shown

ITEMS_MAX = 1000
ACCOUNT_BYTES_MAX = 64
TEXT_CHARACTERS_MAX = 500

_WORD = "[a-z0-9-]{1,24}"
_PATTERNS = {
    "account": re.compile(rf"{_WORD}(?:/{_WORD}){{1,5}}", re.ASCII),
    "code": re.compile(r"[a-z0-9_-]{1,40}", re.ASCII),
    "figure": re.compile(rf"{_WORD}(?:/{_WORD})?/[a-z_]{{1,24}}", re.ASCII),
    "hash": re.compile(r"[0-9a-f]{64}", re.ASCII),
    "nonce": re.compile(r"[0-9a-f]{32}", re.ASCII),
    "pattern": re.compile(rf"{_WORD}(?:/(?:{_WORD}|\{{county\}})){{1,5}}", re.ASCII),
    "ref": re.compile(r"[!-~]{1,64}", re.ASCII),
    "text": re.compile(rf"[^\x00-\x1f\x7f]{{1,{TEXT_CHARACTERS_MAX}}}"),
    "unit": re.compile(r"[A-Z]{3}", re.ASCII),
    "word": re.compile(_WORD, re.ASCII),
}
_LEAST = {"amount": 1, "count": 0, "index": 0, "int": -INTEGER_MAX}


@cache
def rules() -> Any:
    """The table of rules version 1, as it is packaged: docs/formats/rules-1.json on one line."""
    data = files("verifier").joinpath("rules-1.json").read_bytes()
    table = parse_json(data.removesuffix(b"\n"), what="rules-1.json")
    assert isinstance(table, dict) and table["version"] == 1
    return table


def check_members(value: dict[str, Any], *, entry: bool, what: str) -> None:
    """Check the members of an entry, or else of a body, whose `kind` the table knows.

    Raises:
        FormatError: a member is missing, unknown, or not of its type.
    """
    table = rules()
    kind = table["kinds" if entry else "bodies"][value["kind"]]
    members = {**table["common"]["entry" if entry else "body"], **kind["members"]}
    _check_object(value, members, kind["optional"], what=what)


def check_account(name: Any, *, what: str) -> str:
    """Check that a value is the name of an account, of a known class and without `{county}`; give it."""
    text: str = _typed(name, str, what=what)
    _check_account(text, "account", what)
    return text


def day_number(day: str) -> int:
    """Days from 1970-01-01 to a day that was checked."""
    return parse_day(day.encode("ascii"), what="day").toordinal() - date(1970, 1, 1).toordinal()


def _check(value: Any, kind: Any, *, what: str) -> None:
    if isinstance(kind, str):
        _check_name(value, kind, what=what)
    elif "array" in kind:
        _check_array(value, kind["array"], least=kind.get("min", 0), most=kind.get("max", ITEMS_MAX), what=what)
    elif "object" in kind:
        _check_object(value, kind["object"], kind["optional"], what=what)
    elif "map" in kind:
        for name, item in _typed(value, dict, what=what).items():
            _check(name, kind["map"][0], what=f"{what}: {name}")
            _check(item, kind["map"][1], what=f"{what}: {name}")
    else:
        items = _typed(value, list, what=what)
        if len(items) != len(kind["tuple"]):
            raise FormatError(f"{what}: expected {len(kind['tuple'])} items, got {len(items)}")
        for at, (item, one) in enumerate(zip(items, kind["tuple"], strict=True)):
            _check(item, one, what=f"{what}: item {at}")


def _check_name(value: Any, kind: str, *, what: str) -> None:
    if kind.startswith("null|"):
        if value is None:
            return
        kind = kind.removeprefix("null|")
    if kind.startswith("="):
        words = kind[1:].split("|")
        if value not in words:
            raise FormatError(f"{what}: expected one of {', '.join(words)}, got {shown(str(value))}")
    elif kind in _LEAST:
        # True is an int to Python, not to JSON.
        if not isinstance(value, int) or isinstance(value, bool) or not _LEAST[kind] <= value <= INTEGER_MAX:
            least = _LEAST[kind]
            raise FormatError(f"{what}: expected an integer from {least} to {INTEGER_MAX}, got {shown(str(value))}")
    elif kind == "bool":
        _typed(value, bool, what=what)
    else:
        _STRINGS[kind](_typed(value, str, what=what), kind, what)


def _check_pattern(text: str, kind: str, what: str) -> None:
    if not _PATTERNS[kind].fullmatch(text):
        raise FormatError(f"{what}: expected a {kind}, got {shown(text)}")


def _check_account(text: str, kind: str, what: str) -> None:
    _check_pattern(text, kind, what)
    if len(text) > ACCOUNT_BYTES_MAX:
        raise FormatError(f"{what}: expected a name of at most {ACCOUNT_BYTES_MAX} bytes, got {len(text)}")
    if text.partition("/")[0] not in rules()["classes"] or text.count("{") > 1:
        raise FormatError(f"{what}: expected a known class and at most one {{county}}, got {shown(text)}")


def _check_day(text: str, kind: str, what: str) -> None:
    parse_day(text.encode("utf-8"), what=f"{what}: {kind}")


def _check_signer(text: str, kind: str, what: str) -> None:
    name, _, key_id = text.partition("+")
    parse_key_name(name.encode("utf-8"), what=f"{what}: {kind}")
    parse_hex(key_id.encode("utf-8"), what=f"{what}: {kind}", length=KEY_ID_BYTES)


def _check_vkey(text: str, kind: str, what: str) -> None:
    parse_vkey(text.encode("utf-8"), what=f"{what}: {kind}")


_STRINGS: dict[str, Callable[[str, str, str], None]] = {
    **dict.fromkeys(_PATTERNS, _check_pattern),
    "account": _check_account,
    "pattern": _check_account,
    "day": _check_day,
    "signer": _check_signer,
    "vkey": _check_vkey,
}


def _check_array(value: Any, kind: Any, *, least: int, most: int, what: str) -> None:
    items = _typed(value, list, what=what)
    if not least <= len(items) <= most:
        raise FormatError(f"{what}: expected {least} to {most} items, got {len(items)}")
    for at, item in enumerate(items):
        _check(item, kind, what=f"{what}: item {at}")


def _check_object(value: Any, members: dict[str, Any], optional: dict[str, Any], *, what: str) -> None:
    found = _typed(value, dict, what=what)
    missing, unknown = members.keys() - found.keys(), found.keys() - members.keys() - optional.keys()
    if missing or unknown:
        raise FormatError(
            f"{what}: missing members [{', '.join(sorted(missing))}], unknown members [{', '.join(sorted(unknown))}]"
        )
    for name, item in found.items():
        _check(item, members.get(name) or optional[name], what=f"{what}: {name}")


def _typed(value: Any, kind: type, *, what: str) -> Any:
    if not isinstance(value, kind):
        raise FormatError(f"{what}: expected a {kind.__name__}, got {shown(str(value))}")
    return value
