"""Notices: what the terms bind the foundation to publish, on the day on which the demo publishes it.

    progress         every three months of a drive          year_report     by 31 May of each year
    final_report     three months after the drive's end     large_transfer  thirty days after a large one

One of them is late, and one says a figure that the books do not hold: the node flags it, and takes it all the same.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from ledger.strict import JsonValue
from node.demo.casework import Steps
from node.demo.contracts import Value
from node.demo.desk import Draft
from node.demo.office import Offices

PUBLISHER = "foundation"


@dataclass(frozen=True, slots=True)
class Notice:
    """A report: the duty that it meets, the leaf that started the duty, and what it says of the books in fen."""

    id: str
    entry: int
    due: date
    on: date
    says: tuple[tuple[str, int], ...] = ()


def draft(offices: Offices, notice: Notice) -> Draft:
    """The entry that publishes it."""
    meets: JsonValue = {"due": str(notice.due), "entry": notice.entry, "id": notice.id}
    more: Value = {"meets": meets}
    if notice.says:
        more["says"] = [
            {"metric": f"{offices.programme}/{metric}", "value": value} for metric, value in notice.says
        ]
    return offices.record([PUBLISHER], "notice", f"{notice.id}, due {notice.due}", on=notice.on, **more)


def publish(offices: Offices, notices: Iterable[Notice]) -> Steps:
    """Publish them one after the other, in the order of their days."""
    for notice in sorted(notices, key=lambda notice: (notice.on, notice.due)):
        yield notice.on, draft(offices, notice)


def progress(drive: int, *, first: date, last: date, late: date) -> Iterator[Notice]:
    """Every three months from `first` until the drive's `last` day, two days before it is due; the `late` one after."""
    due = first
    while (due := _in_three_months(due)) <= last:
        yield Notice("progress", drive, due, due + timedelta(days=9) if due == late else due - timedelta(days=2))


def _in_three_months(day: date) -> date:
    month = day.month + 3
    return day.replace(year=day.year + (month > 12), month=(month - 1) % 12 + 1)
