"""F32, F33, F36: parties that want more than is theirs, step by step, in any order that hypothesis finds.

Each step knows by arithmetic of its own whether it must succeed; both sides judge it, and after every step the money
is all there, nothing is paid that was not decided, nothing decided that the terms do not pay, no cap is passed by all
claims of a person together, and no invoice, part or bounced payment pays twice.
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

POLICY_CAP, PERSON_CAP, YEAR_CAP, ACCIDENT_CAP = 1000, 150, 120, 400
PER_DAY, DEATH = 10, 300
PERSONS = 3
CLAIMS_MAX = 7  # few enough for one claim to see many decisions and payouts
OTHERS = ("county", "foundation", "platform")  # everybody but the insurer, whose money it is
REVIEWED = ("decided", "refused", "paid")  # states in which a decision is a review
BENEFITS = ("inpatient", "allowance", "death")
FORMULAS = {
    "allowance": {
        "caps": [{"amount": PERSON_CAP, "per": "person"}, {"amount": YEAR_CAP, "per": "year"}], "conditions": [],
        "day_count": "nights", "kind": "per_diem", "overlap": True, "per_day": PER_DAY, "rounding": None},
    "death": {
        "amount": DEATH, "caps": [{"amount": ACCIDENT_CAP, "per": "accident"}], "conditions": [
            {"fact": "cause", "reason": "cause_excluded", "values": ["accident"]}], "kind": "lump_sum",
        "overlap": False, "rounding": None},
    "inpatient": {**TERMS["formulas"]["inpatient"], "caps": [{"amount": POLICY_CAP, "per": "policy"}]},
}  # fmt: skip
RICH = {"formulas": FORMULAS, "year": {"is": "calendar", "stay": "admission"}}


class GreedyParties(RuleBasedStateMachine):
    """One county's claims fund, and people who try to get at it."""

    def __init__(self):
        super().__init__()
        self.world = TwinWorld(0)
        self.claims = {}  # leaf -> what was claimed, and how it stands
        self.decisions = {}  # leaf -> claim, amount
        self.payouts = {}  # leaf -> claim, amount, part, state, recovered, recoveries
        self.invoices = set()
        self.funded = 0

    @initialize(funds=st.sampled_from((5000, 2000, 10_000, 500)), first=st.sampled_from(("confirm", "bounce")))
    def begin(self, funds, first):
        """Three claims, two of them decided; their payouts arrived or bounced."""
        self.world.charter()
        self.world.terms(**RICH)
        self.world.act("agreement", "county foundation", county="kb", document="22" * 32, programme="dlz")
        second = json.loads(json.dumps({**TERMS, **RICH, "programme": "two"}).replace("/dlz", "/two"))
        self.world.act("terms", "foundation insurer platform", **second)  # accounts belong to one programme
        self.fund(funds)
        self.members = self.world.enrol(PERSONS)[1]
        self.cover = self.world.insure(PERSONS)
        for who in range(PERSONS):
            self.claim(who, 700, who, BENEFITS, 9, "accident", "fire")
        for index, claim in list(self.claims.items())[1:]:
            self.judge(index, "pay", {}, more=0, reviews=None, data=None)
            self.send(claim["decision"], claim["amount"], 1)
        for index in list(self.payouts):
            self.arrive(index, first)

    @rule(amount=st.integers(1, 300))
    def fund(self, amount):
        """More gifts: nine tenths of them are for claims."""
        self.world.give(amount + amount // 9 + 2)
        self.world.settle(amount + amount // 9 + 2)
        self.world.premium(amount)
        self.funded += amount

    @precondition(lambda self: len(self.claims) < CLAIMS_MAX)
    @rule(who=st.integers(0, PERSONS - 1), residual=st.integers(1, 5000), invoice=st.integers(0, 9),
          benefits=st.lists(st.sampled_from(BENEFITS), min_size=1, max_size=3, unique=True), days=st.integers(0, 30),
          cause=st.sampled_from(("accident", "accident", "illness")), accident=st.sampled_from(("fire", "flood")))
    def claim(self, who, residual, invoice, benefits, days, cause, accident):
        """A claim with an invoice that may have been claimed before, by the same person or another."""
        facts = {"accident": accident, "cause": cause, "days": days}
        more = {"benefits": list(benefits), "facts": facts, "invoices": [digest("invoice", invoice).hex()]}
        index = self.expect(
            "invoice_used" if invoice in self.invoices else "ok",
            lambda: self.world.file_claim(self.cover, self.members[who], residual, **more))
        if index is not None:
            self.invoices.add(invoice)
            self.claims[index] = {
                "amount": 0, "benefits": benefits, "decision": None, "facts": facts, "highest": 0, "member": who,
                "paid": 0, "paid_out": 0, "payouts": 0, "residual": residual, "state": "complete", "uses": {}}

    @precondition(lambda self: self.claims)
    @rule(data=st.data(), result=st.sampled_from(("pay", "pay", "part", "interim", "refuse")), days=st.integers(0, 30),
          more=st.sampled_from((0, 0, 0, 0, 1, -1, POLICY_CAP)),
          review=st.sampled_from(("as due", "as due", "never", "old")))
    def decide(self, data, result, days, more, review):
        """A decision or a review for what the terms pay, or a little beside it."""
        index = data.draw(st.sampled_from(sorted(self.claims)))
        claim, reviews = self.claims[index], None
        if claim["state"] in REVIEWED and review != "never":
            older = [one for one in self.decisions if self.decisions[one]["claim"] == index]
            reviews = min(older) if review == "old" else claim["decision"]
        self.judge(index, result, {"days": days} if result == "part" else {}, more=more, reviews=reviews, data=data)

    @precondition(lambda self: self.bounced())
    @rule(data=st.data(), result=st.sampled_from(("part", "interim", "refuse")))
    def review_what_bounced(self, data, result):
        """A review that gives less, while what was decided before waits at the bank."""
        claim = self.payouts[data.draw(st.sampled_from(self.bounced()))]["claim"]
        reviews = self.claims[claim]["decision"] if self.claims[claim]["state"] in REVIEWED else None
        self.judge(claim, result, {"days": 1} if result == "part" else {}, more=0, reviews=reviews, data=data)

    @precondition(lambda self: self.decisions)
    @rule(data=st.data(), how=st.sampled_from((
        "rest", "rest", "rest", "all", "part", "more", "much more", "same again", "out of turn", "old", "any")))
    def pay(self, data, how):
        """What is left of a decision, or all of it once more, or too much, or as another part than the next."""
        due = [claim["decision"] for claim in self.claims.values() if claim["amount"] > claim["paid_out"]]
        old = [one for one in self.decisions if one != self.claims[self.decisions[one]["claim"]]["decision"]]
        known = old if how == "old" and old else due if how != "any" and due else sorted(self.decisions)
        index = data.draw(st.sampled_from(known))
        decided, claim = self.decisions[index], self.claims[self.decisions[index]["claim"]]
        left = claim["amount"] - claim["paid_out"]
        amount = {"all": decided["amount"], "part": left // 2, "more": left + 1, "much more": 10**9}.get(how, left)
        part = claim["payouts"] + {"same again": 0, "out of turn": 2}.get(how, 1)
        self.send(index, max(1, amount), max(1, part))

    @precondition(lambda self: self.decisions)
    @rule(data=st.data(), by=st.sampled_from(OTHERS), how=st.sampled_from((
        "decide", "pay out", "pay under another programme", "pay nothing", "pay less than nothing", "spend")))
    def trespass(self, data, by, how):
        """What nobody may do who tries it here."""
        index = data.draw(st.sampled_from(sorted(self.decisions)))
        if how in ("pay nothing", "pay less than nothing"):
            with pytest.raises(FormatError):
                self.world.pay(index, 0 if how == "pay nothing" else -1)
        elif how == "decide":  # whoever filed the claim, or anybody else but the insurer
            claim = data.draw(st.sampled_from(sorted(self.claims)))
            self.expect("wrong_signers", lambda: self.world.decide(claim, signers=by))
        elif how == "pay out":
            claim = self.claims[self.decisions[index]["claim"]]
            newest = claim["decision"] == index and self.decisions[index]["amount"]
            reason = "wrong_signers" if newest else None
            self.expect(reason, lambda: self.world.pay(index, 1, signers=by))
        elif how == "spend":
            self.expect("flow_unknown", lambda: self.world.act(
                "spend", "insurer", amount=1, programme="dlz", purpose="management", ref=f"S{self.world.count}",
                to="spent/dlz/management", **{"from": "claims/dlz/kb"}))
        else:
            self.expect("decision_unknown", lambda: self.world.pay(
                index, 1, programme=data.draw(st.sampled_from(("two", "three")))))

    @precondition(lambda self: self.payouts)
    @rule(data=st.data(), how=st.sampled_from(("confirm", "bounce")), again=st.sampled_from((False, False, True)))
    def arrive_or_bounce(self, data, how, again):
        """Each payout arrives or bounces once."""
        there = [index for index, payout in self.payouts.items() if payout["state"] == "open"]
        index = data.draw(st.sampled_from(there if there and not again else sorted(self.payouts)))
        self.arrive(index, how)

    @precondition(lambda self: self.payouts)
    @rule(data=st.data(), more=st.sampled_from((0, 0, 1, -1)), later=st.sampled_from((0, 0, 0, 1)))
    def pay_again(self, data, more, later):
        """What bounced is paid once more, and no other sum."""
        index = data.draw(st.sampled_from(self.bounced() or sorted(self.payouts)))
        payout = self.payouts[index]
        claim = self.claims[payout["claim"]]
        amount = payout["amount"] + more
        if amount < 1:
            return
        if not claim["amount"]:
            reason = "decision_unknown"
        elif claim["state"] not in ("decided", "interim"):
            reason = "state_wrong"
        elif payout["state"] != "bounced" or more or later:
            reason = "payout_not_bounced"
        else:
            reason = "ok" if claim["paid_out"] <= claim["amount"] else "exceeds_decision"
        done = self.expect(reason, lambda: self.world.pay(
            claim["decision"], amount, again=index, part=payout["part"] + later))
        if done is not None:
            payout["state"] = "again"
            self.payouts[done] = {**payout, "state": "open"}

    @precondition(lambda self: self.payouts)
    @rule(data=st.data(), amount=st.one_of(st.none(), st.integers(1, 600)), part=st.sampled_from((1, 1, 1, 0, 2)))
    def recover(self, data, amount, part):
        """All of it or some: no more than arrived, each part once; what bounced comes back whole."""
        there = [index for index, payout in self.payouts.items() if payout["state"] in ("bounced", "confirmed")]
        index = data.draw(st.sampled_from(there or sorted(self.payouts)))
        payout = self.payouts[index]
        amount, part = amount or payout["amount"], payout["recoveries"] + part
        if part < 1:
            return
        if payout["state"] not in ("bounced", "confirmed"):
            reason = "payout_not_confirmed"
        elif part != payout["recoveries"] + 1:
            reason = "part_wrong"
        elif payout["state"] == "bounced":
            reason = "ok" if amount == payout["amount"] else "amount_wrong"
        else:
            reason = "ok" if amount <= payout["amount"] - payout["recovered"] else "exceeds_payout"
        if self.expect(reason, lambda: self.world.recover(index, amount, part=part)) is None:
            return
        claim = self.claims[payout["claim"]]
        if payout["state"] == "bounced":
            payout["state"] = "returned"
            claim["paid_out"] -= amount
        else:
            payout["recovered"] += amount
            payout["recoveries"] += 1
            claim["paid"] -= amount

    @rule(ahead=st.integers(-3, 3), kind=st.sampled_from(("decision", "payout", "confirm", "recovery", "receive")))
    def refer_to_what_is_not_there(self, ahead, kind):
        """The entry itself, a later one, or one of another kind."""
        index = max(0, len(self.world.leaves) + ahead)
        act, known, reason = {
            "decision": (lambda: self.world.decide(index, 1), self.claims, "claim_unknown"),
            "payout": (lambda: self.world.pay(index, 1), self.decisions, "decision_unknown"),
            "confirm": (lambda: self.world.confirm(index), self.payouts, "payout_unknown"),
            "recovery": (lambda: self.world.recover(index, 1), self.payouts, "payout_unknown"),
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
    def what_left_the_fund_was_decided_and_is_somewhere(self):
        for index, claim in self.claims.items():
            sent = [one for one in self.payouts.values() if one["claim"] == index and one["state"] != "again"]
            live = sum(one["amount"] for one in sent if one["state"] != "returned")
            assert live == claim["paid_out"] <= claim["highest"]
            assert len({one["part"] for one in sent}) == len(sent) == claim["payouts"]
            row = self.world.state.get("claim", index)
            for name in ("amount", "decision", "paid", "paid_out", "payouts", "state"):
                assert row[name] == claim[name], name
        arrived = sum(one["amount"] - one["recovered"] for one in self.payouts.values() if one["state"] == "confirmed")
        assert self.figure("dlz/paid") == self.held("paid/dlz/kb") == arrived
        back = sum(one["amount"] if one["state"] == "returned" else one["recovered"] for one in self.payouts.values())
        assert self.held("recovered/dlz/kb") == back
        on_its_way = self.figure("dlz/on_its_way")
        assert self.held("claims/dlz/kb") + on_its_way + arrived + back == self.funded
        transits = [row for (_table, name), row in self.world.state.scan("account") if name.startswith("transit/")]
        assert on_its_way == sum(row["in"] - row["out"] for row in transits)

    @invariant()
    def no_cap_is_passed_by_all_claims_of_a_person_together(self):
        used = Counter()
        for claim in self.claims.values():
            used.update(self.uses(claim))
        for (_member, _benefit, period, _scope), amount in used.items():
            assert amount <= {"accident": ACCIDENT_CAP, "person": PERSON_CAP, "policy": POLICY_CAP,
                              "year": YEAR_CAP}[period]
        rows = {(self.members.index(person), benefit, period, scope): row
                for (_table, _programme, benefit, period, scope, person), row in self.world.state.scan("used")}
        assert rows == dict(used)

    def teardown(self):
        self.world.check_state()

    # -- what both kinds of decision do ---------------------------------------------------------------------------

    def judge(self, index, result, facts, *, more, reviews, data):
        """Decide a claim for what it is worth, and `more`; of an interim decision any part of that."""
        claim = self.claims[index]
        worth = {} if result == "refuse" else self.worth(index, {**claim["facts"], **facts})
        whole = sum(worth.values())
        amount = max(0, (data.draw(st.integers(1, max(1, whole))) if result == "interim" else whole) + more)
        members = {**({"facts": facts} if facts else {}), **({} if reviews is None else {"reviews": reviews})}
        if (claim["state"] in REVIEWED) is not (reviews is not None):
            reason = "state_wrong"
        elif reviews not in (None, claim["decision"]):
            reason = "reviews_wrong"
        elif result == "interim" and reviews is not None:
            reason = "result_wrong"
        elif result == "refuse":
            reason = "ok" if amount == 0 else "amount_wrong"
        elif result == "interim":
            reason = "ok" if 0 < amount <= whole else "amount_wrong"
        else:
            reason = "ok" if amount == whole > 0 else "amount_wrong"
        decision = self.expect(reason, lambda: self.world.decide(index, amount, result=result, **members))
        if decision is not None:
            self.decisions[decision] = {"amount": amount, "claim": index}
            state = {"interim": "interim", "refuse": "refused"}.get(result, "decided")
            claim.update(amount=amount, decision=decision, highest=max(claim["highest"], amount), uses=worth,
                         state="paid" if state == "decided" and claim["paid"] >= amount else state,
                         used_for={**claim["facts"], **facts})

    def send(self, index, amount, part):
        """Pay an amount by a decision."""
        decided, claim = self.decisions[index], self.claims[self.decisions[index]["claim"]]
        if decided["amount"] == 0:
            reason = "decision_unknown"
        elif claim["decision"] != index:
            reason = "decision_superseded"
        elif claim["state"] not in ("decided", "interim"):
            reason = "state_wrong"
        elif part != claim["payouts"] + 1:
            reason = "part_wrong"
        elif amount > claim["amount"] - claim["paid_out"]:
            reason = "exceeds_decision"
        else:
            reason = "ok" if amount <= self.held("claims/dlz/kb") else "insufficient"
        done = self.expect(reason, lambda: self.world.pay(index, amount, part=part))
        if done is not None:
            claim["paid_out"] += amount
            claim["payouts"] += 1
            self.payouts[done] = {"amount": amount, "claim": decided["claim"], "part": part, "recovered": 0,
                                  "recoveries": 0, "state": "open"}

    def arrive(self, index, how):
        """A payout arrives or bounces."""
        payout = self.payouts[index]
        claim = self.claims[payout["claim"]]
        reason = "ok" if payout["state"] == "open" else "payout_not_open"
        if how == "bounce":
            done = self.expect(reason, lambda: self.world.seal("bounce", "insurer", payout=index, reason="closed"))
            payout["state"] = "bounced" if done is not None else payout["state"]
        elif self.expect(reason, lambda: self.world.confirm(index)) is not None:
            payout["state"] = "confirmed"
            claim["paid"] += payout["amount"]
            if claim["state"] == "decided" and claim["paid"] >= claim["amount"]:
                claim["state"] = "paid"

    def bounced(self):
        return [index for index, payout in self.payouts.items() if payout["state"] == "bounced"]

    # -- arithmetic -----------------------------------------------------------------------------------------------

    def worth(self, index, facts):
        """What the terms pay for each benefit, beside what other claims of the person used."""
        claim, used = self.claims[index], Counter()
        for other, one in self.claims.items():
            if other != index and one["member"] == claim["member"]:
                used.update(self.uses(one))
        worth = {}
        for benefit in claim["benefits"]:
            value = {"allowance": PER_DAY * facts["days"], "inpatient": claim["residual"] // 2,
                     "death": DEATH if facts["cause"] == "accident" else 0}[benefit]
            for cap, period, scope in self.caps(benefit, facts):
                value = min(value, max(0, cap - used[claim["member"], benefit, period, scope]))
            if benefit == "allowance":  # all together stay within the bill, the residual and what was paid before
                value = min(value, max(0, claim["residual"] - sum(worth.values())))
            worth[benefit] = value
        return worth

    def uses(self, claim):
        """What a claim's newest decision uses of each cap."""
        return Counter({
            (claim["member"], benefit, period, scope): amount
            for benefit, amount in claim["uses"].items() if amount
            for _cap, period, scope in self.caps(benefit, claim["used_for"])
        })

    def caps(self, benefit, facts):
        return {
            "allowance": ((PERSON_CAP, "person", "-"), (YEAR_CAP, "year", "2018")),
            "death": ((ACCIDENT_CAP, "accident", facts["accident"]),),
            "inpatient": ((POLICY_CAP, "policy", f"{self.cover:016d}"),),
        }[benefit]

    def held(self, name):
        row = self.world.state.get("account", name)
        return 0 if row is None else row["in"] - row["out"]

    def figure(self, name):
        return (self.world.state.get("figure", name) or {"value": 0})["value"]

    def expect(self, reason, act):
        """Act: it must succeed, or be refused for exactly this reason, or for some where None, and leave no trace."""
        if reason == "ok":
            return act()
        before = self.world.state.changes()
        with pytest.raises(Rejected) as caught:
            act()
        assert reason is None or caught.value.reason == reason
        assert self.world.state.changes() == before
        return None


TestGreedyParties = GreedyParties.TestCase
# Shrinking would take minutes, and a history of forty steps can be read as it is.
TestGreedyParties.settings = settings(
    max_examples=70, stateful_step_count=40, deadline=None, derandomize=True, database=None,
    phases=(Phase.explicit, Phase.generate), suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
