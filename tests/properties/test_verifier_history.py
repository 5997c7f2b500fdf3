"""Random histories of signed entries through the replay, against single fen pushed through queues."""

import random
from collections import Counter

import pytest

from tests.reference.fen_queue import FenQueues
from tests.support.verifier_play import standard
from tests.support.verifier_world import TERMS
from verifier.rules.books import Piece, walk

SOURCES = ("world", "own")
RESTS = (*SOURCES, "claims", "paid", "spent", "premium", "out")
AT_REST = ("platform", "fund")
HOLDERS = {account["name"].replace("{county}", "kangbao"): account["holder"] for account in TERMS["accounts"]}
SPLITS = {split["name"]: (split["num"], split["den"], split["to"], split["rest"]) for split in TERMS["splits"]}

# Purpose -> the ends of a transfer.
TRANSFERS = {
    "settlement": ("platform/dlz/gifts", "fund/dlz"),
    "premium": ("fund/dlz/claims", "claims/dlz/kangbao"),
    "rollover": ("claims/dlz/kangbao", "recovered/dlz/kangbao"),
    "advance": ("own/insurer", "claims/dlz/kangbao"),
}


def class_of(account):
    return account.split("/")[0]


class History:
    """A play and the oracle beside it; each step draws one entry that may or may not be allowed."""

    def __init__(self, seed):
        self.draw = random.Random(seed)
        self.play = standard()
        self.oracle = FenQueues()
        self.open_transfers = {}
        self.lines = {}  # (donation, line) -> its fen
        self.inflows = []  # what else came from outside: a piece and its fen
        self.refs = 0
        for name in HOLDERS:
            self.oracle.open(name, source=class_of(name) in SOURCES, split=SPLITS.get(name))

    def step(self):
        names = ("donate", "donate", "transfer", "transfer", "arrive", "arrive", "refund", "refund", "income", "spend")
        getattr(self, self.draw.choice(names))()

    def send(self, by, kind, **members):
        """Sequence an entry; its index, or None and the reason."""
        words = [f"{name.rstrip('_')}={value}" for name, value in members.items()]
        outcome = self.play.outcome(self.play.entry(by, kind, words))
        return (len(self.play.leaves) - 1 if outcome == "ok" else None), outcome

    def ref(self):
        self.refs += 1
        return f"R{self.refs}"

    def donate(self):
        amounts = [self.draw.randint(1, 12) for _ in range(self.draw.randint(1, 5))]
        direct = self.draw.random() < 0.3
        to = "fund/dlz/other" if direct else "platform/dlz/gifts"
        members = {"lines": ",".join(map(str, amounts)), "to": to, "purpose": "direct" if direct else "gift"}
        index, outcome = self.send([HOLDERS[to]], "donation", **members)
        assert outcome == "ok"
        fen = iter(self.oracle.head_move("world/dlz/donors", to, sum(amounts)))
        for line, amount in enumerate(amounts):
            self.lines[index, line] = [next(fen) for _ in range(amount)]

    def transfer(self):
        purpose = self.draw.choice(list(TRANSFERS))
        source, to = TRANSFERS[purpose]
        amount = self.draw.randint(1, 25)
        members = {"from_": source, "to": to, "amount": amount, "purpose": purpose, "ref": self.ref()}
        index, outcome = self.send([HOLDERS[source]], "transfer", **members)
        if class_of(source) not in SOURCES and amount > self.oracle.balance(source):
            assert outcome == "insufficient"
            return
        assert outcome == "ok"
        transit = f"transit/{index}"
        self.oracle.open(transit)
        taken = self.oracle.head_move(source, transit, amount)
        if class_of(source) in SOURCES:
            self.inflows.append((Piece(transit, 0, amount), taken))
        self.open_transfers[index] = (source, to, purpose)

    def arrive(self):
        if not self.open_transfers:
            return
        index = self.draw.choice(list(self.open_transfers))
        source, to, _ = self.open_transfers[index]
        end = self.draw.choice((to, to, source))
        left = self.oracle.balance(f"transit/{index}")
        amount = self.draw.randint(1, left + 1)
        kind = "receive" if end == to else "return"
        _, outcome = self.send([HOLDERS[end]], kind, transfer=index, amount=amount)
        if amount > left:
            assert outcome == "exceeds_transit"
            return
        assert outcome == "ok"
        self.oracle.head_move(f"transit/{index}", end, amount)
        if amount == left:
            del self.open_transfers[index]

    def refund(self):
        if not self.lines:
            return
        donation, line = self.draw.choice(list(self.lines))
        fen = self.lines[donation, line]
        places = [self.rest(one) for one in fen]
        at_rest = all(class_of(account) in AT_REST for account, _ in places)
        sources = {account for account, _ in places} if at_rest else {"fund/dlz/other"}
        signers = sorted({HOLDERS[account] for account in sources})
        again = self.play.row(f"refunded {donation:016d} {line:016d}") is not None
        _, outcome = self.send(signers, "refund", donation=donation, line=line)
        if again:
            assert outcome == "refund_twice"
        elif not at_rest and len(fen) > self.oracle.balance("fund/dlz/other"):
            assert outcome == "insufficient"
        elif at_rest:
            assert outcome == "ok"
            for account, position in places:
                self.oracle.targeted_move(account, position, position + 1, "world/dlz/donors")
        else:
            assert outcome == "ok"
            self.oracle.head_move("fund/dlz/other", "world/dlz/donors", len(fen))

    def income(self):
        amount = self.draw.randint(1, 9)
        at = self.oracle.arrived["fund/dlz/other"]
        _, outcome = self.send(["foundation"], "income", amount=amount, ref=self.ref())
        assert outcome == "ok"
        taken = self.oracle.head_move("world/bank", "fund/dlz/other", amount)
        self.inflows.append((Piece("fund/dlz/other", at, at + amount), taken))

    def spend(self):
        amount = self.draw.randint(1, 9)
        _, outcome = self.send(["foundation"], "spend", amount=amount, ref=self.ref())
        if amount > self.oracle.balance("fund/dlz/other"):
            assert outcome == "insufficient"
            return
        assert outcome == "ok"
        self.oracle.head_move("fund/dlz/other", "spent/dlz/fee", amount)

    def rest(self, fen):
        """Where a fen rests for a walk: where it came to rest first, else where it came to last."""
        visits = self.oracle.visits[fen]
        return next((visit for visit in visits if class_of(visit[0]) in RESTS), visits[-1])

    def trails(self):
        """Every inflow with its fen: each line of each donation, and what else came from outside."""
        for (donation, line), fen in self.lines.items():
            row = self.play.row(f"donation {donation:016d}")
            before = sum(len(self.lines[donation, earlier]) for earlier in range(line))
            start = row["pos"] + before
            yield Piece(row["account"], start, start + len(fen)), fen
        yield from self.inflows

    def check(self):
        total = 0
        for name in self.oracle.queues:
            row = self.play.row(f"account {name}")
            if row is None:
                assert class_of(name) == "transit" and self.oracle.balance(name) == 0
                continue
            counted = (row["in"], row["out"], row["next_out"])
            expected = (self.oracle.arrived[name], self.oracle.left[name], self.oracle.next_out(name))
            assert counted == expected, name
            total += row["in"] - row["out"]
        assert total == 0
        covered = Counter()
        for piece, fen in self.trails():
            pieces = walk(self.play.replay._rows, piece)
            rests = [(one.account, at) for one in pieces for at in range(one.start, one.end)]
            assert sorted(rests) == sorted(self.rest(one) for one in fen)
            covered.update(rests)
        # A balance is made of trails alone, but for fen that came through an account where walks stop.
        places = self.oracle.places()
        assert set(covered) & set(places.values()) == {
            place for fen, place in places.items() if self.rest(fen) == place
        }


@pytest.mark.parametrize("seed", range(12))
def test_random_histories_of_entries(seed):
    history = History(seed)
    for _ in range(70):
        history.step()
    history.check()
