"""Casework: what the county and the insurer hand in for each claim, day by day.

A case is a generator: it yields the day and the draft of its next step and is sent the leaf index at which that step
stands, because later steps name earlier ones. `work_through` lets many cases go side by side, as in an office.
"""

from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from heapq import heapify, heappop, heappush
from typing import Any

from ledger.commitment import tag
from ledger.strict import JsonValue
from node.demo.cases import Case, Claim
from node.demo.contracts import Value, paper
from node.demo.deciding import Worth, work_out
from node.demo.desk import Desk, Draft
from node.demo.office import Offices
from node.demo.people import People
from node.demo.refusing import Refusing

Steps = Generator[tuple[date, Draft], int, Any]
Way = Generator[tuple[date, Draft], int, int]  # that of one claim, which returns its payout

BENEFIT = "inpatient"
ASSESSOR, REVIEWER, CASHIER = "assessor", "reviewer", "cashier"


def work_through(desk: Desk, cases: Iterable[Steps]) -> Iterator[date]:
    """Hand in the steps of all cases in the order of their days; yield each day that is done."""
    waiting = [(*next(steps), number, steps) for number, steps in enumerate(cases)]
    due = [(day, number, draft, steps) for day, draft, number, steps in waiting]
    heapify(due)
    while due:
        day = due[0][0]
        today = []
        while due and due[0][0] == day:
            today.append(heappop(due))
        desk.clock(day)
        indices = desk.submit([draft for _, _, draft, _ in today])
        for (_, number, _, steps), index in zip(today, indices, strict=True):
            try:
                next_day, draft = steps.send(index)
            except StopIteration:
                continue
            heappush(due, (next_day, number, draft, steps))
        yield day


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """A policy under which claims are made: its leaf and first day, its insurer, the terms, and the accounts."""

    index: int
    first_day: date
    insurer: str
    terms: Mapping[str, Any]
    terms_index: int
    claims: str
    paid: str


class Casework:
    """The drafts of the cases under one policy."""

    def __init__(
        self,
        policy: Policy,
        *,
        offices: Offices,
        people: People,
        members: Mapping[int, bytes],
        tag_key: bytes,
        refusing: Refusing,
    ) -> None:
        """`members` gives the commitment of each person's line; `refusing` hands in what a rule must refuse."""
        self._policy = policy
        self._offices = offices
        self._people = people
        self._members = members
        self._tag_key = tag_key
        self._refusing = refusing

    def steps(self, case: Case, *, by: str = "county") -> Way:
        """The way of one case, from the claim, filed `by` whom, to the money in a person's hand; returns the payout."""
        body = self.body(case.claim, complete=case.missing is None)
        claim = yield case.claim.filed_on, self.filed(body, on=case.claim.filed_on, by=by)
        if case.missing is not None:
            missing, papers = case.missing, [paper(f"{case.missing.paper} {case.claim.invoice}")]
            yield missing.requested_on, self.request(claim, missing.paper, on=missing.requested_on)
            yield missing.completed_on, self.complete(claim, papers, on=missing.completed_on)
        return (yield from self.settled(case, claim, self.worth(body)))

    def settled(self, case: Case, claim: int, worth: Worth) -> Way:
        """The way of a case whose papers are complete."""
        if self.is_large(worth):
            complete_on = case.claim.filed_on if case.missing is None else case.missing.completed_on
            self._refusing.once(self.decision(claim, worth, on=complete_on, by=(ASSESSOR,)), "officer_missing")
        decision = yield case.decided_on, self.decision(claim, worth, on=case.decided_on)
        send = partial(self.payout, amount=worth.amount, decision=decision, person=case.claim.person)
        self._refusing.once(send(on=case.decided_on, by=ASSESSOR), "same_officer")
        payout = yield case.paid_on, send(on=case.paid_on)
        if case.bounce is not None:
            yield case.bounce.bounced_on, self.insurer(
                {"kind": "bounce", "payout": payout, "reason": "account_closed"}, on=case.bounce.bounced_on
            )
            on = case.bounce.paid_again_on
            payout = yield on, send(on=on, again=payout)
        yield case.confirmed_on, self._offices.confirmation(self._policy.insurer, payout, on=case.confirmed_on)
        return payout

    def body(self, claim: Claim, *, complete: bool, **more: JsonValue) -> Value:
        """What a claim says; `more` are members beside or in place of the usual."""
        bill = claim.bill
        prior = {
            "basic_insurance": bill.basic_fen, "serious_illness_insurance": bill.serious_fen,
            "medical_assistance": bill.aid_fen,
        }  # fmt: skip
        return {
            "admitted": str(claim.event_on),
            "benefits": [BENEFIT],
            "bill": bill.total_fen,
            "claimed": bill.residual_fen,
            "complete": complete,
            "cover": self._policy.index,
            "documents": [paper(f"discharge summary {claim.invoice}")],
            "facts": {"born": str(self._people.person(claim.person).born)},
            "invoices": [tag(self._tag_key, "invoice", claim.invoice).hex()],
            "kind": "claim",
            "member": self._members[claim.person].hex(),
            "prior": [{"amount": amount, "payer": payer} for payer, amount in prior.items()],
            "residual": bill.residual_fen,
            **more,
        }

    def filed(self, body: Value, *, on: date, by: str = "county") -> Draft:
        """The claim, as the county office files it; the insurer signs that its papers are complete."""
        parties = [by, self._policy.insurer] if body["complete"] else [by]
        return self._offices.signed(parties, body, on=on)

    def request(self, claim: int, missing: str, *, on: date) -> Draft:
        """The insurer asks for all that is missing, which stops the clock."""
        return self.insurer({"claim": claim, "kind": "request", "missing": [missing]}, on=on)

    def complete(self, claim: int, documents: Sequence[str], *, on: date) -> Draft:
        """The papers are there: both sides sign, and the clock begins."""
        body: Value = {"claim": claim, "documents": [*documents], "kind": "complete"}
        return self._offices.signed(["county", self._policy.insurer], body, on=on)

    def worth(self, body: Value, *, facts: Value | None = None) -> Worth:
        """What the terms make of a claim; `facts` are the insurer's, over those of the claim."""
        return work_out(self._policy.terms, body, policy_first_day=self._policy.first_day, facts=facts)

    def decision(
        self, claim: int, worth: Worth, *, on: date, by: Sequence[str] = (), of: str | None = None,
        **more: JsonValue,
    ) -> Draft:  # fmt: skip
        """What the claim is worth, step by step; above a threshold of the terms two officers sign.

        `of` is an insurer other than the policy's.
        """
        policy = self._policy
        officers = by or ((ASSESSOR, REVIEWER) if self.is_large(worth) else (ASSESSOR,))
        body: Value = {
            "amount": worth.amount, "benefits": worth.benefits, "claim": claim, "kind": "decision", "result": "pay",
            "terms": policy.terms_index, **more,
        }  # fmt: skip
        return self._offices.signed([f"{of or policy.insurer}/{officer}" for officer in officers], body, on=on)

    def is_large(self, worth: Worth) -> bool:
        """Whether one officer is not enough to decide it."""
        return bool(worth.amount > self._policy.terms["officers"]["two_above"])

    def payout(
        self, *, amount: int, decision: int, person: int, on: date, part: int = 1, again: int | None = None,
        by: str = CASHIER,
    ) -> Draft:  # fmt: skip
        """Money to the person, sent by an officer who did not decide."""
        policy = self._policy
        body: Value = {
            "amount": amount, "decision": decision, "from": policy.claims, "kind": "payout", "part": part,
            "payee": self._members[person].hex(), "to": policy.paid, **({} if again is None else {"again": again}),
        }  # fmt: skip
        return self._offices.sealed(f"{policy.insurer}/{by}", body, on=on)

    def insurer(self, body: Value, *, on: date) -> Draft:
        """What the insurer signs as a party."""
        return self._offices.sealed(self._policy.insurer, body, on=on)
