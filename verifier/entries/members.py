"""The members of entries and bodies, checked against the published table `rules-1.json`.

A type in the table is a name (`day`, `amount`, `account`, …), `=a|b` for one of these words, `null|<type>`, `#<part>`
for a type that the table names, or one of (docs/formats/rules.md)

    {"array": type, "max": n, "min": n}    {"object": {member: type}, "optional": {…}}
    {"map": [type of names, type]}         {"tuple": [type, …]}
    {"int": [least, most]}                 {"clause": type}
    {"one_of": [type, …]}                  {"tagged": {kind: type, …}}

A map may have bounds as an array has them. An array without bounds has 0 to 1000 items. Every member is there unless
it is optional, and no other is.
"""

import re
from collections.abc import Callable
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from verifier.errors import FormatError
from verifier.log.keys import KEY_ID_BYTES, parse_key_name, parse_vkey
from verifier.primitives.parse import INTEGER_MAX, parse_day, parse_hex, parse_json, shown

ITEMS_MAX = 1000
ACCOUNT_BYTES_MAX = 64
TEXT_CHARACTERS_MAX = 500
FACT_CHARACTERS_MAX = 100
READINGS_MAX = 10
MINUTE_MS = 60_000
DAY_MS = 86_400_000

_WORD = "[a-z0-9-]{1,24}"
_PATTERNS = {
    "account": re.compile(rf"{_WORD}(?:/{_WORD}){{1,5}}", re.ASCII),
    "code": re.compile(r"[a-z0-9_-]{1,40}", re.ASCII),
    "fact_text": re.compile(rf"[^\x00-\x1f\x7f]{{1,{FACT_CHARACTERS_MAX}}}"),
    "figure": re.compile(rf"{_WORD}(?:/{_WORD}){{0,2}}/[a-z_]{{1,24}}", re.ASCII),
    "hash": re.compile(r"[0-9a-f]{64}", re.ASCII),
    "metric": re.compile(r"[a-z_]{1,24}", re.ASCII),
    "name": re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII),
    "nonce": re.compile(r"[0-9a-f]{32}", re.ASCII),
    # From -12:00 to +14:00; no -00:00, which would be a second spelling of +00:00.
    "offset": re.compile(
        r"\+(?:0[0-9]|1[0-3]):[0-5][0-9]|\+14:00|-(?!00:00)(?:0[0-9]|1[01]):[0-5][0-9]|-12:00", re.ASCII
    ),
    "path": re.compile(r"[a-z0-9_.]{1,60}", re.ASCII),
    "pattern": re.compile(rf"{_WORD}(?:/(?:{_WORD}|\{{county\}})){{1,5}}", re.ASCII),
    "ref": re.compile(r"[!-~]{1,64}", re.ASCII),
    "requirement": re.compile(rf"role:{_WORD}(?:\|{_WORD})*", re.ASCII),
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


def check_figure(name: Any, *, what: str) -> str:
    """Check that a value is the name of a figure; give it."""
    text: str = _typed(name, str, what=what)
    _check_pattern(text, "figure", what)
    return text


def day_number(day: str) -> int:
    """Days from 1970-01-01 to a day that was checked."""
    return parse_day(day.encode("ascii"), what="day").toordinal() - date(1970, 1, 1).toordinal()


def day_at(time_unix_ms: int, *, zone: str) -> str:
    """The day of a time in a zone `+08:00` that was checked; the last day of the year 9999 for any time behind it."""
    sign = -1 if zone[0] == "-" else 1
    minutes = sign * (60 * int(zone[1:3]) + int(zone[4:6]))
    days = (time_unix_ms + minutes * MINUTE_MS) // DAY_MS
    try:
        return (date(1970, 1, 1) + timedelta(days=days)).isoformat()
    except OverflowError:
        return date.max.isoformat()


def _check(value: Any, kind: Any, *, what: str) -> None:
    if isinstance(kind, str):
        _check_name(value, kind, what=what)
        return
    for shape, check in _SHAPES.items():
        if shape in kind:
            check(value, kind, what)
            return
    raise AssertionError(f"rules-1.json: {kind} is no type")


def _check_map(value: Any, kind: Any, what: str) -> None:
    found = _typed(value, dict, what=what)
    least, most = kind.get("min", 0), kind.get("max", len(found))
    if not least <= len(found) <= most:
        raise FormatError(f"{what}: expected {least} to {most} members, got {len(found)}")
    for name, item in found.items():
        _check(name, kind["map"][0], what=f"{what}: {name}")
        _check(item, kind["map"][1], what=f"{what}: {name}")


def _check_tuple(value: Any, kind: Any, what: str) -> None:
    items = _typed(value, list, what=what)
    if len(items) != len(kind["tuple"]):
        raise FormatError(f"{what}: expected {len(kind['tuple'])} items, got {len(items)}")
    for at, (item, one) in enumerate(zip(items, kind["tuple"], strict=True)):
        _check(item, one, what=f"{what}: item {at}")


def _check_range(value: Any, kind: Any, what: str) -> None:
    _check_int(value, *kind["int"], what=what)


def _check_clause(value: Any, kind: Any, what: str) -> None:
    """A clause: nothing, what it is for, or a choice among readings; no type of a clause has a member `by`."""
    if value is None:
        return
    if not (isinstance(value, dict) and "by" in value):
        _check(value, kind["clause"], what=what)
        return
    reading = {"object": {"is": {"nothing_or": kind["clause"]}, "name": "code"}, "optional": {}}
    readings = {"array": reading, "max": READINGS_MAX, "min": 1}
    _check_object(value, {"by": "name", "readings": readings}, {}, what=what)


def _check_reading(value: Any, kind: Any, what: str) -> None:
    if value is not None:
        _check(value, kind["nothing_or"], what=what)


def _check_one_of(value: Any, kind: Any, what: str) -> None:
    """A value that fits one of several types; where it fits none, the error is that of the last."""
    *others, last = kind["one_of"]
    for other in others:
        try:
            _check(value, other, what=what)
        except FormatError:
            continue
        return
    _check(value, last, what=what)


def _check_tagged(value: Any, kind: Any, what: str) -> None:
    tag = _typed(value, dict, what=what).get("kind")
    if not isinstance(tag, str) or tag not in kind["tagged"]:
        raise FormatError(f"{what}: expected a kind of {', '.join(sorted(kind['tagged']))}, got {shown(str(tag))}")
    _check(value, kind["tagged"][tag], what=what)


def _check_name(value: Any, kind: str, *, what: str) -> None:
    if kind.startswith("null|"):
        if value is None:
            return
        kind = kind.removeprefix("null|")
    if kind.startswith("#"):
        _check(value, rules()["parts"][kind[1:]], what=what)
    elif kind.startswith("="):
        words = kind[1:].split("|")
        if value not in words:
            raise FormatError(f"{what}: expected one of {', '.join(words)}, got {shown(str(value))}")
    elif kind in _LEAST:
        _check_int(value, _LEAST[kind], INTEGER_MAX, what=what)
    elif kind == "bool":
        _typed(value, bool, what=what)
    elif kind == "fact":
        _check_fact(value, what=what)
    else:
        _STRINGS[kind](_typed(value, str, what=what), kind, what)


def _check_int(value: Any, least: int, most: int, *, what: str) -> None:
    # True is an int to Python, not to JSON.
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise FormatError(f"{what}: expected an integer from {least} to {most}, got {shown(str(value))}")


def _check_fact(value: Any, *, what: str) -> None:
    if isinstance(value, str):
        _check_pattern(value, "fact_text", what)
    elif not isinstance(value, bool):
        _check_int(value, 0, INTEGER_MAX, what=what)


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


def _check_year_day(text: str, kind: str, what: str) -> None:
    # 2019 has no 29 February: what is a day of it is a day of every year.
    parse_day(f"2019-{text}".encode(), what=f"{what}: {kind}")


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
    "year_day": _check_year_day,
}


def _check_array(value: Any, kind: Any, what: str) -> None:
    items = _typed(value, list, what=what)
    least, most = kind.get("min", 0), kind.get("max", ITEMS_MAX)
    if not least <= len(items) <= most:
        raise FormatError(f"{what}: expected {least} to {most} items, got {len(items)}")
    for at, item in enumerate(items):
        _check(item, kind["array"], what=f"{what}: item {at}")


def _check_members(value: Any, kind: Any, what: str) -> None:
    _check_object(value, kind["object"], kind["optional"], what=what)


def _check_object(value: Any, members: dict[str, Any], optional: dict[str, Any], *, what: str) -> None:
    found = _typed(value, dict, what=what)
    missing, unknown = members.keys() - found.keys(), found.keys() - members.keys() - optional.keys()
    if missing or unknown:
        raise FormatError(
            f"{what}: missing members [{', '.join(sorted(missing))}], unknown members [{', '.join(sorted(unknown))}]"
        )
    for name, item in found.items():
        _check(item, members.get(name) or optional[name], what=f"{what}: {name}")


_SHAPES: dict[str, Callable[[Any, Any, str], None]] = {
    "array": _check_array,
    "clause": _check_clause,
    "int": _check_range,
    "map": _check_map,
    "nothing_or": _check_reading,
    "object": _check_members,
    "one_of": _check_one_of,
    "tagged": _check_tagged,
    "tuple": _check_tuple,
}


def _typed(value: Any, kind: type, *, what: str) -> Any:
    if not isinstance(value, kind):
        raise FormatError(f"{what}: expected a {kind.__name__}, got {shown(str(value))}")
    return value
