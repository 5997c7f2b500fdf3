"""Checkpoints (C2SP tlog-checkpoint): what a log says its tree is. The text of a signed note:

    ledger.example/charity
    7
    Bg4rPU2bzk+Kd2cdIOKzu0GcAdufawsOogn1FSv2quI=

Lines: origin, tree size, base64 of the root, then any number of extension lines, none of them empty.
"""

from dataclasses import dataclass

from verifier.errors import FormatError
from verifier.log.note import check_note_text
from verifier.log.tree import HASH_BYTES
from verifier.primitives.hashes import EMPTY_HASH
from verifier.primitives.parse import parse_base64, parse_decimal

ORIGIN_BYTES_MAX = 255
CHECKPOINT_BYTES_MAX = 64 * 1024


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A tree head of the log `origin`; `text` is what was signed, extension lines included."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...]
    text: bytes


def parse_checkpoint(text: bytes, *, what: str) -> Checkpoint:
    """Parse the text of a checkpoint.

    Raises:
        FormatError: not of the form above, or an empty log with another root than the empty tree's.
    """
    if len(text) > CHECKPOINT_BYTES_MAX:
        raise FormatError(f"{what}: expected at most {CHECKPOINT_BYTES_MAX} bytes, got {len(text)}")
    check_note_text(text, what=what)
    if not text.endswith(b"\n"):
        raise FormatError(f"{what}: expected a text that ends with LF")
    lines = text[:-1].split(b"\n")
    if len(lines) < 3:
        raise FormatError(f"{what}: expected origin, size and root, got {len(lines)} lines")
    if b"" in lines:
        raise FormatError(f"{what}: line {lines.index(b'') + 1} is empty")
    if len(lines[0]) > ORIGIN_BYTES_MAX:
        raise FormatError(f"{what}: expected an origin of at most {ORIGIN_BYTES_MAX} bytes, got {len(lines[0])}")
    size = parse_decimal(lines[1], what=f"{what}: tree size")
    root = parse_base64(lines[2], what=f"{what}: root", length=HASH_BYTES)
    if size == 0 and root != EMPTY_HASH:
        raise FormatError(f"{what}: expected the root {EMPTY_HASH.hex()} at size 0, got {root.hex()}")
    return Checkpoint(lines[0].decode("utf-8"), size, root, tuple(line.decode("utf-8") for line in lines[3:]), text)
