"""Clocks that are wrong (F25): what an operator stamps by one is refused for good, so it stamps nothing by one."""

import pytest

from ledger.leaf import stamp_of
from node.machines.collector import OFFSET_MS_MAX
from tests.simulation.world import OPERATOR, PARTIES, START_MS, World, charter, notice, terms

MINUTE_MS = 60_000
DAY_MS = 24 * 60 * MINUTE_MS


@pytest.fixture
def world() -> World:
    """Four nodes in peace, with two final leaves."""
    world = World(3)
    world.make_peace()
    world.slow_ms = 5
    for site in world.sites.values():
        site.clock_off_ms = 0
    world.run(25_000)  # what was asked before there was peace is given up
    for size, note in enumerate((charter(), terms()), 1):
        world.hand_in(world.sites[OPERATOR], [note])
        world.run(world.now + 3_000)
        assert {site.final()[0] for site in world.sites.values()} == {size}
    return world


@pytest.mark.parametrize("off_ms", [-2 * MINUTE_MS, 2 * MINUTE_MS, DAY_MS, 365 * DAY_MS])
@pytest.mark.parametrize("how", ["started", "running"])
def test_F25_an_operator_whose_clock_went_wrong_stamps_nothing_by_it(world: World, how: str, off_ms: int) -> None:
    operator = world.sites[OPERATOR]
    if how == "started":
        operator.die()
    operator.clock_off_ms = off_ms
    if how == "started":
        operator.start()
    world.hand_in(operator, [notice(OPERATOR, 1)])
    world.hand_in(world.sites["county"], [notice("county", 2)])
    world.run(world.now + 10_000)
    assert {site.size() for site in world.sites.values()} == {2}, "a leaf was stamped by a wrong clock"
    operator.clock_off_ms = 0
    world.run(world.now + 10_000)
    assert {site.final()[0] for site in world.sites.values()} == {4}
    times = [stamp_of(leaf).time_unix_ms for leaf in operator.leaves()]
    assert all(START_MS <= time <= START_MS + world.now for time in times)
    world.check_end()


def test_F25_one_party_with_a_wrong_clock_stops_nobody(world: World) -> None:
    for party, off_ms in (("county", 365 * DAY_MS), ("insurer", -DAY_MS), ("foundation", 2 * MINUTE_MS)):
        world.sites[party].clock_off_ms = off_ms
        size = world.sites[OPERATOR].size()
        for number in range(2):
            world.hand_in(world.sites[OPERATOR], [notice(OPERATOR, 10 * size + number)])
            world.run(world.now + 10_000)
        assert world.sites[OPERATOR].final()[0] == size + 2
        world.sites[party].clock_off_ms = 0
        world.run(world.now + 2 * MINUTE_MS)


def test_F25_after_a_pause_of_all_nodes_the_log_goes_on(world: World) -> None:
    """As machines that were suspended do, all clocks jump together."""
    for site in world.sites.values():
        site.clock_off_ms = DAY_MS
    world.hand_in(world.sites[OPERATOR], [notice(OPERATOR, 1)])
    world.run(world.now + 1_000)
    assert {world.sites[party].size() for party in PARTIES} == {3}
    assert OFFSET_MS_MAX < DAY_MS
