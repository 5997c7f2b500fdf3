"""Duties of a claim: when each starts, is met, falls away, and counts (docs/formats/duties.md).

| row | of |
| --- | --- |
| `duty <claim #> <id>` | every duty that started and was not dropped |
| `due <day> <claim #> <id>` | those that are open, not counted and not provisional, by due day |
| `pending <calendar> <claim #> <id>` | those that are open and not counted and hang on a calendar |
"""

from datetime import date, timedelta
from itertools import takewhile
from typing import Any

from verifier.errors import Rejected
from verifier.rules.act import Act
from verifier.rules.claims import Claim
from verifier.rules.figures import count_duty
from verifier.rules.rows import Rows, number
from verifier.terms.clauses import resolve
from verifier.terms.deadlines import deadline_for, tier_days
from verifier.terms.workdays import Workdays, due_day

DUTIES = ("answer", "decide", "open", "pay")
SHOWN = ("by", "calendar", "days", "due", "met", "provisional", "starts", "unit")

_LAST_ZONE = "+14:00"  # nowhere is it later


def start_duties(claim: Claim, *, by: str, day: str) -> None:
    """Start the duties that begin with a step such as `complete`, on its day; one that was there begins anew."""
    for duty in DUTIES:
        deadline = deadline_for(claim.terms, duty, claim.row["facts"])
        if deadline is not None and deadline["starts"] == by:
            worked_out = _work_out(claim, deadline, starts=day)
            row = {"by": claim.row["insurer"], "counted": False, "met": None, "starts": day}
            _put(claim, duty, None if worked_out is None else {**row, **worked_out})


def drop_duties(claim: Claim, *duties: str) -> None:
    """These duties fall away, as far as they are open; one past its due day has counted by then."""
    for duty in duties:
        if _open(claim, duty) is not None:
            _count_overdue(claim, duty)
            _put(claim, duty, None)


def meet_duties(claim: Claim, *duties: str) -> None:
    """These duties are met today, as far as they are open; one with a due day that did not count counts now."""
    for duty in duties:
        row = _open(claim, duty)
        if row is not None:
            counts = row["due"] is not None and not row["counted"]
            _put(claim, duty, {**row, "counted": row["counted"] or counts, "met": claim.today})
            if counts:
                _count(claim, row, met=claim.today)


def set_pay_clock(claim: Claim, *, for_good: bool) -> None:
    """After a decision that pays: `pay` runs from its start as long as it is open, else from today if money is owed.

    A clock of decisions runs anew when a claim that was interim is decided `for_good`. It goes where the terms give
    no days for the amount.
    """
    deadline = deadline_for(claim.terms, "pay", claim.row["facts"])
    if deadline is None:
        return
    row = _open(claim, "pay")
    if row is not None:
        _count_overdue(claim, "pay")
        row = _open(claim, "pay")
        if for_good and deadline["starts"] == "decision":
            row = None
    elif claim.row["amount"] <= _sent(claim):
        return
    starts = claim.today if row is None else row["starts"]
    begun = {"by": claim.row["insurer"], "counted": False, "met": None, "starts": starts}
    worked_out = _work_out(claim, deadline, starts=starts)
    if worked_out is not None or _open(claim, "pay") is not None:
        _put(claim, "pay", None if worked_out is None else {**(row or begun), **worked_out})


def meet_pay(claim: Claim) -> None:
    """`pay` is met when all that was decided for good is sent."""
    if claim.row["state"] != "interim" and _sent(claim) >= claim.row["amount"]:
        meet_duties(claim, "pay")


def reopen_pay(claim: Claim) -> None:
    """A payout bounced: where too little is sent now, `pay` is not met, and did not count as met in time."""
    row = claim.act.rows.get(f"duty {number(claim.index)} pay")
    if row is None or row["met"] is None or _sent(claim) >= claim.row["amount"]:
        return
    if row["due"] is not None and not row["provisional"] and row["met"] > row["due"]:
        _put(claim, "pay", {**row, "met": None})
        return
    if row["counted"]:
        scope = f"{claim.row['programme']}/{row['by']}/{row['due'][:4]}"
        for figure in ["duties_provisional"] if row["provisional"] else ["duties_due", "duties_in_time"]:
            claim.act.add_figure(f"{scope}/{figure}", -1)
    deadline = deadline_for(claim.terms, "pay", claim.row["facts"])
    worked_out = _work_out(claim, deadline, starts=row["starts"])
    _put(claim, "pay", None if worked_out is None else {**row, "counted": False, "met": None, **worked_out})


def is_late(claim: Claim) -> bool:
    """Whether an open duty of the claim is past its due day; a provisional day does not bind."""
    rows = [row for duty in DUTIES if (row := _open(claim, duty)) is not None]
    return any(row["due"] is not None and not row["provisional"] and row["due"] < claim.today for row in rows)


def shown_duties(rows: Rows, claim: int) -> list[dict[str, Any]]:
    """The duties of a claim as its register row shows them."""
    found = ((duty, rows.get(f"duty {number(claim)} {duty}")) for duty in DUTIES)
    return [{"id": duty, **{member: row[member] for member in SHOWN}} for duty, row in found if row is not None]


def count_duties(act: Act) -> None:
    """Count the open duties that are past their due day, in order of due day, claim, id."""
    last = act.log_day(_LAST_ZONE)
    for name in list(takewhile(lambda name: name < last, (name for name, _ in act.rows.group("due")))):
        day, claim_number, duty = name.split(" ")
        claim = Claim(act, int(claim_number))
        if day < claim.today:
            row = _open(claim, duty)
            _put(claim, duty, {**row, "counted": True})
            _count(claim, row, met=None)


def rework_duties(act: Act, name: str, year: int) -> None:
    """Work out again what was counted over a year of a calendar, in order of claim, id."""
    waiting = [name.split(" ") for name, _ in act.rows.group(f"pending {name}")]
    for claim_number, duty in waiting:
        claim = Claim(act, int(claim_number))
        row = _open(claim, duty)
        if year in _years(row):
            _put(claim, duty, {**row, **_due(claim, starts=row["starts"], days=row["days"], unit=row["unit"])})
            act.touch_member(claim.row["member"])


def _work_out(claim: Claim, deadline: Any, *, starts: str) -> dict[str, Any] | None:
    """Days and due day of a deadline for the amount of the claim; None where the terms leave a clause null."""
    terms, row = claim.terms, claim.row
    counts, unit = resolve(terms, deadline["amount"]), resolve(terms, deadline["unit"])
    if counts is None or unit is None or resolve(terms, deadline["tiers"]) is None:
        return None
    if counts == "decided" and not row["amount"]:
        return {"calendar": [], "days": None, "due": None, "provisional": False, "unit": unit}
    days = tier_days(terms, deadline, row["amount"] or row["claimed"])
    return None if days is None else {"days": days, "unit": unit, **_due(claim, starts=starts, days=days, unit=unit)}


def _due(claim: Claim, *, starts: str, days: int, unit: str) -> dict[str, Any]:
    """The due day, and on which calendars it hangs; past the last year of a calendar there is none."""
    rows, name = claim.act.rows, claim.terms.get("calendar")
    entries = {int(year): entry for year, entry in rows.group(f"calendar {name}", start=starts[:4])}
    try:
        due = due_day(starts, days, unit=unit, workdays=Workdays(entries))
    except Rejected:
        return {"calendar": [], "due": None, "provisional": False}
    touched = sorted(entries[year]["index"] for year in due.years if year in entries)
    return {"calendar": touched, "due": due.day, "provisional": due.provisional}


def _years(row: Any) -> range:
    """The years of the days that were counted: those after the start, up to and with the due day."""
    if not row["days"]:
        return range(0)
    first = date.fromisoformat(row["starts"]) + timedelta(days=1)
    return range(first.year, int(row["due"][:4]) + 1)


def _sent(claim: Claim) -> int:
    """What left for the person and did not bounce."""
    sent: int = claim.row["paid_out"] - claim.row["bounced"]
    return sent


def _count_overdue(claim: Claim, duty: str) -> None:
    """Count an open duty that is past its due day now, whether or not a balance came by."""
    row = _open(claim, duty)
    if row["due"] is None or row["provisional"] or row["counted"] or claim.today <= row["due"]:
        return
    _count(claim, row, met=None)
    _put(claim, duty, {**row, "counted": True})


def _open(claim: Claim, duty: str) -> Any:
    """The row of a duty that is not met, or None."""
    row = claim.act.rows.get(f"duty {number(claim.index)} {duty}")
    return None if row is None or row["met"] is not None else row


def _put(claim: Claim, duty: str, row: dict[str, Any] | None) -> None:
    """Set or remove a duty, and the rows by which it is found."""
    rows, key = claim.act.rows, f"duty {number(claim.index)} {duty}"
    before, after = _found_by(claim, duty, rows.get(key)), _found_by(claim, duty, row)
    for gone in before - after:
        rows.remove(gone)
    for new in after - before:
        rows.put(new, 1)
    if row is not None:
        rows.put(key, row)
    elif rows.get(key) is not None:
        rows.remove(key)


def _found_by(claim: Claim, duty: str, row: Any) -> set[str]:
    """The keys under which a duty waits for its due day and for calendars."""
    if row is None or row["due"] is None or row["counted"] or row["met"] is not None:
        return set()
    found = set() if row["provisional"] else {f"due {row['due']} {number(claim.index)} {duty}"}
    if row["unit"] == "working_day":
        found.add(f"pending {claim.terms['calendar']} {number(claim.index)} {duty}")
    return found


def _count(claim: Claim, row: Any, *, met: str | None) -> None:
    """Count a duty in the figures of the party it binds and of the year it is due in."""
    programme, due = claim.row["programme"], row["due"]
    if row["provisional"]:
        claim.act.add_figure(f"{programme}/{row['by']}/{due[:4]}/duties_provisional", 1)
    else:
        in_time = met is not None and met <= due
        count_duty(claim.act, programme=programme, party=row["by"], due=due, in_time=in_time)
