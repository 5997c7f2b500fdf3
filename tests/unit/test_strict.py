"""What the vectors of strict cannot say: messages, bounds given by the caller, and values that no JSON file holds."""

import datetime
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import FormatError
from ledger.strict import (
    INTEGER_MAX,
    JSON_BYTES_MAX,
    base64_exact,
    check_text,
    day,
    decimal,
    format_json,
    hex_exact,
    parse_json,
    shown,
)

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-INTEGER_MAX, INTEGER_MAX) | st.text(),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(st.from_regex(r"[a-z][a-z0-9_]{0,5}", fullmatch=True), inner, max_size=4),
    max_leaves=20,
)


@given(VALUES)
def test_json_comes_back(value: Any) -> None:
    assert parse_json(format_json(value), what="value") == value


@given(st.binary(max_size=40) | st.text('{}[]",:0123456789aeE+-.\\u nultrfs', max_size=40).map(str.encode))
def test_any_bytes_are_refused_or_come_back(data: bytes) -> None:
    try:
        value = parse_json(data, what="value")
    except FormatError:
        return
    assert format_json(value) == data


@given(st.text(max_size=20))
def test_primitives_come_back_or_are_refused(text: str) -> None:
    for parse, back in (
        (decimal, str),
        (hex_exact, bytes.hex),
        (day, datetime.date.isoformat),
    ):
        try:
            value = parse(text, what="value")
        except FormatError:
            continue
        assert back(value) == text


@pytest.mark.parametrize(("data", "message"), [
    pytest.param(b'{"a":{"lines":[1,2.0]}}', r"^entry\.a\.lines\[1\]: expected a string, .* got 2\.0$", id="float"),
    pytest.param(b'{"amount":9007199254740992}', r"^entry\.amount: expected an integer within .* 54 bits$", id="large"),
    pytest.param(b'{"a":{"B":1}}', r"^entry\.a: expected a member name .* got 'B'$", id="name"),
    pytest.param(b'{"a":1,"a":2}', r"^entry: not canonical JSON at byte 5: ", id="duplicate"),
    pytest.param(b'{"a":1}\n', r"^entry: not canonical JSON at byte 7: expected b'', got b'\\n'$", id="line-feed"),
    pytest.param(b'"\xff"', r"^entry: a string is not UTF-8$", id="utf-8"),
    pytest.param(b"[" * 33 + b"]" * 33, r"^entry(\[0\]){32}: too many arrays", id="depth"),
    pytest.param(b"[" * 10**6, r"^entry: too many arrays", id="depth-million"),
    pytest.param(b"{", r"^entry: not JSON: ", id="not-json"),
])  # fmt: skip
def test_json_says_where(data: bytes, message: str) -> None:
    with pytest.raises(FormatError, match=message):
        parse_json(data, what="entry")


def test_json_is_bounded_by_the_caller() -> None:
    assert parse_json(b"[[]]", what="entry", depth_max=2, size_max=4) == [[]]
    with pytest.raises(FormatError, match=r"^entry: expected at most 3 bytes of JSON, got 4$"):
        parse_json(b"[[]]", what="entry", size_max=3)
    with pytest.raises(FormatError, match=r"^entry\[0\]: too many arrays"):
        parse_json(b"[[]]", what="entry", depth_max=1)
    longest = b'"%b"' % (b"a" * (JSON_BYTES_MAX - 2))
    assert len(str(parse_json(longest, what="entry"))) == JSON_BYTES_MAX - 2
    with pytest.raises(FormatError, match=r"^entry: expected at most 1048576 bytes"):
        parse_json(longest + b" ", what="entry")


@pytest.mark.parametrize(("value", "message"), [
    pytest.param(float("nan"), r"^value: expected a string, .* got nan$", id="nan"),
    pytest.param({"a": b""}, r"^value\.a: expected a string, .* got b''$", id="bytes"),
    pytest.param({"a": 10**5000}, r"^value\.a: expected an integer .* 16610 bits$", id="5000-digits"),
    pytest.param(["\ud800"], r"^value: a string holds half of a surrogate pair$", id="surrogate"),
])  # fmt: skip
def test_format_json_says_where(value: Any, message: str) -> None:
    with pytest.raises(FormatError, match=message):
        format_json(value)


def test_format_json_refuses_a_list_inside_itself() -> None:
    endless: list[Any] = []
    endless.append(endless)
    with pytest.raises(FormatError, match="too many arrays"):
        format_json(endless)


def test_format_json_writes_tuples_as_arrays() -> None:
    assert format_json({"b": (1, "x"), "a": ()}) == b'{"a":[],"b":[1,"x"]}'


def test_decimal_is_bounded_by_the_caller() -> None:
    assert decimal("63", what="level", maximum=63) == 63
    with pytest.raises(FormatError, match=r"^level: expected at most 63, got 64$"):
        decimal("64", what="level", maximum=63)


@pytest.mark.parametrize(("refused", "message"), [
    pytest.param(lambda: decimal("007", what="size"), r"^size: expected a decimal .* got '007'$", id="decimal"),
    pytest.param(lambda: base64_exact("q83v", what="root", size=32), r"^root: expected 44 characters .* got 'q83v'$",
                 id="base64-size"),
    pytest.param(lambda: base64_exact("/x==", what="root"), r"^root: expected canonical base64, got", id="base64"),
    pytest.param(lambda: hex_exact("AB", what="nonce"), r"^nonce: expected lowercase hex, got 'AB'$", id="hex"),
    pytest.param(lambda: hex_exact("ab", what="nonce", size=16), r"^nonce: expected 32 lowercase", id="hex-size"),
    pytest.param(lambda: day("1.3.2019", what="at"), r"^at: expected a day YYYY-MM-DD, got '1\.3\.2019'$", id="day"),
    pytest.param(lambda: day("2019-02-29", what="at"), r"^at: there is no day 2019-02-29$", id="no-such-day"),
    pytest.param(lambda: check_text("a\x00", what="note"), r"^note: character 1 is U\+0000, a control", id="control"),
    pytest.param(lambda: check_text("a\ud800", what="note"), r"^note: character 1 is half of a surrogate pair$",
                 id="surrogate"),
    pytest.param(lambda: check_text("e\u0301", what="note"), r"^note: expected text in Unicode NFC", id="nfc"),
])  # fmt: skip
def test_primitives_say_where(refused: Any, message: str) -> None:
    with pytest.raises(FormatError, match=message):
        refused()


def test_a_message_stays_short() -> None:
    assert len(shown("a" * 10**6)) < 120


def test_depth_is_refused_whatever_the_interpreter_allows() -> None:
    """A limit of recursion that was raised elsewhere must not let a deep text in."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(5000)
    try:
        with pytest.raises(FormatError, match="too many arrays"):
            parse_json(b"[" * 2000 + b"]" * 2000, what="entry")
    finally:
        sys.setrecursionlimit(before)
