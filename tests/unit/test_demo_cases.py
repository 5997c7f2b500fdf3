"""Invented claims: exact sums, the terms kept, and what is to happen on the way does happen."""

import re
from collections import Counter
from dataclasses import replace
from datetime import date
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from node.demo.cases import RETURNING, ClaimTerms, invent_claims, payable_fen
from node.demo.script import load_script

SCRIPT = load_script()
TERMS, PERIODS = SCRIPT.claim_terms, SCRIPT.claim_periods
SEEDS = st.integers(0, 2**64)


def invent(seed: int):
    return invent_claims(rng=Random(seed), terms=TERMS, periods=PERIODS)


@pytest.mark.parametrize("residual, payable", [
    pytest.param(20_000_00, 10_000_00, id="half"),
    pytest.param(3, 1, id="half-a-fen-is-dropped"),
    pytest.param(1, 0, id="nothing-left-of-one-fen"),
    pytest.param(199_999_99, 99_999_99, id="below-the-sum-insured"),
    pytest.param(200_000_00, 100_000_00, id="at-the-sum-insured"),
    pytest.param(300_000_00, 100_000_00, id="above-the-sum-insured"),
])
def test_payable(residual, payable):
    assert payable_fen(residual, terms=ClaimTerms(ratio_bp=5000, cap_fen=100_000_00)) == payable


@settings(max_examples=40, deadline=None)
@given(seed=SEEDS)
def test_both_periods_come_to_their_sums_and_nobody_above_the_sum_insured(seed):
    cases = invent(seed).cases
    count, total = Counter(), Counter()
    person = Counter()
    for case in cases:
        count[case.claim.period] += 1
        total[case.claim.period] += case.payable_fen
        person[case.claim.person] += case.payable_fen
    assert count == {"2018": 90, "2019": 120}
    assert total == {"2018": 720_000_00, "2019": 957_000_00}
    assert max(person.values()) <= 100_000_00
    assert len(person) == 210 - RETURNING
    assert len({(case.claim.period, case.claim.person) for case in cases}) == 210
    assert len({case.claim.invoice for case in cases}) == 210


@settings(max_examples=40, deadline=None)
@given(seed=SEEDS)
def test_each_payout_follows_from_its_bill(seed):
    cases = invent(seed).cases
    for case in cases:
        bill = case.claim.bill
        assert bill.total_fen - bill.basic_fen - bill.serious_fen - bill.aid_fen == bill.residual_fen
        assert min(bill.basic_fen, bill.serious_fen, bill.aid_fen) > 0
        assert case.payable_fen == min(bill.residual_fen // 2, 100_000_00) > 0
    capped = [case for case in cases if case.payable_fen == 100_000_00]
    assert [case.claim.bill.residual_fen > 200_000_00 for case in capped] == [True]
    assert sum(case.claim.bill.residual_fen % 2 for case in cases) == 1
    # A payout that somebody published is a whole number of yuan.
    assert [case for case in cases if case.payable_fen % 100 == 0] == capped


@settings(max_examples=40, deadline=None)
@given(seed=SEEDS)
def test_each_step_has_its_day_within_the_period(seed):
    plans = {plan.period: plan for plan in PERIODS}
    cases = invent(seed).cases
    for case in cases:
        plan, claim = plans[case.claim.period], case.claim
        assert claim.person in plan.members
        assert plan.first <= claim.event_on < claim.filed_on < case.decided_on < case.paid_on < case.confirmed_on
        assert plan.paid_from <= case.paid_on and case.confirmed_on <= plan.paid_until
        steps = [claim.filed_on, case.decided_on, case.paid_on, case.confirmed_on]
        if case.missing:
            steps += [case.missing.requested_on, case.missing.completed_on]
            assert claim.filed_on < case.missing.requested_on < case.missing.completed_on < case.decided_on
        if case.bounce:
            steps += [case.bounce.bounced_on, case.bounce.paid_again_on]
            assert case.paid_on < case.bounce.bounced_on < case.bounce.paid_again_on < case.confirmed_on
        assert {day.weekday() for day in steps} <= {0, 2, 4}
    assert max(case.confirmed_on for case in cases) <= date(2019, 11, 30)
    for period in plans:
        paid = [case.paid_on for case in cases if case.claim.period == period]
        assert paid == sorted(paid)


@settings(max_examples=40, deadline=None)
@given(seed=SEEDS)
def test_what_is_to_happen_happens_once(seed):
    claims = invent(seed)
    assert [case.claim.period for case in claims.cases if case.missing] == ["2018"]
    assert [case.claim.period for case in claims.cases if case.bounce] == ["2019"]
    (first,) = [case for case in claims.cases if case.claim.invoice == claims.double.invoice]
    assert claims.double == replace(first.claim, filed_on=first.confirmed_on)


def test_another_seed_gives_other_claims():
    assert invent(1) == invent(1) != invent(2)


def test_reading_on_from_the_generator_is_independent_of_the_claims():
    one, other = Random(1), Random(1)
    invent_claims(rng=one, terms=TERMS, periods=PERIODS)
    invent_claims(rng=other, terms=TERMS, periods=PERIODS[:1])
    assert one.getrandbits(64) == other.getrandbits(64)


PERIOD = PERIODS[0]


@pytest.mark.parametrize("periods, message", [
    pytest.param((), "claims: expected at least one period, got none", id="no-period"),
    pytest.param(
        (replace(PERIOD, count=3),),
        "claims of 2018: expected at least 6 payouts of more than 100 yuan that add up to whole yuan, "
        "got 3 of 72000000 fen", id="too-few-cases"),
    pytest.param(
        (replace(PERIOD, total_fen=72_000_001),),
        "claims of 2018: expected at least 6 payouts of more than 100 yuan that add up to whole yuan, "
        "got 90 of 72000001 fen", id="odd-fen"),
    pytest.param(
        (replace(PERIOD, total_fen=100_000_00 + 89 * 100_00),),
        "claims of 2018: expected at least 6 payouts of more than 100 yuan that add up to whole yuan, "
        "got 90 of 10890000 fen", id="too-little-money"),
    pytest.param(
        (replace(PERIOD, paid_from=date(2018, 1, 25)),),
        "claims of 2018: expected payouts to begin 14 to 152 office days after 2018-01-01, "
        "got 11 (2018-01-25 to 2018-12-28)", id="paid-before-the-stay-ends"),
    pytest.param(
        (replace(PERIOD, total_fen=90 * 200_000_00),),
        "claims: expected at most 10000000 fen for one person, got ", id="above-the-sum-insured"),
])
def test_claims_reject(periods, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        invent_claims(rng=Random(1), terms=TERMS, periods=periods)
