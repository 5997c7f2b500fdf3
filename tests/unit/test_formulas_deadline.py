"""Deadlines of terms: which holds, how many days it gives, the due day, and how late."""

import pytest

from ledger.formulas import conditions_hold, deadline_for, tier_days
from tests.support.formulas import YEAR_2019, choice, outcome, results, stopped, terms

NEXT_DAY = {"amount": "decided", "id": "pay", "starts": "complete", "unit": choice("next_day", calendar="calendar_day"),
            "conditions": [{"fact": "group", "reason": "not_in_group", "values": ["poor"]}], "tiers": [{"days": 1}]}
TIERS = [{"below": 1000000, "days": 3, "including": choice("sla_exactly_10000", **{"3_days": True, "7_days": False})},
         {"below": 10000000, "days": 7, "including": True}, {"days": 10}]
IN_DAYS = {"amount": "decided", "conditions": [], "id": "pay", "starts": "complete", "tiers": TIERS,
           "unit": "working_day"}  # fmt: skip
OTHER = IN_DAYS | {"id": "open", "starts": "claim"}


def sla(*deadlines, **readings):
    return terms("deadline", duty="pay", deadlines=deadlines or (OTHER, NEXT_DAY, IN_DAYS), readings=readings)


@pytest.mark.parametrize("amount,reading,days", [
    pytest.param(999999, "3_days", 3, id="below-10000"), pytest.param(1000000, "3_days", 3, id="exactly-10000-lower"),
    pytest.param(1000000, "7_days", 7, id="exactly-10000-upper"), pytest.param(1000001, "3_days", 7, id="above-10000"),
    pytest.param(10000000, "3_days", 7, id="exactly-100000"), pytest.param(10000001, "3_days", 10, id="above-100000"),
])  # fmt: skip
def test_the_days_of_a_tier(amount, reading, days):
    stated = sla(sla_exactly_10000=reading)
    assert tier_days(stated, IN_DAYS, amount) == days
    found = outcome(stated, {"amount": amount, "complete_on": "2019-09-30"}, calendar=YEAR_2019)
    assert found.steps == [{"clause": "deadlines.2", "in": [amount], "op": "days", "out": days}]
    assert found.results["provisional"] is False


def test_days_that_the_terms_leave_open():
    assert tier_days(sla(), IN_DAYS, 1000000) is None
    assert tier_days(sla(), IN_DAYS | {"tiers": None}, 1) is None
    assert tier_days(sla(), IN_DAYS | {"tiers": [{"days": None}]}, 1) is None


@pytest.mark.parametrize("paid_on,late", [
    pytest.param("2019-10-10", 0, id="on-the-day"), pytest.param("2019-10-09", 0, id="before"),
    pytest.param("2019-10-11", 1, id="the-day-after"), pytest.param("2019-10-12", 2, id="a-saturday-that-is-worked"),
    pytest.param("2019-10-13", 2, id="a-sunday"),
])  # fmt: skip
def test_met_or_late(paid_on, late):
    facts = {"amount": 500000, "complete_on": "2019-09-30", "paid_on": paid_on}
    assert results(sla(), facts, calendar=YEAR_2019) == {
        "due_on": "2019-10-10", "provisional": False, "met": late == 0, "days_late": late,
    }  # fmt: skip


def test_without_a_calendar_it_is_provisional():
    facts = {"amount": 500000, "complete_on": "2019-09-30"}
    assert results(sla(), facts) == {"due_on": "2019-10-03", "provisional": True}


def test_the_first_deadline_whose_conditions_hold():
    facts = {"amount": 500000, "complete_on": "2019-09-30", "group": "poor"}
    stated = sla(next_day="calendar")
    assert results(stated, facts) == {"due_on": "2019-10-01", "provisional": False}
    assert deadline_for(stated, "pay", {"group": "poor"}) is stated["deadlines"][1]
    assert deadline_for(stated, "pay", {}) is stated["deadlines"][2]
    assert deadline_for(stated, "open", {}) is stated["deadlines"][0]
    assert deadline_for(stated, "answer", {}) is None


def test_no_deadline():
    found = outcome(sla(NEXT_DAY), {"paid_on": "2019-10-10"})
    assert (found.results, found.reason) == (
        {"due_on": None, "provisional": None, "met": None, "days_late": None}, "no_deadline")
    assert not found.open


def test_conditions_that_the_terms_leave_open():
    unknown = NEXT_DAY | {"conditions": [*NEXT_DAY["conditions"], {"fact": "ill", "reason": "not_ill", "values": None}]}
    facts = {"amount": 1, "complete_on": "2019-09-30", "group": "poor"}
    assert stopped(sla(unknown), facts) == ("terms_incomplete", "deadlines.0.conditions")
    assert deadline_for(sla(unknown), "pay", facts) is None
    assert conditions_hold(sla(), unknown["conditions"], facts) is None
    assert conditions_hold(sla(), unknown["conditions"], {}) is False
    assert conditions_hold(sla(), NEXT_DAY["conditions"], facts) is True


@pytest.mark.parametrize("change,reason", [
    pytest.param({"amount": None}, ("fact_missing", "amount"), id="no-amount"),
    pytest.param({"complete_on": None}, ("fact_missing", "complete_on"), id="no-day"),
    pytest.param({"paid_on": 5}, ("fact_wrong", "paid_on"), id="paid-on-a-number"),
    pytest.param({"complete_on": "9999-12-31"}, ("arithmetic_wrong", "complete_on"), id="past-the-last-day"),
    pytest.param({"amount": 1000000}, ("terms_incomplete", "deadlines.2.tiers.0.including"), id="no-reading-of-10000"),
    pytest.param({"group": "poor"}, ("terms_incomplete", "deadlines.1.unit"), id="no-reading-of-next-day"),
])  # fmt: skip
def test_no_due_day(change, reason):
    facts = {"amount": 500000, "complete_on": "2019-09-30"} | change
    assert stopped(sla(), facts, calendar=YEAR_2019) == reason
