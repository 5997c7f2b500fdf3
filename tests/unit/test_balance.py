"""Trial balances: which rows stand in the five maps, and which older ones can still be proven."""

import json

import pytest

from ledger import exits, trie
from ledger.balance import account_row, account_row_name, loader, stored_row
from ledger.batch import Line
from ledger.errors import ProofError
from ledger.leaf import stamp_of
from ledger.merkle import EMPTY_ROOT
from tests.support.world import TERMS, World

MAPS = ("accounts", "exits", "figures", "published", "register")


@pytest.fixture
def world():
    return World().begin()


def balance(world, *publish):
    """A trial balance: its roots."""
    stamp = stamp_of(world.leaves[world.act("balance", "county", publish=list(publish))])
    return {name: bytes.fromhex(getattr(stamp, name)) for name in MAPS}


def shown(world, root, map_name, row_name):
    """The row under a root, proven, or None where it is proven that there is none."""
    key = trie.trie_key(map_name, row_name if isinstance(row_name, bytes) else row_name.encode())
    proof = trie.prove(root, key, loader(world.state))
    value = trie.verify_trie(root=root, key=key, proof=proof)
    if value is None:
        return None
    row, salt = stored_row(world.state, key, value)
    assert trie.row_hash(salt, row) == value
    return row


def nodes(world):
    return {key for key, _ in world.state.scan_bytes(b"trie ", b"trie!")}


def test_a_balance_shows_the_accounts_just_before_it(world):
    world.give(700)
    roots = balance(world)
    assert shown(world, roots["accounts"], "accounts", "platform/dlz/gifts") == {
        "class": "platform", "holder": "platform", "in": 700, "next_out": 0, "out": 0, "unit": "CNY"}
    assert shown(world, roots["accounts"], "accounts", "platform/dlz/nothing") is None
    assert shown(world, roots["figures"], "figures", "dlz/raised") == {"value": 700}
    assert shown(world, roots["published"], "published", "claims/dlz/kb") == {"at": 2, "in": 0, "next_out": 0, "out": 0}
    assert roots["exits"] == roots["register"] == EMPTY_ROOT


def test_a_balance_without_a_change_has_the_same_roots(world):
    world.give(700)
    assert balance(world) == balance(world)


def test_proofs_under_the_three_balances_before_the_newest_still_work(world):
    """What a balance replaces stays for two more: the fifth takes away what the second replaced of the first."""
    roots, raised = [], 0
    for gift in (1, 20, 300, 4000, 50_000):
        raised += gift
        world.give(gift)
        roots.append((balance(world), raised))
        for known, value in roots[-4:]:
            assert shown(world, known["figures"], "figures", "dlz/raised") == {"value": value}
            assert shown(world, known["accounts"], "accounts", "platform/dlz/gifts")["in"] == value
    oldest = roots[0][0]
    for map_name in ("figures", "accounts"):
        with pytest.raises(ProofError, match=r"^trie: the store lacks node [0-9a-f]{64}; rebuild"):
            shown(world, oldest[map_name], map_name, "dlz/raised")
    # What no entry touched since is the same in all of them, and stays.
    assert shown(world, oldest["published"], "published", "claims/dlz/kb")["in"] == 0


def test_the_tries_do_not_grow_with_the_number_of_balances(world):
    sizes = []
    for _ in range(8):
        world.give(5)
        balance(world)
        sizes.append(len(nodes(world)))
    assert len(set(sizes[3:])) == 1, sizes


def test_a_transit_stands_under_its_name_and_a_sealed_one_cannot_be_guessed(world):
    world.give(1_000_000)
    world.settle(1_000_000)
    world.premium(100_000)
    members = world.enrol(1)[1]
    sent = world.send("fund/dlz/claims", "claims/dlz/kb", 50, "premium", by="foundation")
    paid = world.pay(world.decide(world.file_claim(world.insure(1), members[0], 1000), 500), 500)
    roots = balance(world)
    row = shown(world, roots["accounts"], "accounts", f"transit/{sent}")
    assert {part: row[part] for part in ("left", "purpose", "source", "to")} == {
        "left": 50, "purpose": "premium", "source": "fund/dlz/claims", "to": "claims/dlz/kb"}
    assert shown(world, roots["accounts"], "accounts", f"transit/{paid}") is None
    live = world.state.get("account", f"transit/{paid}")
    name = account_row_name(f"transit/{paid}", live)
    body = json.loads(world.leaves[paid].split(b"\n")[2])["body"]
    assert name == f"transit/{paid}/{json.loads(world.files.bodies[bytes.fromhex(body)])['nonce']}"
    assert shown(world, roots["accounts"], "accounts", name) == account_row(name, live)
    world.confirm(paid)
    world.receive(sent, 50, by="insurer")
    roots = balance(world)
    assert shown(world, roots["accounts"], "accounts", name) is None  # emptied, and gone
    assert shown(world, roots["accounts"], "accounts", f"transit/{sent}") is None


def test_the_register_shows_only_members_with_something_on_them(world):
    world.give(1_000_000)
    world.settle(1_000_000)
    world.premium(100_000)
    members = world.enrol(2)[1]
    cover = world.insure(2)
    claim = world.file_claim(cover, members[0], 1000)
    roots = balance(world)
    assert shown(world, roots["register"], "register", bytes.fromhex(members[0])) == {
        "claims": [{"claim": claim, "decision": None, "duties": [], "objection": None, "paid": 0, "state": "complete"}]}
    assert shown(world, roots["register"], "register", bytes.fromhex(members[1])) is None
    decision = world.decide(claim, 500)
    world.confirm(world.pay(decision, 500))
    refused = world.file_claim(cover, members[0], 60)
    refusal = world.decide(refused, 0, result="refuse")
    roots = balance(world)
    assert shown(world, roots["register"], "register", bytes.fromhex(members[0])) == {
        "claims": [{"claim": claim, "decision": decision, "duties": [], "objection": None, "paid": 500,
                    "state": "paid"},
                   {"claim": refused, "decision": refusal, "duties": [], "objection": None, "paid": 0,
                    "state": "refused"}]}


def test_the_register_shows_who_was_removed(world):
    members = world.enrol(2)[1]
    assert balance(world)["register"] == EMPTY_ROOT
    lines = world.batch_of([Line(1, bytes.fromhex(members[1]))])
    world.act("enrolment", "county", county="kb", lines=lines, op="remove", period="2018", programme="dlz",
              reason="moved_away")
    root = balance(world)["register"]
    assert shown(world, root, "register", bytes.fromhex(members[1])) == {"claims": [], "removed": "2018-03-01"}
    assert shown(world, root, "register", bytes.fromhex(members[0])) is None


def test_exits_are_proven_and_so_is_that_there_is_none(world):
    world.give(100)
    world.settle(100)
    world.premium(50)
    world.send("claims/dlz/kb", "fund/dlz/claims", 20, "rollover", by="insurer")
    root = balance(world)["exits"]
    key = exits.exits_key("claims/dlz/kb", 0)
    left = trie.verify_trie(root=root, key=key, proof=trie.prove(root, key, loader(world.state)))
    assert left == exits.exit_value(20, len(world.leaves) - 2)
    proof = exits.prove_no_exit(root, "claims/dlz/kb", 20, 50, loader(world.state))
    exits.verify_no_exit(root=root, account="claims/dlz/kb", u=20, v=50, proof=proof)
    with pytest.raises(ProofError):
        exits.prove_no_exit(root, "claims/dlz/kb", 19, 50, loader(world.state))


def test_a_node_that_comes_back_is_not_forgotten():
    """A transit account parts a subtree and goes again: the old node is needed, whatever was dropped before."""
    resting = [{"holder": "foundation", "name": f"fund/dlz/n{number}", "place": "bank-f"} for number in range(60)]
    world = World()
    world.charter()
    world.terms(accounts=[*TERMS["accounts"], *resting])
    world.give(100_000)
    for turn in range(8):
        sent = world.send("platform/dlz/gifts", "fund/dlz", 10, "settlement", by="platform")
        balance(world)
        world.receive(sent, 10, by="foundation")
        newest = balance(world)
        for name in (key[1] for key, _ in world.state.scan("account")):
            assert shown(world, newest["accounts"], "accounts", name) is not None, f"turn {turn}: {name}"


def test_two_rows_that_are_equal_are_kept_apart():
    """Two accounts that pay open with the same leaf, so their published rows are the same; one of them moves on."""
    spares = [{"holder": "insurer", "name": f"claims/dlz/{name}", "place": "bank-i"} for name in ("scratch", "spare")]
    world = World()
    world.charter()
    world.terms(accounts=[*TERMS["accounts"], *spares], k=1)
    world.act("agreement", "county foundation", county="kb", document="22" * 32, programme="dlz")
    world.give(100_000)
    world.settle(50_000)
    world.premium(40_000)
    (member,) = world.enrol(1)[1]
    cover = world.insure(1)
    for _ in range(6):
        world.pay_out(cover, member, 100)
        newest = balance(world, "claims/dlz/kb")
        spare = shown(world, newest["published"], "published", "claims/dlz/spare")
        assert spare == shown(world, newest["published"], "published", "claims/dlz/scratch")
        assert spare["at"] == 1
