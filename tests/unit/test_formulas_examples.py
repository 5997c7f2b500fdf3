"""The worked examples of the sources, under every reading that they do not name themselves.

Terms are written here as small as the examples allow; where a source is silent and the outcome needs a value, the
value is an assumption, as in the notes beside it.
"""

import itertools
import json
import os
from pathlib import Path

import pytest

from ledger.formulas import evaluate
from ledger.formulas.check import formula_of
from tests.support.formulas import YEAR_2019, choice

DATA = Path(os.environ.get("MINGZHANG_DATA", Path(__file__).parents[3] / "shared" / "data")) / "examples.json"
EXAMPLES = json.loads(DATA.read_text())["examples"] if DATA.is_file() else []


def paying(kind, *, caps=(), conditions=(), overlap=False, rounding=None, **members):
    return {"kind": kind, "caps": list(caps), "conditions": list(conditions), "overlap": overlap, "rounding": rounding,
            **members}  # fmt: skip


def one_of(fact, reason, *values):
    return {"fact": fact, "reason": reason, "values": list(values)}


def up_to(limit, including, pays):
    return {"including": including, "pays": pays, "up_to": limit}


def below(limit, including, days):
    return {"below": limit, "days": days, "including": including}


GROUPS = ("农村建档立卡贫困户", "低保户", "特困供养人员", "重度残疾人", "城镇建档立卡困难职工", "孤儿")
YYMZ = {
    "special_major_disease": paying(
        "tiered", overlap=True, base={"fact": "eligible_residual"},
        conditions=[one_of("group", "not_in_group", *GROUPS), one_of("disease_listed", "disease_not_listed", True)],
        caps=[{"amount": 80000, "per": choice("special_cap_period", per_claim="claim", per_year="year")}],
        tiers=[up_to(100000, choice("exactly_1000", lower_tier=True, upper_tier=False), {"ratio_bp": 5000}),
               {"pays": choice("tier_over_1000", flat_800={"amount": 80000},
                               half_capped_800={"at_most": 80000, "ratio_bp": 5000})}]),
    "premium": {"kind": "per_head", "base": {"fact": "registered_population"}, "rate": 100},
    "sla": {"kind": "deadline", "duty": "pay"},
}  # fmt: skip
YYMZ_DEADLINES = [{
    "amount": choice("sla_amount", claimed_until_decided="claimed_until_decided", decided="decided"),
    "conditions": [], "id": "pay", "starts": "complete", "unit": "working_day",
    "tiers": [below(1000000, choice("sla_exactly_10000", **{"3_days": True, "7_days": False}), 3),
              below(10000000, choice("sla_exactly_100000", **{"7_days": True, "10_days": False}), 7), {"days": 10}],
}]  # fmt: skip

WUHOU_SNOW = {
    "accident_death": paying("lump_sum", amount=20000000, conditions=[one_of("cause", "not_accident", "accident")]),
    "accident_disability": paying("lump_sum_by_grade", grades=None, max=12000000),
    "accident_medical": paying(
        "indemnity", overlap=True, base={"fact": "reasonable_cost"}, deductible=0, ratio_bp=8000,
        caps=[{"amount": 5000000, "per": choice("accident_medical_cap_period", per_accident="accident",
                                                per_year="year")}]),
    "hospital_allowance": paying(
        "per_diem", day_count=choice("day_count", inclusive="inclusive", nights="nights"), per_day=10000,
        caps=[{"amount": 3650000, "per": "year"}]),
    # No source states the deductible: assumed to be none.
    "social_supplement": paying(
        "indemnity", overlap=True, deductible=0, ratio_bp=10000, caps=[{"amount": 30000000, "per": "year"}],
        base={"fact": "residual", "from": "total_bill", "less": ["other_insurance_paid", "social_insurance_paid"]},
        conditions=[one_of("seriously_ill", "not_seriously_ill", True)]),
}  # fmt: skip

WUHOU_MARKET = {
    "card": {"kind": "card", "limit_in": choice("limit_measured_in", market_value="market_value",
                                                discounted_price="discounted_price"),
             "allowances": [{"category": "vegetables", "limit": 10000, "price_bp": 6000},
                            {"category": "staples", "limit": 20000, "price_bp": 8000}],
             "rounding": None, "subsidy": 6000,
             "unspent": choice("subsidy_unspent", lapses="lapses", carries_over="carries_over")},
    "giving_per_spend": {"kind": "estimate", "base": {"fact": "spend"}, "gives": 498, "per": 10000, "rounding": None,
                         "partial": choice("giving_partial_hundred", proportional="proportional",
                                           whole_hundreds="whole")},
}  # fmt: skip

DLZ = {
    "claims_share": {"kind": "share", "base": {"fact": "donation"}, "split": "fund/dlz"},
    "eligibility": {"kind": "age", "at": choice("age_at", policy_start="policy_start", admission="admission"),
                    "max": 60, "max_inclusive": choice("age_max_inclusive", inclusive=True, exclusive=False),
                    "min": choice("age_min", **{"18": 18, "20": 20})},
    # No source states the deductible or the period of the cap: assumed.
    "inpatient": paying("indemnity", overlap=True, base={"fact": "self_paid_residual"}, deductible=0, ratio_bp=None,
                        caps=[{"amount": 10000000, "per": "policy"}]),
    "rollover": {"kind": "rollover", "split": "fund/dlz",
                 "invested_is": choice("claims_share_base", invested_is_gifts="gifts", invested_is_premium="premium")},
}  # fmt: skip
DLZ_SPLITS = [{"den": 10, "name": "fund/dlz", "num": 9, "rest": "fund/dlz/other", "to": "fund/dlz/claims"}]

TERMS = {
    "dlz": {"deadlines": [], "formulas": DLZ, "splits": DLZ_SPLITS},
    "wuhou_diary": {"deadlines": [], "formulas": {"one_to_many": {"kind": "allot"}}, "splits": []},
    "wuhou_market": {"deadlines": [], "formulas": WUHOU_MARKET, "splits": []},
    "wuhou_snow": {"deadlines": [], "formulas": WUHOU_SNOW, "splits": []},
    "yymz": {"deadlines": YYMZ_DEADLINES, "formulas": YYMZ, "splits": []},
}


def without_fen(value):
    """Money in a file of examples is named `…_fen`; facts and results are named without."""
    if isinstance(value, list):
        return [without_fen(item) for item in value]
    if isinstance(value, dict):
        return {name.removesuffix("_fen"): without_fen(item) for name, item in value.items()}
    return value


def choices(value):
    """Every choice in a part of terms: ambiguity -> its readings."""
    if isinstance(value, list):
        return {by: names for item in value for by, names in choices(item).items()}
    if isinstance(value, dict):
        found = {by: names for item in value.values() for by, names in choices(item).items()}
        return found | ({value["by"]: [reading["name"] for reading in value["readings"]]} if "by" in value else {})
    return {}


def stated(example):
    """The readings that an example names; a reading is a code, also where the file writes a number."""
    by, equals, name = example.get("reading", "").partition("=")
    named = example["input"].get("readings", {}) | ({by: name} if equals else {})
    return {by: str(name) for by, name in named.items()}


def every_reading(example):
    """Every way to choose readings of the programme's formula and deadlines, those that the example names fixed."""
    terms = TERMS[example["programme"]]
    open_to_choice = choices([terms["formulas"][example["rule"]], terms["deadlines"]])
    by_name = {by: [stated(example)[by]] if by in stated(example) else names for by, names in open_to_choice.items()}
    return [dict(zip(by_name, names, strict=True)) for names in itertools.product(*by_name.values())]


def evaluated(example, readings):
    given = without_fen(example["input"])
    used = {name.removeprefix("paid_earlier_this_"): amount for name, amount in given.items()
            if name.startswith("paid_earlier_this_")}
    facts = {name: value for name, value in given.items() if name != "readings" and not name.startswith("paid_earlier")}
    return evaluate(TERMS[example["programme"]] | {"readings": readings}, example["rule"], facts=facts, used=used,
                    calendar=YEAR_2019, assumed=given)


CASES = [pytest.param(example, readings, id="-".join([example["id"], *readings.values()]))
         for example in EXAMPLES for readings in every_reading(example)]


@pytest.mark.skipif(not EXAMPLES, reason="MINGZHANG_DATA is not on this machine")
@pytest.mark.parametrize("example,readings", CASES)
def test_the_worked_examples(example, readings):
    outcome = evaluated(example, readings)
    expected = without_fen(example["expected"])
    found = outcome.results | {"reason": outcome.reason}
    assert {name: found[name] for name in expected} == expected
    assert outcome.reason == expected.get("reason")


@pytest.mark.skipif(not EXAMPLES, reason="MINGZHANG_DATA is not on this machine")
def test_every_example_is_worked_out():
    rules = {(example["programme"], example["rule"]) for example in EXAMPLES}
    assert rules == {(programme, rule) for programme, terms in TERMS.items() for rule in terms["formulas"]}


@pytest.mark.parametrize("programme,rule", [
    (programme, rule) for programme, terms in TERMS.items() for rule in terms["formulas"]
])  # fmt: skip
def test_the_terms_of_the_examples_are_well_formed(programme, rule):
    formula_of(TERMS[programme]["formulas"][rule], what=rule)


@pytest.mark.skipif(not EXAMPLES, reason="MINGZHANG_DATA is not on this machine")
def test_a_ratio_that_no_source_states_is_said_to_be_assumed():
    by_id = {example["id"]: evaluated(example, {}) for example in EXAMPLES if example["rule"] == "inpatient"}
    assert (by_id["s19"].about, by_id["s19"].open, by_id["s19"].assumed) == ("ratio_bp", True, ())
    assert (by_id["s20"].about, by_id["s20"].open, by_id["s20"].assumed) == (None, False, ("ratio_bp",))


def test_the_other_reading_of_what_was_invested():
    """As the notes of the programme derive it: gifts 2,984,000.00, premium 2,685,600.00, 1,008,600.00 held."""
    facts = {"invested": 268560000, "paid": 167700000}
    terms = TERMS["dlz"] | {"readings": {"claims_share_base": "invested_is_premium"}}
    outcome = evaluate(terms, "rollover", facts=facts)
    assert outcome.results == {"claims_fund": 268560000, "rollover": 100860000, "top_up": 0}
    assert evaluate(TERMS["dlz"] | {"readings": {}}, "rollover", facts=facts).about == "invested_is"
