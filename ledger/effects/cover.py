"""Effects of rosters and policies.

Source: docs/formats/kinds.md, state.md.
"""

from msgspec import UNSET

from ledger.effects.work import Effects
from ledger.kinds import Cover, Enrolment


def enrolment(work: Effects) -> None:
    """Members come, or go."""
    entry = work.context.the(Enrolment)
    commitments = work.context.commitments(entry.lines)
    scope = f"{entry.programme}/{entry.period}"
    if entry.op == "remove":
        for commitment in commitments:
            row = work.touch_member(commitment)
            if row["tag"] is not None:
                work.state.delete("tag", "person", scope, row["tag"])
            work.state.put("member", commitment, row={**row, "removed": entry.at.isoformat()})
        work.figure(f"{scope}/persons", -len(commitments))
        return
    tags: list[str | None] = [None] * len(commitments)
    if entry.tags is not UNSET:
        tags = [*work.context.tag_file(entry.tags, count=len(commitments))]
    for line, (commitment, tag) in enumerate(zip(commitments, tags, strict=True)):
        work.state.put("member", commitment, row={
            "claims": [], "county": entry.county, "index": work.context.index, "line": line, "period": entry.period,
            "programme": entry.programme, "removed": None, "salt": commitment, "tag": tag})
        if tag is not None:
            work.state.put("tag", "person", scope, tag, row=work.context.index)
    for name in (f"{scope}/persons", f"{scope}/person_times", f"{entry.programme}/person_times"):
        work.figure(name, len(commitments))


def cover(work: Effects) -> None:
    """A policy and its period."""
    entry, index = work.context.the(Cover), work.context.index
    work.state.put("cover", index, row={
        "county": entry.county, "first_day": entry.first_day.isoformat(), "last_day": entry.last_day.isoformat(),
        "period": entry.period, "programme": entry.programme})
    work.state.put("period", entry.programme, entry.period, entry.county, row={"closed": None, "cover": index})
