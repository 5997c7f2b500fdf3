"""Laws of duties over random histories: rows find just what is open, and the newest calendars say when it is due."""

from collections import Counter

import pytest

from ledger.duties import known_years, with_due
from tests.support.histories import History
from tests.support.world import World

SEEDS = range(20)


def duties(world):
    """(claim, id, duty) of every row."""
    return [(int(claim), duty_id, row) for (_table, claim, duty_id), row in world.state.scan("duty")]


@pytest.fixture(scope="module")
def worlds():
    made = []
    for seed in SEEDS:
        made.append(World(seed))
        History(made[-1], seed).run(250)
    return made


def test_what_is_open_is_found_by_its_day_and_by_its_calendar_and_nothing_else(worlds):
    found = Counter()
    for world in worlds:
        due, pending = set(), set()
        for claim, duty_id, duty in duties(world):
            if duty["due"] is not None and duty["met"] is None and not duty["counted"]:
                if not duty["provisional"]:
                    due.add((duty["due"], claim, duty_id))
                if duty["unit"] == "working_day":
                    pending.add(("cn", claim, duty_id))
        assert {(day, int(claim), one) for (_table, day, claim, one), _ in world.state.scan("due")} == due
        assert {(name, int(claim), one) for (_table, name, claim, one), _ in world.state.scan("pending")} == pending
        found.update(due=len(due), pending=len(pending))
    assert min(found["due"], found["pending"]) > len(SEEDS)  # the histories leave something open


def test_a_due_day_that_may_still_move_is_that_of_the_newest_calendars(worlds):
    for world in worlds:
        for (_table, name, claim, duty_id), _ in world.state.scan("pending"):
            duty = world.state.get("duty", int(claim), duty_id)
            assert with_due(duty, known_years(world.state, name, since=2018)) == duty


def test_every_duty_counts(worlds):
    """What is counted and still there is in the figures, under the year of its due day."""
    total = Counter()
    for world in worlds:
        counted = Counter()
        for claim, _duty_id, duty in duties(world):
            if duty["counted"]:
                scope = f"{world.state.get('claim', claim)['programme']}/{duty['by']}/{duty['due'][:4]}"
                if duty["provisional"]:
                    counted[f"{scope}/duties_provisional"] += 1
                    continue
                counted[f"{scope}/duties_due"] += 1
                counted[f"{scope}/duties_in_time"] += duty["met"] is not None and duty["met"] <= duty["due"]
        for name, least in counted.items():
            value = (world.state.get("figure", name) or {"value": 0})["value"]
            assert value >= least, name  # a duty that was counted may be gone: dropped, or started anew
            total[name.rpartition("/")[2]] += least
    assert min(total[name] for name in ("duties_due", "duties_in_time", "duties_provisional")) > 0


def test_what_is_late_is_counted_with_the_next_balance(worlds):
    for world in worlds:
        world.time_unix_ms += 400 * 86_400_000
        world.act("balance", "county", publish=[])
        assert not list(world.state.scan("due"))
        for _claim, _duty_id, duty in duties(world):
            assert duty["counted"] or duty["provisional"] or duty["due"] is None
