"""Replay: a table of days as entries of a real log in memory, so that the ledger itself judges what was said.

Each list is one donation batch. A day's gifts come first, then a notice for each that said something, handed in by a
third party that holds no money. What a notice `says` of the money raised so far, the ledger flags in its stamp where
the books hold another number. A day's total is the change of that figure over the day's entries.

A table knows how many gifts are on a list and their sum, not each: they are entered as equal parts.
"""

from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from ledger.batch import COMMITMENT_BYTES, Batch, Line, encode_lines
from ledger.leaf import stamp_of
from ledger.strict import JsonValue
from node.demo.desk import Draft, File, MemoryDesk
from node.demo.founding import charter
from node.figures.table import COMPILED, OFFICIAL, SAYERS, Listed, Row, Table
from node.ports import Random

PROGRAMME = "table"
RAISED = f"{PROGRAMME}/raised"

_COLLECTOR, _OBSERVER = "collector", "observer"
_ORIGIN = "table.example/days"
_FUND = "fund/table"


@dataclass(frozen=True, slots=True)
class Told:
    """A notice in the log: its leaf, and by how much the ledger says that the cumulative total is too high or low.

    `difference` is None where the notice says no total that can be judged; 0 where the books support it.
    """

    leaf: int
    difference: int | None


@dataclass(frozen=True, slots=True)
class Day:
    """A row after its entries: what the books held before and after, and the notices by who said it."""

    row: Row
    before: int
    after: int
    gifts: int
    told: dict[str, Told]
    block: tuple[date, date] | None  # the days whose lists stand on one row, where this is one of them

    @property
    def change(self) -> int:
        """What came in on this day."""
        return self.after - self.before

    @property
    def is_open(self) -> bool:
        """Whether lists of this day may stand on another row: a total of the organisation then cannot be judged."""
        return self.block is not None and self.row.day < self.block[1]


@dataclass(frozen=True, slots=True)
class Replayed:
    """The log that was made of a table."""

    days: tuple[Day, ...]
    leaves: int
    batches: int
    gifts: int

    @property
    def told(self) -> list[Told]:
        """All notices."""
        return [told for day in self.days for told in day.told.values()]

    @property
    def flagged(self) -> int:
        """How many notices the ledger flagged."""
        return sum(bool(told.difference) for told in self.told)

    @property
    def raised(self) -> int:
        """All that came in."""
        return self.days[-1].after


def replay_table(table: Table, *, document: bytes, random: Random) -> Replayed:
    """Enter a table into a new log, day by day. `document` is the file, whose hash each notice names.

    Raises:
        LedgerError: a rule refuses an entry, as where the sum of all lists is more than a book can hold.
    """
    return _Log(table, sha256(document).hexdigest(), random).run()


def blocks_of(table: Table) -> dict[date, tuple[date, date]]:
    """The days whose lists stand together on one row, by day: (the row's day, the last such day).

    Who compiled the lists gives such a row a cumulative total and, unlike other rows, no total of the day; until the
    next list of the same channels nobody can say on which of the days a gift came.
    """
    found: dict[date, tuple[date, date]] = {}
    if not any(row.day_total(COMPILED) is not None for row in table.rows):
        return found
    for at, row in enumerate(table.rows):
        sums_up = row.cumulative(COMPILED) is not None and row.day_total(COMPILED) is None
        if not sums_up or row.day_total(OFFICIAL) is not None or not row.lists:
            continue
        after = [row]
        for later in table.rows[at + 1 :]:
            if later.lists.keys() & row.lists.keys():
                break
            after.append(later)
        if len(after) > 1:
            found |= dict.fromkeys((one.day for one in after), (row.day, after[-1].day))
    return found


class _Log:
    """The log while it grows."""

    def __init__(self, table: Table, document: str, random: Random) -> None:
        self._table = table
        self._document = document
        self._blocks = blocks_of(table)
        self._batches = 0
        self._gifts = 0
        names = {party: f"{party}.example" for party in (_COLLECTOR, _OBSERVER)}
        self._desk = MemoryDesk(key_names=names, origin=_ORIGIN, random=random)
        self._random = random

    def run(self) -> Replayed:
        first = self._table.rows[0].day
        self._desk.clock(first)
        founding = charter(self._desk.keys, at=first, operator=_COLLECTOR, quorum=2,
                           roles={_COLLECTOR: ["foundation"], _OBSERVER: ["auditor"]})
        self._desk.submit([Draft((_COLLECTOR, _OBSERVER), founding), Draft((_COLLECTOR,), self._terms(first))])
        days = tuple(self._day(row) for row in self._table.rows)
        return Replayed(days, len(self._desk.leaves), self._batches, self._gifts)

    def _day(self, row: Row) -> Day:
        self._desk.clock(row.day)
        block = self._blocks.get(row.day)
        before, gifts = self._raised(), self._gifts
        for channel, listed in row.lists.items():
            self._desk.submit([self._donation(row, channel, listed)])
        is_open = block is not None and row.day < block[1]
        told = {by: self._tell(row, by, is_judged=not (is_open and by == OFFICIAL)) for by in SAYERS
                if any(name.startswith(f"{by}_") for name in row.said)}
        return Day(row, before, self._raised(), self._gifts - gifts, told, block)

    def _donation(self, row: Row, channel: str, listed: Listed) -> Draft:
        count = listed.gifts or 1
        each, over = divmod(listed.amount, count)
        # Nobody will open these lines, so their commitments hide nothing.
        drawn = self._random.random_bytes(count * COMMITMENT_BYTES)
        data = encode_lines([
            Line(each + (at < over), drawn[at * COMMITMENT_BYTES : (at + 1) * COMMITMENT_BYTES]) for at in range(count)
        ])
        batch = Batch(data)
        self._batches += 1
        self._gifts += count
        return Draft((_COLLECTOR,), {
            "at": str(row.day), "from": _source(channel), "kind": "donation",
            "lines": {"count": batch.count, "root": batch.root.hex(), "total": batch.total},
            "programme": PROGRAMME, "purpose": "gift", "to": _FUND,
        }, (File("batch", batch.root, data),))  # fmt: skip

    def _tell(self, row: Row, by: str, *, is_judged: bool) -> Told:
        """Hand in what somebody said of this day, and what the ledger makes of it."""
        cumulative = row.cumulative(by)
        notice: dict[str, JsonValue] = {
            "at": str(row.day), "document": self._document, "kind": "notice", "programme": PROGRAMME,
            "text": ", ".join(f"{name} {value}" for name, value in row.said.items() if name.startswith(f"{by}_")),
        }  # fmt: skip
        if cumulative is None or not is_judged:
            return Told(self._desk.submit([Draft((_OBSERVER,), notice)])[0], None)
        said: dict[str, JsonValue] = {"metric": RAISED, "value": cumulative}
        step = self._table.step(by, "cumulative")
        if step > 1:
            said["precision"] = {"kind": "rounded", "unit": step}
        leaf = self._desk.submit([Draft((_OBSERVER,), {**notice, "says": [said]})])[0]
        flags = stamp_of(self._desk.leaves[leaf]).flags
        if not flags:
            return Told(leaf, 0)
        # The ledger gives no difference where the books hold no figure yet: then nothing was raised.
        [(_metric, difference)] = flags
        return Told(leaf, cumulative if difference is None else difference)

    def _raised(self) -> int:
        row = self._desk.state.get("figure", RAISED)
        return 0 if row is None else int(row["value"])

    def _terms(self, first: date) -> dict[str, JsonValue]:
        sources: list[str] = [_source(channel) for channel in self._table.channels]
        accounts: list[JsonValue] = [
            {"holder": _COLLECTOR, "name": name, "place": "bank"} for name in (*sources, _FUND)
        ]
        flows: list[JsonValue] = [
            {"from": name, "kind": "donation", "purpose": "gift", "to": _FUND} for name in sources
        ]
        return {
            "accounts": accounts, "at": str(first), "basis": {}, "deadlines": [], "document": self._document,
            "first_day": str(first), "flows": flows, "formulas": {}, "k": 10, "kind": "terms", "notices": [],
            "programme": PROGRAMME, "readings": {}, "refusals": [], "risk": "pool", "splits": [], "unit": "CNY",
            "version": 1, "zone": "+08:00",
        }  # fmt: skip


def _source(channel: str) -> str:
    """The account outside from which a channel's gifts come."""
    return f"world/{channel.replace('_', '-')}"
