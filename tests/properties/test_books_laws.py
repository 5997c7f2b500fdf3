"""Laws of the books, over random histories of honest, greedy and clumsy parties.

Money is neither made nor lost; where money went is exact to the fen; a refusal changes nothing.
"""

import json
from itertools import pairwise

import pytest

from ledger.books import share_of
from ledger.trail import Piece, walk
from tests.reference.fen_queue import FenQueues
from tests.support.histories import History
from tests.support.world import World

SEEDS = range(25)
SOURCES = ("own", "world")


class WatchedWorld(World):
    """A world that checks a law behind every leaf, and that a refusal leaves no trace."""

    def append(self, note):
        before = self.state.changes()
        try:
            index = super().append(note)
        except Exception:
            assert self.state.changes() == before, "a refused entry changed the state"
            raise
        assert sum(row["in"] - row["out"] for row in accounts(self.state).values()) == 0
        return index


def accounts(state):
    return {key[1]: row for key, row in state.scan("account")}


@pytest.mark.parametrize("seed", SEEDS)
def test_balances_sum_to_zero_at_every_leaf_and_refusals_leave_no_trace(seed):
    world = WatchedWorld(seed)
    history = History(world, seed).run(60)
    assert history.refused
    assert len(world.leaves) > 10


@pytest.mark.parametrize("seed", SEEDS)
def test_trails_of_all_inflows_partition_every_balance(seed):
    world = World(seed)
    History(world, seed).run(150)
    held = {}
    for (_table, name, end), row in world.state.scan("move"):
        if name.partition("/")[0] in SOURCES:
            inflow = Piece(row["to"], row["to_pos"], row["to_pos"] + int(end) - row["pos"])
            for piece in walk(world.state, inflow, ends=SOURCES):
                held.setdefault(piece.account, []).extend(range(piece.start, piece.end))
    for name, row in accounts(world.state).items():
        positions = held.get(name, [])
        assert len(set(positions)) == len(positions), f"two trails end on one fen of {name}"
        if name.partition("/")[0] in SOURCES:
            assert sorted(positions) == list(range(row["in"])), name
        else:
            assert len(positions) == row["in"] - row["out"], name
            assert not positions or min(positions) == row["next_out"], name


@pytest.mark.parametrize("seed", SEEDS)
def test_positions_are_those_of_single_fen_pushed_through_queues(seed):
    world = World(seed)
    History(world, seed).run(80)
    oracle = FenQueues()
    for name, row in accounts(world.state).items():
        split = row.get("split")
        oracle.open(name, source=row["class"] in SOURCES,
                    split=split and (split["num"], split["den"], split["to"], split["rest"]))
    by_leaf = {}
    for (_table, name, end), row in world.state.scan("move"):
        if "rest" not in row:
            by_leaf.setdefault(row["index"], []).append((name, row["pos"], int(end), row["to"], row["to_pos"]))
    for index in sorted(by_leaf):
        entry = json.loads(world.leaves[index].split(b"\n")[2])
        for name, start, end, target, to_pos in sorted(by_leaf[index], key=lambda move: move[4]):
            for account in (name, target):
                if account not in oracle.queues:
                    oracle.open(account)
            before = oracle.arrived[target]
            if entry["kind"] == "refund" or name.startswith("paid/"):
                oracle.targeted_move(name, start, end, target)
            else:
                assert oracle.next_out(name) == start, f"leaf {index}: {name} leaves from {start}"
                oracle.head_move(name, target, end - start)
            assert before == to_pos, f"leaf {index}: {target} receives at {to_pos}"
    for name, row in accounts(world.state).items():
        assert oracle.balance(name) == row["in"] - row["out"], name
        assert oracle.next_out(name) == row["next_out"], name


@pytest.mark.parametrize("num,den", [(9, 10), (1, 3), (2, 7), (999, 1000), (1, 9_007_199_254_740_991)])
def test_a_split_is_exact_for_any_cuts(num, den):
    """However an amount arrives, in one piece or in many, the shares are those of the whole."""
    split = {"num": num, "den": den}
    cuts = [0, 1, 2, 3, 10, 11, 500, 501, 10_000, 2**53 - 1]
    parts = [share_of(end, split) - share_of(start, split) for start, end in pairwise(cuts)]
    assert sum(parts) == share_of(cuts[-1], split) == cuts[-1] * num // den
    assert all(part >= 0 for part in parts)
