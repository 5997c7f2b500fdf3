"""The end of the log in this node's store, and the only way to make it longer.

    rows     FF "leaf" u64 index                 the leaf
             FF "node" u8 level u64 index        hash of the complete subtree [index << level, (index + 1) << level)
    head     {"epoch","frontier","root","size","time_unix_ms"}
    local    undo <size>                         what the rows changed after that size held before, and its head row


FF stands behind every table of the state, so these rows are no part of its root. Leaves, hashes, state rows and head
move in one commit, and the head by compare-and-swap. Undo rows stand while what they would undo is not final: a
handover may end the epoch there.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import msgspec

from ledger.commitment import text_hash
from ledger.errors import FormatError, LedgerError, Missing, ProofError, Rejected, SignatureError
from ledger.leaf import entry_of, stamp_of
from ledger.merkle import EMPTY_ROOT, Frontier, leaf_hash
from ledger.note import parse_note
from ledger.sequence import replay, sequence
from ledger.state import State, row_key
from ledger.validate import CheckedEntry
from node.machines.events import Refusal
from node.ports import NO_CHANGES, Changes, EntryBlobs, Reader, Snapshot, Store

EPOCH = 1  # the only one until there are handovers; the rows that depend on it are kept by epoch from the start


# LedgerError last: it stands for all others.
_CLASSES = (
    (FormatError, "format"), (SignatureError, "signature"), (Missing, "missing"), (ProofError, "proof"),
    (LedgerError, "other"),
)  # fmt: skip


class Head(msgspec.Struct, frozen=True):
    """Size, root and frontier of the log, and the time of its last leaf; the head row is its JSON."""

    epoch: int = EPOCH
    size: int = 0
    root: bytes = EMPTY_ROOT
    frontier: tuple[bytes, ...] = ()
    time_unix_ms: int = 0


def encode_head(head: Head) -> bytes:
    """The head row."""
    return msgspec.json.encode(head)


def decode_head(row: bytes | None) -> Head:
    """The head that `row` says; the empty log's where there is none."""
    return Head() if row is None else msgspec.json.decode(row, type=Head)


def leaf_key(index: int) -> bytes:
    """Where leaf `index` is stored."""
    return b"\xffleaf" + index.to_bytes(8, "big")


def node_key(level: int, index: int) -> bytes:
    """Where the hash of a complete subtree is stored."""
    return b"\xffnode" + level.to_bytes(1, "big") + index.to_bytes(8, "big")


def undo_rows(snapshot: Snapshot, *, final_size: int) -> Changes:
    """The deletion of the undo rows that a final head of `final_size` leaves makes needless."""
    rows = snapshot.local.scan(row_key("undo", 0), row_key("undo", final_size))
    return {key: None for key, _ in rows}


def read_node(rows: Reader, level: int, index: int) -> bytes:
    """The hash of a complete subtree that this log has."""
    value = rows.get(node_key(level, index))
    assert value is not None, f"node {level}/{index} is missing below the head"
    return value


def refusal_of(error: LedgerError) -> Refusal:
    """Why an entry is refused: the rule's stable reason, or the class of the error where no rule was reached."""
    if isinstance(error, Rejected):
        return Refusal(error.reason, str(error))
    return Refusal(next(name for kind, name in _CLASSES if isinstance(error, kind)), str(error))


@dataclass(frozen=True, slots=True)
class Draft:
    """Leaves that would follow the log's end, with all that would change. Nothing of it is durable."""

    before: Head
    after: Head
    leaves: tuple[bytes, ...]
    changes: Changes


class Tail:
    """The log's end. Not for two threads."""

    def __init__(self, store: Store, *, origin: str, blobs: EntryBlobs) -> None:
        self.origin = origin
        self._store = store
        self._blobs = blobs
        with store.snapshot() as snapshot:
            self._row = snapshot.head
        self.head = decode_head(self._row)

    def sequence(
        self, entries: Iterable[tuple[bytes, bytes | CheckedEntry]], *, time_unix_ms: int
    ) -> tuple[Draft, tuple[tuple[bytes, int | Refusal], ...]]:
        """Stamp `entries`, each behind its text hash, but for those that break a rule; with the outcome of each."""
        leaves: list[bytes] = []
        outcomes: list[tuple[bytes, int | Refusal]] = []
        with self._store.snapshot() as snapshot:
            state = State(snapshot)
            for name, entry in entries:
                index = state.size
                try:
                    leaf = sequence(
                        state, entry, origin=self.origin, time_unix_ms=time_unix_ms, blobs=self._blobs
                    )  # fmt: skip
                except LedgerError as error:
                    outcomes.append((name, refusal_of(error)))
                else:
                    leaves.append(leaf)
                    outcomes.append((name, index))
            return self._draft(leaves, state, time_unix_ms=time_unix_ms), tuple(outcomes)

    def replay(self, leaves: Sequence[bytes]) -> tuple[Draft, LedgerError | None]:
        """Replay `leaves` in their order up to the first that is not valid, whose error is returned beside the rest."""
        good: list[bytes] = []
        error: LedgerError | None = None
        with self._store.snapshot() as snapshot:
            state = State(snapshot)
            for leaf in leaves:
                try:
                    replay(state, leaf, origin=self.origin, blobs=self._blobs)
                except LedgerError as problem:
                    error = problem
                    break
                good.append(leaf)
            time_unix_ms = stamp_of(good[-1]).time_unix_ms if good else self.head.time_unix_ms
            return self._draft(good, state, time_unix_ms=time_unix_ms), error

    def commit(self, draft: Draft, local: Changes = NO_CHANGES) -> None:
        """Make `draft` durable together with the node's own rows `local`. Raises like Store.commit."""
        assert draft.before == self.head, "a draft is committed on the head it was made for"
        row = encode_head(draft.after)
        with self._store.snapshot() as snapshot:
            undo = (self._row, {key: snapshot.get(key) for key in draft.changes})
        rows = {**local, row_key("undo", draft.before.size): msgspec.msgpack.encode(undo)}
        self._store.commit(draft.changes, rows, expect_head=self._row, head=row)
        self._row = row
        self.head = draft.after

    def _draft(self, leaves: list[bytes], state: State, *, time_unix_ms: int) -> Draft:
        before = self.head
        if not leaves:
            return Draft(before, before, (), NO_CHANGES)
        frontier = Frontier(size=before.size, hashes=before.frontier)
        completed = frontier.append_many([leaf_hash(leaf) for leaf in leaves])
        changes: dict[bytes, bytes | None] = dict(state.changes())
        for index, leaf in enumerate(leaves, before.size):
            changes[leaf_key(index)] = leaf
        for (level, index), subtree in completed:
            changes[node_key(level, index)] = subtree
        after = Head(before.epoch, frontier.size, frontier.root(), frontier.hashes, time_unix_ms)
        return Draft(before, after, tuple(leaves), changes)


def text_hash_of(leaf: bytes) -> bytes:
    """The text hash of the entry in `leaf`."""
    return text_hash(parse_note(entry_of(leaf)).text)
