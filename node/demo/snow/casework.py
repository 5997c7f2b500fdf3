"""Casework of 雪中送炭: claims, decisions by officers who count what is used of each cap, payouts by another.

What a decision uses of a cap is noted here as the ledger notes it: by accident, or by the year of admission.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from ledger.commitment import SALT_BYTES, commit, tag
from ledger.strict import JsonValue
from node.demo.casework import Steps
from node.demo.contracts import paper
from node.demo.deciding import Worth, work_out
from node.demo.desk import Desk, Draft
from node.demo.office import Offices
from node.demo.snow.cases import Stay
from node.demo.snow.registry import Member, Registry
from node.demo.snow.script import Script
from node.openings import Opening, format_record
from node.ports import Random

DECIDES, DECIDES_TOO, REVIEWS, CASHIER = (
    "insurer/decides", "insurer/decides-too", "insurer/reviews", "insurer/cashier",
)  # fmt: skip
BOTH_SIDES = ("federation", "insurer")  # sign that the papers are complete
MEDICAL, SUPPLEMENT, ALLOWANCE = "accident_medical", "social_supplement", "hospital_allowance"
_SCOPES = {MEDICAL: "accident", SUPPLEMENT: "year", ALLOWANCE: "year"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a claim asks for: amounts in fen."""

    member: Member
    admitted_on: date
    benefits: tuple[str, ...]
    facts: Mapping[str, JsonValue]
    claimed: int
    bill: int = 0
    social: int = 0


@dataclass(slots=True)
class Casework:
    """The drafts of all claims; how many pay, and how much in all."""

    script: Script
    desk: Desk
    offices: Offices
    registry: Registry
    random: Random
    tag_key: bytes
    terms: Mapping[str, Any]
    terms_index: int
    covers: Mapping[str, int]
    used: dict[tuple[Member, str, str], int] = field(default_factory=dict)
    claims: int = 0
    paying: int = 0
    total: int = 0

    def stay(self, stay: Stay) -> Steps:
        """The way of an ordinary claim."""
        asked = Asked(
            member=stay.member, admitted_on=stay.admitted_on, benefits=(SUPPLEMENT, ALLOWANCE),
            facts={"discharged_on": str(stay.discharged_on), "seriously_ill": True}, claimed=stay.bill - stay.social,
            bill=stay.bill, social=stay.social,
        )  # fmt: skip
        body = self.body(asked)
        claim = yield stay.filed_on, self.filed(body, on=stay.filed_on)
        worth = self.worth(asked, body)
        decision = yield stay.decided_on, self.decision(claim, worth, on=stay.decided_on)
        yield from self.pay(asked, decision, worth.amount, on=stay.paid_on, confirmed_on=stay.confirmed_on)

    def body(self, asked: Asked, *, complete: bool = True) -> dict[str, JsonValue]:
        """What a claim says."""
        self.claims += 1
        return {
            "admitted": str(asked.admitted_on),
            "benefits": list(asked.benefits),
            "bill": asked.bill,
            "claimed": asked.claimed,
            "complete": complete,
            "cover": self.covers[asked.member.roster],
            "documents": [paper(f"claim {self.claims}")],
            "facts": dict(asked.facts),
            "invoices": [tag(self.tag_key, "invoice", f"SNOW{self.claims:05d}").hex()] if asked.bill else [],
            "kind": "claim",
            "member": self.registry.commitment(asked.member).hex(),
            "prior": [{"amount": asked.social, "payer": "social_insurance"}] if asked.bill else [],
            "residual": asked.bill - asked.social,
        }

    def filed(self, body: Mapping[str, JsonValue], *, on: date) -> Draft:
        """The claim as it is handed in: both sides sign that the papers are complete, else the federation alone."""
        return self.offices.signed(BOTH_SIDES if body["complete"] else BOTH_SIDES[:1], body, on=on)

    def worth(self, asked: Asked, body: Mapping[str, Any], *, facts: Mapping[str, JsonValue] | None = None) -> Worth:
        """What the claim is worth now; what it uses of each cap is noted. No claim here is worth more than once."""
        used = {
            benefit: {_SCOPES[benefit]: self.used.get(self._room(asked, benefit), 0)}
            for benefit in asked.benefits if benefit in _SCOPES
        }
        worth = work_out(
            self.terms, body, policy_first_day=self.script.first_day.value, facts=facts, used=used
        )
        self.paying += worth.amount > 0
        self.total += worth.amount
        for benefit, amount in worth.by_benefit.items():
            if benefit in _SCOPES:
                room = self._room(asked, benefit)
                self.used[room] = self.used.get(room, 0) + amount
        return worth

    def decision(
        self, claim: int, worth: Worth, *, on: date, officers: Sequence[str] = (DECIDES,), **more: JsonValue
    ) -> Draft:
        """What the terms make of the claim; nothing is a refusal."""
        result = "pay" if worth.amount else "refuse"
        return self.offices.signed(officers, {
            "amount": worth.amount, "benefits": worth.benefits, "claim": claim, "kind": "decision", "result": result,
            "terms": self.terms_index, **more,
        }, on=on)  # fmt: skip

    def payout(
        self, decision: int, amount: int, payee: bytes, *, on: date, part: int = 1, officer: str = CASHIER
    ) -> Draft:
        """Money on its way, by an officer who did not decide."""
        return self.offices.sealed(officer, {
            "amount": amount, "decision": decision, "from": "own/insurer", "kind": "payout", "part": part,
            "payee": payee.hex(), "to": "paid/snow",
        }, on=on)  # fmt: skip

    def pay(self, asked: Asked, decision: int, amount: int, *, on: date, confirmed_on: date) -> Steps:
        """Pay to the person, and confirm by the bank's line."""
        payout = yield on, self.payout(decision, amount, self.registry.commitment(asked.member), on=on)
        yield confirmed_on, self.offices.confirmation("insurer", payout, on=confirmed_on)

    def heir(self, name: str, relation: str) -> bytes:
        """The commitment of a payee who is not the member; what opens it is kept by the insurer."""
        salt, opening = self.random.random_bytes(SALT_BYTES), {"name": name, "relation": relation}
        payee = commit(salt, opening)
        self.desk.keep("insurer", payee, [format_record(Opening({**opening}, salt))])
        return payee

    def _room(self, asked: Asked, benefit: str) -> tuple[Member, str, str]:
        """Of which accident or year the benefit uses the room."""
        if _SCOPES[benefit] == "accident":
            return asked.member, benefit, str(asked.facts["accident"])
        return asked.member, benefit, str(asked.admitted_on.year)
