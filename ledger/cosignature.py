"""The cosignature: a witness vouches for a checkpoint at a time, in one more signature line of its note.

    signature of the line    u64 TIME || SIGNATURE             TIME in POSIX seconds, at most 2^63-1

    signed, type 04          "cosignature/v1" LF "time " TIME LF, then the checkpoint's text
    signed, type 06          "subtree/v1" LF 00 || u8 length, NAME || u64 TIME || u8 length, ORIGIN
                             || u64 0 || u64 SIZE || ROOT

It states: this tree is consistent with every tree of this origin that the key ever signed, and at that time it was the
largest it had seen. Type 04 does not cover the cosigner's name, so a key serves one name; type 06 (ML-DSA-44, pure,
empty context) does not cover extension lines. Complete example, type 04:

   — county.example/node 0mquBAAAAABpVbkBgckhOEun2/CSu1NZyKuA7JNRD4LEvSXgm9PxdVV+SCa4mVSjyyTaQIn5O5XBqhFC8HqUB0/1/ulNHA7wWDetBg==

Source: C2SP tlog-cosignature; docs/formats/cosignature.md.
"""  # noqa: E501 (a signature line has no shorter spelling)

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA44PublicKey

from ledger import signature as ed25519
from ledger.checkpoint import parse_checkpoint
from ledger.errors import FormatError, SignatureError
from ledger.keys import COSIGNATURE, MLDSA_COSIGNATURE, SigningKey, VerifierKey, signer_name
from ledger.note import Signature

TIME_MAX = 2**63 - 1
_TIME_BYTES = 8
_SIGNATURE_BYTES = ((COSIGNATURE, 64), (MLDSA_COSIGNATURE, 2420))


def cosign(text: bytes, *, key: SigningKey, time_unix_s: int) -> Signature:
    """Cosign a checkpoint's text and return the line to append to its note.

    Whoever calls this has checked and durably stored what a cosignature states.

    Raises:
        FormatError: not the text of a checkpoint, a time outside 1 to 2^63-1, or a key that signs no cosignatures.
    """
    _signature_bytes(key.verifier)  # refuses a key of another type
    if not 1 <= time_unix_s <= TIME_MAX:
        raise FormatError(f"cosignature: expected a time from 1 to 2^63-1, got {time_unix_s}")
    message = _message(text, key=key.verifier, time_unix_s=time_unix_s)
    if key.algorithm == MLDSA_COSIGNATURE:
        raw = MLDSA44PrivateKey.from_seed_bytes(key.seed).sign(message)
    else:
        raw = ed25519.sign(key.seed, message)
    return Signature(key.name, key.verifier.key_id, time_unix_s.to_bytes(_TIME_BYTES, "big") + raw)


def verify_cosignature(text: bytes, line: Signature, *, key: VerifierKey) -> int:
    """Verify that `line` is `key`'s cosignature of the checkpoint `text`, and return its time in POSIX seconds.

    The time is what the cosigner says; whether it may lie in the future is for the caller to judge.

    Raises:
        FormatError: not the text of a checkpoint, a line of the wrong length, or a time above 2^63-1.
        SignatureError: the line is another key's, or does not verify.
    """
    what = f"cosignature of {signer_name(key)}"
    if (line.name, line.key_id) != (key.name, key.key_id):
        raise SignatureError(f"{what}: this line is by {line.name}+{line.key_id.hex()}")
    size = _TIME_BYTES + _signature_bytes(key)
    if len(line.blob) != size:
        raise FormatError(f"{what}: expected {size} bytes, got {len(line.blob)}")
    time_unix_s = int.from_bytes(line.blob[:_TIME_BYTES], "big")
    if time_unix_s > TIME_MAX:
        raise FormatError(f"{what}: expected a time of at most 2^63-1, got {time_unix_s}")
    message, raw = _message(text, key=key, time_unix_s=time_unix_s), line.blob[_TIME_BYTES:]
    if key.algorithm == COSIGNATURE:
        ed25519.verify(public=key.public, message=message, signature=raw, what=what)
        return time_unix_s
    try:
        MLDSA44PublicKey.from_public_bytes(key.public).verify(raw, message)
    except InvalidSignature:
        raise SignatureError(f"{what}: the signature does not verify") from None
    return time_unix_s


def _signature_bytes(key: VerifierKey) -> int:
    size = dict(_SIGNATURE_BYTES).get(key.algorithm)
    if size is None:
        raise FormatError(f"key {signer_name(key)}: type {key.algorithm:02x} signs no cosignatures")
    return size


def _message(text: bytes, *, key: VerifierKey, time_unix_s: int) -> bytes:
    """Return what a cosignature by `key` signs."""
    checkpoint = parse_checkpoint(text)
    if key.algorithm == COSIGNATURE:
        return b"cosignature/v1\ntime %d\n%b" % (time_unix_s, text)
    name, origin = key.name.encode(), checkpoint.origin.encode()
    return b"".join((
        b"subtree/v1\n\x00",
        len(name).to_bytes(1, "big"), name,
        time_unix_s.to_bytes(8, "big"),
        len(origin).to_bytes(1, "big"), origin,
        (0).to_bytes(8, "big"), checkpoint.size.to_bytes(8, "big"),
        checkpoint.root,
    ))  # fmt: skip
