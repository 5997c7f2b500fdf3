"""F32, F33, F36: parties that want more than is theirs, step by step, in any order that hypothesis finds.

Each step knows by arithmetic of its own whether it must succeed; both sides judge it, and after every step the money
is all there, nothing is paid that was not decided, nothing decided that the terms do not pay, no invoice pays twice.
"""

import json
from collections import Counter

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from ledger.errors import FormatError, Rejected
from tests.support.twin import TwinWorld
from tests.support.world import TERMS, digest

CAP = 1000
PERSONS = 3
OTHERS = ("county", "foundation", "platform")  # everybody but the insurer, whose money it is


class GreedyParties(RuleBasedStateMachine):
    """One county's claims fund, and people who try to get at it."""

    def __init__(self):
        super().__init__()
        self.world = TwinWorld(0)
        self.claims = {}  # leaf -> member, residual, state
        self.decisions = {}  # leaf -> claim, amount
        self.payouts = {}  # leaf -> decision, amount, state, recovered, first
        self.invoices = set()

    @initialize(funds=st.integers(1, 1500))
    def begin(self, funds):
        benefit = {"cap": CAP, "den": 2, "num": 1}
        self.world.charter()
        self.world.terms(benefit=benefit)
        self.world.act("agreement", "county foundation", county="kb", document="22" * 32, programme="dlz")
        second = {**TERMS, "programme": "two", "benefit": benefit}
        second = json.loads(json.dumps(second).replace("/dlz", "/two"))  # accounts belong to one programme
        self.world.act("terms", "foundation insurer platform", **second)
        self.fund(funds)
        self.members = self.world.enrol(PERSONS)[1]
        self.cover = self.world.insure(PERSONS)
        for who in range(PERSONS):
            self.claim(who, 700, who)

    @rule(amount=st.integers(1, 300))
    def fund(self, amount):
        """More gifts: nine tenths of them are for claims."""
        self.world.give(amount + amount // 9 + 2)
        self.world.settle(amount + amount // 9 + 2)
        self.world.premium(amount)

    @rule(who=st.integers(0, PERSONS - 1), residual=st.integers(1, 5000), invoice=st.integers(0, 9))
    def claim(self, who, residual, invoice):
        """A claim with an invoice that may have been claimed before, by the same person or another."""
        more = {"invoices": [digest("invoice", invoice).hex()]}
        index = self.expect(
            "invoice_used" if invoice in self.invoices else "ok",
            lambda: self.world.file_claim(self.cover, self.members[who], residual, **more))
        if index is not None:
            self.invoices.add(invoice)
            self.claims[index] = {"member": who, "residual": residual, "state": "complete"}

    @precondition(lambda self: self.claims)
    @rule(data=st.data(), more=st.sampled_from((0, 0, 0, 0, 1, -1, CAP)))
    def decide(self, data, more):
        """A decision for what the terms pay, or a little beside it."""
        index = data.draw(st.sampled_from(sorted(self.claims)))
        right = self.payable(index)
        amount = max(0, right + more)
        if self.claims[index]["state"] != "complete":
            reason = "state_wrong"
        else:
            reason = "ok" if amount == right and right > 0 else "amount_wrong"
        decision = self.expect(reason, lambda: self.world.decide(index, amount))
        if decision is not None:
            self.claims[index]["state"] = "decided"
            self.decisions[decision] = {"claim": index, "amount": amount}

    @precondition(lambda self: self.decisions)
    @rule(data=st.data(), how=st.sampled_from(("rest", "rest", "rest", "all", "part", "more", "much more")))
    def pay(self, data, how):
        """What is left of a decision, or all of it once more, or too much."""
        index = data.draw(st.sampled_from(sorted(self.decisions)))
        decided = self.decisions[index]
        left = decided["amount"] - self.paid_out(index)
        amount = {"rest": left, "all": decided["amount"], "part": max(1, left // 2), "more": left + 1,
                  "much more": 10**9}[how]
        if amount < 1:
            return
        if self.claims[decided["claim"]]["state"] != "decided":
            reason = "state_wrong"
        elif amount > left:
            reason = "exceeds_decision"
        else:
            reason = "ok" if amount <= self.held("claims/dlz/kb") else "insufficient"
        self.note_payout(index, amount, self.expect(reason, lambda: self.world.pay(index, amount)))

    @precondition(lambda self: self.decisions)
    @rule(data=st.data(), by=st.sampled_from(OTHERS), how=st.sampled_from((
        "decide", "pay out", "pay under another programme", "pay nothing", "pay less than nothing", "spend")))
    def trespass(self, data, by, how):
        """What nobody may do who tries it here."""
        index = data.draw(st.sampled_from(sorted(self.decisions)))
        ends = {"from": "claims/dlz/kb", "to": "paid/dlz/kb"}
        if how in ("pay nothing", "pay less than nothing"):
            with pytest.raises(FormatError):
                self.world.pay(index, 0 if how == "pay nothing" else -1)
        elif how == "decide":  # whoever filed the claim, or anybody else but the insurer
            claim = data.draw(st.sampled_from(sorted(self.claims)))
            self.expect("wrong_signers", lambda: self.world.seal(
                "decision", by, amount=self.payable(claim), claim=claim, result="pay", steps=["mine"], terms=1))
        elif how == "pay out":
            self.expect("wrong_signers", lambda: self.world.seal(
                "payout", by, amount=1, decision=index, payee="55" * 32, **ends))
        elif how == "spend":
            self.expect("flow_unknown", lambda: self.world.act(
                "spend", "insurer", amount=1, programme="dlz", purpose="management", ref=f"S{self.world.count}",
                **{**ends, "to": "spent/dlz/management"}))
        else:
            self.expect("decision_unknown", lambda: self.world.pay(
                index, 1, programme=data.draw(st.sampled_from(("two", "three")))))

    @precondition(lambda self: self.payouts)
    @rule(data=st.data(), how=st.sampled_from(("confirm", "bounce")))
    def arrive_or_bounce(self, data, how):
        """Each payout arrives or bounces once."""
        index = data.draw(st.sampled_from(sorted(self.payouts)))
        payout = self.payouts[index]
        reason = "ok" if payout["state"] == "open" else "payout_not_open"
        if how == "bounce":
            done = self.expect(reason, lambda: self.world.seal("bounce", "insurer", payout=index, reason="closed"))
            payout["state"] = "bounced" if done is not None else payout["state"]
        elif self.expect(reason, lambda: self.world.confirm(index)) is not None:
            payout["state"] = "confirmed"
            self.settle_claim(payout["decision"])

    @precondition(lambda self: self.payouts)
    @rule(data=st.data(), more=st.sampled_from((0, 0, 1, -1)))
    def pay_again(self, data, more):
        """What bounced is paid once more, and no other sum."""
        index = data.draw(st.sampled_from(sorted(self.payouts)))
        payout = self.payouts[index]
        amount = payout["amount"] + more
        if amount < 1:
            return
        if self.claims[self.decisions[payout["decision"]]["claim"]]["state"] != "decided":
            reason = "state_wrong"
        else:
            reason = "ok" if payout["state"] == "bounced" and not more else "payout_not_bounced"
        done = self.expect(reason, lambda: self.world.pay(payout["decision"], amount, again=index))
        if done is not None:
            payout["state"] = "again"
            self.payouts[done] = {**payout, "state": "open", "first": False}

    @precondition(lambda self: self.payouts)
    @rule(data=st.data(), amount=st.integers(1, 600))
    def recover(self, data, amount):
        """No more comes back than arrived."""
        index = data.draw(st.sampled_from(sorted(self.payouts)))
        payout = self.payouts[index]
        if payout["state"] != "confirmed":
            reason = "payout_not_confirmed"
        else:
            reason = "ok" if amount <= payout["amount"] - payout["recovered"] else "exceeds_payout"
        done = self.expect(reason, lambda: self.world.seal(
            "recovery", "insurer", amount=amount, payout=index, reason="too_much", to="recovered/dlz/kb"))
        payout["recovered"] += amount if done is not None else 0

    @rule(ahead=st.integers(-3, 3), kind=st.sampled_from(("decision", "payout", "confirm", "recovery", "receive")))
    def refer_to_what_is_not_there(self, ahead, kind):
        """The entry itself, a later one, or one of another kind."""
        index = max(0, self.world.state.size + ahead)
        act, known, reason = {
            "decision": (lambda: self.world.decide(index, 1), self.claims, "claim_unknown"),
            "payout": (lambda: self.world.pay(index, 1), self.decisions, "decision_unknown"),
            "confirm": (lambda: self.world.confirm(index), self.payouts, "payout_unknown"),
            "recovery": (lambda: self.world.seal("recovery", "insurer", amount=1, payout=index, reason="too_much",
                                                 to="recovered/dlz/kb"), self.payouts, "payout_unknown"),
            "receive": (lambda: self.world.receive(index, 1, by="insurer"), (), "transfer_unknown"),
        }[kind]
        if index not in known:
            self.expect(reason, act)

    # -- what holds after every step ------------------------------------------------------------------------------

    @invariant()
    def money_is_neither_made_nor_lost(self):
        sums = Counter()
        for (_table, _name), row in self.world.state.scan("account"):
            sums[row["unit"]] += row["in"] - row["out"]
            assert row["class"] in ("own", "world") or row["in"] >= row["out"]
        assert not any(sums.values())

    @invariant()
    def no_more_is_paid_than_decided_and_no_more_decided_than_payable(self):
        decided = Counter()
        for index, decision in self.decisions.items():
            claim = self.claims[decision["claim"]]
            assert self.paid_out(index) <= decision["amount"] <= min(claim["residual"] // 2, CAP)
            decided[claim["member"]] += decision["amount"]
        assert all(total <= CAP for total in decided.values())
        assert len({decision["claim"] for decision in self.decisions.values()}) == len(self.decisions)
        arrived = sum(one["amount"] - one["recovered"] for one in self.payouts.values() if one["state"] == "confirmed")
        assert self.figure("dlz/paid") == self.held("paid/dlz/kb") == arrived

    @invariant()
    def what_is_on_its_way_lies_in_transit(self):
        transits = [row for (_table, name), row in self.world.state.scan("account") if name.startswith("transit/")]
        assert self.figure("dlz/on_its_way") == sum(row["in"] - row["out"] for row in transits)

    def teardown(self):
        self.world.check_state()

    # -- arithmetic -----------------------------------------------------------------------------------------------

    def payable(self, index):
        claim = self.claims[index]
        before = sum(decision["amount"] for decision in self.decisions.values()
                     if self.claims[decision["claim"]]["member"] == claim["member"])
        return min(claim["residual"] // 2, CAP - before)

    def paid_out(self, decision):
        return sum(one["amount"] for one in self.payouts.values() if one["decision"] == decision and one["first"])

    def settle_claim(self, decision):
        arrived = sum(one["amount"] - one["recovered"] for one in self.payouts.values()
                      if one["decision"] == decision and one["state"] == "confirmed")
        if arrived == self.decisions[decision]["amount"]:
            self.claims[self.decisions[decision]["claim"]]["state"] = "paid"

    def note_payout(self, decision, amount, index):
        if index is not None:
            self.payouts[index] = {"decision": decision, "amount": amount, "state": "open", "recovered": 0,
                                   "first": True}

    def held(self, name):
        row = self.world.state.get("account", name)
        return 0 if row is None else row["in"] - row["out"]

    def figure(self, name):
        return (self.world.state.get("figure", name) or {"value": 0})["value"]

    def expect(self, reason, act):
        """Act: it must succeed, or be refused for exactly this reason and leave no trace."""
        if reason == "ok":
            return act()
        before = self.world.state.changes()
        with pytest.raises(Rejected) as caught:
            act()
        assert caught.value.reason == reason
        assert self.world.state.changes() == before
        return None


TestGreedyParties = GreedyParties.TestCase
# Shrinking would take minutes, and a history of forty steps can be read as it is.
TestGreedyParties.settings = settings(
    max_examples=40, stateful_step_count=40, deadline=None, derandomize=True, database=None,
    phases=(Phase.explicit, Phase.generate), suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
