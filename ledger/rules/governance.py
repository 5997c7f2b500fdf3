"""Rules for the charter, terms and agreements."""

from msgspec import UNSET

from ledger.books import PAYING
from ledger.errors import Rejected
from ledger.kinds import Agreement, CalendarYear, Charter, Terms
from ledger.parts import Split
from ledger.rules.common import account_fits, signed_by
from ledger.rules.context import Context
from ledger.rules.table import TABLE
from ledger.state import Row
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
    if before:
        _check_kept(entry, newest(context.state, entry.programme))
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
    _check_risk(entry)
    _check_calendar(entry)
    _check_life(entry)
    _check_signed_by(entry)
    if before:
        holders |= {str(account["holder"]) for account in newest(context.state, entry.programme)["accounts"]}
    signed_by(context, holders=holders)


def agreement(context: Context) -> None:
    """Once for each county, by foundation and county; nobody opened its accounts under another programme."""
    entry = context.the(Agreement)
    signed_by(context, roles=("foundation", "county"), terms=terms_at(context.state, entry.programme, entry.at))
    if context.state.get("agreed", entry.programme, entry.county) is not None:
        raise Rejected("agreement_exists", f"county {entry.county} has an agreement for {entry.programme}")
    terms_row = newest(context.state, entry.programme)
    for account in terms_row["accounts"]:
        if COUNTY in account["name"]:
            account_fits(context, in_county(account["name"], entry.county), holder=account["holder"],
                         unit=terms_row["unit"], programme=entry.programme)


def calendar(context: Context) -> None:
    """A year's days off and days that are worked, signed by more than two thirds of the parties."""
    context.the(CalendarYear)
    parties = len(list(context.state.scan("party")))
    if 3 * len(context.signers) <= 2 * parties:
        raise Rejected("wrong_signers", f"calendar is signed by more than two thirds of the {parties} parties, got "
                       f"{', '.join(sorted(context.signers))}")


def _check_kept(entry: Terms, before: Row) -> None:
    """What hides payouts hides no less, and what counts once counts within the same as before."""
    unique = (entry.unique.invoice, entry.unique.person) if entry.unique is not UNSET else ("log", "programme")
    was = before.get("unique", {"invoice": "log", "person": "programme"})
    if entry.k < before["k"] or unique != (was["invoice"], was["person"]):
        raise Rejected("version_wrong", f"expected k of at least {before['k']}, and `unique` as before, got k "
                       f"{entry.k}, invoices within the {unique[0]} and persons within the {unique[1]}")


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


def _check_risk(entry: Terms) -> None:
    """Payouts leave what donors put together under risk `pool`, the insurer's own money under `insurer`."""
    classes = PAYING if entry.risk == "pool" else ("own",)
    for flow in entry.flows:
        if flow.kind == "payout" and flow.from_.partition("/")[0] not in classes:
            raise Rejected("risk_wrong", f"risk {entry.risk}: expected payouts to leave an account of class "
                           f"{' or '.join(classes)}, got {flow.from_}")


def _check_calendar(entry: Terms) -> None:
    """Days that are not simply those of the year are counted by a calendar."""
    for at, deadline in enumerate(entry.deadlines):
        if deadline.unit != "calendar_day" and entry.calendar is UNSET:
            raise Rejected("calendar_missing", f"deadlines.{at} may count working days; the terms name no calendar")


def _check_life(entry: Terms) -> None:
    """Terms may take away states that a claim's step starts from, and add none; what was decided is paid by all."""
    steps = {name: step for name, step in TABLE["claim_states"].items() if name != "payout"}
    for name, states in ({} if entry.life is UNSET else entry.life).items():
        strange = [state for state in states if state not in steps.get(name, {"from": []})["from"]]
        if name not in steps or strange:
            allowed = " or ".join(steps[name]["from"]) if name in steps else f"one of {', '.join(steps)}"
            raise Rejected("life_wrong", f"life.{name}: expected {allowed}, got {', '.join(strange) or name}")
    if entry.life is not UNSET and not {"decided", "refused"} <= set(entry.life.get("objection", ())):
        raise Rejected("life_wrong", "life.objection: expected decided and refused among its states; what is decided "
                       "may be objected to")


def _check_signed_by(entry: Terms) -> None:
    """Terms choose signers where they may; an insurer signs what binds it, and the other side's acts are its own."""
    stated = {} if entry.signed_by is UNSET else entry.signed_by
    kinds = [name for family in ("kinds", "bodies") for name in TABLE["signers_by_terms"][family]]
    for name in stated:
        if name not in kinds:
            raise Rejected("signers_wrong", f"signed_by.{name}: terms may state signers of {', '.join(kinds)}")
    for name in ("complete", "cover"):
        if "role:insurer" not in stated.get(name, ["role:insurer"]):
            raise Rejected("signers_wrong", f"signed_by.{name}: expected role:insurer among its requirements, got "
                           f"{', '.join(stated[name])}")
    for name in ("claim", "objection", "withdraw"):
        sides = [requirement.removeprefix("role:").split("|") for requirement in stated.get(name, ["role:county"])]
        if all("insurer" in side for side in sides):
            raise Rejected("signers_wrong", f"signed_by.{name}: expected a requirement that an insurer does not meet, "
                           f"got {', '.join(stated[name])}")


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
