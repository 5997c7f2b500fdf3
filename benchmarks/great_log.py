"""How long does an auditor replay a great log, leaves of all kinds and the lines of their batches, in how much memory?

The log is made first, by a real node (benchmarks/great_log_make.py), or the one in `--keep` is taken; then its archive
is read by one process after another, each of which does one thing (benchmarks/great_log_loops.py, great_log_replay.py):
hash, verify signatures, replay alone, replay with a process for each core. All read the same bytes in the same run.

Limit: SHA-256 of the bytes and PyNaCl of the signatures, one after the other on one core: the sum of both loops.

Memory is the highest resident set of each process, summed over the replay and the processes that read ahead for it.
"""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.great_log_make import ARCHIVE, Made, make_great_log
from benchmarks.measure import Comparison, Options, Result, Table, Times, progress, question_of

LEAVES, LINES = 1_000_000, 10_000_000
QUICK_LEAVES, QUICK_LINES = 2_000, 20_000

LIMIT, HASHES, SIGNATURES = "limit: both loops", "SHA-256 alone", "PyNaCl alone"
ALONE = "verifier: replay, 1 process"

_MARKS = (10_000, 30_000, 100_000, 300_000, 1_000_000, 3_000_000, 10_000_000)
_SAMPLE_S = 0.1


@dataclass(slots=True)
class Side:
    """What one process took, and what it said last; `marks` are the megabytes when so many leaves were replayed."""

    seconds: float = 0.0
    cpu: float = 0.0
    peak_mb: float = 0.0
    said: dict[str, int] = field(default_factory=dict)
    marks: dict[int, float] = field(default_factory=dict)


def run(options: Options) -> Result:
    """Make the log and let each side read it."""
    directory = options.directory if options.keep is None else options.keep
    made = make_great_log(directory, leaves=options.pick(options.leaves or LEAVES, QUICK_LEAVES),
                          lines=options.pick(options.lines, QUICK_LINES))
    marks = [str(mark) for mark in _MARKS if mark < made.leaves] or [str(made.leaves // 2)]
    sides = {name: _run(["great_log_loops", loop, str(directory / ARCHIVE)], what=name)
             for name, loop in ((HASHES, "hashes"), (SIGNATURES, "signatures"))}
    for processes in sorted({1, os.cpu_count() or 1}):
        name = ALONE if processes == 1 else f"verifier: replay, {processes} processes"
        sides[name] = _run(["great_log_replay", str(directory), str(processes), *marks], what=name)
    hashed = sides[HASHES].said
    assert (hashed["leaves"], hashed["lines"]) == (made.leaves, made.lines), f"made {made}, the archive has {hashed}"
    return _result(made, sides)


def _result(made: Made, sides: dict[str, Side]) -> Result:
    times = {name: Times([side.seconds / made.leaves], [side.cpu / made.leaves]) for name, side in sides.items()}
    loops = [sides[HASHES], sides[SIGNATURES]]
    times[LIMIT] = Times([sum(side.seconds for side in loops) / made.leaves],
                         [sum(side.cpu for side in loops) / made.leaves])
    replays = {name: side for name, side in sides.items() if side.marks}
    log = Comparison(f"{made.leaves:,} leaves, {made.lines:,} lines", "leaf", times, limit=LIMIT)
    rows = [(name, side.seconds, side.cpu, made.leaves / side.seconds, made.lines / side.seconds, side.peak_mb)
            for name, side in sides.items()]
    grown = [(at, *(side.marks[at] for side in replays.values())) for at in sides[ALONE].marks]
    signatures = sides[SIGNATURES].said["signatures"]
    return Result(question_of(__doc__), [log], [
        Table("whole processes", ("", "s", "s on cores", "leaves/s", "lines/s", "peak MB"), rows),
        Table("peak MB as the replay goes on", ("leaves", *replays), grown),
        Table("entries", ("kind", "entries"), sorted(made.kinds.items(), key=lambda one: -one[1])),
    ], [
        f"{signatures:,} signatures, {made.batches:,} batches, an archive of {made.archive_bytes / 1e6:,.0f} MB",
        f"made in {made.seconds:,.0f} s",
    ])  # fmt: skip


def _run(arguments: Sequence[str], *, what: str) -> Side:
    """Let a module of this folder do its work in a process of its own, and watch it."""
    progress(f"great log: {what}")
    module, *rest = arguments
    side = Side()
    started = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-m", f"benchmarks.{module}", *rest], stdout=subprocess.PIPE, text=True,
                               cwd=Path(__file__).parent.parent)  # fmt: skip
    peaks = _Peaks(process.pid)
    assert process.stdout is not None
    with process.stdout:
        for line in process.stdout:
            said = json.loads(line)
            if "at" in said:
                side.marks[said["at"]] = peaks.total_mb()
            else:
                side.said = said
    side.peak_mb = peaks.stop()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    side.seconds = time.perf_counter() - started
    side.cpu = usage.ru_utime + usage.ru_stime  # those of processes that it waited for included
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, process.args)
    return side


class _Peaks:
    """The highest resident sets of a process and all that came of it, sampled until they are stopped."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._peaks: dict[int, int] = {}
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def total_mb(self) -> float:
        """The sum of all peaks so far."""
        return sum(dict(self._peaks).values()) / 1e3

    def stop(self) -> float:
        """Look no more; the sum of all peaks."""
        self._stopped.set()
        self._thread.join()
        return self.total_mb()

    def _watch(self) -> None:
        while not self._stopped.wait(_SAMPLE_S):
            for pid in _family(self._pid):
                self._peaks[pid] = max(_peak_kb(pid), self._peaks.get(pid, 0))


def _family(pid: int) -> Iterator[int]:
    """A process and its descendants, as far as they still are."""
    yield pid
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = path.read_text().split()
        except OSError:
            continue
        for child in children:
            yield from _family(int(child))


def _peak_kb(pid: int) -> int:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:")), 0)
