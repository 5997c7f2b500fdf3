"""A decision worked out again from what a receipt shows: claim, terms, cover and decision (docs/formats/terms.md).

Who decided is believed in nothing but what was used of a cap before, which stands in the decision's own steps.
"""

from collections.abc import Mapping
from itertools import zip_longest
from types import MappingProxyType
from typing import Any

from verifier.errors import ProofError
from verifier.terms.formulas import evaluate

_NOTHING: Mapping[str, int] = MappingProxyType({})


def check_decision(
    decision: Mapping[str, Any],
    *,
    claim: Mapping[str, Any],
    terms: dict[str, Any],
    cover: Mapping[str, Any],
    what: str,
) -> None:
    """Check that a decision on a claim is what the terms give, step by step.

    Raises:
        ProofError: other benefits, steps, reasons or another amount.
        CannotTell: the terms have a formula that this verifier does not know.
    """
    amount, result = decision["amount"], decision["result"]
    if "reason" in decision:
        if decision["reason"] not in terms["refusals"] or amount or decision["benefits"] or result != "refuse":
            raise ProofError(f"{what}: the terms have no refusal for {decision['reason']} that pays nothing")
        return
    expected = _benefits(decision, claim=claim, terms=terms, cover=cover, what=what)
    for said, worked in zip(decision["benefits"], expected, strict=False):
        if said != worked:
            steps = zip_longest(worked["steps"], said["steps"])
            step, other = next((pair for pair in steps if pair[0] != pair[1]), (None, None))
            raise ProofError(
                f"{what}: the terms give {worked['amount']} for {worked['benefit']}, the decision says "
                f"{said['amount']} for {said['benefit']}; the first step that differs: expected {step}, got {other}"
            )
    if len(decision["benefits"]) != len(expected):
        raise ProofError(f"{what}: expected {len(expected)} benefits, got {len(decision['benefits'])}")
    worth = sum(benefit["amount"] for benefit in expected)
    right = {"interim": 0 < amount <= worth, "refuse": amount == worth == 0}
    if not right.get(result, amount == worth > 0):
        raise ProofError(f"{what}: the terms give {worth}, the decision {result} says {amount}")


def _benefits(
    decision: Mapping[str, Any],
    *,
    claim: Mapping[str, Any],
    terms: dict[str, Any],
    cover: Mapping[str, Any],
    what: str,
) -> list[dict[str, Any]]:
    """The benefits of a claim as the terms give them, in the claim's order."""
    facts = _known(claim, decision.get("facts", {}), policy_first_day=cover["first_day"])
    steps: list[Any] = []
    if "eligibility" in terms:
        eligible, reason, steps = _outcome(terms, terms["eligibility"], facts, gives="eligible_by_age", what=what)
        if not eligible:
            return [_benefit(name, 0, reason, steps) for name in claim["benefits"]]
    found: list[dict[str, Any]] = []
    for at, name in enumerate(claim["benefits"]):
        facts["other_benefits_paid"] = sum(benefit["amount"] for benefit in found)
        used = _used(decision["benefits"][at]) if at < len(decision["benefits"]) else {}
        payable, reason, own = _outcome(terms, name, facts, gives="payable", used=used, what=what)
        found.append(_benefit(name, payable, reason, [*steps, *own]))
        steps = []
    return found


def _known(claim: Mapping[str, Any], facts: Mapping[str, Any], *, policy_first_day: str) -> dict[str, Any]:
    """All facts of the case: the claim's, over them the decision's, over them what the log gives."""
    return {
        **claim["facts"],
        **facts,
        "admitted_on": claim["admitted"],
        "policy_first_day": policy_first_day,
        "residual": claim["residual"],
        **({"total_bill": claim["bill"]} if claim["bill"] else {}),
        **{f"{prior['payer']}_paid": prior["amount"] for prior in claim["prior"]},
    }


def _used(benefit: Mapping[str, Any]) -> dict[str, int]:
    """What the decision says was used before of each cap's room."""
    caps = [step for step in benefit["steps"] if step["op"] == "cap" and "name" in step and len(step["in"]) == 3]
    return {step["name"]: step["in"][2] for step in caps}


def _outcome(
    terms: dict[str, Any],
    formula: str,
    facts: Mapping[str, Any],
    *,
    gives: str,
    used: Mapping[str, int] = _NOTHING,
    what: str,
) -> tuple[Any, str | None, list[Any]]:
    """A result of a formula that decides, its reason and its steps."""
    if formula not in terms["formulas"]:
        raise ProofError(f"{what}: the terms have no formula {formula}")
    outcome = evaluate(terms, formula, facts=facts, used=used)
    if outcome.open or gives not in outcome.results:
        raise ProofError(f"{what}: {formula} comes to nothing that could be decided: {outcome.reason}")
    return outcome.results[gives], outcome.reason, outcome.steps


def _benefit(name: str, amount: int, reason: str | None, steps: list[Any]) -> dict[str, Any]:
    return {"amount": amount, "benefit": name, "steps": steps, **({} if reason is None else {"reason": reason})}
