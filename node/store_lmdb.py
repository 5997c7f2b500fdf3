"""The store: rows in one LMDB environment, owned by one process.

Three keyspaces: `rows` (the log and its state), `local` (what is this node's own), `meta` (identity and head). Keys
are 1 to 511 bytes. A commit is one transaction over all three, synced before it returns. The flags are LMDB's safe
ones and nothing sets others: without `sync` or `metasync` a power loss takes acknowledged entries with it, and
`writemap` dies by SIGBUS on a full disk. Why LMDB, why one writer: docs/adr/0001-lmdb-one-environment-one-writer.md.

After a failed write the store takes no other until it is opened anew. Reading goes on, unless it was one of LMDB's two
meta pages that could not be written: then LMDB itself ends reading too.

Rows are returned as they were written or as the disk has made them: who reads a leaf or a node checks its hash.
"""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import lmdb

from node.errors import ConflictError, DamagedError, StartError, StoreError, StoreFullError
from node.files import check_room, create_file, make_directory, sync_directory
from node.ports import NO_CHANGES, Changes, Random, Reader
from node.store_files import FILES, IDENTITY, IDENTITY_KEY, META_DB, check_files, encode_identity, owned

MAP_BYTES = 64 << 30
"""Address space, not disk. It is set once: to resize a map in use crashes or invalidates handles."""

KEY_BYTES_MAX = 511
CLOSE_S_MAX = 10.0  # how long an end waits for who still reads; the longest receipt takes a fraction of that

_FLAGS = {"sync": True, "metasync": True, "writemap": False, "map_async": False, "lock": True, "subdir": True}
_HEAD_KEY = b"head"
_STARTS_KEY = b"starts"
_REOPEN = "Restart the node: a start looks at what is on the disk before it serves."


class LmdbStore:
    """A Store (node.ports) on LMDB."""

    def __init__(self, path: Path, *, environment: lmdb.Environment, owner: int, reserve_bytes: int | None) -> None:
        """Use `LmdbStore.open`. `owner` is the descriptor that holds the lock."""
        self._path = path
        self._environment = environment
        self._owner = owner
        self._reserve_bytes = reserve_bytes
        self._process = os.getpid()
        self._files = self._inodes()
        self._writing = threading.Lock()
        self._reading = threading.Condition()
        self._snapshots = 0
        self._closed = False
        self._failure: str | None = None
        self._rows = environment.open_db(b"rows", create=False)
        self._local = environment.open_db(b"local", create=False)
        self._meta = environment.open_db(META_DB, create=False)

    @classmethod
    def create(cls, path: Path, *, origin: str, random: Random, map_bytes: int = MAP_BYTES) -> None:
        """Make an empty store for the log `origin` in the new directory `path`.

        `map_bytes` is recorded in the store and bounds it for ever.

        Raises:
            StartError: there is something in `path` already; it was not touched.
        """
        if path.exists() and (not path.is_dir() or any(path.iterdir())):
            raise StartError(
                f"store {path}: expected nothing there, got something",
                next_step="`init` is done once, for a new node. Start the node that is there, or name a new place.",
            )
        make_directory(path)
        identity = encode_identity(origin=origin, store=random.random_bytes(16), map_bytes=map_bytes)
        with _open_environment(path, map_bytes=map_bytes) as environment:
            for name in (b"rows", b"local"):
                environment.open_db(name)
            meta = environment.open_db(META_DB)
            with environment.begin(write=True) as transaction:
                transaction.put(IDENTITY_KEY, identity, db=meta)
        sync_directory(path)
        # The identity comes last: a creation that was interrupted is refused by `open`, not served.
        create_file(path / IDENTITY, identity, mode=0o600)

    @classmethod
    def open(cls, path: Path, *, origin: str, reserve_bytes: int | None = None) -> "LmdbStore":
        """Open the store of the log `origin` in `path` and own it until `close`.

        `reserve_bytes` of the disk stay free; None means the larger of 1 GiB and a tenth of the disk.

        Raises:
            StartError: no store, another log's, another process's, or damaged files; nothing was touched.
        """
        with owned(path) as owner:
            identity = check_files(path, origin=origin)
            environment = _open_environment(path, map_bytes=identity.map_bytes)
            # Readers that died in an earlier process would keep their pages from being used again.
            environment.reader_check()
            try:
                store = cls(path, environment=environment, owner=owner, reserve_bytes=reserve_bytes)
                store._settle()
            except lmdb.Error as error:
                environment.close()
                raise StartError(
                    f"store {path}: cannot be written: {error}",
                    next_step="Look at the disk. If it is sound, keep the directory and restore from a backup.",
                ) from error
            return store

    def close(self) -> None:
        """Give the store back, once the snapshots that other threads read have ended; there are no new ones.

        Raises:
            StoreError: one has not ended in CLOSE_S_MAX. The files stay open: to take pages from under a reader would
                end the process in the middle of whatever it does.
        """
        self._check_process()
        with self._reading:
            self._closed = True
            if not self._reading.wait_for(lambda: not self._snapshots, CLOSE_S_MAX):
                raise StoreError(
                    f"store {self._path}: not closed: {self._snapshots} snapshots are still read",
                    next_step="End the process. What was acknowledged is on the disk.",
                )
        self._environment.close()
        os.close(self._owner)

    def __enter__(self) -> "LmdbStore":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def snapshot(self) -> Iterator["LmdbSnapshot"]:
        """Read one moment of the store; see node.ports.Store."""
        self._check_process()
        with self._reader():
            try:
                transaction = self._environment.begin()
            except lmdb.Error as error:
                raise StoreError(f"store {self._path}: cannot begin to read: {error}", next_step=_REOPEN) from error
            with transaction:
                local = _Rows(transaction, db=self._local, path=self._path)
                meta = _Rows(transaction, db=self._meta, path=self._path)
                yield LmdbSnapshot(transaction, db=self._rows, path=self._path, local=local, head=meta.get(_HEAD_KEY))

    def commit(
        self, changes: Changes, local: Changes = NO_CHANGES, *, expect_head: bytes | None, head: bytes
    ) -> None:
        """Write both keyspaces and move the head; see node.ports.Store."""
        with self._transaction() as transaction:
            stored = transaction.get(_HEAD_KEY, db=self._meta)
            if stored != expect_head:
                raise ConflictError(f"store {self._path}: expected head {expect_head!r}, got {stored!r}", head=stored)
            _write(transaction, changes, db=self._rows)
            _write(transaction, local, db=self._local)
            transaction.put(_HEAD_KEY, head, db=self._meta)

    def put_local(self, changes: Changes) -> None:
        """Write the node's own keyspace alone; see node.ports.Store."""
        with self._transaction() as transaction:
            _write(transaction, changes, db=self._local)

    def clear_stale_readers(self) -> int:
        """Forget the readers of processes that died; how many there were. To be called on a timer."""
        self._check_process()
        return self._environment.reader_check()

    def used_bytes(self) -> int:
        """How far the data file is in use, for the alarm on its growth."""
        self._check_process()
        return (self._environment.info()["last_pgno"] + 1) * self._environment.stat()["psize"]

    def map_bytes(self) -> int:
        """How far it can ever be."""
        self._check_process()
        return self._environment.info()["map_size"]

    def _settle(self) -> None:
        """Make durable what the start has found, before anybody builds on it.

        After a sync that failed, the newest commit can be in memory, look written and be nowhere on the disk. One more
        commit writes the way to it anew. A full map takes none, and then none that could build on it either.
        """
        with suppress(lmdb.MapFullError), self._environment.begin(write=True) as transaction:
            starts = int.from_bytes(transaction.get(_STARTS_KEY, b"", db=self._meta), "big") + 1
            transaction.put(_STARTS_KEY, starts.to_bytes(8, "big"), db=self._meta)

    @contextmanager
    def _reader(self) -> Iterator[None]:
        """Count one who reads, for `close`."""
        with self._reading:
            if self._closed:
                raise StoreError(f"store {self._path}: is closed", next_step=_REOPEN)
            self._snapshots += 1
        try:
            yield
        finally:
            with self._reading:
                self._snapshots -= 1
                self._reading.notify_all()

    @contextmanager
    def _transaction(self) -> Iterator["lmdb.Transaction[bytes]"]:
        """One write transaction: committed and synced at the end of the block, undone on any error in it."""
        with self._writing:
            self._check_writable()
            try:
                with self._environment.begin(write=True) as transaction:
                    yield transaction
            except lmdb.MapFullError as error:
                # LMDB finds this out while pages are still in memory, and undoes the transaction.
                raise StoreFullError(
                    f"store {self._path}: the map is full; nothing was written",
                    next_step="The store has reached its size for ever: move the log to a store with a larger map.",
                ) from error
            except (lmdb.Error, OSError) as error:
                self._failure = str(error)
                raise StoreError(
                    f"store {self._path}: a write failed and may or may not be on the disk: {error}", next_step=_REOPEN
                ) from error

    def _check_writable(self) -> None:
        self._check_process()
        if self._failure is not None:
            raise StoreError(
                f"store {self._path}: writing ended when a write failed: {self._failure}", next_step=_REOPEN
            )
        if self._inodes() != self._files:
            raise StoreError(
                f"store {self._path}: a file of the store was deleted or replaced while the node ran",
                next_step="Stop the node and keep the directory as it is. Nothing was written since.",
            )
        check_room(self._path, reserve_bytes=self._reserve_bytes)

    def _check_process(self) -> None:
        if os.getpid() != self._process:
            raise StartError(
                f"store {self._path}: opened by process {self._process}, used in its child {os.getpid()}",
                next_step="Run one worker, and open the store after any fork.",
            )

    def _inodes(self) -> tuple[int | None, ...]:
        return tuple(_inode(self._path / name) for name in FILES)


class _Rows:
    """A Reader (node.ports) of one keyspace at one moment."""

    def __init__(self, transaction: "lmdb.Transaction[bytes]", *, db: Any, path: Path) -> None:
        self._transaction = transaction
        self._db = db
        self._path = path

    def get(self, key: bytes) -> bytes | None:
        """The value of `key`, or None. Raises DamagedError where the pages do not hold together."""
        assert 1 <= len(key) <= KEY_BYTES_MAX, f"a key has 1 to {KEY_BYTES_MAX} bytes, got {len(key)}"
        try:
            return self._transaction.get(key, db=self._db)
        except lmdb.Error as error:
            raise self._damaged(error) from error

    def scan(self, start: bytes, end: bytes) -> Iterator[tuple[bytes, bytes]]:
        """The rows with start <= key < end, ascending. Raises DamagedError like `get`."""
        try:
            with self._transaction.cursor(db=self._db) as cursor:
                if not cursor.set_range(start):
                    return
                for key, value in cursor.iternext():
                    if key >= end:
                        return
                    yield key, value
        except lmdb.Error as error:
            raise self._damaged(error) from error

    def _damaged(self, error: lmdb.Error) -> DamagedError:
        return DamagedError(f"store {self._path}: reading failed: {error}", next_step=_REOPEN)


class LmdbSnapshot(_Rows):
    """A Snapshot (node.ports)."""

    def __init__(
        self, transaction: "lmdb.Transaction[bytes]", *, db: Any, path: Path, local: Reader, head: bytes | None
    ) -> None:
        super().__init__(transaction, db=db, path=path)
        self.local = local
        self.head = head


def _open_environment(path: Path, *, map_bytes: int) -> lmdb.Environment:
    """Open LMDB with the only flags there are, and look whether it took them.

    Raises:
        StartError: LMDB cannot open the files, or opened them with other flags or another size.
    """
    try:
        environment = lmdb.open(
            str(path), map_size=map_bytes, max_dbs=3, mode=0o700, create=False, lib_version=0, **_FLAGS
        )
    except lmdb.Error as error:
        raise StartError(f"store {path}: LMDB cannot open it: {error}", next_step="Nothing was written.") from error
    got = {name: value for name, value in environment.flags().items() if name in _FLAGS}, environment.info()["map_size"]
    if got != (_FLAGS, map_bytes):
        environment.close()
        raise StartError(f"store {path}: expected the flags and map size {(_FLAGS, map_bytes)}, got {got}")
    return environment


def _write(transaction: "lmdb.Transaction[bytes]", changes: Changes, *, db: Any) -> None:
    """Apply `changes` in the order of their keys: LMDB then fills page after page, many times faster."""
    for key in sorted(changes):
        assert 1 <= len(key) <= KEY_BYTES_MAX, f"a key has 1 to {KEY_BYTES_MAX} bytes, got {len(key)}"
        value = changes[key]
        if value is None:
            transaction.delete(key, db=db)
        else:
            transaction.put(key, value, db=db)


def _inode(path: Path) -> int | None:
    try:
        return path.stat().st_ino
    except FileNotFoundError:
        return None
