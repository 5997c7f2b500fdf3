"""Duties: who must do what by when, as far as terms, calendar and days say it. No rows are written here.

A duty's row, of a claim:

    {"by":"insurer","calendar":[17],"counted":false,"days":3,"due":"2020-02-04","met":null,"provisional":false,
     "starts":"2020-01-22","unit":"working_day"}

Source: docs/formats/duties.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from ledger.calendar import Calendar, YearDays, due_day, year_days
from ledger.formulas import deadline_for, resolve, tier_days
from ledger.state import Row, State

_DAY_MS = 86_400_000
_MINUTE_MS = 60_000
_EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class KnownYears:
    """Years of a named calendar: their days, and the leaf that said them."""

    calendar: Calendar
    leaves: Mapping[int, int]


def known_years(state: State, name: str, *, since: int) -> KnownYears:
    """Read the years of a calendar as they stand, from `since` on: a due day looks at none before its start."""
    leaves: dict[int, int] = {}
    years: dict[int, YearDays] = {}
    for (_table, _name, year), row in state.scan("calendar", name, start=f"{since:04d}"):
        leaves[int(year)], years[int(year)] = row["index"], year_days(row)
    return KnownYears(Calendar(years), leaves)


def log_day(time_unix_ms: int, zone: str) -> date:
    """Return the day of a stamp's time in the zone of terms, `+08:00`. Days end with the year 9999."""
    offset_minutes = int(zone[1:3]) * 60 + int(zone[4:6])
    local_ms = time_unix_ms + (-offset_minutes if zone[0] == "-" else offset_minutes) * _MINUTE_MS
    return date.fromordinal(min(_EPOCH + local_ms // _DAY_MS, date.max.toordinal()))


_NO_YEARS = KnownYears(Calendar({}), {})


def started(state: State, claim: Row, duty_id: str, *, with_kind: str | None, starts: date) -> Row | None:
    """Return the row of a duty that starts on a day with a body `with_kind`; None where the terms have no such duty.

    Without a kind it starts whatever its terms start it with. A clause that the terms leave null is no duty.
    """
    terms = state.get_terms(claim["terms"])
    deadline = deadline_for(terms, duty_id, claim["facts"])
    if deadline is None or with_kind not in (None, deadline["starts"]):
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
    if days is None:
        return None
    known = _NO_YEARS
    if duty["unit"] == "working_day":  # then the terms name a calendar
        known = known_years(state, terms["calendar"], since=int(duty["starts"][:4]))
    return with_due({**duty, "days": days}, known)


def with_due(duty: Row, known: KnownYears) -> Row:
    """Return a duty that has days with its due day by these years; with none where that passes the year 9999."""
    try:
        due = due_day(date.fromisoformat(duty["starts"]), duty["days"], unit=duty["unit"], calendar=known.calendar)
    except OverflowError:
        return {**duty, "calendar": [], "due": None, "provisional": False}
    touched = sorted(known.leaves[year] for year in due.years if year in known.leaves)
    return {**duty, "calendar": touched, "due": due.day.isoformat(), "provisional": due.provisional}


def is_counted_over(duty: Row, year: int) -> bool:
    """Whether the due day of a working-day duty was counted over days of `year`."""
    first = date.fromisoformat(duty["starts"]).toordinal() + 1
    return duty["days"] > 0 and date.fromordinal(first).year <= year <= int(duty["due"][:4])
