"""Durable files: what it takes until a file is on the disk, and stays private.

A file is durable once its content *and* the directory that names it are synced.
"""

import errno
import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO

from node.errors import KeyFileError, StoreFullError

RESERVE_BYTES_MIN = 1 << 30
"""Room kept free for recovery: at least 1 GiB, and at least a tenth of the disk."""


def sync_directory(path: Path) -> None:
    """Sync the names in directory `path`."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_directory(path: Path) -> None:
    """Make directory `path`, private to its owner, unless it is there; durable on return. Its parent exists."""
    path.mkdir(mode=0o700, exist_ok=True)
    # Also where it was there: another thread may have made it this moment, or a crash may have come before its sync.
    sync_directory(path.parent)


def write_all(descriptor: int, content: bytes) -> None:
    """Write every byte of `content`: a write may be short without being an error."""
    view = memoryview(content)
    while view:
        view = view[os.write(descriptor, view) :]


def create_file(path: Path, content: bytes, *, mode: int = 0o644) -> None:
    """Create `path` with `content`, durable on return. Raises like `write_file`."""
    write_file(path, content, mode=mode)
    sync_directory(path.parent)


def write_file(path: Path, content: bytes, *, mode: int) -> None:
    """Create `path` with `content`, synced; its name is not, so this is for what is renamed next.

    Raises:
        FileExistsError: there is such a file already; it was not touched.
        OSError: the file could not be written; what was begun is removed again.
    """
    write_files([(path, content)], mode=mode)


def write_files(files: Iterable[tuple[Path, bytes]], *, mode: int) -> None:
    """Create files like `write_file`. All are written before the first is synced: the disk takes them together.

    Each is open until all are synced, so there should not be more than some dozens. Raises like `write_file`.
    """
    with ExitStack() as stack:
        begun: list[tuple[Path, int]] = []
        try:
            for path, content in files:
                descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
                stack.callback(os.close, descriptor)
                begun.append((path, descriptor))
                # The mode of open() is cut by the umask; a key file must not depend on it.
                os.fchmod(descriptor, mode)
                write_all(descriptor, content)
            for _, descriptor in begun:
                os.fsync(descriptor)
        except OSError:
            for path, _ in begun:
                path.unlink()
            raise


def replace_file(path: Path, content: bytes, *, mode: int = 0o644) -> None:
    """Put `content` in the place of `path` at once: a reader sees the old file or the new one, whole."""
    draft = path.with_name(f"{path.name}.new")
    draft.unlink(missing_ok=True)
    write_file(draft, content, mode=mode)
    draft.replace(path)
    sync_directory(path.parent)


@contextmanager
def new_file(path: Path) -> Iterator[BinaryIO]:
    """Write the new file `path` bit by bit: it has its name when it is whole and durable, and not before.

    Until then it is `path` with `.part` behind, which two that write the same file cannot share.

    Raises:
        FileExistsError: there is such a file already, or its `.part`; neither was touched.
        OSError: the file could not be written; what was begun is removed again, whatever ended it.
    """
    _expect_none(path)
    draft = path.with_name(f"{path.name}.part")
    with draft.open("xb") as out:
        try:
            yield out
            out.flush()
            os.fsync(out.fileno())
            _expect_none(path)
            draft.rename(path)
        except BaseException:
            draft.unlink()
            raise
    sync_directory(path.absolute().parent)


def _expect_none(path: Path) -> None:
    if path.exists():
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))


def read_private(path: Path) -> bytes:
    """Read a file that holds a secret.

    Raises:
        KeyFileError: it cannot be read, or others than its owner may read or write it.
    """
    try:
        with path.open("rb") as file:
            # The mode is asked of the open file, so that nobody can change the name's meaning in between.
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            content = file.read()
    except OSError as error:
        raise KeyFileError(
            f"key file {path}: {error.strerror}", next_step="Name the right file in node.toml, or restore it."
        ) from None
    if mode & 0o177:
        raise KeyFileError(
            f"key file {path}: expected mode 0600, got {mode:04o}: others may have read it",
            next_step=f"Decide whether the key is still secret; if so: chmod 600 {path}",
        )
    return content


def check_room(path: Path, *, reserve_bytes: int | None) -> None:
    """Refuse to write where the disk is nearly full.

    `reserve_bytes` None means the larger of RESERVE_BYTES_MIN and a tenth of the disk.

    Raises:
        StoreFullError: less than the reserve is free.
    """
    disk = os.statvfs(path)
    free = disk.f_bavail * disk.f_frsize
    reserve = max(RESERVE_BYTES_MIN, disk.f_blocks * disk.f_frsize // 10) if reserve_bytes is None else reserve_bytes
    if free < reserve:
        raise StoreFullError(
            f"{path}: {free} bytes are free on this disk, {reserve} are kept as reserve; nothing was written",
            next_step="Make room on the disk. Reading goes on, and writing begins again by itself.",
        )
