"""Rules for rosters and policies."""

from msgspec import UNSET

from ledger.errors import Rejected
from ledger.kinds import Cover, Enrolment
from ledger.rules.common import agreed, period_open, signed_by
from ledger.rules.context import Context
from ledger.terms import terms_at, versions


def enrolment(context: Context) -> None:
    """Persons that are not members yet, or members that leave; the county signs."""
    entry = context.the(Enrolment)
    terms_at(context.state, entry.programme, entry.at)
    agreed(context, entry.programme, entry.county)
    signed_by(context, roles=("county",))
    period_open(context, entry.programme, entry.period, entry.county, concerns=entry.concerns)
    batch = context.lines(entry.lines)
    if batch.total != batch.count:
        raise Rejected("line_not_one", f"each line is one person: expected a total of {batch.count}, got {batch.total}")
    if entry.op == "add":
        _add(context, entry)
    else:
        _remove(context, entry)


def cover(context: Context) -> None:
    """A policy for exactly the persons on the roster now."""
    entry = context.the(Cover)
    if entry.terms not in [index for _first_day, index in versions(context.state, entry.programme)]:
        raise Rejected("terms_missing", f"leaf {entry.terms} is no version of the terms of {entry.programme}")
    agreed(context, entry.programme, entry.county)
    signed_by(context, roles=("insurer", "foundation"))
    if context.state.get("period", entry.programme, entry.period, entry.county) is not None:
        raise Rejected("cover_exists", f"{entry.programme} has a cover for {entry.period} in {entry.county}")
    if entry.first_day > entry.last_day:
        raise Rejected("cover_wrong", f"first day {entry.first_day} lies behind the last day {entry.last_day}")
    figure = context.state.get("figure", f"{entry.programme}/{entry.period}/persons") or {"value": 0}
    if figure["value"] != entry.persons:
        raise Rejected("roster_differs", f"the roster of {entry.period} has {figure['value']} persons, the cover "
                       f"says {entry.persons}")


def _add(context: Context, entry: Enrolment) -> None:
    lines = context.commitments(entry.lines)
    tags: list[str] | None = None
    if entry.tags is not UNSET:
        tags = context.tag_file(entry.tags, count=len(lines))
    seen: set[str] = set()
    for line, commitment in enumerate(lines):
        if commitment in seen or context.state.get("member", commitment) is not None:
            raise Rejected("member_exists", f"line {line}: {commitment} is or was a member")
        seen.add(commitment)
        if tags is not None:
            used = context.state.get("tag", "person", f"{entry.programme}/{entry.period}", tags[line])
            if used is not None or tags[line] in seen:
                raise Rejected("tag_used", f"line {line}: this person is enrolled for {entry.period} already")
            seen.add(tags[line])


def _remove(context: Context, entry: Enrolment) -> None:
    seen: set[str] = set()
    for line, commitment in enumerate(context.commitments(entry.lines)):
        row = context.state.get("member", commitment)
        now = row is not None and row["removed"] is None
        place = (entry.programme, entry.period, entry.county)
        if not now or (row["programme"], row["period"], row["county"]) != place or commitment in seen:
            raise Rejected("member_unknown", f"line {line}: {commitment} is no member of {'/'.join(place)} now")
        seen.add(commitment)
