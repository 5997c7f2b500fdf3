"""Rules for the charter, terms and agreements."""

from ledger.errors import Rejected
from ledger.kinds import Agreement, Charter, Record, Terms
from ledger.parts import Split
from ledger.rules.common import account_fits, signed_by
from ledger.rules.context import Context
from ledger.terms import COUNTY, in_county, newest, terms_at, versions


def charter(context: Context) -> None:
    """The first leaf: an operator among the parties, a quorum of more than two thirds of them."""
    entry = context.the(Charter)
    parties = {party.name for party in entry.parties}
    signed_by(context, holders=parties)
    enough = 2 * len(parties) < 3 * entry.quorum <= 3 * len(parties)
    if entry.epoch.operator not in parties or not enough:
        raise Rejected("charter_wrong", f"expected an operator among {sorted(parties)} and a quorum of more than two "
                       f"thirds of them, got {entry.epoch.operator} and {entry.quorum}")


def terms(context: Context) -> None:
    """A next version that leaves accounts, units and shares as they are.

    Signed by all that hold its accounts, and by all that hold those of the version before: nobody is left out of
    the terms by others.
    """
    entry = context.the(Terms)
    before = versions(context.state, entry.programme)
    if entry.version != len(before) + 1 or (before and entry.first_day.isoformat() <= before[-1][0]):
        raise Rejected("version_wrong", f"expected version {len(before) + 1} with a first day after "
                       f"{before[-1][0] if before else 'none'}, got {entry.version} from {entry.first_day}")
    old = context.state.get("programme", entry.programme)
    if old is not None and old["unit"] != entry.unit:
        raise Rejected("unit_differs", f"programme {entry.programme} counts in {old['unit']}, got {entry.unit}")
    holders = {account.holder for account in entry.accounts}
    for holder in sorted(holders):
        if context.state.get("party", holder) is None:
            raise Rejected("party_unknown", f"{holder} holds an account and is no party")
    counties = [county for (_table, _programme, county), _ in context.state.scan("agreed", entry.programme)]
    for account in entry.accounts:
        names = [in_county(account.name, county) for county in counties] if COUNTY in account.name else [account.name]
        for name in names:
            account_fits(context, name, holder=account.holder, unit=entry.unit, programme=entry.programme)
        if account.name.startswith("transit/"):
            raise Rejected("account_differs", f"{account.name}: only a transfer or payout opens a transit account")
    _check_splits(context, entry)
    if before:
        holders |= {str(account["holder"]) for account in newest(context.state, entry.programme)["accounts"]}
    signed_by(context, holders=holders)


def agreement(context: Context) -> None:
    """Once for each county, by foundation and county; nobody opened its accounts under another programme."""
    entry = context.the(Agreement)
    terms_at(context.state, entry.programme, entry.at)
    signed_by(context, roles=("foundation", "county"))
    if context.state.get("agreed", entry.programme, entry.county) is not None:
        raise Rejected("agreement_exists", f"county {entry.county} has an agreement for {entry.programme}")
    terms_row = newest(context.state, entry.programme)
    for account in terms_row["accounts"]:
        if COUNTY in account["name"]:
            account_fits(context, in_county(account["name"], entry.county), holder=account["holder"],
                         unit=terms_row["unit"], programme=entry.programme)


def record(context: Context) -> None:
    """Said on record under terms that hold; any party may."""
    entry = context.the(Record)
    terms_at(context.state, entry.programme, entry.at)


def _check_splits(context: Context, entry: Terms) -> None:
    """Splits stand on the terms' own accounts, form no ring, and never change their shares."""
    names = {account.name for account in entry.accounts}
    parts = {split.name: (split.to, split.rest) for split in entry.splits}
    before = {}
    if versions(context.state, entry.programme):
        before = {split["name"]: split for split in newest(context.state, entry.programme)["splits"]}
    for split in entry.splits:
        wrong = (
            not {split.name, split.to, split.rest} <= names
            or split.num >= split.den
            or split.to == split.rest
            or _descends(split.name, parts)
            or _differs(context, split, before)
        )
        if wrong:
            raise Rejected("split_wrong", f"{split.name}: three different accounts of these terms, num < den, no ring, "
                           "and the shares as they were: new shares are a new split account")
    if len(parts) != len(entry.splits):
        raise Rejected("split_wrong", "an account is split twice")
    gone = sorted(before.keys() - parts.keys())
    if gone:
        raise Rejected("split_wrong", f"the split of {gone[0]} is missing; a split stays")


def _differs(context: Context, split: Split, before: dict[str, dict[str, object]]) -> bool:
    """Whether the account exists with another split, or with none."""
    row = context.state.get("account", split.name)
    now = {"den": split.den, "num": split.num, "rest": split.rest, "to": split.to}
    return row is not None and row.get("split") != now


def _descends(name: str, parts: dict[str, tuple[str, str]]) -> bool:
    """Whether an account is its own descendant."""
    seen: set[str] = set()
    waiting = list(parts.get(name, ()))
    while waiting:
        child = waiting.pop()
        if child == name:
            return True
        if child not in seen:
            seen.add(child)
            waiting.extend(parts.get(child, ()))
    return False
