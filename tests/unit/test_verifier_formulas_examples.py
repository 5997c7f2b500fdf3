"""verifier/terms/formulas.py: the worked examples that belong to the sources, under terms as the sources state them."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from verifier.entries.terms_parts import check_terms_parts
from verifier.terms.formulas import Outcome, evaluate
from verifier.terms.workdays import Workdays

DATA = Path(os.environ.get("MINGZHANG_DATA", Path(__file__).parents[3] / "shared" / "data"))
FILE = DATA / "examples.json"
EXAMPLES = json.loads(FILE.read_text("utf-8"))["examples"] if FILE.is_file() else []

# The holidays of autumn 2019: two weekends are worked for a week off.
AUTUMN_2019 = Workdays(
    {
        2019: {
            "days_off": ["2019-09-13", *(f"2019-10-{day:02}" for day in range(1, 8))],
            "work_days": ["2019-09-29", "2019-10-12"],
        }
    }
)


def choice(by: str, **readings: Any) -> dict[str, Any]:
    """A clause that leaves its value to the reading of an ambiguity; names of readings may begin with a digit."""
    return {"by": by, "readings": [{"is": value, "name": name.lstrip("_")} for name, value in readings.items()]}


def terms(readings: dict[str, str], **parts: Any) -> dict[str, Any]:
    """The parts of terms that formulas read."""
    return {"deadlines": [], "formulas": {}, "notices": [], "readings": readings, "splits": [], **parts}


def paying(kind: str, *caps: tuple[Any, Any], **members: Any) -> dict[str, Any]:
    """A formula that pays a benefit."""
    limits = [{"amount": amount, "per": per} for amount, per in caps]
    common = {"caps": limits, "conditions": [], "kind": kind, "overlap": False, "rounding": None}
    return {**common, **members}


def only(fact: str, reason: str, *values: Any) -> dict[str, Any]:
    """A condition."""
    return {"fact": fact, "reason": reason, "values": list(values)}


GROUPS = ("农村建档立卡贫困户", "低保户", "特困供养人员", "重度残疾人", "城镇建档立卡困难职工", "孤儿")

DLZ = terms(
    {"age_at": "policy_start", "age_max_inclusive": "inclusive", "age_min": "18",
     "claims_share_base": "invested_is_gifts"},
    formulas={
        "claims_share": {"base": {"fact": "donation"}, "kind": "share", "split": "fund/dlz"},
        "eligibility": {
            "at": choice("age_at", policy_start="policy_start", admission="admission"),
            "kind": "age",
            "max": 60,
            "max_inclusive": choice("age_max_inclusive", inclusive=True, exclusive=False),
            "min": choice("age_min", _18=18, _20=20),
        },
        "inpatient": paying("indemnity", (10_000_000, "policy"), base={"fact": "self_paid_residual"}, deductible=0,
                            ratio_bp=None),
        "rollover": {
            "invested_is": choice("claims_share_base", invested_is_gifts="gifts", invested_is_premium="premium"),
            "kind": "rollover",
            "split": "fund/dlz",
        },
    },
    splits=[{"den": 10, "name": "fund/dlz", "num": 9, "rest": "fund/dlz/other", "to": "fund/dlz/claims"}],
)  # fmt: skip
YYMZ = terms(
    {"exactly_1000": "lower_tier", "next_day": "working", "sla_amount": "decided", "sla_exactly_10000": "7_days",
     "sla_exactly_100000": "10_days", "special_cap_period": "per_claim", "tier_over_1000": "flat_800"},
    deadlines=[
        {
            "amount": choice("sla_amount", claimed_until_decided="claimed_until_decided", decided="decided"),
            "conditions": [],
            "id": "pay",
            "starts": "complete",
            "tiers": [
                {"below": 1_000_000, "days": 3, "including": choice("sla_exactly_10000", _3_days=True, _7_days=False)},
                {"below": 10_000_000, "days": 7,
                 "including": choice("sla_exactly_100000", _7_days=True, _10_days=False)},
                {"days": 10},
            ],
            "unit": "working_day",
        }
    ],
    formulas={
        "premium": {"base": {"fact": "registered_population"}, "kind": "per_head", "rate": 100},
        "sla": {"duty": "pay", "kind": "deadline"},
        "special_major_disease": paying(
            "tiered", (80_000, choice("special_cap_period", per_claim="claim", per_year="year")),
            base={"fact": "eligible_residual", "from": "total_bill", "less": ["insurance_paid"]},
            conditions=[only("group", "not_in_group", *GROUPS), only("disease_listed", "disease_not_listed", True)],
            overlap=True,
            tiers=[
                {"including": choice("exactly_1000", lower_tier=True, upper_tier=False), "pays": {"ratio_bp": 5000},
                 "up_to": 100_000},
                {"pays": choice("tier_over_1000", flat_800={"amount": 80_000},
                                half_capped_800={"at_most": 80_000, "ratio_bp": 5000})},
            ],
        ),
    },
)  # fmt: skip
MARKET = terms(
    {"giving_partial_hundred": "proportional", "limit_measured_in": "market_value", "subsidy_unspent": "lapses"},
    formulas={
        "card": {
            "allowances": [
                {"category": "vegetables", "limit": 10_000, "price_bp": 6000},
                {"category": "staples", "limit": 20_000, "price_bp": 8000},
            ],
            "kind": "card",
            "limit_in": choice("limit_measured_in", market_value="market_value", discounted_price="discounted_price"),
            "rounding": "down",
            "subsidy": 6000,
            "unspent": choice("subsidy_unspent", lapses="lapses", carries_over="carries_over"),
        },
        "giving_per_spend": {
            "base": {"fact": "spend"},
            "gives": 498,
            "kind": "estimate",
            "partial": choice("giving_partial_hundred", proportional="proportional", whole_hundreds="whole"),
            "per": 10_000,
            "rounding": "down",
        },
    },
)
SNOW = terms(
    {"accident_medical_cap_period": "per_accident", "day_count": "nights"},
    formulas={
        "accident_death": paying("lump_sum", amount=20_000_000, conditions=[only("cause", "not_accident", "accident")]),
        "accident_disability": paying("lump_sum_by_grade", grades=None, max=12_000_000),
        "accident_medical": paying(
            "indemnity",
            (5_000_000, choice("accident_medical_cap_period", per_accident="accident", per_year="year")),
            base={"fact": "reasonable_cost"}, deductible=0, overlap=True, ratio_bp=8000,
        ),
        "hospital_allowance": paying("per_diem", (3_650_000, "year"), per_day=10_000,
                                     day_count=choice("day_count", nights="nights", inclusive="inclusive")),
        "social_supplement": paying(
            "indemnity", (30_000_000, "year"), conditions=[only("seriously_ill", "not_seriously_ill", True)],
            base={"fact": "residual", "from": "total_bill", "less": ["social_insurance_paid", "other_insurance_paid"]},
            deductible=0, overlap=True, ratio_bp=10_000,
        ),
    },
)  # fmt: skip
DIARY = terms({}, formulas={"one_to_many": {"kind": "allot"}})
PROGRAMMES = {"dlz": DLZ, "wuhou_diary": DIARY, "wuhou_market": MARKET, "wuhou_snow": SNOW, "yymz": YYMZ}


def plain(value: Any) -> Any:
    """A value with member names as formulas know them: without `_fen`."""
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {name.removesuffix("_fen"): plain(item) for name, item in value.items()}
    return value


def reading(example: dict[str, Any], **chosen: str) -> Outcome:
    """What an example comes to under its own readings and `chosen` ones."""
    programme = PROGRAMMES[example["programme"]]
    given = plain(example["input"])
    stated = dict(part.split("=") for part in [example["reading"]] if "=" in part) if "reading" in example else {}
    named = {ambiguity: str(name) for ambiguity, name in given.pop("readings", {}).items()}
    readings = {**programme["readings"], **named, **stated, **chosen}
    used = {name.removeprefix("paid_earlier_this_"): amount for name, amount in given.items() if "paid_earlier" in name}
    formula = programme["formulas"][example["rule"]]
    assumed = {name: value for name, value in given.items() if name in formula}
    with_readings = {**programme, "readings": readings}
    return evaluate(with_readings, example["rule"], facts=given, used=used, calendar=AUTUMN_2019, assumed=assumed)


@pytest.mark.skipif(not EXAMPLES, reason="MINGZHANG_DATA is not on this machine")
@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["id"])
def test_each_worked_example(example):
    outcome = reading(example)
    got = {**outcome.results, "reason": outcome.reason}
    for name, value in example["expected"].items():
        assert got[name.removesuffix("_fen")] == value, name
    assert "reason" in example["expected"] or outcome.reason is None
    assert outcome.open == (None in outcome.results.values())


@pytest.mark.parametrize("programme", PROGRAMMES)
def test_the_terms_of_the_examples_are_well_formed(programme):
    check_terms_parts(PROGRAMMES[programme], what="terms")


def chosen(programme: str, formula: str, facts: dict[str, Any], **readings: str) -> Outcome:
    """A formula of a programme under some readings."""
    stated = PROGRAMMES[programme]
    return evaluate({**stated, "readings": {**stated["readings"], **readings}}, formula, facts=facts,
                    calendar=AUTUMN_2019)  # fmt: skip


@pytest.mark.parametrize(
    ("residual", "flat", "half", "upper"),
    [
        pytest.param(99_999, 49_999, 49_999, 49_999, id="below-1000"),
        pytest.param(100_000, 50_000, 50_000, 80_000, id="exactly-1000"),
        pytest.param(100_001, 80_000, 50_000, 80_000, id="a-fen-above"),
        pytest.param(159_999, 80_000, 79_999, 80_000, id="below-1600"),
        pytest.param(160_000, 80_000, 80_000, 80_000, id="from-1600-they-agree"),
    ],
)
def test_special_disease_under_each_reading(residual, flat, half, upper):
    facts = {"disease_listed": True, "eligible_residual": residual, "group": "孤儿"}
    rounded = {**YYMZ, "formulas": {
        "special": {**YYMZ["formulas"]["special_major_disease"], "rounding": "down"}}}  # fmt: skip
    for readings, payable in (
        ({}, flat),
        ({"tier_over_1000": "half_capped_800"}, half),
        ({"exactly_1000": "upper_tier"}, upper),
    ):
        stated = {**rounded, "readings": {**YYMZ["readings"], **readings}}
        assert evaluate(stated, "special", facts=facts).results == {"payable": payable}


@pytest.mark.parametrize(
    ("age", "readings", "eligible"),
    [
        (17, {}, False), (18, {}, True), (18, {"age_min": "20"}, False), (20, {"age_min": "20"}, True),
        (60, {}, True), (60, {"age_max_inclusive": "exclusive"}, False), (59, {"age_max_inclusive": "exclusive"}, True),
        (61, {}, False),
    ],
)  # fmt: skip
def test_eligibility_under_each_reading(age, readings, eligible):
    outcome = chosen("dlz", "eligibility", {"age": age}, **readings)
    assert outcome.results == {"age": age, "eligible_by_age": eligible}
    assert outcome.reason == (None if eligible else "age_below" if age < 21 else "age_above")


def test_rollover_under_each_reading():
    kangbao = {"invested": 268_560_000, "paid": 167_700_000}
    gifts = chosen("dlz", "rollover", kangbao)
    assert gifts.results == {"claims_fund": 241_704_000, "rollover": 74_004_000, "top_up": 0}
    premium = chosen("dlz", "rollover", kangbao, claims_share_base="invested_is_premium")
    assert premium.results == {"claims_fund": 268_560_000, "rollover": 100_860_000, "top_up": 0}
    neither = chosen("dlz", "rollover", kangbao, claims_share_base="pool")
    assert (neither.reason, neither.about, neither.open) == ("terms_incomplete", "invested_is", True)


@pytest.mark.parametrize(
    ("amount", "readings", "due"),
    [
        pytest.param(999_999, {}, "2019-10-10", id="below-10000"),
        pytest.param(1_000_000, {}, "2019-10-15", id="exactly-10000-upper"),
        pytest.param(1_000_000, {"sla_exactly_10000": "3_days"}, "2019-10-10", id="exactly-10000-lower"),
        pytest.param(10_000_000, {}, "2019-10-18", id="exactly-100000-upper"),
        pytest.param(10_000_000, {"sla_exactly_100000": "7_days"}, "2019-10-15", id="exactly-100000-lower"),
    ],
)
def test_deadlines_under_each_reading(amount, readings, due):
    outcome = chosen("yymz", "sla", {"amount": amount, "complete_on": "2019-09-30"}, **readings)
    assert outcome.results == {"due_on": due, "provisional": False}


@pytest.mark.parametrize(
    ("bought", "by_value", "by_price"),
    [
        pytest.param(10_000, 6000, 6000, id="at-the-limit"),
        pytest.param(15_000, 11_000, 9000, id="between"),
        pytest.param(16_667, 12_667, 10_000, id="just-past-the-discounted-limit"),
        pytest.param(20_000, 16_000, 13_333, id="past-both"),
    ],
)
def test_card_under_each_reading(bought, by_value, by_price):
    facts = {"purchases": [{"category": "vegetables", "market_value": bought}]}
    assert chosen("wuhou_market", "card", facts).results["discounted_total"] == by_value
    price = chosen("wuhou_market", "card", facts, limit_measured_in="discounted_price")
    assert price.results["discounted_total"] == by_price


def test_giving_under_each_reading():
    assert chosen("wuhou_market", "giving_per_spend", {"spend": 25_000}).results == {"given": 1245}
    whole = chosen("wuhou_market", "giving_per_spend", {"spend": 25_000}, giving_partial_hundred="whole_hundreds")
    assert whole.results == {"given": 996}


def test_days_in_hospital_under_each_reading():
    facts = {"admitted_on": "2016-02-27", "discharged_on": "2016-03-01"}
    assert chosen("wuhou_snow", "hospital_allowance", facts).results == {"payable": 30_000}
    assert chosen("wuhou_snow", "hospital_allowance", facts, day_count="inclusive").results == {"payable": 40_000}


def test_a_leap_year_in_hospital_reaches_the_cap():
    outcome = chosen("wuhou_snow", "hospital_allowance", {"days": 366})
    assert outcome.results == {"payable": 3_650_000}
    assert outcome.steps[-1] == {"clause": "caps.0", "in": [3_660_000, 3_650_000, 0], "name": "year", "op": "cap",
                                 "out": 3_650_000}  # fmt: skip
