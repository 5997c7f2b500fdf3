"""Where a log is read from: a node's URL, a directory that holds a copy, an archive. Nothing that they give is trusted.

    checkpoint                            the newest signed checkpoint
    tile/entries/<N>[.p/<W>]              bundles of leaves (C2SP tlog-tiles)
    batches/<root> tags/<hash> bodies/<hash>      what entries name by hash; in a directory also blobs/<hash>

Tag files and bodies are given to parties and auditors only, who show their token to the node. A source may be sent to
another process, which opens it there.
"""

import os
import stat
from pathlib import Path
from typing import Any, Protocol
from weakref import finalize

from verifier.entries.lines import sum_batch
from verifier.log.tiles import WIDTH, Tile, parse_bundle, tile_path
from verifier.primitives.hashes import body_hash
from verifier.sources.archive import Archive
from verifier.sources.node import FILE_BYTES_MAX, Node


class Source(Protocol):
    """Files of a log by path."""

    def read(self, path: str) -> bytes | None:
        """The file, or None where it is not to be had.

        Raises:
            OSError: the source cannot be reached or read.
        """


class Directory:
    """A copy of a log on disk: plain files below `root`, or links to such."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def read(self, path: str) -> bytes | None:
        """The file at `path`, or under `blobs/` where it is named by its hash alone."""
        for place in (path, f"blobs/{path.rpartition('/')[2]}"):
            try:
                return _read_plain(self._root / place)
            except (FileNotFoundError, NotADirectoryError):
                continue
        return None


def _read_plain(path: Path) -> bytes:
    """A plain file, or what a link says is one: a pipe or a device may never end."""
    with open(path, "rb", opener=_open_at_once) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(f"{path}: expected a plain file")
        data = file.read(FILE_BYTES_MAX + 1)
    if len(data) > FILE_BYTES_MAX:
        raise OSError(f"{path}: expected at most {FILE_BYTES_MAX} bytes, the file has more")
    return data


def _open_at_once(path: str, flags: int) -> int:
    """Open without waiting for whoever writes a pipe."""
    return os.open(path, flags | os.O_NONBLOCK | os.O_NOCTTY)


class DiskFile:
    """The bytes of an archive on disk."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor = os.open(path, os.O_RDONLY)
        finalize(self, os.close, self._descriptor)

    def __reduce__(self) -> tuple[Any, ...]:
        """In another process the file is opened anew."""
        return DiskFile, (self._path,)

    def read_at(self, at: int, size: int) -> bytes:
        """Up to `size` bytes from byte `at` on; fewer where they end."""
        return os.pread(self._descriptor, size, at)


def open_source(where: str, *, token: str | None = None) -> Source:
    """The source that a command line names: a URL, a directory, or an archive.

    Raises:
        FormatError: it is a URL of another kind.
        OSError: there is nothing of that name, or a file that is no archive.
    """
    if "://" in where:
        return Node(where, token=token)
    path = Path(where)
    if path.is_dir():
        return Directory(path)
    if not path.is_file():
        raise OSError(f"{where}: expected a URL, a directory that holds a log, or an archive; there is no such file")
    return Archive(DiskFile(path), what=where)


class SourceBlobs:
    """What entries name by hash, from a source. A file that does not have its name counts as missing."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def batch(self, root: bytes) -> bytes | None:
        """The batch file whose sum tree has this root, or with columns the one whose columns' roots have this hash."""
        data = self._source.read(f"batches/{root.hex()}")
        return None if data is None else sum_batch(root, data)

    def tags(self, hash: bytes) -> bytes | None:
        """The tag file with this name."""
        return self._named(f"tags/{hash.hex()}", hash)

    def body(self, hash: bytes) -> bytes | None:
        """The body of a sealed entry with this name."""
        return self._named(f"bodies/{hash.hex()}", hash)

    def _named(self, path: str, name: bytes) -> bytes | None:
        data = self._source.read(path)
        return data if data is not None and body_hash(data) == name else None


def read_bundle(source: Source, *, index: int, width: int) -> tuple[bytes, ...] | None:
    """Bundle `index` of a tree in which it has `width` leaves, or None where it is not to be had.

    A partial bundle may be gone once the full one is there; its first leaves are the same.

    Raises:
        FormatError: it is malformed.
        OSError: the source cannot be read.
    """
    tile = Tile(None, index, width)
    data = source.read(tile_path(tile))
    if data is not None:
        return parse_bundle(data, width=width, what=tile_path(tile))
    full = Tile(None, index, WIDTH)
    data = None if width == WIDTH else source.read(tile_path(full))
    return None if data is None else parse_bundle(data, width=WIDTH, what=tile_path(full))[:width]
