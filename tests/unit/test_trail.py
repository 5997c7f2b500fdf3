"""Trails: where an interval rests, written as `account start-end`."""

import pytest

from ledger.books import Books
from ledger.state import MemoryReader, State
from ledger.trail import Piece, walk

SPLIT = {"num": 9, "den": 10, "to": "fund/claims", "rest": "fund/other"}
ACCOUNTS = ("world/donors", "platform/gifts", "fund/all", "fund/claims", "fund/other", "claims/kb", "paid/kb",
            "spent/fee", "recovered/kb")


def history(*moves):
    """A state after these moves, one leaf each: (from, to, amount) from the head, (from, to, start, end) out of it."""
    state = State(MemoryReader())
    books = Books(state, index=0)
    for name in ACCOUNTS:
        books.open(name, holder="us", unit="CNY", place="bank", programme="dlz",
                   **({"split": SPLIT} if name == "fund/all" else {}))
    for index, (source, target, *numbers) in enumerate(moves, 1):
        books = Books(state, index=index)
        if len(numbers) == 1:
            books.move(source, target, *numbers, public=False)
        else:
            books.move_targeted(source, target, *numbers, public=False)
    return state


def trail(state, account, start, end, **more):
    return [f"{piece.account} {piece.start}-{piece.end}" for piece in walk(state, Piece(account, start, end), **more)]


GIFTS = ("world/donors", "platform/gifts", 100)


@pytest.mark.parametrize("start,end,rests", [
    pytest.param(0, 10, ["fund/claims 0-9", "fund/other 0-1"], id="ten-fen-fall-on-both-sides"),
    pytest.param(0, 1, ["fund/other 0-1"], id="the-first-fen"),
    pytest.param(1, 2, ["fund/claims 0-1"], id="the-second"),
    pytest.param(15, 25, ["fund/claims 13-18", "fund/claims 18-22", "fund/other 2-3"], id="over-two-settlements"),
    pytest.param(35, 45, ["fund/claims 31-36", "platform/gifts 40-45"], id="a-part-has-not-left"),
    pytest.param(50, 60, ["platform/gifts 50-60"], id="none-has-left"),
])  # fmt: skip
def test_a_gift_through_the_split(start, end, rests):
    state = history(GIFTS, ("platform/gifts", "fund/all", 20), ("platform/gifts", "fund/all", 20))
    assert trail(state, "platform/gifts", start, end) == rests


def test_a_piece_is_cut_where_its_parts_part():
    state = history(GIFTS, ("platform/gifts", "world/donors", 10, 20), ("platform/gifts", "fund/other", 30),
                    ("fund/other", "spent/fee", 12))
    assert trail(state, "platform/gifts", 5, 45) == [
        "spent/fee 5-10", "world/donors 0-10", "spent/fee 10-12", "fund/other 12-30", "platform/gifts 40-45"]


def test_a_walk_ends_at_an_account_that_pays():
    state = history(GIFTS, ("platform/gifts", "claims/kb", 50), ("claims/kb", "paid/kb", 20))
    assert trail(state, "platform/gifts", 0, 60) == ["claims/kb 0-50", "platform/gifts 50-60"]
    assert trail(state, "platform/gifts", 0, 60, ends=("world",)) == [
        "paid/kb 0-20", "claims/kb 20-50", "platform/gifts 50-60"]


def test_money_that_came_back_goes_on():
    state = history(GIFTS, ("platform/gifts", "claims/kb", 50), ("claims/kb", "paid/kb", 20),
                    ("paid/kb", "recovered/kb", 5, 8))
    assert trail(state, "claims/kb", 0, 20, ends=("world",)) == ["paid/kb 0-5", "recovered/kb 0-3", "paid/kb 8-20"]


def test_a_walk_as_of_a_leaf_passes_over_later_moves():
    state = history(GIFTS, ("platform/gifts", "fund/other", 30), ("fund/other", "spent/fee", 30))
    assert trail(state, "platform/gifts", 0, 40, below=4) == ["spent/fee 0-30", "platform/gifts 30-40"]
    assert trail(state, "platform/gifts", 0, 40, below=3) == ["fund/other 0-30", "platform/gifts 30-40"]
    assert trail(state, "platform/gifts", 0, 40, below=2) == ["platform/gifts 0-40"]


def test_the_leaves_of_the_moves_are_told():
    state = history(GIFTS, ("platform/gifts", "fund/other", 30), ("platform/gifts", "fund/all", 30))
    seen = []
    assert trail(state, "platform/gifts", 20, 40, seen=seen.append)
    assert seen == [2, 3, 3]  # the transfer, the other transfer, and its split


def test_a_long_way_takes_time_and_no_stack():
    moves = [GIFTS]
    for _ in range(1200):
        moves += [("platform/gifts", "fund/other", 100), ("fund/other", "platform/gifts", 100)]
    assert trail(history(*moves), "platform/gifts", 3, 7) == ["platform/gifts 120003-120007"]


def test_an_amount_is_the_length_of_a_piece():
    assert Piece("fund/other", 3, 10).amount == 7
