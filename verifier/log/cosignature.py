"""Cosignatures (C2SP tlog-cosignature): a node states that it checked a tree head, and when.

A signature line whose signature is `u64 time || raw signature`, the time in POSIX seconds. What is signed:

    type 04, Ed25519     "cosignature/v1" LF "time " DECIMAL LF, then the text of the checkpoint
    type 06, ML-DSA-44   "subtree/v1" LF 00 || u8 length, name || u64 time || u8 length, origin
                         || u64 start || u64 end || hash          (for a checkpoint: 0, its size, its root)

ML-DSA is checked when the package `cryptography` (48 or later) is installed; without it, nobody can tell.
"""

from dataclasses import dataclass

from verifier.errors import CannotTell, FormatError, SignatureError
from verifier.log.checkpoint import Checkpoint
from verifier.log.keys import KeyType, VerifierKey
from verifier.log.note import Note
from verifier.log.signature import SIGNATURE_BYTES, verify_signature
from verifier.primitives.parse import SIZE_MAX

TIME_BYTES = 8
MLDSA_SIGNATURE_BYTES = 2420


@dataclass(frozen=True, slots=True)
class Cosignature:
    """What a cosigner put on its line; not checked."""

    time_unix_s: int
    signature: bytes


def open_cosignature(note: Note, *, key: VerifierKey, checkpoint: Checkpoint, what: str) -> Cosignature | None:
    """The cosignature of `key` on the note of `checkpoint`, verified; None if there is no line by that key.

    Raises:
        FormatError: as `parse_cosignature`.
        SignatureError, CannotTell: as `verify_cosignature`.
    """
    data = note.signature(key)
    if data is None:
        return None
    line = f"{what}: cosignature of {key}"
    cosignature = parse_cosignature(data, key=key, what=line)
    verify_cosignature(cosignature, key=key, checkpoint=checkpoint, what=line)
    return cosignature


def parse_cosignature(data: bytes, *, key: VerifierKey, what: str) -> Cosignature:
    """Parse what stands behind the key ID on the line of `key`.

    Raises:
        FormatError: `key` is no cosigner's key, or the bytes have another length or a time above 2^63-1.
    """
    if key.type == KeyType.NOTE:
        raise FormatError(f"{what}: expected a cosigner's key of type 04 or 06, {key} is of type {key.type:02x}")
    length = MLDSA_SIGNATURE_BYTES if key.type == KeyType.MLDSA_COSIGNATURE else SIGNATURE_BYTES
    if len(data) != TIME_BYTES + length:
        raise FormatError(f"{what}: expected a cosignature of {TIME_BYTES + length} bytes, got {len(data)}")
    time = int.from_bytes(data[:TIME_BYTES], "big")
    if time > SIZE_MAX:
        raise FormatError(f"{what}: expected a time up to {SIZE_MAX}, got {time}")
    return Cosignature(time, data[TIME_BYTES:])


def verify_cosignature(cosignature: Cosignature, *, key: VerifierKey, checkpoint: Checkpoint, what: str) -> None:
    """Verify that `key` cosigned `checkpoint` at the stated time.

    Raises:
        SignatureError: it did not.
        CannotTell: the key is an ML-DSA key and `cryptography` is not installed.
    """
    if key.type == KeyType.COSIGNATURE:
        message = b"cosignature/v1\ntime %d\n" % cosignature.time_unix_s + checkpoint.text
        verify_signature(public=key.public, message=message, signature=cosignature.signature, what=what)
    else:
        message = subtree_message(
            name=key.name,
            time_unix_s=cosignature.time_unix_s,
            origin=checkpoint.origin,
            start=0,
            end=checkpoint.size,
            hash_=checkpoint.root,
        )
        _verify_mldsa(public=key.public, message=message, signature=cosignature.signature, what=what)


def subtree_message(*, name: str, time_unix_s: int, origin: str, start: int, end: int, hash_: bytes) -> bytes:
    """What an ML-DSA cosigner signs; names and origins have at most 255 bytes."""
    return b"".join(
        (
            b"subtree/v1\n\x00",
            _short(name),
            time_unix_s.to_bytes(8, "big"),
            _short(origin),
            start.to_bytes(8, "big"),
            end.to_bytes(8, "big"),
            hash_,
        )
    )


def _short(text: str) -> bytes:
    data = text.encode("utf-8")
    return bytes((len(data),)) + data


def _verify_mldsa(*, public: bytes, message: bytes, signature: bytes, what: str) -> None:
    try:
        from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
        from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey
    except ImportError:
        raise CannotTell(f"{what}: ML-DSA needs the package `cryptography`, 48 or later, which is not here") from None
    try:
        MLDSA44PublicKey.from_public_bytes(public).verify(signature, message)
    except UnsupportedAlgorithm:
        raise CannotTell(f"{what}: the `cryptography` here was built without ML-DSA") from None
    except (InvalidSignature, ValueError):
        raise SignatureError(f"{what}: the ML-DSA signature does not verify") from None
