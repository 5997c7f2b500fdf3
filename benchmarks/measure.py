"""Rounds in turn, medians, and what a benchmark found.

Sides of a comparison take turns, so that what else the machine does falls on all of them alike. Every number is time
per unit, and every ratio is time over time: 2.00 x the limit is twice as long as the limit takes for the same work.
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
    leaves: int = 100_000  # up to which size a log is grown

    def pick(self, usual: int, quick: int) -> int:
        """One of two numbers."""
        return quick if self.quick else usual


@dataclass(frozen=True, slots=True)
class Comparison:
    """Times per unit of each side, one a round."""

    title: str
    unit: str
    seconds: Mapping[str, Sequence[float]]
    limit: str
    peer: str | None = None

    def median(self, side: str) -> float:
        """Median time per unit of a side, in seconds."""
        return statistics.median(self.seconds[side])

    def ratio(self, side: str, other: str) -> float:
        """How many times as long as `other` a side takes."""
        return self.median(side) / self.median(other)


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
) -> dict[str, list[float]]:
    """Let the sides do the same work in turn; seconds per unit of each side, one a counted round.

    `prepare` makes the work of a round and is not timed; a side returns how many units it did. Round 0 warms up.
    """
    taken: dict[str, list[float]] = {name: [] for name in sides}
    for number in range(rounds + 1):
        progress(f"{what}: round {number} of {rounds}")
        work = prepare(number)
        for name, side in sides.items():
            gc.collect()
            start = time.perf_counter()
            units = side(work)
            seconds = time.perf_counter() - start
            if number:
                taken[name].append(seconds / units)
    return taken


def progress(text: str) -> None:
    """Say how far it is, where nobody's results are disturbed."""
    print(text, file=sys.stderr, flush=True)
