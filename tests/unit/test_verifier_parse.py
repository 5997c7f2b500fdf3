"""verifier/primitives/parse.py: one value has one spelling, and no input raises anything but a VerifyError."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifier.errors import FormatError
from verifier.primitives.parse import (
    INTEGER_MAX,
    encode_json,
    parse_base64,
    parse_decimal,
    parse_hex,
    parse_json,
    parse_text,
)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"007", id="leading-zeros"),
        pytest.param(b"+7", id="sign"),
        pytest.param(b"-0", id="minus-zero"),
        pytest.param(b" 7", id="blank"),
        pytest.param(b"1_0", id="python-underscore"),
        pytest.param(b"7\n", id="trailing-newline"),
        pytest.param("٣".encode(), id="arabic-indic-digit"),
        pytest.param(b"9" * 100_000, id="a-hundred-thousand-digits"),
        pytest.param(str(2**63).encode(), id="above-int64"),
    ],
)
def test_decimal_rejects(data: bytes) -> None:
    with pytest.raises(FormatError, match=r"^tree size: expected "):
        parse_decimal(data, what="tree size")


def test_decimal_accepts_up_to_its_bound() -> None:
    assert parse_decimal(b"0", what="size") == 0
    assert parse_decimal(str(2**63 - 1).encode(), what="size") == 2**63 - 1
    with pytest.raises(FormatError, match="expected at most 255, got 256"):
        parse_decimal(b"256", what="width", most=255)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"q83v\n", id="newline"),
        pytest.param(b"q8 3v", id="blank"),
        pytest.param(b"q80", id="no-padding"),
        pytest.param(b"q81=", id="stray-bits"),
        pytest.param(b"q8-_", id="url-alphabet"),
        pytest.param(b"q80==", id="excess-padding"),
        pytest.param("q83ý".encode(), id="not-ascii"),
    ],
)
def test_base64_rejects(data: bytes) -> None:
    with pytest.raises(FormatError, match=r"^root: expected canonical base64, got "):
        parse_base64(data, what="root")


def test_base64_of_a_length() -> None:
    assert parse_base64(b"q80=", what="root", length=2) == b"\xab\xcd"
    with pytest.raises(FormatError, match="root: expected base64 of 32 bytes, got 2 bytes"):
        parse_base64(b"q80=", what="root", length=32)


@pytest.mark.parametrize("data", [b"AB", b"abc", b"0x", b"ab cd", b"ab\n", "٣٣".encode()])
def test_hex_rejects(data: bytes) -> None:
    with pytest.raises(FormatError, match=r"^nonce: expected lowercase hex, got "):
        parse_hex(data, what="nonce")


def test_hex_of_a_length() -> None:
    assert parse_hex(b"abcd", what="nonce", length=2) == b"\xab\xcd"
    with pytest.raises(FormatError, match="expected 32 hex digits, got 4"):
        parse_hex(b"abcd", what="nonce", length=16)


def test_text_names_the_first_byte_that_is_not_utf8() -> None:
    assert parse_text("明账".encode(), what="note") == "明账"
    with pytest.raises(FormatError, match="note: expected UTF-8, byte 2 is not"):
        parse_text(b"ab\xff", what="note")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param(b"", "expected JSON", id="empty"),
        pytest.param(b'{"a":1,"a":1}', "occurs twice", id="duplicate-name"),
        pytest.param(b'{"b":1,"a":1}', "another spelling", id="unsorted"),
        pytest.param(b'{"a": 1}', "another spelling", id="blank"),
        pytest.param(b'{"a":1}\n', "another spelling", id="trailing-newline"),
        pytest.param(b'{"a":1}{', "expected JSON", id="more-behind"),
        pytest.param(b'{"A":1}', "member name", id="capital-name"),
        pytest.param('{"ä":1}'.encode(), "member name", id="name-not-ascii"),
        pytest.param(b'{"a\\n":1}', "member name", id="name-with-newline"),
        pytest.param(b'{"":1}', "member name", id="empty-name"),
        pytest.param(b'"\\u0041"', "another spelling", id="needless-escape"),
        pytest.param(b'"\\/"', "another spelling", id="escaped-slash"),
        pytest.param(b'"\\u001F"', "another spelling", id="capital-escape"),
        pytest.param(b'"\\ud800"', "surrogate", id="half-a-surrogate-pair"),
        pytest.param(b'"\xed\xa0\x80"', "UTF-8", id="surrogate-in-utf8"),
        pytest.param(b'"\x01"', "expected JSON", id="raw-control"),
        pytest.param(b"\xef\xbb\xbf1", "expected JSON", id="byte-order-mark"),
        pytest.param('{"a":1}'.encode("utf-16"), "UTF-8", id="utf-16"),
        pytest.param(b"1.0", "expected an integer, got", id="fraction"),
        pytest.param(b"1e3", "expected an integer, got", id="exponent"),
        pytest.param(b"NaN", "expected an integer, got", id="nan"),
        pytest.param(b"-Infinity", "expected an integer, got", id="infinity"),
        pytest.param(b"-0", "integer within", id="minus-zero"),
        pytest.param(b"01", "expected JSON", id="leading-zero"),
        pytest.param(str(2**53).encode(), "integer within", id="above-2-53"),
        pytest.param(str(-(2**53)).encode(), "integer within", id="below-minus-2-53"),
        pytest.param(b"9" * 100_000, "integer within", id="a-hundred-thousand-digits"),
        pytest.param(b"[" * 100_000, "nested", id="a-hundred-thousand-deep"),
        pytest.param(b'{"a":' * 100_000, "nested", id="a-hundred-thousand-objects-deep"),
        pytest.param(b"]" * 100_000, "expected JSON", id="only-closing"),
        pytest.param(b'"' + b'\\"' * 500_000, "expected JSON", id="string-that-never-ends"),
        pytest.param(b'"' + b"\\" * 500_001, "expected JSON", id="escape-that-never-ends"),
    ],
)
def test_json_rejects(data: bytes, message: str) -> None:
    with pytest.raises(FormatError, match=f"^entry: .*{message}"):
        parse_json(data, what="entry")


def test_json_accepts_what_is_canonical() -> None:
    data = '{"a":[1,-2,true,false,null,{}],"b_2":"明账 [[[ \\" \\u001f \\n \u2028"}'.encode()
    assert parse_json(data, what="entry") == {"a": [1, -2, True, False, None, {}], "b_2": '明账 [[[ " \x1f \n \u2028'}
    assert parse_json(str(INTEGER_MAX).encode(), what="entry") == INTEGER_MAX


def test_json_depth_and_size_are_bounded() -> None:
    assert parse_json(b"[" * 4 + b"]" * 4, what="entry", depth_max=4) == [[[[]]]]
    with pytest.raises(FormatError, match="at most 4 nested containers"):
        parse_json(b"[" * 5 + b"]" * 5, what="entry", depth_max=4)
    with pytest.raises(FormatError, match="expected at most 3 bytes, got 4"):
        parse_json(b"1234", what="entry", bytes_max=3)


@given(st.binary(max_size=60) | st.text(alphabet='[]{}",:\\u0123456789abeE+-.truflsn \n', max_size=40).map(str.encode))
def test_json_never_raises_anything_else(data: bytes) -> None:
    try:
        value = parse_json(data, what="fuzz")
    except FormatError:
        return
    assert encode_json(value, what="fuzz") == data
    assert json.loads(data) == value
