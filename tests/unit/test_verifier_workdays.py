"""verifier/terms/workdays.py: due days and lateness, against the days one after the other."""

import random
from datetime import date, timedelta

import pytest

from verifier.errors import CannotTell, FormatError, Rejected
from verifier.terms.workdays import Due, Workdays, days_late, due_day

NO_ENTRY = Workdays({})
# The holidays of autumn 2019: two weekends are worked for a week off.
YEAR_2019 = Workdays(
    {
        2019: {
            "days_off": ["2019-09-13", *(f"2019-10-{day:02}" for day in range(1, 8))],
            "work_days": ["2019-09-29", "2019-10-12"],
        }
    }
)


def works(workdays: Workdays, day: str) -> bool:
    return workdays.is_working(date.fromisoformat(day))


def test_which_days_are_worked():
    assert [works(YEAR_2019, f"2019-09-{day}") for day in (27, 28, 29, 30)] == [True, False, True, True]
    assert not works(YEAR_2019, "2019-10-01")
    assert works(YEAR_2019, "2019-10-08")
    # Of a year without an entry, Monday to Friday.
    assert [works(YEAR_2019, f"2020-10-0{day}") for day in range(1, 6)] == [True, True, False, False, True]


def test_what_is_worked_counts_before_what_is_off():
    both = Workdays({2019: {"days_off": ["2019-03-04"], "work_days": ["2019-03-04"]}})
    assert works(both, "2019-03-04")


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        pytest.param("2019-09-30", 3, "2019-10-10", id="stated-over-the-holiday"),
        pytest.param("2019-09-27", 7, "2019-10-12", id="stated-on-a-worked-saturday"),
        pytest.param("2019-09-30", 10, "2019-10-18", id="ten"),
        pytest.param("2019-10-05", 0, "2019-10-05", id="0-from-a-day-off"),
        pytest.param("2019-10-05", 1, "2019-10-08", id="1-from-a-day-off"),
        pytest.param("2019-09-28", 1, "2019-09-29", id="a-worked-sunday"),
    ],
)
def test_due_in_working_days(start, days, due):
    assert due_day(start, days, unit="working_day", workdays=YEAR_2019) == Due(
        due, provisional=False, years=(2019,) if days else ()
    )


@pytest.mark.parametrize(
    ("start", "days", "due", "years"),
    [
        pytest.param("2019-12-30", 1, "2019-12-31", (2019,), id="within"),
        pytest.param("2019-12-31", 1, "2020-01-01", (2020,), id="the-start-is-not-counted"),
        pytest.param("2019-12-30", 2, "2020-01-01", (2019, 2020), id="over-the-turn"),
        pytest.param("2020-01-04", 0, "2020-01-04", (), id="0-counts-nothing"),
        pytest.param("2018-12-31", 262, "2020-01-01", (2019, 2020), id="a-year"),
        pytest.param("2018-12-28", 263, "2020-01-01", (2018, 2019, 2020), id="three-years"),
    ],
)
def test_what_hangs_on_a_year_without_an_entry_is_provisional(start, days, due, years):
    got = due_day(start, days, unit="working_day", workdays=NO_ENTRY)
    assert got == Due(due, provisional=bool(years), years=years)
    known = Workdays({year: {"days_off": [], "work_days": []} for year in years})
    assert not due_day(start, days, unit="working_day", workdays=known).provisional
    if years:
        fewer = Workdays({year: {"days_off": [], "work_days": []} for year in years[1:]})
        assert due_day(start, days, unit="working_day", workdays=fewer).provisional


def test_calendar_days_hang_on_no_calendar():
    for start, days, due in (("2019-09-30", 3, "2019-10-03"), ("2020-02-28", 2, "2020-03-01"), ("2019-10-05", 0, None)):
        got = due_day(start, days, unit="calendar_day", workdays=YEAR_2019)
        assert got == Due(due or start, provisional=False, years=())


@pytest.mark.parametrize(
    ("on", "working", "calendar"),
    [
        ("2019-09-26", 0, 0),
        ("2019-09-27", 0, 0),
        ("2019-09-28", 0, 1),
        ("2019-09-29", 1, 2),
        ("2019-09-30", 2, 3),
        ("2019-10-07", 2, 10),
        ("2019-10-08", 3, 11),
        ("2019-10-12", 7, 15),
        ("2019-10-13", 7, 16),
    ],
)
def test_days_late(on, working, calendar):
    assert days_late("2019-09-27", on, unit="working_day", workdays=YEAR_2019) == working
    assert days_late("2019-09-27", on, unit="calendar_day", workdays=YEAR_2019) == calendar


def some_calendar(chance: random.Random) -> Workdays:
    """Entries of some of four years, with days anywhere in them."""
    years = {}
    for year in chance.sample(range(2018, 2022), chance.randrange(5)):
        days = [(date(year, 1, 1) + timedelta(days=at)).isoformat() for at in chance.sample(range(365), 60)]
        years[year] = {"days_off": days[:40], "work_days": days[30:]}
    return Workdays(years)


@pytest.mark.parametrize("seed", range(20))
def test_counting_is_looking_at_each_day(seed):
    """However far: the days counted are those that are worked, the due day is the last of as many as asked for."""
    chance = random.Random(seed)
    workdays = some_calendar(chance)
    start = date(2018, 1, 1) + timedelta(days=chance.randrange(900))
    worked = [start + timedelta(days=at) for at in range(1, 500) if workdays.is_working(start + timedelta(days=at))]
    for days, due in enumerate(worked[:90], 1):
        assert due_day(start.isoformat(), days, unit="working_day", workdays=workdays).day == due.isoformat()
    for far in range(500):
        on = start + timedelta(days=far)
        late = days_late(start.isoformat(), on.isoformat(), unit="working_day", workdays=workdays)
        assert late == sum(day <= on for day in worked)


def test_a_day_past_the_calendar():
    for unit in ("calendar_day", "working_day"):
        assert due_day("9999-12-30", 1, unit=unit, workdays=NO_ENTRY).day == "9999-12-31"
        with pytest.raises(Rejected, match="2 days after 9999-12-30 is past the year 9999") as rejected:
            due_day("9999-12-30", 2, unit=unit, workdays=NO_ENTRY)
        assert rejected.value.reason == "arithmetic_wrong"


def test_what_is_no_day_or_unit():
    with pytest.raises(FormatError, match="start: expected a day of the calendar"):
        due_day("2019-02-29", 1, unit="calendar_day", workdays=NO_ENTRY)
    with pytest.raises(FormatError, match="due day: expected a day like"):
        days_late("today", "2019-02-28", unit="calendar_day", workdays=NO_ENTRY)
    with pytest.raises(FormatError, match="day of judgement: expected a day like"):
        days_late("2019-02-28", "today", unit="calendar_day", workdays=NO_ENTRY)
    with pytest.raises(FormatError, match="days_off: expected a day of the calendar"):
        Workdays({2019: {"days_off": ["2019-02-29"], "work_days": []}})
    for judge in (
        lambda: due_day("2019-02-28", 1, unit="hour", workdays=NO_ENTRY),
        lambda: days_late("2019-02-28", "2019-02-28", unit="hour", workdays=NO_ENTRY),
    ):
        with pytest.raises(CannotTell, match="unit 'hour' is not known to this version, which knows calendar_day"):
            judge()
