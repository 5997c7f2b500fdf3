"""Formulas about money as a whole: estimate, per head, rollover, share, allot; and what a clause comes to."""

import pytest

from ledger.formulas import resolve
from ledger.strict import INTEGER_MAX
from tests.support.formulas import choice, outcome, results, stopped, terms


@pytest.mark.parametrize("gift,weights,shares", [
    pytest.param(100000, None, [33334, 33333, 33333], id="a-third-each"),
    pytest.param(2, None, [1, 1, 0], id="fewer-than-households"), pytest.param(0, None, [0, 0, 0], id="nothing"),
    pytest.param(100, [1, 1, 2], [25, 25, 50], id="by-weight"),
    # 10 by 3, 3, 1: 4.28, 4.28, 1.43: the unit left over goes to the largest remainder.
    pytest.param(10, [3, 3, 1], [4, 4, 2], id="largest-remainder"),
    # 5 by 1, 3, 4: 0.625, 1.875, 2.5: two units left over.
    pytest.param(5, [1, 3, 4], [1, 2, 2], id="two-left-over"),
])  # fmt: skip
def test_shares(gift, weights, shares):
    facts = {"gift": gift, "households": ["H1", "H2", "H3"], "weights": weights}
    found = outcome(terms("allot"), facts)
    assert found.results == {"shares": dict(zip(["H1", "H2", "H3"], shares, strict=True))}
    assert found.steps == []
    assert sum(shares) == gift


@pytest.mark.parametrize("change,reason", [
    pytest.param({"gift": None}, ("fact_missing", "gift"), id="no-gift"),
    pytest.param({"households": None}, ("fact_missing", "households"), id="no-households"),
    pytest.param({"households": []}, ("fact_wrong", "households"), id="nobody"),
    pytest.param({"households": ["H1", "H1"]}, ("fact_wrong", "households"), id="twice"),
    pytest.param({"households": "H1"}, ("fact_wrong", "households"), id="a-text"),
    pytest.param({"households": ["H1", 2]}, ("fact_wrong", "households"), id="a-number-among-them"),
    pytest.param({"households": [f"H{at}" for at in range(1001)]}, ("fact_wrong", "households"), id="too-many"),
    pytest.param({"weights": [1]}, ("fact_wrong", "weights"), id="fewer-weights"),
    pytest.param({"weights": [1, 0]}, ("fact_wrong", "weights"), id="weight-0"),
    pytest.param({"weights": [1, True]}, ("fact_wrong", "weights"), id="weight-true"),
    pytest.param({"split": "unequal"}, ("fact_wrong", "split"), id="another-split"),
    pytest.param({"split": "equal", "weights": [1, 2]}, ("fact_wrong", "split"), id="equal-by-weight"),
])  # fmt: skip
def test_no_shares(change, reason):
    assert stopped(terms("allot"), {"gift": 5, "households": ["H1", "H2"]} | change) == reason


@pytest.mark.parametrize("partial,spend,given", [
    ("proportional", 9900, 493), ("whole", 9900, 0), ("whole", 10000, 498), ("whole", 29999, 996),
    ("proportional", 0, 0),
])  # fmt: skip
def test_so_much_for_every_so_much(partial, spend, given):
    stated = terms("estimate", base={"fact": "spend"}, gives=498, partial=partial, per=10000, rounding="down")
    found = outcome(stated, {"spend": spend})
    assert found.results == {"given": given}
    assert found.steps[1] == {"clause": "gives", "in": [spend, 498, 10000], "op": "ratio", "out": given}


def test_an_estimate_that_is_open():
    stated = terms("estimate", base={"fact": "spend"}, gives=498, partial="proportional", per=10000, rounding=None)
    assert stopped(stated, {"spend": 9900}) == ("terms_incomplete", "rounding")
    assert stopped(stated, {}) == ("fact_missing", "spend")
    assert results(stated, {"spend": 20000}) == {"given": 996}


def test_a_premium_per_head():
    stated = terms("per_head", base={"fact": "persons"}, rate=100)
    found = outcome(stated, {"persons": 853217})
    assert found.results == {"premium": 85321700}
    assert found.steps[1] == {"clause": "rate", "in": [853217, 100], "op": "multiply", "out": 85321700}
    assert stopped(stated, {"persons": INTEGER_MAX // 100 + 1}) == ("arithmetic_wrong", "rate")
    assert results(stated, {"persons": INTEGER_MAX // 100}) == {"premium": INTEGER_MAX // 100 * 100}


SPLIT = {"den": 10, "name": "fund/dlz", "num": 9, "rest": "fund/dlz/other", "to": "fund/dlz/claims"}


def test_the_two_parts_of_a_split():
    stated = terms("share", base={"fact": "donation"}, split="fund/dlz", splits=[SPLIT | {"name": "fund/x"}, SPLIT])
    found = outcome(stated, {"donation": 19})
    assert found.results == {"claims": 17, "other": 2}
    assert found.steps[1] == {"clause": "split", "in": [19, 9, 10], "op": "share", "out": 17}
    assert outcome(stated, {}).results == {"claims": None, "other": None}


@pytest.mark.parametrize("facts,claims_fund,rollover,top_up", [
    pytest.param({"invested": 105, "paid": 60}, 94, 34, 0, id="left"),
    pytest.param({"invested": 100, "paid": 90}, 90, 0, 0, id="nothing-left"),
    pytest.param({"invested": 100, "paid": 95}, 90, 0, 5, id="missing"),
    pytest.param({"invested": 100, "paid": 95, "carried": 7}, 90, 2, 0, id="with-what-was-carried"),
])  # fmt: skip
def test_the_turn_of_a_year(facts, claims_fund, rollover, top_up):
    found = outcome(terms("rollover", invested_is="gifts", split="fund/dlz", splits=[SPLIT]), facts)
    assert found.results == {"claims_fund": claims_fund, "rollover": rollover, "top_up": top_up}
    assert found.steps == [
        {"clause": "invested_is", "in": [facts["invested"]], "op": "share", "out": claims_fund},
        {"clause": "split", "in": [facts.get("carried", 0) + claims_fund, facts["paid"]], "op": "subtract",
         "out": rollover},
    ]  # fmt: skip


def test_a_turn_of_the_year_that_is_open():
    stated = terms("rollover", invested_is="premium", split="fund/dlz", splits=[SPLIT])
    assert stopped(stated, {"paid": 1}) == ("fact_missing", "invested")
    assert stopped(stated, {"invested": 1}) == ("fact_missing", "paid")
    much = {"carried": 1, "invested": INTEGER_MAX, "paid": 1}
    assert stopped(stated, much) == ("arithmetic_wrong", "split")


def test_what_a_clause_comes_to():
    by = choice("ambiguity", one=1, none=None)
    chosen = {reading: resolve({"readings": {"ambiguity": reading}}, by) for reading in ("one", "none", "other")}
    assert chosen == {"one": 1, "none": None, "other": None}
    assert resolve({"readings": {"another": "one"}}, by) is None
    assert resolve({"readings": {}}, False) is False
    assert resolve({"readings": {}}, {"amount": 5}) == {"amount": 5}
