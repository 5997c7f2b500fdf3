"""The input of a worked example: what becomes a fact, a reading, what was paid before, and what is told as not used."""

import json
from typing import Any

import pytest

from node.authoring.case import make_case
from node.authoring.readings import by_reading, chosen_readings
from node.authoring.roundings import rounding_named
from node.authoring.synonyms import PAID_EARLIER
from node.errors import NodeError
from tests.support.sources import text


def terms(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(text(f"node/terms/{name}.json"))
    return loaded


YYMZ, SNOW, DLZ, MARKET = terms("yymz"), terms("snow"), terms("dlz"), terms("market")


def case(of, formula, given, *, presume=False, **chosen):
    return make_case(of, formula, given, readings=chosen, presume=presume)


def notes(made):
    return [(note.key, *note.names) for note in made.notes]


def test_a_final_fen_is_no_part_of_a_name_not_inside_arrays_either():
    made = case(MARKET, "card", {"purchases": [{"category": "staples", "market_value_fen": 5}], "carried_over_fen": 3})
    assert made.facts == {"purchases": [{"category": "staples", "market_value": 5}], "carried_over": 3}
    assert made.notes == []


def test_null_is_absent_and_is_not_told():
    made = case(SNOW, "accident_death", {"cause": None, "place": None})
    assert (made.facts, made.notes) == ({}, [])


def test_what_nothing_uses_is_told():
    made = case(YYMZ, "premium", {"registered_population": 3, "county": "x"})
    assert made.facts == {"registered_population": 3}
    assert notes(made) == [("not_used", "county")]


def test_a_synonym_counts_where_the_name_itself_is_absent():
    assert case(DLZ, "inpatient", {"self_paid_residual_fen": 5}).facts == {"residual": 5}
    assert notes(case(DLZ, "inpatient", {"self_paid_residual_fen": 5})) == [
        ("taken_as", "self_paid_residual", "residual")]  # fmt: skip
    both = case(DLZ, "inpatient", {"self_paid_residual_fen": 5, "residual_fen": 6})
    assert both.facts == {"residual": 6}
    assert notes(both) == [("not_used", "self_paid_residual")]


def test_an_input_is_taken_once():
    """`reasonable_cost` is another name for the bill only where no fact has this name."""
    assert case(SNOW, "accident_medical", {"reasonable_cost": 5}).facts == {"reasonable_cost": 5}
    assert case(SNOW, "social_supplement", {"reasonable_cost": 5}).facts == {"total_bill": 5}


def test_the_bill_stands_for_the_cost_and_stays_the_bill():
    made = case(SNOW, "accident_medical", {"total_bill": 9, "social_insurance_paid": 2})
    assert made.facts == {"total_bill": 9, "reasonable_cost": 9, "social_insurance_paid": 2}
    assert notes(made) == [("taken_as", "total_bill", "reasonable_cost")]


def test_the_cost_stands_for_a_bill_that_is_not_given_where_others_paid():
    made = case(SNOW, "accident_medical", {"reasonable_cost": 9, "social_insurance_paid": 2})
    assert made.facts == {"reasonable_cost": 9, "social_insurance_paid": 2, "total_bill": 9}
    assert notes(made) == [("taken_as", "reasonable_cost", "total_bill")]
    assert case(SNOW, "accident_medical", {"reasonable_cost": 9}).facts == {"reasonable_cost": 9}
    # What is left after others paid is no bill.
    assert "total_bill" not in case(DLZ, "inpatient", {"residual": 9, "insurance_paid": 2}).facts


@pytest.mark.parametrize(("given", "amount"), [
    pytest.param({"claimed": 9, "decided": 5}, {"claimed_until_decided": 5, "decided": 5}, id="decided"),
    pytest.param({"claimed": 9}, {"claimed_until_decided": 9, "decided": None}, id="only-claimed"),
])  # fmt: skip
def test_the_amount_of_a_deadline_is_the_one_that_the_terms_go_by(given, amount):
    for reading, wanted in amount.items():
        assert case(YYMZ, "sla", given, sla_amount=reading).facts.get("amount") == wanted


def test_a_clause_that_is_null_is_filled_and_told():
    made = case(DLZ, "inpatient", {"residual": 5, "ratio_bp": 5000})
    assert made.assumed == {"ratio_bp": 5000}
    assert notes(made) == [("hypothetical", "ratio_bp", "5000")]


def test_a_clause_that_is_only_assumed_gives_way():
    made = case(DLZ, "inpatient", {"residual": 5, "deductible_fen": 3})
    assert made.assumed == {"deductible": 3}
    assert made.terms["formulas"]["inpatient"]["deductible"] is None
    assert DLZ["formulas"]["inpatient"]["deductible"] == 0


def test_a_clause_that_is_published_stays():
    made = case(SNOW, "accident_medical", {"reasonable_cost": 5, "ratio_bp": 1, "cap_fen": 7})
    assert made.assumed == {}
    assert notes(made) == [("stated", "ratio_bp", "8000"), ("stated", "cap", "5000000")]
    assert case(SNOW, "accident_medical", {"reasonable_cost": 5, "ratio_bp": 8000}).notes == []


@pytest.mark.parametrize(("of", "formula", "given", "used"), [
    pytest.param(DLZ, "inpatient", {"paid_earlier_fen": 5}, {"policy": 5}, id="not-said-when"),
    pytest.param(DLZ, "inpatient", {"paid_earlier_this_year": 5}, {"policy": 5}, id="a-policy-is-a-year"),
    pytest.param(SNOW, "hospital_allowance", {"paid_earlier_this_year_fen": 5}, {"year": 5}, id="year"),
    pytest.param(SNOW, "hospital_allowance", {"paid_earlier": 5}, {"year": 5}, id="not-said-when-by-year"),
    pytest.param(SNOW, "accident_medical", {"already_paid": 5}, {"accident": 5}, id="not-said-when-by-accident"),
    pytest.param(SNOW, "hospital_allowance", {"paid_this_year_fen": None}, {}, id="null"),
    pytest.param(SNOW, "accident_medical", {"paid_earlier_this_year": 5}, {}, id="another-period"),
    pytest.param(SNOW, "accident_medical", {"paid_earlier_same_accident": 5}, {"accident": 5}, id="accident"),
    pytest.param(SNOW, "accident_medical", {"paid_earlier_other_accident": 5}, {}, id="other-accident"),
    pytest.param(YYMZ, "special_major_disease", {"paid_earlier": 5}, {}, id="a-claim-is-new"),
])  # fmt: skip
def test_what_was_paid_before(of, formula, given, used):
    made = case(of, formula, given)
    assert made.used == used
    # What counts to no cap is told; null is nothing.
    assert notes(made) == [("not_used", name) for name, amount in given.items() if not used and amount is not None]


def test_what_was_paid_in_which_year():
    given = {"paid_earlier_this_calendar_year": 5, "paid_earlier_this_policy_year": 7}
    assert case(SNOW, "hospital_allowance", given, year="calendar").used == {"year": 5}
    assert case(SNOW, "hospital_allowance", given, year="policy").used == {"year": 7}


@pytest.mark.parametrize(("stay", "used", "left"), [
    pytest.param("admission", {"year": 5}, "paid_earlier_in_2017", id="admission"),
    pytest.param("discharge", {"year": 7}, "paid_earlier_2016", id="discharge"),
])  # fmt: skip
def test_what_was_paid_in_a_year_that_is_named(stay, used, left):
    given = {"admission_date": "2016-12-30", "discharged_on": "2017-01-02", "paid_earlier_2016_fen": 5,
             "paid_earlier_in_2017_fen": 7}  # fmt: skip
    made = case(SNOW, "hospital_allowance", given, stay_over_period=stay)
    assert made.used == used
    assert notes(made)[-1] == ("not_used", left)


def test_what_was_paid_is_an_amount():
    with pytest.raises(NodeError, match=r"^paid_earlier: expected an amount, got '5'"):
        case(DLZ, "inpatient", {"paid_earlier": "5"})
    assert "paid" not in PAID_EARLIER


def test_only_examples_presume_and_only_what_is_not_mentioned():
    assert case(SNOW, "accident_medical", {"reasonable_cost": 5}).facts == {"reasonable_cost": 5}
    made = case(SNOW, "accident_medical", {"reasonable_cost": 5}, presume=True)
    assert made.facts["cause"] == "accident"
    assert notes(made) == [("presumed", "cause", "accident")]
    assert case(SNOW, "accident_medical", {"cause": None}, presume=True).facts == {}
    # Of several groups none is presumed.
    assert case(YYMZ, "special_major_disease", {}, presume=True).facts == {"disease_listed": True}


def test_a_deadline_of_one_tier_needs_no_amount():
    assert case(YYMZ, "sla", {"group": "孤儿"}, presume=True).facts == {"group": "孤儿", "amount": 0}
    assert case(YYMZ, "sla", {}, presume=True).facts == {}


def test_households_and_weights():
    diary = terms("diary")
    assert case(diary, "one_to_many", {"households": ["A", "B"], "weights": {"B": 2, "A": 1}}).facts == {
        "households": ["A", "B"], "weights": [1, 2]}  # fmt: skip
    rows = [{"household": "A", "weight": 1}, {"household": "B", "weight": 2}]
    assert case(diary, "one_to_many", {"households": rows, "split": "by_weight"}).facts == {
        "households": ["A", "B"], "weights": [1, 2]}  # fmt: skip


@pytest.mark.parametrize(("said", "name"), [
    ("floor", "down"), ("rounded down to the fen", "down"), ("round up", "up"), ("ceiling", "up"),
    ("ROUND_DOWN", "down"), ("towards zero", "down"), ("supply", None),
    ("half up", "half_up"), ("half-even", "half_even"), ("四舍五入", "half_up"), ("向下取整", "down"),
    ("largest remainder, ties in listed order", None), (None, None), (7, None),
    ("rounded down; half up would be more", "down"), ("half up, not down", "half_up"), ("half down", None),
    ("up to two places, rounded down", "down"), ("rounded up to the next fen", "up"),
    ("to the nearest fen", "half_up"), ("nearest, half to even", "half_even"), ("nearest, half down", None),
])  # fmt: skip
def test_rounding(said, name):
    assert rounding_named(said) == name


@pytest.mark.parametrize(("given", "by_accident", "by_year"), [
    pytest.param({"paid_earlier_this_year": 5, "same_accident": True}, {"accident": 5}, {"year": 5}, id="same"),
    pytest.param({"paid_earlier_this_year": 5, "same_accident": False}, {}, {"year": 5}, id="another"),
    pytest.param({"paid_earlier": 5, "same_accident": False}, {}, {"year": 5}, id="another-some-time"),
    pytest.param({"paid_earlier_for_other_accident": 5}, {}, {"year": 5}, id="for-another"),
])  # fmt: skip
def test_what_was_paid_for_the_same_accident(given, by_accident, by_year):
    cap = "accident_medical_cap_period"
    assert case(SNOW, "accident_medical", given, **{cap: "per_accident"}).used == by_accident
    assert case(SNOW, "accident_medical", given, **{cap: "per_year"}).used == by_year


def test_a_rounding_is_told_whether_it_is_used_or_not():
    def told(of, formula, rounding):
        return notes(make_case(of, formula, {}, readings={}, rounding=rounding, presume=False))

    assert told(YYMZ, "special_major_disease", "half up") == [("rounding", "half_up")]
    assert told(YYMZ, "special_major_disease", "as usual") == [("not_used", "rounding")]
    # A share is rounded down, whatever an example says; an allotment goes by the largest remainders.
    assert told(DLZ, "claims_share", "half up") == [("not_used", "rounding")]
    assert told(DLZ, "claims_share", "down") == []
    assert told(terms("diary"), "one_to_many", "largest remainder") == []


def test_who_is_in_a_group_is_in_one_of_those_named():
    made = case(YYMZ, "sla", {"special_group": True})
    assert made.facts["group"] == "农村建档立卡贫困户"
    assert notes(made) == [("taken_as", "special_group = true", "group = 农村建档立卡贫困户")]
    assert "group" not in case(YYMZ, "sla", {"special_group": False}).facts
    assert case(YYMZ, "sla", {"special_group": "孤儿"}).facts["group"] == "孤儿"
    assert case(YYMZ, "special_major_disease", {"disease_on_list": True}).facts["disease_listed"] is True


def test_payers_under_other_names_are_taken_off_and_others_count_to_the_bill():
    made = case(DLZ, "inpatient", {"total_bill": 9, "medical_aid_paid_fen": 1, "charity_paid_fen": 2})
    assert made.facts == {"total_bill": 9, "medical_assistance_paid": 1, "charity_paid": 2}
    assert notes(made) == [("taken_as", "medical_aid_paid", "medical_assistance_paid"), ("only_bill", "charity_paid")]
    assert notes(case(DLZ, "inpatient", {"residual": 9, "charity_paid_fen": 2})) == []


def test_purchases_by_category_and_categories_as_printed():
    assert case(MARKET, "card", {"purchases": {"vegetables_fen": 5}}).facts == {
        "purchases": [{"category": "vegetables", "market_value": 5}]}  # fmt: skip
    rows = [{"category": "蔬菜", "value": 5}, {"category": "书", "market_value": 1}]
    made = case(MARKET, "card", {"purchases": rows})
    assert [row["category"] for row in made.facts["purchases"]] == ["vegetables", "书"]
    assert notes(made) == [("taken_as", "蔬菜", "vegetables")]
    assert case(MARKET, "card", {"purchases": 5}).facts == {"purchases": 5}


def test_gifts_to_one_household_are_put_together():
    diary = terms("diary")
    made = case(diary, "one_to_many", {"gifts_fen": [5, 7], "household": "A"})
    assert made.facts == {"gift": 12, "households": ["A"]}
    assert notes(made) == [("taken_as", "gifts", "gift"), ("taken_as", "household", "households")]
    assert case(diary, "one_to_many", {"gifts": {"x": 5}, "households": {"A": 1, "B": 3}}).facts == {
        "gift": 5, "households": ["A", "B"], "weights": [1, 3]}  # fmt: skip
    assert "gift" not in case(diary, "one_to_many", {"gifts": [5, None]}).facts
    people = [{"id": "A", "persons": 1}, {"id": "B", "persons": 3}]
    assert case(diary, "one_to_many", {"households": people}).facts["weights"] == [1, 3]
    assert "weights" not in case(diary, "one_to_many", {"households": people, "split": "equal"}).facts


@pytest.mark.parametrize("households", [True, 5, [[1]], [{"id": []}], [{}], None])
def test_households_of_another_form_do_no_harm(households):
    made = case(terms("diary"), "one_to_many", {"households": households, "weights": {"A": 1}})
    assert set(made.facts) <= {"households", "weights"}


def test_rounding_is_put_into_the_formula_of_this_case_alone():
    made = make_case(YYMZ, "special_major_disease", {}, readings={}, rounding="half up", presume=False)
    assert made.terms["formulas"]["special_major_disease"]["rounding"] == "half_up"
    assert YYMZ["formulas"]["special_major_disease"]["rounding"] == "down"


# -- readings ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("spelled", "chosen"), [
    pytest.param(None, {}, id="none"),
    pytest.param({"tier_over_1000": "flat_800"}, {"tier_over_1000": "flat_800"}, id="object"),
    pytest.param("tier_over_1000=flat_800", {"tier_over_1000": "flat_800"}, id="pair"),
    pytest.param("tier_over_1000 = flat_800", {"tier_over_1000": "flat_800"}, id="spaces"),
    pytest.param("tier_over_1000: flat_800", {"tier_over_1000": "flat_800"}, id="colon"),
    pytest.param("flat_800", {"tier_over_1000": "flat_800"}, id="alone"),
    pytest.param("flat_800,upper_tier", {"tier_over_1000": "flat_800", "exactly_1000": "upper_tier"}, id="comma"),
    pytest.param("flat_800 & upper_tier;", {"tier_over_1000": "flat_800", "exactly_1000": "upper_tier"}, id="others"),
    pytest.param("flat_800 and upper_tier", {"tier_over_1000": "flat_800", "exactly_1000": "upper_tier"}, id="and"),
    pytest.param("insurer", {"risk": "insurer"}, id="stated-and-in-no-clause"),
    pytest.param(["flat_800", {"exactly_1000": "upper_tier"}],
                 {"tier_over_1000": "flat_800", "exactly_1000": "upper_tier"}, id="array"),
])  # fmt: skip
def test_readings_as_people_write_them(spelled, chosen):
    assert chosen_readings(spelled, terms=YYMZ, formula="special_major_disease") == chosen


def test_a_reading_may_be_a_number():
    assert chosen_readings({"age_min": 18}, terms=DLZ, formula="eligibility") == {"age_min": "18"}
    assert chosen_readings(20, terms=DLZ, formula="eligibility") == {"age_min": "20"}


@pytest.mark.parametrize(("spelled", "message"), [
    pytest.param("flat_900", "readings: no ambiguity of yymz has the reading flat_900", id="unknown"),
    pytest.param("7_days", "readings: 7_days is a reading of sla_exactly_10000 and of sla_exactly_100000", id="of-two"),
    pytest.param(True, "readings: expected a reading's name, got True", id="no-name"),
])  # fmt: skip
def test_readings_that_cannot_be_told(spelled, message):
    with pytest.raises(NodeError) as raised:
        chosen_readings(spelled, terms=YYMZ, formula="sla")
    assert str(raised.value).startswith(message)


def test_the_formula_tells_which_ambiguity_is_meant():
    both = json.loads(json.dumps(YYMZ).replace('"is": "calendar_day", "name": "calendar"',
                                               '"is": "calendar_day", "name": "flat_800"'))
    assert chosen_readings("flat_800", terms=both, formula="sla") == {"next_day": "flat_800"}
    assert chosen_readings("flat_800", terms=both, formula="special_major_disease") == {"tier_over_1000": "flat_800"}


@pytest.mark.parametrize(("expected", "readings"), [
    pytest.param({"3_days": 1, "7_days": 2},
                 [({"sla_exactly_10000": "3_days"}, 1), ({"sla_exactly_10000": "7_days"}, 2)],
                 id="together-they-tell"),
    pytest.param({"next_day": {"calendar": 1, "working": 2}},
                 [({"next_day": "calendar"}, 1), ({"next_day": "working"}, 2)],
                 id="ambiguity-as-key"),
    pytest.param({"next_day=working": 1, "10_days": 2},
                 [({"next_day": "working"}, 1), ({"sla_exactly_100000": "10_days"}, 2)],
                 id="mixed"),
    pytest.param([{"readings": {"next_day": "working"}, "expected": 1}, {"reading": "calendar", "due_on": 2}],
                 [({"next_day": "working"}, 1), ({"next_day": "calendar"}, {"due_on": 2})], id="array"),
])  # fmt: skip
def test_expected_by_reading(expected, readings):
    assert by_reading(expected, terms=YYMZ, formula="sla") == readings


@pytest.mark.parametrize(("expected", "message"), [
    pytest.param(5, "expected_by_reading: expected an object, got 5", id="no-object"),
    pytest.param([5], "expected_by_reading: expected objects, got 5", id="no-objects"),
])  # fmt: skip
def test_expected_by_reading_of_another_form(expected, message):
    with pytest.raises(NodeError, match=message):
        by_reading(expected, terms=YYMZ, formula="sla")


def test_a_member_named_like_an_ambiguity_chooses_its_reading():
    assert case(DLZ, "eligibility", {"age": 19, "age_min": 20}).terms["readings"]["age_min"] == "20"


def test_a_reading_of_what_no_clause_uses_is_told():
    assert notes(case(YYMZ, "premium", {"registered_population": 1, "reading": "disease_term=重病"})) == [
        ("not_used", "disease_term=重病")]  # fmt: skip


def test_a_formula_that_is_not_there():
    with pytest.raises(NodeError, match=r"terms of dlz, version 2: no formula card\n  It has claims_share, "):
        case(DLZ, "card", {})
