"""Formulas that pay a benefit: every boundary, every reason, the steps to the letter."""

import pytest

from ledger.formulas import PAYING_KINDS
from ledger.strict import INTEGER_MAX
from tests.support.formulas import choice, outcome, paying, stopped

CONDITION = {"fact": "group", "reason": "not_in_group", "values": ["poor", 1, True]}


def indemnity(**members):
    return paying("indemnity", **({"base": {"fact": "left"}, "deductible": 0, "ratio_bp": 10000} | members))


def tiered(*tiers, readings=()):
    return paying("tiered", base={"fact": "left"}, tiers=list(tiers), readings=readings)


def came_to(stated, facts, **more):
    found = outcome(stated, facts, **more)
    return found.results["payable"], found.reason


# -- steps ------------------------------------------------------------------------------------------------------------


def test_the_steps_of_an_indemnity_in_order():
    stated = indemnity(conditions=[CONDITION], deductible=100, ratio_bp=5000, overlap=True, rounding="down",
                       caps=[{"amount": 300, "per": "year"}, {"amount": 1000, "per": "person"}])
    found = outcome(stated, {"group": "poor", "left": 1001, "total_bill": 2000, "mutual_paid": 900, "state_paid": 901},
                    used={"year": 50})
    assert found.results == {"payable": 199}
    assert found.reason is None
    assert found.steps == [
        {"clause": "conditions.0", "in": [], "name": "group", "op": "condition", "out": 1},
        {"clause": "base", "in": [1001], "name": "left", "op": "base", "out": 1001},
        {"clause": "deductible", "in": [1001, 100], "op": "deductible", "out": 901},
        {"clause": "ratio_bp", "in": [901, 5000], "op": "ratio", "out": 450},
        {"clause": "caps.0", "in": [450, 300, 50], "name": "year", "op": "cap", "out": 250},
        {"clause": "caps.1", "in": [250, 1000, 0], "name": "person", "op": "cap", "out": 250},
        {"clause": "overlap", "in": [250, 2000, 1801], "op": "overlap", "out": 199},
    ]


def test_the_steps_of_a_tier_with_a_limit():
    found = outcome(tiered({"pays": {"at_most": 80000, "ratio_bp": 5000}}), {"left": 500000})
    assert found.steps[1:] == [
        {"clause": "tiers.0", "in": [500000], "op": "tier", "out": 0},
        {"clause": "tiers.0.pays", "in": [500000, 5000], "op": "ratio", "out": 250000},
        {"clause": "tiers.0.pays", "in": [250000, 80000], "op": "at_most", "out": 80000},
    ]


def test_the_steps_of_a_stay():
    stated = paying("per_diem", day_count="inclusive", per_day=10000)
    assert outcome(stated, {"admitted_on": "2016-02-28", "discharged_on": "2016-03-01"}).steps == [
        {"clause": "day_count", "in": [], "name": "inclusive", "op": "days", "out": 3},
        {"clause": "per_day", "in": [3, 10000], "op": "multiply", "out": 30000},
    ]
    assert outcome(stated, {"days": 2}).steps[0] == {"clause": "day_count", "in": [], "name": "days", "op": "days",
                                                     "out": 2}  # fmt: skip


def test_the_steps_of_a_grade():
    stated = paying("lump_sum_by_grade", grades=[{"amount": 9, "grade": "1"}, {"amount": 5, "grade": "2"}], max=7)
    assert outcome(stated, {"grade": "1"}).steps == [
        {"clause": "grades", "in": [], "name": "grade", "op": "grade", "out": 9},
        {"clause": "max", "in": [9, 7], "op": "at_most", "out": 7},
    ]
    assert outcome(stated, {"assessed": 6, "grade": "1"}).steps == [
        {"clause": "grades", "in": [6], "name": "assessed", "op": "base", "out": 6},
        {"clause": "max", "in": [6, 7], "op": "at_most", "out": 6},
    ]
    assert came_to(stated, {"grade": "2"}) == (5, None)


def test_the_step_of_a_lump_sum():
    assert outcome(paying("lump_sum", amount=20000000), {}).steps == [
        {"clause": "amount", "in": [20000000], "op": "amount", "out": 20000000}
    ]


def test_every_kind_that_pays_is_here():
    assert set(PAYING_KINDS) == {"indemnity", "lump_sum", "lump_sum_by_grade", "per_diem", "tiered"}


# -- conditions -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("group,met", [
    pytest.param("poor", True, id="text"), pytest.param(1, True, id="integer"), pytest.param(True, True, id="true"),
    pytest.param("1", False, id="text-of-a-number"), pytest.param(0, False, id="other-integer"),
    pytest.param(False, False, id="false"), pytest.param(None, False, id="null"), pytest.param(1.0, False, id="float"),
])  # fmt: skip
def test_a_fact_is_one_of_the_values_of_its_own_type(group, met):
    found = outcome(paying("lump_sum", amount=5, conditions=[CONDITION]), {"group": group})
    assert found.steps[0] == {"clause": "conditions.0", "in": [], "name": "group", "op": "condition", "out": int(met)}
    assert (found.results["payable"], found.reason) == ((5, None) if met else (0, "not_in_group"))
    assert not found.open


@pytest.mark.parametrize("values,fact", [([1], True), ([True], 1), ([0], False), ([False], 0)])
def test_true_is_not_one(values, fact):
    stated = paying("lump_sum", amount=5, conditions=[CONDITION | {"values": values}])
    assert came_to(stated, {"group": fact}) == (0, "not_in_group")


def test_the_first_condition_that_is_not_met_gives_the_reason():
    second = {"fact": "listed", "reason": "not_listed", "values": None}
    stated = paying("lump_sum", amount=5, conditions=[CONDITION, second])
    assert came_to(stated, {}) == (0, "not_in_group")
    assert stopped(stated, {"group": "poor"}) == ("terms_incomplete", "conditions.1.values")
    assert len(outcome(stated, {"group": "poor"}).steps) == 1


# -- base -------------------------------------------------------------------------------------------------------------

FROM = {"fact": "left", "from": "total_bill", "less": ["a_paid", "b_paid"]}


@pytest.mark.parametrize("facts,result,step", [
    pytest.param({"left": 5}, (5, None), ("base", [5]), id="the-fact"),
    pytest.param({"left": 5, "total_bill": 9, "a_paid": 4}, (5, None), ("base", [5]), id="the-fact-as-it-must-be"),
    pytest.param({"left": 4, "total_bill": 9, "a_paid": 4}, (4, None), ("base", [4]), id="the-fact-below"),
    pytest.param({"total_bill": 9, "a_paid": 4, "b_paid": 3}, (2, None), ("subtract", [9, 4, 3]), id="worked-out"),
    pytest.param({"total_bill": 9, "b_paid": 3}, (6, None), ("subtract", [9, 0, 3]), id="one-absent"),
    pytest.param({"total_bill": 9, "a_paid": 9}, (0, "nothing_left"), ("subtract", [9, 9, 0]), id="nothing-left"),
    pytest.param({"total_bill": 9, "a_paid": 10}, (0, "nothing_left"), ("subtract", [9, 10, 0]), id="paid-above"),
    pytest.param({"left": 0, "total_bill": 9, "a_paid": 10}, (0, "nothing_left"), ("base", [0]), id="0-of-nothing"),
])  # fmt: skip
def test_the_base(facts, result, step):
    found = outcome(indemnity(base=FROM), facts)
    assert (found.results["payable"], found.reason) == result
    op, taken = step
    assert found.steps[0] == {"clause": "base", "in": taken, "name": "left", "op": op, "out": result[0]}


@pytest.mark.parametrize("facts,reason", [
    pytest.param({}, ("fact_missing", "left"), id="neither"),
    pytest.param({"left": None, "a_paid": 3}, ("fact_missing", "left"), id="null-is-absent"),
    pytest.param({"left": 6, "total_bill": 9, "a_paid": 4}, ("arithmetic_wrong", "left"), id="above-what-is-left"),
    pytest.param({"left": 1, "total_bill": 9, "a_paid": 10}, ("arithmetic_wrong", "left"), id="known-and-nothing-left"),
    pytest.param({"left": True}, ("fact_wrong", "left"), id="bool"),
    pytest.param({"left": 5.0}, ("fact_wrong", "left"), id="float"),
    pytest.param({"left": "5"}, ("fact_wrong", "left"), id="text"),
    pytest.param({"left": -1}, ("fact_wrong", "left"), id="negative"),
    pytest.param({"left": INTEGER_MAX + 1}, ("fact_wrong", "left"), id="too-great"),
    pytest.param({"total_bill": 9, "b_paid": False}, ("fact_wrong", "b_paid"), id="bool-among-less"),
])  # fmt: skip
def test_no_base(facts, reason):
    assert stopped(indemnity(base=FROM), facts) == reason


# -- indemnity --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("left,payable", [(99, 0), (100, 0), (101, 1)])
def test_the_deductible(left, payable):
    assert came_to(indemnity(deductible=100), {"left": left}) == (payable, None if payable else "nothing_left")


@pytest.mark.parametrize("rounding,payable", [
    # The half of 1, 3, 5, 7 and 9 ends in a half; 333 and 667 thousandths of 1 lie below it and above.
    pytest.param("down", [0, 1, 2, 3, 4, 0, 0], id="down"), pytest.param("up", [1, 2, 3, 4, 5, 1, 1], id="up"),
    pytest.param("half_up", [1, 2, 3, 4, 5, 0, 1], id="half-up"),
    pytest.param("half_even", [0, 2, 2, 4, 4, 0, 1], id="half-even"),
])  # fmt: skip
def test_rounding(rounding, payable):
    cases = [*((left, 5000) for left in (1, 3, 5, 7, 9)), (1, 3330), (1, 6670)]
    found = [outcome(indemnity(ratio_bp=ratio_bp, rounding=rounding), {"left": left}).results["payable"]
             for left, ratio_bp in cases]
    assert found == payable


def test_rounding_is_needed_only_where_there_is_a_rest():
    assert came_to(indemnity(ratio_bp=5000), {"left": 4}) == (2, None)
    assert stopped(indemnity(ratio_bp=5000), {"left": 5}) == ("terms_incomplete", "rounding")
    by_reading = choice("fraction", floor="down", ceiling="up")
    stated = indemnity(ratio_bp=5000, rounding=by_reading, readings={"fraction": "ceiling"})
    assert came_to(stated, {"left": 5}) == (3, None)


@pytest.mark.parametrize("clause", ["deductible", "ratio_bp"])
def test_a_clause_that_no_source_states_leaves_it_open(clause):
    assert stopped(indemnity(**{clause: None}), {"left": 5}) == ("terms_incomplete", clause)
    assert came_to(indemnity(**{clause: None}), {"left": 5}, assumed={clause: 0})[1] == (
        None if clause == "deductible" else "nothing_left")


# -- tiers ------------------------------------------------------------------------------------------------------------

EXACTLY = choice("exactly_1000", lower_tier=True, upper_tier=False)
OVER = choice("tier_over_1000", flat_800={"amount": 80000}, half_capped_800={"at_most": 80000, "ratio_bp": 5000})
SPECIAL = ({"including": EXACTLY, "pays": {"ratio_bp": 5000}, "up_to": 100000}, {"pays": OVER})


@pytest.mark.parametrize("left,exactly,over,payable", [
    pytest.param(99998, "lower_tier", "flat_800", 49999, id="below-1000"),
    pytest.param(100000, "lower_tier", "flat_800", 50000, id="exactly-1000-lower-flat"),
    pytest.param(100000, "lower_tier", "half_capped_800", 50000, id="exactly-1000-lower-half"),
    pytest.param(100000, "upper_tier", "flat_800", 80000, id="exactly-1000-upper-flat"),
    pytest.param(100000, "upper_tier", "half_capped_800", 50000, id="exactly-1000-upper-half"),
    pytest.param(100002, "lower_tier", "flat_800", 80000, id="above-1000-flat"),
    pytest.param(100002, "lower_tier", "half_capped_800", 50001, id="above-1000-half"),
    pytest.param(159998, "upper_tier", "half_capped_800", 79999, id="below-1600-half"),
    pytest.param(160000, "upper_tier", "half_capped_800", 80000, id="exactly-1600-half"),
    pytest.param(160002, "upper_tier", "half_capped_800", 80000, id="above-1600-half"),
    pytest.param(160000, "upper_tier", "flat_800", 80000, id="exactly-1600-flat"),
])  # fmt: skip
def test_tiers_under_each_reading(left, exactly, over, payable):
    stated = tiered(*SPECIAL, readings={"exactly_1000": exactly, "tier_over_1000": over})
    assert came_to(stated, {"left": left}) == (payable, None)


def test_a_reading_is_needed_only_where_it_matters():
    assert came_to(tiered(*SPECIAL), {"left": 99998}) == (49999, None)
    assert stopped(tiered(*SPECIAL), {"left": 100000}) == ("terms_incomplete", "tiers.0.including")
    assert stopped(tiered(*SPECIAL), {"left": 100001}) == ("terms_incomplete", "tiers.1.pays")
    # The tier was found before it was seen that nothing states what it pays.
    assert [step["op"] for step in outcome(tiered(*SPECIAL), {"left": 100001}).steps] == ["base", "tier"]


def test_a_reading_that_is_not_listed_states_nothing():
    stated = tiered(*SPECIAL, readings={"exactly_1000": "whichever"})
    assert stopped(stated, {"left": 100000}) == ("terms_incomplete", "tiers.0.including")


def test_tiers_may_be_a_choice_with_choices_inside():
    flat = [{"pays": {"amount": 3}}]
    stated = paying("tiered", base={"fact": "left"}, tiers=choice("which", scale=list(SPECIAL), flat=flat),
                   readings={"which": "scale", "tier_over_1000": "flat_800"})
    assert came_to(stated, {"left": 100001}) == (80000, None)
    assert came_to(stated | {"readings": {"which": "flat"}}, {"left": 1}) == (3, None)
    assert stopped(stated | {"readings": {}}, {"left": 1}) == ("terms_incomplete", "tiers")


def test_nothing_pays_nothing_whatever_its_tier():
    stated = paying("tiered", base={"fact": "left"}, tiers=None)
    found = outcome(stated, {"left": 0})
    assert (found.results, found.reason) == ({"payable": 0}, "nothing_left")
    assert [step["op"] for step in found.steps] == ["base"]


def test_the_number_of_the_first_tier_is_no_amount_of_0():
    stated = tiered({"pays": {"amount": 5}})
    stated["formulas"]["tiered"]["caps"] = [{"amount": 7, "per": "year"}]
    assert came_to(stated, {"left": 1}, used={"year": 7}) == (0, "cap_reached")


# -- grades and days --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("facts,reason", [
    pytest.param({}, ("fact_missing", "grade"), id="neither"),
    pytest.param({"grade": "3"}, ("grade_unknown", "grade"), id="not-listed"),
    pytest.param({"grade": 1}, ("fact_wrong", "grade"), id="number"),
    pytest.param({"grade": ""}, ("fact_wrong", "grade"), id="empty"),
    pytest.param({"grade": "1" * 101}, ("fact_wrong", "grade"), id="too-long"),
    pytest.param({"assessed": "6", "grade": "1"}, ("fact_wrong", "assessed"), id="assessed-as-text"),
])  # fmt: skip
def test_no_grade(facts, reason):
    assert stopped(paying("lump_sum_by_grade", grades=[{"amount": 9, "grade": "1"}], max=7), facts) == reason


def test_grades_or_a_maximum_that_no_source_states():
    stated = paying("lump_sum_by_grade", grades=None, max=None)
    assert stopped(stated, {"grade": "1"}) == ("terms_incomplete", "grades")
    assert stopped(stated, {}) == ("terms_incomplete", "grades")
    assert stopped(stated, {"assessed": 1}) == ("terms_incomplete", "max")
    assert came_to(stated, {"assessed": 0}, assumed={"max": 7}) == (0, "nothing_left")


@pytest.mark.parametrize("admitted,discharged,nights", [
    pytest.param("2016-02-28", "2016-03-01", 2, id="over-29-february"),
    pytest.param("2015-02-28", "2015-03-01", 1, id="no-29-february"),
    pytest.param("2016-01-01", "2016-12-31", 365, id="a-leap-year"),
    pytest.param("2016-05-05", "2016-05-05", 0, id="the-same-day"),
])  # fmt: skip
def test_days_in_hospital(admitted, discharged, nights):
    facts = {"admitted_on": admitted, "discharged_on": discharged}
    by_nights = paying("per_diem", day_count="nights", per_day=100)
    assert came_to(by_nights, facts) == (100 * nights, None if nights else "nothing_left")
    assert came_to(paying("per_diem", day_count="inclusive", per_day=100), facts) == (100 * (nights + 1), None)


def test_366_days_are_above_the_cap_of_a_year():
    """366 x 100.00 is 36,600.00, above the 36,500.00 of a year."""
    stated = paying("per_diem", day_count=None, per_day=10000, caps=[{"amount": 3650000, "per": "year"}])
    assert came_to(stated, {"days": 366}) == (3650000, None)
    assert came_to(stated, {"days": 365}) == (3650000, None)
    assert came_to(stated, {"days": 364}) == (3640000, None)
    assert came_to(stated, {"days": 12}, used={"year": 3600000, "person": 1}) == (50000, None)
    assert came_to(stated, {"days": 0}) == (0, "nothing_left")


@pytest.mark.parametrize("facts,reason", [
    pytest.param({}, ("fact_missing", "admitted_on"), id="nothing"),
    pytest.param({"admitted_on": "2016-05-05"}, ("fact_missing", "discharged_on"), id="not-discharged"),
    pytest.param({"admitted_on": "2015-02-29"}, ("fact_wrong", "admitted_on"), id="no-day"),
    pytest.param({"admitted_on": 20150301}, ("fact_wrong", "admitted_on"), id="a-number"),
    pytest.param({"admitted_on": "2016-05-05", "discharged_on": "2016-05-04"}, ("arithmetic_wrong", "discharged_on"),
                 id="discharged-before"),
    pytest.param({"admitted_on": "2016-05-05", "discharged_on": "2016-05-06"}, ("terms_incomplete", "day_count"),
                 id="no-reading"),
    pytest.param({"days": INTEGER_MAX}, ("arithmetic_wrong", "per_day"), id="too-many-days"),
])  # fmt: skip
def test_no_days(facts, reason):
    assert stopped(paying("per_diem", day_count=None, per_day=100), facts) == reason


# -- caps and overlap -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("used,result", [
    pytest.param(0, (300, None), id="nothing-used"), pytest.param(299, (1, None), id="one-left"),
    pytest.param(300, (0, "cap_reached"), id="used-up"), pytest.param(301, (0, "cap_reached"), id="more-than-all"),
])  # fmt: skip
def test_a_cap_and_what_was_used_of_it(used, result):
    stated = indemnity(caps=[{"amount": 300, "per": "policy"}])
    assert came_to(stated, {"left": 500}, used={"policy": used, "year": 1000}) == result


@pytest.mark.parametrize("cap,about", [({"amount": None, "per": "year"}, "caps.0.amount"),
                                       ({"amount": 5, "per": None}, "caps.0.per")])  # fmt: skip
def test_a_cap_that_no_source_states(cap, about):
    assert stopped(indemnity(caps=[cap]), {"left": 500}) == ("terms_incomplete", about)


@pytest.mark.parametrize("facts,result", [
    pytest.param({"left": 500}, (500, None), id="no-bill"),
    pytest.param({"left": 500, "total_bill": 500}, (500, None), id="nobody-paid"),
    pytest.param({"left": 500, "total_bill": 600, "a_paid": 60, "b_paid": 41}, (499, None), id="others-paid"),
    pytest.param({"left": 500, "total_bill": 600, "a_paid": 600}, (0, "bill_covered"), id="all-paid"),
    pytest.param({"left": 500, "total_bill": 600, "a_paid": 900}, (0, "bill_covered"), id="more-than-all-paid"),
    pytest.param({"left": 500, "total_bill": 600, "a_paid": None, "paid": 600}, (500, None), id="not-of-others"),
    pytest.param({"left": 0, "total_bill": 0}, (0, "nothing_left"), id="nothing-before"),
])  # fmt: skip
def test_all_that_is_paid_never_passes_the_bill(facts, result):
    assert came_to(indemnity(overlap=True), facts) == result
    assert came_to(indemnity(), facts) == (facts["left"], None if facts["left"] else "nothing_left")


def test_overlap_judges_the_type_of_what_was_paid():
    facts = {"left": 500, "total_bill": 600}
    assert stopped(indemnity(overlap=True), facts | {"a_paid": True}) == ("fact_wrong", "a_paid")
    assert stopped(indemnity(overlap=True), facts | {"total_bill": "600"}) == ("fact_wrong", "total_bill")
    much = {"a_paid": INTEGER_MAX, "b_paid": 1}
    assert stopped(indemnity(overlap=True), facts | much) == ("arithmetic_wrong", "overlap")


# -- what-if ----------------------------------------------------------------------------------------------------------


def test_an_assumption_fills_what_is_null_and_nothing_else():
    stated = indemnity(ratio_bp=None, deductible=100, caps=[{"amount": None, "per": "year"}])
    found = outcome(stated, {"left": 1100}, assumed={"cap": 400, "deductible": 5, "left": 3, "ratio_bp": 5000})
    assert (found.results, found.assumed) == ({"payable": 400}, ("cap", "ratio_bp"))
    assert stated == indemnity(ratio_bp=None, deductible=100, caps=[{"amount": None, "per": "year"}])


def test_an_assumption_fills_the_first_cap_alone():
    caps = [{"amount": None, "per": "year"}, {"amount": 200, "per": "policy"}]
    assert came_to(indemnity(caps=caps), {"left": 500}, assumed={"cap": 400}) == (200, None)
    second = indemnity(caps=caps[::-1])
    assert stopped(second, {"left": 500}, assumed={"cap": 400}) == ("terms_incomplete", "caps.1.amount")
    assert came_to(indemnity(), {"left": 500}, assumed={"cap": 400}) == (500, None)


def test_an_assumption_stands_for_a_choice_that_nobody_made():
    stated = indemnity(ratio_bp=choice("share", half=5000))
    assert outcome(stated, {"left": 10}, assumed={"ratio_bp": 1000}).results == {"payable": 1}
    made = stated | {"readings": {"share": "half"}}
    assert outcome(made, {"left": 10}, assumed={"ratio_bp": 1000}).results == {"payable": 5}
