"""A monetary unit sample (docs/formats/sample.md): which units are drawn, and which entries and lines they are.

    seed = SHA-256(root || nonce)        hit k = start of cell k + SHA-256(seed || u32 k) mod (length of cell k)
"""

from array import array
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from verifier.audit.audit import Watch
from verifier.audit.finding import kind_of
from verifier.entries.entry import split_leaf
from verifier.entries.lines import Line, parse_batch
from verifier.errors import FormatError, VerifyError
from verifier.log.note import parse_note
from verifier.log.tiles import WIDTH
from verifier.primitives.parse import parse_json
from verifier.rules.replay import Taken
from verifier.rules.rows import Rows, number
from verifier.sources.source import Source, SourceBlobs, read_bundle

COUNT_MAX = 10_000
NONCE_BYTES_MIN, NONCE_BYTES_MAX = 16, 64
HOPS_MAX = 64

_GIFT = "donation"


@dataclass(frozen=True, slots=True)
class Hit:
    """A unit that was drawn and the leaf that brought it in, with the kind of its entry, None where it cannot be read.

    `line` is its place in the batch of leaf `gift`, `amount` and `commitment` are that line's; None where it is no
    gift, or where the batch is not to be had. `way` is the way of the unit in an account, back to where it came from:
    account, position and leaf that brought it there.
    """

    unit: int
    index: int
    kind: str | None
    gift: int | None
    line: int | None
    amount: int | None
    commitment: str | None
    way: tuple[tuple[str, int, int], ...]


def draw_units(*, root: bytes, nonce: bytes, total: int, count: int) -> tuple[int, ...]:
    """The units that are drawn from `total`, one from each of `count` cells.

    >>> draw_units(root=bytes(32), nonce=bytes(16), total=1000, count=4)
    (223, 291, 664, 763)

    Raises:
        FormatError: the nonce is too short or too long, or there are not so many units to be drawn.
    """
    if not NONCE_BYTES_MIN <= len(nonce) <= NONCE_BYTES_MAX:
        raise FormatError(f"nonce: expected {NONCE_BYTES_MIN} to {NONCE_BYTES_MAX} bytes, got {len(nonce)}")
    if not total:
        raise FormatError("sample: there is nothing to draw from: no unit ever came in")
    if not 1 <= count <= min(total, COUNT_MAX):
        raise FormatError(f"sample: expected 1 to {min(total, COUNT_MAX)} hits of {total} units, got {count}")
    seed = sha256(root + nonce).digest()
    hits = []
    for cell in range(count):
        start, end = cell * total // count, (cell + 1) * total // count
        drawn = int.from_bytes(sha256(seed + cell.to_bytes(4, "big")).digest(), "big")
        hits.append(start + drawn % (end - start))
    return tuple(hits)


class Gifts(Watch):
    """The donations of a log by programme, and the notice in which a nonce was committed to."""

    def __init__(self, nonce: bytes) -> None:
        self._document = sha256(nonce).hexdigest()
        self._indices: dict[str, array[int]] = {}
        self._ends: dict[str, array[int]] = {}
        self.committed: tuple[int, tuple[str, ...], int] | None = None

    @property
    def programmes(self) -> tuple[str, ...]:
        """Those to which something was given."""
        return tuple(sorted(self._indices))

    def taken(self, taken: Taken) -> None:
        """A leaf stands."""
        self._note(taken.index, taken.entry.value, taken.stamp["time_unix_ms"])

    def skimmed(self, index: int, leaf: bytes) -> None:
        """A leaf of which amounts could not be judged; what was given is public, and stands under the root."""
        try:
            stamp, note = split_leaf(leaf, what="leaf")
            value = parse_json(parse_note(note, what="entry").text.split(b"\n")[1], what="entry")
            time = parse_json(stamp, what="stamp")
            if isinstance(value, dict) and isinstance(time, dict):
                self._note(index, value, time["time_unix_ms"])
        except (VerifyError, LookupError, TypeError):
            return  # its form is a finding already

    def total(self, programme: str) -> int:
        """All that was given to a programme, in minor units."""
        return self._ends[programme][-1] if programme in self._ends else 0

    def find(self, programme: str, unit: int) -> tuple[int, int]:
        """The donation to which a unit belongs, and which of its units it is."""
        ends = self._ends[programme]
        at = bisect_right(ends, unit)
        return self._indices[programme][at], unit - (ends[at - 1] if at else 0)

    def _note(self, index: int, value: Any, time_unix_ms: Any) -> None:
        if value["kind"] == _GIFT:
            name = value["programme"]
            ends = self._ends.setdefault(name, array("Q"))
            self._indices.setdefault(name, array("Q")).append(index)
            ends.append((ends[-1] if ends else 0) + value["lines"]["total"])
        elif value["kind"] == "notice" and value["document"] == self._document and self.committed is None:
            self.committed = index, tuple(value["signers"]), time_unix_ms


class Lines:
    """Lines of the log's batches, the one that was read last at hand."""

    def __init__(self, source: Source, size: int) -> None:
        self._source = source
        self._size = size
        self._index = -1
        self._lines: Sequence[Line] = ()
        self._kinds: dict[int, str | None] = {}

    def at(self, index: int, offset: int) -> tuple[int, Line] | None:
        """Place and line of the donation in leaf `index` that owns unit `offset`; None where its batch is not given."""
        if index != self._index:
            self._lines, self._index = self._read(index), index
        start = 0
        for place, line in enumerate(self._lines):
            if offset < start + line.amount:
                return place, line
            start += line.amount
        return None

    def kind(self, index: int) -> str | None:
        """The kind of the entry in leaf `index`, of a sealed one that of its body; None where it is not to be had."""
        if index not in self._kinds:
            leaf = self._leaf(index)
            self._kinds[index] = None if leaf is None else kind_of(leaf, SourceBlobs(self._source))
        return self._kinds[index]

    def _leaf(self, index: int) -> bytes | None:
        bundle = index // WIDTH
        leaves = read_bundle(self._source, index=bundle, width=min(WIDTH, self._size - bundle * WIDTH))
        return None if leaves is None else leaves[index % WIDTH]

    def _read(self, index: int) -> Sequence[Line]:
        leaf = self._leaf(index)
        if leaf is None:
            return ()
        text = parse_note(split_leaf(leaf, what="leaf")[1], what="entry").text
        value: Any = parse_json(text.split(b"\n")[1], what="entry")
        data = SourceBlobs(self._source).batch(bytes.fromhex(value["lines"]["root"]))
        return () if data is None else parse_batch(data, what="batch")


def sample_gifts(units: Sequence[int], *, programme: str, gifts: Gifts, lines: Lines) -> list[Hit]:
    """The lines of gifts that were hit."""
    return [_hit(unit, *gifts.find(programme, unit), way=(), lines=lines) for unit in units]


def sample_account(units: Sequence[int], *, account: str, rows: Rows, lines: Lines) -> list[Hit]:
    """The entries that brought the units of an account in, and the gifts that they were."""
    hits = []
    for unit, way in zip(units, ways_back(rows, account, units), strict=True):
        (_, position, last), index = way[-1], way[0][2]
        kind = lines.kind(index)
        given = rows.get(f"donation {number(last)}")
        if given is None or not given["pos"] <= position < given["pos"] + given["total"]:
            hits.append(Hit(unit, index, kind, None, None, None, None, way))
        else:
            found = _hit(unit, last, position - given["pos"], way=way, lines=lines)
            hits.append(Hit(unit, index, kind, last, found.line, found.amount, found.commitment, way))
    return hits


def ways_back(rows: Rows, account: str, units: Sequence[int]) -> list[tuple[tuple[str, int, int], ...]]:
    """How each unit of an account came there: account, position and leaf, back to where it came from outside.

    All units go back one move at a time, so that the moves of the log are read once for each step.
    """
    ways: list[list[tuple[str, int, int]]] = [[] for _ in units]
    waiting = {at: (account, unit) for at, unit in enumerate(units)}
    for _ in range(HOPS_MAX):
        if not waiting:
            break
        waiting = _step_back(rows, waiting, ways)
    return [tuple(way) for way in ways]


def _step_back(
    rows: Rows, waiting: dict[int, tuple[str, int]], ways: list[list[tuple[str, int, int]]]
) -> dict[int, tuple[str, int]]:
    """Find the move that brought each unit; give where those were before that did not come from outside."""
    wanted: dict[str, list[tuple[int, int]]] = {}
    for at, (account, unit) in waiting.items():
        wanted.setdefault(account, []).append((unit, at))
    before: dict[int, tuple[str, int]] = {}
    for place, move in rows.scan("move"):
        source, _, end = place.partition(" ")
        for account, start, amount in _arrivals(move, int(end)):
            for unit, at in wanted.get(account, ()):
                if start <= unit < start + amount:
                    ways[at].append((account, unit, move["index"]))
                    if not source.startswith(("world/", "own/")):
                        before[at] = (source, _origin(move, account, unit))
    return before


def _arrivals(move: Any, end: int) -> list[tuple[str, int, int]]:
    """Account, position and amount of what a move or a split brought."""
    amount = end - move["pos"]
    if "rest" not in move:
        return [(move["to"], move["to_pos"], amount)]
    share = end * move["num"] // move["den"] - move["pos"] * move["num"] // move["den"]
    return [(move["to"], move["to_pos"], share), (move["rest"], move["rest_pos"], amount - share)]


def _origin(move: Any, account: str, unit: int) -> int:
    """The position, in the account that was left, of a unit that a move or a split brought."""
    pos: int = move["pos"]
    if "rest" not in move:
        return pos + unit - int(move["to_pos"])
    num, den = int(move["num"]), int(move["den"])
    below = pos * num // den
    if account == move["to"]:
        # The first y with (y+1)*num // den above what the share has received before this unit.
        return -(-(below + unit - int(move["to_pos"]) + 1) * den // num) - 1
    return (pos - below + unit - int(move["rest_pos"])) * den // (den - num)


def _hit(unit: int, index: int, offset: int, *, way: tuple[tuple[str, int, int], ...], lines: Lines) -> Hit:
    found = lines.at(index, offset)
    if found is None:
        return Hit(unit, index, _GIFT, index, None, None, None, way)
    place, line = found
    return Hit(unit, index, _GIFT, index, place, line.amount, line.commitment.hex(), way)
