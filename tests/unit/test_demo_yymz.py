"""一元民生: invented claims come to the published sums under the terms, and the play comes to its figures."""

import re
from collections import Counter
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.books import balance
from ledger.calendar import is_working_day
from ledger.entry import parse_entry
from ledger.errors import FormatError
from ledger.leaf import entry_of, stamp_of
from ledger.sequence import replay
from ledger.state import MemoryReader, State
from node.demo.exact import Amount, fit
from node.demo.founding import calendar_of, terms_of
from node.demo.printed import figures_in
from node.demo.yymz.bulletin import payable
from node.demo.yymz.cases import invent_cases, thinned
from node.demo.yymz.casework import OTHER_READING, under_reading
from node.demo.yymz.production import YymzProduction
from node.demo.yymz.script import load_script
from node.errors import StartError
from tests.support.programmes import ORIGIN, SCALE, play_yymz

SCRIPT = load_script()
TERMS = terms_of(SCRIPT.terms, SCRIPT.fillings, at=SCRIPT.terms_on.value)
CALENDAR = calendar_of("cn", SCRIPT.calendar_years)
KINDS = ("special", "general")


def invent(seed: int):
    return invent_cases(rng=Random(seed), script=SCRIPT, calendar=CALENDAR)


@pytest.fixture(scope="module")
def cases():
    return invent(20191231)


def figures(state: State) -> dict[str, int]:
    return {key[1]: row["value"] for key, row in state.scan("figure")}


def test_the_claims_come_to_the_published_sums_to_the_fen(cases):
    count = Counter(case.kind for case in cases)
    paid = {kind: sum(payable(case, TERMS) for case in cases if case.kind == kind) for kind in KINDS}
    assert count == {"special": 8_031, "general": 55}
    assert paid == {"special": 4_746_700_00, "general": 3_230_400_00}
    assert sum(paid.values()) == 7_977_100_00


@pytest.mark.parametrize("seed", range(3))
def test_the_sums_hold_for_any_seed(seed):
    paid = Counter()
    for case in invent(seed):
        paid[case.kind] += payable(case, TERMS)
    assert paid == {"special": 4_746_700_00, "general": 3_230_400_00}


def test_no_claim_passes_its_maximum_and_the_other_reading_never_pays_more(cases):
    other = under_reading(TERMS, OTHER_READING)
    differing = 0
    for case in cases:
        amount, otherwise = payable(case, TERMS), payable(case, other)
        assert 0 < amount <= (800_00 if case.kind == "special" else 200_000_00)
        assert otherwise <= amount
        # The readings part above 1,000.00 and meet again at 1,600.00.
        assert (otherwise < amount) == (case.kind == "special" and 1_000_00 < case.eligible < 1_600_00)
        differing += otherwise < amount
    assert 0 < differing < 8_031 // 2


def test_each_step_has_its_day(cases):
    for case in cases:
        steps = [case.filed_on, case.completed_on, case.decided_on, case.paid_on, case.confirmed_on]
        assert steps == sorted(steps) and case.admitted_on < case.filed_on
        assert case.decided_on < case.paid_on < case.confirmed_on
        assert all(is_working_day(day, calendar=CALENDAR) for day in steps)
        assert SCRIPT.first_day.value <= case.admitted_on and case.confirmed_on < SCRIPT.deposit.called_on.value
    special = [case for case in cases if case.kind == "special"]
    assert sum(case.late for case in special) == SCRIPT.late.value
    for case in special:
        assert (case.paid_on > case.completed_on + timedelta(days=1)) == case.late
    incomplete = [case for case in special if not case.is_complete]
    assert len(incomplete) == SCRIPT.incomplete.value
    assert sum(case.requested_on is None for case in incomplete) == SCRIPT.opened_late.value


def test_each_of_the_six_groups_claims_once(cases):
    special = [case for case in cases if case.kind == "special"]
    assert len({(case.county, case.member) for case in special}) == len(special)
    assert {case.group for case in special} == set(SCRIPT.groups.value)
    for case in special:
        assert case.bill - case.insurance >= case.eligible  # the formula takes no more than what is left


def test_in_one_county_more_is_paid_than_was_paid_in(cases):
    paid = Counter()
    for case in cases:
        paid[case.county] += payable(case, TERMS)
    above = [number for number in range(10) if paid[number] > SCRIPT.premium(number)]
    assert [SCRIPT.codes[number] for number in above] == [SCRIPT.heavy_county.value]
    assert sum(SCRIPT.premium(number) for number in range(10)) == 9_600_000_00


@pytest.mark.parametrize("scale", [7, 100, 9_000])
def test_a_quick_look_has_one_of_each_sort(cases, scale):
    def sort(case):
        return case.kind, case.late, case.is_complete, case.requested_on is None

    kept = thinned(cases, scale=scale)
    whole, few = Counter(map(sort, cases)), Counter(map(sort, kept))
    assert few == {one: -(-count // scale) for one, count in whole.items()}
    assert len(whole) == 6


def test_a_scale_below_one_is_refused(cases):
    with pytest.raises(ValueError, match=r"^scale: expected 1 or more, got 0$"):
        thinned(cases, scale=0)
    with pytest.raises(StartError, match=r"^--scale: expected 1 or more, got 0"):
        YymzProduction(scale=0)


def test_the_play_comes_to_its_figures():
    desk, play, steps = play_yymz()
    found = figures(desk.state)
    amounts = [payable(case, TERMS) for case in play.cases]
    assert found["yymz/claims_paid"] == len(amounts) == sum(-(-count // SCALE) for count in (
        7_848, 155, 5, 23, 53, 2))  # prompt, requested, opened late, late; general, late
    assert found["yymz/paid"] == sum(amounts)
    assert found["yymz/premium"] == 9_600_000_00
    for number, code in enumerate(SCRIPT.codes):
        own = [amount for case, amount in zip(play.cases, amounts, strict=True) if case.county == number]
        assert found.get(f"yymz/2019-{code}/paid", 0) == sum(own)
        assert found.get(f"yymz/2019-{code}/claims_paid", 0) == len(own)
        assert desk.state.get("fact", "yymz", "registered_population", code)["value"] * 100 == SCRIPT.premium(number)
    assert (found["yymz/bureau/2019/duties_due"], found["yymz/bureau/2019/duties_in_time"]) == (5, 5)
    late = sum(case.late for case in play.cases)
    opened_late = sum(not case.is_complete and case.requested_on is None for case in play.cases)
    due, met = found["yymz/insurer/2019/duties_due"], found["yymz/insurer/2019/duties_in_time"]
    assert due == len(amounts) + sum(not case.is_complete for case in play.cases)
    assert due - met == late + opened_late
    assert steps == list(play.steps)
    assert play.refused == ["premium_wrong", "steps_wrong", "invoice_used"]


def test_the_deposit_is_paid_called_once_and_returned():
    desk, _, _ = play_yymz()
    held = {key[1]: (row["in"], balance(row)) for key, row in desk.state.scan("account")}
    assert held["bond/yymz/insurer"] == (500_000_00, 0)
    assert held["own/bureau"] == (20_000_00, 20_000_00)
    assert sum(left for _, left in held.values()) == 0


def test_the_bulletin_says_what_the_books_hold():
    desk, _, _ = play_yymz()
    leaves = [(parse_entry(entry_of(leaf), origin=ORIGIN).entry, stamp_of(leaf)) for leaf in desk.leaves]
    (said,) = [(entry, stamp) for entry, stamp in leaves if b"says" in desk.leaves[stamp.index] and
               entry.kind == "notice"]
    assert [one.metric for one in said[0].says] == ["yymz/claims_paid", "yymz/paid"]
    assert "flags" not in stamp_members(desk.leaves[said[1].index])


def stamp_members(leaf: bytes) -> str:
    return leaf.partition(b"\n")[0].decode()


def test_a_replay_agrees():
    desk, _, _ = play_yymz()
    state = State(MemoryReader())
    for leaf in desk.leaves:
        replay(state, leaf, origin=ORIGIN, blobs=desk)
    assert dict(state.scan_all()) == dict(desk.state.scan_all())


def test_a_late_payout_is_late_by_the_days_of_the_calendar():
    desk, play, _ = play_yymz()
    late = [case for case in play.cases if case.kind == "special" and case.late]
    duties = {key[1:]: row for key, row in desk.state.scan("duty")}
    missed = [row for (_, kind), row in duties.items() if kind == "pay" and row["met"] > row["due"]]
    assert sorted(row["met"] for row in missed if row["unit"] == "calendar_day") == [
        str(case.paid_on) for case in late
    ]
    for row in missed:
        if row["unit"] == "calendar_day":
            assert date.fromisoformat(row["due"]) + timedelta(days=1) <= date.fromisoformat(row["met"])


def test_the_figures_in_print_are_read_by_their_id():
    totals = b'{"totals":[%s]}' % b",".join(
        b'{"id":"%s","value":1,"unit":"u","as_of":null,"precision":"exact","source":["a","b"],"more":0}' % name
        for name in (b"yymz-claims", b"yymz-paid", b"yymz-sp-claims", b"yymz-sp-paid", b"yymz-pop")
    )
    read = figures_in(totals, like=SCRIPT.published)
    assert (read.claims.value, read.population.source) == (1, "a, b")
    with pytest.raises(FormatError, match=r"^published totals: expected the figures of this programme: "):
        figures_in(totals.replace(b"yymz-pop", b"another"), like=SCRIPT.published)


@settings(max_examples=60, deadline=None)
@given(amounts=st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50), st.integers(0, 50)), min_size=1, max_size=12),
       part=st.integers(0, 100))
def test_amounts_are_moved_within_their_bounds_to_any_sum(amounts, part):
    bounded = [Amount(*(sorted(one)[1], sorted(one)[0], sorted(one)[2])) for one in amounts]
    least, most = sum(one.least for one in bounded), sum(one.most for one in bounded)
    total = least + (most - least) * part // 100
    values = fit(bounded, total=total)
    assert sum(values) == total
    assert all(one.least <= value <= one.most for one, value in zip(bounded, values, strict=True))


@pytest.mark.parametrize("total", [2, 31])
def test_a_sum_outside_the_bounds_is_refused(total):
    message = f"amounts: expected a total of 3 to 30, got {total}"
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        fit([Amount(5, 1, 10)] * 3, total=total)
