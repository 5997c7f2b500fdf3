"""verifier/terms/formulas.py: each step, reason and bound of docs/formats/terms.md, one formula at a time."""

from typing import Any

import pytest

from verifier.entries.members import rules
from verifier.errors import CannotTell, FormatError
from verifier.primitives.parse import INTEGER_MAX
from verifier.terms.ages import birthday
from verifier.terms.formulas import BENEFITS, KINDS, conditions_hold, deadline_for, evaluate, resolve, tier_days
from verifier.terms.outcome import Outcome, Undecided
from verifier.terms.workdays import Workdays

COMMON = {"caps": [], "conditions": [], "overlap": False, "rounding": "down"}
BASE = {"fact": "cost"}
INDEMNITY = {**COMMON, "base": BASE, "deductible": 0, "kind": "indemnity", "ratio_bp": 5000}
TIERED = {
    **COMMON,
    "base": BASE,
    "kind": "tiered",
    "tiers": [
        {"including": True, "pays": {"at_most": 400, "ratio_bp": 5000}, "up_to": 1000},
        {"including": False, "pays": {"amount": 700}, "up_to": 2000},
        {"pays": {"ratio_bp": 10_000}},
    ],
}
GRADED = {**COMMON, "grades": [{"amount": 90, "grade": "1"}, {"amount": 50, "grade": "2"}], "kind": "lump_sum_by_grade",
          "max": 80}  # fmt: skip
PER_DIEM = {**COMMON, "day_count": "nights", "kind": "per_diem", "per_day": 100}
LUMP = {**COMMON, "amount": 500, "kind": "lump_sum"}
AGE = {"at": "admission", "kind": "age", "max": 60, "max_inclusive": True, "min": 18}
CARD = {
    "allowances": [{"category": "rice", "limit": 100, "price_bp": 7500}],
    "kind": "card",
    "limit_in": "market_value",
    "rounding": "half_even",
    "subsidy": 60,
    "unspent": "lapses",
}
ESTIMATE = {"base": BASE, "gives": 498, "kind": "estimate", "partial": "proportional", "per": 100, "rounding": "down"}
ROLLOVER = {"invested_is": "gifts", "kind": "rollover", "split": "fund/dlz"}
SPLIT = {"den": 10, "name": "fund/dlz", "num": 9, "rest": "fund/dlz/other", "to": "fund/dlz/claims"}
DEADLINE = {
    "amount": "decided",
    "conditions": [],
    "id": "pay",
    "starts": "complete",
    "tiers": [{"below": 100, "days": 1, "including": False}, {"days": 5}],
    "unit": "working_day",
}


def work_out(formula: dict[str, Any], facts: dict[str, Any], **more: Any) -> Outcome:
    """One formula under terms that have a split and a deadline; `more` goes to `evaluate`."""
    deadlines = more.pop("deadlines", [DEADLINE])
    terms = {"deadlines": deadlines, "formulas": {"it": formula}, "readings": {"a": "one"}, "splits": [SPLIT]}
    return evaluate(terms, "it", facts=facts, **more)


def step(op: str, clause: str, numbers: list[int], out: int, name: str | None = None) -> dict[str, Any]:
    """A step."""
    return {"clause": clause, "in": numbers, **({} if name is None else {"name": name}), "op": op, "out": out}


def check_open(outcome: Outcome, reason: str, about: str) -> None:
    """The outcome decides nothing, for this reason."""
    assert (outcome.reason, outcome.about, outcome.open) == (reason, about, True)
    assert set(outcome.results.values()) == {None}


# -- clauses ----------------------------------------------------------------------------------------------------------


def clause(**readings: Any) -> dict[str, Any]:
    """A choice by the ambiguity `a`, for which the terms here choose `one`."""
    return {"by": "a", "readings": [{"is": value, "name": name} for name, value in readings.items()]}


@pytest.mark.parametrize(
    ("stated", "value"),
    [
        pytest.param(7, 7, id="stated"),
        pytest.param(None, None, id="not-stated"),
        pytest.param(clause(two=2, one=1), 1, id="chosen"),
        pytest.param(clause(one=False), False, id="chosen-false"),
        pytest.param(clause(one=None), None, id="chosen-null"),
        pytest.param(clause(two=2), None, id="not-listed"),
        pytest.param({**clause(one=1), "by": "b"}, None, id="no-reading-chosen"),
    ],
)
def test_what_a_clause_comes_to(stated, value):
    got = resolve({"readings": {"a": "one"}}, stated)
    assert (got, type(got)) == (value, type(value))


def test_a_choice_of_another_form_cannot_be_told():
    with pytest.raises(CannotTell, match="a clause with the members by, table is not known"):
        resolve({"readings": {}}, {"by": "a", "table": []})


# -- what this version does not know ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("formula", "message"),
    [
        pytest.param({"kind": "lottery"}, "kind 'lottery' is not known", id="kind"),
        pytest.param({**LUMP, "waiting_days": 30}, "formula it: waiting_days is not known", id="member"),
        pytest.param({**INDEMNITY, "ratio_bp": 3333, "rounding": "ceiling"}, "rounding 'ceiling' is not known",
                     id="rounding"),
        pytest.param({**LUMP, "caps": [{"amount": 1, "per": "decade"}]}, "cap per 'decade' is not known", id="period"),
        pytest.param({**TIERED, "tiers": [{"pays": {"lots": True}}]}, "tiers.0.pays with lots is not known", id="pays"),
        pytest.param({**TIERED, "tiers": [{"including": False, "pays": {"amount": 1}, "up_to": 1}]},
                     "tiers whose last one has a bound are not known", id="tiers"),
    ],
)  # fmt: skip
def test_what_is_not_known_is_named(formula, message):
    with pytest.raises(CannotTell, match=message):
        work_out(formula, {"cost": 101})


def test_no_such_formula():
    with pytest.raises(FormatError, match="expected one of the formulas a, b, got 'c'"):
        evaluate({"formulas": {"a": LUMP, "b": LUMP}}, "c", facts={})


# -- facts and the base -----------------------------------------------------------------------------------------------

FROM = {"fact": "cost", "from": "bill", "less": ["x_paid", "y_paid"]}


@pytest.mark.parametrize("wrong", [True, -1, 2**53, 1.0, "1", [1], {}], ids=repr)
def test_a_number_is_wanted(wrong):
    check_open(work_out(INDEMNITY, {"cost": wrong}), "fact_wrong", "cost")
    check_open(work_out({**INDEMNITY, "base": FROM}, {"bill": wrong}), "fact_wrong", "bill")
    check_open(work_out({**INDEMNITY, "base": FROM}, {"bill": 9, "y_paid": wrong}), "fact_wrong", "y_paid")


@pytest.mark.parametrize(
    ("facts", "first"),
    [
        pytest.param({"cost": 7}, step("base", "base", [7], 7, "cost"), id="the-fact"),
        pytest.param({"cost": 0}, step("base", "base", [0], 0, "cost"), id="the-fact-0"),
        pytest.param({"bill": 9}, step("subtract", "base", [9, 0, 0], 9, "cost"), id="nobody-paid"),
        pytest.param({"bill": 9, "y_paid": 9, "cost": None}, step("subtract", "base", [9, 0, 9], 0, "cost"),
                     id="paid-whole"),
        pytest.param({"bill": 9, "x_paid": 5, "y_paid": 5}, step("subtract", "base", [9, 5, 5], 0, "cost"),
                     id="paid-above-the-bill"),
        pytest.param({"bill": 9, "x_paid": 10, "cost": 0}, step("base", "base", [0], 0, "cost"), id="0-of-nothing"),
        pytest.param({"bill": 9, "x_paid": 2, "cost": 7}, step("base", "base", [7], 7, "cost"), id="both-agree"),
        pytest.param({"bill": 9, "cost": 3}, step("base", "base", [3], 3, "cost"), id="a-part-of-what-is-left"),
    ],
)  # fmt: skip
def test_base(facts, first):
    outcome = work_out({**INDEMNITY, "base": FROM}, facts)
    assert outcome.steps[0] == first
    assert not outcome.open


@pytest.mark.parametrize(
    ("facts", "reason", "about"),
    [
        pytest.param({}, "fact_missing", "cost", id="neither"),
        pytest.param({"x_paid": 1}, "fact_missing", "cost", id="only-what-comes-off"),
        pytest.param({"bill": None, "cost": None}, "fact_missing", "cost", id="null-is-absent"),
        pytest.param({"bill": 9, "x_paid": 2, "cost": 8}, "arithmetic_wrong", "cost", id="above-what-is-left"),
        pytest.param({"bill": 9, "x_paid": 10, "cost": 1}, "arithmetic_wrong", "cost", id="above-nothing"),
    ],
)
def test_base_that_is_open(facts, reason, about):
    outcome = work_out({**INDEMNITY, "base": FROM}, facts)
    check_open(outcome, reason, about)
    assert outcome.steps == []


# -- benefits ---------------------------------------------------------------------------------------------------------


def test_indemnity_step_by_step():
    formula = {**INDEMNITY, "caps": [{"amount": 400, "per": "year"}], "conditions": [
        {"fact": "ill", "reason": "not_ill", "values": [True]}], "deductible": 100, "overlap": True}  # fmt: skip
    facts = {"cost": 1000, "gov_paid": 500, "ill": True, "other_paid": 250, "paid": 9, "total_bill": 1000}
    outcome = work_out(formula, facts, used={"year": 50})
    assert outcome.steps == [
        step("condition", "conditions.0", [], 1, "ill"),
        step("base", "base", [1000], 1000, "cost"),
        step("deductible", "deductible", [1000, 100], 900),
        step("ratio", "ratio_bp", [900, 5000], 450),
        step("cap", "caps.0", [450, 400, 50], 350, "year"),
        step("overlap", "overlap", [350, 1000, 750], 250),
    ]
    assert outcome == Outcome({"payable": 250}, None, outcome.steps, about=None, open=False)


@pytest.mark.parametrize("missing", ["deductible", "ratio_bp"])
def test_a_clause_that_no_source_states(missing):
    outcome = work_out({**INDEMNITY, missing: None}, {"cost": 1000})
    check_open(outcome, "terms_incomplete", missing)
    assert [done["op"] for done in outcome.steps] == ["base", "deductible"][: 1 if missing == "deductible" else 2]


@pytest.mark.parametrize(
    ("rounding", "results"),
    [
        ("down", [0, 1, 1, 2, 2]),
        ("up", [1, 1, 2, 2, 3]),
        ("half_up", [1, 1, 2, 2, 3]),
        ("half_even", [0, 1, 2, 2, 2]),
    ],
)
def test_rounding_of_halves(rounding, results):
    formula = {**INDEMNITY, "rounding": rounding}
    assert [work_out(formula, {"cost": cost}).results["payable"] for cost in range(1, 6)] == results


@pytest.mark.parametrize(
    ("rounding", "results"), [("down", [0, 0, 0]), ("up", [1, 1, 1]), ("half_up", [0, 1, 1]), ("half_even", [0, 0, 1])]
)
def test_rounding_beside_a_half(rounding, results):
    formula = {**INDEMNITY, "rounding": rounding}
    got = [work_out({**formula, "ratio_bp": bp}, {"cost": 1}).results["payable"] for bp in (4999, 5000, 5001)]
    assert got == results


def test_rounding_is_looked_at_only_where_it_matters():
    formula = {**INDEMNITY, "rounding": None}
    assert work_out(formula, {"cost": 1000}).results == {"payable": 500}
    check_open(work_out(formula, {"cost": 1001}), "terms_incomplete", "rounding")


def test_a_product_may_be_large_and_a_step_may_not():
    assert work_out({**INDEMNITY, "ratio_bp": 10_000}, {"cost": INTEGER_MAX}).results == {"payable": INTEGER_MAX}
    days = {**PER_DIEM, "per_day": 2**30}
    assert work_out(days, {"days": 2**23 - 1}).results == {"payable": 2**53 - 2**30}
    outcome = work_out(days, {"days": 2**23})
    check_open(outcome, "arithmetic_wrong", "per_day")
    assert [done["op"] for done in outcome.steps] == ["days"]


@pytest.mark.parametrize(
    ("value", "tier", "steps", "payable"),
    [
        (0, None, [], 0),
        (1, 0, ["ratio", "at_most"], 0),
        (799, 0, ["ratio", "at_most"], 399),
        (1000, 0, ["ratio", "at_most"], 400),
        (1001, 1, ["amount"], 700),
        (1999, 1, ["amount"], 700),
        (2000, 2, ["ratio"], 2000),
        (2001, 2, ["ratio"], 2001),
    ],
)
def test_tiers(value, tier, steps, payable):
    outcome = work_out(TIERED, {"cost": value})
    assert outcome.results == {"payable": payable}
    assert outcome.reason == (None if payable else "nothing_left")
    if tier is None:
        assert [done["op"] for done in outcome.steps] == ["base"]
    else:
        assert outcome.steps[1] == step("tier", f"tiers.{tier}", [value], tier)
        assert [done["op"] for done in outcome.steps[2:]] == steps
        assert {done["clause"] for done in outcome.steps[2:]} == {f"tiers.{tier}.pays"}


def test_what_tiers_leave_open():
    one = {"including": None, "pays": None, "up_to": 1000}
    formula = {**TIERED, "tiers": [one, {"pays": {"amount": 1}}]}
    check_open(work_out(formula, {"cost": 999}), "terms_incomplete", "tiers.0.pays")
    check_open(work_out(formula, {"cost": 1000}), "terms_incomplete", "tiers")
    assert work_out(formula, {"cost": 1001}).results == {"payable": 1}
    check_open(work_out({**TIERED, "tiers": None}, {"cost": 1}), "terms_incomplete", "tiers")
    nothing = work_out({**TIERED, "tiers": None}, {"cost": 0})
    assert (nothing.reason, nothing.about, nothing.open) == ("nothing_left", "base", False)


def test_a_choice_of_tiers_with_a_choice_inside():
    tiers = [{"pays": clause(one={"amount": 5}, two={"amount": 6})}]
    assert work_out({**TIERED, "tiers": clause(one=tiers, two=None)}, {"cost": 1}).results == {"payable": 5}


def test_grades():
    assert work_out(GRADED, {"grade": "1"}).steps == [
        step("grade", "grades", [], 90, "grade"),
        step("at_most", "max", [90, 80], 80),
    ]
    assert work_out({**GRADED, "grades": None}, {"assessed": 30, "grade": "1"}).steps == [
        step("base", "grades", [30], 30, "assessed"),
        step("at_most", "max", [30, 80], 30),
    ]
    assert work_out(GRADED, {"assessed": 0}).reason == "nothing_left"
    check_open(work_out(GRADED, {"grade": "3"}), "grade_unknown", "grade")
    check_open(work_out(GRADED, {"grade": 1}), "fact_wrong", "grade")
    check_open(work_out(GRADED, {"grade": "a" * 101}), "fact_wrong", "grade")
    check_open(work_out(GRADED, {}), "fact_missing", "grade")
    check_open(work_out({**GRADED, "grades": None}, {}), "terms_incomplete", "grades")
    check_open(work_out({**GRADED, "max": None}, {"grade": "1"}), "terms_incomplete", "max")


def test_days_stated():
    outcome = work_out({**PER_DIEM, "day_count": None}, {"days": 12, "admitted_on": "never"})
    assert outcome.steps == [
        step("days", "day_count", [], 12, "days"),
        step("multiply", "per_day", [12, 100], 1200),
    ]


@pytest.mark.parametrize(
    ("admitted", "discharged", "nights"),
    [("2019-03-01", "2019-03-01", 0), ("2019-12-31", "2020-01-01", 1), ("2020-02-28", "2020-03-01", 2)],
)
def test_days_counted(admitted, discharged, nights):
    facts = {"admitted_on": admitted, "discharged_on": discharged}
    by_night = work_out(PER_DIEM, facts)
    assert by_night.steps[0] == step("days", "day_count", [], nights, "nights")
    assert by_night.reason == (None if nights else "nothing_left")
    assert work_out({**PER_DIEM, "day_count": "inclusive"}, facts).steps[0]["out"] == nights + 1


@pytest.mark.parametrize(
    ("facts", "reason", "about"),
    [
        ({}, "fact_missing", "admitted_on"),
        ({"admitted_on": "2019-02-01"}, "fact_missing", "discharged_on"),
        ({"admitted_on": "2019-02-29", "discharged_on": "2019-03-01"}, "fact_wrong", "admitted_on"),
        ({"admitted_on": "2019-2-28", "discharged_on": "2019-03-01"}, "fact_wrong", "admitted_on"),
        ({"admitted_on": "\ud800", "discharged_on": "2019-03-01"}, "fact_wrong", "admitted_on"),
        ({"admitted_on": 20190228, "discharged_on": "2019-03-01"}, "fact_wrong", "admitted_on"),
        ({"admitted_on": "2019-03-02", "discharged_on": "2019-03-01"}, "arithmetic_wrong", "discharged_on"),
        ({"admitted_on": "2019-03-01", "discharged_on": "2019-03-02"}, "terms_incomplete", "day_count"),
        ({"days": True}, "fact_wrong", "days"),
    ],
)
def test_days_that_are_open(facts, reason, about):
    outcome = work_out({**PER_DIEM, "day_count": None}, facts)
    check_open(outcome, reason, about)
    assert outcome.steps == []


@pytest.mark.parametrize(
    ("values", "fact", "met"),
    [
        (["a", 1, False], "a", True),
        (["a", 1, False], 1, True),
        (["a", 1, False], False, True),
        ([1], True, False),
        ([True], 1, False),
        ([0], False, False),
        ([1], 1.0, False),
        ([1], "1", False),
        (["a"], None, False),
        (["a"], ["a"], False),
    ],
)
def test_conditions_want_the_same_type_and_value(values, fact, met):
    condition = {"fact": "x", "reason": "not_x", "values": values}
    outcome = work_out({**LUMP, "conditions": [condition]}, {"x": fact})
    assert outcome.steps[0] == step("condition", "conditions.0", [], int(met), "x")
    assert (outcome.reason, outcome.results) == ((None, {"payable": 500}) if met else ("not_x", {"payable": 0}))
    assert not outcome.open
    assert conditions_hold({"readings": {}}, [condition], {"x": fact}) is met


def test_conditions_in_order():
    unmet, unstated = ({"fact": "x", "reason": "not_x", "values": values} for values in ([1], None))
    first = work_out({**LUMP, "conditions": [unmet, unstated]}, {})
    assert (first.reason, first.about, len(first.steps)) == ("not_x", "x", 1)
    check_open(work_out({**LUMP, "conditions": [unstated, unmet]}, {}), "terms_incomplete", "conditions.0")
    assert conditions_hold({"readings": {}}, [unmet, unstated], {}) is False
    assert conditions_hold({"readings": {}}, [unstated, unmet], {}) is None
    assert conditions_hold({"readings": {}}, [], {}) is True


@pytest.mark.parametrize(
    ("used", "payable", "reason"),
    [(0, 300, None), (1, 299, None), (299, 1, None), (300, 0, "cap_reached"), (301, 0, "cap_reached")],
)
def test_caps(used, payable, reason):
    caps = [{"amount": 300, "per": "year"}, {"amount": 400, "per": "claim"}]
    outcome = work_out({**LUMP, "caps": caps}, {}, used={"policy": 7, "year": used})
    assert (outcome.results["payable"], outcome.reason) == (payable, reason)
    assert outcome.about == (reason and "caps.0")
    assert outcome.steps[1:] == [
        step("cap", "caps.0", [500, 300, used], payable, "year"),
        step("cap", "caps.1", [payable, 400, 0], payable, "claim"),
    ]


@pytest.mark.parametrize("cap", [{"amount": None, "per": "year"}, {"amount": 1, "per": None}])
def test_a_cap_that_no_source_states(cap):
    outcome = work_out({**LUMP, "caps": [{"amount": 400, "per": "claim"}, cap]}, {})
    check_open(outcome, "terms_incomplete", "caps.1")
    assert len(outcome.steps) == 2


@pytest.mark.parametrize("used", [True, -1, 2**53, "7"])
def test_what_was_used_is_a_number(used):
    check_open(work_out({**LUMP, "caps": [{"amount": 1, "per": "year"}]}, {}, used={"year": used}), "fact_wrong",
               "caps.0")  # fmt: skip


@pytest.mark.parametrize(
    ("paid", "payable", "reason"),
    [(499, 500, None), (501, 499, None), (1000, 0, "bill_covered"), (1001, 0, "bill_covered")],
)
def test_overlap(paid, payable, reason):
    facts = {"a_paid": paid, "b_paid": None, "total_bill": 1000, "unpaid": 7}
    outcome = work_out({**LUMP, "overlap": True}, facts)
    assert (outcome.results["payable"], outcome.reason) == (payable, reason)
    assert outcome.steps[1] == step("overlap", "overlap", [500, 1000, paid], payable)
    assert work_out(LUMP, facts).results == {"payable": 500}
    assert len(work_out({**LUMP, "overlap": True}, {"a_paid": paid}).steps) == 1


def test_overlap_wants_numbers():
    formula = {**LUMP, "overlap": True}
    check_open(work_out(formula, {"a_paid": "7", "total_bill": 9}), "fact_wrong", "a_paid")
    check_open(work_out(formula, {"total_bill": False}), "fact_wrong", "total_bill")
    too_much = {"a_paid": INTEGER_MAX, "b_paid": 1, "total_bill": 9}
    check_open(work_out(formula, too_much), "arithmetic_wrong", "overlap")


def test_the_reason_is_that_of_the_first_step_that_came_to_nothing():
    caps = [{"amount": 300, "per": "year"}]
    facts = {"a_paid": 9, "cost": 100, "total_bill": 9}
    formula = {**INDEMNITY, "caps": caps, "overlap": True}
    assert work_out(formula, facts, used={"year": 300}).reason == "cap_reached"
    assert work_out(formula, facts).reason == "bill_covered"
    nothing = work_out({**formula, "deductible": 100}, facts, used={"year": 300})
    assert (nothing.reason, nothing.about) == ("nothing_left", "deductible")
    assert work_out({**formula, "ratio_bp": 0}, facts).about == "ratio_bp"


# -- what-ifs ---------------------------------------------------------------------------------------------------------


def test_what_is_assumed_fills_what_is_not_stated():
    formula = {**INDEMNITY, "caps": [{"amount": None, "per": "year"}], "ratio_bp": None, "rounding": None}
    filled = work_out(formula, {"cost": 25}, assumed={"cap": 6, "ratio_bp": 3000, "rounding": "up"})
    assert [done["out"] for done in filled.steps] == [25, 25, 8, 6]
    stated = work_out({**formula, "ratio_bp": 4000}, {"cost": 25}, assumed={"cap": 60, "ratio_bp": 3000})
    assert stated.results == {"payable": 10}
    check_open(work_out(formula, {"cost": 25}, assumed={"ratio_bp": 3000, "rounding": "up"}), "terms_incomplete",
               "caps.0")  # fmt: skip
    by_age = {**AGE, "max_inclusive": None}
    assert work_out(by_age, {"age": 60}, assumed={"max_inclusive": False}).reason == "age_above"


@pytest.mark.parametrize(
    ("formula", "assumed", "message"),
    [
        ({**INDEMNITY, "ratio_bp": None}, {"ratio_bp": 10_001}, "assumed ratio_bp: expected .* 0 to 10000, got"),
        ({**INDEMNITY, "ratio_bp": None}, {"ratio_bp": True}, "assumed ratio_bp: expected an .* got 'True'"),
        ({**INDEMNITY, "rounding": None, "ratio_bp": 1}, {"rounding": "ceiling"}, "assumed rounding: expected one of"),
        ({**AGE, "max_inclusive": None}, {"max_inclusive": 1}, "assumed max_inclusive: expected true or false"),
        ({**ESTIMATE, "per": None}, {"per": 0}, "assumed per: expected an integer from 1"),
    ],
)
def test_what_is_assumed_is_of_the_clauses_type(formula, assumed, message):
    with pytest.raises(FormatError, match=message):
        work_out(formula, {"age": 20, "cost": 7}, assumed=assumed)


@pytest.mark.parametrize(
    ("formula", "name", "bound"),
    [
        (INDEMNITY, "deductible", 0),
        (INDEMNITY, "ratio_bp", 0),
        (INDEMNITY, "ratio_bp", 10_000),
        (LUMP, "amount", 1),
        (GRADED, "max", 1),
        (PER_DIEM, "per_day", 1),
        (ESTIMATE, "gives", 1),
        (ESTIMATE, "per", 1),
        ({"base": BASE, "kind": "per_head"}, "rate", 1),
        (AGE, "min", 0),
        ({**AGE, "min": 0}, "max", 0),
        (CARD, "subsidy", 0),
    ],
)
def test_what_is_assumed_may_be_the_bound_and_nothing_beyond(formula, name, bound):
    facts = {"age": 0, "cost": 7, "days": 1, "grade": "1", "purchases": []}
    unstated = {**formula, name: None}
    assert not work_out(unstated, facts, assumed={name: bound}).open
    beyond = bound + 1 if bound > 1 else bound - 1
    with pytest.raises(FormatError, match=f"assumed {name}: expected an integer from .* got '{beyond}'"):
        work_out(unstated, facts, assumed={name: beyond})


def test_a_first_cap_that_is_assumed_is_1_or_more():
    formula = {**LUMP, "caps": [{"amount": None, "per": "year"}]}
    assert work_out(formula, {}, assumed={"cap": 1}).results == {"payable": 1}
    with pytest.raises(FormatError, match="assumed cap: expected an integer from 1 to"):
        work_out(formula, {}, assumed={"cap": 0})


# -- ages -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("born", "on", "years"),
    [
        pytest.param("1949-12-31", "2009-12-30", 59, id="day-before-birthday"),
        pytest.param("1949-12-31", "2009-12-31", 60, id="birthday"),
        pytest.param("2000-02-29", "2019-02-28", 18, id="leap-born-28-february"),
        pytest.param("2000-02-29", "2019-03-01", 19, id="leap-born-1-march"),
        pytest.param("2000-02-29", "2020-02-28", 19, id="leap-born-28-february-leap-year"),
        pytest.param("2000-02-29", "2020-02-29", 20, id="leap-born-29-february"),
        pytest.param("2019-03-01", "2019-03-01", 0, id="day-of-birth"),
    ],
)
def test_completed_years(born, on, years):
    outcome = work_out({**AGE, "max": 200, "min": 0}, {"born": born, "on": on})
    assert outcome.steps[0] == step("age", "at", [], years, "born")
    assert outcome.results == {"age": years, "eligible_by_age": True}


@pytest.mark.parametrize(
    ("facts", "name", "years"),
    [
        ({"age": 30, "born": "1990-01-01", "on": "2000-01-01"}, "age", 30),
        ({"born": "1990-01-01", "id_number": "11010519491231002X", "on": "2020-01-01"}, "born", 30),
        ({"id_number": "11010519491231002X", "on": "2009-12-30"}, "id_number", 59),
        ({"born": "1990-01-01", "admitted_on": "2020-01-01", "policy_first_day": "2019-12-31"}, "born", 30),
    ],
)
def test_where_an_age_is_from(facts, name, years):
    outcome = work_out(AGE, facts)
    assert outcome.steps == [
        step("age", "at", [], years, name),
        step("at_least", "min", [years, 18], 1),
        step("not_above", "max", [years, 60], 1),
    ]
    by_policy = work_out({**AGE, "at": "policy_start"}, {"born": "1990-01-01", "policy_first_day": "2019-12-31"})
    assert by_policy.results["age"] == 29


@pytest.mark.parametrize(
    ("age", "inclusive", "reason", "ops"),
    [
        (17, True, "age_below", ["age", "at_least"]),
        (18, True, None, ["age", "at_least", "not_above"]),
        (60, True, None, ["age", "at_least", "not_above"]),
        (61, True, "age_above", ["age", "at_least", "not_above"]),
        (59, False, None, ["age", "at_least", "not_above"]),
        (60, False, "age_above", ["age", "at_least", "not_above"]),
    ],
)
def test_bounds_of_ages(age, inclusive, reason, ops):
    outcome = work_out({**AGE, "max_inclusive": inclusive}, {"age": age})
    assert outcome.results == {"age": age, "eligible_by_age": reason is None}
    assert (outcome.reason, outcome.open) == (reason, False)
    assert [done["op"] for done in outcome.steps] == ops
    assert outcome.steps[-1]["out"] == int(reason is None)


@pytest.mark.parametrize(
    ("facts", "reason", "about"),
    [
        ({}, "fact_missing", "age"),
        ({"on": "2020-01-01"}, "fact_missing", "age"),
        ({"born": "1990-01-01"}, "terms_incomplete", "at"),
        ({"born": "1990-02-30"}, "fact_wrong", "born"),
        ({"born": "1990-01-01", "on": "today"}, "fact_wrong", "on"),
        ({"born": "1990-01-02", "on": "1990-01-01"}, "arithmetic_wrong", "born"),
        ({"id_number": "11010519491231002X", "on": "1949-12-30"}, "arithmetic_wrong", "id_number"),
        ({"age": True}, "fact_wrong", "age"),
        ({"id_number": 110105194912310020}, "fact_wrong", "id_number"),
    ],
)
def test_ages_that_are_open(facts, reason, about):
    outcome = work_out({**AGE, "at": None}, facts)
    check_open(outcome, reason, about)
    assert outcome.steps == []


def test_the_day_of_an_age_may_be_missing():
    check_open(work_out(AGE, {"born": "1990-01-01"}), "fact_missing", "admitted_on")
    check_open(work_out({**AGE, "at": "policy_start"}, {"born": "1990-01-01"}), "fact_missing", "policy_first_day")


@pytest.mark.parametrize("missing", ["min", "max", "max_inclusive"])
def test_bounds_of_ages_that_no_source_states(missing):
    check_open(work_out({**AGE, missing: None}, {"age": 30}), "terms_incomplete", missing)


@pytest.mark.parametrize(
    "number",
    [
        pytest.param("110105194912310021", id="check"),
        pytest.param("11010519491231002x", id="lower-case"),
        pytest.param("11010519491231002", id="17-digits"),
        pytest.param("11010519491231002XX", id="19-digits"),
        pytest.param("11010519491331002X", id="month-13"),
        pytest.param("X1010519491231002X", id="x-in-front"),
        pytest.param("１10105194912310020", id="full-width"),
        pytest.param("11010519491231002X\n", id="newline"),
    ],
)
def test_id_numbers_refused(number):
    with pytest.raises(Undecided) as refused:
        birthday(number)
    assert (refused.value.reason, refused.value.about) == ("fact_wrong", "id_number")


def test_an_id_number_has_one_check():
    """Each body has exactly one check that passes, by the weights that GB 11643 prints."""
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    for order in range(0, 1000, 7):
        body = f"11010519491231{order:03}"
        left = sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True)) % 11
        for check in "0123456789X":
            if check == "10X98765432"[left]:
                assert birthday(body + check).isoformat() == "1949-12-31"
            else:
                with pytest.raises(Undecided):
                    birthday(body + check)


def test_an_id_number_with_no_such_day():
    """The check is right, the day is not in the calendar."""
    with pytest.raises(Undecided):
        birthday(next(f"11010520190229002{check}" for check in "0123456789X" if passes(f"11010520190229002{check}")))


def passes(number: str) -> bool:
    """Whether an id number's check is right, by powers of 2 (ISO 7064)."""
    return sum("0123456789X".index(digit) * 2 ** (17 - at) for at, digit in enumerate(number)) % 11 == 1


# -- cards ------------------------------------------------------------------------------------------------------------


def bought(*purchases: tuple[str, int]) -> list[dict[str, Any]]:
    return [{"category": category, "market_value": value} for category, value in purchases]


def test_a_card_step_by_step():
    facts = {"purchases": bought(("toys", 30), ("rice", 60), ("rice", 50))}
    outcome = work_out(CARD, facts)
    assert outcome.steps == [
        step("price", "allowances", [30], 30, "toys"),
        step("price", "allowances.0", [110], 85, "rice"),
        step("subsidy", "subsidy", [115, 60], 60),
    ]
    assert outcome.results == {"discount": 25, "discounted_total": 115, "own_money": 55, "subsidy_used": 60}


@pytest.mark.parametrize(
    ("limit_in", "value", "cost"),
    [
        ("market_value", 100, 75),
        ("market_value", 101, 76),
        ("market_value", 2, 2),  # 1.5
        ("discounted_price", 133, 100),  # 99.75
        ("discounted_price", 134, 101),  # 100 + 134 - 133.33
        ("discounted_price", 2, 2),
    ],
)
def test_prices(limit_in, value, cost):
    outcome = work_out({**CARD, "limit_in": limit_in}, {"purchases": bought(("rice", value))})
    assert outcome.results["discounted_total"] == cost


def test_a_category_is_rounded_as_a_whole():
    """102 of market value: 1 at a half and 101 whole are 101.5, even above; the 1 alone would go down to 0."""
    allowance = {"category": "rice", "limit": 1, "price_bp": 5000}
    outcome = work_out({**CARD, "allowances": [allowance]}, {"purchases": bought(("rice", 102))})
    assert outcome.results["discounted_total"] == 102


@pytest.mark.parametrize("limit_in", ["market_value", "discounted_price"])
def test_what_was_bought_earlier_shifts_the_price(limit_in):
    """However purchases are parted, all of them together cost the same."""
    formula = {**CARD, "limit_in": limit_in}
    whole = work_out(formula, {"purchases": bought(("rice", 161))}).results["discounted_total"]
    for first in (0, 1, 2, 99, 100, 101, 133, 134, 160, 161):
        before = work_out(formula, {"purchases": bought(("rice", first))}).results["discounted_total"]
        facts = {"bought_earlier": bought(("rice", first), ("toys", 5)), "purchases": bought(("rice", 161 - first))}
        assert before + work_out(formula, facts).results["discounted_total"] == whole


@pytest.mark.parametrize(
    ("facts", "unspent", "used"),
    [
        ({}, None, 60),
        ({"subsidy_used_earlier": 50}, None, 10),
        ({"subsidy_used_earlier": 61}, None, 0),
        ({"carried_over": 0}, None, 60),
        ({"carried_over": 5}, "lapses", 60),
        ({"carried_over": 5}, "carries_over", 65),
        ({"carried_over": 5, "subsidy_used_earlier": 90}, "carries_over", 5),
        ({"carried_over": 500}, "carries_over", 100),
    ],
)
def test_subsidies(facts, unspent, used):
    outcome = work_out({**CARD, "unspent": unspent}, {"purchases": bought(("toys", 100)), **facts})
    assert (outcome.results["subsidy_used"], outcome.results["own_money"]) == (used, 100 - used)


@pytest.mark.parametrize(
    ("change", "facts", "reason", "about"),
    [
        ({}, {}, "fact_missing", "purchases"),
        ({}, {"purchases": "rice"}, "fact_wrong", "purchases"),
        ({}, {"purchases": ["rice"]}, "fact_wrong", "purchases"),
        ({}, {"purchases": bought(("rice", True))}, "fact_wrong", "purchases"),
        ({}, {"purchases": bought(("", 1))}, "fact_wrong", "purchases"),
        ({}, {"purchases": [], "bought_earlier": [{}]}, "fact_wrong", "bought_earlier"),
        ({}, {"purchases": [], "carried_over": -1}, "fact_wrong", "carried_over"),
        ({"limit_in": None}, {"purchases": bought(("rice", 1))}, "terms_incomplete", "limit_in"),
        ({"rounding": None}, {"purchases": bought(("rice", 1))}, "terms_incomplete", "rounding"),
        ({"subsidy": None}, {"purchases": []}, "terms_incomplete", "subsidy"),
        ({"unspent": None}, {"purchases": [], "carried_over": 1}, "terms_incomplete", "unspent"),
        ({"allowances": [{"category": "rice", "limit": None, "price_bp": 1}]}, {"purchases": bought(("rice", 1))},
         "terms_incomplete", "allowances.0.limit"),
        ({"allowances": [{"category": "rice", "limit": 1, "price_bp": None}]}, {"purchases": bought(("rice", 1))},
         "terms_incomplete", "allowances.0.price_bp"),
        ({}, {"purchases": bought(("toys", INTEGER_MAX), ("rice", 1))}, "arithmetic_wrong", "purchases"),
        ({}, {"purchases": [], "bought_earlier": bought(("toys", INTEGER_MAX), ("rice", 1))}, "arithmetic_wrong",
         "bought_earlier"),
    ],
)  # fmt: skip
def test_cards_that_are_open(change, facts, reason, about):
    check_open(work_out({**CARD, **change}, facts), reason, about)


def test_values_bought_may_come_up_to_the_largest_integer():
    facts = {"purchases": bought(("toys", INTEGER_MAX - 1), ("rice", 1))}
    outcome = work_out({**CARD, "rounding": "up"}, {**facts, "bought_earlier": facts["purchases"]})
    assert outcome.results["discounted_total"] == INTEGER_MAX


def test_a_price_of_nothing():
    allowance = {"category": "rice", "limit": 1, "price_bp": 0}
    for limit_in, cost in (("market_value", 8), ("discounted_price", 0)):
        formula = {**CARD, "allowances": [allowance], "limit_in": limit_in}
        assert work_out(formula, {"purchases": bought(("rice", 9))}).results["discounted_total"] == cost


# -- sums -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "shares"),
    [
        ({"gift": 10, "households": ["b", "a", "c"], "split": "equal"}, {"a": 3, "b": 4, "c": 3}),
        ({"gift": 11, "households": ["b", "a", "c"]}, {"a": 4, "b": 4, "c": 3}),
        ({"gift": 0, "households": ["a"]}, {"a": 0}),
        ({"gift": 10, "households": ["a", "b", "c"], "weights": [1, 2, 4]}, {"a": 1, "b": 3, "c": 6}),
        ({"gift": 1, "households": ["a", "b"], "weights": [1, INTEGER_MAX]}, {"a": 0, "b": 1}),
    ],
)
def test_allot(facts, shares):
    outcome = work_out({"kind": "allot"}, facts)
    assert outcome == Outcome({"shares": shares}, None, [], about=None, open=False)
    assert sum(shares.values()) == facts["gift"]


@pytest.mark.parametrize(
    ("change", "reason", "about"),
    [
        ({"gift": None}, "fact_missing", "gift"),
        ({"households": None}, "fact_missing", "households"),
        ({"households": []}, "fact_wrong", "households"),
        ({"households": ["a", "a"]}, "fact_wrong", "households"),
        ({"households": ["a", 1]}, "fact_wrong", "households"),
        ({"households": "ab"}, "fact_wrong", "households"),
        ({"households": [str(at) for at in range(1001)]}, "fact_wrong", "households"),
        ({"weights": [1]}, "fact_wrong", "weights"),
        ({"weights": [1, 0]}, "fact_wrong", "weights"),
        ({"weights": [1, True]}, "fact_wrong", "weights"),
        ({"split": "by_need"}, "fact_wrong", "split"),
        ({"split": "equal", "weights": [1, 1]}, "fact_wrong", "split"),
    ],
)
def test_allot_that_is_open(change, reason, about):
    outcome = work_out({"kind": "allot"}, {"gift": 10, "households": ["a", "b"], **change})
    check_open(outcome, reason, about)
    assert outcome.results == {"shares": None}


def test_estimate():
    outcome = work_out(ESTIMATE, {"cost": 250})
    assert outcome.steps == [
        step("base", "base", [250], 250, "cost"),
        step("ratio", "gives", [250, 498, 100], 1245),
    ]
    assert work_out({**ESTIMATE, "partial": "whole"}, {"cost": 299}).results == {"given": 996}
    assert work_out({**ESTIMATE, "rounding": "up"}, {"cost": 1}).results == {"given": 5}
    check_open(work_out({**ESTIMATE, "gives": 101}, {"cost": INTEGER_MAX}), "arithmetic_wrong", "gives")
    for missing in ("gives", "partial", "per"):
        check_open(work_out({**ESTIMATE, missing: None}, {"cost": 250}), "terms_incomplete", missing)


def test_per_head():
    formula = {"base": BASE, "kind": "per_head", "rate": 100}
    outcome = work_out(formula, {"cost": 7})
    assert outcome.steps[1] == step("multiply", "rate", [7, 100], 700)
    assert outcome.results == {"premium": 700}
    check_open(work_out({**formula, "rate": None}, {"cost": 7}), "terms_incomplete", "rate")
    check_open(work_out(formula, {"cost": INTEGER_MAX // 100 + 1}), "arithmetic_wrong", "rate")


def test_share():
    outcome = work_out({"base": BASE, "kind": "share", "split": "fund/dlz"}, {"cost": 19})
    assert outcome.steps[1] == step("share", "split", [19, 9, 10], 17)
    assert outcome.results == {"claims": 17, "other": 2}
    check_open(work_out({"base": BASE, "kind": "share", "split": "fund/dlz"}, {}), "fact_missing", "cost")


@pytest.mark.parametrize(
    ("facts", "fund", "left", "short"),
    [
        ({"invested": 19, "paid": 7}, 17, 10, 0),
        ({"invested": 19, "paid": 17}, 17, 0, 0),
        ({"invested": 19, "paid": 18}, 17, 0, 1),
        ({"carried": 5, "invested": 19, "paid": 18}, 17, 4, 0),
    ],
)
def test_rollover(facts, fund, left, short):
    outcome = work_out(ROLLOVER, facts)
    assert outcome.results == {"claims_fund": fund, "rollover": left, "top_up": short}
    assert outcome.steps == [
        step("share", "invested_is", [19], fund),
        step("subtract", "split", [fund + facts.get("carried", 0), facts["paid"]], left),
    ]
    assert work_out({**ROLLOVER, "invested_is": "premium"}, facts).results["claims_fund"] == 19


def test_rollover_that_is_open():
    check_open(work_out(ROLLOVER, {"paid": 1}), "fact_missing", "invested")
    check_open(work_out(ROLLOVER, {"invested": 1}), "fact_missing", "paid")
    check_open(work_out({**ROLLOVER, "invested_is": None}, {"invested": 1, "paid": 1}), "terms_incomplete",
               "invested_is")  # fmt: skip
    too_much = {"carried": INTEGER_MAX, "invested": 2, "paid": 1}
    check_open(work_out(ROLLOVER, too_much), "arithmetic_wrong", "split")


# -- deadlines --------------------------------------------------------------------------------------------------------

IT = {"duty": "pay", "kind": "deadline"}
YEAR_2019 = Workdays({2019: {"days_off": ["2019-03-04"], "work_days": []}})


@pytest.mark.parametrize(
    ("facts", "results"),
    [
        pytest.param({"amount": 99}, {"due_on": "2019-03-05", "provisional": False}, id="below"),
        pytest.param({"amount": 100}, {"due_on": "2019-03-11", "provisional": False}, id="not-below"),
        pytest.param({"amount": 99, "paid_on": "2019-02-01"},
                     {"days_late": 0, "due_on": "2019-03-05", "met": True, "provisional": False}, id="before"),
        pytest.param({"amount": 99, "paid_on": "2019-03-05"},
                     {"days_late": 0, "due_on": "2019-03-05", "met": True, "provisional": False}, id="that-day"),
        pytest.param({"amount": 99, "paid_on": "2019-03-11"},
                     {"days_late": 4, "due_on": "2019-03-05", "met": False, "provisional": False}, id="late"),
    ],
)  # fmt: skip
def test_deadline(facts, results):
    outcome = work_out(IT, {"complete_on": "2019-03-01", **facts}, calendar=YEAR_2019)
    assert outcome.results == results
    assert outcome.steps == [step("days", "deadlines.0", [facts["amount"]], 1 if facts["amount"] < 100 else 5)]


def test_deadline_without_a_calendar_is_provisional():
    assert work_out(IT, {"amount": 1, "complete_on": "2019-03-01"}).results == {
        "due_on": "2019-03-04",
        "provisional": True,
    }
    by_day = {**DEADLINE, "unit": "calendar_day"}
    outcome = work_out(IT, {"amount": 1, "complete_on": "2019-03-01"}, deadlines=[by_day])
    assert outcome.results == {"due_on": "2019-03-02", "provisional": False}


def test_the_first_deadline_whose_conditions_hold():
    poor = {"fact": "poor", "reason": "not_poor", "values": [True]}
    quick = {**DEADLINE, "conditions": [poor], "tiers": [{"days": 0}]}
    other = {**DEADLINE, "id": "open", "starts": "claim"}
    deadlines = [other, quick, DEADLINE]
    facts = {"amount": 100, "complete_on": "2019-03-01"}
    assert work_out(IT, {**facts, "poor": True}, deadlines=deadlines).results["due_on"] == "2019-03-01"
    assert work_out(IT, facts, deadlines=deadlines).steps == [step("days", "deadlines.2", [100], 5)]
    assert deadline_for({"deadlines": deadlines, "readings": {}}, "pay", {"poor": True}) == quick
    assert deadline_for({"deadlines": deadlines, "readings": {}}, "pay", {"poor": 1}) == DEADLINE


def test_no_deadline():
    never = {"fact": "poor", "reason": "not_poor", "values": [True]}
    outcome = work_out(IT, {"paid_on": "2019-03-01"}, deadlines=[{**DEADLINE, "conditions": [never]}])
    results = {"days_late": None, "due_on": None, "met": None, "provisional": None}
    assert outcome == Outcome(results, "no_deadline", [], about="pay", open=False)
    unstated = {**DEADLINE, "conditions": [{**never, "values": None}]}
    terms = {"deadlines": [unstated, DEADLINE], "readings": {}}
    assert deadline_for(terms, "pay", {}) is None
    assert deadline_for(terms, "open", {}) is None
    check_open(work_out(IT, {}, deadlines=terms["deadlines"]), "terms_incomplete", "deadlines.0.conditions")


@pytest.mark.parametrize(
    ("change", "facts", "reason", "about"),
    [
        ({}, {"amount": None}, "fact_missing", "amount"),
        ({}, {"amount": "1"}, "fact_wrong", "amount"),
        ({}, {"complete_on": None}, "fact_missing", "complete_on"),
        ({}, {"complete_on": "2019-02-29"}, "fact_wrong", "complete_on"),
        ({}, {"complete_on": "9999-12-31"}, "arithmetic_wrong", "deadlines.0"),
        ({}, {"paid_on": 20190301}, "fact_wrong", "paid_on"),
        ({"unit": None}, {}, "terms_incomplete", "deadlines.0.unit"),
        ({"tiers": None}, {}, "terms_incomplete", "deadlines.0.tiers"),
        ({"tiers": [{"days": None}]}, {}, "terms_incomplete", "deadlines.0.tiers"),
    ],
)
def test_deadlines_that_are_open(change, facts, reason, about):
    facts = {"amount": 1, "complete_on": "2019-03-01", **facts}
    outcome = work_out(IT, facts, deadlines=[{**DEADLINE, **change}])
    check_open(outcome, reason, about)
    assert set(outcome.results) == {"due_on", "provisional"} | ({"met", "days_late"} if "paid_on" in facts else set())


@pytest.mark.parametrize(
    ("tiers", "amount", "days"),
    [
        ([{"days": 3}], 0, 3),
        ([{"below": 10, "days": 3, "including": True}, {"days": 7}], 10, 3),
        ([{"below": 10, "days": 3, "including": False}, {"days": 7}], 10, 7),
        ([{"below": 10, "days": 3, "including": None}, {"days": 7}], 10, None),
        ([{"below": 10, "days": 3, "including": None}, {"days": 7}], 11, 7),
        ([{"days": None}], 0, None),
        (clause(one=[{"days": clause(one=0)}]), 5, 0),
        (clause(two=[{"days": 1}]), 5, None),
    ],
)
def test_days_of_a_tier(tiers, amount, days):
    assert tier_days({"readings": {"a": "one"}}, {"tiers": tiers}, amount) == days


def test_unknown_unit_of_a_deadline():
    with pytest.raises(CannotTell, match="unit 'hour' is not known"):
        work_out(IT, {"amount": 1, "complete_on": "2019-03-01"}, deadlines=[{**DEADLINE, "unit": "hour"}])


def test_kinds_and_members_are_those_of_the_table():
    table = rules()
    kinds = table["kinds"]["terms"]["members"]["formulas"]["map"][1]["tagged"]
    assert set(BENEFITS) == set(table["paying_formulas"])
    assert {name: {"kind", *kind.members} for name, kind in KINDS.items()} == {
        name: {*kind["object"], *kind["optional"]} for name, kind in kinds.items()
    }


def test_each_kind_has_a_test_here():
    tried = {INDEMNITY["kind"], TIERED["kind"], GRADED["kind"], PER_DIEM["kind"], LUMP["kind"], AGE["kind"],
             CARD["kind"], ESTIMATE["kind"], ROLLOVER["kind"], IT["kind"], "allot", "per_head", "share"}  # fmt: skip
    assert tried == set(KINDS)
