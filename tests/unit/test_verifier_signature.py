"""verifier/log/signature.py: the one Ed25519 rule, against forgeries that some implementations accept."""

from hashlib import sha512

import pytest
from nacl import bindings

from verifier.errors import SignatureError
from verifier.log.signature import Signed, is_prime_order, verify_key, verify_many, verify_signature

ORDER = 2**252 + 27742317777372353535851937790883648493
TORSION = bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a")  # a point of order 8
IDENTITY = b"\x01" + bytes(31)
SECRET = 2**200 + 7
PUBLIC = bindings.crypto_scalarmult_ed25519_base_noclamp(SECRET.to_bytes(32, "little"))
MESSAGE = b"300 fen\n"


def _sign(*, nonce_point: bytes, nonce: int, public: bytes = PUBLIC) -> bytes:
    challenge = int.from_bytes(sha512(nonce_point + public + MESSAGE).digest(), "little")
    return nonce_point + ((nonce + challenge * SECRET) % ORDER).to_bytes(32, "little")


def _point(scalar: int) -> bytes:
    return bindings.crypto_scalarmult_ed25519_base_noclamp(scalar.to_bytes(32, "little"))


GOOD = _sign(nonce_point=_point(99), nonce=99)


def test_a_signature_made_by_hand_verifies() -> None:
    verify_signature(public=PUBLIC, message=MESSAGE, signature=GOOD, what="entry")


@pytest.mark.parametrize(
    "signature",
    [
        pytest.param(
            GOOD[:32] + (int.from_bytes(GOOD[32:], "little") + ORDER).to_bytes(32, "little"), id="s-plus-order"
        ),
        pytest.param(_sign(nonce_point=IDENTITY, nonce=0), id="r-is-the-identity"),
        pytest.param(_sign(nonce_point=TORSION, nonce=0), id="r-of-order-8"),
        pytest.param(
            _sign(nonce_point=bindings.crypto_core_ed25519_add(_point(99), TORSION), nonce=99), id="r-of-mixed-order"
        ),
        pytest.param(bytes(64), id="zeros"),
        pytest.param(b"\xff" * 64, id="all-ones"),
    ],
)
def test_signature_refused(signature: bytes) -> None:
    with pytest.raises(SignatureError, match=f"^entry: the signature does not verify under key {PUBLIC.hex()}$"):
        verify_signature(public=PUBLIC, message=MESSAGE, signature=signature, what="entry")


def test_another_message_is_refused() -> None:
    with pytest.raises(SignatureError, match="does not verify"):
        verify_signature(public=PUBLIC, message=MESSAGE + b" ", signature=GOOD, what="entry")


@pytest.mark.parametrize("signature", [b"", GOOD[:63], GOOD + b"\x00"])
def test_signature_of_another_length_is_refused(signature: bytes) -> None:
    with pytest.raises(SignatureError, match=f"entry: expected a signature of 64 bytes, got {len(signature)}"):
        verify_signature(public=PUBLIC, message=MESSAGE, signature=signature, what="entry")


MIXED_KEY = bindings.crypto_core_ed25519_add(PUBLIC, TORSION)


@pytest.mark.parametrize(
    "public",
    [
        pytest.param(IDENTITY, id="identity"),
        pytest.param(TORSION, id="order-8"),
        pytest.param(bytes(32), id="order-4"),
        pytest.param(MIXED_KEY, id="mixed-order"),
        pytest.param((2**255 - 18).to_bytes(32, "little"), id="not-canonical"),
        pytest.param(b"\x02" + bytes(31), id="not-on-the-curve"),
        pytest.param(PUBLIC[:31], id="short"),
        pytest.param(PUBLIC + b"\x00", id="long"),
        pytest.param(b"", id="empty"),
    ],
)
def test_key_refused(public: bytes) -> None:
    assert not is_prime_order(public)
    with pytest.raises(SignatureError, match=r"^charter: expected a canonical Ed25519 key of prime order"):
        verify_key(public, what="charter")


def test_a_key_of_mixed_order_is_refused_though_its_signature_would_verify() -> None:
    nonce = 1
    # A challenge divisible by 8 hides the torsion part of the key, so that every verifier's equation holds.
    while int.from_bytes(sha512(_point(nonce) + MIXED_KEY + MESSAGE).digest(), "little") % 8:
        nonce += 1
    signature = _sign(nonce_point=_point(nonce), nonce=nonce, public=MIXED_KEY)
    with pytest.raises(SignatureError, match="key of prime order"):
        verify_signature(public=MIXED_KEY, message=MESSAGE, signature=signature, what="entry")


def test_verify_many_names_the_first_that_fails() -> None:
    good = Signed(PUBLIC, MESSAGE, GOOD, "leaf 1")
    verify_many([good, good])
    verify_many([])
    with pytest.raises(SignatureError, match=r"^leaf 2: "):
        verify_many([good, Signed(PUBLIC, b"", GOOD, "leaf 2"), Signed(PUBLIC, b"", GOOD, "leaf 3")])
