"""Receipts of a log with deadlines and notices: late insurers, decisions worked out again, and lies about both."""

import json
from functools import cache

import pytest

from tests.support.receipts import Forger, ReceiptWorld, encode
from tests.support.world import PARTIES
from verifier.errors import CannotTell, FormatError, ProofError, VerifyError
from verifier.log.policy import parse_policy
from verifier.receipts.receipt import verify_receipt
from verifier.receipts.verdict import Caution, Kept
from verifier.speech.explain import explain_receipt

DAY_MS = 86_400_000
DEADLINES = [
    {"amount": "claimed_until_decided", "conditions": [], "id": duty, "starts": starts, "tiers": [{"days": days}],
     "unit": unit}
    for duty, starts, days, unit in (
        ("decide", "complete", 3, "working_day"), ("pay", "complete", 10, "calendar_day"),
        ("answer", "objection", 300, "working_day"),
    )
]  # fmt: skip
NOTICES = [
    {"by": "foundation", "id": "result", "months": 2, "on": "drive_end"},
    {"by": "platform", "id": "progress", "months": 3, "on": "drive"},
]


class Story:
    """A claim decided late, one that waits for its decision with an objection, one of another person; a drive."""

    def __init__(self):
        self.world = world = ReceiptWorld(officers={"insurer/wu": None})
        world.charter()
        self.terms = world.terms(calendar="cn", deadlines=DEADLINES, notices=NOTICES)
        world.act("agreement", "county foundation", county="kb", document="22" * 32, programme="dlz")
        # The 2nd of March 2018 is a Friday, the 4th a Sunday.
        self.calendar = world.act("calendar", " ".join(PARTIES), days_off=["2018-03-02"], document="11" * 32, name="cn",
                                  work_days=["2018-03-04"], year=2018)
        world.give(100_000)
        world.settle(100_000)
        world.premium(80_000)
        self.enrolment, self.members = world.enrol(4)
        self.cover = world.insure(4)
        self.drive = world.act("drive", "foundation", document="11" * 32, first_day="2018-03-01", last_day="2018-12-31",
                               programme="dlz", text="for kb")
        self.paid, self.waiting, self.other = (world.file_claim(self.cover, one, 100) for one in self.members[:3])
        self.objection = world.seal("objection", "county", about=self.waiting, claim=self.waiting, document="11" * 32)
        world.time_unix_ms += 6 * DAY_MS  # Wednesday the 7th
        self.decision = world.decide(self.paid, signers="insurer/wu")
        self.payout = world.pay(self.decision, 50)
        world.confirm(self.payout)
        self.report = world.act("notice", "platform", document="11" * 32, programme="dlz", text="so far", says=[
            {"metric": "dlz/raised", "value": 100_005}], meets={"due": "2018-06-01", "entry": self.drive,
                                                                "id": "progress"})  # fmt: skip
        world.time_unix_ms += 2 * DAY_MS
        self.balance = world.balance()
        self.policy = parse_policy(world.policy(), what="policy")

    def cover_receipt(self, line):
        return self.world.cover_receipt(self.enrolment, line)


@cache
def story():
    return Story()


def verify(receipt):
    return verify_receipt(receipt, story().policy)


def forge(line=0):
    return Forger(story().world, story().cover_receipt(line))


def duties(claim):
    return {duty.id: (duty.kept, duty.late, duty.due) for duty in claim.duties}


def test_a_decision_that_came_late_by_working_days():
    verdict = verify(story().cover_receipt(0))
    (claim,) = verdict.cover.claims
    # After the 1st: Sunday the 4th, which is worked, the 5th and the 6th.
    assert duties(claim) == {"decide": (Kept.MET_LATE, 1, "2018-03-06"), "pay": (Kept.MET, 0, "2018-03-11")}
    assert claim.worked == (story().decision,) and claim.terms["version"] == 1
    text = explain_receipt(verdict, lang="en")
    assert "to decide: the insurer met it late by 1 working day, on 2018-03-07, due on 2018-03-06" in text
    assert "ok    duties        due days worked out again, kept or not as of 2018-03-09\n" in text
    assert f"ok    decisions     leaves {story().decision}: worked out again by the terms\n" in text
    assert "1.00 yuan x 50% = 0.50 yuan" in text and "nothing else stands under it" in text


def test_a_decision_that_is_overdue():
    verdict = verify(story().cover_receipt(1))
    (claim,) = verdict.cover.claims
    assert duties(claim)["decide"] == (Kept.LATE, 3, "2018-03-06")
    assert duties(claim)["pay"] == (Kept.OPEN, 0, "2018-03-11")
    assert duties(claim)["answer"][0] is Kept.PROVISIONAL  # 300 working days end in a year without a calendar
    assert claim.objection == story().objection and claim.worked == ()
    text = explain_receipt(verdict, lang="en")
    assert "the insurer is late by 3 working days as of 2018-03-09: to decide was due on 2018-03-06" in text
    assert f"an objection is open (leaf {story().objection})" in text
    text = explain_receipt(verdict, lang="zh")
    assert "截至 2018-03-09，保险公司已逾期 3 个工作日：应于 2018-03-06 前作出决定" in text


def test_who_claimed_nothing_has_no_duties():
    verdict = verify(story().cover_receipt(3))
    assert verdict.cover.claims == ()
    assert "ok    duties" not in explain_receipt(verdict, lang="en")


def test_an_officer_signed():
    verdict = verify(story().world.entry_receipt(story().decision))
    assert verdict.entry.signers == ("insurer/wu",)


@pytest.mark.parametrize(("left_out", "error", "why"), [
    pytest.param("calendar", ProofError, "the calendar in leaf 3, which is not shown", id="calendar"),
    pytest.param("terms", CannotTell, "no terms of dlz are shown", id="terms"),
    pytest.param("paid", ProofError, "is about the member and is not shown", id="claim"),
])  # fmt: skip
def test_what_a_duty_needs_is_shown(left_out, error, why):
    forger = forge()
    gone = getattr(story(), left_out)
    value = forger.show(forger.copy(), [index for index in forger.shown() if index != gone])
    value["bodies"] = [body for body in value["bodies"] if body[0] != gone]
    with pytest.raises(error, match=why):
        verify(encode(value))


@pytest.mark.parametrize("left_out", ["paid", "decision"])
def test_a_decision_without_its_claim_is_told_but_not_worked_out(left_out):
    forger = forge()
    value = forger.copy()
    value["bodies"] = [body for body in value["bodies"] if body[0] != getattr(story(), left_out)]
    (claim,) = verify(encode(value)).cover.claims
    assert claim.worked == ()


def test_a_decision_without_the_policy_is_told_but_not_worked_out():
    forger = forge()
    value = forger.show(forger.copy(), [index for index in forger.shown() if index != story().cover])
    verdict = verify(encode(value))
    assert verdict.cover.claims[0].worked == () and verdict.cautions == ((Caution.NO_COVER, "2018"),)


@pytest.mark.parametrize(("change", "why"), [
    pytest.param({"due": "2018-03-10"}, "leads to|expected", id="due"),
    pytest.param({"met": "2018-03-06"}, "leads to|expected", id="met"),
    pytest.param({"by": "platform"}, "leads to|expected", id="by"),
])  # fmt: skip
def test_a_row_cannot_be_changed(change, why):
    value = forge().copy()
    value["rows"][0]["row"]["claims"][0]["duties"][0] |= change
    with pytest.raises(ProofError, match=why):
        verify(encode(value))


@pytest.mark.parametrize("change", [
    pytest.param({"calendar": [3, 3]}, id="calendar-twice"),
    pytest.param({"due": "2018-02-30"}, id="no-day"),
    pytest.param({"provisional": 0}, id="no-bool"),
    pytest.param({"unit": "week"}, id="no-unit"),
    pytest.param({"colour": "red"}, id="unknown-member"),
    pytest.param({"days": -1}, id="negative"),
])  # fmt: skip
def test_a_duty_of_no_form_is_refused(change):
    value = forge().copy()
    value["rows"][0]["row"]["claims"][0]["duties"][0] |= change
    with pytest.raises(FormatError, match=r"^receipt: rows 0: row: claims: duties"):
        verify(encode(value))


# -- notices -----------------------------------------------------------------------------------------------------------


def test_what_an_entry_obliges_to_publish():
    verdict = verify(story().world.entry_receipt(story().drive))
    told = {notice.id: (notice.by, notice.due, notice.kept, notice.number) for notice in verdict.entry.notices}
    assert told == {
        "result": ("foundation", "2019-02-28", Kept.OPEN, 0), "progress": ("platform", "2018-09-01", Kept.OPEN, 1),
    }  # fmt: skip
    assert verdict.as_of.index == story().balance
    text = explain_receipt(verdict, lang="en")
    assert "foundation has to publish by 2019-02-28: result (0 done)\n" in text
    assert f"As of the trial balance in leaf {story().balance}" in text


def test_a_notice_that_says_what_the_books_do_not_support():
    verdict = verify(story().world.entry_receipt(story().report))
    assert verdict.cautions == ((Caution.FLAGGED, "dlz/raised: +5"),) and verdict.entry.notices == ()
    assert "a figure that the books do not support (dlz/raised: +5;" in explain_receipt(verdict, lang="en")


def test_a_row_of_another_entry_is_refused():
    drive = json.loads(story().world.entry_receipt(story().drive))
    forger = Forger(story().world, story().world.entry_receipt(story().report))
    value = forger.show(forger.copy(), [index for index, _ in drive["leaves"]] + [story().report])
    value["rows"] = drive["rows"]
    with pytest.raises(ProofError, match=f"notices/{story().drive} of the register is not about"):
        verify(encode(value))
    value["rows"][0]["name"] = f"notices/{story().report}"
    with pytest.raises(VerifyError):
        verify(encode(value))


@pytest.mark.parametrize(("name", "why"), [
    ("notices/07", "decimal without leading zeros"), ("notices/", "decimal"), ("notices", "hex"), ("fund/dlz", "hex"),
])  # fmt: skip
def test_names_of_rows_of_the_register(name, why):
    value = json.loads(story().world.entry_receipt(story().drive))
    value["rows"][0]["name"] = name
    with pytest.raises(FormatError, match=why):
        verify(encode(value))


def test_the_balance_of_a_notice_is_shown():
    forger = Forger(story().world, story().world.entry_receipt(story().drive))
    terms = forger.show(forger.copy(), [index for index in forger.shown() if index != story().terms])
    with pytest.raises(CannotTell, match="no terms of dlz are shown"):
        verify(encode(terms))


def test_days_that_no_terms_give_are_refused_before_they_are_counted():
    value = json.loads(story().cover_receipt(0))
    value["rows"][0]["row"]["claims"][0]["duties"][0]["days"] = 3661
    with pytest.raises(FormatError, match="days: expected an integer from 0 to 3660, got '3661'"):
        verify(encode(value))
