"""What the parties agree on before money moves: the charter, the terms of both programmes, and the papers behind them.

Each function returns the members of one entry. The papers are invented; an entry names them by their hash.
"""

from datetime import date
from hashlib import sha256

from ledger.strict import JsonValue
from node.demo.desk import Keys
from node.demo.script import BankStatement, Script, TermsVersion

Value = dict[str, JsonValue]

OPERATOR = "platform"
QUORUM = 3
COUNTY = "{county}"
COSTS = ("platform-fee", "management", "fundraising", "programme")
# Where accounts lie: the alias of one bank or platform account each; what is paid out or spent lies with others.
PLACES = {"foundation": "foundation-bank", "insurer": "insurer-bank", "platform": "platform-account"}
OUTSIDE = "outside"
STATEMENT_PLACE = "relief-bank"


def paper(title: str) -> str:
    """The hash by which an entry names an invented paper."""
    return sha256(f"mingzhang demo: {title}".encode()).hexdigest()


def charter(keys: Keys, *, at: date) -> Value:
    """Four parties, each in one role; the donation platform operates the log; three of four make a head final."""
    parties: list[JsonValue] = [
        {"cosigner": own.cosigner_vkey, "key": own.entry.verifier.vkey, "name": name, "roles": [name]}
        for name, own in sorted(keys.parties.items())
    ]
    return {
        "at": str(at),
        "epoch": {"log": keys.log_vkey, "number": 1, "operator": OPERATOR},
        "kind": "charter",
        "parties": parties,
        "quorum": QUORUM,
        "rules": 1,
    }


def terms(script: Script, version: TermsVersion, *, number: int, at: date) -> Value:
    """One version of the programme's terms. A ratio that nobody published is null, until one is assumed."""
    common, accounts = script.terms, script.accounts
    ratio = version.ratio_bp
    return {
        "accounts": _accounts(script),
        "at": str(at),
        "basis": {
            "accounts": "invented",
            "age_max": common.age_max.basis,
            "age_min": version.age_min.basis,
            "benefit_cap": common.cap_fen.basis,
            "benefit_ratio": "assumed",
            "claims_share": common.claims_share_num.basis,
            "first_day": version.first_day.basis,
            "k": common.payees_min.basis,
            "risk": common.risk.basis,
            "rounding": common.rounding.basis,
        },
        "benefit": {
            "cap": common.cap_fen.value,
            "den": None if ratio is None else 10_000,
            "num": None if ratio is None else ratio.value,
        },
        "claims_share": accounts.claims_share,
        "document": paper(f"terms of {script.programme.id}, version {number}"),
        "eligibility": {
            "age_at": "policy_start",
            "age_max": common.age_max.value,
            "age_min": version.age_min.value,
        },
        "first_day": str(version.first_day.value),
        "flows": _flows(script),
        "k": common.payees_min.value,
        "kind": "terms",
        "programme": script.programme.id,
        "readings": {"age_at": "policy_start", "age_max": "inclusive", "cap_period": "cover", "rounding": "floor"},
        "refund_from": accounts.other_share,
        "risk": common.risk.value,
        "splits": [
            {
                "den": common.claims_share_den.value,
                "name": accounts.split,
                "num": common.claims_share_num.value,
                "rest": accounts.other_share,
                "to": accounts.claims_share,
            }
        ],
        "unit": script.programme.currency,
        "version": number,
        "zone": "Asia/Shanghai",
    }


def statement_terms(statement: BankStatement, *, at: date) -> Value:
    """The terms of the second programme: gifts come into one account, and nothing else is said."""
    accounts = statement.accounts
    return {
        "accounts": [
            {"holder": "foundation", "name": accounts.donors, "place": OUTSIDE},
            {"holder": "foundation", "name": accounts.fund, "place": STATEMENT_PLACE},
        ],
        "at": str(at),
        "basis": {"accounts": "invented", "programme": statement.name_en.basis},
        "document": paper(f"terms of {statement.id}, version 1"),
        "first_day": str(at),
        "flows": [{"from": accounts.donors, "kind": "donation", "purpose": "gift", "to": accounts.fund}],
        "k": 10,
        "kind": "terms",
        "programme": statement.id,
        "readings": {},
        "risk": "pool",
        "splits": [],
        "unit": statement.currency,
        "version": 1,
        "zone": "Asia/Ho_Chi_Minh",
    }


def _accounts(script: Script) -> list[JsonValue]:
    names = script.accounts
    held = [
        (names.donors, "platform", OUTSIDE),
        (names.bank, "foundation", OUTSIDE),
        (names.gifts, "platform", PLACES["platform"]),
        (names.split, "foundation", PLACES["foundation"]),
        (names.claims_share, "foundation", PLACES["foundation"]),
        (names.other_share, "foundation", PLACES["foundation"]),
        (names.own_foundation, "foundation", OUTSIDE),
        (names.own_insurer, "insurer", OUTSIDE),
        *((f"{names.spent}/{cost}", "foundation", OUTSIDE) for cost in COSTS),
        (_pattern(script, names.claims), "insurer", PLACES["insurer"]),
        (_pattern(script, script.rehearsal.account), "insurer", PLACES["insurer"]),
        (_pattern(script, names.recovered), "insurer", PLACES["insurer"]),
        (_pattern(script, names.paid), "insurer", OUTSIDE),
    ]
    return [{"holder": holder, "name": name, "place": place} for name, holder, place in held]


def _flows(script: Script) -> list[JsonValue]:
    names = script.accounts
    claims, recovered, paid = (_pattern(script, name) for name in (names.claims, names.recovered, names.paid))
    ways = [
        ("donation", "gift", names.donors, names.gifts),
        ("transfer", "settlement", names.gifts, names.split),
        ("transfer", "premium", names.claims_share, claims),
        ("payout", "payout", claims, paid),
        ("recovery", "recovery", paid, recovered),
        ("transfer", "recovered", recovered, claims),
        ("transfer", "advance", names.own_insurer, claims),
        ("transfer", "repay", claims, names.own_insurer),
        ("income", "interest", names.bank, names.other_share),
        *(("spend", cost, names.other_share, f"{names.spent}/{cost}") for cost in COSTS),
    ]
    return [{"from": source, "kind": kind, "purpose": purpose, "to": target} for kind, purpose, source, target in ways]


def _pattern(script: Script, account: str) -> str:
    """A county's account, as the pattern that the terms declare."""
    return account.removesuffix(script.county.code) + COUNTY
