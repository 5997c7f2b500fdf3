"""Receipts: which leaves and rows stand in them, and when there is none. How they are read is the verifier's matter."""

import json

import pytest

from ledger.batch import Batch, batch_name, encode_columns
from ledger.commitment import commit
from ledger.errors import FormatError, ProofError
from ledger.receipt import FRAGMENTS_MAX, RECEIPT_BYTES_MAX, cover_receipt, donation_receipt, entry_receipt
from tests.support.receipts import Archive, ReceiptWorld
from tests.support.world import digest
from verifier.log.policy import parse_policy
from verifier.receipts.receipt import verify_receipt


@pytest.fixture
def world():
    """Two gifts, settled and half on their way to the claims of a county; two persons covered."""
    world = ReceiptWorld()
    world.begin()
    world.gifts = world.give(700, 300)
    world.settle(1000)
    world.premium(450)
    world.roster, world.enrolled = world.enrol(2)
    world.cover = world.insure(2)
    return world


def kinds(world, receipt):
    return [world.entry(index)["kind"] for index, _ in json.loads(receipt)["leaves"]]


def test_a_donor_sees_each_hop_and_where_the_pieces_rest(world):
    world.balance()
    receipt = world.donation_receipt(world.gifts, 0)
    said = json.loads(receipt)
    assert kinds(world, receipt) == ["charter", "terms", "donation", "transfer", "receive", "transfer", "receive",
                                     "balance"]
    assert [(row["map"], row["name"]) for row in said["rows"]] == [
        ("published", "claims/dlz/kb"), ("accounts", "fund/dlz/claims"), ("accounts", "fund/dlz/other")]
    assert [(none["account"], none["u"], none["v"]) for none in said["none"]] == [
        ("claims/dlz/kb", 0, 450), ("fund/dlz/claims", 450, 630), ("fund/dlz/other", 0, 70)]
    assert said["line"]["opening"]["amount"] == 700
    assert said["subject"] == "donation"
    assert len(receipt) < RECEIPT_BYTES_MAX


def test_a_gift_that_was_given_back_shows_its_refund(world):
    refund = world.refund(world.give(50), 0)
    gift = refund - 1
    world.balance()
    assert refund in [index for index, _ in json.loads(world.donation_receipt(gift, 0))["leaves"]]


def test_pieces_that_lie_side_by_side_are_one(world):
    """A second premium arrives right behind the first: one interval, with one proof."""
    world.premium(100)
    world.balance()
    said = json.loads(world.donation_receipt(world.gifts, 0))
    assert [(none["account"], none["u"], none["v"]) for none in said["none"]] == [
        ("claims/dlz/kb", 0, 550), ("fund/dlz/claims", 550, 630), ("fund/dlz/other", 0, 70)]


def test_a_row_stands_once_however_many_pieces_rest_there(world):
    gift = world.give(40)
    world.settle(20)
    world.settle(20)
    world.balance()
    said = json.loads(world.donation_receipt(gift, 0))
    assert [(none["account"], none["v"] - none["u"]) for none in said["none"]] == [
        ("fund/dlz/claims", 18), ("fund/dlz/other", 2), ("fund/dlz/claims", 18), ("fund/dlz/other", 2)]
    assert [row["name"] for row in said["rows"]] == ["fund/dlz/claims", "fund/dlz/other"]


def test_money_that_came_back_from_an_account_that_pays_is_followed(world):
    world.send("claims/dlz/kb", "fund/dlz/claims", 100, "rollover", by="insurer")
    world.balance()
    receipt = world.donation_receipt(world.gifts, 0)
    rests = [(none["account"].partition("/")[0], none["u"], none["v"]) for none in json.loads(receipt)["none"]]
    assert rests[:2] == [("transit", 0, 100), ("claims", 100, 450)]


def test_a_member_sees_cover_and_register(world):
    world.balance()
    receipt = world.cover_receipt(world.roster, 0)
    said = json.loads(receipt)
    assert kinds(world, receipt) == ["charter", "terms", "enrolment", "cover", "balance"]
    assert [(row["map"], row["row"]) for row in said["rows"]] == [("register", None)]  # nothing was claimed
    member = said["rows"][0]["name"]
    claim = world.file_claim(world.cover, member, 100)
    decision = world.decide(claim, 50)
    world.balance()
    said = json.loads(world.cover_receipt(world.roster, 0))
    assert said["rows"][0]["row"] == {
        "claims": [{"claim": claim, "decision": decision, "duties": [], "objection": None, "paid": 0,
                    "state": "decided"}]}
    assert [index for index, _ in said["bodies"]] == [claim, decision]
    world.files.bodies.clear()  # after their time
    said = json.loads(world.cover_receipt(world.roster, 0))
    assert said["bodies"] == []


def test_anybody_sees_that_an_entry_stands(world):
    receipt = world.entry_receipt(world.cover)
    assert kinds(world, receipt) == ["charter", "cover"]
    assert json.loads(receipt)["entry"] == world.cover


def build(world, subject, **more):
    """Build a receipt over the checkpoint of now, with whatever salt and opening."""
    build_one = {"donation": donation_receipt, "cover": cover_receipt}[subject]
    return build_one(Archive(world), world.state, world.checkpoint(), line=0, salt=bytes(32), opening={}, **more)


def test_without_a_trial_balance_there_is_no_receipt_of_rows(world):
    for subject, entry in (("donation", world.gifts), ("cover", world.roster)):
        with pytest.raises(ProofError, match=r"^receipt: there is no trial balance under this checkpoint yet; sign a"):
            build(world, subject, entry=entry)


def test_a_receipt_is_of_the_right_leaf(world):
    world.balance()
    message = rf"^receipt: expected a donation in leaf {world.roster}, got the kind enrolment$"
    with pytest.raises(FormatError, match=message):
        build(world, "donation", entry=world.roster)
    with pytest.raises(FormatError, match=rf"^receipt: leaf {world.gifts} is no enrolment that adds persons$"):
        build(world, "cover", entry=world.gifts)


@pytest.mark.parametrize("past", [0, 1, 1000])
def test_a_leaf_beyond_the_checkpoint_is_not_shown(world, past):
    index = len(world.leaves) + past
    size = len(world.leaves)
    with pytest.raises(ProofError, match=rf"^receipt: leaf {index} is not under the checkpoint of size {size} yet$"):
        world.entry_receipt(index)


def test_of_an_empty_log_nothing_is_shown():
    with pytest.raises(ProofError, match=r"^receipt: the log is empty$"):
        world = ReceiptWorld()
        entry_receipt(Archive(world), world.state, world.checkpoint(), index=0)


def test_a_batch_that_is_not_held_is_named(world):
    world.balance()
    root = world.entry(world.gifts)["lines"]["root"]
    del world.files.batches[bytes.fromhex(root)]
    with pytest.raises(ProofError, match=rf"^receipt: batch {root} is not held here$"):
        build(world, "donation", entry=world.gifts)


def test_a_gift_in_too_many_pieces_has_no_receipt():
    """Every other fen of a gift goes a way of its own: transfer after transfer, each still on its way."""
    world = ReceiptWorld()
    world.begin()
    gift = world.give(2 * FRAGMENTS_MAX + 2)
    for _ in range(FRAGMENTS_MAX + 1):
        world.send("platform/dlz/gifts", "fund/dlz", 1, "settlement", by="platform")
    world.balance()
    with pytest.raises(ProofError, match=rf"^receipt: the trail has more than {FRAGMENTS_MAX} pieces$"):
        world.donation_receipt(gift, 0)


def test_a_receipt_that_would_be_too_long_is_refused(world):
    world.balance()
    salt, opening = world.openings[world.entry(world.gifts)["lines"]["root"]][0]
    with pytest.raises(FormatError, match=rf"^receipt: expected at most {RECEIPT_BYTES_MAX} bytes, got "):
        donation_receipt(Archive(world), world.state, world.checkpoint(), entry=world.gifts, line=0, salt=salt,
                         opening={**opening, "text": "a" * RECEIPT_BYTES_MAX})


# -- rosters with columns, notices ------------------------------------------------------------------------------------


def test_a_person_of_a_roster_with_columns_sees_their_line(world):
    opened = [(digest("salt", at), {"amount": 1, "name": f"person {at}"}) for at in range(3)]
    data = encode_columns([((1, at % 2), commit(*one)) for at, one in enumerate(opened)], columns=2)
    persons, households = (Batch.of_column(data, column=column, columns=2) for column in (0, 1))
    world.files.batches[batch_name([persons.root, households.root])] = data
    world.openings[persons.root.hex()] = opened
    roster = world.act(
        "enrolment", "county", columns=[{"name": "households", "root": households.root.hex(), "total": 1}], county="kb",
        lines={"count": 3, "root": persons.root.hex(), "total": 3}, op="add", period="2019", programme="dlz")
    world.balance()
    receipt = world.cover_receipt(roster, 2)
    said = verify_receipt(receipt, parse_policy(world.policy(), what="policy"))
    assert said.cover is not None
    assert json.loads(receipt)["line"]["index"] == 2


def test_an_entry_shows_what_must_be_published_because_of_it_once_a_balance_stands_behind_it(world):
    notice = {"by": "foundation", "id": "final", "months": 1, "on": "drive_end"}
    terms = world.terms(first_day="2018-02-01", notices=[notice], version=2)
    drive = world.act("drive", "foundation", document="99" * 32, first_day="2018-03-01", last_day="2018-03-31",
                      programme="dlz", text="opens")
    assert kinds(world, world.entry_receipt(drive)) == ["charter", "drive"]
    made = world.balance()
    receipt = world.entry_receipt(drive)
    said = json.loads(receipt)
    assert [index for index, _ in said["leaves"]] == [0, terms, drive, made]
    assert [(row["map"], row["name"], row["row"]["duties"][0]["due"]) for row in said["rows"]] == [
        ("register", f"notices/{drive}", "2018-04-30")]
    assert json.loads(world.entry_receipt(terms))["rows"] == []  # it started none


def test_bodies_rise_with_their_leaves(world):
    """A second claim before the first is decided: the newest decision of the first stands behind both."""
    member = world.enrolled[0]
    one, other = world.file_claim(world.cover, member, 100), world.file_claim(world.cover, member, 50)
    decision = world.decide(one)
    world.balance()
    assert [index for index, _ in json.loads(world.cover_receipt(world.roster, 0))["bodies"]] == [one, other, decision]
