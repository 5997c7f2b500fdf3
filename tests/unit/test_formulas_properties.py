"""What holds for every benefit, gift and card, whatever the numbers."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from tests.support.formulas import outcome, paying, results, terms

AMOUNTS = st.integers(0, 10**9)
ROUNDINGS = st.sampled_from(["down", "half_even", "half_up", "up"])
RATIOS = st.integers(0, 10_000)


def indemnity(**members):
    return paying("indemnity", base={"fact": "left"}, **({"deductible": 0, "ratio_bp": 10_000} | members))


def payable(stated, facts, **more):
    return outcome(stated, facts, **more).results["payable"]


@given(left=AMOUNTS, bill=AMOUNTS, paid=st.lists(AMOUNTS, max_size=3), ratio_bp=RATIOS, rounding=ROUNDINGS)
def test_a_benefit_never_passes_what_is_left_of_the_bill(left, bill, paid, ratio_bp, rounding):
    facts = {"left": left, "total_bill": bill} | {f"payer_{at}_paid": amount for at, amount in enumerate(paid)}
    stated = indemnity(overlap=True, ratio_bp=ratio_bp, rounding=rounding)
    assert 0 <= payable(stated, facts) <= max(0, bill - sum(paid))


@given(left=AMOUNTS, cap=st.integers(1, 10**9), used=AMOUNTS, ratio_bp=RATIOS, rounding=ROUNDINGS)
def test_a_benefit_never_passes_the_room_of_a_cap(left, cap, used, ratio_bp, rounding):
    stated = indemnity(caps=[{"amount": cap, "per": "year"}], ratio_bp=ratio_bp, rounding=rounding)
    assert 0 <= payable(stated, {"left": left}, used={"year": used}) <= max(0, cap - used)


@given(cap=st.integers(1, 1000), claims=st.lists(st.integers(0, 500), max_size=8))
def test_one_claim_after_the_other_never_passes_the_cap(cap, claims):
    stated, used = indemnity(caps=[{"amount": cap, "per": "policy"}]), 0
    for left in claims:
        used += payable(stated, {"left": left}, used={"policy": used})
    assert used == min(cap, sum(claims))


@given(left=AMOUNTS, more=AMOUNTS, deductible=AMOUNTS, ratio_bp=RATIOS, rounding=ROUNDINGS)
def test_who_has_more_left_to_pay_gets_no_less(left, more, deductible, ratio_bp, rounding):
    stated = indemnity(deductible=deductible, ratio_bp=ratio_bp, rounding=rounding)
    assert payable(stated, {"left": left}) <= payable(stated, {"left": left + more})


@given(left=AMOUNTS, ratio_bp=RATIOS)
def test_the_ways_to_round_lie_about_the_exact_share(left, ratio_bp):
    exact = Fraction(left * ratio_bp, 10_000)
    down, half_even, half_up, up = (payable(indemnity(ratio_bp=ratio_bp, rounding=rounding), {"left": left})
                                    for rounding in ("down", "half_even", "half_up", "up"))
    assert (down, half_even, up) == (exact // 1, round(exact), -(-exact // 1))
    assert half_up == (exact + Fraction(1, 2)) // 1


@given(left=AMOUNTS, cap=st.integers(1, 10**9), bill=AMOUNTS, paid=AMOUNTS, used=AMOUNTS)
def test_nothing_is_paid_for_a_reason_and_a_payment_has_none(left, cap, bill, paid, used):
    stated = indemnity(caps=[{"amount": cap, "per": "year"}], overlap=True)
    found = outcome(stated, {"left": left, "total_bill": bill, "other_paid": paid}, used={"year": used})
    expected = ("nothing_left" if left == 0 else "cap_reached" if used >= cap
                else "bill_covered" if paid >= bill else None)  # fmt: skip
    assert found.reason == expected
    assert (found.results["payable"] == 0) is (expected is not None)
    assert found.steps[-1]["out"] == found.results["payable"]


@given(gift=AMOUNTS, weights=st.lists(st.integers(1, 10**6), min_size=1, max_size=20))
def test_a_gift_is_shared_out_to_the_last_unit(gift, weights):
    households = [f"H{at}" for at in range(len(weights))]
    shares = results(terms("allot"), {"gift": gift, "households": households, "weights": weights})["shares"]
    assert sum(shares.values()) == gift
    for name, weight in zip(households, weights, strict=True):
        assert abs(shares[name] - Fraction(gift * weight, sum(weights))) < 1


PURCHASES = st.lists(st.builds(lambda category, value: {"category": category, "market_value": value},
                               st.sampled_from(["vegetables", "staples", "toys"]), st.integers(0, 30_000)), max_size=6)


@given(now=PURCHASES, earlier=PURCHASES, limit_in=st.sampled_from(["discounted_price", "market_value"]),
       price_bp=RATIOS, rounding=ROUNDINGS, used=st.integers(0, 7000))
def test_a_card_neither_makes_nor_loses_money(now, earlier, limit_in, price_bp, rounding, used):
    allowances = [{"category": "vegetables", "limit": 10_000, "price_bp": price_bp},
                  {"category": "staples", "limit": 20_000, "price_bp": 8000}]  # fmt: skip
    stated = terms("card", allowances=allowances, limit_in=limit_in, rounding=rounding, subsidy=6000, unspent=None)
    found = results(stated, {"bought_earlier": earlier, "purchases": now, "subsidy_used_earlier": used})
    assert min(found.values()) >= 0
    assert found["discount"] + found["discounted_total"] == sum(purchase["market_value"] for purchase in now)
    assert found["own_money"] + found["subsidy_used"] == found["discounted_total"]
    assert found["subsidy_used"] <= max(0, 6000 - used)
