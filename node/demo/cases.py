"""Invented claims: hospital bills, what others paid of them, and payouts whose sums are exact to the fen.

A payout is a share of what the patient still had to pay, rounded down, and never more than the sum insured. Along the
way happens what happens in an office: a paper is missing, a residual is odd, one bill reaches the sum insured, a payout
bounces, some persons fall ill again, and an invoice comes in a second time. The offices see to claims on Mondays,
Wednesdays and Fridays: all steps but the stay in hospital fall on these days; holidays are left out of account. Only
the capped payout is a whole number of yuan, so that no other can repeat a case that somebody published.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import prod
from random import Random

from node.demo import draw

# Persons of one period who claim again in the next.
RETURNING = 6
PAPER = "invoice_original"

_WHOLE_BP = 10_000
_SMALLEST_YUAN = 100
# Monday, Wednesday and Friday.
_OFFICE_WEEKDAYS = (0, 2, 4)
# Office days from the last filing day to the decision, and from the payout to the end of a bounce.
_DAYS_TO_DECIDE = 4
_DAYS_TO_SETTLE = 3
_STAY_DAYS_MIN, _STAY_DAYS_MAX = 3, 20


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimTerms:
    """Share of the residual that is paid, in basis points and rounded down to the fen; sum insured per person."""

    ratio_bp: int
    cap_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimPeriod:
    """What one period is to come to: `count` payouts of `total_fen` to `members`, all confirmed by `paid_until`."""

    period: str
    first: date
    paid_from: date
    paid_until: date
    count: int
    total_fen: int
    members: range


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """A hospital bill and who paid what of it; `residual_fen` is what was left to the patient."""

    total_fen: int
    basic_fen: int
    serious_fen: int
    aid_fen: int
    residual_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What is filed for `person`, an index into the people: the day of admission, the invoice and the bill."""

    person: int
    period: str
    invoice: str
    bill: Bill
    event_on: date
    filed_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingPaper:
    """A paper that the insurer asked for, and the days on which it did and on which the paper came."""

    paper: str
    requested_on: date
    completed_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounce:
    """The payout of `paid_on` came back on one day and was paid again on another."""

    bounced_on: date
    paid_again_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A claim and its way to the confirmed payout."""

    claim: Claim
    missing: MissingPaper | None
    decided_on: date
    payable_fen: int
    paid_on: date
    bounce: Bounce | None
    confirmed_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """All cases in the order of their payouts, and the claim to be refused: its invoice stands in an earlier one."""

    cases: tuple[Case, ...]
    double: Claim


def payable_fen(residual_fen: int, *, terms: ClaimTerms) -> int:
    """What the terms pay on a residual when nothing was paid before."""
    return min(residual_fen * terms.ratio_bp // _WHOLE_BP, terms.cap_fen)


def invent_claims(*, rng: Random, terms: ClaimTerms, periods: Sequence[ClaimPeriod]) -> Claims:
    """The claims of all periods; the same `rng` state gives the same claims.

    The first period has the missing paper, the odd residual and the invoice that comes twice; the last one has the
    payout that bounces and the one that reaches the sum insured.

    Raises:
        ValueError: a period is too short for its steps, has too few cases for what is to happen, its total cannot be
            met in whole yuan, or one person would be paid more than the sum insured.
    """
    if not periods:
        raise ValueError("claims: expected at least one period, got none")
    rng = draw.fork(rng)
    paid: dict[int, int] = {}
    cases: list[Case] = []
    invoices = iter(draw.distinct(rng, range(10**8), count=sum(period.count for period in periods)))
    for period in periods:
        first, last = period is periods[0], period is periods[-1]
        days = _office_days(period)
        payouts = _payouts(rng, period, terms, capped=last)
        persons = _claimants(rng, period, payouts, paid)
        for place, paid_at in enumerate(_paid_days(rng, period, days)):
            missing, odd, bounces = first and place == 0, first and place == 1, last and place == 0
            filed_at = paid_at - 1 - (_DAYS_TO_DECIDE if missing else draw.between(rng, 1, _DAYS_TO_DECIDE))
            claim = Claim(
                person=persons[place],
                period=period.period,
                invoice=f"9999{next(invoices):08d}",
                bill=_bill(rng, payouts[place], terms, odd=odd),
                event_on=days[filed_at] - timedelta(days=draw.between(rng, _STAY_DAYS_MIN, _STAY_DAYS_MAX)),
                filed_on=days[filed_at],
            )
            due = payable_fen(claim.bill.residual_fen, terms=terms)
            cases.append(_case(claim, due, days[filed_at:], paid_at - filed_at, missing=missing, bounces=bounces))
            paid[claim.person] = paid.get(claim.person, 0) + payouts[place]
    most = max(paid.values())
    if most > terms.cap_fen:
        raise ValueError(f"claims: expected at most {terms.cap_fen} fen for one person, got {most}")
    again = cases[2]
    return Claims(cases=tuple(cases), double=replace(again.claim, filed_on=again.confirmed_on))


def _payouts(rng: Random, period: ClaimPeriod, terms: ClaimTerms, *, capped: bool) -> list[int]:
    """Payouts of a period, many small and few large, that add up to its total."""
    count = period.count - capped
    total_yuan, odd_fen = divmod(period.total_fen - capped * terms.cap_fen, 100)
    shared_yuan = total_yuan - count * _SMALLEST_YUAN
    if count < max(3, RETURNING) or odd_fen or shared_yuan <= 0:
        raise ValueError(
            f"claims of {period.period}: expected at least {RETURNING} payouts of more than {_SMALLEST_YUAN} yuan that "
            f"add up to whole yuan, got {period.count} of {period.total_fen} fen"
        )
    # The product of three even draws has the long tail that hospital bills have.
    weights = [prod(draw.between(rng, 10, 100) for _ in range(3)) for _ in range(count)]
    payouts, passed, given = [], 0, 0
    for weight, shift in zip(weights, _shifts(rng, count), strict=True):
        passed += weight
        up_to_here = shared_yuan * passed // sum(weights)
        payouts.append((_SMALLEST_YUAN + up_to_here - given) * 100 + shift)
        given = up_to_here
    if capped:
        # Behind the first, which bounces.
        payouts.insert(draw.between(rng, 1, count), terms.cap_fen)
    return payouts


def _shifts(rng: Random, count: int) -> list[int]:
    """Fen that take each payout off the whole yuan and add up to zero."""
    shifts: list[int] = []
    if count % 2:
        fen = draw.between(rng, 1, 49)
        shifts += (fen, fen, -2 * fen)
    while len(shifts) < count:
        fen = draw.between(rng, 1, 99)
        shifts += (fen, -fen)
    return shifts


def _claimants(rng: Random, period: ClaimPeriod, payouts: list[int], paid: dict[int, int]) -> list[int]:
    """Whom the payouts go to. Those who were paid least before come again, for the smallest payouts."""
    smallest = sorted(range(len(payouts)), key=payouts.__getitem__)
    back = [person for person in sorted(paid, key=paid.__getitem__) if person in period.members][:RETURNING]
    drawn = draw.distinct(rng, period.members, count=min(len(period.members), len(payouts) + len(paid)))
    fresh = iter([person for person in drawn if person not in paid])
    returning = dict(zip(smallest, back, strict=False))
    return [returning[place] if place in returning else next(fresh) for place in range(len(payouts))]


def _bill(rng: Random, payout: int, terms: ClaimTerms, *, odd: bool) -> Bill:
    """A bill whose residual leads to the payout: exactly, with a fen that rounding drops, or from above the cap."""
    residual = -(-payout * _WHOLE_BP // terms.ratio_bp) + odd
    if payout == terms.cap_fen:
        residual += 2 * draw.between(rng, 5_000_00, 20_000_00)
    covered = residual * draw.between(rng, 150, 600) // 100
    basic = covered * draw.between(rng, 62, 75) // 100
    serious = covered * draw.between(rng, 8, 20) // 100
    return Bill(
        total_fen=residual + covered,
        basic_fen=basic,
        serious_fen=serious,
        aid_fen=covered - basic - serious,
        residual_fen=residual,
    )


def _office_days(period: ClaimPeriod) -> list[date]:
    days = (period.first + timedelta(days=passed) for passed in range((period.paid_until - period.first).days + 1))
    return [day for day in days if day.weekday() in _OFFICE_WEEKDAYS]


def _paid_days(rng: Random, period: ClaimPeriod, days: list[date]) -> list[int]:
    """The days of payment in rising order, as places in the office days of the period."""
    early = sum(day < period.first + timedelta(days=_STAY_DAYS_MAX) for day in days) + _DAYS_TO_DECIDE + 1
    before = sum(day < period.paid_from for day in days)
    last = len(days) - 1 - _DAYS_TO_SETTLE
    if not early <= before <= last:
        raise ValueError(
            f"claims of {period.period}: expected payouts to begin {early} to {last} office days after "
            f"{period.first}, got {before} ({period.paid_from} to {period.paid_until})"
        )
    return sorted(draw.between(rng, before, last) for _ in range(period.count))


def _case(claim: Claim, due_fen: int, days: list[date], paid_at: int, *, missing: bool, bounces: bool) -> Case:
    """The case with a day for each step; `days` are the office days from the filing on."""
    return Case(
        claim=claim,
        missing=MissingPaper(paper=PAPER, requested_on=days[1], completed_on=days[3]) if missing else None,
        decided_on=days[paid_at - 1],
        payable_fen=due_fen,
        paid_on=days[paid_at],
        bounce=Bounce(bounced_on=days[paid_at + 1], paid_again_on=days[paid_at + 2]) if bounces else None,
        confirmed_on=days[paid_at + (_DAYS_TO_SETTLE if bounces else 1)],
    )
