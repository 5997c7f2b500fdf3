"""The map `exits`: what left the middle of accounts, in an order in which two neighbours prove a gap between them.

    key          SHA-256(09 || "exits" || 00 || account)[:24] || u64 start
    value        SHA-256(0a || u64 end || u64 leaf index)                 in place of a row hash

A trie like the others (trie.py). The exits of one account lie side by side, by their start.

Source: docs/formats/trie.md.
"""

from dataclasses import dataclass
from hashlib import sha256
from struct import Struct

from ledger.errors import FormatError, ProofError
from ledger.merkle import EMPTY_ROOT
from ledger.trie import Load, TrieProof, bit_of, first_difference, follow, load_node, trie_key, verify_path

POSITION_MAX = 2**64 - 1
ACCOUNT_BYTES = 24  # of an exit's key; the start takes the other 8

_EXIT = Struct(">cQQ")
_OPENING = b"\x0a"


@dataclass(frozen=True)
class NoExitProof:
    """The neighbours of a gap in the map `exits`, and what the predecessor's value hides if it is the account's own."""

    predecessor: TrieProof | None
    opening: tuple[int, int] | None  # (end, leaf index)
    successor: TrieProof | None


def exits_key(account: str, start: int) -> bytes:
    """Compute the key of the exit that begins at position `start` of `account`."""
    if not 0 <= start <= POSITION_MAX:
        raise FormatError(f"exits: expected a position from 0 to {POSITION_MAX}, got {start}")
    return trie_key("exits", account.encode("ascii"))[:ACCOUNT_BYTES] + start.to_bytes(8, "big")


def exit_opening(end: int, index: int) -> bytes:
    """The bytes whose SHA-256 is an exit's value; a store keeps them under it, beside the nodes."""
    if not (0 <= end <= POSITION_MAX and 0 <= index <= POSITION_MAX):
        raise FormatError(f"exits: expected an end and a leaf index from 0 to {POSITION_MAX}, got {end} and {index}")
    return _EXIT.pack(_OPENING, end, index)


def exit_value(end: int, index: int) -> bytes:
    """Compute the value of an exit that ends before position `end` and was made by leaf `index`."""
    return sha256(exit_opening(end, index)).digest()


def prove_no_exit(root: bytes, account: str, u: int, v: int, load: Load) -> NoExitProof:
    """Prove that no exit of `account` touches the positions [u, v).

    Raises:
        ProofError: one does, [u, v) is empty, or the store lacks a node or an exit's opening.
    """
    last = _last_key(account, u, v)
    if root == EMPTY_ROOT:
        return NoExitProof(predecessor=None, opening=None, successor=None)
    predecessor = _neighbour(root, last, 1, load)
    successor = _neighbour(root, last, 0, load)
    opening = None
    if predecessor is not None and predecessor.leaf_key[:ACCOUNT_BYTES] == last[:ACCOUNT_BYTES]:
        _, end, index = _EXIT.unpack(load_node(predecessor.row_hash, load))
        if end > u:
            start = int.from_bytes(predecessor.leaf_key[ACCOUNT_BYTES:])
            raise ProofError(f"exits of {account}: [{u}, {v}) is touched by the exit [{start}, {end}) of leaf {index}")
        opening = (end, index)
    return NoExitProof(predecessor=predecessor, opening=opening, successor=successor)


def verify_no_exit(*, root: bytes, account: str, u: int, v: int, proof: NoExitProof) -> None:
    """Verify that no exit of `account` touches the positions [u, v).

    Exits of one account never overlap, because a position leaves once. So of all that start before `v`, the one that
    starts last also ends last: if it ends at or before `u`, none touches. It is the last one because nothing stands
    between it and its successor, which lies beyond every exit that could touch.

    Raises:
        FormatError: the opening is out of bounds.
        ProofError: [u, v) is empty, a path does not lead to `root`, the two are not neighbours around the end of
            [u, v), or the predecessor touches it.
    """
    what = f"exits of {account}"
    last = _last_key(account, u, v)
    before, after = proof.predecessor, proof.successor
    if before is None and after is None and root != EMPTY_ROOT:
        raise ProofError(f"{what}: expected a neighbour of [{u}, {v}) under {root.hex()}, got none")
    for neighbour in (before, after):
        if neighbour is not None:
            verify_path(root=root, proof=neighbour)
    if before is not None and before.leaf_key > last:
        raise ProofError(f"{what}: expected a predecessor up to {last.hex()}, got {before.leaf_key.hex()}")
    if after is not None and after.leaf_key <= last:
        raise ProofError(f"{what}: expected a successor beyond {last.hex()}, got {after.leaf_key.hex()}")
    # The node at which the two ways part. Without one of them the other must be the trie's very edge.
    fork = first_difference(before.leaf_key, after.leaf_key) if before is not None and after is not None else -1
    for neighbour, side in ((before, 1), (after, 0)):
        if neighbour is None:
            continue
        bits = [bit for bit, _ in neighbour.path]
        if fork >= 0 and fork not in bits:
            raise ProofError(f"{what}: {neighbour.leaf_key.hex()} has no node at bit {fork}, where its neighbour parts")
        for bit in bits:
            if bit > fork and bit_of(neighbour.leaf_key, bit) != side:
                raise ProofError(f"{what}: {neighbour.leaf_key.hex()} is no neighbour of [{u}, {v}): "
                                 f"at bit {bit} there is a nearer key")
    if before is None or before.leaf_key[:ACCOUNT_BYTES] != last[:ACCOUNT_BYTES]:
        if proof.opening is not None:
            raise ProofError(f"{what}: expected no opening, the predecessor is no exit of this account")
        return
    if proof.opening is None:
        raise ProofError(f"{what}: expected the opening (end, leaf index) of exit {before.leaf_key.hex()}, got none")
    end, index = proof.opening
    if exit_value(end, index) != before.row_hash:
        raise ProofError(f"{what}: end {end} and leaf {index} do not open the value {before.row_hash.hex()}")
    if end > u:
        raise ProofError(f"{what}: expected the predecessor to end at or before {u}, it ends at {end}")


def _last_key(account: str, u: int, v: int) -> bytes:
    """The largest key of an exit that could touch [u, v)."""
    if not 0 <= u < v <= POSITION_MAX:
        raise ProofError(f"exits of {account}: expected positions 0 <= u < v <= {POSITION_MAX}, got [{u}, {v})")
    return exits_key(account, v - 1)


def _neighbour(root: bytes, key: bytes, side: int, load: Load) -> TrieProof | None:
    """Find the largest leaf up to `key` (side 1) or the smallest beyond it (side 0), with the way there."""
    nearest = follow(root, lambda bit: bit_of(key, bit), load)
    leaves_at = first_difference(key, nearest.leaf_key)
    if side == 1 and nearest.leaf_key == key:
        return nearest
    turns = [bit for bit, _ in nearest.path if bit < leaves_at]
    if nearest.leaf_key != key:
        turns.append(leaves_at)
    # The last turn whose other side lies wholly on the wanted side of `key`: go there, then back towards `key` at once.
    parting = next((bit for bit in reversed(turns) if bit_of(key, bit) == side), None)
    if parting is None:
        return None

    def turn(bit: int) -> int:
        if bit < parting:
            return bit_of(key, bit)
        return 1 - side if bit == parting else side

    return follow(root, turn, load)
