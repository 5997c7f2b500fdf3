"""Effects of sealed matters: claims, decisions, and money on its way to a person.

Source: docs/formats/kinds.md, state.md.
"""

from msgspec import UNSET

from ledger.bodies import Bounce, Claim, Complete, Confirm, Decision, Payout, Recovery, Request, Withdraw
from ledger.books import PAYING
from ledger.effects.work import Effects, send
from ledger.rules.claims import next_state, programme_of
from ledger.rules.common import person_of
from ledger.state import Row


def claim(work: Effects) -> None:
    """A claim on the register; its invoices are used."""
    body, index = work.context.the(Claim), work.context.index
    for tag in body.invoices:
        work.state.put("tag", "invoice", "-", tag, row=index)
    member = work.touch_member(body.member)
    work.state.put("member", body.member, row={**member, "claims": [*member["claims"], index]})
    work.state.put("claim", index, row={
        "admitted": body.admitted.isoformat(), "confirmed": 0, "cover": body.cover, "decided": 0, "decision": None,
        "member": body.member, "paid": 0, "programme": programme_of(work.context), "residual": body.residual,
        "state": "complete" if body.complete else "claimed"})


def claim_step(work: Effects) -> None:
    """A claim goes on to its next state: request, complete, withdraw."""
    body = work.context.body
    assert isinstance(body, Request | Complete | Withdraw)
    _change_claim(work, body.claim, state=next_state(body.kind))


def decision(work: Effects) -> None:
    """What the claim is worth."""
    body = work.context.the(Decision)
    row = work.state.get("claim", body.claim)
    if body.result == "refuse":
        _change_claim(work, body.claim, state=next_state("decision", result="refuse"))
        return
    _change_claim(work, body.claim, state=next_state("decision", result="pay"), decided=body.amount,
                  decision=work.context.index)
    person = person_of(work.context, row["member"])
    before = work.state.get("decided", row["cover"], person) or 0
    work.state.put("decided", row["cover"], person, row=before + body.amount)
    work.state.put("decision", work.context.index, row={
        "amount": body.amount, "claim": body.claim, "paid_out": 0, "programme": row["programme"]})


def payout(work: Effects) -> None:
    """Money on its way to a person."""
    body, index = work.context.the(Payout), work.context.index
    decided = work.state.get("decision", body.decision)
    member = work.state.get("claim", decided["claim"])["member"]
    work.touch_member(member)
    if body.again is UNSET:
        send(work, body.from_, body.to, body.amount, purpose="payout", public=False)
        work.state.put("decision", body.decision, row={**decided, "paid_out": decided["paid_out"] + body.amount})
        work.figure(f"{decided['programme']}/on_its_way", body.amount)
        if work.books.account(body.from_)["class"] in PAYING:
            _count_payee(work, body.from_, person_of(work.context, member))
    else:
        first = work.state.get("payout", body.again)
        work.state.put("payout", body.again, row={**first, "state": "again"})
        send(work, f"transit/{body.again}", body.to, body.amount, purpose="payout", public=False)
        work.books.close_transit(f"transit/{body.again}")
    work.state.put("payout", index, row={
        "account": body.from_, "amount": body.amount, "claim": decided["claim"], "decision": body.decision, "pos": None,
        "programme": decided["programme"], "recovered": 0, "state": "open", "to": body.to})


def confirm(work: Effects) -> None:
    """It arrived."""
    index = work.context.the(Confirm).payout
    row = work.state.get("payout", index)
    transit = f"transit/{index}"
    work.books.move(transit, row["to"], row["amount"], public=False)
    work.books.close_transit(transit)
    work.state.put("payout", index, row={**row, "pos": work.books.moves[0]["to_pos"], "state": "confirmed"})
    of_claim = work.state.get("claim", row["claim"])
    paid = of_claim["paid"] + row["amount"]
    state = "paid" if paid == of_claim["decided"] else of_claim["state"]
    _change_claim(work, row["claim"], confirmed=of_claim["confirmed"] + 1, paid=paid, state=state)
    work.figure(f"{row['programme']}/on_its_way", -row["amount"])
    _count_paid(work, row, row["amount"], first=of_claim["confirmed"] == 0)


def bounce(work: Effects) -> None:
    """It waits in its transit account."""
    index = work.context.the(Bounce).payout
    row = work.state.get("payout", index)
    work.state.put("payout", index, row={**row, "state": "bounced"})
    work.touch_member(work.state.get("claim", row["claim"])["member"])


def recovery(work: Effects) -> None:
    """The payout's own positions come back, from the lowest on."""
    body = work.context.the(Recovery)
    row = work.state.get("payout", body.payout)
    start = row["pos"] + row["recovered"]
    work.books.move_targeted(row["to"], body.to, start, start + body.amount, public=False)
    work.state.put("payout", body.payout, row={**row, "recovered": row["recovered"] + body.amount})
    _change_claim(work, row["claim"], paid=work.state.get("claim", row["claim"])["paid"] - body.amount)
    _count_paid(work, row, -body.amount, first=False)


def _change_claim(work: Effects, index: int, **changes: object) -> None:
    row = work.state.get("claim", index)
    work.state.put("claim", index, row={**row, **changes})
    work.touch_member(row["member"])


def _count_payee(work: Effects, account: str, person: str) -> None:
    """Count payouts and different persons since the account's last publication."""
    row = work.state.get("paying", account) or {"members": 0, "payouts": 0}
    new = work.state.get("payee", account, person) is None
    if new:
        work.state.put("payee", account, person, row=work.context.index)
    work.state.put("paying", account, row={"members": row["members"] + new, "payouts": row["payouts"] + 1})


def _count_paid(work: Effects, row: Row, amount: int, *, first: bool) -> None:
    """Change what was paid, in the programme and in the cover's period; a claim's first payout counts its case.

    The person counts as settled until a figure of payouts is said again.
    """
    programme = row["programme"]
    person = person_of(work.context, work.state.get("claim", row["claim"])["member"])
    if work.state.get("settled", programme, person) is None:
        work.state.put("settled", programme, person, row=work.context.index)
        settling = work.state.get("settling", programme) or {"members": 0}
        work.state.put("settling", programme, row={"members": settling["members"] + 1})
    of_cover = work.state.get("cover", work.state.get("claim", row["claim"])["cover"])
    for scope in (programme, f"{programme}/{of_cover['period']}"):
        work.figure(f"{scope}/paid", amount)
        if first:
            work.figure(f"{scope}/claims_paid", 1)
            work.figure(f"{scope}/person_times_paid", 1)
