"""Checkpoints: round trips and messages."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.checkpoint import Checkpoint, format_checkpoint, open_checkpoint, parse_checkpoint, sign_checkpoint
from ledger.errors import FormatError, SignatureError
from ledger.keys import ED25519, SigningKey
from ledger.note import sign_note

ORIGIN = "ledger.example/charity"
LOG = SigningKey(ORIGIN, ED25519, hashlib.sha256(b"formats.md log").digest())
LINES = st.text(st.characters(min_codepoint=0x20, exclude_categories=("Cs",)), min_size=1, max_size=60)


@given(LINES, st.integers(0, 2**63 - 1), st.binary(min_size=32, max_size=32), st.lists(LINES, max_size=3))
def test_checkpoints_come_back(origin: str, size: int, root: bytes, extensions: list[str]) -> None:
    checkpoint = Checkpoint(origin, size, root, tuple(extensions))
    assert parse_checkpoint(format_checkpoint(checkpoint)) == checkpoint


@given(st.binary(max_size=120))
def test_any_bytes_are_refused_or_come_back(data: bytes) -> None:
    for candidate in (data, data + b"\n7\nBg4rPU2bzk+Kd2cdIOKzu0GcAdufawsOogn1FSv2quI=\n"):
        try:
            checkpoint = parse_checkpoint(candidate)
        except FormatError:
            continue
        assert format_checkpoint(checkpoint) == candidate


def test_signed_and_opened() -> None:
    checkpoint = Checkpoint(ORIGIN, 7, bytes(32))
    assert open_checkpoint(sign_checkpoint(checkpoint, key=LOG), keys=[LOG.verifier], origin=ORIGIN) == checkpoint


@pytest.mark.parametrize(("text", "message"), [
    pytest.param(b"a\n7\n", r"^head: expected three lines or more, each ending in LF", id="two-lines"),
    pytest.param(b"a\n7\n\n", r"^head: line 3 is empty$", id="empty-line"),
    pytest.param(b"\xff\n7\n\n", r"^head: byte 0 is not UTF-8$", id="utf-8"),
    pytest.param(b"a\n07\nx\n", r"^head: size: expected a decimal without leading zeros, got '07'$", id="size"),
    pytest.param(b"a\n7\nx\n", r"^head: root: expected 44 characters of canonical base64, got 'x'$", id="root"),
    pytest.param(b"a" * 256 + b"\n7\nx\n", r"^head: expected an origin of at most 255 bytes, got 'aaa", id="origin"),
])  # fmt: skip
def test_malformed_checkpoints_say_where(text: bytes, message: str) -> None:
    with pytest.raises(FormatError, match=message):
        parse_checkpoint(text, what="head")


@pytest.mark.parametrize("checkpoint", [
    pytest.param(Checkpoint("", 7, bytes(32)), id="no-origin"),
    pytest.param(Checkpoint("a\nb", 7, bytes(32)), id="origin-of-two-lines"),
    pytest.param(Checkpoint("a", -1, bytes(32)), id="negative-size"),
    pytest.param(Checkpoint("a", 2**63, bytes(32)), id="size-too-large"),
    pytest.param(Checkpoint("a", 7, bytes(31)), id="short-root"),
    pytest.param(Checkpoint("a", 7, bytes(32), ("",)), id="empty-extension"),
    pytest.param(Checkpoint("a", 7, bytes(32), ("b\nc",)), id="extension-of-two-lines"),
])  # fmt: skip
def test_what_is_no_checkpoint_is_not_written(checkpoint: Checkpoint) -> None:
    with pytest.raises(FormatError, match=r"^checkpoint: "):
        format_checkpoint(checkpoint)


def test_the_origin_and_the_name_of_the_key_must_agree() -> None:
    with pytest.raises(FormatError, match=r"^checkpoint: the log other cannot be signed by"):
        sign_checkpoint(Checkpoint("other", 7, bytes(32)), key=LOG)
    foreign = sign_note(format_checkpoint(Checkpoint("other", 7, bytes(32))), LOG)
    with pytest.raises(SignatureError, match=r"^checkpoint: expected one of the log ledger\.example/charity, got"):
        open_checkpoint(foreign, keys=[LOG.verifier], origin=ORIGIN)
    with pytest.raises(SignatureError, match=r"^checkpoint: expected a signature of a known key, got ledger\.example"):
        open_checkpoint(foreign, keys=[LOG.verifier], origin="other")
