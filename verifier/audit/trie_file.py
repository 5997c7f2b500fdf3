"""A trie whose leaves lie in a SQLite file: a map of a trial balance that does not fit into memory.

Memory holds one hash for each **bucket**, the leaves whose keys begin with the same two bytes. The leaves of a bucket
that has changed are read and folded again when the root is wanted.
"""

import sqlite3
from collections.abc import Iterable

from verifier.log.trie import KEY_BYTES, first_difference
from verifier.primitives.hashes import EMPTY_HASH, trie_leaf_hash, trie_node_hash

BUCKET_BYTES = 2
HELD_LEAVES_MAX = 50_000


class FileTrie:
    """The map `name`, empty at first, in the table `trie` of a database."""

    def __init__(self, database: sqlite3.Connection, name: str) -> None:
        self._database = database
        self._name = name
        self._held: dict[bytes, bytes | None] = {}
        self._changed: set[bytes] = set()
        self._buckets: dict[bytes, bytes] = {}

    def put(self, key: bytes, value: bytes) -> None:
        """Set the value under `key`, new or not; both have 32 bytes."""
        self._hold(key, trie_leaf_hash(key=key, value=value))

    def remove(self, key: bytes) -> None:
        """Take `key` out; nothing happens if it is not in."""
        self._hold(key, None)

    def root(self) -> bytes:
        """The root of the map as it stands."""
        self._write()
        for bucket in sorted(self._changed):
            found = self._database.execute(
                "SELECT key, hash FROM trie WHERE map = ? AND key BETWEEN ? AND ? ORDER BY key",
                (self._name, bucket + bytes(KEY_BYTES - BUCKET_BYTES), bucket + b"\xff" * (KEY_BYTES - BUCKET_BYTES)),
            )
            folded = fold_leaves(found)
            if folded is None:
                self._buckets.pop(bucket, None)
            else:
                self._buckets[bucket] = folded
        self._changed.clear()
        parts = ((bucket.ljust(KEY_BYTES, b"\0"), self._buckets[bucket]) for bucket in sorted(self._buckets))
        return fold_leaves(parts) or EMPTY_HASH

    def _hold(self, key: bytes, leaf: bytes | None) -> None:
        self._held[key] = leaf
        self._changed.add(key[:BUCKET_BYTES])
        if len(self._held) > HELD_LEAVES_MAX:
            self._write()

    def _write(self) -> None:
        held = sorted(self._held.items())
        put = [(self._name, key, leaf) for key, leaf in held if leaf is not None]
        self._database.executemany("INSERT OR REPLACE INTO trie VALUES (?, ?, ?)", put)
        gone = [(self._name, key) for key, leaf in held if leaf is None]
        self._database.executemany("DELETE FROM trie WHERE map = ? AND key = ?", gone)
        self._held.clear()


def fold_leaves(leaves: Iterable[tuple[bytes, bytes]]) -> bytes | None:
    """The hash over neighbouring parts of a trie, each given by one of its keys and its hash, in order; None of none.

    The parts stand between the bits in which neighbours first differ; a part is closed as soon as a lower bit comes.
    """
    open_parts: list[tuple[int, bytes]] = []
    before = b""
    for key, leaf in leaves:
        bit = first_difference(before, key) if open_parts else -1
        while open_parts and open_parts[-1][0] > bit:
            _close(open_parts)
        open_parts.append((bit, leaf))
        before = key
    while len(open_parts) > 1:
        _close(open_parts)
    return open_parts[0][1] if open_parts else None


def _close(open_parts: list[tuple[int, bytes]]) -> None:
    bit, right = open_parts.pop()
    before, left = open_parts.pop()
    open_parts.append((before, trie_node_hash(bit, left, right)))
