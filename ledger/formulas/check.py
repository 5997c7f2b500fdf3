"""What the types of terms cannot say: names that must exist, tiers that rise, members that belong together.

Source: docs/formats/terms.md; docs/formats/duties.md for notices.
"""

from collections.abc import Mapping, Sequence
from datetime import date

import msgspec
from msgspec import UNSET, UnsetType

from ledger.errors import FormatError
from ledger.formulas.structs import (
    Age,
    Base,
    Choice,
    Deadline,
    DeadlineFormula,
    DeadlineTier,
    Formula,
    Notice,
    Officers,
    Pays,
    PaysClause,
    PerHead,
    Premium,
    Rollover,
    Share,
    Tier,
    Year,
)
from ledger.state import Row
from ledger.strict import shown

_STARTS = {"answer": ("objection",), "decide": ("complete",), "open": ("claim",), "pay": ("complete", "decision")}
_NOTICE_MEMBERS = {"drive": {"months"}, "drive_end": {"months"}, "transfer": {"above", "days"}, "year": {"year_day"}}
# A year without 29 February: what is a day in it is a day of every year.
_COMMON_YEAR = 2001


def check_terms_parts(*, formulas: Mapping[str, Formula], deadlines: Sequence[Deadline], notices: Sequence[Notice],
                      splits: Sequence[tuple[str, str, str]], officers: Officers | UnsetType, year: Year | UnsetType,
                      eligibility: str | UnsetType, premium: Premium | UnsetType, what: str) -> None:
    """Check the parts of terms, one by one and against each other; of each split its `name`, `to` and `rest`.

    Raises:
        FormatError: naming the place.
    """
    duties = {deadline.id for deadline in deadlines}
    for name, formula in formulas.items():
        where = f"{what}: formulas.{name}"
        _check_part(formula, where)
        if isinstance(formula, Rollover | Share):
            _check_split(formula, splits, f"{where}.split")
        if isinstance(formula, DeadlineFormula) and formula.duty not in duties:
            raise FormatError(f"{where}.duty: expected the id of a deadline, got {formula.duty}")
    for at, deadline in enumerate(deadlines):
        where = f"{what}: deadlines.{at}"
        _check_part(deadline, where)
        if deadline.starts not in _STARTS[deadline.id]:
            raise FormatError(f"{where}.starts: expected {' or '.join(_STARTS[deadline.id])} for {deadline.id}, "
                              f"got {deadline.starts}")
    for at, notice in enumerate(notices):
        _check_notice(notice, f"{what}: notices.{at}")
    _check_part(officers, f"{what}: officers")
    _check_part(year, f"{what}: year")
    if eligibility is not UNSET and not isinstance(formulas.get(eligibility), Age):
        raise FormatError(f"{what}: eligibility: expected a formula of kind age, got {eligibility}")
    if premium is not UNSET and not isinstance(formulas.get(premium.formula), PerHead):
        raise FormatError(f"{what}: premium.formula: expected a formula of kind per_head, got {premium.formula}")


def formula_of(value: Row, *, what: str) -> Formula:
    """Give the JSON of a formula its struct.

    Raises:
        FormatError: a member is missing, unknown or of another type, or does not go with the others.
    """
    try:
        formula: Formula = msgspec.convert(value, Formula, strict=True)
    except msgspec.ValidationError as error:
        raise FormatError(f"{what}: {error}") from None
    _check_part(formula, what)
    return formula


def _check_part(value: object, where: str) -> None:
    """Check a part of terms and all that is in it."""
    if isinstance(value, list):
        for at, item in enumerate(value):
            _check_part(item, f"{where}.{at}")
        if value and isinstance(value[0], Tier | DeadlineTier):
            _check_tiers(value, where)
    elif isinstance(value, msgspec.Struct):
        for field in msgspec.structs.fields(value):
            _check_part(getattr(value, field.name), f"{where}.{field.encode_name}")
        if isinstance(value, Choice | PaysClause) and value.readings is not UNSET:
            _check_names([reading.name for reading in value.readings], where)
        if isinstance(value, Base) and (value.from_ is UNSET) != (value.less is UNSET):
            raise FormatError(f"{where}: expected from and less together, or neither")
        if isinstance(value, Pays):
            _check_pays(value, where)


def _check_names(names: list[str], where: str) -> None:
    if len(set(names)) != len(names):
        raise FormatError(f"{where}: expected readings of different names, got {', '.join(names)}")


def _check_pays(pays: Pays, where: str) -> None:
    """An amount; or a ratio, with or without a limit; or, of a clause, a choice."""
    present = {name for name in pays.__struct_fields__ if getattr(pays, name) is not UNSET}
    if present not in ({"amount"}, {"ratio_bp"}, {"at_most", "ratio_bp"}, {"by", "readings"}):
        raise FormatError(f"{where}: expected an amount, or a ratio_bp with or without at_most, "
                          f"got {', '.join(sorted(present)) or 'nothing'}")


def _check_tiers(tiers: Sequence[Tier | DeadlineTier], where: str) -> None:
    """Every tier but the last has a limit above the one before, and says to which tier it belongs; the last neither."""
    before = 0
    for at, tier in enumerate(tiers):
        limit = tier.up_to if isinstance(tier, Tier) else tier.below
        is_last = at == len(tiers) - 1
        if (limit is UNSET) is not is_last or (tier.including is UNSET) is not is_last:
            raise FormatError(f"{where}.{at}: expected a limit and including in every tier but the last")
        if limit is not UNSET:
            if limit <= before:
                raise FormatError(f"{where}.{at}: expected a limit above {before}, got {limit}")
            before = limit


def _check_split(formula: Rollover | Share, splits: Sequence[tuple[str, str, str]], where: str) -> None:
    """The split is there; the two results of a share, named as the last parts of its accounts, have different names."""
    named = [(to, rest) for name, to, rest in splits if name == formula.split]
    if not named:
        raise FormatError(f"{where}: expected one of the splits, got {formula.split}")
    for to, rest in named:
        if isinstance(formula, Share) and to.rpartition("/")[2] == rest.rpartition("/")[2]:
            raise FormatError(f"{where}: expected accounts with different last parts, got {to} and {rest}")


def _check_notice(notice: Notice, where: str) -> None:
    """A notice has the members of its `on` and no others."""
    present = {name for name in ("above", "days", "months", "year_day") if getattr(notice, name) is not UNSET}
    if present != _NOTICE_MEMBERS[notice.on]:
        raise FormatError(f"{where}: expected {', '.join(sorted(_NOTICE_MEMBERS[notice.on]))} on {notice.on}, "
                          f"got {', '.join(sorted(present)) or 'nothing'}")
    if notice.year_day is not UNSET:
        try:
            date.fromisoformat(f"{_COMMON_YEAR}-{notice.year_day}")
        except ValueError:
            raise FormatError(f"{where}.year_day: expected a day of every year, got {shown(notice.year_day)}") from None
