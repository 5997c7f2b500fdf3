"""The files of a store, judged before LMDB may open them: LMDB makes a new, empty log of a file that is missing.

    identity     one line: {"format":"mingzhang-store/v1","map_bytes":…,"origin":"…","store":"<32 hex>"}
    data.mdb     LMDB's pages; the same line stands in a row inside
    lock.mdb     LMDB's table of readers

The process that owns the store holds a lock on `identity`. Whatever is wrong, nothing in the directory is changed.
"""

import fcntl
import os
import re
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import lmdb
import msgspec
from lmdb import verify as lmdb_verify

from node.errors import StartError

IDENTITY = "identity"
FILES = (IDENTITY, "data.mdb", "lock.mdb")

IDENTITY_KEY = b"identity"
META_DB = b"meta"

_KEEP = "Keep the directory as it is, find out what happened, and restore from a backup if need be: OPERATIONS.md."

# LMDB 0.9, two meta pages: magic, version, 2 x 8 bytes, page size, 92 bytes, last page, transaction.
_META = struct.Struct("=II16xI92xQQ")
_META_OFFSET = 16
_META_MAGIC = 0xBEEFC0DE
_META_VERSION = 1
_PAGE_BYTES = 4096


class Identity(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which store of which log this is. `store` tells two stores of one log apart; `map_bytes` never changes."""

    format: str
    map_bytes: int
    origin: str
    store: str


def encode_identity(*, origin: str, store: bytes, map_bytes: int) -> bytes:
    """The line that stands in the file and in the row."""
    line = Identity(format="mingzhang-store/v1", map_bytes=map_bytes, origin=origin, store=store.hex())
    return msgspec.json.encode(line) + b"\n"


@contextmanager
def owned(path: Path) -> Iterator[int]:
    """Hold the store in `path` for this process alone; yields the locked descriptor, which the caller closes.

    On an error inside the block the lock is given back.

    Raises:
        StartError: there is no store, or another process owns it.
    """
    try:
        descriptor = os.open(path / IDENTITY, os.O_RDONLY)
    except FileNotFoundError:
        if (path / "data.mdb").exists():
            raise StartError(f"store {path}: {IDENTITY} is missing beside data.mdb", next_step=_KEEP) from None
        raise StartError(
            f"store {path}: there is no store here", next_step="A new node begins with: mingzhang init"
        ) from None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield descriptor
    except BlockingIOError:
        os.close(descriptor)
        raise StartError(
            f"store {path}: another process owns it; one data directory serves one process",
            next_step="Stop the other node first, or give this one a data directory and keys of its own.",
        ) from None
    except BaseException:
        os.close(descriptor)
        raise


def check_files(path: Path, *, origin: str) -> Identity:
    """Judge the files of the store in `path`, which must belong to the log `origin`. Call while owning it.

    Raises:
        StartError: a file is missing, cut short, empty, or of another log or another store.
    """
    for name in FILES:
        if not (path / name).exists():
            raise StartError(f"store {path}: {name} is missing", next_step=_KEEP)
    line = (path / IDENTITY).read_bytes()
    identity = _decode_identity(line, where=path / IDENTITY)
    if identity.origin != origin:
        raise StartError(
            f"store {path}: expected the log {origin}, got {identity.origin}",
            next_step="Set `data` or `origin` in node.toml right. One data directory holds one log.",
        )
    _check_pages(path / "data.mdb")
    inside = _identity_inside(path)
    if inside != line:
        raise StartError(
            f"store {path}: data.mdb belongs to {_name(inside, where=path)}, {IDENTITY} says {_name(line, where=path)}",
            next_step=_KEEP,
        )
    return identity


def _decode_identity(line: bytes, *, where: Path) -> Identity:
    try:
        identity = msgspec.json.decode(line, type=Identity)
    except msgspec.DecodeError as error:
        raise StartError(f"{where}: {error}", next_step=_KEEP) from None
    if identity.format != "mingzhang-store/v1" or not re.fullmatch(r"[0-9a-f]{32}", identity.store):
        raise StartError(f"{where}: expected a mingzhang-store/v1 with 32 hex digits, got {line!r}", next_step=_KEEP)
    return identity


def _name(line: bytes | None, *, where: Path) -> str:
    if line is None:
        return "no store of ours"
    identity = _decode_identity(line, where=where)
    return f"store {identity.store[:8]} of {identity.origin}"


def _check_pages(data: Path) -> None:
    """The meta pages are whole, and the file reaches as far as the newest of them says."""
    size = data.stat().st_size
    with data.open("rb") as file:
        head = file.read(2 * _PAGE_BYTES)
    if len(head) < 2 * _PAGE_BYTES:
        raise StartError(f"{data}: expected {2 * _PAGE_BYTES} bytes or more, got {size}", next_step=_KEEP)
    newest = (-1, 0)
    for offset in (_META_OFFSET, _META_OFFSET + _PAGE_BYTES):
        magic, version, page_bytes, last_page, transaction = _META.unpack_from(head, offset)
        if (magic, version, page_bytes) != (_META_MAGIC, _META_VERSION, _PAGE_BYTES):
            raise StartError(
                f"{data}: expected an LMDB 0.9 meta page at byte {offset - _META_OFFSET}, got something else",
                next_step=_KEEP,
            )
        newest = max(newest, (transaction, last_page))
    want = (newest[1] + 1) * _PAGE_BYTES
    # LMDB may leave out a page at the end that was used and freed within one transaction. So a short file is
    # no verdict yet: its pages are walked, without LMDB, whose map would end in a SIGBUS.
    if size < want and (problems := lmdb_verify.verify(str(data))):  # type: ignore[no-untyped-call]
        raise StartError(f"{data}: expected {want} bytes, got {size}: {problems[0]}", next_step=_KEEP)


def _identity_inside(path: Path) -> bytes | None:
    """The identity row, read without a lock, so that not even lock.mdb changes. This process owns the store."""
    try:
        with lmdb.open(str(path), readonly=True, lock=False, create=False, max_dbs=4, lib_version=0) as environment:
            meta = environment.open_db(META_DB, create=False)
            with environment.begin(db=meta) as transaction:
                return transaction.get(IDENTITY_KEY)
    except lmdb.NotFoundError:
        return None
    except lmdb.Error as error:
        raise StartError(f"store {path}: data.mdb cannot be read: {error}", next_step=_KEEP) from None
