"""What a claim is worth: its benefits worked out by the terms, and the room under caps that they use."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from verifier.errors import FormatError, Rejected
from verifier.primitives.parse import parse_day
from verifier.rules.claims import Claim
from verifier.rules.rows import number
from verifier.terms.clauses import resolve
from verifier.terms.formulas import Outcome, evaluate
from verifier.terms.outcome import Undecided

PERIODS = ("accident", "person", "policy", "year")  # those in which room is used up from claim to claim

_CODE = re.compile(r"[a-z0-9_-]{1,40}", re.ASCII)


def work_out(claim: Claim, facts: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The benefits of a claim as its decision has to state them, with `facts` over those of the claim.

    Raises:
        Rejected: an outcome is open; its reason says why.
    """
    known = _known(claim, facts)
    steps: list[Any] = []
    if "eligibility" in claim.terms:
        eligible = _evaluate(claim, claim.terms["eligibility"], known)
        steps = eligible.steps
        if not eligible.results["eligible_by_age"]:
            return [_benefit(name, 0, eligible.reason, steps) for name in claim.row["benefits"]]
    found: list[dict[str, Any]] = []
    for name in claim.row["benefits"]:
        known["other_benefits_paid"] = sum(benefit["amount"] for benefit in found)
        outcome = _evaluate(claim, name, known, used=_Used(claim, name, known))
        found.append(_benefit(name, outcome.results["payable"], outcome.reason, [*steps, *outcome.steps]))
        steps = []
    return found


def uses_of(claim: Claim, facts: Mapping[str, Any], benefits: list[dict[str, Any]]) -> list[list[Any]]:
    """Which room these benefits use: `[benefit, period, scope, amount]`, once a period, sorted."""
    known = _known(claim, facts)
    found = {}
    for benefit in benefits:
        used = _Used(claim, benefit["benefit"], known)
        for period in used if benefit["amount"] else ():
            found[benefit["benefit"], period] = [benefit["benefit"], period, used.scope(period), benefit["amount"]]
    return sorted(found.values())


def add_use(claim: Claim, use: list[Any], *, sign: int) -> None:
    """Note what a decision used of a cap's room, or with `sign` -1 give it back."""
    benefit, period, scope, amount = use
    key = _used_key(claim, benefit, period, scope)
    value = (claim.act.rows.get(key) or 0) + sign * amount
    if value:
        claim.act.rows.put(key, value)
    else:
        claim.act.rows.remove(key)


@dataclass(frozen=True, slots=True)
class _Used(Mapping[str, int]):
    """What was used of a benefit in each period that its caps name, by other claims of the same person.

    A scope is looked for when a cap asks for it, so that what comes before in the formula comes first.
    """

    claim: Claim
    benefit: str
    facts: Mapping[str, Any]

    def __getitem__(self, period: str) -> int:
        if period not in PERIODS:
            raise KeyError(period)
        scope = self.scope(period)
        used: int = self.claim.act.rows.get(_used_key(self.claim, self.benefit, period, scope)) or 0
        decision = self.claim.decision
        for *place, amount in decision["uses"] if decision else []:
            if place == [self.benefit, period, scope]:
                used -= amount
        return used

    def __iter__(self) -> Iterator[str]:
        terms = self.claim.terms
        named = {resolve(terms, cap["per"]) for cap in terms["formulas"][self.benefit]["caps"]}
        return iter(period for period in PERIODS if period in named)

    def __len__(self) -> int:
        return len(list(iter(self)))

    def scope(self, period: str) -> str:
        """The accident, policy or year of a period as it stands in a key."""
        if period == "person":
            return "-"
        if period == "policy":
            return number(self.claim.row["cover"])
        return self._accident() if period == "accident" else self._year()

    def _accident(self) -> str:
        accident = self.facts.get("accident")
        if accident is None:
            raise Undecided("fact_missing", "accident")
        if not isinstance(accident, str) or not _CODE.fullmatch(accident):
            raise Undecided("fact_wrong", "accident")
        return accident

    def _year(self) -> str:
        terms = self.claim.terms
        year = terms.get("year", {"is": None})
        counted_by = resolve(terms, year["is"])
        if counted_by is None:
            raise Undecided("terms_incomplete", "year")
        if counted_by == "policy":
            return number(self.claim.row["cover"])
        admitted: str = self.claim.row["admitted"][:4]
        until = self.facts.get("discharged_on")
        if until is None:
            return admitted
        discharged = _year_of(until)
        if until < self.claim.row["admitted"]:
            raise Undecided("arithmetic_wrong", "discharged_on")
        stay = resolve(terms, year["stay"])
        if stay is None:
            raise Undecided("terms_incomplete", "year.stay")
        if stay == "admission":
            return admitted
        if stay == "split" and discharged != admitted:
            raise Undecided("stay_crosses_year", "discharged_on")
        return discharged


def _known(claim: Claim, facts: Mapping[str, Any]) -> dict[str, Any]:
    """All facts of a case: the claim's, over them the decision's, over them those that the log gives."""
    row = claim.row
    given = {
        "admitted_on": row["admitted"],
        "policy_first_day": claim.cover["first_day"],
        "residual": row["residual"],
        **({"total_bill": row["bill"]} if row["bill"] else {}),
        **{f"{prior['payer']}_paid": prior["amount"] for prior in row["prior"]},
    }
    return {**row["facts"], **facts, **given}


def _evaluate(
    claim: Claim, formula: str, facts: Mapping[str, Any], *, used: Mapping[str, int] | None = None
) -> Outcome:
    outcome = evaluate(claim.terms, formula, facts=facts, used={} if used is None else used)
    if outcome.open:
        assert outcome.reason is not None
        raise Rejected(outcome.reason, f"{formula}: {outcome.about}")
    return outcome


def _benefit(name: str, amount: int, reason: str | None, steps: list[Any]) -> dict[str, Any]:
    return {"amount": amount, "benefit": name, "steps": steps, **({} if reason is None else {"reason": reason})}


def _used_key(claim: Claim, benefit: str, period: str, scope: str) -> str:
    return f"used {claim.row['programme']} {benefit} {period} {scope} {claim.person}"


def _year_of(day: Any) -> str:
    """The year of a fact that is to be a day."""
    try:
        return f"{parse_day(day.encode('utf-8'), what='discharged_on').year:04d}"
    except (AttributeError, FormatError):
        raise Undecided("fact_wrong", "discharged_on") from None
