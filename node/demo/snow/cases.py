"""Invented claims of 雪中送炭: one hospital stay of each sick person who is paid."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from ledger.calendar import Calendar, due_day, is_working_day
from node.demo import draw
from node.demo.snow.registry import Member
from node.demo.snow.script import Script

_BILL_FEN = (300_000, 3_500_000)
_SOCIAL_PERCENT = (50, 78)
_NIGHTS = (4, 35)
_DAYS_TO_FILE = (5, 25)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """A stay in hospital through illness, its bill in fen, and a day for each step."""

    number: int
    member: Member
    admitted_on: date
    discharged_on: date
    bill: int
    social: int
    filed_on: date
    decided_on: date
    paid_on: date
    confirmed_on: date


def invent_stays(*, rng: Random, script: Script, members: Sequence[Member], calendar: Calendar) -> list[Stay]:
    """A stay for as many of `members` as the script has paid, in order of the day of filing."""
    days = _filing_days(script, calendar)
    chosen = draw.distinct(rng, range(len(members)), count=script.paid_of_illness.value)
    stays = []
    for number, member in enumerate(chosen):
        filed_on = days[draw.below(rng, len(days))]
        discharged_on = filed_on - timedelta(days=draw.between(rng, *_DAYS_TO_FILE))
        bill = draw.between(rng, *_BILL_FEN)
        decided_on = _working(filed_on, 3, calendar)
        stays.append(Stay(
            number=number, member=members[member],
            admitted_on=discharged_on - timedelta(days=draw.between(rng, *_NIGHTS)), discharged_on=discharged_on,
            bill=bill, social=bill * draw.between(rng, *_SOCIAL_PERCENT) // 100, filed_on=filed_on,
            decided_on=decided_on, paid_on=_working(decided_on, 2, calendar),
            confirmed_on=_working(decided_on, 3, calendar),
        ))  # fmt: skip
    return sorted(stays, key=lambda stay: (stay.filed_on, stay.number))


def _filing_days(script: Script, calendar: Calendar) -> list[date]:
    """Working days, spread over the time."""
    first, last = script.claims_from.value, script.claims_until.value
    days = [first + timedelta(days=passed) for passed in range((last - first).days + 1)]
    good = [day for day in days if is_working_day(day, calendar=calendar)]
    count = script.claim_days.value
    return [good[place * len(good) // count] for place in range(count)]


def _working(day: date, days: int, calendar: Calendar) -> date:
    return due_day(day, days, unit="working_day", calendar=calendar).day
