"""The end of the log: one commit for all that belongs together, and the way back while it is not final."""

import msgspec
import pytest

from ledger.errors import LedgerError
from ledger.merkle import leaf_hash, root_hash
from node.errors import StoreError
from node.machines.events import Refusal
from node.machines.final import FINAL
from node.machines.tail import Head, Tail, decode_head, leaf_key, node_key, undo_rows
from tests.simulation.world import ORIGIN, START_MS, MemoryFiles, SimulatedStore, charter, named, notice, terms
from tests.support.faulty_store import FaultyStore

NOTES = (charter(), terms(), notice("county", 1), notice("insurer", 2))


def new_store() -> SimulatedStore:
    return SimulatedStore(lambda: "")


def append(tail: Tail, *notes: bytes) -> None:
    draft, _ = tail.sequence(named(*notes), time_unix_ms=START_MS)
    tail.commit(draft)


def test_leaves_hashes_state_and_head_are_one_commit() -> None:
    store = new_store()
    append(Tail(store, origin=ORIGIN, blobs=MemoryFiles()), *NOTES)
    head = decode_head(store.head)
    leaves = [store.rows.rows[leaf_key(index)] for index in range(4)]
    hashes = [leaf_hash(leaf) for leaf in leaves]
    assert head.root == root_hash(hashes)
    assert [store.rows.rows[node_key(0, index)] for index in range(4)] == hashes
    assert store.rows.rows[node_key(2, 0)] == head.root


def test_a_replay_of_the_leaves_gives_the_same_store() -> None:
    one, other = new_store(), new_store()
    append(Tail(one, origin=ORIGIN, blobs=MemoryFiles()), *NOTES)
    tail = Tail(other, origin=ORIGIN, blobs=MemoryFiles())
    draft, error = tail.replay([one.rows.rows[leaf_key(index)] for index in range(4)])
    assert error is None
    tail.commit(draft)
    assert (other.rows.rows, other.head) == (one.rows.rows, one.head)


def test_what_breaks_a_rule_is_left_out_and_named() -> None:
    tail = Tail(new_store(), origin=ORIGIN, blobs=MemoryFiles())
    draft, outcomes = tail.sequence(
        named(charter(), charter(), notice("county", 1), terms()), time_unix_ms=START_MS
    )  # fmt: skip
    assert [outcome.reason if isinstance(outcome, Refusal) else outcome for _, outcome in outcomes] == [
        0, "charter_first", "terms_missing", 1]  # fmt: skip
    assert draft.after.size == 2


def test_a_replay_stops_at_the_first_leaf_that_is_not_valid() -> None:
    store = new_store()
    append(Tail(store, origin=ORIGIN, blobs=MemoryFiles()), *NOTES)
    leaves = [store.rows.rows[leaf_key(index)] for index in (0, 1, 3, 2)]
    draft, error = Tail(new_store(), origin=ORIGIN, blobs=MemoryFiles()).replay(leaves)
    assert len(draft.leaves) == 2
    assert isinstance(error, LedgerError)


@pytest.mark.parametrize("landed", [False, True], ids=["lost", "landed-but-reported-failed"])
def test_after_a_failed_write_the_log_is_as_before_or_as_after(landed: bool) -> None:
    store = new_store()
    append(Tail(store, origin=ORIGIN, blobs=MemoryFiles()), *NOTES[:2])
    tail = Tail(FaultyStore(store, fail_at=0, landed=landed), origin=ORIGIN, blobs=MemoryFiles())
    with pytest.raises(StoreError):
        append(tail, NOTES[2])
    assert tail.head.size == 2, "what was not reported as written is not built upon"
    assert Tail(store, origin=ORIGIN, blobs=MemoryFiles()).head.size == (3 if landed else 2)


def test_undo_rows_lead_back_to_every_size_that_is_not_final() -> None:
    store = new_store()
    tail = Tail(store, origin=ORIGIN, blobs=MemoryFiles())
    seen: list[tuple[dict[bytes, bytes], bytes | None]] = []
    for note in NOTES:
        seen.append((dict(store.rows.rows), store.head))
        append(tail, note)
    for size in (3, 2, 1, 0):
        head, before = msgspec.msgpack.decode(
            store.own.rows[b"undo %016d" % size], type=tuple[bytes | None, dict[bytes, bytes | None]]
        )  # fmt: skip
        store.rows.apply(before)
        assert (store.rows.rows, head) == seen[size]


def test_undo_rows_go_when_what_they_would_undo_is_final() -> None:
    store = new_store()
    tail = Tail(store, origin=ORIGIN, blobs=MemoryFiles())
    for note in NOTES:
        append(tail, note)
    with store.snapshot() as snapshot:
        assert sorted(undo_rows(snapshot, final_size=3)) == [b"undo %016d" % size for size in range(3)]
        assert snapshot.local.get(FINAL) is None


def test_an_empty_store_has_the_empty_log() -> None:
    assert decode_head(None) == Head()
