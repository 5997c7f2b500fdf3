"""verifier/rules/duties.py, worth.py: when duties start, hang on calendars, are met and count; room under caps."""

import json
from hashlib import sha256

import pytest

from tests.support.verifier_play import digest, standard
from tests.tables.beginnings import CLAIMED, COVERED, DECIDED, EVERYBODY, SECOND


@pytest.fixture
def waiting():
    """A play with duties by working days of a calendar that has no year yet."""
    play = standard()
    play(f"{SECOND} deadlines=$working-days calendar=cn ok")
    play(CLAIMED)
    return play


def duty(play, label, name):
    return play.row(f"duty {play.indices[label]:016d} {name}")


def found_by(play, label):
    """The rows by which the duties of a claim are found, without the number of the claim."""
    number = f"{play.indices[label]:016d}"
    keys = (key for key in play.replay._rows._rows if key.startswith(("due ", "pending ")) and number in key)
    return sorted(key.replace(f" {number}", "") for key in keys)


def test_a_duty_hangs_on_the_calendar_of_its_years(waiting):
    provisional = {"calendar": [], "due": "2019-03-29", "provisional": True}
    begun = {"by": "insurer", "counted": False, "days": 20, "met": None, "starts": "2019-03-01", "unit": "working_day"}
    assert duty(waiting, "wang", "decide") == {**begun, **provisional}
    assert found_by(waiting, "wang") == ["pending cn decide"]
    salt = waiting.row(f"member {digest('wang')}")["salt"]
    waiting(f"year: {EVERYBODY} calendar work_days=$none ok")
    index = waiting.indices["year"]
    assert duty(waiting, "wang", "decide") == {
        **begun, "calendar": [index], "due": "2019-04-01", "provisional": False
    }  # fmt: skip
    assert found_by(waiting, "wang") == ["due 2019-04-01 decide", "pending cn decide"]
    nonce = json.loads(waiting.leaves[index].split(b"\n")[2])["nonce"]
    stepped = sha256(b"\x04" + bytes.fromhex(salt) + bytes.fromhex(nonce)).hexdigest()
    assert waiting.row(f"member {digest('wang')}")["salt"] == stepped
    waiting(f"{EVERYBODY} calendar year=2020 days_off=$none work_days=$none ok")
    waiting(f"{EVERYBODY} calendar name=us days_off=$none work_days=$none ok")
    assert duty(waiting, "wang", "decide")["calendar"] == [index]
    assert waiting.row(f"member {digest('wang')}")["salt"] == stepped


def test_a_calendar_touches_what_was_counted_over_its_year():
    """The start is no counted day: 0 days hang on no year, and what starts on the last day of one not on that."""
    play = standard()
    play(f"{SECOND} deadlines=$days-at-the-turn calendar=cn ok")
    play(COVERED)
    play("wang: county+insurer claim member=wang cover=@cover day=2019-12-31 ok")
    assert duty(play, "wang", "decide").items() >= {"due": "2019-12-31", "provisional": False}.items()
    assert duty(play, "wang", "pay").items() >= {"due": "2020-01-01", "provisional": True}.items()
    before = duty(play, "wang", "decide"), play.row(f"member {digest('wang')}")
    play(f"{EVERYBODY} calendar ok")
    assert (duty(play, "wang", "decide"), play.row(f"member {digest('wang')}")) == before
    play(f"{EVERYBODY} calendar year=2020 days_off=$new-year-2020 work_days=$none ok")
    assert duty(play, "wang", "decide") == before[0]
    assert duty(play, "wang", "pay").items() >= {"due": "2020-01-02", "provisional": False}.items()
    assert play.row(f"member {digest('wang')}") != before[1]


def test_what_is_met_or_counted_hangs_on_nothing_any_more(waiting):
    waiting("insurer decision claim=@wang amount=800 ok")
    assert found_by(waiting, "wang") == []
    assert waiting.row("figure dlz/insurer/2019/duties_provisional")["value"] == 1
    assert duty(waiting, "wang", "decide")["counted"]
    waiting(f"{EVERYBODY} calendar ok")
    waiting("auditor balance day=2019-04-01 ok")
    assert found_by(waiting, "li") == []
    assert waiting.row("figure dlz/insurer/2019/duties_due")["value"] == 1
    late = {**duty(waiting, "li", "decide")}
    waiting(f"{EVERYBODY} calendar days_off=$none work_days=$none ok")
    assert duty(waiting, "li", "decide") == late
    waiting("insurer decision claim=@li amount=800 ok")
    assert duty(waiting, "li", "decide") == {**late, "met": "2019-04-01"}
    assert waiting.row("figure dlz/insurer/2019/duties_due")["value"] == 1
    assert waiting.row("figure dlz/insurer/2019/duties_in_time") is None


def test_a_payment_is_due_by_what_is_claimed_then_by_what_is_decided():
    play = standard()
    play(CLAIMED)
    assert duty(play, "wang", "pay")["days"] == 20
    play("i: insurer decision claim=@wang amount=400 result=interim day=2019-03-04 ok")
    expected = {"days": 10, "due": "2019-03-11", "met": None, "starts": "2019-03-01"}
    assert duty(play, "wang", "pay").items() >= expected.items()
    play("insurer payout decision=@i amount=400 ok")
    assert duty(play, "wang", "pay")["met"] is None
    assert duty(play, "wang", "decide")["met"] is None
    play("d: insurer decision claim=@wang amount=800 ok")
    assert duty(play, "wang", "decide")["met"] == "2019-03-04"
    assert duty(play, "wang", "pay")["due"] == "2019-03-21"
    play("insurer payout decision=@d amount=400 day=2019-03-22 ok")
    assert duty(play, "wang", "pay")["met"] == "2019-03-22"
    assert play.row("figure dlz/insurer/2019/duties_in_time")["value"] == 1


def test_a_decision_that_gives_no_more_than_was_paid_out_meets_the_duty_to_pay():
    play = standard()
    play(CLAIMED)
    play("""
        i: insurer  decision  claim=@wang amount=800 result=interim   ok
        insurer     payout    decision=@i amount=800                  ok
    """)
    assert duty(play, "wang", "pay")["met"] is None
    play("insurer decision claim=@wang amount=800 ok")
    assert duty(play, "wang", "pay")["met"] == "2019-03-01"


def test_an_objection_is_to_be_answered_and_a_review_answers_it():
    play = standard()
    play(DECIDED)
    play("""
        o: county   objection claim=@wang about=@dwang                                 ok
        p: county   objection claim=@li about=@dli                                     ok
    """)
    assert duty(play, "wang", "answer").items() >= {"due": "2019-03-06", "met": None}.items()
    play("""
        insurer     answer    claim=@wang objection=@o day=2019-03-07                  ok
        insurer     decision  claim=@li amount=800 reviews=@dli                        ok
    """)
    assert duty(play, "wang", "answer")["met"] == duty(play, "li", "answer")["met"] == "2019-03-07"
    assert play.row(f"claim {play.indices['li']:016d}")["objection"] is None
    play("auditor objection claim=@wang about=@wang ok")
    anew = {"counted": False, "due": "2019-03-12", "met": None, "starts": "2019-03-07"}
    assert duty(play, "wang", "answer").items() >= anew.items()
    play("""
        z: county+insurer  claim  member=zhao cover=@cover invoices=z                  ok
        county             objection  claim=@z about=@z                                ok
        county             withdraw   claim=@z                                         ok
    """)
    assert [duty(play, "z", name) for name in ("answer", "decide", "pay")] == [None, None, None]


def test_days_are_those_of_the_zone_of_the_terms():
    """The stamp's time is midnight in Greenwich; where the terms hold it is still the day before."""
    play = standard()
    play(f"{SECOND} zone=-03:30 ok")
    play(COVERED)
    play("a: county claim member=wang cover=@cover complete=false ok")
    assert duty(play, "a", "open")["starts"] == "2019-02-28"
    play("auditor balance day=2019-03-03 ok")
    assert not duty(play, "a", "open")["counted"]
    play("insurer request claim=@a ok")
    assert duty(play, "a", "open").items() >= {"due": "2019-03-02", "met": "2019-03-02", "counted": True}.items()
    assert play.row("figure dlz/insurer/2019/duties_in_time")["value"] == 1


def test_a_payment_that_starts_with_the_decision_starts_with_each():
    play = standard()
    play(f"{SECOND} deadlines=$pay-what-is-decided ok")
    play(CLAIMED)
    assert duty(play, "wang", "pay") is None
    unknown = {"calendar": [], "days": None, "due": None, "provisional": False}
    assert duty(play, "wang", "decide").items() >= unknown.items()
    play("""
        i: insurer  decision  claim=@wang amount=400 result=interim                     ok
        auditor     balance   day=2019-03-12                                            ok
    """)
    assert duty(play, "wang", "pay").items() >= {"counted": True, "due": "2019-03-11", "met": None}.items()
    play("d: insurer decision claim=@wang amount=800 ok")
    assert duty(play, "wang", "pay").items() >= {"counted": False, "due": "2019-03-22", "starts": "2019-03-12"}.items()
    assert duty(play, "wang", "decide").items() >= {"counted": False, "due": None, "met": "2019-03-12"}.items()
    play("insurer decision claim=@wang amount=0 result=refuse reason=fraud reviews=@d ok")
    assert duty(play, "wang", "pay") is None
    assert play.row("figure dlz/insurer/2019/duties_due")["value"] == 1


def test_no_duty_where_the_terms_leave_a_clause_null():
    play = standard()
    play(f"{SECOND} deadlines=$deadlines-with-gaps ok")
    play(CLAIMED)
    assert duty(play, "wang", "decide") is None
    assert duty(play, "wang", "pay")["days"] == 20
    play("insurer decision claim=@wang amount=400 result=interim ok")
    assert duty(play, "wang", "pay") is None
    assert found_by(play, "wang") == []


def test_what_a_decision_uses_is_given_back_by_the_next():
    play = standard()
    play(DECIDED)
    cover = play.indices["cover"]
    key = f"used dlz illness policy {cover:016d} {digest('wang')}"
    assert play.row(key) == 800
    assert play.row(f"decision {play.indices['dwang']:016d}")["uses"] == [["illness", "policy", f"{cover:016d}", 800]]
    play("r: insurer decision claim=@wang amount=0 result=refuse reason=fraud reviews=@dwang ok")
    assert play.row(key) is None
    assert play.row(f"decision {play.indices['r']:016d}")["uses"] == []
