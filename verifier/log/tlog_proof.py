"""Offline proof of one leaf (C2SP tlog-proof).

c2sp.org/tlog-proof@v1
extra cmVjZWlwdCAwMDAx                                  optional; opaque and not authenticated
index 4
n/U3thiiV++CkIxFkVrLrrbZ3qA11tk5ZPyIwZ6YyLM=            the inclusion proof, leaf upwards
(empty line)
the signed checkpoint
"""

from dataclasses import dataclass

from verifier.errors import FormatError
from verifier.log.checkpoint import parse_checkpoint
from verifier.log.note import NOTE_BYTES_MAX, parse_note
from verifier.log.policy import CosignedCheckpoint, Policy, open_checkpoint
from verifier.log.tree import HASH_BYTES, verify_inclusion
from verifier.primitives.parse import parse_base64, parse_decimal, shown

HEADER = b"c2sp.org/tlog-proof@v1"
PATH_HASHES_MAX = 63
EXTRA_BYTES_MAX = 64 * 1024  # a line of Go's reader, and more than it can hold


@dataclass(frozen=True, slots=True)
class TlogProof:
    """A proof that is well formed; `checkpoint` is the signed note as it came, its signatures unchecked."""

    extra: bytes | None
    index: int
    path: tuple[bytes, ...]
    checkpoint: bytes


def parse_tlog_proof(data: bytes, *, what: str) -> TlogProof:
    """Parse a proof file.

    Raises:
        FormatError: not of the form above, or too long.
    """
    limit = NOTE_BYTES_MAX + 2 * EXTRA_BYTES_MAX
    if len(data) > limit:
        raise FormatError(f"{what}: expected at most {limit} bytes, got {len(data)}")
    head, separator, checkpoint = data.partition(b"\n\n")
    if not separator:
        raise FormatError(f"{what}: expected an empty line before the checkpoint, got none")
    lines = head.split(b"\n")
    if lines[0] != HEADER:
        raise FormatError(f"{what}: expected the first line {HEADER.decode()}, got {shown(lines[0])}")
    del lines[0]
    extra = None
    if lines and lines[0].startswith(b"extra "):
        extra = parse_base64(lines[0].removeprefix(b"extra "), what=f"{what}: extra")
        if len(extra) > EXTRA_BYTES_MAX:
            raise FormatError(f"{what}: expected at most {EXTRA_BYTES_MAX} bytes of extra, got {len(extra)}")
        del lines[0]
    if not lines or not lines[0].startswith(b"index "):
        raise FormatError(f"{what}: expected a line with the index, got {shown(lines[0]) if lines else 'none'}")
    index = parse_decimal(lines[0].removeprefix(b"index "), what=f"{what}: index")
    if len(lines) - 1 > PATH_HASHES_MAX:
        raise FormatError(f"{what}: expected at most {PATH_HASHES_MAX} hashes, got {len(lines) - 1}")
    path = tuple(
        parse_base64(line, what=f"{what}: hash {number}", length=HASH_BYTES) for number, line in enumerate(lines[1:], 1)
    )
    # Only the form: whether anybody signed it is judged when the proof is opened.
    parse_checkpoint(parse_note(checkpoint, what=what).text, what=what)
    return TlogProof(extra, index, path, checkpoint)


def open_tlog_proof(
    proof: TlogProof, *, leaf: bytes, policy: Policy, what: str, origin: str | None = None
) -> CosignedCheckpoint:
    """Verify that the leaf with the hash `leaf` stands at the proof's index in a log that the policy believes.

    Gives the checkpoint under which it stands; `origin` as in `open_checkpoint`.

    Raises:
        FormatError, SignatureError, CannotTell: as `open_checkpoint`.
        ProofError: the path does not lead from the leaf to the checkpoint's root.
    """
    opened = open_checkpoint(proof.checkpoint, policy=policy, what=what, origin=origin)
    checkpoint = opened.checkpoint
    verify_inclusion(leaf=leaf, index=proof.index, size=checkpoint.size, path=proof.path, root=checkpoint.root)
    return opened
