"""Decision: what a claim is worth under its terms, benefit by benefit, and what of their caps it uses.

A decision says the claim's whole worth, and whoever reads it can work it out again:

    {"amount":30000,"benefit":"inpatient","steps":[{"clause":"base","in":[60000],"name":"residual",…},…]}

Source: docs/formats/kinds.md, "Sealed"; terms.md.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cached_property
from types import MappingProxyType

from ledger.errors import FormatError, Rejected
from ledger.formulas import Fact, Outcome, evaluate, resolve
from ledger.formulas.outcome import Stopped
from ledger.state import NUMBER_DIGITS, Row, State
from ledger.strict import day as parse_day

_CODE = re.compile(r"[a-z0-9_-]{1,40}", re.ASCII)
_PERIODS = ("accident", "person", "policy", "year")  # over which caps count what other claims used
_NO_FACTS: Mapping[str, Fact] = MappingProxyType({})


class CapUses(Mapping[str, int]):
    """What newest decisions on other claims of the person used of a benefit, by a cap's period, looked up when asked.

    A period whose scope is not known stops the evaluation that asks for it.
    """

    def __init__(self, state: State, claim: Row, benefit: str, facts: Mapping[str, Fact]) -> None:
        self._state = state
        self._claim = claim
        self._benefit = benefit
        self._facts = facts

    def __getitem__(self, period: str) -> int:
        if period not in _PERIODS:
            raise KeyError(period)
        scope = self.scope(period)
        row: int = self._state.get(*used_key(self._claim, self._person, self._benefit, period, scope)) or 0
        decision = self._claim["decision"]
        own = [] if decision is None else self._state.get("decision", decision)["uses"]
        given_back: int = sum(use[3] for use in own if use[:3] == [self._benefit, period, scope])
        return row - given_back

    def __iter__(self) -> Iterator[str]:
        return iter(_PERIODS)

    def __len__(self) -> int:
        return len(_PERIODS)

    def scope(self, period: str) -> str:
        """Return which accident, person, policy or year the claim counts for.

        Raises:
            Stopped: arithmetic_wrong, fact_missing, fact_wrong, terms_incomplete, stay_crosses_year.
        """
        if period == "person":
            return "-"
        if period == "policy":
            return self._cover
        if period == "year":
            return self._year()
        accident = self._facts.get("accident")
        if accident is None:
            raise Stopped("fact_missing", "accident")
        if not isinstance(accident, str) or not _CODE.fullmatch(accident):
            raise Stopped("fact_wrong", "accident")
        return accident

    @cached_property
    def _person(self) -> str:
        return person_of(self._state, self._claim["member"])

    @property
    def _cover(self) -> str:
        return f"{self._claim['cover']:0{NUMBER_DIGITS}d}"

    def _year(self) -> str:
        terms = self._state.get_terms(self._claim["terms"])
        said = terms.get("year")
        meant = None if said is None else resolve(terms, said["is"])
        if meant is None:
            raise Stopped("terms_incomplete", "year")
        if meant == "policy":
            return self._cover
        admitted = str(self._claim["admitted"])[:4]
        until = self._facts.get("discharged_on")
        if until is None:
            return admitted
        left = _day(until, name="discharged_on")
        if left.isoformat() < str(self._claim["admitted"]):
            raise Stopped("arithmetic_wrong", "discharged_on")
        discharged = f"{left.year:04d}"
        stay = resolve(terms, said["stay"])
        if stay is None:
            raise Stopped("terms_incomplete", "year.stay")
        if stay == "split" and discharged != admitted:
            raise Stopped("stay_crosses_year", "discharged_on")
        return discharged if stay == "discharge" else admitted


def person_of(state: State, commitment: str) -> str:
    """Who a member is: the tag, the same for one person in every membership, or without one the commitment."""
    tag = state.get("member", commitment)["tag"]
    return commitment if tag is None else str(tag)


def used_key(claim: Row, person: str, benefit: str, period: str, scope: str) -> tuple[str, ...]:
    """Return the key of the row that counts what decisions used of a benefit's caps."""
    return ("used", claim["programme"], benefit, period, scope, person)


def work_out(state: State, index: int, *, facts: Mapping[str, Fact] = _NO_FACTS) -> list[Row]:
    """Work out every benefit of the claim in leaf `index`, in its order, from its facts and `facts` over them.

    Raises:
        Rejected: the outcome of a benefit, or of eligibility, is open; the reason is the outcome's.
    """
    claim = state.get("claim", index)
    terms = state.get_terms(claim["terms"])
    known = _known(state, claim, facts)
    steps: list[Row] = []
    eligibility = terms.get("eligibility")
    if eligibility is not None:
        outcome = _settled(evaluate(terms, eligibility, facts=known), index, eligibility)
        steps = [*outcome.steps]
        if outcome.reason is not None:
            return [{"amount": 0, "benefit": benefit, "reason": outcome.reason, "steps": steps}
                    for benefit in claim["benefits"]]
    benefits: list[Row] = []
    for benefit in claim["benefits"]:
        # Last, for whatever else is called so: together all benefits stay within the bill.
        known["other_benefits_paid"] = sum(one["amount"] for one in benefits)
        used = CapUses(state, claim, benefit, known)
        outcome = _settled(evaluate(terms, benefit, facts=known, used=used), index, benefit)
        reason = {} if outcome.reason is None else {"reason": outcome.reason}
        benefits.append({"amount": outcome.results["payable"], "benefit": benefit, **reason,
                         "steps": [*steps, *outcome.steps]})
        steps = []
    return benefits


def uses_of(state: State, index: int, benefits: list[Row], *, facts: Mapping[str, Fact] = _NO_FACTS) -> list[Row]:
    """Return what a decision on the claim in leaf `index` uses: `[benefit, period, scope, amount]`, sorted."""
    claim = state.get("claim", index)
    terms = state.get_terms(claim["terms"])
    known = _known(state, claim, facts)
    uses = set()
    for one in benefits:
        caps = terms["formulas"][one["benefit"]]["caps"] if one["amount"] else []
        scopes = CapUses(state, claim, one["benefit"], known)
        for period in {resolve(terms, cap["per"]) for cap in caps} - {"claim"}:
            uses.add((one["benefit"], period, scopes.scope(period), one["amount"]))
    return [list(use) for use in sorted(uses)]


def _known(state: State, claim: Row, facts: Mapping[str, Fact]) -> dict[str, Fact]:
    """The claim's facts, those of the decision over them, and what the log itself knows over all."""
    known: dict[str, Fact] = {**claim["facts"], **facts}
    if claim["bill"]:
        known["total_bill"] = claim["bill"]
    known["residual"] = claim["residual"]
    known["admitted_on"] = claim["admitted"]
    known["policy_first_day"] = state.get("cover", claim["cover"])["first_day"]
    for prior in claim["prior"]:
        known[f"{prior['payer']}_paid"] = prior["amount"]
    return known


def _settled(outcome: Outcome, index: int, formula: str) -> Outcome:
    if outcome.results and None in outcome.results.values():
        raise Rejected(str(outcome.reason), f"claim {index}, {formula}: {outcome.about}")
    return outcome


def _day(value: Fact, *, name: str) -> date:
    if not isinstance(value, str):
        raise Stopped("fact_wrong", name)
    try:
        return parse_day(value, what=name)
    except FormatError:
        raise Stopped("fact_wrong", name) from None
