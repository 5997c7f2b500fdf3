"""The checkpoint: a log's signed head, a note of three lines or more.

   ORIGIN LF  SIZE LF  base64(ROOT, 32 bytes) LF  [extension lines, none of them empty]

   ledger.example/charity
   7
   Bg4rPU2bzk+Kd2cdIOKzu0GcAdufawsOogn1FSv2quI=

   — ledger.example/charity 7MCo9njtsuCdLtWLDCmuHyL7SVRZXwCp7H53XFhZWIw93DTt/gfW2o34ErrwjuI12LAN04+GKYOibo2wpwB9optg6QA=

The origin is the log's identity and the name of its key; a reader compares both with what it trusts. Our log writes no
extension lines, since an ML-DSA cosignature would not cover them; they are read in other logs' checkpoints.

Source: C2SP tlog-checkpoint; docs/formats/checkpoint.md.
"""

import base64
from collections.abc import Iterable
from dataclasses import dataclass

from ledger.errors import FormatError, SignatureError
from ledger.keys import SigningKey, VerifierKey
from ledger.note import check_note_text, open_note, sign_note
from ledger.strict import base64_exact, decimal, shown

ORIGIN_BYTES_MAX = 255  # a cosignature of type 06 writes its length in one byte
_HASH_BYTES = 32


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The tree of `size` leaves of the log `origin` has the root hash `root`."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()


def parse_checkpoint(text: bytes, *, what: str = "checkpoint") -> Checkpoint:
    """Parse the text of a checkpoint, without its signatures.

    Raises:
        FormatError: not of the form above.
    """
    check_note_text(text, what=what)
    *lines, rest = text.decode().split("\n")
    if rest or len(lines) < 3:
        raise FormatError(f"{what}: expected three lines or more, each ending in LF, got {shown(text)}")
    if "" in lines:
        raise FormatError(f"{what}: line {lines.index('') + 1} is empty")
    origin, size, root, *extensions = lines
    if len(origin.encode()) > ORIGIN_BYTES_MAX:
        raise FormatError(f"{what}: expected an origin of at most {ORIGIN_BYTES_MAX} bytes, got {shown(origin)}")
    return Checkpoint(
        origin=origin,
        size=decimal(size, what=f"{what}: size"),
        root=base64_exact(root, what=f"{what}: root", size=_HASH_BYTES),
        extensions=tuple(extensions),
    )


def format_checkpoint(checkpoint: Checkpoint) -> bytes:
    """Format the text of a checkpoint.

    Raises:
        FormatError: a value cannot be in a checkpoint.
    """
    root = base64.b64encode(checkpoint.root).decode()
    lines = (checkpoint.origin, str(checkpoint.size), root, *checkpoint.extensions)
    text = "".join(f"{line}\n" for line in lines).encode()
    # Reading it back is the whole check: an origin with an LF, for one, would come back as another.
    if parse_checkpoint(text) != checkpoint:
        raise FormatError(f"checkpoint: {shown(checkpoint)} does not come back as it was given")
    return text


def sign_checkpoint(checkpoint: Checkpoint, *, key: SigningKey) -> bytes:
    """Sign a checkpoint with the log's key and return the note.

    Whoever calls this has stored size and root durably first, and never signs two that are inconsistent.

    Raises:
        FormatError: a value cannot be in a checkpoint, or the key is not named after the origin.
    """
    if key.name != checkpoint.origin:
        raise FormatError(f"checkpoint: the log {checkpoint.origin} cannot be signed by a key named {key.name}")
    return sign_note(format_checkpoint(checkpoint), key)


def open_checkpoint(
    data: bytes, *, keys: Iterable[VerifierKey], origin: str, what: str = "checkpoint"
) -> Checkpoint:
    """Verify that one of `keys` signed the checkpoint note `data` for the log `origin`, and return the checkpoint.

    Keys with another name than `origin` count for nothing here. Cosignatures are not looked at.

    Raises:
        FormatError: not a checkpoint note.
        SignatureError: no valid signature by the log's key, a bad one, or the checkpoint of another log.
    """
    opened = open_note(data, [key for key in keys if key.name == origin], what=what)
    checkpoint = parse_checkpoint(opened.text, what=what)
    if checkpoint.origin != origin:
        raise SignatureError(f"{what}: expected one of the log {origin}, got one of {shown(checkpoint.origin)}")
    return checkpoint
