"""The tlog-proof: a leaf's index, its inclusion proof and the cosigned checkpoint, in one text file.

   "c2sp.org/tlog-proof@v1" LF
   ["extra " base64(opaque) LF]
   "index " DECIMAL LF
   (base64(HASH) LF)*              from the leaf up; none in a tree of one leaf
   LF
   the checkpoint's note

   c2sp.org/tlog-proof@v1
   index 4
   n/U3thiiV++CkIxFkVrLrrbZ3qA11tk5ZPyIwZ6YyLM=
   vhV4G2KKKEFMHIoRuG24Qi+hBBIV/g18RJbSPNoeQUI=
   CZj22ijgqz4w1xBoaHkLzPCfiVQYXrRSeV3q/ShTVus=

   ledger.example/charity
   7
   Bg4rPU2bzk+Kd2cdIOKzu0GcAdufawsOogn1FSv2quI=

   — ledger.example/charity 7MCo9njtsuCdLtWLDCmuHyL7SVRZXwCp7H53XFhZWIw93DTt/gfW2o34ErrwjuI12LAN04+GKYOibo2wpwB9optg6QA=

The leaf is not in the file. Nothing vouches for `extra`.

Source: C2SP tlog-proof; docs/formats/tlog-proof.md.
"""

import base64
from dataclasses import dataclass

from ledger.checkpoint import parse_checkpoint
from ledger.errors import FormatError
from ledger.note import NOTE_BYTES_MAX, parse_note
from ledger.policy import Policy, VerifiedCheckpoint, verify_checkpoint
from ledger.proof import verify_inclusion
from ledger.strict import base64_exact, decimal, shown

EXTRA_BYTES_MAX = 48_000  # its line stays below the 64 KiB that a widespread reader takes
PATH_MAX = 63
_HEADER = "c2sp.org/tlog-proof@v1"
_HEAD_BYTES_MAX = 70_000  # `extra` and 63 hashes
_HASH_BYTES = 32


@dataclass(frozen=True, slots=True)
class TlogProof:
    """A leaf's index, the hashes from it up to the root, and the note of the checkpoint. Nothing in it is verified."""

    index: int
    path: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes | None = None


def parse_tlog_proof(data: bytes) -> TlogProof:
    """Parse a tlog-proof.

    Raises:
        FormatError: not of the form above, in the checkpoint either, or beyond the limits.
    """
    if len(data) > _HEAD_BYTES_MAX + NOTE_BYTES_MAX:
        raise FormatError(f"tlog-proof: expected at most {_HEAD_BYTES_MAX + NOTE_BYTES_MAX} bytes, got {len(data)}")
    head, empty_line, note = data.partition(b"\n\n")
    try:
        lines = head.decode().split("\n")
    except UnicodeDecodeError as error:
        raise FormatError(f"tlog-proof: byte {error.start} is not UTF-8") from None
    if not empty_line or lines.pop(0) != _HEADER:
        raise FormatError(f"tlog-proof: expected {_HEADER}, and an empty line before the checkpoint, got {shown(head)}")
    extra = None
    if lines and lines[0].startswith("extra "):
        extra = base64_exact(lines.pop(0).removeprefix("extra "), what="tlog-proof: extra")
        if len(extra) > EXTRA_BYTES_MAX:
            raise FormatError(f"tlog-proof: expected at most {EXTRA_BYTES_MAX} bytes of extra, got {len(extra)}")
    if not lines or not lines[0].startswith("index "):
        raise FormatError(f"tlog-proof: expected a line index, got {shown(lines[0] if lines else '')}")
    index, *path = lines
    if len(path) > PATH_MAX:
        raise FormatError(f"tlog-proof: expected at most {PATH_MAX} hashes, got {len(path)}")
    parse_checkpoint(parse_note(note, what="tlog-proof: checkpoint").text, what="tlog-proof: checkpoint")
    return TlogProof(
        index=decimal(index.removeprefix("index "), what="tlog-proof: index"),
        path=tuple(base64_exact(line, what=f"tlog-proof: hash {number}", size=_HASH_BYTES)
                   for number, line in enumerate(path, 1)),
        checkpoint=note,
        extra=extra,
    )


def format_tlog_proof(proof: TlogProof) -> bytes:
    """Format a tlog-proof.

    Raises:
        FormatError: a value cannot be in a tlog-proof.
    """
    lines = [_HEADER]
    if proof.extra is not None:
        lines.append(f"extra {base64.b64encode(proof.extra).decode()}")
    lines.append(f"index {proof.index}")
    lines += [base64.b64encode(hash_).decode() for hash_ in proof.path]
    data = "".join(f"{line}\n" for line in lines).encode() + b"\n" + proof.checkpoint
    if parse_tlog_proof(data) != proof:
        raise FormatError("tlog-proof: it does not come back as it was given")
    return data


def verify_tlog_proof(
    proof: TlogProof, *, leaf: bytes, policy: Policy, origin: str | None = None
) -> VerifiedCheckpoint:
    """Verify that the leaf with the hash `leaf` is in a log that `policy` trusts, and return the checkpoint.

    `leaf` comes from the bytes that the caller holds; `extra` is not looked at.

    Raises:
        FormatError: the checkpoint is not one.
        SignatureError: the checkpoint does not satisfy the policy.
        ProofError: the leaf is not at that index of the checkpoint's tree.
    """
    verified = verify_checkpoint(proof.checkpoint, policy, origin=origin)
    head = verified.checkpoint
    verify_inclusion(leaf=leaf, index=proof.index, size=head.size, path=list(proof.path), root=head.root)
    return verified
