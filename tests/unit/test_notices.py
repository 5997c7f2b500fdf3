"""What must be published, and by when: notices start, are met, follow each other, and are counted as late.

Every entry is judged by both sides, which must give the same stamp or the same reason.
"""

from datetime import UTC, date, datetime

import pytest

from ledger import trie
from ledger.balance import loader, stored_row
from ledger.effects.notices import add_months
from ledger.leaf import stamp_of
from ledger.trie import next_salt
from tests.support.refused import refused
from tests.support.twin import TwinWorld
from tests.support.world import World

NOTICES = [
    {"by": "foundation", "id": "progress", "months": 3, "on": "drive"},
    {"by": "foundation", "id": "final", "months": 1, "on": "drive_end"},
    {"by": "platform", "id": "yearly", "on": "year", "year_day": "05-31"},
    {"above": 1000, "by": "foundation", "days": 30, "id": "large", "on": "transfer"},
]
PAPER = {"document": "99" * 32, "programme": "dlz", "text": "said"}
YEARLY = 1  # the leaf of the terms


def begin(**terms):
    world = TwinWorld()
    world.charter()
    world.terms(**{"notices": NOTICES, **terms})
    world.act("agreement", "county foundation", county="kb", document="22" * 32, programme="dlz")
    return world


@pytest.fixture
def world():
    made = begin()
    yield made
    made.check_state()


def at(world, day, hour=12):
    """Time goes on, or back, to an hour of a day in UTC."""
    world.time_unix_ms = int(datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC).timestamp() * 1000)
    world.time_unix_ms += hour * 3_600_000


def drive(world, first, last, **members):
    return world.act("drive", "foundation", first_day=first, last_day=last, **PAPER, **members)


def row(world, entry):
    return world.state.get("notices", entry)


def due(world, entry):
    """Open due day of each duty that an entry started."""
    found = row(world, entry)
    return {} if found is None else {duty["id"]: duty["due"] for duty in found["duties"]}


def meet(world, entry, notice_id, day, by="foundation"):
    return world.act("notice", by, meets={"due": day, "entry": entry, "id": notice_id}, **PAPER)


def counted(world, scope="dlz/foundation/2018"):
    """Due and in time, of a party and year."""
    figures = [world.state.get("figure", f"{scope}/duties_{name}") for name in ("due", "in_time")]
    return tuple(0 if figure is None else figure["value"] for figure in figures)


def balance(world):
    return world.act("balance", "platform", publish=[])


def shown(world, name):
    """A row of the register as of the newest balance."""
    root = bytes.fromhex(stamp_of(world.leaves[-1]).register)
    key = trie.trie_key("register", name.encode())
    proof = trie.prove(root, key, loader(world.state))
    return None if proof is None or proof.leaf_key != key else stored_row(world.state, key, proof.row_hash)


# -- days -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("first,months,day", [
    ("2018-01-31", 1, "2018-02-28"),
    ("2020-01-31", 1, "2020-02-29"),
    ("2018-01-31", 2, "2018-03-31"),  # counted from the start, not from what was cut
    ("2018-01-31", 3, "2018-04-30"),
    ("2018-11-30", 3, "2019-02-28"),
    ("2018-12-31", 12, "2019-12-31"),
    ("2020-02-29", 12, "2021-02-28"),
    ("2018-12-01", 1, "2019-01-01"),
    ("9999-11-30", 1, "9999-12-30"),
    ("9999-12-01", 1, None),
    ("9999-01-31", 60, None),
])
def test_months_are_added_and_cut_to_the_month_s_last_day(first, months, day):
    found = add_months(date.fromisoformat(first), months)
    assert (None if found is None else found.isoformat()) == day


# -- start ------------------------------------------------------------------------------------------------------------


def test_the_first_terms_start_the_notice_of_each_year(world):
    note_hash = world.state.get("text", row(world, YEARLY)["hash"])
    assert note_hash == YEARLY
    assert row(world, YEARLY)["duties"] == [
        {"by": "platform", "counted": False, "due": "2019-05-31", "first": "2018-01-01", "id": "yearly", "last": None,
         "met": None, "number": 0}]
    assert row(world, YEARLY)["programme"] == "dlz"
    assert world.state.get("noticed", "2019-05-31", YEARLY, "yearly") == 1
    second = world.terms(first_day="2018-03-01", notices=NOTICES, version=2)
    assert row(world, second) is None


@pytest.mark.parametrize("first,last,days", [
    pytest.param("2018-01-31", "2018-07-31", {"final": "2018-08-31"}, id="six-months"),
    pytest.param("2018-01-31", "2018-08-01", {"final": "2018-09-01", "progress": "2018-04-30"}, id="and-a-day"),
    pytest.param("2018-08-31", "2019-02-28", {"final": "2019-03-28"}, id="six-months-cut"),
    pytest.param("2018-08-31", "2019-03-01", {"final": "2019-04-01", "progress": "2018-11-30"}, id="cut-and-a-day"),
    pytest.param("2018-03-01", "2018-03-01", {"final": "2018-04-01"}, id="one-day"),
    pytest.param("2018-01-31", "9999-12-31", {"progress": "2018-04-30"}, id="to-the-end-of-days"),
    pytest.param("9999-08-31", "9999-12-31", {}, id="no-day-is-left"),
])
def test_a_drive_starts_its_notices(world, first, last, days):
    index = drive(world, first, last)
    assert due(world, index) == days


def test_a_drive_without_days_starts_none(world):
    assert row(world, world.act("drive", "foundation", **PAPER)) is None


def test_a_series_whose_first_day_comes_too_late_is_none():
    world = begin(notices=[{**NOTICES[0], "months": 9}, NOTICES[1]])
    assert due(world, drive(world, "2018-01-01", "2018-09-30")) == {"final": "2018-10-30"}
    world.check_state()


def test_a_transfer_starts_a_notice_by_its_amount_and_the_log_s_day(world):
    world.give(5000)
    at(world, "2018-03-01", hour=15)
    small = world.send("platform/dlz/gifts", "fund/dlz", 999, "settlement", by="platform", at="2018-01-02")
    large = world.send("platform/dlz/gifts", "fund/dlz", 1000, "settlement", by="platform", at="2018-01-02")
    at(world, "2018-03-01", hour=16)  # midnight in the terms' zone, +08:00
    later = world.send("platform/dlz/gifts", "fund/dlz", 1001, "settlement", by="platform", at="2018-01-02")
    assert [due(world, index) for index in (small, large, later)] == [
        {}, {"large": "2018-03-31"}, {"large": "2018-04-01"}]
    assert row(world, large)["duties"][0]["first"] == "2018-03-01"


def test_where_nobody_has_the_role_there_is_no_duty():
    world = begin(notices=[{**NOTICES[1], "by": "federation"}, {**NOTICES[2], "by": "auditor"}])
    assert row(world, YEARLY) is None
    assert row(world, drive(world, "2018-03-01", "2018-03-02")) is None
    world.check_state()


def test_the_first_party_by_name_with_the_role_is_bound():
    world = TwinWorld()
    parties = [{"cosigner": world.cosigners[name].verifier.vkey, "key": world.keys[name].verifier.vkey, "name": name,
                "roles": [name, "publisher"] if name > "foundation" else [name]}
               for name in ("county", "foundation", "insurer", "platform")]
    world.charter(parties=parties)
    world.terms(notices=[{**NOTICES[2], "by": "publisher"}])
    assert row(world, YEARLY)["duties"][0]["by"] == "insurer"


def test_terms_of_the_drive_s_day_state_its_notices(world):
    world.terms(first_day="2018-03-01", notices=[{**NOTICES[1], "months": 2}], version=2)
    assert due(world, drive(world, "2018-01-01", "2018-01-31", at="2018-02-28")) == {"final": "2018-02-28"}
    assert due(world, drive(world, "2018-01-01", "2018-01-31", at="2018-03-01")) == {"final": "2018-03-31"}


def test_no_day_past_the_year_9999():
    # A stamp of the last year that stamps know, and a notice of ten years.
    world = begin(notices=[{**NOTICES[3], "days": 3660}])
    world.give(5000)
    at(world, "9990-01-01")
    index = world.send("platform/dlz/gifts", "fund/dlz", 1000, "settlement", by="platform")
    assert row(world, index) is None
    world.check_state()


# -- met --------------------------------------------------------------------------------------------------------------


def test_a_series_is_met_day_by_day(world):
    index = drive(world, "2018-01-31", "2018-11-30")
    for number, (day, after) in enumerate([
        ("2018-04-30", "2018-07-31"), ("2018-07-31", "2018-10-31"), ("2018-10-31", None),
    ], start=1):
        at(world, day)
        meet(world, index, "progress", day)
        duty = row(world, index)["duties"][0]
        assert (duty["due"], duty["met"], duty["number"]) == (after, day, number)
        assert counted(world) == (number, number)
    refused(world, "duty_unknown", lambda: meet(world, index, "progress", "2018-10-31"))
    assert due(world, index) == {"final": "2018-12-30", "progress": None}
    assert [key[1:] for key, _ in world.state.scan("noticed")] == [
        ("2018-12-30", f"{index:016d}", "final"), ("2019-05-31", f"{YEARLY:016d}", "yearly")]


def test_a_series_may_end_on_its_last_day(world):
    index = drive(world, "2018-01-30", "2018-10-30")
    for day in ("2018-04-30", "2018-07-30"):
        meet(world, index, "progress", day)
        at(world, "2018-06-01")
    assert due(world, index)["progress"] == "2018-10-30"


def test_what_is_met_ahead_of_its_day_opens_the_next(world):
    meet(world, YEARLY, "yearly", "2019-05-31", by="platform")
    assert due(world, YEARLY) == {"yearly": "2020-05-31"}
    assert counted(world, "dlz/platform/2019") == (1, 1)
    refused(world, "duty_unknown", lambda: meet(world, YEARLY, "yearly", "2020-05-31", by="platform"),
            match="is met after 2019-05-31")  # each in its own year


def test_a_notice_of_years_ends_with_them():
    world = begin(first_day="2018-01-01", notices=[NOTICES[2]])
    world.state.put("notices", YEARLY, row={**row(world, YEARLY), "duties": [
        {**row(world, YEARLY)["duties"][0], "due": "9999-05-31", "number": 7980}]})
    world.state.keep()
    World.append(world, world.compose("notice", "platform", **PAPER,
                                      meets={"due": "9999-05-31", "entry": YEARLY, "id": "yearly"}))
    assert due(world, YEARLY) == {"yearly": None}


@pytest.mark.parametrize("reason,members", [
    pytest.param("duty_unknown", {"entry": 2}, id="an-entry-that-started-none"),
    pytest.param("duty_unknown", {"entry": 99}, id="no-entry"),
    pytest.param("duty_unknown", {"id": "final"}, id="another-duty"),
    pytest.param("duty_unknown", {"due": "2020-05-31"}, id="a-day-that-is-not-open"),
    pytest.param("wrong_signers", {"by": "foundation"}, id="another-party"),
])
def test_notices_that_meet_nothing(world, reason, members):
    whole = {"by": "platform", "due": "2019-05-31", "entry": YEARLY, "id": "yearly", **members}
    refused(world, reason, lambda: meet(world, whole["entry"], whole["id"], whole["due"], by=whole["by"]))


def test_whose_duty_it_is_may_sign_with_others(world):
    meet(world, YEARLY, "yearly", "2019-05-31", by="foundation platform")


def test_a_notice_meets_what_it_met_before_it_tells(world):
    """The books of a notice are those before it: its own duty is not yet in the figures that it tells."""
    at(world, "2019-05-31")
    says = [{"metric": "dlz/platform/2019/duties_due", "value": 1}]
    index = world.act("notice", "platform", meets={"due": "2019-05-31", "entry": YEARLY, "id": "yearly"}, says=says,
                      **PAPER)
    assert stamp_of(world.leaves[index]).flags == [("dlz/platform/2019/duties_due", None)]
    assert counted(world, "dlz/platform/2019") == (1, 1)


# -- late -------------------------------------------------------------------------------------------------------------


def test_a_day_is_over_when_it_is_over_in_the_terms_zone(world):
    index = drive(world, "2018-03-01", "2018-03-31")  # due on 30 April
    at(world, "2018-04-30", hour=15)
    balance(world)
    assert counted(world) == (0, 0)
    at(world, "2018-04-30", hour=16)
    balance(world)
    assert counted(world) == (1, 0)
    balance(world)
    assert counted(world) == (1, 0)  # once
    assert row(world, index)["duties"][0]["counted"]
    meet(world, index, "final", "2018-04-30")  # better late than never
    assert counted(world) == (1, 0)
    assert due(world, index) == {"final": None}


def test_met_on_its_day_is_in_time_and_a_day_later_is_not(world):
    one, other = drive(world, "2018-03-01", "2018-03-31"), drive(world, "2018-03-01", "2018-03-31")
    at(world, "2018-04-30", hour=15)
    meet(world, one, "final", "2018-04-30")
    at(world, "2018-04-30", hour=16)
    meet(world, other, "final", "2018-04-30")
    assert counted(world) == (2, 1)
    balance(world)
    assert counted(world) == (2, 1)


def test_the_next_of_a_late_series_counts_again(world):
    index = drive(world, "2018-01-31", "2018-11-30")
    at(world, "2018-12-01")
    balance(world)
    assert counted(world) == (1, 0)
    meet(world, index, "progress", "2018-04-30")
    assert row(world, index)["duties"][0]["counted"] is False
    assert due(world, index)["progress"] == "2018-07-31"
    balance(world)
    assert counted(world) == (2, 0)


def test_a_year_of_duties_is_that_of_the_due_day(world):
    drive(world, "2018-12-01", "2018-12-31")  # due on 31 January
    at(world, "2020-01-01")
    balance(world)
    assert counted(world, "dlz/foundation/2019") == (1, 0)
    assert counted(world, "dlz/platform/2019") == (1, 0)


def test_the_zone_is_that_of_the_newest_terms(world):
    drive(world, "2018-03-01", "2018-03-31")
    world.terms(first_day="2018-03-01", notices=[], version=2, zone="-12:00")
    at(world, "2018-05-01", hour=11)
    balance(world)
    assert counted(world) == (0, 0)
    at(world, "2018-05-01", hour=12)
    balance(world)
    assert counted(world) == (1, 0)


# -- register ---------------------------------------------------------------------------------------------------------


def test_a_balance_shows_what_must_be_published_and_the_counts_of_its_own(world):
    index = drive(world, "2018-03-01", "2018-03-31")
    nonce = bytes.fromhex(world.leaves[index].decode().partition('"nonce":"')[2][:32])
    at(world, "2018-06-01")
    made = balance(world)
    found, salt = shown(world, f"notices/{index}")
    assert found == {"duties": [{"by": "foundation", "due": "2018-04-30", "first": "2018-03-31", "id": "final",
                                 "last": None, "met": None, "number": 0}]}
    text_hash = bytes.fromhex(row(world, index)["hash"])
    assert salt == next_salt(text_hash, nonce)
    key = trie.trie_key("figures", b"dlz/foundation/2018/duties_due")
    proof = trie.prove(bytes.fromhex(stamp_of(world.leaves[made]).figures), key, loader(world.state))
    assert proof is not None and proof.leaf_key == key
    figure = world.state.get("figure", "dlz/foundation/2018/duties_due")
    assert proof.row_hash == trie.row_hash(bytes.fromhex(figure["salt"]), {"value": 1})


def test_a_notice_that_meets_steps_the_salt_of_its_duty(world):
    before = row(world, YEARLY)["salt"]
    index = meet(world, YEARLY, "yearly", "2019-05-31", by="platform")
    nonce = bytes.fromhex(world.leaves[index].decode().partition('"nonce":"')[2][:32])
    assert row(world, YEARLY)["salt"] == next_salt(bytes.fromhex(before), nonce).hex()
