"""Parts: what each part of well-formed terms must be beside its types, told part by part so that none hides another."""

from collections.abc import Iterable, Iterator
from typing import Any

from ledger.errors import FormatError
from ledger.strict import day, shown
from node.authoring.clauses import Terms, choices, is_choice, stated_parts
from node.authoring.source import Place, Problem, Source

# The members that are looked at here, and what stands for one that is not sound or not there: it may hold any name.
_UNSOUND: dict[str, Any] = {"accounts": [None], "deadlines": [None], "flows": [None], "formulas": {"": None},
                            "notices": [None], "splits": [None]}
_COMMON_YEAR = 2001  # without 29 February: what is a day in it is a day of every year


def sound_parts(source: Source, problems: Iterable[Problem]) -> Terms:
    """The terms without the parts that have problems: null stands for a formula, for a deadline, for a row."""
    given: Any = source.value if isinstance(source.value, dict) else {}
    sound: dict[str, Any] = {**_UNSOUND, **given}
    for place in {problem.place for problem in problems if problem.place}:
        part = str(place[0])
        if part not in _UNSOUND:
            sound.pop(part, None)
        elif len(place) == 1:
            sound[part] = _UNSOUND[part]
        elif isinstance(sound[part], dict):
            sound[part] = {**sound[part], place[1]: None}
        else:
            sound[part] = [None if at == place[1] else one for at, one in enumerate(sound[part])]
    return sound


def part_problems(source: Source, terms: Terms) -> Iterator[Problem]:
    """What the form asks of parts: readings of different names, tiers that rise, names that are there."""
    for place, choice in choices(stated_parts(terms)):
        names = [reading["name"] for reading in choice["readings"]]
        if len(set(names)) != len(names):
            yield source.problem(place, "expected readings of different names, got {got}", got=", ".join(names))
    for part, limit in (("formulas", "up_to"), ("deadlines", "below")):
        for place, tiers in _tiers(terms[part], (part,)):
            yield from _tier_problems(source, place, tiers, limit)
    seen: set[str] = set()
    for at, notice in _sound(terms["notices"]):
        if "year_day" in notice and not _is_day_of_every_year(notice["year_day"]):
            yield source.problem(("notices", at, "year_day"), "expected {wanted}, got {got}",
                                 wanted="a day MM-DD that every year has", got=shown(notice["year_day"]))
        if notice["id"] in seen:
            yield source.problem(("notices", at, "id"), "expected each id once, got {got} again", got=notice["id"])
        seen.add(notice["id"])
    yield from _name_problems(source, terms)


def refused_problems(source: Source, terms: Terms) -> Iterator[Problem]:
    """What the ledger refuses whatever else it holds: the reason stands before the message."""
    accounts = {account["name"] for _, account in _sound(terms["accounts"])}
    for at, split in _sound(terms["splits"]):
        for member in ("name", "rest", "to"):
            if None not in terms["accounts"] and split[member] not in accounts:
                yield source.problem(("splits", at, member), "split_wrong: {got} is not among the accounts",
                                     got=split[member])
        if split["num"] >= split["den"]:
            yield source.problem(("splits", at, "num"), "split_wrong: expected less than {limit}, got {got}",
                                 limit=str(split["den"]), got=str(split["num"]))
    leaves = {"insurer": "own/", "pool": "claims/"}.get(terms.get("risk", ""), "")
    for at, flow in _sound(terms["flows"]):
        if flow["kind"] == "payout" and not flow["from"].startswith(leaves):
            yield source.problem(("flows", at, "from"), "risk_wrong: under risk {risk} a payout leaves {wanted}…, got "
                                                        "{got}", risk=terms["risk"], wanted=leaves, got=flow["from"])
    for at, deadline in _sound(terms["deadlines"]):
        if deadline["unit"] != "calendar_day" and "calendar" not in terms:
            yield source.problem(("deadlines", at, "unit"), "calendar_missing: working days need the member calendar")
    if "role:insurer" not in terms.get("signed_by", {}).get("cover", ["role:insurer"]):
        yield source.problem(("signed_by", "cover"), "signers_wrong: expected role:insurer among them")


def _sound(rows: list[Any]) -> list[tuple[int, Any]]:
    """The rows in which there is no problem, and where each stands."""
    return [(at, row) for at, row in enumerate(rows) if row is not None]


def _tiers(value: Any, place: Place) -> Iterator[tuple[Place, list[Any]]]:
    """Every array of tiers, those inside choices too."""
    for name, part in value.items() if isinstance(value, dict) else enumerate(value):
        here = (*place, name)
        if name == "tiers" and is_choice(part):
            yield from (((*here, "readings", at, "is"), one["is"]) for at, one in enumerate(part["readings"])
                        if one["is"] is not None)
        elif name == "tiers" and part is not None:
            yield here, part
        elif isinstance(part, dict | list):
            yield from _tiers(part, here)


def _tier_problems(source: Source, place: Place, tiers: list[Any], limit: str) -> Iterator[Problem]:
    """Tiers rise, and all but the last have an end."""
    before = 0
    for at, tier in enumerate(tiers):
        end = tier.get(limit)
        if (end is None) is not (at == len(tiers) - 1):
            yield source.problem((*place, at), "expected no {limit} in the last tier" if end is not None else
                                 "expected {limit} in every tier but the last", limit=limit)
        elif end is not None and end <= before:
            yield source.problem((*place, at, limit), "expected a limit above {before}, got {got}",
                                 before=str(before), got=str(end))
        before = end or before


def _is_day_of_every_year(text: str) -> bool:
    try:
        day(f"{_COMMON_YEAR}-{text}", what="year_day")
    except FormatError:
        return False
    return True


def _name_problems(source: Source, terms: Terms) -> Iterator[Problem]:
    """Names of formulas, splits and deadlines that are not there; one that has problems may have any name."""
    formulas = {name: formula for name, formula in terms["formulas"].items() if formula is not None}
    known = {"split": {split["name"] for _, split in _sound(terms["splits"])},
             "duty": {deadline["id"] for _, deadline in _sound(terms["deadlines"])}}
    whole = {"split": None not in terms["splits"], "duty": None not in terms["deadlines"]}
    named: list[tuple[Place, Any, Iterable[str]]] = [
        (("formulas", name, member), formula[member], known[member]) for name, formula in formulas.items()
        for member in known if member in formula and whole[member]
    ]  # fmt: skip
    if "eligibility" in terms and not {terms["eligibility"], ""} & (terms["formulas"].keys() - formulas.keys()):
        ages = [name for name, formula in formulas.items() if formula["kind"] == "age"]
        named.append((("eligibility",), terms["eligibility"], ages))
    if "premium" in terms and "" not in terms["formulas"]:
        named.append((("premium", "formula"), terms["premium"]["formula"], terms["formulas"]))
    for place, name, there in named:
        if name not in there:
            yield source.problem(place, "expected one of {known}, got {got}" if there else
                                 "expected a name that is there, and there is none, got {got}",
                                 known=", ".join(sorted(there)), got=name)
