"""A compressed binary Merkle trie over 32-byte keys: the maps under a trial balance.

    trie key     SHA-256(09 || map name || 00 || row name)                bit 0 is the highest bit of byte 0
    leaf         SHA-256(07 || 32-byte key || 32-byte row hash)
    node         SHA-256(08 || u8 bit || left || right)                   at a bit in which the keys below first differ
    empty trie   SHA-256("")

Bits rise from the root down. The shape follows from the set of keys alone, so a key that was removed leaves no trace. A
store keeps each node's bytes, as hashed above, under their hash. Presence and absence have one proof, made by following
the searched key's bits: the leaf that stands there, with the siblings on the way.

The map `exits` orders what left the middle of accounts, so that two neighbours prove a gap between them:

    key          SHA-256(09 || "exits" || 00 || account)[:24] || u64 start
    value        SHA-256(0a || u64 end || u64 leaf index)                 in place of a row hash

Source: docs/formats/trie.md.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from struct import Struct
from typing import NamedTuple

from ledger.errors import FormatError, ProofError
from ledger.merkle import EMPTY_ROOT
from ledger.strict import JsonValue, format_json

KEY_BYTES = 32
BIT_MAX = 255
SALT_BYTES = 32
NONCE_BYTES = 16

# Content-addressed: hash -> the bytes that have it, or None where the store does not hold them.
Load = Callable[[bytes], bytes | None]
Rows = Sequence[tuple[bytes, bytes]]
Changes = Sequence[tuple[bytes, bytes | None]]

POSITION_MAX = 2**64 - 1
ACCOUNT_BYTES = 24  # of an exit's key; the start takes the other 8

_EXIT = Struct(">cQQ")
_LEAF, _NODE, _OPENING = b"\x07", b"\x08", b"\x0a"


@dataclass(frozen=True)
class TrieProof:
    """The leaf that the searched key's bits lead to, and the way there as `(bit, sibling)`, root first."""

    leaf_key: bytes
    row_hash: bytes
    path: tuple[tuple[int, bytes], ...]


class Update(NamedTuple):
    """An updated trie: its root, the nodes that it adds to the store, and those that only the old root still needs."""

    root: bytes
    added: dict[bytes, bytes]
    dropped: set[bytes]


@dataclass(frozen=True)
class NoExitProof:
    """The neighbours of a gap in the map `exits`, and what the predecessor's value hides if it is the account's own."""

    predecessor: TrieProof | None
    opening: tuple[int, int] | None  # (end, leaf index)
    successor: TrieProof | None


def trie_key(map_name: str, row_name: bytes) -> bytes:
    """Compute the key of a row in a map. A map's name is ASCII without a zero byte, so names cannot run together."""
    return sha256(b"\x09" + map_name.encode("ascii") + b"\x00" + row_name).digest()


def leaf_node(key: bytes, value: bytes) -> bytes:
    """Hash a leaf: a key, and the row hash (or exit value) under it."""
    return sha256(_LEAF + key + value).digest()


def row_hash(salt: bytes | None, row: JsonValue) -> bytes:
    """Hash a row under its salt; in the map `published`, which everybody may read, `salt` is None."""
    if salt is not None and len(salt) != SALT_BYTES:
        raise FormatError(f"row: expected a salt of {SALT_BYTES} bytes, got {len(salt)}")
    return sha256(b"\x06" + (salt or b"") + format_json(row, what="row")).digest()


def next_salt(salt: bytes, nonce: bytes) -> bytes:
    """Step a row's salt with the nonce of the entry that touched it, or of that entry's sealed body."""
    if len(salt) != SALT_BYTES:
        raise FormatError(f"row: expected a salt of {SALT_BYTES} bytes, got {len(salt)}")
    if len(nonce) != NONCE_BYTES:
        raise FormatError(f"row: expected a nonce of {NONCE_BYTES} bytes, got {len(nonce)}")
    return sha256(b"\x04" + salt + nonce).digest()


def update(root: bytes, changes: Mapping[bytes, bytes | None], load: Load) -> Update:
    """Set the row hash of each changed key, or remove the key where it is None, all in one pass.

    Raises:
        FormatError: a key or row hash has another length.
        ProofError: the store lacks a node.
    """
    for key, value in changes.items():
        if len(key) != KEY_BYTES or (value is not None and len(value) != 32):
            raise FormatError(f"trie: expected a key and a row hash of 32 bytes, got {key.hex()}: "
                              f"{value.hex() if value is not None else None}")
    work = _Merge(load)
    new_root = work.merge(None if root == EMPTY_ROOT else root, sorted(changes.items()), None)
    return Update(
        root=EMPTY_ROOT if new_root is None else new_root,
        added={node: data for node, data in work.made.items() if node not in work.replaced},
        dropped=work.replaced - work.made.keys(),
    )


def prove(root: bytes, key: bytes, load: Load) -> TrieProof | None:
    """Prove what stands under `key`, or that nothing does. An empty trie needs no proof: None.

    Raises:
        ProofError: the store lacks a node.
    """
    return None if root == EMPTY_ROOT else _follow(root, lambda bit: bit_of(key, bit), load)


def verify_trie(*, root: bytes, key: bytes, proof: TrieProof | None) -> bytes | None:
    """Verify a proof for `key`: return the row hash under it, or None where it is proven to be absent.

    Raises:
        ProofError: the proof does not follow the key's bits, or does not lead to `root`.
    """
    if proof is None:
        if root != EMPTY_ROOT:
            raise ProofError(f"trie proof: expected a leaf under {root.hex()}, got none, as for an empty trie")
        return None
    verify_path(root=root, proof=proof)
    for bit, _ in proof.path:
        if bit_of(key, bit) != bit_of(proof.leaf_key, bit):
            raise ProofError(f"trie proof: key {key.hex()} turns off at bit {bit}, the proof goes on "
                             f"to {proof.leaf_key.hex()}")
    return proof.row_hash if proof.leaf_key == key else None


def verify_path(*, root: bytes, proof: TrieProof) -> None:
    """Verify that the proof's leaf stands in the trie with `root`.

    Raises:
        ProofError: a length is wrong, the bits do not rise, or the hashes do not lead to `root`.
    """
    if len(proof.leaf_key) != KEY_BYTES or len(proof.row_hash) != 32:
        raise ProofError(f"trie proof: expected a leaf key and a row hash of 32 bytes, got {len(proof.leaf_key)} "
                         f"and {len(proof.row_hash)}")
    last = -1
    for bit, sibling in proof.path:
        if not last < bit <= BIT_MAX:
            raise ProofError(f"trie proof: expected a bit from {last + 1} to {BIT_MAX}, got {bit}")
        if len(sibling) != 32:
            raise ProofError(f"trie proof: the sibling at bit {bit} has {len(sibling)} bytes, expected 32")
        last = bit
    computed = leaf_node(proof.leaf_key, proof.row_hash)
    for bit, sibling in reversed(proof.path):
        left, right = (sibling, computed) if bit_of(proof.leaf_key, bit) else (computed, sibling)
        computed = sha256(_NODE + bytes((bit,)) + left + right).digest()
    if computed != root:
        raise ProofError(f"trie proof: leaf {proof.leaf_key.hex()} leads to {computed.hex()}, "
                         f"the balance says {root.hex()}")


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
        _, end, index = _EXIT.unpack(_load(predecessor.row_hash, load))
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


def bit_of(key: bytes, bit: int) -> int:
    """Bit `bit` of `key`; bit 0 is the highest bit of byte 0."""
    return key[bit >> 3] >> (7 - (bit & 7)) & 1


def first_difference(one: bytes, other: bytes) -> int:
    """The first bit in which two keys differ; 256 if they are equal."""
    return 256 - (int.from_bytes(one) ^ int.from_bytes(other)).bit_length()


def _follow(node: bytes, turn: Callable[[int], int], load: Load) -> TrieProof:
    """Walk down from `node`, asking `turn` at each bit, to the leaf that stands there."""
    path = []
    data = _load(node, load)
    while data[:1] == _NODE:
        bit = data[1]
        left, right = data[2:34], data[34:]
        node, sibling = (right, left) if turn(bit) else (left, right)
        path.append((bit, sibling))
        data = _load(node, load)
    return TrieProof(leaf_key=data[1:33], row_hash=data[33:], path=tuple(path))


def _last_key(account: str, u: int, v: int) -> bytes:
    """The largest key of an exit that could touch [u, v)."""
    if not 0 <= u < v <= POSITION_MAX:
        raise ProofError(f"exits of {account}: expected positions 0 <= u < v <= {POSITION_MAX}, got [{u}, {v})")
    return exits_key(account, v - 1)


def _neighbour(root: bytes, key: bytes, side: int, load: Load) -> TrieProof | None:
    """Find the largest leaf up to `key` (side 1) or the smallest beyond it (side 0), with the way there."""
    nearest = _follow(root, lambda bit: bit_of(key, bit), load)
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

    return _follow(root, turn, load)


def _load(node: bytes, load: Load) -> bytes:
    data = load(node)
    if data is None:
        raise ProofError(f"trie: the store lacks node {node.hex()}; rebuild the trie from the state rows")
    return data


class _Merge:
    """One batched update: the nodes that it made and those that it looked into and replaced."""

    def __init__(self, load: Load) -> None:
        self.load = load
        self.made: dict[bytes, bytes] = {}
        self.replaced: set[bytes] = set()

    def merge(self, node: bytes | None, changes: Changes, sample: bytes | None) -> bytes | None:
        """Apply the sorted `changes` to the trie below `node`; None stands for an empty one.

        All keys below a node agree before its bit. Any one of them, the `sample`, therefore tells which changes
        belong below it; it is handed down, so that each change costs one walk. No deeper than 256, one level a bit.
        """
        if not changes:
            return node
        if node is None:
            return self.build([(key, value) for key, value in changes if value is not None])
        data = _load(node, self.load)
        if data[:1] != _NODE:
            self.replaced.add(node)
            rows = dict(changes)
            rows.setdefault(data[1:33], data[33:])
            return self.build([(key, value) for key, value in sorted(rows.items()) if value is not None])
        bit = data[1]
        if sample is None:
            guide = changes[0][0]
            sample = _follow(node, lambda at: bit_of(guide, at), self.load).leaf_key
        # The changes are sorted, so the first or the last is the one that leaves the common bits earliest.
        leaves_at = min(first_difference(sample, changes[0][0]), first_difference(sample, changes[-1][0]))
        if leaves_at < bit:
            side = bit_of(sample, leaves_at)
            parted = _part(changes, leaves_at)
            inside = self.merge(node, parted[side], sample)
            outside = self.merge(None, parted[1 - side], None)
            return self.join(leaves_at, *((outside, inside) if side else (inside, outside)))
        self.replaced.add(node)
        parted = _part(changes, bit)
        sample_side = bit_of(sample, bit)
        left = self.merge(data[2:34], parted[0], None if sample_side else sample)
        right = self.merge(data[34:], parted[1], sample if sample_side else None)
        return self.join(bit, left, right)

    def build(self, rows: Rows) -> bytes | None:
        """Make the trie over sorted rows, none of which is in the store."""
        if not rows:
            return None
        if len(rows) == 1:
            key, value = rows[0]
            return self.keep(_LEAF + key + value)
        bit = first_difference(rows[0][0], rows[-1][0])
        cut = next(place for place, (key, _) in enumerate(rows) if bit_of(key, bit))
        return self.join(bit, self.build(rows[:cut]), self.build(rows[cut:]))

    def join(self, bit: int, left: bytes | None, right: bytes | None) -> bytes | None:
        """Put a node above two tries; where one of them is empty, the other stands for both."""
        if left is None or right is None:
            return right if left is None else left
        return self.keep(_NODE + bytes((bit,)) + left + right)

    def keep(self, data: bytes) -> bytes:
        node = sha256(data).digest()
        self.made[node] = data
        return node


def _part(changes: Changes, bit: int) -> tuple[Changes, Changes]:
    """Part sorted changes that agree before `bit` into those with a 0 and those with a 1 there."""
    for place, (key, _) in enumerate(changes):
        if bit_of(key, bit):
            return changes[:place], changes[place:]
    return changes, ()
