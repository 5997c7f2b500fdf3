"""What must be published, and by when: the duties of `notices` rows (docs/formats/duties.md).

An entry that starts notices has one row; in a series the next due day is open once the one before was met. All days
are calendar days of the zone that the programme's newest terms state.
"""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from verifier.errors import Rejected
from verifier.primitives.parse import parse_day
from verifier.rules.act import Act
from verifier.rules.figures import count_duty
from verifier.rules.rows import number

DRIVE_MONTHS = 6  # a drive that is longer is reported on while it lasts


@dataclass(frozen=True, slots=True)
class Span:
    """The day from which a notice is counted, and of a series the last day."""

    first: str
    last: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a duty stands: at which place of the row of an entry."""

    entry: int
    at: int


def start_terms(act: Act) -> None:
    """Version 1 of terms starts the notices of each year."""
    _start(act, act.value, {"year": Span(act.value["first_day"])})


def start_drive(act: Act, terms: Any) -> None:
    """A drive with days starts those of its end and, where it is long, those on the way."""
    first, last = act.value["first_day"], act.value["last_day"]
    spans = {"drive_end": Span(last)}
    half_year = add_months(first, DRIVE_MONTHS)
    if half_year is not None and last > half_year:
        spans["drive"] = Span(first, last)
    _start(act, terms, spans)


def start_transfer(act: Act, terms: Any) -> None:
    """A transfer starts those of its amount."""
    today = act.log_day(act.newest_terms(act.programme)["zone"])
    _start(act, terms, {"transfer": Span(today)}, amount=act.value["amount"])


def need_open(act: Act, *, entry: int, id: str, due: str) -> Place:
    """The open duty of an entry with this due day, whose party signs."""
    row = act.rows.get(f"notices {number(entry)}") or {"duties": []}
    for at, duty in enumerate(row["duties"]):
        if (duty["id"], duty["due"]) == (id, due):
            today, before = _today(act, row["programme"]), duty["met"]
            if today < duty["first"] or (before is not None and today <= before):
                raise Rejected("duty_unknown", f"{id} of leaf {entry} for {due} is met too early on {today}")
            if duty["by"] not in act.signers:
                raise Rejected("wrong_signers", f"{id} of leaf {entry} is a duty of {duty['by']}, who did not sign")
            return Place(entry, at)
    raise Rejected("duty_unknown", f"leaf {entry} has no open duty {id} due on {due}")


def meet(act: Act, place: Place) -> None:
    """The duty is met today; of a series the next one opens."""
    entry, at = place.entry, place.at
    key = f"notices {number(entry)}"
    row = act.rows.get(key)
    duty = row["duties"][at]
    if not duty["counted"]:
        _count(act, row, duty)
        act.rows.remove(_noticed(entry, duty))
    after = {**duty, "counted": False, "due": _next(act, entry, duty), "met": duty["due"], "number": duty["number"] + 1}
    _put(act, key, row, at, after)
    act.books.touched.add(key)
    if after["due"] is not None:
        act.rows.put(_noticed(entry, after), 1)


def count_late(act: Act) -> None:
    """Count every open duty past its due day that was not counted, in order of due day, entry, id."""
    for member, _ in list(act.rows.group("noticed")):
        due, entry, id = member.split(" ")
        key = f"notices {entry}"
        row = act.rows.get(key)
        if due >= _today(act, row["programme"]):
            continue
        at = next(at for at, duty in enumerate(row["duties"]) if (duty["id"], duty["due"]) == (id, due))
        _count(act, row, row["duties"][at])
        _put(act, key, row, at, {**row["duties"][at], "counted": True})
        act.rows.remove(f"noticed {member}")


def add_months(day: str, months: int) -> str | None:
    """The day that lies months after another, cut to its month's last day; None past the year 9999."""
    start = _date(day)
    year, month = divmod(12 * start.year + start.month - 1 + months, 12)
    if year > date.max.year:
        return None
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1])).isoformat()


def _start(act: Act, terms: Any, spans: Mapping[str, Span], *, amount: int | None = None) -> None:
    duties = []
    for notice in terms["notices"]:
        span, by = spans.get(notice["on"]), _party(act, notice["by"])
        if span is None or by is None or (amount is not None and amount < notice["above"]):
            continue
        due = _first_due(notice, span)
        if due is not None:
            duties.append(
                {
                    "by": by,
                    "counted": False,
                    "due": due,
                    "first": span.first,
                    "id": notice["id"],
                    "last": span.last,
                    "met": None,
                    "number": 0,
                }
            )
    if not duties:
        return
    key = f"notices {number(act.index)}"
    row = {"duties": duties, "hash": act.text_hash, "programme": act.programme, "salt": act.text_hash}
    act.rows.put(key, row)
    act.books.touched.add(key)
    for duty in duties:
        act.rows.put(_noticed(act.index, duty), 1)


def _first_due(notice: Any, span: Span) -> str | None:
    if notice["on"] == "transfer":
        try:
            return (_date(span.first) + timedelta(days=notice["days"])).isoformat()
        except OverflowError:
            return None
    if notice["on"] == "year":
        return _day_of_year(int(span.first[:4]) + 1, notice["year_day"])
    return _until(add_months(span.first, notice["months"]), span.last)


def _next(act: Act, entry: int, duty: Any) -> str | None:
    """The due day after the one that is met, in a series: of a drive by months, of terms by years."""
    if duty["last"] is not None:
        first, due, number_ = _date(duty["first"]), _date(duty["due"]), duty["number"]
        months = (12 * (due.year - first.year) + due.month - first.month) // (number_ + 1)
        return _until(add_months(duty["first"], months * (number_ + 2)), duty["last"])
    if act.rows.get(f"terms {number(entry)}") is not None:
        return _day_of_year(int(duty["due"][:4]) + 1, duty["due"][5:])
    return None


def _day_of_year(year: int, year_day: str) -> str | None:
    return f"{year:04d}-{year_day}" if year <= date.max.year else None


def _until(day: str | None, last: str | None) -> str | None:
    return None if day is None or (last is not None and day > last) else day


def _party(act: Act, role: str) -> str | None:
    """The first party by name with a role."""
    return next((name for name, party in act.rows.group("party") if role in party["roles"]), None)


def _today(act: Act, programme: str) -> str:
    return act.log_day(act.newest_terms(programme)["zone"])


def _count(act: Act, row: Any, duty: Any) -> None:
    in_time = _today(act, row["programme"]) <= duty["due"]
    count_duty(act, programme=row["programme"], party=duty["by"], due=duty["due"], in_time=in_time)


def _put(act: Act, key: str, row: Any, at: int, duty: Any) -> None:
    act.rows.put(key, {**row, "duties": [*row["duties"][:at], duty, *row["duties"][at + 1 :]]})


def _noticed(entry: int, duty: Any) -> str:
    return f"noticed {duty['due']} {number(entry)} {duty['id']}"


def _date(day: str) -> date:
    return parse_day(day.encode("ascii"), what="day")
