"""The Ed25519 rule beyond its vectors: OpenSSL as a second opinion, and many signatures at once."""

import hashlib

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from ledger import signature
from ledger.errors import SignatureError
from tests.reference import edwards

SEED = hashlib.sha256(b"formats.md log").digest()
PUBLIC = signature.public_key(SEED)


def verdict(public: bytes, message: bytes, signed: bytes) -> bool:
    try:
        signature.verify(public=public, message=message, signature=signed, what="test")
    except SignatureError:
        return False
    return True


def openssl(public: bytes, message: bytes, signed: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signed, message)
    except InvalidSignature:
        return False
    return True


@given(message=st.binary(max_size=200), at=st.integers(0, 511), flip=st.booleans())
def test_openssl_agrees_on_signatures_and_on_each_flipped_bit(message: bytes, at: int, flip: bool) -> None:
    signed = bytearray(signature.sign(SEED, message))
    if flip:
        signed[at // 8] ^= 1 << at % 8
    assert verdict(PUBLIC, message, bytes(signed)) == openssl(PUBLIC, message, bytes(signed)) == (not flip)


@pytest.mark.parametrize("factor", range(8))
def test_openssl_agrees_on_r_with_a_part_of_small_order(factor: int) -> None:
    """R = rB + T: an equation with cofactor would accept all eight."""
    r = edwards.encode(edwards.add(edwards.multiply(99, edwards.BASE), edwards.multiply(factor, edwards.torsion())))
    signed = edwards.sign_with(scalar_a=edwards.scalar(SEED), public=PUBLIC, message=b"m", nonce=99, r=r)
    assert verdict(PUBLIC, b"m", signed) == openssl(PUBLIC, b"m", signed) == (factor == 0)


def test_the_first_bad_signature_of_many_is_named() -> None:
    items = [(PUBLIC, b"%d" % number, signature.sign(SEED, b"%d" % number), f"entry {number}") for number in range(10)]
    signature.verify_many(items)
    signature.verify_many([])
    items[7] = (PUBLIC, b"8", items[7][2], "entry 7")
    items[9] = (PUBLIC, b"8", items[9][2], "entry 9")
    with pytest.raises(SignatureError, match=r"^entry 7: the signature does not verify$"):
        signature.verify_many(items)


def test_messages() -> None:
    good = signature.sign(SEED, b"m")
    neutral = (1).to_bytes(32, "little")
    order = edwards.L.to_bytes(32, "little")
    for signed, message in (
        (good[:63], r"^checkpoint: expected 64 bytes of signature and 32 of key, got 63 and 32$"),
        (neutral + good[32:], r"^checkpoint: R is of small order$"),
        (good[:32] + order, r"^checkpoint: S is not below the order of the group$"),
        (good[32:] + good[:31] + b"\0", r"^checkpoint: the signature does not verify$"),
    ):
        with pytest.raises(SignatureError, match=message):
            signature.verify(public=PUBLIC, message=b"m", signature=signed, what="checkpoint")
    with pytest.raises(SignatureError, match=r"^checkpoint: .* 32 of key, got 64 and 31$"):
        signature.verify(public=PUBLIC[:31], message=b"m", signature=good, what="checkpoint")
    with pytest.raises(SignatureError, match=r"^party a: expected an Ed25519 key of 32 bytes, got 31$"):
        signature.admit_key(PUBLIC[:31], what="party a")
    with pytest.raises(SignatureError, match=r"^party a: expected a canonical Ed25519 key of prime order, got 0100"):
        signature.admit_key(neutral, what="party a")


def test_the_list_of_small_order_is_complete() -> None:
    """Each multiple of a point of order 8 is refused as R, for this reason and no other."""
    for factor in range(8):
        small = edwards.encode(edwards.multiply(factor, edwards.torsion()))
        with pytest.raises(SignatureError, match="R is of small order"):
            signature.verify(public=PUBLIC, message=b"", signature=small + bytes(32), what="test")
