"""Signed notes (C2SP signed-note): a text and the lines of those who signed it.

    TEXT, ends with LF; LF; then one or more of: EM DASH, blank, NAME, blank, base64(key ID || signature), LF

    Claim fund opened.

    — ledger.example/charity 7MCo9iJe9nLPZnTHHxqf4Hf7nskCO4ekOpPDgrcVhhRx…oVhz6Q0=

UTF-8 without control characters but LF. What is signed is the text with its last LF, without the empty line. The text
may hold empty lines: the signatures begin behind the last one.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from verifier.errors import FormatError, SignatureError
from verifier.log.keys import KEY_ID_BYTES, KeyType, VerifierKey, parse_key_name
from verifier.log.signature import Signed, verify_many
from verifier.primitives.parse import parse_base64, parse_text, shown

NOTE_BYTES_MAX = 256 * 1024  # four times a checkpoint with 16 ML-DSA lines
SIGNATURES_MAX = 100  # the limit of Go's reader

_CONTROL = re.compile(rb"[\x00-\x09\x0b-\x1f]")
_DASH = "— ".encode()


@dataclass(frozen=True, slots=True)
class SignatureLine:
    """One signature line: whose it says it is, and the bytes behind the key ID."""

    name: str
    key_id: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Note:
    """A note that is well formed. Nothing about its signatures has been checked."""

    text: bytes
    lines: tuple[SignatureLine, ...]

    def signature(self, key: VerifierKey) -> bytes | None:
        """What is on the first line that claims to be by `key`; a name or an ID alone is another key's."""
        claims = (line.signature for line in self.lines if (line.name, line.key_id) == (key.name, key.key_id))
        return next(claims, None)


def parse_note(data: bytes, *, what: str) -> Note:
    """Parse a signed note; one malformed line makes the whole note malformed.

    Raises:
        FormatError: too large, not of the form above, or more than 100 signature lines.
    """
    if len(data) > NOTE_BYTES_MAX:
        raise FormatError(f"{what}: expected at most {NOTE_BYTES_MAX} bytes, got {len(data)}")
    check_note_text(data, what=what)
    text, separator, rest = data.rpartition(b"\n\n")
    if not separator:
        raise FormatError(f"{what}: expected a text, an empty line and signature lines, got no empty line")
    if not rest.endswith(b"\n"):
        raise FormatError(f"{what}: expected signature lines that end with LF, got {shown(rest[-60:])}")
    rows = rest[:-1].split(b"\n")
    if len(rows) > SIGNATURES_MAX:
        raise FormatError(f"{what}: expected at most {SIGNATURES_MAX} signature lines, got {len(rows)}")
    lines = tuple(parse_signature_line(row, what=f"{what}: signature {number}") for number, row in enumerate(rows, 1))
    return Note(text + b"\n", lines)


def parse_signature_line(data: bytes, *, what: str) -> SignatureLine:
    """Parse one signature line, without its LF."""
    parts = data.removeprefix(_DASH).split(b" ")
    if not data.startswith(_DASH) or len(parts) != 2:
        raise FormatError(f"{what}: expected an em dash, a name and base64, got {shown(data)}")
    name = parse_key_name(parts[0], what=what)
    signed = parse_base64(parts[1], what=what)
    if len(signed) <= KEY_ID_BYTES:
        raise FormatError(f"{what}: expected a key ID and a signature, got {len(signed)} bytes")
    return SignatureLine(name, signed[:KEY_ID_BYTES], signed[KEY_ID_BYTES:])


def check_note_text(data: bytes, *, what: str) -> None:
    """Check that these bytes may stand in a note: UTF-8 without control characters but LF."""
    parse_text(data, what=what)
    found = _CONTROL.search(data)
    if found:
        raise FormatError(f"{what}: byte {found.start()} is the control character {found[0].hex()}")


def verify_note(note: Note, *, keys: Iterable[VerifierKey], what: str) -> None:
    """Verify that at least one of `keys` signed, and that no line that claims to be by one of them is wrong.

    Lines by other keys are passed over; of several by one key the first counts. `keys` are of type 01, since
    cosignatures sign another message than the text.

    Raises:
        SignatureError: a line by a known key does not verify, there is none, or two keys have one name and ID.
    """
    known = tuple(dict.fromkeys(keys))
    if len({(key.name, key.key_id) for key in known}) != len(known):
        raise SignatureError(f"{what}: two of the trusted keys {', '.join(map(str, known))} have one name and ID")
    claimed = [
        Signed(key.public, note.text, signature, f"{what}: signature of {key}")
        for key in known
        if key.type == KeyType.NOTE and (signature := note.signature(key)) is not None
    ]
    if not claimed:
        names = ", ".join(str(key) for key in known)
        raise SignatureError(f"{what}: expected a signature of one of [{names}], got none")
    verify_many(claimed)


def verify_signers(note: Note, *, keys: Sequence[VerifierKey], what: str) -> None:
    """Verify that exactly these keys signed, one line each, in this order.

    Raises:
        SignatureError: a line is missing, added or out of place, or does not verify.
    """
    claimed = [(line.name, line.key_id) for line in note.lines]
    if not keys or claimed != [(key.name, key.key_id) for key in keys]:
        got = ", ".join(f"{name}+{key_id.hex()}" for name, key_id in claimed)
        raise SignatureError(f"{what}: expected the signatures [{', '.join(map(str, keys))}], got [{got}]")
    verify_many(
        Signed(key.public, note.text, line.signature, f"{what}: signature of {key}")
        for key, line in zip(keys, note.lines, strict=True)
    )
