"""The members of entries and bodies, checked against the published table `rules-1.json`.

A type in the table is a name (`day`, `amount`, `account`, …), `=a|b` for one of these words, `null|<type>`, `#<part>`
for a type that the table names, or one of (docs/formats/rules.md)

    {"array": type, "max": n, "min": n}    {"object": {member: type}, "optional": {…}}
    {"map": [type of names, type]}         {"tuple": [type, …]}
    {"int": [least, most]}                 {"clause": type}
    {"one_of": [type, …]}                  {"tagged": {kind: type, …}}

A map may have bounds as an array has them. An array without bounds has 0 to 1000 items. Every member is there unless
it is optional, and no other is.

A type becomes a function once, which takes a value and raises FormatError with what it expected. Where a value stands
is said on the way out, by each object and array around it: a value that is right costs no words.
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

_Check = Callable[[Any], None]


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
    try:
        _check_of(value["kind"], entry=entry)(value)
    except FormatError as error:
        raise _in(what, error) from None


def check_account(name: Any, *, what: str) -> str:
    """Check that a value is the name of an account, of a known class and without `{county}`; give it."""
    return _checked(name, "account", what=what)


def check_figure(name: Any, *, what: str) -> str:
    """Check that a value is the name of a figure; give it."""
    return _checked(name, "figure", what=what)


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


def _checked(value: Any, kind: str, *, what: str) -> str:
    try:
        _check(kind)(value)
    except FormatError as error:
        raise _in(what, error) from None
    text: str = value
    return text


def _in(place: str, error: FormatError) -> FormatError:
    """The same error, said of what stands at a place."""
    return FormatError(f"{place}: {error}")


@cache
def _check_of(kind: str, *, entry: bool) -> _Check:
    """The check of all members of a kind of entry, or else of body."""
    table = rules()
    found = table["kinds" if entry else "bodies"][kind]
    return _object({**table["common"]["entry" if entry else "body"], **found["members"]}, found["optional"])


def _check(kind: Any) -> _Check:
    """The check that a type stands for."""
    if isinstance(kind, str):
        return _named(kind)
    for shape, make in _SHAPES.items():
        if shape in kind:
            return make(kind)
    raise AssertionError(f"rules-1.json: {kind} is no type")


@cache
def _named(kind: str) -> _Check:
    """The check of a type that is a name."""
    if kind.startswith("null|"):
        return _nothing_or(kind.removeprefix("null|"))
    if kind.startswith("#"):
        return _check(rules()["parts"][kind[1:]])
    if kind.startswith("="):
        return _words(kind[1:].split("|"))
    if kind in _LEAST:
        return _integer(_LEAST[kind], INTEGER_MAX)
    return _NAMED.get(kind) or _pattern(kind)


# -- one value --------------------------------------------------------------------------------------------------------


def _nothing_or(kind: Any) -> _Check:
    inner = _check(kind)

    def check(value: Any) -> None:
        if value is not None:
            inner(value)

    return check


def _words(words: list[str]) -> _Check:
    def check(value: Any) -> None:
        if value not in words:
            raise FormatError(f"expected one of {', '.join(words)}, got {shown(str(value))}")

    return check


def _integer(least: int, most: int) -> _Check:
    def check(value: Any) -> None:
        # True is an int to Python, not to JSON.
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise FormatError(f"expected an integer from {least} to {most}, got {shown(str(value))}")

    return check


def _pattern(kind: str) -> _Check:
    pattern = _PATTERNS[kind]

    def check(value: Any) -> None:
        if not pattern.fullmatch(_typed(value, str)):
            raise FormatError(f"expected a {kind}, got {shown(value)}")

    return check


def _account(kind: str) -> _Check:
    spelled = _pattern(kind)

    def check(value: Any) -> None:
        spelled(value)
        if len(value) > ACCOUNT_BYTES_MAX:
            raise FormatError(f"expected a name of at most {ACCOUNT_BYTES_MAX} bytes, got {len(value)}")
        if value.partition("/")[0] not in rules()["classes"] or value.count("{") > 1:
            raise FormatError(f"expected a known class and at most one {{county}}, got {shown(value)}")

    return check


def _check_bool(value: Any) -> None:
    _typed(value, bool)


def _check_fact(value: Any) -> None:
    if isinstance(value, str):
        _named("fact_text")(value)
    elif not isinstance(value, bool):
        _named("count")(value)


def _check_day(value: Any) -> None:
    parse_day(_typed(value, str).encode("utf-8"), what="day")


def _check_year_day(value: Any) -> None:
    # 2019 has no 29 February: what is a day of it is a day of every year.
    parse_day(f"2019-{_typed(value, str)}".encode(), what="year_day")


def _check_signer(value: Any) -> None:
    name, _, key_id = _typed(value, str).partition("+")
    parse_key_name(name.encode("utf-8"), what="signer")
    parse_hex(key_id.encode("utf-8"), what="signer", length=KEY_ID_BYTES)


def _check_vkey(value: Any) -> None:
    parse_vkey(_typed(value, str).encode("utf-8"), what="vkey")


_NAMED: dict[str, _Check] = {
    "account": _account("account"),
    "bool": _check_bool,
    "day": _check_day,
    "fact": _check_fact,
    "pattern": _account("pattern"),
    "signer": _check_signer,
    "vkey": _check_vkey,
    "year_day": _check_year_day,
}


# -- values with parts ------------------------------------------------------------------------------------------------


def _object(members: dict[str, Any], optional: dict[str, Any]) -> _Check:
    needed = members.keys()
    checks = {name: _check(kind) for name, kind in {**optional, **members}.items()}
    known = checks.keys()

    def check(value: Any) -> None:
        found = _typed(value, dict).keys()
        if not needed <= found <= known:
            missing, unknown = ", ".join(sorted(needed - found)), ", ".join(sorted(found - known))
            raise FormatError(f"missing members [{missing}], unknown members [{unknown}]")
        for name, item in value.items():
            try:
                checks[name](item)
            except FormatError as error:
                raise _in(name, error) from None

    return check


def _array(kind: Any) -> _Check:
    each, least, most = _check(kind["array"]), kind.get("min", 0), kind.get("max", ITEMS_MAX)

    def check(value: Any) -> None:
        items = _typed(value, list)
        if not least <= len(items) <= most:
            raise FormatError(f"expected {least} to {most} items, got {len(items)}")
        for at, item in enumerate(items):
            try:
                each(item)
            except FormatError as error:
                raise _in(f"item {at}", error) from None

    return check


def _map(kind: Any) -> _Check:
    (named, each), least, most = map(_check, kind["map"]), kind.get("min", 0), kind.get("max")

    def check(value: Any) -> None:
        found = _typed(value, dict)
        if len(found) < least or (most is not None and len(found) > most):
            raise FormatError(f"expected {least} to {len(found) if most is None else most} members, got {len(found)}")
        for name, item in found.items():
            try:
                named(name)
                each(item)
            except FormatError as error:
                raise _in(name, error) from None

    return check


def _tuple(kind: Any) -> _Check:
    checks = [_check(one) for one in kind["tuple"]]

    def check(value: Any) -> None:
        items = _typed(value, list)
        if len(items) != len(checks):
            raise FormatError(f"expected {len(checks)} items, got {len(items)}")
        for at, (item, one) in enumerate(zip(items, checks, strict=True)):
            try:
                one(item)
            except FormatError as error:
                raise _in(f"item {at}", error) from None

    return check


def _clause(kind: Any) -> _Check:
    """A clause: nothing, what it is for, or a choice among readings; no type of a clause has a member `by`."""
    plain = _check(kind["clause"])
    reading = {"object": {"is": {"nothing_or": kind["clause"]}, "name": "code"}, "optional": {}}
    choice = _object({"by": "name", "readings": {"array": reading, "max": READINGS_MAX, "min": 1}}, {})

    def check(value: Any) -> None:
        if value is not None:
            (choice if isinstance(value, dict) and "by" in value else plain)(value)

    return check


def _one_of(kind: Any) -> _Check:
    """A value that fits one of several types; where it fits none, the error is that of the last."""
    *others, last = map(_check, kind["one_of"])

    def check(value: Any) -> None:
        for other in others:
            try:
                other(value)
            except FormatError:
                continue
            return
        last(value)

    return check


def _tagged(kind: Any) -> _Check:
    checks = {tag: _check(one) for tag, one in kind["tagged"].items()}

    def check(value: Any) -> None:
        tag = _typed(value, dict).get("kind")
        if not isinstance(tag, str) or tag not in checks:
            raise FormatError(f"expected a kind of {', '.join(sorted(checks))}, got {shown(str(tag))}")
        checks[tag](value)

    return check


_SHAPES: dict[str, Callable[[Any], _Check]] = {
    "array": _array,
    "clause": _clause,
    "int": lambda kind: _integer(*kind["int"]),
    "map": _map,
    "nothing_or": lambda kind: _nothing_or(kind["nothing_or"]),
    "object": lambda kind: _object(kind["object"], kind["optional"]),
    "one_of": _one_of,
    "tagged": _tagged,
    "tuple": _tuple,
}


def _typed(value: Any, kind: type) -> Any:
    if not isinstance(value, kind):
        raise FormatError(f"expected a {kind.__name__}, got {shown(str(value))}")
    return value
