"""An operator that signs whatever it likes over its log: node and verifier replay stop at the first leaf that lies."""

import json
from datetime import UTC, datetime

import pytest

from ledger.errors import LedgerError
from ledger.sequence import replay
from ledger.state import MemoryReader, State
from tests.support.histories import History
from tests.support.twin import TwinWorld
from tests.support.world import ORIGIN
from verifier.errors import VerifyError
from verifier.rules.replay import Replay


@pytest.fixture(scope="module")
def world():
    """A log with payouts, refunds and balances in it."""
    world = TwinWorld(3)
    History(world, 3).run(60)
    return world


def stops_at(world, leaves):
    """Where both replays of these leaves stop: an index, or their number where nothing is wrong."""
    state, other = State(MemoryReader()), Replay(ORIGIN)
    for index, leaf in enumerate(leaves):
        refusals = []
        try:
            replay(state, leaf, origin=ORIGIN, blobs=world.files)
        except LedgerError as error:
            refusals.append(error)
        try:
            other.apply(leaf, world.files)
        except VerifyError as error:
            refusals.append(error)
        assert len(refusals) in (0, 2), refusals
        if refusals:
            return index
    return len(leaves)


def changed(leaf, **members):
    """The leaf with another stamp."""
    line, _, note = leaf.partition(b"\n")
    stamp = {name: value for name, value in {**json.loads(line), **members}.items() if value is not None}
    return json.dumps(stamp, sort_keys=True, separators=(",", ":")).encode() + b"\n" + note


def test_the_true_log_is_replayed_to_its_end(world):
    assert stops_at(world, world.leaves) == len(world.leaves) > 25


@pytest.mark.parametrize("step", range(3, 27, 4))
def test_a_leaf_is_not_dropped_doubled_or_exchanged(world, step):
    leaves = world.leaves
    assert stops_at(world, [*leaves[:step], *leaves[step + 1 :]]) <= step + 1
    assert stops_at(world, [*leaves[: step + 1], leaves[step], *leaves[step + 1 :]]) == step + 1
    assert stops_at(world, [*leaves[:step], leaves[step + 1], leaves[step], *leaves[step + 2 :]]) == step
    # Stamped anew in its other place it is still the same text twice.
    again = changed(leaves[step], index=step + 1)
    assert stops_at(world, [*leaves[: step + 1], again]) == step + 1


def test_no_position_of_any_move_is_another(world):
    tried = 0
    for index, leaf in enumerate(world.leaves[:40]):
        moves = json.loads(leaf.partition(b"\n")[0]).get("moves", [])
        for at, move in enumerate(moves):
            for name in ("amount", "from_pos", "to_pos", "pos", "rest_pos"):
                if name in move and tried % 3 == 0:
                    other = [*moves[:at], {**move, name: move[name] + 1}, *moves[at + 1 :]]
                    assert stops_at(world, [*world.leaves[:index], changed(leaf, moves=other)]) == index
                tried += 1
    assert tried > 20


def test_times_do_not_fall_and_entries_do_not_outlive_their_days(world):
    last = json.loads(world.leaves[19].partition(b"\n")[0])["time_unix_ms"]
    later = int(datetime(2018, 6, 1, tzinfo=UTC).timestamp() * 1000)
    for time_unix_ms in (last - 1, later, 0):
        leaf = changed(world.leaves[20], time_unix_ms=time_unix_ms)
        assert stops_at(world, [*world.leaves[:20], leaf]) == 20


@pytest.mark.parametrize("until", ["2018-03-01", "9999-12-31"])
@pytest.mark.parametrize("time_unix_ms", [253_402_300_799_999, 253_402_300_800_000, 2**53 - 1, 10**16 - 1])
def test_a_time_at_the_end_of_the_calendar_is_refused_and_stops_no_process(world, until, time_unix_ms):
    """The operator is a party, so it can sign an entry that is valid for ever, too."""
    state = State(MemoryReader())
    for leaf in world.leaves[:20]:
        replay(state, leaf, origin=ORIGIN, blobs=world.files)
    note = world.compose("notice", "platform", document="00" * 32, programme="dlz", text="x", valid_until=until)
    line = world.leaves[19].partition(b"\n")[0]
    before = state.size
    lie = changed(line + b"\n" + note, index=20, moves=None, effect=None, time_unix_ms=time_unix_ms)
    with pytest.raises(LedgerError):
        replay(state, lie, origin=ORIGIN, blobs=world.files)
    assert state.size == before
