"""Rounds in turn, medians, and what a benchmark found.

Sides of a comparison take turns, so that what else the machine does falls on all of them alike. Every number is time
per unit, and every ratio is time over time: 2.00 x the limit is twice as long as the limit takes for the same work.

Beside the time on the clock stands the time of this process on a core. On a quiet machine they differ by what was
waited for, the disk above all; on a busy one only the second says what the work costs.
"""

import gc
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Options:
    """How a benchmark is to run."""

    directory: Path  # an empty one, on the disk that is measured
    quick: bool = False  # a few units, to see that it works; its numbers mean nothing
    leaves: int | None = None  # up to which size a log is grown; None: as far as the benchmark usually does
    lines: int = 10_000_000  # in the batches of a great log
    keep: Path | None = None  # where a great log is kept for the next run, and taken from where it is there
    members: int = 5_000_000  # up to which size a register is

    def pick(self, usual: int, quick: int) -> int:
        """One of two numbers."""
        return quick if self.quick else usual


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds per unit of one side, one a round: on the clock, and of this process on a core.

    `cpu` is empty where the work is done by other processes.
    """

    clock: Sequence[float]
    cpu: Sequence[float] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """Times per unit of each side."""

    title: str
    unit: str
    times: Mapping[str, Times]
    limit: str
    peer: str | None = None

    def clock(self, side: str) -> float:
        """Median time per unit of a side, in seconds."""
        return statistics.median(self.times[side].clock)

    def cpu(self, side: str) -> float | None:
        """Median time per unit on a core, in seconds."""
        return statistics.median(self.times[side].cpu) if self.times[side].cpu else None

    def ratio(self, side: str, other: str) -> float:
        """How many times as long as `other` a side takes."""
        return self.clock(side) / self.clock(other)

    def cpu_ratio(self, side: str, other: str) -> float | None:
        """How many times as long as `other` a side keeps a core busy."""
        one, two = self.cpu(side), self.cpu(other)
        return one / two if one is not None and two else None


@dataclass(frozen=True, slots=True)
class Table:
    """Figures that are no comparison of sides."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str | int | float]]


@dataclass(slots=True)
class Result:
    """What a benchmark found; `notes` say what the numbers do not."""

    question: str
    comparisons: list[Comparison] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def question_of(doc: str | None) -> str:
    """The question that a benchmark's docstring asks: its first paragraph."""
    assert doc is not None, "a benchmark says in its docstring what it asks"
    return " ".join(doc.partition("\n\n")[0].split())


def interleave(
    sides: Mapping[str, Callable[[T], int]], *, prepare: Callable[[int], T], rounds: int, what: str
) -> dict[str, Times]:
    """Let the sides do the same work in turn; the times of each side, one a counted round.

    `prepare` makes the work of a round and is not timed; a side returns how many units it did. Round 0 warms up.
    """
    clock: dict[str, list[float]] = {name: [] for name in sides}
    cpu: dict[str, list[float]] = {name: [] for name in sides}
    for number in range(rounds + 1):
        progress(f"{what}: round {number} of {rounds}")
        work = prepare(number)
        for name, side in sides.items():
            gc.collect()
            started = time.perf_counter(), time.process_time()
            units = side(work)
            ended = time.perf_counter(), time.process_time()
            if number:
                clock[name].append((ended[0] - started[0]) / units)
                cpu[name].append((ended[1] - started[1]) / units)
    return {name: Times(clock[name], cpu[name]) for name in sides}


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds that `work` takes, on the clock and on a core."""
    started = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - started[0], time.process_time() - started[1]


def memory_mb(name: str) -> float:
    """A figure of this process's memory, as Linux counts it: RssAnon is its own, RssFile is mapped."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) / 1e3
    return float("nan")


def spread(seconds: Sequence[float], *shares: float) -> list[float]:
    """The times below which the given shares of all lie: 0.5 is the median."""
    cuts = statistics.quantiles(seconds, n=1000, method="inclusive")
    return [cuts[round(share * 1000) - 1] for share in shares]


def progress(text: str) -> None:
    """Say how far it is, where nobody's results are disturbed."""
    print(text, file=sys.stderr, flush=True)
