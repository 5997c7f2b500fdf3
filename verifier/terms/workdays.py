"""Working days, due days and lateness (docs/formats/duties.md).

In 2019, 30 September + 3 working days is 10 October, and 27 September + 7 is 12 October, a Saturday that is worked.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from verifier.errors import CannotTell, Rejected
from verifier.primitives.parse import parse_day, shown

UNITS = ("calendar_day", "working_day")

_WORKING_WEEKDAYS = 5  # Monday to Friday
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Due:
    """A due day. `years` are those whose calendars it hangs on, rising: the years of the days that were counted."""

    day: str
    provisional: bool
    years: tuple[int, ...]


class Workdays:
    """A named calendar: for each year that it has an entry for, the days off and the weekends that are worked."""

    def __init__(self, years: Mapping[int, Mapping[str, Any]]) -> None:
        """From year -> an object with `days_off` and `work_days`, as the entry or its state row has them."""
        self.years = frozenset(years)
        self._works: dict[date, bool] = {}
        for entry in years.values():
            for name, works in (("days_off", False), ("work_days", True)):
                self._works.update(dict.fromkeys((_day(text, what=name) for text in entry[name]), works))

    def is_working(self, day: date) -> bool:
        """Whether a day is worked; in a year without an entry, Monday to Friday are."""
        return self._works.get(day, day.weekday() < _WORKING_WEEKDAYS)

    def count(self, *, after: date, until: date) -> int:
        """The working days after one day up to and with another."""
        marked = sum(
            works - (day.weekday() < _WORKING_WEEKDAYS) for day, works in self._works.items() if after < day <= until
        )
        return _weekdays_until(until) - _weekdays_until(after) + marked


def due_day(start: str, days: int, *, unit: str, workdays: Workdays) -> Due:
    """The day that lies `days` after the start, which is day 0 whether it is worked or not.

    Raises:
        FormatError: the start is no day.
        Rejected: `arithmetic_wrong`, the day would lie past the year 9999.
        CannotTell: the unit is not known.
    """
    day = _day(start, what="start")
    _need_unit(unit)
    years: set[int] = set()
    try:
        if unit == "calendar_day":
            return Due((day + timedelta(days=days)).isoformat(), provisional=False, years=())
        left = days
        while left:
            day += _ONE_DAY
            years.add(day.year)
            left -= workdays.is_working(day)
    except OverflowError:
        raise Rejected("arithmetic_wrong", f"{days} days after {start} is past the year {date.max.year}") from None
    return Due(day.isoformat(), provisional=not years <= workdays.years, years=tuple(sorted(years)))


def days_late(due: str, on: str, *, unit: str, workdays: Workdays) -> int:
    """How many working or calendar days after the due day have come by the day of judgement, that day among them.

    Raises:
        FormatError: one is no day.
        CannotTell: the unit is not known.
    """
    last, now = _day(due, what="due day"), _day(on, what="day of judgement")
    _need_unit(unit)
    if now <= last:
        return 0
    return (now - last).days if unit == "calendar_day" else workdays.count(after=last, until=now)


def _weekdays_until(day: date) -> int:
    """The Mondays to Fridays from 1 January of the year 1, a Monday, up to and with a day."""
    weeks, rest = divmod(day.toordinal(), 7)
    return weeks * _WORKING_WEEKDAYS + min(rest, _WORKING_WEEKDAYS)


def _need_unit(unit: str) -> None:
    if unit not in UNITS:
        raise CannotTell(f"unit {shown(unit)} is not known to this version, which knows {', '.join(UNITS)}")


def _day(text: str, *, what: str) -> date:
    return parse_day(text.encode("utf-8"), what=what)
