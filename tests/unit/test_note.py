"""Notes: round trips, limits, messages, and bytes that no vector names."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import FormatError, SignatureError
from ledger.keys import COSIGNATURE, ED25519, SigningKey, VerifierKey
from ledger.note import (
    NOTE_BYTES_MAX,
    Note,
    Signature,
    append_signature,
    format_note,
    open_note,
    parse_note,
    parse_signatures,
    sign_note,
)

LOG = SigningKey("ledger.example/charity", ED25519, hashlib.sha256(b"formats.md log").digest())
COUNTY = SigningKey("county.example", ED25519, hashlib.sha256(b"formats.md county").digest())
TEXTS = st.text(st.characters(min_codepoint=0x20, exclude_categories=("Cs",)) | st.just("\n"), max_size=60)


@given(TEXTS)
def test_signed_texts_come_back(text: str) -> None:
    signed = sign_note(f"{text}\n".encode(), LOG, COUNTY)
    opened = open_note(signed, [COUNTY.verifier, LOG.verifier])
    assert opened.text == f"{text}\n".encode()
    assert opened.verified == (LOG.verifier, COUNTY.verifier)
    assert format_note(parse_note(signed)) == signed


@given(st.data())
def test_no_change_of_a_byte_goes_unseen(data: st.DataObject) -> None:
    """Each byte of text and of a known key's line is either signed or has one spelling."""
    signed = sign_note(b"Claim fund opened.\n\nSecond paragraph.\n", LOG)
    at = data.draw(st.integers(0, len(signed) - 1))
    other = data.draw(st.integers(0, 255).filter(lambda byte: byte != signed[at]))
    with pytest.raises((FormatError, SignatureError)):
        open_note(signed[:at] + bytes([other]) + signed[at + 1 :], [LOG.verifier])


@given(st.binary(max_size=80), st.lists(st.sampled_from([b"\n", b"\n\n", b"\xe2\x80\x94 ", b"a", b" ", b"AAAAAAA="])))
def test_any_bytes_are_refused_or_come_back(data: bytes, pieces: list[bytes]) -> None:
    for candidate in (data, b"".join(pieces)):
        try:
            note = parse_note(candidate)
        except FormatError:
            continue
        assert format_note(note) == candidate


def test_limit_of_bytes() -> None:
    line = str(sign_note(b"a\n", LOG), "utf-8").split("\n")[2]
    room = NOTE_BYTES_MAX - len(f"\n\n{line}\n".encode())
    whole = b"a" * room + f"\n\n{line}\n".encode()
    assert len(parse_note(whole).text) == room + 1
    with pytest.raises(FormatError, match=r"^note: expected at most 262144 bytes, got 262145$"):
        parse_note(b"a" + whole)


@pytest.mark.parametrize(("data", "message"), [
    pytest.param(b"a\tb\n\n", r"^checkpoint: byte 1 is the control character 09$", id="tab"),
    pytest.param(b"a\xff\n\n", r"^checkpoint: byte 1 is not UTF-8$", id="utf-8"),
    pytest.param(b"a\n", r"^checkpoint: expected a text, an empty line .* found no empty line$", id="text"),
    pytest.param(b"a\n\n", r"^checkpoint: expected signature lines, each ending in LF, got '' at the end$", id="none"),
    pytest.param(b"a\n\nb\n", r'^checkpoint: signature 1: expected "— NAME BASE64", got \'b\'$', id="line"),
    pytest.param("a\n\n— b c\n".encode(), r"^checkpoint: signature 1: expected canonical base64", id="base64"),
    pytest.param("a\n\n— b AAAA\n".encode(), r"^checkpoint: signature 1: expected a key ID", id="short"),
    pytest.param(b"a\n\n" + "— b AAAAAAA=\n".encode() * 101, r"^checkpoint: expected at most 100 sig", id="many"),
])  # fmt: skip
def test_malformed_notes_say_where(data: bytes, message: str) -> None:
    with pytest.raises(FormatError, match=message):
        parse_note(data, what="checkpoint")


def test_bad_signatures_say_whose() -> None:
    signed = sign_note(b"a\n", LOG, COUNTY)
    with pytest.raises(SignatureError, match=r"^note: signature of ledger\.example/charity\+ecc0a8f6: the sig"):
        open_note(signed.replace(b"a\n", b"b\n", 1), [LOG.verifier])
    stranger = SigningKey("stranger.example", ED25519, bytes(32)).verifier
    with pytest.raises(SignatureError, match=r"^note: expected a signature of stranger\.example\+.{8}, got l"):
        open_note(signed, [stranger])


def test_two_keys_of_one_name_and_id_are_refused() -> None:
    twin = VerifierKey(LOG.name, LOG.verifier.key_id, ED25519, COUNTY.verifier.public)
    assert open_note(sign_note(b"a\n", LOG), [LOG.verifier, LOG.verifier]).verified == (LOG.verifier,)
    with pytest.raises(SignatureError, match=r"^two different keys are called ledger\.example/charity\+ecc0a8f6$"):
        open_note(sign_note(b"a\n", LOG), [LOG.verifier, twin])


def test_cosigner_keys_sign_no_text() -> None:
    cosigner = SigningKey("county.example", COSIGNATURE, bytes(32))
    with pytest.raises(FormatError, match=r"^key county\.example\+.{8}: type 04 signs cosignatures only$"):
        sign_note(b"a\n", cosigner)
    line = Signature(cosigner.name, cosigner.verifier.key_id, bytes(72))
    with pytest.raises(FormatError, match=r"type 04 signs cosignatures only$"):
        open_note(format_note(Note(b"a\n", (line,))), [cosigner.verifier])


@pytest.mark.parametrize("note", [
    pytest.param(Note(b"a", (Signature("b", bytes(4), b"c"),)), id="text-without-line-feed"),
    pytest.param(Note(b"", (Signature("b", bytes(4), b"c"),)), id="no-text"),
    pytest.param(Note(b"a\n", ()), id="no-signature"),
    pytest.param(Note(b"a\n", (Signature("b c", bytes(4), b"c"),)), id="name-with-space"),
    pytest.param(Note(b"a\n", (Signature("b AAAAAAA=\n— c", bytes(4), b"c"),)), id="name-that-is-a-line"),
    pytest.param(Note(b"a\n", (Signature("b", bytes(3), b"cd"),)), id="short-id"),
    pytest.param(Note(b"a\n", (Signature("b", bytes(4), b""),)), id="no-blob"),
])  # fmt: skip
def test_what_is_no_note_is_not_written(note: Note) -> None:
    with pytest.raises(FormatError, match=r"^note: "):
        format_note(note)


def test_append_keeps_every_byte() -> None:
    signed = sign_note(b"a\n", LOG)
    line = parse_note(sign_note(b"a\n", COUNTY)).signatures[0]
    longer = append_signature(signed, line)
    assert longer.startswith(signed)
    assert open_note(longer, [COUNTY.verifier]).verified == (COUNTY.verifier,)
    with pytest.raises(FormatError, match=r"^note: the signature does not come back as it was given$"):
        append_signature(signed, Signature("b", bytes(3), b"cd"))


def test_signature_lines_alone() -> None:
    lines = sign_note(b"a\n", LOG, COUNTY).split(b"\n\n")[1]
    assert [line.name for line in parse_signatures(lines, what="answer")] == [LOG.name, COUNTY.name]
    for broken, message in ((lines[:-1], "each ending in LF"), (b"", "each ending in LF"), (b"\xff\n", "is not UTF-8")):
        with pytest.raises(FormatError, match=rf"^answer: .*{message}"):
            parse_signatures(broken, what="answer")
