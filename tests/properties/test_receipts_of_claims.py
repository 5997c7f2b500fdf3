"""Random histories of claims, duties and notices: every receipt holds, and says what the ledger knows."""

import os

import pytest

from tests.support.histories import History
from tests.support.receipts import ReceiptWorld
from verifier.log.policy import parse_policy
from verifier.receipts.receipt import verify_receipt
from verifier.receipts.verdict import Kept
from verifier.speech.explain import explain_receipt
from verifier.speech.words import LANGUAGES

SEEDS = int(os.environ.get("MINGZHANG_SEEDS", "8"))  # `make fuzz` runs thousands
STEPS = 150


def world_of(seed):
    """A history and, as its last entry, a balance: the rows of receipts are then those of the state."""
    world = ReceiptWorld(seed)
    History(world, seed).run(STEPS)
    world.balance()
    return world, parse_policy(world.policy(), what="policy")


def members(world):
    """Every line of every enrolment that adds, by leaf and line."""
    entries = ((index, world.entry(index)) for index in range(len(world.leaves)))
    return [(index, line) for index, entry in entries if entry["kind"] == "enrolment" and entry["op"] == "add"
            and entry["lines"]["root"] in world.openings for line in range(entry["lines"]["count"])]  # fmt: skip


@pytest.mark.parametrize("seed", range(SEEDS))
def test_a_member_learns_what_the_ledger_knows(seed):
    world, policy = world_of(seed)
    for enrolment, line in members(world):
        verdict = verify_receipt(world.cover_receipt(enrolment, line), policy)
        member = world.state.get("member", verdict.line.commitment.hex())
        assert [claim.index for claim in verdict.cover.claims] == member["claims"]
        for claim in verdict.cover.claims:
            row = world.state.get("claim", claim.index)
            assert (claim.state, claim.paid, claim.objection) == (row["state"], row["paid"], row["objection"])
            # Every decision was worked out again, and the newest is among those that are shown.
            assert claim.worked == (() if row["decision"] is None else (row["decision"],))
            for duty in claim.duties:
                known = world.state.get("duty", claim.index, duty.id)
                assert (duty.due, duty.met) == (known["due"], known["met"])
                assert (duty.kept is Kept.PROVISIONAL) is (known["provisional"] and known["due"] is not None)
        for lang in LANGUAGES:
            assert "{" not in explain_receipt(verdict, lang=lang)


@pytest.mark.parametrize("seed", range(SEEDS))
def test_whoever_must_publish_is_named(seed):
    world, policy = world_of(seed)
    for index in range(len(world.leaves)):
        verdict = verify_receipt(world.entry_receipt(index), policy)
        row = world.state.get("notices", index)
        known = [] if row is None else [(duty["id"], duty["by"], duty["due"], duty["number"]) for duty in row["duties"]]
        assert [(one.id, one.by, one.due, one.number) for one in verdict.entry.notices] == known
        for lang in LANGUAGES:
            assert "{" not in explain_receipt(verdict, lang=lang)
