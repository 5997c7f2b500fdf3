"""The log's Merkle tree: RFC 6962, section 2.1, with SHA-256.

    MTH(empty) = SHA-256("")        MTH(one leaf) = its leaf hash
    MTH(D[n])  = node(MTH(D[0:k]), MTH(D[k:n])), k the largest power of two below n

Proofs are lists of 32-byte hashes. The shape of the tree follows from indices and sizes, which the caller
already trusts; a prover supplies hashes, never directions.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence

from verifier.errors import ProofError
from verifier.primitives.hashes import EMPTY_HASH, node_hash
from verifier.primitives.parse import SIZE_MAX

HASH_BYTES = 32


class Frontier:
    """The right edge of a growing tree: the roots of its complete subtrees, largest first.

    It takes leaf hashes one after another and knows the root at each size, in memory of 64 hashes at most.
    """

    def __init__(self, size: int = 0, peaks: Sequence[bytes] = ()) -> None:
        assert len(peaks) == size.bit_count()
        self.size = size
        self._peaks = list(peaks)

    @property
    def peaks(self) -> tuple[bytes, ...]:
        """The roots of the complete subtrees, largest first: with the size, all that is needed to go on."""
        return tuple(self._peaks)

    def append(self, leaf: bytes) -> None:
        """Add the next leaf hash."""
        # Each trailing 1 bit of the old size is a complete subtree that the new leaf completes to a larger one.
        size = self.size
        while size & 1:
            leaf = node_hash(self._peaks.pop(), leaf)
            size >>= 1
        self._peaks.append(leaf)
        self.size += 1

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Add leaf hashes in order."""
        for leaf in leaves:
            self.append(leaf)

    def root(self) -> bytes:
        """The root of all leaves so far."""
        return join_peaks(self._peaks)


def join_peaks(peaks: Sequence[bytes]) -> bytes:
    """The root over complete subtrees of falling size, given largest first."""
    if not peaks:
        return EMPTY_HASH
    root = peaks[-1]
    for peak in reversed(peaks[:-1]):
        root = node_hash(peak, root)
    return root


def root_hash(leaves: Iterable[bytes]) -> bytes:
    """The root over these leaf hashes."""
    frontier = Frontier()
    frontier.extend(leaves)
    return frontier.root()


def is_subtree(*, start: int, end: int) -> bool:
    """Whether `[start, end)` is a non-empty subtree: `start` is a multiple of a power of two >= `end - start`."""
    return 0 <= start < end <= SIZE_MAX and start % (1 << (end - start - 1).bit_length()) == 0


def verify_inclusion(*, leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> None:
    """Verify that `leaf` is the hash of leaf `index` in the tree of `size` leaves with `root`.

    Raises:
        ProofError: `index` is not below `size`, or the path has a wrong length or leads elsewhere.
    """
    _check_size(size, what="inclusion proof")
    if not 0 <= index < size:
        raise ProofError(f"inclusion proof: expected an index below the tree size {size}, got {index}")
    _check_path([leaf, *path], what="inclusion proof")
    verify_subtree(start=index, end=index + 1, size=size, subtree=leaf, path=path, root=root, what="inclusion proof")


def verify_consistency(
    *, old_size: int, new_size: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]
) -> None:
    """Verify that the tree of `new_size` leaves begins with the tree of `old_size` leaves.

    Size 0 has no proof, since every tree begins with the empty one: a caller that starts from nothing handles it.

    Raises:
        ProofError: not 0 < `old_size` <= `new_size`, or the path has a wrong length or leads elsewhere.
    """
    what = "consistency proof"
    _check_size(new_size, what=what)
    if not 0 < old_size <= new_size:
        raise ProofError(f"{what}: expected an old size from 1 to {new_size}, got {old_size}")
    verify_subtree(start=0, end=old_size, size=new_size, subtree=old_root, path=path, root=new_root, what=what)


def verify_subtree(
    *, start: int, end: int, size: int, subtree: bytes, path: Sequence[bytes], root: bytes, what: str = "subtree proof"
) -> None:
    """Verify that `subtree` is the hash of leaves `[start, end)` of the tree of `size` leaves with `root`.

    draft-ietf-plants-merkle-tree-certs, section 4; inclusion and consistency are its two special cases.

    Raises:
        ProofError: the interval is no subtree of that tree, or the path has a wrong length or leads elsewhere.
    """
    _check_size(size, what=what)
    if not is_subtree(start=start, end=end) or end > size:
        raise ProofError(f"{what}: [{start}, {end}) is not a subtree of a tree of size {size}")
    _check_path([subtree, *path], what=what)
    first, last, top = start, end - 1, size - 1
    # Climb to where the path begins: the whole subtree if it is complete, else its last complete right part.
    while (first != last) if last == top else (first != last and last & 1):
        first, last, top = first >> 1, last >> 1, top >> 1
    siblings = list(path)
    if first == last:
        small = large = subtree
    else:
        if not siblings:
            raise ProofError(f"{what}: the path is too short for [{start}, {end}) of {size}")
        small = large = siblings.pop(0)
    for sibling in siblings:
        if top == 0:
            raise ProofError(f"{what}: the path is too long for [{start}, {end}) of {size}")
        if last & 1 or last == top:
            if first < last:
                small = node_hash(sibling, small)
            large = node_hash(sibling, large)
            while not last & 1:
                first, last, top = first >> 1, last >> 1, top >> 1
        else:
            large = node_hash(large, sibling)
        first, last, top = first >> 1, last >> 1, top >> 1
    if top != 0:
        raise ProofError(f"{what}: the path is too short for [{start}, {end}) of {size}")
    if small != subtree:
        raise ProofError(f"{what}: the path leads to the subtree {small.hex()}, expected {subtree.hex()}")
    if large != root:
        raise ProofError(f"{what}: the path leads to the root {large.hex()}, expected {root.hex()}")


def verify_multiproof(*, leaves: Mapping[int, bytes], size: int, path: Sequence[bytes], root: bytes) -> None:
    """Verify that each leaf hash stands at its index in the tree of `size` leaves with `root`.

    One recursion over the tree, left first: a subtree without a shown leaf contributes the next hash of `path`.

    Raises:
        ProofError: no leaf, an index not below `size`, missing or left-over hashes, or another root.
    """
    what = "multiproof"
    _check_size(size, what=what)
    _check_path([*leaves.values(), *path], what=what)
    indices = sorted(leaves)
    if not indices:
        raise ProofError(f"{what}: expected at least one leaf, got none")
    if not 0 <= indices[0] <= indices[-1] < size:
        raise ProofError(f"{what}: expected indices below the tree size {size}, got {indices[0]} to {indices[-1]}")
    siblings = iter(path)

    def subtree(start: int, end: int, low: int, high: int) -> bytes:
        """Hash of leaves `[start, end)`, in which the leaves `indices[low:high]` are shown. At most 63 levels deep."""
        if low == high:
            sibling = next(siblings, None)
            if sibling is None:
                raise ProofError(f"{what}: expected more hashes than the {len(path)} given")
            return sibling
        if end - start == 1:
            return leaves[start]
        middle = start + (1 << ((end - start - 1).bit_length() - 1))
        cut = bisect_left(indices, middle, low, high)
        left = subtree(start, middle, low, cut)
        return node_hash(left, subtree(middle, end, cut, high))

    computed = subtree(0, size, 0, len(indices))
    left_over = sum(1 for _ in siblings)
    if left_over:
        raise ProofError(f"{what}: {left_over} of {len(path)} hashes are left over")
    if computed != root:
        raise ProofError(f"{what}: the leaves lead to the root {computed.hex()}, expected {root.hex()}")


def _check_size(size: int, *, what: str) -> None:
    if not 0 <= size <= SIZE_MAX:
        raise ProofError(f"{what}: expected a tree size from 0 to {SIZE_MAX}, got {size}")


def _check_path(hashes: Sequence[bytes], *, what: str) -> None:
    for value in hashes:
        if len(value) != HASH_BYTES:
            raise ProofError(f"{what}: expected hashes of {HASH_BYTES} bytes, got one of {len(value)}")
