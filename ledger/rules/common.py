"""Checks that many kinds share."""

from collections.abc import Iterable

from ledger.books import PAYING, SOURCES
from ledger.errors import Rejected
from ledger.rules.context import Context
from ledger.state import Row
from ledger.terms import check_flow

# Where payouts arrive, and what of them comes back.
SETTLED = ("paid", "recovered")


def account(context: Context, name: str) -> Row:
    """The account exists. Rejected: account_unknown."""
    row = context.state.get("account", name)
    if row is None:
        raise Rejected("account_unknown", f"there is no account {name}")
    return row


def flow(context: Context, terms: Row, *, kind: str, purpose: str, source: str, target: str,
         county: str | None = None) -> None:
    """The terms know this way, and it stays in their programme: terms of another one open no way out of an account.

    Sources are nobody's but their holder's. Money in transit goes by the entry that opened it alone. Money in sealed
    matters leaves accounts that pay, or a source, and none of it comes back into one that pays.

    Raises:
        Rejected: flow_unknown.
    """
    programme = terms["programme"]
    ends = [account(context, source), account(context, target)]
    strange = [end for end in ends if end["class"] == "transit"
               or (end["class"] not in SOURCES and end["programme"] != programme)]
    if strange:
        raise Rejected("flow_unknown", f"{source} to {target}: expected accounts of programme {programme} that are no "
                       f"transit accounts, got one of {strange[0]['programme']}")
    hidden = kind in ("payout", "recovery")
    if (kind == "payout" and ends[0]["class"] not in (*PAYING, *SOURCES)) or (hidden and ends[1]["class"] in PAYING):
        raise Rejected("flow_unknown", f"{source} to {target}: expected a {kind} to leave what may pay, and to reach "
                       "no account that pays")
    check_flow(terms, kind=kind, purpose=purpose, source=source, target=target, county=county)


def signed_by(context: Context, *, holders: Iterable[str] = (), roles: Iterable[str] = (), beside: Iterable[str] = (),
              terms: Row | None = None, insurer: str | None = None) -> None:
    """Every requirement (a party, a role `a|b`) is met by a signer, every signer meets one.

    Where `terms` state signers for this kind, theirs stand in place of `roles`, but not of those `beside`. With
    `insurer`, the role of that name is met by this party alone.

    Raises:
        Rejected: wrong_signers.
    """
    stated = None if terms is None else stated_signers(context, terms)
    roles = [*(roles if stated is None else stated), *beside]
    wanted: list[frozenset[str]] = [frozenset([holder]) for holder in holders]
    for alternatives in roles:
        any_of = alternatives.split("|")
        wanted.append(frozenset(name for name in context.signers
                                if any(_acts_as(context, name, role, insurer=insurer) for role in any_of)))
    if not all(parties & context.signers for parties in wanted) or not context.signers <= frozenset().union(*wanted):
        needs = [*sorted(holders), *roles]
        only = "" if insurer is None else f" (insurer: {insurer})"
        raise Rejected("wrong_signers", f"{context.kind} is signed by {', '.join(needs)}{only}, "
                       f"got {', '.join(sorted(context.signers))}")


def person_of(context: Context, commitment: str) -> str:
    """Who a member is: the tag, the same for one person in every membership, or without one the commitment."""
    tag = context.state.get("member", commitment)["tag"]
    return commitment if tag is None else str(tag)


def account_fits(context: Context, name: str, *, holder: str, unit: str, programme: str) -> None:
    """An account of terms does not exist, or is what they say; of a source, another programme may have opened it.

    Raises:
        Rejected: account_differs.
    """
    row = context.state.get("account", name)
    if row is None:
        return
    strange = row["class"] not in SOURCES and row["programme"] != programme
    if strange or (row["holder"], row["unit"]) != (holder, unit):
        raise Rejected("account_differs", f"{name} exists with holder {row['holder']} and unit {row['unit']}, opened "
                       f"by programme {row['programme']}")


def told(context: Context, name: str, row: Row) -> None:
    """What the books say of an account shows no payout that is not published, nor one settled and not in a figure.

    Raises:
        Rejected: unpublished_payouts.
    """
    paying = context.state.get("paying", name)
    if paying is not None:
        raise Rejected("unpublished_payouts", f"{name} has {paying['payouts']} payouts since its last published row; "
                       "publish it with a balance first")
    settling = context.state.get("settling", row["programme"])
    if row["class"] in SETTLED and settling is not None:
        raise Rejected("unpublished_payouts", f"{name}: payouts to {settling['members']} members were settled since "
                       "a figure of payouts was said; say one first")


def has_role(context: Context, party: str, role: str) -> bool:
    """Whether the charter gives `party` this role."""
    return role in context.state.get("party", party)["roles"]


def stated_signers(context: Context, terms: Row) -> list[str] | None:
    """The roles that terms ask for an entry of this kind in place of the usual ones; None where they state none."""
    stated = terms.get("signed_by", {}).get(context.kind)
    return None if stated is None else [requirement.removeprefix("role:") for requirement in stated]


def _acts_as(context: Context, party: str, role: str, *, insurer: str | None) -> bool:
    """Whether a party may sign as `role` here: the cover's insurer, where there is one, and no other."""
    if role == "insurer" and insurer is not None and party != insurer:
        return False
    return has_role(context, party, role)


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
