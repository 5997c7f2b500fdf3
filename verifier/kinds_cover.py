"""Who is covered: `enrolment` and `cover`."""

from collections.abc import Sequence

from verifier.act import Act
from verifier.errors import Rejected
from verifier.lines import Line
from verifier.rows import number


def enrolment(act: Act) -> None:
    """Persons join a county's roster of a period, or leave it."""
    value = act.value
    act.need_terms(value["at"])
    act.need_agreed()
    act.need_signers("role:county")
    need_open_period(act, period=value["period"], county=value["county"])
    lines = act.need_lines()
    for at, line in enumerate(lines):
        if line.amount != 1:
            raise Rejected("line_not_one", f"line {at} of the batch counts {line.amount} persons")
    count = len(lines)
    period = f"{act.programme}/{value['period']}"
    if value["op"] == "add":
        _add(act, lines, act.need_tags(count))
        act.add_figure(f"{period}/persons", count)
        act.add_figure(f"{period}/person_times", count)
        act.add_figure(f"{act.programme}/person_times", count)
    else:
        _remove(act, lines)
        act.add_figure(f"{period}/persons", -count)


def cover(act: Act) -> None:
    """Insurer and foundation agree on the policy for a county's roster of a period."""
    value = act.value
    programme = act.rows.get(f"programme {act.programme}")
    if programme is None or value["terms"] not in [index for _, index in programme["versions"]]:
        raise Rejected("terms_missing", f"leaf {value['terms']} is no version of the terms of {act.programme}")
    act.need_agreed()
    act.need_signers("role:insurer", "role:foundation")
    key = f"period {act.programme} {value['period']} {value['county']}"
    if act.rows.get(key) is not None:
        raise Rejected("cover_exists", f"{value['county']} has a cover for {value['period']}")
    if value["first_day"] > value["last_day"]:
        raise Rejected("cover_wrong", f"the cover ends on {value['last_day']}, before {value['first_day']}")
    figure = act.rows.get(f"figure {act.programme}/{value['period']}/persons")
    persons = figure["value"] if figure else 0
    if value["persons"] != persons:
        raise Rejected("roster_differs", f"the roster has {persons} persons, the cover says {value['persons']}")
    members = ("county", "first_day", "last_day", "period", "programme")
    act.rows.put(f"cover {number(act.index)}", {member: value[member] for member in members})
    act.rows.put(key, {"closed": None, "cover": act.index})


def need_open_period(act: Act, *, period: str, county: str) -> None:
    """The period is not closed, or the entry says that it concerns it all the same."""
    row = act.rows.get(f"period {act.programme} {period} {county}")
    if row and row["closed"] is not None and act.value.get("concerns") != period:
        raise Rejected("period_closed", f"{period} of {county} was closed by leaf {row['closed']}")


def _add(act: Act, lines: Sequence[Line], tags: Sequence[str]) -> None:
    value = act.value
    for at, line in enumerate(lines):
        name = line.commitment.hex()
        if act.rows.get(f"member {name}") is not None:
            raise Rejected("member_exists", f"line {at}: {name} is a member or was one")
        if tags:
            act.use_tag(f"person {act.programme}/{value['period']}", tags[at], reason="tag_used")
        act.rows.put(
            f"member {name}",
            {
                "claims": [],
                "county": value["county"],
                "index": act.index,
                "line": at,
                "period": value["period"],
                "programme": act.programme,
                "removed": None,
                "salt": name,
                "tag": tags[at] if tags else None,
            },
        )


def _remove(act: Act, lines: Sequence[Line]) -> None:
    value = act.value
    for at, line in enumerate(lines):
        name = line.commitment.hex()
        member = act.rows.get(f"member {name}")
        place = (act.programme, value["period"], value["county"])
        if member is None or (member["programme"], member["period"], member["county"]) != place or member["removed"]:
            raise Rejected("member_unknown", f"line {at}: {name} is not on this roster of {' '.join(place)}")
        act.rows.change(f"member {name}", {"removed": value["at"]})
        act.touch_member(name)
        if member["tag"] is not None:
            act.rows.remove(f"tag person {act.programme}/{value['period']} {member['tag']}")
