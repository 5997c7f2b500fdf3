"""The one Ed25519 rule. A signature (R || S) by the key A over a message M is valid when all of this holds:

    A    32 bytes, canonical, on the curve, of prime order (asked once, by admit_key, when a charter or policy names it)
    R    32 bytes, canonical, not of small order
    S    32 bytes little-endian, below L = 2^252 + 27742317777372353535851937790883648493
    SB = R + kA    without cofactor, k = SHA-512(R || A || M) mod L

Libraries differ on keys and R of small order, and on nothing else that an admitted key can bring about. With the checks
made here libsodium, OpenSSL, Go and WebCrypto give one answer.

Source: RFC 8032, section 5.1; docs/formats/signature.md, with vectors.
"""

from collections.abc import Iterable

from nacl import bindings
from nacl.exceptions import BadSignatureError

from ledger.errors import SignatureError
from ledger.strict import hex_exact

PUBLIC_BYTES = 32
SIGNATURE_BYTES = 64

_L = 2**252 + 27742317777372353535851937790883648493
# The encodings of the eight points whose order divides 8. Their other, non-canonical spellings need no place here: R is
# compared with the canonical encoding of SB - kA.
_SMALL_ORDER = frozenset(hex_exact(point, what="point", size=32) for point in (
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
))  # fmt: skip


def public_key(seed: bytes) -> bytes:
    """Return the public key of a 32-byte seed."""
    public, _secret = bindings.crypto_sign_seed_keypair(seed)
    return public


def admit_key(public: bytes, *, what: str) -> None:
    """Check that `public` is a key of the rule: canonical, on the curve, of prime order.

    Raises:
        SignatureError: it is not, so that libraries could judge its signatures differently.
    """
    if len(public) != PUBLIC_BYTES:
        raise SignatureError(f"{what}: expected an Ed25519 key of {PUBLIC_BYTES} bytes, got {len(public)}")
    if not bindings.crypto_core_ed25519_is_valid_point(public):
        raise SignatureError(f"{what}: expected a canonical Ed25519 key of prime order, got {public.hex()}")


def sign(seed: bytes, message: bytes) -> bytes:
    """Sign `message` with the key of a 32-byte seed (RFC 8032: always the same signature)."""
    _public, secret = bindings.crypto_sign_seed_keypair(seed)
    return bindings.crypto_sign(message, secret)[:SIGNATURE_BYTES]


def verify(*, public: bytes, message: bytes, signature: bytes, what: str) -> None:
    """Verify a signature by a key that admit_key has admitted.

    Raises:
        SignatureError: wrong length, R of small order, S not below L, or not the key's signature of `message`.
    """
    verify_many([(public, message, signature, what)])


def verify_many(items: Iterable[tuple[bytes, bytes, bytes, str]]) -> None:
    """Verify many signatures: (public, message, signature, what), each as `verify` does. Hot loop 1.

    Raises:
        SignatureError: for the first that fails, named by its `what`.
    """
    opened = bindings.crypto_sign_open
    for public, message, signature, what in items:
        if len(signature) != SIGNATURE_BYTES or len(public) != PUBLIC_BYTES:
            raise SignatureError(f"{what}: expected {SIGNATURE_BYTES} bytes of signature and {PUBLIC_BYTES} of key, "
                                 f"got {len(signature)} and {len(public)}")
        if signature[:32] in _SMALL_ORDER:
            raise SignatureError(f"{what}: R is of small order")
        if int.from_bytes(signature[32:], "little") >= _L:
            raise SignatureError(f"{what}: S is not below the order of the group")
        try:
            opened(signature + message, public)
        except BadSignatureError:
            raise SignatureError(f"{what}: the signature does not verify") from None
