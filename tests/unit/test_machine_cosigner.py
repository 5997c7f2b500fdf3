"""The cosigner: the order of its checks and their statuses (C2SP tlog-witness, 7.1), then what a party adds to them."""

import base64
from collections.abc import Callable

import pytest

from ledger.checkpoint import Checkpoint, sign_checkpoint
from ledger.cosignature import verify_cosignature
from ledger.keys import ED25519
from ledger.merkle import EMPTY_ROOT
from ledger.note import parse_note, parse_signatures
from ledger.proof import prove_consistency, verify_consistency
from ledger.state import row_key
from node.machines.charter import CharterReader
from node.machines.cosigner import PATIENCE_MS, Cosigner
from node.machines.events import Alarm, CheckpointOffered, Effect, Grew, Keep, Reply, Ticked
from node.machines.final import FINAL
from node.machines.offer import format_offer
from node.machines.replica import Invalid, Replica
from node.machines.tail import Tail, read_node
from tests.simulation.world import (
    ORIGIN,
    START_MS,
    MemoryFiles,
    SimulatedStore,
    charter,
    cosigner_key,
    entry_key,
    named,
    notice,
    signing_key,
    terms,
)

LOG = signing_key(ORIGIN, ED25519)
KEY = cosigner_key("county")


class Witness:
    """A cosigner beside a log of charter, terms and two notices, stamped a second apart."""

    def __init__(self) -> None:
        self.store = SimulatedStore(lambda: "")
        self.tail = Tail(self.store, origin=ORIGIN, blobs=MemoryFiles())
        self.roots = [EMPTY_ROOT]
        for number, note in enumerate((charter(), terms(), notice("county", 1), notice("county", 2))):
            self.append(note, time_unix_ms=START_MS + number * 1000)
        self.restart()

    def append(self, note: bytes, *, time_unix_ms: int) -> None:
        draft, _ = self.tail.sequence(named(note), time_unix_ms=time_unix_ms)
        self.tail.commit(draft)
        self.roots.append(draft.after.root)

    def restart(self) -> None:
        charters = CharterReader(self.store, origin=ORIGIN)
        self.replica = Replica(
            self.store, party="county", operator="platform", genesis=None, entry_key=entry_key("county"),
            tail=self.tail, blobs=MemoryFiles(), charters=charters,
        )  # fmt: skip
        self.cosigner = Cosigner(
            self.store, origin=ORIGIN, key=KEY, tail=self.tail, charters=charters, replica=self.replica
        )  # fmt: skip

    def path(self, old: int, new: int) -> list[bytes]:
        with self.store.snapshot() as snapshot:
            return prove_consistency(old=old, new=new, nodes=lambda level, index: read_node(snapshot, level, index))

    def checkpoint(self, size: int, *, root: bytes | None = None) -> bytes:
        return sign_checkpoint(Checkpoint(ORIGIN, size, self.roots[size] if root is None else root), key=LOG)

    def offer(self, body: bytes, *, now: int = START_MS) -> list[Effect]:
        return self.cosigner.step(CheckpointOffered(1, body), now)

    def answer(self, body: bytes, *, now: int = START_MS) -> Reply:
        reply = self.offer(body, now=now)[-1]
        assert isinstance(reply, Reply)
        return reply

    def grow(self, old: int, new: int, *, now: int = START_MS) -> Reply:
        path = self.path(old, new) if old not in (0, new) else []
        return self.answer(format_offer(old=old, path=path, note=self.checkpoint(new)), now=now)


@pytest.fixture
def witness() -> Witness:
    return Witness()


def test_it_cosigns_what_it_holds_and_the_line_verifies(witness: Witness) -> None:
    reply = witness.grow(0, 2)
    assert reply.status == 200
    [line] = parse_signatures(reply.body, what="answer")
    text = parse_note(witness.checkpoint(2)).text
    assert verify_cosignature(text, line, key=KEY.verifier) == START_MS // 1000


def test_it_grows_with_a_proof_and_remembers_across_a_restart(witness: Witness) -> None:
    assert witness.grow(0, 2).status == 200
    witness.restart()
    assert (witness.grow(0, 4).status, witness.grow(0, 4).body) == (409, b"2\n")
    assert witness.grow(2, 4).status == 200
    assert witness.grow(2, 4).body == b"4\n"


def test_the_record_is_written_before_the_signature_leaves(witness: Witness) -> None:
    witness.store.put_local = lambda changes: (_ for _ in ()).throw(OSError("no"))  # type: ignore[method-assign]
    with pytest.raises(OSError, match="no"):
        witness.grow(0, 2)
    del witness.store.put_local
    assert witness.grow(0, 3).status == 200


def test_a_refresh_signs_the_same_head_at_a_new_time(witness: Witness) -> None:
    first, second = witness.grow(0, 2), witness.grow(2, 2, now=START_MS + 60_000)
    assert (first.status, second.status) == (200, 200)
    assert first.body != second.body


OTHER = b"\x07" * 32


def plain(size: int, *, path: list[bytes] | None = None) -> Callable[[Witness], bytes]:
    return lambda witness: format_offer(old=0, path=path or [], note=witness.checkpoint(size))


STATUSES: list[tuple[str, int, Callable[[Witness], bytes]]] = [
    ("no-empty-line", 400, lambda w: b"old 0\n"),
    ("old-with-leading-zero", 400, lambda w: plain(2)(w).replace(b"0", b"00", 1)),
    ("sixty-four-hashes", 400, plain(2, path=[OTHER] * 64)),
    ("hash-with-stray-bits", 400, lambda w: plain(2, path=[OTHER])(w).replace(b"c=", b"d=", 1)),
    ("not-a-note", 400, lambda w: format_offer(old=0, path=[], note=b"hello\n")),
    ("another-log", 404, lambda w: format_offer(old=0, path=[], note=sign_checkpoint(
        Checkpoint("ledger.example/other", 1, OTHER), key=signing_key("ledger.example/other", ED25519)))),
    ("another-logs-key", 403, lambda w: format_offer(old=0, path=[], note=w.checkpoint(2).replace(
        b"\xe2\x80\x94 ledger.example/simulated", b"\xe2\x80\x94 ledger.example/somebody"))),
    ("signature-of-another-head", 403, lambda w: format_offer(old=0, path=[], note=w.checkpoint(2).replace(
        b"\n2\n", b"\n3\n"))),
    ("old-above-size", 400, lambda w: format_offer(old=3, path=[], note=w.checkpoint(2))),
    ("old-not-the-last", 409, lambda w: format_offer(old=1, path=[], note=w.checkpoint(2))),
    ("empty-log-with-a-root", 422, lambda w: format_offer(old=0, path=[], note=w.checkpoint(0, root=OTHER))),
    ("hashes-from-nothing", 422, plain(2, path=[OTHER])),
    ("another-root", 422, lambda w: format_offer(old=0, path=[], note=w.checkpoint(2, root=OTHER))),
]  # fmt: skip


@pytest.mark.parametrize(("status", "body"), [pytest.param(s, b, id=name) for name, s, b in STATUSES])
def test_the_first_check_that_fails_answers(status: int, body: Callable[[Witness], bytes], witness: Witness) -> None:
    assert witness.answer(body(witness)).status == status
    assert witness.grow(0, 2).status == 200, "a refused offer changes nothing"


AFTER_TWO: list[tuple[str, int, Callable[[Witness], bytes]]] = [
    ("proof-missing", 422, lambda w: format_offer(old=2, path=[], note=w.checkpoint(4))),
    ("proof-of-something-else", 422, lambda w: format_offer(old=2, path=[OTHER], note=w.checkpoint(4))),
    ("refresh-with-hashes", 422, lambda w: format_offer(old=2, path=[OTHER], note=w.checkpoint(2))),
    ("another-root-at-the-same-size", 422, lambda w: format_offer(old=2, path=[], note=w.checkpoint(2, root=OTHER))),
    ("smaller-log", 409, lambda w: format_offer(old=1, path=[], note=w.checkpoint(1))),
]


@pytest.mark.parametrize(("status", "body"), [pytest.param(s, b, id=name) for name, s, b in AFTER_TWO])
def test_it_never_goes_back_or_aside(status: int, body: Callable[[Witness], bytes], witness: Witness) -> None:
    assert witness.grow(0, 2).status == 200
    assert witness.answer(body(witness)).status == status
    assert witness.grow(2, 4).status == 200


def test_a_second_root_is_kept_as_evidence_with_the_first(witness: Witness) -> None:
    witness.grow(0, 2)
    effects = witness.offer(format_offer(old=2, path=[], note=witness.checkpoint(2, root=OTHER)))
    [keep] = [effect for effect in effects if isinstance(effect, Keep)]
    assert [effect.name for effect in effects if isinstance(effect, Alarm)] == ["split_view"]
    assert witness.checkpoint(2, root=OTHER) in keep.content
    assert witness.checkpoint(2) in keep.content


def test_a_true_head_with_a_false_proof_accuses_nobody(witness: Witness) -> None:
    witness.grow(0, 2)
    effects = witness.offer(format_offer(old=2, path=[OTHER], note=witness.checkpoint(4)))
    assert [type(effect) for effect in effects] == [Reply]


def test_an_offer_of_leaves_on_their_way_waits_for_them(witness: Witness) -> None:
    ahead = Witness()
    ahead.append(notice("county", 3), time_unix_ms=START_MS + 4000)
    body = format_offer(old=0, path=[], note=ahead.checkpoint(5))
    assert witness.offer(body) == []
    witness.append(notice("county", 3), time_unix_ms=START_MS + 4000)
    [reply] = witness.cosigner.step(Grew(5, ()), START_MS)
    assert isinstance(reply, Reply)
    assert reply.status == 200


def test_an_offer_of_leaves_that_do_not_come_is_answered_with_503(witness: Witness) -> None:
    ahead = Witness()
    ahead.append(notice("county", 3), time_unix_ms=START_MS + 4000)
    assert witness.offer(format_offer(old=0, path=[], note=ahead.checkpoint(5))) == []
    assert witness.cosigner.step(Ticked(), START_MS + PATIENCE_MS - 1) == []
    [reply] = witness.cosigner.step(Ticked(), START_MS + PATIENCE_MS)
    assert isinstance(reply, Reply)
    assert (reply.status, reply.retry_after_s) == (503, 1)


def test_nothing_is_cosigned_over_an_invalid_leaf(witness: Witness) -> None:
    ahead = Witness()
    ahead.append(notice("county", 3), time_unix_ms=START_MS + 4000)
    witness.replica.invalid = Invalid(4, b"a signed refusal\n")
    keep, reply = witness.offer(format_offer(old=0, path=[], note=ahead.checkpoint(5)))
    assert isinstance(reply, Reply)
    assert (reply.status, reply.body) == (422, b"a signed refusal\n")
    assert keep == Keep("head-over-4", ahead.checkpoint(5))


def test_a_leaf_ahead_of_the_clock_waits_and_is_cosigned_when_the_clock_has_come(witness: Witness) -> None:
    assert witness.grow(0, 4, now=START_MS + 3000 - 60_001).status == 503
    assert witness.grow(0, 4, now=START_MS + 3000 - 60_000).status == 200


def test_a_leaf_dated_before_the_last_cosignature_is_refused(witness: Witness) -> None:
    assert witness.grow(0, 2, now=START_MS).status == 200
    assert witness.grow(2, 2, now=START_MS + 63_000).status == 200
    assert witness.grow(2, 4, now=START_MS + 63_000).status == 422, "leaf 2 is 61 s below the last cosignature"


def test_a_clock_that_was_set_back_takes_the_floor_back_with_it(witness: Witness) -> None:
    assert witness.grow(0, 2, now=START_MS + 600_000).status == 200
    assert witness.grow(2, 4, now=START_MS + 600_000).status == 422
    assert witness.grow(2, 4, now=START_MS).status == 200


def test_leaves_under_a_final_head_are_not_judged_by_their_time_again(witness: Witness) -> None:
    assert witness.grow(0, 2, now=START_MS + 600_000).status == 200
    witness.store.put_local({FINAL: witness.checkpoint(4)})
    assert witness.grow(2, 4, now=START_MS + 600_000).status == 200


@pytest.mark.parametrize("row", [row_key("lost", 1), row_key("promise")], ids=["state-was-lost", "promised-to-epoch-2"])
def test_a_party_that_may_not_sign_in_this_epoch_does_not(row: bytes, witness: Witness) -> None:
    witness.store.put_local({row: b"2"})
    witness.restart()
    reply = witness.grow(0, 2)
    assert (reply.status, reply.body) == (422, b"this party signs nothing more in epoch 1\n")


@pytest.mark.parametrize("old", [4, 3, 0], ids=["400", "409", "409-from-nothing"])
def test_F19_a_second_head_of_the_log_is_kept_whatever_the_answer_and_can_be_judged_offline(
    witness: Witness, old: int
) -> None:
    assert witness.grow(0, 4).status == 200
    forged = witness.checkpoint(3, root=bytes(32))
    keep, alarm, reply = witness.offer(format_offer(old=old, path=[], note=forged))
    assert isinstance(reply, Reply)
    assert reply.status == (400 if old > 3 else 409)
    assert isinstance(alarm, Alarm)
    assert alarm.name == "split_view"
    assert isinstance(keep, Keep)
    message, rest = keep.content.split(b"\n\n", 1)
    assert b"the 3 leaves served to this party lead to" in message
    assert rest.startswith(forged)
    # Both heads carry the log's signature, and the larger one proves which root it has at the smaller size.
    lines = rest.removeprefix(forged).decode().split("\n")[:-1]
    assert lines[:2] == [ORIGIN, "4"]
    assert lines[4].startswith(f"— {ORIGIN} ")
    assert lines[5].startswith(f"— {KEY.name} ")
    root, *path = (base64.b64decode(line) for line in lines[6:])
    assert root == witness.roots[3] != bytes(32)
    new_root = base64.b64decode(lines[2])
    verify_consistency(old_size=3, new_size=4, old_root=root, new_root=new_root, path=path)
