"""A trie whose leaves lie in a SQLite file: a map of a trial balance that does not fit into memory.

Memory holds the upper part, down to the **buckets**: all leaves whose keys begin with the same bits. The leaves of a
bucket that has changed are read and folded again when the root is wanted, and then the nodes above it.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from itertools import groupby
from mmap import mmap

from verifier.log.trie import first_difference
from verifier.primitives.hashes import EMPTY_HASH, trie_leaf_hash, trie_node_hash

BUCKET_BITS = 18  # so that of ten million leaves about forty are in a bucket
HASH_BYTES = 32
SIDES = 2 * HASH_BYTES
NOTHING = bytes(HASH_BYTES)  # in place of the hash over nothing; no hash is all zeros
HELD_LEAVES_MAX = 50_000
ASKED_BUCKETS_MAX = 500  # in one question to the database

SCHEMA = """
    DROP TABLE IF EXISTS trie;
    CREATE TABLE trie (
        map TEXT, bucket INTEGER, key BLOB, hash BLOB NOT NULL, PRIMARY KEY (map, bucket, key)
    ) WITHOUT ROWID;
"""


class FileTrie:
    """The map `name`, empty at first, in the table `trie` of a database."""

    def __init__(self, database: sqlite3.Connection, name: str) -> None:
        self._database = database
        self._name = name
        self._held: dict[bytes, bytes | None] = {}
        self._changed: set[int] = set()
        self._top = _Top()

    def put(self, key: bytes, value: bytes) -> None:
        """Set the value under `key`, new or not; both have 32 bytes."""
        self._hold(key, trie_leaf_hash(key=key, value=value))

    def remove(self, key: bytes) -> None:
        """Take `key` out; nothing happens if it is not in."""
        self._hold(key, None)

    def root(self) -> bytes:
        """The root of the map as it stands."""
        self._write()
        self._top.update(dict.fromkeys(self._changed, NOTHING) | dict(self._fold()))
        self._changed.clear()
        return self._top.root()

    def _hold(self, key: bytes, leaf: bytes | None) -> None:
        self._held[key] = leaf
        self._changed.add(_bucket(key))
        if len(self._held) > HELD_LEAVES_MAX:
            self._write()

    def _write(self) -> None:
        held = sorted(self._held.items())
        put = [(self._name, _bucket(key), key, leaf) for key, leaf in held if leaf is not None]
        self._database.executemany("INSERT OR REPLACE INTO trie VALUES (?, ?, ?, ?)", put)
        gone = [(self._name, _bucket(key), key) for key, leaf in held if leaf is None]
        self._database.executemany("DELETE FROM trie WHERE map = ? AND bucket = ? AND key = ?", gone)
        self._held.clear()

    def _fold(self) -> Iterator[tuple[int, bytes]]:
        """The hash over each bucket that has changed and is not empty."""
        changed = sorted(self._changed)
        for at in range(0, len(changed), ASKED_BUCKETS_MAX):
            some = changed[at : at + ASKED_BUCKETS_MAX]
            marks = ",".join("?" * len(some))
            found = self._database.execute(
                f"SELECT bucket, key, hash FROM trie WHERE map = ? AND bucket IN ({marks}) ORDER BY bucket, key",
                (self._name, *some),
            )
            for bucket, leaves in groupby(found, key=lambda leaf: leaf[0]):
                yield bucket, fold_leaves((key, hash_) for _, key, hash_ in leaves) or NOTHING


class _Top:
    """The nodes above all buckets. Node 1 is the root, below node n are 2n and 2n+1; one with one side is that side."""

    def __init__(self) -> None:
        self._nodes = mmap(-1, SIDES << BUCKET_BITS)  # all zeros, and pages that nobody touches cost nothing

    def update(self, buckets: dict[int, bytes]) -> None:
        """Set the hashes of some buckets, zeros of empty ones, and bring what is above them up to date."""
        changed = {bucket | 1 << BUCKET_BITS: hash_ for bucket, hash_ in buckets.items()}
        self._put(changed)
        for bit in reversed(range(BUCKET_BITS)):
            above = {node >> 1 for node in changed}
            changed = {node: _join(bit, self._nodes[SIDES * node : SIDES * (node + 1)]) for node in above}
            self._put(changed)

    def _put(self, hashes: dict[int, bytes]) -> None:
        for node, hash_ in hashes.items():
            self._nodes[HASH_BYTES * node : HASH_BYTES * (node + 1)] = hash_

    def root(self) -> bytes:
        """The root over all."""
        root = self._nodes[HASH_BYTES : 2 * HASH_BYTES]
        return EMPTY_HASH if root == NOTHING else root


def _join(bit: int, sides: bytes) -> bytes:
    """The hash over two neighbours, which may be nothing."""
    left, right = sides[:HASH_BYTES], sides[HASH_BYTES:]
    if left == NOTHING:
        return right
    return left if right == NOTHING else trie_node_hash(bit, left, right)


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


def _bucket(key: bytes) -> int:
    """The first bits of a key."""
    return int.from_bytes(key[:4], "big") >> 32 - BUCKET_BITS
