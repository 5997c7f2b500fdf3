"""Effects on the duties of claims: one starts, is met, dropped, worked out again, or counted as late.

Rows `due` and `pending` find the open ones by due day and by calendar. Source: docs/formats/duties.md, state.md.
"""

from datetime import date

from ledger.duties import is_counted_over, known_years, log_day, started, with_days, with_due
from ledger.effects.work import Effects
from ledger.state import Row


def log_today(work: Effects, claim: Row) -> date:
    """Return the log's day of this entry, in the zone of a claim's terms."""
    return log_day(work.context.time_unix_ms, work.state.get_terms(claim["terms"])["zone"])


def start(work: Effects, index: int, duty_id: str, *, with_kind: str, day: date) -> None:
    """Start a duty of the claim in leaf `index`, where its terms have one that starts with this kind of body."""
    duty = started(work.state, work.state.get("claim", index), duty_id, with_kind=with_kind, starts=day)
    if duty is not None:
        _put(work, index, duty_id, duty)


def meet(work: Effects, index: int, *duty_ids: str) -> None:
    """These duties are met today, where they are open; what has a due day is counted, if it was not before."""
    claim = work.state.get("claim", index)
    day = log_today(work, claim).isoformat()
    for duty_id in duty_ids:
        duty = _open(work, index, duty_id)
        if duty is not None:
            if duty["due"] is not None and not duty["counted"]:
                duty["counted"] = True
                scope = f"{claim['programme']}/{duty['by']}/{duty['due'][:4]}"
                if duty["provisional"]:
                    work.figure(f"{scope}/duties_provisional", 1)
                else:
                    count(work, scope, in_time=day <= duty["due"])
            _put(work, index, duty_id, {**duty, "met": day})


def drop(work: Effects, index: int, *duty_ids: str) -> None:
    """These duties are no more, where they are open; what is past its due day stays counted."""
    for duty_id in duty_ids:
        if _open(work, index, duty_id) is not None:
            _count_passed(work, index, duty_id)
            _put(work, index, duty_id, None)


def pay_decided(work: Effects, index: int, *, for_good: bool) -> None:
    """A decision pays: `pay` starts if something is left to pay; one that is open keeps its start.

    But what starts with decisions starts anew `for_good`, with the first that is not interim. What was sent before
    may meet it at once.
    """
    claim = work.state.get("claim", index)
    day = log_today(work, claim)
    was_open = _open(work, index, "pay")
    if was_open is None:
        duty = started(work.state, claim, "pay", with_kind=None, starts=day)
        if duty is not None and _sent(claim) < claim["amount"]:
            _put(work, index, "pay", duty)
    else:
        duty = _count_passed(work, index, "pay")
        anew = started(work.state, claim, "pay", with_kind="decision", starts=day) if for_good else None
        _put(work, index, "pay", anew or with_days(work.state, claim, "pay", duty))
    meet_paid(work, index)


def meet_paid(work: Effects, index: int) -> None:
    """`pay` is met once payouts come up to what was decided for good."""
    claim = work.state.get("claim", index)
    if claim["state"] != "interim" and _sent(claim) >= claim["amount"]:
        meet(work, index, "pay")


def reopen_pay(work: Effects, index: int) -> None:
    """A payout bounced: `pay` that was met with it is open as before, and what was counted in time is so no more."""
    claim, duty = work.state.get("claim", index), work.state.get("duty", index, "pay")
    if duty is None or duty["met"] is None or _sent(claim) >= claim["amount"]:
        return
    late = duty["due"] is not None and not duty["provisional"] and duty["met"] > duty["due"]
    if duty["counted"] and not late:
        scope = f"{claim['programme']}/{duty['by']}/{duty['due'][:4]}"
        for name in ("duties_provisional",) if duty["provisional"] else ("duties_due", "duties_in_time"):
            work.figure(f"{scope}/{name}", -1)
    duty = {**duty, "counted": duty["counted"] and late, "met": None}
    _put(work, index, "pay", duty if late else with_days(work.state, claim, "pay", duty))


def count_duties(work: Effects) -> None:
    """Count the open duties of claims that are past their due day, in order of due day, claim, id."""
    latest = log_day(work.context.time_unix_ms, "+14:00").isoformat()  # the first zone in which a day begins
    passed = []
    for (_table, due, claim, duty_id), _row in work.state.scan("due"):
        if due >= latest:
            break
        passed.append((due, int(claim), duty_id))
    for due, index, duty_id in passed:
        claim = work.state.get("claim", index)
        if log_today(work, claim).isoformat() > due:
            duty = work.state.get("duty", index, duty_id)
            count(work, f"{claim['programme']}/{duty['by']}/{due[:4]}", in_time=False)
            _put(work, index, duty_id, {**duty, "counted": True})


def rework_duties(work: Effects, name: str, year: int) -> None:
    """A new calendar `name` for `year`: what is open, not counted, and was counted over that year is counted again."""
    touched = []
    for (_table, _name, claim, duty_id), _row in work.state.scan("pending", name):
        duty = work.state.get("duty", int(claim), duty_id)
        if is_counted_over(duty, year):
            touched.append((int(claim), duty_id, duty))
    first = min((duty["starts"] for _claim, _id, duty in touched), default=f"{year}")
    known = known_years(work.state, name, since=int(first[:4]))
    for index, duty_id, duty in touched:
        _put(work, index, duty_id, with_due(duty, known))
        work.touch_member(work.state.get("claim", index)["member"])


def count(work: Effects, scope: str, *, in_time: bool) -> None:
    """Count a duty in the figures of `<programme>/<party>/<year>`, once."""
    work.figure(f"{scope}/duties_due", 1)
    if in_time:
        work.figure(f"{scope}/duties_in_time", 1)


def _sent(claim: Row) -> int:
    """What was paid out and did not bounce."""
    sent: int = claim["paid_out"] - claim["bounced"]
    return sent


def _count_passed(work: Effects, index: int, duty_id: str) -> Row:
    """Count an open duty that is past its due day as a balance would have, so that nobody gains by its absence."""
    claim, duty = work.state.get("claim", index), work.state.get("duty", index, duty_id)
    binds = duty["due"] is not None and not duty["provisional"] and not duty["counted"]
    if binds and log_today(work, claim).isoformat() > duty["due"]:
        count(work, f"{claim['programme']}/{duty['by']}/{duty['due'][:4]}", in_time=False)
        return {**duty, "counted": True}
    return duty


def _open(work: Effects, index: int, duty_id: str) -> Row | None:
    duty = work.state.get("duty", index, duty_id)
    return None if duty is None or duty["met"] is not None else duty


def _put(work: Effects, index: int, duty_id: str, duty: Row | None) -> None:
    """Set the duty's row, or with None remove it, and keep the rows by which it is found."""
    calendar = work.state.get_terms(work.state.get("claim", index)["terms"]).get("calendar")
    old, new = (_found_by(row, index, duty_id, calendar) for row in (work.state.get("duty", index, duty_id), duty))
    for key in old - new:
        work.state.delete(*key)
    for key in new - old:
        work.state.put(*key, row=1)
    if duty is None:
        work.state.delete("duty", index, duty_id)
    else:
        work.state.put("duty", index, duty_id, row=duty)


def _found_by(duty: Row | None, index: int, duty_id: str, calendar: str) -> set[tuple[str | int, ...]]:
    """By due day where a balance may count it, and by its calendar where a new one moves it."""
    keys: set[tuple[str | int, ...]] = set()
    if duty is not None and duty["due"] is not None and duty["met"] is None and not duty["counted"]:
        if not duty["provisional"]:
            keys.add(("due", duty["due"], index, duty_id))
        if duty["unit"] == "working_day":
            keys.add(("pending", calendar, index, duty_id))
    return keys
