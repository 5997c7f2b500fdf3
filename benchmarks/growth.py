"""Does an entry cost the same in a long log as in a short one, and does the node's memory stay bounded?

A log grows in batches of one proposal, handed to the operator's node (benchmarks/workload.py); at each power of ten the
last batches before it are timed. Files that entries name are kept in memory here: they are the same at every size.

Limit: PyNaCl verifies the signatures of the same batches. Peer: pymerkle's durable SQLite tree takes the same entries
in, one transaction a batch, and computes its root; it checks no signature and no rule.

Memory is what belongs to this process alone (RssAnon), with the peer's and the workload's share in it. Pages of the
store that are mapped (RssFile) can be given back by the system at any time.
"""

import gc
import statistics
from pathlib import Path

from pymerkle import SqliteTree

from benchmarks.measure import Comparison, Options, Result, Table, Times, memory_mb, progress, question_of, timed
from benchmarks.signatures import signed_parts, verify_all
from benchmarks.workload import MemoryFiles, Operator, Stream
from node.machines.sequencer import ENTRIES_MAX

NODE, LIMIT, PEER = "node: submit to final", "limit: PyNaCl alone", "peer: pymerkle SQLite, bulk"
WINDOW_BATCHES = 24
SMALLEST = 1_000
LARGEST = 100_000
PROGRESS_LEAVES = 25_000
FILES_AHEAD = 100  # the workload signs a cycle at a time, so files of coming entries are there already


def run(options: Options) -> Result:
    """Grow a log and measure at each power of ten up to `options.leaves`."""
    result = Result(question_of(__doc__))
    log = _Log(options.directory)
    rows: list[tuple[str | int | float, ...]] = []
    target, last = SMALLEST, options.pick(options.leaves or LARGEST, SMALLEST)
    while target <= last:
        taken = log.grow(target)
        gc.collect()
        comparison = Comparison(f"at {target:,} leaves", "entry", taken, limit=LIMIT, peer=PEER)
        result.comparisons.append(comparison)
        store_bytes = log.operator.store.used_bytes()
        rows.append((
            target, comparison.clock(NODE) * 1e6, statistics.median(taken[NODE].cpu) * 1e6,
            statistics.fmean(taken[NODE].cpu) * 1e6, comparison.ratio(NODE, LIMIT), comparison.ratio(NODE, PEER),
            memory_mb("RssAnon"), memory_mb("RssFile"), store_bytes / 1e6, store_bytes / target,
        ))  # fmt: skip
        progress(f"growth: {target:,} leaves, {comparison.clock(NODE) * 1e6:.0f} µs an entry")
        target *= 10
    columns = ("leaves", "µs/entry", "µs on a core", "mean", "x limit", "x peer", "RssAnon MB", "RssFile MB",
               "store MB", "store bytes/leaf")
    result.tables.append(Table("the node as the log grows", columns, rows))
    log.close()
    return result


class _Log:
    """A growing log at the node and at the peer."""

    def __init__(self, directory: Path) -> None:
        self._stream, self._files = Stream(), MemoryFiles()
        self.operator = Operator(directory, self._stream, files=self._files)
        self._tree = SqliteTree(str(directory / "peer.sqlite"))
        self._size = 0

    def grow(self, target: int) -> dict[str, Times]:
        """Grow to `target` leaves; the times of each side for the last batches."""
        clock: dict[str, list[float]] = {NODE: [], LIMIT: [], PEER: []}
        cpu: dict[str, list[float]] = {NODE: [], LIMIT: [], PEER: []}
        while self._size < target:
            count = min(1 if self._size == 0 else ENTRIES_MAX, target - self._size)  # the charter comes alone
            seconds = self._append(count)
            self._size += count
            if target - self._size < WINDOW_BATCHES * ENTRIES_MAX and count == ENTRIES_MAX:
                for name, (on_clock, on_core) in seconds.items():
                    clock[name].append(on_clock / count)
                    cpu[name].append(on_core / count)
            if self._size // PROGRESS_LEAVES != (self._size - count) // PROGRESS_LEAVES:
                progress(f"growth: {self._size:,} leaves")
        return {name: Times(clock[name], cpu[name]) for name in clock}

    def close(self) -> None:
        """Give the files back."""
        self._tree.close()
        self.operator.close()

    def _append(self, count: int) -> dict[str, tuple[float, float]]:
        """Let each side take the next entries in; seconds of each on the clock and on a core."""
        notes = self._stream.take(count)
        self._stream.move_files(self._files)
        parts = signed_parts(notes, self._stream)
        took = {
            NODE: timed(lambda: self.operator.submit(notes)),
            LIMIT: timed(lambda: verify_all(parts)),
            PEER: timed(lambda: (self._tree.append_entries(notes), self._tree.get_root())),
        }
        self._files.forget(keep=FILES_AHEAD)
        return took
