"""The body of an add-checkpoint request: what a witness is offered to cosign.

    "old " SIZE LF  (base64(HASH) LF)*  LF  CHECKPOINT              at most 63 hashes

SIZE is the size that the witness cosigned last; the hashes prove that the tree of SIZE leaves is a prefix of the
checkpoint's. Source: C2SP tlog-witness.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass

from ledger.errors import FormatError
from ledger.strict import base64_exact, decimal, shown

HASHES_MAX = 63


@dataclass(frozen=True, slots=True)
class Offer:
    """A parsed request. Nothing in it is verified."""

    old: int
    path: tuple[bytes, ...]
    note: bytes


def format_offer(*, old: int, path: Sequence[bytes], note: bytes) -> bytes:
    """Format a request."""
    hashes = b"".join(base64.b64encode(hash_) + b"\n" for hash_ in path)
    return b"old %d\n%b\n%b" % (old, hashes, note)


def parse_offer(body: bytes) -> Offer:
    """Parse a request.

    Raises:
        FormatError: not of the form above.
    """
    head, blank, note = body.partition(b"\n\n")
    if not blank:
        raise FormatError("add-checkpoint: expected an empty line before the checkpoint, found none")
    try:
        first, *hashes = head.decode("ascii").split("\n")
    except UnicodeDecodeError as error:
        raise FormatError(f"add-checkpoint: byte {error.start} is not ASCII") from None
    if not first.startswith("old "):
        raise FormatError(f'add-checkpoint: expected a first line "old SIZE", got {shown(first)}')
    if len(hashes) > HASHES_MAX:
        raise FormatError(f"add-checkpoint: expected at most {HASHES_MAX} hashes, got {len(hashes)}")
    old = decimal(first.removeprefix("old "), what="add-checkpoint: old size")
    path = tuple(base64_exact(line, what=f"add-checkpoint: hash {number}", size=32)
                 for number, line in enumerate(hashes, 1))
    return Offer(old, path, note)
