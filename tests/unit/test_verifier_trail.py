"""verifier/receipts/trail.py and moves.py: an interval along moves, and what is said of it where it rests."""

import pytest

from verifier.errors import CannotTell, FormatError, ProofError
from verifier.receipts.trail import Balance, Part, carry, judge
from verifier.receipts.verdict import State
from verifier.rules.moves import Move, Split, parse_moves

GIFT = Part("platform/a/gifts", 10, 20, 3)
ROW = {"class": "fund", "holder": "f", "in": 100, "next_out": 40, "out": 40, "unit": "CNY"}
PUBLISHED = {"at": 7, "in": 100, "next_out": 40, "out": 40}


def rests(*moves, gift=GIFT):
    parts, _ = carry(gift, moves=moves)
    return [(part.account, part.start, part.end, part.since) for part in parts]


def test_a_move_takes_what_it_covers():
    move = Move("platform/a/gifts", 12, 15, "fund/a", 100)
    assert rests((5, move)) == [
        ("platform/a/gifts", 10, 12, 3), ("fund/a", 100, 103, 5), ("platform/a/gifts", 15, 20, 3)
    ]  # fmt: skip
    _, steps = carry(GIFT, moves=[(5, move)])
    assert [(step.index, step.source, step.to, step.amount) for step in steps] == [
        (5, "platform/a/gifts", "fund/a", 3)
    ]


def test_a_position_leaves_once():
    first, second = Move(GIFT.account, 10, 20, "fund/a", 0), Move(GIFT.account, 10, 20, "spent/a", 0)
    assert rests((5, first), (6, second)) == [("fund/a", 0, 10, 5)]


@pytest.mark.parametrize("account", ["world/a", "own/a", "paid/a", "spent/a", "premium/a", "out/a"])
def test_what_has_arrived_at_an_end_stays_there(account):
    """In a source, what comes and what goes is numbered apart: the same number is other money."""
    there, away = Move(GIFT.account, 10, 20, account, 0), Move(account, 0, 10, "fund/a", 50)
    assert rests((5, there), (6, away)) == [(account, 0, 10, 5)]


def test_a_public_exit_of_an_account_that_pays_goes_on():
    there, away = Move(GIFT.account, 10, 20, "claims/a", 0), Move("claims/a", 0, 4, "fund/a", 50)
    assert rests((5, there), (6, away)) == [("fund/a", 50, 54, 6), ("claims/a", 4, 10, 5)]


@pytest.mark.parametrize("start", range(0, 30, 7))
@pytest.mark.parametrize(("num", "den"), [(9, 10), (1, 3), (1, 2), (99, 100)])
def test_a_split_sends_each_position_to_one_side(start, num, den):
    split = Split("fund/a", start, start + 40, num, den, "fund/a/claims", 500, "fund/a/other", 900)
    sides = [split.images(at, at + 1) for at in range(start, start + 40)]
    assert all(len(side) == 1 and side[0][2] - side[0][1] == 1 for side in sides)
    for first in range(start, start + 40, 3):
        for last in range(first + 1, start + 41, 5):
            spans = split.images(first, last)
            fen = [(account, at) for account, low, high in spans for at in range(low, high)]
            one_by_one = [(span[0], span[1]) for at in range(first, last) for span in split.images(at, at + 1)]
            assert sorted(fen) == sorted(one_by_one)
    assert len({(side[0][0], side[0][1]) for side in sides}) == 40


def judged(part, *, row, none=True, index=9):
    name = "published" if part.account.startswith("claims/") else "accounts"
    untouched = ((part.account, part.start, part.end),) if none is True else tuple(none)
    balance = Balance(index, {(name, part.account): row}, untouched)
    return [(one.part.start, one.part.end, str(one.state), one.as_of) for one in judge(part, balance=balance)]


def test_an_account_that_pays_is_cut_at_what_left_and_what_came():
    part = Part("claims/a", 30, 120, 5)
    assert judged(part, row=PUBLISHED) == [
        (30, 40, "paid", 7), (40, 100, "not yet paid", 7), (100, 120, "arrived since", 7)
    ]  # fmt: skip
    assert judged(Part("claims/a", 0, 40, 5), row=PUBLISHED) == [(0, 40, "paid", 7)]
    assert judged(Part("claims/a", 40, 41, 5), row=PUBLISHED) == [(40, 41, "not yet paid", 7)]


def test_other_accounts_hold_what_has_not_left():
    assert judged(Part("fund/a", 40, 120, 5), row=ROW) == [(40, 100, "at rest", 9), (100, 120, "arrived since", 9)]
    assert judged(Part("transit/4", 40, 50, 4), row=ROW) == [(40, 50, "on its way", 9)]
    with pytest.raises(ProofError, match="all below 40 had left"):
        judged(Part("fund/a", 39, 50, 5), row=ROW)


@pytest.mark.parametrize(("account", "state"), [
    ("world/a", State.GIVEN_BACK), ("own/a", State.SPENT), ("spent/a", State.SPENT), ("out/a", State.SPENT),
    ("premium/a", State.RISK_PASSED),
])  # fmt: skip
def test_ends_need_no_row(account, state):
    (one,) = judge(Part(account, 0, 5, 6), balance=None)
    assert (one.state, one.as_of) == (state, 6)


def test_an_account_that_is_absent_is_new_or_gone():
    assert judged(Part("transit/12", 0, 5, 12), row=None) == [(0, 5, "arrived since", 9)]
    with pytest.raises(ProofError, match="is gone by balance 9"):
        judged(Part("transit/5", 0, 5, 5), row=None)


@pytest.mark.parametrize("none", [
    pytest.param([], id="none"),
    pytest.param([("fund/a", 41, 60)], id="starts-late"),
    pytest.param([("fund/a", 40, 59)], id="ends-early"),
    pytest.param([("fund/b", 40, 60)], id="other-account"),
    pytest.param([("fund/a", 40, 50), ("fund/a", 50, 60)], id="two-halves"),
])  # fmt: skip
def test_that_no_exit_touches_the_piece_must_be_shown_for_all_of_it(none):
    part = Part("fund/a", 40, 60, 5)
    with pytest.raises(CannotTell, match="no exit touches"):
        judged(part, row=ROW, none=none)
    assert judged(part, row=ROW, none=[("fund/a", 30, 70)])


def test_without_a_row_nobody_can_tell():
    for balance in (None, Balance(9, {}, (("fund/a", 40, 60),)), Balance(9, {("accounts", "claims/a"): ROW}, ())):
        for account in ("fund/a", "claims/a", "paid/a"):
            with pytest.raises(CannotTell, match="no row of the account"):
                judge(Part(account, 40, 60, 5), balance=balance)


MOVE = {"amount": 3, "from": "fund/a", "from_pos": 0, "to": "fund/b", "to_pos": 0}
SPLIT = {"amount": 3, "den": 10, "num": 9, "pos": 0, "rest": "fund/o", "rest_pos": 0, "split": "fund/a",
         "to": "fund/b", "to_pos": 0}  # fmt: skip


@pytest.mark.parametrize(("moves", "says"), [
    pytest.param([], "one move or more", id="none"),
    pytest.param({}, "expected an array", id="object"),
    pytest.param([1], "expected an object", id="number"),
    pytest.param([{**MOVE, "amount": 0}], "amount: expected an integer from 1", id="nothing"),
    pytest.param([{**MOVE, "amount": True}], "amount: expected an integer", id="true"),
    pytest.param([{**MOVE, "from_pos": 2**53 - 3}], "from_pos", id="beyond-the-last-position"),
    pytest.param([{**MOVE, "to": "nowhere/b"}], "expected a known class", id="class"),
    pytest.param([{**MOVE, "by": "me"}], "unknown members", id="member"),
    pytest.param([{**SPLIT, "num": 10}], "num: expected an integer from 1 to 9", id="share-of-all"),
    pytest.param([{**SPLIT, "from": "fund/a"}], "unknown members", id="both"),
    pytest.param([MOVE] * 1001, "at most 1000", id="too-many"),
])  # fmt: skip
def test_moves_that_are_malformed(moves, says):
    with pytest.raises(FormatError, match=says):
        parse_moves(moves, what="moves")


def test_moves():
    assert parse_moves([MOVE, SPLIT], what="moves") == (
        Move("fund/a", 0, 3, "fund/b", 0),
        Split("fund/a", 0, 3, 9, 10, "fund/b", 0, "fund/o", 0),
    )
