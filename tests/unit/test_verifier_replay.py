"""verifier/rules/replay.py: stamps, salts, roots; what is refused leaves no trace; what a stamp must not say."""

import json
from hashlib import sha256
from pathlib import Path

import pytest

from tests.reference import critbit, rfc6962
from tests.support.verifier_play import canonical, digest, standard
from tests.tables.beginnings import COVERED, DECIDED, FUNDED, PAID
from verifier.entries.members import rules
from verifier.entries.stamp import Mismatch
from verifier.errors import CannotTell, FormatError, ProofError
from verifier.rules.replay import Replay

MAPS = {
    "account": "accounts",
    "exit": "exits",
    "figure": "figures",
    "member": "register",
    "notices": "register",
    "published": "published",
}


@pytest.fixture(scope="module")
def paid():
    play = standard()
    play(PAID)
    return play


def changed(leaf, **members):
    """The leaf with some members of its stamp set."""
    line, _, note = leaf.partition(b"\n")
    return canonical({**json.loads(line), **members}) + b"\n" + note


def replayed(play, *, until):
    replay = Replay("ledger.example/dlz")
    for leaf in play.leaves[:until]:
        replay.apply(leaf, play.blobs)
    return replay


def state(play):
    """All state rows, key -> value."""
    return play.replay._rows._rows


def test_the_packaged_table_is_the_published_one():
    published = Path(__file__).parents[2] / "docs" / "formats" / "rules-1.json"
    assert json.loads(published.read_bytes()) == rules()


def test_a_transfer_is_stamped_with_its_moves():
    play = standard()
    play(FUNDED)
    settle, receive = play.indices["settle"], play.indices["settle"] + 1
    assert play.stamp(settle) == {
        "balance": None,
        "charter": 0,
        "index": settle,
        "moves": [
            {"amount": 10000, "from": "platform/dlz/gifts", "from_pos": 0, "to": f"transit/{settle}", "to_pos": 0}
        ],
        "rules": 1,
        "time_unix_ms": 1551398400000,
    }
    to, rest = {"to": "fund/dlz/claims", "to_pos": 0}, {"rest": "fund/dlz/other", "rest_pos": 0}
    assert play.stamp(receive)["moves"] == [
        {"amount": 10000, "from": f"transit/{settle}", "from_pos": 0, "to": "fund/dlz", "to_pos": 0},
        {"amount": 10000, "den": 10, "num": 9, "pos": 0, "split": "fund/dlz", **to, **rest},
    ]


def test_a_leaf_without_moves_has_no_member_for_them():
    assert "moves" not in standard().stamp()


def test_the_effect_of_a_sealed_leaf_stands_for_its_moves(paid):
    stamp = paid.stamp(paid.indices["pwang"])
    note = json.loads(paid.leaves[paid.indices["pwang"]].split(b"\n")[2])
    body = json.loads(paid.blobs.files[bytes.fromhex(note["body"])])
    move = {"amount": 800, "from": "claims/dlz/kangbao", "from_pos": 0, "to": f"transit/{stamp['index']}", "to_pos": 0}
    expected = sha256(b"\x05" + bytes.fromhex(body["nonce"]) + canonical([move])).hexdigest()
    assert stamp["effect"] == expected
    assert "moves" not in stamp


def test_a_sealed_leaf_without_moves_has_an_effect(paid):
    index = paid.indices["wang"]
    note = json.loads(paid.leaves[index].split(b"\n")[2])
    nonce = json.loads(paid.blobs.files[bytes.fromhex(note["body"])])["nonce"]
    assert paid.stamp(index)["effect"] == sha256(b"\x05" + bytes.fromhex(nonce) + b"[]").hexdigest()


def test_the_state_root_is_the_tree_over_all_rows(paid):
    rows = state(paid)
    leaves = []
    for key in sorted(rows):
        data = len(key).to_bytes(2, "big") + key.encode() + canonical(rows[key])
        leaves.append(sha256(b"\x00" + data).digest())
    assert paid.replay.state_root() == rfc6962.root(leaves)


def test_close_is_stamped_with_the_state_after_it():
    play = standard()
    play(COVERED)
    play("foundation+insurer close accounts=$funded ok")
    assert play.stamp()["state"] == play.replay.state_root().hex()
    assert play.row("period dlz p1 kangbao")["closed"] == len(play.leaves) - 1
    assert play.row("closed world/dlz/donors") == {"in": 0, "out": 10000}


def oracle_roots(play):
    """The five roots, each trie built from all rows at once."""
    tries = {name: {} for name in MAPS.values()}
    for key, row in state(play).items():
        family, _, name = key.partition(" ")
        if family in MAPS:
            placed = oracle_row(play, family, name, row)
            if placed:
                tries[MAPS[family]][placed[0]] = placed[1]
    return {name: critbit.root(rows).hex() for name, rows in tries.items()}


def oracle_row(play, family, name, row):
    """Key and value of one row in its trie, or None where it is not shown."""
    key = sha256(b"\x09" + MAPS[family].encode() + b"\x00" + name.encode()).digest()
    if family == "exit":
        account, start = name.split(" ")
        prefix = sha256(b"\x09exits\x00" + account.encode()).digest()[:24]
        numbers = b"".join(number.to_bytes(8, "big") for number in row)
        return prefix + int(start).to_bytes(8, "big"), sha256(b"\x0a" + numbers).digest()
    if family == "published":
        return key, sha256(b"\x06" + canonical(row)).digest()
    if family == "account":
        shown = {part: row[part] for part in ("class", "holder", "in", "next_out", "out", "unit")}
        if row["class"] == "transit":
            shown |= {"left": row["in"] - row["out"], **{part: row[part] for part in ("purpose", "source", "to")}}
        if "sealed" in row:
            key = sha256(b"\x09accounts\x00" + f"{name}/{row['sealed']}".encode()).digest()
    elif family == "figure":
        shown = {"value": row["value"]}
    elif family == "notices":
        parts = ("by", "due", "first", "id", "last", "met", "number")
        shown = {"duties": [{part: duty[part] for part in parts} for duty in row["duties"]]}
        key = sha256(f"\x09register\x00notices/{int(name)}".encode()).digest()
    else:
        claims = row["claims"]
        shown = {"claims": [oracle_claim(play, index) for index in claims]}
        shown |= {"removed": row["removed"]} if row["removed"] else {}
        key = sha256(b"\x09register\x00" + bytes.fromhex(name)).digest()
        if not claims and not row["removed"]:
            return None
    return key, sha256(b"\x06" + bytes.fromhex(row["salt"]) + canonical(shown)).digest()


def oracle_claim(play, index):
    """A claim as its member's register row shows it."""
    row = play.row(f"claim {index:016d}")
    duties = []
    for name in ("answer", "decide", "open", "pay"):
        duty = play.row(f"duty {index:016d} {name}")
        if duty:
            duties.append({"id": name, **{part: value for part, value in duty.items() if part != "counted"}})
    return {
        "claim": index,
        "duties": duties,
        **{part: row[part] for part in ("decision", "objection", "paid", "state")},
    }


def test_the_roots_of_a_trial_balance_follow_from_the_rows():
    """Balances at several places: with transits open and gone, bounced and paid again, gaps, removals."""
    play = standard()
    play("auditor balance ok")
    play(DECIDED)
    steps = """
        a: insurer payout    decision=@dwang amount=300                    ok
        insurer    bounce    payout=@a                                     ok
        insurer    transfer  amount=1 from=own/insurer to=claims/dlz/kangbao purpose=advance ref=A ok
        b: insurer payout    decision=@dwang amount=300 again=@a part=1    ok
        insurer    confirm   payout=@b                                     ok
        county     enrolment lines=zhao op=remove reason=moved             ok
        g: foundation donation lines=5,6,7 purpose=direct to=fund/dlz/other ok
        foundation refund    donation=@g line=1                            ok
        insurer    payout    decision=@dli amount=800                      ok
        insurer    recovery  payout=@b amount=100                          ok
        insurer    balance   publish=claims/dlz/kangbao                    ok
        insurer    payout    decision=@dwang amount=501                    exceeds_decision
        county     objection claim=@wang about=@dwang                      ok
        auditor    balance   day=2019-04-30                                ok
        insurer    payout    decision=@dwang amount=500                    ok
        foundation notice    meets=@premium:use:2019-03-31                 ok
        auditor    balance   day=2019-06-30                                ok
    """
    for row in steps.strip().splitlines():
        play(row)
        play("auditor balance ok")
        stamp = play.stamp()
        assert stamp["balance"] == stamp["index"] == len(play.leaves) - 1
        assert {name: stamp[name] for name in MAPS.values()} == oracle_roots(play)


def test_a_salt_steps_once_for_each_entry_that_touches_its_row():
    play = standard()
    opened = play.row("account platform/dlz/gifts")["salt"]
    nonce = bytes.fromhex(json.loads(play.leaves[1].split(b"\n")[2])["nonce"])
    assert opened == sha256(b"\x04" + bytes(32) + nonce).hexdigest()
    play("platform donation lines=5,6 ok")
    nonce = bytes.fromhex(json.loads(play.leaves[-1].split(b"\n")[2])["nonce"])
    assert play.row("account platform/dlz/gifts")["salt"] == sha256(b"\x04" + bytes.fromhex(opened) + nonce).hexdigest()
    assert play.row("figure dlz/raised") == {"salt": sha256(b"\x04" + bytes(32) + nonce).hexdigest(), "value": 11}


def test_a_member_row_begins_at_its_commitment_and_steps_with_the_body():
    play = standard()
    play(COVERED)
    assert play.row(f"member {digest('wang')}")["salt"] == digest("wang")
    play("county+insurer claim member=wang cover=@cover ok")
    body = json.loads(play.leaves[-1].split(b"\n")[2])["body"]
    nonce = json.loads(play.blobs.files[bytes.fromhex(body)])["nonce"]
    salt = sha256(b"\x04" + bytes.fromhex(digest("wang")) + bytes.fromhex(nonce)).hexdigest()
    assert play.row(f"member {digest('wang')}").items() >= {"claims": [len(play.leaves) - 1], "salt": salt}.items()


@pytest.mark.parametrize(
    ("label", "member", "value"),
    [
        pytest.param("settle", "index", 99, id="another-index"),
        pytest.param("settle", "balance", 1, id="a-balance-that-is-none"),
        pytest.param("settle", "charter", 1, id="another-charter"),
        pytest.param("settle", "rules", 2, id="other-rules"),
        pytest.param("settle", "moves", [], id="no-moves"),
        pytest.param("settle", "effect", "00", id="an-effect-of-a-public-entry"),
        pytest.param("settle", "time_unix_ms", 1551398399999, id="a-time-that-falls"),
        pytest.param("pwang", "effect", "00" * 32, id="another-effect"),
        pytest.param("pwang", "moves", [], id="moves-of-a-sealed-entry"),
        pytest.param("roster", "charter", False, id="false-is-not-0"),
    ],
)
def test_a_stamp_that_says_something_else_is_named(paid, label, member, value):
    index = paid.indices[label]
    replay = replayed(paid, until=index)
    before = replay.state_root()
    with pytest.raises(Mismatch, match=rf"^leaf {index}: stamp: {member}[^:]*: expected "):
        replay.apply(changed(paid.leaves[index], **{member: value}), paid.blobs)
    assert (replay.state_root(), replay.size) == (before, index)
    replay.apply(paid.leaves[index], paid.blobs)


def test_a_balance_that_was_refused_leaves_the_tries_as_they_were():
    play = standard()
    play(FUNDED)
    play("auditor balance ok")
    index = len(play.leaves) - 1
    replay = replayed(play, until=index)
    for name in MAPS.values():
        with pytest.raises(Mismatch, match=f"stamp: {name}: "):
            replay.apply(changed(play.leaves[index], **{name: "00" * 32}), play.blobs)
    replay.apply(play.leaves[index], play.blobs)


def test_a_missing_body_is_named(paid):
    index = paid.indices["wang"]
    replay = replayed(paid, until=index)
    name = json.loads(paid.leaves[index].split(b"\n")[2])["body"]
    body = paid.blobs.files.pop(bytes.fromhex(name))
    with pytest.raises(CannotTell, match=f"leaf {index}: body: {name} is not to be had"):
        replay.apply(paid.leaves[index], paid.blobs)
    paid.blobs.files[bytes.fromhex(name)] = body
    replay.apply(paid.leaves[index], paid.blobs)


@pytest.mark.parametrize("mutation", ["another-order", "one-too-few", "one-too-many", "another-text"])
def test_signature_lines_are_exactly_those_of_the_signers(mutation):
    play = standard()
    note = play.entry(["foundation", "county"], "agreement", ["county=guyuan"])
    text, _, lines = note.rpartition(b"\n\n")
    first, second = lines[:-1].split(b"\n")
    stranger = play.keys["insurer"].line(text + b"\n")[:-1]
    lines = {
        "another-order": [second, first],
        "one-too-few": [first],
        "one-too-many": [first, second, stranger],
        "another-text": [first, second],
    }[mutation]
    if mutation == "another-text":
        text = text.replace(b"guyuan", b"huaian")
    assert play.outcome(text + b"\n\n" + b"\n".join(lines) + b"\n") == "signature"
    assert play.outcome(note) == "ok"


def test_the_time_does_not_fall():
    play = standard()
    note = play.entry(["platform"], "donation", ["lines=5"])
    with pytest.raises(FormatError, match=r"^leaf 3: expected a time from 1551398400000, got 1551398399999$"):
        play.replay.sequence(note, time_unix_ms=1551398399999, blobs=play.blobs)


def test_a_leaf_is_stamp_and_entry():
    play = standard()
    for leaf in (b"", b"{}", b"{}" + b" " * 16_384 + b"\n", play.leaves[2].replace(b'"rules":1', b'"rules":01')):
        with pytest.raises(FormatError, match=r"^leaf 2: "):
            replayed(play, until=2).apply(leaf, play.blobs)


class Lying:
    """Gives other bytes than those that were asked for."""

    def __init__(self, data):
        self.data = data

    def batch(self, root):
        return self.data

    def tags(self, hash):
        return self.data

    def body(self, hash):
        return self.data


@pytest.mark.parametrize(
    ("label", "data", "message"),
    [
        pytest.param("roster", bytes(7) + b"\x01" + bytes(32), "batch: expected .* got 1 lines", id="another-batch"),
        pytest.param("wang", b"{}", "body: expected ", id="another-body"),
    ],
)
def test_other_bytes_than_the_entry_names_are_no_proof(paid, label, data, message):
    index = paid.indices[label]
    with pytest.raises(ProofError, match=f"^leaf {index}: {message}"):
        replayed(paid, until=index).apply(paid.leaves[index], Lying(data))


def test_another_tag_file_is_no_proof():
    play = standard()
    play("platform donation lines=5 tags=a ok")
    replay = replayed(play, until=3)
    blobs = Lying(bytes(32))
    blobs.batch = play.blobs.batch
    with pytest.raises(ProofError, match=r"^leaf 3: tag file: expected "):
        replay.apply(play.leaves[3], blobs)
