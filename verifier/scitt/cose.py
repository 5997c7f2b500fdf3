"""COSE receipts of inclusion (RFC 9942, RFC9162_SHA256), for SCITT tools (docs/formats/cose.md).

    18([ << {1: -8, 4: public key, 15: {1: origin, 2: "checkpoint/" size}, 395: 1} >>,
         {396: {-1: [<< [size, index, [hash, …]] >>]}, "c2sp.org/tlog-checkpoint": the signed note},
         null,
         signature by the log's key, or empty ])

The payload is detached: the root that follows from leaf and path. What COSE signs is the head of the log, so one
signature serves every leaf under it. Whom to believe is for the policy, by the checkpoint with its cosignatures; the
signature is for readers that know COSE and no cosignatures.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from verifier.errors import CannotTell, FormatError, ProofError, SignatureError
from verifier.log.head import Head
from verifier.log.keys import VerifierKey
from verifier.log.policy import CosignedCheckpoint, Policy, open_checkpoint
from verifier.log.signature import verify_signature
from verifier.log.tlog_proof import PATH_HASHES_MAX
from verifier.log.tree import HASH_BYTES, verify_inclusion
from verifier.primitives.hashes import leaf_hash
from verifier.primitives.parse import SIZE_MAX, parse_decimal, shown
from verifier.scitt.cbor import Cbor, Tagged, encode_cbor, parse_cbor

SIGN1 = 18
ALG, CRIT, KID, CWT_CLAIMS, VDS, VDP = 1, 2, 4, 15, 395, 396
ISS, SUB = 1, 2
EDDSA, ED25519 = -8, -19  # the second is RFC 9864's; libraries of today know the first
RFC9162_SHA256 = 1
INCLUSION = -1
CHECKPOINT = "c2sp.org/tlog-checkpoint"
COSE_BYTES_MAX = 512 * 1024  # twice the largest note

_SUBJECT = "checkpoint/"


@dataclass(frozen=True, slots=True)
class CoseReceipt:
    """A COSE receipt that is well formed; nothing in it has been checked. `signature` is empty where nobody signed."""

    protected: bytes
    origin: str
    size: int
    index: int
    path: tuple[bytes, ...]
    kid: bytes
    checkpoint: bytes | None
    signature: bytes


@dataclass(frozen=True, slots=True)
class BelievedLeaf:
    """A leaf that stands in a log that the policy believes; `signed_by` is the log's key that signed for COSE."""

    index: int
    believed: CosignedCheckpoint
    signed_by: VerifierKey | None


def format_cose(head: Head, *, index: int, path: Sequence[bytes], signature: bytes = b"") -> bytes:
    """Format a receipt of leaf `index` under a head, both of which were verified.

    Without a signature the receipt is one that COSE tools refuse. It has a hash at least (RFC 9942, section 5.2), so
    the log has two leaves or more.
    """
    assert path, "a log of one leaf has no COSE receipt"
    proof = encode_cbor([head.size, index, list(path)])
    unprotected: Cbor = {VDP: {INCLUSION: [proof]}, CHECKPOINT: head.note}
    return encode_cbor(Tagged(SIGN1, [protected_header(head), unprotected, None, signature]))


def protected_header(head: Head) -> bytes:
    """What COSE signs beside the root: the log and the size, which RFC 9942 alone leaves unsigned."""
    claims: Cbor = {ISS: head.checkpoint.origin, SUB: f"{_SUBJECT}{head.size}"}
    return encode_cbor({ALG: EDDSA, KID: head.log_keys[0].public, CWT_CLAIMS: claims, VDS: RFC9162_SHA256})


def signed_bytes(*, protected: bytes, root: bytes) -> bytes:
    """The bytes that a COSE signature covers (RFC 9052, section 4.4), the root being the payload."""
    return encode_cbor(["Signature1", protected, b"", root])


def parse_cose(data: bytes, *, what: str) -> CoseReceipt:
    """Parse a receipt of inclusion.

    Raises:
        FormatError: not deterministic CBOR, or not of the form above; unknown header parameters are passed over.
        CannotTell: another algorithm or tree, or a parameter that must be understood.
    """
    if len(data) > COSE_BYTES_MAX:
        raise FormatError(f"{what}: expected at most {COSE_BYTES_MAX} bytes, got {len(data)}")
    message = parse_cbor(data, what=what)
    if not isinstance(message, Tagged) or message.tag != SIGN1:
        raise FormatError(f"{what}: expected a COSE_Sign1 with the tag {SIGN1}")
    parts = _array(message.value, length=4, what=what)
    protected = _bytes(parts[0], what=f"{what}: protected header")
    headers = _map(parse_cbor(protected, what=f"{what}: protected header"), what=f"{what}: protected header")
    unprotected = _map(parts[1], what=f"{what}: unprotected header")
    if parts[2] is not None:
        raise FormatError(f"{what}: expected a detached payload: the root follows from leaf and path")
    _check_headers(headers, unprotected, what=what)
    claims = _map(headers.get(CWT_CLAIMS), what=f"{what}: CWT claims")
    origin, size = _text(claims.get(ISS), what=f"{what}: issuer"), _size(claims.get(SUB), what=f"{what}: subject")
    index, path = _proof(unprotected.get(VDP), size=size, what=f"{what}: inclusion proof")
    note = unprotected.get(CHECKPOINT)
    return CoseReceipt(
        protected=protected,
        origin=origin,
        size=size,
        index=index,
        path=path,
        kid=_bytes(headers.get(KID), what=f"{what}: key"),
        checkpoint=None if note is None else _bytes(note, what=f"{what}: checkpoint"),
        signature=_bytes(parts[3], what=f"{what}: signature"),
    )


def open_cose(receipt: CoseReceipt, *, leaf: bytes, policy: Policy, what: str) -> BelievedLeaf:
    """Verify that `leaf`, its bytes, stands where the receipt says in a log that the policy believes.

    Raises:
        FormatError, SignatureError: as `open_checkpoint`; the COSE signature does not verify under the log's key.
        ProofError: the path does not lead from the leaf to the checkpoint's root.
        CannotTell: as `open_checkpoint`; the receipt carries no checkpoint, so nothing shows who cosigned.
    """
    if receipt.checkpoint is None:
        raise CannotTell(f"{what}: there is no {CHECKPOINT} in it, so who cosigned the root cannot be told")
    believed = open_checkpoint(receipt.checkpoint, policy=policy, what=f"{what}: checkpoint", origin=receipt.origin)
    head = believed.checkpoint
    if head.size != receipt.size:
        raise ProofError(f"{what}: the COSE header says size {receipt.size}, the checkpoint in it {head.size}")
    path = receipt.path
    verify_inclusion(leaf=leaf_hash(leaf), index=receipt.index, size=head.size, path=path, root=head.root)
    signed_by = _signer(receipt, policy=policy, root=head.root, what=what) if receipt.signature else None
    return BelievedLeaf(receipt.index, believed, signed_by)


def _signer(receipt: CoseReceipt, *, policy: Policy, root: bytes, what: str) -> VerifierKey:
    """The log's key that signed, which the header names."""
    keys = [log.key for log in policy.logs if (log.key.name, log.key.public) == (receipt.origin, receipt.kid)]
    if not keys:
        named = f"{receipt.kid[:40].hex()} of the log {shown(receipt.origin)}"
        raise SignatureError(f"{what}: the policy has no key {named}")
    message = signed_bytes(protected=receipt.protected, root=root)
    line = f"{what}: COSE signature of {keys[0]}"
    verify_signature(public=keys[0].public, message=message, signature=receipt.signature, what=line)
    return keys[0]


def _check_headers(headers: dict[int | str, Cbor], unprotected: dict[int | str, Cbor], *, what: str) -> None:
    twice = headers.keys() & unprotected.keys()
    if twice:
        raise FormatError(f"{what}: the header parameters {sorted(map(str, twice))} are there twice")
    if CRIT in headers:
        raise CannotTell(f"{what}: a header parameter that must be understood is not known to this version")
    if headers.get(ALG) not in (EDDSA, ED25519):
        raise CannotTell(f"{what}: expected the algorithm {EDDSA} or {ED25519}, got {shown(str(headers.get(ALG)))}")
    if headers.get(VDS) != RFC9162_SHA256 or isinstance(headers[VDS], bool):
        raise CannotTell(f"{what}: expected the tree {RFC9162_SHA256}, got {shown(str(headers.get(VDS)))}")


def _proof(value: Cbor, *, size: int, what: str) -> tuple[int, tuple[bytes, ...]]:
    proofs = _map(value, what=what)
    inner = _bytes(_array(proofs.get(INCLUSION), length=1, what=what)[0], what=what)
    said, index, path = _array(parse_cbor(inner, what=what), length=3, what=what)
    if _integer(said, what=what) != size:
        raise FormatError(f"{what}: expected the size {size} of the protected header, got another")
    if not isinstance(path, list) or not 1 <= len(path) <= PATH_HASHES_MAX:
        raise FormatError(f"{what}: expected an array of 1 to {PATH_HASHES_MAX} hashes")
    hashes = tuple(_bytes(hash_, what=what) for hash_ in path)
    if any(len(hash_) != HASH_BYTES for hash_ in hashes):
        raise FormatError(f"{what}: expected hashes of {HASH_BYTES} bytes")
    return _integer(index, what=what), hashes


def _size(value: Cbor, *, what: str) -> int:
    text = _text(value, what=what)
    if not text.startswith(_SUBJECT):
        raise FormatError(f"{what}: expected {_SUBJECT} and a size, got {shown(text)}")
    return parse_decimal(text.removeprefix(_SUBJECT).encode("utf-8"), what=what)


def _array(value: Cbor, *, length: int, what: str) -> list[Cbor]:
    if not isinstance(value, list) or len(value) != length:
        raise FormatError(f"{what}: expected an array of {length}")
    return value


def _map(value: Cbor, *, what: str) -> dict[int | str, Cbor]:
    if not isinstance(value, dict):
        raise FormatError(f"{what}: expected a map")
    return value


def _bytes(value: Cbor, *, what: str) -> bytes:
    if not isinstance(value, bytes):
        raise FormatError(f"{what}: expected a byte string")
    return value


def _text(value: Cbor, *, what: str) -> str:
    if not isinstance(value, str):
        raise FormatError(f"{what}: expected a text")
    return value


def _integer(value: Cbor, *, what: str) -> int:
    # True is an int to Python, not to CBOR.
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= SIZE_MAX:
        raise FormatError(f"{what}: expected an integer from 0 to {SIZE_MAX}")
    return value
