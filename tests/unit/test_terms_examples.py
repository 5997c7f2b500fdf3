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
    one = tried(programme="dlz", rule="eligibility", input={"age": 19, "admitted_on": day},
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
    wrong = write(tmp_path / "wrong.json", file_of(PREMIUM, {**PREMIUM, "expected": {"premium_fen": 1}}))
    assert cli.main(["terms", "examples", right]) == 0
    assert cli.main(["terms", "examples", wrong, "--json"]) == 1
    said = json.loads(capsys.readouterr().out.split("\n")[-2])
    assert (said["ok"], said["differ"]) == (1, 1)
    assert said["examples"][1]["runs"][0]["compared"] == [
        {"agrees": False, "expected": 1, "got": 300, "name": "premium"}]  # fmt: skip


@pytest.mark.parametrize(("content", "message"), [
    pytest.param("{", "expected a member name in quotes", id="no-json"),
    pytest.param("[]", "expected an object with schema charity-ledger/worked-examples", id="no-examples"),
    pytest.param(json.dumps({**file_of(), "version": 2}), "expected version 1, got 2", id="version"),
])  # fmt: skip
def test_a_file_that_is_no_file_of_examples(tmp_path, capsys, content, message):
    (tmp_path / "x.json").write_text(content, "utf-8")
    assert cli.main(["terms", "examples", str(tmp_path / "x.json")]) == 2
    assert message in capsys.readouterr().err


def test_a_fraction_spoils_its_own_example_alone(tmp_path, capsys):
    spoilt = {**PREMIUM, "id": "spoilt", "input": {"registered_population": 1.5}}
    given = write(tmp_path / "x.json", file_of({**PREMIUM, "arithmetic": [1.5]}, spoilt))
    assert cli.main(["terms", "examples", given]) == 1
    said = capsys.readouterr().out
    assert "examples.1.input.registered_population: expected an integer, got '1.5'" in said
    assert "2 examples: 1 ok, 1 differ" in said


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
    assert capsys.readouterr().out.split("\n")[-2] == f"{path}: 1 problems"
    assert cli.main(["terms", "check", str(tmp_path / "absent.json")]) == 2
