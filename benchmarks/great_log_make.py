"""A great log on disk: years of work (benchmarks/great_log_work.py) through a real node, as an auditor's archive.

    <directory>/log.archive     the whole log with batches, bodies and tag files (docs/formats/archive.md)
    <directory>/policy          whom to trust
    <directory>/made.json       what it holds and how long it took; it is written last

The operator's node sequences every wave and the parties cosign it; leaves, state and heads are in its store. What the
entries name goes to one file, a page a wave, for the archive wants it bundle by bundle. So memory is that of a node and
a wave, however long the log.
"""

import json
import shutil
import time
from collections import deque
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO

import msgspec

from benchmarks.great_log_work import WAVE_MS, Years
from benchmarks.measure import progress
from benchmarks.workload import MemoryFiles, Operator
from ledger.entry import parse_entry
from ledger.kinds import Charter
from ledger.leaf import entry_of
from ledger.policy import format_policy
from ledger.state import State
from ledger.tile import TILE_WIDTH, Tile
from node.export import policy_of, write_archive
from node.views import Moment, Views
from tests.support.world import ORIGIN

ARCHIVE, POLICY, MADE = "log.archive", "policy", "made.json"

_PROGRESS_LEAVES = 20_000


@dataclass(frozen=True, slots=True)
class Made:
    """A great log that is there."""

    leaves: int
    lines: int
    seed: int
    kinds: dict[str, int]  # of entries, and of the bodies of sealed ones
    batches: int
    archive_bytes: int
    seconds: float


def make_great_log(directory: Path, *, leaves: int, lines: int, seed: int = 0) -> Made:
    """Make the log in `directory`, or give what was made there.

    Raises:
        FileExistsError: the log there is another one. It took long to make, so nothing was touched.
    """
    made = directory / MADE
    if made.exists():
        there = msgspec.json.decode(made.read_bytes(), type=Made)
        if (there.leaves, there.lines, there.seed) != (leaves, lines, seed):
            raise FileExistsError(f"{directory}: expected a log of {leaves} leaves and {lines} lines, there is one of "
                                  f"{there.leaves} and {there.lines}; name another directory")
        return there
    started = time.perf_counter()
    work = directory / "work"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    years, files = Years(leaves=leaves, lines=lines, seed=seed), MemoryFiles()
    operator = Operator(work, years, files=files)
    with (work / "pages").open("w+b") as file:
        pages = _Pages(file)
        _grow(years, operator, files, pages, leaves=leaves)
        progress(f"great log: {leaves:,} leaves are final, {time.perf_counter() - started:,.0f} s; writing the archive")
        with Views(operator.store, cosigner_name=years.cosigners["platform"].name).moment() as moment:
            archive_bytes = _export(directory, _Log(moment, pages))
    operator.close()
    shutil.rmtree(work)
    found = Made(leaves, years.lines, seed, dict(sorted(years.kinds.items())), years.batches, archive_bytes,
                 round(time.perf_counter() - started, 1))
    made.write_text(json.dumps(asdict(found), indent=1) + "\n")
    return found


def _export(directory: Path, log: "_Log") -> int:
    """Write archive and policy; how long the archive is."""
    with (directory / ARCHIVE).open("wb") as out:
        written = write_archive(log, out, sealed=True)
    assert not any(written.missing.values()), f"files are missing: {written.missing}"
    charter = parse_entry(entry_of(log.first()), origin=ORIGIN).entry
    assert isinstance(charter, Charter)
    (directory / POLICY).write_bytes(format_policy(policy_of(charter)))
    return written.bytes


def _grow(years: Years, operator: Operator, files: MemoryFiles, pages: "_Pages", *, leaves: int) -> None:
    """Wave by wave."""
    while years.size < leaves:
        first = years.size
        with operator.store.snapshot() as snapshot:
            notes = years.wave(State(snapshot))
        years.move_files(files)
        operator.submit(notes, after_ms=WAVE_MS)
        pages.add(first, files)
        files.forget(keep=0)
        if years.size // _PROGRESS_LEAVES != first // _PROGRESS_LEAVES:
            progress(f"great log: {years.size:,} of {leaves:,} leaves, {years.lines:,} lines")


class _Pages:
    """The files that entries name, a page a wave, in one file on disk."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._starts: list[tuple[int, int]] = []  # first leaf, byte
        self._open: deque[tuple[int, dict[bytes, bytes]]] = deque()
        self._next = 0

    def add(self, first: int, files: MemoryFiles) -> None:
        """Put a page behind the others: what the leaves from `first` on name."""
        self._starts.append((first, self._file.tell()))
        self._file.write(msgspec.msgpack.encode({**files.batches, **files.bodies, **files.tag_files}))

    def turn_to(self, start: int, end: int) -> None:
        """Have the pages at hand of the leaves [start, end), which rise from call to call."""
        while self._next < len(self._starts) and self._starts[self._next][0] < end:
            first, at = self._starts[self._next]
            behind = self._starts[self._next + 1][1] if self._next + 1 < len(self._starts) else None
            self._file.seek(at)
            data = self._file.read(-1 if behind is None else behind - at)
            self._open.append((first, msgspec.msgpack.decode(data, type=dict[bytes, bytes])))
            self._next += 1
        while len(self._open) > 1 and self._open[1][0] <= start:
            self._open.popleft()

    def get(self, name: bytes) -> bytes | None:
        """A file on one of the pages at hand."""
        return next((page[name] for _first, page in self._open if name in page), None)


class _Log:
    """What is exported (node.export.ExportedLog)."""

    def __init__(self, moment: Moment, pages: _Pages) -> None:
        self._moment = moment
        self._pages = pages

    def first(self) -> bytes:
        """The charter's leaf."""
        leaf = self._moment.leaf(0)
        assert leaf is not None
        return leaf

    def checkpoint(self) -> bytes:
        """The final checkpoint."""
        checkpoint = self._moment.checkpoint()
        assert checkpoint is not None
        return checkpoint

    def tile(self, tile: Tile) -> bytes:
        """A tile or bundle."""
        if tile.level is None:
            self._pages.turn_to(tile.index * TILE_WIDTH, tile.index * TILE_WIDTH + tile.width)
        content = self._moment.tile(tile)
        assert content is not None
        return content

    def file(self, kind: str, name: bytes) -> bytes | None:
        """What an entry of the bundle that was asked for last names."""
        return self._pages.get(name)
