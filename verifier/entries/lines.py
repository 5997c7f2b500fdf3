"""Batches: many small lines under one entry, through the root of a Merkle sum tree.

    line        u64 amount || 32-byte commitment             40 bytes; a batch is its lines one after another
    leaf        (SHA-256(00 || line), amount)
    node        (SHA-256(01 || l.hash || u64 l.total || r.hash || u64 r.total), l.total + r.total)

The shape is RFC 6962's. An entry holds root, count and total, 1 <= count <= 1,000,000 and total <= 2^53-1. The path of
a line is a list of siblings `(hash, total)` from the leaf up; the totals of the left ones add up to the line's offset,
the sum of all lines before it. An amount is 1 or more.

A batch may carry 2 to 8 amounts for each commitment, `u64 || ... || u64 || commitment`. Each column has the tree of its
plain lines; in a column an amount may be 0.
"""

import sys
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from struct import iter_unpack
from typing import overload

from verifier.errors import FormatError, ProofError
from verifier.primitives.hashes import SALT_BYTES, columns_hash, commitment_hash, sum_leaf_hash, sum_node_hash
from verifier.primitives.parse import INTEGER_MAX

LINE_BYTES = 40
LINES_MAX = 1_000_000
COLUMNS_MIN = 2
COLUMNS_MAX = 8
HASH_BYTES = 32

Node = tuple[bytes, int]


@dataclass(frozen=True, slots=True)
class Line:
    """One gift or person: an amount, and a commitment to who and why."""

    amount: int
    commitment: bytes

    def encode(self) -> bytes:
        """The line's 40 bytes."""
        return self.amount.to_bytes(8, "big") + self.commitment


@dataclass(frozen=True, slots=True)
class Lines:
    """What an entry says about its batch."""

    root: bytes
    count: int
    total: int


class SummedBatch(bytes):
    """A batch file whose trees were worked out from these very bytes; `sums` are those of its columns, in order."""

    sums: tuple[Lines, ...]


@dataclass(frozen=True, slots=True)
class Column(Sequence[Line]):
    """The lines of one column of a batch file, each made of its bytes when it is wanted: a million are never held."""

    data: bytes
    column: int = 0
    columns: int = 1

    @property
    def line_bytes(self) -> int:
        """What a line takes in the file, all columns of it."""
        return 8 * self.columns + HASH_BYTES

    def __len__(self) -> int:
        return len(self.data) // self.line_bytes

    @overload
    def __getitem__(self, at: int) -> Line: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Line, ...]: ...
    def __getitem__(self, at: int | slice) -> Line | tuple[Line, ...]:
        if isinstance(at, slice):
            return tuple(self[one] for one in range(len(self))[at])
        start = range(0, len(self.data), self.line_bytes)[at]
        amount = int.from_bytes(self.data[start + 8 * self.column : start + 8 * self.column + 8], "big")
        return Line(amount, self.data[start + 8 * self.columns : start + self.line_bytes])

    def __iter__(self) -> Iterator[Line]:
        behind = 8 * (self.columns - self.column - 1)
        for amount, commitment in iter_unpack(f">{8 * self.column}xQ{behind}x{HASH_BYTES}s", self.data):
            yield Line(amount, commitment)

    def amounts(self) -> Sequence[int]:
        """The amounts alone, without an object for each."""
        numbers = array("Q", self.data)
        if sys.byteorder == "little":
            numbers.byteswap()
        return numbers[self.column :: self.line_bytes // 8]


def parse_batch(data: bytes, *, what: str) -> Column:
    """Parse a batch file: 1 to 1,000,000 lines, each of at least 1.

    Raises:
        FormatError: no whole number of lines, none, too many, or an amount or the total out of range.
    """
    lines = _parse_lines(data, column=0, columns=1, what=what)
    amounts = lines.amounts()
    if not min(amounts):
        raise FormatError(f"{what}: expected amounts from 1, line {amounts.index(0)} has 0")
    return lines


def parse_column(data: bytes, *, column: int, columns: int, what: str) -> Column:
    """Parse one column of a batch file with 2 to 8 of them, counted from 0; its amounts may be 0.

    Raises:
        FormatError: as `parse_batch`, or there is no such column.
    """
    if not (COLUMNS_MIN <= columns <= COLUMNS_MAX and 0 <= column < columns):
        raise FormatError(
            f"{what}: expected one of {COLUMNS_MIN} to {COLUMNS_MAX} columns, got column {column} of {columns}"
        )
    return _parse_lines(data, column=column, columns=columns, what=what)


def _parse_lines(data: bytes, *, column: int, columns: int, what: str) -> Column:
    lines = Column(data, column, columns)
    count, rest = divmod(len(data), lines.line_bytes)
    if rest:
        raise FormatError(f"{what}: expected lines of {lines.line_bytes} bytes, got {rest} bytes behind line {count}")
    if not 1 <= count <= LINES_MAX:
        raise FormatError(f"{what}: expected 1 to {LINES_MAX} lines, got {count}")
    total = sum(lines.amounts())
    if total > INTEGER_MAX:
        raise FormatError(f"{what}: expected a total up to {INTEGER_MAX}, got {total}")
    return lines


def sum_root(lines: Iterable[Line]) -> Lines:
    """Root, count and total of the sum tree over these lines, of which there is at least one."""
    peaks: list[Node] = []
    count = 0
    for line in lines:
        node = (sum_leaf_hash(line.encode()), line.amount)
        # As in tree.py: each trailing 1 bit of the old count is a complete subtree that this line completes.
        left = count
        while left & 1:
            node = _parent(peaks.pop(), node)
            left >>= 1
        peaks.append(node)
        count += 1
    root = peaks.pop()
    while peaks:
        root = _parent(peaks.pop(), root)
    return Lines(root[0], count, root[1])


def sum_batch(name: bytes, data: bytes) -> SummedBatch | None:
    """The batch of this name, with whatever number of columns, and its trees; None where the file has another name."""
    for columns in range(1, COLUMNS_MAX + 1):
        try:
            sums = tuple(
                sum_root(_parse_lines(data, column=column, columns=columns, what="batch")) for column in range(columns)
            )
        except FormatError:
            continue
        if name == (sums[0].root if columns == 1 else columns_hash([one.root for one in sums])):
            batch = SummedBatch(data)
            batch.sums = sums
            return batch
    return None


def verify_batch(data: bytes, *, lines: Lines, what: str) -> None:
    """Verify that a batch file is the one that an entry names.

    Raises:
        FormatError: it is no batch file.
        ProofError: another count, total or root.
    """
    got = sum_root(parse_batch(data, what=what))
    if got != lines:
        raise ProofError(
            f"{what}: expected {lines.count} lines, total {lines.total}, root {lines.root.hex()}, "
            f"got {got.count} lines, total {got.total}, root {got.root.hex()}"
        )


def line_offset(line: Line, *, index: int, path: Sequence[Node], lines: Lines, what: str) -> int:
    """Verify that `line` stands at `index` of the batch that an entry names, and give the sum of all before it.

    Count, total and root come from the signed entry alone; the path gives hashes and totals, never directions.

    Raises:
        ProofError: a number or a hash is out of range, or the path has a wrong length or leads elsewhere.
    """
    if not 1 <= lines.count <= LINES_MAX:
        raise ProofError(f"{what}: expected a count from 1 to {LINES_MAX}, got {lines.count}")
    if not 0 <= line.amount <= lines.total <= INTEGER_MAX:
        raise ProofError(f"{what}: expected an amount up to the total {lines.total}, got {line.amount}")
    for hash_ in (line.commitment, *(hash_ for hash_, _ in path)):
        if len(hash_) != HASH_BYTES:
            raise ProofError(f"{what}: expected hashes of {HASH_BYTES} bytes, got one of {len(hash_)}")
    if not 0 <= index < lines.count:
        raise ProofError(f"{what}: expected an index below the count {lines.count}, got {index}")
    node: Node = (sum_leaf_hash(line.encode()), line.amount)
    offset = 0
    siblings = iter(path)
    at, last = index, lines.count - 1
    while last > 0:
        # An even node without a right neighbour climbs alone: the tree never doubles a node.
        if at & 1 or at < last:
            sibling = next(siblings, None)
            if sibling is None:
                raise ProofError(f"{what}: the path of {len(path)} is too short for line {index} of {lines.count}")
            # Nothing below may outgrow the total, nor the eight bytes in which totals are hashed.
            if not 0 <= sibling[1] <= lines.total - node[1]:
                raise ProofError(f"{what}: a sibling of {sibling[1]} beside {node[1]} passes the total {lines.total}")
            if at & 1:
                offset += sibling[1]
                node = _parent(sibling, node)
            else:
                node = _parent(node, sibling)
        at, last = at >> 1, last >> 1
    if next(siblings, None) is not None:
        raise ProofError(f"{what}: the path of {len(path)} is too long for line {index} of {lines.count}")
    if node != (lines.root, lines.total):
        raise ProofError(
            f"{what}: line {index} leads to root {node[0].hex()} and total {node[1]}, "
            f"the entry says {lines.root.hex()} and {lines.total}"
        )
    return offset


def verify_opening(opening: bytes, *, salt: bytes, commitment: bytes, what: str) -> None:
    """Verify that `opening`, in canonical JSON, under `salt` is what a line committed to.

    Raises:
        ProofError: it is something else, or the salt is not 32 bytes long.
    """
    if len(salt) != SALT_BYTES:
        raise ProofError(f"{what}: expected a salt of {SALT_BYTES} bytes, got {len(salt)}")
    computed = commitment_hash(salt=salt, opening=opening)
    if computed != commitment:
        raise ProofError(f"{what}: the opening leads to {computed.hex()}, the line commits to {commitment.hex()}")


def _parent(left: Node, right: Node) -> Node:
    return sum_node_hash(left, right), left[1] + right[1]
