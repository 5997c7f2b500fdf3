"""What the insurer decides on a claim and what is said against it, all sealed: `decision`, `objection`, `answer`."""

from typing import Any

from verifier.entries.members import rules
from verifier.errors import Rejected
from verifier.rules.act import Act
from verifier.rules.claims import Claim, need_claim
from verifier.rules.duties import drop_duties, meet_duties, meet_pay, set_pay_clock, start_duties
from verifier.rules.kinds_claims import need_own_facts
from verifier.rules.rows import number
from verifier.rules.worth import add_use, uses_of, work_out


def decision(act: Act) -> None:
    """The insurer says what the whole claim is worth, by the terms of the day of admission."""
    value = act.value
    reviews = "reviews" in value
    claim = need_claim(act, "role:insurer", step="review" if reviews else "decision")
    if value["terms"] != claim.row["terms"]:
        raise Rejected(
            "terms_wrong",
            f"leaf {value['terms']} does not hold the terms of {claim.row['admitted']}, the day of admission",
        )
    if reviews and value["reviews"] != claim.row["decision"]:
        raise Rejected("reviews_wrong", f"the newest decision is leaf {claim.row['decision']}, not {value['reviews']}")
    _check_officers(claim, reviews=reviews)
    facts, benefits = value.get("facts", {}), value["benefits"]
    need_own_facts(facts)
    if reviews and value["result"] == "interim":
        raise Rejected("result_wrong", "what was decided does not become interim by a review")
    if (value["result"], bool(facts)) in (("pay", True), ("part", False)):
        raise Rejected("result_wrong", "a decision `pay` has no facts of its own, a decision `part` has some")
    if "reason" in value:
        _check_reason(claim)
    else:
        _check_benefits(claim, work_out(claim, facts))
    before = claim.row["state"]
    _decide(claim, uses=uses_of(claim, facts, benefits))
    _set_clocks(claim, before=before)
    if reviews and claim.row["objection"] is not None:
        _close_objection(claim)


def objection(act: Act) -> None:
    """A county office, platform or auditor objects to how a claim is dealt with."""
    claim = need_claim(act, "role:county|platform|auditor", step="objection")
    if claim.row["objection"] is not None:
        raise Rejected("objection_open", f"the objection of leaf {claim.row['objection']} is open")
    if act.value["about"] not in (claim.index, claim.row["decision"]):
        raise Rejected("about_unknown", f"leaf {act.value['about']} is neither the claim nor its newest decision")
    claim.change(objection=act.index)
    start_duties(claim, by="objection", day=claim.today)


def answer(act: Act) -> None:
    """The insurer answers the open objection."""
    claim = need_claim(act, "role:insurer", step="answer")
    if claim.row["objection"] is None or act.value["objection"] != claim.row["objection"]:
        raise Rejected("objection_unknown", f"leaf {act.value['objection']} is no open objection to this claim")
    claim.need_officers(claim.row["insurer"], others=_deciders(claim))
    if act.value["result"] == "stands":  # a review that is promised closes it itself
        _close_objection(claim)


def _check_officers(claim: Claim, *, reviews: bool) -> None:
    """Nobody decides a claim that they signed, nor reviews their own decision where the terms ask for another."""
    others = claim.row["officers"] + (_deciders(claim) if reviews else [])
    claim.need_officers(claim.row["insurer"], others=others, amount=claim.act.value["amount"])


def _deciders(claim: Claim) -> list[str]:
    """The officers who may not judge the newest decision again, because they made it."""
    if claim.decision is None or not claim.terms.get("officers", {}).get("review"):
        return []
    officers: list[str] = claim.decision["officers"]
    return officers


def _check_reason(claim: Claim) -> None:
    """A refusal for a reason that no formula can find."""
    value = claim.act.value
    if value["result"] != "refuse" or value["benefits"]:
        raise Rejected("result_wrong", "only a refusal without benefits has a reason of its own")
    if value["reason"] not in claim.terms["refusals"]:
        raise Rejected("reason_unknown", f"the terms do not refuse for {value['reason']}")
    if value["amount"]:
        raise Rejected("amount_wrong", f"a refusal pays nothing, the decision says {value['amount']}")


def _check_benefits(claim: Claim, expected: list[dict[str, Any]]) -> None:
    """The benefits are stated as the terms give them, and the amount is theirs."""
    value = claim.act.value
    if value["benefits"] != expected:
        said, gives = (
            ", ".join(f"{one['benefit']} {one['amount']}" for one in benefits) or "nothing"
            for benefits in (value["benefits"], expected)
        )
        raise Rejected("steps_wrong", f"the terms give {gives}, the decision says {said}, or by other steps")
    amount, worth, result = value["amount"], sum(benefit["amount"] for benefit in expected), value["result"]
    right = {"interim": 0 < amount <= worth, "refuse": amount == worth == 0}
    if not right.get(result, amount == worth > 0):
        raise Rejected("amount_wrong", f"the terms give {worth} minor units, the decision {result} says {amount}")


def _decide(claim: Claim, *, uses: list[list[Any]]) -> None:
    """Put the decision in the place of the one before."""
    act, value = claim.act, claim.act.value
    before = claim.decision
    for use in before["uses"] if before else []:
        add_use(claim, use, sign=-1)
    for use in uses:
        add_use(claim, use, sign=1)
    act.rows.put(
        f"decision {number(act.index)}",
        {
            "amount": value["amount"],
            "claim": claim.index,
            "officers": list(act.officers),
            "programme": act.programme,
            "result": value["result"],
            "uses": uses,
        },
    )
    state = rules()["claim_states"]["decision"]["to"][value["result"]]
    if state == "decided" and claim.row["paid"] >= value["amount"]:
        state = "paid"
    claim.change(amount=value["amount"], decision=act.index, state=state)


def _set_clocks(claim: Claim, *, before: str) -> None:
    """What a decision does to the duties to decide and to pay."""
    result = claim.act.value["result"]
    if result != "interim":
        meet_duties(claim, "decide")
    if result == "refuse":
        drop_duties(claim, "pay")
        return
    set_pay_clock(claim, for_good=before == "interim" and result != "interim")
    meet_pay(claim)  # where nothing is left to pay, no payout can meet it


def _close_objection(claim: Claim) -> None:
    claim.change(objection=None)
    meet_duties(claim, "answer")
