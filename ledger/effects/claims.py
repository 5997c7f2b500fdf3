"""Effects on claims: filed, completed, taken back, objected to and answered; each with the duties that follow.

Source: docs/formats/kinds.md, duties.md, state.md.
"""

from datetime import date

from ledger.bodies import Answer, Claim, Complete, Objection, Request, Withdraw
from ledger.effects.duties import drop, log_today, meet, start
from ledger.effects.work import Effects
from ledger.rules.claims import WHOLE_LOG, invoice_scope
from ledger.rules.life import next_state, programme_of
from ledger.terms import versions


def claim(work: Effects) -> None:
    """A claim on the register; its invoices are used."""
    body, index, programme = work.context.the(Claim), work.context.index, programme_of(work.context)
    admitted = body.admitted.isoformat()
    terms = [leaf for first_day, leaf in versions(work.state, programme) if first_day <= admitted][-1]
    scope = invoice_scope(work.state.get_terms(terms))
    for tag in body.invoices:
        work.state.put("tag", "invoice", scope, tag, row=index)
        if work.state.get("tag", "invoice", WHOLE_LOG, tag) is None:
            work.state.put("tag", "invoice", WHOLE_LOG, tag, row=index)
    member = work.touch_member(body.member)
    work.state.put("member", body.member, row={**member, "claims": [*member["claims"], index]})
    work.state.put("claim", index, row={
        "admitted": admitted, "amount": 0, "benefits": body.benefits, "bill": body.bill, "bounced": 0,
        "claimed": body.claimed, "confirmed": 0, "cover": body.cover, "decision": None, "facts": body.facts,
        "insurer": work.state.get("cover", body.cover)["insurer"], "member": body.member, "objection": None,
        "officers": sorted(work.context.officers), "paid": 0, "paid_out": 0, "payouts": 0,
        "prior": [{"amount": prior.amount, "payer": prior.payer} for prior in body.prior], "programme": programme,
        "requested": False, "residual": body.residual, "state": "complete" if body.complete else "claimed",
        "terms": terms})
    if body.complete:
        _clock_runs(work, index, body.at)
    else:
        start(work, index, "open", with_kind="claim", day=log_today(work, work.state.get("claim", index)))


def request(work: Effects) -> None:
    """Papers are missing: the clock stops."""
    index = work.context.the(Request).claim
    change_claim(work, index, requested=True, state=next_state("request"))
    meet(work, index, "open")
    drop(work, index, "decide", "pay")


def complete(work: Effects) -> None:
    """The papers are complete: the clock runs from the day that both sides say."""
    body = work.context.the(Complete)
    change_claim(work, body.claim, state=next_state("complete"))
    meet(work, body.claim, "open")
    _clock_runs(work, body.claim, body.at)


def withdraw(work: Effects) -> None:
    """Nothing is to be done for it any more, and nothing to be answered."""
    index = work.context.the(Withdraw).claim
    change_claim(work, index, objection=None, state=next_state("withdraw"))
    drop(work, index, "open", "decide", "pay", "answer")


def objection(work: Effects) -> None:
    """It stands open until it is answered or the decision reviewed."""
    index = work.context.the(Objection).claim
    change_claim(work, index, objection=work.context.index)
    start(work, index, "answer", with_kind="objection", day=log_today(work, work.state.get("claim", index)))


def answer(work: Effects) -> None:
    """It is open no more where the decision stands; where a review is promised, that review closes it."""
    body = work.context.the(Answer)
    if body.result == "stands":
        change_claim(work, body.claim, objection=None)
        meet(work, body.claim, "answer")
    else:
        change_claim(work, body.claim)


def change_claim(work: Effects, index: int, **changes: object) -> None:
    """Change members of a claim's row; its member's place in the register changes."""
    row = work.state.get("claim", index)
    work.state.put("claim", index, row={**row, **changes})
    work.touch_member(row["member"])


def _clock_runs(work: Effects, index: int, day: date) -> None:
    start(work, index, "decide", with_kind="complete", day=day)
    start(work, index, "pay", with_kind="complete", day=day)
