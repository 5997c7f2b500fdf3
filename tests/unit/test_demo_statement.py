"""A bank statement: each row leads to the next, and a refusal names the place."""

import os
import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.errors import FormatError
from node.demo.script import load_script
from node.demo.statement import COLUMNS, credit_batches, parse_statement, verify_totals

SCRIPT = load_script()
DATA = Path(os.environ.get("MINGZHANG_DATA", Path(__file__).parents[3] / "shared" / "data"))
HEAD = ",".join(COLUMNS)


def row(day="12/09/2024", reference="94268522", debit="", credit="", balance="") -> str:
    return f'1,{day},,,{reference},xxx,"{debit}","{credit}","{balance}",'


GOOD = [
    row(credit="200,000", balance="1,200,000"),
    row(reference="", credit="500", balance="1,200,500"),
    row(day="13/09/2024", reference="2200OTT24", debit="1,000,500", balance="200,000"),
    row(day="13/09/2024", credit="1", balance="200,001"),
]


def parse(lines: list[str], *, head: str = HEAD):
    return parse_statement("\r\n".join([head, *lines, ""]).encode(), name="bank.csv")


def test_a_statement_with_a_debit_and_two_days():
    statement = parse(GOOD)
    assert (statement.opening_balance, statement.closing_balance) == (1_000_000, 200_001)
    assert [(row.number, row.amount, row.balance) for row in statement.rows] == [
        (1, 200_000, 1_200_000), (2, 500, 1_200_500), (3, -1_000_500, 200_000), (4, 1, 200_001),
    ]
    first, second = credit_batches(statement)
    assert (first.day, second.day) == (date(2024, 9, 12), date(2024, 9, 13))
    assert first.lines == [
        (200_000, {"amount": 200_000, "date": "2024-09-12", "reference": "94268522", "row": 1}),
        (500, {"amount": 500, "date": "2024-09-12", "reference": "", "row": 2}),
    ]
    assert second.lines == [(1, {"amount": 1, "date": "2024-09-13", "reference": "94268522", "row": 4})]
    verify_totals(statement, count=3, total=200_501)


@pytest.mark.parametrize("count, total", [(2, 200_501), (3, 200_500)])
def test_other_totals_than_the_source_says(count, total):
    message = f"bank.csv: expected {count} credits of {total} in all, got 3 of 200501"
    with pytest.raises(FormatError, match=f"^{message}$"):
        verify_totals(parse(GOOD), count=count, total=total)


@pytest.mark.parametrize("at, line, message", [
    pytest.param(
        1, row(credit="500", balance="1,200,501"),
        "line 3, column Balance: row 2: expected 1200000 +500 = 1200500, got 1200501", id="balance-one-too-high"),
    pytest.param(
        2, row(day="13/09/2024", debit="1", balance="1,200,501"),
        "line 4, column Balance: row 3: expected 1200500 -1 = 1200499, got 1200501", id="debit-added"),
    pytest.param(
        0, row(credit="2000,00", balance="1,200,000"),
        "line 2, column CreditAmount: expected digits with a comma before each three, got '2000,00'", id="comma-moved"),
    pytest.param(
        0, row(credit="200000", balance="1,200,000"),
        "line 2, column CreditAmount: expected digits with a comma before each three, got '200000'", id="no-comma"),
    pytest.param(
        0, row(credit="٢٠٠", balance="1,200,000"),
        "line 2, column CreditAmount: expected digits with a comma before each three, got '٢٠٠'",
        id="arabic-indic-digits"),
    pytest.param(
        0, row(debit="-5", balance="1,200,000"),
        "line 2, column DebitAmount: expected digits with a comma before each three, got '-5'", id="negative"),
    pytest.param(
        0, row(credit="9,007,199,254,740,992", balance="1"),
        "line 2, column CreditAmount: expected at most 9007199254740991, got 9007199254740992", id="above-2^53-1"),
    pytest.param(
        0, row(credit="5", balance=""),
        "line 2, column Balance: expected digits with a comma before each three, got ''", id="no-balance"),
    pytest.param(
        0, row(credit="5", debit="5", balance="0"),
        "line 2, columns DebitAmount and CreditAmount: expected one amount above zero, got '5' and '5'",
        id="credit-and-debit"),
    pytest.param(
        0, row(credit="0", balance="0"),
        "line 2, columns DebitAmount and CreditAmount: expected one amount above zero, got '' and '0'", id="zero"),
    pytest.param(
        0, row(reference="9426 8522", credit="5", balance="5"),
        "line 2, column ReferenceNumber: expected at most 32 digits and capital letters, got '9426 8522'",
        id="space-in-reference"),
    pytest.param(
        0, row(day="2024-09-12", credit="5", balance="5"),
        "line 2, column Date: expected a day dd/mm/yyyy, got '2024-09-12'", id="other-order-of-the-day"),
    pytest.param(
        0, row(day="31/02/2024", credit="5", balance="5"),
        "line 2, column Date: there is no day 2024-02-31", id="no-such-day"),
    pytest.param(
        3, row(day="12/09/2024", credit="1", balance="200,001"),
        "line 5, column Date: expected 2024-09-13 or later, got 2024-09-12", id="day-falls"),
    pytest.param(1, "", "line 3: expected 10 columns, got 0", id="empty-line"),
    pytest.param(1, GOOD[1] + ",", "line 3: expected 10 columns, got 11", id="one-column-more"),
    pytest.param(1, '1,"12"x', "line 3: expected strict CSV, got: ',' expected after '\"'", id="text-behind-a-quote"),
    pytest.param(3, '1,"', "line 5: expected strict CSV, got: unexpected end of data", id="quote-never-closed"),
])
def test_statement_rejects(at, line, message):
    lines = [*GOOD[:at], line, *GOOD[at + 1 :]]
    with pytest.raises(FormatError, match=f"^bank.csv {re.escape(message)}$"):
        parse(lines)


@pytest.mark.parametrize("data, message", [
    pytest.param(b"", f"bank.csv line 1: expected the columns {HEAD}, got ''", id="empty"),
    pytest.param(b"Date,Amount\n", f"bank.csv line 1: expected the columns {HEAD}, got 'Date,Amount'", id="columns"),
    pytest.param(b"\xef\xbb\xbf" + HEAD.encode(), f"bank.csv line 1: expected the columns {HEAD}, got '\\ufeff{HEAD}'",
                 id="byte-order-mark"),
    pytest.param(HEAD.encode() + b"\n", "bank.csv: expected at least one row below the names of the columns, got none",
                 id="no-row"),
    pytest.param(HEAD.encode() + b"\n1,\xff\n", "bank.csv line 2: expected UTF-8, got byte 0xff", id="not-utf-8"),
])
def test_statement_rejects_the_file(data, message):
    with pytest.raises(FormatError, match=f"^{re.escape(message)}$"):
        parse_statement(data, name="bank.csv")


@settings(max_examples=100, deadline=None)
@given(
    opening=st.integers(0, 2**50),
    amounts=st.lists(st.integers(1, 2**30), min_size=1, max_size=20),
    at=st.integers(0, 19), by=st.integers(1, 10**6),
)
def test_the_first_row_that_does_not_follow_is_the_one_named(opening, amounts, at, by):
    lines, balance = [], opening
    for amount in amounts:
        balance += amount
        lines.append(row(credit=f"{amount:,}", balance=f"{balance:,}"))
    statement = parse(lines)
    assert (statement.opening_balance, statement.closing_balance) == (opening, balance)
    assert sum(row.amount for row in statement.rows) == sum(amounts)
    # All balances from row `at` on are too high: only the step into that row is wrong.
    at %= len(amounts)
    wrong = [
        line if number < at else row(credit=f"{amount:,}", balance=f"{opening + sum(amounts[: number + 1]) + by:,}")
        for number, (line, amount) in enumerate(zip(lines, amounts, strict=True))
    ]
    if at == 0:
        # Nothing stands before the first row: the opening balance is derived from it.
        assert parse(wrong).opening_balance == opening + by
    else:
        with pytest.raises(FormatError, match=f"^bank.csv line {at + 2}, column Balance: row {at + 1}: "):
            parse(wrong)


@pytest.mark.skipif(not DATA.is_dir(), reason="MINGZHANG_DATA is not on this machine")
def test_the_real_statement():
    path = DATA / SCRIPT.statement.file
    statement = parse_statement(path.read_bytes(), name=path.name)
    verify_totals(
        statement, count=SCRIPT.statement.credit_count.value, total=SCRIPT.statement.credit_total.value
    )
    assert len(statement.rows) == 2_493
    assert (statement.opening_balance, statement.closing_balance) == (34_020_636_520, 43_553_131_897)
    (batch,) = credit_batches(statement)
    assert (len(batch.lines), sum(amount for amount, _ in batch.lines)) == (2_493, 9_532_495_377)
    references = [row.reference for row in statement.rows if row.reference]
    # Five gifts came without a reference, no reference comes twice.
    assert len(references) == len(set(references)) == 2_488
