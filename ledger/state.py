"""State: what is known after a leaf, as typed rows over a Reader and an overlay of changes.

A row's key is ASCII text, parts joined by one space; its value is JSON. Example:

    account fund/dlz/claims  ->  {"class":"fund","holder":"foundation","in":116748000,…}
    exit claims/dlz/kangbao 0000000000000042  ->  [57,961]

The core knows storage only as `Reader`. Nothing is written here: the node commits `changes()` together with the
leaf. Source: docs/formats/state.md.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from typing import Any, Protocol, TypeAlias

import msgspec

Row: TypeAlias = Any  # JSON: the shapes are in docs/formats/state.md, one line a table
NUMBER_DIGITS = 16  # 2^53-1 has sixteen, so keys sort as their numbers do

# Rows that a node keeps for itself: they follow from the others and are no part of the state root.
DERIVED_TABLES = ("dirty", "meta", "roots", "trie", "trie_dropped", "trie_row")

_decode = msgspec.json.Decoder().decode
_encode = msgspec.json.Encoder(order="deterministic").encode


class Reader(Protocol):
    """A consistent view of committed rows."""

    def get(self, key: bytes) -> bytes | None:
        """Return the value of `key`, or None."""

    def scan(self, start: bytes, end: bytes) -> Iterator[tuple[bytes, bytes]]:
        """Yield the rows with start <= key < end, in the order of their keys."""


class Overlay(dict[bytes, dict[bytes, bytes | None]]):
    """Changed rows by table, so that a scan looks at the changes of its own table only. None deletes."""


class State:
    """Rows of a Reader under an overlay of changes. `begin`, then `keep` or `drop`, make one entry all or nothing."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._kept = Overlay()
        self._pending = Overlay()
        self._terms: dict[int, Row] = {}

    # -- the log's own numbers ------------------------------------------------------------------------------------

    @property
    def meta(self) -> Row:
        """`{"balance","charter","rules","size","time_unix_ms"}` after the last leaf."""
        return self.get("meta") or {"balance": None, "charter": 0, "rules": 1, "size": 0, "time_unix_ms": 0}

    @property
    def size(self) -> int:
        """Number of leaves."""
        return int(self.meta["size"])

    @property
    def last_time_unix_ms(self) -> int:
        """Time of the last leaf; 0 in an empty log."""
        return int(self.meta["time_unix_ms"])

    # -- rows -----------------------------------------------------------------------------------------------------

    def get(self, *key: str | int) -> Row:
        """Return the row under `key`, or None."""
        value = self.get_bytes(row_key(*key))
        return None if value is None else _decode(value)

    def get_terms(self, index: int) -> Row:
        """Return the terms in leaf `index`, decoded once, for they never change; nobody writes to the row."""
        if index not in self._terms:
            self._terms[index] = self.get("terms", index)
        return self._terms[index]

    def put(self, *key: str | int, row: Row) -> None:
        """Set the row under `key`."""
        self.put_bytes(row_key(*key), _encode(row))

    def delete(self, *key: str | int) -> None:
        """Remove the row under `key`, if there is one."""
        self.put_bytes(row_key(*key), None)

    def scan(self, *prefix: str | int, start: str | int | None = None) -> Iterator[tuple[tuple[str, ...], Row]]:
        """Yield (key parts, row) of all rows whose key begins with the parts `prefix`, in order, from `start` on."""
        first = row_key(*prefix) + b" "
        low = first if start is None else row_key(*prefix, start)
        for key, value in self.scan_bytes(low, first[:-1] + b"!"):
            yield tuple(key.decode().split(" ")), _decode(value)

    def get_bytes(self, key: bytes) -> bytes | None:
        """Return the encoded row under an encoded key, or None (tries keep raw bytes)."""
        table = _table(key)
        for overlay in (self._pending, self._kept):
            rows = overlay.get(table)
            if rows is not None and key in rows:
                return rows[key]
        return self._reader.get(key)

    def put_bytes(self, key: bytes, value: bytes | None) -> None:
        """Set or, with None, remove an encoded row."""
        self._pending.setdefault(_table(key), {})[key] = value

    def scan_bytes(self, start: bytes, end: bytes) -> Iterator[tuple[bytes, bytes]]:
        """Yield encoded rows with start <= key < end, the overlay over the Reader."""
        table = _table(start)  # a scan never leaves its table
        over = {**self._kept.get(table, {}), **self._pending.get(table, {})}
        fresh = iter(sorted((key, value) for key, value in over.items() if start <= key < end))
        new = next(fresh, None)
        for key, value in self._reader.scan(start, end):
            while new is not None and new[0] < key:
                if new[1] is not None:
                    yield new[0], new[1]
                new = next(fresh, None)
            if new is not None and new[0] == key:
                if new[1] is not None:
                    yield key, new[1]
                new = next(fresh, None)
            else:
                yield key, value
        while new is not None:
            if new[1] is not None:
                yield new[0], new[1]
            new = next(fresh, None)

    def scan_all(self) -> Iterator[tuple[bytes, bytes]]:
        """Yield every encoded row, in the order of its table and key."""
        tables = {*self._kept, *self._pending}
        key = b""
        while (row := next(self._reader.scan(key, b"\xff"), None)) is not None:
            table = _table(row[0])
            tables.add(table)
            key = table + b"!"  # beyond every key of the table: `!` follows the space
        for table in sorted(tables):
            yield from self.scan_bytes(table, table + b"!")

    # -- one entry, all or nothing --------------------------------------------------------------------------------

    def keep(self) -> None:
        """Make the changes since the last `keep` or `drop` part of the overlay."""
        for table, rows in self._pending.items():
            self._kept.setdefault(table, {}).update(rows)
        self._pending = Overlay()

    def drop(self) -> None:
        """Forget the changes since the last `keep` or `drop`."""
        self._pending = Overlay()
        self._terms.clear()

    def changes(self) -> dict[bytes, bytes | None]:
        """Return all kept changes; None deletes. The caller commits them and goes on with a new State."""
        return {key: value for rows in self._kept.values() for key, value in rows.items()}


def row_key(*parts: str | int) -> bytes:
    """Format a row's key; numbers get leading zeros."""
    return " ".join([part if isinstance(part, str) else f"{part:0{NUMBER_DIGITS}d}" for part in parts]).encode()


def _table(key: bytes) -> bytes:
    return key.partition(b" ")[0]


def index_of(state: State, text_hash: bytes) -> int | None:
    """Return the leaf index of the entry whose text has this hash, or None."""
    index: int | None = state.get("text", text_hash.hex())
    return index


def mark(state: State, map_name: str, *name: str | int, row_name: str = "") -> None:
    """Note that a row changed since the last balance. `row_name` is its name in the trie where that is another."""
    state.put("dirty", map_name, *name, row=row_name)


class MemoryReader:
    """A Reader over a dict: for tests, tools and the simulator."""

    def __init__(self, rows: dict[bytes, bytes] | None = None) -> None:
        self.rows = {} if rows is None else rows
        self._sorted = sorted(self.rows)

    def get(self, key: bytes) -> bytes | None:
        """Return the value of `key`, or None."""
        return self.rows.get(key)

    def scan(self, start: bytes, end: bytes) -> Iterator[tuple[bytes, bytes]]:
        """Yield the rows with start <= key < end, in order."""
        for key in self._sorted[bisect_left(self._sorted, start) : bisect_left(self._sorted, end)]:
            yield key, self.rows[key]

    def apply(self, changes: Mapping[bytes, bytes | None]) -> None:
        """Commit `changes`."""
        for key, value in changes.items():
            if value is None:
                self.rows.pop(key, None)
            else:
                self.rows[key] = value
        self._sorted = sorted(self.rows)
