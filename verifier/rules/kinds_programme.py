"""Governance and programme: `charter`, `terms`, `agreement`, `calendar`."""

from typing import Any

from verifier.entries.members import rules
from verifier.entries.signatories import open_key
from verifier.errors import Rejected
from verifier.rules import notices
from verifier.rules.act import Act, expand
from verifier.rules.books import PAYING, class_of
from verifier.rules.duties import rework_duties
from verifier.rules.rows import number


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
    if versions:
        _check_promises(value, act.newest_terms(act.programme))
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
    _check_ways(value)
    _check_life(value)
    _check_requirements(value)
    before = act.newest_terms(act.programme) or {"accounts": []}
    act.need_signers(*sorted({account["holder"] for account in [*value["accounts"], *before["accounts"]]}))
    act.rows.put(f"programme {act.programme}", {**row, "versions": [*versions, [value["first_day"], act.index]]})
    act.rows.put(f"terms {number(act.index)}", value)
    _open(act, value, counties)
    if value["version"] == 1:
        notices.start_terms(act)


def agreement(act: Act) -> None:
    """A county office takes part: the accounts declared for counties open for it."""
    county = act.value["county"]
    act.need_signers("role:foundation", "role:county", terms=act.need_terms(act.value["at"]))
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


def calendar(act: Act) -> None:
    """A year of a calendar: what is due by its working days is worked out again."""
    value = act.value
    parties = [name for name, _ in act.rows.group("party")]
    if 3 * len(act.signers) <= 2 * len(parties):
        raise Rejected("wrong_signers", f"{len(act.signers)} of {len(parties)} parties: two thirds are not enough")
    row = {"days_off": value["days_off"], "index": act.index, "work_days": value["work_days"]}
    act.rows.put(f"calendar {value['name']} {value['year']:04d}", row)
    rework_duties(act, value["name"], value["year"])


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


def _check_promises(value: Any, before: Any) -> None:
    """A version hides payouts among no fewer persons, and leaves where a thing counts once as it was."""
    usual = {"invoice": "log", "person": "programme"}
    if value["k"] < before["k"] or value.get("unique", usual) != before.get("unique", usual):
        raise Rejected("version_wrong", f"k was {before['k']} and may not fall, `unique` stays as it was")


def _check_ways(value: Any) -> None:
    """Payouts leave what bears the risk; days that are worked need a calendar."""
    for flow in value["flows"]:
        bearers = PAYING if value["risk"] == "pool" else ("own",)
        if flow["kind"] == "payout" and class_of(flow["from"]) not in bearers:
            raise Rejected("risk_wrong", f"a payout from {flow['from']}, where the risk is the {value['risk']}'s")
    units = [deadline["unit"] for deadline in value["deadlines"]]
    if "calendar" not in value and any(unit != "calendar_day" for unit in units):
        raise Rejected("calendar_missing", "deadlines may count working days, and the terms name no calendar")


def _check_life(value: Any) -> None:
    """A claim's life in these terms leaves states out, and adds none."""
    states = {name: one["from"] for name, one in rules()["claim_states"].items() if name != "payout"}
    for body, allowed in value.get("life", {}).items():
        more = sorted(set(allowed) - set(states.get(body, ())))
        if body not in states or more:
            raise Rejected("life_wrong", f"life: {body} may not start from [{', '.join(more)}]")
    if "life" in value and set(value["life"].get("objection", ())) & {"decided", "refused"} != {"decided", "refused"}:
        raise Rejected("life_wrong", "life: an objection starts from decided and from refused, whatever else it may")


def _check_requirements(value: Any) -> None:
    """Other signers stand only where they may, and an insurer signs every cover."""
    stated = value.get("signed_by", {})
    table = rules()["signers_by_terms"]
    strange = sorted(set(stated) - {*table["bodies"], *table["kinds"]})
    if strange:
        raise Rejected("signers_wrong", f"terms may not state who signs [{', '.join(strange)}]")
    for name in ("complete", "cover"):
        if name in stated and "role:insurer" not in stated[name]:
            raise Rejected("signers_wrong", f"expected role:insurer for {name}, got [{', '.join(stated[name])}]")
    for name in ("claim", "objection", "withdraw"):
        words = [set(asked.removeprefix("role:").split("|")) for asked in stated.get(name, ())]
        if words and all("insurer" in one for one in words):
            raise Rejected("signers_wrong", f"{name}: [{', '.join(stated[name])}] lets an insurer sign alone")


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
