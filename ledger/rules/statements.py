"""Rules for what is said about the books: balances, figures, reconciliations."""

from msgspec import UNSET

from ledger.books import PAYING, balance
from ledger.errors import Rejected
from ledger.kinds import Balance, PublishedFigure, Reconciliation
from ledger.rules.common import account, signed_by, told
from ledger.rules.context import Context
from ledger.rules.figures import held, held_share, may_be_told, supports, unit_of
from ledger.terms import newest


def trial_balance(context: Context) -> None:
    """A paying account's row is published only when payouts to k people or more hide in it together."""
    entry = context.the(Balance)
    for name in entry.publish:
        row = account(context, name)
        if row["class"] not in PAYING:
            raise Rejected("not_paying", f"{name} is no account that pays; its row stands in every trial balance")
        least = newest(context.state, row["programme"])["k"]
        paying = context.state.get("paying", name) or {"members": 0}
        if paying["members"] < least:
            raise Rejected("too_few_payouts", f"{name}: payouts to {paying['members']} members since its last "
                           f"publication, at least {least} are needed so that no single one shows")


def figure(context: Context) -> None:
    """A published number that the books hold, in its unit, as exactly as it says."""
    entry = context.the(PublishedFigure)
    if entry.of is UNSET:
        books, unit = held(context, entry.programme, entry.metric), unit_of(context, entry.programme, entry.metric)
        may_be_told(context, entry.programme, [entry.metric])
    else:
        books, unit = held_share(context, entry.programme, entry.metric, entry.of), "bp"
        may_be_told(context, entry.programme, entry.of)
    if entry.unit is not UNSET and entry.unit != unit:
        raise Rejected("unit_differs", f"{entry.metric} is counted in {unit}, got {entry.unit}")
    if not supports(books, entry.value, None if entry.precision is UNSET else entry.precision):
        raise Rejected("figure_not_supported", f"{entry.metric}: the books hold {books}, the figure says "
                       f"{entry.value}")


def reconciliation(context: Context) -> None:
    """A statement equals the accounts at its place, each difference named."""
    entry = context.the(Reconciliation)
    names = [name for (_table, _place, name), _ in context.state.scan("place", entry.place)]
    there = [(name, context.state.get("account", name)) for name in names]
    there = [(name, row) for name, row in there if row["unit"] == entry.unit]
    rows = [row for _, row in there]
    if not any(row["programme"] == entry.programme for row in rows):
        raise Rejected("place_unknown", f"no account of {entry.programme} in {entry.unit} lies at {entry.place}")
    holders = {row["holder"] for row in rows}
    if not context.signers <= holders:
        signed_by(context, holders=holders)
    for name, row in there:
        told(context, name, row)
    books = sum(balance(row) for row in rows) + entry.outside + sum(item.amount for item in entry.items)
    if books != entry.statement:
        raise Rejected("does_not_reconcile", f"{entry.place}: books, money outside and named items make {books}, the "
                       f"statement says {entry.statement}")
