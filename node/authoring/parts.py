"""Parts: what each part of well-formed terms must be beside its types, told part by part so that none hides another."""

from collections.abc import Iterator
from typing import Any

from ledger.errors import FormatError
from ledger.strict import day, shown
from node.authoring.clauses import Terms, choices, is_choice, stated_parts
from node.authoring.source import Place, Problem, Source

_COMMON_YEAR = 2001  # without 29 February: what is a day in it is a day of every year


def part_problems(source: Source) -> Iterator[Problem]:
    """What the form asks of parts: readings of different names, tiers that rise, names that are there."""
    terms: Any = source.value
    for place, choice in choices(stated_parts(terms)):
        names = [reading["name"] for reading in choice["readings"]]
        if len(set(names)) != len(names):
            yield source.problem(place, f"expected readings of different names, got {', '.join(names)}")
    for part, limit in (("formulas", "up_to"), ("deadlines", "below")):
        for place, tiers in _tiers(terms[part], (part,)):
            yield from _tier_problems(source, place, tiers, limit)
    for at, notice in enumerate(terms["notices"]):
        if "year_day" in notice and not _is_day_of_every_year(notice["year_day"]):
            yield source.problem(("notices", at, "year_day"), "expected a day MM-DD that every year has, got "
                                                              f"{shown(notice['year_day'])}")
        if notice["id"] in [earlier["id"] for earlier in terms["notices"][:at]]:
            yield source.problem(("notices", at, "id"), f"expected each id once, got {notice['id']} again")
    yield from _name_problems(source, terms)


def refused_problems(source: Source) -> Iterator[Problem]:
    """What the ledger refuses whatever else it holds: the reason stands before the message."""
    terms: Any = source.value
    accounts = {account["name"] for account in terms["accounts"]}
    for at, split in enumerate(terms["splits"]):
        for member in ("name", "rest", "to"):
            if split[member] not in accounts:
                yield source.problem(("splits", at, member), f"split_wrong: {split[member]} is not among the accounts")
        if split["num"] >= split["den"]:
            yield source.problem(("splits", at, "num"), f"split_wrong: expected less than {split['den']}, got "
                                                        f"{split['num']}")
    leaves = {"insurer": "own/", "pool": "claims/"}[terms["risk"]]
    for at, flow in enumerate(terms["flows"]):
        if flow["kind"] == "payout" and not flow["from"].startswith(leaves):
            yield source.problem(("flows", at, "from"), f"risk_wrong: under risk {terms['risk']} a payout leaves "
                                                        f"{leaves}…, got {flow['from']}")
    for at, deadline in enumerate(terms["deadlines"]):
        if deadline["unit"] != "calendar_day" and "calendar" not in terms:
            yield source.problem(("deadlines", at, "unit"), "calendar_missing: working days need the member calendar")
    if "role:insurer" not in terms.get("signed_by", {}).get("cover", ["role:insurer"]):
        yield source.problem(("signed_by", "cover"), "signers_wrong: expected role:insurer among them")


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
            wanted = f"no {limit} in the last tier" if end is not None else f"{limit} in every tier but the last"
            yield source.problem((*place, at), f"expected {wanted}")
        elif end is not None and end <= before:
            yield source.problem((*place, at, limit), f"expected a limit above {before}, got {end}")
        before = end or before


def _is_day_of_every_year(text: str) -> bool:
    try:
        day(f"{_COMMON_YEAR}-{text}", what="year_day")
    except FormatError:
        return False
    return True


def _name_problems(source: Source, terms: Terms) -> Iterator[Problem]:
    """Names of formulas, splits and deadlines that are not there."""
    splits = sorted(split["name"] for split in terms["splits"])
    duties = sorted({deadline["id"] for deadline in terms["deadlines"]})
    ages = sorted(name for name, formula in terms["formulas"].items() if formula["kind"] == "age")
    named: list[tuple[Place, Any, list[str]]] = [
        (("formulas", name, member), formula[member], known) for name, formula in terms["formulas"].items()
        for member, known in (("split", splits), ("duty", duties)) if member in formula
    ]  # fmt: skip
    if "eligibility" in terms:
        named.append((("eligibility",), terms["eligibility"], ages))
    if "premium" in terms:
        named.append((("premium", "formula"), terms["premium"]["formula"], sorted(terms["formulas"])))
    for place, name, known in named:
        if name not in known:
            yield source.problem(place, f"expected one of {', '.join(known)}, got {name}" if known else
                                 f"expected a name that is there, and there is none, got {name}")
