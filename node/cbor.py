"""CBOR in its deterministic form (RFC 8949, section 4.2.1), as far as COSE receipts have it (docs/formats/cose.md).

    integers        in the shortest head                    byte and text strings, arrays, maps, of definite length
    null            nothing where something may be          a tag before a value

Keys of a map are sorted by the bytes that they are encoded as. It is written and never read here.
"""

from dataclasses import dataclass
from typing import TypeAlias

Cbor: TypeAlias = "int | bytes | str | list[Cbor] | dict[int | str, Cbor] | Tagged | None"

_UNSIGNED, _NEGATIVE, _BYTES, _TEXT, _ARRAY, _MAP, _TAG = range(7)
_NULL = b"\xf6"


@dataclass(frozen=True, slots=True)
class Tagged:
    """A value under a tag number."""

    tag: int
    value: "Cbor"


def encode_cbor(value: Cbor) -> bytes:
    """Encode a value; integers are from -2^64 to 2^64-1."""
    match value:
        case None:
            return _NULL
        case int():
            return _head(_UNSIGNED, value) if value >= 0 else _head(_NEGATIVE, -1 - value)
        case bytes():
            return _head(_BYTES, len(value)) + value
        case str():
            text = value.encode()
            return _head(_TEXT, len(text)) + text
        case list():
            return _head(_ARRAY, len(value)) + b"".join(map(encode_cbor, value))
        case dict():
            members = sorted((encode_cbor(key), encode_cbor(member)) for key, member in value.items())
            return _head(_MAP, len(members)) + b"".join(key + member for key, member in members)
        case Tagged():
            return _head(_TAG, value.tag) + encode_cbor(value.value)


def _head(major: int, argument: int) -> bytes:
    """Major type and argument, in as few bytes as there can be."""
    assert argument < 1 << 64, f"CBOR has integers of 64 bits, got {argument}"
    if argument < 24:
        return bytes((major << 5 | argument,))
    exponent = next(exponent for exponent in range(4) if argument < 1 << (8 << exponent))
    return bytes((major << 5 | 24 + exponent,)) + argument.to_bytes(1 << exponent, "big")
