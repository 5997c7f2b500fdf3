"""Batches: many small lines under one entry, through the root of a Merkle sum tree.

    line        u64 amount || 32-byte commitment             40 bytes; a batch is its lines one after another
    leaf        (SHA-256(00 || line), amount)
    node        (SHA-256(01 || l.hash || u64 l.total || r.hash || u64 r.total), l.total + r.total)

The shape is RFC 6962's. An entry holds root, count and total, 1 <= count <= 1,000,000 and total <= 2^53-1. The path of
a line is a list of siblings `(hash, total)` from the leaf up; the totals of the left ones add up to the line's offset,
the sum of all lines before it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from verifier.errors import FormatError, ProofError
from verifier.hashes import commitment_hash, sum_leaf_hash, sum_node_hash
from verifier.parse import INTEGER_MAX

LINE_BYTES = 40
LINES_MAX = 1_000_000
SALT_BYTES = 32
HASH_BYTES = 32
OPENING_BYTES_MAX = 16 * 1024

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


def parse_line(data: bytes, *, what: str) -> Line:
    """Parse one line of 40 bytes, its amount at most 2^53-1."""
    if len(data) != LINE_BYTES:
        raise FormatError(f"{what}: expected a line of {LINE_BYTES} bytes, got {len(data)}")
    amount = int.from_bytes(data[:8], "big")
    if amount > INTEGER_MAX:
        raise FormatError(f"{what}: expected an amount up to {INTEGER_MAX}, got {amount}")
    return Line(amount, data[8:])


def parse_batch(data: bytes, *, what: str) -> tuple[Line, ...]:
    """Parse a batch file: 1 to 1,000,000 lines.

    Raises:
        FormatError: no whole number of lines, none, too many, or amounts above 2^53-1 in one line or in all.
    """
    count, rest = divmod(len(data), LINE_BYTES)
    if rest:
        raise FormatError(f"{what}: expected lines of {LINE_BYTES} bytes, got {rest} bytes behind line {count}")
    _check_count(count, what=what)
    lines = tuple(
        parse_line(data[at : at + LINE_BYTES], what=f"{what}: line {at // LINE_BYTES}")
        for at in range(0, len(data), LINE_BYTES)
    )
    total = sum(line.amount for line in lines)
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
        FormatError: count, total or an amount is out of range.
        ProofError: `index` is not below the count, or the path has a wrong length or leads elsewhere.
    """
    _check_count(lines.count, what=what)
    for total in (line.amount, lines.total, *(total for _, total in path)):
        if not 0 <= total <= INTEGER_MAX:
            raise FormatError(f"{what}: expected amounts and totals from 0 to {INTEGER_MAX}, got {total}")
    for hash_ in (line.commitment, *(hash_ for hash_, _ in path)):
        if len(hash_) != HASH_BYTES:
            raise FormatError(f"{what}: expected hashes of {HASH_BYTES} bytes, got one of {len(hash_)}")
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
            if at & 1:
                offset += sibling[1]
                node = _checked(_parent(sibling, node), what=what)
            else:
                node = _checked(_parent(node, sibling), what=what)
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
        FormatError: the salt is not 32 bytes long, or the opening is too long.
        ProofError: it is something else.
    """
    if len(salt) != SALT_BYTES:
        raise FormatError(f"{what}: expected a salt of {SALT_BYTES} bytes, got {len(salt)}")
    if len(opening) > OPENING_BYTES_MAX:
        raise FormatError(f"{what}: expected an opening of at most {OPENING_BYTES_MAX} bytes, got {len(opening)}")
    computed = commitment_hash(salt=salt, opening=opening)
    if computed != commitment:
        raise ProofError(f"{what}: the opening leads to {computed.hex()}, the line commits to {commitment.hex()}")


def _parent(left: Node, right: Node) -> Node:
    return sum_node_hash(left, right), left[1] + right[1]


def _checked(node: Node, *, what: str) -> Node:
    # Totals of hostile siblings must not outgrow the eight bytes that they are hashed in.
    if node[1] > INTEGER_MAX:
        raise ProofError(f"{what}: expected totals up to {INTEGER_MAX}, the path adds up to {node[1]}")
    return node


def _check_count(count: int, *, what: str) -> None:
    if not 1 <= count <= LINES_MAX:
        raise FormatError(f"{what}: expected 1 to {LINES_MAX} lines, got {count}")
