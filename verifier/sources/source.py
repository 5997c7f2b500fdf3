"""Where a log is read from: a node's URL, a directory that holds a copy, an archive. Nothing that they give is trusted.

    checkpoint                            the newest signed checkpoint
    tile/entries/<N>[.p/<W>]              bundles of leaves (C2SP tlog-tiles)
    batches/<root> tags/<hash> bodies/<hash>      what entries name by hash; in a directory also blobs/<hash>

Tag files and bodies are given to parties and auditors only, who show their token to the node. A source may be sent to
another process, which opens it there.
"""

import os
import zlib
from http.client import HTTPException
from pathlib import Path
from typing import Any, Protocol
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, Request, build_opener
from weakref import finalize

from verifier.entries.lines import COLUMNS_MAX, HASH_BYTES, LINES_MAX, sum_batch
from verifier.errors import FormatError
from verifier.log.tiles import LEAF_BYTES_MAX, WIDTH, Tile, parse_bundle, tile_path
from verifier.primitives.hashes import body_hash
from verifier.sources.archive import Archive

# A batch of a million lines with all the columns that there can be.
FILE_BYTES_MAX = max((8 * COLUMNS_MAX + HASH_BYTES) * LINES_MAX, WIDTH * (LEAF_BYTES_MAX + 2))
TIMEOUT_S = 30

# A node answers so where there is no such file, and where it does not give it to whoever asks.
_NOT_TO_BE_HAD = (401, 403, 404)


class Source(Protocol):
    """Files of a log by path."""

    def read(self, path: str) -> bytes | None:
        """The file, or None where it is not to be had.

        Raises:
            OSError: the source cannot be reached or read.
        """


class Directory:
    """A copy of a log on disk."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def read(self, path: str) -> bytes | None:
        """The file at `path`, or under `blobs/` where it is named by its hash alone."""
        for place in (path, f"blobs/{path.rpartition('/')[2]}"):
            try:
                with (self._root / place).open("rb") as file:
                    data = file.read(FILE_BYTES_MAX + 1)
            except (FileNotFoundError, NotADirectoryError):
                continue
            if len(data) > FILE_BYTES_MAX:
                raise OSError(f"{self._root / place}: expected at most {FILE_BYTES_MAX} bytes, the file has more")
            return data
        return None


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


class Node:
    """A node's public URL prefix; `token` is an auditor's or a party's, or None."""

    def __init__(self, url: str, *, token: str | None) -> None:
        if not url.startswith(("https://", "http://")):
            raise FormatError(f"source: expected a URL with https or http, got {url!r}")
        self._token = token
        self._url = url.rstrip("/")
        self._headers = {"Accept-Encoding": "gzip", **({"Authorization": f"Bearer {token}"} if token else {})}
        self._opener = build_opener(_NoRedirect())

    def __reduce__(self) -> tuple[Any, ...]:
        """In another process the node is asked anew."""
        return _node, (self._url, self._token)

    def read(self, path: str) -> bytes | None:
        """The resource at `path` below the prefix."""
        request = Request(f"{self._url}/{path}", headers=self._headers)
        try:
            with self._opener.open(request, timeout=TIMEOUT_S) as answer:
                data: bytes = answer.read(FILE_BYTES_MAX + 1)
                coding = answer.headers.get("Content-Encoding", "identity")
                # A reader that bounds what it takes is not told by http.client when less came than announced.
                cut_off = len(data) <= FILE_BYTES_MAX and bool(answer.length)
        except HTTPError as error:
            if error.code in _NOT_TO_BE_HAD:
                return None
            raise OSError(f"{self._url}/{path}: the node answers {error.code} {error.reason}") from None
        except HTTPException as error:
            raise OSError(f"{self._url}/{path}: the answer is no HTTP ({error!r})") from None
        if cut_off:
            raise OSError(f"{self._url}/{path}: the answer is cut off after {len(data)} bytes")
        if coding == "gzip":
            data = _gunzip(data, what=path)
        if len(data) > FILE_BYTES_MAX:
            raise OSError(f"{self._url}/{path}: expected at most {FILE_BYTES_MAX} bytes, the node sends more")
        return data


def _node(url: str, token: str | None) -> Node:
    return Node(url, token=token)


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


class _NoRedirect(HTTPRedirectHandler):
    """A redirect is an error: it would carry the token to somebody else."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        """Go nowhere; the answer stays the error that it is."""


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


def _gunzip(data: bytes, *, what: str) -> bytes:
    """Undo gzip, up to one byte beyond the limit, whatever was packed."""
    reader = zlib.decompressobj(wbits=31)
    try:
        return reader.decompress(data, FILE_BYTES_MAX + 1)
    except zlib.error as error:
        raise OSError(f"{what}: the answer is no gzip ({error})") from None
