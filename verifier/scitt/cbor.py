"""CBOR in its deterministic form (RFC 8949, section 4.2.1), as far as COSE receipts need it (docs/formats/cose.md).

    integers        -2^64 to 2^64-1, in the shortest head          byte and text strings, of definite length
    arrays, maps    of definite length                              false, true, null
    tag             one of those below                              nothing else: no floats, no indefinite lengths

Keys of a map are integers or texts, sorted by the bytes that they are encoded as, each there once. One value has one
spelling, so `parse_cbor` refuses whatever `encode_cbor` would not have written.
"""

from dataclasses import dataclass
from typing import TypeAlias

from verifier.errors import FormatError
from verifier.primitives.parse import parse_text

Cbor: TypeAlias = "int | bytes | str | bool | list[Cbor] | dict[int | str, Cbor] | Tagged | None"

DEPTH_MAX = 16  # nested containers and tags; a receipt has four
CBOR_BYTES_MAX = 1024 * 1024  # as for JSON
ARGUMENT_MAX = 2**64 - 1

_UNSIGNED, _NEGATIVE, _BYTES, _TEXT, _ARRAY, _MAP, _TAG, _SIMPLE = range(8)
_SIMPLE_VALUES = (False, True, None)
_FIRST_SIMPLE = 20


@dataclass(frozen=True, slots=True)
class Tagged:
    """A value under a tag number."""

    tag: int
    value: "Cbor"


def encode_cbor(value: Cbor) -> bytes:
    """Encode a value that `parse_cbor` could have given."""
    if value is None or isinstance(value, bool):
        return _head(_SIMPLE, _FIRST_SIMPLE + _SIMPLE_VALUES.index(value))
    if isinstance(value, int):
        return _head(_UNSIGNED, value) if value >= 0 else _head(_NEGATIVE, -1 - value)
    if isinstance(value, bytes):
        return _head(_BYTES, len(value)) + value
    if isinstance(value, str):
        text = value.encode("utf-8")
        return _head(_TEXT, len(text)) + text
    if isinstance(value, list):
        return _head(_ARRAY, len(value)) + b"".join(map(encode_cbor, value))
    if isinstance(value, dict):
        members = sorted((encode_cbor(key), encode_cbor(member)) for key, member in value.items())
        return _head(_MAP, len(members)) + b"".join(key + member for key, member in members)
    return _head(_TAG, value.tag) + encode_cbor(value.value)


def parse_cbor(data: bytes, *, what: str) -> Cbor:
    """Parse one value, the whole of `data`.

    Raises:
        FormatError: too large, too deep, cut off, bytes left over, a value that is not among those above, or another
            spelling of one that is; the message names the byte.
    """
    if len(data) > CBOR_BYTES_MAX:
        raise FormatError(f"{what}: expected at most {CBOR_BYTES_MAX} bytes, got {len(data)}")
    reader = _Reader(data, what)
    value = reader.value(depth=0)
    if reader.at != len(data):
        raise FormatError(f"{what}: expected nothing behind byte {reader.at}, got {len(data) - reader.at} bytes more")
    return value


def _head(major: int, argument: int) -> bytes:
    """Major type and argument, in as few bytes as there can be."""
    if not 0 <= argument <= ARGUMENT_MAX:
        raise FormatError(f"CBOR: expected an integer from {-1 - ARGUMENT_MAX} to {ARGUMENT_MAX}")
    if argument < 24:
        return bytes((major << 5 | argument,))
    exponent = next(exponent for exponent in range(4) if argument < 1 << (8 << exponent))
    return bytes((major << 5 | 24 + exponent,)) + argument.to_bytes(1 << exponent, "big")


class _Reader:
    """Reads values one after another, and knows where it is."""

    def __init__(self, data: bytes, what: str) -> None:
        self._data = data
        self._what = what
        self.at = 0

    def value(self, *, depth: int) -> Cbor:
        start = self.at
        major, argument = self._read_head()
        if depth > DEPTH_MAX:
            raise self._error(start, f"expected at most {DEPTH_MAX} nested values, got more")
        if major == _UNSIGNED:
            return argument
        if major == _NEGATIVE:
            return -1 - argument
        if major == _BYTES:
            return self._take(argument)
        if major == _TEXT:
            return parse_text(self._take(argument), what=f"{self._what}: text at byte {start}")
        if major == _ARRAY:
            # Whatever the count, each item takes a byte: the data ends before memory does.
            return [self.value(depth=depth + 1) for _ in range(argument)]
        if major == _MAP:
            return self._members(argument, depth=depth + 1)
        if major == _TAG:
            return Tagged(argument, self.value(depth=depth + 1))
        if not 0 <= argument - _FIRST_SIMPLE < len(_SIMPLE_VALUES):
            raise self._error(start, f"expected false, true or null, got the simple value {argument}")
        return _SIMPLE_VALUES[argument - _FIRST_SIMPLE]

    def _members(self, count: int, *, depth: int) -> dict[int | str, Cbor]:
        found: dict[int | str, Cbor] = {}
        before = b""
        for _ in range(count):
            start = self.at
            key = self.value(depth=depth)
            if isinstance(key, bool) or not isinstance(key, int | str):
                raise self._error(start, "expected an integer or a text as the key of a map")
            encoded = self._data[start : self.at]
            if encoded <= before:
                raise self._error(start, "expected keys that are sorted by their bytes and differ")
            found[key], before = self.value(depth=depth), encoded
        return found

    def _read_head(self) -> tuple[int, int]:
        start = self.at
        major, short = divmod(self._take(1)[0], 32)
        if short < 24:
            return major, short
        # A float or a simple value has no argument in the bytes behind; 28 to 30 are reserved, 31 has no definite end.
        if short > 27 or major == _SIMPLE:
            raise self._error(start, "expected an integer, a string, an array, a map, a tag, false, true or null")
        argument = int.from_bytes(self._take(1 << short - 24), "big")
        if len(_head(major, argument)) != self.at - start:
            raise self._error(start, f"expected the shortest form of {argument}")
        return major, argument

    def _take(self, count: int) -> bytes:
        taken = self._data[self.at : self.at + count]
        if len(taken) != count:
            raise self._error(self.at, f"expected {count} bytes, the data ends after {len(taken)}")
        self.at += count
        return taken

    def _error(self, at: int, message: str) -> FormatError:
        return FormatError(f"{self._what}: byte {at}: {message}")
