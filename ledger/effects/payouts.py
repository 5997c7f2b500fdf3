"""Effects of payouts: money on its way to a person, what arrives, bounces and comes back.

Source: docs/formats/kinds.md, duties.md, state.md.
"""

from msgspec import UNSET

from ledger.bodies import Bounce, Confirm, Payout, Recovery
from ledger.books import PAYING
from ledger.decision import person_of
from ledger.effects.claims import change_claim
from ledger.effects.duties import meet_paid, reopen_pay
from ledger.effects.work import Effects, send
from ledger.state import Row


def payout(work: Effects) -> None:
    """Money on its way to a person."""
    body, index = work.context.the(Payout), work.context.index
    decided = work.state.get("decision", body.decision)
    claim = work.state.get("claim", decided["claim"])
    work.touch_member(claim["member"])
    if body.again is UNSET:
        send(work, body.from_, body.to, body.amount, purpose="payout", public=False)
        change_claim(work, decided["claim"], paid_out=claim["paid_out"] + body.amount, payouts=claim["payouts"] + 1)
        work.figure(f"{decided['programme']}/on_its_way", body.amount)
        if work.books.account(body.from_)["class"] in PAYING:
            _count_payee(work, body.from_, person_of(work.state, claim["member"]))
        meet_paid(work, decided["claim"])
    else:
        first = work.state.get("payout", body.again)
        work.state.put("payout", body.again, row={**first, "state": "again"})
        send(work, f"transit/{body.again}", body.to, body.amount, purpose="payout", public=False)
        work.books.close_transit(f"transit/{body.again}")
        change_claim(work, decided["claim"], bounced=claim["bounced"] - body.amount)
        meet_paid(work, decided["claim"])
    work.state.put("payout", index, row={
        "account": body.from_, "amount": body.amount, "claim": decided["claim"], "decision": body.decision,
        "part": body.part, "pos": None, "programme": decided["programme"], "recovered": 0, "recoveries": 0,
        "state": "open", "to": body.to})


def confirm(work: Effects) -> None:
    """It arrived."""
    index = work.context.the(Confirm).payout
    row = work.state.get("payout", index)
    transit = f"transit/{index}"
    work.books.move(transit, row["to"], row["amount"], public=False)
    work.books.close_transit(transit)
    work.state.put("payout", index, row={**row, "pos": work.books.moves[0]["to_pos"], "state": "confirmed"})
    claim = work.state.get("claim", row["claim"])
    paid = claim["paid"] + row["amount"]
    state = "paid" if claim["state"] == "decided" and paid >= claim["amount"] else claim["state"]
    change_claim(work, row["claim"], confirmed=claim["confirmed"] + 1, paid=paid, state=state)
    work.figure(f"{row['programme']}/on_its_way", -row["amount"])
    _count_paid(work, row, row["amount"], first=claim["confirmed"] == 0)


def bounce(work: Effects) -> None:
    """It waits in its transit account, and who has to pay has not paid."""
    index = work.context.the(Bounce).payout
    row = work.state.get("payout", index)
    work.state.put("payout", index, row={**row, "state": "bounced"})
    change_claim(work, row["claim"], bounced=work.state.get("claim", row["claim"])["bounced"] + row["amount"])
    reopen_pay(work, row["claim"])


def recovery(work: Effects) -> None:
    """The payout's own positions come back, from the lowest on; of one that bounced, all that waits."""
    body = work.context.the(Recovery)
    row = work.state.get("payout", body.payout)
    if row["state"] == "bounced":
        _take_back(work, body, row)
        return
    start = row["pos"] + row["recovered"]
    work.books.move_targeted(row["to"], body.to, start, start + body.amount, public=False)
    work.state.put("payout", body.payout, row={
        **row, "recovered": row["recovered"] + body.amount, "recoveries": row["recoveries"] + 1})
    change_claim(work, row["claim"], paid=work.state.get("claim", row["claim"])["paid"] - body.amount)
    _count_paid(work, row, -body.amount, first=False)


def _take_back(work: Effects, body: Recovery, row: Row) -> None:
    """A payout that bounced is undone: it may be paid again as a new one."""
    transit = f"transit/{body.payout}"
    work.books.move(transit, body.to, row["amount"], public=False)
    work.books.close_transit(transit)
    work.state.put("payout", body.payout, row={**row, "state": "returned"})
    claim = work.state.get("claim", row["claim"])
    change_claim(work, row["claim"], bounced=claim["bounced"] - row["amount"],
                 paid_out=claim["paid_out"] - row["amount"])
    work.figure(f"{row['programme']}/on_its_way", -row["amount"])
    _count_settled(work, row["programme"], claim["member"])


def _count_payee(work: Effects, account: str, person: str) -> None:
    """Count payouts and different persons since the account's last publication."""
    row = work.state.get("paying", account) or {"members": 0, "payouts": 0}
    new = work.state.get("payee", account, person) is None
    if new:
        work.state.put("payee", account, person, row=work.context.index)
    work.state.put("paying", account, row={"members": row["members"] + new, "payouts": row["payouts"] + 1})


def _count_paid(work: Effects, row: Row, amount: int, *, first: bool) -> None:
    """Change what was paid, in the programme and in the cover's period; a claim's first payout counts its case."""
    claim = work.state.get("claim", row["claim"])
    _count_settled(work, row["programme"], claim["member"])
    of_cover = work.state.get("cover", claim["cover"])
    for scope in (row["programme"], f"{row['programme']}/{of_cover['period']}"):
        work.figure(f"{scope}/paid", amount)
        if first:
            work.figure(f"{scope}/claims_paid", 1)
            work.figure(f"{scope}/person_times_paid", 1)


def _count_settled(work: Effects, programme: str, member: str) -> None:
    """The person counts as settled until a figure of payouts is said."""
    person = person_of(work.state, member)
    if work.state.get("settled", programme, person) is None:
        work.state.put("settled", programme, person, row=work.context.index)
        settling = work.state.get("settling", programme) or {"members": 0}
        work.state.put("settling", programme, row={"members": settling["members"] + 1})
