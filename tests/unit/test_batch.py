"""Lines and their sum tree, against the recursion; a prover may not move a single fen."""

from hashlib import sha256
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.batch import (
    LINES_MAX,
    Batch,
    Line,
    batch_name,
    decode_lines,
    encode_columns,
    encode_lines,
    locate_line,
    names_of,
)
from ledger.errors import FormatError, ProofError
from tests.reference import sumtree

COMMITMENTS = [sha256(b"commitment %d" % index).digest() for index in range(130)]


def some_lines(count):
    return [Line(amount=1 + index * index % 97, commitment=COMMITMENTS[index]) for index in range(count)]


def located(batch, proof, **changes):
    known = {"amount": proof.line.amount, "commitment": proof.line.commitment, "index": proof.index,
             "count": batch.count, "total": batch.total, "root": batch.root, "path": proof.path}
    return locate_line(**known | changes)


@pytest.mark.parametrize("count", range(1, 131))
def test_each_line_has_one_offset(count):
    lines = some_lines(count)
    batch = Batch(encode_lines(lines))
    leaves = [sumtree.leaf(line.amount, line.commitment) for line in lines]
    assert (batch.root, batch.total, batch.count) == (*sumtree.root(leaves), count)
    offsets = [0, *accumulate(line.amount for line in lines)]
    for index, line in enumerate(lines):
        proof = batch.prove_line(index)
        assert proof.line == line
        assert list(proof.path) == sumtree.path(index, leaves)
        assert located(batch, proof) == offsets[index]
        for wrong in (index - 1, index + 1, count):
            with pytest.raises(ProofError, match=r"^line proof: "):
                located(batch, proof, index=wrong)


@pytest.mark.parametrize("count", [1, 2, 3, 5, 6, 7, 8, 13, 64, 65])
def test_locating_agrees_with_the_documented_steps(count):
    """Under every count and index, a right path and each of its mutations: accepted alike, refused alike."""
    lines = some_lines(count)
    batch = Batch(encode_lines(lines))
    for index in range(0, count, 1 + count // 8):
        proof = batch.prove_line(index)
        paths = [list(proof.path), [*proof.path, (batch.root, 0)], list(proof.path[:-1]), list(proof.path[::-1])]
        for place, (sibling, total) in enumerate(proof.path):
            for changed in ((sibling, total + 1), (sibling[::-1], total)):
                paths.append([*proof.path[:place], changed, *proof.path[place + 1 :]])
        leaf = sumtree.leaf(proof.line.amount, proof.line.commitment)
        for said_count in {count, count + 1, max(index + 1, count - 1)}:
            for path in paths:
                want = sumtree.verify(leaf, index, said_count, path, (batch.root, batch.total))
                try:
                    got = located(batch, proof, count=said_count, path=path)
                except ProofError:
                    got = None
                assert got == want


@given(amounts=st.lists(st.integers(1, 2**53 // 40), min_size=1, max_size=40))
def test_files_come_back_and_intervals_partition_the_total(amounts):
    lines = [Line(amount, COMMITMENTS[index]) for index, amount in enumerate(amounts)]
    data = encode_lines(lines)
    assert decode_lines(data) == lines
    batch = Batch(data)
    end = 0
    for index in range(batch.count):
        assert located(batch, batch.prove_line(index)) == end
        end += amounts[index]
    assert end == batch.total


@given(rows=st.lists(st.tuples(*[st.integers(0, 1000)] * 4), min_size=1, max_size=20))
def test_each_column_has_its_own_tree(rows):
    data = encode_columns([(row, COMMITMENTS[index]) for index, row in enumerate(rows)], columns=4)
    for column in range(4):
        leaves = [sumtree.leaf(row[column], COMMITMENTS[index]) for index, row in enumerate(rows)]
        batch = Batch.of_column(data, column=column, columns=4)
        assert (batch.root, batch.total) == sumtree.root(leaves)
        for index in range(len(rows)):
            assert located(batch, batch.prove_line(index)) == sum(row[column] for row in rows[:index])


def test_a_chunk_boundary_is_not_a_boundary_of_the_tree():
    """The tree is hashed in chunks of 32,768 lines; the root of more lines joins the roots of its halves."""
    count = 3 * 2**15 + 5
    amounts = [index.to_bytes(8, "big") for index in range(1, count + 1)]
    data = b"".join(amount + sha256(amount).digest() for amount in amounts)
    batch = Batch(data)
    left, right = Batch(data[: 2**16 * 40]), Batch(data[2**16 * 40 :])
    assert (batch.root, batch.total) == sumtree.node((left.root, left.total), (right.root, right.total))
    assert located(batch, batch.prove_line(count - 1)) == batch.total - count
    assert located(batch, batch.prove_line(2**15)) == 2**15 * (2**15 + 1) // 2


def test_the_largest_batch_and_one_line_more():
    line = (1).to_bytes(8, "big") + COMMITMENTS[0]
    with pytest.raises(FormatError, match=rf"^batch: expected 1 to {LINES_MAX} lines, got {LINES_MAX + 1}"):
        Batch(line * (LINES_MAX + 1))
    assert len(decode_lines(line * LINES_MAX)) == LINES_MAX


@pytest.mark.parametrize(("lines", "message"), [
    pytest.param([], "batch: expected 1 to 1000000 lines, got 0", id="no-lines"),
    pytest.param([Line(0, COMMITMENTS[0])], "batch line 0: expected an amount of 1 or more, got 0", id="amount-0"),
    pytest.param([Line(-1, COMMITMENTS[0])], "batch line 0: expected an amount from 0", id="amount-negative"),
    pytest.param([Line(2**53, COMMITMENTS[0])], "batch line 0: expected an amount from 0", id="amount-2-53"),
    pytest.param([Line(2**53 - 1, COMMITMENTS[0]), Line(1, COMMITMENTS[1])],
                 "batch line 1: expected a sum of at most", id="total-2-53"),
    pytest.param([Line(1, COMMITMENTS[0][1:])], "batch line 0: expected a commitment of 32 bytes",
                 id="commitment-short"),
])
def test_encode_lines_rejects(lines, message):
    with pytest.raises(FormatError, match=f"^{message}"):
        encode_lines(lines)


@pytest.mark.parametrize(("rows", "columns", "message"), [
    pytest.param([((1,), COMMITMENTS[0])], 1, "batch: expected 2 to 8 columns, got 1", id="one-column"),
    pytest.param([], 2, "batch: expected 1 to 1000000 lines, got 0", id="no-lines"),
    pytest.param([((1, 2, 3), COMMITMENTS[0])], 2, "batch line 0: expected 2 amounts, got 3", id="amount-left-over"),
    pytest.param([((1, -2), COMMITMENTS[0])], 2, "batch line 0: expected an amount from 0", id="amount-negative"),
    pytest.param([((0, 2**53 - 1), COMMITMENTS[0]), ((0, 1), COMMITMENTS[1])], 2,
                 "batch line 1: expected a sum of at most", id="column-total-2-53"),
])
def test_encode_columns_rejects(rows, columns, message):
    with pytest.raises(FormatError, match=f"^{message}"):
        encode_columns(rows, columns=columns)


@pytest.mark.parametrize("index", [-1, 5])
def test_a_line_that_is_not_there_has_no_proof(index):
    with pytest.raises(ProofError, match=f"^line proof: index {index} is outside a batch of 5 lines"):
        Batch(encode_lines(some_lines(5))).prove_line(index)


def test_a_file_has_a_name_for_each_number_of_columns_that_it_may_have():
    plain = encode_lines([Line(7, COMMITMENTS[0])])
    assert list(names_of(plain)) == [Batch(plain).root]
    two = encode_columns([((1, 0), COMMITMENTS[index]) for index in range(3)], columns=2)
    roots = [Batch.of_column(two, column=column, columns=2).root for column in (0, 1)]
    assert batch_name(roots) == sha256(b"\x0b" + roots[0] + roots[1]).digest()
    assert list(names_of(two)) == [batch_name(roots)]
    # 240 bytes, which are six plain lines of 1 and, read with two columns, five lines of which the first says 1 and 0.
    both = encode_lines([Line(1, bytes(32)) for _ in range(6)])
    assert list(names_of(both))[:2] == [Batch(both).root, batch_name(
        [Batch.of_column(both, column=column, columns=2).root for column in (0, 1)])]


def test_what_is_no_batch_has_no_name():
    with pytest.raises(FormatError, match=r"^batch: expected lines of 40 bytes"):
        list(names_of(b"x"))
