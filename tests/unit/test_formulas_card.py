"""The formula of kind card: prices up to a limit, and a subsidy."""

import pytest

from ledger.strict import INTEGER_MAX
from tests.support.formulas import outcome, results, stopped, terms

ALLOWANCES = [{"category": "vegetables", "limit": 10000, "price_bp": 6000},
              {"category": "staples", "limit": 20000, "price_bp": 8000}]  # fmt: skip


def month(**members):
    return terms("card", **({"allowances": ALLOWANCES, "limit_in": "market_value", "rounding": None, "subsidy": 6000,
                             "unspent": None} | members))  # fmt: skip


def bought(**values):
    return [{"category": category, "market_value": value} for category, value in values.items()]


@pytest.mark.parametrize("value,by_market_value,by_discounted_price", [
    pytest.param(10000, 6000, 6000, id="at-the-limit-by-market-value"),
    # 150.00: by market value 100.00 costs 60.00 and 50.00 its price; by discounted price all of it costs 90.00.
    pytest.param(15000, 11000, 9000, id="above-by-market-value-alone"),
    # 180.00 at 0.6 is 108.00: 100.00 buys 166.66…, the rest of 13.33… has its price, 113.33… in all.
    pytest.param(18000, 14000, 11334, id="above-by-both"),
])  # fmt: skip
def test_a_card_over_the_limit(value, by_market_value, by_discounted_price):
    for limit_in, cost in (("market_value", by_market_value), ("discounted_price", by_discounted_price)):
        found = outcome(month(limit_in=limit_in, rounding="up"), {"purchases": bought(vegetables=value)})
        assert found.results == {"discount": value - cost, "discounted_total": cost, "own_money": cost - 6000,
                                 "subsidy_used": 6000}  # fmt: skip
        assert found.steps == [
            {"clause": "allowances.0", "in": [value], "name": "vegetables", "op": "price", "out": cost},
            {"clause": "subsidy", "in": [cost, 6000], "op": "subsidy", "out": 6000},
        ]


def test_a_card_rounds_each_category_once():
    """Two purchases of 0.01 at 0.6 and one of 0.8 at 0.8 are 0.012 and 0.064, not 0.006 twice."""
    purchases = bought(vegetables=1) + bought(staples=8) + bought(vegetables=1)
    found = outcome(month(rounding="down"), {"purchases": purchases})
    assert [(step.get("name"), step["in"], step["out"]) for step in found.steps] == [
        ("vegetables", [2], 1), ("staples", [8], 6), (None, [7, 6000], 7)]  # fmt: skip
    assert stopped(month(), {"purchases": purchases}) == ("terms_incomplete", "rounding")


def test_what_was_bought_earlier_in_the_month_shifts_the_limit():
    earlier = {"bought_earlier": bought(vegetables=8000, staples=30000)}
    found = outcome(month(), earlier | {"purchases": bought(vegetables=7000)})
    # 20.00 is left of the limit: it costs 12.00, the other 50.00 their price.
    assert found.results["discounted_total"] == 6200
    assert len(found.steps) == 2


@pytest.mark.parametrize("limit_in", ["market_value", "discounted_price"])
@pytest.mark.parametrize("rounding", ["down", "up", "half_even"])
def test_a_month_costs_the_same_bought_at_once_or_bit_by_bit(limit_in, rounding):
    stated, total, values = month(limit_in=limit_in, rounding=rounding), 0, [3333, 5001, 4999, 6667, 1]
    for at, value in enumerate(values):
        facts = {"bought_earlier": bought(vegetables=sum(values[:at])), "purchases": bought(vegetables=value)}
        total += results(stated, facts)["discounted_total"]
    assert total == results(stated, {"purchases": bought(vegetables=sum(values))})["discounted_total"]


def test_a_category_without_an_allowance_has_its_price():
    found = outcome(month(), {"purchases": bought(toys=700)})
    assert found.steps[0] == {"clause": "allowances", "in": [700], "name": "toys", "op": "price", "out": 700}
    assert found.results == {"discount": 0, "discounted_total": 700, "own_money": 0, "subsidy_used": 700}


def test_as_much_as_an_integer_holds():
    found = results(month(), {"purchases": bought(toys=INTEGER_MAX - 1, games=1)})
    assert found["discounted_total"] == INTEGER_MAX


def test_a_price_of_nothing():
    free = [{"category": "vegetables", "limit": 1, "price_bp": 0}]
    stated = month(allowances=free, limit_in="discounted_price")
    assert results(stated, {"purchases": bought(vegetables=500)})["discounted_total"] == 0


@pytest.mark.parametrize("unspent,facts,used", [
    pytest.param(None, {}, 6000, id="the-month's-own"),
    pytest.param(None, {"subsidy_used_earlier": 2000}, 4000, id="some-used"),
    pytest.param(None, {"subsidy_used_earlier": 7000}, 0, id="more-than-all-used"),
    pytest.param("carries_over", {"carried_over": 1500}, 7500, id="carried-over"),
    pytest.param("carries_over", {"carried_over": 1500, "subsidy_used_earlier": 7000}, 1500, id="only-the-carried"),
    pytest.param("lapses", {"carried_over": 1500}, 6000, id="lapsed"),
    pytest.param(None, {"carried_over": 0}, 6000, id="nothing-to-carry-needs-no-reading"),
])  # fmt: skip
def test_the_subsidy(unspent, facts, used):
    assert results(month(unspent=unspent), facts | {"purchases": bought(toys=9000)})["subsidy_used"] == used


@pytest.mark.parametrize("change,facts,reason", [
    pytest.param({}, {}, ("fact_missing", "purchases"), id="no-purchases"),
    pytest.param({}, {"purchases": {}}, ("fact_wrong", "purchases"), id="an-object"),
    pytest.param({}, {"purchases": [5]}, ("fact_wrong", "purchases"), id="a-number-in-it"),
    pytest.param({}, {"purchases": [{"category": "toys"}]}, ("fact_wrong", "purchases"), id="no-value"),
    pytest.param({}, {"purchases": [{"category": 5, "market_value": 5}]}, ("fact_wrong", "purchases"), id="category-5"),
    pytest.param({}, {"bought_earlier": 0, "purchases": []}, ("fact_wrong", "bought_earlier"), id="earlier-a-number"),
    pytest.param({}, {"carried_over": "1", "purchases": []}, ("fact_wrong", "carried_over"), id="carried-a-text"),
    pytest.param({}, {"carried_over": 1, "purchases": []}, ("terms_incomplete", "unspent"), id="carried-no-reading"),
    pytest.param({"subsidy": None}, {"purchases": []}, ("terms_incomplete", "subsidy"), id="no-subsidy"),
    pytest.param({"limit_in": None}, {"purchases": bought(staples=1)}, ("terms_incomplete", "limit_in"), id="limit-in"),
    pytest.param({"allowances": [{"category": "toys", "limit": None, "price_bp": 5000}]}, {"purchases": bought(toys=2)},
                 ("terms_incomplete", "allowances.0.limit"), id="no-limit"),
    pytest.param({"allowances": [{"category": "toys", "limit": 5, "price_bp": None}]}, {"purchases": bought(toys=2)},
                 ("terms_incomplete", "allowances.0.price_bp"), id="no-price"),
    pytest.param({}, {"purchases": bought(toys=INTEGER_MAX, games=1)}, ("arithmetic_wrong", "purchases"), id="sum"),
])  # fmt: skip
def test_no_card(change, facts, reason):
    assert stopped(month(**change), facts) == reason
