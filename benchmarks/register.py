"""How long does a register of millions of members take to bring up, and what does a change cost in a large one?

A log grows in a real store by enrolments of 25,000 persons, whose keys are random, as in life. Of each enrolment one
member in ten leaves again, so that there is something on them in the register's trie, and trial balances take this in.
At each size a thousand members claim: what a balance takes for each changed row is timed, and what its commit takes;
then proofs of what stands on a member and of nothing standing there are made, and checked by the verifier.

Limit: SHA-256 over the same nodes and rows in as many calls, and nothing else; for the commit, the same bytes written
to a plain file and one fdatasync. There is no peer: pymerkle has no maps, so it proves no absence.

Files that entries name are in memory, and no tag files come with them: with tags each member has one more short row.
"""

import math
import os
import random
import statistics
from base64 import b64encode
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from benchmarks.measure import (
    Comparison,
    Options,
    Result,
    Table,
    Times,
    interleave,
    memory_mb,
    progress,
    question_of,
    timed,
)
from benchmarks.workload import MemoryFiles
from ledger import trie
from ledger.balance import loader
from ledger.batch import Line
from ledger.state import State
from ledger.strict import format_json
from node.signer import SystemRandom
from node.store_lmdb import LmdbStore
from tests.support.world import ORIGIN, World, digest
from verifier.log.trie import TrieProof, verify_absent, verify_present

SIZES = (1_000, 10_000, 100_000, 1_000_000, 5_000_000)
ENROLLED = 25_000  # in one commit, so that the pages it rewrites, up to one a row, stay few beside the store
LEAVING = 10  # one in so many
BALANCED = 250_000  # members between two balances while the register is brought up
CHANGED = 1_000
PROOFS = 500
ROUNDS = 5

UPDATE, COMMIT = "ledger: sequence a balance", "node: commit to LMDB"
HASHES, SYNC = "limit: SHA-256 alone", "limit: write and one sync"
PROVE, CHECK = "ledger: prove", "verifier: check"


@dataclass(slots=True)
class _Update:
    """A balance over changed rows: its note, how many there are, and what it made, for the sides that follow it."""

    note: bytes
    rows: int
    hashed: list[bytes] = field(default_factory=list)
    written: bytes = b""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A member, by the key in the trie, and the proof of what stands there."""

    key: bytes
    proof: trie.TrieProof


def run(options: Options) -> Result:
    """Bring a register up and measure at each size up to `options.members`."""
    result = Result(question_of(__doc__))
    largest = options.pick(options.members, SIZES[0])
    register = Register(options.directory)
    brought: list[tuple[str | int | float, ...]] = []
    found: list[tuple[str | int | float, ...]] = []
    for size in [size for size in SIZES if size <= largest]:
        brought.append((size, *register.grow(size)))
        update, commit, nodes = _updates(register, rounds=options.pick(ROUNDS, 1))
        proofs, sizes = _proofs(register, rounds=options.pick(ROUNDS, 1), count=options.pick(PROOFS, 20))
        result.comparisons += [update, commit, *proofs]
        each = [seconds * 1e6 for comparison, side in ((update, UPDATE), (commit, COMMIT))
                for seconds in (comparison.clock(side), statistics.median(comparison.times[side].cpu))]
        found.append((size, register.in_trie, *each, nodes, *sizes))
    register.close()
    result.tables += [
        Table("bringing it up, for each member", ("members", "in the trie", "µs to sequence", "µs to commit",
              "µs in balances", "minutes so far", "peak RssAnon MB", "store MB"), brought),
        Table("a balance, and proofs", ("members", "in the trie", "µs/changed row", "on a core", "µs to commit it",
              "on a core", "nodes made", "siblings", "bytes, present", "bytes, absent"), found),
    ]
    result.notes.append(_reckoned(register, siblings=sizes[0], size=sizes[1]))
    return result


class Register(World):
    """A consortium whose rows lie in a real store, and whose members need not be remembered: they follow from a number.

    Members `number % LEAVING == 0` leave, and are therefore in the trie; the others may claim.
    """

    def __init__(self, directory: Path) -> None:
        super().__init__()
        self.files = MemoryFiles()
        LmdbStore.create(directory / "store", origin=ORIGIN, random=SystemRandom())
        self.store = LmdbStore.open(directory / "store", origin=ORIGIN, reserve_bytes=0)
        self.plain = os.open(directory / "plain", os.O_RDWR | os.O_CREAT)
        self.members = 0
        self.claimed: set[int] = set()
        self._draw = random.Random(self.seed)
        self._head: bytes | None = None
        self._reading = ExitStack()
        self._read()
        self.begin()
        self.cover: int | None = None
        self._took = {"sequence": 0.0, "commit": 0.0, "balance": 0.0}
        self._peak_mb = 0.0
        self.commit()

    @property
    def in_trie(self) -> int:
        """How many members have something on them."""
        return len(self.claimed) + self._left

    @property
    def _left(self) -> int:
        return len(range(0, self.members, LEAVING))

    def close(self) -> None:
        """Give the files back."""
        self._reading.close()
        self.store.close()
        os.close(self.plain)

    def commit(self) -> None:
        """Commit what the entries so far changed."""
        changes = self.state.changes()
        self._peak_mb = max(self._peak_mb, memory_mb("RssAnon"))
        self._reading.close()
        head = b"%d" % len(self.leaves)
        self.store.commit(changes, expect_head=self._head, head=head)
        self._head = head
        self._read()
        self.files.forget(keep=0)

    def grow(self, size: int) -> tuple[int | float, ...]:
        """Enrol up to `size` members, let one in ten leave, balance; what it took for each of the new members."""
        before, took = self.members, dict(self._took)
        while self.members < size:
            count = min(ENROLLED, size - self.members)
            numbers = range(self.members, self.members + count)
            self._enrol("add", numbers)
            self._enrol("remove", [number for number in numbers if number % LEAVING == 0], reason="moved")
            self._timed("commit", self.commit)
            self.members += count
            if self.members == size or self.members % BALANCED == 0:
                self._balance()
            progress(f"register: {self.members:,} members")
        if self.cover is None:
            self.cover = self.insure(self.members - self._left)
            self.commit()
        each = [(self._took[name] - took[name]) / (self.members - before) * 1e6 for name in took]
        return (self.in_trie, *each, sum(self._took.values()) / 60, self._peak_mb, self.store.used_bytes() / 1e6)

    def claim(self, count: int) -> None:
        """Let so many members claim who never did, and commit."""
        for _ in range(count):
            number = self._draw.randrange(self.members)
            while number % LEAVING == 0 or number in self.claimed:
                number = self._draw.randrange(self.members)
            self.claimed.add(number)
            assert self.cover is not None, "a register has a cover once it is brought up"
            self.file_claim(self.cover, self.commitment(number).hex(), 5_000)
        self.commit()

    def choose(self, count: int, *, present: bool) -> list[int]:
        """Members with something on them, or with nothing."""
        if present:
            return self._draw.choices(sorted(self.claimed), k=count)
        numbers: list[int] = []
        while len(numbers) < count:
            number = self._draw.randrange(self.members)
            if number % LEAVING and number not in self.claimed:
                numbers.append(number)
        return numbers

    def commitment(self, number: int) -> bytes:
        """What a member's line commits to."""
        return digest(self.seed, "member", number)

    def _enrol(self, op: str, numbers: Iterable[int], **members: str) -> None:
        lines = self.batch_of([Line(1, self.commitment(number)) for number in numbers])
        note = self.compose("enrolment", "county", county="kb", lines=lines, op=op, period="2018", programme="dlz",
                            **members)
        self._timed("sequence", lambda: self.append(note))

    def _balance(self) -> None:
        note = self.compose("balance", "foundation", publish=[])
        self._timed("balance", lambda: self.append(note))
        self._timed("balance", self.commit)

    def _timed(self, what: str, work: Callable[[], object]) -> None:
        self._took[what] += timed(work)[0]

    def _read(self) -> None:
        self.state = State(self._reading.enter_context(self.store.snapshot()))


def _updates(register: Register, *, rounds: int) -> tuple[Comparison, Comparison, float]:
    """Balances over some changed rows, their commits, and how many nodes each changed row made."""
    rows = min(CHANGED, register.members // 50)
    nodes: list[float] = []

    def prepare(_: int) -> _Update:
        register.claim(rows)
        return _Update(register.compose("balance", "foundation", publish=[]), rows)

    def update(work: _Update) -> int:
        register.append(work.note)
        return work.rows

    def commit(work: _Update) -> int:
        register.commit()
        return work.rows

    def look(work: _Update) -> int:
        changes = register.state.changes()
        made = [value for key, value in changes.items() if value is not None and key.startswith(b"trie ")]
        work.hashed = made + [value for key, value in changes.items() if value and key.startswith(b"trie_row ")]
        work.written = b"".join(key + (value or b"") for key, value in changes.items())
        nodes.append(len(made) / work.rows)
        return work.rows

    def hashes(work: _Update) -> int:
        for data in work.hashed:
            sha256(data).digest()
        return work.rows

    def sync(work: _Update) -> int:
        os.pwrite(register.plain, work.written, 0)
        os.fdatasync(register.plain)
        return work.rows

    # What changed can be looked at only between the two sides that change and commit it; it is no side to be shown.
    sides = {UPDATE: update, "look": look, COMMIT: commit, HASHES: hashes, SYNC: sync}
    what = f"a balance over {rows:,} changed rows, {register.members:,} members"
    times = interleave(sides, prepare=prepare, rounds=rounds, what=what)
    return (Comparison(what, "row", _only(times, UPDATE, HASHES), limit=HASHES),
            Comparison(f"its commit, {register.members:,} members", "row", _only(times, COMMIT, SYNC), limit=SYNC),
            statistics.median(nodes))


def _proofs(
    register: Register, *, rounds: int, count: int
) -> tuple[list[Comparison], tuple[float, float, float]]:
    """Proofs of presence and absence: made, checked, and how long: siblings, bytes present, bytes absent."""
    load, root = loader(register.state), bytes.fromhex(register.state.get("roots")["register"])
    comparisons: list[Comparison] = []
    lengths: dict[bool, float] = {}
    siblings: list[int] = []
    for present in (True, False):
        numbers = register.choose(count, present=present)
        keys = [trie.trie_key("register", register.commitment(number)) for number in numbers]
        asked = [_Asked(key, proof) for key in keys if (proof := trie.prove(root, key, load)) is not None]
        assert all((one.proof.leaf_key == one.key) is present for one in asked), "who claimed is in the trie"
        lengths[present] = statistics.fmean(len(_shown(one.proof)) for one in asked)
        siblings += [len(one.proof.path) for one in asked]
        what = f"prove that {'something' if present else 'nothing'} stands on a member, {register.members:,} members"
        comparisons.append(_proof_times(asked, root, load, present=present, rounds=rounds, what=what))
    return comparisons, (statistics.fmean(siblings), lengths[True], lengths[False])


def _proof_times(
    asked: list[_Asked], root: bytes, load: trie.Load, *, present: bool, rounds: int, what: str
) -> Comparison:
    shown = [TrieProof(one.proof.leaf_key, one.proof.row_hash, one.proof.path) for one in asked]

    def prove(_: int) -> int:
        for one in asked:
            trie.prove(root, one.key, load)
        return len(asked)

    def check(_: int) -> int:
        for one, proof in zip(asked, shown, strict=True):
            if present:
                verify_present(proof, key=one.key, value=proof.value, root=root, what="register")
            else:
                verify_absent(proof, key=one.key, root=root, what="register")
        return len(asked)

    def hashes(_: int) -> int:
        node = bytes(66)
        for one in asked:
            for _bit in range(len(one.proof.path) + 1):
                sha256(node).digest()
        return len(asked)

    sides = {PROVE: prove, CHECK: check, HASHES: hashes}
    return Comparison(what, "proof", interleave(sides, prepare=lambda number: number, rounds=rounds, what=what),
                      limit=HASHES)


def _shown(proof: trie.TrieProof) -> bytes:
    """A proof as receipts show it."""
    path = [[bit, b64encode(sibling).decode()] for bit, sibling in proof.path]
    return format_json({"key": b64encode(proof.leaf_key).decode(), "path": path,
                        "value": b64encode(proof.row_hash).decode()})


def _reckoned(register: Register, *, siblings: float, size: float) -> str:
    """What a trie with all members in it would come to: reckoned, for the store would not fit."""
    more = math.log2(register.members / register.in_trie)
    return (f"Not measured, reckoned: with something on every one of {register.members:,} members a proof would have "
            f"{siblings + more:.1f} siblings, {size * (siblings + more) / siblings:,.0f} bytes: one sibling more for "
            "each doubling of the rows in the trie.")


def _only(times: dict[str, Times], *names: str) -> dict[str, Times]:
    return {name: times[name] for name in names}
