"""Tries against their definition, and provers who would rather not show an exit."""

import random
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.errors import FormatError, ProofError
from ledger.exits import NoExitProof, exit_opening, exit_value, exits_key, prove_no_exit, verify_no_exit
from ledger.merkle import EMPTY_ROOT
from ledger.trie import TrieProof, prove, row_hash, trie_key, update, verify_trie
from tests.reference import critbit

# Few distinct bytes at few places, so that keys share long beginnings and differ in early, middle and last bits.
KEYS = st.builds(lambda first, middle, last: bytes([first]) + bytes(15) + bytes([middle]) + bytes(14) + bytes([last]),
                 *[st.sampled_from([0, 1, 2, 128, 255])] * 3)
VALUES = st.sampled_from([bytes([number]) * 32 for number in range(3)])


class Nodes(dict):
    """A node store that forgets what an update drops, and sees to it that no update drops what is still needed."""

    def __init__(self):
        super().__init__()
        self.root = EMPTY_ROOT

    def apply(self, changes):
        root, added, dropped = update(self.root, changes, self.get)
        assert not added.keys() & self.keys()
        assert dropped <= self.keys()
        assert not dropped & added.keys()
        self.update(added)
        for node in dropped:
            del self[node]
        self.root = root


@settings(deadline=None)
@given(steps=st.lists(st.dictionaries(KEYS, st.none() | VALUES, max_size=12), max_size=6), searched=st.lists(KEYS))
def test_a_trie_depends_on_its_rows_alone(steps, searched):
    """However rows came, changed and went: the root is that of the rows that are left, and nothing else is stored."""
    store, rows = Nodes(), {}
    for changes in steps:
        store.apply(changes)
        rows = {key: value for key, value in (rows | changes).items() if value is not None}
        assert store.root == critbit.root(rows)
        assert len(store) == max(0, 2 * len(rows) - 1)
    for key in [*searched, *rows]:
        proof = prove(store.root, key, store.get)
        assert verify_trie(root=store.root, key=key, proof=proof) == rows.get(key)


@settings(deadline=None)
@given(rows=st.dictionaries(KEYS, VALUES, min_size=1, max_size=8), searched=KEYS)
def test_no_other_proof_speaks_about_a_key(rows, searched):
    """Each leaf's true path is shown for the searched key: only the one that the key's bits lead to is believed."""
    store = Nodes()
    store.apply(rows)
    honest = prove(store.root, searched, store.get)
    for key in rows:
        proof = prove(store.root, key, store.get)
        if proof == honest:
            continue
        with pytest.raises(ProofError, match=rf"^trie proof: key {searched.hex()} turns off at bit"):
            verify_trie(root=store.root, key=searched, proof=proof)
    with pytest.raises(ProofError, match=r"^trie proof: leaf .* leads to"):
        verify_trie(root=store.root, key=searched, proof=TrieProof(searched, b"\xff" * 32, honest.path))


def test_a_change_that_leaves_early_does_not_mislead_the_others():
    """The first change turns off at bit 0 and, below it, would go right where the second goes left."""
    def key(first, middle, last):
        return bytes([first]) + bytes(15) + bytes([middle]) + bytes(14) + bytes([last])

    rows = {key(128, 0, 0): bytes(32), key(128, 0, 1): bytes(32), key(128, 128, 0): bytes(32)}
    changes = {key(0, 128, 0): bytes(32), key(128, 0, 2): bytes(32)}
    store = Nodes()
    store.apply(rows)
    store.apply(changes)
    assert store.root == critbit.root(rows | changes)


def test_a_few_changes_look_into_few_nodes():
    """The cost follows the changes, not the rows: in a trie of 20,000 rows, twenty changes read a few hundred nodes."""
    seeded = random.Random(1)
    store = Nodes()
    store.apply({seeded.randbytes(32): bytes(32) for _ in range(20_000)})
    read = []

    def load(node):
        read.append(node)
        return store.get(node)

    update(store.root, {seeded.randbytes(32): bytes(32) for _ in range(20)}, load)
    assert len(read) < 20 * 2 * 20


def test_a_store_without_a_node_says_which():
    store = Nodes()
    store.apply({bytes(32): bytes(32), b"\xff" * 32: bytes(32)})
    del store[store.root]
    message = f"^trie: the store lacks node {store.root.hex()}; rebuild"
    with pytest.raises(ProofError, match=message):
        prove(store.root, bytes(32), store.get)
    with pytest.raises(ProofError, match=message):
        update(store.root, {bytes(32): None}, store.get)


def test_equal_names_in_two_maps_have_two_keys():
    assert trie_key("accounts", b"a/b") != trie_key("figures", b"a/b")
    assert trie_key("a", b"b") != trie_key("ab", b"")


def test_a_row_without_salt_is_not_one_with_a_salt_of_zeros():
    assert row_hash(None, {"value": 1}) != row_hash(bytes(32), {"value": 1})


def test_an_update_rejects_a_short_key():
    with pytest.raises(FormatError, match=r"^trie: expected a key and a row hash of 32 bytes, got 00: None"):
        update(EMPTY_ROOT, {b"\x00": None}, {}.get)


ACCOUNTS = ("fund/dlz", "fund/dlz/claims", "own/foundation", "fund/dlz/other")
POSITIONS = st.lists(st.integers(0, 30), max_size=10, unique=True).map(
    lambda places: list(zip(*[iter(sorted(places))] * 2, strict=False)))
EXITS = st.dictionaries(st.sampled_from(ACCOUNTS[:3]), POSITIONS)


def stored(exits):
    """The map of these exits, all made by leaf 7; the store keeps the opening of each beside the nodes."""
    store = Nodes()
    for account, spans in exits.items():
        store.apply({exits_key(account, start): exit_value(end, 7) for start, end in spans})
    store.update({exit_value(end, 7): exit_opening(end, 7) for spans in exits.values() for _, end in spans})
    return store


@settings(deadline=None)
@given(exits=EXITS, account=st.sampled_from(ACCOUNTS), u=st.integers(0, 32), length=st.integers(1, 12))
def test_a_gap_is_proven_exactly_where_no_exit_touches(exits, account, u, length):
    store = stored(exits)
    span = {"account": account, "u": u, "v": u + length}
    if critbit.touching(exits.get(account, []), u, u + length):
        with pytest.raises(ProofError, match=rf"^exits of {account}: \[{u}, {u + length}\) is touched by the exit"):
            prove_no_exit(store.root, load=store.get, **span)
    else:
        verify_no_exit(root=store.root, proof=prove_no_exit(store.root, load=store.get, **span), **span)


@settings(deadline=None)
@given(exits=EXITS, account=st.sampled_from(ACCOUNTS[:3]), u=st.integers(0, 30), length=st.integers(1, 12))
def test_no_pair_of_true_leaves_hides_an_exit(exits, account, u, length):
    """Whatever leaves of the trie a prover shows, and however it opens them, a touched interval is never accepted."""
    if not critbit.touching(exits.get(account, []), u, u + length):
        return
    store = stored(exits)
    keys = [exits_key(name, start) for name, spans in exits.items() for start, _ in spans]
    leaves = [None, *(prove(store.root, key, store.get) for key in keys)]
    openings = [None, (u, 7), *{(end, 7) for spans in exits.values() for _, end in spans}]
    for before, opening, after in product(leaves, openings, leaves):
        with pytest.raises(ProofError, match=r"^exits of "):
            verify_no_exit(root=store.root, account=account, u=u, v=u + length,
                           proof=NoExitProof(predecessor=before, opening=opening, successor=after))


@settings(deadline=None)
@given(exits=EXITS, account=st.sampled_from(ACCOUNTS), u=st.integers(0, 32), length=st.integers(1, 12), data=st.data())
def test_no_part_of_a_gap_proof_can_be_changed(exits, account, u, length, data):
    store = stored(exits)
    span = {"account": account, "u": u, "v": u + length}
    if critbit.touching(exits.get(account, []), u, u + length):
        return
    good = prove_no_exit(store.root, load=store.get, **span)
    shown = [name for name in ("predecessor", "successor") if getattr(good, name) is not None]
    if not shown:
        return
    name = data.draw(st.sampled_from(shown))
    proof = getattr(good, name)
    flipped = bytes([proof.leaf_key[0] ^ 1]) + proof.leaf_key[1:]
    bad = [TrieProof(flipped, proof.row_hash, proof.path), TrieProof(proof.leaf_key, bytes(32), proof.path),
           TrieProof(proof.leaf_key, proof.row_hash, ((0, bytes(32)), *proof.path)), None]
    for changed in bad:
        with pytest.raises(ProofError):
            verify_no_exit(root=store.root, proof=NoExitProof(**vars(good) | {name: changed}), **span)
