"""Deciding: what a claim is worth under its terms, as the insurer's office works it out before it signs.

The ledger works the same out again and refuses a decision that differs in one step. What earlier decisions used of a
cap is the office's own count here, and the ledger's there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from ledger.formulas import evaluate
from ledger.strict import JsonValue

NOTHING_USED: Mapping[str, Mapping[str, int]] = {}


@dataclass(frozen=True, slots=True)
class Worth:
    """What a claim is worth: the members `benefits` of a decision, and their sum."""

    benefits: list[JsonValue]
    amount: int
    by_benefit: Mapping[str, int]


def known_facts(claim: Mapping[str, Any], *, policy_first_day: date) -> dict[str, Any]:
    """The facts of a claim's body, and those that the ledger takes from its other members."""
    known = dict(claim["facts"])
    if claim["bill"]:
        known["total_bill"] = claim["bill"]
    known["residual"] = claim["residual"]
    known["admitted_on"] = claim["admitted"]
    known["policy_first_day"] = str(policy_first_day)
    known.update({f"{prior['payer']}_paid": prior["amount"] for prior in claim["prior"]})
    return known


def work_out(
    terms: Mapping[str, Any],
    claim: Mapping[str, Any],
    *,
    policy_first_day: date,
    facts: Mapping[str, JsonValue] | None = None,
    used: Mapping[str, Mapping[str, int]] = NOTHING_USED,
) -> Worth:
    """Work out each benefit of a claim's body, in its order; `facts` are the decision's own.

    `used` is, by benefit and period, what was decided on other claims of the person.
    """
    told = {**claim["facts"], **(facts or {})}
    known = known_facts({**claim, "facts": told}, policy_first_day=policy_first_day)
    steps: list[JsonValue] = []
    if "eligibility" in terms:
        steps, refused = _eligible(terms, known)
        if refused is not None:
            none: list[JsonValue] = [
                {"amount": 0, "benefit": benefit, "reason": refused, "steps": steps} for benefit in claim["benefits"]
            ]
            return Worth(none, 0, dict.fromkeys(claim["benefits"], 0))
    benefits: list[JsonValue] = []
    amounts: dict[str, int] = {}
    for benefit in claim["benefits"]:
        known["other_benefits_paid"] = sum(amounts.values())
        outcome = evaluate(terms, benefit, facts=known, used=used.get(benefit, {}))
        amount = outcome.results["payable"]
        if not isinstance(amount, int):
            raise ValueError(f"claim: {benefit} is open: {outcome.reason}, {outcome.about}")
        amounts[benefit] = amount
        reason: dict[str, JsonValue] = {} if outcome.reason is None else {"reason": outcome.reason}
        benefits.append({"amount": amount, "benefit": benefit, "steps": [*steps, *outcome.steps], **reason})
        steps = []
    return Worth(benefits, sum(amounts.values()), amounts)


def _eligible(terms: Mapping[str, Any], known: Mapping[str, Any]) -> tuple[list[JsonValue], str | None]:
    """The steps that every claim must pass first, and the reason where this one does not."""
    outcome = evaluate(terms, terms["eligibility"], facts=known)
    if outcome.results["eligible_by_age"] is None:
        raise ValueError(f"claim: eligibility is open: {outcome.reason}, {outcome.about}")
    return [*outcome.steps], outcome.reason
