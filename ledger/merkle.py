"""The Merkle tree of the log: leaf hashes, node hashes, roots, and a frontier that appends in O(n).

    empty tree   SHA-256("")
    leaf         SHA-256(0x00 || leaf)
    node         SHA-256(0x01 || left || right)

RFC 9162, section 2.1 (= RFC 6962): a tree of n > 1 leaves is a node over its first k leaves and the rest, k being the
largest power of two below n. An odd node is neither doubled nor hashed again on its way up.
"""

from collections.abc import Sequence
from hashlib import sha256

from ledger.errors import FormatError

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()

# Readers of the public formats keep sizes in a signed 64-bit integer.
SIZE_MAX = 2**63 - 1

# A complete subtree's place and hash: (level, index) covers the leaves [index << level, (index + 1) << level).
PlacedHash = tuple[tuple[int, int], bytes]


def leaf_hash(leaf: bytes) -> bytes:
    """Hash the bytes of one leaf; an empty leaf is legal and does not hash to the empty root."""
    return sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees, in their order, into the one above them."""
    return sha256(b"\x01" + left + right).digest()


def root_hash(leaf_hashes: Sequence[bytes]) -> bytes:
    """Compute the root over all `leaf_hashes`."""
    frontier = Frontier()
    frontier.append_many(leaf_hashes)
    return frontier.root()


class Frontier:
    """All that is needed to append to a tree: its size and the hashes of its complete subtrees, largest first.

    There is one such subtree for each 1 bit of the size, so a frontier stays below 64 hashes.
    """

    __slots__ = ("hashes", "size")

    def __init__(self, *, size: int = 0, hashes: Sequence[bytes] = ()) -> None:
        if not 0 <= size <= SIZE_MAX:
            raise FormatError(f"frontier: expected a size from 0 to {SIZE_MAX}, got {size}")
        if len(hashes) != size.bit_count():
            raise FormatError(f"frontier: size {size} needs {size.bit_count()} hashes, got {len(hashes)}")
        for place, subtree in enumerate(hashes):
            if len(subtree) != HASH_BYTES:
                raise FormatError(f"frontier: hash {place} has {len(subtree)} bytes, expected {HASH_BYTES}")
        self.size = size
        self.hashes = tuple(hashes)

    def append_many(self, leaf_hashes: Sequence[bytes]) -> list[PlacedHash]:
        """Append leaves and return every subtree that became complete, the leaves included, level by level.

        Raises:
            FormatError: the tree would outgrow `SIZE_MAX`; nothing is changed.
        """
        if self.size + len(leaf_hashes) > SIZE_MAX:
            raise FormatError(f"frontier: size {self.size} cannot take {len(leaf_hashes)} more leaves")
        waiting = list(self.hashes)
        kept: list[bytes] = []
        completed: list[PlacedHash] = []
        row = list(leaf_hashes)
        level = 0
        while row:
            first = self.size >> level
            completed.extend(((level, index), subtree) for index, subtree in enumerate(row, first))
            # An odd index means that the left neighbour of the first new subtree waits in the frontier.
            if first & 1:
                row.insert(0, waiting.pop())
            if len(row) & 1:
                kept.append(row[-1])
            row = [sha256(b"\x01" + left + right).digest() for left, right in zip(row[::2], row[1::2], strict=False)]
            level += 1
        self.hashes = (*waiting, *reversed(kept))
        self.size += len(leaf_hashes)
        return completed

    def root(self) -> bytes:
        """The root over everything appended so far."""
        if not self.hashes:
            return EMPTY_ROOT
        *larger, computed = self.hashes
        for left in reversed(larger):
            computed = node_hash(left, computed)
        return computed
