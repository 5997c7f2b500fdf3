"""Time: the machine's clock, and for a demo one that a file sets.

The file of a FileClock is one JSON object, {"real_unix_ms":…,"unix_ms":…}: at the real instant `real_unix_ms` it was
`unix_ms`, and from there on time passes as it really does. The demo replaces the file to let days go by.
"""

import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from node.errors import ClockError
from node.files import replace_file

_UNIX_MS_MAX = 2**53 - 1


class SystemClock:
    """The clock of this machine (node.ports.Clock). Where it is set back, so is its answer: the machines judge that."""

    def unix_ms(self) -> int:
        """Milliseconds since 1970-01-01T00:00:00Z."""
        return time.time_ns() // 1_000_000


class _Setting(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a clock file says."""

    real_unix_ms: int
    unix_ms: int


class FileClock:
    """The clock that `path` sets (node.ports.Clock). Within a process it never falls."""

    def __init__(self, path: Path, *, real_unix_ms: Callable[[], int]) -> None:
        """Read `path`, which must be there. `real_unix_ms` is the clock by which time passes.

        Raises:
            ClockError: the file cannot be read or understood.
        """
        self._path = path
        self._real_unix_ms = real_unix_ms
        self._version: tuple[int, int] | None = None
        self._newest = 0
        self.unix_ms()

    def unix_ms(self) -> int:
        """Milliseconds since 1970-01-01T00:00:00Z, by the file as it is now.

        Raises:
            ClockError: the file cannot be read or understood, or was set to a time before the last answer.
        """
        try:
            status = self._path.stat()
            version = (status.st_mtime_ns, status.st_ino)
            fresh = version != self._version
            if fresh:
                self._setting = _decode(self._path.read_bytes(), path=self._path)
        except OSError as error:
            raise ClockError(f"clock file {self._path}: {error.strerror}") from error
        now = self._setting.unix_ms + self._real_unix_ms() - self._setting.real_unix_ms
        if fresh and now < self._newest:
            # The version is not kept, so that every later call says the same until the file is put right.
            raise ClockError(
                f"clock file {self._path}: sets the time back, from {self._newest} to {now}",
                next_step="Set it to a later time, or restart the node if the earlier time is meant.",
            )
        self._version = version
        # Under one setting the real clock alone can step back, by what its own correction takes; it is waited out.
        self._newest = max(self._newest, now)
        return self._newest


def set_file_clock(path: Path, *, unix_ms: int, real_unix_ms: int) -> None:
    """Let it be `unix_ms` at the real instant `real_unix_ms` for every node whose clock `path` is."""
    setting = _Setting(real_unix_ms=real_unix_ms, unix_ms=unix_ms)
    replace_file(path, msgspec.json.encode(setting) + b"\n")


def _decode(content: bytes, *, path: Path) -> _Setting:
    try:
        setting = msgspec.json.decode(content, type=_Setting)
    except msgspec.DecodeError as error:
        raise ClockError(f"clock file {path}: {error}") from error
    for name in ("real_unix_ms", "unix_ms"):
        value = getattr(setting, name)
        if not 0 <= value <= _UNIX_MS_MAX:
            raise ClockError(f"clock file {path}: {name}: expected 0 to {_UNIX_MS_MAX}, got {value}")
    return setting
