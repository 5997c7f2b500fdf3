"""What a table of types cannot say about the parts of terms: choices, tiers, names, members by row.

These are parts of the format (docs/formats/terms.md, duties.md), judged when every member has its type.
"""

from collections.abc import Collection, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from verifier.errors import FormatError
from verifier.primitives.parse import parse_day
from verifier.terms.clauses import is_choice

_STARTS: Mapping[str, Collection[str]] = MappingProxyType(
    {"answer": ("objection",), "decide": ("complete",), "open": ("claim",), "pay": ("complete", "decision")}
)
# What a notice has, by what starts it.
_NOTICE_MEMBERS: Mapping[str, Collection[str]] = MappingProxyType(
    {"drive": ("months",), "drive_end": ("months",), "transfer": ("above", "days"), "year": ("year_day",)}
)
_NOTICE_CHOICES = frozenset(name for names in _NOTICE_MEMBERS.values() for name in names)
_COMMON_YEAR = 2001  # any year without 29 February


def check_terms_parts(value: dict[str, Any], *, what: str) -> None:
    """Check the parts of a terms entry whose members have their types.

    Raises:
        FormatError: two readings of a choice have one name, tiers do not rise, a name is not among the terms', or
            members do not go together.
    """
    _check_choices(value, what=what)
    for name, formula in value["formulas"].items():
        _check_formula(value, formula, what=f"{what}: formulas: {name}")
    for at, deadline in enumerate(value["deadlines"]):
        _check_deadline(deadline, what=f"{what}: deadlines: {at}")
    for at, notice in enumerate(value["notices"]):
        _check_notice(notice, what=f"{what}: notices: {at}")
    if "eligibility" in value:
        _check_named(value, value["eligibility"], kind="age", what=f"{what}: eligibility")
    if "premium" in value:
        _check_named(value, value["premium"]["formula"], kind="per_head", what=f"{what}: premium")


def _check_choices(value: Any, *, what: str) -> None:
    """No two readings of a choice have one name, wherever it stands."""
    if isinstance(value, list):
        for at, item in enumerate(value):
            _check_choices(item, what=f"{what}: {at}")
    elif isinstance(value, dict):
        if is_choice(value) and "readings" in value:
            names = [reading["name"] for reading in value["readings"]]
            if len(set(names)) != len(names):
                raise FormatError(f"{what}: expected readings of different names, got {', '.join(names)}")
        for name, item in value.items():
            _check_choices(item, what=f"{what}: {name}")


def _check_formula(terms: dict[str, Any], formula: dict[str, Any], *, what: str) -> None:
    if "base" in formula and ("from" in formula["base"]) != ("less" in formula["base"]):
        raise FormatError(f"{what}: base: expected `from` and `less` together, or neither")
    if "tiers" in formula:
        _check_tiers(formula["tiers"], bound="up_to", what=f"{what}: tiers")
    if "split" in formula:
        _check_split(terms, formula, what=f"{what}: split")
    if "duty" in formula:
        _check_among(formula["duty"], [deadline["id"] for deadline in terms["deadlines"]], what=f"{what}: duty")


def _check_split(terms: dict[str, Any], formula: dict[str, Any], *, what: str) -> None:
    splits = {split["name"]: split for split in terms["splits"]}
    _check_among(formula["split"], splits, what=what)
    if formula["kind"] == "share":
        # The two results are called so.
        to, rest = (splits[formula["split"]][name].rpartition("/")[2] for name in ("to", "rest"))
        if to == rest:
            raise FormatError(f"{what}: expected accounts with different last parts, got {to} twice")


def _check_deadline(deadline: dict[str, Any], *, what: str) -> None:
    _check_among(deadline["starts"], _STARTS[deadline["id"]], what=f"{what}: starts of {deadline['id']}")
    _check_tiers(deadline["tiers"], bound="below", what=f"{what}: tiers")


def _check_notice(notice: dict[str, Any], *, what: str) -> None:
    expected, got = set(_NOTICE_MEMBERS[notice["on"]]), _NOTICE_CHOICES & notice.keys()
    if got != expected:
        raise FormatError(
            f"{what}: expected [{', '.join(sorted(expected))}] on {notice['on']}, got [{', '.join(sorted(got))}]"
        )
    if "year_day" in notice:
        parse_day(f"{_COMMON_YEAR}-{notice['year_day']}".encode(), what=f"{what}: year_day")


def _check_tiers(clause: Any, *, bound: str, what: str) -> None:
    """Every tier but the last has a bound and says whether it includes it; the bounds rise."""
    for tiers in _values(clause):
        before = 0
        for at, tier in enumerate(tiers):
            bounds = {bound, "including"} & tier.keys()
            if bounds != (set() if at == len(tiers) - 1 else {bound, "including"}):
                raise FormatError(f"{what}: {at}: expected {bound} and including in every tier but the last alone")
            if bounds and tier[bound] <= before:
                raise FormatError(f"{what}: {at}: expected rising tiers, got {tier[bound]} after {before}")
            before = tier.get(bound, before)


def _values(clause: Any) -> Iterator[Any]:
    """Whatever a clause may come to under some reading, but null."""
    values = [reading["is"] for reading in clause["readings"]] if is_choice(clause) else [clause]
    return (value for value in values if value is not None)


def _check_named(terms: dict[str, Any], name: str, *, kind: str, what: str) -> None:
    _check_among(name, [other for other, formula in terms["formulas"].items() if formula["kind"] == kind], what=what)


def _check_among(name: str, names: Collection[str], *, what: str) -> None:
    if name not in names:
        raise FormatError(f"{what}: expected one of [{', '.join(names)}], got {name}")
