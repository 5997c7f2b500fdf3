"""Worked examples held beside what the terms come to: what agrees, what differs, what cannot be worked out."""

import json
from pathlib import Path
from typing import Any

import pytest

from ledger.formulas import Outcome
from node import cli
from node.authoring.examples import compare, try_example
from node.authoring.library import load_library
from tests.support.sources import ROOT

LIBRARY = load_library([])
PREMIUM: dict[str, Any] = {"id": "e", "programme": "yymz", "rule": "premium", "input": {"registered_population": 3},
                           "expected": {"premium_fen": 300}}  # fmt: skip


def tried(**changes):
    return try_example({**PREMIUM, **changes}, LIBRARY)


def test_one_that_agrees():
    assert tried().ok
    assert tried(expected={"premium": 300, "reason": None}).ok
    assert tried(expected=300).ok


@pytest.mark.parametrize("expected", [
    pytest.param({"premium_fen": 301}, id="another-amount"),
    pytest.param({"premium_fen": None}, id="null"),
    pytest.param({"premium_fen": "300"}, id="text"),
    pytest.param({"premium_fen": 300, "persons": 3}, id="what-the-outcome-does-not-have"),
    pytest.param({"premium_fen": 300, "persons": None}, id="null-that-the-outcome-does-not-have"),
    pytest.param({"premium_fen": 300, "reason": "cap_reached"}, id="reason"),
    pytest.param({}, id="nothing-expected"),
])  # fmt: skip
def test_one_that_differs(expected):
    one = tried(expected=expected)
    assert not one.ok
    assert one.error == ""


def test_true_is_not_one():
    outcome = Outcome({"met": True, "shares": {"A": 1}}, None, [])
    assert [one.agrees for one in compare(outcome, {"met": 1, "shares_fen": {"A": True}})] == [False, False]
    assert [one.agrees for one in compare(outcome, {"met": True, "shares_fen": {"A": 1}})] == [True, True]


@pytest.mark.parametrize(("changes", "message"), [
    pytest.param({"programme": "nowhere"}, "no terms of programme nowhere are loaded", id="programme"),
    pytest.param({"rule": "nothing"}, "terms of yymz, version 1: no formula nothing", id="rule"),
    pytest.param({"rule": {"a": 1}}, "rule: expected the name of a formula, got {'a': 1}", id="rule-of-another-form"),
    pytest.param({"rule": []}, "terms of yymz, version 1: no formula []", id="rule-of-none"),
    pytest.param({"rule": "top_up"}, "terms of yymz, version 1: no formula top_up", id="rule-of-another-programme"),
    pytest.param({"rule": "premium+general"}, "rule: expected one formula, or several different ones that pay",
                 id="rules-that-do-not-pay"),
    pytest.param({"rule": ["general", "general"]}, "rule: expected one formula, or several", id="rule-twice"),
    pytest.param({"input": {"registered_population": 1, "registered_population_fen": 2}},
                 "input: expected registered_population or registered_population_fen, got both", id="name-twice"),
    pytest.param({"input": [1]}, "input: expected an object, got [1]", id="input"),
    pytest.param({"reading": "nobody"}, "readings: no ambiguity of yymz has the reading nobody", id="reading"),
    pytest.param({"programme": "dlz", "rule": "inpatient", "input": {"residual": 1, "ratio_bp": 10_001}},
                 "assumed: ", id="hypothetical-out-of-range"),
    pytest.param({"programme": "wuhou_diary", "rule": "one_to_many", "input": {}, "expected_by_reading": {"a": 1}},
                 "readings: no ambiguity of wuhou-diary has the reading a", id="reading-of-nothing"),
])  # fmt: skip
def test_one_that_cannot_be_worked_out(changes, message):
    one = tried(**changes)
    assert not one.ok
    assert one.error.startswith(message)


def test_a_verdict_tells_apart_what_differs_and_what_cannot_be_told():
    assert tried().verdict == "ok"
    assert tried(expected={"premium_fen": 301}).verdict == "differs"
    assert tried(rule="nothing").verdict == "cannot_tell"
    assert tried(expected={}).verdict == "cannot_tell"


def test_an_id_stands_once(tmp_path, capsys):
    given = write(tmp_path / "x.json", file_of(PREMIUM, {**PREMIUM, "expected": {"premium_fen": 1}}))
    assert cli.main(["terms", "examples", given]) == 1
    said = capsys.readouterr().out
    assert "id: expected one that no other example has, got 'e' a second time" in said
    assert "2 examples: 1 ok, 0 differ, 1 cannot be told" in said


def test_a_rule_under_another_name_is_told():
    one = tried(programme="dlz", rule="top_up", input={"invested": 100, "paid": 95}, expected={"top_up": 5})
    assert one.ok
    assert [(note.key, *note.names) for note in one.runs[0].notes] == [("taken_as", "top_up", "rollover")]


def test_benefits_on_one_bill_are_worked_out_one_after_another():
    given = {"total_bill": 1000, "social_insurance_paid": 100, "seriously_ill": True}
    wanted = {"accident_medical": 800, "social_supplement_payable": 100, "total": 900, "reason": None}
    rule = "accident_medical, social_supplement"
    assert tried(programme="wuhou_snow", rule=rule, input=given, expected=wanted).ok
    ill = {"accident_medical": 0, "social_supplement": 900, "payable": 900}
    assert tried(programme="wuhou_snow", rule=rule, input={**given, "cause": "illness"}, expected=ill).ok
    # Where one of them cannot be worked out, no sum can.
    unknown = {"accident_medical": None, "payable": None, "reason": "fact_missing"}
    given = {"social_insurance_paid": 100, "seriously_ill": True}
    assert tried(programme="wuhou_snow", rule=rule, input=given, expected=unknown).ok
    nothing = {"payable": 0, "reason": "not_seriously_ill"}
    given = {"total_bill": 5, "seriously_ill": False, "cause": "illness"}
    assert tried(programme="wuhou_snow", rule=rule, input=given, expected=nothing).ok


STAY = {"admitted_on": "2016-12-30", "discharged_on": "2017-01-02"}
SPLIT = {"day_count": "nights", "stay_over_period": "split", "year": "calendar"}


@pytest.mark.parametrize(("given", "readings", "payable"), [
    pytest.param({}, {}, 30_000, id="two-nights-and-one"),
    pytest.param({}, {"day_count": "inclusive"}, 40_000, id="two-days-and-two"),
    pytest.param({"paid_earlier_2016": 3_640_000}, {}, 20_000, id="first-year-nearly-full"),
    pytest.param({"paid_earlier_2017": 3_650_000}, {}, 20_000, id="second-year-full"),
    pytest.param({"paid_earlier": {"2016": 3_640_000, "2017": 3_650_000}}, {}, 10_000, id="both-by-year"),
    pytest.param({"paid_earlier_this_year": 3_640_000}, {}, 20_000, id="this-year-is-that-of-admission"),
    pytest.param({"paid_earlier_2016": 3_650_000}, {"year": "policy"}, 30_000, id="a-calendar-year-is-no-policy-year"),
    pytest.param({"paid_earlier_this_policy_year": 3_640_000}, {"year": "policy"}, 10_000, id="policy-year-not-split"),
])  # fmt: skip
def test_a_stay_over_the_turn_of_the_year_that_is_split(given, readings, payable):
    one = tried(programme="wuhou_snow", rule="hospital_allowance", input={**STAY, **given}, readings=SPLIT | readings,
                expected={"payable": payable})
    assert one.ok, one.runs


def test_a_cost_is_not_told_apart_by_years():
    given = {**STAY, "total_bill": 500, "seriously_ill": True}
    one = tried(programme="wuhou_snow", rule="social_supplement", input=given, readings=SPLIT, expected=500)
    assert one.error.startswith("stay_crosses_year: a cost is not told apart")
    assert tried(programme="wuhou_snow", rule="social_supplement", input=given, expected=500).ok
    given["discharged_on"] = "2016-12-31"
    assert tried(programme="wuhou_snow", rule="social_supplement", input=given, readings=SPLIT, expected=500).ok


def test_what_a_month_leaves_of_the_subsidy():
    given = {"purchases": [{"category": "vegetables", "market_value": 5000}]}
    by = {"lapses": {"subsidy_left": 3000, "carried_to_next_month": 0},
          "carries_over": {"subsidy_left": 3000, "carried_over": 3000}}
    assert tried(programme="wuhou_market", rule="card", input=given, expected=None, expected_by_reading=by).ok
    assert not tried(programme="wuhou_market", rule="card", input=given, expected={"subsidy_left": 0}).ok


def test_a_rounding_may_stand_where_a_reading_does():
    given = {"eligible_residual": 1, "group": "孤儿", "disease_listed": True}
    by = {"down": 0, "half_up": 1}
    one = tried(rule="special_major_disease", input=given, expected=None, expected_by_reading=by)
    assert one.ok
    assert [run.readings for run in one.runs] == [{"rounding": "down"}, {"rounding": "half_up"}]
    by = {"rounding=half_even": 0, "rounding=up": 1}
    assert tried(rule="special_major_disease", input=given, expected=None, expected_by_reading=by).ok


def test_an_example_that_is_no_object():
    assert try_example(5, LIBRARY).error == "expected an object, got 5"


def test_every_reading_is_a_run_of_its_own():
    given = {"eligible_residual": 120_000, "group": "孤儿", "disease_listed": True}
    one = tried(rule="special_major_disease", input=given, reading="lower_tier", expected={"payable": 80_000},
                expected_by_reading={"half_capped_800": 60_000})
    assert one.ok
    assert [run.readings for run in one.runs] == [
        {"exactly_1000": "lower_tier"},
        {"exactly_1000": "lower_tier", "tier_over_1000": "half_capped_800"},
    ]


def test_null_beside_readings_expects_nothing():
    given = {"amount": 1_000_000, "complete_on": "2019-09-30"}
    one = tried(rule="sla", input=given, expected=None, expected_by_reading={"3_days": {"due_on": "2019-10-10"},
                                                                            "7_days": {"due_on": "2019-10-15"}})
    assert one.ok
    assert len(one.runs) == 2
    assert tried(programme="dlz", rule="inpatient", input={"residual": 1}, expected=None).ok


@pytest.mark.parametrize(("day", "version"), [
    pytest.param("2016-01-01", 2, id="before-the-first"), pytest.param("2017-09-01", 1, id="first"),
    pytest.param("2018-01-01", 2, id="first-day-of-the-second"),
])  # fmt: skip
def test_the_version_of_the_day(day, version):
    for name in ("admitted_on", "admission_date"):
        one = tried(programme="dlz", rule="eligibility", input={"age": 19, name: day},
                    expected={"eligible_by_age": version == 2})
        assert one.ok
        assert [run.version for run in one.runs] == [version]


def write(path: Path, value: Any) -> str:
    path.write_text(json.dumps(value), "utf-8")
    return str(path)


def file_of(*examples):
    return {"schema": "charity-ledger/worked-examples", "version": 1, "examples": list(examples)}


def test_exit_status(tmp_path, capsys):
    right = write(tmp_path / "right.json", file_of(PREMIUM))
    wrong = write(tmp_path / "wrong.json", file_of(PREMIUM, {**PREMIUM, "id": "f", "expected": {"premium_fen": 1}}))
    assert cli.main(["terms", "examples", right]) == 0
    assert cli.main(["terms", "examples", wrong, "--json"]) == 1
    said = json.loads(capsys.readouterr().out.split("\n")[-2])
    assert (said["ok"], said["differ"], said["cannot_tell"]) == (1, 1, 0)
    assert said["examples"][1]["runs"][0]["compared"] == [
        {"agrees": False, "expected": 1, "got": 300, "name": "premium"}]  # fmt: skip


@pytest.mark.parametrize(("content", "message"), [
    pytest.param("{", "expected a member name in quotes", id="no-json"),
    pytest.param("[]", "expected an object with schema charity-ledger/worked-examples", id="no-examples"),
    pytest.param(json.dumps({**file_of(), "version": 2}), "expected version 1, got 2", id="version"),
    pytest.param(json.dumps(file_of()), "expected one example or more, got none", id="none"),
])  # fmt: skip
def test_a_file_that_is_no_file_of_examples(tmp_path, capsys, content, message):
    (tmp_path / "x.json").write_text(content, "utf-8")
    assert cli.main(["terms", "examples", str(tmp_path / "x.json")]) == 2
    assert message in capsys.readouterr().err


def test_a_fraction_spoils_its_own_example_alone(tmp_path, capsys):
    spoilt = {**PREMIUM, "id": "spoilt", "input": {"registered_population": 1.5}}
    given = write(tmp_path / "x.json", file_of({**PREMIUM, "arithmetic": [1.5]}, spoilt))
    assert cli.main(["terms", "examples", given]) == 1
    said = " ".join(capsys.readouterr().out.split())  # lines break where the name of the file happens to end
    assert "examples.1.input.registered_population: expected an integer, got '1.5'" in said
    assert "2 examples: 1 ok, 0 differ, 1 cannot be told" in said


def test_a_step_that_stands_once_may_be_expected_by_its_name():
    given = {"amount": 5, "complete_on": "2019-09-30"}
    assert tried(rule="sla", input=given, expected={"days": 3}).ok
    assert not tried(rule="sla", input=given, expected={"days": 7}).ok
    twice = {"eligible_residual": 5, "group": "孤儿", "disease_listed": True}
    assert not tried(rule="special_major_disease", input=twice, expected={"condition": 1}).ok


def test_terms_that_an_author_names(tmp_path, capsys):
    terms = json.loads((ROOT / "node/terms/yymz.json").read_text("utf-8"))
    terms["formulas"]["premium"]["rate"] = 200
    terms["formulas"]["sla"] = {"duty": "pay", "kind": "deadline"}
    write(tmp_path / "mine.json", terms)
    sla = {"id": "d", "programme": "yymz", "rule": "sla", "input": {"amount": 5, "complete_on": "2019-09-30"},
           "expected": {"due_on": "2019-10-10"}}  # fmt: skip
    given = write(tmp_path / "examples.txt", file_of({**PREMIUM, "expected": {"premium": 600}}, sla))
    assert cli.main(["terms", "examples", given, "--terms", str(tmp_path / "mine.json")]) == 0
    assert cli.main(["terms", "examples", given, "--terms", str(tmp_path)]) == 0
    terms["formulas"]["premium"]["rate"] = -1
    write(tmp_path / "mine.json", terms)
    assert cli.main(["terms", "examples", given, "--terms", str(tmp_path)]) == 2
    assert "mine.json:1:" in capsys.readouterr().err


@pytest.mark.parametrize(("arguments", "message"), [
    pytest.param(["--rule", "nothing"],
                 "--rule: expected one of general, premium, sla, special_major_disease, got nothing", id="rule"),
    pytest.param([], "--rule: expected one of", id="no-rule"),
    pytest.param(["--rule", "premium", "--reading", "nobody"], "readings: no ambiguity of yymz", id="reading"),
])  # fmt: skip
def test_evaluate_that_cannot_be_understood(tmp_path, capsys, arguments, message):
    given = write(tmp_path / "facts.json", {"registered_population": 3})
    base = ["terms", "evaluate", "--terms", str(ROOT / "node/terms/yymz.json"), "--input", given]
    assert cli.main([*base, *arguments]) == 2
    assert message in capsys.readouterr().err


def test_evaluate_works_nothing_out_of_a_fraction(tmp_path, capsys):
    given = write(tmp_path / "facts.json", {"registered_population": 1.5})
    base = ["terms", "evaluate", "--terms", str(ROOT / "node/terms/yymz.json"), "--input", given]
    assert cli.main([*base, "--rule", "premium"]) == 2
    assert "facts.json:1:27: registered_population: expected an integer, got '1.5'" in capsys.readouterr().err


def test_evaluate_plain_facts(tmp_path, capsys):
    given = write(tmp_path / "facts.json", {"reasonable_cost_fen": 1000, "ward": "3"})
    base = ["terms", "evaluate", "--terms", str(ROOT / "node/terms/snow.json"), "--input", given]
    assert cli.main([*base, "--rule", "accident_medical", "--json"]) == 0
    said = capsys.readouterr()
    # Nothing is presumed of facts, and what is not used is told beside the outcome.
    assert json.loads(said.out) == {
        "reason": "not_accident", "results": {"payable": 0},
        "steps": [{"clause": "conditions.0", "in": [], "name": "cause", "op": "condition", "out": 0}],
    }  # fmt: skip
    assert said.err == "not used: ward\n"


def test_check_tells_its_verdict(tmp_path, capsys):
    assert cli.main(["terms", "check", str(ROOT / "node/terms/yymz.json"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["ok"] is True
    path = tmp_path / "t.json"
    path.write_text((ROOT / "node/terms/yymz.json").read_text("utf-8").replace('"k": 10', '"k": 0'), "utf-8")
    assert cli.main(["terms", "check", str(path)]) == 1
    assert capsys.readouterr().out.split("\n")[-3] == f"{path}: 1 problem"
    assert cli.main(["terms", "check", str(tmp_path / "absent.json")]) == 2
