"""Rules for the charter, terms and agreements."""

from ledger import signature
from ledger.errors import FormatError, Rejected
from ledger.keys import COSIGNATURE, ED25519, VerifierKey, parse_vkey
from ledger.kinds import Agreement, Charter, Record, Split, Terms
from ledger.rules.common import signed_by
from ledger.rules.context import Context
from ledger.terms import newest, terms_at, versions


def charter_keys(charter: Charter) -> dict[str, VerifierKey]:
    """Return each party's entry key by the party's name.

    Raises:
        FormatError: a key is malformed, of the wrong type, or stands twice; names are not sorted and different.
        SignatureError: a key that the signature rule does not admit.
    """
    names = [party.name for party in charter.parties]
    if names != sorted(set(names)):
        raise FormatError(f"entry: charter: expected parties sorted by name and each once, got {names}")
    keys = {party.name: _key(party.key, ED25519) for party in charter.parties}
    cosigners = [_key(party.cosigner, COSIGNATURE) for party in charter.parties]
    publics = [key.public for key in (*keys.values(), *cosigners, _key(charter.epoch.log, ED25519))]
    if len(set(publics)) != len(publics):
        raise FormatError("entry: charter: the same public key stands in two places")
    for key in (*keys.values(), *cosigners):
        signature.admit_key(key.public, what=f"charter: key {key.name}")
    signature.admit_key(_key(charter.epoch.log, ED25519).public, what="charter: log key")
    return keys


def charter(context: Context) -> None:
    """The first leaf: an operator among the parties, a quorum of more than two thirds of them."""
    entry = context.the(Charter)
    parties = {party.name for party in entry.parties}
    if entry.epoch.operator not in parties or entry.epoch.number != 1 or entry.rules != 1:
        raise Rejected("charter_wrong", f"expected epoch 1, rules 1 and an operator among {sorted(parties)}, got epoch "
                       f"{entry.epoch.number}, rules {entry.rules}, operator {entry.epoch.operator}")
    if parse_vkey(entry.epoch.log).name != context.signed.origin:
        raise Rejected("charter_wrong", f"the log key's name is the origin {context.signed.origin}, got "
                       f"{entry.epoch.log}")
    if not 2 * len(parties) < 3 * entry.quorum <= 3 * len(parties):
        raise Rejected("charter_wrong", f"a quorum of {entry.quorum} among {len(parties)} parties: expected more than "
                       "two thirds of them, and no more than there are")
    signed_by(context, holders=parties)


def terms(context: Context) -> None:
    """A next version that leaves accounts, units and shares as they are, signed by all that hold its accounts."""
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
    for account in entry.accounts:
        row = context.state.get("account", account.name)
        if account.name.startswith("transit/") or (
            row is not None and (row["holder"], row["unit"]) != (account.holder, entry.unit)
        ):
            raise Rejected("account_differs", f"{account.name} exists with another holder or unit, or is a transit")
    _check_splits(context, entry)
    signed_by(context, holders=holders)


def agreement(context: Context) -> None:
    """Once for each county, by foundation and county."""
    entry = context.the(Agreement)
    terms_at(context.state, entry.programme, entry.at)
    signed_by(context, roles=("foundation", "county"))
    if context.state.get("agreed", entry.programme, entry.county) is not None:
        raise Rejected("agreement_exists", f"county {entry.county} has an agreement for {entry.programme}")


def record(context: Context) -> None:
    """Said on record under terms that hold; any party may."""
    entry = context.the(Record)
    terms_at(context.state, entry.programme, entry.at)


def _key(text: str, algorithm: int) -> VerifierKey:
    key = parse_vkey(text)
    if key.algorithm != algorithm:
        raise FormatError(f"entry: charter: key {key.name}: expected type {algorithm:02x}, got {key.algorithm:02x}")
    return key


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
