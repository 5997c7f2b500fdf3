"""verifier/receipts/lateness.py: what became of a duty, and its due day from the calendars that are shown."""

from types import SimpleNamespace

import pytest

from verifier.errors import CannotTell, ProofError
from verifier.receipts.lateness import judge_duty, judge_notice, judgement_day
from verifier.receipts.verdict import Kept

HOLIDAYS = {
    2019: {
        "days_off": ["2019-10-01", "2019-10-02", "2019-10-03", "2019-10-04", "2019-10-07"],
        "work_days": ["2019-09-29", "2019-10-12"],
    },
    2020: {"days_off": ["2020-01-01"], "work_days": []},
}
DUTY = {
    "by": "insurer", "calendar": [3], "days": 3, "due": "2019-10-10", "id": "decide", "met": None,
    "provisional": False, "starts": "2019-09-30", "unit": "working_day",
}  # fmt: skip
BY_DAYS = {**DUTY, "calendar": [], "due": "2019-10-03", "unit": "calendar_day"}


def leaf(kind, **members):
    return SimpleNamespace(entry=SimpleNamespace(kind=kind, value={"kind": kind, **members}))


def calendar(year, name="cn"):
    return leaf("calendar", name=name, year=year, **HOLIDAYS[year])


LEAVES = {3: calendar(2019), 4: calendar(2020), 5: calendar(2019), 6: calendar(2020, "vn"), 7: leaf("notice")}


def judged(on, duty=DUTY):
    return judge_duty(duty, leaves=LEAVES, on=on, what="duty")


@pytest.mark.parametrize(("changes", "on", "kept", "late"), [
    pytest.param({}, "2019-10-10", Kept.OPEN, 0, id="due-today"),
    pytest.param({}, "2019-10-11", Kept.LATE, 1, id="a-day-late"),
    pytest.param({}, "2019-10-12", Kept.LATE, 2, id="a-saturday-that-is-worked"),
    pytest.param({}, "2019-10-13", Kept.LATE, 2, id="a-sunday"),
    pytest.param({}, "2019-10-16", Kept.LATE, 5, id="and-the-week-after"),
    pytest.param({"met": "2019-10-10"}, "2019-12-01", Kept.MET, 0, id="met-on-its-day"),
    pytest.param({"met": "2019-10-14"}, "2019-12-01", Kept.MET_LATE, 3, id="met-late"),
    pytest.param({"days": None, "due": None}, "2019-12-01", Kept.WAITS, 0, id="no-amount-yet"),
    pytest.param({"days": None, "due": None, "met": "2019-10-14"}, "2019-12-01", Kept.MET, 0, id="met-without-a-day"),
    pytest.param(BY_DAYS, "2019-10-03", Kept.OPEN, 0, id="calendar-days-open"),
    pytest.param(BY_DAYS, "2019-10-05", Kept.LATE, 2, id="calendar-days-late"),
])  # fmt: skip
def test_what_became_of_a_duty(changes, on, kept, late):
    duty = judged(on, {**DUTY, **changes})
    assert (duty.kept, duty.late, duty.at_least, duty.on) == (kept, late, False, on)


def test_a_year_whose_calendar_is_not_shown_is_not_counted():
    duty = {**DUTY, "days": 1, "due": "2019-12-30", "starts": "2019-12-29"}
    late = judged("2020-01-03", duty)
    assert (late.kept, late.late, late.at_least) == (Kept.LATE, 1, True)  # 31 December, and what 2020 adds
    across = {**DUTY, "calendar": [3, 4], "days": 3, "due": "2020-01-03", "starts": "2019-12-30"}
    late = judged("2020-01-07", across)
    assert (late.late, late.at_least) == (2, False)
    assert judged("2019-12-30", duty).at_least is False


def test_a_provisional_day_binds_nobody():
    duty = {**DUTY, "calendar": [3], "days": 3, "due": "2020-01-02", "provisional": True, "starts": "2019-12-30"}
    for met in (None, "2020-01-01", "2020-03-01"):
        found = judged("2020-03-01", {**duty, "met": met})
        assert (found.kept, found.late, found.at_least) == (Kept.PROVISIONAL, 0, False)


@pytest.mark.parametrize(("changes", "why"), [
    pytest.param({"due": "2019-10-03"}, "end on 2019-10-10", id="another-day"),
    pytest.param({"provisional": True}, r"the register says 2019-10-10 \(True\)", id="provisional-though-all-is-known"),
    pytest.param({"calendar": [], "due": "2019-10-03"}, "provisional: True", id="calendar-left-out"),
    pytest.param({"calendar": [2]}, "the calendar in leaf 2, which is not shown", id="calendar-not-shown"),
    pytest.param({"calendar": [7]}, "expected a calendar in leaf 7", id="no-calendar"),
    pytest.param({"calendar": [3, 5]}, "two of its calendars are for 2019", id="a-year-twice"),
    pytest.param({"calendar": [3, 6]}, "expected years of one calendar, got cn, vn", id="two-names"),
    pytest.param({"days": None}, "after no number of days", id="due-after-nothing"),
])  # fmt: skip
def test_a_due_day_that_does_not_follow_is_refused(changes, why):
    with pytest.raises(ProofError, match=why):
        judged("2019-10-10", {**DUTY, **changes})


@pytest.mark.parametrize(("due", "kept", "late"), [
    ("2019-10-10", Kept.OPEN, 0), ("2019-10-08", Kept.LATE, 2), (None, Kept.MET, 0),
])  # fmt: skip
def test_what_must_be_published(due, kept, late):
    duty = {"by": "foundation", "due": due, "first": "2019-01-01", "id": "progress", "last": None, "met": None}
    notice = judge_notice({**duty, "number": 2}, on="2019-10-10")
    assert (notice.kept, notice.late, notice.number) == (kept, late, 2)


def test_the_day_is_that_of_the_newest_terms_shown():
    def terms(version, zone, programme="dlz"):
        return leaf("terms", programme=programme, version=version, zone=zone)

    late = SimpleNamespace(stamp=SimpleNamespace(time_unix_ms=1_571_180_400_000))  # 2019-10-15T23:00:00Z
    leaves = {1: terms(1, "-03:30"), 2: terms(2, "+08:00"), 3: terms(3, "-12:00", "other")}
    assert judgement_day(leaves, programme="dlz", balance=late) == "2019-10-16"
    assert judgement_day({1: leaves[1], **LEAVES}, programme="dlz", balance=late) == "2019-10-15"
    with pytest.raises(CannotTell, match="no terms of dlz are shown"):
        judgement_day({3: leaves[3]}, programme="dlz", balance=late)
