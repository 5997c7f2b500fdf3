"""A disk that loses what was not synced (F03): what a program did to its files, as strace saw it, and what a power
loss may leave of it.

Kept for certain: what was written before a sync of that file that came back. All else may be there or not, a write also
in part, torn at 512 bytes.
"""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

SECTOR_BYTES = 512
CALLS = "openat,close,pwrite64,pwritev,writev,write,lseek,fdatasync,fsync,msync"

_LINE = re.compile(r'(?P<call>\w+)\((?P<arguments>.*)\)\s+= (?P<result>-?\w+).*', re.DOTALL)
_HEX = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')


@dataclass
class Trace:
    """Writes, syncs and words on standard output, in their order."""

    before: bytes
    steps: list[tuple[str, int, bytes]] = field(default_factory=list)  # "write"/"durable", offset; "sync"; "say"

    @classmethod
    def read(cls, path: Path, *, file: str, before: bytes) -> "Trace":
        """What the trace in `path` says of `file`, which held `before`."""
        trace = cls(before)
        synced: dict[str, bool] = {}  # descriptor -> whether it was opened with O_DSYNC
        position: dict[str, int] = {}
        for line in path.read_text("ascii").splitlines():
            found = _LINE.search(line)
            if found is None or found["result"].startswith("-"):
                continue
            call, arguments, result = found["call"], found["arguments"], found["result"]
            content = b"".join(bytes.fromhex(part.replace("\\x", "")) for part in _HEX.findall(arguments))
            descriptor = arguments.split(",")[0]
            if call == "openat" and content.endswith(file.encode()):
                synced[result] = "O_DSYNC" in arguments or "O_SYNC" in arguments
            elif call == "close":
                synced.pop(descriptor, None)
            elif call == "write" and descriptor == "1":
                trace.steps.append(("say", 0, content))
            elif descriptor in synced and call == "lseek":
                position[descriptor] = int(result)
            elif descriptor in synced and call in ("pwrite64", "writev"):
                assert len(content) == int(result), "a short write: not this test's business"
                offset = int(arguments.rsplit(", ", 1)[1]) if call == "pwrite64" else position[descriptor]
                position[descriptor] = offset + len(content)
                trace.steps.append(("durable" if synced[descriptor] else "write", offset, content))
            elif descriptor in synced and call in ("fdatasync", "fsync"):
                trace.steps.append(("sync", 0, b""))
            else:
                assert descriptor not in synced, f"{call} of {file} is not modelled"
        return trace

    def images(self, choice: random.Random, *, each: int) -> Iterator[tuple[bytes, list[bytes]]]:
        """What may be on the disk when the power goes: at each sync, before and after it, `each` drawn images.

        With each, all that had been said by then.
        """
        disk = bytearray(self.before)
        pending: list[tuple[int, bytes]] = []
        said: list[bytes] = []
        for what, offset, content in self.steps:
            if what == "say":
                said.append(content)
                continue
            if what in ("write", "durable"):
                pending.append((offset, content))
            if what in ("sync", "durable"):
                for _ in range(each):
                    yield _kept(disk, pending, choice), list(said)
                landed = pending if what == "sync" else pending[-1:]
                for at, data in landed:
                    _put(disk, at, data)
                pending = [] if what == "sync" else pending[:-1]
                yield bytes(disk), list(said)


def _kept(disk: bytearray, pending: list[tuple[int, bytes]], choice: random.Random) -> bytes:
    """The disk with some of the pending writes, some of them torn."""
    image = bytearray(disk)
    share = choice.choice((0.0, 0.5, 0.9, 1.0))
    for offset, content in pending:
        if choice.random() >= share:
            continue
        torn = choice.random() < 0.3
        for start in range(0, len(content), SECTOR_BYTES):
            if not torn or choice.random() < 0.5:
                _put(image, offset + start, content[start : start + SECTOR_BYTES])
    return bytes(image)


def _put(image: bytearray, offset: int, content: bytes) -> None:
    image.extend(bytes(max(0, offset - len(image))))
    image[offset : offset + len(content)] = content
