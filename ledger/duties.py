"""Duties: who must do what by when, as far as terms, calendar and days say it. No rows are written here.

A duty's row, of a claim:

    {"by":"insurer","calendar":[17],"counted":false,"days":3,"due":"2020-02-04","met":null,"provisional":false,
     "starts":"2020-01-22","unit":"working_day"}

Source: docs/formats/duties.md.
"""

from datetime import date

from ledger.calendar import Calendar, YearDays, due_day, year_days
from ledger.formulas import deadline_for, resolve, tier_days
from ledger.state import Row, State

_DAY_MS = 86_400_000
_MINUTE_MS = 60_000
_EPOCH = date(1970, 1, 1).toordinal()


def log_day(time_unix_ms: int, zone: str) -> date:
    """Return the day of a stamp's time in the zone of terms, `+08:00`. Days end with the year 9999."""
    offset_minutes = int(zone[1:3]) * 60 + int(zone[4:6])
    local_ms = time_unix_ms + (-offset_minutes if zone[0] == "-" else offset_minutes) * _MINUTE_MS
    return date.fromordinal(min(_EPOCH + local_ms // _DAY_MS, date.max.toordinal()))


def started(state: State, claim: Row, duty_id: str, *, with_kind: str, starts: date) -> Row | None:
    """Return the row of a duty that starts on a day with a body `with_kind`; None where the terms have no such duty.

    A clause that the terms leave null is no duty.
    """
    terms = state.get_terms(claim["terms"])
    deadline = deadline_for(terms, duty_id, claim["facts"])
    if deadline is None or deadline["starts"] != with_kind:
        return None
    unit = resolve(terms, deadline["unit"])
    if unit is None:
        return None
    duty = {"by": claim["insurer"], "calendar": [], "counted": False, "days": None, "due": None, "met": None,
            "provisional": False, "starts": starts.isoformat(), "unit": unit}
    return with_days(state, claim, duty_id, duty)


def with_days(state: State, claim: Row, duty_id: str, duty: Row) -> Row | None:
    """Return a duty with the days that the claim's amount gives it now; None where the terms leave them open."""
    terms = state.get_terms(claim["terms"])
    deadline = deadline_for(terms, duty_id, claim["facts"])
    assert deadline is not None  # it started the duty
    by = resolve(terms, deadline["amount"])
    if by is None:
        return None
    if by == "decided" and not claim["amount"]:
        return duty
    days = tier_days(terms, deadline, claim["amount"] or claim["claimed"])
    return None if days is None else with_due(state, terms.get("calendar"), {**duty, "days": days})


def with_due(state: State, calendar: str | None, duty: Row) -> Row:
    """Return a duty with days, with its due day by the calendar as it stands; none where that passes the year 9999."""
    start = date.fromisoformat(duty["starts"])
    leaves: dict[int, int] = {}
    years: dict[int, YearDays] = {}
    if duty["unit"] == "working_day":
        assert calendar is not None  # terms that count working days name the calendar
        for (_table, _name, year), row in state.scan("calendar", calendar, start=f"{start.year:04d}"):
            leaves[int(year)], years[int(year)] = row["index"], year_days(row)
    try:
        due = due_day(start, duty["days"], unit=duty["unit"], calendar=Calendar(years))
    except OverflowError:
        return {**duty, "calendar": [], "due": None, "provisional": False}
    touched = sorted(leaves[year] for year in due.years if year in leaves)
    return {**duty, "calendar": touched, "due": due.day.isoformat(), "provisional": due.provisional}


def is_counted_over(duty: Row, year: int) -> bool:
    """Whether the due day of a working-day duty was counted over days of `year`."""
    first = date.fromisoformat(duty["starts"]).toordinal() + 1
    return duty["days"] > 0 and date.fromordinal(first).year <= year <= int(duty["due"][:4])
