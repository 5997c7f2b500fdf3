"""The signed note: what everything that is signed looks like.

   TEXT LF  then one or more of  "— " NAME " " base64(ID(4) || SIGNATURE) LF

TEXT is UTF-8, ends with LF, holds no control character but LF, and may hold empty lines: the signatures begin after the
last empty line. The signed bytes are TEXT with its last LF, without the empty line behind it.

   Claim fund opened.

   — ledger.example/charity 7MCo9iJe9nLPZnTHHxqf4Hf7nskCO4ekOpPDgrcVhhRxgDkhSgeLwbYWWEPdseKLXnk/xOBnSZuomjvLv9SpoVhz6Q0=

A key is a pair (NAME, ID). Signatures of unknown pairs are carried along and prove nothing; a known pair must verify. A
reader who adds a signature appends a line and changes no other.

Limits: 256 KiB and 100 signatures. Source: C2SP signed-note; docs/formats/signed-note.md.
"""

import base64
import re
from collections.abc import Iterable
from dataclasses import dataclass

from ledger import signature as ed25519
from ledger.errors import FormatError, SignatureError
from ledger.keys import ED25519, SigningKey, VerifierKey, check_name, signer_name
from ledger.strict import base64_exact, shown

NOTE_BYTES_MAX = 256 * 1024  # sixteen ML-DSA signatures are 55 kB
SIGNATURES_MAX = 100
_ID_BYTES = 4
_DASH = "— "  # U+2014 and a space
_CONTROL = re.compile(rb"[\x00-\x09\x0b-\x1f]")


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: whose it claims to be, and its bytes (for a cosignature, time and signature)."""

    name: str
    key_id: bytes
    blob: bytes

    def __str__(self) -> str:
        """Return the line, without LF."""
        return f"{_DASH}{self.name} {base64.b64encode(self.key_id + self.blob).decode()}"


@dataclass(frozen=True, slots=True)
class Note:
    """A signed text. Nothing in it is verified."""

    text: bytes
    signatures: tuple[Signature, ...]


@dataclass(frozen=True, slots=True)
class OpenedNote:
    """A note that was opened: `verified` are the keys that signed `text`, in the order of the note's lines."""

    text: bytes
    signatures: tuple[Signature, ...]
    verified: tuple[VerifierKey, ...]


def parse_note(data: bytes, *, what: str = "note") -> Note:
    """Parse a note without verifying any signature.

    Raises:
        FormatError: not of the form above, in any line, or beyond the limits.
    """
    if len(data) > NOTE_BYTES_MAX:
        raise FormatError(f"{what}: expected at most {NOTE_BYTES_MAX} bytes, got {len(data)}")
    check_note_text(data, what=what)
    split = data.rfind(b"\n\n")
    if split < 0:
        raise FormatError(f"{what}: expected a text, an empty line and signatures, found no empty line")
    return Note(data[: split + 1], parse_signatures(data[split + 2 :], what=what))


def parse_signatures(data: bytes, *, what: str) -> tuple[Signature, ...]:
    """Parse signature lines that stand alone, as a witness answers them.

    Raises:
        FormatError: no line, more than 100, or one that is not a signature line ending in LF.
    """
    _check_utf8(data, what=what)
    *lines, rest = data.decode().split("\n")
    if rest or not lines:
        raise FormatError(f"{what}: expected signature lines, each ending in LF, got {shown(rest)} at the end")
    if len(lines) > SIGNATURES_MAX:
        raise FormatError(f"{what}: expected at most {SIGNATURES_MAX} signatures, got {len(lines)}")
    return tuple(_parse_signature(line, what=f"{what}: signature {number}") for number, line in enumerate(lines, 1))


def format_note(note: Note) -> bytes:
    """Format a note.

    Raises:
        FormatError: the text or a signature cannot be in a note.
    """
    data = note.text + b"\n" + b"".join(b"%b\n" % str(line).encode() for line in note.signatures)
    # Reading it back is the whole check: a text without its last LF, for one, would come back shorter.
    if parse_note(data) != Note(note.text, note.signatures):
        raise FormatError("note: the text or a signature does not come back as it was given")
    return data


def sign_note(text: bytes, *keys: SigningKey) -> bytes:
    """Sign `text` with each of `keys`, one line each, in their order.

    Raises:
        FormatError: no key, a key that signs cosignatures only, or a text that cannot be in a note.
    """
    return format_note(Note(text, tuple(sign_text(text, key) for key in keys)))


def sign_text(text: bytes, key: SigningKey) -> Signature:
    """Return the signature of `key` over a note's text.

    Raises:
        FormatError: `key` signs cosignatures only.
    """
    _check_signs_text(key.verifier)
    return Signature(key.name, key.verifier.key_id, ed25519.sign(key.seed, text))


def open_note(data: bytes, keys: Iterable[VerifierKey], *, what: str = "note") -> OpenedNote:
    """Parse a note and verify the signatures of `keys` on it.

    A signature of another key is ignored, also under a known name. Of several lines of one key the first counts.

    Raises:
        FormatError: not a note.
        SignatureError: a signature of one of `keys` does not verify, or none of them signed.
    """
    note = parse_note(data, what=what)
    known = _index_keys(keys)
    verified: list[VerifierKey] = []
    for line in note.signatures:
        key = known.get((line.name, line.key_id))
        if key is not None and key not in verified:
            _check_signs_text(key)
            ed25519.verify(public=key.public, message=note.text, signature=line.blob,
                           what=f"{what}: signature of {signer_name(key)}")
            verified.append(key)
    if not verified:
        expected = " or ".join(map(signer_name, known.values())) or "a known key"
        got = ", ".join(f"{line.name}+{line.key_id.hex()}" for line in note.signatures)
        raise SignatureError(f"{what}: expected a signature of {expected}, got {got}")
    return OpenedNote(note.text, note.signatures, tuple(verified))


def append_signature(data: bytes, signature: Signature) -> bytes:
    """Return the note `data` with one more line, every other byte as it was.

    Raises:
        FormatError: `data` is not a note, or the line does not fit into it.
    """
    parse_note(data)
    longer = data + b"%b\n" % str(signature).encode()
    if parse_note(longer).signatures[-1] != signature:
        raise FormatError("note: the signature does not come back as it was given")
    return longer


def check_note_text(data: bytes, *, what: str) -> None:
    """Check that these bytes may stand in a note.

    Raises:
        FormatError: a control character other than LF, or not UTF-8.
    """
    control = _CONTROL.search(data)
    if control:
        raise FormatError(f"{what}: byte {control.start()} is the control character {control.group()[0]:02x}")
    _check_utf8(data, what=what)


def _index_keys(keys: Iterable[VerifierKey]) -> dict[tuple[str, bytes], VerifierKey]:
    """Return `keys` by (name, key ID).

    Raises:
        SignatureError: two different keys share name and ID, so that a line could mean either.
    """
    known: dict[tuple[str, bytes], VerifierKey] = {}
    for key in keys:
        if known.setdefault((key.name, key.key_id), key) != key:
            raise SignatureError(f"two different keys are called {signer_name(key)}")
    return known


def _parse_signature(line: str, *, what: str) -> Signature:
    name, space, encoded = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not space:
        raise FormatError(f'{what}: expected "— NAME BASE64", got {shown(line)}')
    check_name(name, what=what)
    decoded = base64_exact(encoded, what=what)
    if len(decoded) <= _ID_BYTES:
        raise FormatError(f"{what}: expected a key ID and a signature, got {len(decoded)} bytes")
    return Signature(name, decoded[:_ID_BYTES], decoded[_ID_BYTES:])


def _check_utf8(data: bytes, *, what: str) -> None:
    try:
        data.decode()
    except UnicodeDecodeError as error:
        raise FormatError(f"{what}: byte {error.start} is not UTF-8") from None


def _check_signs_text(key: VerifierKey) -> None:
    if key.algorithm != ED25519:
        raise FormatError(f"key {signer_name(key)}: type {key.algorithm:02x} signs cosignatures only")
