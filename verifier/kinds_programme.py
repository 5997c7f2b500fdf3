"""Governance and programme: `charter`, `terms`, `agreement`, and what is only put on record."""

from typing import Any

from verifier.act import Act, expand
from verifier.errors import Rejected
from verifier.rows import number
from verifier.signatories import open_key


def charter(act: Act) -> None:
    """The parties, their keys and the quorum: the first leaf."""
    parties = act.value["parties"]
    names = {party["name"] for party in parties}
    act.need_signers(*sorted(names))
    quorum, operator = act.value["quorum"], act.value["epoch"]["operator"]
    if operator not in names or not 3 * quorum > 2 * len(parties) or quorum > len(parties):
        raise Rejected(
            "charter_wrong",
            f"expected an operator among {len(parties)} parties and a quorum above two thirds, "
            f"got {operator} and {quorum}",
        )
    for party in parties:
        act.rows.put(f"party {party['name']}", {member: party[member] for member in ("cosigner", "key", "roles")})
        act.rows.put(f"key {open_key(party['key'])}", party["name"])
        for officer in party.get("officers", ()):
            members = {"key": officer["key"], "name": officer["name"], "place": officer.get("place")}
            act.rows.put(f"officer {open_key(officer['key'])}", {**members, "party": party["name"]})


def terms(act: Act) -> None:
    """A version of a programme's terms; it opens the accounts that it names."""
    value = act.value
    row = act.rows.get(f"programme {act.programme}") or {"unit": value["unit"], "versions": []}
    versions = row["versions"]
    if value["version"] != len(versions) + 1 or (versions and value["first_day"] <= versions[-1][0]):
        raise Rejected(
            "version_wrong",
            f"expected version {len(versions) + 1} of {act.programme}, with a later first day than the one before, "
            f"got {value['version']} of {value['first_day']}",
        )
    if value["unit"] != row["unit"]:
        raise Rejected("unit_differs", f"programme {act.programme} is in {row['unit']}, the terms in {value['unit']}")
    for account in value["accounts"]:
        if act.rows.get(f"party {account['holder']}") is None:
            raise Rejected("party_unknown", f"account {account['name']}: {account['holder']} is no party")
    counties = _counties(act)
    for account in value["accounts"]:
        _check_account(act, account, counties)
    splits = {split["name"]: split for split in value["splits"]}
    _check_splits(act, splits)
    before = act.newest_terms(act.programme) or {"accounts": []}
    act.need_signers(*sorted({account["holder"] for account in [*value["accounts"], *before["accounts"]]}))
    act.rows.put(f"programme {act.programme}", {**row, "versions": [*versions, [value["first_day"], act.index]]})
    act.rows.put(f"terms {number(act.index)}", value)
    _open(act, value, counties)


def agreement(act: Act) -> None:
    """A county office takes part: the accounts declared for counties open for it."""
    county = act.value["county"]
    act.need_terms(act.value["at"])
    act.need_signers("role:foundation", "role:county")
    agreed = act.rows.get(f"agreed {act.programme} {county}")
    if agreed is not None:
        raise Rejected("agreement_exists", f"{county} agreed to {act.programme} in leaf {agreed}")
    newest = act.newest_terms(act.programme)
    patterns = [account for account in newest["accounts"] if "{county}" in account["name"]]
    for account in patterns:
        for name in expand(account["name"], [county]):
            act.need_same_account(account, name, unit=newest["unit"])
    act.rows.put(f"agreed {act.programme} {county}", act.index)
    _open(act, {**newest, "accounts": patterns}, [county])


def record(act: Act) -> None:
    """`drive`, `notice`, `fact`, `pledge`: no effect but a place in the log."""
    act.need_terms(act.value["at"])


def _counties(act: Act) -> list[str]:
    """The counties agreed so far, in order of agreement."""
    agreed = act.rows.group(f"agreed {act.programme}")
    return [county for county, _ in sorted(agreed, key=lambda item: int(item[1]))]


def _check_account(act: Act, account: Any, counties: list[str]) -> None:
    if account["name"].startswith("transit/"):
        raise Rejected("account_differs", f"account {account['name']}: only entries open transit accounts")
    for name in expand(account["name"], counties):
        act.need_same_account(account, name, unit=act.value["unit"])


def _check_splits(act: Act, splits: dict[str, Any]) -> None:
    names = {account["name"] for account in act.value["accounts"]}
    if len(splits) != len(act.value["splits"]):
        raise Rejected("split_wrong", "an account is split twice")
    before = act.newest_terms(act.programme) or {"splits": []}
    for split in before["splits"]:
        if split["name"] not in splits:
            raise Rejected("split_wrong", f"split {split['name']} of the version before is missing")
    for name, split in splits.items():
        if not {name, split["to"], split["rest"]} <= names or split["num"] >= split["den"]:
            raise Rejected("split_wrong", f"split {name}: expected accounts of these terms and a share below 1")
        row = act.rows.get(f"account {name}")
        if len({name, split["to"], split["rest"]}) != 3 or (row is not None and row.get("split") != _split_row(split)):
            raise Rejected(
                "split_wrong",
                f"split {name}: expected three accounts, and the share that the account has, if it exists",
            )
    for name in splits:
        if name in _descendants(act, splits, name):
            raise Rejected("split_wrong", f"split {name} passes on to itself")


def _descendants(act: Act, splits: dict[str, Any], name: str) -> set[str]:
    """All accounts to which a split passes on, directly or through others."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        now = waiting.pop()
        split = splits.get(now) or (act.rows.get(f"account {now}") or {}).get("split")
        children = {split["to"], split["rest"]} if split else set()
        waiting.extend(children - found)
        found |= children
    return found


def _open(act: Act, value: Any, counties: list[str]) -> None:
    """Open the accounts of terms that do not exist, in the order given."""
    splits = {split["name"]: _split_row(split) for split in value["splits"]}
    for account in value["accounts"]:
        for name in expand(account["name"], counties):
            if act.rows.get(f"account {name}") is None:
                members = {"holder": account["holder"], "place": account["place"]}
                split = {"split": splits[name]} if name in splits else {}
                act.open_account(name, {**members, "programme": act.programme, "unit": value["unit"], **split})
                act.rows.put(f"place {account['place']} {name}", act.programme)


def _split_row(split: Any) -> dict[str, Any]:
    return {member: split[member] for member in ("den", "num", "rest", "to")}
