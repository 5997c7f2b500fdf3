"""The operator's COSE receipt of a leaf (RFC 9942), signed with the log's key, for SCITT tools.

    18([ << {1: -8, 4: KEY, 15: {1: ORIGIN, 2: "checkpoint/" SIZE}, 395: 1} >>,
         {396: {-1: [ << [SIZE, INDEX, [HASH, ...]] >> ]}, "c2sp.org/tlog-checkpoint": NOTE},
         null,
         SIGNATURE ])

COSE signs the CBOR ["Signature1", protected, h'', ROOT]: the head of the log and no leaf. Who asks gives an index, and
no byte that is signed. The head is one that this very key signed before, as a checkpoint, and that a quorum cosigned:
the key says nothing new, whoever answers for the log. A note is UTF-8, which never begins with the byte 84 that begins
what COSE signs: no signature of one kind passes for the other.

Source: docs/formats/cose.md, docs/adr/0018-a-cose-receipt-carries-the-checkpoint.md.
"""

from dataclasses import dataclass

from ledger.checkpoint import parse_checkpoint
from ledger.errors import FormatError, ProofError, Rejected, SignatureError
from ledger.keys import SigningKey
from ledger.leaf import entry_of
from ledger.merkle import leaf_hash
from ledger.note import parse_note
from ledger.proof import prove_inclusion, verify_inclusion
from ledger.signature import sign
from ledger.tile import TILE_WIDTH, Tile, TileReader, decode_bundle
from node.cbor import Cbor, Tagged, encode_cbor
from node.errors import NodeError
from node.export import ExportedLog
from node.machines.charter import Charter, parse_charter
from node.machines.final import Final, verify_final

_SIGN1 = 18
_ALG, _KID, _CWT_CLAIMS, _VDS, _VDP = 1, 4, 15, 395, 396
_ISSUER, _SUBJECT = 1, 2
_EDDSA = -8  # what libraries of today know
_RFC9162_SHA256 = 1
_INCLUSION = -1
_CHECKPOINT = "c2sp.org/tlog-checkpoint"


@dataclass(frozen=True, slots=True)
class CoseReceipt:
    """A signed receipt, the leaf that it is about, and where that stands."""

    receipt: bytes
    leaf: bytes
    index: int
    size: int
    root: bytes


def sign_cose(log: ExportedLog, *, index: int, key: SigningKey, genesis: bytes | None) -> CoseReceipt:
    """Make the receipt of leaf `index` under the newest final head of the own log, signed with the log's key.

    `log` may be anybody: nothing of it is signed before the charter is found under the head, is the one with the text
    hash `genesis` (where that is known) and names `key`, and `key` and a quorum have signed the head.

    Raises:
        NodeError: there is no such leaf yet, the log has one leaf, or the head is not one of this key's log; or as
            reading `log` does.
    """
    try:
        final = _final_head(log, key=key, genesis=genesis)
        _check_index(index, size=final.size)
        leaf, path = _proven_leaf(log, final, index=index)
    except (FormatError, ProofError, Rejected, SignatureError) as error:
        raise NodeError(
            f"what is served here is not a final head of this node's log: {error}",
            next_step="Nothing was signed. Look what listens at node.listen, and at keys.log in node.toml.",
        ) from None
    claims: Cbor = {_ISSUER: key.name, _SUBJECT: f"checkpoint/{final.size}"}
    protected = encode_cbor(
        {_ALG: _EDDSA, _KID: key.verifier.public, _CWT_CLAIMS: claims, _VDS: _RFC9162_SHA256}
    )  # fmt: skip
    proof = encode_cbor([final.size, index, [*path]])
    unprotected: Cbor = {_VDP: {_INCLUSION: [proof]}, _CHECKPOINT: final.note}
    signature = sign(key.seed, encode_cbor(["Signature1", protected, b"", final.root]))
    receipt = encode_cbor(Tagged(_SIGN1, [protected, unprotected, None, signature]))
    return CoseReceipt(receipt, leaf, index, final.size, final.root)


def _final_head(log: ExportedLog, *, key: SigningKey, genesis: bytes | None) -> Final:
    """The newest final head, once it is found to be one of the log that `key` signs."""
    note = log.checkpoint()
    said = parse_checkpoint(parse_note(note).text)
    leaf, _ = _proven_leaf(log, Final(note, said.size, said.root), index=0)
    charter = parse_charter(entry_of(leaf), origin=key.name)
    _check_charter(charter, key=key, genesis=genesis)
    return verify_final(note, charter=charter, origin=key.name)


def _check_index(index: int, *, size: int) -> None:
    if size < 2:
        raise NodeError("a log of one leaf has no COSE receipt (RFC 9942, section 5.2)",
                        next_step="Ask again when another leaf is final.")
    if not 0 <= index < size:
        raise NodeError(f"leaf {index}: expected one below {size}, which are final here",
                        next_step="`mingzhang status` shows how many are final; a new leaf is within a second or so.")


def _check_charter(charter: Charter, *, key: SigningKey, genesis: bytes | None) -> None:
    if genesis is not None and charter.text != genesis:
        raise NodeError(f"the charter of the log that is served here has the text hash {charter.text.hex()}, node.toml "
                        f"says {genesis.hex()}", next_step="Nothing was signed. Look what listens at node.listen.")
    if charter.log != key.verifier:
        raise NodeError(f"the charter names the log key {charter.log.vkey}, keys.log is {key.verifier.vkey}",
                        next_step="Nothing was signed. Set keys.log in node.toml right.")


def _proven_leaf(log: ExportedLog, final: Final, *, index: int) -> tuple[bytes, list[bytes]]:
    """A leaf, and the path that leads from it to the root of the head."""
    number, place = divmod(index, TILE_WIDTH)
    width = min(TILE_WIDTH, final.size - number * TILE_WIDTH)
    leaf = decode_bundle(log.tile(Tile(None, number, width)), width=width)[place]
    path = prove_inclusion(index=index, size=final.size, nodes=TileReader(log.tile, size=final.size))
    verify_inclusion(leaf=leaf_hash(leaf), index=index, size=final.size, path=path, root=final.root)
    return leaf, path
