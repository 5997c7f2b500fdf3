"""Terms: which version holds on a day, which ways money may go."""

from datetime import date

import pytest

from ledger.errors import Rejected
from ledger.state import MemoryReader, State
from ledger.terms import check_flow, in_county, newest, terms_at, terms_on, versions

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


def test_a_county_takes_its_place_in_a_name():
    assert in_county("claims/dlz/{county}", "kangbao") == "claims/dlz/kangbao"
    assert in_county("fund/dlz", "kangbao") == "fund/dlz"
