"""Effects of what is said about the books: published rows and tries; nothing for the rest.

Source: docs/formats/kinds.md, state.md.
"""

from ledger import balance
from ledger.effects.work import Effects
from ledger.kinds import Balance, PublishedFigure
from ledger.rules.statements import OF_PAYOUTS
from ledger.state import mark


def trial_balance(work: Effects) -> None:
    """Rows are published, tries brought up to date."""
    for name in work.context.the(Balance).publish:
        row = work.books.account(name)
        work.state.put("published", name, row={
            "at": work.context.index, "in": row["in"], "next_out": row["next_out"], "out": row["out"]})
        mark(work.state, "published", name)
        work.state.delete("paying", name)
        for (_table, _account, member), _index in list(work.state.scan("payee", name)):
            work.state.delete("payee", name, member)
    work.roots = balance.update(work.state, index=work.context.index)


def figure(work: Effects) -> None:
    """A figure of payouts is said: who was settled before it hides in it."""
    entry = work.context.the(PublishedFigure)
    if entry.metric.rpartition("/")[2] in OF_PAYOUTS:
        work.state.delete("settling", entry.programme)
        for (_table, _programme, person), _index in list(work.state.scan("settled", entry.programme)):
            work.state.delete("settled", entry.programme, person)


def nothing(work: Effects) -> None:
    """Its place in the log is all: drive, fact, notice, pledge, reconciliation."""
