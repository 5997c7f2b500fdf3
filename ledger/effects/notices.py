"""Effects on what must be published: notices start, are met, and are counted as late.

An entry that starts notices has one row; in a series the next due day is open once the one before was met:

    {"by":"foundation","counted":false,"due":"2019-06-30","first":"2018-12-31","id":"progress","last":"2020-01-31",
     "met":"2019-03-31","number":1}

All days are calendar days. Source: docs/formats/duties.md, state.md.
"""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from msgspec import UNSET

from ledger.duties import log_day
from ledger.effects.duties import count
from ledger.effects.work import Effects
from ledger.kinds import Drive, MoneyMove, Terms
from ledger.parts import Meets
from ledger.state import Row
from ledger.terms import newest, terms_at

DRIVE_MONTHS = 6  # a drive that is longer is reported on while it lasts


@dataclass(frozen=True, slots=True)
class Span:
    """The day from which a notice is counted, and of a series the last day."""

    first: date
    last: date | None = None


def start_yearly(work: Effects) -> None:
    """The first terms of a programme start the notices of each year."""
    entry = work.context.the(Terms)
    if entry.version == 1:
        terms = work.state.get_terms(work.context.index)
        _start(work, terms, {"year": Span(entry.first_day)})


def start_drive(work: Effects) -> None:
    """A drive with its days starts the notice of its end, and a long one those on the way."""
    entry = work.context.the(Drive)
    if entry.first_day is UNSET or entry.last_day is UNSET:
        return
    spans = {"drive_end": Span(entry.last_day)}
    long = add_months(entry.first_day, DRIVE_MONTHS)
    if long is not None and entry.last_day > long:
        spans["drive"] = Span(entry.first_day, entry.last_day)
    _start(work, terms_at(work.state, entry.programme, entry.at), spans)


def start_transfer(work: Effects) -> None:
    """A transfer starts the notices of its amount."""
    entry = work.context.the(MoneyMove)
    span = Span(_today(work, entry.programme))
    _start(work, terms_at(work.state, entry.programme, entry.at), {"transfer": span}, amount=entry.amount)


def meet(work: Effects, meets: Meets) -> None:
    """The duty is met today, and counted if it was not before; of a series the next is open."""
    row = work.state.get("notices", meets.entry)
    due = meets.due.isoformat()
    at, duty = _found(row, meets.id, due)
    if not duty["counted"]:
        _count(work, row, duty)
        work.state.delete("noticed", due, meets.entry, meets.id)
    after = _next(work, meets.entry, duty)
    row["duties"][at] = {**duty, "counted": False, "due": None if after is None else after.isoformat(), "met": due,
                         "number": duty["number"] + 1}
    work.state.put("notices", meets.entry, row=row)
    work.touch_notices(meets.entry)
    if after is not None:
        work.state.put("noticed", after.isoformat(), meets.entry, meets.id, row=1)


def count_late(work: Effects) -> None:
    """Count the open notices that are past their due day, in order of due day, entry, id."""
    latest = log_day(work.context.time_unix_ms, "+14:00").isoformat()  # the first zone in which a day begins
    passed = []
    for (_table, due, entry, notice_id), _row in work.state.scan("noticed"):
        if due >= latest:
            break
        passed.append((due, int(entry), notice_id))
    for due, index, notice_id in passed:
        row = work.state.get("notices", index)
        if _today(work, row["programme"]).isoformat() > due:
            at, duty = _found(row, notice_id, due)
            _count(work, row, duty)
            row["duties"][at] = {**duty, "counted": True}
            work.state.put("notices", index, row=row)
            work.state.delete("noticed", due, index, notice_id)


def add_months(day: date, months: int) -> date | None:
    """Return the day that lies months after another, cut to its month's last day; None past the year 9999."""
    year, month = divmod(12 * day.year + day.month - 1 + months, 12)
    if year > date.max.year:
        return None
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _start(work: Effects, terms: Row, spans: Mapping[str, Span], *, amount: int | None = None) -> None:
    """Start the notices of `terms` on any of `spans`, which have a party that they bind, and a due day."""
    duties = []
    for notice in terms["notices"]:
        span, by = spans.get(notice["on"]), _party(work, notice["by"])
        if span is None or by is None or (amount is not None and amount < notice["above"]):
            continue
        due = _first_due(notice, span)
        if due is not None:
            duties.append({
                "by": by, "counted": False, "due": due.isoformat(), "first": span.first.isoformat(), "id": notice["id"],
                "last": None if span.last is None else span.last.isoformat(), "met": None, "number": 0})
    if not duties:
        return
    index, text_hash = work.context.index, work.context.signed.text_hash.hex()
    work.state.put("notices", index, row={
        "duties": duties, "hash": text_hash, "programme": terms["programme"], "salt": text_hash})
    work.touch_notices(index)
    for duty in duties:
        work.state.put("noticed", duty["due"], index, duty["id"], row=1)


def _first_due(notice: Row, span: Span) -> date | None:
    if notice["on"] == "transfer":
        days = timedelta(days=notice["days"])
        return span.first + days if days <= date.max - span.first else None
    if notice["on"] == "year":
        return _day_of_year(span.first.year + 1, notice["year_day"])
    return _until(add_months(span.first, notice["months"]), span.last)


def _next(work: Effects, entry: int, duty: Row) -> date | None:
    """The due day after the one that is met, of a drive by months, of terms by years; None outside a series."""
    due, number = date.fromisoformat(duty["due"]), duty["number"]
    if duty["last"] is not None:
        first = date.fromisoformat(duty["first"])
        months = (12 * (due.year - first.year) + due.month - first.month) // (number + 1)
        return _until(add_months(first, months * (number + 2)), date.fromisoformat(duty["last"]))
    if work.state.get("terms", entry) is not None:
        return _day_of_year(due.year + 1, duty["due"][5:])
    return None


def _day_of_year(year: int, year_day: str) -> date | None:
    return date.fromisoformat(f"{year:04d}-{year_day}") if year <= date.max.year else None


def _until(day: date | None, last: date | None) -> date | None:
    return None if day is None or (last is not None and day > last) else day


def _party(work: Effects, role: str) -> str | None:
    """The first party by name with a role."""
    return next((name for (_table, name), party in work.state.scan("party") if role in party["roles"]), None)


def _today(work: Effects, programme: str) -> date:
    return log_day(work.context.time_unix_ms, newest(work.state, programme)["zone"])


def _found(row: Row, notice_id: str, due: str) -> tuple[int, Row]:
    """The place of an open duty in its row, and the duty."""
    return next((at, duty) for at, duty in enumerate(row["duties"]) if (duty["id"], duty["due"]) == (notice_id, due))


def _count(work: Effects, row: Row, duty: Row) -> None:
    scope = f"{row['programme']}/{duty['by']}/{duty['due'][:4]}"
    count(work, scope, in_time=_today(work, row["programme"]).isoformat() <= duty["due"])
