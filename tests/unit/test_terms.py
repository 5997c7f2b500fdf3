"""Terms: which version holds on a day, which ways money may go, what a benefit pays."""

from datetime import date

import pytest

from ledger.errors import Rejected
from ledger.state import MemoryReader, State
from ledger.terms import check_flow, in_county, newest, payable, terms_at, terms_on, versions

FLOWS = [
    {"from": "world/dlz/donors", "kind": "donation", "purpose": "gifts", "to": "platform/dlz/gifts"},
    {"from": "fund/dlz/claims", "kind": "transfer", "purpose": "premium", "to": "claims/dlz/{county}"},
    {"from": "claims/{county}/a", "kind": "payout", "purpose": "payout", "to": "paid/{county}/b"},
]
TERMS = {"flows": FLOWS, "programme": "dlz", "version": 2}


def two_versions():
    state = State(MemoryReader())
    state.put("programme", "dlz", row={"unit": "CNY", "versions": [["2018-01-01", 1], ["2019-07-01", 40]]})
    state.put("terms", 1, row={"version": 1})
    state.put("terms", 40, row={"version": 2})
    return state


@pytest.mark.parametrize("day,index", [
    pytest.param("2018-01-01", 1, id="the-first-day"), pytest.param("2019-06-30", 1, id="the-last-of-version-1"),
    pytest.param("2019-07-01", 40, id="the-first-of-version-2"), pytest.param("2999-12-31", 40, id="far-ahead"),
])  # fmt: skip
def test_the_newest_version_that_has_begun_holds(day, index):
    state = two_versions()
    terms = terms_at(state, "dlz", date.fromisoformat(day))
    assert terms == state.get("terms", index)
    assert terms == terms_on(state, "dlz", date.fromisoformat(day))


@pytest.mark.parametrize("programme,day", [("dlz", "2017-12-31"), ("xzst", "2019-01-01")])
def test_before_the_first_version_none_holds(programme, day):
    state, when = two_versions(), date.fromisoformat(day)
    assert terms_on(state, programme, when) is None
    with pytest.raises(Rejected, match=f"^terms_missing: no terms of programme {programme} hold on {day}$"):
        terms_at(state, programme, when)


def test_the_newest_version_need_not_have_begun():
    assert newest(two_versions(), "dlz") == {"version": 2}
    assert versions(two_versions(), "xzst") == []


@pytest.mark.parametrize("kind,purpose,source,target,fits", [
    ("donation", "gifts", "world/dlz/donors", "platform/dlz/gifts", True),
    ("donation", "premium", "world/dlz/donors", "platform/dlz/gifts", False),
    ("transfer", "gifts", "world/dlz/donors", "platform/dlz/gifts", False),
    ("donation", "gifts", "platform/dlz/gifts", "world/dlz/donors", False),  # the other way round
    ("donation", "gifts", "world/dlz/donors", "platform/dlz/gifts2", False),
    ("donation", "gifts", "world.dlz/donors", "platform/dlz/gifts", False),  # a dot is a dot
    ("transfer", "premium", "fund/dlz/claims", "claims/dlz/kangbao", True),
    ("transfer", "premium", "fund/dlz/claims", "claims/dlz/kang-bao-2", True),
    ("transfer", "premium", "fund/dlz/claims", "claims/dlz/kang/bao", False),  # a county is one part
    ("transfer", "premium", "fund/dlz/claims", "claims/dlz/", False),
    ("payout", "payout", "claims/kangbao/a", "paid/kangbao/b", True),
    ("payout", "payout", "claims/kangbao/a", "paid/guyuan/b", False),  # the same county on both sides
])  # fmt: skip
def test_money_goes_where_the_terms_let_it(kind, purpose, source, target, fits):
    if fits:
        check_flow(TERMS, kind=kind, purpose=purpose, source=source, target=target)
        return
    with pytest.raises(Rejected) as caught:
        check_flow(TERMS, kind=kind, purpose=purpose, source=source, target=target)
    assert str(caught.value) == (
        f"flow_unknown: terms version 2 of dlz have no {kind} for {purpose} from {source} to {target}")


@pytest.mark.parametrize("num,den,cap,residual,decided,pays", [
    (1, 2, 1000, 700, 0, 350),
    (1, 2, 1000, 701, 0, 350),       # rounded down, to the fen
    (8, 10, 1000, 1, 0, 0),
    (8, 10, 1000, 5000, 0, 1000),    # capped
    (8, 10, 1000, 5000, 400, 600),   # what was decided before counts
    (8, 10, 1000, 5000, 1000, 0),
    (0, 10, 1000, 5000, 0, 0),
    (3, 3, 2**53 - 1, 2**53 - 1, 0, 2**53 - 1),
])  # fmt: skip
def test_a_benefit_is_a_share_up_to_a_cap(num, den, cap, residual, decided, pays):
    assert payable({"num": num, "den": den, "cap": cap}, residual=residual, decided=decided) == pays


@pytest.mark.parametrize("benefit,missing", [
    pytest.param(None, "num, den, cap", id="no-benefit"),
    pytest.param({"num": 1, "den": 2, "cap": None}, "cap", id="no-cap"),
    pytest.param({"num": None, "den": None, "cap": 5}, "num, den", id="no-share"),
])
def test_what_no_source_states_is_not_made_up(benefit, missing):
    with pytest.raises(Rejected, match=f"^terms_incomplete: the terms do not state {missing} of the benefit$"):
        payable(benefit, residual=700, decided=0)


def test_a_county_takes_its_place_in_a_name():
    assert in_county("claims/dlz/{county}", "kangbao") == "claims/dlz/kangbao"
    assert in_county("fund/dlz", "kangbao") == "fund/dlz"
