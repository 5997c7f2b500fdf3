"""The ports: all that the machines know of disk, time and chance. The network is in machines/events.py.

The real ones are in store_lmdb.py, blobs.py, clock.py and signer.py; the simulator brings its own. A port is as thin as
its users allow, so that a fake one is a dozen lines.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from types import MappingProxyType
from typing import NamedTuple, Protocol

# Row key -> new value; None deletes the row.
Changes = Mapping[bytes, bytes | None]

NO_CHANGES: Changes = MappingProxyType({})


class Reader(Protocol):
    """Rows by key. ledger.state knows storage by this shape and by nothing else."""

    def get(self, key: bytes) -> bytes | None:
        """The value of `key`, or None."""

    def scan(self, start: bytes, end: bytes) -> Iterator[tuple[bytes, bytes]]:
        """The rows with start <= key < end, ascending."""


class Snapshot(Reader, Protocol):
    """One moment of the store: the log's rows, this node's own rows, and the head."""

    @property
    def local(self) -> Reader:
        """The node's own keyspace: outbox, signing state, cosigner state. It is never replicated."""

    @property
    def head(self) -> bytes | None:
        """The head row; None before the first leaf."""


class Store(Protocol):
    """Durable rows with a head that moves only by compare-and-swap."""

    def snapshot(self) -> AbstractContextManager[Snapshot]:
        """Read one moment. Keep it short: pages that it can see are not used again."""

    def commit(
        self, changes: Changes, local: Changes = NO_CHANGES, *, expect_head: bytes | None, head: bytes
    ) -> None:
        """Write both keyspaces and move the head from `expect_head` to `head`, all or nothing, synced on return.

        Raises:
            ConflictError: the head is another; nothing was written.
            StoreFullError: there is no room; nothing was written.
            StoreError: the outcome is unknown. Every later write is refused until the store is opened anew.
        """

    def put_local(self, changes: Changes) -> None:
        """Write the node's own keyspace alone, all or nothing, synced on return. Raises like `commit`."""


class Blobs(Protocol):
    """Files of one kind, each under the hash of its content."""

    def put(self, content: bytes, *, address: bytes) -> None:
        """Store `content`, durable on return. Refuses content that does not hash to `address`."""

    def get(self, address: bytes) -> bytes | None:
        """The content, checked against `address`, or None."""

    def delete(self, address: bytes) -> bool:
        """Remove for good; False if it was not there."""


# Where a node serves what entries name, by the kind of file.
FILE_FOLDERS = (("batch", "batches"), ("tags", "tags"), ("body", "bodies"))


def file_path(kind: str, name: bytes) -> str:
    """The path at a node of a file that entries name."""
    return f"/{dict(FILE_FOLDERS)[kind]}/{name.hex()}"


class FileName(NamedTuple):
    """Which of the files that entries name: "batch", "tags" or "body", and the hash that it is named by."""

    kind: str
    name: bytes


class NamedFile(NamedTuple):
    """A file under the name that it is said to have."""

    kind: str
    name: bytes
    content: bytes


class EntryBlobs(Protocol):
    """What entries name, by kind of name; None for what is not here. ledger.sequence reads through this shape."""

    def batch(self, root: bytes) -> bytes | None:
        """The batch file whose tree has this root."""

    def tags(self, address: bytes) -> bytes | None:
        """The tag file of this hash."""

    def body(self, address: bytes) -> bytes | None:
        """The sealed body of this hash."""


class WritableBlobs(EntryBlobs, Protocol):
    """The same, and the way to add to it. A `kind` is "batch", "tags" or "body"."""

    def has(self, kind: str, address: bytes) -> bool:
        """Whether the file is here, without reading it."""

    def get(self, kind: str, address: bytes) -> bytes | None:
        """The file, checked against its address, or None."""

    def put(self, kind: str, content: bytes, *, address: bytes) -> None:
        """Store `content` under `address`, durable on return.

        Raises:
            FormatError: `content` has another address.
            StoreError: the disk failed; the file counts as not stored.
        """

    def put_many(self, files: Sequence[NamedFile]) -> None:
        """Store `files`, all durable on return, with few syncs. Raises like `put`: then none counts as stored."""


class Clock(Protocol):
    """The time of this node. It may be wrong; safety never depends on it."""

    def unix_ms(self) -> int:
        """Milliseconds since 1970-01-01T00:00:00Z."""


class Random(Protocol):
    """Bytes that nobody can guess: keys, salts, nonces."""

    def random_bytes(self, count: int) -> bytes:
        """`count` fresh bytes."""
