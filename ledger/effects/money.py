"""Effects of money in public: gifts, transfers, refunds, closes.

Source: docs/formats/kinds.md, state.md.
"""

from msgspec import UNSET

from ledger.effects import notices
from ledger.effects.work import Effects, send
from ledger.kinds import Close, Donation, MoneyMove, Receive, Refund
from ledger.rules.money import refund_legs
from ledger.terms import terms_on


def donation(work: Effects) -> None:
    """Gifts come in."""
    entry, index = work.context.the(Donation), work.context.index
    work.books.move(entry.from_, entry.to, entry.lines.total, public=True)
    first = work.books.moves[0]
    work.state.put("donation", index, row={
        "account": entry.to, "count": entry.lines.count, "pos": first["to_pos"], "programme": entry.programme,
        "root": entry.lines.root, "source": entry.from_, "total": entry.lines.total})
    work.figure(f"{entry.programme}/raised", entry.lines.total)
    if entry.tags is not UNSET:
        for tag in work.context.tag_file(entry.tags, count=entry.lines.count):
            work.state.put("tag", "trade", entry.programme, tag, row=index)


def transfer(work: Effects) -> None:
    """Money is on its way."""
    entry = work.context.the(MoneyMove)
    work.state.put("transfer", work.context.index, row={"programme": entry.programme, "purpose": entry.purpose})
    send(work, entry.from_, entry.to, entry.amount, purpose=entry.purpose, public=True)
    work.figure(f"{entry.programme}/on_its_way", entry.amount)
    notices.start_transfer(work)


def receive(work: Effects) -> None:
    """Money arrives at its destination."""
    _arrive(work, end="to")


def sent_back(work: Effects) -> None:
    """Money comes back to its source."""
    _arrive(work, end="source")


def money_move(work: Effects) -> None:
    """One move: income, spend, brought_forward."""
    entry = work.context.the(MoneyMove)
    work.books.move(entry.from_, entry.to, entry.amount, public=True)


def refund(work: Effects) -> None:
    """The gift goes back, piece by piece from where it rests, or whole from the account that the terms name."""
    entry = work.context.the(Refund)
    gift = work.state.get("donation", entry.donation)
    terms_row = terms_on(work.state, entry.programme, entry.at)
    share = None if terms_row is None else terms_row.get("claims_share")
    for leg in refund_legs(work.context, gift, entry):
        amount = leg.amount or entry.line.amount
        if leg.amount:
            work.books.move_targeted(leg.account, gift["source"], leg.start, leg.end, public=True)
        else:
            work.books.move(leg.account, gift["source"], amount, public=True)
        if leg.account == share:
            work.figure(f"{entry.programme}/assigned", -amount)
    work.state.put("refunded", entry.donation, entry.line.index, row=work.context.index)
    work.figure(f"{entry.programme}/raised", -entry.line.amount)


def close(work: Effects) -> None:
    """The period is closed; the accounts run on."""
    entry = work.context.the(Close)
    key = ("period", entry.programme, entry.period, entry.county)
    work.state.put(*key, row={**work.state.get(*key), "closed": work.context.index})
    for said in entry.accounts:
        row = work.books.account(said.account)
        work.state.put("closed", said.account, row={"in": row["in"], "out": row["out"]})


def _arrive(work: Effects, *, end: str) -> None:
    entry = work.context.the(Receive)
    transit = f"transit/{entry.transfer}"
    row, sent = work.books.account(transit), work.state.get("transfer", entry.transfer)
    work.programme = sent["programme"]
    work.books.move(transit, row[end], entry.amount, public=True)
    work.books.close_transit(transit)
    work.figure(f"{sent['programme']}/on_its_way", -entry.amount)
    if end == "to" and sent["purpose"] == "premium":
        work.figure(f"{sent['programme']}/premium", entry.amount)
