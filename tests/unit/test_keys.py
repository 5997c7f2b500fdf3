"""Keys as values: round trips, secrets that do not show, names."""

import hashlib

import pytest

from ledger.errors import FormatError
from ledger.keys import (
    COSIGNATURE,
    ED25519,
    MLDSA_COSIGNATURE,
    SigningKey,
    format_skey,
    parse_skey,
    parse_vkey,
    signer_name,
)

SEED = hashlib.sha256(b"formats.md log").digest()
FOUNDATION = SigningKey("foundation.example/node", MLDSA_COSIGNATURE,
                        hashlib.sha256(b"formats.md foundation mldsa").digest()).verifier  # fmt: skip


@pytest.mark.parametrize("algorithm", [ED25519, COSIGNATURE, MLDSA_COSIGNATURE])
def test_keys_come_back(algorithm: int) -> None:
    key = SigningKey("明账.example/node", algorithm, SEED)
    assert parse_skey(format_skey(key)) == key
    assert parse_vkey(key.verifier.vkey) == key.verifier


def test_one_seed_under_two_types_is_two_keys() -> None:
    text, cosignature = (SigningKey("a.example", algorithm, SEED).verifier for algorithm in (ED25519, COSIGNATURE))
    assert text.public == cosignature.public
    assert text.key_id != cosignature.key_id


def test_mldsa_key_of_the_example() -> None:
    """Computed by other implementations: key, ID and vkey."""
    assert hashlib.sha256(FOUNDATION.public).hexdigest() == (
        "a9a8d5f203f8229fd3c6246c888a4ac88d35159221fa212d5a914135999b523f")
    assert FOUNDATION.key_id.hex() == "f0cdae97"
    assert len(FOUNDATION.vkey) == 1785
    assert hashlib.sha256(FOUNDATION.vkey.encode()).hexdigest() == (
        "5f164223f5e32ae380053172234e8fe601c03ce5f067e0e215ca1de029b62570")


def test_signer_name() -> None:
    key = SigningKey("ledger.example/charity", ED25519, SEED)
    assert signer_name(key.verifier) == "ledger.example/charity+ecc0a8f6"


def test_a_seed_shows_nowhere() -> None:
    key = SigningKey("a.example", ED25519, SEED)
    assert SEED.hex() not in repr(key)
    assert repr(SEED) not in repr(key)
    secret = format_skey(key)
    for broken in (secret[:-1], secret[:-1] + "!", secret.replace("+A", "+B", 1), secret.replace("PRIVATE", "private")):
        with pytest.raises(FormatError) as caught:
            parse_skey(broken)
        assert secret[-30:-2] not in str(caught.value)


@pytest.mark.parametrize(("name", "message"), [
    pytest.param("", r"^signing key: expected a key name of 1 to 255 bytes, got ''$", id="empty"),
    pytest.param("a b", r"^signing key: key name 'a b' holds U\+0020$", id="space"),
    pytest.param("a+b", r"holds U\+002B$", id="plus"),
    pytest.param("a\nb", r"holds U\+000A$", id="line-feed"),
    pytest.param("账" * 86, r"^signing key: expected a key name of 1 to 255 bytes", id="258-bytes-in-86-characters"),
    pytest.param("a\ud800", r"holds U\+D800$", id="surrogate"),
])  # fmt: skip
def test_names_that_do_not_fit(name: str, message: str) -> None:
    with pytest.raises(FormatError, match=message):
        SigningKey(name, ED25519, SEED)


@pytest.mark.parametrize(("text", "message"), [
    pytest.param("a.example", r"^vkey: expected NAME\+ID\+KEY, got 1 parts$", id="one-part"),
    pytest.param("a.example+00000000+", r"^vkey a\.example: expected a type and a key, got nothing$", id="no-key"),
    pytest.param("a.example+0000+AQ==", r"^vkey a\.example: key ID: expected 8 lowercase hex digits", id="short-id"),
    pytest.param("a.example+00000000+AQ", r"^vkey a\.example: the key is not canonical base64$", id="base64"),
    pytest.param("a.example+00000000+Ag==", r"^key a\.example: expected type 01, 04 or 06, got 02$", id="type"),
    pytest.param("a.example+00000000+AQ==", r"^key a\.example: type 01 has a public key of 32 bytes", id="size"),
])  # fmt: skip
def test_vkeys_that_do_not_fit(text: str, message: str) -> None:
    with pytest.raises(FormatError, match=message):
        parse_vkey(text)


def test_an_id_that_is_not_the_keys() -> None:
    key = SigningKey("a.example", ED25519, SEED)
    for text, parse in ((key.verifier.vkey, parse_vkey), (format_skey(key), parse_skey)):
        with pytest.raises(FormatError, match=r"key a\.example: expected the key ID [0-9a-f]{8}, got 00000000$"):
            parse(text.replace(key.verifier.key_id.hex(), "00000000"))


def test_seeds_that_do_not_fit() -> None:
    with pytest.raises(FormatError, match=r"^signing key a\.example: expected a seed of 32 bytes, got 31$"):
        SigningKey("a.example", ED25519, SEED[:31])
    with pytest.raises(FormatError, match=r"^skey: expected it to begin with PRIVATE\+KEY\+$"):
        parse_skey("a.example")
