"""Effects of what is said about the books: published rows and tries, figures said; nothing for the rest.

Source: docs/formats/kinds.md, state.md.
"""

from msgspec import UNSET

from ledger import balance
from ledger.effects import duties, notices
from ledger.effects.work import Effects
from ledger.errors import Rejected
from ledger.kinds import Balance, Notice, PublishedFigure
from ledger.rules.figures import held, is_of_payouts, may_be_told, supports
from ledger.state import mark
from ledger.strict import INTEGER_MAX


def trial_balance(work: Effects) -> None:
    """Duties past their due day are counted, rows published, tries brought up to date."""
    notices.count_late(work)
    duties.count_duties(work)
    for name in work.context.the(Balance).publish:
        row = work.books.account(name)
        work.state.put("published", name, row={
            "at": work.context.index, "in": row["in"], "next_out": row["next_out"], "out": row["out"]})
        mark(work.state, "published", name)
        work.state.delete("paying", name)
        for (_table, _account, member), _index in list(work.state.scan("payee", name)):
            work.state.delete("payee", name, member)
    work.step_salts()
    work.roots = balance.update(work.state, index=work.context.index)


def figure(work: Effects) -> None:
    """A figure of payouts is said: who was settled before it hides in it."""
    entry = work.context.the(PublishedFigure)
    if any(is_of_payouts(name) for name in ([entry.metric] if entry.of is UNSET else entry.of)):
        nobody_settled(work, entry.programme)


def notice(work: Effects) -> None:
    """What a notice tells is held against the books; what it meets is met, and of a series the next is open."""
    entry = work.context.the(Notice)
    for said in [] if entry.says is UNSET else entry.says:
        books = _told(work, entry.programme, said.metric)
        if books is not None and is_of_payouts(said.metric):
            nobody_settled(work, entry.programme)
        if books is None or not supports(books, said.value, None if said.precision is UNSET else said.precision):
            difference = None if books is None or abs(said.value - books) > INTEGER_MAX else said.value - books
            work.flags.append((said.metric, difference))
    if entry.meets is not UNSET:
        notices.meet(work, entry.meets)


def nobody_settled(work: Effects, programme: str) -> None:
    """Nobody of a programme counts as settled: a figure of its payouts was said."""
    work.state.delete("settling", programme)
    for (_table, _programme, person), _index in list(work.state.scan("settled", programme)):
        work.state.delete("settled", programme, person)


def nothing(work: Effects) -> None:
    """Its place in the log is all: correction, pledge, reconciliation."""


def _told(work: Effects, programme: str, metric: str) -> int | None:
    """What the books hold of a figure; None where they hold no such figure or may not tell it."""
    try:
        books = held(work.context, programme, metric)
        may_be_told(work.context, programme, [metric])
    except Rejected:
        return None
    return books
