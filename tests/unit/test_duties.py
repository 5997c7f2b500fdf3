"""Duties of claims: when each starts, what meets and drops it, how it is counted, and what a new calendar does.

Every entry is judged by both sides. Days are those of the terms' zone, eight hours ahead of UTC.
"""

from datetime import UTC, datetime

import pytest

from ledger import trie
from ledger.balance import loader, stored_row
from ledger.duties import known_years, log_day, with_due
from ledger.leaf import stamp_of
from ledger.state import MemoryReader, State
from tests.support.refused import refused
from tests.support.twin import TwinWorld

# The Spring Festival of 2020: as announced in November 2019, and as changed on 26 January 2020.
ANNOUNCED = {"days_off": ["2020-01-01", "2020-01-24", "2020-01-27", "2020-01-28", "2020-01-29", "2020-01-30"],
             "work_days": ["2020-01-19", "2020-02-01"]}
CHANGED = {"days_off": [*ANNOUNCED["days_off"], "2020-01-31"], "work_days": ["2020-01-19"]}


def deadline(duty_id, starts, *days, **changes):
    """A deadline of one tier, or of several below 10.00 and more."""
    tiers = [{"below": 1000 * 10**at, "days": some, "including": True} for at, some in enumerate(days[:-1])]
    return {"amount": "claimed_until_decided", "conditions": [], "id": duty_id, "starts": starts,
            "tiers": [*tiers, {"days": days[-1]}], "unit": "working_day", **changes}


DEADLINES = [deadline("open", "claim", 1, unit="calendar_day"), deadline("decide", "complete", 3),
             deadline("pay", "complete", 3, 7), deadline("answer", "objection", 10, unit="calendar_day")]


class Office:
    """A cover of 2020 in a world that stands on some day, with claims that the terms give days for."""

    def __init__(self, *deadlines, calendar=ANNOUNCED, **terms):
        self.world = world = TwinWorld()
        world.charter()
        world.terms(deadlines=[*deadlines], calendar="cn", **terms)
        world.act("agreement", "county foundation", county="kb", document="22" * 32, programme="dlz")
        world.give(300_000)
        world.settle(290_000)
        world.premium(100_000)
        self.members = world.enrol(3, "2020")[1]
        self.cover = world.insure(3, "2020")
        self.go("2020-01-22")
        if calendar is not None:
            self.calendar = self.announce(calendar)

    def go(self, day, hour=12):
        """Let it be an hour of a day, in UTC."""
        moment = datetime.fromisoformat(day).replace(hour=hour, tzinfo=UTC)
        self.world.time_unix_ms = int(moment.timestamp() * 1000)

    def announce(self, days, year=2020, name="cn"):
        """Days off and work days of a year."""
        return self.world.act("calendar", "county foundation insurer platform", document="33" * 32, name=name,
                              year=year, **days)

    def file(self, residual=700, who=0, **members):
        """A claim of one of the members."""
        return self.world.file_claim(self.cover, self.members[who], residual, admitted="2020-01-10", **members)

    def object(self, claim):
        """An objection to the claim."""
        return self.world.seal("objection", "county", about=claim, claim=claim, document="ab" * 32)

    def duty(self, claim, duty_id, *members):
        """The duty's row, or some members of it."""
        row = self.world.state.get("duty", claim, duty_id)
        return row if not members or row is None else tuple(row[member] for member in members)

    def found(self, table):
        """What rows of a table find: the key without the table's name."""
        return [(*key[1:2], int(key[2]), key[3]) for key, _ in self.world.state.scan(table)]

    def figures(self):
        """The counts of duties: due, in time, provisional, by year."""
        found = {}
        for (_table, name), row in self.world.state.scan("figure"):
            if "/duties_" in name:
                found[name.removeprefix("dlz/insurer/")] = row["value"]
        return found

    def balance(self):
        """A trial balance."""
        return self.world.act("balance", "county", publish=[])


@pytest.fixture
def office():
    made = Office(*DEADLINES)
    yield made
    made.world.check_state()


# -- starts, meets, drops -----------------------------------------------------------------------------------------


def test_a_claim_with_open_papers_is_to_be_opened(office):
    claim = office.file(complete=False)
    assert office.duty(claim, "open") == {
        "by": "insurer", "calendar": [], "counted": False, "days": 1, "due": "2020-01-23", "met": None,
        "provisional": False, "starts": "2020-01-22", "unit": "calendar_day"}
    assert office.found("due") == [("2020-01-23", claim, "open")]
    assert office.found("pending") == []
    office.go("2020-01-23")
    office.world.seal("request", "insurer", claim=claim, missing=["invoice"])
    assert office.duty(claim, "open", "met", "counted") == ("2020-01-23", True)
    assert office.figures() == {"2020/duties_due": 1, "2020/duties_in_time": 1}
    assert office.found("due") == []


def test_the_clock_of_a_complete_claim(office):
    claim = office.file(1001)
    assert office.duty(claim, "open") is None
    assert office.duty(claim, "decide", "starts", "days", "due") == ("2020-01-22", 3, "2020-02-01")
    assert office.duty(claim, "pay", "starts", "days", "due") == ("2020-01-22", 7, "2020-02-06")
    assert office.duty(claim, "pay", "calendar", "provisional") == ([office.calendar], False)
    assert office.found("due") == [("2020-02-01", claim, "decide"), ("2020-02-06", claim, "pay")]
    assert office.found("pending") == [("cn", claim, "decide"), ("cn", claim, "pay")]


def test_a_request_stops_the_clock_and_complete_starts_it_anew_on_its_day(office):
    claim = office.file()
    office.world.seal("request", "insurer", claim=claim, missing=["invoice"])
    assert office.duty(claim, "decide") is office.duty(claim, "pay") is None
    assert office.found("due") == office.found("pending") == []
    office.go("2020-02-12")
    office.world.seal("complete", "county insurer", at="2020-02-10", claim=claim, documents=[])
    assert office.duty(claim, "decide", "starts", "due") == ("2020-02-10", "2020-02-13")
    assert office.figures() == {}


def test_withdrawn_is_withdrawn(office):
    claim = office.file(complete=False)
    office.object(claim)
    assert office.duty(claim, "answer", "starts", "due") == ("2020-01-22", "2020-02-01")
    office.world.seal("withdraw", "county", claim=claim)
    assert [office.duty(claim, one) for one in ("open", "answer")] == [None, None]
    assert office.world.state.get("claim", claim)["objection"] is None
    assert office.found("due") == []


def test_the_log_says_which_day_it_is(office):
    """Four in the afternoon in London is the next day where the terms hold."""
    office.go("2020-01-22", hour=16)
    claim = office.file(complete=False)
    assert office.duty(claim, "open", "starts", "due") == ("2020-01-23", "2020-01-24")


def test_pay_is_met_by_the_payout_with_which_all_is_on_its_way(office):
    world, claim = office.world, office.file()
    interim = world.decide(claim, 100, result="interim")
    assert office.duty(claim, "decide", "met") == office.duty(claim, "pay", "met") == (None,)
    world.pay(interim, 100)
    assert office.duty(claim, "pay", "met") == (None,)
    decision = world.decide(claim)
    assert office.duty(claim, "decide", "met") == ("2020-01-22",)
    world.pay(decision, 100)
    assert office.duty(claim, "pay", "met") == (None,)
    office.go("2020-02-02")  # one day late
    world.pay(decision, 150)
    assert office.duty(claim, "pay", "met", "due", "counted") == ("2020-02-02", "2020-02-01", True)
    assert office.figures() == {"2020/duties_due": 2, "2020/duties_in_time": 1}


def test_a_decision_that_gives_what_was_sent_already_meets_pay(office):
    claim = office.file()
    office.world.pay(office.world.decide(claim, 350, result="interim"), 350)
    assert office.duty(claim, "pay", "met") == (None,)
    office.world.decide(claim)
    assert office.duty(claim, "pay", "met") == ("2020-01-22",)


def test_a_refusal_drops_pay_and_meets_decide(office):
    claim = office.file()
    decision = office.world.decide(claim, result="refuse")
    assert office.duty(claim, "decide", "met") == ("2020-01-22",)
    assert office.duty(claim, "pay") is None
    office.go("2020-02-10")
    office.world.decide(claim, reviews=decision)
    assert office.duty(claim, "pay", "starts", "met") == ("2020-02-10", None)  # a clock that was dropped runs again


def test_a_met_pay_stays_when_a_review_decides_more_or_nothing(office):
    world, claim = office.world, office.file()
    decision = world.decide(claim, result="part", facts={"ward": "b"})
    world.pay(decision, 350)
    met = office.duty(claim, "pay")
    assert met["met"] == "2020-01-22"
    office.go("2020-03-02")
    again = world.decide(claim, reviews=decision)
    assert office.duty(claim, "pay") == met
    world.decide(claim, result="refuse", reviews=again)
    assert office.duty(claim, "pay") == met


def test_an_objection_is_answered_or_the_decision_reviewed(office):
    world, claim = office.world, office.file()
    objection = office.object(claim)
    office.go("2020-02-01")
    world.seal("answer", "insurer", claim=claim, document="cd" * 32, objection=objection, result="stands")
    assert office.duty(claim, "answer", "met", "counted") == ("2020-02-01", True)
    decision = world.decide(claim, result="refuse")
    office.object(claim)
    assert office.duty(claim, "answer", "starts", "met", "counted") == ("2020-02-01", None, False)
    office.go("2020-02-12")
    world.decide(claim, reviews=decision)
    assert office.duty(claim, "answer", "due", "met") == ("2020-02-11", "2020-02-12")
    assert office.figures() == {"2020/duties_due": 3, "2020/duties_in_time": 2}


# -- how many days ------------------------------------------------------------------------------------------------


def test_days_go_by_the_amount_claimed_and_then_by_the_amount_decided():
    office = Office(deadline("pay", "complete", 3, 7))
    claim = office.file(1400)
    assert office.duty(claim, "pay", "days", "due") == (7, "2020-02-06")
    interim = office.world.decide(claim, 400, result="interim")
    assert office.duty(claim, "pay", "days", "due", "starts") == (3, "2020-02-01", "2020-01-22")
    assert office.found("due") == [("2020-02-01", claim, "pay")]
    office.world.pay(interim, 400)
    office.world.decide(claim)
    assert office.duty(claim, "pay", "days", "met") == (3, None)


def test_days_by_the_amount_decided_alone_wait_for_it():
    office = Office(deadline("pay", "complete", 3, 7, amount="decided"), deadline("decide", "complete", 3,
                                                                                 amount="decided"))
    claim = office.file(4000)
    assert office.duty(claim, "pay", "days", "due", "calendar", "provisional") == (None, None, [], False)
    assert office.found("due") == office.found("pending") == []
    office.world.decide(claim)
    assert office.duty(claim, "pay", "days", "due") == (7, "2020-02-06")
    assert office.duty(claim, "decide", "due", "met", "counted") == (None, "2020-01-22", False)
    assert office.figures() == {}


def test_pay_may_start_with_each_decision_that_pays():
    office = Office(deadline("pay", "decision", 3, unit="calendar_day"))
    claim = office.file()
    assert office.duty(claim, "pay") is None
    decision = office.world.decide(claim)
    assert office.duty(claim, "pay", "starts", "due") == ("2020-01-22", "2020-01-25")
    office.world.pay(decision, 350)
    assert office.duty(claim, "pay", "met") == ("2020-01-22",)
    office.go("2020-02-10")
    office.world.decide(claim, reviews=decision)  # nothing is left to pay, so nothing starts
    assert office.duty(claim, "pay", "starts", "met") == ("2020-01-22", "2020-01-22")
    assert office.figures() == {"2020/duties_due": 1, "2020/duties_in_time": 1}


GROUPS = {"conditions": [{"fact": "group", "reason": "not_in_group", "values": ["poor", "old"]}]}


@pytest.mark.parametrize("deadlines,facts,days", [
    pytest.param([deadline("decide", "complete", 1, **GROUPS), deadline("decide", "complete", 5)], {"group": "old"}, 1,
                 id="first-that-holds"),
    pytest.param([deadline("decide", "complete", 1, **GROUPS), deadline("decide", "complete", 5)], {"group": "young"},
                 5, id="next"),
    pytest.param([deadline("decide", "complete", 1, **GROUPS)], {}, None, id="none-holds"),
    pytest.param([deadline("decide", "complete", 1, conditions=[{"fact": "group", "reason": "no", "values": None}]),
                  deadline("decide", "complete", 5)], {"group": "old"}, None, id="values-not-stated"),
    pytest.param([deadline("decide", "complete", None)], {}, None, id="days-not-stated"),
    pytest.param([deadline("decide", "complete", 1, amount=None)], {}, None, id="amount-not-stated"),
    pytest.param([deadline("decide", "complete", 1, unit=None)], {}, None, id="unit-not-stated"),
    pytest.param([deadline("decide", "complete", 1, tiers=None)], {}, None, id="tiers-not-stated"),
])  # fmt: skip
def test_which_deadline_holds(deadlines, facts, days):
    office = Office(*deadlines)
    claim = office.file(facts=facts)
    row = office.duty(claim, "decide")
    assert (None if row is None else row["days"]) == days


def test_a_duty_goes_where_the_terms_do_not_say_how_many_days_the_decided_amount_has():
    office = Office(deadline("pay", "complete", None, 7))
    claim = office.file(1400)
    assert office.duty(claim, "pay", "days") == (7,)
    office.world.decide(claim)
    assert office.duty(claim, "pay") is None
    assert office.found("due") == office.found("pending") == []


# -- counting -----------------------------------------------------------------------------------------------------


def test_what_is_late_counts_with_the_first_balance_after_its_day(office):
    claim = office.file()
    office.go("2020-02-01", hour=15)  # an hour before midnight there
    office.balance()
    assert office.figures() == {}
    office.go("2020-02-01", hour=16)
    office.balance()
    assert office.figures() == {"2020/duties_due": 2}
    assert office.duty(claim, "pay", "counted", "met") == (True, None)
    assert office.found("due") == office.found("pending") == []
    office.balance()
    office.world.pay(office.world.decide(claim), 350)
    assert office.duty(claim, "pay", "met") == ("2020-02-02",)
    assert office.figures() == {"2020/duties_due": 2}  # once


def test_a_duty_counts_in_the_year_of_its_due_day(office):
    office.announce({"days_off": ["2021-01-01"], "work_days": []}, year=2021)
    office.go("2020-12-30")
    claim = office.file()
    assert office.duty(claim, "decide", "due") == ("2021-01-05",)
    assert len(office.duty(claim, "decide")["calendar"]) == 2
    office.world.decide(claim, result="refuse")
    assert office.figures() == {"2021/duties_due": 1, "2021/duties_in_time": 1}


def test_nobody_is_late_by_a_year_that_is_not_announced():
    office = Office(*DEADLINES, calendar=None)
    claim = office.file()
    assert office.duty(claim, "decide", "due", "provisional", "calendar") == ("2020-01-27", True, [])
    assert office.found("due") == []
    assert office.found("pending") == [("cn", claim, "decide"), ("cn", claim, "pay")]
    office.go("2020-03-02")
    office.balance()
    assert office.figures() == {}
    office.world.seal("request", "insurer", claim=claim, missing=["invoice"])  # no duty is past its day
    other = office.file(who=1)
    office.world.decide(other, result="refuse")
    assert office.figures() == {"2020/duties_provisional": 1}
    assert office.duty(other, "decide", "counted", "met") == (True, "2020-03-02")


def test_a_request_comes_before_a_duty_is_late(office):
    claim, other = office.file(), office.file(who=1)
    office.go("2020-02-01", hour=15)
    office.world.seal("request", "insurer", claim=other, missing=["invoice"])
    office.go("2020-02-01", hour=16)
    refused(office.world, "deadline_passed", lambda: office.world.seal(
        "request", "insurer", claim=claim, missing=["invoice"]), match="decide was due on 2020-02-01, it is 2020-02-02")
    office.balance()  # counted is past its day all the same
    refused(office.world, "deadline_passed", lambda: office.world.seal(
        "request", "insurer", claim=claim, missing=["invoice"]))


# -- a new calendar -----------------------------------------------------------------------------------------------


def test_the_holiday_that_was_made_longer():
    """Complete on 22 January 2020 with three working days: due on 1 February, and after the change on the 4th."""
    office = Office(deadline("decide", "complete", 3), deadline("pay", "complete", 3, unit="calendar_day"))
    first, second, third = office.file(), office.file(who=1), office.file(who=2)
    assert office.duty(first, "decide", "due") == ("2020-02-01",)
    office.go("2020-01-23")
    office.world.decide(second, result="refuse")  # met before the change
    salts = [office.world.state.get("member", member)["salt"] for member in office.members]
    office.go("2020-01-27")
    changed = office.announce(CHANGED)
    assert office.duty(first, "decide", "due", "calendar") == ("2020-02-04", [changed])
    assert office.duty(third, "decide", "due", "calendar") == ("2020-02-04", [changed])
    assert office.duty(second, "decide", "due", "calendar") == ("2020-02-01", [office.calendar])
    assert office.duty(first, "pay", "due", "calendar") == ("2020-01-25", [])
    assert office.found("due") == [
        ("2020-01-25", first, "pay"), ("2020-01-25", third, "pay"), ("2020-02-04", first, "decide"),
        ("2020-02-04", third, "decide")]
    now = [office.world.state.get("member", member)["salt"] for member in office.members]
    assert [one != other for one, other in zip(salts, now, strict=True)] == [True, False, True]
    later = office.file(who=1)
    office.go("2020-02-04")
    office.balance()
    assert office.figures() == {"2020/duties_due": 4, "2020/duties_in_time": 1}  # three late pay, and second's decide
    assert office.duty(later, "decide", "due") == ("2020-02-05",)
    office.world.decide(first, result="refuse")
    assert office.figures() == {"2020/duties_due": 5, "2020/duties_in_time": 2}
    office.world.check_state()


def test_a_new_calendar_leaves_alone_what_was_counted_or_lies_elsewhere():
    office = Office(deadline("decide", "complete", 3), deadline("pay", "complete", 0))
    late = office.file()
    office.go("2020-02-02")
    office.balance()
    claim = office.file(who=1)
    office.announce({"days_off": ["2020-02-03", "2020-02-04"], "work_days": []}, name="us")
    office.announce({"days_off": ["2021-01-01"], "work_days": []}, year=2021)
    assert office.duty(claim, "decide", "due", "calendar") == ("2020-02-05", [office.calendar])
    changed = office.announce({"days_off": ["2020-02-03"], "work_days": []})
    assert office.duty(claim, "decide", "due", "calendar") == ("2020-02-06", [changed])
    assert office.duty(claim, "pay", "due", "calendar", "provisional") == ("2020-02-02", [], False)
    assert office.duty(late, "decide", "due", "calendar") == ("2020-02-01", [office.calendar])
    office.world.check_state()


def test_a_year_that_is_announced_makes_its_duties_certain():
    office = Office(deadline("decide", "complete", 3), calendar=None)
    claim = office.file()
    office.go("2020-01-30")
    announced = office.announce(ANNOUNCED)
    assert office.duty(claim, "decide", "due", "provisional", "calendar") == ("2020-02-01", False, [announced])
    assert office.found("due") == [("2020-02-01", claim, "decide")]
    office.go("2020-02-03")
    office.balance()
    assert office.figures() == {"2020/duties_due": 1}


# -- the register -------------------------------------------------------------------------------------------------


def register(office, roots, name):
    """The register's row of a member, proven under a balance."""
    root, key = bytes.fromhex(roots.register), trie.trie_key("register", name)
    value = trie.verify_trie(root=root, key=key, proof=trie.prove(root, key, loader(office.world.state)))
    return stored_row(office.world.state, key, value)[0]


def test_the_register_shows_what_is_open_met_and_objected_to(office):
    claim = office.file()
    objection = office.object(claim)
    decision = office.world.decide(claim, result="refuse")
    roots = stamp_of(office.world.leaves[office.balance()])
    assert register(office, roots, bytes.fromhex(office.members[0])) == {"claims": [{
        "claim": claim, "decision": decision, "duties": [
            {"by": "insurer", "calendar": [], "days": 10, "due": "2020-02-01", "id": "answer", "met": None,
             "provisional": False, "starts": "2020-01-22", "unit": "calendar_day"},
            {"by": "insurer", "calendar": [office.calendar], "days": 3, "due": "2020-02-01", "id": "decide",
             "met": "2020-01-22", "provisional": False, "starts": "2020-01-22", "unit": "working_day"}],
        "objection": objection, "paid": 0, "state": "refused"}]}


def test_counting_changes_no_row_of_the_register(office):
    office.file()
    before = stamp_of(office.world.leaves[office.balance()])
    office.go("2020-02-03")
    after = stamp_of(office.world.leaves[office.balance()])
    assert (before.register, before.figures != after.figures) == (after.register, True)


# -- days ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("moment,zone,day", [
    ("2020-01-22T15:59:59", "+08:00", "2020-01-22"),
    ("2020-01-22T16:00:00", "+08:00", "2020-01-23"),
    ("2020-01-22T03:29:59", "-03:30", "2020-01-21"),
    ("2020-01-22T03:30:00", "-03:30", "2020-01-22"),
    ("2020-02-28T10:00:00", "+14:00", "2020-02-29"),
    ("2020-03-01T11:59:59", "-12:00", "2020-02-29"),
    ("9999-12-31T23:00:00", "+08:00", "9999-12-31"),
])
def test_the_day_of_a_leaf_is_that_of_the_zone(moment, zone, day):
    unix_ms = int(datetime.fromisoformat(moment).replace(tzinfo=UTC).timestamp() * 1000)
    assert log_day(unix_ms, zone).isoformat() == day


def test_a_due_day_after_all_days_is_none():
    duty = {"days": 3, "due": "9999-12-31", "provisional": True, "starts": "9999-12-30", "unit": "calendar_day"}
    known = known_years(State(MemoryReader()), "cn", since=9999)
    assert with_due(duty, known) == {**duty, "calendar": [], "due": None, "provisional": False}
