"""A compressed binary Merkle trie over 32-byte keys: the maps under a trial balance.

    trie key     SHA-256(09 || map name || 00 || row name)                bit 0 is the highest bit of byte 0
    leaf         SHA-256(07 || 32-byte key || 32-byte row hash)
    node         SHA-256(08 || u8 bit || left || right)                   at a bit in which the keys below first differ
    empty trie   SHA-256("")

Bits rise from the root down. The shape follows from the set of keys alone, so a key that was removed leaves no trace. A
store keeps each node's bytes, as hashed above, under their hash. Presence and absence have one proof, made by following
the searched key's bits: the leaf that stands there, with the siblings on the way.

Source: docs/formats/trie.md.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
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

_LEAF, _NODE = b"\x07", b"\x08"


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
    return None if root == EMPTY_ROOT else follow(root, lambda bit: bit_of(key, bit), load)


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


def bit_of(key: bytes, bit: int) -> int:
    """Bit `bit` of `key`; bit 0 is the highest bit of byte 0."""
    return key[bit >> 3] >> (7 - (bit & 7)) & 1


def first_difference(one: bytes, other: bytes) -> int:
    """The first bit in which two keys differ; 256 if they are equal."""
    return 256 - (int.from_bytes(one) ^ int.from_bytes(other)).bit_length()


def follow(node: bytes, turn: Callable[[int], int], load: Load) -> TrieProof:
    """Walk down from `node`, asking `turn` at each bit, to the leaf that stands there. Raises as `load_node`."""
    path = []
    data = load_node(node, load)
    while data[:1] == _NODE:
        bit = data[1]
        left, right = data[2:34], data[34:]
        node, sibling = (right, left) if turn(bit) else (left, right)
        path.append((bit, sibling))
        data = load_node(node, load)
    return TrieProof(leaf_key=data[1:33], row_hash=data[33:], path=tuple(path))


def load_node(node: bytes, load: Load) -> bytes:
    """Return the bytes of a node.

    Raises:
        ProofError: the store lacks it.
    """
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
        data = load_node(node, self.load)
        if data[:1] != _NODE:
            self.replaced.add(node)
            rows = dict(changes)
            rows.setdefault(data[1:33], data[33:])
            return self.build([(key, value) for key, value in sorted(rows.items()) if value is not None])
        bit = data[1]
        if sample is None:
            guide = changes[0][0]
            sample = follow(node, lambda at: bit_of(guide, at), self.load).leaf_key
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
