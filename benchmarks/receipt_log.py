"""A log that grows, and receipts of each kind out of its operator's store (benchmarks/workload.py)."""

import json
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from benchmarks.signatures import Part, signed_parts
from benchmarks.workload import GIFT, MemoryFiles, Operator, Stream
from ledger.leaf import entry_of
from ledger.note import parse_note
from ledger.receipt import cover_receipt, donation_receipt, entry_receipt
from ledger.state import State
from node.machines.final import read_final
from node.machines.sequencer import ENTRIES_MAX
from node.machines.tail import decode_head, leaf_key, read_node
from node.ports import Snapshot
from tests.support.world import PARTIES
from verifier.log.policy import Policy, parse_policy

QUORUM = 3
LINE = 50
FILES_KEPT = 2_000


@dataclass(frozen=True, slots=True)
class Archive:
    """What the builder of a receipt reads of a node."""

    snapshot: Snapshot
    files: MemoryFiles

    def leaf(self, index: int) -> bytes:
        """The leaf at `index`."""
        leaf = self.snapshot.get(leaf_key(index))
        assert leaf is not None, f"leaf {index} is below the head"
        return leaf

    def node(self, level: int, index: int) -> bytes:
        """The hash of a complete subtree."""
        return read_node(self.snapshot, level, index)

    def batch(self, root: bytes) -> bytes | None:
        """A batch file."""
        return self.files.batch(root)

    def body(self, name: bytes) -> bytes | None:
        """A sealed body."""
        return self.files.body(name)


class ReceiptLog:
    """One operator's log; receipts are for lines of 200 cycles before its end, and for the drive near its beginning."""

    def __init__(self, directory: Path) -> None:
        self.stream = Stream()
        self._files = MemoryFiles()
        self._operator = Operator(directory, self.stream, files=self._files)
        self._size = self._operator.submit(self.stream.take(1))
        # It goes in behind the first cycle, which is signed already.
        self._drive = self.stream.act("drive", "foundation", document="33" * 32, programme="dlz", text="drive of 2018")
        self._held = ExitStack()

    @property
    def policy_text(self) -> bytes:
        """The log's key, and three of the four parties."""
        keys = {name: self.stream.cosigners[name].verifier.vkey for name in PARTIES}
        witnesses = "".join(f"witness {name} {vkey}\n" for name, vkey in keys.items())
        group = f"group parties {QUORUM} {' '.join(PARTIES)}\nquorum parties\n"
        return f"log {self.stream.log_key.verifier.vkey}\n{witnesses}{group}".encode()

    @property
    def policy(self) -> Policy:
        """The same, parsed."""
        return parse_policy(self.policy_text, what="policy")

    def parts(self, receipt: bytes) -> list[Part]:
        """What PyNaCl verifies of a receipt: the signatures of its leaves, of the checkpoint, of its cosigners."""
        value = json.loads(receipt)
        entries = [entry_of(leaf.encode()) for _, leaf in value["leaves"]]
        return signed_parts(entries, self.stream) + self.checkpoint_parts(value["checkpoint"].encode())

    def checkpoint_parts(self, checkpoint: bytes) -> list[Part]:
        """What PyNaCl verifies of a checkpoint: the log's signature and each cosignature."""
        note = parse_note(checkpoint)
        cosigners = {key.name: key.verifier.public for key in self.stream.cosigners.values()}
        parts: list[Part] = []
        for line in note.signatures:
            if line.name in cosigners:
                message = b"cosignature/v1\ntime %d\n%b" % (int.from_bytes(line.blob[:8], "big"), note.text)
                parts.append((line.blob[8:] + message, cosigners[line.name]))
            else:
                parts.append((line.blob + note.text, self.stream.log_key.verifier.public))
        return parts

    def grow(self, size: int) -> "Receipts":
        """Grow to `size` leaves; gives what can be had of them until the log grows again."""
        self._held.close()
        while self._size < size:
            notes = self.stream.take(min(ENTRIES_MAX, size - self._size))
            self.stream.move_files(self._files)
            self._size += self._operator.submit(notes)
            self._files.forget(keep=FILES_KEPT)
        snapshot = self._held.enter_context(self._operator.store.snapshot())
        return Receipts(Archive(snapshot, self._files), self.stream, drive=self._drive)

    def close(self) -> None:
        """Give the store back."""
        self._held.close()
        self._operator.close()


class Receipts:
    """Receipts under one checkpoint."""

    def __init__(self, archive: Archive, stream: Stream, *, drive: int) -> None:
        final = read_final(archive.snapshot)
        assert final is not None, "the log is final"
        self.size = decode_head(archive.snapshot.head).size
        self._note = final.note
        self._archive, self._state = archive, State(archive.snapshot)
        self._stream, self._case, self._drive = stream, stream.cases[0], drive

    def builders(self) -> dict[str, Callable[[], bytes]]:
        """What builds a receipt of each kind."""
        return {
            "donation": self._donation,
            "cover, with a claim": lambda: self._cover(0),
            "cover, nothing claimed": lambda: self._cover(1),
            "entry: a donation": lambda: self.entry(self._case.donation[0]),
            "entry: a drive": lambda: self.entry(self._drive),
        }

    def entry(self, index: int) -> bytes:
        """The receipt of the entry in any leaf."""
        return entry_receipt(self._archive, self._state, self._note, index=index)

    def _donation(self) -> bytes:
        entry, batch = self._case.donation
        return donation_receipt(
            self._archive, self._state, self._note, entry=entry, line=LINE, salt=self._stream.salt_of(batch, LINE),
            opening=self._stream.opening_of(batch, LINE, GIFT),
        )  # fmt: skip

    def _cover(self, line: int) -> bytes:
        entry, batch = self._case.enrolment
        return cover_receipt(
            self._archive, self._state, self._note, entry=entry, line=line, salt=self._stream.salt_of(batch, line),
            opening=self._stream.opening_of(batch, line, 1),
        )  # fmt: skip
