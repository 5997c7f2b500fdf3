"""Sides whose work other processes do: they say themselves how long they were on a core."""

import time
from collections.abc import Callable, Mapping

from benchmarks.measure import Times, interleave

Side = Callable[[None], int]

_CPU_CLOCK = 2  # of the kinds of clock that Linux has for a process, the one that counts in nanoseconds


class Elsewhere:
    """A side of a comparison; `work` returns how many units were done, and the seconds on a core it took."""

    def __init__(self, work: Callable[[], tuple[int, float]]) -> None:
        self._work = work
        self._cpu: list[float] = []

    def __call__(self, _: None) -> int:
        units, cpu = self._work()
        self._cpu.append(cpu / units)
        return units

    def timed(self, measured: Times) -> Times:
        """The times that were measured here, with those on a core that were told. The first round does not count."""
        return Times(measured.clock, self._cpu[1:])


def take_turns(
    sides: Mapping[str, Side], *, rounds: int, what: str, before: Callable[[], None] = lambda: None
) -> dict[str, Times]:
    """Let sides take turns (benchmarks/measure.py) that are handed nothing; `before` each round, what is not timed."""
    times = interleave(sides, prepare=lambda _: before(), rounds=rounds, what=what)
    for name, side in sides.items():
        if isinstance(side, Elsewhere):
            times[name] = side.timed(times[name])
    return times


def seconds_on_core(process: int) -> float:
    """How long another process of this machine, all its threads, has been on a core (clock_getcpuclockid).

    Raises:
        OSError: there is no such process any more.
    """
    return time.clock_gettime(~process << 3 | _CPU_CLOCK)


def repeat(work: Callable[[], object], *, times: int, units: int = 1) -> Side:
    """A side that does `work`, which is so many units, many times over, so that its time can be measured."""

    def side(_: None) -> int:
        for _number in range(times):
            work()
        return times * units

    return side
