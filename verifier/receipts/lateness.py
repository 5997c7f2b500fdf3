"""Whether duties that a register row shows were kept, judged as of the newest balance (docs/formats/receipt.md, 10).

The due day of a claim's duty is worked out again from the calendars that the row names, each of which must be shown.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from verifier.entries.members import day_at
from verifier.errors import CannotTell, ProofError
from verifier.receipts.shown import Leaf
from verifier.receipts.verdict import Duty, Kept, Notice
from verifier.terms.workdays import Workdays, days_late, due_day

_ONE_DAY = timedelta(days=1)


def judgement_day(leaves: Mapping[int, Leaf], *, programme: str, balance: Leaf) -> str:
    """The day of the balance in the zone of the programme's newest terms that are shown.

    Raises:
        CannotTell: none are shown.
    """
    terms = newest_terms(leaves, programme=programme)
    if terms is None:
        raise CannotTell(f"receipt: no terms of {programme} are shown, so the day of judgement cannot be told")
    return day_at(balance.stamp.time_unix_ms, zone=terms["zone"])


def newest_terms(leaves: Mapping[int, Leaf], *, programme: str) -> Any:
    """The newest terms of a programme that are shown, or None."""
    shown = [leaf.entry.value for leaf in leaves.values() if leaf.entry.kind == "terms"]
    versions = [value for value in shown if value["programme"] == programme]
    return max(versions, key=lambda value: int(value["version"]), default=None)


def judge_duty(duty: Mapping[str, Any], *, leaves: Mapping[int, Leaf], on: str, what: str) -> Duty:
    """Judge a claim's duty on a day.

    Raises:
        ProofError: a calendar that it names is not shown or none, or its due day is not what follows from them.
    """
    years = _calendars(duty, leaves, what=what)
    workdays = Workdays(years)
    due, met = duty["due"], duty["met"]
    if due is not None:
        _check_due(duty, workdays, what=what)
    kept, late, certain = _kept(due, met, on=on, unit=duty["unit"], workdays=workdays)
    if duty["provisional"] and due is not None:
        kept, late, certain = Kept.PROVISIONAL, 0, True  # nothing was counted
    return Duty(
        id=duty["id"],
        by=duty["by"],
        starts=duty["starts"],
        days=duty["days"],
        unit=duty["unit"],
        due=due,
        met=met,
        kept=kept,
        late=late,
        at_least=not certain,
        on=on,
    )


def judge_notice(duty: Mapping[str, Any], *, on: str) -> Notice:
    """Judge what must be published, on a day; its due day is the register's word."""
    due = duty["due"]
    late = 0 if due is None else days_late(due, on, unit="calendar_day", workdays=Workdays({}))
    kept = Kept.MET if due is None else Kept.LATE if late else Kept.OPEN
    return Notice(duty["id"], duty["by"], due, duty["met"], duty["number"], kept, late, on)


def _kept(due: str | None, met: str | None, *, on: str, unit: str, workdays: Workdays) -> tuple[Kept, int, bool]:
    """What became of a duty, how many days it was late, and whether those were counted by calendars throughout."""
    if due is None:
        return (Kept.WAITS if met is None else Kept.MET), 0, True
    until = on if met is None else met
    if until <= due:
        return (Kept.OPEN if met is None else Kept.MET), 0, True
    kept = Kept.LATE if met is None else Kept.MET_LATE
    if unit == "calendar_day":
        return kept, days_late(due, until, unit=unit, workdays=workdays), True
    years = range((date.fromisoformat(due) + _ONE_DAY).year, int(until[:4]) + 1)
    late = sum(
        days_late(*_part(year, due, until), unit=unit, workdays=workdays) for year in workdays.years if year in years
    )
    return kept, late, workdays.years.issuperset(years)


def _part(year: int, after: str, until: str) -> tuple[str, str]:
    """Of the days after one day up to and with another those of a year: the day before the first, and the last."""
    return max(after, f"{year - 1:04d}-12-31"), min(until, f"{year:04d}-12-31")


def _calendars(duty: Mapping[str, Any], leaves: Mapping[int, Leaf], *, what: str) -> dict[int, Mapping[str, Any]]:
    """The years of the calendar that a duty hangs on, as the leaves that it names have them."""
    years: dict[int, Mapping[str, Any]] = {}
    names = set()
    for index in duty["calendar"]:
        if index not in leaves:
            raise ProofError(f"{what}: it hangs on the calendar in leaf {index}, which is not shown")
        value = leaves[index].entry.value
        if value["kind"] != "calendar":
            raise ProofError(f"{what}: expected a calendar in leaf {index}, got the kind {value['kind']}")
        if value["year"] in years:
            raise ProofError(f"{what}: two of its calendars are for {value['year']}")
        years[value["year"]] = value
        names.add(value["name"])
    if len(names) > 1:
        raise ProofError(f"{what}: expected years of one calendar, got {', '.join(sorted(names))}")
    return years


def _check_due(duty: Mapping[str, Any], workdays: Workdays, *, what: str) -> None:
    if duty["days"] is None:
        raise ProofError(f"{what}: it is due on {duty['due']}, after no number of days")
    due = due_day(duty["starts"], duty["days"], unit=duty["unit"], workdays=workdays)
    if (due.day, due.provisional) != (duty["due"], duty["provisional"]):
        raise ProofError(
            f"{what}: {duty['days']} days of the unit {duty['unit']} after {duty['starts']} end on {due.day} "
            f"(provisional: {due.provisional}), the register says {duty['due']} ({duty['provisional']})"
        )
