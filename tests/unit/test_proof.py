"""Proofs about the log's tree: each against the recursion that defines it, small sizes exhaustively."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import ProofError
from ledger.merkle import EMPTY_ROOT, SIZE_MAX, Frontier, leaf_hash, root_hash
from ledger.proof import (
    prove_consistency,
    prove_inclusion,
    prove_multi,
    prove_subtree,
    root_from_nodes,
    subtree_root,
    verify_consistency,
    verify_inclusion,
    verify_multi,
    verify_subtree,
)
from tests.reference import rfc6962

SIZES = range(1, 131)
LEAVES = [leaf_hash(bytes([index])) for index in range(130)]
NODES = dict(Frontier().append_many(LEAVES))
ROOTS = [rfc6962.root(LEAVES[:size]) for size in range(131)]


def nodes(level, index):
    return NODES[level, index]


def subtrees(size):
    """Every valid non-empty subtree of a tree of `size` leaves."""
    return [(start, end) for end in range(size + 1) for start in range(end) if rfc6962.is_subtree(start, end)]


@pytest.mark.parametrize("size", SIZES)
def test_each_leaf_has_one_index(size):
    for index, leaf in enumerate(LEAVES[:size]):
        path = prove_inclusion(index=index, size=size, nodes=nodes)
        assert path == rfc6962.path(index, LEAVES[:size])
        verify_inclusion(leaf=leaf, index=index, size=size, path=path, root=ROOTS[size])
        for wrong in (index - 1, index + 1, size):
            with pytest.raises(ProofError, match=r"^inclusion proof: "):
                verify_inclusion(leaf=leaf, index=wrong, size=size, path=path, root=ROOTS[size])


@pytest.mark.parametrize("size", SIZES)
def test_each_tree_is_a_prefix_of_the_next(size):
    assert root_from_nodes(size, nodes) == ROOTS[size]
    for old in range(1, size + 1):
        path = prove_consistency(old=old, new=size, nodes=nodes)
        assert path == rfc6962.consistency(old, LEAVES[:size])
        roots = {"old_root": ROOTS[old], "new_root": ROOTS[size]}
        verify_consistency(old_size=old, new_size=size, path=path, **roots)
        for name in roots:
            with pytest.raises(ProofError, match=r"^consistency proof: "):
                verify_consistency(old_size=old, new_size=size, path=path, **roots | {name: LEAVES[0][::-1]})


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 9, 33, 64, 65])
def test_each_subtree_has_one_place(size):
    for start, end in subtrees(size):
        path = prove_subtree(start=start, end=end, size=size, nodes=nodes)
        part = subtree_root(start=start, end=end, nodes=nodes)
        verify_subtree(start=start, end=end, size=size, subtree=part, path=path, root=ROOTS[size])
        for place in range(len(path)):
            changed = [*path[:place], LEAVES[0][::-1], *path[place + 1 :]]
            with pytest.raises(ProofError, match=r"^subtree proof: "):
                verify_subtree(start=start, end=end, size=size, subtree=part, path=changed, root=ROOTS[size])
        for wrong in (path[:-1], [*path, part]):
            if wrong != path:
                with pytest.raises(ProofError, match=f"need {len(path)} hashes, got {len(wrong)}"):
                    verify_subtree(start=start, end=end, size=size, subtree=part, path=wrong, root=ROOTS[size])


def test_whole_algorithm_gives_the_published_sums():
    """The three rolling hashes of draft-ietf-plants-merkle-tree-certs; its empty subtrees have an empty path."""
    def hexes(path):
        return "".join(f" {element.hex()}" for element in path)

    hashes, inclusions, proofs = sha256(), sha256(), sha256()
    everything = [(start, end) for end in range(131) for start in range(end + 1) if rfc6962.is_subtree(start, end)]
    for start, end in everything:
        hashes.update(f"[{start}, {end}) {root_hash(LEAVES[start:end]).hex()}\n".encode())
        part = dict(Frontier().append_many(LEAVES[start:end]))
        for index in range(start, end):
            path = prove_inclusion(index=index - start, size=end - start, nodes=lambda *place, part=part: part[place])
            inclusions.update(f"{index} [{start}, {end}){hexes(path)}\n".encode())
    for size in range(131):
        for start, end in everything:
            if end <= size:
                path = prove_subtree(start=start, end=end, size=size, nodes=nodes) if start < end else []
                proofs.update(f"[{start}, {end}) {size}{hexes(path)}\n".encode())
    assert hashes.hexdigest() == "b82806ad4265bb151c1119c0f4db437bb4d1a1f887b3a7fba1cd4ebf552e3e81"
    assert inclusions.hexdigest() == "ac2a8f989e44d99e399db448050ff5f19757df53cfb716aa81015d3955d8163f"
    assert proofs.hexdigest() == "10fa99b37bf9bf9ffa26b412fbd98bd75363256d0b75d61bc4538b9c9c5a0a74"


@pytest.mark.parametrize("size", range(1, 9))
def test_each_set_of_leaves_has_one_multiproof(size):
    for mask in range(1, 1 << size):
        check_multi({index for index in range(size) if mask >> index & 1}, size)


@given(size=st.integers(1, 130), seed=st.sets(st.integers(0, 129), min_size=1, max_size=12))
def test_multiproofs_of_larger_trees(size, seed):
    check_multi({index % size for index in seed}, size)


def check_multi(shown, size):
    path = prove_multi(indices=list(shown), size=size, nodes=nodes)
    assert path == rfc6962.multi(shown, LEAVES[:size])
    leaves = {index: LEAVES[index] for index in shown}
    verify_multi(leaves=leaves, size=size, path=path, root=ROOTS[size])
    wrongs = [(leaves | {index: LEAVES[index][::-1]}, path) for index in shown]
    wrongs += [(leaves, [*path[:place], path[place][::-1], *path[place + 1 :]]) for place in range(len(path))]
    wrongs += [(leaves, [*path, ROOTS[size]])] + [(leaves, path[:-1])] * bool(path)
    for wrong_leaves, wrong_path in wrongs:
        with pytest.raises(ProofError, match=r"^multiproof: "):
            verify_multi(leaves=wrong_leaves, size=size, path=wrong_path, root=ROOTS[size])


def test_many_leaves_are_named_briefly():
    with pytest.raises(ProofError, match=r"leaves 0, 1, 2, 3, … \(100 leaves\) of 130 need"):
        verify_multi(leaves=dict(enumerate(LEAVES[:100])), size=130, path=[], root=ROOTS[130])


def test_the_deepest_tree_is_no_deeper_than_its_size_has_bits():
    path = [LEAVES[0]] * 63
    for index in (0, SIZE_MAX - 1):
        with pytest.raises(ProofError, match=f"^multiproof: leaves {index} of {SIZE_MAX} "):
            verify_multi(leaves={index: LEAVES[1]}, size=SIZE_MAX, path=path, root=ROOTS[1])
    with pytest.raises(ProofError, match=f"^inclusion proof: leaf 0 of {SIZE_MAX} leads to"):
        verify_inclusion(leaf=LEAVES[1], index=0, size=SIZE_MAX, path=path, root=ROOTS[1])


@pytest.mark.parametrize("prove", [
    pytest.param(lambda: prove_inclusion(index=7, size=7, nodes=nodes), id="inclusion-index-is-size"),
    pytest.param(lambda: prove_inclusion(index=0, size=0, nodes=nodes), id="inclusion-size-0"),
    pytest.param(lambda: prove_consistency(old=0, new=7, nodes=nodes), id="consistency-old-0"),
    pytest.param(lambda: prove_consistency(old=8, new=7, nodes=nodes), id="consistency-shrinks"),
    pytest.param(lambda: prove_subtree(start=3, end=5, size=7, nodes=nodes), id="subtree-misaligned"),
    pytest.param(lambda: prove_subtree(start=4, end=4, size=7, nodes=nodes), id="subtree-empty"),
    pytest.param(lambda: prove_multi(indices=[], size=7, nodes=nodes), id="multi-no-leaves"),
    pytest.param(lambda: prove_multi(indices=[1, 7], size=7, nodes=nodes), id="multi-index-is-size"),
])
def test_provers_refuse_what_cannot_be_proven(prove):
    with pytest.raises(ProofError, match="proof: "):
        prove()


@pytest.mark.parametrize(("path", "message"), [
    pytest.param([LEAVES[5], LEAVES[6][:31], ROOTS[4]], "hash 1 has 31 bytes, expected 32", id="hash-of-31-bytes"),
    pytest.param([LEAVES[5] + LEAVES[6], ROOTS[4], b""], "hash 0 has 64 bytes, expected 32", id="hashes-run-together"),
])
def test_verifiers_name_a_hash_of_another_length(path, message):
    known = {"size": 7, "path": path, "root": ROOTS[7]}
    with pytest.raises(ProofError, match=f"^inclusion proof: {message}"):
        verify_inclusion(leaf=LEAVES[4], index=4, **known)
    with pytest.raises(ProofError, match=f"^subtree proof: {message}"):
        verify_subtree(start=4, end=5, subtree=LEAVES[4], **known)
    with pytest.raises(ProofError, match=f"^multiproof: {message}"):
        verify_multi(leaves={4: LEAVES[4]}, **known)


@pytest.mark.parametrize("size", [-1, 0, SIZE_MAX + 1, 2**64, 2**64 + 7])
def test_verifiers_bound_the_size(size):
    message = f"expected a tree size from 1 to {SIZE_MAX}, got {size}"
    known = {"path": [], "root": ROOTS[7]}
    with pytest.raises(ProofError, match=f"^inclusion proof: {message}"):
        verify_inclusion(leaf=LEAVES[0], index=0, size=size, **known)
    with pytest.raises(ProofError, match=f"^subtree proof: {message}"):
        verify_subtree(start=0, end=1, size=size, subtree=LEAVES[0], **known)
    with pytest.raises(ProofError, match=f"^multiproof: {message}"):
        verify_multi(leaves={0: LEAVES[0]}, size=size, **known)
    with pytest.raises(ProofError, match=f"^consistency proof: {message}"):
        verify_consistency(old_size=1, new_size=size, old_root=ROOTS[1], new_root=ROOTS[7], path=[])


def test_a_leaf_named_twice_is_proven_once():
    assert prove_multi(indices=[4, 1, 4], size=7, nodes=nodes) == prove_multi(indices=[1, 4], size=7, nodes=nodes)


def test_the_empty_tree_has_a_root():
    assert root_from_nodes(0, nodes) == EMPTY_ROOT
