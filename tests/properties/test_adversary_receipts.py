"""Provers with the whole log at hand, under a policy that they cannot change: each test is one lie, not believed."""

import pytest

from ledger.checkpoint import Checkpoint, sign_checkpoint
from ledger.cosignature import cosign
from ledger.merkle import leaf_hash, root_hash
from ledger.note import append_signature, parse_note
from tests.support.receipts import COSIGNED_UNIX_S, Forger, ReceiptWorld, encode
from tests.support.world import ORIGIN, PARTIES, TERMS
from verifier.errors import CannotTell, ProofError, SignatureError, VerifyError
from verifier.log.policy import parse_policy
from verifier.receipts.receipt import verify_receipt


def policy_of(world, quorum="3"):
    return parse_policy(world.policy(quorum), what="policy")


@pytest.fixture(scope="module")
def world():
    """Gifts in yuan and gifts in dong, two members, one of whom was paid."""
    world = ReceiptWorld(0).begin()
    world.act("terms", "foundation", **{
        **{name: TERMS[name] for name in ("basis", "deadlines", "document", "first_day", "formulas", "k", "notices",
                                          "readings", "refusals", "risk", "zone")},
        "accounts": [{"holder": "foundation", "name": name, "place": "x"} for name in ("world/vnd/donors", "fund/vnd")],
        "flows": [{"from": "world/vnd/donors", "kind": "donation", "purpose": "gifts", "to": "fund/vnd"}],
        "programme": "vnd", "splits": [], "unit": "VND", "version": 1,
    })  # fmt: skip
    world.foreign = world.act("donation", "foundation", lines=world.batch([300_000]), programme="vnd", purpose="gifts",
                              **{"from": "world/vnd/donors", "to": "fund/vnd"})  # fmt: skip
    world.gift = world.give(300, 90_000)
    world.settle(80_000)
    world.premium(60_000)
    world.roster, world.members = world.enrol(2)
    world.cover = world.insure(2)
    world.payout = world.pay_out(world.cover, world.members[0], 200)
    world.balance()
    return world


@pytest.mark.parametrize("terms", ["shown", "left out"])
@pytest.mark.parametrize(("gift", "own", "foreign"), [
    ("gift", "fund/dlz/other", "fund/vnd"), ("foreign", "fund/vnd", "fund/dlz/other"),
])  # fmt: skip
def test_a_row_of_another_programme_lends_its_unit_to_no_gift(world, gift, own, foreign, terms):
    index = getattr(world, gift)
    forger = Forger(world, world.donation_receipt(index, 0))
    value = forger.copy()
    rests = [(one["account"], one["u"], one["v"]) for one in value["none"]]
    forger.prove(value, [(foreign, 0, 1), *rests])
    if terms == "left out":
        forger.show(value, [at for at in forger.shown() if world.entry(at)["kind"] != "terms"])
    said = verify_receipt(encode(value), policy_of(world)).unit
    assert said == world.state.get("account", own)["unit"]


def test_one_witness_counts_once_however_often_it_signs(world):
    hashes = [leaf_hash(leaf) for leaf in world.leaves]
    note = sign_checkpoint(Checkpoint(ORIGIN, len(hashes), root_hash(hashes)), key=world.log_key)
    for at in range(4):
        line = cosign(parse_note(note).text, key=world.cosigners["county"], time_unix_s=COSIGNED_UNIX_S + at)
        note = append_signature(note, line)
    value = Forger(world, world.donation_receipt(world.gift, 0)).copy()
    value["checkpoint"] = note.decode()
    with pytest.raises(SignatureError, match="not reached by 1 of 4"):
        verify_receipt(encode(value), policy_of(world))


def test_cosignatures_of_another_head_do_not_make_this_one_final(world):
    """The operator signs a head of its own, and puts under it what the parties said of the true one."""
    hashes = [leaf_hash(leaf) for leaf in world.leaves]
    honest = parse_note(world.checkpoint())
    forged = sign_checkpoint(Checkpoint(ORIGIN, len(hashes), root_hash(hashes[::-1])), key=world.log_key)
    for line in honest.signatures[1:]:
        forged = append_signature(forged, line)
    value = Forger(world, world.donation_receipt(world.gift, 0)).copy()
    value["checkpoint"] = forged.decode()
    with pytest.raises(SignatureError, match="does not verify"):
        verify_receipt(encode(value), policy_of(world))


def test_nothing_was_claimed_is_said_of_nobody_who_claimed(world):
    paid = Forger(world, world.cover_receipt(world.roster, 0)).copy()
    other = Forger(world, world.cover_receipt(world.roster, 1)).copy()
    assert other["rows"][0]["row"] is None
    for change in (
        {"rows": other["rows"]},
        {"rows": [{**paid["rows"][0], "row": None, "salt": None}]},
        {"rows": [{**other["rows"][0], "name": paid["rows"][0]["name"]}]},
        {"rows": []},
        {"rows": [{**paid["rows"][0], "row": {"claims": []}}]},
    ):
        with pytest.raises((ProofError, CannotTell)):
            verify_receipt(encode({**paid, **change}), policy_of(world))


def test_a_claim_of_somebody_else_is_in_nobodys_receipt(world):
    paid = Forger(world, world.cover_receipt(world.roster, 0)).copy()
    forger = Forger(world, world.cover_receipt(world.roster, 1))
    value = forger.show({**forger.copy(), "bodies": paid["bodies"]},
                        [*forger.shown(), *(index for index, _ in paid["bodies"])])  # fmt: skip
    with pytest.raises(ProofError, match="about somebody else"):
        verify_receipt(encode(value), policy_of(world))


def test_a_refund_of_a_gift_that_moved_on_leaves_its_trail_and_says_so():
    world = ReceiptWorld(1).begin()
    gift = world.give(300)
    world.settle(300)
    world.premium(270)
    world.act("income", "foundation", amount=500, programme="dlz", purpose="interest", ref="I",
              **{"from": "world/dlz/bank", "to": "fund/dlz/other"})  # fmt: skip
    world.refund(gift, 0, by="foundation")
    world.balance()
    verdict = verify_receipt(world.donation_receipt(gift, 0), policy_of(world))
    # The head of what pays it back is the gift's own other share: these 30 fen went back, the 270 are told.
    pieces = [(str(piece.state), piece.amount) for piece in verdict.pieces]
    assert pieces == [("arrived since", 270), ("given back", 30)]
    assert ("refunded", str(world.state.size - 2)) in [(str(name), value) for name, value in verdict.cautions]


@pytest.mark.parametrize("stranger", [name for name in PARTIES if name != "county"])
def test_a_receipt_of_a_log_of_ones_own_keys_is_no_receipt(world, stranger):
    """Three thieves of nothing: another log with the same origin, names and history, and other keys but one."""
    own = ReceiptWorld(2)
    own.keys[stranger], own.cosigners[stranger] = world.keys[stranger], world.cosigners[stranger]
    own.log_key = world.log_key
    own.begin()
    gift = own.give(300)
    own.balance()
    with pytest.raises(VerifyError):
        verify_receipt(own.donation_receipt(gift, 0), policy_of(world))
    with pytest.raises(SignatureError, match="of the policy, got"):
        verify_receipt(own.donation_receipt(gift, 0), parse_policy(world.policy("1"), what="policy"))
