"""Cross checks: formulas, their bounds by the precision of what they rest on, and units that may not be mixed."""

import os
from fractions import Fraction
from pathlib import Path

import pytest

from ledger.errors import FormatError
from node.authoring.source import read_source
from node.errors import NodeError
from node.figures.explain import refusal_in_words
from node.figures.formula import parse_formula, work_out
from node.figures.quantity import exact
from node.figures.sums import check_totals
from node.figures.words import LANGUAGES

DATA = Path(os.environ.get("MINGZHANG_DATA", Path(__file__).parents[3] / "shared" / "data"))

KNOWN = {"a": exact(Fraction(7), "fen"), "b-2": exact(Fraction(2), "fen"), "n": exact(Fraction(3), "claims"),
         "m": exact(Fraction(5), "persons"), "x-a": exact(Fraction(1), "fen")}


def total(name, value, unit="fen", precision="exact", **more):
    return {"id": name, "value": value, "unit": unit, "precision": precision, "metric": "m", **more}


def checked(formula, *totals, value=0, unit="fen", more=()):
    """The one check that is asked for."""
    checks = [{"id": "x-1", "formula": formula, "value": value, "unit": unit}, *more]
    return check_totals({"version": 1, "totals": list(totals), "cross_checks": checks}, name="f")[0]


# -- formulas ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text,value,measure", [
    pytest.param("a", 7, "fen", id="an-id"),
    pytest.param("a + b-2", 9, "fen", id="plus"),
    pytest.param("a - b-2", 5, "fen", id="minus"),
    pytest.param("a - b-2 - x-a", 4, "fen", id="from-left-to-right"),
    pytest.param("a - (b-2 - x-a)", 6, "fen", id="brackets"),
    pytest.param("a + b-2 x 3", 13, "fen", id="times-before-plus"),
    pytest.param("12 fen / 4 x 3", 9, "fen", id="over-and-times-from-left-to-right"),
    pytest.param("90% x a", Fraction(63, 10), "fen", id="percent"),
    pytest.param("2.5% x a", Fraction(7, 40), "fen", id="a-part-of-a-percent"),
    pytest.param("n x 800 yuan", 240_000, "fen", id="so-much-for-each"),
    pytest.param("0.05 yuan × 2", 10, "fen", id="the-sign-of-times"),
    pytest.param("a / n", Fraction(7, 3), "fen/claims", id="for-each"),
    pytest.param("a / n * n", 7, "fen", id="for-each-times-so-many"),
    pytest.param("a ÷ b-2", Fraction(7, 2), "number", id="a-ratio"),
    pytest.param("floor(a / b-2) x a", 21, "fen", id="floor"),
    pytest.param("n / m", Fraction(3, 5), "claims/persons", id="a-count-for-each"),
])
def test_a_formula(text, value, measure):
    found = work_out(parse_formula(text), KNOWN.__getitem__)
    assert (found.value, found.measure) == (value, measure)


@pytest.mark.parametrize("text,message", [
    pytest.param("", "character 1: expected an id or a number, got the end", id="empty"),
    pytest.param("a +", "character 4: expected an id or a number, got the end", id="cut-off"),
    pytest.param("a b", "character 3: expected +, -, x, / or the end, got 'b'", id="two-ids"),
    pytest.param("(a", "character 3: expected ), got the end", id="open-bracket"),
    pytest.param("a)", "character 2: expected +, -, x, / or the end, got ')'", id="closed-bracket"),
    pytest.param("a ? b", "character 3: expected an id, a number, or one of + - x / ( ) %, got '? b'", id="sign"),
    pytest.param("x a", "character 1: expected an id or a number, got 'x a'", id="begins-with-times"),
    pytest.param("-a", "character 1: expected an id or a number, got '-a'", id="below-nothing"),
    pytest.param("(" * 30 + "a" + ")" * 30, "expected at most 20 brackets inside each other", id="deep"),
])
def test_no_formula(text, message):
    with pytest.raises(NodeError) as refused:
        parse_formula(text)
    assert message in str(refused.value)


@pytest.mark.parametrize("text,message", [
    pytest.param("a + n", "units may not be mixed: fen + claims", id="money-and-claims"),
    pytest.param("n - m", "units may not be mixed: claims - persons", id="claims-and-persons"),
    pytest.param("a + 1", "units may not be mixed: fen + number", id="money-and-a-number"),
    pytest.param("a / n + a", "units may not be mixed: fen/claims + fen", id="for-each-and-in-all"),
    pytest.param("a x b-2", "units may not be mixed: fen x fen", id="money-times-money"),
    pytest.param("n x m", "units may not be mixed: claims x persons", id="count-times-count"),
    pytest.param("n / a", "units may not be mixed: claims / fen", id="count-over-money"),
    pytest.param("a / 0", "division by 0", id="over-nothing"),
])
def test_what_may_not_be_mixed(text, message):
    with pytest.raises(NodeError) as refused:
        work_out(parse_formula(text), KNOWN.__getitem__)
    assert str(refused.value) == message


# -- precision --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("precision,more,within", [
    pytest.param("exact", {}, (1000, 1000), id="exact"),
    pytest.param("rounded", {"rounding_fen": 100}, (950, 1050), id="rounded"),
    pytest.param("at_least", {"rounding": 100}, (1000, 1099), id="at-least"),
    pytest.param("just_under", {"rounding": 100}, (901, 1000), id="just-under"),
    pytest.param("just_under", {}, None, id="under-nobody-says-how-little"),
    pytest.param("approximate", {}, None, id="approximate"),
])
def test_between_what_a_printed_number_lies(precision, more, within):
    assert checked("a", total("a", 1000, precision=precision, **more)).within == within


@pytest.mark.parametrize("formula,within,shares", [
    pytest.param("a + b", (1040, 1160), {"a": (1050, 1150), "b": (1090, 1110)}, id="sum"),
    pytest.param("a - b", (840, 960), {"a": (850, 950), "b": (890, 910)}, id="difference"),
    pytest.param("a / b", (8, 11), {"a": (9, 10), "b": (9, 11)}, id="quotient"),
    pytest.param("50% x a", (475, 525), {"a": (475, 525)}, id="share"),
    pytest.param("b - a", (-960, -840), {"a": (-950, -850), "b": (-910, -890)}, id="below-nothing"),
])
def test_bounds_of_a_result(formula, within, shares):
    found = checked(formula, total("a", 1000, precision="rounded", rounding_fen=100),
                    total("b", 100, precision="rounded", rounding_fen=20),
                    unit="times" if "/" in formula else "fen")
    assert found.within == within
    assert {share.id: (share.low, share.high) for share in found.shares} == shares


def test_a_divisor_that_can_be_0_leaves_no_bounds():
    found = checked("a / b", total("a", 10), total("b", 1, precision="rounded", rounding_fen=2), unit="times")
    assert (found.result, found.within) == (10, None)


def test_a_check_that_others_use_is_rounded_down_first():
    more = [{"id": "y", "formula": "a / 2", "value": 3, "unit": "fen"}]
    assert checked("y x 2", total("a", 7), value=6, more=more).ok


def test_checks_that_rest_on_each_other_a_hundred_times_over_are_worked_out_once_each():
    formulas = [f"y-{at + 1} - y-{at + 1} + a" for at in range(100)] + ["a"]
    more = [{"id": f"y-{at}", "formula": formula, "value": 0, "unit": "fen"} for at, formula in enumerate(formulas)]
    found = checked("y-0 + y-0", total("a", 7), value=14, more=more)
    assert (found.ok, found.refused) == (True, "")


def test_a_share_in_basis_points():
    assert checked("a / b", total("a", 1), total("b", 3), value=3333, unit="bp").ok
    assert checked("a x b", total("a", 4410, unit="bp"), total("b", 100), value=44).ok


# -- checks -----------------------------------------------------------------------------------------------------------


def test_one_more_or_one_less_differs():
    a, b = total("a", 1000), total("b", 300)
    assert [checked("a / 3", a, value=value).ok for value in (332, 333, 334)] == [False, True, False]
    assert checked("a - b", a, b, value=700).ok


def test_what_is_said_may_be_possible_and_differ_all_the_same():
    found = checked("a", total("a", 1000, precision="rounded", rounding_fen=100), value=1040)
    assert (found.ok, found.is_possible) == (False, True)
    assert not checked("a", total("a", 1000), value=1001).is_possible


@pytest.mark.parametrize("formula,totals,unit,message", [
    pytest.param("b", [], "fen", "there is no total or check b", id="unknown"),
    pytest.param("x-1 + 1 fen", [], "fen", "x-1 rests on itself", id="itself"),
    pytest.param("a", [total("a", 1)], "claims", "units may not be mixed: the formula gives fen, the check says claims",
                 id="another-unit"),
    pytest.param("a / b", [total("a", 1), total("b", 1)], "fen", "the formula gives number, the check says fen",
                 id="a-ratio-is-no-money"),
    pytest.param("a", [total("a", 1, unit="unclear: households or persons")], "persons",
                 "a: its unit is unclear: households or persons", id="unclear"),
    pytest.param("a", [total("a", 1, precision="target")], "fen", "a is a target, no figure", id="target"),
    pytest.param("a / b", [total("a", 1, metric="invested_cumulative"),
                           total("b", 1, unit="persons", metric="covered_persons_current")], "fen",
                 "a is cumulative, b is as of now: they may not be mixed", id="cumulative-by-now"),
])
def test_a_check_is_refused(formula, totals, unit, message):
    found = checked(formula, *totals, unit=unit)
    assert message in found.refused
    assert (found.ok, found.result) == (False, None)


def test_numbers_of_different_days_are_named():
    a, b = total("a", 1, as_of="2019-11-30"), total("b", 1, as_of="2020-11", scope="national")
    assert checked("a + b", a, b).apart == ("a (2019-11-30)", "b (2020-11, national)")
    assert checked("a + a", a).apart == ()


@pytest.mark.parametrize("value,message", [
    pytest.param({"version": 2}, "f: expected version 1, got 2", id="version"),
    pytest.param({"version": 1}, "f: totals: expected an array, got None", id="no-totals"),
    pytest.param({"version": 1, "totals": [1]}, r"f: totals\[0\]: expected an object, got 1", id="no-object"),
    pytest.param({"version": 1, "totals": [{"id": "a", "unit": "fen", "value": True}]},
                 r"f: totals\[0\]: value: expected an integer, got True", id="no-integer"),
    pytest.param({"version": 1, "totals": [total("a", 1, precision="roughly")]},
                 r"f: totals\[0\]: precision: expected one of approximate, exact,", id="precision"),
    pytest.param({"version": 1, "totals": [total("a", 1, rounding=0)]},
                 r"f: totals\[0\]: rounding: expected an integer of 1 or more, got 0", id="rounding"),
    pytest.param({"version": 1, "totals": [total("a", 1), total("a", 2)], "cross_checks": []},
                 "f: totals: expected each id once, got 'a' twice", id="twice"),
    pytest.param({"version": 1, "totals": [total("a", 1)],
                  "cross_checks": [{"id": "a", "formula": "1", "unit": "fen", "value": 1}]},
                 "f: expected another id for a check than for a total, got 'a'", id="check-and-total"),
    pytest.param({"version": 1, "totals": [], "cross_checks": [{"id": "a", "unit": "fen", "value": 1}]},
                 r"f: cross_checks\[0\]: formula: expected a text, got None", id="no-formula"),
])
def test_a_file_is_refused(value, message):
    with pytest.raises(FormatError, match=message):
        check_totals(value, name="f")


@pytest.mark.skipif(not DATA.is_dir(), reason="MINGZHANG_DATA is not on this machine")
def test_the_cross_checks_of_the_shared_data_agree():
    checks = {check.id: check for check in check_totals(
        read_source(DATA / "published_totals.json").value, name="totals")}  # fmt: skip
    assert [check.id for check in checks.values() if not check.ok] == []
    assert len(checks) == 14
    left = checks["x-kb-unspent"]
    assert (left.result, left.within) == (74_004_000, (74_004_000 - 54_500, 74_004_000 + 54_500))
    assert {share.id: (share.high - share.low) // 2 for share in left.shares} == {
        "dlz-kb-paid": 50_000, "dlz-kb-invested": 4500}


@pytest.mark.parametrize("refused", [
    "raised is cumulative, persons is as of now: they may not be mixed",
    "units may not be mixed: the formula gives fen, the check says claims", "units may not be mixed: claims + fen",
    "there is no total or check paid", "x-left rests on itself", "goal is a target, no figure",
    "poor: its unit is unclear_rate", "division by 0", "formula, character 3: expected ), got 'x'",
])  # fmt: skip
def test_why_a_check_is_refused_is_told_in_both_languages(refused):
    assert refusal_in_words(refused, LANGUAGES["en"]) == refused
    said = refusal_in_words(refused, LANGUAGES["zh"])
    assert said != refused
    assert "be mixed" not in said
    assert refusal_in_words("of another shape", LANGUAGES["zh"]) == "of another shape"
