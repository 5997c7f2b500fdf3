"""The rule of decisions: what the terms pay, worked out here once more, to the letter."""

import msgspec
from msgspec import UNSET

from ledger.bodies import Decision
from ledger.decision import work_out
from ledger.errors import Rejected
from ledger.rules.context import Context
from ledger.rules.life import claim_step, not_reserved, officers_sign, others_review
from ledger.state import Row


def decision(context: Context) -> None:
    """The whole claim by the terms of its day, no more and no less, explained step by step; or nothing, for a reason.

    A review takes the place of the newest decision, and is made by others where the terms say so.
    """
    body = context.the(Decision)
    step = "decision" if body.reviews is UNSET else "review"
    row = claim_step(context, body.claim, roles=("insurer",), step=step)
    if body.terms != row["terms"]:
        raise Rejected("terms_wrong", f"claim {body.claim} stands under the terms in leaf {row['terms']}, the decision "
                       f"names leaf {body.terms}")
    others = list(row["officers"])
    if body.reviews is not UNSET:
        if body.reviews != row["decision"]:
            raise Rejected("reviews_wrong", f"the newest decision on claim {body.claim} is leaf {row['decision']}, the "
                           f"review is of {body.reviews}")
        others += others_review(context, row)
    officers_sign(context, row, party=row["insurer"], amount=body.amount, others=others)
    facts = {} if body.facts is UNSET else body.facts
    not_reserved(facts)
    if body.reviews is not UNSET and body.result == "interim":
        raise Rejected("result_wrong", "a review of what was decided is for good, got interim")
    if (body.result == "pay" and facts) or (body.result == "part" and not facts):
        raise Rejected("result_wrong", "a decision to pay has no facts of its own, one to pay in part says which "
                       f"differ, got {body.result} with {len(facts)}")
    if body.reason is UNSET:
        _check_worth(context, body)
    else:
        _check_reason(context, body, row)
    if body.result == "refuse" and body.amount:
        raise Rejected("amount_wrong", f"a refusal pays 0, got {body.amount}")


def _check_reason(context: Context, body: Decision, row: Row) -> None:
    """A refusal for a reason that no formula can find, but that the terms name."""
    if body.result != "refuse" or body.benefits:
        raise Rejected("result_wrong", f"a decision with a reason refuses and has no benefits, got {body.result} with "
                       f"{len(body.benefits)}")
    if body.reason not in context.state.get_terms(row["terms"])["refusals"]:
        raise Rejected("reason_unknown", f"the terms of claim {body.claim} know no refusal for {body.reason}")


def _check_worth(context: Context, body: Decision) -> None:
    """Every benefit as the formulas have it, and an amount that follows from them."""
    right = work_out(context.state, body.claim, facts={} if body.facts is UNSET else body.facts)
    said = msgspec.to_builtins(body.benefits)
    if said != right:
        raise Rejected("steps_wrong", f"claim {body.claim}: {_difference(right, said)}")
    whole = sum(one["amount"] for one in right)
    least, most = {"interim": (1, whole), "refuse": (0, 0)}.get(body.result, (max(1, whole), whole))
    if not least <= body.amount <= most or (body.result == "refuse" and whole):
        raise Rejected("amount_wrong", f"the terms pay {whole}, the decision to {body.result} says {body.amount}")


def _difference(right: list[Row], said: list[Row]) -> str:
    """Name the first benefit, and in it the first member or step, that differ."""
    if [one["benefit"] for one in right] != [one["benefit"] for one in said]:
        return f"expected the benefits {[one['benefit'] for one in right]}, got {[one['benefit'] for one in said]}"
    expected, got = next((one, other) for one, other in zip(right, said, strict=True) if one != other)
    where = expected["benefit"]
    for at, (step, other) in enumerate(zip(expected["steps"], got["steps"], strict=False)):
        if step != other:
            return f"{where}, step {at}: expected {step}, got {other}"
    for name in ("amount", "reason"):
        if expected.get(name) != got.get(name):
            return f"{where}: expected {name} {expected.get(name)}, got {got.get(name)}"
    return f"{where}: expected {len(expected['steps'])} steps, got {len(got['steps'])}"
