"""verifier/log/keys.py and note.py against the worked example of a key and a note, and its mutations."""

import pytest
from nacl import bindings

from verifier.errors import FormatError, SignatureError
from verifier.log.keys import KeyType, VerifierKey, parse_key_name, parse_vkey
from verifier.log.note import parse_note, verify_note, verify_signers

VKEY = b"ledger.example/charity+ecc0a8f6+Acyjt/9jvY4D3l8IZeBKbiKDIOiu8JiYXDOZa8zBeAvB"
SEED = bytes.fromhex("cac5e317af053e8583868fdfd72edba4a5e29ce389defd389a48fc066c2db538")
NOTE = """Claim fund opened.

Second paragraph after an empty line.

— ledger.example/charity 7MCo9iJe9nLPZnTHHxqf4Hf7nskCO4ekOpPDgrcVhhRxgDkhSgeLwbYWWEPdseKLXnk/xOBnSZuomjvLv9SpoVhz6Q0=
""".encode()
TEXT = b"Claim fund opened.\n\nSecond paragraph after an empty line.\n"
LINE = NOTE.rpartition(b"\n\n")[2]
KEY = parse_vkey(VKEY, what="log")
OTHER = VerifierKey("other.example", bytes(4), KeyType.NOTE, KEY.public)


def test_worked_example_of_a_key() -> None:
    assert KEY.name == "ledger.example/charity"
    assert KEY.type is KeyType.NOTE
    assert KEY.public.hex() == "cca3b7ff63bd8e03de5f0865e04a6e228320e8aef098985c33996bccc1780bc1"
    assert bindings.crypto_sign_seed_keypair(SEED)[0] == KEY.public
    assert str(KEY) == "ledger.example/charity+ecc0a8f6"


def test_worked_example_of_a_note() -> None:
    note = parse_note(NOTE, what="note")
    assert note.text == TEXT
    assert len(note.text) == 58
    assert note.signature(KEY) is not None
    assert note.signature(OTHER) is None
    verify_note(note, keys=[KEY], what="note")
    verify_signers(note, keys=[KEY], what="note")


@pytest.mark.parametrize(
    "vkey",
    [
        pytest.param(b"", id="empty"),
        pytest.param(VKEY.replace(b"+ecc0a8f6+", b"+ECC0A8F6+"), id="upper-case-id"),
        pytest.param(VKEY.replace(b"+ecc0a8f6+", b"+ecc0a8f7+"), id="other-id"),
        pytest.param(VKEY.replace(b"+ecc0a8f6+", b"+cc0a8f6+"), id="short-id"),
        pytest.param(VKEY.replace(b"charity", b"chantry"), id="other-name"),
        pytest.param(VKEY + b"\n", id="trailing-newline"),
        pytest.param(VKEY.replace(b"+ecc", b" ecc"), id="blank-for-plus"),
        pytest.param(b"+" + VKEY.partition(b"+")[2], id="no-name"),
        pytest.param(b"a b" + VKEY[22:], id="blank-in-name"),
        pytest.param("a\u2003b".encode() + VKEY[22:], id="em-space-in-name"),
        pytest.param(b"\xff" + VKEY[22:], id="name-not-utf8"),
        pytest.param(b"a" * 256 + VKEY[22:], id="name-of-256-bytes"),
        pytest.param(b"ledger.example/charity+ecc0a8f6+", id="no-key"),
        pytest.param(b"ledger.example/charity+ecc0a8f6+Acyj", id="short-key"),
        pytest.param(b"ledger.example/charity+ecc0a8f6+A8yjt/9jvY4D3l8IZeBKbiKDIOiu8JiYXDOZa8zBeAvB", id="type-03"),
    ],
)
def test_vkey_refused(vkey: bytes) -> None:
    with pytest.raises(FormatError, match=r"^log: "):
        parse_vkey(vkey, what="log")


@pytest.mark.parametrize("space", ["\u0085", "\u00a0", "\u1680", "\u2009", "\u2028", "\u202f", "\u205f", "\u3000"])
def test_key_name_has_no_white_space_of_any_kind(space: str) -> None:
    with pytest.raises(FormatError, match="without white space"):
        parse_key_name(f"a{space}b".encode(), what="name")
    assert parse_key_name("明账/节点".encode(), what="name") == "明账/节点"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param(b"", "no empty line", id="empty"),
        pytest.param(TEXT, "expected an em dash", id="no-signature"),
        pytest.param(TEXT + b"\n", "expected signature lines", id="no-signature-line"),
        pytest.param(NOTE[:-1], "end with LF", id="no-last-newline"),
        pytest.param(NOTE + b"\n", "expected signature lines", id="empty-line-behind"),
        pytest.param(NOTE + LINE[:-2] + b"\n", "canonical base64", id="padding-cut-from-second-line"),
        pytest.param(NOTE.replace(b"\n", b"\r\n"), "control character 0d", id="crlf"),
        pytest.param(NOTE.replace(b"Claim fund", b"Claim\tfund"), "control character 09", id="tab"),
        pytest.param(NOTE.replace(b"fund", b"\xff"), "UTF-8", id="not-utf8"),
        pytest.param(NOTE.replace("—".encode(), "–".encode()), "em dash", id="en-dash"),
        pytest.param(NOTE.replace("—".encode(), b"-"), "em dash", id="hyphen"),
        pytest.param(NOTE.replace(b"charity ", b"charity  "), "em dash, a name", id="two-blanks"),
        pytest.param(NOTE.replace("— ".encode(), "—  ".encode()), "em dash, a name", id="two-blanks-before-name"),
        pytest.param(NOTE.replace(b"charity ", b"char+ty "), "without white space and", id="plus-in-name"),
        pytest.param(NOTE.replace(b"charity 7", "charity\u3000 7".encode()), "without white", id="wide-space-in-name"),
        pytest.param(NOTE.replace(b"charity 7MCo", b"charity "), "expected a signature of one of", id="no-key-id"),
        pytest.param(TEXT + "\n— a AAAAAA==\n".encode(), "got 4 bytes", id="no-bytes-behind-the-key-id"),
        pytest.param(TEXT + b"\n" + LINE * 101, "at most 100 signature lines, got 101", id="too-many-lines"),
        pytest.param(b"a" * 300_000 + NOTE, "at most 262144 bytes", id="too-long"),
    ],
)
def test_note_refused(data: bytes, message: str) -> None:
    with pytest.raises((FormatError, SignatureError), match=f"^note: .*({message})|^note: ({message})"):
        verify_note(parse_note(data, what="note"), keys=[KEY], what="note")


def test_a_line_by_an_unknown_key_does_no_harm() -> None:
    for line in ("— other.example AAAAAAA=\n", "— ledger.example/charity AAAAAAA=\n", "— other.example 7MCo9gA=\n"):
        verify_note(parse_note(NOTE + line.encode(), what="note"), keys=[KEY], what="note")


def test_a_wrong_line_by_a_known_key_spoils_the_note() -> None:
    wrong = LINE.replace(b"7MCo9iJe", b"7MCo9iJf")
    for data in (NOTE.replace(LINE, wrong), NOTE.replace(LINE, wrong + LINE)):
        with pytest.raises(SignatureError, match=r"signature of ledger\.example/charity\+ecc0a8f6: .* does not verify"):
            verify_note(parse_note(data, what="note"), keys=[KEY], what="note")
    verify_note(parse_note(NOTE + wrong, what="note"), keys=[KEY], what="note")
    with pytest.raises(SignatureError, match="a signature of 64 bytes, got 1"):
        verify_note(parse_note(TEXT + "\n— ledger.example/charity 7MCo9gA=\n".encode(), what="n"), keys=[KEY], what="n")


def test_a_note_needs_a_line_by_a_known_key() -> None:
    for keys in ([], [OTHER], [VerifierKey(KEY.name, KEY.key_id, KeyType.COSIGNATURE, KEY.public)]):
        with pytest.raises(SignatureError, match="expected a signature of one of"):
            verify_note(parse_note(NOTE, what="note"), keys=keys, what="note")


def test_two_trusted_keys_with_one_name_and_id_are_refused() -> None:
    twin = VerifierKey(KEY.name, KEY.key_id, KeyType.NOTE, bytes(32))
    with pytest.raises(SignatureError, match="have one name and ID"):
        verify_note(parse_note(NOTE, what="note"), keys=[KEY, twin], what="note")
    verify_note(parse_note(NOTE, what="note"), keys=[KEY, KEY], what="note")


def test_another_text_is_refused() -> None:
    with pytest.raises(SignatureError, match="does not verify"):
        verify_note(parse_note(NOTE.replace(b"fund", b"bond"), what="note"), keys=[KEY], what="note")


def test_signers_are_exactly_these_in_this_order() -> None:
    note = parse_note(NOTE + b"\xe2\x80\x94 other.example AAAAAAA=\n", what="entry")
    for keys in ([KEY], [OTHER, KEY], [KEY, KEY], []):
        with pytest.raises(SignatureError, match=r"^entry: expected the signatures \[.*\], got \[ledger"):
            verify_signers(note, keys=keys, what="entry")
    with pytest.raises(SignatureError, match="signature of other"):
        verify_signers(note, keys=[KEY, OTHER], what="entry")
