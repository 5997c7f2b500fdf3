"""Entries one behind the other: what is left of each in the state, and what a refusal says."""

import json
import re
from dataclasses import replace

import pytest

from ledger.batch import Batch
from ledger.commitment import body_hash
from ledger.entry import parse_entry
from ledger.errors import FormatError, Missing, ProofError, Rejected, SignatureError
from ledger.leaf import stamp_of
from ledger.sequence import needs, replay, sequence, state_root
from ledger.state import MemoryReader, State
from ledger.trie import next_salt
from ledger.validate import CheckedEntry, check_entry
from tests.reference import rfc6962
from tests.support.log_samples import every_kind, with_stamp
from tests.support.world import ORIGIN, PARTIES, TERMS, Files, World

KB = "claims/dlz/kb"


@pytest.fixture
def world():
    """Gifts of 1,000,000 fen, 900,000 of them for claims, 100,000 in the account that pays; three persons covered."""
    world = World().begin()
    world.give(1_000_000)
    world.settle(1_000_000)
    world.premium(100_000)
    world.members = world.enrol(4)[1]
    world.cover = world.insure(4)
    return world


def account(world, name):
    """In, out, next_out; None where the account is gone."""
    row = world.state.get("account", name)
    return None if row is None else (row["in"], row["out"], row["next_out"])


def figure(world, name):
    return world.state.get("figure", f"dlz/{name}")["value"]


def refused(world, reason, act, /, *words, **members):
    """The message of a refusal, which leaves no trace."""
    before = world.state.changes()
    with pytest.raises(Rejected) as caught:
        act(*words, **members)
    assert caught.value.reason == reason
    assert world.state.changes() == before
    return str(caught.value)


def entry(world, index):
    return json.loads(world.leaves[index].split(b"\n")[2])


# -- the first leaf ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("quorum,operator", [(2, "platform"), (5, "platform"), (3, "auditor")])
def test_a_charter_has_a_quorum_that_two_thirds_cannot_reach_and_an_operator_among_its_parties(quorum, operator):
    world = World()
    epoch = {"log": world.log_key.verifier.vkey, "number": 1, "operator": operator}
    message = refused(world, "charter_wrong", world.charter, quorum=quorum, epoch=epoch)
    assert message == (f"charter_wrong: expected an operator among {list(PARTIES)} and a quorum of more than two "
                       f"thirds of them, got {operator} and {quorum}")
    world.charter(quorum=4)


# -- money on its way -------------------------------------------------------------------------------------------------


def test_a_transfer_is_received_in_parts(world):
    sent = world.send("fund/dlz/claims", KB, 500, "premium", by="foundation")
    transit = f"transit/{sent}"
    assert figure(world, "on_its_way") == 500
    world.receive(sent, 200, by="insurer")
    assert account(world, transit) == (500, 200, 200)
    message = refused(world, "exceeds_transit", world.receive, sent, 301, by="insurer")
    assert message == f"exceeds_transit: transfer {sent} has 300 on its way, got 301"
    world.receive(sent, 100, by="foundation", kind="return")
    assert figure(world, "on_its_way") == 200
    world.receive(sent, 200, by="insurer")
    assert account(world, transit) is None
    assert world.state.get("transfer", sent) is None
    assert figure(world, "premium") == 100_400  # what was sent back is no premium
    message = refused(world, "transfer_unknown", world.receive, sent, 1, by="insurer")
    assert message == f"transfer_unknown: leaf {sent} is no transfer with money on its way"


def test_assigned_counts_what_reaches_the_claims_share_and_stays(world):
    before = figure(world, "assigned")
    sent = world.send("fund/dlz/claims", KB, 500, "premium", by="foundation")
    world.receive(sent, 500, by="foundation", kind="return")
    assert figure(world, "assigned") == before
    world.give(10)
    world.settle(10)
    assert figure(world, "assigned") == before + 9


def test_a_gift_in_more_than_64_pieces_is_not_refunded():
    world = World().begin()
    donation = world.give(660)
    for _ in range(33):
        world.settle(20)  # each settlement falls on both sides of the split
    batch = Batch(world.files.batches[bytes.fromhex(entry(world, donation)["lines"]["root"])])
    line = {"amount": 660, "commitment": batch.prove_line(0).line.commitment.hex(), "index": 0, "path": []}
    message = refused(world, "too_many_segments", world.act, "refund", "foundation", donation=donation, line=line,
                      programme="dlz", reason="asked_back")
    assert message == "too_many_segments: the gift rests in 66 pieces, at most 64 can be taken"


# -- a claim's way ----------------------------------------------------------------------------------------------------


def test_a_payout_that_bounced_is_paid_again_from_where_it_waits(world):
    decision = world.decide(world.file_claim(world.cover, world.members[0], 1000), 500)
    first = world.pay(decision, 500)
    world.seal("bounce", "insurer", payout=first, reason="closed_account")
    assert account(world, f"transit/{first}") == (500, 0, 0)
    message = refused(world, "payout_not_open", world.confirm, first)
    assert message == f"payout_not_open: payout {first} is bounced"
    message = refused(world, "payout_not_bounced", world.pay, decision, 499, again=first)
    assert message == f"payout_not_bounced: leaf {first} is no bounced payout of 499, part 1, for claim {decision - 1}"
    held = account(world, KB)
    second = world.pay(decision, 500, again=first)
    assert account(world, KB) == held  # nothing more leaves the account that pays
    assert account(world, f"transit/{first}") is None
    assert world.state.get("account", f"transit/{second}")["source"] == KB
    assert world.state.get("payout", first)["state"] == "again"
    refused(world, "payout_not_bounced", world.pay, decision, 500, again=first)
    world.confirm(second)
    assert figure(world, "paid") == 500
    assert figure(world, "on_its_way") == 0
    assert account(world, "paid/dlz/kb") == (500, 0, 0)


def test_a_recovery_takes_the_payout_s_own_positions_from_the_lowest(world):
    other = world.pay_out(world.cover, world.members[0], 200)
    claim = world.file_claim(world.cover, world.members[1], 1000)
    paid = world.pay(world.decide(claim, 500), 500)
    world.confirm(paid)
    world.recover(paid, 30)
    world.recover(paid, 20)
    gaps = [(key[2], row[0]) for key, row in world.state.scan("gap", "paid/dlz/kb")]
    assert gaps == [(f"{100:016d}", 130), (f"{130:016d}", 150)]  # the first payout's hundred lie before them
    assert world.state.get("payout", paid)["recovered"] == 50
    message = refused(world, "exceeds_payout", world.recover, paid, 451)
    assert message == f"exceeds_payout: payout {paid} has 450 to recover, got 451"
    row = world.state.get("claim", claim)
    assert (row["paid"], row["state"]) == (450, "paid")  # what comes back opens no claim again
    assert figure(world, "claims_paid") == 2
    assert world.state.get("payout", other)["recovered"] == 0


def test_payouts_are_published_when_k_persons_hide_in_them(world):
    for member, reason in ((0, "too_few_payouts"), (0, "too_few_payouts"), (1, "too_few_payouts")):
        world.pay_out(world.cover, world.members[member], 20)
        refused(world, reason, world.act, "balance", "county", publish=[KB])
    message = refused(world, "too_few_payouts", world.act, "balance", "county", publish=[KB])
    assert "payouts to 2 members since its last publication, at least 3" in message
    world.pay_out(world.cover, world.members[2], 20)
    assert world.state.get("paying", KB) == {"members": 3, "payouts": 4}
    refused(world, "unpublished_payouts", world.send, KB, "fund/dlz/claims", 10, "rollover", by="insurer")
    published = world.act("balance", "county", publish=[KB])
    assert world.state.get("published", KB) == {"at": published, "in": 100_000, "next_out": 40, "out": 40}
    assert world.state.get("paying", KB) is None
    assert not list(world.state.scan("payee"))
    world.send(KB, "fund/dlz/claims", 10, "rollover", by="insurer")
    refused(world, "too_few_payouts", world.act, "balance", "county", publish=[KB])  # a new count begins


def test_a_close_says_what_the_books_say(world):
    world.give(1000)
    close = {"county": "kb", "period": "2018", "programme": "dlz"}

    def said(opening, came, went, closing):
        return [{"account": "fund/dlz/other", "closing": closing, "in": came, "opening": opening, "out": went}]

    for wrong in ((1, 100_000, 0, 100_001), (0, 99_999, 0, 99_999), (0, 100_000, 1, 99_999), (0, 100_000, 0, 99_999)):
        message = refused(world, "close_differs", world.act, "close", "foundation insurer", accounts=said(*wrong),
                          **close)
        assert message == ("close_differs: fund/dlz/other: the books have opening, in, out, closing "
                           f"(0, 100000, 0, 100000), got {wrong}")
    index = world.act("close", "foundation insurer", accounts=said(0, 100_000, 0, 100_000), **close)
    assert stamp_of(world.leaves[index]).state == state_root(world.state).hex()
    world.enrol(1, "2019")
    world.insure(1, "2019")
    world.settle(1000)
    world.act("spend", "foundation", amount=30, programme="dlz", purpose="management", ref="S",
              to="spent/dlz/management", **{"from": "fund/dlz/other"})
    world.act("close", "foundation insurer", accounts=said(100_000, 100, 30, 100_070), **{**close, "period": "2019"})
    message = refused(world, "period_closed", world.act, "close", "foundation insurer",
                      accounts=said(100_070, 0, 0, 100_070), **close)
    assert message == f"period_closed: 2018 was closed by leaf {index}"


# -- salts and stamps -------------------------------------------------------------------------------------------------


def test_each_entry_steps_the_salt_of_what_it_touches_once(world):
    salts = {}
    for name in ("fund/dlz", "fund/dlz/claims", "platform/dlz/gifts", KB):
        salts[name] = bytes.fromhex(world.state.get("account", name)["salt"])
    index = world.give(10)
    sent = world.send("platform/dlz/gifts", "fund/dlz", 10, "settlement", by="platform")
    arrived = world.receive(sent, 10, by="foundation")
    nonce = {at: bytes.fromhex(entry(world, at)["nonce"]) for at in (index, sent, arrived)}
    want = {
        "platform/dlz/gifts": next_salt(next_salt(salts["platform/dlz/gifts"], nonce[index]), nonce[sent]),
        "fund/dlz": next_salt(salts["fund/dlz"], nonce[arrived]),
        "fund/dlz/claims": next_salt(salts["fund/dlz/claims"], nonce[arrived]),  # named by the split
        KB: salts[KB],
    }
    assert {name: bytes.fromhex(world.state.get("account", name)["salt"]) for name in want} == want


def test_a_sealed_entry_steps_salts_with_the_nonce_of_its_body(world):
    member = world.members[0]
    assert world.state.get("member", member)["salt"] == member  # the chain begins at the commitment
    index = world.file_claim(world.cover, member, 100)
    body = json.loads(world.files.bodies[bytes.fromhex(entry(world, index)["body"])])
    want = next_salt(bytes.fromhex(member), bytes.fromhex(body["nonce"])).hex()
    assert world.state.get("member", member)["salt"] == want


def test_a_stamp_that_would_be_too_long_is_refused():
    """Sixty-four segments into a split, with long numbers: no rule forbids the move, but its stamp would not fit."""
    world = World()
    world.charter()
    ends = {"from": "platform/dlz/gifts", "to": "fund/dlz"}
    world.terms(flows=[*TERMS["flows"], {"kind": "spend", "purpose": "settlement", **ends}])
    gift = 10**13
    donation = world.give(*[gift] * 128)
    batch = Batch(world.files.batches[bytes.fromhex(entry(world, donation)["lines"]["root"])])
    for line in range(1, 127, 2):
        proof = batch.prove_line(line)
        shown = {"amount": gift, "commitment": proof.line.commitment.hex(), "index": line,
                 "path": [[sibling.hex(), total] for sibling, total in proof.path]}
        world.act("refund", "platform", donation=donation, line=shown, programme="dlz", reason="asked_back")
    spend = {"programme": "dlz", "purpose": "settlement", "ref": "S", **ends}
    message = refused(world, "too_many_segments", world.act, "spend", "platform", amount=64 * gift, **spend)
    assert message == "too_many_segments: the moves make a stamp of more than 16384 bytes"
    index = world.act("spend", "platform", amount=32 * gift, **spend)
    assert len(stamp_of(world.leaves[index]).moves) == 64  # thirty-two segments, a split behind each


def test_the_state_root_is_the_tree_over_all_rows_whatever_their_number():
    state = State(MemoryReader())
    rows = [(f"gap fund/a {at:016d}".encode(), b"%d" % at) for at in range(5000)]
    for key, value in rows:
        state.put_bytes(key, value)
    state.put("dirty", "accounts", "fund/a", row="")  # a node's own rows are no part of it
    leaves = [rfc6962.leaf(len(key).to_bytes(2, "big") + key + value) for key, value in rows]
    assert state_root(state) == rfc6962.root(leaves)


# -- files ------------------------------------------------------------------------------------------------------------


def test_an_entry_says_which_files_it_needs():
    world = every_kind()
    found = {}
    for leaf in world.leaves:
        note = leaf.partition(b"\n")[2]
        kind = json.loads(note.split(b"\n")[1])["kind"]
        found.setdefault(kind, set()).update(need.kind for need in needs(parse_entry(note, origin=ORIGIN).entry))
    assert {kind: kinds for kind, kinds in found.items() if kinds} == {
        "donation": {"batch", "tags"}, "enrolment": {"batch", "tags"}, "sealed": {"body"}}


@pytest.mark.parametrize("files,what", [
    ("batches", "batch"), ("tag_files", "tag file"), ("bodies", "body"),
])  # fmt: skip
def test_a_file_that_is_not_held_gives_no_verdict_and_leaves_no_trace(files, what):
    world = every_kind()
    state = State(MemoryReader())
    there, tried = world.files, 0
    for leaf in world.leaves:
        missing = Files()
        missing.__dict__.update({**there.__dict__, files: {}})
        before = state.changes()
        try:
            replay(state, leaf, origin=ORIGIN, blobs=missing)
        except Missing as error:
            message = rf"{what} [0-9a-f]{{64}} is not held here yet; fetch it from a party that has it"
            assert re.fullmatch(message, str(error))
            assert state.changes() == before
            replay(state, leaf, origin=ORIGIN, blobs=there)
            tried += 1
    assert tried >= 2
    assert state_root(state) == state_root(world.state)


def test_a_body_under_the_name_of_another_is_none(world):
    note = world.compose_sealed("withdraw", "county", claim=1)
    name = bytes.fromhex(json.loads(note.split(b"\n")[1])["body"])
    world.files.bodies[name] += b" "
    other = body_hash(world.files.bodies[name]).hex()
    with pytest.raises(ProofError, match=f"^body {name.hex()}: its hash is {other}$"):
        world.append(note)


# -- replay -----------------------------------------------------------------------------------------------------------


def follow(world, leaf):
    """Replay a world's log up to its last leaf, and then another in its place."""
    state = State(MemoryReader())
    for one in world.leaves[:-1]:
        replay(state, one, origin=ORIGIN, blobs=world.files)
    before = state.changes()
    try:
        replay(state, leaf, origin=ORIGIN, blobs=world.files)
    finally:
        assert state.changes() == before


@pytest.mark.parametrize("name,value,message", [
    ("time_unix_ms", 1519905599999, "time 1519905599999 falls below 1519905600000"),
    ("index", 11, "stamp index: expected 10, got 11"),
    ("balance", 2, "stamp balance: expected None, got 2"),
    ("charter", 1, "stamp charter: expected 0, got 1"),
    ("effect", "5e" * 32, f"stamp effect: expected None, got {'5e' * 32}"),
])
def test_a_stamp_that_does_not_follow_is_refused(world, name, value, message):
    world.act("notice", "county", document="22" * 32, programme="dlz", text="a notice")
    assert len(world.leaves) == 11
    with pytest.raises(ProofError) as caught:
        follow(world, with_stamp(world.leaves[-1], lambda stamp: stamp.update({name: value})))
    assert str(caught.value).partition(": ")[2] == message


def test_an_entry_whose_signature_is_another_s_is_refused_in_a_replay_too(world):
    world.give(5)
    with pytest.raises(SignatureError, match=r"^entry: signature of platform\.example: the signature does not verify$"):
        follow(world, world.leaves[-1].replace(b'"purpose":"gifts"', b'"purpose":"giftz"'))
    with pytest.raises(FormatError, match=r"^entry: not canonical JSON at byte "):
        follow(world, world.leaves[-1].replace(b'"purpose":"gifts"', b'"purpose": "gifts"'))


def test_the_same_text_again_names_its_leaf(world):
    note = world.leaves[3].partition(b"\n")[2]
    assert refused(world, "exists", world.append, note) == "exists: the same text is leaf 3"


def test_a_refused_entry_may_be_right_later(world):
    note = world.compose("transfer", "platform", amount=7, programme="dlz", purpose="settlement", ref="later",
                         to="fund/dlz", **{"from": "platform/dlz/gifts"})
    refused(world, "insufficient", world.append, note)
    world.give(7)
    index = world.append(note)
    assert account(world, f"transit/{index}") == (7, 0, 0)


# -- what was checked before ------------------------------------------------------------------------------------------


def test_an_entry_that_was_checked_gives_the_same_leaf():
    one, other = World().begin(), World().begin()
    note = one.compose("drive", "foundation", document="22" * 32, programme="dlz", text="a drive")
    checked = check_entry(other.state, note, parse_entry(note, origin=ORIGIN))
    assert checked.parties == ("foundation",)
    leaf = sequence(other.state, checked, origin=ORIGIN, time_unix_ms=other.time_unix_ms, blobs=other.files)
    assert leaf == one.leaves[one.append(note)]


def test_an_entry_that_was_checked_under_another_key_is_checked_again():
    world = World().begin()
    note = world.compose("drive", "foundation", document="22" * 32, programme="dlz", text="a drive")
    signed = parse_entry(note, origin=ORIGIN)
    line = replace(signed.note.signatures[0], blob=b"0" * 64)
    broken = replace(signed, note=replace(signed.note, signatures=(line,)))
    with pytest.raises(SignatureError, match=r"^entry: signature of foundation.example"):
        check_entry(world.state, note, broken)
    others = CheckedEntry(note, broken, (world.keys["county"].verifier,), ("foundation",))
    with pytest.raises(SignatureError, match=r"^entry: signature of foundation.example"):
        sequence(world.state, others, origin=ORIGIN, time_unix_ms=world.time_unix_ms, blobs=world.files)
