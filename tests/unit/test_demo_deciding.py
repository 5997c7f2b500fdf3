"""Deciding: an office works out what the ledger works out, and does not decide what is open."""

from datetime import date

import pytest

from ledger.errors import ProofError
from node.demo.auditor import replayed
from node.demo.deciding import known_facts, work_out
from node.demo.founding import terms_of
from node.demo.proven import TrialBalance
from node.demo.yymz.casework import OTHER_READING, under_reading
from node.demo.yymz.script import load_script
from tests.support.programmes import ORIGIN, play_snow

SCRIPT = load_script()
TERMS = terms_of(SCRIPT.terms, SCRIPT.fillings, at=SCRIPT.terms_on.value)
FIRST_DAY = date(2019, 1, 1)
CLAIM = {
    "admitted": "2019-03-01", "benefits": ["special_major_disease"], "bill": 500_000,
    "facts": {"disease_listed": True, "eligible_residual": 120_000, "group": "低保户"},
    "prior": [{"amount": 370_000, "payer": "insurance"}], "residual": 130_000,
}  # fmt: skip


def test_what_is_known_of_a_claim():
    assert known_facts(CLAIM, policy_first_day=FIRST_DAY) == {
        "admitted_on": "2019-03-01", "disease_listed": True, "eligible_residual": 120_000, "group": "低保户",
        "insurance_paid": 370_000, "policy_first_day": "2019-01-01", "residual": 130_000, "total_bill": 500_000,
    }  # fmt: skip
    assert "total_bill" not in known_facts({**CLAIM, "bill": 0}, policy_first_day=FIRST_DAY)


def test_a_claim_is_worth_what_the_reading_says():
    worth = work_out(TERMS, CLAIM, policy_first_day=FIRST_DAY)
    other = work_out(under_reading(TERMS, OTHER_READING), CLAIM, policy_first_day=FIRST_DAY)
    assert (worth.amount, other.amount) == (800_00, 600_00)
    assert TERMS["readings"]["tier_over_1000"] == "flat_800"
    nobody = work_out(TERMS, CLAIM, policy_first_day=FIRST_DAY, facts={"group": "nobody"})
    assert nobody.amount == 0 and nobody.benefits[0]["reason"] == "not_in_group"


def test_two_benefits_stay_within_one_bill():
    terms = terms_of("snow.json", (), at=FIRST_DAY)
    claim = {
        "admitted": "2016-04-05", "benefits": ["accident_medical", "social_supplement"], "bill": 8_000_000,
        "facts": {"accident": "fall-1", "cause": "accident", "reasonable_cost": 3_000_000, "seriously_ill": True},
        "prior": [{"amount": 4_500_000, "payer": "social_insurance"}], "residual": 3_500_000,
    }  # fmt: skip
    worth = work_out(terms, claim, policy_first_day=FIRST_DAY)
    assert worth.by_benefit == {"accident_medical": 2_400_000, "social_supplement": 1_100_000}
    # What was decided before on the same accident takes from its room of 50,000.00.
    used = {"accident_medical": {"accident": 4_000_000}}
    assert work_out(terms, claim, policy_first_day=FIRST_DAY, used=used).by_benefit["accident_medical"] == 1_000_000


def test_an_open_claim_is_not_decided():
    lacks = {**CLAIM, "benefits": ["general"], "facts": {}}
    with pytest.raises(ValueError, match=r"^claim: general is open: fact_missing, assessed_loss$"):
        work_out(TERMS, lacks, policy_first_day=FIRST_DAY)


def test_a_row_that_no_trial_balance_holds_is_not_read():
    desk, _, _ = play_snow()
    rows = TrialBalance(replayed(desk.leaves, origin=ORIGIN, blobs=desk))
    assert rows.account("fund/snow/government") == (300_000_000, 300_000_000)
    with pytest.raises(ProofError, match=rf"^trial balance {rows.index}: accounts has no row own/nobody$"):
        rows.row("accounts", "own/nobody")
