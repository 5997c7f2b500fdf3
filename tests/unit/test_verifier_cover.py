"""verifier/receipts/cover.py: logs of no honest party, in which claims, covers, terms and decisions do not fit."""

import json
from types import SimpleNamespace

import pytest

from tests.support.verifier_world import DEFAULTS, TERMS
from verifier.errors import ProofError
from verifier.primitives.hashes import body_hash
from verifier.receipts.cover import judge_cover
from verifier.receipts.verdict import Line, Moment

MEMBER = bytes(32)
PLACE = {"county": "kangbao", "period": "p1", "programme": "dlz"}
CLAIM = {
    **DEFAULTS["claim"], "at": "2019-03-05", "cover": 2, "kind": "claim", "member": MEMBER.hex(), "nonce": "0" * 32,
}  # fmt: skip
STEPS = [
    {"clause": "base", "in": [1000], "name": "residual", "op": "base", "out": 1000},
    {"clause": "deductible", "in": [1000, 0], "op": "deductible", "out": 1000},
    {"clause": "ratio_bp", "in": [1000, 8000], "op": "ratio", "out": 800},
    {"clause": "caps.0", "in": [800, 1000, 0], "name": "policy", "op": "cap", "out": 800},
]
DECISION = {
    "amount": 800, "at": "2019-03-06", "benefits": [{"amount": 800, "benefit": "illness", "steps": STEPS}], "claim": 5,
    "kind": "decision", "nonce": "1" * 32, "result": "pay", "terms": 3,
}  # fmt: skip
ROW = {"claim": 5, "duties": [], "objection": None, "paid": 0, "state": "decided"}


def leaf(index, kind, **value):
    return SimpleNamespace(stamp=SimpleNamespace(index=index, time_unix_ms=0),
                           entry=SimpleNamespace(kind=kind, value={"kind": kind, **value}))  # fmt: skip


def judged(*, claim=CLAIM, decisions=(DECISION,), terms=TERMS, cover=PLACE, newest=None):
    """What is said of a member with a claim in leaf 5 and decisions from leaf 6 on; the register names the `newest`."""
    bodies = {
        5 + at: json.dumps(body, sort_keys=True, separators=(",", ":")).encode()
        for at, body in enumerate([claim, *decisions])
    }
    leaves = {
        1: leaf(1, "enrolment", **PLACE),
        2: leaf(2, "cover", first_day="2019-03-01", last_day="2020-02-29", **cover),
        3: leaf(3, "terms", **terms),
        4: leaf(4, "drive", programme="dlz"),
        **{at: leaf(at, "sealed", body=body_hash(body).hex(), programme="dlz") for at, body in bodies.items()},
    }
    line = Line(Moment(1, None), "dlz", index=0, count=1, amount=1, offset=0, commitment=MEMBER, opening={})
    row = {"claims": [{**ROW, "decision": newest or (5 + len(decisions) if decisions else None)}]}
    return judge_cover(line, row=row, leaves=leaves, bodies=bodies, balance=leaf(9, "balance")).claims[0]


def test_a_claim_that_fits():
    assert judged().worked == (6,)
    later = {**DECISION, "nonce": "2" * 32, "reviews": 6}
    assert judged(decisions=(DECISION, later)).worked == (6, 7)
    assert judged(decisions=()).worked == () and judged(decisions=()).terms is None


def test_a_decision_that_is_not_the_newest_is_not_passed_off_as_such():
    with pytest.raises(ProofError, match="newest decision is 7, the newest shown is 6"):
        judged(newest=7)


@pytest.mark.parametrize(("changes", "why"), [
    pytest.param({"claim": {**CLAIM, "cover": 4}}, "it is under the cover of leaf 4, another one is shown", id="cover"),
    pytest.param({"terms": {**TERMS, "first_day": "2019-03-06"}}, "do not hold on 2019-03-01", id="later-terms"),
    pytest.param({"terms": {**TERMS, "programme": "other"}}, "expected terms of dlz in leaf 3", id="other-terms"),
    pytest.param({"decisions": ({**DECISION, "terms": 4},)}, "expected terms of dlz in leaf 4", id="no-terms"),
    pytest.param({"decisions": (DECISION, {**DECISION, "terms": 4})}, r"name the terms of the leaves \[3, 4\]",
                 id="terms-of-two"),
    pytest.param({"decisions": ({**DECISION, "amount": 799},)}, "the terms give 800", id="another-amount"),
    pytest.param({"claim": {**CLAIM, "member": "11" * 32}}, "about somebody else", id="another-member"),
    pytest.param({"decisions": ({**DECISION, "claim": 4},)}, "about somebody else", id="another-claim"),
    pytest.param({"cover": {**PLACE, "period": "p2"}}, "for another period", id="another-roster"),
])  # fmt: skip
def test_what_does_not_fit_is_refused(changes, why):
    with pytest.raises(ProofError, match=why):
        judged(**changes)
