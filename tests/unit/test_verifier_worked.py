"""verifier/receipts/worked.py: a decision is what the terms give, or it is refused."""

from copy import deepcopy

import pytest

from verifier.errors import ProofError
from verifier.receipts.worked import check_decision

TERMS = {
    "eligibility": "eligible",
    "formulas": {
        "eligible": {"at": "admission", "kind": "age", "max": 60, "max_inclusive": True, "min": 18},
        "illness": {
            "base": {"fact": "residual"}, "caps": [{"amount": 1000, "per": "policy"}], "conditions": [],
            "deductible": 100, "kind": "indemnity", "overlap": True, "ratio_bp": 8000, "rounding": "down",
        },
        "stay": {
            "caps": [], "conditions": [], "day_count": "nights", "kind": "per_diem", "overlap": True, "per_day": 50,
            "rounding": None,
        },
        "premium": {"base": {"fact": "persons"}, "kind": "per_head", "rate": 2000},
    },
    "readings": {},
    "refusals": ["fraud"],
}  # fmt: skip
CLAIM = {
    "admitted": "2019-03-05", "benefits": ["illness", "stay"], "bill": 1500, "facts": {"age": 18, "days": 3},
    "prior": [{"amount": 500, "payer": "basic"}], "residual": 1000,
}  # fmt: skip
ILLNESS = [
    {"clause": "at", "in": [], "name": "age", "op": "age", "out": 18},
    {"clause": "min", "in": [18, 18], "op": "at_least", "out": 1},
    {"clause": "max", "in": [18, 60], "op": "not_above", "out": 1},
    {"clause": "base", "in": [1000], "name": "residual", "op": "base", "out": 1000},
    {"clause": "deductible", "in": [1000, 100], "op": "deductible", "out": 900},
    {"clause": "ratio_bp", "in": [900, 8000], "op": "ratio", "out": 720},
    {"clause": "caps.0", "in": [720, 1000, 400], "name": "policy", "op": "cap", "out": 600},
    {"clause": "overlap", "in": [600, 1500, 500], "op": "overlap", "out": 600},
]
STAY = [
    {"clause": "day_count", "in": [], "name": "days", "op": "days", "out": 3},
    {"clause": "per_day", "in": [3, 50], "op": "multiply", "out": 150},
    {"clause": "overlap", "in": [150, 1500, 1100], "op": "overlap", "out": 150},
]
DECISION = {
    "amount": 750,
    "benefits": [
        {"amount": 600, "benefit": "illness", "steps": ILLNESS},
        {"amount": 150, "benefit": "stay", "steps": STAY},
    ],
    "result": "pay",
}
COVER = {"first_day": "2019-01-01"}


def check(decision, *, claim=CLAIM, terms=TERMS):
    check_decision(decision, claim=claim, terms=terms, cover=COVER, what="decision")


def test_what_the_terms_give_stands():
    check(DECISION)
    check({**DECISION, "amount": 400, "result": "interim"})
    check({"amount": 0, "benefits": [], "reason": "fraud", "result": "refuse"})


def test_who_is_too_old_gets_nothing_for_that_reason():
    steps = [
        {"clause": "at", "in": [], "name": "age", "op": "age", "out": 61},
        {"clause": "min", "in": [61, 18], "op": "at_least", "out": 1},
        {"clause": "max", "in": [61, 60], "op": "not_above", "out": 0},
    ]
    benefits = [{"amount": 0, "benefit": name, "reason": "age_above", "steps": steps} for name in CLAIM["benefits"]]
    claim = {**CLAIM, "facts": {"age": 61, "days": 3}}
    check({"amount": 0, "benefits": benefits, "result": "refuse"}, claim=claim)
    check({"amount": 0, "benefits": benefits, "facts": {"age": 61}, "result": "refuse"})  # as the insurer found
    with pytest.raises(ProofError, match="the terms give 0 for illness"):
        check(DECISION, claim=claim)


def changed(*path, to):
    decision = deepcopy(DECISION)
    place = decision
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = to
    return decision


@pytest.mark.parametrize(("decision", "why"), [
    pytest.param(changed("benefits", 0, "amount", to=601), "the terms give 600 for illness", id="another-amount"),
    pytest.param(changed("benefits", 0, "steps", 5, "out", to=719), r"'out': 720.*, got .*'out': 719",
                 id="another-step"),
    pytest.param(changed("benefits", 0, "steps", to=ILLNESS[:-1]), "overlap.*, got None",
                 id="a-step-left-out"),
    pytest.param(changed("benefits", 0, "steps", 6, "in", to=[720, 1000, 100]), r"'caps.0'.*'out': 720, .*got",
                 id="more-room"),
    pytest.param(changed("benefits", to=DECISION["benefits"][:1]), "expected 2 benefits, got 1", id="benefit-left-out"),
    pytest.param(changed("benefits", to=DECISION["benefits"][::-1]), "for illness", id="another-order"),
    pytest.param(changed("amount", to=749), "the terms give 750, the decision pay says 749", id="less-than-the-sum"),
    pytest.param(changed("result", to="refuse"), "the decision refuse says 750", id="refused-though-due"),
    pytest.param({**DECISION, "amount": 751, "result": "interim"}, "says 751", id="interim-above-all"),
    pytest.param({"amount": 0, "benefits": [], "reason": "late", "result": "refuse"}, "no refusal for late",
                 id="reason"),
    pytest.param({"amount": 5, "benefits": [], "reason": "fraud", "result": "refuse"}, "pays nothing", id="paid-fraud"),
])  # fmt: skip
def test_another_decision_is_refused(decision, why):
    with pytest.raises(ProofError, match=why):
        check(decision)


@pytest.mark.parametrize(("claim", "why"), [
    pytest.param({"facts": {"days": 3}}, "eligible comes to nothing that could be decided: fact_missing", id="no-age"),
    pytest.param({"benefits": ["other"]}, "the terms have no formula other", id="no-such-benefit"),
    pytest.param({"benefits": ["eligible"]}, "eligible comes to nothing that could be decided", id="age-for-a-benefit"),
    pytest.param({"benefits": ["premium"]}, "premium comes to nothing that could be decided", id="no-benefit"),
])  # fmt: skip
def test_what_cannot_be_decided_was_not(claim, why):
    with pytest.raises(ProofError, match=why):
        check(DECISION, claim={**CLAIM, **claim})
