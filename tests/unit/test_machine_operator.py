"""The operator's machines: one open proposal, repeated and never replaced; what counts, and when not to stamp."""

import pytest

from ledger.checkpoint import parse_checkpoint
from ledger.commitment import text_hash
from ledger.cosignature import cosign
from ledger.leaf import stamp_of
from ledger.note import parse_note
from node.machines.charter import CharterReader, parse_charter
from node.machines.collector import OFFSET_MS_MAX, RETRY_MS, Collector
from node.machines.events import (
    Alarm,
    Answered,
    Ask,
    BecameFinal,
    Effect,
    Event,
    Grew,
    Refused,
    Reply,
    Submitted,
    Ticked,
)
from node.machines.final import cosigners, read_final
from node.machines.node import Identity, Node
from node.machines.offer import parse_offer
from node.machines.outbox import SWEEP_MS, outbox_key
from node.machines.tail import leaf_key
from tests.simulation.world import (
    ORIGIN,
    PARTIES,
    START_MS,
    MemoryFiles,
    SimulatedStore,
    charter,
    cosigner_key,
    entry_key,
    notice,
    signing_key,
    terms,
)

OTHERS = ("county", "foundation", "insurer")


class Operator:
    """The operator's node, and the other parties played by hand."""

    def __init__(self) -> None:
        self.store = SimulatedStore(lambda: "")
        self.now = START_MS
        self.restart()

    def restart(self) -> None:
        identity = Identity(
            party="platform", origin=ORIGIN, operator="platform", entry_key=entry_key("platform"),
            cosigner_key=cosigner_key("platform"), log_key=signing_key(ORIGIN, 1),
        )  # fmt: skip
        self.node = Node(identity, store=self.store, blobs=MemoryFiles(), waiting_max=5)

    def step(self, event: Event) -> list[Effect]:
        return list(self.node.step(event, self.now))

    def submit(self, *notes: bytes) -> list[Effect]:
        return self.step(Submitted(tuple(enumerate(notes))))

    def answer(self, ask: Ask, *, party: str | None = None, now: int | None = None) -> list[Effect]:
        """Let the party that is asked cosign what it is offered."""
        text = parse_note(parse_offer(ask.body).note).text
        time_unix_s = (self.now if now is None else now) // 1000
        line = cosign(text, key=cosigner_key(party or ask.party), time_unix_s=time_unix_s)
        return self.step(Answered(ask.key, 200, f"{line}\n".encode()))

    def cosign_all(self, effects: list[Effect]) -> list[Effect]:
        """Let everybody who is asked cosign, until nobody is."""
        seen: list[Effect] = []
        queue = asked(effects)
        while queue:
            more = self.answer(queue.pop(0))
            seen += more
            queue += asked(more)
        return seen

    def found(self) -> None:
        self.cosign_all(self.submit(charter()))
        self.cosign_all(self.submit(terms()))
        assert self.final_size() == 2

    def final_size(self) -> int:
        with self.store.snapshot() as snapshot:
            final = read_final(snapshot)
        return 0 if final is None else final.size


def asked(effects: list[Effect]) -> list[Ask]:
    return [effect for effect in effects if isinstance(effect, Ask)]


def offered(effects: list[Effect]) -> set[int]:
    """The sizes that parties are offered."""
    return {parse_checkpoint(parse_note(parse_offer(ask.body).note).text).size for ask in asked(effects)}


@pytest.fixture
def operator() -> Operator:
    operator = Operator()
    operator.found()
    return operator


def test_what_is_handed_in_is_answered_stamped_and_offered_to_all_others(operator: Operator) -> None:
    effects = operator.submit(notice("county", 1))
    assert [effect.status for effect in effects if isinstance(effect, Reply)] == [202]
    assert [effect.size for effect in effects if isinstance(effect, Grew)] == [3]
    assert sorted(ask.party for ask in asked(effects)) == list(OTHERS)
    assert offered(effects) == {3}


def test_two_others_and_the_operator_are_the_quorum(operator: Operator) -> None:
    first, second, third = asked(operator.submit(notice("county", 1)))
    assert BecameFinal(3) not in operator.answer(first)
    assert operator.final_size() == 2
    assert BecameFinal(3) in operator.answer(second)
    assert operator.final_size() == 3
    operator.answer(third)
    with operator.store.snapshot() as snapshot:
        final = read_final(snapshot)
        genesis = snapshot.get(leaf_key(0))
    assert final is not None
    assert genesis is not None
    held = cosigners(final.note, charter=parse_charter(charter(), origin=ORIGIN))
    assert sorted(held) == list(PARTIES), "who comes late is added"


def test_nothing_is_stamped_while_a_proposal_is_open(operator: Operator) -> None:
    open_ = asked(operator.submit(notice("county", 1)))
    effects = operator.submit(notice("county", 2), notice("county", 3))
    assert not [effect for effect in effects if isinstance(effect, Grew)]
    operator.now += 5_000
    operator.answer(open_[0])
    after = operator.answer(open_[1])
    assert [effect.size for effect in after if isinstance(effect, Grew)] == [5], "both wait behind it and go together"
    times = [stamp_of(operator.store.rows.rows[leaf_key(index)]).time_unix_ms for index in (2, 3, 4)]
    assert times == [START_MS, START_MS + 5_000, START_MS + 5_000], "a leaf has its time from its proposal"


def test_the_same_proposal_is_repeated_after_a_restart(operator: Operator) -> None:
    before = {ask.party: parse_offer(ask.body).note for ask in asked(operator.submit(notice("county", 1)))}
    operator.restart()
    operator.submit(notice("county", 2))
    after = {ask.party: parse_offer(ask.body).note for ask in asked(operator.step(Ticked()))}
    assert {party: note for party, note in after.items() if party in OTHERS} == before or not after
    assert operator.node.tail.head.size == 3


def test_a_stamp_is_never_below_the_leaf_before(operator: Operator) -> None:
    operator.now -= 10_000
    operator.cosign_all(operator.submit(notice("county", 1)))
    assert stamp_of(operator.store.rows.rows[leaf_key(2)]).time_unix_ms == START_MS


def test_F26_garbage_and_others_cosignatures_count_nothing(operator: Operator) -> None:
    first, second, third = asked(operator.submit(notice("county", 1)))
    for body in (b"", b"garbage", b"\xff\xfe", b"\xe2\x80\x94 county.example/cosigner/1 AAAA\n" * 200):
        effects = operator.step(Answered(first.key, 200, body))
        assert [effect.name for effect in effects if isinstance(effect, Alarm)] == ["cosigner_county"]
    operator.answer(second, party="county")
    assert operator.final_size() == 2
    operator.now += RETRY_MS[1]
    again = asked(operator.step(Ticked()))
    assert sorted(ask.party for ask in again) == ["county", "foundation"]
    operator.answer(again[0])
    operator.answer(again[1])
    assert operator.final_size() == 3
    assert third.party == "insurer"


def test_a_party_that_says_where_it_is_is_offered_the_head_from_there(operator: Operator) -> None:
    ask = asked(operator.submit(notice("county", 1)))[0]
    [again] = asked(operator.step(Answered(ask.key, 409, b"1\n")))
    assert parse_offer(again.body).old == 1
    assert len(parse_offer(again.body).path) == 2


@pytest.mark.parametrize("body", [b"", b"x", b"01\n", b"2"], ids=["empty", "word", "leading-zero", "same-again"])
def test_a_party_that_answers_409_with_nonsense_is_not_asked_at_once_again(body: bytes, operator: Operator) -> None:
    ask = asked(operator.submit(notice("county", 1)))[0]
    assert asked(operator.step(Answered(ask.key, 409, body))) == []


def test_a_party_ahead_of_the_log_is_an_alarm(operator: Operator) -> None:
    ask = asked(operator.submit(notice("county", 1)))[0]
    effects = operator.step(Answered(ask.key, 409, b"7\n"))
    assert [effect.name for effect in effects if isinstance(effect, Alarm)] == ["cosigner_county"]


def test_nothing_is_stamped_while_the_clock_is_off_the_parties_clocks(operator: Operator) -> None:
    for ask in asked(operator.submit(notice("county", 1))):
        operator.answer(ask, now=operator.now + OFFSET_MS_MAX + 2_000)
    effects = operator.submit(notice("county", 2))
    assert [effect.name for effect in effects if isinstance(effect, Alarm)] == ["clock_off"]
    assert operator.node.tail.head.size == 3
    operator.now += OFFSET_MS_MAX + 2_000
    effects = operator.step(Ticked())
    effects += [effect for ask in asked(effects) for effect in operator.answer(ask)]
    assert [effect.size for effect in effects if isinstance(effect, Grew)] == [4]


def test_while_nothing_is_open_cosignatures_are_asked_for_anew_each_minute(operator: Operator) -> None:
    assert asked(operator.step(Ticked())) == []
    operator.now += 60_000
    again = asked(operator.step(Ticked()))
    assert sorted(ask.party for ask in again) == list(OTHERS)
    assert {parse_offer(ask.body).old for ask in again} == {2} == offered(again)
    assert BecameFinal(2) in operator.answer(again[0])


def test_T1_T2_a_proposal_open_for_90_s_is_repeated_as_it_was_and_nothing_else_is_asked(operator: Operator) -> None:
    first = asked(operator.submit(notice("county", 1)))
    for ask in first:
        operator.step(Answered(ask.key, 0))
    repeated: list[Ask] = []
    for _ in range(90):
        operator.now += 1_000
        again = asked(operator.step(Ticked()))
        repeated += again
        for ask in again:
            operator.step(Answered(ask.key, 0))
    assert len(repeated) >= 3 * 40
    assert {parse_offer(ask.body).note for ask in repeated} == {parse_offer(ask.body).note for ask in first}
    operator.now += 2_000
    for ask in asked(operator.step(Ticked())):
        operator.answer(ask)
    assert operator.final_size() == 3
    assert stamp_of(operator.store.rows.rows[leaf_key(2)]).time_unix_ms == START_MS


@pytest.mark.parametrize("note", [terms(), notice("county", 1)], ids=["terms", "notice"])
def test_the_log_begins_with_a_charter(note: bytes) -> None:
    [reply] = Operator().submit(note)
    assert isinstance(reply, Reply)
    assert (reply.status, b'"reason":"charter_first"' in reply.body) == (422, True)


def test_an_entry_that_breaks_a_rule_is_refused_and_the_rest_goes_on(operator: Operator) -> None:
    effects = operator.submit(charter().replace(b"", b""), terms(), notice("county", 1))
    assert [effect.status for effect in effects if isinstance(effect, Reply)] == [200, 200, 202]
    assert [effect.size for effect in effects if isinstance(effect, Grew)] == [3]


def test_too_many_waiting_entries_are_answered_with_503(operator: Operator) -> None:
    operator.submit(notice("county", 0))
    replies = [effect for effect in operator.submit(*[notice("county", number) for number in range(1, 8)])
               if isinstance(effect, Reply)]
    assert [reply.status for reply in replies] == [202] * 5 + [503] * 2
    assert {reply.retry_after_s for reply in replies[5:]} == {1}


def test_a_refused_entry_stays_refused_and_says_why(operator: Operator) -> None:
    late = notice("county", 1)
    operator.now += 40 * 86_400_000
    operator.cosign_all(operator.step(Ticked()))  # whose clocks agree
    effects = operator.submit(late)
    [refused] = [effect for effect in effects if isinstance(effect, Refused)]
    assert refused.refusal.reason == "expired"
    operator.restart()
    [reply] = [effect for effect in operator.submit(late) if isinstance(effect, Reply)]
    assert b'"state":"rejected"' in reply.body
    assert operator.node.outbox.waiting == {}


def test_a_sequenced_entry_waits_no_more_and_its_row_goes_when_it_is_final(operator: Operator) -> None:
    note = notice("county", 1)
    row = outbox_key(text_hash(parse_note(note).text))
    operator.submit(note)
    operator.restart()
    assert operator.node.outbox.waiting == {}
    operator.now += SWEEP_MS
    effects = operator.step(Ticked())
    assert row in operator.store.own.rows, "above the final head the entry may have to be sequenced again"
    operator.cosign_all(effects)
    operator.now += SWEEP_MS
    operator.step(Ticked())
    assert operator.final_size() == 3
    assert row not in operator.store.own.rows


def test_the_collector_finds_the_cosignatures_again_after_a_restart(operator: Operator) -> None:
    collector = Collector(operator.store, charters=CharterReader(operator.store, origin=ORIGIN))
    assert not collector.is_open
    assert operator.final_size() == 2
