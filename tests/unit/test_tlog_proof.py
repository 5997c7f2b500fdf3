"""tlog-proofs of every leaf of small trees, against the tree of tests/reference."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.checkpoint import Checkpoint, sign_checkpoint
from ledger.errors import FormatError, ProofError
from ledger.keys import ED25519, SigningKey
from ledger.policy import Log, Policy
from ledger.tlog_proof import (
    EXTRA_BYTES_MAX,
    PATH_MAX,
    TlogProof,
    format_tlog_proof,
    parse_tlog_proof,
    verify_tlog_proof,
)
from tests.reference import rfc6962

ORIGIN = "ledger.example/charity"
LOG = SigningKey(ORIGIN, ED25519, hashlib.sha256(b"log").digest())
POLICY = Policy((Log(LOG.verifier),), (), (), None)
CHECKPOINT = sign_checkpoint(Checkpoint(ORIGIN, 7, bytes(32)), key=LOG)


@pytest.mark.parametrize("size", range(1, 20))
def test_every_leaf_of_small_trees(size: int) -> None:
    leaves = [hashlib.sha256(b"\0entry %d" % index).digest() for index in range(size)]
    checkpoint = sign_checkpoint(Checkpoint(ORIGIN, size, rfc6962.root(leaves)), key=LOG)
    for index, leaf in enumerate(leaves):
        proof = parse_tlog_proof(format_tlog_proof(TlogProof(index, tuple(rfc6962.path(index, leaves)), checkpoint)))
        assert verify_tlog_proof(proof, leaf=leaf, policy=POLICY).checkpoint.size == size
        for other in {*leaves, rfc6962.root(leaves)} - {leaf}:
            with pytest.raises(ProofError, match=rf"^inclusion proof: leaf {index} of {size} leads to "):
                verify_tlog_proof(proof, leaf=other, policy=POLICY)


@pytest.mark.parametrize(("old", "new", "message"), [
    pytest.param(b"@v1", b"@v2", r"^tlog-proof: expected c2sp\.org/tlog-proof@v1, and an empty line", id="version"),
    pytest.param(b"index 4\n", b"", r"^tlog-proof: expected a line index, got ''$", id="no-index"),
    pytest.param(b"index 4", b"index 04", r"^tlog-proof: index: expected a decimal", id="index"),
    pytest.param(b"index 4", b"extra /x==\nindex 4", r"^tlog-proof: extra: expected canonical base64", id="extra"),
    pytest.param(b"index 4", b"index 4\nAA==", r"^tlog-proof: hash 1: expected 44 characters", id="hash"),
    pytest.param(b"index 4", b"index 4\xff", r"^tlog-proof: byte 30 is not UTF-8$", id="utf-8"),
    pytest.param(b"\n7\n", b"\n07\n", r"^tlog-proof: checkpoint: size: expected a decimal", id="checkpoint"),
    pytest.param("\n—".encode(), b"\n-", r"^tlog-proof: checkpoint: signature 1: expected", id="note"),
])  # fmt: skip
def test_malformed_proofs_say_where(old: bytes, new: bytes, message: str) -> None:
    data = format_tlog_proof(TlogProof(4, (), CHECKPOINT))
    with pytest.raises(FormatError, match=message):
        parse_tlog_proof(data.replace(old, new, 1))


@given(st.data())
def test_any_bytes_are_refused_or_come_back(data: st.DataObject) -> None:
    good = format_tlog_proof(TlogProof(4, (bytes(32),), CHECKPOINT, b"extra"))
    at = data.draw(st.integers(0, len(good)))
    changed = good[:at] + data.draw(st.binary(max_size=3)) + good[data.draw(st.integers(at, len(good))) :]
    try:
        proof = parse_tlog_proof(changed)
    except FormatError:
        return
    assert format_tlog_proof(proof) == changed


def test_a_proof_without_a_checkpoint() -> None:
    with pytest.raises(FormatError, match=r"^tlog-proof: expected c2sp.* and an empty line before the checkpoint"):
        parse_tlog_proof(b"c2sp.org/tlog-proof@v1\nindex 4\n")


def test_limits() -> None:
    largest = TlogProof(2**63 - 1, (bytes(32),) * PATH_MAX, CHECKPOINT, b"x" * EXTRA_BYTES_MAX)
    data = format_tlog_proof(largest)
    assert parse_tlog_proof(data) == largest
    assert max(map(len, data.split(b"\n"))) <= 64 * 1024
    with pytest.raises(FormatError, match=r"^tlog-proof: expected at most 48000 bytes of extra, got 48001$"):
        format_tlog_proof(TlogProof(4, (), CHECKPOINT, b"x" * (EXTRA_BYTES_MAX + 1)))
    with pytest.raises(FormatError, match=r"^tlog-proof: expected at most 63 hashes, got 64$"):
        format_tlog_proof(TlogProof(4, (bytes(32),) * 64, CHECKPOINT))
    with pytest.raises(FormatError, match=r"^tlog-proof: expected at most 332144 bytes, got 1000000$"):
        parse_tlog_proof(bytes(10**6))


@pytest.mark.parametrize("proof", [
    pytest.param(TlogProof(-1, (), CHECKPOINT), id="negative-index"),
    pytest.param(TlogProof(4, (bytes(31),), CHECKPOINT), id="short-hash"),
    pytest.param(TlogProof(4, (), b"a\n"), id="no-checkpoint"),
])  # fmt: skip
def test_what_is_no_proof_is_not_written(proof: TlogProof) -> None:
    with pytest.raises(FormatError, match=r"^tlog-proof: "):
        format_tlog_proof(proof)
