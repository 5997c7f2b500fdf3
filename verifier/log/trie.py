"""Compressed binary Merkle tries: the maps of a trial balance.

A node stands at each bit in which the keys below it first differ, so bits rise from the root. Bit 0 is the highest
bit of byte 0. Empty: SHA-256 of nothing. One row: its leaf hash.

    leaf    SHA-256(07 || key (32) || value (32))        node    SHA-256(08 || u8 bit || left || right)

A proof is a leaf `(key, value)` and its path `[(bit, sibling), ...]`, root first, found by following the bits of the
key that is searched for. It shows that key present, or, being another key's, absent.

In the map `exits` the key is the first 24 bytes of SHA-256(09 || "exits" || 00 || account), then u64 start, so that the
exits of one account lie in order; the value is SHA-256(0a || u64 end || u64 leaf index).
"""

from dataclasses import dataclass

from verifier.errors import FormatError, ProofError
from verifier.primitives.hashes import EMPTY_HASH, exit_hash, trie_key, trie_leaf_hash, trie_node_hash
from verifier.primitives.parse import INTEGER_MAX

KEY_BYTES = 32
KEY_BITS = 8 * KEY_BYTES
EXITS = "exits"
ACCOUNT_BYTES = 24

Path = tuple[tuple[int, bytes], ...]


@dataclass(frozen=True, slots=True)
class TrieProof:
    """A leaf of a trie and the way to it, root first."""

    key: bytes
    value: bytes
    path: Path


@dataclass(frozen=True, slots=True)
class Exit:
    """Where an exit ends and which leaf made it."""

    end: int
    index: int


def verify_present(proof: TrieProof, *, key: bytes, value: bytes, root: bytes, what: str) -> None:
    """Verify that the trie with `root` holds `value` under `key`.

    Raises:
        ProofError: a hash or a bit is out of range, the proof leads to another root, or shows another key or value.
    """
    _check_search(proof, key=key, root=root, what=what)
    if proof.key != key:
        raise ProofError(f"{what}: expected the key {key.hex()}, the proof shows that it is absent")
    if proof.value != value:
        raise ProofError(f"{what}: expected the value {value.hex()}, the trie holds {proof.value.hex()}")


def verify_absent(proof: TrieProof | None, *, key: bytes, root: bytes, what: str) -> None:
    """Verify that the trie with `root` has no `key`; no proof is needed in an empty trie.

    Raises:
        ProofError: a hash or a bit is out of range, the proof leads to another root, or shows that the key is present.
    """
    if proof is None:
        _check_empty(root, what=what)
        return
    _check_search(proof, key=key, root=root, what=what)
    if proof.key == key:
        raise ProofError(f"{what}: expected no key {key.hex()}, the proof shows that it is present")


def exit_key(*, account: str, start: int) -> bytes:
    """The key in the map `exits` of an exit that begins at position `start` of `account`."""
    if not 0 <= start < 1 << 64:
        raise FormatError(f"exit: expected a start of 64 bits, got {start}")
    return _account_prefix(account) + start.to_bytes(8, "big")


def verify_no_exit(
    *,
    account: str,
    start: int,
    end: int,
    predecessor: TrieProof | None,
    opening: Exit | None,
    successor: TrieProof | None,
    root: bytes,
    what: str,
) -> None:
    """Verify that no exit touches the positions `[start, end)` of `account` in the map `exits` with `root`.

    The two leaves are neighbours in the map, with the last key that could touch the interval between them; `opening`
    opens the value of the predecessor where it is one of the account's. Exits of one account do not overlap, so if
    the last that begins before `end` stops at `start` or before, all do.

    Raises:
        ProofError: something is out of range, the leaves are not in this map, not neighbours or not around the
            interval, or an exit touches it.
    """
    if not 0 <= start < end <= INTEGER_MAX:
        raise ProofError(f"{what}: expected positions 0 <= start < end <= {INTEGER_MAX}, got {start} and {end}")
    prefix = _account_prefix(account)
    last = prefix + (end - 1).to_bytes(8, "big")
    for proof in (predecessor, successor):
        if proof is not None:
            _check_leads(proof, root=root, what=what)
    if predecessor is None and successor is None:
        _check_empty(root, what=what)
    else:
        _check_adjacent(predecessor, successor, what=what)
    if successor is not None and successor.key <= last:
        raise ProofError(f"{what}: expected a successor beyond position {end - 1}, got the key {successor.key.hex()}")
    if predecessor is not None and predecessor.key > last:
        raise ProofError(
            f"{what}: expected a predecessor up to position {end - 1}, got the key {predecessor.key.hex()}"
        )
    own = predecessor if predecessor is not None and predecessor.key.startswith(prefix) else None
    if (own is None) != (opening is None):
        raise ProofError(f"{what}: expected end and index of the predecessor exactly if it is an exit of {account}")
    if own is not None and opening is not None:
        _check_opening(own, opening, start=start, what=what)


def _check_opening(proof: TrieProof, opening: Exit, *, start: int, what: str) -> None:
    """Check that the exit in `proof` is `opening`, and that it ends at `start` or before."""
    for number in (opening.end, opening.index):
        if not 0 <= number <= INTEGER_MAX:
            raise ProofError(f"{what}: expected end and index from 0 to {INTEGER_MAX}, got {number}")
    if exit_hash(end=opening.end, index=opening.index) != proof.value:
        raise ProofError(f"{what}: the predecessor is no exit up to {opening.end} by leaf {opening.index}")
    if opening.end > start:
        raise ProofError(f"{what}: an exit reaches up to {opening.end}, beyond {start}")


def _check_adjacent(left: TrieProof | None, right: TrieProof | None, *, what: str) -> None:
    """Check that no leaf lies between the two, or before the only one, or behind it."""
    branch = -1  # with one leaf missing, the other is the outermost below the root
    if left is not None and right is not None:
        branch = first_difference(left.key, right.key)
        if not left.key < right.key:
            raise ProofError(f"{what}: expected a predecessor before its successor")
        if any(branch not in (bit for bit, _ in proof.path) for proof in (left, right)):
            raise ProofError(f"{what}: the neighbours part at bit {branch}, which is not on both paths")
    if left is not None and any(bit > branch and not _bit(left.key, bit) for bit, _ in left.path):
        raise ProofError(f"{what}: the predecessor is not the last leaf before the gap")
    if right is not None and any(bit > branch and _bit(right.key, bit) for bit, _ in right.path):
        raise ProofError(f"{what}: the successor is not the first leaf behind the gap")


def _check_search(proof: TrieProof, *, key: bytes, root: bytes, what: str) -> None:
    """Check that `proof` is what a search for `key` finds in the trie with `root`."""
    if len(key) != KEY_BYTES:
        raise ProofError(f"{what}: expected a key of {KEY_BYTES} bytes, got {len(key)}")
    _check_leads(proof, root=root, what=what)
    for bit, _ in proof.path:
        if _bit(key, bit) != _bit(proof.key, bit):
            raise ProofError(f"{what}: a search for {key.hex()} leaves the shown path at bit {bit}")


def _check_leads(proof: TrieProof, *, root: bytes, what: str) -> None:
    """Check that the leaf of `proof` is in the trie with `root`."""
    before = -1
    for bit, _ in proof.path:
        if not before < bit < KEY_BITS:
            raise ProofError(f"{what}: expected rising bits up to {KEY_BITS - 1}, got {bit} after {before}")
        before = bit
    for hash_ in (proof.key, proof.value, *(sibling for _, sibling in proof.path)):
        if len(hash_) != KEY_BYTES:
            raise ProofError(f"{what}: expected keys and hashes of {KEY_BYTES} bytes, got one of {len(hash_)}")
    computed = trie_leaf_hash(key=proof.key, value=proof.value)
    for bit, sibling in reversed(proof.path):
        left, right = (sibling, computed) if _bit(proof.key, bit) else (computed, sibling)
        computed = trie_node_hash(bit, left, right)
    if computed != root:
        raise ProofError(f"{what}: the path leads to the root {computed.hex()}, expected {root.hex()}")


def _check_empty(root: bytes, *, what: str) -> None:
    if root != EMPTY_HASH:
        raise ProofError(f"{what}: expected the empty trie's root {EMPTY_HASH.hex()}, got {root.hex()}")


def _account_prefix(account: str) -> bytes:
    return trie_key(map_name=EXITS, row_name=account.encode("utf-8"))[:ACCOUNT_BYTES]


def _bit(key: bytes, bit: int) -> int:
    return key[bit >> 3] >> (7 - (bit & 7)) & 1


def first_difference(one: bytes, other: bytes) -> int:
    """The first bit in which two keys differ; 256 if they are equal."""
    return KEY_BITS - (int.from_bytes(one, "big") ^ int.from_bytes(other, "big")).bit_length()


class _Branch:
    """A node with two sides; `hash_` is None while something below it has changed since it was hashed."""

    __slots__ = ("bit", "hash_", "sides")

    def __init__(self, bit: int, sides: list["_Branch | _Leaf"]) -> None:
        self.bit = bit
        self.sides = sides
        self.hash_: bytes | None = None


class _Leaf:
    """A key and its leaf hash."""

    __slots__ = ("hash_", "key")

    def __init__(self, key: bytes, value: bytes) -> None:
        self.key = key
        self.hash_ = trie_leaf_hash(key=key, value=value)


class Trie:
    """A whole map whose root is wanted again and again: each change costs its own path only."""

    def __init__(self) -> None:
        self._top: _Branch | _Leaf | None = None

    def put(self, key: bytes, value: bytes) -> None:
        """Set the value under `key`, new or not; both have 32 bytes."""
        if len(key) != KEY_BYTES or len(value) != KEY_BYTES:
            raise FormatError(f"trie: expected key and value of {KEY_BYTES} bytes, got {len(key)} and {len(value)}")
        leaf = _Leaf(key, value)
        if self._top is None:
            self._top = leaf
            return
        nearest = self._top
        while isinstance(nearest, _Branch):
            nearest = nearest.sides[_bit(key, nearest.bit)]
        difference = first_difference(key, nearest.key)
        parent: _Branch | None = None
        node = self._top
        while isinstance(node, _Branch) and node.bit < difference:
            node.hash_ = None
            parent, node = node, node.sides[_bit(key, node.bit)]
        if difference < KEY_BITS:
            sides: list[_Branch | _Leaf] = [node, leaf] if _bit(key, difference) else [leaf, node]
            self._replace(parent, key, _Branch(difference, sides))
        else:
            self._replace(parent, key, leaf)

    def remove(self, key: bytes) -> None:
        """Take `key` out; nothing happens if it is not in."""
        grandparent: _Branch | None = None
        parent: _Branch | None = None
        node, passed = self._top, []
        while isinstance(node, _Branch):
            passed.append(node)
            grandparent, parent, node = parent, node, node.sides[_bit(key, node.bit)]
        if node is None or node.key != key:
            return
        for branch in passed:
            branch.hash_ = None
        if parent is None:
            self._top = None
        else:
            self._replace(grandparent, key, parent.sides[1 - _bit(key, parent.bit)])

    def root(self) -> bytes:
        """The root of the map as it stands."""
        return EMPTY_HASH if self._top is None else _hash(self._top)

    def _replace(self, parent: _Branch | None, key: bytes, node: _Branch | _Leaf) -> None:
        if parent is None:
            self._top = node
        else:
            parent.sides[_bit(key, parent.bit)] = node


def _hash(node: _Branch | _Leaf) -> bytes:
    """The hash of a node; the recursion is at most 256 deep, and stops where nothing changed."""
    if node.hash_ is None:
        assert isinstance(node, _Branch)
        node.hash_ = trie_node_hash(node.bit, _hash(node.sides[0]), _hash(node.sides[1]))
    return node.hash_
