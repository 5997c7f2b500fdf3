"""verifier/rules/books.py against single fen pushed through queues, over random histories."""

import random
from collections import Counter

import pytest

from tests.reference.fen_queue import SEGMENTS_MAX, FenQueues
from verifier.errors import Rejected
from verifier.rules.books import Books, Piece, walk
from verifier.rules.rows import Rows

SOURCE = "world/a"
SPLITS = {
    "fund/s": {"num": 9, "den": 10, "to": "fund/t", "rest": "fund/b"},
    "fund/t": {"num": 1, "den": 3, "to": "goods/c", "rest": "platform/d"},
}
HOLDING = ("platform/a", "fund/b", "goods/c", "platform/d", "recovered/e")
ACCOUNTS = (SOURCE, *SPLITS, *HOLDING)


class Both:
    """The same history in the verifier's books and in the oracle."""

    def __init__(self):
        self.rows = Rows()
        self.oracle = FenQueues()
        self.index = 0
        self.inflows = []
        for name in ACCOUNTS:
            split = SPLITS.get(name)
            row = {"class": name.partition("/")[0], "in": 0, "next_out": 0, "out": 0, "unit": "CNY"}
            self.rows.put(f"account {name}", {**row, **({"split": split} if split else {})})
            as_oracle = split and (split["num"], split["den"], split["to"], split["rest"])
            self.oracle.open(name, source=name == SOURCE, split=as_oracle)
        self.rows.keep()

    def head(self, source, to, amount):
        held = self.oracle.balance(source)
        books = Books(self.rows, self.index, public=True)
        if source != SOURCE and amount > held:
            reason = "insufficient"
        elif source != SOURCE and self.oracle.segments(source, amount) > SEGMENTS_MAX:
            reason = "too_many_segments"
        else:
            at = self.oracle.arrived[to]
            books.move_head(source=source, to=to, amount=amount)
            taken = self.oracle.head_move(source, to, amount)
            if source == SOURCE:
                self.inflows.append((Piece(to, at, at + amount), taken))
            self.done()
            return
        with pytest.raises(Rejected, match=rf"^{reason}: "):
            books.move_head(source=source, to=to, amount=amount)
        assert not self.rows.changed()

    def targeted(self, source, start, end, to):
        books = Books(self.rows, self.index, public=True)
        there = {position for position, _ in self.oracle.queues[source]}
        if set(range(start, end)) <= there:
            books.move_piece(Piece(source, start, end), to=to)
            self.oracle.targeted_move(source, start, end, to)
            self.done()
            return
        with pytest.raises(Rejected, match=r"^position_left: "):
            books.move_piece(Piece(source, start, end), to=to)
        assert not self.rows.changed()

    def done(self):
        self.rows.keep()
        self.index += 1

    def check(self):
        """Counters, the sum of all balances, and every trail against the oracle's queues."""
        rows = {name: self.rows.get(f"account {name}") for name in ACCOUNTS}
        for name, row in rows.items():
            counted = (row["in"], row["out"], row["next_out"])
            assert counted == (self.oracle.arrived[name], self.oracle.left[name], self.oracle.next_out(name)), name
        assert sum(row["in"] - row["out"] for row in rows.values()) == 0
        places = self.oracle.places()
        covered = Counter()
        for gift, fen in self.inflows:
            pieces = walk(self.rows, gift)
            rests = [(piece.account, at) for piece in pieces for at in range(piece.start, piece.end)]
            assert len(rests) == len(fen)
            expected = Counter(places.get(one, SOURCE) for one in fen)
            assert Counter(rest if rest[0] != SOURCE else SOURCE for rest in rests) == expected
            covered.update(rest for rest in rests if rest[0] != SOURCE)
        assert covered == Counter(places.values())


@pytest.mark.parametrize("seed", range(60))
def test_random_histories(seed):
    draw = random.Random(seed)
    both = Both()
    for _ in range(60):
        source, to = draw.choice((SOURCE, SOURCE, *HOLDING)), draw.choice(ACCOUNTS)
        if draw.random() < 0.3 and source != SOURCE:
            start = draw.randrange(max(1, both.oracle.arrived[source]))
            both.targeted(source, start, start + draw.randint(1, 4), to)
        elif not (source == SOURCE and to == SOURCE):
            both.head(source, to, draw.randint(1, 30))
    both.check()


def test_a_head_move_of_64_segments_stands_and_one_of_65_does_not():
    both = Both()
    both.head(SOURCE, "fund/b", 200)
    for at in range(1, 131, 2):
        both.targeted("fund/b", at, at + 1, SOURCE)
    both.head("fund/b", "platform/a", 65)
    before = both.index
    both.head("fund/b", "platform/a", 64)
    assert both.index == before + 1
    both.check()


def test_gifts_of_one_fen_fall_on_one_side_of_a_split():
    both = Both()
    for _ in range(100):
        both.head(SOURCE, "fund/s", 1)
    assert both.oracle.balance("fund/b") == 10
    both.check()
