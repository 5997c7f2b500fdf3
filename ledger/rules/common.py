"""Checks that many kinds share."""

from collections.abc import Iterable

from ledger.errors import Rejected
from ledger.rules.context import Context
from ledger.state import Row


def account(context: Context, name: str) -> Row:
    """The account exists. Rejected: account_unknown."""
    row = context.state.get("account", name)
    if row is None:
        raise Rejected("account_unknown", f"there is no account {name}")
    return row


def signed_by(context: Context, *, holders: Iterable[str] = (), roles: Iterable[str] = ()) -> None:
    """Every requirement (a party, a role `a|b`) is met by a signer, every signer meets one. Rejected: wrong_signers."""
    wanted: list[frozenset[str]] = [frozenset([holder]) for holder in holders]
    for alternatives in roles:
        any_of = alternatives.split("|")
        wanted.append(frozenset(name for name in context.signers if any(has_role(context, name, r) for r in any_of)))
    if not all(parties & context.signers for parties in wanted) or not context.signers <= frozenset().union(*wanted):
        needs = [*sorted(holders), *roles]
        raise Rejected("wrong_signers", f"{(context.body or context.entry).kind} is signed by {', '.join(needs)}, "
                       f"got {', '.join(sorted(context.signers))}")


def has_role(context: Context, party: str, role: str) -> bool:
    """Whether the charter gives `party` this role."""
    return role in context.state.get("party", party)["roles"]


def agreed(context: Context, programme: str, county: str) -> None:
    """The county has an agreement for the programme. Rejected: agreement_missing."""
    if context.state.get("agreed", programme, county) is None:
        raise Rejected("agreement_missing", f"county {county} has no agreement for programme {programme}")


def period_open(context: Context, programme: str, period: str, county: str, *, concerns: object) -> None:
    """The period is not closed, or the entry says that it concerns it all the same. Rejected: period_closed."""
    row = context.state.get("period", programme, period, county)
    if row is not None and row["closed"] is not None and concerns != period:
        raise Rejected("period_closed", f"period {period} of {programme} in {county} was closed by leaf "
                       f"{row['closed']}; a correction says concerns: {period}")
