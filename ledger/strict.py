"""The only parsers of primitives: one value, one spelling.

    decimal      0 | [1-9][0-9]*            ASCII, no sign, no leading zero, at most 2^63-1
    base64       RFC 4648, section 4        padded, no other characters, unused bits zero
    hex          [0-9a-f], an even number
    day          YYYY-MM-DD                 a day of the calendar
    JSON         RFC 8785 restricted        objects, arrays, strings, integers within +-(2^53-1), true, false, null

A JSON text is accepted only when encoding its value gives the same bytes again. That one comparison refuses white
space, members out of order or twice, and every second spelling of a string or number. Example:

    {"amount":300,"lines":["a","b"],"nonce":null}

Source: docs/formats/canonical-json.md.
"""

import base64
import datetime
import re
import unicodedata
from typing import TypeAlias

import msgspec

from ledger.errors import FormatError

JsonValue: TypeAlias = "bool | int | str | list[JsonValue] | dict[str, JsonValue] | None"

INTEGER_MAX = 2**53 - 1  # what every JSON reader, JavaScript's too, holds exactly
JSON_DEPTH_MAX = 32
JSON_BYTES_MAX = 1 << 20
_SHOWN_MAX = 80  # characters of a refused value that a message repeats

_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)
_HEX = re.compile(r"(?:[0-9a-f]{2})*", re.ASCII)
_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", re.ASCII)
_MEMBER = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
# Controls (C0, DEL, C1), what turns the direction of writing, line and paragraph separator, byte order mark.
_UNSEEN = re.compile("[\\x00-\\x1f\\x7f-\\x9f\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069\\ufeff]")

_decode_json = msgspec.json.Decoder(strict=True).decode
_encode_json = msgspec.json.Encoder(order="deterministic").encode


def decimal(text: str, *, what: str, maximum: int = 2**63 - 1) -> int:
    """Parse an unsigned ASCII decimal with no sign, spaces or leading zeros.

    Raises:
        FormatError: another spelling, or a number above `maximum`.
    """
    if not _DECIMAL.fullmatch(text):
        raise FormatError(f"{what}: expected a decimal without leading zeros, got {shown(text)}")
    value = int(text)
    if value > maximum:
        raise FormatError(f"{what}: expected at most {maximum}, got {value}")
    return value


def base64_exact(text: str, *, what: str, size: int | None = None) -> bytes:
    """Parse canonical base64 (RFC 4648, section 4, padded) of `size` bytes, or of any number where `size` is None.

    Raises:
        FormatError: the text is not what encoding its bytes gives, or has the wrong size.
    """
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:  # also where `text` is not ASCII
        data = b""
    # The comparison refuses stray bits before the padding, for which many decoders have several spellings.
    if base64.b64encode(data).decode() != text or (size is not None and len(data) != size):
        want = "canonical base64" if size is None else f"{(size + 2) // 3 * 4} characters of canonical base64"
        raise FormatError(f"{what}: expected {want}, got {shown(text)}")
    return data


def hex_exact(text: str, *, what: str, size: int | None = None) -> bytes:
    """Parse lowercase hex of `size` bytes, or of any number where `size` is None.

    Raises:
        FormatError: another character, an odd number of them, or the wrong size.
    """
    if not _HEX.fullmatch(text) or (size is not None and len(text) != 2 * size):
        want = "lowercase hex" if size is None else f"{2 * size} lowercase hex digits"
        raise FormatError(f"{what}: expected {want}, got {shown(text)}")
    return bytes.fromhex(text)


def day(text: str, *, what: str) -> datetime.date:
    """Parse a day of the calendar, YYYY-MM-DD.

    Raises:
        FormatError: another spelling, or a day that does not exist.
    """
    parts = _DAY.fullmatch(text)
    if not parts:
        raise FormatError(f"{what}: expected a day YYYY-MM-DD, got {shown(text)}")
    year, month, day_of_month = map(int, parts.groups())
    try:
        return datetime.date(year, month, day_of_month)
    except ValueError:
        raise FormatError(f"{what}: there is no day {text}") from None


def check_text(text: str, *, what: str) -> None:
    """Check a text that a person composes: Unicode NFC, without controls and without marks that turn its direction.

    Judged when an entry is composed and never in a replay: Unicode's tables change from version to version, a verdict
    may not.

    Raises:
        FormatError: naming the first character that may not stand in it.
    """
    unseen = _UNSEEN.search(text)
    if unseen:
        raise FormatError(f"{what}: character {unseen.start()} is U+{ord(unseen.group()):04X}, "
                          "a control, separator or direction mark")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise FormatError(f"{what}: character {error.start} is half of a surrogate pair") from None
    if not unicodedata.is_normalized("NFC", text):
        raise FormatError(f"{what}: expected text in Unicode NFC, got {shown(text)}")


def check_texts(value: object, *, what: str) -> None:
    """Check every string in a JSON value that a person composes, as `check_text` does.

    Raises:
        FormatError: naming the member and the first character that may not stand in it.
    """
    if isinstance(value, str):
        check_text(value, what=what)
    elif isinstance(value, dict):
        for name, member in value.items():
            check_texts(member, what=f"{what}.{name}")
    elif isinstance(value, list | tuple):
        for index, element in enumerate(value):
            check_texts(element, what=f"{what}[{index}]")


def parse_json(data: bytes, *, what: str, depth_max: int = JSON_DEPTH_MAX, size_max: int = JSON_BYTES_MAX) -> JsonValue:
    """Parse canonical JSON: the value whose one encoding is `data`.

    Raises:
        FormatError: longer than `size_max` bytes, deeper than `depth_max` arrays and objects, not JSON, a value that
            may not be in it, or another spelling than the canonical one.
    """
    if len(data) > size_max:
        raise FormatError(f"{what}: expected at most {size_max} bytes of JSON, got {len(data)}")
    try:
        value: JsonValue = _decode_json(data)
    except UnicodeDecodeError:
        raise FormatError(f"{what}: a string is not UTF-8") from None
    except RecursionError:
        raise FormatError(f"{what}: too many arrays and objects inside each other") from None
    except msgspec.DecodeError as error:
        raise FormatError(f"{what}: not JSON: {error}") from None
    _admit(value, where=what, depth_left=depth_max)
    canonical = _encode_json(value)
    if canonical != data:
        at = _first_difference(canonical, data)
        raise FormatError(f"{what}: not canonical JSON at byte {at}: expected {canonical[at:at + 24]!r}, "
                          f"got {data[at:at + 24]!r}")
    return value


def format_json(value: object, *, what: str = "value") -> bytes:
    """Format `value` as canonical JSON; tuples are written as arrays.

    Raises:
        FormatError: `value` holds what may not be in it; the message names the member.
    """
    _admit(value, where=what, depth_left=JSON_DEPTH_MAX)
    try:
        return _encode_json(value)
    except UnicodeEncodeError:
        raise FormatError(f"{what}: a string holds half of a surrogate pair") from None


def shown(value: object) -> str:
    """Return `value` as a message repeats it: quoted, and cut where it is long."""
    text = repr(value)
    return text if len(text) <= _SHOWN_MAX else f"{text[:_SHOWN_MAX]}… ({len(text)} characters)"


def _admit(value: object, *, where: str, depth_left: int) -> None:
    """Check that `value` may be in canonical JSON, naming the member that may not."""
    if isinstance(value, str | bool) or value is None:
        return
    if isinstance(value, int):
        if not -INTEGER_MAX <= value <= INTEGER_MAX:
            raise FormatError(f"{where}: expected an integer within +-(2^53-1), got one of {value.bit_length()} bits")
    elif depth_left == 0:
        raise FormatError(f"{where}: too many arrays and objects inside each other")
    elif isinstance(value, dict):
        for name, member in value.items():
            if not _MEMBER.fullmatch(name):
                raise FormatError(f"{where}: expected a member name [a-z][a-z0-9_]*, got {shown(name)}")
            _admit(member, where=f"{where}.{name}", depth_left=depth_left - 1)
    elif isinstance(value, list | tuple):
        for index, element in enumerate(value):
            _admit(element, where=f"{where}[{index}]", depth_left=depth_left - 1)
    else:
        raise FormatError(f"{where}: expected a string, integer, boolean, null, array or object, got {shown(value)}")


def _first_difference(one: bytes, other: bytes) -> int:
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
