"""The work: entries of one programme, and an operator's node that takes them in.

The entries come in cycles: gifts are given, settled and passed to the county, ten persons enrol, one of them claims, is
paid and has the money; something is spent, something is noted; now and then a trial balance. So most kinds of the rules
take part, and rows of every table grow with the log.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from ledger.batch import Line
from ledger.commitment import commit
from ledger.cosignature import cosign
from ledger.errors import LedgerError
from ledger.note import parse_note
from node.machines.events import Answered, Ask, Event, Refused, Reply, Submitted, Ticked
from node.machines.final import read_final
from node.machines.node import Identity, Node
from node.machines.offer import parse_offer
from node.ports import WritableBlobs
from node.signer import SystemRandom
from node.store_lmdb import LmdbStore
from tests.support.world import ORIGIN, TERMS, Files, World, digest

BALANCE_CYCLES = 64  # a trial balance every so many cycles: about every 900 leaves
GIFTS = 100
PERSONS = 10
GIFT = 300
CASES_KEPT = 200
SHARE = GIFT * GIFTS * 9 // 10  # of a cycle's gifts for claims, by the split of the terms


@dataclass(frozen=True, slots=True)
class Case:
    """Lines of one cycle for which a receipt can be asked: leaf index and batch number of each."""

    donation: tuple[int, int]
    enrolment: tuple[int, int]  # its line 0 is the person who claims, its line 1 never does


class Composer(World):
    """The same parties and acts as in the tests, but entries are only signed: their leaf indices are counted here."""

    def __init__(self, seed: int = 0) -> None:
        super().__init__(seed)
        self.batches = 0
        self.size = 0
        self._signed: list[bytes] = []

    def append(self, note: bytes) -> int:
        """Keep a signed entry for whoever takes it; its leaf index will be the one returned."""
        self._signed.append(note)
        self.size += 1
        return self.size - 1

    def hand_over(self) -> list[bytes]:
        """Hand over the entries that were signed since the last call."""
        signed, self._signed = self._signed, []
        return signed

    def move_files(self, target: WritableBlobs) -> int:
        """Move the files that the entries so far name to `target`; how many there were."""
        kinds = {"batch": self.files.batches, "body": self.files.bodies, "tags": self.files.tag_files}
        count = 0
        for kind, files in kinds.items():
            for name, content in files.items():
                target.put(kind, content, address=name)
            count += len(files)
            files.clear()
        return count

    def batch(self, amounts: list[int], *, label: str = "line") -> dict[str, Any]:
        """Put a batch among the files whose lines are opened by `salt_of` and `opening_of`."""
        self.batches += 1
        return self.batch_of([
            Line(amount, commit(self.salt_of(self.batches, at), self.opening_of(self.batches, at, amount)))
            for at, amount in enumerate(amounts)
        ])

    def salt_of(self, batch: int, line: int) -> bytes:
        """The salt of a line."""
        return digest(self.seed, "salt", batch, line)

    def opening_of(self, batch: int, line: int, amount: int) -> dict[str, Any]:
        """What a line commits to."""
        trade = f"{batch:012d}{line:08d}"
        return {"amount": amount, "at": "2018-03-01T14:03:22", "channel": "alipay", "trade": trade}


class Stream(Composer):
    """Entries of one county without end, in cycles."""

    def __init__(self, seed: int = 0) -> None:
        super().__init__(seed)
        self.cases: deque[Case] = deque(maxlen=CASES_KEPT)
        self._notes = self._compose()

    def take(self, count: int) -> list[bytes]:
        """Sign the next `count` entries."""
        return list(islice(self._notes, count))

    def _compose(self) -> Iterator[bytes]:
        self.begin()
        cover = self.insure(0)
        cycle = 0
        while True:
            self._cycle(cycle, cover)
            cycle += 1
            yield from self.hand_over()

    def _cycle(self, cycle: int, cover: int) -> None:
        enrolment, members = self.enrol(PERSONS)
        enrolled = enrolment, self.batches
        donation = self.give(*[GIFT] * GIFTS)
        self.cases.append(Case((donation, self.batches), enrolled))
        self.settle(GIFT * GIFTS)
        self.premium(SHARE)
        claim = self.file_claim(cover, members[0], 2 * SHARE)
        decision = self.decide(claim, SHARE, benefits=[self._benefit()])
        self.confirm(self.pay(decision, SHARE))
        self.act("spend", "foundation", amount=GIFT * GIFTS - SHARE, programme="dlz", purpose="management",
                 ref=f"S{cycle}", to="spent/dlz/management", **{"from": "fund/dlz/other"})
        self.act("notice", "county", document="77" * 32, programme="dlz", text=f"cycle {cycle}")
        if cycle % BALANCE_CYCLES == BALANCE_CYCLES - 1:
            self.act("balance", "foundation", publish=["claims/dlz/kb"])

    def _benefit(self) -> dict[str, Any]:
        """What the terms pay for a claim of twice the share, worked out here, for this world has no state."""
        cap = TERMS["formulas"]["inpatient"]["caps"][0]["amount"]
        steps = [
            {"clause": "base", "in": [2 * SHARE], "name": "residual", "op": "base", "out": 2 * SHARE},
            {"clause": "deductible", "in": [2 * SHARE, 0], "op": "deductible", "out": 2 * SHARE},
            {"clause": "ratio_bp", "in": [2 * SHARE, 5000], "op": "ratio", "out": SHARE},
            {"clause": "caps.0", "in": [SHARE, cap, 0], "name": "policy", "op": "cap", "out": SHARE},
        ]
        return {"amount": SHARE, "benefit": "inpatient", "steps": steps}


class MemoryFiles(Files):
    """Files in memory, where what is measured is not their way to the disk."""

    def has(self, kind: str, address: bytes) -> bool:
        """Whether the file is here."""
        return address in self._of(kind)

    def put(self, kind: str, content: bytes, *, address: bytes) -> None:
        """Keep the file."""
        self._of(kind)[address] = content

    def forget(self, *, keep: int) -> None:
        """Forget all files but the newest `keep` of each kind."""
        for files in (self.batches, self.bodies, self.tag_files):
            for name in list(files)[: max(0, len(files) - keep)]:
                del files[name]

    def _of(self, kind: str) -> dict[bytes, bytes]:
        return {"batch": self.batches, "body": self.bodies, "tags": self.tag_files}[kind]


class Operator:
    """The operator's node: its real machines over a real store. The other parties cosign whatever they are offered."""

    def __init__(self, directory: Path, world: World, *, files: WritableBlobs) -> None:
        LmdbStore.create(directory / "store", origin=ORIGIN, random=SystemRandom())
        self.store = LmdbStore.open(directory / "store", origin=ORIGIN, reserve_bytes=0)
        self._cosigners = world.cosigners
        self._now = world.time_unix_ms
        identity = Identity(
            party="platform", origin=ORIGIN, operator="platform", entry_key=world.keys["platform"],
            cosigner_key=world.cosigners["platform"], log_key=world.log_key,
        )  # fmt: skip
        self._node = Node(identity, store=self.store, blobs=files, waiting_max=100_000)

    def submit(self, notes: Sequence[bytes], *, after_ms: int = 1_000) -> int:
        """Hand entries in at once, so long after those before; they are final on return. Returns how many.

        Raises:
            LedgerError: one was refused.
        """
        before = self._node.tail.head.size
        self._now += after_ms
        events: deque[Event] = deque((Submitted(tuple(enumerate(notes))), Ticked()))
        while events:
            for effect in self._node.step(events.popleft(), self._now):
                match effect:
                    case Ask(key, party, _, "/add-checkpoint", body):
                        events.append(Answered(key, 200, self._cosign(party, body)))
                    case Refused() | Reply(status=400 | 403 | 422 | 503):
                        raise LedgerError(f"the node answered {effect}")
        with self.store.snapshot() as snapshot:
            final = read_final(snapshot)
        assert final is not None and final.size == before + len(notes), "not all entries are final"
        return len(notes)

    def close(self) -> None:
        """Give the store back."""
        self.store.close()

    def _cosign(self, party: str, body: bytes) -> bytes:
        text = parse_note(parse_offer(body).note).text
        return f"{cosign(text, key=self._cosigners[party], time_unix_s=self._now // 1000)}\n".encode()
