"""Casework of 一元民生: what is handed in for each claim, from the village's form to the bank's line.

A claim is filed for the person by the county; where its papers are complete, the insurer's post signs that with it,
and decides on the same day. What is decided is what the terms make of the claim, step by step.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from ledger.commitment import tag
from ledger.strict import JsonValue
from node.demo.casework import Steps
from node.demo.contracts import paper
from node.demo.deciding import Worth, work_out
from node.demo.desk import Draft
from node.demo.office import Offices
from node.demo.yymz.cases import Case
from node.demo.yymz.registry import Registry
from node.demo.yymz.script import Script

MISSING = "discharge_summary"
OTHER_READING = {"tier_over_1000": "half_capped_800"}


def under_reading(terms: Mapping[str, Any], reading: Mapping[str, str]) -> dict[str, Any]:
    """The terms as they would be with other readings."""
    return {**terms, "readings": {**terms["readings"], **reading}}


class Casework:
    """The drafts of all cases."""

    def __init__(
        self,
        script: Script,
        *,
        offices: Offices,
        registry: Registry,
        terms: Mapping[str, Any],
        terms_index: int,
        covers: Sequence[int],
        refuse: Callable[[Draft, str], None],
        tag_key: bytes,
    ) -> None:
        """`covers` are the leaves of the counties' policies; `refuse` hands in what a rule must refuse."""
        self._script = script
        self._offices = offices
        self._registry = registry
        self._terms = terms
        self._terms_index = terms_index
        self._covers = covers
        self._refuse = refuse
        self._tag_key = tag_key
        self._told_other_reading = False

    def steps(self, case: Case) -> Steps:
        """The way of one case."""
        offices, registry = self._offices, self._registry
        if case.member is None:
            enrolled = yield case.filed_on, registry.enrol_claimant(case)
            registry.claimant_enrolled(case, enrolled)
        body = self.claim(case)
        claim = yield case.filed_on, self.filed(case, body)
        if case.requested_on is not None:
            request: dict[str, JsonValue] = {"claim": claim, "kind": "request", "missing": [MISSING]}
            yield case.requested_on, offices.sealed("insurer", request, on=case.requested_on)
        if not case.is_complete:
            complete: dict[str, JsonValue] = {
                "claim": claim, "documents": [paper(f"{MISSING} {case.number}")], "kind": "complete",
            }  # fmt: skip
            yield case.completed_on, offices.signed(["counties", "insurer"], complete, on=case.completed_on)
        day = case.decided_on
        worth = work_out(self._terms, body, policy_first_day=self._script.first_day.value)
        self._try_other_reading(body, claim, worth, on=day)
        decision = yield day, self._decision(claim, worth, on=day)
        code = self._script.counties[case.county].code
        payout: dict[str, JsonValue] = {
            "amount": worth.amount, "decision": decision, "from": "own/insurer", "kind": "payout", "part": 1,
            "payee": registry.commitment(case).hex(), "to": f"paid/yymz/{code}",
        }  # fmt: skip
        paid = yield case.paid_on, offices.sealed("insurer", payout, on=case.paid_on)
        yield case.confirmed_on, offices.confirmation("insurer", paid, on=case.confirmed_on)

    def claim(self, case: Case) -> dict[str, JsonValue]:
        """What a claim says."""
        facts: dict[str, JsonValue] = {"assessed_loss": case.eligible}
        if case.kind == "special":
            facts = {"disease_listed": True, "eligible_residual": case.eligible, "group": case.group}
        return {
            "admitted": str(case.admitted_on),
            "benefits": ["special_major_disease" if case.kind == "special" else "general"],
            "bill": case.bill,
            "claimed": case.eligible,
            "complete": case.is_complete,
            "cover": self._covers[case.county],
            "documents": [paper(f"form {case.number}")],
            "facts": facts,
            "invoices": [tag(self._tag_key, "invoice", f"YYMZ{case.number:06d}").hex()] if case.bill else [],
            "kind": "claim",
            "member": self._registry.commitment(case).hex(),
            "prior": [{"amount": case.insurance, "payer": "insurance"}] if case.bill else [],
            "residual": case.bill - case.insurance,
        }

    def filed(self, case: Case, body: Mapping[str, JsonValue]) -> Draft:
        """The claim as it is handed in: by the county, and where no paper is missing by the insurer's post with it."""
        parties = ("counties", "insurer") if body["complete"] else ("counties",)
        return self._offices.signed(parties, body, on=case.filed_on)

    def _decision(self, claim: int, worth: Worth, *, on: date) -> Draft:
        return self._offices.sealed("insurer", {
            "amount": worth.amount, "benefits": worth.benefits, "claim": claim, "kind": "decision", "result": "pay",
            "terms": self._terms_index,
        }, on=on)  # fmt: skip

    def _try_other_reading(self, body: Mapping[str, Any], claim: int, worth: Worth, *, on: date) -> None:
        """Once: a decision by the reading that the terms did not choose is refused."""
        if self._told_other_reading:
            return
        terms = under_reading(self._terms, OTHER_READING)
        other = work_out(terms, body, policy_first_day=self._script.first_day.value)
        if other.amount != worth.amount:
            self._told_other_reading = True
            self._refuse(self._decision(claim, other, on=on), "steps_wrong")
