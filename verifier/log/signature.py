"""The one Ed25519 rule, by which libsodium, OpenSSL, Go and WebCrypto agree.

A signature (R, S) of a message M under the key A is accepted when

* A is canonically encoded, lies on the curve and has prime order (not small, not mixed);
* R is not of small order and S < L;
* S*B = R + SHA-512(R || A || M) * A, without multiplying by the cofactor.

libsodium does all of it: `is_valid_point` judges the key, `sign_open` the rest.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from nacl import bindings
from nacl.exceptions import CryptoError

from verifier.errors import SignatureError

KEY_BYTES = 32
SIGNATURE_BYTES = 64


@dataclass(frozen=True, slots=True)
class Signed:
    """One signature to check; `what` names it in an error."""

    public: bytes
    message: bytes
    signature: bytes
    what: str


@lru_cache(maxsize=1024)  # the few keys of a charter sign everything, and a point costs more than a signature
def is_prime_order(public: bytes) -> bool:
    """Whether these 32 bytes are the canonical encoding of a point of prime order."""
    return len(public) == KEY_BYTES and bindings.crypto_core_ed25519_is_valid_point(public)


def verify_key(public: bytes, *, what: str) -> None:
    """Verify that a public key may be admitted at all.

    Raises:
        SignatureError: not 32 bytes, not canonical, not on the curve, or not of prime order.
    """
    if not is_prime_order(public):
        raise SignatureError(f"{what}: expected a canonical Ed25519 key of prime order, got {public[:40].hex()}")


def verify_signature(*, public: bytes, message: bytes, signature: bytes, what: str) -> None:
    """Verify one signature; errors as in `verify_many`."""
    verify_many([Signed(public, message, signature, what)])


def verify_many(signatures: Iterable[Signed]) -> None:
    """Verify signatures in order, each distinct key judged once; the first that fails raises.

    Raises:
        SignatureError: a key or a signature breaks the rule above, its length included.
    """
    admitted: set[bytes] = set()
    for one in signatures:
        if one.public not in admitted:
            verify_key(one.public, what=one.what)
            admitted.add(one.public)
        if len(one.signature) != SIGNATURE_BYTES:
            raise SignatureError(
                f"{one.what}: expected a signature of {SIGNATURE_BYTES} bytes, got {len(one.signature)}"
            )
        try:
            bindings.crypto_sign_open(one.signature + one.message, one.public)
        except CryptoError:
            raise SignatureError(f"{one.what}: the signature does not verify under key {one.public.hex()}") from None
