"""Nodes whose disk has no room for a while (F05, F06, F12): they refuse, go on reading, and recover by themselves."""

import pytest

from tests.simulation.world import OPERATOR, PARTIES, Site, World, charter, notice, terms

FULL_MS = 5_000


class TightWorld(World):
    """A world in peace where the disks of `full` have no room."""

    def __init__(self, seed: int) -> None:
        self.full: set[str] = set()
        self.refused = 0
        super().__init__(seed)
        self.make_peace()
        self.slow_ms = 50
        for site in self.sites.values():
            site.clock_off_ms = 0

    def doom(self, site: Site) -> str:
        if site.name not in self.full:
            return ""
        self.refused += 1
        return "full"


@pytest.mark.parametrize("full", [[OPERATOR], ["county"], ["county", "insurer"], list(PARTIES)], ids="-".join)
@pytest.mark.parametrize("seed", range(4))
def test_F05_F12_nodes_without_room_recover_without_a_restart(full: list[str], seed: int) -> None:
    world = TightWorld(seed)
    world.run(25_000)  # what was asked before there was peace is given up
    for note in (charter(), terms()):
        world.hand_in(world.sites[OPERATOR], [note])
        world.run(world.now + 3_000)
    number = 0
    for _ in range(3):
        begin = world.now
        # The disks fill while all kinds of questions are on their way: pulls, proposals, refreshes, bundles.
        world.at(world.choice.randrange(1_000), lambda: world.full.update(full))
        while world.now < begin + FULL_MS:
            for party in PARTIES:
                number += 1
                world.hand_in(world.sites[party], [notice(party, number)])
            world.run(world.now + world.choice.randrange(10, 700))
        assert world.refused
        before = set(world.acked)
        for name in full:
            world.hand_in(world.sites[name], [notice(name, 10_000 + number)])
            world.run(world.now + 10)
        assert world.acked == before or len(full) < len(PARTIES), "an entry was acknowledged that was not written"
        world.full.clear()
        world.run(world.now + 6_000)
        sites = world.sites.values()
        assert len({site.size() for site in sites} | {site.final()[0] for site in sites}) == 1, "they do not recover"
        assert all(site.node is not None and not site.node.outbox.waiting for site in sites)
        # Silence, so that refreshes are on their way when the disks fill again.
        world.run(world.now + 60_000)
    world.check_end()
    assert world.trace == []
