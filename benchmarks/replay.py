"""How many leaves a second are replayed, by a node with its store and by the independent verifier?

Both replay the same log of every kind of work, a thousand leaves a round: the node in commits of 1,000 to LMDB, synced;
the verifier in memory. Then a log of claims alone (benchmarks/cases.py), where every fourth leaf is a decision on three
benefits whose steps both work out again: here the rows of both are in memory. So are the files that entries name.

Limit: PyNaCl verifies the same signatures and does nothing else. Beside it the other thing that cannot be left out: the
hash of every leaf and node, and of the body of every sealed entry.
"""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from benchmarks.cases import STEPS, Cases
from benchmarks.measure import Comparison, Options, Result, interleave, question_of
from benchmarks.signatures import Part, signed_parts, verify_all
from benchmarks.workload import MemoryFiles, Operator, Stream
from ledger.entry import parse_entry
from ledger.errors import LedgerError
from ledger.leaf import entry_of
from ledger.sequence import needs, replay
from ledger.state import MemoryReader, State
from node.machines.tail import Tail, leaf_key
from node.signer import SystemRandom
from node.store_lmdb import LmdbStore
from tests.support.world import ORIGIN, Files
from verifier.rules.replay import Replay

ROUNDS = 9
LEAVES = 1_000

LIMIT = "limit: PyNaCl alone"


@dataclass(frozen=True, slots=True)
class _Round:
    leaves: list[bytes]
    parts: list[Part]
    bodies: list[bytes]


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
        entries = [entry_of(leaf) for leaf in leaves]
        return _Round(leaves, signed_parts(entries, stream), _bodies(entries, files))

    def node(work: _Round) -> int:
        draft, error = tail.replay(work.leaves)
        if error is not None:
            raise LedgerError(f"leaf {tail.head.size} of the benchmark's own log: {error}")
        tail.commit(draft)
        return count

    def read(work: _Round) -> int:
        for leaf in work.leaves:
            reader.apply(leaf, files)
        return count

    with LmdbStore.open(path, origin=ORIGIN, reserve_bytes=0) as store:
        tail = Tail(store, origin=ORIGIN, blobs=files)
        sides = {"node: replay into LMDB": node, "verifier: replay": read, **_BARE}
        times = interleave(sides, prepare=prepare, rounds=rounds, what="replay")
    return Result(question_of(__doc__), [
        Comparison(f"replay {count:,} leaves", "leaf", times, limit=LIMIT), _claims(rounds=rounds, count=count),
    ])  # fmt: skip


def _claims(*, rounds: int, count: int) -> Comparison:
    """Replay claims, decisions, payouts and confirmations."""
    cases = Cases()
    reader, rows = Replay(ORIGIN), MemoryReader()
    state = State(rows)
    for leaf in cases.leaves:
        reader.apply(leaf, cases.files)
        replay(state, leaf, origin=ORIGIN, blobs=cases.files)

    def prepare(_: int) -> _Round:
        nonlocal state
        rows.apply(state.changes())
        state = State(rows)
        cases.commit()
        leaves = cases.flow(count // len(STEPS)).log()
        entries = [entry_of(leaf) for leaf in leaves]
        return _Round(leaves, signed_parts(entries, cases), _bodies(entries, cases.files))

    def ours(work: _Round) -> int:
        for leaf in work.leaves:
            replay(state, leaf, origin=ORIGIN, blobs=cases.files)
        return len(work.leaves)

    def read(work: _Round) -> int:
        for leaf in work.leaves:
            reader.apply(leaf, cases.files)
        return len(work.leaves)

    sides = {"ledger: replay": ours, "verifier: replay": read, **_BARE}
    times = interleave(sides, prepare=prepare, rounds=rounds, what="replay of claims")
    return Comparison(f"replay {count:,} leaves of claims, decisions worked out again", "leaf", times, limit=LIMIT)


def _bodies(entries: list[bytes], files: Files) -> list[bytes]:
    """The bodies of the sealed ones among some entries."""
    named = [need.name for entry in entries for need in needs(parse_entry(entry, origin=ORIGIN).entry)
             if need.kind == "body"]
    return [body for name in named if (body := files.body(name)) is not None]


def _verify(work: _Round) -> int:
    verify_all(work.parts)
    return len(work.leaves)


def _hash(work: _Round) -> int:
    for leaf in work.leaves:
        sha256(b"\x00" + leaf).digest()
    for body in work.bodies:
        sha256(b"\x03" + body).digest()
    node = bytes(65)
    for _ in work.leaves:
        sha256(node).digest()
    return len(work.leaves)


_BARE = {LIMIT: _verify, "SHA-256 alone": _hash}


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
