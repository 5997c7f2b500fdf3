"""A start looks at what is on the disk before it serves: heads that the stored hashes do not lead to are refused."""

import msgspec
import pytest

from ledger.state import row_key
from node.errors import DamagedError
from node.machines.cosigner import Cosigned
from node.machines.final import FINAL
from node.machines.tail import node_key
from node.views import Moment
from tests.simulation.world import OPERATOR, SimulatedStore, World, charter, notice, terms


@pytest.fixture
def store() -> SimulatedStore:
    """The operator's store with three final leaves."""
    world = World(1)
    world.deadly = world.lossy = 0.0
    for note in (charter(), terms(), notice(OPERATOR, 1)):
        world.hand_in(world.sites[OPERATOR], [note])
        world.run(world.now + 3_000)
    assert world.sites[OPERATOR].final_size == 3
    return world.sites[OPERATOR].store


def check(store: SimulatedStore) -> None:
    with store.snapshot() as snapshot:
        Moment(snapshot, cosigner_name="").check()


def test_a_sound_store_is_accepted(store: SimulatedStore) -> None:
    check(store)


def test_a_changed_hash_is_refused(store: SimulatedStore) -> None:
    store.rows.apply({node_key(1, 0): bytes(32)})
    with pytest.raises(DamagedError, match=r"^store: the 3 leaves here do not lead to the head of size 3"):
        check(store)


def test_a_missing_hash_is_refused(store: SimulatedStore) -> None:
    store.rows.apply({node_key(0, 2): None})
    with pytest.raises(DamagedError, match=r"^node 0/2: missing below the head"):
        check(store)


def test_a_final_head_beyond_the_log_is_refused(store: SimulatedStore) -> None:
    note = store.own.rows[FINAL]
    store.own.apply({FINAL: note.replace(b"\n3\n", b"\n4\n", 1)})
    with pytest.raises(DamagedError, match=r"do not lead to the final head of size 4"):
        check(store)


def test_a_cosigned_head_that_is_not_this_logs_is_refused(store: SimulatedStore) -> None:
    key = row_key("cosigned", 1)
    cosigned = msgspec.json.decode(store.own.rows[key], type=Cosigned)
    store.own.apply({key: msgspec.json.encode(msgspec.structs.replace(cosigned, root=bytes(32)))})
    with pytest.raises(DamagedError, match=r"do not lead to the cosigned head of size 3"):
        check(store)
