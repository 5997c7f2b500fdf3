"""Table: what came in day by day by published lists, beside what was said of it.

    date,alipay_count,alipay_fen,compiled_day_fen,official_day_fen,official_cumulative_fen
    2020-01-31,1662,91220501,91220501,8062260000,69953110000

CSV in UTF-8, one row a day, days rising; an empty cell says nothing. `<channel>_fen` is the sum of the day's list of a
channel, `<channel>_count` how many gifts are on it. `official_*` is what the collecting organisation announced,
`compiled_*` what those say who compiled the lists. Other columns are named and left out.
"""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from ledger.errors import FormatError
from ledger.strict import INTEGER_MAX, day, decimal, shown

DATE = "date"
OFFICIAL, COMPILED = "official", "compiled"
SAYERS = (OFFICIAL, COMPILED)
COUNT = "official_count"
SAID = (*(f"{by}_{what}_fen" for by in SAYERS for what in ("day", "cumulative")), COUNT)

TEN_THOUSAND_YUAN_STEP = 10_000
"""Fen: the last digit of a number that is printed in 万 with two decimals."""

GIFTS_MAX = 1_000_000  # lines of one batch

_CHANNEL = re.compile(r"([a-z][a-z0-9_]{0,23})_fen", re.ASCII)
_FIRST_DAY = date(1970, 1, 1)  # a log's time is not negative


@dataclass(frozen=True, slots=True)
class Listed:
    """The list of one channel and day: its sum, and how many gifts are on it, where that is said."""

    amount: int
    gifts: int | None


@dataclass(frozen=True, slots=True)
class Row:
    """One day: its lists by channel, and what was said, by column."""

    day: date
    lists: dict[str, Listed]
    said: dict[str, int]

    def day_total(self, by: str) -> int | None:
        """What somebody said came in on this day."""
        return self.said.get(f"{by}_day_fen")

    def cumulative(self, by: str) -> int | None:
        """What somebody said had come in until the end of this day."""
        return self.said.get(f"{by}_cumulative_fen")


@dataclass(frozen=True, slots=True)
class Table:
    """The rows; the step in which each column is printed, 1 for to the fen; the columns that nothing is done with."""

    rows: tuple[Row, ...]
    channels: tuple[str, ...]
    steps: dict[str, int]
    ignored: tuple[str, ...]

    def step(self, by: str, what: str) -> int:
        """The step in which the day totals or the cumulative totals of somebody are printed."""
        return self.steps.get(f"{by}_{what}_fen", 1)


@dataclass(slots=True)
class _Columns:
    """Which column of the file is what."""

    at: dict[str, int]
    channels: list[str] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)


def is_table(text: str) -> bool:
    """Whether a text begins with the names of a table's columns."""
    try:
        return DATE in next(csv.reader(io.StringIO(text, newline="")), [])
    except csv.Error:
        return False


def parse_table(text: str, *, name: str) -> Table:
    """Parse a table of days.

    Raises:
        FormatError: it is none; the message names line and column.
    """
    records = _records(text, name)
    columns = _columns(next(records, (1, []))[1], where=f"{name} line 1")
    rows: list[Row] = []
    for line, cells in records:
        where = f"{name} line {line}"
        if len(cells) != len(columns.at):
            raise FormatError(f"{where}: expected {len(columns.at)} cells, got {len(cells)}")
        row = _row(columns, cells, where=where)
        if rows and row.day <= rows[-1].day:
            raise FormatError(f"{where}, column {DATE}: expected a day after {rows[-1].day}, got {row.day}")
        rows.append(row)
    if not rows:
        raise FormatError(f"{name}: expected at least one row below the names of the columns, got none")
    return Table(tuple(rows), tuple(columns.channels), _steps(rows), tuple(columns.ignored))


def _records(text: str, name: str) -> Iterator[tuple[int, list[str]]]:
    # Line ends stay as they are: the reader itself knows CR, LF and both, also inside quotes.
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for cells in reader:
            if cells:
                yield reader.line_num, cells
    except csv.Error as error:
        raise FormatError(f"{name} line {reader.line_num}: expected strict CSV, got: {error}") from None


def _columns(names: list[str], *, where: str) -> _Columns:
    columns = _Columns({name: at for at, name in enumerate(names)})
    if len(columns.at) != len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise FormatError(f"{where}: expected each column once, got {shown(twice)} twice")
    own = {DATE, *SAID}
    for name in names:
        parts = _CHANNEL.fullmatch(name)
        if name not in own and parts and not name.startswith(tuple(f"{by}_" for by in SAYERS)):
            columns.channels.append(parts[1])
    own |= {f"{channel}_{what}" for channel in columns.channels for what in ("fen", "count")}
    columns.ignored = [name for name in names if name not in own]
    if DATE not in names or not columns.channels:
        raise FormatError(f"{where}: expected the columns {DATE} and at least one <channel>_fen, got {shown(names)}")
    if not set(SAID) & set(names):
        raise FormatError(f"{where}: expected at least one of {', '.join(SAID)}: without them nothing is said "
                          "that could be checked")
    return columns


def _row(columns: _Columns, cells: list[str], *, where: str) -> Row:
    when = day(cells[columns.at[DATE]], what=f"{where}, column {DATE}")
    if when < _FIRST_DAY:
        raise FormatError(f"{where}, column {DATE}: expected {_FIRST_DAY} or later, got {when}")

    def number(name: str) -> int | None:
        at = columns.at.get(name)
        if at is None or cells[at] == "":
            return None
        return decimal(cells[at], what=f"{where}, column {name}", maximum=INTEGER_MAX)

    lists = {}
    for channel in columns.channels:
        amount, gifts = number(f"{channel}_fen"), number(f"{channel}_count")
        _check_list(amount, gifts, where=f"{where}, column {channel}_count")
        if amount:
            lists[channel] = Listed(amount, gifts)
    said = {name: value for name in SAID if (value := number(name)) is not None}
    return Row(when, lists, said)


def _check_list(amount: int | None, gifts: int | None, *, where: str) -> None:
    """A gift is 1 fen or more, and what is given is given by somebody."""
    if gifts is None:
        return
    if bool(gifts) != bool(amount) or gifts > (amount or 0) or gifts > GIFTS_MAX:
        raise FormatError(f"{where}: expected a number of gifts that can come to {amount or 0} fen, at most "
                          f"{GIFTS_MAX}, got {gifts}")


def _steps(rows: list[Row]) -> dict[str, int]:
    """The step of each column of amounts: a column all of whose numbers are multiples of it is printed in 万."""
    steps = {}
    for name in SAID:
        values = [row.said[name] for row in rows if name in row.said]
        if name != COUNT and any(values):
            is_in_ten_thousands = all(value % TEN_THOUSAND_YUAN_STEP == 0 for value in values)
            steps[name] = TEN_THOUSAND_YUAN_STEP if is_in_ten_thousands else 1
    return steps
