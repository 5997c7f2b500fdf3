"""The log's tree against the recursion of RFC 6962, and the frontier that appends to it."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import FormatError
from ledger.merkle import EMPTY_ROOT, SIZE_MAX, Frontier, leaf_hash, node_hash, root_hash
from tests.reference import rfc6962

LEAVES = [leaf_hash(b"entry %d" % index) for index in range(130)]


@pytest.mark.parametrize("size", range(131))
def test_root_is_that_of_the_recursion(size):
    assert root_hash(LEAVES[:size]) == rfc6962.root(LEAVES[:size])


def test_leaf_and_node_and_nothing_hash_apart():
    assert len({leaf_hash(b""), node_hash(b"", b""), EMPTY_ROOT}) == 3
    assert leaf_hash(b"entry") == rfc6962.leaf(b"entry")


@given(cuts=st.lists(st.integers(0, 130), max_size=6))
def test_leaves_may_come_in_any_portions(cuts):
    """However the leaves are portioned, every complete subtree comes up once, with its hash."""
    places = [0, *sorted(cuts), 130]
    frontier = Frontier()
    completed = []
    for start, end in pairwise(places):
        completed += frontier.append_many(LEAVES[start:end])
        assert frontier.size == end
        assert frontier.root() == rfc6962.root(LEAVES[:end])
    levels = range(8)
    want = {
        (level, index): rfc6962.root(LEAVES[index << level : (index + 1) << level])
        for level in levels for index in range(130 >> level)
    }
    assert dict(completed) == want
    assert len(completed) == len(want)


@pytest.mark.parametrize("size", [0, 1, 2, 3, 7, 8, 100])
def test_a_frontier_goes_on_from_what_was_stored(size):
    stored = Frontier()
    stored.append_many(LEAVES[:size])
    assert len(stored.hashes) == size.bit_count()
    reopened = Frontier(size=stored.size, hashes=stored.hashes)
    reopened.append_many(LEAVES[size:])
    assert reopened.root() == root_hash(LEAVES)


@pytest.mark.parametrize(("size", "hashes", "message"), [
    pytest.param(-1, [], "expected a size from 0 to", id="size-negative"),
    pytest.param(SIZE_MAX + 1, LEAVES[:1], "expected a size from 0 to", id="size-2-63"),
    pytest.param(3, LEAVES[:1], "size 3 needs 2 hashes, got 1", id="hash-missing"),
    pytest.param(4, LEAVES[:2], "size 4 needs 1 hashes, got 2", id="hash-left-over"),
    pytest.param(3, [LEAVES[0], b"short"], "hash 1 has 5 bytes, expected 32", id="hash-short"),
])
def test_frontier_rejects(size, hashes, message):
    with pytest.raises(FormatError, match=f"^frontier: {message}"):
        Frontier(size=size, hashes=hashes)


def test_a_tree_cannot_outgrow_its_readers():
    full = Frontier(size=SIZE_MAX, hashes=LEAVES[:63])
    before = full.root()
    with pytest.raises(FormatError, match=f"^frontier: size {SIZE_MAX} cannot take 1 more leaves"):
        full.append_many(LEAVES[:1])
    assert (full.size, full.root()) == (SIZE_MAX, before)
