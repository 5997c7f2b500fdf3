"""Receipts against provers who would rather say something else.

Random histories are played; what a receipt says is compared with the truth, each fen followed by itself. Then leaves,
rows and absences are left out, exchanged, repeated and changed by somebody who holds the whole log: the receipt is
refused, or what it says is still true.
"""

import json
import random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.errors import LedgerError
from tests.support.receipts import Forger, ReceiptWorld, encode, follow, intervals, truth
from verifier.errors import VerifyError
from verifier.log.policy import parse_policy
from verifier.receipts.receipt import verify_receipt
from verifier.receipts.verdict import State

SEEDS = st.integers(0, 2**32)
# What a verdict says as of the balance, and what it says of moves that it shows.
BY_ROW = (State.PAID, State.NOT_YET_PAID, State.AT_REST, State.ON_ITS_WAY)
PERIOD = settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])


class Flow:
    """Small gifts that run through the whole programme, each step drawn; what is refused is passed over."""

    def __init__(self, seed, *, steps):
        self.draw = random.Random(seed)
        self.world = ReceiptWorld(seed).begin()
        self.gifts, self.open, self.refs = [], [], 0
        self.members = self.world.enrol(12)[1]
        self.cover = self.world.insure(12)
        self.give()
        for _ in range(steps):
            self.step()

    def step(self):
        acts = [self.give, self.settle, self.settle, self.arrive, self.arrive, self.premium, self.premium, self.pay,
                self.pay, self.pay, self.spend, self.refund, self.rollover, self.balance, self.publish, self.income]
        try:
            self.draw.choice(acts)()
        except LedgerError:
            return

    def held(self, account):
        row = self.world.state.get("account", account)
        return row["in"] - row["out"]

    def part(self, account):
        held = self.held(account)
        return self.draw.choice((held, held, held // 2, 1))

    def give(self):
        amounts = [self.draw.choice((1, 3, 10, 60, 250)) for _ in range(self.draw.randint(1, 4))]
        entry = self.world.give(*amounts)
        self.gifts += [(entry, line) for line in range(len(amounts))]

    def send(self, source, target, purpose, by):
        self.open.append(self.world.send(source, target, self.part(source), purpose, by=by))

    def settle(self):
        self.send("platform/dlz/gifts", "fund/dlz", "settlement", "platform")

    def premium(self):
        self.send("fund/dlz/claims", "claims/dlz/kb", "premium", "foundation")

    def rollover(self):
        self.send("claims/dlz/kb", "fund/dlz/claims", "rollover", "insurer")

    def arrive(self):
        waiting = [one for one in self.open if self.world.state.get("account", f"transit/{one}") is not None]
        if not waiting:
            return
        transfer = self.draw.choice(waiting)
        row = self.world.state.get("account", f"transit/{transfer}")
        back = self.draw.random() < 0.1
        end = self.world.state.get("account", row["source" if back else "to"])
        amount = self.part(f"transit/{transfer}")
        self.world.receive(transfer, amount, by=end["holder"], kind="return" if back else "receive")

    def pay(self):
        self.world.pay_out(self.cover, self.draw.choice(self.members), 2 * self.draw.choice((1, 5, 30)))

    def spend(self):
        self.refs += 1
        self.world.act("spend", "foundation", amount=self.part("fund/dlz/other"), programme="dlz",
                       purpose="management", ref=f"s{self.refs}", to="spent/dlz/management",
                       **{"from": "fund/dlz/other"})

    def income(self):
        self.refs += 1
        self.world.act("income", "foundation", amount=self.draw.randint(1, 50), programme="dlz", purpose="interest",
                       ref=f"i{self.refs}", to="fund/dlz/other", **{"from": "world/dlz/bank"})

    def refund(self):
        self.world.refund(*self.draw.choice(self.gifts), by=self.draw.choice(("platform", "foundation")))

    def balance(self):
        self.world.balance()

    def publish(self):
        self.world.balance("claims/dlz/kb")


def play(seed, *, steps=90, since=15):
    """A random history that ends in a trial balance and some steps more, and its policy."""
    flow = Flow(seed, steps=steps)
    flow.balance()
    for _ in range(flow.draw.randint(0, since)):
        flow.step()
    return flow, parse_policy(flow.world.policy(), what="policy")


def newest_balance(world):
    return world.stamp(len(world.leaves) - 1)["balance"]


def honest(world, entry, line):
    """The ledger's own receipt, or None where it cannot make one."""
    try:
        return world.donation_receipt(entry, line)
    except LedgerError:
        return None


def said(verdict):
    found = {}
    for piece in verdict.pieces:
        key = (piece.account, str(piece.state))
        found[key] = found.get(key, 0) + piece.amount
    return found


def check_true(world, verdict):
    """Nothing is said that is not so: as of the balance for what rests on rows, as of now for what moves show."""
    entry, line = verdict.line.entry.index, verdict.line.index
    assert verdict.line.opening == world.openings[world.entry(entry)["lines"]["root"]][line][1]
    assert sum(piece.amount for piece in verdict.pieces) == verdict.line.amount == verdict.line.opening["amount"]
    now = truth(world, entry=entry, line=line)
    then = truth(world, entry=entry, line=line, before=newest_balance(world))
    for (account, state), amount in said(verdict).items():
        if state != State.ARRIVED_SINCE:
            known = then if state in BY_ROW else now
            assert amount <= known.get((account, state), 0), f"{amount} said to be {state} in {account}, of {known}"


def refused_or_true(world, policy, value):
    """Whether the receipt was refused; else what it says must be true of the line that it names."""
    try:
        verdict = verify_receipt(encode(value), policy)
    except VerifyError:
        return True
    check_true(world, verdict)
    return False


def some(draw, items, count):
    items = list(items)
    return draw.sample(items, min(count, len(items)))


@given(seed=SEEDS)
@PERIOD
def test_an_honest_receipt_says_what_happened_to_each_fen(seed):
    flow, policy = play(seed)
    for entry, line in some(flow.draw, flow.gifts, 12):
        receipt = honest(flow.world, entry, line)
        if receipt is not None:
            verdict = verify_receipt(receipt, policy)
            assert said(verdict) == truth(flow.world, entry=entry, line=line)
            check_true(flow.world, verdict)


@given(seed=SEEDS)
@PERIOD
def test_no_choice_of_leaves_says_something_untrue(seed):
    """The prover shows any leaves of the log, and each row and absence that holds where the pieces then seem to be."""
    flow, policy = play(seed)
    world, draw = flow.world, flow.draw
    needed = {0, len(world.leaves) - 1, newest_balance(world)}
    for entry, line in some(draw, flow.gifts, 8):
        receipt = honest(world, entry, line)
        if receipt is None:
            continue
        forger = Forger(world, receipt)
        for _ in range(5):
            hidden = some(draw, set(forger.shown()) - needed - {entry}, draw.choice((1, 1, 2, 3)))
            others = some(draw, range(len(world.leaves)), draw.choice((0, 0, 5)))
            shown = {*forger.shown(), *others} - {*hidden}
            value = forger.show(forger.copy(), shown)
            forger.prove(value, intervals(follow(world, entry=entry, line=line, leaves=shown)))
            refused_or_true(world, policy, value)


@given(seed=SEEDS)
@PERIOD
def test_nothing_can_be_left_out(seed):
    """Where nothing happened since the balance, every leaf, row and absence is needed.

    But for the terms, and for the refund of a gift out of other money, which is shown beside the trail.
    """
    flow, policy = play(seed, since=0)
    for entry, line in some(flow.draw, flow.gifts, 2):
        receipt = honest(flow.world, entry, line)
        if receipt is None:
            continue
        forger = Forger(flow.world, receipt)
        for index in forger.shown():
            value = forger.show(forger.copy(), [one for one in forger.shown() if one != index])
            if not refused_or_true(flow.world, policy, value):
                assert flow.world.entry(index)["kind"] in ("terms", "refund"), f"without leaf {index}"
                assert said(verify_receipt(encode(value), policy)) == said(verify_receipt(receipt, policy))
        for name in ("rows", "none"):
            for at in range(len(forger.value[name])):
                value = forger.copy()
                gone = value[name].pop(at)
                # The same row or absence may stand there for another piece of the account.
                assert gone in value[name] or refused_or_true(flow.world, policy, value), f"without {name} {at}"


def change_a_number(value, draw):
    """Change one integer somewhere in the receipt's JSON."""
    places = []

    def visit(node):
        for key, item in node.items() if isinstance(node, dict) else enumerate(node):
            if isinstance(item, int) and not isinstance(item, bool):
                places.append((node, key))
            elif isinstance(item, dict | list):
                visit(item)

    visit(value)
    node, key = draw.choice(places)
    node[key] = max(0, node[key] + draw.choice((-1, 1, -7, 100, 2**40)))


@given(seed=SEEDS)
@PERIOD
def test_what_is_changed_or_taken_from_another_receipt_is_refused_or_true(seed):
    flow, policy = play(seed, steps=60)
    world, draw = flow.world, flow.draw
    gifts = some(draw, flow.gifts, 4)
    older = [json.loads(receipt) for one in gifts if (receipt := honest(world, *one))]
    flow.step()
    world.balance()
    world.act("notice", "county", programme="dlz", text="later", document="99" * 32)
    fresh = [json.loads(receipt) for one in gifts if (receipt := honest(world, *one))]
    for value in fresh:
        forger = Forger(world, json.dumps(value).encode())
        for _ in range(12):
            value, other = forger.copy(), draw.choice([*older, *fresh])
            member = draw.choice(("number", "row", "path", "rows", "line", "none", "leaves", "proof", "checkpoint"))
            if member == "number":
                change_a_number(value, draw)
            elif member == "path":
                value["line"]["path"] = other["line"]["path"]
            elif member == "rows":
                value["rows"], value["none"] = other["rows"], other["none"]
            elif member == "row":
                for row, one in zip(value["rows"], other["rows"], strict=False):
                    row["row"] = one["row"]
            else:
                value[member] = other[member]
            refused_or_true(world, policy, value)
