"""The only parsers of primitives: decimals, base64, hex, days, text and canonical JSON.

One value has one spelling. Python's own parsers are generous (`int` reads `1_0`, `b64decode` skips junk,
`json.loads` keeps the last of two equal names), so no other module calls them.

Canonical JSON is RFC 8785 restricted to objects, arrays, strings, integers within +-(2^53-1), booleans and null:

    {"amount":300,"at":"2019-03-01","legs":[1,2],"open":true,"ref":null}

Names match `[a-z][a-z0-9_]*`, are sorted and occur once; no blanks; depth and size are bounded.
"""

import base64
import binascii
import json
import re
from datetime import date
from functools import lru_cache
from typing import NoReturn, TypeAlias

from verifier.errors import FormatError

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | bool | None"

INTEGER_MAX = 2**53 - 1  # the largest integer that every JSON reader keeps exactly
SIZE_MAX = 2**63 - 1  # sizes, indices and times: readers in Go keep them in an int64
DEPTH_MAX = 32  # nested containers; the deepest document of ours has about ten
JSON_BYTES_MAX = 1024 * 1024  # sixteen times the largest document of ours, a receipt

_DECIMAL = re.compile(rb"0|[1-9][0-9]{0,18}")
_DAY = re.compile(rb"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_HEX = re.compile(rb"(?:[0-9a-f]{2})*")
_MEMBER_NAME = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,15}", re.ASCII)
_ENCODER = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False, check_circular=False
)
# The tokens of nearly all documents. A colon stands behind a proper name only, and an integer is far from the largest:
# where all bytes are such tokens, no name and no number can be wrong.
_PLAIN = re.compile(
    rb'(?:"[a-z][a-z0-9_]*+":|"(?:[^"\\]++|\\.)*+"(?!:)|-?[0-9]{1,15}+(?![0-9.eE])|[\[\]{},]|true|false|null)*+',
    re.DOTALL,
)
_STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+"', re.DOTALL)
_PAIRS = bytes.maketrans(b"{}", b"[]")
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
# A whole string (also one that never ends), or one bracket. Each byte is looked at once, whatever the input.
_STRING_OR_BRACKET = re.compile(rb'"(?:[^"\\]++|\\[\x00-\xff]?)*+"?|[\[\]{}]')


def parse_decimal(data: bytes, *, what: str, most: int = SIZE_MAX) -> int:
    """Parse an unsigned ASCII decimal with no sign, blanks or leading zeros, at most `most`."""
    if not _DECIMAL.fullmatch(data):
        raise FormatError(f"{what}: expected a decimal without leading zeros, got {shown(data)}")
    value = int(data)
    if value > most:
        raise FormatError(f"{what}: expected at most {most}, got {value}")
    return value


def parse_base64(data: bytes, *, what: str, length: int | None = None) -> bytes:
    """Parse canonical base64 (RFC 4648, section 4, with padding), of exactly `length` bytes when given."""
    try:
        value = base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        raise FormatError(f"{what}: expected canonical base64, got {shown(data)}") from None
    # Stray bits behind the last byte would give one value several spellings.
    if base64.b64encode(value) != data:
        raise FormatError(f"{what}: expected canonical base64, got {shown(data)}")
    if length is not None and len(value) != length:
        raise FormatError(f"{what}: expected base64 of {length} bytes, got {len(value)} bytes")
    return value


def parse_hex(data: bytes, *, what: str, length: int | None = None) -> bytes:
    """Parse lowercase hex, of exactly `length` bytes when given."""
    if not _HEX.fullmatch(data):
        raise FormatError(f"{what}: expected lowercase hex, got {shown(data)}")
    if length is not None and len(data) != 2 * length:
        raise FormatError(f"{what}: expected {2 * length} hex digits, got {len(data)}")
    return bytes.fromhex(data.decode("ascii"))


def parse_day(data: bytes, *, what: str) -> date:
    """Parse a day of the calendar, `2019-03-01`."""
    if not _DAY.fullmatch(data):
        raise FormatError(f"{what}: expected a day like 2019-03-01, got {shown(data)}")
    try:
        return _day(data)
    except ValueError as error:
        raise FormatError(f"{what}: expected a day of the calendar, got {shown(data)} ({error})") from None


@lru_cache(maxsize=4096)  # a log of ten years asks for the same few thousand days again and again
def _day(data: bytes) -> date:
    return date.fromisoformat(data.decode("ascii"))


def parse_text(data: bytes, *, what: str) -> str:
    """Parse UTF-8."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise FormatError(f"{what}: expected UTF-8, byte {error.start} is not ({error.reason})") from None


def parse_json(data: bytes, *, what: str, bytes_max: int = JSON_BYTES_MAX, depth_max: int = DEPTH_MAX) -> Json:
    """Parse canonical JSON.

    Raises:
        FormatError: too large, too deep, not JSON, not within the restrictions above, or another spelling of it.
    """
    if len(data) > bytes_max:
        raise FormatError(f"{what}: expected at most {bytes_max} bytes, got {len(data)}")
    if data.count(b"[") + data.count(b"{") > depth_max:
        _check_depth(data, what=what, depth_max=depth_max)
    text = parse_text(data, what=what)
    plain = _parse_plain(data, text) if _PLAIN.fullmatch(data) else None
    return _parse_with_care(data, text, what=what) if plain is None else plain


def _parse_plain(data: bytes, text: str) -> Json:
    """Parse a document of plain tokens; None where anything is wrong with it."""
    try:
        value: Json = json.loads(text)
        encoded = _ENCODER.encode(value).encode("utf-8")
    except (json.JSONDecodeError, UnicodeEncodeError):
        return None
    return value if encoded == data else None


def _parse_with_care(data: bytes, text: str, *, what: str) -> Json:
    """Parse any document, each name and number looked at, and say what is wrong with it."""

    def members(pairs: list[tuple[str, Json]]) -> Json:
        for name, _ in pairs:
            if not _MEMBER_NAME.fullmatch(name):
                raise FormatError(f"{what}: expected a member name like 'valid_until', got {shown(name)}")
        found = dict(pairs)
        if len(found) != len(pairs):
            raise FormatError(f"{what}: a member name occurs twice among {shown(', '.join(name for name, _ in pairs))}")
        return found

    def integer(digits: str) -> int:
        # 2^53 has 16 digits; the pattern comes first so that a million digits are never converted.
        if not _INTEGER.fullmatch(digits) or abs(int(digits)) > INTEGER_MAX:
            raise FormatError(f"{what}: expected an integer within +-{INTEGER_MAX}, got {shown(digits)}")
        return int(digits)

    def no_number(digits: str) -> NoReturn:
        raise FormatError(f"{what}: expected an integer, got {shown(digits)}")

    try:
        value: Json = json.loads(
            text, object_pairs_hook=members, parse_int=integer, parse_float=no_number, parse_constant=no_number
        )
    except json.JSONDecodeError as error:
        raise FormatError(f"{what}: expected JSON, {error.msg} at character {error.pos}") from None
    if encode_json(value, what=what) != data:
        raise FormatError(f"{what}: expected canonical JSON, got another spelling of the same value: {shown(data)}")
    return value


def encode_json(value: Json, *, what: str) -> bytes:
    """Encode a value that `parse_json` could have given as canonical JSON.

    Member names are ASCII, so sorting them by character is sorting them as RFC 8785 wants.

    Raises:
        FormatError: a string holds half a surrogate pair, which has no UTF-8.
    """
    try:
        return _ENCODER.encode(value).encode("utf-8")
    except UnicodeEncodeError:
        raise FormatError(f"{what}: a string holds half a surrogate pair") from None


def shown(data: bytes | str) -> str:
    """A short, printable form of untrusted input for an error message."""
    text = ascii(data[:60])
    return text if len(data) <= 60 else f"{text} and {len(data) - 60} more"


def _check_depth(data: bytes, *, what: str, depth_max: int) -> None:
    """Bound the nesting before Python's recursive parser sees it."""
    # Where all brackets are in pairs, each round takes the innermost ones out.
    brackets = _STRING.sub(b"", data).translate(_PAIRS, _NO_BRACKETS)
    for _ in range(depth_max):
        brackets = brackets.replace(b"[]", b"")
    if not brackets:
        return
    depth = 0
    for match in _STRING_OR_BRACKET.finditer(data):
        if match[0] in (b"[", b"{"):
            depth += 1
            if depth > depth_max:
                raise FormatError(f"{what}: expected at most {depth_max} nested containers, got more")
        elif match[0] in (b"]", b"}"):
            depth -= 1
