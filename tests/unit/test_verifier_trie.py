"""verifier/log/trie.py against maps built naively from the definition."""

import random
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifier.errors import FormatError, ProofError, VerifyError
from verifier.log.trie import Exit, Trie, TrieProof, exit_key, verify_absent, verify_no_exit, verify_present
from verifier.primitives.hashes import EMPTY_HASH, exit_hash

Map = dict[bytes, bytes]


def _bits(key: bytes) -> str:
    return "".join(f"{byte:08b}" for byte in key)


def _root(rows: Map) -> bytes:
    if not rows:
        return sha256(b"").digest()
    if len(rows) == 1:
        ((key, value),) = rows.items()
        return sha256(b"\x07" + key + value).digest()
    bit = _fork(rows)
    left, right = ({key: rows[key] for key in rows if _bits(key)[bit] == side} for side in "01")
    return sha256(b"\x08" + bytes((bit,)) + _root(left) + _root(right)).digest()


def _fork(rows: Map) -> int:
    return next(bit for bit in range(256) if len({_bits(key)[bit] for key in rows}) == 2)


def _proof(rows: Map, key: bytes) -> TrieProof:
    path = []
    while len(rows) > 1:
        bit = _fork(rows)
        sides = {side: {other: rows[other] for other in rows if _bits(other)[bit] == side} for side in "01"}
        mine = _bits(key)[bit]
        path.append((bit, _root(sides["1" if mine == "0" else "0"])))
        rows = sides[mine]
    ((found, value),) = rows.items()
    return TrieProof(found, value, tuple(path))


def _key(number: int) -> bytes:
    return sha256(b"key %d" % number).digest()


ROWS = {_key(number): sha256(b"row %d" % number).digest() for number in range(40)}
ROOT = _root(ROWS)


def test_empty_and_single() -> None:
    trie = Trie()
    assert trie.root() == EMPTY_HASH == sha256(b"").digest()
    trie.put(bytes(32), b"\x01" * 32)
    assert trie.root() == sha256(b"\x07" + bytes(32) + b"\x01" * 32).digest()
    trie.remove(bytes(32))
    assert trie.root() == EMPTY_HASH


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 3)), max_size=40))
def test_any_history_leads_to_the_root_of_what_is_there(history: list[tuple[int, int]]) -> None:
    trie, rows = Trie(), {}
    for number, value in history:
        # Keys that share long prefixes, so that forks come and go at every depth.
        key = (1 << number).to_bytes(2, "big") + bytes(29) + bytes((number & 3,))
        if value:
            rows[key] = bytes((value,)) * 32
            trie.put(key, rows[key])
        else:
            rows.pop(key, None)
            trie.remove(key)
        assert trie.root() == _root(rows)


def test_the_order_of_rows_does_not_matter() -> None:
    trie = Trie()
    for key in random.Random(7).sample(sorted(ROWS), len(ROWS)):
        trie.put(key, ROWS[key])
    assert trie.root() == ROOT


def test_a_trie_takes_whole_keys_and_values_only() -> None:
    for key, value in ((bytes(31), bytes(32)), (bytes(32), bytes(33))):
        with pytest.raises(FormatError, match=r"^trie: expected key and value of 32 bytes"):
            Trie().put(key, value)


def test_presence_and_absence() -> None:
    for key, value in ROWS.items():
        proof = _proof(ROWS, key)
        verify_present(proof, key=key, value=value, root=ROOT, what="row")
        with pytest.raises(ProofError, match="the proof shows that it is present"):
            verify_absent(proof, key=key, root=ROOT, what="row")
        with pytest.raises(ProofError, match=f"expected the value {bytes(32).hex()}"):
            verify_present(proof, key=key, value=bytes(32), root=ROOT, what="row")
    for number in range(40, 80):
        proof = _proof(ROWS, _key(number))
        verify_absent(proof, key=_key(number), root=ROOT, what="row")
        with pytest.raises(ProofError, match="the proof shows that it is absent"):
            verify_present(proof, key=_key(number), value=proof.value, root=ROOT, what="row")


def test_a_path_that_belongs_to_another_search_proves_no_absence() -> None:
    present = _key(3)
    for other in ROWS:
        if other != present:
            with pytest.raises(ProofError, match="leaves the shown path at bit"):
                verify_absent(_proof(ROWS, other), key=present, root=ROOT, what="row")


def test_absence_from_the_empty_trie() -> None:
    verify_absent(None, key=_key(1), root=EMPTY_HASH, what="row")
    with pytest.raises(ProofError, match="expected the empty trie's root"):
        verify_absent(None, key=_key(1), root=ROOT, what="row")


GOOD = _proof(ROWS, _key(5))


@pytest.mark.parametrize(
    ("proof", "message"),
    [
        pytest.param(TrieProof(GOOD.key, GOOD.value, GOOD.path[:-1]), "leads to the root", id="path-cut"),
        pytest.param(TrieProof(GOOD.key, GOOD.value, GOOD.path[::-1]), "rising bits", id="path-reversed"),
        pytest.param(TrieProof(GOOD.key, GOOD.value, GOOD.path + GOOD.path[-1:]), "rising bits", id="bit-twice"),
        pytest.param(TrieProof(GOOD.key, GOOD.value, ((256, bytes(32)),)), "rising bits", id="bit-256"),
        pytest.param(TrieProof(GOOD.key, GOOD.value, ((-1, bytes(32)),)), "rising bits", id="bit-below-0"),
        pytest.param(TrieProof(GOOD.key, GOOD.value, ((0, bytes(31)),)), "32 bytes, got one of 31", id="short-sibling"),
        pytest.param(TrieProof(GOOD.key[:31], GOOD.value, GOOD.path), "32 bytes, got one of 31", id="short-key"),
        pytest.param(TrieProof(b"", GOOD.value, GOOD.path), "32 bytes, got one of 0", id="no-key"),
        pytest.param(TrieProof(GOOD.key, bytes(33), GOOD.path), "32 bytes, got one of 33", id="long-value"),
        pytest.param(TrieProof(GOOD.key, bytes(32), GOOD.path), "leads to the root", id="other-value"),
    ],
)
def test_proof_refused(proof: TrieProof, message: str) -> None:
    with pytest.raises(VerifyError, match=f"^row: .*{message}"):
        verify_present(proof, key=GOOD.key, value=GOOD.value, root=ROOT, what="row")


def test_a_search_needs_a_whole_key() -> None:
    with pytest.raises(ProofError, match="expected a key of 32 bytes, got 31"):
        verify_absent(GOOD, key=bytes(31), root=ROOT, what="row")


ACCOUNTS = ("claims/a/b", "fund/a/x", "fund/b/y", "own/a/z")
EXITS = {(account, start): start + 3 for account in ACCOUNTS[:3] for start in (0, 5, 8, 20)}
EXIT_ROWS = {
    exit_key(account=account, start=start): exit_hash(end=end, index=start) for (account, start), end in EXITS.items()
}
EXIT_ROOT = _root(EXIT_ROWS)
EXIT_PROOFS = {key: _proof(EXIT_ROWS, key) for key in EXIT_ROWS}


def _proven(key: bytes | None) -> TrieProof | None:
    return None if key is None else EXIT_PROOFS[key]


def _opening(key: bytes | None, account: str) -> Exit | None:
    """What opens the exit under `key`, if it is one of `account`."""
    own = {
        exit_key(account=name, start=start): Exit(end, start) for (name, start), end in EXITS.items() if name == account
    }
    return None if key is None else own.get(key)


def _around(account: str, end: int) -> tuple[bytes | None, bytes | None]:
    last = exit_key(account=account, start=end - 1)
    return (
        max((key for key in EXIT_ROWS if key <= last), default=None),
        min((key for key in EXIT_ROWS if key > last), default=None),
    )


@pytest.mark.parametrize("account", ACCOUNTS)
def test_no_exit_is_proven_exactly_where_there_is_none(account: str) -> None:
    for start in range(24):
        for end in (start + 1, start + 2, start + 5, 26):
            free = all(end <= low or high <= start for (name, low), high in EXITS.items() if name == account)
            before, behind = _around(account, end)
            for left in {None, before, *list(EXIT_ROWS)[::4]}:
                for right in {None, behind, *list(EXIT_ROWS)[::4]}:
                    try:
                        verify_no_exit(
                            account=account,
                            start=start,
                            end=end,
                            predecessor=_proven(left),
                            opening=_opening(left, account),
                            successor=_proven(right),
                            root=EXIT_ROOT,
                            what="none",
                        )
                        proven = True
                    except ProofError:
                        proven = False
                    assert proven == (free and (left, right) == (before, behind))


def _refused(message: str, **change: object) -> None:
    account = "fund/a/x"
    before, behind = _around(account, 15)
    arguments = {
        "account": account,
        "start": 12,
        "end": 15,
        "predecessor": _proven(before),
        "opening": _opening(before, account),
        "successor": _proven(behind),
        "root": EXIT_ROOT,
        "what": "none",
    }
    verify_no_exit(**arguments)  # type: ignore[arg-type]
    with pytest.raises(ProofError, match=f"^none: .*{message}|^none: {message}"):
        verify_no_exit(**{**arguments, **change})  # type: ignore[arg-type]


def test_no_exit_refuses() -> None:
    before, behind = (_proven(key) for key in _around("fund/a/x", 15))
    assert before is not None
    assert behind is not None
    _refused("an exit reaches up to 11, beyond 10", start=10)
    _refused("positions 0 <= start < end", start=15)
    _refused("positions 0 <= start < end", start=-1)
    _refused("positions 0 <= start < end", end=2**53)
    _refused("successor beyond position 29", end=30)
    _refused("the predecessor is not the last", successor=None)
    _refused("the successor is not the first", predecessor=None)
    _refused("expected a predecessor before its successor", predecessor=behind)
    _refused("expected the empty trie's root", predecessor=None, successor=None)
    _refused("expected end and index of the predecessor exactly", opening=None)
    _refused("the predecessor is no exit up to 10 by leaf 8", opening=Exit(10, 8))
    _refused("the predecessor is no exit up to 11 by leaf 7", opening=Exit(11, 7))
    _refused("end and index from 0", opening=Exit(2**64, 8))
    _refused("end and index from 0", opening=Exit(11, -1))
    _refused("the path leads to the root", predecessor=TrieProof(before.key, bytes(32), before.path))
    _refused("the path leads to the root", successor=TrieProof(behind.key, behind.value, behind.path[:-1]))
    _refused("expected keys", successor=TrieProof(behind.key[:30], behind.value, behind.path))


def test_no_exit_in_an_empty_map() -> None:
    verify_no_exit(
        account="own/a/z", start=0, end=1, predecessor=None, opening=None, successor=None, root=EMPTY_HASH, what="none"
    )
