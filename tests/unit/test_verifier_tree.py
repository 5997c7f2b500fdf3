"""verifier/log/tree.py against the examples of RFC 6962's tree and a recursion written out from its definition."""

from base64 import b64decode
from hashlib import sha256

import pytest

from verifier.errors import ProofError
from verifier.log.tree import (
    Frontier,
    is_subtree,
    root_hash,
    verify_consistency,
    verify_inclusion,
    verify_multiproof,
    verify_subtree,
)
from verifier.primitives.hashes import leaf_hash, node_hash

ENTRIES = [b"entry 0", b"entry 1", b"", b"entry 3", b"entry 4", b"entry 5", b"entry 6"]
LEAVES = [leaf_hash(entry) for entry in ENTRIES]
ROOTS = (
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "773885a613489e24ce2cf76199d6a423f042e4bbf12d7eecee912ef276c65701",
    "5a47662fd8a317d96049a3f9f47c55dc67ca66051baa3683dbb19b2fe09a07b0",
    "8e33a76ea43054367e945ca75c245360c94df8e9d9060f2c5af4e19c1e293e09",
    "0998f6da28e0ab3e30d7106868790bccf09f8954185eb452795deafd285356eb",
    "2f8c7f2328c68c34bb96efe98934893c703ebfe72b8ddb032b5a5d2849a7e11e",
    "36af6886b45f5e89fd17b7cb30f63e5cb0e3a3dbfe1b1a0d8f8352ae5a710c10",
    "060e2b3d4d9bce4f8a77671d20e2b3bb419c01db9f6b0b0ea209f5152bf6aae2",
)
INCLUSION_4_IN_7 = (
    "9ff537b618a257ef82908c45915acbaeb6d9dea035d6d93964fc88c19e98c8b3",
    "be15781b628a28414c1c8a11b86db8422fa1041215fe0d7c4496d23cda1e4142",
    "0998f6da28e0ab3e30d7106868790bccf09f8954185eb452795deafd285356eb",
)
CONSISTENCY_3_TO_7 = (
    "bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0=",
    "YcoROfaBWEHVuvLQ0tm9nf7pfImN1ve6DAqpQe5sAes=",
    "WkdmL9ijF9lgSaP59HxV3GfKZgUbqjaD27GbL+CaB7A=",
    "lK+4osoFHAVFjqOdzRmxvWjn4zUp8QtDnSphWlH2NuI=",
)
SUBTREE_4_6_TO_7 = (
    "vhV4G2KKKEFMHIoRuG24Qi+hBBIV/g18RJbSPNoeQUI=",
    "CZj22ijgqz4w1xBoaHkLzPCfiVQYXrRSeV3q/ShTVus=",
)


class Reference:
    """Roots and proofs of the trees over any range of some leaves, straight from the recursive definitions."""

    def __init__(self, leaves: list[bytes]) -> None:
        self.leaves = leaves
        self._roots: dict[tuple[int, int], bytes] = {}

    def root(self, low: int, high: int) -> bytes:
        if (low, high) not in self._roots:
            if high - low == 0:
                root = sha256(b"").digest()
            elif high - low == 1:
                root = self.leaves[low]
            else:
                cut = _cut(low, high)
                root = node_hash(self.root(low, cut), self.root(cut, high))
            self._roots[low, high] = root
        return self._roots[low, high]

    def path(self, start: int, end: int, low: int, high: int, known: bool = True) -> list[bytes]:
        """The proof of `[start, end)` in the tree over `[low, high)`."""
        if start == end:
            return []
        if (start, end) == (low, high):
            return [] if known else [self.root(low, high)]
        cut = _cut(low, high)
        if end <= cut:
            return [*self.path(start, end, low, cut, known), self.root(cut, high)]
        if start >= cut:
            return [*self.path(start, end, cut, high, known), self.root(low, cut)]
        return [*self.path(cut, end, cut, high, False), self.root(low, cut)]

    def multipath(self, shown: set[int], low: int, high: int) -> list[bytes]:
        """The proof of several leaves of the tree over `[low, high)`."""
        if shown.isdisjoint(range(low, high)):
            return [self.root(low, high)]
        if high - low == 1:
            return []
        cut = _cut(low, high)
        return self.multipath(shown, low, cut) + self.multipath(shown, cut, high)


def _cut(low: int, high: int) -> int:
    return low + (1 << ((high - low - 1).bit_length() - 1))


def _row(head: str, path: list[bytes]) -> bytes:
    return (head + "".join(f" {value.hex()}" for value in path) + "\n").encode()


ROW = Reference([leaf_hash(bytes((value,))) for value in range(130)])


def test_worked_example_of_seven_entries() -> None:
    frontier = Frontier()
    assert frontier.root().hex() == ROOTS[0]
    for size, leaf in enumerate(LEAVES, start=1):
        frontier.append(leaf)
        assert (frontier.size, frontier.root().hex()) == (size, ROOTS[size])
        assert root_hash(LEAVES[:size]).hex() == ROOTS[size]
    root = bytes.fromhex(ROOTS[7])
    verify_inclusion(leaf=LEAVES[4], index=4, size=7, path=[bytes.fromhex(h) for h in INCLUSION_4_IN_7], root=root)
    verify_consistency(
        old_size=3,
        new_size=7,
        old_root=bytes.fromhex(ROOTS[3]),
        new_root=root,
        path=[b64decode(h) for h in CONSISTENCY_3_TO_7],
    )
    verify_subtree(
        start=4,
        end=6,
        size=7,
        subtree=bytes.fromhex("dd0379d83ac7f164e7eea30cdcefb57508254c48f766afccd3d976365e328ccc"),
        path=[b64decode(h) for h in SUBTREE_4_6_TO_7],
        root=root,
    )


# The draft gives these three check values; its newest text also counts empty subtrees, with an empty proof,
# which the verifier refuses.
def test_rolling_hash_of_all_small_subtrees() -> None:
    hashes = sha256()
    for end in range(131):
        for start in range(end + 1):
            if start == end or is_subtree(start=start, end=end):
                root = root_hash(ROW.leaves[start:end])
                assert root == ROW.root(start, end)
                hashes.update(f"[{start}, {end}) {root.hex()}\n".encode())
    assert hashes.hexdigest() == "b82806ad4265bb151c1119c0f4db437bb4d1a1f887b3a7fba1cd4ebf552e3e81"


def test_rolling_hash_of_all_small_inclusion_proofs() -> None:
    proofs = sha256()
    for end in range(131):
        for start in range(end):
            if is_subtree(start=start, end=end):
                for index in range(start, end):
                    path = ROW.path(index, index + 1, start, end)
                    proofs.update(_row(f"{index} [{start}, {end})", path))
                    verify_inclusion(
                        leaf=ROW.leaves[index],
                        index=index - start,
                        size=end - start,
                        path=path,
                        root=ROW.root(start, end),
                    )
    assert proofs.hexdigest() == "ac2a8f989e44d99e399db448050ff5f19757df53cfb716aa81015d3955d8163f"


def test_rolling_hash_of_all_small_subtree_proofs() -> None:
    proofs = sha256()
    for size in range(131):
        for end in range(size + 1):
            for start in range(end + 1):
                if start == end or is_subtree(start=start, end=end):
                    path = ROW.path(start, end, 0, size)
                    proofs.update(_row(f"[{start}, {end}) {size}", path))
                    if start != end:
                        verify_subtree(
                            start=start,
                            end=end,
                            size=size,
                            subtree=ROW.root(start, end),
                            path=path,
                            root=ROW.root(0, size),
                        )
    assert proofs.hexdigest() == "10fa99b37bf9bf9ffa26b412fbd98bd75363256d0b75d61bc4538b9c9c5a0a74"


@pytest.mark.parametrize("size", range(1, 34))
def test_each_leaf_has_one_index_and_one_path(size: int) -> None:
    root = ROW.root(0, size)
    for index in range(size):
        path = ROW.path(index, index + 1, 0, size)
        leaf = ROW.leaves[index]
        wrong = [(index + 1, path), (index - 1, path), (size, path), (index, [*path, leaf]), (index, [leaf, *path])]
        wrong += [(index, path[:-1]), (index, path[1:]), (index, path[::-1])] if len(path) > 1 else []
        for other, broken in wrong:
            with pytest.raises(ProofError, match=r"^inclusion proof: "):
                verify_inclusion(leaf=leaf, index=other, size=size, path=broken, root=root)
        with pytest.raises(ProofError, match=f"expected {bytes(32).hex()}"):
            verify_inclusion(leaf=leaf, index=index, size=size, path=path, root=bytes(32))


@pytest.mark.parametrize("new", range(2, 34))
def test_consistency_proves_one_pair_of_roots(new: int) -> None:
    for old in range(1, new):
        path = ROW.path(0, old, 0, new)
        right = {"old_root": ROW.root(0, old), "new_root": ROW.root(0, new)}
        verify_consistency(old_size=old, new_size=new, path=path, **right)
        for broken in (path[:-1], [*path, bytes(32)], [bytes(32), *path[1:]], [*path[:-1], bytes(31)]):
            with pytest.raises(ProofError, match=r"^consistency proof: "):
                verify_consistency(old_size=old, new_size=new, path=broken, **right)
        for name in right:
            with pytest.raises(ProofError, match=r"^consistency proof: the path leads to the "):
                verify_consistency(old_size=old, new_size=new, path=path, **{**right, name: bytes(32)})


@pytest.mark.parametrize(("old", "new"), [(0, 5), (6, 5), (-1, 5), (1, 2**63)])
def test_consistency_refuses_sizes(old: int, new: int) -> None:
    with pytest.raises(ProofError, match=r"^consistency proof: expected a"):
        verify_consistency(old_size=old, new_size=new, old_root=bytes(32), new_root=bytes(32), path=[])


def test_consistency_of_a_size_with_itself_needs_equal_roots() -> None:
    verify_consistency(old_size=5, new_size=5, old_root=bytes(32), new_root=bytes(32), path=[])
    with pytest.raises(ProofError, match="leads to the root"):
        verify_consistency(old_size=5, new_size=5, old_root=bytes(32), new_root=b"\x01" * 32, path=[])


@pytest.mark.parametrize(("start", "end"), [(3, 5), (1, 3), (5, 5), (5, 4), (-4, 0), (8, 16)])
def test_subtree_refuses_what_is_none(start: int, end: int) -> None:
    with pytest.raises(ProofError, match="is not a subtree of a tree of size 9"):
        verify_subtree(start=start, end=end, size=9, subtree=bytes(32), path=[], root=bytes(32))


def test_proofs_in_the_largest_tree_are_bounded() -> None:
    with pytest.raises(ProofError, match="too short"):
        verify_inclusion(leaf=bytes(32), index=2**63 - 2, size=2**63 - 1, path=[bytes(32)] * 61, root=bytes(32))
    with pytest.raises(ProofError, match="too long"):
        verify_inclusion(leaf=bytes(32), index=0, size=2**63 - 1, path=[bytes(32)] * 100_000, root=bytes(32))
    with pytest.raises(ProofError, match="more hashes than the 3 given"):
        verify_multiproof(leaves={2**62: bytes(32)}, size=2**63 - 1, path=[bytes(32)] * 3, root=bytes(32))


@pytest.mark.parametrize("size", range(1, 9))
def test_multiproof_of_each_set_of_leaves(size: int) -> None:
    root = ROW.root(0, size)
    for mask in range(1, 1 << size):
        shown = {index for index in range(size) if mask >> index & 1}
        leaves = {index: ROW.leaves[index] for index in shown}
        path = ROW.multipath(shown, 0, size)
        verify_multiproof(leaves=leaves, size=size, path=path, root=root)
        with pytest.raises(ProofError, match=r"^multiproof: 1 of .* left over$"):
            verify_multiproof(leaves=leaves, size=size, path=[*path, bytes(32)], root=root)
        with pytest.raises(ProofError, match=r"^multiproof: the leaves lead to the root"):
            verify_multiproof(leaves={**leaves, min(shown): bytes(32)}, size=size, path=path, root=root)
        if path:
            with pytest.raises(ProofError, match=r"^multiproof: expected more hashes"):
                verify_multiproof(leaves=leaves, size=size, path=path[:-1], root=root)


@pytest.mark.parametrize(
    ("leaves", "message"),
    [
        pytest.param({}, "at least one leaf", id="no-leaf"),
        pytest.param({3: bytes(32)}, "below the tree size 3", id="index-is-size"),
        pytest.param({-1: bytes(32)}, "below the tree size 3", id="negative-index"),
        pytest.param({0: bytes(31)}, "hashes of 32 bytes, got one of 31", id="short-hash"),
    ],
)
def test_multiproof_refuses(leaves: dict[int, bytes], message: str) -> None:
    with pytest.raises(ProofError, match=f"^multiproof: .*{message}"):
        verify_multiproof(leaves=leaves, size=3, path=[bytes(32)], root=bytes(32))
