"""Bundles read ahead by several processes, handed over in order (verifier/audit/ahead.py)."""

import gc
import os
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context

from verifier.audit.ahead import ReadBundle, Reader

AHEAD_PER_PROCESS = 2
GARBAGE_THRESHOLDS = (20_000, 50, 50)
BUNDLES_MIN = 8  # to start a process takes longer than to read a few bundles

Wanted = tuple[int, int]


def read_ahead(reader: Reader, wanted: Iterable[Wanted], *, processes: int) -> Iterator[ReadBundle | None]:
    """Bundles by index and width, in order, read by so many processes; a few more than that are held at a time.

    Raises:
        FormatError: a bundle is malformed.
        OSError: the source cannot be read, or a process was ended from outside.
    """
    # A process that is started afresh inherits no thread, lock or open connection.
    context = get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=context, initializer=_Place.open, initargs=(reader,)) as pool:
        waiting: deque[Future[ReadBundle | None]] = deque()
        try:
            for index, width in wanted:
                waiting.append(pool.submit(_Place.read, index, width))
                if len(waiting) > AHEAD_PER_PROCESS * processes:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        except BrokenProcessPool:
            raise OSError("a process that reads ahead was ended; is there enough memory?") from None
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def processes_for(bundles: int) -> int:
    """How many processes are worth while for so many bundles: 1 is this one alone."""
    return max(1, min(os.cpu_count() or 1, bundles // BUNDLES_MIN))


def spare_collector() -> None:
    """Let this process look for cycles of garbage seldom: it makes none, and has very many objects to look at."""
    gc.set_threshold(*GARBAGE_THRESHOLDS)


class _Place:
    """Where a reading process keeps its reader, so that it is sent once."""

    reader: Reader

    @classmethod
    def open(cls, reader: Reader) -> None:
        spare_collector()
        cls.reader = reader

    @classmethod
    def read(cls, index: int, width: int) -> ReadBundle | None:
        return cls.reader.read(index, width)
