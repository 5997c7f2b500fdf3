"""An outcome in words: the arithmetic of each step, its basis, and the readings that it went by."""

import json

import pytest

from ledger.formulas import Outcome
from node.authoring.case import make_case
from node.authoring.examples import work_out
from node.authoring.explain import Explainer
from node.authoring.library import load_library
from node.authoring.words import LANGUAGES
from tests.support.sources import text

LIBRARY = load_library([])
EXAMPLES = json.loads(text("tests/transcripts/terms-examples.json"))["examples"]


def explained(programme, formula, given, *, language="en", **readings):
    case = make_case(LIBRARY.terms(programme), formula, given, readings=readings, presume=True)
    outcome = work_out(case, LIBRARY)
    explainer = Explainer(case, language=language)
    return explainer, outcome, [(row.clause, row.arithmetic, row.result, row.basis, row.reading)
                                for row in explainer.rows(outcome)]


@pytest.mark.parametrize(("programme", "formula", "given", "rows"), [
    pytest.param("dlz", "inpatient", {"residual": 100_000, "ratio_bp": 1234, "deductible": 5, "paid_earlier": 7}, [
        ("base", "residual", "1,000.00", "published", ""),
        ("deductible", "1,000.00 − 0.05", "999.95", "hypothetical", ""),
        ("ratio_bp", "999.95 × 12.34 %", "123.39", "hypothetical", ""),
        ("caps.0", "min(123.39, 100,000.00 − 0.07)", "123.39", "published", ""),
    ], id="indemnity"),
    pytest.param("dlz", "eligibility", {"age": 60}, [
        ("at", "age", "60", "assumed", "age_at=policy_start"),
        ("min", "60 ≥ 18", "yes", "published", "age_min=18"),
        ("max", "60 ≤ 60", "yes", "published", "age_max_inclusive=inclusive"),
    ], id="age"),
    pytest.param("dlz", "claims_share", {"donation": 300}, [
        ("base", "donation", "3.00", "published", ""), ("split", "3.00 × 9/10", "2.70", "published", ""),
    ], id="share"),
    pytest.param("dlz", "rollover", {"invested": 1000, "paid": 300}, [
        ("invested_is", "10.00", "9.00", "assumed", "claims_share_base=invested_is_gifts"),
        ("split", "9.00 − 3.00", "6.00", "published", ""),
    ], id="rollover"),
    pytest.param("yymz", "premium", {"registered_population": 853_217}, [
        ("base", "registered_population", "853,217", "published", ""),
        ("rate", "853,217 × 1.00", "853,217.00", "published", ""),
    ], id="per-head"),
    pytest.param("yymz", "sla", {"amount": 1_000_000, "complete_on": "2019-09-30"}, [
        ("deadlines.2", "10,000.00", "7 days", "published",
         "sla_amount=claimed_until_decided\nsla_exactly_10000=7_days\nsla_exactly_100000=10_days"),
    ], id="deadline"),
    pytest.param("wuhou_snow", "hospital_allowance", {"days": 12}, [
        ("day_count", "days", "12 days", "assumed", "day_count=nights"),
        ("per_day", "12 × 100.00", "1,200.00", "published", ""),
        ("caps.0", "min(1,200.00, 36,500.00 − 0.00)", "1,200.00", "published", ""),
    ], id="per-diem"),
    pytest.param("wuhou_market", "giving_per_spend", {"spend": 25_000}, [
        ("base", "spend", "250.00", "published", ""),
        ("gives", "250.00 × 4.98 / 100.00", "12.45", "published", "giving_partial_hundred=proportional"),
    ], id="estimate"),
    pytest.param("wuhou_market", "card", {"purchases": [{"category": "staples", "market_value": 100}]}, [
        ("allowances.1", "staples 1.00", "0.80", "published", "limit_measured_in=market_value"),
        ("subsidy", "min(0.80, 60.00)", "0.80", "published", "subsidy_unspent=lapses"),
    ], id="card"),
])  # fmt: skip
def test_steps(programme, formula, given, rows):
    assert explained(programme, formula, given)[2] == rows


def test_a_limit_that_is_not_part_of_it_is_shown_so():
    rows = explained("dlz", "eligibility", {"age": 60}, age_max_inclusive="exclusive")[2]
    assert rows[-1] == ("max", "60 < 60", "no", "published", "age_max_inclusive=exclusive")


@pytest.mark.parametrize("language", sorted(LANGUAGES))
@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["id"])
def test_every_example_can_be_told(example, language):
    explainer, outcome, rows = explained(example["programme"], example["rule"], example["input"], language=language)
    assert len(rows) == len(outcome.steps)
    assert len(explainer.results(outcome)) == len(outcome.results)
    assert all(row[3] != LANGUAGES[language]["not_stated"] for row in rows)
    assert (explainer.reason(outcome) == "") is (outcome.reason is None)


@pytest.mark.parametrize(("reason", "about", "told"), [
    pytest.param("terms_incomplete", "ratio_bp",
                 "the terms do not state ratio_bp: refused, nothing is guessed (terms_incomplete)", id="open"),
    pytest.param("cap_reached", None, "the cap was used up before (cap_reached)", id="nothing"),
    pytest.param("too_far_away", None, "too_far_away", id="an-author's-own"),
])  # fmt: skip
def test_reasons(reason, about, told):
    explainer = explained("dlz", "inpatient", {})[0]
    assert explainer.reason(Outcome({"payable": None}, reason, [], about)) == told


def test_results():
    explainer, outcome, _ = explained("wuhou_diary", "one_to_many", {"gift": 100_000, "households": ["A", "B", "C"]})
    assert explainer.results(outcome) == [("shares", "A 333.34, B 333.33, C 333.33")]
    explainer, outcome, _ = explained("dlz", "inpatient", {"residual": 1}, language="zh")
    assert explainer.results(outcome) == [("应赔", "未定")]
    assert explainer.reason(outcome) == "条款没有写明 ratio_bp：拒绝计算，不作猜测 (terms_incomplete)"


@pytest.mark.parametrize(("unit", "amount", "told"), [
    ("CNY", 123_456, "1,234.56"), ("CNY", -5, "-0.05"), ("VND", 123_456, "123,456")])  # fmt: skip
def test_money(unit, amount, told):
    explainer = explained("dlz", "inpatient", {})[0]
    explainer._case.terms["unit"] = unit
    assert explainer.money(amount) == told
