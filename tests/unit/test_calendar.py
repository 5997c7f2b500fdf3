"""Working days: due days, lateness, and what is provisional."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.calendar import Calendar, Due, YearDays, days_late, due_day, is_working_day, year_days
from ledger.errors import FormatError
from tests.support.formulas import YEAR_2019

NOWHERE = Calendar({})

# A day off that is also a work day: an entry may not say both, and the order of the rule is held all the same.
BOTH = Calendar({2019: YearDays(days_off=frozenset([date(2019, 9, 29)]), work_days=frozenset([date(2019, 9, 29)]))})


def day(text):
    return date.fromisoformat(text)


@pytest.mark.parametrize("text,worked", [
    pytest.param("2019-09-27", True, id="friday"), pytest.param("2019-09-28", False, id="saturday"),
    pytest.param("2019-09-29", True, id="sunday-that-is-worked"), pytest.param("2019-10-01", False, id="tuesday-off"),
    pytest.param("2019-10-12", True, id="saturday-that-is-worked"),
    pytest.param("2020-10-01", True, id="same-day-of-a-year-without-an-entry"),
])  # fmt: skip
def test_which_days_are_worked(text, worked):
    assert is_working_day(day(text), calendar=YEAR_2019) is worked


def test_a_work_day_comes_before_a_day_off():
    assert is_working_day(date(2019, 9, 29), calendar=BOTH)


@pytest.mark.parametrize("start,days,due", [
    pytest.param("2019-09-30", 3, "2019-10-10", id="over-the-national-day"),
    pytest.param("2019-09-27", 7, "2019-10-12", id="to-a-saturday-that-is-worked"),
    pytest.param("2019-09-30", 10, "2019-10-18", id="ten-days"),
    pytest.param("2019-09-28", 1, "2019-09-29", id="from-a-saturday"),
    pytest.param("2019-10-05", 0, "2019-10-05", id="no-days-from-a-day-off"),
])  # fmt: skip
def test_due_in_working_days(start, days, due):
    found = due_day(day(start), days, unit="working_day", calendar=YEAR_2019)
    assert found == Due(day(due), provisional=False, years=(2019,) if days else ())


def test_due_in_calendar_days_is_never_provisional():
    found = due_day(day("2020-02-28"), 2, unit="calendar_day", calendar=NOWHERE)
    assert found == Due(day("2020-03-01"), provisional=False, years=())


@pytest.mark.parametrize("start,days,due,years,provisional", [
    pytest.param("2019-12-30", 1, "2019-12-31", (2019,), False, id="inside-the-year"),
    pytest.param("2019-12-31", 1, "2020-01-01", (2020,), True, id="the-day-of-the-start-is-not-counted"),
    pytest.param("2019-12-30", 2, "2020-01-01", (2019, 2020), True, id="over-the-turn"),
    pytest.param("2019-12-31", 0, "2019-12-31", (), False, id="no-days"),
    pytest.param("2018-12-28", 1, "2018-12-31", (2018,), True, id="a-year-without-an-entry"),
    pytest.param("2018-12-31", 270, "2020-01-16", (2019, 2020), True, id="a-whole-year-between"),
])  # fmt: skip
def test_what_is_counted_over_a_year_without_an_entry_is_provisional(start, days, due, years, provisional):
    found = due_day(day(start), days, unit="working_day", calendar=YEAR_2019)
    assert found == Due(day(due), provisional=provisional, years=years)


def test_past_the_last_year_there_is_no_day():
    for unit in ("calendar_day", "working_day"):
        with pytest.raises(OverflowError):
            due_day(date(9999, 12, 30), 4, unit=unit, calendar=NOWHERE)


@pytest.mark.parametrize("on,working,calendar_days", [
    pytest.param("2019-09-29", 0, 0, id="before"), pytest.param("2019-09-30", 0, 0, id="on-the-day"),
    pytest.param("2019-10-01", 0, 1, id="a-day-off-after"), pytest.param("2019-10-08", 1, 8, id="first-working-day"),
    pytest.param("2019-10-12", 5, 12, id="a-saturday-that-is-worked"), pytest.param("2019-10-13", 5, 13, id="a-sunday"),
])  # fmt: skip
def test_late_by(on, working, calendar_days):
    due = day("2019-09-30")
    assert days_late(due, day(on), unit="working_day", calendar=YEAR_2019) == working
    assert days_late(due, day(on), unit="calendar_day", calendar=YEAR_2019) == calendar_days


UNITS = st.sampled_from(["calendar_day", "working_day"])


@given(st.dates(date(2018, 1, 1), date(2021, 1, 1)), st.integers(0, 60), UNITS)
def test_counting_on_and_counting_late_agree(start, days, unit):
    """n days from `start` is the first day that is late by n, were it due at `start`."""
    due = due_day(start, days, unit=unit, calendar=YEAR_2019).day
    assert days_late(start, due, unit=unit, calendar=YEAR_2019) == days
    if days:
        assert days_late(start, date.fromordinal(due.toordinal() - 1), unit=unit, calendar=YEAR_2019) == days - 1


def test_a_year_is_read_strictly():
    with pytest.raises(FormatError, match=r"^days_off: there is no day 2019-02-29$"):
        year_days({"days_off": ["2019-02-29"], "work_days": []})
    with pytest.raises(FormatError, match=r"^work_days: expected a day YYYY-MM-DD, got '20190101'$"):
        year_days({"days_off": [], "work_days": ["20190101"]})
