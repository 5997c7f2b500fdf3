"""Blobs: batches, bodies and tag files as content-addressed files.

    <directory>/<first 2 hex digits>/<64 hex digits>      one blob, named by the address of its content
    <directory>/incoming/                                 what is being written; emptied at every start

All 256 folders are made when the directory is opened, so that a blob costs two syncs, its content's and its name's: a
name in `incoming` that a crash takes is no loss. Blobs that come together are written before the first of them is
synced, and each folder is synced once, at the end.

One folder holds one kind, and the kind has one way to make an address: a batch is named by the roots of its sum trees,
a body or a tag file by SHA-256(0x03 || content). A name once given never gets other bytes.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import count
from pathlib import Path
from threading import Lock

from ledger.batch import names_of
from ledger.commitment import body_hash
from ledger.errors import FormatError
from node.errors import DamagedError, StoreError
from node.files import check_room, make_directory, sync_directory, write_files
from node.ports import NamedFile

RECENT_BYTES_MAX = 64 << 20  # one batch of a million lines, and some smaller ones

_INCOMING = "incoming"
_FILES_AT_ONCE = 64  # open at a time, of those that are stored together


class FileBlobs:
    """Blobs (node.ports) in a directory. Any thread may use it; one process must own it."""

    def __init__(
        self, path: Path, *, kind: str, addresses_of: Callable[[bytes], Iterable[bytes]],
        reserve_bytes: int | None = None,
    ) -> None:
        """Open the folder `path`, made if it is missing. `kind` is the word for one blob in messages.

        `addresses_of` gives the 32-byte addresses that a content may have, for most kinds one. `reserve_bytes` is as in
        node.files.check_room.
        """
        self._path = path
        self._kind = kind
        self._addresses_of = addresses_of
        self._reserve_bytes = reserve_bytes
        self._drafts = count()
        make_directory(path)
        for name in (_INCOMING, *(f"{shard:02x}" for shard in range(256))):
            (path / name).mkdir(mode=0o700, exist_ok=True)
        sync_directory(path)

    def sweep(self) -> None:
        """Remove what a crash left half written; for the process that owns the folder, before it writes."""
        for draft in (self._path / _INCOMING).iterdir():
            draft.unlink()

    def put(self, content: bytes, *, address: bytes) -> None:
        """Store `content`, durable on return. Raises like `put_many`."""
        self.put_many([(address, content)])

    def put_many(self, blobs: Sequence[tuple[bytes, bytes]]) -> None:
        """Store `blobs`, each an address and its content; all are durable on return.

        Raises:
            FormatError: a content has another address. Nothing was written.
            DamagedError: another content lies under a name. Nothing of it was replaced.
            StoreFullError: there is no room. Nothing was written.
            StoreError: the disk failed; none of them counts as stored.
        """
        for address, content in blobs:
            found = self._named(content, address)
            if found != address.hex():
                raise FormatError(f"{self._kind}: expected content of address {address.hex()}, got {found}")
        check_room(self._path, reserve_bytes=self._reserve_bytes)
        # A failure is told of the first file that it may concern: the disk is what has to be looked at.
        file = self._path
        try:
            for start in range(0, len(blobs), _FILES_AT_ONCE):
                some = {self._file(address): (address, content) for address, content in blobs[start:][:_FILES_AT_ONCE]}
                file = next(iter(some))
                self._create(some)
            # Also where files were there already: a crash may have come between a rename and this sync.
            for file in {self._file(address).parent for address, _ in blobs}:
                sync_directory(file)
        except OSError as error:
            raise StoreError(
                f"{self._kind} {file}: not stored: {error.strerror}", next_step="Look at the disk, then try again."
            ) from error

    def _create(self, blobs: Mapping[Path, tuple[bytes, bytes]]) -> None:
        """Give the files that are not there yet their content, synced, and then their names, which are not synced."""
        drafts: dict[Path, Path] = {}
        for file, (address, _) in blobs.items():
            if file.exists():
                self._check(file, file.read_bytes(), address)
            else:
                drafts[file] = self._path / _INCOMING / f"{file.name}.{next(self._drafts)}"
        write_files(((draft, blobs[file][1]) for file, draft in drafts.items()), mode=0o600)
        for file, draft in drafts.items():
            draft.replace(file)

    def get(self, address: bytes) -> bytes | None:
        """The content of `address`, checked; None if it is not here.

        Raises:
            DamagedError: the content does not hash to its name.
            StoreError: the file cannot be read.
        """
        file = self._file(address)
        try:
            content = file.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StoreError(
                f"{self._kind} {file}: cannot be read: {error.strerror}", next_step="Look at the disk."
            ) from error
        self._check(file, content, address)
        return content

    def has(self, address: bytes) -> bool:
        """Whether the content of `address` is here, without reading it."""
        return self._file(address).is_file()

    def delete(self, address: bytes) -> bool:
        """Remove a blob, durable on return; False if it was not here.

        The name and the way to the bytes are gone. What the disk itself forgets, and what backups hold, is for the
        operator: OPERATIONS.md, erasure.
        """
        file = self._file(address)
        try:
            file.unlink()
        except FileNotFoundError:
            return False
        sync_directory(file.parent)
        return True

    def addresses(self) -> Iterator[bytes]:
        """The addresses of all blobs here, ascending."""
        for shard in sorted(self._path.iterdir()):
            if shard.name != _INCOMING:
                yield from (bytes.fromhex(file.name) for file in sorted(shard.iterdir()))

    def _file(self, address: bytes) -> Path:
        name = address.hex()
        assert len(name) == 64, f"an address has 32 bytes, got {len(address)}"
        return self._path / name[:2] / name

    def _named(self, content: bytes, address: bytes) -> str:
        """`address`, in hex, if the content may have it; else one that it has."""
        other: bytes | None = None
        for found in self._addresses_of(content):
            if found == address:
                return address.hex()
            other = other or found
        assert other is not None  # content without an address is none of this kind: FormatError
        return other.hex()

    def _check(self, file: Path, content: bytes, address: bytes) -> None:
        """Raise DamagedError unless `content`, as read from `file`, is what its name says."""
        # A file that was cut may not even have the form that its hasher wants.
        try:
            found = self._named(content, address)
        except FormatError as error:
            found = str(error)
        if found != address.hex():
            raise DamagedError(
                f"{self._kind} {file}: expected content of address {address.hex()}, got {found}",
                next_step="Move the file away, look at the disk, and fetch the content again from another party.",
            )


class EntryFiles:
    """The three folders of what entries name (node.ports.WritableBlobs)."""

    def __init__(self, path: Path, *, reserve_bytes: int | None = None) -> None:
        """Open the folders in directory `path`, made if they are missing."""
        make_directory(path)
        addresses = {"batch": names_of, "tags": _only_address, "body": _only_address}
        self._folders = {
            kind: FileBlobs(path / kind, kind=kind, addresses_of=addresses_of, reserve_bytes=reserve_bytes)
            for kind, addresses_of in addresses.items()
        }

        self._recent: OrderedDict[bytes, bytes] = OrderedDict()
        self._recent_lock = Lock()

    def sweep(self) -> None:
        """Remove what a crash left half written, as FileBlobs.sweep."""
        for folder in self._folders.values():
            folder.sweep()

    def batch(self, root: bytes) -> bytes | None:
        """The batch file whose tree has this root.

        A batch that was just put is about to be read, perhaps twice, and to build its tree takes longer than all the
        rest: so the newest stay in memory as they were checked.
        """
        with self._recent_lock:
            content = self._recent.get(root)
        if content is None:
            content = self._folders["batch"].get(root)
            if content is not None:
                self._remember(root, content)
        return content

    def tags(self, address: bytes) -> bytes | None:
        """The tag file of this hash."""
        return self._folders["tags"].get(address)

    def body(self, address: bytes) -> bytes | None:
        """The sealed body of this hash."""
        return self._folders["body"].get(address)

    def get(self, kind: str, address: bytes) -> bytes | None:
        """The file of this kind and address."""
        return self.batch(address) if kind == "batch" else self._folders[kind].get(address)

    def has(self, kind: str, address: bytes) -> bool:
        """Whether the file is here, without reading it."""
        return self._folders[kind].has(address)

    def put(self, kind: str, content: bytes, *, address: bytes) -> None:
        """Store `content` under `address`; raises like FileBlobs.put_many."""
        self.put_many([NamedFile(kind, address, content)])

    def put_many(self, files: Sequence[NamedFile]) -> None:
        """Store `files`, all durable on return; raises like FileBlobs.put_many, and then none counts as stored."""
        for kind, folder in self._folders.items():
            blobs = [(file.name, file.content) for file in files if file.kind == kind]
            if blobs:
                folder.put_many(blobs)
        for file in files:
            if file.kind == "batch":
                self._remember(file.name, file.content)

    def _remember(self, root: bytes, content: bytes) -> None:
        with self._recent_lock:
            self._recent[root] = content
            while sum(map(len, self._recent.values())) > RECENT_BYTES_MAX:
                self._recent.popitem(last=False)


def _only_address(content: bytes) -> tuple[bytes]:
    """The address of a body or a tag file."""
    return (body_hash(content),)
