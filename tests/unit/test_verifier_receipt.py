"""verifier/receipts/receipt.py: what receipts say, and what is refused, one lie at a time."""

import base64
import json
import os
import random
from dataclasses import replace
from functools import cache

import pytest

from tests.support.receipts import COSIGNED_UNIX_S, Forger, ReceiptWorld, encode, follow, intervals
from verifier.errors import CannotTell, FormatError, ProofError, SignatureError, VerifyError
from verifier.log.policy import parse_policy
from verifier.receipts.receipt import parse_receipt, verify_receipt
from verifier.receipts.verdict import Caution, State

OTHER_HASH = base64.b64encode(bytes(32)).decode()
# Every byte of the sample receipts in place of a sample of them.
EVERY_BYTE = bool(os.environ.get("MINGZHANG_EVERY_BYTE"))
BYTES = 600


class Story:
    """Gifts of which parts are paid, wait, rest, are on their way, were spent and given back; members with claims."""

    def __init__(self):
        self.world = world = ReceiptWorld().begin()
        self.gift = world.give(300, 7, 1000)
        world.settle(1200)
        world.premium(700)
        self.enrolment, self.members = world.enrol(8)
        self.cover = world.insure(8)
        for member in self.members[:4]:
            world.pay_out(self.cover, member, 100)
        self.refused = world.decide(world.file_claim(self.cover, self.members[4], 50), 0, result="refuse")
        lines = world.batch_of_member(self.members[5])
        world.act("enrolment", "county", county="kb", lines=lines, op="remove", period="2018", programme="dlz",
                  reason="moved_away")
        self.way = world.send("platform/dlz/gifts", "fund/dlz", 50, "settlement", by="platform")
        self.back = world.give(40, 60)
        world.refund(self.back, 0)
        self.balance = world.balance("claims/dlz/kb")
        self.spend = world.act("spend", "foundation", amount=20, programme="dlz", purpose="management", ref="s1",
                               to="spent/dlz/management", **{"from": "fund/dlz/other"})
        self.policy = parse_policy(world.policy(), what="policy")


@cache
def story():
    return Story()


@cache
def receipts():
    """One receipt of each kind."""
    told = story()
    return {
        "donation": told.world.donation_receipt(told.gift, 0),
        "cover": told.world.cover_receipt(told.enrolment, 0),
        "entry": told.world.entry_receipt(told.way),
    }


def verify(data, **more):
    return verify_receipt(data, story().policy, **more)


def forge(subject="donation"):
    return Forger(story().world, receipts()[subject])


def pieces(entry, line):
    verdict = verify(story().world.donation_receipt(entry, line))
    return [(piece.account, piece.amount, str(piece.state)) for piece in verdict.pieces]


# -- what receipts say ------------------------------------------------------------------------------------------------


def test_a_gift_that_is_paid_in_part():
    told = story()
    assert pieces(told.gift, 0) == [
        ("claims/dlz/kb", 200, "paid"),
        ("claims/dlz/kb", 70, "not yet paid"),
        ("spent/dlz/management", 20, "spent"),
        ("fund/dlz/other", 10, "at rest"),
    ]
    verdict = verify(receipts()["donation"])
    assert (verdict.unit, verdict.line.amount, verdict.line.offset, verdict.line.count) == ("CNY", 300, 0, 3)
    assert [(hop.at.index, hop.source, hop.to, hop.amount) for hop in verdict.hops][:4] == [
        (3, "world/dlz/donors", "platform/dlz/gifts", 300),
        (4, "platform/dlz/gifts", "transit/4", 300),
        (5, "transit/4", "fund/dlz", 300),
        (5, "fund/dlz", "fund/dlz/claims", 270),
    ]
    assert verdict.as_of.index == told.balance and verdict.size == len(told.world.leaves)
    assert {piece.as_of.index for piece in verdict.pieces} == {told.balance, told.spend}


def test_a_gift_that_is_held_and_on_its_way():
    told = story()
    assert pieces(told.gift, 2) == [
        ("claims/dlz/kb", 424, "not yet paid"),
        ("fund/dlz/claims", 380, "at rest"),
        ("fund/dlz/other", 89, "at rest"),
        (f"transit/{told.way}", 50, "on its way"),
        ("platform/dlz/gifts", 57, "at rest"),
    ]


def test_a_gift_that_was_given_back():
    assert pieces(story().back, 0) == [("world/dlz/donors", 40, "given back")]
    assert pieces(story().back, 1) == [("platform/dlz/gifts", 60, "at rest")]


def test_what_came_after_the_balance_has_arrived_since():
    told = Story()
    late = told.world.give(5)
    told.world.receive(told.way, 50, by="foundation")
    assert pieces_of(told, late, 0) == [("platform/dlz/gifts", 5, "arrived since")]
    assert pieces_of(told, told.gift, 2)[3:] == [
        ("fund/dlz/claims", 45, "arrived since"),
        ("fund/dlz/other", 5, "arrived since"),
        ("platform/dlz/gifts", 57, "at rest"),
    ]


def pieces_of(told, entry, line):
    verdict = verify_receipt(told.world.donation_receipt(entry, line), told.policy)
    assert sum(piece.amount for piece in verdict.pieces) == verdict.line.amount
    assert (Caution.LINE_SINCE, str(entry)) in verdict.cautions or entry < verdict.as_of.index
    return [(piece.account, piece.amount, str(piece.state)) for piece in verdict.pieces]


def test_a_refund_of_another_gift_is_said():
    told = Story()
    # The first gift has moved on, so the fund pays it back whole out of its other money, which is the third gift's.
    leaf = told.world.refund(told.gift, 1, by="foundation")
    told.world.balance()
    verdicts = [verify_receipt(told.world.donation_receipt(told.gift, line), told.policy) for line in range(3)]
    taken = [verdict for verdict in verdicts if any(piece.state == State.GIVEN_BACK for piece in verdict.pieces)]
    assert taken
    for verdict in taken:
        assert (Caution.OTHER_REFUND, str(leaf)) in verdict.cautions or verdict is verdicts[1]
    forger = Forger(told.world, told.world.donation_receipt(told.gift, 1))
    shown = verify_receipt(encode(forger.show(forger.copy(), [*forger.shown(), leaf])), told.policy)
    assert (Caution.REFUNDED, str(leaf)) in shown.cautions


def test_a_member_without_a_row():
    verdict = verify(story().world.cover_receipt(story().enrolment, 7))
    assert verdict.cover.claims == () and verdict.cover.removed is None
    assert (verdict.cover.first_day, verdict.cover.policy) == ("2018-01-01", story().cover)


def test_a_member_with_a_claim_that_was_paid_and_one_that_was_refused():
    (claim,) = verify(receipts()["cover"]).cover.claims
    assert (claim.state, claim.paid, [body["kind"] for _, body in claim.bodies]) == ("paid", 50, ["claim", "decision"])
    (claim,) = verify(story().world.cover_receipt(story().enrolment, 4)).cover.claims
    assert (claim.state, claim.paid) == ("refused", 0)


def test_a_member_who_was_removed():
    assert verify(story().world.cover_receipt(story().enrolment, 5)).cover.removed == "2018-03-01"


def test_a_member_whose_policy_is_not_shown():
    forger = forge("cover")
    value = forger.show(forger.copy(), [index for index in forger.shown() if index != story().cover])
    verdict = verify(encode(value))
    assert verdict.cover.policy is None and verdict.cautions == ((Caution.NO_COVER, "2018"),)


def test_an_entry():
    entry = verify(receipts()["entry"]).entry
    assert (entry.at.index, entry.signers, entry.value["kind"]) == (story().way, ("platform",), "transfer")


def test_the_entry_of_a_sealed_leaf_with_its_body():
    told, forger = story(), forge("cover")
    index, text = forger.value["bodies"][0]
    value = {**json.loads(told.world.entry_receipt(index)), "bodies": [[index, text]]}
    entry = verify(encode(value)).entry
    assert (entry.value["kind"], entry.body["kind"], entry.body["member"]) == ("sealed", "claim", told.members[0])


def test_neighbours_with_one_answer_are_one_piece():
    world = ReceiptWorld().begin()
    gift = world.give(1000)
    world.settle(1000)
    world.premium(300)
    world.premium(600)
    world.balance()
    verdict = verify_receipt(world.donation_receipt(gift, 0), parse_policy(world.policy(), what="policy"))
    assert [(piece.account, piece.amount) for piece in verdict.pieces] == [
        ("claims/dlz/kb", 900), ("fund/dlz/other", 100)
    ]  # fmt: skip


def test_the_unit_is_that_of_an_account_or_of_the_terms():
    told = story()
    forger = Forger(told.world, told.world.donation_receipt(told.back, 0))
    bare = [index for index in forger.shown() if told.world.entry(index)["kind"] != "terms"]
    assert verify(encode(forger.show(forger.copy(), bare))).unit is None
    assert verify(encode(forger.show(forger.copy(), [*bare, 1]))).unit == "CNY"


@pytest.mark.parametrize(("quorum", "cosigners", "needed", "vouched"), [
    ("none", [], 0, None),
    ("none", ["county"], 0, COSIGNED_UNIX_S),
    ("county", ["county", "platform"], 1, COSIGNED_UNIX_S),
    ("parties", ["county", "platform"], 1, COSIGNED_UNIX_S + 1),
])  # fmt: skip
def test_how_many_must_vouch(quorum, cosigners, needed, vouched):
    told, value = story(), forge().copy()
    value["checkpoint"] = told.world.checkpoint(cosigners).decode()
    text = told.world.policy("any").replace(b"quorum parties", f"quorum {quorum}".encode())
    verdict = verify_receipt(encode(value), parse_policy(text, what="policy"))
    assert (verdict.quorum, verdict.vouched_unix_s) == (needed, vouched)
    assert (Caution.QUORUM_BELOW_CHARTER, f"{len(cosigners)} of 3") in verdict.cautions


# -- how old it is, and who vouches -----------------------------------------------------------------------------------


def test_age():
    stamped = story().world.time_unix_ms // 1000
    verdict = verify(receipts()["donation"], now=stamped + 86_400, max_age_seconds=86_400)
    assert verdict.vouched_unix_s == COSIGNED_UNIX_S + 1  # three of four cosigned then or later
    with pytest.raises(CannotTell, match="86401 seconds old, at most 86400"):
        verify(receipts()["donation"], now=stamped + 86_401, max_age_seconds=86_400)
    with pytest.raises(CannotTell, match="no clock"):
        verify(receipts()["donation"], max_age_seconds=1)
    assert verify(receipts()["entry"], now=COSIGNED_UNIX_S).cautions == ((Caution.AHEAD_OF_CLOCK, "1"),)


def test_fewer_than_the_policy_asks_for():
    value = forge().copy()
    value["checkpoint"] = story().world.checkpoint(["county", "platform"]).decode()
    with pytest.raises(SignatureError, match="quorum"):
        verify(encode(value))
    lax = parse_policy(story().world.policy("2"), what="policy")
    verdict = verify_receipt(encode(value), lax)
    assert verdict.cautions == ((Caution.QUORUM_BELOW_CHARTER, "2 of 3"),)


@pytest.mark.parametrize("drop", ["witness county", "log"])
def test_a_policy_with_other_keys_than_the_charter(drop):
    other = ReceiptWorld(seed=9)
    lines = story().world.policy().decode().split("\n")
    if drop == "log":
        lines[0] += f"\nlog {other.log_key.verifier.vkey}"
        assert verify_receipt(receipts()["donation"], parse_policy("\n".join(lines).encode(), what="policy"))
        return
    text = "\n".join(lines).replace(
        story().world.cosigners["county"].verifier.vkey, other.cosigners["county"].verifier.vkey
    )
    with pytest.raises(SignatureError, match="expected the cosigners"):
        verify_receipt(receipts()["donation"], parse_policy(text.encode(), what="policy"))


# -- lies, one at a time ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("hidden", "error", "says"), [
    pytest.param("last", ProofError, "expected the last leaf", id="last-leaf"),
    pytest.param("charter", ProofError, "names the charter in leaf 0, which is not shown", id="charter"),
    pytest.param("balance", ProofError, "not the newest balance", id="balance"),
    pytest.param("gift", ProofError, "the line is in leaf 3, which is not shown", id="donation"),
])  # fmt: skip
def test_a_leaf_that_must_be_shown(hidden, error, says):
    told, forger = story(), forge()
    index = {"last": len(told.world.leaves) - 1, "charter": 0, "balance": told.balance, "gift": told.gift}[hidden]
    value = forger.show(forger.copy(), [one for one in forger.shown() if one != index])
    with pytest.raises(error, match=says):
        verify(encode(value))


def _hide(forger, index, *, entry, line):
    """Leave a leaf out, and show every row and absence that the balance has for where the pieces then seem to be."""
    kept = [one for one in forger.shown() if one != index]
    value = forger.show(forger.copy(), kept)
    return forger.prove(value, intervals(follow(forger.world, entry=entry, line=line, leaves=kept)))


@pytest.mark.parametrize("hop", [4, 5, 6, 7])
def test_a_hop_that_is_hidden(hop):
    with pytest.raises(ProofError, match=r"had left|is gone"):
        verify(encode(_hide(forge(), hop, entry=story().gift, line=0)))


def test_a_refund_that_is_hidden():
    forger = Forger(story().world, story().world.donation_receipt(story().back, 0))
    refund = next(one for one in forger.shown() if story().world.entry(one)["kind"] == "refund")
    value = _hide(forger, refund, entry=story().back, line=0)
    assert value["none"] == []  # no absence can be shown: the exit is in the map
    with pytest.raises(CannotTell, match="no exit"):
        verify(encode(value))
    told = Forger(story().world, story().world.donation_receipt(story().back, 1)).value["none"]
    value["none"] = told
    with pytest.raises(CannotTell, match="no exit"):
        verify(encode(value))
    value["none"] = [{**told[0], "u": 1200 + 107, "v": 1200 + 107 + 40}]
    with pytest.raises(ProofError, match="map exits"):
        verify(encode(value))


@pytest.mark.parametrize("member", ["in", "next_out", "at", "out"])
@pytest.mark.parametrize("by", [-1, 1])
def test_a_published_row_with_another_number(member, by):
    value = forge().copy()
    row = next(one for one in value["rows"] if one["map"] == "published")
    row["row"][member] += by
    with pytest.raises(ProofError, match=r"map published: claims/dlz/kb: expected the value"):
        verify(encode(value))


def test_a_row_said_to_be_absent():
    value = forge().copy()
    for row in value["rows"]:
        row["row"] = row["salt"] = None
    with pytest.raises(ProofError, match="shows that it is present"):
        verify(encode(value))


def test_rows_and_absences_that_are_missing():
    for name, says in (("rows", "no row of the account"), ("none", "no exit")):
        with pytest.raises(CannotTell, match=says):
            verify(encode({**forge().copy(), name: []}))


def test_a_row_that_is_shown_twice():
    value = forge().copy()
    with pytest.raises(FormatError, match="each row once"):
        verify(encode({**value, "rows": [*value["rows"], value["rows"][0]]}))


def test_a_row_of_another_map():
    value = forge().copy()
    row = next(one for one in value["rows"] if one["map"] == "published")
    row["map"], row["salt"] = "accounts", OTHER_HASH
    with pytest.raises(FormatError, match="missing members"):
        verify(encode(value))


def test_rows_of_an_older_balance():
    told = Story()
    old = json.loads(told.world.donation_receipt(told.gift, 0))
    told.world.pay_out(told.cover, told.members[6], 100)
    told.world.balance()
    forger = Forger(told.world, told.world.donation_receipt(told.gift, 0))
    value = {**forger.copy(), "rows": old["rows"], "none": old["none"]}
    with pytest.raises(ProofError, match="leads to the root"):
        verify_receipt(encode(value), told.policy)
    forger.show(value, [told.balance, *(one for one in forger.shown() if one != len(told.world.leaves) - 1)])
    with pytest.raises(ProofError, match="expected the last leaf"):
        verify_receipt(encode(value), told.policy)


@pytest.mark.parametrize(("change", "says"), [
    pytest.param({"index": 1}, "line 1 of leaf 3", id="index"),
    pytest.param({"entry": 4}, "expected a donation", id="entry"),
    pytest.param({"salt": OTHER_HASH}, "line 0 of leaf 3", id="salt"),
    pytest.param({"path": []}, "too short", id="path"),
    pytest.param({"opening": {"amount": 301}}, "line 0 of leaf 3", id="opening"),
])  # fmt: skip
def test_another_line(change, says):
    value = forge().copy()
    value["line"] |= change
    with pytest.raises(ProofError, match=says):
        verify(encode(value))


def test_an_opening_without_an_amount():
    value = forge().copy()
    value["line"]["opening"] = {"amount": True}
    with pytest.raises(FormatError, match="an opening with an amount"):
        verify(encode(value))


def test_a_leaf_that_was_changed():
    value = forge().copy()
    shown = next(leaf for leaf in value["leaves"] if leaf[0] == 4)
    stamp, _, note = shown[1].partition("\n")
    assert '"amount":1200' in stamp
    shown[1] = stamp.replace('"amount":1200', '"amount":1201') + "\n" + note
    with pytest.raises(ProofError, match="multiproof"):
        verify(encode(value))


def test_foreign_bodies():
    told = story()
    value = forge("cover").copy()
    other = json.loads(told.world.cover_receipt(told.enrolment, 1))
    with pytest.raises(ProofError, match="is not shown"):
        verify(encode({**value, "bodies": other["bodies"]}))
    forger = forge("cover")
    both = forger.show(forger.copy(), [*forger.shown(), *(index for index, _ in other["leaves"])])
    both["bodies"] = sorted([*value["bodies"], *other["bodies"]])
    with pytest.raises(ProofError, match="about somebody else"):
        verify(encode(both))
    swapped = forger.copy()
    swapped["bodies"][0][1] = other["bodies"][0][1]
    with pytest.raises(ProofError, match="body of leaf"):
        verify(encode(swapped))
    with pytest.raises(ProofError, match="opens no sealed entry"):
        verify(encode({**forge().copy(), "bodies": value["bodies"]}))
    with pytest.raises(ProofError, match="which the receipt is not about"):
        verify(encode({**forge("entry").copy(), "bodies": value["bodies"]}))


def test_a_row_of_another_member():
    other = json.loads(story().world.cover_receipt(story().enrolment, 7))
    with pytest.raises(ProofError, match="another person's"):
        verify(encode({**forge("cover").copy(), "rows": other["rows"]}))
    with pytest.raises(CannotTell, match="row of the register is not shown"):
        verify(encode({**forge("cover").copy(), "rows": []}))
    absent = {**other["rows"][0], "name": forge("cover").value["rows"][0]["name"]}
    with pytest.raises(ProofError, match="map register"):
        verify(encode({**forge("cover").copy(), "rows": [absent]}))


def test_a_claim_that_is_hidden():
    forger = forge("cover")
    claim = forger.value["bodies"][0][0]
    value = forger.show(forger.copy(), [index for index in forger.shown() if index != claim])
    with pytest.raises(ProofError, match="is not shown"):
        verify(encode({**value, "bodies": []}))


def test_the_policy_of_another_period():
    told = Story()
    told.world.enrol(1, "2019")
    later = told.world.insure(1, "2019")
    told.world.balance()
    forger = Forger(told.world, told.world.cover_receipt(told.enrolment, 0))
    value = forger.show(forger.copy(), [later if index == told.cover else index for index in forger.shown()])
    with pytest.raises(ProofError, match="for another period"):
        verify_receipt(encode(value), told.policy)


def test_a_cover_receipt_about_something_else():
    told, value = story(), forge("cover").copy()
    value["line"]["entry"] = told.cover
    with pytest.raises(ProofError, match="expected an enrolment that adds, got a cover"):
        verify(encode(value))


def test_the_body_of_an_entry_that_is_not_sealed():
    told, text = story(), forge("cover").value["bodies"][0][1]
    with pytest.raises(ProofError, match="expected a sealed entry, got a transfer"):
        verify(encode({**forge("entry").copy(), "bodies": [[told.way, text]]}))
    with pytest.raises(ProofError, match=f"expected leaf {told.cover} to be a sealed entry of the programme dlz"):
        verify(encode({**forge("cover").copy(), "bodies": [[told.cover, text]]}))


def test_a_row_without_a_proof():
    value = forge().copy()
    value["rows"][0]["proof"] = None
    with pytest.raises(ProofError, match="expected a proof of the row"):
        verify(encode(value))


def test_the_body_of_a_payout_needs_its_decision():
    """A payout names its decision, and a confirmation its payout: each link is shown, or it may be anybody's."""
    told, forger = story(), forge("cover")
    files, decision = told.world.files, forger.value["bodies"][1][0]
    steps = [(index, files.bodies[bytes.fromhex(told.world.entry(index)["body"])].decode())
             for index in (decision + 1, decision + 2)]  # fmt: skip
    assert [json.loads(text)["kind"] for _, text in steps] == ["payout", "confirm"]
    value = forger.show(forger.copy(), [*forger.shown(), *(index for index, _ in steps)])
    value["bodies"] = sorted([*value["bodies"], *map(list, steps)])
    (claim,) = verify(encode(value)).cover.claims
    assert [body["kind"] for _, body in claim.bodies] == ["claim", "decision", "payout", "confirm"]
    del value["bodies"][1]
    with pytest.raises(ProofError, match=f"the body of leaf {decision + 1} is about somebody else"):
        verify(encode(value))


# -- the file ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("change", "says"), [
    pytest.param({"format": "mingzhang receipt/v2"}, "expected the format", id="format"),
    pytest.param({"subject": "gift"}, "expected a subject", id="subject"),
    pytest.param({"subject": "entry"}, "missing members", id="other-subject"),
    pytest.param({"subject": "cover"}, "expected a row of the maps", id="maps-of-another-subject"),
    pytest.param({"extra": 1}, "unknown members", id="unknown-member"),
    pytest.param({"leaves": []}, None, id="no-leaves"),
    pytest.param({"bodies": [[2, "a"], [2, "b"]]}, "which rises", id="index-twice"),
    pytest.param({"none": [{}]}, "missing members", id="empty-none"),
    pytest.param({"rows": [{"map": "published", "name": "claims/a", "proof": None, "row": None, "salt": OTHER_HASH}]},
                 "expected a salt exactly", id="salt-of-nothing"),
    pytest.param({"rows": [{"map": "accounts", "name": "fund/a", "proof": None, "salt": OTHER_HASH, "row": {
        "class": "own", "holder": "a", "in": 1, "next_out": 0, "out": 0, "unit": "CNY"}}]},
        "expected the class of fund/a", id="class-of-another"),
    pytest.param({"proof": ["AA=="]}, "base64 of 32 bytes", id="short-hash"),
    pytest.param({"checkpoint": 1}, "expected a string", id="checkpoint-number"),
    pytest.param({"line": None}, "expected an object", id="no-line"),
])  # fmt: skip
def test_a_malformed_file(change, says):
    with pytest.raises(ProofError if says is None else FormatError, match=says or "expected the last leaf"):
        verify(encode({**forge().copy(), **change}))


def test_absences_in_a_receipt_for_a_member():
    with pytest.raises(FormatError, match="none: expected an empty array"):
        verify(encode({**forge("cover").copy(), "none": forge().value["none"]}))


@pytest.mark.parametrize("change", [
    pytest.param(lambda data: data[:-1], id="no-last-line-feed"),
    pytest.param(lambda data: data + b"\n", id="two-line-feeds"),
    pytest.param(lambda data: data.replace(b":", b": ", 1), id="a-blank"),
    pytest.param(lambda data: b"", id="empty"),
    pytest.param(lambda data: data[:-1] + b" " * 65_536 + b"\n", id="too-long"),
])  # fmt: skip
def test_another_spelling(change):
    with pytest.raises(FormatError, match=r"^receipt: "):
        parse_receipt(change(receipts()["donation"]))


@pytest.mark.parametrize("subject", ["donation", "cover", "entry"])
def test_no_byte_can_be_changed(subject):
    """With any byte changed, a receipt is refused or says exactly the same."""
    data = receipts()[subject]
    whole = verify(data)
    draw = random.Random(subject)
    positions = range(len(data)) if EVERY_BYTE else sorted(draw.sample(range(len(data)), BYTES))
    for at in positions:
        for byte in {data[at] ^ 1 << draw.randrange(8), draw.choice(b'0129azAZ+/=",:{}[]\n')} - {data[at]}:
            try:
                verdict = verify(data[:at] + bytes([byte]) + data[at + 1 :])
            except VerifyError:
                continue
            # A cosignature under a name that nobody knows is passed over: then fewer vouch, and that is said.
            assert set(verdict.cosigned) <= set(whole.cosigned) and verdict.vouched_unix_s <= whole.vouched_unix_s
            same = replace(verdict, cosigned=whole.cosigned, vouched_unix_s=whole.vouched_unix_s)
            assert same == whole, f"byte {at}, {data[at : at + 1]!r} as {bytes([byte])!r}"
