"""Rows of the register as a receipt shows them (docs/formats/trial-balance.md): of a member, of an entry's notices.

    {"claims":[{"claim","decision","duties":[{"by","calendar","days","due","id","met","provisional","starts","unit"}],
                "objection","paid","state"}],"removed"}
    {"duties":[{"by","due","first","id","last","met","number"}]}

A row of notices is called `notices/<leaf index>`, that of a member by its commitment in hex.
"""

from typing import Any

from verifier.errors import FormatError
from verifier.primitives.expect import expect_array, expect_integer, expect_object, expect_string
from verifier.primitives.parse import parse_day, parse_decimal, parse_hex
from verifier.terms.workdays import UNITS

DAYS_MAX = 3660  # the most days that terms give for a duty

_NOTICES = "notices/"


def row_name(name: str, *, what: str) -> bytes:
    """The name of a row of the register as the trie has it.

    Raises:
        FormatError: neither a commitment in hex nor `notices/` and a leaf index.
    """
    if name.startswith(_NOTICES):
        notices_index(name, what=what)
        return name.encode("ascii")
    return parse_hex(name.encode("utf-8"), what=what, length=32)


def notices_index(name: str, *, what: str) -> int | None:
    """The entry of whose notices a row tells; None for the row of a member."""
    if not name.startswith(_NOTICES):
        return None
    return parse_decimal(name.removeprefix(_NOTICES).encode("utf-8"), what=what)


def check_register_row(name: str, row: dict[str, Any], *, what: str) -> None:
    """Check the members of a row that a verdict rests on.

    Raises:
        FormatError: one is missing, unknown, or not of its type.
    """
    if name.startswith(_NOTICES):
        expect_object(row, ("duties",), what=what)
        for duty in expect_array(row["duties"], what=f"{what}: duties"):
            _check_notice(duty, what=f"{what}: duties")
        return
    expect_object(row, ("claims",), optional=("removed",), what=what)
    for claim in expect_array(row["claims"], what=f"{what}: claims"):
        _check_claim(claim, what=f"{what}: claims")
    if "removed" in row:
        _check_day(row["removed"], what=f"{what}: removed")


def _check_claim(value: Any, *, what: str) -> None:
    claim = expect_object(value, ("claim", "decision", "duties", "objection", "paid", "state"), what=what)
    expect_integer(claim["claim"], what=f"{what}: claim")
    expect_integer(claim["paid"], what=f"{what}: paid")
    expect_string(claim["state"], what=f"{what}: state")
    for part in ("decision", "objection"):
        if claim[part] is not None:
            expect_integer(claim[part], what=f"{what}: {part}")
    for duty in expect_array(claim["duties"], what=f"{what}: duties"):
        _check_duty(duty, what=f"{what}: duties")


def _check_duty(value: Any, *, what: str) -> None:
    duty = expect_object(
        value, ("by", "calendar", "days", "due", "id", "met", "provisional", "starts", "unit"), what=what
    )
    expect_string(duty["by"], what=f"{what}: by")
    expect_string(duty["id"], what=f"{what}: id")
    last = -1
    for index in expect_array(duty["calendar"], what=f"{what}: calendar"):
        last = expect_integer(index, least=last + 1, what=f"{what}: calendar, which rises")
    if duty["days"] is not None:
        expect_integer(duty["days"], most=DAYS_MAX, what=f"{what}: days")
    if duty["due"] is not None:
        _check_day(duty["due"], what=f"{what}: due")
    if duty["met"] is not None:
        _check_day(duty["met"], what=f"{what}: met")
    if not isinstance(duty["provisional"], bool):
        raise FormatError(f"{what}: provisional: expected true or false, got {duty['provisional']!r}")
    _check_day(duty["starts"], what=f"{what}: starts")
    if duty["unit"] not in UNITS:
        raise FormatError(f"{what}: unit: expected one of {', '.join(UNITS)}, got {duty['unit']!r}")


def _check_notice(value: Any, *, what: str) -> None:
    duty = expect_object(value, ("by", "due", "first", "id", "last", "met", "number"), what=what)
    expect_string(duty["by"], what=f"{what}: by")
    expect_string(duty["id"], what=f"{what}: id")
    expect_integer(duty["number"], what=f"{what}: number")
    _check_day(duty["first"], what=f"{what}: first")
    for name in ("due", "last", "met"):
        if duty[name] is not None:
            _check_day(duty[name], what=f"{what}: {name}")


def _check_day(value: Any, *, what: str) -> None:
    parse_day(expect_string(value, what=what).encode("utf-8"), what=what)
