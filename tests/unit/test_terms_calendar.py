"""The working days of a year, from the published holidays, as a calendar entry has them."""

import json
from datetime import date

import pytest

from ledger.calendar import Calendar, due_day, year_days
from node import cli
from node.commands.calendar import YEARS, calendar_year
from tests.support.sources import text

SHIPPED = json.loads(text("node/terms/calendar-cn.json"))


def test_the_shipped_years_are_what_the_command_prints():
    assert [calendar_year(year, name="cn") for year in YEARS] == SHIPPED


@pytest.mark.parametrize("row", SHIPPED, ids=lambda row: str(row["year"]))
def test_a_year_holds_only_what_differs(row):
    off, worked = ([date.fromisoformat(day) for day in row[name]] for name in ("days_off", "work_days"))
    assert off == sorted(set(off)) and worked == sorted(set(worked))
    assert {day.year for day in off + worked} == {row["year"]}
    assert all(day.weekday() < 5 for day in off) and all(day.weekday() >= 5 for day in worked)


@pytest.mark.parametrize(("start", "days", "due"), [
    pytest.param("2019-09-30", 3, "2019-10-10", id="over-the-national-day"),
    pytest.param("2019-09-27", 7, "2019-10-12", id="to-a-saturday-that-is-worked"),
    pytest.param("2020-01-23", 1, "2020-02-03", id="the-holiday-that-was-made-longer"),
])  # fmt: skip
def test_days_that_are_known(start, days, due):
    calendar = Calendar({row["year"]: year_days(row) for row in SHIPPED})
    found = due_day(date.fromisoformat(start), days, unit="working_day", calendar=calendar)
    assert (str(found.day), found.provisional) == (due, False)


def test_the_command_prints_the_members_of_an_entry(capsys):
    assert cli.main(["calendar", "2019", "--name", "mine"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert sorted(printed) == ["days_off", "name", "work_days", "year"]
    assert (printed["name"], printed["year"]) == ("mine", 2019)


@pytest.mark.parametrize("year", ["2003", "2027"])
def test_another_year_is_an_error_with_the_next_step(capsys, year):
    assert cli.main(["calendar", year]) == 1
    assert f"expected a year from 2004 to 2026, got {year}\n  A later year" in capsys.readouterr().err
