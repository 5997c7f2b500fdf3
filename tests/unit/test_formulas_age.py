"""The formula of kind age: completed years, the window, identity numbers."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import FormatError
from ledger.formulas.age import completed_years
from ledger.formulas.identity import birthday
from tests.support.formulas import outcome, results, stopped, terms


def window(**members):
    return terms("age", **({"at": "policy_start", "max": 60, "max_inclusive": True, "min": 18} | members))


@pytest.mark.parametrize("born,on,years", [
    pytest.param("1949-12-31", "2009-12-30", 59, id="the-day-before-the-birthday"),
    pytest.param("1949-12-31", "2009-12-31", 60, id="the-birthday-itself"),
    pytest.param("2000-02-29", "2018-02-28", 17, id="29-february-the-day-before"),
    pytest.param("2000-02-29", "2018-03-01", 18, id="29-february-is-1-march"),
    pytest.param("2000-02-29", "2020-02-28", 19, id="29-february-in-a-leap-year-before"),
    pytest.param("2000-02-29", "2020-02-29", 20, id="29-february-in-a-leap-year"),
    pytest.param("2018-05-05", "2018-05-05", 0, id="the-day-of-birth"),
])  # fmt: skip
def test_completed_years(born, on, years):
    assert completed_years(born=date.fromisoformat(born), on=date.fromisoformat(on)) == years
    assert outcome(window(), {"born": born, "on": on}).results["age"] == years


@pytest.mark.parametrize("age,inclusive,reason", [
    pytest.param(17, True, "age_below", id="below"), pytest.param(18, True, None, id="the-least"),
    pytest.param(59, False, None, id="under-the-most"), pytest.param(60, False, "age_above", id="the-most-exclusive"),
    pytest.param(60, True, None, id="the-most-inclusive"), pytest.param(61, True, "age_above", id="above"),
])  # fmt: skip
def test_the_window_of_ages(age, inclusive, reason):
    found = outcome(window(max_inclusive=inclusive), {"age": age})
    assert found.results == {"age": age, "eligible_by_age": reason is None}
    assert found.reason == reason
    assert not found.open
    steps = [
        {"clause": "at", "in": [], "name": "age", "op": "age", "out": age},
        {"clause": "min", "in": [age, 18], "op": "at_least", "out": int(reason != "age_below")},
        {"clause": "max", "in": [age, 60], "op": "not_above", "out": int(reason is None)},
    ]
    assert found.steps == (steps[:2] if reason == "age_below" else steps)


@pytest.mark.parametrize("at,age", [("policy_start", 17), ("admission", 18)])
def test_the_day_on_which_the_age_is_taken(at, age):
    facts = {"admitted_on": "2019-06-01", "born": "2001-06-01", "policy_first_day": "2019-01-01"}
    assert outcome(window(at=at), facts).results["age"] == age
    assert outcome(window(at=None), facts | {"on": "2031-06-01"}).results["age"] == 30
    assert stopped(window(at=None), facts) == ("terms_incomplete", "at")


def test_an_age_that_is_known_needs_no_day():
    assert results(window(at=None), {"age": 30}) == {"age": 30, "eligible_by_age": True}


def test_the_number_of_the_standard():
    assert birthday("11010519491231002X") == date(1949, 12, 31)
    found = outcome(window(), {"id_number": "11010519491231002X", "on": "2009-12-30"})
    assert found.results == {"age": 59, "eligible_by_age": True}
    assert found.steps[0] == {"clause": "at", "in": [], "name": "id_number", "op": "age", "out": 59}


def checked(digits):
    """The number with its check, by the recursion of ISO 7064, MOD 11-2, in place of a table of weights."""
    rest = 0
    for digit in digits:
        rest = (rest + int(digit)) * 2 % 11
    return digits + "0123456789X"[(12 - rest) % 11]


@given(place=st.integers(0, 999999), born=st.dates(date(1800, 1, 1)), order=st.integers(0, 999),
       wrong=st.integers(0, 9))
def test_every_number_with_the_check_of_the_standard(place, born, order, wrong):
    number = checked(f"{place:06d}{born.strftime('%Y%m%d')}{order:03d}")
    assert birthday(number) == born
    check = "0123456789X".replace(number[-1], "")[wrong]
    with pytest.raises(FormatError, match=f"expected the check {number[-1]}, got {check}$"):
        birthday(number[:-1] + check)


@pytest.mark.parametrize("number,message", [
    pytest.param("110105194912310021", "expected the check X, got 1", id="check"),
    pytest.param("11010519491231003X", "expected the check 8, got X", id="a-digit-changed"),
    pytest.param("11010519491231002x", "expected 17 digits and a check of digit or X", id="small-x"),
    pytest.param("11010519491231002", "expected 17 digits and a check of digit or X", id="short"),
    pytest.param("11010519491231002X\n", "expected 17 digits and a check of digit or X", id="line-end"),
    pytest.param("1101051949123100٢X", "expected 17 digits and a check of digit or X", id="arabic-indic-digit"),
    pytest.param("110105194902300020", "there is no day 1949-02-30", id="no-day"),
])  # fmt: skip
def test_no_identity_number(number, message):
    with pytest.raises(FormatError, match=f"^identity number: {message}"):
        birthday(number)
    assert stopped(window(), {"id_number": number, "on": "2009-12-30"}) == ("fact_wrong", "id_number")


@pytest.mark.parametrize("facts,reason", [
    pytest.param({}, ("fact_missing", "age"), id="nothing"),
    pytest.param({"born": "2001-06-01"}, ("fact_missing", "policy_first_day"), id="no-day"),
    pytest.param({"born": "2001-06-02", "on": "2001-06-01"}, ("arithmetic_wrong", "born"), id="born-after-the-day"),
    pytest.param({"born": "2001-06-31", "on": "2019-06-01"}, ("fact_wrong", "born"), id="no-birthday"),
    pytest.param({"age": "30"}, ("fact_wrong", "age"), id="age-as-text"),
])  # fmt: skip
def test_no_age(facts, reason):
    assert stopped(window(), facts) == reason


@pytest.mark.parametrize("clause", ["max", "max_inclusive", "min"])
def test_a_window_that_no_source_states(clause):
    assert stopped(window(**{clause: None}), {"age": 30}) == ("terms_incomplete", clause)
