"""Who is covered: `enrolment` and `cover`."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

from verifier.entries.lines import Column, sum_root
from verifier.errors import ProofError, Rejected
from verifier.rules.act import Act
from verifier.rules.rows import number
from verifier.terms.formulas import evaluate

# What no column of a roster may be called, for it would read as a figure of money, payouts, persons, duties.
_TAKEN = re.compile(r"assigned|claims_paid|duties_.*|on_its_way|paid|person_times(_paid)?|persons|premium|raised")


def enrolment(act: Act) -> None:
    """Persons join a county's roster of a period, or leave it."""
    value = act.value
    terms = act.need_terms(value["at"])
    act.need_agreed()
    act.need_signers("role:county", terms=terms)
    need_open_period(act, period=value["period"], county=value["county"])
    columns = act.need_columns()
    _check_columns(act, columns)
    lines, count = columns[0], len(columns[0])
    period = f"{act.programme}/{value['period']}"
    if value["op"] == "add":
        _add(act, columns, act.need_tags(count), scope=_scope(terms, value))
        act.add_figure(f"{period}/persons", count)
        act.add_figure(f"{period}/person_times", count)
        act.add_figure(f"{act.programme}/person_times", count)
        for column in value.get("columns", ()):
            act.add_figure(f"{period}/{column['name']}", column["total"])
    else:
        gone = _remove(act, lines)
        act.add_figure(f"{period}/persons", -count)
        for name, amount in sorted(gone.items()):
            act.add_figure(f"{period}/{name}", -amount)


def cover(act: Act) -> None:
    """Insurer and foundation agree on the policy for a county's roster of a period."""
    value = act.value
    programme = act.rows.get(f"programme {act.programme}")
    if programme is None or value["terms"] not in [index for _, index in programme["versions"]]:
        raise Rejected("terms_missing", f"leaf {value['terms']} is no version of the terms of {act.programme}")
    terms = act.rows.get(f"terms {number(value['terms'])}")
    act.need_agreed()
    act.need_signers("role:insurer", "role:foundation", terms=terms)
    key = f"period {act.programme} {value['period']} {value['county']}"
    if act.rows.get(key) is not None:
        raise Rejected("cover_exists", f"{value['county']} has a cover for {value['period']}")
    if value["first_day"] > value["last_day"]:
        raise Rejected("cover_wrong", f"the cover ends on {value['last_day']}, before {value['first_day']}")
    figure = act.rows.get(f"figure {act.programme}/{value['period']}/persons")
    persons = figure["value"] if figure else 0
    if value["persons"] != persons:
        raise Rejected("roster_differs", f"the roster has {persons} persons, the cover says {value['persons']}")
    _check_premium(act, terms)
    members = ("county", "first_day", "last_day", "period", "programme")
    insurer = next(name for name in act.signers if "insurer" in act.rows.get(f"party {name}")["roles"])
    row = {member: value[member] for member in members}
    act.rows.put(f"cover {number(act.index)}", {**row, "insurer": insurer})
    act.rows.put(key, {"closed": None, "cover": act.index})


def need_open_period(act: Act, *, period: str, county: str) -> None:
    """The period is not closed, or the entry says that it concerns it all the same."""
    row = act.rows.get(f"period {act.programme} {period} {county}")
    if row and row["closed"] is not None and act.value.get("concerns") != period:
        raise Rejected("period_closed", f"{period} of {county} was closed by leaf {row['closed']}")


def _check_columns(act: Act, columns: Sequence[Column]) -> None:
    """Persons count 1 each; what further columns say of them is 0 or 1, and adds up to what the entry says."""
    for at, amount in enumerate(columns[0].amounts()):
        if amount != 1:
            raise Rejected("line_not_one", f"line {at} of the batch counts {amount} persons")
    said = list(zip(act.value.get("columns", ()), columns[1:], strict=True))
    for column, lines in said:
        for at, amount in enumerate(lines.amounts()):
            if amount > 1:
                raise Rejected("line_not_one", f"line {at} of the column {column['name']} is {amount}")
    for column, lines in said:
        got = sum_root(lines)
        if (got.root.hex(), got.total) != (column["root"], column["total"]):
            raise ProofError(
                f"leaf {act.index}: column {column['name']}: expected root {column['root']} and total "
                f"{column['total']}, got {got.root.hex()} and {got.total}"
            )
    for column, _ in said:
        if _TAKEN.fullmatch(column["name"]):
            raise Rejected("column_wrong", f"{column['name']} is the name of another sort of figure")


def _check_premium(act: Act, terms: Any) -> None:
    """The premium is what the terms make of the fact they name, where they say how it is worked out."""
    if "premium" not in terms:
        return
    value, fact = act.value, terms["premium"]["fact"]
    if fact == "persons":
        known = value["persons"]
    else:
        row = act.rows.get(f"fact {act.programme} {fact} {value['county']}")
        known = None if row is None else row["value"]
    outcome = evaluate(terms, terms["premium"]["formula"], facts={fact: known})
    if outcome.open:
        raise Rejected(str(outcome.reason), f"the premium of leaf {act.index}: {outcome.about}")
    if outcome.results["premium"] != value["premium"]:
        raise Rejected(
            "premium_wrong", f"the terms give {outcome.results['premium']}, the cover says {value['premium']}"
        )


def _scope(terms: Any, value: Any) -> str:
    """Where a person counts once: in the period of this programme, or of all."""
    everywhere = terms.get("unique", {}).get("person") == "log"
    return f"person {'-' if everywhere else value['programme']}/{value['period']}"


def _add(act: Act, columns: Sequence[Column], tags: Sequence[str], *, scope: str) -> None:
    value = act.value
    names = [column["name"] for column in value.get("columns", ())]
    for at, line in enumerate(columns[0]):
        name = line.commitment.hex()
        if act.rows.get(f"member {name}") is not None:
            raise Rejected("member_exists", f"line {at}: {name} is a member or was one")
        if tags:
            act.use_tag(scope, tags[at], reason="tag_used")
        act.rows.put(
            f"member {name}",
            {
                "claims": [],
                "columns": {
                    column: 1 for column, lines in zip(names, columns[1:], strict=True) if lines[at].amount
                },
                "county": value["county"],
                "index": act.index,
                "line": at,
                "period": value["period"],
                "place": value.get("place"),
                "programme": act.programme,
                "removed": None,
                "salt": name,
                "tag": tags[at] if tags else None,
            },
        )


def _remove(act: Act, lines: Column) -> Counter[str]:
    """Take persons off the roster; how many of them each column had."""
    value = act.value
    gone: Counter[str] = Counter()
    for at, line in enumerate(lines):
        name = line.commitment.hex()
        member = act.rows.get(f"member {name}")
        place = (act.programme, value["period"], value["county"])
        if member is None or (member["programme"], member["period"], member["county"]) != place or member["removed"]:
            raise Rejected("member_unknown", f"line {at}: {name} is not on this roster of {' '.join(place)}")
        act.rows.change(f"member {name}", {"removed": value["at"]})
        act.touch_member(name)
        gone.update(member["columns"])
        if member["tag"] is not None:
            _free_tag(act, member)
    return gone


def _free_tag(act: Act, member: Any) -> None:
    """Take out the tag that a member's own enrolment put, whatever the terms say by now about where it counts."""
    for scope in (act.programme, "-"):
        key = f"tag person {scope}/{member['period']} {member['tag']}"
        if act.rows.get(key) == member["index"]:
            act.rows.remove(key)
