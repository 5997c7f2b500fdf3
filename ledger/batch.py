"""Lines and their sum tree: one signed entry stands for many small gifts or persons.

    line         u64 amount || 32-byte commitment                           40 bytes, integers big-endian
    batch file   line, line, …                                              1 to 1,000,000 of them, nothing else
    leaf         (SHA-256(00 || line), amount)
    node         (SHA-256(01 || l.hash || u64 l.total || r.hash || u64 r.total), l.total + r.total)

The shape is RFC 6962's. A line's offset, the sum of all amounts before it, is its place in the account: the line owns
[offset, offset + amount) of what the entry moves. Amounts are 1 or more, their sum at most 2^53-1.

A batch with columns carries several amounts for each commitment, one sum tree for each column:

    line         u64 amount of column 0 || … || u64 amount of column n-1 || 32-byte commitment

The tree of a column is that of the plain lines (u64 amount || commitment). In columns an amount may be 0. The entry
says how many columns there are and holds `{root, count, total}` of each. A plain file is named by its root, one with
columns by SHA-256(0b || root of column 0 || … || root of column n-1). Source: docs/formats/batch.md.
"""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import accumulate
from struct import Struct
from sys import byteorder

from ledger.errors import FormatError, ProofError
from ledger.strict import INTEGER_MAX

LINE_BYTES = 40
COMMITMENT_BYTES = 32
LINES_MAX = 1_000_000
COLUMNS_MAX = 8  # the widest programme has four; a bound keeps the longest file at 96 MB

_AMOUNT = Struct(">Q")
_LINE = Struct(">Q32s")
_NODE_BYTES = 40  # hash || u64 total: two of them side by side are what their parent hashes
_NODE = Struct(">32sQ")
_CHUNK_LINES = 1 << 15  # lines hashed at a time, so that building needs little more memory than the tree


@dataclass(frozen=True)
class Line:
    """One line: what `amount` counts is said by the entry's kind, what the commitment hides by its opening."""

    amount: int
    commitment: bytes


@dataclass(frozen=True)
class LineProof:
    """A line with its siblings `(hash, total)`, lowest first. Count, total and root come from the signed entry."""

    index: int
    line: Line
    path: tuple[tuple[bytes, int], ...]


def encode_lines(lines: Iterable[Line]) -> bytes:
    """Encode plain lines as a batch file.

    Raises:
        FormatError: too few or too many lines, an amount below 1, a sum above 2^53-1, or a commitment that is not 32
            bytes long.
    """
    data = bytearray()
    for index, line in enumerate(lines):
        _check_line(index, line.amount, line.commitment)
        data += _LINE.pack(line.amount, line.commitment)
    _plain_amounts(data)
    return bytes(data)


def decode_lines(data: bytes) -> list[Line]:
    """Decode a batch file of plain lines.

    Raises:
        FormatError: not a whole number of lines, too few or too many, an amount of 0, or a sum above 2^53-1.
    """
    _plain_amounts(data)
    return [Line(amount, commitment) for amount, commitment in _LINE.iter_unpack(data)]


def encode_columns(rows: Iterable[tuple[Sequence[int], bytes]], *, columns: int) -> bytes:
    """Encode lines of several amounts `(amounts, commitment)` as a batch file with columns.

    Raises:
        FormatError: fewer than 2 or too many columns, too few or too many lines, a line with another number of amounts,
            or a column whose sum is above 2^53-1.
    """
    _check_columns(columns)
    data = bytearray()
    for index, (amounts, commitment) in enumerate(rows):
        if len(amounts) != columns:
            raise FormatError(f"batch line {index}: expected {columns} amounts, got {len(amounts)}")
        for amount in amounts:
            _check_line(index, amount, commitment)
            data += _AMOUNT.pack(amount)
        data += commitment
    for column in range(columns):
        _amounts(_column_lines(bytes(data), column=column, columns=columns))
    return bytes(data)


class Batch:
    """The sum tree over a batch file. It keeps every level, so that each proof costs a few slices and no hash."""

    __slots__ = ("_levels", "_lines", "count", "root", "total")

    def __init__(self, data: bytes) -> None:
        """Build the tree over a file of plain lines.

        Raises:
            FormatError: as `decode_lines`.
        """
        self._build(data, _plain_amounts(data))

    @classmethod
    def of_column(cls, data: bytes, *, column: int, columns: int) -> "Batch":
        """Build the tree of one column over a file whose lines have `columns` amounts.

        Raises:
            FormatError: there is no such column, the file is not a whole number of lines, has too few or too many, or
                the column's sum is above 2^53-1.
        """
        _check_columns(columns)
        if not 0 <= column < columns:
            raise FormatError(f"batch: expected a column from 0 to {columns - 1}, got {column}")
        batch = cls.__new__(cls)
        lines = _column_lines(data, column=column, columns=columns)
        batch._build(lines, _amounts(lines))
        return batch

    def _build(self, data: bytes, amounts: "array[int]") -> None:
        self._lines = data
        self.count = len(amounts)
        self._levels = [_leaves(data)]
        totals = amounts
        while len(totals) > 1:
            level, totals = _level_above(self._levels[-1], totals)
            self._levels.append(level)
        self.root: bytes = self._levels[-1][:32]
        self.total: int = totals[0]

    def prove_line(self, index: int) -> LineProof:
        """Prove the line at `index`: its amount, its share of the total and its offset.

        Raises:
            ProofError: there is no such line.
        """
        if not 0 <= index < self.count:
            raise ProofError(f"line proof: index {index} is outside a batch of {self.count} lines")
        path = []
        place = index
        for level in self._levels[:-1]:
            sibling = (place ^ 1) * _NODE_BYTES
            # At the right edge a node without a sibling goes up as it is, and the path does not show it.
            if sibling < len(level):
                path.append(_NODE.unpack_from(level, sibling))
            place >>= 1
        return LineProof(index=index, line=Line(*_LINE.unpack_from(self._lines, index * LINE_BYTES)), path=tuple(path))


def batch_name(roots: Sequence[bytes]) -> bytes:
    """Return the name of a batch file from the roots of its columns, or of its only tree."""
    return roots[0] if len(roots) == 1 else sha256(b"\x0b" + b"".join(roots)).digest()


def names_of(data: bytes) -> Iterator[bytes]:
    """Yield every name that a batch file may have: as plain lines, then with 2 columns or more. Only an entry tells.

    Raises:
        FormatError: it is no batch file, however many columns it is read with.
    """
    wrong: FormatError | None = None
    found = 0
    for columns in range(1, COLUMNS_MAX + 1):
        try:
            roots = [Batch(data).root] if columns == 1 else [
                Batch.of_column(data, column=column, columns=columns).root for column in range(columns)]
        except FormatError as error:
            wrong = wrong or error
            continue
        found += 1
        yield batch_name(roots)
    if wrong is not None and not found:
        raise wrong


def locate_line(
    *,
    amount: int,
    commitment: bytes,
    index: int,
    count: int,
    total: int,
    root: bytes,
    path: Sequence[tuple[bytes, int]],
) -> int:
    """Verify that the line is in the batch, and compute its offset.

    `count`, `total` and `root` are those of the signed entry, never the prover's. Source: docs/formats/batch.md.

    Raises:
        ProofError: a number is out of its bounds, `path` has the wrong length, or hashes and totals do not lead to
            `root` and `total`.
    """
    if not 1 <= count <= LINES_MAX:
        raise ProofError(f"line proof: expected a batch of 1 to {LINES_MAX} lines, got {count}")
    if not 0 <= index < count:
        raise ProofError(f"line proof: index {index} is outside a batch of {count} lines")
    if not 0 <= total <= INTEGER_MAX:
        raise ProofError(f"line proof: expected a total from 0 to {INTEGER_MAX}, got {total}")
    if not 0 <= amount <= total:
        raise ProofError(f"line proof: expected an amount from 0 to the total {total}, got {amount}")
    if len(commitment) != COMMITMENT_BYTES:
        raise ProofError(f"line proof: expected a commitment of {COMMITMENT_BYTES} bytes, got {len(commitment)}")
    # As in RFC 9162: below `inner` the path may turn left or right; above it, every sibling is a left one.
    inner = (index ^ (count - 1)).bit_length()
    want = inner + (index >> inner).bit_count()
    if len(path) != want:
        raise ProofError(f"line proof: line {index} of {count} needs {want} siblings, got {len(path)}")
    computed, covered = sha256(b"\x00" + _LINE.pack(amount, commitment)).digest(), amount
    offset = 0
    for level, (sibling, sibling_total) in enumerate(path):
        if len(sibling) != 32:
            raise ProofError(f"line proof: sibling {level} has a hash of {len(sibling)} bytes, expected 32")
        # Bounding each total by what is left of the entry's keeps every sum below 2^53, so none can wrap around.
        if not 0 <= sibling_total <= total - covered:
            raise ProofError(f"line proof: sibling {level} has a total of {sibling_total}, expected 0 to "
                             f"{total - covered}")
        if level >= inner or index >> level & 1:
            offset += sibling_total
            pair = _NODE.pack(sibling, sibling_total) + _NODE.pack(computed, covered)
        else:
            pair = _NODE.pack(computed, covered) + _NODE.pack(sibling, sibling_total)
        computed, covered = sha256(b"\x01" + pair).digest(), covered + sibling_total
    if covered != total:
        raise ProofError(f"line proof: line {index} of {count} leads to a total of {covered}, the entry says {total}")
    if computed != root:
        raise ProofError(f"line proof: line {index} of {count} leads to {computed.hex()}, "
                         f"the entry says {root.hex()}")
    return offset


def _leaves(data: bytes) -> bytes:
    """The lowest level: hash and amount of each line."""
    level = bytearray()
    for start in range(0, len(data), _CHUNK_LINES * LINE_BYTES):
        chunk = data[start : start + _CHUNK_LINES * LINE_BYTES]
        level += b"".join([
            sha256(b"\x00" + chunk[at : at + LINE_BYTES]).digest() + chunk[at : at + 8]
            for at in range(0, len(chunk), LINE_BYTES)
        ])
    return bytes(level)


def _level_above(below: bytes, totals: "array[int]") -> tuple[bytes, "array[int]"]:
    """Hash the nodes of one level in pairs; an odd one goes up unchanged."""
    summed = array("Q", [left + right for left, right in zip(totals[::2], totals[1::2], strict=False)])
    encoded = summed[:]
    if byteorder == "little":
        encoded.byteswap()
    sums = encoded.tobytes()
    level = bytearray()
    pair_bytes = 2 * _NODE_BYTES
    for start in range(0, len(summed), _CHUNK_LINES):
        level += b"".join([
            sha256(b"\x01" + below[at * pair_bytes : (at + 1) * pair_bytes]).digest() + sums[at * 8 : at * 8 + 8]
            for at in range(start, min(start + _CHUNK_LINES, len(summed)))
        ])
    if len(totals) & 1:
        level += below[-_NODE_BYTES:]
        summed.append(totals[-1])
    return bytes(level), summed


def _column_lines(data: bytes, *, column: int, columns: int) -> bytes:
    """The plain lines of one column: its amounts, each with the line's commitment."""
    line_bytes = 8 * columns + COMMITMENT_BYTES
    _check_length(data, line_bytes=line_bytes)
    lines = bytearray()
    for start in range(0, len(data), _CHUNK_LINES * line_bytes):
        chunk = data[start : start + _CHUNK_LINES * line_bytes]
        lines += b"".join([
            chunk[at + 8 * column : at + 8 * column + 8] + chunk[at + 8 * columns : at + line_bytes]
            for at in range(0, len(chunk), line_bytes)
        ])
    return bytes(lines)


def _amounts(data: bytes | bytearray) -> "array[int]":
    """Read the amounts of a file of 40-byte lines and check its bounds."""
    _check_length(data, line_bytes=LINE_BYTES)
    amounts = array("Q", [amount for (amount,) in Struct(">Q32x").iter_unpack(data)])
    total = sum(amounts)
    if total > INTEGER_MAX:
        index = next(index for index, reached in enumerate(accumulate(amounts)) if reached > INTEGER_MAX)
        raise FormatError(f"batch line {index}: expected a sum of at most {INTEGER_MAX}, got {total}")
    return amounts


def _plain_amounts(data: bytes | bytearray) -> "array[int]":
    amounts = _amounts(data)
    if 0 in amounts:
        raise FormatError(f"batch line {amounts.index(0)}: expected an amount of 1 or more, got 0")
    return amounts


def _check_columns(columns: int) -> None:
    if not 2 <= columns <= COLUMNS_MAX:
        raise FormatError(f"batch: expected 2 to {COLUMNS_MAX} columns, got {columns}")


def _check_length(data: bytes | bytearray, *, line_bytes: int) -> None:
    count, rest = divmod(len(data), line_bytes)
    if rest:
        raise FormatError(f"batch: expected lines of {line_bytes} bytes, got {rest} bytes after line {count - 1}")
    if not 1 <= count <= LINES_MAX:
        raise FormatError(f"batch: expected 1 to {LINES_MAX} lines, got {count}")


def _check_line(index: int, amount: int, commitment: bytes) -> None:
    if not 0 <= amount <= INTEGER_MAX:
        raise FormatError(f"batch line {index}: expected an amount from 0 to {INTEGER_MAX}, got {amount}")
    if len(commitment) != COMMITMENT_BYTES:
        raise FormatError(f"batch line {index}: expected a commitment of {COMMITMENT_BYTES} bytes, "
                          f"got {len(commitment)}")
