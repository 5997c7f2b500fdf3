"""verifier/entries/lines.py against a recursion written out from the definition of a sum tree."""

from hashlib import sha256

import pytest

from verifier.entries.lines import (
    INTEGER_MAX,
    Line,
    Lines,
    Node,
    line_offset,
    parse_batch,
    parse_column,
    sum_batch,
    sum_root,
    verify_batch,
    verify_opening,
)
from verifier.errors import FormatError, ProofError, VerifyError
from verifier.primitives.hashes import columns_hash, commitment_hash


def _lines(count: int) -> list[Line]:
    return [Line(1 + number * 7 % 5, sha256(b"%d" % number).digest()) for number in range(count)]


def _node(left: Node, right: Node) -> Node:
    data = b"\x01" + left[0] + left[1].to_bytes(8, "big") + right[0] + right[1].to_bytes(8, "big")
    return sha256(data).digest(), left[1] + right[1]


def _root(lines: list[Line]) -> Node:
    if len(lines) == 1:
        amount = lines[0].amount
        return sha256(b"\x00" + amount.to_bytes(8, "big") + lines[0].commitment).digest(), amount
    cut = 1 << ((len(lines) - 1).bit_length() - 1)
    return _node(_root(lines[:cut]), _root(lines[cut:]))


def _path(index: int, lines: list[Line]) -> list[Node]:
    if len(lines) == 1:
        return []
    cut = 1 << ((len(lines) - 1).bit_length() - 1)
    if index < cut:
        return [*_path(index, lines[:cut]), _root(lines[cut:])]
    return [*_path(index - cut, lines[cut:]), _root(lines[:cut])]


@pytest.mark.parametrize("count", range(1, 34))
def test_each_line_has_one_place_and_the_sum_before_it(count: int) -> None:
    lines = _lines(count)
    batch = sum_root(lines)
    assert (batch.root, batch.total) == _root(lines)
    assert batch.count == count
    before = 0
    for index, line in enumerate(lines):
        path = _path(index, lines)
        assert line_offset(line, index=index, path=path, lines=batch, what="line") == before
        before += line.amount
        wrong = [
            (index + 1, path),
            (index - 1, path),
            (index, [*path, (bytes(32), 0)]),
            (index, path[:-1] or [(bytes(32), 0)]),
        ]
        for other, broken in wrong:
            with pytest.raises(ProofError, match=r"^line: "):
                line_offset(line, index=other, path=broken, lines=batch, what="line")


def test_a_path_cannot_shift_totals_between_siblings() -> None:
    """Whoever moves an amount from one side of a node to the other moves every offset behind it."""
    lines = [Line(amount, bytes(32)) for amount in (5, 7, 11, 13)]
    batch = sum_root(lines)
    path = _path(2, lines)
    assert line_offset(lines[2], index=2, path=path, lines=batch, what="line") == 12
    for position in range(2):
        for change in (-1, 1):
            forged = list(path)
            forged[position] = (path[position][0], path[position][1] + change)
            with pytest.raises(ProofError, match=r"line 2 leads to root|passes the total"):
                line_offset(lines[2], index=2, path=forged, lines=batch, what="line")
    with pytest.raises(ProofError, match=r"line 2 leads to root|passes the total"):
        line_offset(Line(12, bytes(32)), index=2, path=path, lines=batch, what="line")
    for other in (Lines(batch.root, 4, 37), Lines(bytes(32), 4, 36)):
        with pytest.raises(ProofError, match=r"the entry says|passes the total"):
            line_offset(lines[2], index=2, path=path, lines=other, what="line")
    with pytest.raises(ProofError, match=r"too short|too long|leads to|passes the total"):
        line_offset(lines[2], index=2, path=path, lines=Lines(batch.root, 5, 36), what="line")


@pytest.mark.parametrize(
    ("line", "path", "lines"),
    [
        pytest.param(Line(1, bytes(31)), [], Lines(bytes(32), 1, 1), id="short-commitment"),
        pytest.param(Line(1, bytes(32)), [(bytes(33), 1)], Lines(bytes(32), 2, 1), id="long-sibling"),
        pytest.param(Line(-1, bytes(32)), [], Lines(bytes(32), 1, 1), id="negative-amount"),
        pytest.param(Line(2**53, bytes(32)), [], Lines(bytes(32), 1, 1), id="amount-2-53"),
        pytest.param(Line(1, bytes(32)), [(bytes(32), -1)], Lines(bytes(32), 2, 0), id="negative-sibling"),
        pytest.param(Line(1, bytes(32)), [(bytes(32), 2**64)], Lines(bytes(32), 2, 0), id="sibling-2-64"),
        pytest.param(Line(1, bytes(32)), [], Lines(bytes(32), 0, 1), id="no-lines"),
        pytest.param(Line(1, bytes(32)), [], Lines(bytes(32), 1_000_001, 1), id="too-many-lines"),
    ],
)
def test_line_out_of_range(line: Line, path: list[Node], lines: Lines) -> None:
    with pytest.raises(ProofError, match=r"^line: (expected|a sibling of) "):
        line_offset(line, index=0, path=path, lines=lines, what="line")


def test_totals_on_a_path_cannot_outgrow_their_eight_bytes() -> None:
    path = [(bytes(32), INTEGER_MAX - 1)] * 19
    lines = Lines(bytes(32), 2**19, INTEGER_MAX)
    with pytest.raises(ProofError, match=f"beside {INTEGER_MAX} passes the total {INTEGER_MAX}"):
        line_offset(Line(1, bytes(32)), index=2**19 - 1, path=path, lines=lines, what="line")


def test_a_batch_file_is_the_one_that_the_entry_names() -> None:
    lines = _lines(37)
    data = b"".join(line.encode() for line in lines)
    assert tuple(parse_batch(data, what="batch")) == tuple(lines)
    batch = sum_root(lines)
    verify_batch(data, lines=batch, what="batch")
    swapped = data[40:80] + data[:40] + data[80:]
    for other in (swapped, data[:-40], data + data[:40]):
        with pytest.raises(ProofError, match=r"^batch: expected 37 lines"):
            verify_batch(other, lines=batch, what="batch")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param(b"", "1 to 1000000 lines, got 0", id="empty"),
        pytest.param(bytes(39), "39 bytes behind line 0", id="cut"),
        pytest.param(bytes(81), "1 bytes behind line 2", id="byte-behind"),
        pytest.param(bytes(40 * 1_000_001), "got 1000001", id="too-many"),
        pytest.param(b"\x00\x20" + bytes(38), "expected a total up to", id="amount-2-53"),
        pytest.param(Line(1, bytes(32)).encode() + bytes(40), "from 1, line 1 has 0", id="amount-0"),
        pytest.param((b"\x00\x1f" + b"\xff" * 38) * 2, "expected a total up to", id="total-above-2-53"),
    ],
)
def test_batch_refused(data: bytes, message: str) -> None:
    with pytest.raises(FormatError, match=f"^batch: .*{message}"):
        parse_batch(data, what="batch")


@pytest.mark.parametrize(("column", "columns"), [(-1, 2), (2, 2), (0, 1), (0, 9)])
def test_no_such_column(column: int, columns: int) -> None:
    with pytest.raises(FormatError, match=f"expected one of 2 to 8 columns, got column {column} of {columns}"):
        parse_column(bytes(48), column=column, columns=columns, what="batch")


def test_each_column_has_the_tree_of_its_plain_lines() -> None:
    rows = [(3, 0, bytes(32)), (0, 4, bytes(range(32)))]
    data = b"".join(one.to_bytes(8, "big") + two.to_bytes(8, "big") + who for one, two, who in rows)
    first, second = (parse_column(data, column=at, columns=2, what="batch") for at in (0, 1))
    assert tuple(first) == first[:] == tuple(Line(one, who) for one, _, who in rows)
    assert tuple(second) == second[:] == tuple(Line(two, who) for _, two, who in rows)
    assert (list(first.amounts()), list(second.amounts())) == ([3, 0], [0, 4])
    assert (len(first), first[-1], second[1]) == (2, Line(0, rows[1][2]), Line(4, rows[1][2]))
    with pytest.raises(IndexError):
        second[2]
    with pytest.raises(FormatError, match="lines of 56 bytes, got 40 bytes behind line 1"):
        parse_column(data, column=0, columns=3, what="batch")


def test_a_file_has_one_name_whatever_its_columns() -> None:
    rows = [(1, 0, bytes(32)), (1, 1, bytes(range(32)))]
    wide = b"".join(one.to_bytes(8, "big") + two.to_bytes(8, "big") + who for one, two, who in rows)
    plain = b"".join(one.to_bytes(8, "big") + who for one, _, who in rows)
    roots = [sum_root(parse_column(wide, column=column, columns=2, what="batch")).root for column in (0, 1)]
    name = sha256(b"\x0b" + roots[0] + roots[1]).digest()
    assert columns_hash(roots) == name
    assert sum_batch(name, wide) and sum_batch(roots[0], plain)
    # The plain file has the root of the first column; neither stands for the other.
    assert sum_root(parse_batch(plain, what="batch")).root == roots[0]
    assert not sum_batch(roots[0], wide) and not sum_batch(name, plain)
    assert not sum_batch(columns_hash(roots[::-1]), wide) and not sum_batch(name, wide[:-1])


def test_an_opening_is_what_was_committed_to() -> None:
    salt, opening = bytes(range(32)), b'{"amount":300}'
    commitment = sha256(b"\x02" + salt + opening).digest()
    assert commitment_hash(salt=salt, opening=opening) == commitment
    verify_opening(opening, salt=salt, commitment=commitment, what="opening")
    bad = [(opening, bytes(32)), (b'{"amount":301}', salt), (b"", salt), (salt[31:] + opening, salt[:31])]
    for text, other in [*bad, (b"a" * 20_000, salt)]:
        with pytest.raises(VerifyError, match=r"^opening: "):
            verify_opening(text, salt=other, commitment=commitment, what="opening")
