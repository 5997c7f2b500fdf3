"""A bank statement as its bank exports it: parsed strictly, and held to its own running balance.

    PageId,Date,Time,DocumentNumber,ReferenceNumber,TransactionDetails,DebitAmount,CreditAmount,Balance,OffsetAccount
    1597,12/09/2024,,,94268522,(memo),,"200,000","34,020,836,520",

CSV in UTF-8 with these ten columns. A day is dd/mm/yyyy and never falls; an amount has a comma before each group of
three digits and no minor unit; each row is a credit or a debit, never both; the reference may be empty. The memo is
not kept. A refusal names file, line, column, what was expected and what came.
"""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from ledger import strict
from ledger.errors import FormatError

COLUMNS = (
    "PageId", "Date", "Time", "DocumentNumber", "ReferenceNumber",
    "TransactionDetails", "DebitAmount", "CreditAmount", "Balance", "OffsetAccount",
)  # fmt: skip

_DAY = re.compile(r"([0-9]{2})/([0-9]{2})/([0-9]{4})", re.ASCII)
_AMOUNT = re.compile(r"0|[1-9][0-9]{0,2}(,[0-9]{3})*", re.ASCII)
_REFERENCE = re.compile(r"[0-9A-Z]{0,32}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of the statement, numbered from 1. `amount` is above zero for a credit, below for a debit."""

    number: int
    day: date
    reference: str
    amount: int
    balance: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """The rows of one statement, each of which leads from the balance before it to its own."""

    name: str
    rows: tuple[Row, ...]

    @property
    def opening_balance(self) -> int:
        """What lay in the account before the first row; derived, the statement does not print it."""
        return self.rows[0].balance - self.rows[0].amount

    @property
    def closing_balance(self) -> int:
        """The balance of the last row."""
        return self.rows[-1].balance

    @property
    def credit_rows(self) -> tuple[Row, ...]:
        """The rows that brought money in."""
        return tuple(row for row in self.rows if row.amount > 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditBatch:
    """The credits of one day: a line is its amount and the opening with what the donor's bank slip shows."""

    day: date
    lines: list[tuple[int, dict[str, str | int]]]


def parse_statement(data: bytes, *, name: str) -> Statement:
    """Parse the statement `data`; `name` is the file's, for messages.

    Raises:
        FormatError: the bytes are not such a CSV file, or a balance is not the one before it plus credit less debit;
            the message names the first such row.
    """
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise FormatError(f"{name} line {line}: expected UTF-8, got byte {data[error.start]:#04x}") from None
    rows: list[Row] = []
    for line, values in _records(text, name):
        row = _row(values, number=len(rows) + 1, where=f"{name} line {line}")
        if rows:
            _check_follows(row, rows[-1], where=f"{name} line {line}")
        rows.append(row)
    if not rows:
        raise FormatError(f"{name}: expected at least one row below the names of the columns, got none")
    return Statement(name=name, rows=tuple(rows))


def verify_totals(statement: Statement, *, count: int, total: int) -> None:
    """Verify that the statement has the credits that its source says it has.

    Raises:
        FormatError: their number or their sum is another.
    """
    rows = statement.credit_rows
    summed = sum(row.amount for row in rows)
    if (len(rows), summed) != (count, total):
        raise FormatError(
            f"{statement.name}: expected {count} credits of {total} in all, got {len(rows)} of {summed}"
        )


def credit_batches(statement: Statement) -> Iterator[CreditBatch]:
    """The credits of each day. The number of the row tells equal gifts without a reference apart."""
    for day, rows in groupby(statement.credit_rows, key=lambda row: row.day):
        yield CreditBatch(day=day, lines=[(row.amount, _opening(row)) for row in rows])


def _opening(row: Row) -> dict[str, str | int]:
    return {"amount": row.amount, "date": f"{row.day}", "reference": row.reference, "row": row.number}


def _records(text: str, name: str) -> Iterator[tuple[int, list[str]]]:
    """The records below the names of the columns, each with the line on which it ends."""
    # Line ends stay as they are: the reader itself knows CR, LF and both, also inside quotes.
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        names = next(reader, [])
        if tuple(names) != COLUMNS:
            raise FormatError(f"{name} line 1: expected the columns {','.join(COLUMNS)}, got {','.join(names)!r}")
        for values in reader:
            if len(values) != len(COLUMNS):
                raise FormatError(
                    f"{name} line {reader.line_num}: expected {len(COLUMNS)} columns, got {len(values)}"
                )
            yield reader.line_num, values
    except csv.Error as error:
        raise FormatError(f"{name} line {reader.line_num}: expected strict CSV, got: {error}") from None


def _row(values: list[str], *, number: int, where: str) -> Row:
    fields = dict(zip(COLUMNS, values, strict=True))
    credit = _amount(fields["CreditAmount"], what=f"{where}, column CreditAmount") if fields["CreditAmount"] else 0
    debit = _amount(fields["DebitAmount"], what=f"{where}, column DebitAmount") if fields["DebitAmount"] else 0
    if (credit > 0) == (debit > 0):
        raise FormatError(
            f"{where}, columns DebitAmount and CreditAmount: expected one amount above zero, "
            f"got {fields['DebitAmount']!r} and {fields['CreditAmount']!r}"
        )
    if not _REFERENCE.fullmatch(fields["ReferenceNumber"]):
        raise FormatError(
            f"{where}, column ReferenceNumber: expected at most 32 digits and capital letters, "
            f"got {strict.shown(fields['ReferenceNumber'])}"
        )
    return Row(
        number=number,
        day=_day(fields["Date"], what=f"{where}, column Date"),
        reference=fields["ReferenceNumber"],
        amount=credit - debit,
        balance=_amount(fields["Balance"], what=f"{where}, column Balance"),
    )


def _check_follows(row: Row, before: Row, *, where: str) -> None:
    if row.day < before.day:
        raise FormatError(f"{where}, column Date: expected {before.day} or later, got {row.day}")
    if row.balance != before.balance + row.amount:
        raise FormatError(
            f"{where}, column Balance: row {row.number}: expected {before.balance} {row.amount:+d} = "
            f"{before.balance + row.amount}, got {row.balance}"
        )


def _amount(text: str, *, what: str) -> int:
    if not _AMOUNT.fullmatch(text):
        raise FormatError(f"{what}: expected digits with a comma before each three, got {strict.shown(text)}")
    return strict.decimal(text.replace(",", ""), what=what, maximum=strict.INTEGER_MAX)


def _day(text: str, *, what: str) -> date:
    parts = _DAY.fullmatch(text)
    if not parts:
        raise FormatError(f"{what}: expected a day dd/mm/yyyy, got {strict.shown(text)}")
    day, month, year = parts.groups()
    return strict.day(f"{year}-{month}-{day}", what=what)
