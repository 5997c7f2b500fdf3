"""Casework: what the county and the insurer hand in for each claim, day by day.

A case is a generator: it yields the day and the draft of its next step and is sent the leaf index at which that step
stands, because later steps name earlier ones. `work_through` lets many cases go side by side, as in an office.
"""

from collections.abc import Generator, Iterable, Iterator, Mapping
from datetime import date
from heapq import heapify, heappop, heappush

from ledger.commitment import tag
from ledger.strict import JsonValue
from node.demo.cases import Case, Claim
from node.demo.contracts import paper
from node.demo.desk import Desk, Draft, seal
from node.demo.money import money
from node.demo.script import Script
from node.ports import Random

Steps = Generator[tuple[date, Draft], int, None]


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


class Casework:
    """The drafts of the cases of one cover."""

    def __init__(
        self,
        script: Script,
        *,
        cover: int,
        terms: int,
        members: Mapping[int, bytes],
        tag_key: bytes,
        random: Random,
    ) -> None:
        """`cover` and `terms` are leaf indices; `members` gives the commitment of each person's line."""
        self._script = script
        self._cover = cover
        self._terms = terms
        self._members = members
        self._tag_key = tag_key
        self._random = random

    def steps(self, case: Case) -> Steps:
        """The way of one case, from the claim to the money in a person's hand."""
        claim = yield case.claim.filed_on, self.claim(case.claim, complete=case.missing is None)
        if case.missing is not None:
            missing = case.missing
            yield missing.requested_on, self._insurer(
                {"at": str(missing.requested_on), "claim": claim, "kind": "request", "missing": [missing.paper]}
            )
            papers: list[JsonValue] = [paper(f"{missing.paper} {case.claim.invoice}")]
            yield missing.completed_on, self._insurer(
                {"at": str(missing.completed_on), "claim": claim, "documents": papers, "kind": "complete"}
            )
        decision = yield case.decided_on, self._decision(case, claim)
        payout = yield case.paid_on, self._payout(case, decision, on=case.paid_on)
        if case.bounce is not None:
            yield case.bounce.bounced_on, self._insurer(
                {"at": str(case.bounce.bounced_on), "kind": "bounce", "payout": payout, "reason": "account_closed"}
            )
            on = case.bounce.paid_again_on
            payout = yield on, self._payout(case, decision, on=on, again=payout)
        slip: JsonValue = {"by": "bank", "digest": paper(f"bank line of payout {payout}")}
        yield case.confirmed_on, self._insurer(
            {"at": str(case.confirmed_on), "evidence": slip, "kind": "confirm", "payout": payout}
        )

    def claim(self, claim: Claim, *, complete: bool) -> Draft:
        """The claim, as the county office files it."""
        bill = claim.bill
        prior = {"basic": bill.basic_fen, "serious": bill.serious_fen, "aid": bill.aid_fen}
        body: dict[str, JsonValue] = {
            "admitted": str(claim.event_on),
            "at": str(claim.filed_on),
            "bill": bill.total_fen,
            "complete": complete,
            "cover": self._cover,
            "documents": [paper(f"discharge summary {claim.invoice}")],
            "invoices": [tag(self._tag_key, "invoice", claim.invoice).hex()],
            "kind": "claim",
            "member": self._members[claim.person].hex(),
            "prior": [{"amount": amount, "payer": payer} for payer, amount in prior.items()],
            "residual": bill.residual_fen,
        }
        return seal(("county",), programme=self._script.programme.id, body=body, random=self._random)

    def _decision(self, case: Case, claim: int) -> Draft:
        terms, bill = self._script.claim_terms, case.claim.bill
        residual, ratio = bill.residual_fen, terms.ratio_bp
        # A code and arithmetic in yuan: a receipt says the code in its reader's language.
        left = " - ".join(map(money, (bill.total_fen, bill.basic_fen, bill.serious_fen, bill.aid_fen)))
        steps: list[JsonValue] = [
            f"residual: {left} = {money(residual)}",
            f"ratio_assumed: {money(residual)} x {money(ratio)} % = {money(residual * ratio // 10_000)}",
            f"cap: {money(terms.cap_fen)}",
            f"payable: {money(case.payable_fen)}",
        ]
        return self._insurer({
            "amount": case.payable_fen, "at": str(case.decided_on), "claim": claim, "kind": "decision", "result": "pay",
            "steps": steps, "terms": self._terms,
        })  # fmt: skip

    def _payout(self, case: Case, decision: int, *, on: date, again: int | None = None) -> Draft:
        accounts = self._script.accounts
        return self._insurer({
            "amount": case.payable_fen, "at": str(on), "decision": decision, "from": accounts.claims, "kind": "payout",
            "payee": self._members[case.claim.person].hex(), "to": accounts.paid,
            **({} if again is None else {"again": again}),
        })  # fmt: skip

    def _insurer(self, body: Mapping[str, JsonValue]) -> Draft:
        return seal(("insurer",), programme=self._script.programme.id, body=body, random=self._random)
