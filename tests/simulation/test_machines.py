"""The machines of four nodes under drawn faults. MINGZHANG_SEEDS sets how many seeds (default 60)."""

import os
from functools import partial

import pytest

from tests.simulation.world import CHAOS_MS, OPERATOR, PARTIES, PEACE_MS, World, charter, notice, terms

SEEDS = int(os.environ.get("MINGZHANG_SEEDS", "60"))
ENTRIES = 12


def play(world: World) -> None:
    """Found the log in peace, hand entries in under chaos, then let the nodes converge."""
    deadly, lossy, world.deadly, world.lossy = world.deadly, world.lossy, 0.0, 0.0
    world.hand_in(world.sites[OPERATOR], [charter()])
    world.run(PEACE_MS, done=lambda: all(site.size() for site in world.sites.values()))
    world.hand_in(world.sites[OPERATOR], [terms()])
    world.run(world.now + 2_000)
    world.deadly, world.lossy = deadly, lossy
    start = world.now
    for number in range(ENTRIES):
        party = world.choice.choice(PARTIES)
        hand_in = partial(world.hand_in, world.sites[party], [notice(party, number)])
        for _ in range(2):  # everything is handed in twice, as by somebody who got no answer
            world.at(world.choice.randrange(CHAOS_MS), hand_in)
    for at in range(0, CHAOS_MS, 500):
        world.at(at, world.shake)
    world.run(start + CHAOS_MS)


def converged(world: World) -> bool:
    sites = world.sites.values()
    sizes = {site.size() for site in sites} | {site.final()[0] for site in sites}
    return len(sizes) == 1 and all(site.node is not None and not site.node.outbox.waiting for site in sites)


@pytest.mark.parametrize("seed", range(SEEDS))
def test_F16_F17_one_log_whatever_the_network_and_the_disks_do(seed: int) -> None:
    world = World(seed)
    play(world)
    world.make_peace()
    world.run(world.now + PEACE_MS, done=lambda: converged(world))
    assert converged(world), f"seed {seed}: no agreement within {PEACE_MS} ms of peace"
    world.check_end()


@pytest.mark.parametrize("seed", range(SEEDS // 4))
def test_one_seed_gives_one_history(seed: int) -> None:
    histories = []
    for _ in range(2):
        world = World(seed)
        play(world)
        histories.append((world.trace, {name: site.leaves() for name, site in world.sites.items()}))
    assert histories[0] == histories[1]
