"""How many leaves a second are replayed, by a node with its store and by the independent verifier?

Both replay the same log of every kind of work, a thousand leaves a round: the node in commits of 1,000 to LMDB, synced;
the verifier in memory. The files that entries name are in memory.

Limit: PyNaCl verifies the same signatures and does nothing else. Beside it the other thing that cannot be left out: the
hash of every leaf and node.
"""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from benchmarks.measure import Comparison, Options, Result, interleave, question_of
from benchmarks.signatures import Part, signed_parts, verify_all
from benchmarks.workload import MemoryFiles, Operator, Stream
from ledger.errors import LedgerError
from ledger.leaf import entry_of
from node.machines.tail import Tail, leaf_key
from node.signer import SystemRandom
from node.store_lmdb import LmdbStore
from tests.support.world import ORIGIN
from verifier.replay import Replay

ROUNDS = 9
LEAVES = 1_000

LIMIT = "limit: PyNaCl alone"


@dataclass(frozen=True, slots=True)
class _Round:
    leaves: list[bytes]
    parts: list[Part]


def run(options: Options) -> Result:
    """Measure."""
    rounds, count = options.pick(ROUNDS, 1), options.pick(LEAVES, 32)
    stream, files = Stream(), MemoryFiles()
    log = _log(options.directory, stream, files, size=(rounds + 1) * count)
    path = options.directory / "replica"
    LmdbStore.create(path, origin=ORIGIN, random=SystemRandom())
    reader = Replay(ORIGIN)

    def prepare(number: int) -> _Round:
        leaves = log[number * count : (number + 1) * count]
        return _Round(leaves, signed_parts([entry_of(leaf) for leaf in leaves], stream))

    def replay(work: _Round) -> int:
        draft, error = tail.replay(work.leaves)
        if error is not None:
            raise LedgerError(f"leaf {tail.head.size} of the benchmark's own log: {error}")
        tail.commit(draft)
        return count

    def read(work: _Round) -> int:
        for leaf in work.leaves:
            reader.apply(leaf, files)
        return count

    def bare(work: _Round) -> int:
        verify_all(work.parts)
        return count

    def hashes(work: _Round) -> int:
        for leaf in work.leaves:
            sha256(b"\x00" + leaf).digest()
        node = bytes(65)
        for _ in work.leaves:
            sha256(node).digest()
        return count

    with LmdbStore.open(path, origin=ORIGIN, reserve_bytes=0) as store:
        tail = Tail(store, origin=ORIGIN, blobs=files)
        sides = {"node: replay into LMDB": replay, "verifier: replay": read, LIMIT: bare, "SHA-256 alone": hashes}
        times = interleave(sides, prepare=prepare, rounds=rounds, what="replay")
    return Result(question_of(__doc__), [Comparison(f"replay {count:,} leaves", "leaf", times, limit=LIMIT)])


def _log(directory: Path, stream: Stream, files: MemoryFiles, *, size: int) -> list[bytes]:
    """The leaves of a log, as an operator made them."""
    (directory / "operator").mkdir()
    operator = Operator(directory / "operator", stream, files=files)
    done = operator.submit(stream.take(1))
    while done < size:
        notes = stream.take(min(1_000, size - done))
        stream.move_files(files)
        done += operator.submit(notes)
    with operator.store.snapshot() as snapshot:
        leaves = [snapshot.get(leaf_key(index)) for index in range(size)]
    operator.close()
    return [leaf for leaf in leaves if leaf is not None]
