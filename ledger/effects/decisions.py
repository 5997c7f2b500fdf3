"""The effect of a decision: what the claim is worth now, what it uses of caps, and which duties follow.

Source: docs/formats/kinds.md, duties.md, state.md.
"""

import msgspec
from msgspec import UNSET

from ledger.bodies import Decision
from ledger.decision import person_of, used_key, uses_of
from ledger.effects import duties
from ledger.effects.claims import change_claim
from ledger.effects.work import Effects
from ledger.rules.life import next_state
from ledger.state import Row


def decision(work: Effects) -> None:
    """It takes the place of the decision before: what that one used is given back, what this one uses is noted."""
    body, index = work.context.the(Decision), work.context.index
    row = work.state.get("claim", body.claim)
    benefits = msgspec.to_builtins(body.benefits)
    uses = uses_of(work.state, body.claim, benefits, facts={} if body.facts is UNSET else body.facts)
    if row["decision"] is not None:
        _note_uses(work, row, work.state.get("decision", row["decision"])["uses"], sign=-1)
    _note_uses(work, row, uses, sign=1)
    work.state.put("decision", index, row={
        "amount": body.amount, "claim": body.claim, "officers": sorted(work.context.officers),
        "programme": row["programme"], "result": body.result, "uses": uses})
    reviews = body.reviews is not UNSET
    state = next_state("review" if reviews else "decision", result=body.result)
    if body.result in ("pay", "part") and row["paid"] >= body.amount:
        state = "paid"
    change_claim(work, body.claim, amount=body.amount, decision=index, state=state,
                 objection=None if reviews else row["objection"])
    _change_duties(work, body, before=row["state"])


def _change_duties(work: Effects, body: Decision, *, before: str) -> None:
    if body.reviews is not UNSET:
        duties.meet(work, body.claim, "answer")
    if body.result != "interim":
        duties.meet(work, body.claim, "decide")
    if body.result == "refuse":
        duties.drop(work, body.claim, "pay")
    else:
        duties.pay_decided(work, body.claim, for_good=before == "interim" and body.result != "interim")


def _note_uses(work: Effects, claim: Row, uses: list[Row], *, sign: int) -> None:
    """Note what a decision uses of caps, or with `sign` -1 give it back; what comes to 0 is gone."""
    person = person_of(work.state, claim["member"])
    for benefit, period, scope, amount in uses:
        key = used_key(claim, person, benefit, period, scope)
        left = (work.state.get(*key) or 0) + sign * amount
        if left:
            work.state.put(*key, row=left)
        else:
            work.state.delete(*key)
