"""Verifier keys (C2SP signed-note): who may sign what, in one line of text.

    vkey = NAME "+" ID "+" base64(TYPE || PUBLIC)
    ID   = first 4 bytes of SHA-256(NAME || LF || TYPE || PUBLIC), in hex

    ledger.example/charity+ecc0a8f6+Acyjt/9jvY4D3l8IZeBKbiKDIOiu8JiYXDOZa8zBeAvB

TYPE is one byte: 01 Ed25519 over the note's text, 04 Ed25519 cosignature, 06 ML-DSA-44 cosignature.
"""

from dataclasses import dataclass
from enum import IntEnum
from hashlib import sha256

from verifier.errors import FormatError
from verifier.primitives.parse import parse_base64, parse_hex, parse_text, shown

NAME_BYTES_MAX = 255
KEY_ID_BYTES = 4

# What Unicode calls white space, written out so that no version of its tables can change a verdict.
_WHITE_SPACE = frozenset(
    "\t\n\v\f\r \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029"
    "\u202f\u205f\u3000"
)
_NEVER_IN_NAMES = _WHITE_SPACE | frozenset(map(chr, range(0x20))) | frozenset("+\x7f")


class KeyType(IntEnum):
    """What a key signs, and how."""

    NOTE = 0x01
    COSIGNATURE = 0x04
    MLDSA_COSIGNATURE = 0x06


_PUBLIC_BYTES = {KeyType.NOTE: 32, KeyType.COSIGNATURE: 32, KeyType.MLDSA_COSIGNATURE: 1312}


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key, its type and the name that it signs under."""

    name: str
    key_id: bytes
    type: KeyType
    public: bytes

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}"


def key_id(*, name: str, key_type: int, public: bytes) -> bytes:
    """The short identifier of a key; it finds a key among the trusted ones and proves nothing."""
    return sha256(name.encode("utf-8") + b"\n" + bytes((key_type,)) + public).digest()[:KEY_ID_BYTES]


def parse_key_name(data: bytes, *, what: str) -> str:
    """Parse a key name: 1 to 255 bytes of UTF-8 without white space, control characters or `+`."""
    if not 1 <= len(data) <= NAME_BYTES_MAX:
        raise FormatError(f"{what}: expected a key name of 1 to {NAME_BYTES_MAX} bytes, got {len(data)}")
    name = parse_text(data, what=what)
    if not _NEVER_IN_NAMES.isdisjoint(name):
        raise FormatError(f"{what}: expected a key name without white space and '+', got {shown(data)}")
    return name


def parse_vkey(data: bytes, *, what: str) -> VerifierKey:
    """Parse a verifier key; whether it may be admitted is for whoever trusts it (`signature.verify_key`).

    Raises:
        FormatError: not of the form above, an unknown type, or an ID that does not follow from the rest.
    """
    # The base64 part may hold a `+` of its own.
    parts = data.split(b"+", 2)
    if len(parts) != 3:
        raise FormatError(f"{what}: expected NAME+ID+KEY, got {shown(data)}")
    name = parse_key_name(parts[0], what=what)
    claimed = parse_hex(parts[1], what=f"{what}: key ID", length=KEY_ID_BYTES)
    typed = parse_base64(parts[2], what=f"{what}: key")
    if not typed:
        raise FormatError(f"{what}: expected a key type and a public key, got nothing")
    if typed[0] not in _PUBLIC_BYTES:
        raise FormatError(f"{what}: expected a key of type 01, 04 or 06, got {typed[0]:02x}")
    key_type, public = KeyType(typed[0]), typed[1:]
    if len(public) != _PUBLIC_BYTES[key_type]:
        raise FormatError(f"{what}: expected a public key of {_PUBLIC_BYTES[key_type]} bytes, got {len(public)}")
    computed = key_id(name=name, key_type=key_type, public=public)
    if claimed != computed:
        raise FormatError(f"{what}: expected the key ID {computed.hex()}, got {claimed.hex()}")
    return VerifierKey(name, claimed, key_type, public)
