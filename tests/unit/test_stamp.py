"""Stamps: members and their types, and what a refusal says."""

import json

import pytest

from ledger.errors import FormatError
from ledger.stamp import format_stamp, parse_stamp

MOVE = {"amount": 500, "from": "fund/a", "from_pos": 0, "to": "fund/b", "to_pos": 0}
SPLIT = {"amount": 10, "den": 10, "num": 9, "pos": 0, "rest": "fund/c", "rest_pos": 0, "split": "fund/s",
         "to": "fund/b", "to_pos": 0}
LINE = {"balance": None, "charter": 0, "index": 7, "rules": 1, "time_unix_ms": 1551400000123}


def encoded(**members):
    whole = {name: value for name, value in {**LINE, **members}.items() if value is not ...}
    return json.dumps(whole, sort_keys=True, separators=(",", ":")).encode()


@pytest.mark.parametrize("members", [
    pytest.param({}, id="nothing-moved"), pytest.param({"moves": [MOVE, SPLIT]}, id="moves"),
    pytest.param({"effect": "5e" * 32, "balance": 3}, id="sealed"), pytest.param({"state": "5e" * 32}, id="close"),
    pytest.param(dict.fromkeys(("accounts", "exits", "figures", "published", "register"), "5e" * 32), id="balance"),
])  # fmt: skip
def test_a_stamp_is_one_line(members):
    assert format_stamp(parse_stamp(encoded(**members))) == encoded(**members)


@pytest.mark.parametrize("members,message", [
    pytest.param({"colour": 1}, "stamp: Object contains unknown field `colour`", id="unknown-member"),
    pytest.param({"charter": ...}, "stamp: Object missing required field `charter`", id="missing-member"),
    pytest.param({"balance": ...}, "stamp: Object missing required field `balance`", id="null-is-written"),
    pytest.param({"effect": None}, "stamp: Expected `str`, got `null` - at `$.effect`", id="null-for-optional"),
    pytest.param({"rules": 2}, "stamp: Invalid enum value 2 - at `$.rules`", id="rules-2"),
    pytest.param({"rules": True}, "stamp: Expected `int`, got `bool` - at `$.rules`", id="rules-true"),
    pytest.param({"index": -1}, "stamp: Expected `int` >= 0 - at `$.index`", id="index-negative"),
    pytest.param({"moves": []}, "stamp: Expected `array` of length >= 1 - at `$.moves`", id="moves-empty"),
    pytest.param({"moves": [{**MOVE, "amount": 0}]}, "stamp: Expected `int` >= 1 - at `$.amount`", id="no-amount"),
    pytest.param({"moves": [{**MOVE, "split": "fund/s"}]}, "stamp: Object contains unknown field", id="both"),
    pytest.param({"moves": [{**SPLIT, "from": "fund/s"}]}, "stamp: Object contains unknown field `from`", id="from"),
    pytest.param({"state": "5E" * 32}, "stamp: Expected `str` matching regex", id="hash-in-capitals"),
])
def test_a_refusal_names_the_member(members, message):
    with pytest.raises(FormatError) as caught:
        parse_stamp(encoded(**members))
    assert str(caught.value).startswith(message)


def test_a_stamp_is_canonical_json():
    with pytest.raises(FormatError, match=r"^stamp: not canonical JSON at byte "):
        parse_stamp(encoded().replace(b":7,", b": 7,"))


def test_the_largest_stamp_has_16384_bytes():
    with pytest.raises(FormatError, match=r"^stamp: expected at most 16384 bytes of JSON, got "):
        parse_stamp(encoded(moves=[MOVE] * 250))
