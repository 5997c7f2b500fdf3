"""verifier/receipts/shown.py: leaves whose stamps or signers are wrong, under a checkpoint that all signed.

No honest party cosigns such a log. Whoever reads a receipt refuses it all the same.
"""

import json
from functools import cache

import pytest

from tests.support.receipts import Forger, ReceiptWorld, encode
from verifier.errors import CannotTell, FormatError, ProofError, Rejected, SignatureError
from verifier.log.policy import parse_policy
from verifier.receipts.receipt import verify_receipt

GIFT, SEALED, BALANCE = 3, 6, 7


def log():
    world = ReceiptWorld().begin()
    world.give(300, 7)
    _, members = world.enrol(2)
    world.file_claim(world.insure(2), members[0], 50)
    world.balance()
    return world


@cache
def receipt():
    return log().donation_receipt(GIFT, 0)


def verify_with(index, change):
    """The receipt under a log in which one leaf is another, which is shown."""
    world = log()
    line, _, note = world.leaves[index].partition(b"\n")
    stamp = json.loads(line)
    changed = change(stamp, note)
    if changed is not None:
        note = changed
    text = json.dumps(stamp, sort_keys=True, separators=(",", ":")).encode()
    world.leaves[index] = text + b"\n" + note
    forger = Forger(world, receipt())
    value = forger.show(forger.copy(), [*forger.shown(), index])
    value["checkpoint"] = world.checkpoint().decode()
    return verify_receipt(encode(value), parse_policy(world.policy(), what="policy"))


def test_the_log_is_as_the_tests_below_expect():
    world = log()
    assert [world.entry(index)["kind"] for index in (GIFT, SEALED, BALANCE)] == ["donation", "sealed", "balance"]
    assert verify_with(SEALED, lambda stamp, note: None).size == BALANCE + 1


@pytest.mark.parametrize(("index", "member", "value", "error", "says"), [
    pytest.param(GIFT, "rules", 2, CannotTell, "knows rules version 1", id="later-rules"),
    pytest.param(GIFT, "rules", True, FormatError, "rules: expected an integer", id="rules-true"),
    pytest.param(GIFT, "index", 4, ProofError, "expected the index 3", id="index"),
    pytest.param(GIFT, "charter", 4, FormatError, "charter: expected an integer from 0 to 3", id="later-charter"),
    pytest.param(GIFT, "charter", 1, ProofError, "expected the charter in leaf 0", id="other-charter"),
    pytest.param(BALANCE, "charter", 2, ProofError, "names the charter in leaf 2", id="hidden-charter"),
    pytest.param(BALANCE, "charter", GIFT, ProofError, "leaf 0: expected the charter", id="no-charter"),
    pytest.param(GIFT, "balance", 4, FormatError, "balance: expected an integer from 0 to 3", id="later-balance"),
    pytest.param(GIFT, "balance", GIFT, ProofError, "exactly in a balance", id="balance-by-a-gift"),
    pytest.param(BALANCE, "balance", GIFT, ProofError, "exactly in a balance", id="balance-by-another"),
    pytest.param(GIFT, "time_unix_ms", -1, FormatError, "time_unix_ms", id="time"),
    pytest.param(GIFT, "accounts", "00" * 32, FormatError, "five roots", id="root"),
    pytest.param(GIFT, "state", "00" * 32, FormatError, "root of the state", id="state"),
    pytest.param(GIFT, "effect", "00" * 32, FormatError, "a sealed leaf", id="effect"),
    pytest.param(SEALED, "effect", None, FormatError, "effect: expected a string", id="effect-null"),
    pytest.param(GIFT, "flags", [["dlz/raised", 1]], FormatError, "only a notice has flags", id="flags-of-a-gift"),
    pytest.param(GIFT, "flags", [], FormatError, "expected at least one", id="no-flags"),
    pytest.param(GIFT, "flags", [["raised", 1]], FormatError, "expected a figure", id="flag-of-no-figure"),
    pytest.param(GIFT, "more", 1, FormatError, "unknown members", id="unknown-member"),
    pytest.param(
        SEALED, "moves", [{"amount": 1, "from": "fund/a", "from_pos": 0, "to": "fund/b", "to_pos": 0}],
        FormatError, "a sealed leaf", id="moves-of-a-sealed-leaf",
    ),
    pytest.param(
        GIFT, "moves", [{"amount": 307, "from": "fund/dlz", "from_pos": 0, "to": "platform/dlz/gifts", "to_pos": 0}],
        ProofError, "expected a first move from world/dlz/donors", id="another-first-move",
    ),
])  # fmt: skip
def test_a_stamp_that_is_wrong(index, member, value, error, says):
    def change(stamp, note):
        stamp[member] = value

    with pytest.raises(error, match=says):
        verify_with(index, change)


def test_a_gift_that_moves_nothing():
    with pytest.raises(ProofError, match="expected a first move"):
        verify_with(GIFT, lambda stamp, note: stamp.pop("moves") and None)


@pytest.mark.parametrize(("change", "error", "says"), [
    pytest.param(lambda note: note.replace(b"ledger.example/test e", b"ledger.example/tesu e"), Rejected,
                 "wrong_origin", id="origin"),
    pytest.param(lambda note: note.replace(b'"total":307', b'"total":308'), SignatureError, "does not verify",
                 id="text"),
    pytest.param(lambda note: note + note.split(b"\n")[3] + b"\n", SignatureError, "expected the signatures",
                 id="line-twice"),
])  # fmt: skip
def test_an_entry_that_is_wrong(change, error, says):
    with pytest.raises(error, match=says):
        verify_with(GIFT, lambda stamp, note: change(note))


def test_an_entry_by_somebody_else():
    stranger = ReceiptWorld(seed=5)
    note = stranger.compose("notice", "county", programme="dlz", text="hello", document="99" * 32)
    with pytest.raises(SignatureError, match="is the entry key of no party"):
        verify_with(2, lambda stamp, _: note)


def test_a_log_key_that_the_policy_does_not_have():
    world, other = log(), ReceiptWorld(seed=5)
    world.leaves[0] = world.leaves[0].replace(
        world.log_key.verifier.vkey.encode(), other.log_key.verifier.vkey.encode()
    )
    forger = Forger(world, receipt())
    value = forger.show(forger.copy(), forger.shown())
    value["checkpoint"] = world.checkpoint().decode()
    with pytest.raises(SignatureError, match="its log key"):
        verify_receipt(encode(value), parse_policy(world.policy(), what="policy"))
