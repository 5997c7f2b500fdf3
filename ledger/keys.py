"""Keys: C2SP signed-note verifier keys (vkey), and signing keys as Go's note package writes them (skey).

    vkey    NAME + "+" + hex8(ID) + "+" + base64(TYPE || PUBLIC)
    skey    "PRIVATE+KEY+" + NAME + "+" + hex8(ID) + "+" + base64(TYPE || SEED)
    ID      SHA-256(NAME || LF || TYPE || PUBLIC)[:4]
    TYPE    01 Ed25519                   public 32 bytes, signs a note's text
            04 Ed25519 cosignature       public 32 bytes, signs a checkpoint and a time
            06 ML-DSA-44 cosignature     public 1312 bytes, signs a checkpoint and a time
    NAME    1 to 255 bytes of UTF-8, no white space, no "+", no control character

    ledger.example/charity+ecc0a8f6+Acyjt/9jvY4D3l8IZeBKbiKDIOiu8JiYXDOZa8zBeAvB

The ID only finds a key and is no fingerprint: trust is in the configured public key. Parsing says nothing of the curve;
a charter or policy that takes a key in asks signature.admit_key.

Source: C2SP signed-note; docs/formats/signed-note.md.
"""

import base64
import hashlib
import re
from dataclasses import dataclass, field
from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

from ledger import signature
from ledger.errors import FormatError
from ledger.strict import base64_exact, hex_exact, shown

ED25519 = 0x01
COSIGNATURE = 0x04
MLDSA_COSIGNATURE = 0x06
SEED_BYTES = 32
NAME_BYTES_MAX = 255  # a cosignature of type 06 writes the length of the name in one byte

_PUBLIC_BYTES = ((ED25519, 32), (COSIGNATURE, 32), (MLDSA_COSIGNATURE, 1312))
_SECRET = "PRIVATE+KEY+"
# White space as Unicode has it, spelled out so that every reader agrees for ever; controls; "+"; surrogates.
_NOT_IN_NAME = re.compile(
    "[\\x00-\\x20\\x7f+\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000\\ud800-\\udfff]"
)


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key under a name, for signatures of one type."""

    name: str
    key_id: bytes
    algorithm: int
    public: bytes

    @property
    def vkey(self) -> str:
        """The key as text, as parse_vkey reads it."""
        return _format(self.name, self.key_id, self.algorithm, self.public)


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A secret seed under a name, for signatures of one type. Its `repr` does not show the seed."""

    name: str
    algorithm: int
    seed: bytes = field(repr=False)
    verifier: VerifierKey = field(init=False, repr=False)

    def __post_init__(self) -> None:
        check_name(self.name, what="signing key")
        if len(self.seed) != SEED_BYTES:
            raise FormatError(f"signing key {self.name}: expected a seed of {SEED_BYTES} bytes, got {len(self.seed)}")
        if self.algorithm == MLDSA_COSIGNATURE:
            public = MLDSA44PrivateKey.from_seed_bytes(self.seed).public_key().public_bytes_raw()
        else:
            public = signature.public_key(self.seed)
        object.__setattr__(self, "verifier", verifier_key(self.name, self.algorithm, public))


def check_name(name: str, *, what: str) -> None:
    """Check that `name` may be the name of a key.

    Raises:
        FormatError: empty, too long, or a character that may not be in it.
    """
    unfit = _NOT_IN_NAME.search(name)
    if unfit:
        raise FormatError(f"{what}: key name {shown(name)} holds U+{ord(unfit.group()):04X}")
    if not 1 <= len(name.encode()) <= NAME_BYTES_MAX:
        raise FormatError(f"{what}: expected a key name of 1 to {NAME_BYTES_MAX} bytes, got {shown(name)}")


def key_id(name: str, algorithm: int, public: bytes) -> bytes:
    """Return the four bytes that, with the name, find this key's signatures in a note."""
    return hashlib.sha256(b"%b\n%c%b" % (name.encode(), algorithm, public)).digest()[:4]


def verifier_key(name: str, algorithm: int, public: bytes) -> VerifierKey:
    """Put a verifier key together from its parts.

    Raises:
        FormatError: a bad name, a type that this version does not know, or a public key of the wrong length.
    """
    check_name(name, what="key")
    size = dict(_PUBLIC_BYTES).get(algorithm)
    if size is None:
        raise FormatError(f"key {name}: expected type 01, 04 or 06, got {algorithm:02x}")
    if len(public) != size:
        raise FormatError(f"key {name}: type {algorithm:02x} has a public key of {size} bytes, got {len(public)}")
    return VerifierKey(name, key_id(name, algorithm, public), algorithm, public)


@lru_cache(maxsize=256)  # the few keys of a charter sign everything
def parse_vkey(text: str, *, what: str = "vkey") -> VerifierKey:
    """Parse a verifier key.

    Raises:
        FormatError: not of the form above, or the ID is not the key's.
    """
    name, ident, material = _split(text, what=what)
    key = verifier_key(name, material[0], material[1:])
    if key.key_id != ident:
        raise FormatError(f"{what} {name}: expected the key ID {key.key_id.hex()}, got {ident.hex()}")
    return key


def parse_skey(text: str) -> SigningKey:
    """Parse a signing key. No message repeats any part of it but the name.

    Raises:
        FormatError: not of the form above, or the ID is not the key's.
    """
    if not text.startswith(_SECRET):
        raise FormatError(f"skey: expected it to begin with {_SECRET}")
    name, ident, material = _split(text.removeprefix(_SECRET), what="skey")
    key = SigningKey(name, material[0], material[1:])
    if key.verifier.key_id != ident:
        raise FormatError(f"skey {name}: expected the key ID {key.verifier.key_id.hex()}, got {ident.hex()}")
    return key


def format_skey(key: SigningKey) -> str:
    """Format a signing key. What it returns is secret."""
    return _SECRET + _format(key.name, key.verifier.key_id, key.algorithm, key.seed)


def signer_name(key: VerifierKey) -> str:
    """Return `key` as an entry's `signers` names it: NAME+hex8(ID)."""
    return f"{key.name}+{key.key_id.hex()}"


def _format(name: str, ident: bytes, algorithm: int, material: bytes) -> str:
    return f"{name}+{ident.hex()}+{base64.b64encode(bytes([algorithm]) + material).decode()}"


def _split(text: str, *, what: str) -> tuple[str, bytes, bytes]:
    """Split at the first two "+" only: base64 may hold more."""
    parts = text.split("+", 2)
    if len(parts) != 3:
        raise FormatError(f"{what}: expected NAME+ID+KEY, got {len(parts)} parts")
    name, ident, encoded = parts
    check_name(name, what=what)
    try:
        material = base64_exact(encoded, what=what)
    except FormatError:
        # The message of base64_exact repeats its input, which may be a secret.
        raise FormatError(f"{what} {name}: the key is not canonical base64") from None
    if not material:
        raise FormatError(f"{what} {name}: expected a type and a key, got nothing")
    return name, hex_exact(ident, what=f"{what} {name}: key ID", size=4), material
