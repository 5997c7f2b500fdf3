"""Claims of the second county that go other ways than most: each is a thread of the office, as in casework."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from node.demo.cases import Bill, Case, Claim
from node.demo.casework import REVIEWER, Casework, Steps
from node.demo.contracts import Value, paper
from node.demo.desk import Draft

FIRST, LATER = "2020-1", "2020-2"  # the two periods
CADRE = "county/cadre"
_WEEK = timedelta(days=7)
_CASES_A_WEEK = 6
# Filed, counted as late by a balance, decided, paid, confirmed.
_LATE = (date(2020, 3, 2), date(2020, 3, 17), date(2020, 3, 19), date(2020, 3, 20), date(2020, 3, 24))
# Filed, refused, objected to, answered, reviewed, paid, confirmed.
_DISPUTED = (
    date(2020, 3, 4), date(2020, 3, 9), date(2020, 3, 13), date(2020, 3, 19), date(2020, 3, 23), date(2020, 3, 25),
    date(2020, 3, 27),
)  # fmt: skip
# A day of birth that the hospital wrote down wrongly: too old by it on the policy's first day.
MISWRITTEN = "1951-02-03"


def bill_of(residual: int) -> Bill:
    """A bill of which so much was left to the patient."""
    basic, serious, aid = residual * 13 // 10, residual // 5, residual // 10
    return Bill(
        total_fen=residual + basic + serious + aid, basic_fen=basic, serious_fen=serious, aid_fen=aid,
        residual_fen=residual,
    )


def claim_of(person: int, *, period: str, residual: int, number: int, filed_on: date) -> Claim:
    """A claim with an invented invoice of its own number, two weeks after the stay began."""
    return Claim(
        person=person, period=period, invoice=f"9998{number:08d}", bill=bill_of(residual),
        event_on=filed_on - 2 * _WEEK, filed_on=filed_on,
    )


def plain_cases(
    residuals: Sequence[int], *, people: range, period: str, first: date, number: int
) -> list[Case]:
    """Some cases a week from the Monday `first` on: decided on Wednesday, paid on Friday, confirmed on Monday."""
    cases = []
    for place, residual in enumerate(residuals):
        monday = first + place // _CASES_A_WEEK * _WEEK
        cases.append(Case(
            claim=claim_of(people[7 * place], period=period, residual=residual, number=number + place, filed_on=monday),
            missing=None, decided_on=monday + timedelta(days=2), payable_fen=residual // 2,
            paid_on=monday + timedelta(days=4), bounce=None, confirmed_on=monday + _WEEK,
        ))  # fmt: skip
    return cases


class SecondClaims(Casework):
    """The casework of the second county."""

    def by_cadre(self, case: Case, *, person: int, stranger: Claim) -> Steps:
        """A cadre claims for a `person` of the own village; for a `stranger` of another one it is refused."""
        on = case.claim.filed_on
        self._refusing.refused(self.filed(self.body(stranger, complete=True), on=on, by=CADRE), "not_own_village")
        return self.steps(replace(case, claim=replace(case.claim, person=person)), by=CADRE)

    def recovered(self, case: Case, *, amount: int, to: str) -> Steps:
        """A part of a payout comes back, for somebody else had paid it already."""
        payout = yield from self.steps(case)
        on = case.confirmed_on + 2 * _WEEK
        yield on, self.insurer({
            "amount": amount, "kind": "recovery", "part": 1, "payout": payout, "reason": "paid_by_others", "to": to,
        }, on=on)  # fmt: skip

    def late(self, person: int, residual: int) -> Steps:
        """Decided three working days late: a balance counts it, and no request stops the clock any more."""
        filed_on, counted_on, decided_on, paid_on, confirmed_on = _LATE
        body = self.body(self._special(person, residual, filed_on), complete=True)
        claim = yield filed_on, self.filed(body, on=filed_on)
        yield counted_on, Draft((self._policy.insurer,), {"at": str(counted_on), "kind": "balance", "publish": []})
        self._refusing.refused(self.request(claim, "discharge_summary", on=counted_on), "deadline_passed")
        worth = self.worth(body)
        decision = yield decided_on, self.decision(claim, worth, on=decided_on)
        payout = yield paid_on, self.payout(amount=worth.amount, decision=decision, person=person, on=paid_on)
        yield confirmed_on, self._offices.confirmation(self._policy.insurer, payout, on=confirmed_on)

    def disputed(self, person: int, residual: int) -> Steps:
        """Refused for an age that was written down wrongly; the county objects, and another officer decides again."""
        filed_on, refused_on, objected_on, answered_on, reviewed_on, paid_on, confirmed_on = _DISPUTED
        body = self.body(self._special(person, residual, filed_on), complete=True)
        claim = yield filed_on, self.filed(body, on=filed_on)
        facts: Value = {"born": MISWRITTEN}
        nothing = self.worth(body, facts=facts)
        refusal = yield refused_on, self.decision(claim, nothing, on=refused_on, facts=facts, result="refuse")
        about: Value = {"about": refusal, "claim": claim, "document": paper("objection"), "kind": "objection"}
        objection = yield objected_on, self._offices.sealed("county", about, on=objected_on)
        worth = self.worth(body)
        self._refusing.refused(self.decision(claim, worth, on=objected_on, reviews=refusal), "same_officer")
        answer: Value = {
            "claim": claim, "document": paper("answer"), "kind": "answer", "objection": objection, "result": "review",
        }  # fmt: skip
        yield answered_on, self._offices.sealed(f"{self._policy.insurer}/{REVIEWER}", answer, on=answered_on)
        decision = yield reviewed_on, self.decision(claim, worth, on=reviewed_on, by=(REVIEWER,), reviews=refusal)
        payout = yield paid_on, self.payout(amount=worth.amount, decision=decision, person=person, on=paid_on)
        yield confirmed_on, self._offices.confirmation(self._policy.insurer, payout, on=confirmed_on)

    def not_by(self, other: str, case: Case) -> Steps:
        """A case that the insurer of another policy tries to decide."""
        body = self.body(case.claim, complete=True)
        claim = yield case.claim.filed_on, self.filed(body, on=case.claim.filed_on)
        worth = self.worth(body)
        self._refusing.refused(self.decision(claim, worth, on=case.claim.filed_on, of=other), "wrong_signers")
        yield from self.settled(case, claim, worth)

    def _special(self, person: int, residual: int, filed_on: date) -> Claim:
        return claim_of(person, period=FIRST, residual=residual, number=1000 + person, filed_on=filed_on)
