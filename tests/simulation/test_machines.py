"""The machines of four nodes under drawn faults.

MINGZHANG_SEEDS sets how many seeds (default 120), MINGZHANG_SEED the only one: `make simulate SEED=n`.
"""

import os
from functools import partial

import pytest

from ledger.checkpoint import parse_checkpoint
from ledger.note import parse_note
from node.machines.collector import Collector
from node.machines.cosigner import Cosigner
from node.machines.offer import parse_offer
from tests.simulation.world import CHAOS_MS, OPERATOR, PARTIES, PEACE_MS, World, charter, notice, terms

SEEDS = int(os.environ.get("MINGZHANG_SEEDS", "120"))
ONE = os.environ.get("MINGZHANG_SEED")
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


def play_against_two_faces(seed: int) -> World:
    """An operator that runs two logs with one key, and shows each party now this one, now that one."""
    world = World(seed, twins=True)
    world.deadly = 0.0
    for name in (OPERATOR, f"{OPERATOR}-twin"):
        world.hand_in(world.sites[name], [charter()])
    world.run(world.now + 3_000)
    for number in range(ENTRIES):
        name = world.choice.choice((*PARTIES, f"{OPERATOR}-twin"))
        world.at(world.choice.randrange(CHAOS_MS), partial(
            world.hand_in, world.sites[name], [terms() if number < 2 else notice(world.sites[name].party, number)]))
    for at in range(0, CHAOS_MS, 500):
        world.at(at, world.shake)
    world.run(world.now + 2 * CHAOS_MS)
    return world


def converged(world: World) -> bool:
    sites = world.sites.values()
    sizes = {site.size() for site in sites} | {site.final_size for site in sites}
    return len(sizes) == 1 and all(site.node is not None and not site.node.outbox.waiting for site in sites)


@pytest.mark.parametrize("seed", range(SEEDS) if ONE is None else [int(ONE)])
def test_F16_F17_one_log_whatever_the_network_and_the_disks_do(seed: int) -> None:
    world = World(seed)
    play(world)
    world.make_peace()
    world.run(world.now + PEACE_MS, done=lambda: converged(world))
    assert converged(world), f"seed {seed}: no agreement within {PEACE_MS} ms of peace"
    world.check_end()


@pytest.mark.parametrize("seed", range(SEEDS // 8) if ONE is None else [int(ONE)])
def test_one_seed_gives_one_history(seed: int) -> None:
    histories = []
    for _ in range(2):
        world = World(seed)
        play(world)
        histories.append((world.trace, {name: site.leaves() for name, site in world.sites.items()}))
    assert histories[0] == histories[1]


def test_F19_an_operator_with_two_faces_makes_no_second_final_head_and_leaves_evidence() -> None:
    kept: set[str] = set()
    for seed in range(max(30, SEEDS // 4)):
        world = play_against_two_faces(seed)  # its checks run at every step
        kept |= {name for site in world.sites.values() if site.party != OPERATOR for name in site.evidence}
    assert any(name.startswith("split-view-") for name in kept)


def sign_blindly(self: Cosigner, waiting: object, now: int) -> list[object]:
    """A cosigner that compares with nothing."""
    note = parse_offer(waiting.body).note  # type: ignore[attr-defined]
    head = parse_checkpoint(parse_note(note).text)
    signed: list[object] = self._sign(waiting.ticket, note, head, now)  # type: ignore[attr-defined]
    return signed


def call_two_a_quorum(self: Collector, *arguments: object, **more: object) -> list[object]:
    """A collector that is content with two parties."""
    charter = self._charters.current()
    object.__setattr__(charter, "quorum", 2)
    return take_lines(self, *arguments, **more)  # type: ignore[arg-type]


take_lines = Collector._take_lines


@pytest.mark.parametrize(("build", "method", "defect", "caught"), [
    pytest.param(Cosigner, "_judge", sign_blindly, "cosigned two roots", id="cosigner-compares-with-nothing"),
    pytest.param(Collector, "_take_lines", call_two_a_quorum, "two roots of size", id="quorum-of-two"),
])
def test_a_build_with_a_known_defect_is_caught(
    build: type, method: str, defect: object, caught: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, method, defect)
    with pytest.raises(AssertionError, match=caught):
        for seed in range(max(30, SEEDS)):
            play_against_two_faces(seed)
