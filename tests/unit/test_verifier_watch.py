"""The parts of a monitor that need no node: heads under several keys, leaves in several bundles, what is kept."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.checkpoint import Checkpoint, sign_checkpoint
from ledger.cosignature import cosign
from ledger.keys import ED25519, SigningKey
from ledger.merkle import leaf_hash, root_hash
from ledger.note import append_signature, parse_note
from tests.reference.rfc6962 import consistency
from tests.support.receipts import ReceiptWorld
from tests.support.shown_log import ShownLog
from tests.support.world import ORIGIN, PARTIES, START_UNIX_MS
from verifier.errors import ProofError, SignatureError, VerifyError
from verifier.log.head import open_head
from verifier.log.policy import parse_policy
from verifier.monitor.alarm import WEIGHTS, Alarm, exit_status
from verifier.monitor.compare import compare_heads
from verifier.monitor.evidence import Evidence, Seen, format_evidence, parse_evidence, verify_evidence
from verifier.monitor.memory import format_memory, parse_memory
from verifier.monitor.round import Answer, Limits, Memory, watch_round
from verifier.sources.growth import Growth

NOW = START_UNIX_MS // 1000 + 3600
LIMITS = Limits(silence_s=600, balance_s=93_600, figure_s=None)
SECOND_KEY = SigningKey(ORIGIN, ED25519, b"\x01" * 32)


class TwoEpochs:
    """A policy with the log keys of two epochs, and heads signed by either."""

    def __init__(self):
        self.world = ReceiptWorld().begin()
        text = f"log {SECOND_KEY.verifier.vkey}\n".encode() + self.world.policy()
        self.policy = parse_policy(text, what="policy")

    def seen(self, leaves, *, key=None, cosigners=PARTIES, where="a"):
        hashes = [leaf_hash(leaf) for leaf in leaves]
        note = sign_checkpoint(Checkpoint(ORIGIN, len(hashes), root_hash(hashes)), key=key or self.world.log_key)
        for name in cosigners:
            line = cosign(parse_note(note).text, key=self.world.cosigners[name], time_unix_s=NOW)
            note = append_signature(note, line)
        return Seen(open_head(note, policy=self.policy, what="head", origin=ORIGIN), where, NOW)


@pytest.fixture(scope="module")
def epochs():
    return TwoEpochs()


def test_a_head_that_a_handover_dropped_convicts_nobody(epochs):
    """Signed by the first epoch's key, cosigned by one party; the second epoch's head went another way."""
    dropped = epochs.seen([b"x"], cosigners=PARTIES[:1], where="a")
    final = epochs.seen([b"y"], key=SECOND_KEY, where="b")
    compared = compare_heads([dropped, final], believed=final, sources={})
    assert compared.evidence == [] and compared.head == final
    (alarm,) = compared.alarms
    assert alarm.name == "unproven" and "two keys of the log, and not both by the quorum" in alarm.message
    with pytest.raises(SignatureError, match="two keys of the log"):
        verify_evidence(Evidence(dropped, final, None))


def test_two_final_heads_convict_whatever_keys_the_log_has(epochs):
    one, other = epochs.seen([b"x"], where="a"), epochs.seen([b"y"], key=SECOND_KEY, where="b")
    compared = compare_heads([one, other], believed=None, sources={})
    (evidence,) = compared.evidence
    convicted = verify_evidence(parse_evidence(format_evidence(evidence), policy=epochs.policy))
    assert convicted.final and convicted.log_keys == () and convicted.witnesses == PARTIES


def test_heads_of_one_history_are_no_evidence(epochs):
    leaves = [b"%d" % index for index in range(7)]
    four, seven = epochs.seen(leaves[:4]), epochs.seen(leaves)
    hashes = [leaf_hash(leaf) for leaf in leaves]
    growth = Growth(root_hash(hashes[:4]), tuple(consistency(4, hashes)))
    with pytest.raises(ProofError, match="the head of size 7 continues that of size 4"):
        verify_evidence(Evidence(four, seven, growth))
    with pytest.raises(ProofError, match="the head of size 7 continues that of size 7"):
        verify_evidence(Evidence(seven, seven, None))
    with pytest.raises(ProofError, match="leads to the"):
        verify_evidence(Evidence(four, seven, Growth(bytes(32), growth.path)))
    with pytest.raises(ProofError, match="sizes 4 and 7 differ, and nothing proves"):
        verify_evidence(Evidence(four, seven, None))


def test_heads_of_two_logs_are_no_evidence(epochs):
    one = epochs.seen([b"x"])
    elsewhere = Seen(replace(one.head, checkpoint=replace(one.head.checkpoint, origin="other")), "b", NOW)
    with pytest.raises(ProofError, match="the heads are of two logs"):
        verify_evidence(Evidence(one, elsewhere, None))


@pytest.mark.parametrize("lie", [[b"y"], [b"y", b"z"]], ids=["same-size", "larger"])
def test_what_a_liar_signs_alone_puts_no_final_head_aside(epochs, lie):
    """In the first round, when nothing is believed yet, whoever is asked first."""
    final, alone = epochs.seen([b"x"], where="a"), epochs.seen(lie, cosigners=(), where="b")
    for order in ([final, alone], [alone, final]):
        compared = compare_heads(order, believed=None, sources={})
        assert compared.head == final
        assert [alarm.name for alarm in compared.alarms] == ["split_view" if len(lie) == 1 else "unproven"]


def test_every_log_begins_empty(epochs):
    empty, first = epochs.seen([]), epochs.seen([b"x"])
    compared = compare_heads([first, empty], believed=None, sources={})
    assert (compared.head, compared.alarms) == (first, [])
    assert compare_heads([empty], believed=first, sources={}).head == first


def test_what_is_believed_stays_when_nobody_shows_anything(epochs):
    first = epochs.seen([b"x"])
    assert compare_heads([], believed=first, sources={}).head == first
    assert compare_heads([], believed=None, sources={}).head is None


def test_of_one_head_the_final_note_counts_whoever_shows_the_other(epochs):
    alone, final = epochs.seen([b"x"], cosigners=PARTIES[:1]), epochs.seen([b"x"])
    for order in ([alone, final], [final, alone]):
        assert compare_heads(order, believed=None, sources={}).head == final


def test_a_head_that_is_not_final_is_never_believed(epochs):
    alone = epochs.seen([b"x"], cosigners=PARTIES[:2])
    assert compare_heads([alone], believed=None, sources={}).head is None


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: json.dumps({"format": text}).encode() + b"\n"))
def test_any_bytes_are_no_evidence_and_no_memory(data):
    policy = parse_policy(b"quorum none\n", what="policy")
    with pytest.raises(VerifyError):
        parse_evidence(data, policy=policy)
    with pytest.raises(VerifyError):
        parse_memory(data, policy=policy, origin=ORIGIN, what="state")


# -- leaves in several bundles ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def long_log():
    world = ReceiptWorld().begin()
    while len(world.leaves) < 530:
        world.act("notice", "county", document="22" * 32, programme="dlz", text="a notice board")
    world.balance()
    return ShownLog(world, time_unix_s=NOW)


class Node:
    """A node without a network; `fails` are the beginnings of paths that it gives no answer for."""

    def __init__(self, log, *fails):
        self.log, self.fails, self.asked = log, fails, []

    def read(self, path):
        self.asked.append(path)
        if path.startswith(self.fails):
            raise OSError("gone")
        return self.log.answer(path)


def run(log, memory, **nodes):
    policy = parse_policy(log.world.policy(), what="policy")
    answers = [Answer(name, node.read("checkpoint"), None, False) for name, node in nodes.items()]
    return watch_round(memory, answers=answers, sources=nodes, policy=policy, limits=LIMITS, now_unix_s=NOW)


def test_leaves_of_three_bundles_are_read_once(long_log):
    node = Node(long_log)
    first = run(long_log, Memory(ORIGIN), a=node)
    assert (first.alarms, first.memory.published.size) == ([], 531)
    assert first.memory.published.balance == 530
    assert len(node.asked) == len(set(node.asked)), "each tile and bundle once"
    again = Node(long_log)
    assert run(long_log, first.memory, a=again).alarms == [] and again.asked == ["checkpoint"]


def test_what_was_read_stays_read_and_another_node_goes_on(long_log):
    failing = Node(long_log, "tile/entries/001")
    found = run(long_log, Memory(ORIGIN), a=failing)
    assert found.memory.published.size == 256
    (alarm,) = found.alarms
    assert alarm.name == "unproven" and "nobody gives the leaves from 256 to 531: a: gone" in alarm.message
    good = Node(long_log)
    found = run(long_log, found.memory, a=failing, b=good)
    assert (found.alarms, found.memory.published.size) == ([], 531)
    assert "tile/entries/000" not in good.asked


def test_leaves_that_are_not_the_logs(long_log):
    class Swapped(Node):
        def read(self, path):
            return self.log.answer(path).replace(b"notice board", b"notice b0ard") if "entries" in path else (
                super().read(path))  # fmt: skip

    found = run(long_log, Memory(ORIGIN), a=Swapped(long_log))
    assert found.memory.published.size == 0 and {alarm.name for alarm in found.alarms} == {"unproven"}


def test_a_round_leaves_the_memory_before_it_alone(long_log):
    memory = Memory(ORIGIN)
    run(long_log, memory, a=Node(long_log))
    assert memory == Memory(ORIGIN)


def test_what_is_kept_is_what_was_kept(long_log):
    policy = parse_policy(long_log.world.policy(), what="policy")
    memory = run(long_log, Memory(ORIGIN), a=Node(long_log)).memory
    memory.told = ["silent county"]
    data = format_memory(memory)
    assert parse_memory(data, policy=policy, origin=ORIGIN, what="state") == memory
    assert format_memory(parse_memory(data, policy=policy, origin=ORIGIN, what="state")) == data


def test_a_believed_head_is_verified_again_by_the_policy_of_today(long_log):
    memory = run(long_log, Memory(ORIGIN), a=Node(long_log)).memory
    text = long_log.world.policy().split(b"\n", 1)[1]
    policy = parse_policy(f"log {SECOND_KEY.verifier.vkey}\n".encode() + text, what="policy")
    with pytest.raises(SignatureError, match="believed: expected a signature of one of"):
        parse_memory(format_memory(memory), policy=policy, origin=ORIGIN, what="state")


# -- alarms -----------------------------------------------------------------------------------------------------------


def test_what_is_proven_comes_before_what_cannot_be_told():
    alarms = {name: Alarm(name, "a", "b") for name in WEIGHTS}
    assert exit_status([]) == 0
    assert exit_status([alarms["silent"]]) == 3
    assert exit_status([alarms["silent"], alarms["split_view"]]) == 1
    assert {name for name, alarm in alarms.items() if exit_status([alarm]) == 1} == {
        "balance_late", "duty_overdue", "figure_late", "split_view"}  # fmt: skip
