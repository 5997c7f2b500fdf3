"""Cosignatures: both types made and verified, and messages."""

import hashlib

import pytest

from ledger.checkpoint import Checkpoint, format_checkpoint
from ledger.cosignature import cosign, verify_cosignature
from ledger.errors import FormatError, SignatureError
from ledger.keys import COSIGNATURE, ED25519, MLDSA_COSIGNATURE, SigningKey
from ledger.note import Signature

SEED = hashlib.sha256(b"formats.md insurer").digest()
HEAD = format_checkpoint(Checkpoint("ledger.example/charity", 7, bytes(32)))
TIME = 1767225600


@pytest.mark.parametrize("algorithm", [COSIGNATURE, MLDSA_COSIGNATURE])
def test_cosigned_and_verified(algorithm: int) -> None:
    key = SigningKey("insurer.example/node", algorithm, SEED)
    line = cosign(HEAD, key=key, time_unix_s=TIME)
    assert verify_cosignature(HEAD, line, key=key.verifier) == TIME
    for at in (0, 7, 8, len(line.blob) - 1):
        changed = line.blob[:at] + bytes([line.blob[at] ^ 1]) + line.blob[at + 1 :]
        with pytest.raises(SignatureError, match=r"^cosignature of insurer\.example/node\+.{8}: "):
            verify_cosignature(HEAD, Signature(line.name, line.key_id, changed), key=key.verifier)


@pytest.mark.parametrize("algorithm", [COSIGNATURE, MLDSA_COSIGNATURE])
@pytest.mark.parametrize("time", [0, -1, 2**63])
def test_times_that_are_not_cosigned(algorithm: int, time: int) -> None:
    key = SigningKey("insurer.example/node", algorithm, SEED)
    with pytest.raises(FormatError, match=rf"^cosignature: expected a time from 1 to 2\^63-1, got {time}$"):
        cosign(HEAD, key=key, time_unix_s=time)


def test_lines_that_do_not_fit_say_so() -> None:
    key = SigningKey("insurer.example/node", COSIGNATURE, SEED)
    line = cosign(HEAD, key=key, time_unix_s=TIME)
    county = SigningKey("county.example/node", COSIGNATURE, bytes(32))
    with pytest.raises(SignatureError, match=r"^cosignature of county.*: this line is by insurer\.example"):
        verify_cosignature(HEAD, line, key=county.verifier)
    for blob, message in ((line.blob[:-1], "expected 72 bytes, got 71"), (b"\xff" * 72, "expected a time of at most")):
        with pytest.raises(FormatError, match=rf"^cosignature of insurer\.example/node\+342bc509: {message}"):
            verify_cosignature(HEAD, Signature(line.name, line.key_id, blob), key=key.verifier)
    with pytest.raises(FormatError, match=r"^checkpoint: expected three lines"):
        cosign(b"a\n", key=key, time_unix_s=TIME)


def test_keys_of_type_01_cosign_nothing() -> None:
    key = SigningKey("ledger.example/charity", ED25519, SEED)
    with pytest.raises(FormatError, match=r"^key ledger\.example/charity\+.{8}: type 01 signs no cosignatures$"):
        cosign(HEAD, key=key, time_unix_s=TIME)
    with pytest.raises(FormatError, match=r"type 01 signs no cosignatures$"):
        verify_cosignature(HEAD, Signature(key.name, key.verifier.key_id, bytes(72)), key=key.verifier)


def test_the_longest_names_fit_into_a_byte() -> None:
    head = format_checkpoint(Checkpoint("o" * 255, 7, bytes(32)))
    key = SigningKey("n" * 255, MLDSA_COSIGNATURE, SEED)
    assert verify_cosignature(head, cosign(head, key=key, time_unix_s=TIME), key=key.verifier) == TIME
