"""Effects of rosters and policies.

Source: docs/formats/kinds.md, state.md.
"""

from collections import Counter

from msgspec import UNSET

from ledger.effects.work import Effects
from ledger.kinds import Cover, Enrolment, columns_of
from ledger.rules.cover import insurer_of, person_scope
from ledger.rules.roster import roster
from ledger.terms import terms_at


def enrolment(work: Effects) -> None:
    """Members come, or go."""
    entry = work.context.the(Enrolment)
    if entry.op == "add":
        _add(work, entry)
    else:
        _remove(work, entry)


def cover(work: Effects) -> None:
    """A policy and its period."""
    entry, index = work.context.the(Cover), work.context.index
    work.state.put("cover", index, row={
        "county": entry.county, "first_day": entry.first_day.isoformat(), "insurer": insurer_of(work.context),
        "last_day": entry.last_day.isoformat(), "period": entry.period, "programme": entry.programme})
    work.state.put("period", entry.programme, entry.period, entry.county, row={"closed": None, "cover": index})


def _add(work: Effects, entry: Enrolment) -> None:
    index, lines = work.context.index, list(roster(work.context))
    names = [column.name for column in columns_of(entry)]
    tags: list[str | None] = [None] * len(lines)
    if entry.tags is not UNSET:
        tags = [*work.context.tag_file(entry.tags, count=len(lines))]
    tag_scope = person_scope(terms_at(work.state, entry.programme, entry.at), entry.period)
    for line, ((commitment, (_person, *amounts)), tag) in enumerate(zip(lines, tags, strict=True)):
        work.state.put("member", commitment, row={
            "claims": [], "columns": {name: 1 for name, amount in zip(names, amounts, strict=True) if amount},
            "county": entry.county, "index": index, "line": line, "period": entry.period,
            "place": None if entry.place is UNSET else entry.place, "programme": entry.programme, "removed": None,
            "salt": commitment, "tag": tag})
        if tag is not None:
            work.state.put("tag", "person", tag_scope, tag, row=index)
    scope = f"{entry.programme}/{entry.period}"
    for name in (f"{scope}/persons", f"{scope}/person_times", f"{entry.programme}/person_times"):
        work.figure(name, len(lines))
    for column in columns_of(entry):
        work.figure(f"{scope}/{column.name}", column.total)


def _remove(work: Effects, entry: Enrolment) -> None:
    """Members go, and with them the tags that their own enrolment put, within what that was unique in."""
    scope = f"{entry.programme}/{entry.period}"
    count = 0
    columns: Counter[str] = Counter()
    for commitment, _ in roster(work.context):
        row = work.touch_member(commitment)
        for tag_scope in (scope, f"-/{entry.period}"):
            if row["tag"] is not None and work.state.get("tag", "person", tag_scope, row["tag"]) == row["index"]:
                work.state.delete("tag", "person", tag_scope, row["tag"])
        work.state.put("member", commitment, row={**row, "removed": entry.at.isoformat()})
        count += 1
        columns.update(row["columns"])
    work.figure(f"{scope}/persons", -count)
    for name, total in columns.items():
        work.figure(f"{scope}/{name}", -total)
