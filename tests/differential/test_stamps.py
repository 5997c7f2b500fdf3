"""Two implementations, random histories: the same stamp or the same reason for every entry, and the same state."""

import os

import pytest

from tests.support.histories import History
from tests.support.twin import TwinWorld

SEEDS = int(os.environ.get("MINGZHANG_SEEDS", "30"))  # `make fuzz` runs thousands
STEPS = 120
STAFF = {"county/lin": None, "county/wei": "south", "insurer/anna": None, "insurer/ben": None, "insurer/chen": None}


@pytest.mark.parametrize("seed", range(SEEDS))
def test_ledger_and_verifier_agree_on_every_entry(seed):
    world = TwinWorld(seed, officers=STAFF if seed % 2 else None)
    history = History(world, seed).run(STEPS)
    world.check_state()
    assert history.refused == len(world.refused)
