"""Targets over proofs: a proof that holds, with lies told about it, drawn from the input.

Sizes and roots stay what a signed checkpoint or entry says; all else comes from a prover. What is accepted must be
exactly what was proven before the lies.
"""

from collections.abc import Callable
from functools import cache
from hashlib import sha256
from typing import Any

from tests.fuzz.edits import BytesDraw, RandomDraw, edit
from tests.reference import rfc6962, sumtree
from verifier.entries.lines import Line, Lines, line_offset
from verifier.errors import FormatError
from verifier.log.tree import verify_consistency, verify_inclusion, verify_multiproof, verify_subtree
from verifier.log.trie import Exit, TrieProof, exit_key, verify_absent, verify_no_exit, verify_present
from verifier.primitives.hashes import exit_hash

LEAVES_MAX = 40
LIES = (0, 0, 1, 1, 1, 2, 3)

Shown = dict[str, Any]
Rows = dict[bytes, bytes]


def check_tree(data: bytes) -> Any:
    """Inclusion, consistency, subtrees and several leaves at once in a log of up to 40 leaves."""
    draw = BytesDraw(data)
    hashes = [rfc6962.leaf(b"leaf %d" % at) for at in range(1 + draw.below(LEAVES_MAX))]
    size, root = len(hashes), rfc6962.root(hashes)
    index = draw.below(size)
    end = index + 1 + draw.below(size - index)
    match draw.below(4):
        case 0:
            true: Shown = {"index": index, "leaf": hashes[index], "path": rfc6962.path(index, hashes)}
            said = _lied(true, draw)
            verify_inclusion(**said, size=size, root=root)
        case 1:
            true = {"old_root": rfc6962.root(hashes[:end]), "old_size": end, "path": rfc6962.consistency(end, hashes)}
            said = _lied(true, draw)
            verify_consistency(**said, new_size=size, new_root=root)
        case 2:
            start = index if rfc6962.is_subtree(index, end) else 0
            true = {"end": end, "path": rfc6962.subtree_proof(start, end, hashes), "start": start,
                    "subtree": rfc6962.root(hashes[start:end])}  # fmt: skip
            said = _lied(true, draw)
            verify_subtree(**said, size=size, root=root)
        case _:
            shown = sorted({index, end - 1, draw.below(size)})
            true = {"leaves": [[at, hashes[at]] for at in shown], "path": rfc6962.multi(set(shown), hashes)}
            said = _lied(true, draw)
            leaves = dict(_pairs(said["leaves"], int, bytes))
            said = {**said, "leaves": [[at, leaf] for at, leaf in sorted(leaves.items())]}
            verify_multiproof(leaves=leaves, path=said["path"], size=size, root=root)
    assert said == true, "a proof of something else"
    return said


def check_sum_tree(data: bytes) -> Any:
    """A line of a batch of up to 40: its amount, its place and the sum of all before it."""
    draw = BytesDraw(data)
    lines = [_line(at) for at in range(1 + draw.below(LEAVES_MAX))]
    leaves = [sumtree.leaf(line.amount, line.commitment) for line in lines]
    root, total = sumtree.root(leaves)
    index = draw.below(len(lines))
    true: Shown = {"amount": lines[index].amount, "commitment": lines[index].commitment, "index": index,
                   "path": [list(one) for one in sumtree.path(index, leaves)]}  # fmt: skip
    said = _lied(true, draw)
    path = _pairs(said["path"], bytes, int)
    line = Line(said["amount"], said["commitment"])
    offset = line_offset(line, index=said["index"], path=path, lines=Lines(root, len(lines), total), what="input")
    assert said == true, "a line of another batch"
    assert offset == sum(line.amount for line in lines[:index])
    return said


def check_trie(data: bytes) -> Any:
    """A key that is in a trie of up to 40 rows, or is not."""
    draw = BytesDraw(data)
    rows = {sha256(bytes([at])).digest(): sha256(bytes([at, 1])).digest() for at in range(draw.below(LEAVES_MAX + 1))}
    searched = sha256(bytes([draw.below(2 * LEAVES_MAX)])).digest()
    root = _root(rows)
    proof = _lied_proof(_find(rows, searched), draw)
    if draw.below(2):
        verify_absent(proof, key=searched, root=root, what="input")
        assert searched not in rows, "absence of what is there"
    else:
        value = rows.get(searched, bytes(32))
        if proof is None:
            raise FormatError("input: no proof")
        verify_present(proof, key=searched, value=value, root=root, what="input")
        assert rows.get(searched) == value, "presence of what is not there"
    return proof


def check_no_exit(data: bytes) -> Any:
    """That no exit touches an interval: exits of two accounts, and an interval anywhere among them."""
    draw = BytesDraw(data)
    exits = _exits(draw.below(256))
    rows = {key: exit_hash(end=one.end, index=one.index) for key, (_, _, one) in exits.items()}
    start = draw.below(40)
    end = start + 1 + draw.below(9)
    last = exit_key(account="fund/dlz", start=end - 1)
    before = max((key for key in rows if key <= last), default=None)
    behind = min((key for key in rows if key > last), default=None)
    # A prover may show any two leaves of the map, or leave one out.
    before, behind = (_other(true, sorted(rows), draw) for true in (before, behind))
    own = before is not None and exits[before][0] == "fund/dlz"
    opening = [[exits[before][2].end, exits[before][2].index]] if before is not None and own else []
    said = _lied({"end": end, "opening": opening, "start": start}, draw)
    opened = [Exit(*one) for one in _pairs(said["opening"], int, int)]
    verify_no_exit(
        account="fund/dlz",
        start=said["start"],
        end=said["end"],
        predecessor=_lied_proof(None if before is None else _find(rows, before), draw),
        opening=opened[0] if opened else None,
        successor=_lied_proof(None if behind is None else _find(rows, behind), draw),
        root=_root(rows),
        what="input",
    )
    spans = [(first, one.end) for account, first, one in exits.values() if account == "fund/dlz"]
    assert all(first >= said["end"] or last <= said["start"] for first, last in spans), "an exit touches the interval"
    return said


def _other(true: bytes | None, keys: list[bytes], draw: BytesDraw) -> bytes | None:
    """A key, most often the true one."""
    return [true, true, true, None, *keys][draw.below(4 + len(keys))]


def _line(at: int) -> Line:
    hash_ = sha256(bytes([at])).digest()
    return Line(1 + hash_[0], hash_)


@cache
def _exits(layout: int) -> dict[bytes, tuple[str, int, Exit]]:
    """Exits of two accounts that do not overlap, one of 256 ways to lay them out: account, start and exit by key."""
    found, draw = {}, RandomDraw(layout)
    for account in ("fund/dlz", "claims/dlz/kb"):
        at = 0
        for _ in range(draw.below(8)):
            start = at + draw.below(4)
            at = start + 1 + draw.below(5)
            found[exit_key(account=account, start=start)] = (account, start, Exit(at, draw.below(9)))
    return found


def _lied(true: Shown, draw: BytesDraw) -> Shown:
    """What a prover says in place of the truth: other values of the same types."""
    said: Any = {name: _copy(value) for name, value in true.items()}
    for _ in range(LIES[draw.below(len(LIES))]):
        said = _typed(edit(_as_text(said), draw))
        if not isinstance(said, dict) or said.keys() != true.keys():
            raise FormatError("input: other members")
    for name, value in true.items():
        if type(said[name]) is not type(value) or (isinstance(value, list) and not _is_path(said[name])):
            raise FormatError(f"input: {name} of another type")
    return {name: said[name] for name in true}


def _lied_proof(proof: TrieProof | None, draw: BytesDraw) -> TrieProof | None:
    if proof is None:
        return None
    said = _lied({"key": proof.key, "path": [list(step) for step in proof.path], "value": proof.value}, draw)
    return TrieProof(said["key"], said["value"], tuple(_pairs(said["path"], int, bytes)))


def _find(rows: Rows, searched: bytes) -> TrieProof | None:
    """The leaf that a search ends at, and its path, by the trie's definition."""
    if not rows:
        return None
    path = []
    while len(rows) > 1:
        bit, sides = _parted(rows)
        turn = searched[bit >> 3] >> (7 - (bit & 7)) & 1
        path.append((bit, _root(sides[1 - turn])))
        rows = sides[turn]
    ((key, value),) = rows.items()
    return TrieProof(key, value, tuple(path))


def _root(rows: Rows) -> bytes:
    """The root over rows, by the trie's definition."""
    if len(rows) < 2:
        return sha256(b"".join(b"\x07" + key + value for key, value in rows.items())).digest()
    bit, (left, right) = _parted(rows)
    return sha256(b"\x08" + bytes([bit]) + _root(left) + _root(right)).digest()


def _parted(rows: Rows) -> tuple[int, tuple[Rows, Rows]]:
    """The first bit in which the keys differ, as the least and the largest do, and the rows on either side."""
    bit = 256 - (int.from_bytes(min(rows), "big") ^ int.from_bytes(max(rows), "big")).bit_length()
    right = {key: value for key, value in rows.items() if key[bit >> 3] >> (7 - (bit & 7)) & 1}
    return bit, ({key: value for key, value in rows.items() if key not in right}, right)


def _copy(value: Any) -> Any:
    return [_copy(item) for item in value] if isinstance(value, list) else value


def _as_text(value: Any) -> Any:
    """Hashes as hex, so that they are edited as text."""
    if isinstance(value, dict):
        return {name: _as_text(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_as_text(item) for item in value]
    return value.hex() if isinstance(value, bytes) else value


def _typed(value: Any) -> Any:
    """Texts as hashes again; a text that is no hex is some other bytes."""
    if isinstance(value, dict):
        return {name: _typed(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_typed(item) for item in value]
    if not isinstance(value, str):
        return value
    try:
        return bytes.fromhex(value)
    except ValueError:
        return value.encode()


def _is_path(value: list[Any]) -> bool:
    return all(isinstance(item, bytes | list) for item in value)


def _pairs(value: Any, first: Callable[..., Any], second: Callable[..., Any]) -> list[tuple[Any, Any]]:
    """Pairs of two types, which is what a receipt's own parser lets through."""
    for item in value:
        if not isinstance(item, list) or [type(one) for one in item] != [first, second]:
            raise FormatError("input: pairs of other types")
    return [(one, other) for one, other in value]
