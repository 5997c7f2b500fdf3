"""Proofs about the log's tree: inclusion, consistency, any subtree, several leaves at once.

    inclusion     leaf m is in the tree of n leaves                 RFC 9162, 2.1.3
    consistency   the tree of m leaves is a prefix of that of n     RFC 9162, 2.1.4
    subtree       [start, end) is a part of the tree of n           draft-ietf-plants-merkle-tree-certs, section 4
    multiproof    several leaves under one root                     docs/formats/merkle.md

Inclusion is the subtree [m, m + 1) and consistency the subtree [0, m), so one descent from the root serves all three,
prover and verifier alike. The path is a list of 32-byte hashes, lowest first (multiproof: left to right). A prover
supplies hashes, never directions: the shape follows from numbers that the verifier already trusts.
"""

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from enum import Enum

from ledger.errors import ProofError
from ledger.merkle import EMPTY_ROOT, HASH_BYTES, SIZE_MAX, node_hash

# (level, index) -> hash of the complete subtree over the leaves [index << level, (index + 1) << level).
NodeReader = Callable[[int, int], bytes]


def verify_inclusion(*, leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> None:
    """Verify that `leaf` is the hash of leaf `index` in the tree of `size` leaves with `root`.

    RFC 9162, section 2.1.3.2. The shape of the tree follows from `index` and `size`,
    which the caller already trusts; a prover supplies hashes, never directions.

    Raises:
        ProofError: `index` is not below `size`, `path` has the wrong length, or the
            hashes do not lead to `root`.
    """
    _check_size("inclusion proof", size)
    if not 0 <= index < size:
        raise ProofError(f"inclusion proof: index {index} is outside a tree of size {size}")
    # Below `inner` the path may turn left or right; above it, every sibling is a left one.
    inner = (index ^ (size - 1)).bit_length()
    want = inner + (index >> inner).bit_count()
    if len(path) != want:
        raise ProofError(f"inclusion proof: leaf {index} of {size} needs {want} hashes, got {len(path)}")
    _check_hashes("inclusion proof", path)
    computed = leaf
    for level, sibling in enumerate(path):
        if level >= inner or index >> level & 1:
            computed = node_hash(sibling, computed)
        else:
            computed = node_hash(computed, sibling)
    if computed != root:
        raise ProofError(f"inclusion proof: leaf {index} of {size} leads to {computed.hex()}, "
                         f"the checkpoint says {root.hex()}")


def verify_consistency(
    *, old_size: int, new_size: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]
) -> None:
    """Verify that the first `old_size` leaves under `new_root` are those under `old_root`.

    RFC 9162, section 2.1.4.2. A tree of size 0 is a prefix of every tree, which says nothing about `new_root`: there is
    no proof of it, and whoever accepts it does so outside this function.

    Raises:
        ProofError: `old_size` is 0 or above `new_size`, `path` has the wrong length, or the hashes do not lead to
            both roots.
    """
    _check_size("consistency proof", new_size)
    if not 0 < old_size <= new_size:
        raise ProofError(f"consistency proof: expected an old size from 1 to {new_size}, got {old_size}")
    _verify_part("consistency proof", start=0, end=old_size, size=new_size, part=old_root, path=path, root=new_root)


def verify_subtree(*, start: int, end: int, size: int, subtree: bytes, path: Sequence[bytes], root: bytes) -> None:
    """Verify that `subtree` is the root over the leaves [start, end) of the tree of `size` leaves with `root`.

    Raises:
        ProofError: [start, end) is empty, misaligned or outside the tree, `path` has the wrong length, or the hashes do
            not lead to `subtree` and `root`.
    """
    _check_size("subtree proof", size)
    _check_subtree(start=start, end=end, size=size)
    _verify_part("subtree proof", start=start, end=end, size=size, part=subtree, path=path, root=root)


def verify_multi(*, leaves: Mapping[int, bytes], size: int, path: Sequence[bytes], root: bytes) -> None:
    """Verify that each `leaves[index]` is the hash of leaf `index` in the tree of `size` leaves with `root`.

    Raises:
        ProofError: there are no leaves, an index is not below `size`, `path` has the wrong length, or the hashes do not
            lead to `root`.
    """
    _check_size("multiproof", size)
    indices = sorted(leaves)
    want = len(_hidden_ranges(indices, size))
    if len(path) != want:
        raise ProofError(f"multiproof: leaves {_some(indices)} of {size} need {want} hashes, got {len(path)}")
    _check_hashes("multiproof", path)
    unused = iter(path)

    def computed(low: int, high: int, shown: list[int]) -> bytes:
        if not shown:
            return next(unused)
        if high - low == 1:
            return leaves[low]
        middle = _middle(low, high)
        cut = bisect_left(shown, middle)
        left = computed(low, middle, shown[:cut])
        return node_hash(left, computed(middle, high, shown[cut:]))

    got = computed(0, size, indices)  # no deeper than 63, one level for each bit of a size
    if got != root:
        raise ProofError(f"multiproof: leaves {_some(indices)} of {size} lead to {got.hex()}, "
                         f"the checkpoint says {root.hex()}")


def prove_inclusion(*, index: int, size: int, nodes: NodeReader) -> list[bytes]:
    """Prove that leaf `index` is in the tree of `size` leaves.

    Raises:
        ProofError: there is no such leaf in such a tree.
    """
    _check_size("inclusion proof", size)
    if not 0 <= index < size:
        raise ProofError(f"inclusion proof: index {index} is outside a tree of size {size}")
    return _prove_part(start=index, end=index + 1, size=size, nodes=nodes)


def prove_consistency(*, old: int, new: int, nodes: NodeReader) -> list[bytes]:
    """Prove that the tree of `old` leaves is a prefix of the tree of `new`.

    Raises:
        ProofError: `old` is 0 or above `new`.
    """
    _check_size("consistency proof", new)
    if not 0 < old <= new:
        raise ProofError(f"consistency proof: expected an old size from 1 to {new}, got {old}")
    return _prove_part(start=0, end=old, size=new, nodes=nodes)


def prove_subtree(*, start: int, end: int, size: int, nodes: NodeReader) -> list[bytes]:
    """Prove that the leaves [start, end) form a subtree of the tree of `size` leaves.

    Raises:
        ProofError: [start, end) is empty, misaligned or outside the tree.
    """
    _check_size("subtree proof", size)
    _check_subtree(start=start, end=end, size=size)
    return _prove_part(start=start, end=end, size=size, nodes=nodes)


def prove_multi(*, indices: Sequence[int], size: int, nodes: NodeReader) -> list[bytes]:
    """Prove several leaves at once: the hash of each largest subtree that shows none of them, left to right.

    Raises:
        ProofError: there are no indices, or one of them is not below `size`.
    """
    _check_size("multiproof", size)
    return [subtree_root(start=low, end=high, nodes=nodes) for low, high in _hidden_ranges(sorted(set(indices)), size)]


def root_from_nodes(size: int, nodes: NodeReader) -> bytes:
    """Compute the root of the tree of `size` leaves from its complete subtrees."""
    return subtree_root(start=0, end=size, nodes=nodes) if size else EMPTY_ROOT


def subtree_root(*, start: int, end: int, nodes: NodeReader) -> bytes:
    """Compute the root over the leaves [start, end), a valid subtree, from its complete subtrees."""
    parts = []
    while start < end:
        level = (end - start).bit_length() - 1  # the largest complete subtree that still fits
        parts.append(nodes(level, start >> level))
        start += 1 << level
    computed = parts.pop()
    while parts:
        computed = node_hash(parts.pop(), computed)
    return computed


class _Turn(Enum):
    """Where the subtree [start, end) lies, seen from a node on the way down to it."""

    LEFT = "wholly on the left; the sibling is on the right"
    RIGHT = "wholly on the right; the sibling is on the left"
    SPLIT = "on both sides; the sibling is the left one, which is a part of the subtree"


def _descend(*, start: int, end: int, size: int) -> tuple[list[tuple[_Turn, tuple[int, int]]], tuple[int, int]]:
    """Walk from the root to the subtree [start, end), or to what is left of it behind the last split.

    Returns each turn with the sibling's leaves, from the root down, and the leaves of the node where the walk ends.
    """
    low, high = 0, size
    turns = []
    while (low, high) != (start, end):
        middle = _middle(low, high)
        if end <= middle:
            turns.append((_Turn.LEFT, (middle, high)))
            high = middle
        elif start >= middle:
            turns.append((_Turn.RIGHT, (low, middle)))
            low = middle
        else:
            turns.append((_Turn.SPLIT, (low, middle)))
            low = start = middle
    return turns, (low, high)


def _prove_part(*, start: int, end: int, size: int, nodes: NodeReader) -> list[bytes]:
    turns, last = _descend(start=start, end=end, size=size)
    ranges = [siblings for _, siblings in reversed(turns)]
    # The verifier knows the hash of the whole subtree, not that of the piece behind a split: the path begins with it.
    if last != (start, end):
        ranges.insert(0, last)
    return [subtree_root(start=low, end=high, nodes=nodes) for low, high in ranges]


def _verify_part(
    what: str, *, start: int, end: int, size: int, part: bytes, path: Sequence[bytes], root: bytes
) -> None:
    turns, last = _descend(start=start, end=end, size=size)
    is_split = last != (start, end)
    want = len(turns) + is_split
    if len(path) != want:
        raise ProofError(f"{what}: leaves [{start}, {end}) of {size} need {want} hashes, got {len(path)}")
    _check_hashes(what, path)
    siblings = path[1:] if is_split else path
    computed_part = computed_root = path[0] if is_split else part
    for (turn, _), sibling in zip(reversed(turns), siblings, strict=True):
        if turn is _Turn.LEFT:
            computed_root = node_hash(computed_root, sibling)
        else:
            computed_root = node_hash(sibling, computed_root)
        if turn is _Turn.SPLIT:
            computed_part = node_hash(sibling, computed_part)
    if computed_part != part:
        raise ProofError(f"{what}: leaves [{start}, {end}) of {size} hash to {computed_part.hex()}, "
                         f"expected {part.hex()}")
    if computed_root != root:
        raise ProofError(f"{what}: leaves [{start}, {end}) of {size} lead to {computed_root.hex()}, "
                         f"the checkpoint says {root.hex()}")


def _hidden_ranges(indices: Sequence[int], size: int) -> list[tuple[int, int]]:
    """The largest subtrees that hold none of the sorted `indices`, left to right."""
    if not indices:
        raise ProofError("multiproof: expected one leaf or more, got none")
    if not 0 <= indices[0] <= indices[-1] < size:
        outside = indices[0] if indices[0] < 0 else indices[-1]
        raise ProofError(f"multiproof: index {outside} is outside a tree of size {size}")
    hidden = []
    pending = [(0, size)]
    while pending:
        low, high = pending.pop()
        first = bisect_left(indices, low)
        if first == len(indices) or indices[first] >= high:
            hidden.append((low, high))
        elif high - low > 1:
            middle = _middle(low, high)
            pending += [(middle, high), (low, middle)]
    return hidden


def _middle(low: int, high: int) -> int:
    """Where the tree over [low, high) divides: behind the largest power of two below its size."""
    return low + (1 << (high - low - 1).bit_length() - 1)


def _check_size(what: str, size: int) -> None:
    if not 0 < size <= SIZE_MAX:
        raise ProofError(f"{what}: expected a tree size from 1 to {SIZE_MAX}, got {size}")


def _check_subtree(*, start: int, end: int, size: int) -> None:
    if not 0 <= start < end <= size:
        raise ProofError(f"subtree proof: [{start}, {end}) is empty or outside a tree of size {size}")
    width = 1 << (end - start - 1).bit_length()
    if start % width:
        raise ProofError(f"subtree proof: [{start}, {end}) must start at a multiple of {width}")


def _check_hashes(what: str, path: Sequence[bytes]) -> None:
    for place, sibling in enumerate(path):
        if len(sibling) != HASH_BYTES:
            raise ProofError(f"{what}: hash {place} has {len(sibling)} bytes, expected {HASH_BYTES}")


def _some(indices: Sequence[int]) -> str:
    """Name indices in a message, which must stay short when they are many."""
    named = ", ".join(str(index) for index in indices[:4])
    return f"{named}, … ({len(indices)} leaves)" if len(indices) > 4 else named
