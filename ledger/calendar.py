"""Working days: when something is due, by how many days it is late, and over which years that was counted.

A calendar holds years; a year, its days off and its weekends that are worked. A year that it does not hold counts
Monday to Friday, and what was counted over a day of it is provisional. Example, China's National Day of 2019:

    30 September 2019 + 3 working days = 10 October 2019

Source: docs/formats/duties.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from ledger.state import Row
from ledger.strict import day as parse_day

_ONE_DAY = timedelta(days=1)
_SATURDAY = 5  # as date.weekday() counts, Monday being 0


@dataclass(frozen=True, slots=True)
class YearDays:
    """What differs in a year from Monday to Friday."""

    days_off: frozenset[date]
    work_days: frozenset[date]


@dataclass(frozen=True, slots=True)
class Calendar:
    """The years of a named calendar, as the log holds them."""

    years: Mapping[int, YearDays]


@dataclass(frozen=True, slots=True)
class Due:
    """A due day; whether it may still move; the years over whose days it was counted, in working days."""

    day: date
    provisional: bool
    years: tuple[int, ...]


def year_days(row: Row) -> YearDays:
    """Read a year from `{"days_off": [day, …], "work_days": [day, …]}`.

    Raises:
        FormatError: one of them is no day.
    """
    return YearDays(days_off=frozenset(parse_day(text, what="days_off") for text in row["days_off"]),
                    work_days=frozenset(parse_day(text, what="work_days") for text in row["work_days"]))


def is_working_day(day: date, *, calendar: Calendar) -> bool:
    """Whether `day` is worked: a work day before a day off, and a day off before Monday to Friday."""
    year = calendar.years.get(day.year)
    if year is not None:
        if day in year.work_days:
            return True
        if day in year.days_off:
            return False
    return day.weekday() < _SATURDAY


def due_day(start: date, days: int, *, unit: str, calendar: Calendar) -> Due:
    """Count `days` of `unit`, `calendar_day` or `working_day`, from `start`, which is day 0.

    Raises:
        OverflowError: past the year 9999.
    """
    if unit == "calendar_day":
        return Due(start + timedelta(days=days), provisional=False, years=())
    if days == 0:
        return Due(start, provisional=False, years=())
    day, left = start, days
    while left:
        day += _ONE_DAY
        left -= is_working_day(day, calendar=calendar)
    years = tuple(range((start + _ONE_DAY).year, day.year + 1))
    return Due(day, provisional=any(year not in calendar.years for year in years), years=years)


def days_late(due: date, on: date, *, unit: str, calendar: Calendar) -> int:
    """Count the days of `unit` after `due` up to and with `on`; 0 where `on` is not after it."""
    calendar_days = max(0, (on - due).days)
    if unit == "calendar_day":
        return calendar_days
    return sum(is_working_day(due + timedelta(days=past), calendar=calendar) for past in range(1, calendar_days + 1))
