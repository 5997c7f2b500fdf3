"""State rows in one SQLite file, for logs whose state does not fit into memory, and for a replay that goes on later.

Rows that were asked for or changed lately stay in memory, in two generations: when the recent one is full, what it
changed is written in order of key, the older one is let go, and a new one begins. So memory is bounded, and what is in
use stays. A transaction ends where the replay notes its position: after a crash file and position are those of one
moment. The file knows its own **digest**,
the sum modulo 2^256 of the leaf hashes of all rows, which costs each change next to nothing; who opens it again reads
all rows and compares. It finds what a disk forgot. It is no signature: who can write the file can write the verdict.
"""

import sqlite3
from bisect import bisect_left, insort
from collections.abc import Iterator
from heapq import merge
from pathlib import Path
from typing import Any

from verifier.audit.trie_file import SCHEMA, FileTrie
from verifier.errors import FormatError
from verifier.log.tree import Frontier, root_hash
from verifier.primitives.parse import encode_json, parse_json
from verifier.rules.rows import Rows, group_of, row_leaf

RECENT_ROWS_MAX = 50_000  # rows in a generation
BEFORE_ROWS_MAX = 50_000  # rows as they were before the entry at work; of one that changes more, the others lie on disk
ASKED_KEYS_MAX = 500  # keys in one question to the database
CACHE_KIB = 131_072
RANGE_ROWS = 64
VALUE_BYTES_MAX = 1 << 20

_SCHEMA = """
    CREATE TABLE IF NOT EXISTS row (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS position (id INTEGER PRIMARY KEY CHECK (id = 0), value BLOB NOT NULL);
"""
_BEFORE = "CREATE TEMP TABLE before (number INTEGER PRIMARY KEY, key TEXT UNIQUE, value BLOB NOT NULL);"
_MODULUS = 1 << 256
_UNKNOWN = object()  # what stands where memory does not know of a row, nor that there is none


class StateFileError(OSError):
    """A state file cannot be gone on from."""


class FileRows(Rows):
    """All rows, in a file; `position` is where the replay stood when they were last kept there, None in a new one.

    With `lasting` the file survives a crash of the machine; else it is for this run alone.
    """

    def __init__(self, path: Path, *, lasting: bool) -> None:
        super().__init__()
        self._path = path
        self._digest = 0
        self._recent: dict[str, Any] = {}
        self._older: dict[str, Any] = {}
        self._laid = False  # whether rows as they were before the entry at work lie on disk
        self._held: set[str] = set()  # keys of recent rows that are not written yet
        self._short: dict[str, list[str] | None] = {}  # members in the file of groups asked for; None of long ones
        try:
            self._database = sqlite3.connect(path, timeout=1, isolation_level=None)
            self._database.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
            self._database.execute(f"PRAGMA synchronous = {'FULL' if lasting else 'OFF'}")
            self._database.execute(f"PRAGMA journal_mode = {'DELETE' if lasting else 'OFF'}")
            if lasting:
                # Two replays in one directory would take turns in writing their rows.
                self._database.execute("PRAGMA locking_mode = EXCLUSIVE")
            self._database.executescript(_SCHEMA + SCHEMA + _BEFORE)
            self._database.execute("BEGIN IMMEDIATE")
            noted = self._database.execute("SELECT value FROM position").fetchone()
        except sqlite3.Error as error:
            raise self._damaged(str(error)) from None
        self.position: dict[str, Any] | None = None if noted is None else self._parse("position", noted[0])

    def make_map(self, name: str) -> FileTrie:
        """A map of the trial balance whose leaves lie in this file."""
        return FileTrie(self._database, name)

    def verify(self, *, digest: bytes, root: bytes | None) -> None:
        """Verify that the rows are those whose digest and, where it is known, root were noted.

        Raises:
            StateFileError: they are not.
        """
        total, frontier, before = 0, Frontier(), ""
        try:
            for key, value in self._database.execute("SELECT key, value FROM row ORDER BY key"):
                leaf = row_leaf(key, value)
                total += int.from_bytes(leaf, "big")
                frontier.append(leaf)
                if key <= before:
                    # SQLite believes its own order. Who looks up a row in another one does not find it.
                    raise self._damaged("its rows are not in order")
                before = key
        except (sqlite3.Error, TypeError, UnicodeEncodeError, AttributeError, OverflowError) as error:
            raise self._damaged(str(error)) from None
        self._digest = total % _MODULUS
        if self._digest != int.from_bytes(digest, "big"):
            raise self._damaged("its rows are not those that were written")
        if root is not None and frontier.root() != root:
            raise self._damaged(f"its rows lead to {frontier.root().hex()}, the last close says {root.hex()}")

    def save(self, position: dict[str, Any]) -> None:
        """Write what is held back and the position that it belongs to, both or neither."""
        self._write()
        self.position = {**position, "digest": self._digest.to_bytes(32, "big").hex()}
        value = encode_json(self.position, what="position")
        self._database.execute("INSERT OR REPLACE INTO position VALUES (0, ?)", (value,))
        self._database.execute("COMMIT")
        self._database.execute("BEGIN IMMEDIATE")

    def close(self) -> None:
        """Let go of the file; what was not saved is forgotten."""
        self._database.close()

    def get(self, key: str) -> Any:
        """The value under `key`, or None; callers copy what they want to change."""
        value = self._recent.get(key, _UNKNOWN)
        return self._find(key) if value is _UNKNOWN else value

    def group(self, name: str, *, start: str = "") -> Iterator[tuple[str, Any]]:
        """The rows of one group of an ordered family, by what follows its name in their keys, from `start` on."""
        held = self._groups.get(name, [])
        fresh = held[bisect_left(held, start) :]
        before = None
        for member in merge(fresh, self._stored(name, start)):
            if member != before:
                value = self.get(f"{name} {member}")
                if value is not None:
                    yield member, value
            before = member

    def scan(self, family: str) -> Iterator[tuple[str, Any]]:
        """The rows of any family in order of key, by what follows its name in their keys; none may change meanwhile."""
        self._write()
        cursor = self._database.execute(
            "SELECT key, value FROM row WHERE key > ? AND key < ? ORDER BY key", (f"{family} ", f"{family}!")
        )
        for key, value in cursor:
            yield key.removeprefix(f"{family} "), self._parse(key, value)

    def changed(self) -> list[str]:
        """The keys of the rows that the entry at work has changed."""
        return list(dict.fromkeys([*(key for key, _ in self._laid_down()), *super().changed()]))

    def keep(self) -> None:
        """End the entry at work."""
        super().keep()
        self._forget_before()

    def undo(self) -> None:
        """Forget the entry at work: every row is again as it was before it."""
        super().undo()
        for key, value in self._laid_down():  # the first that was noted of a row is what it was
            self._set(key, self._parse(key, value))
        self._forget_before()

    def root(self) -> bytes:
        """The root over all rows, changes of the entry at work included."""
        self._write()
        found = self._database.execute("SELECT key, value FROM row ORDER BY key")
        return root_hash(row_leaf(key, value) for key, value in found)

    def _note_before(self, key: str) -> None:
        super()._note_before(key)
        if len(self._before) > BEFORE_ROWS_MAX:
            noted = ((key, encode_json(value, what=key)) for key, value in self._before.items())
            self._database.executemany("INSERT OR IGNORE INTO before (key, value) VALUES (?, ?)", noted)
            self._before, self._laid = {}, True

    def _laid_down(self) -> Iterator[tuple[str, bytes]]:
        """Rows as they were before the entry at work that lie on disk."""
        return iter(self._database.execute("SELECT key, value FROM before ORDER BY number") if self._laid else ())

    def _forget_before(self) -> None:
        if self._laid:
            self._database.execute("DELETE FROM before")
            self._laid = False

    def _set(self, key: str, value: Any) -> None:
        self._remember(key, value)
        if key in self._held:
            return
        self._held.add(key)
        group = group_of(key)
        if group is not None:
            insort(self._groups.setdefault(group[0], []), group[1])

    def _find(self, key: str) -> Any:
        """A row of which the recent generation does not know."""
        value = self._older.get(key, _UNKNOWN)
        if value is _UNKNOWN:
            found = self._database.execute("SELECT value FROM row WHERE key = ?", (key,)).fetchone()
            value = None if found is None else self._parse(key, found[0])
        self._remember(key, value)
        return value

    def _remember(self, key: str, value: Any) -> None:
        """Put a row into the recent generation, and begin a new one where that is full."""
        if len(self._recent) >= RECENT_ROWS_MAX:
            self._write()
            self._older, self._recent = self._recent, {}
        self._recent[key] = value

    def _stored(self, name: str, start: str) -> Iterator[str]:
        """The members of a group that are in the file; of a long one read a few at first and more later."""
        if name not in self._short:
            found = self._part(f"{name} ", ">=", f"{name}!", RANGE_ROWS)
            self._short[name] = found if len(found) < RANGE_ROWS else None
        short = self._short[name]
        if short is not None:
            yield from short[bisect_left(short, start) :]
            return
        after, limit, condition = f"{name} {start}", RANGE_ROWS, ">="
        while True:
            found = self._part(after, condition, f"{name}!", limit)
            yield from found
            if len(found) < limit:
                return
            after, limit, condition = f"{name} {found[-1]}", 8 * limit, ">"

    def _part(self, after: str, condition: str, end: str, limit: int) -> list[str]:
        """The next members of a group in the file."""
        found = self._database.execute(
            f"SELECT key FROM row WHERE key {condition} ? AND key < ? ORDER BY key LIMIT ?", (after, end, limit)
        )
        return [key[len(end) :] for (key,) in found]

    def _write(self) -> None:
        """Write what is held back, the entry at work included: an undo writes again what was there."""
        keys = sorted(self._held)
        for at in range(0, len(keys), ASKED_KEYS_MAX):
            self._write_some(keys[at : at + ASKED_KEYS_MAX])
        self._held.clear()
        self._groups.clear()
        self._short.clear()

    def _write_some(self, keys: list[str]) -> None:
        new, gone, change = [], [], 0
        for key, value in self._ask(keys):
            change -= int.from_bytes(row_leaf(key, value), "big")
        for key in keys:
            value = self._recent[key]
            if value is None:
                gone.append((key,))
                continue
            encoded = encode_json(value, what=key)
            new.append((key, encoded))
            change += int.from_bytes(row_leaf(key, encoded), "big")
        self._database.executemany("INSERT OR REPLACE INTO row VALUES (?, ?)", new)
        self._database.executemany("DELETE FROM row WHERE key = ?", gone)
        self._digest = (self._digest + change) % _MODULUS

    def _ask(self, keys: list[str]) -> list[tuple[str, bytes]]:
        """Those of a few rows that are in the file."""
        marks = ",".join("?" * len(keys))
        return self._database.execute(f"SELECT key, value FROM row WHERE key IN ({marks})", keys).fetchall()

    def _parse(self, key: str, value: bytes) -> Any:
        try:
            return parse_json(value, what=key, bytes_max=VALUE_BYTES_MAX)
        except (FormatError, TypeError) as error:
            raise self._damaged(str(error)) from None

    def _damaged(self, why: str) -> StateFileError:
        return StateFileError(
            f"state file {self._path}: {why}\n  Look at the disk; then name another directory, or delete this one to "
            "begin again from the first leaf."
        )
