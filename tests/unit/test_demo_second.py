"""The second county: bills that add up, cases by the week, reports in time, and the log as it was before."""

from datetime import date, timedelta

import pytest

from ledger.kinds import Close
from node.demo.auditor import Audited, replayed
from node.demo.contracts import quorum_of
from node.demo.kept import Late, read_kept
from node.demo.notices import progress
from node.demo.other_county import read_other
from node.demo.proven import entries_of
from node.demo.second_claims import bill_of, plain_cases
from node.demo.worked import largest_decision
from tests.support.small_demo import ORIGIN, play_in_memory, small_script

SMALL = small_script(divisor=100)


@pytest.fixture(scope="module")
def audited() -> Audited:
    desk, _, _ = play_in_memory(SMALL)
    return replayed(desk.leaves, origin=ORIGIN, blobs=desk)


@pytest.mark.parametrize("residual", [1, 99, 212345, 655431])
def test_a_bill_is_what_all_paid_of_it(residual):
    bill = bill_of(residual)
    assert bill.residual_fen == residual
    assert bill.total_fen == residual + bill.basic_fen + bill.serious_fen + bill.aid_fen


def test_six_cases_a_week_each_of_another_person():
    monday = date(2020, 2, 24)
    cases = plain_cases([2000] * 13, people=range(100, 360), period="2020-1", first=monday, number=1)
    assert [case.claim.filed_on for case in cases] == [
        monday + timedelta(days=7 * (number // 6)) for number in range(13)
    ]
    assert len({case.claim.person for case in cases}) == len({case.claim.invoice for case in cases}) == 13
    for case in cases:
        assert case.claim.filed_on < case.decided_on < case.paid_on < case.confirmed_on
        assert case.payable_fen == 1000


def test_reports_come_before_they_are_due_but_for_the_late_one():
    late = date(2018, 10, 1)
    found = list(progress(7, first=date(2018, 1, 1), last=date(2019, 12, 31), late=late))
    assert [str(notice.due) for notice in found] == [
        "2018-04-01", "2018-07-01", "2018-10-01", "2019-01-01", "2019-04-01", "2019-07-01", "2019-10-01",
    ]  # fmt: skip
    assert [notice.due for notice in found if notice.on > notice.due] == [late]


@pytest.mark.parametrize("parties, quorum", [(1, 1), (3, 3), (4, 3), (5, 4), (6, 5), (7, 5)])
def test_a_quorum_is_more_than_two_thirds(parties, quorum):
    assert quorum_of(parties) == quorum
    assert 3 * quorum > 2 * parties >= 3 * (quorum - 1)


def test_the_log_as_it_was_when_the_first_county_was_closed(audited):
    earlier = audited.earlier
    assert earlier is not None and earlier.state.size == len(earlier.leaves)
    assert [entry.county for entry in entries_of(earlier) if isinstance(entry, Close)] == ["kangbao"] * 2
    again = replayed(earlier.leaves, origin=ORIGIN, blobs=audited.blobs)
    assert dict(again.state.scan_all()) == dict(earlier.state.scan_all())
    assert again.earlier is None


def test_what_was_late_by_how_much_and_what_was_flagged(audited):
    kept = read_kept(audited, "dlz")
    assert kept.late == (
        Late(id="decide", by="insurer", due=date(2020, 3, 16), days=3, unit="working_day"),
        Late(id="progress", by="foundation", due=date(2018, 10, 1), days=9, unit="calendar_day"),
    )
    assert kept.flags == (("raised", 1_300_000_00 - 1_297_200_00),)
    assert (kept.open, kept.requests) == (0, 1)
    insurer = {one.year: (one.due, one.in_time) for one in kept.years if one.party == "insurer"}
    assert insurer == {"2018": (181, 181), "2019": (240, 240), "2020": (29, 28)}


def test_the_second_county_balances(audited):
    other = read_other(audited, "dlz")
    assert other is not None and other.county == "yunxi"
    assert other.premium + other.recovered + other.third_party - other.recovered == other.paid + other.left
    assert (other.advance, other.corrections) == (other.repaid, 1)
    assert other.paid_back >= 10_00


def test_a_log_of_one_county_has_no_other(audited):
    assert audited.earlier is not None
    assert read_other(audited.earlier, "dlz") is None


def test_the_largest_decision_is_signed_by_two_and_capped(audited):
    worked = largest_decision(audited, "dlz")
    assert worked.amount == 100_000_00
    assert worked.officers == ("insurer/assessor", "insurer/reviewer")
    assert [step["op"] for step in worked.steps] == [
        "age", "at_least", "not_above", "base", "deductible", "ratio", "cap", "overlap",
    ]  # fmt: skip
    assert worked.steps[-1]["out"] == worked.amount
