"""Invented claims of 一元民生: how many and how much, to the fen, and on which day each step is taken.

    special   a member of one of the six groups, a listed disease: paid the next day
    general   anybody registered: enrolled when claiming, decided by the assessed loss, paid within working days

An amount is drawn first and the bill around it, so that what the terms make of the bill is that amount.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Literal

from ledger.calendar import Calendar, due_day, is_working_day
from node.demo import draw
from node.demo.exact import Amount, fit
from node.demo.yymz.script import Script

# The terms of the benefits, in fen; what the ledger makes of the claims it works out from the terms alone.
LOWER_TIER_MAX, FLAT = 100_000, 80_000
GENERAL_MAX = 20_000_000
_UNDER = (6_000, 33_000, 49_999)  # least, about, most of a payout in the lower tier
_OVER_MAX = 520_000  # the largest eligible rest of a special claim
_TIERS = (990_000, 9_900_000)  # below 10,000.00, below 100,000.00
_STAY_DAYS = (8, 40)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One claim and its way: amounts in fen, a day for each step. A general claimant has no place on the roster."""

    number: int
    kind: Literal["special", "general"]
    county: int
    member: int | None
    group: str | None
    admitted_on: date
    eligible: int  # what is left after the insurance, or the assessed loss
    bill: int
    insurance: int
    filed_on: date
    requested_on: date | None
    completed_on: date
    decided_on: date
    paid_on: date
    confirmed_on: date
    late: bool

    @property
    def days(self) -> tuple[date, ...]:
        """The days on which something is handed in, in order."""
        asked = () if self.requested_on is None else (self.requested_on,)
        return (self.filed_on, *asked, self.completed_on, self.decided_on, self.paid_on, self.confirmed_on)

    @property
    def is_complete(self) -> bool:
        """Whether no paper is missing when it is filed."""
        return self.completed_on == self.filed_on


def invent_cases(*, rng: Random, script: Script, calendar: Calendar) -> list[Case]:
    """All claims of the year, in order of the day on which they are filed."""
    days = _claim_days(script, calendar)
    cases = [*_special(draw.fork(rng), script, days, calendar), *_general(draw.fork(rng), script, days, calendar)]
    return sorted(cases, key=lambda case: (case.filed_on, case.number))


def thinned(cases: Sequence[Case], *, scale: int) -> list[Case]:
    """Every `scale`-th case of each sort, and so at least one of each: late or not, complete or not, of which kind.

    Raises:
        ValueError: `scale` is below 1.
    """
    if scale < 1:
        raise ValueError(f"scale: expected 1 or more, got {scale}")
    sorts: dict[tuple[str, bool, bool, bool], int] = {}
    kept = []
    for case in cases:
        sort = (case.kind, case.late, case.is_complete, case.requested_on is None)
        if sorts.setdefault(sort, 0) % scale == 0:
            kept.append(case)
        sorts[sort] += 1
    return kept


def _claim_days(script: Script, calendar: Calendar) -> list[date]:
    """Days on which claims are filed, spread over the time: each worked, and so are the two days after it."""
    first, last = script.claims_from.value, script.claims_until.value
    days = [first + timedelta(days=passed) for passed in range((last - first).days + 1)]
    good = [
        day for day in days
        if all(is_working_day(day + timedelta(days=more), calendar=calendar) for more in range(3))
    ]
    count = script.claim_days.value
    return [good[place * len(good) // count] for place in range(count)]


def _special(rng: Random, script: Script, days: Sequence[date], calendar: Calendar) -> list[Case]:
    count, total = script.special.count.value, script.special.total_fen.value
    least, about, most = _UNDER
    # So many get the flat amount that the others come to about a third of the lower tier's width.
    flat = max(0, min(count, (total - about * count) // (FLAT - about)))
    lower = fit(
        [Amount(draw.between(rng, about - 15_000, about + 15_000), least, most) for _ in range(count - flat)],
        total=total - FLAT * flat,
    )
    # Half of what is left; of an odd fen half is dropped.
    left = [2 * paid + draw.below(rng, 2) for paid in lower]
    left += [draw.between(rng, LOWER_TIER_MAX + 1, _OVER_MAX) for _ in range(flat)]
    left = draw.shuffled(rng, left)
    # Who is late or lacks a paper is drawn apart: a late one is complete when filed.
    marked = draw.distinct(rng, range(count), count=script.late.value + script.incomplete.value)
    late, incomplete = set(marked[: script.late.value]), marked[script.late.value :]
    opened_late = set(incomplete[: script.opened_late.value])
    counties = [number for number in range(len(script.counties)) for _ in range(script.members_of(number))]
    firsts = {number: counties.index(number) for number in range(len(script.counties))}
    claimants = draw.distinct(rng, range(len(counties)), count=count)
    cases = []
    for number, (eligible, claimant) in enumerate(zip(left, claimants, strict=True)):
        filed_on = days[draw.below(rng, len(days))]
        requested_on = None
        completed_on = filed_on
        if number in opened_late:
            completed_on = filed_on + timedelta(days=1)
        elif number in incomplete:
            requested_on, completed_on = filed_on, filed_on + timedelta(days=1)
        paid_on = completed_on + timedelta(days=1)
        if number in late:
            paid_on = _working(paid_on, 1 + draw.below(rng, 3), calendar)
        insurance = draw.between(rng, eligible, 6 * eligible)
        county = counties[claimant]
        cases.append(Case(
            number=number, kind="special", county=county, member=claimant - firsts[county],
            group=script.group_of(claimant - firsts[county]),
            admitted_on=filed_on - timedelta(days=draw.between(rng, *_STAY_DAYS)), eligible=eligible,
            bill=eligible + insurance + draw.below(rng, 40_000), insurance=insurance, filed_on=filed_on,
            requested_on=requested_on, completed_on=completed_on, decided_on=completed_on, paid_on=paid_on,
            confirmed_on=_working(paid_on, 1, calendar), late=number in late,
        ))  # fmt: skip
    return cases


def _general(rng: Random, script: Script, days: Sequence[date], calendar: Calendar) -> list[Case]:
    count, total = script.general.count.value, script.general.total_fen.value
    small, middle = _TIERS
    # A few at the cap, a few just below it, a quarter small; the others make up the sum.
    capped, large, little = count // 9, count // 11, count // 4
    wished = [
        *(Amount(GENERAL_MAX, GENERAL_MAX, GENERAL_MAX) for _ in range(capped)),
        *(Amount(draw.between(rng, 11_000_000, 17_000_000), 10_100_000, 19_000_000) for _ in range(large)),
        *(Amount(draw.between(rng, 150_000, 900_000), 100_000, small) for _ in range(little)),
    ]
    rest = count - len(wished)
    wished += [Amount(draw.between(rng, 2_000_000, 6_500_000), 1_100_000, middle) for _ in range(rest)]
    amounts = draw.shuffled(rng, fit(wished, total=total))
    codes = [county.code for county in script.counties]
    heavy = codes.index(script.heavy_county.value)
    others = draw.shuffled(rng, [number for number in range(len(codes)) if number != heavy])
    # The other counties take turns, the largest first, so that none of them has many large ones.
    turns = sorted(range(script.heavy_general.value, count), key=lambda number: -amounts[number])
    where = {number: others[turn % len(others)] for turn, number in enumerate(turns)}
    late = set(range(script.late_general.value))
    cases = []
    for number, amount in enumerate(amounts):
        filed_on = days[draw.below(rng, len(days) - 2)]
        within = 3 if amount < 1_000_000 else 7 if amount < 10_000_000 else 10
        taken = within + 2 if number in late else within - 1
        decided_on = _working(filed_on, taken - 1, calendar)
        loss = amount if amount < GENERAL_MAX else amount + draw.between(rng, 500_000, 9_000_000)
        cases.append(Case(
            number=script.special.count.value + number, kind="general",
            county=where.get(number, heavy),
            member=None, group=None, admitted_on=filed_on - timedelta(days=draw.between(rng, *_STAY_DAYS)),
            eligible=loss, bill=0, insurance=0, filed_on=filed_on, requested_on=None, completed_on=filed_on,
            decided_on=decided_on, paid_on=_working(filed_on, taken, calendar),
            confirmed_on=_working(filed_on, taken + 1, calendar), late=number in late,
        ))  # fmt: skip
    return cases


def _working(day: date, days: int, calendar: Calendar) -> date:
    return due_day(day, days, unit="working_day", calendar=calendar).day
