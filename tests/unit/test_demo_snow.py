"""雪中送炭: two payers, five benefits, and what happens to single claims, as the rules and the books have it."""

from datetime import date

import pytest

from ledger.batch import Batch, batch_name
from ledger.books import balance
from ledger.calendar import days_late
from ledger.entry import parse_entry
from ledger.errors import Rejected
from ledger.leaf import entry_of, stamp_of
from ledger.sequence import replay
from ledger.state import MemoryReader, State
from node.demo.founding import calendar_of
from node.demo.office import Offices
from node.demo.roster import Enrollee, pack_roster
from node.demo.snow.registry import HOUSEHOLDS, SICK
from node.demo.snow.script import load_script
from node.demo.snow.stories import STORIES
from tests.support.fake_random import FakeRandom
from tests.support.programmes import ORIGIN, play_snow, small_snow

SCRIPT = small_snow()
NAME = SCRIPT.programme.id


@pytest.fixture(scope="module")
def desk():
    return play_snow()[0]


@pytest.fixture(scope="module")
def claims(desk):
    """The claims of each story, in the order of the log."""
    _, play, _ = play_snow()
    members = {play._registry.commitment(member).hex(): story for story, member in play._stories.items()}
    found: dict[str, list] = {story: [] for story in STORIES}
    for key, row in desk.state.scan("claim"):
        if row["member"] in members:
            found[members[row["member"]]].append((int(key[1]), row))
    return found


def figures(state: State) -> dict[str, int]:
    return {key[1].removeprefix(f"{NAME}/"): row["value"] for key, row in state.scan("figure")}


def duty(state: State, claim: int, kind: str):
    return state.get("duty", claim, kind)


def test_the_published_figures_stand_in_the_script():
    script = load_script()
    funding = script.funding
    assert funding.government_fen.value + funding.federation_fen.value == script.published.funding.value
    assert script.households.value == script.published.households.value == 529
    assert script.paid_of_illness.value * 10_000 // script.by_illness.value == script.published.share.value == 7_000


def test_the_play_comes_to_its_figures(desk):
    _, play, steps = play_snow()
    found = figures(desk.state)
    assert (found[f"2016-illness/{HOUSEHOLDS}"], found[f"2016-other/{HOUSEHOLDS}"]) == (40, 12)
    assert (found[f"2016-illness/{SICK}"], found["2016-illness/person_times_paid"]) == (40, 28)
    assert found["claims_paid"] == 28 + 10
    assert found["2016-other/persons"] == found["2016-other/person_times"] - 1
    assert steps == list(play.steps)
    assert play.refused == ["officer_missing", "same_officer"]


def test_each_payer_s_money_is_seen_apart_and_what_was_not_used_goes_back(desk):
    held = {key[1]: row for key, row in desk.state.scan("account")}
    assert held["fund/snow/government"]["in"] == 3_000_000_00 and balance(held["fund/snow/government"]) == 0
    assert held["fund/snow/federation"]["in"] == 1_450_000_00 and balance(held["fund/snow/federation"]) == 0
    social = balance(held["premium/snow/social"])
    persons = figures(desk.state)
    assert social == 340_00 * (persons["2016-illness/person_times"] + persons["2016-other/person_times"])
    assert balance(held["premium/snow/insurer"]) == 3_460_000_00
    assert balance(held["own/finance"]) == -(3_000_000_00 - (800_000_00 - social))
    assert sum(map(balance, held.values())) == 0


def test_the_share_is_said_with_both_counts_and_only_as_the_books_have_it(desk):
    said = [parse_entry(entry_of(leaf), origin=ORIGIN).entry for leaf in desk.leaves if b"paid_share_bp" in leaf]
    (figure,) = said
    assert figure.value == 7_000
    assert list(figure.of) == [f"{NAME}/2016-illness/person_times_paid", f"{NAME}/2016-illness/{SICK}"]
    offices = Offices(NAME, FakeRandom(9))
    wrong = offices.figure("federation", "2016-illness/paid_share_bp", 7_100, on=desk.today, basis="assumed",
                           unit="bp", of=list(figure.of))
    before = len(desk.leaves)
    with pytest.raises(Rejected, match=r"^figure_not_supported"):
        desk.submit([wrong])
    assert len(desk.leaves) == before


def test_one_bill_feeds_three_benefits_and_is_not_passed(claims):
    ((_, row),) = claims["one_bill"]
    assert row["bill"] == 80_000_00 and row["paid"] == 24_000_00 + 11_000_00 + 1_400_00
    # The allowance is for days, not for the bill; the other two fill it to the fen.
    assert row["bill"] == 45_000_00 + 24_000_00 + 11_000_00


def test_a_death_is_decided_by_two_officers_and_paid_to_two_heirs(desk, claims):
    ((_, row),) = claims["heirs"]
    assert (row["amount"], row["payouts"], row["paid"]) == (200_000_00, 2, 200_000_00)
    assert len(desk.state.get("decision", row["decision"])["officers"]) == 2
    assert desk.state.get("member", row["member"])["removed"] == "2016-05-30"
    kept = [records for (party, _), records in desk.vaults.items() if party == "insurer"]
    assert sorted(b'"relation":"spouse"' in records[0] for records in kept) == [False, True]


def test_three_claims_use_up_the_cap_of_one_accident(claims):
    assert [(row["paid"], row["state"]) for _, row in claims["used_up"]] == [
        (32_000_00, "paid"), (18_000_00, "paid"), (0, "refused"),
    ]  # fmt: skip


def test_a_leap_year_meets_a_cap_of_365_days(claims):
    ((_, row),) = claims["whole_year"]
    assert row["paid"] == 365 * 100_00 < 366 * 100_00 == row["claimed"]


def test_a_disability_is_paid_up_to_the_maximum(claims):
    ((_, row),) = claims["disability"]
    assert (row["claimed"], row["paid"]) == (130_000_00, 120_000_00)


def test_a_stay_over_the_turn_of_the_year_uses_the_room_of_the_year_of_admission(desk, claims):
    ((_, row),) = claims["year_turn"]
    uses = desk.state.get("decision", row["decision"])["uses"]
    assert row["facts"]["discharged_on"] == "2017-01-09"
    assert [use[:3] for use in uses] == [["hospital_allowance", "year", "2016"], ["social_supplement", "year", "2016"]]


def test_a_refusal_is_looked_at_again_by_another_officer(desk, claims):
    ((index, row),) = claims["reviewed"]
    decisions = {int(key[1]): one for key, one in desk.state.scan("decision") if one["claim"] == index}
    (first, before), (last, after) = sorted(decisions.items())
    assert (before["result"], before["amount"], after["result"], after["amount"]) == ("refuse", 0, "part", 18_400_00)
    assert not set(before["officers"]) & set(after["officers"])
    assert (row["decision"], row["objection"], row["paid"]) == (last, None, 18_400_00) and first < last


def test_a_request_stops_the_clock(desk, claims):
    ((index, row),) = claims["asked"]
    decide = duty(desk.state, index, "decide")
    assert row["requested"]
    # Ten working days from 11 July, when the paper came, not from 6 June.
    assert (decide["due"], decide["met"]) == ("2016-07-25", "2016-07-18")


def test_a_late_decision_is_late_by_four_working_days(desk, claims):
    ((index, _),) = claims["late"]
    decide = duty(desk.state, index, "decide")
    assert (decide["due"], decide["met"], decide["unit"]) == ("2016-10-13", "2016-10-19", "working_day")
    calendar = calendar_of("cn", SCRIPT.calendar_years)
    assert days_late(date(2016, 10, 13), date(2016, 10, 19), unit="working_day", calendar=calendar) == 4
    found = figures(desk.state)
    assert found["insurer/2016/duties_due"] - found["insurer/2016/duties_in_time"] == 1


def test_what_must_be_published_was(desk):
    found = figures(desk.state)
    assert (found["federation/2016/duties_due"], found["federation/2016/duties_in_time"]) == (4, 4)


def test_households_are_the_total_of_a_column():
    persons = [
        Enrollee({"id_number": str(number)}, frozenset(["households"] if number % 3 == 0 else []))
        for number in range(9)
    ]
    roster = pack_roster(persons, columns=("households",), tag_key=bytes(32), random=FakeRandom(3))
    (column,) = roster.members["columns"]
    assert (column["name"], column["total"]) == ("households", 3)
    assert roster.members["lines"]["total"] == 9
    batch, tags = roster.files
    trees = [Batch.of_column(batch.content, column=place, columns=2) for place in range(2)]
    assert batch.address == batch_name([tree.root for tree in trees]) and len(tags.content) == 9 * 32
    plain = pack_roster(persons, tag_key=bytes(32), random=FakeRandom(3))
    assert "columns" not in plain.members and plain.files[0].address == plain.root == Batch(plain.files[0].content).root
    assert plain.commitments == roster.commitments and plain.root == trees[0].root


def test_a_replay_agrees(desk):
    state = State(MemoryReader())
    for leaf in desk.leaves:
        replay(state, leaf, origin=ORIGIN, blobs=desk)
    assert dict(state.scan_all()) == dict(desk.state.scan_all())
    assert stamp_of(desk.leaves[-1]).index == len(desk.leaves) - 1
