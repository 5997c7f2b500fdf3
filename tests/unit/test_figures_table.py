"""Which file is what, and tables of days: what is read, and what is refused with line and column."""

from datetime import date

import pytest

from ledger.errors import FormatError
from node import cli
from node.errors import NodeError
from node.figures.form import SAID, TABLE, TOTALS, form_of, read_text
from node.figures.table import Listed, parse_table

HEAD = "date,bank_count,bank_fen,cash_small_fen,official_day_fen,official_count,official_disbursed_day_fen,weather\n"


def test_a_table_is_read():
    table = parse_table(HEAD + '2030-03-01,2,300,,290,7,9,rain\r\n2030-03-02,,,5,,,,"sun, wind"\n', name="t")
    first, second = table.rows
    assert first.day == date(2030, 3, 1)
    assert first.lists == {"bank": Listed(300, 2)}
    assert first.said == {"official_day_fen": 290, "official_count": 7}
    assert second.lists == {"cash_small": Listed(5, None)}
    assert table.channels == ("bank", "cash_small")
    assert table.ignored == ("official_disbursed_day_fen", "weather")


@pytest.mark.parametrize("row,message", [
    pytest.param("2030-3-1,,,,,,,", "t line 2, column date: expected a day YYYY-MM-DD, got '2030-3-1'", id="day"),
    pytest.param("1969-12-31,,,,,,,", "t line 2, column date: expected 1970-01-01 or later, got 1969-12-31", id="old"),
    pytest.param("2030-03-01,1,1_0,,,,,", "t line 2, column bank_fen: expected a decimal without leading zeros, got "
                 "'1_0'", id="amount"),
    pytest.param("2030-03-01,1,-5,,,,,", "t line 2, column bank_fen: expected a decimal", id="below-nothing"),
    pytest.param("2030-03-01,,1,,1.50,,,", "t line 2, column official_day_fen: expected a decimal", id="yuan"),
    pytest.param("2030-03-01,,9007199254740992,,,,,", "t line 2, column bank_fen: expected at most 9007199254740991",
                 id="beyond-a-book"),
    pytest.param("2030-03-01,4,3,,,,,", "t line 2, column bank_count: expected a number of gifts that can come to 3 "
                 "fen, at most 1000000, got 4", id="gifts-of-less-than-a-fen"),
    pytest.param("2030-03-01,4,,,,,,", "column bank_count: expected a number of gifts that can come to 0 fen",
                 id="gifts-without-an-amount"),
    pytest.param("2030-03-01,0,3,,,,,", "column bank_count: expected a number of gifts that can come to 3 fen",
                 id="an-amount-of-nobody"),
    pytest.param("2030-03-01,1000001,9000000,,,,,", "at most 1000000, got 1000001", id="more-than-a-batch-holds"),
    pytest.param("2030-03-01,1", "t line 2: expected 8 cells, got 2", id="cells"),
    pytest.param('2030-03-01,"1"x', "t line 2: expected strict CSV, got: ", id="csv"),
    pytest.param("2030-03-01,,1,,,,,\n2030-03-01,,1,,,,,", "t line 3, column date: expected a day after 2030-03-01, "
                 "got 2030-03-01", id="a-day-twice"),
    pytest.param("", "t: expected at least one row below the names of the columns, got none", id="no-row"),
])
def test_a_row_is_refused(row, message):
    with pytest.raises(FormatError) as refused:
        parse_table(HEAD + row + "\n", name="t")
    assert message in str(refused.value)


@pytest.mark.parametrize("head,message", [
    pytest.param("date,bank_fen,bank_fen,official_count", "line 1: expected each column once, got 'bank_fen' twice",
                 id="twice"),
    pytest.param("date,official_day_fen", "line 1: expected the columns date and at least one <channel>_fen",
                 id="no-list"),
    pytest.param("date,bank_fen,bank_count", "line 1: expected at least one of official_day_fen,", id="nothing-said"),
])
def test_a_head_is_refused(head, message):
    with pytest.raises(FormatError, match=message):
        parse_table(f"{head}\n", name="t")


@pytest.mark.parametrize("values,step", [
    pytest.param([10_000, 30_000], 10_000, id="all-in-ten-thousands"),
    pytest.param([10_000, 30_001], 1, id="one-to-the-fen"),
    pytest.param([0, 10_000], 10_000, id="nothing-and-a-step"),
])
def test_the_step_of_a_column(values, step):
    rows = "".join(f"2030-03-{at:02d},1,{value}\n" for at, value in enumerate(values, 1))
    assert parse_table(f"date,bank_fen,official_day_fen\n{rows}", name="t").steps == {"official_day_fen": step}


def test_a_column_of_nothing_but_0_says_nothing_of_its_step():
    assert parse_table("date,bank_fen,official_day_fen\n2030-03-01,1,0\n", name="t").steps == {}


# -- which file is what -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text,form", [
    pytest.param("weather,date,bank_fen\n", TABLE, id="table"),
    pytest.param('"date","bank_fen"\r\n', TABLE, id="table-in-quotes"),
    pytest.param(' {"schema":"charity-ledger/published-totals"}', TOTALS, id="totals"),
    pytest.param('{"format":"mingzhang figures/v1"}', SAID, id="figures"),
])
def test_the_content_says_what_a_file_is(text, form):
    assert form_of(text, name="f")[0] == form


@pytest.mark.parametrize("text,message", [
    pytest.param("", "^f: expected a CSV table whose first line has a column date, a JSON object with schema "
                 "charity-ledger/published-totals, or one with format mingzhang figures/v1\n  Save a spreadsheet",
                 id="empty"),
    pytest.param("day,bank_fen\n", "^f: expected a CSV table", id="no-date"),
    pytest.param('{"schema":"charity-ledger/worked-examples"}', "^f: expected a CSV table", id="another-schema"),
    pytest.param("[]", "^f: expected a CSV table", id="an-array"),
    pytest.param('{"format":', "^f:1:11: expected a value, got the end of the file\n", id="cut-off"),
    pytest.param('{"format":"mingzhang figures/v1","figures":[1.5]}', "^f:1:45: figures.0: expected an integer",
                 id="a-fraction"),
])
def test_any_other_file_is_refused(text, message):
    with pytest.raises(FormatError, match=message):
        form_of(text, name="f")


def test_a_file_is_text(tmp_path):
    path = tmp_path / "f"
    with pytest.raises(NodeError, match="f: No such file"):
        read_text(str(path))
    path.write_bytes(b"date\n\xff")
    with pytest.raises(NodeError, match="f:2: not UTF-8\n  Save the file as UTF-8"):
        read_text(str(path))
    path.write_bytes(b"\xef\xbb\xbfdate,a_fen\n")
    assert read_text(str(path)) == "date,a_fen\n", "a spreadsheet's mark is no part of the first column"


@pytest.mark.parametrize("text,status", [
    pytest.param("date,bank_fen,official_day_fen\n2030-03-01,5,5\n", 0, id="all-holds"),
    pytest.param("date,bank_fen,official_day_fen\n2030-03-01,5,6\n", 1, id="a-contradiction"),
    pytest.param("date,bank_fen,official_day_fen\n2030-03-01,5,x\n", 2, id="unreadable"),
])
def test_the_exit_status(tmp_path, capsys, text, status):
    path = tmp_path / "days.csv"
    path.write_text(text)
    assert cli.main(["figure", "check", str(path)]) == status
    assert ("mingzhang figure check: " in capsys.readouterr().err) is (status == 2)
