"""Accounts as queues: tables of moves, and where each stretch was taken and put.

    head  <from> <to> <amount>          the next units of a queue
    take  <from> <to> <start> <end>     these units, out of the middle

A move is shown as `start+amount@place`, a split as `to@place,rest@place`; else the line ends in the reason.
"""

import pytest

from ledger.books import Books, balance, check_position, share_of
from ledger.errors import Rejected
from ledger.state import MemoryReader, State
from ledger.strict import INTEGER_MAX

SPLITS = {
    "fund/nine-tenths": {"num": 9, "den": 10, "to": "fund/third", "rest": "fund/tenth"},
    "fund/third": {"num": 1, "den": 3, "to": "fund/a", "rest": "fund/b"},
    "fund/nothing": {"num": 1, "den": INTEGER_MAX, "to": "fund/a", "rest": "fund/b"},
}
QUEUES = ("world/us", "platform/x", "fund/a", "fund/b", "fund/c", "fund/tenth", "claims/kb", "paid/kb")


class Till:
    """Accounts in memory, one leaf a move."""

    def __init__(self):
        self.state = State(MemoryReader())
        self.index = 0
        books = Books(self.state, index=0)
        for name in (*QUEUES, *SPLITS):
            more = {"split": SPLITS[name]} if name in SPLITS else {}
            books.open(name, holder="us", unit="CNY", place="bank", programme="dlz", **more)
        books.open("goods/rice", holder="us", unit="RIC", place="barn", programme="dlz")
        self.state.keep()

    def __call__(self, table):
        for line in filter(None, map(str.strip, table.splitlines())):
            words = line.split()
            taken = 4 if words[0] == "head" else 5
            assert self.outcome(words[:taken]) == " ".join(words[taken:]), line

    def outcome(self, words):
        self.index += 1
        books = Books(self.state, index=self.index)
        what, source, target, *numbers = words
        try:
            if what == "head":
                books.move(source, target, int(numbers[0]), public=True)
            else:
                books.move_targeted(source, target, int(numbers[0]), int(numbers[1]), public=True)
        except Rejected as error:
            self.state.drop()
            return error.reason
        self.state.keep()
        return " ".join(
            f"{move['to_pos']},{move['rest_pos']}" if "split" in move
            else f"{move['from_pos']}+{move['amount']}@{move['to_pos']}" for move in books.moves)

    def counters(self, name):
        row = self.state.get("account", name)
        return row["in"], row["out"], row["next_out"]


def refusal(till, *words):
    """The message for which a move is refused."""
    books = Books(till.state, index=99)
    what, source, target, *numbers = words
    with pytest.raises(Rejected) as caught:
        (books.move if what == "head" else books.move_targeted)(source, target, *numbers, public=True)
    till.state.drop()
    return str(caught.value)


def test_first_in_first_out():
    till = Till()
    till("""
        head world/us   platform/x 20    0+20@0
        head platform/x fund/c      5    0+5@0
        head platform/x fund/c      5    5+5@5
        head platform/x fund/c     11    insufficient
        head platform/x world/us   10    10+10@0
        head platform/x fund/c      1    insufficient
    """)
    assert till.counters("platform/x") == (20, 20, 20)
    assert till.counters("world/us") == (10, 20, 20)  # a source may have given more than it has


def test_a_gap_is_jumped_and_closed():
    till = Till()
    till("""
        head world/us   platform/x 20       0+20@0
        take platform/x world/us    5  8    5+3@0
        take platform/x world/us    8 10    8+2@3
        head platform/x fund/c     10       0+5@0 10+5@5
    """)
    # Two gaps that touch are jumped one behind the other.
    assert till.counters("platform/x") == (20, 15, 15)
    assert not list(till.state.scan("gap", "platform/x"))


def test_a_gap_at_the_head_is_none():
    till = Till()
    till("""
        head world/us   platform/x 10       0+10@0
        take platform/x world/us    2  4    2+2@0
        take platform/x world/us    0  2    0+2@2
    """)
    assert till.counters("platform/x") == (10, 4, 4)  # from the head, and over the gap behind it
    assert not list(till.state.scan("gap", "platform/x"))
    till("""
        take platform/x world/us    9 10    9+1@4
        head platform/x fund/c      5       4+5@0
    """)
    assert till.counters("platform/x") == (10, 10, 10)  # the gap at the end goes with the last unit before it


@pytest.mark.parametrize("start,end", [
    pytest.param(0, 1, id="left-already"), pytest.param(2, 4, id="partly-left"),
    pytest.param(5, 6, id="in-a-gap"), pytest.param(4, 6, id="into-a-gap"), pytest.param(7, 9, id="out-of-a-gap"),
    pytest.param(4, 9, id="around-a-gap"), pytest.param(9, 11, id="beyond-the-end"), pytest.param(4, 4, id="nothing"),
])  # fmt: skip
def test_a_position_leaves_once(start, end):
    till = Till()
    till("""
        head world/us   platform/x 10       0+10@0
        head platform/x fund/c      3       0+3@0
        take platform/x world/us    5  8    5+3@0
    """)
    assert refusal(till, "take", "platform/x", "world/us", start, end) == (
        f"position_left: [{start}, {end}) is not at rest in platform/x")


def test_nothing_is_taken_out_of_the_middle_of_a_source():
    till = Till()
    assert refusal(till, "take", "world/us", "platform/x", 0, 1).startswith("position_left: ")


def test_sixty_four_segments_are_a_move_and_sixty_five_are_not():
    till = Till()
    till.outcome(["head", "world/us", "platform/x", "200"])
    for start in range(1, 129, 2):
        till.outcome(["take", "platform/x", "world/us", str(start), str(start + 1)])
    assert refusal(till, "head", "platform/x", "fund/c", 65) == (
        "too_many_segments: taking 65 from platform/x would jump 64 gaps, at most 63 are allowed")
    assert till.counters("platform/x") == (200, 64, 0)
    assert len(till.outcome(["head", "platform/x", "fund/c", "64"]).split()) == 64


def test_a_split_passes_on_what_arrives_by_position():
    """Nine tenths, of which a third: a gift of one fen falls on one side, and after thirty nobody has lost any."""
    till = Till()
    till("""
        head world/us fund/nine-tenths 10    0+10@0 0,0 0,0
        head world/us fund/nine-tenths 1     10+1@10 9,1
        head world/us fund/nine-tenths 1     11+1@11 9,2 3,6
        head world/us fund/nine-tenths 18    12+18@12 10,2 3,7
    """)
    # The eleventh fen fell on the rest alone, the twelfth on the ninth tenth and there on its rest.
    held = {name: till.counters(name)[0] for name in ("fund/a", "fund/b", "fund/tenth")}
    assert held == {"fund/a": 9, "fund/b": 18, "fund/tenth": 3}
    for name in ("fund/nine-tenths", "fund/third"):
        assert len(set(till.counters(name))) == 1  # a split never holds anything


def test_a_share_of_zero_moves_no_one_s_queue():
    till = Till()
    till("head world/us fund/nothing 5    0+5@0 0,0")
    assert till.counters("fund/a") == (0, 0, 0)
    assert till.counters("fund/b") == (5, 0, 0)


@pytest.mark.parametrize("position,share", [(0, 0), (1, 0), (2, 1), (3, 2), (10, 9), (11, 9), (20, 18)])
def test_nine_tenths_of_the_first(position, share):
    assert share_of(position, {"num": 9, "den": 10}) == share


def test_positions_end_at_two_to_the_53():
    till = Till()
    row = till.state.get("account", "platform/x")
    till.state.put("account", "platform/x", row={**row, "in": INTEGER_MAX - 1, "out": INTEGER_MAX - 1,
                                                 "next_out": INTEGER_MAX - 1})
    till.state.keep()
    assert refusal(till, "head", "world/us", "platform/x", 2) == (
        "position_overflow: platform/x would reach 9007199254740992, beyond 2^53-1")
    till(f"head world/us platform/x 1    0+1@{INTEGER_MAX - 1}")
    assert refusal(till, "head", "world/us", "platform/x", 1).startswith("position_overflow: platform/x")
    till.state.put("account", "world/us", row={**till.state.get("account", "world/us"), "out": INTEGER_MAX,
                                               "next_out": INTEGER_MAX})
    assert refusal(till, "head", "world/us", "fund/c", 1).startswith("position_overflow: world/us would reach")


def test_figures_end_there_in_both_directions():
    check_position("dlz/raised", -INTEGER_MAX)
    with pytest.raises(Rejected, match=r"^position_overflow: dlz/raised would reach -9007199254740992, beyond 2\^53"):
        check_position("dlz/raised", -INTEGER_MAX - 1)


def test_the_order_of_reasons():
    till = Till()
    assert refusal(till, "head", "goods/rice", "fund/c", 1) == (  # and it holds nothing
        "unit_differs: goods/rice holds RIC, fund/c holds CNY")
    assert refusal(till, "head", "platform/x", "fund/c", 1) == "insufficient: platform/x holds 0, the move asks for 1"
    assert refusal(till, "head", "platform/y", "fund/c", 1) == "account_unknown: there is no account platform/y"
    till.outcome(["head", "world/us", "claims/kb", "10"])
    till.state.put("paying", "claims/kb", row={"members": 1, "payouts": 2})
    till.state.keep()
    assert refusal(till, "head", "claims/kb", "fund/c", 11).startswith("insufficient: ")
    message = "claims/kb has 2 payouts since its last published row; publish it with a balance first"
    assert refusal(till, "head", "claims/kb", "fund/c", 1) == f"unpublished_payouts: {message}"
    assert refusal(till, "take", "claims/kb", "fund/c", 1, 2) == f"unpublished_payouts: {message}"


def test_exits_are_the_public_ways_out_of_the_middle_and_of_accounts_that_pay():
    till = Till()
    till("""
        head world/us   platform/x 9       0+9@0
        head platform/x claims/kb  5       0+5@0
        take platform/x world/us   6 8     6+2@0
        head claims/kb  fund/c     2       0+2@0
    """)
    assert {key[1:]: row for key, row in till.state.scan("exit")} == {
        ("claims/kb", f"{0:016d}"): [2, 4], ("platform/x", f"{6:016d}"): [8, 3]}
    Books(till.state, index=5).move("claims/kb", "paid/kb", 1, public=False)  # a payout
    assert till.state.get("exit", "claims/kb", 2) is None


def test_an_account_that_pays_opens_with_a_published_row():
    till = Till()
    assert till.state.get("published", "claims/kb") == {"at": 0, "in": 0, "next_out": 0, "out": 0}
    assert till.state.get("published", "fund/c") is None


def test_a_transit_account_goes_with_its_last_unit():
    till = Till()
    books = Books(till.state, index=1)
    books.open("transit/1", holder="us", unit="CNY", place="bank", programme="dlz")
    books.move("world/us", "transit/1", 5, public=True)
    books.move("transit/1", "fund/c", 4, public=True)
    books.close_transit("transit/1")
    assert balance(books.account("transit/1")) == 1
    books.move("transit/1", "fund/c", 1, public=True)
    books.close_transit("transit/1")
    assert till.state.get("account", "transit/1") is None
    assert books.gone["transit/1"]["out"] == 5
    assert till.state.get("place", "bank", "transit/1") is None  # money on its way lies nowhere
