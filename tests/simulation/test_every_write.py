"""One node dies in one write, for every write of a script of 50 entries (F04).

That a write is all or nothing, also where unsynced pages are torn, is tests/faults/test_power_loss.py.
"""

from functools import cache

import pytest

from ledger.checkpoint import Checkpoint
from ledger.cosignature import cosign
from ledger.note import parse_note
from node.machines.collector import PROPOSAL
from node.machines.cosigner import Cosigned, Cosigner
from node.machines.events import Effect, Reply
from node.machines.tail import Draft, Tail
from node.ports import NO_CHANGES, Changes
from tests.simulation.world import OPERATOR, PARTIES, PEACE_MS, Site, World, charter, notice, terms

GROUPS = 2
ENTRIES = 50


class OneDeath(World):
    """A world in peace but for one death: in write number `fatal` of all that are begun, `how` it says."""

    def __init__(self, fatal: int, how: str) -> None:
        super().__init__(0)
        self.writes = 0
        self.lossy, self.slow_ms = 0.0, 5
        self.peace = True
        self._fatal = fatal
        self._how = how
        for site in self.sites.values():
            site.clock_off_ms = 0

    def doom(self, site: Site) -> str:
        self.writes += 1
        return self._how if self.writes - 1 == self._fatal else ""


@cache
def script() -> tuple[tuple[str, bytes], ...]:
    """Who hands in what, in two groups."""
    notices = [(PARTIES[number % 4], number) for number in range(ENTRIES - 2)]
    return (OPERATOR, charter()), (OPERATOR, terms()), *((party, notice(party, number)) for party, number in notices)


def play(world: World) -> None:
    """Hand everything in, group by group; then all of it once more, as those do who got no answer."""
    for number, (party, note) in enumerate(script()[:2], 1):
        while min(site.size() for site in world.sites.values()) < number:  # nothing is valid without these two
            world.hand_in(world.sites[party], [note])
            world.run(world.now + 400)
            assert world.now < PEACE_MS, f"no beginning within {PEACE_MS} ms"
    size = -(-(ENTRIES - 2) // GROUPS)
    for first in range(2, ENTRIES, size):
        for party in PARTIES:
            group = [note for name, note in script()[first : first + size] if name == party]
            world.hand_in(world.sites[party], group)
        world.run(world.now + 400)
    while not converged(world):
        for party, note in script():
            world.hand_in(world.sites[party], [note])
        world.run(world.now + 1_200, done=lambda: converged(world))
        assert world.now < PEACE_MS, f"no agreement within {PEACE_MS} ms"
    world.check_end()


def converged(world: World) -> bool:
    sites = world.sites.values()
    return {site.size() for site in sites} | {site.final()[0] for site in sites} == {ENTRIES}


def test_F04_a_death_in_any_write_loses_and_doubles_nothing() -> None:
    world = OneDeath(-1, "")
    play(world)
    writes = world.writes
    assert writes > ENTRIES
    for fatal in range(writes):
        # What "lost" leaves on the disk is what "landed" left one write before: it is played for every third write.
        for how in ("landed", "lost")[: 2 - bool(fatal % 3)]:
            world = OneDeath(fatal, how)
            try:
                play(world)
            except AssertionError as error:
                raise AssertionError(f"death in write {fatal} of {writes}, {how}: {error}") from error
            assert [what for _, _, what in world.trace] == ["died"]


def sign_and_forget(self: Cosigner, ticket: int, note: bytes, found: Checkpoint, now: int) -> list[Effect]:
    """A cosigner that answers and writes nothing."""
    line = str(cosign(parse_note(note).text, key=self._key, time_unix_s=now // 1000))
    self._cosigned = Cosigned(note.decode(), line, now // 1000, found.size, found.root)
    return [Reply(ticket, 200, f"{line}\n".encode())]


def commit_without_proposal(self: Tail, draft: Draft, local: Changes = NO_CHANGES) -> None:
    """A sequencer whose proposal is not durable with its leaves."""
    commit(self, draft, {key: value for key, value in local.items() if key != PROPOSAL})


commit = Tail.commit


@pytest.mark.parametrize(("build", "method", "defect", "caught"), [
    pytest.param(Cosigner, "_sign", sign_and_forget, "has forgotten that it cosigned", id="cosigner-writes-nothing"),
    pytest.param(Tail, "commit", commit_without_proposal, "a proposal was replaced", id="proposal-is-not-kept"),
])
def test_a_build_with_a_known_defect_is_caught_by_a_death(
    build: type, method: str, defect: object, caught: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, method, defect)
    with pytest.raises(AssertionError, match=caught):
        for fatal in range(30, 90):
            play(OneDeath(fatal, "landed"))
