"""One well-formed entry of each kind and one body of each kind, put together without the ledger's code.

What they say is invented and need not hold in any log: the vectors of `entry` and `body` judge form alone.
"""

import json
from typing import Any

from nacl.signing import SigningKey

from tests.support.write_vectors_notes import line, note, public, seed
from tests.support.write_vectors_primitives import vkey_of

ORIGIN = "ledger.example/dlz"
NAMES = ("county", "foundation", "insurer", "platform")
VKEYS = {name: vkey_of(f"{name}.example", 1, public(name)) for name in NAMES}
COSIGNERS = {name: vkey_of(f"{name}.example/node", 4, public(f"{name} node")) for name in NAMES}
LOG_VKEY = vkey_of(ORIGIN, 1, public("log"))
NONCE = "0d" * 16
DOCUMENT, ROOT, DIGEST, MEMBER = "1a" * 32, "2b" * 32, "3c" * 32, "4d" * 32

_MONEY = {"amount": 500, "from": "fund/dlz/claims", "programme": "dlz", "purpose": "premium", "ref": "E2E-7",
          "to": "claims/dlz/kangbao"}
_RECORD = {"document": DOCUMENT, "programme": "dlz", "text": "三月募捐 opens"}
_ARRIVAL = {"amount": 500, "evidence": {"by": "bank", "digest": DIGEST}, "transfer": 7}

# Kind -> its own members. Those that every entry has are put in by `entry_value`.
ENTRIES: dict[str, dict[str, Any]] = {
    "agreement": {"county": "kangbao", "document": DOCUMENT, "programme": "dlz"},
    "balance": {"publish": ["claims/dlz/guyuan", "claims/dlz/kangbao"]},
    "brought_forward": _MONEY,
    "charter": {
        "epoch": {"log": LOG_VKEY, "number": 1, "operator": "platform"},
        "parties": [{"cosigner": COSIGNERS[name], "key": VKEYS[name], "name": name, "roles": [name]} for name in NAMES],
        "quorum": 3, "rules": 1,
    },
    "close": {
        "accounts": [{"account": "claims/dlz/kangbao", "closing": 300, "in": 500, "opening": 0, "out": 200}],
        "county": "kangbao", "period": "2019", "programme": "dlz",
    },
    "cover": {"county": "kangbao", "document": DOCUMENT, "first_day": "2019-01-01", "last_day": "2019-12-31",
              "period": "2019", "persons": 3, "premium": 0, "programme": "dlz", "terms": 1},
    "donation": {"from": "world/dlz/donors", "lines": {"count": 2, "root": ROOT, "total": 1000}, "programme": "dlz",
                 "purpose": "gifts", "to": "platform/dlz/gifts"},
    "drive": _RECORD,
    "enrolment": {"county": "kangbao", "lines": {"count": 3, "root": ROOT, "total": 3}, "op": "add", "period": "2019",
                  "programme": "dlz"},
    "fact": _RECORD,
    "figure": {"basis": "derived", "metric": "dlz/2019/persons", "programme": "dlz", "value": 3},
    "income": _MONEY,
    "notice": _RECORD,
    "pledge": {**_RECORD, "amount": 100},
    "receive": _ARRIVAL,
    "reconciliation": {"document": DOCUMENT, "items": [{"amount": -3, "what": "手续费"}], "outside": 0,
                       "place": "bank-f", "programme": "dlz", "statement": 497, "unit": "CNY"},
    "refund": {"donation": 4, "line": {"amount": 300, "commitment": MEMBER, "index": 1, "path": [[DIGEST, 700]]},
               "programme": "dlz", "reason": "double_charge"},
    "return": _ARRIVAL,
    "sealed": {"body": DIGEST, "programme": "dlz"},
    "spend": _MONEY,
    "terms": {
        "accounts": [{"holder": "insurer", "name": "claims/dlz/{county}", "place": "bank-i"}],
        "basis": {"ratio": "assumed"}, "benefit": {"cap": None, "den": 10, "num": 0}, "claims_share": "fund/dlz/claims",
        "document": DOCUMENT, "eligibility": {"age_at": "policy_start", "age_max": 60, "age_min": 18},
        "first_day": "2019-01-01",
        "flows": [{"from": "fund/dlz/claims", "kind": "transfer", "purpose": "premium", "to": "claims/dlz/{county}"}],
        "k": 10, "programme": "dlz", "readings": {"invested": "gifts"}, "refund_from": "fund/dlz/other",
        "risk": "pool", "splits": [{"den": 10, "name": "fund/dlz", "num": 9, "rest": "fund/dlz/other",
                                    "to": "fund/dlz/claims"}],
        "unit": "CNY", "version": 1, "zone": "Asia/Shanghai",
    },
    "transfer": _MONEY,
}  # fmt: skip

BODIES: dict[str, dict[str, Any]] = {
    "bounce": {"payout": 9, "reason": "closed_account"},
    "claim": {"admitted": "2019-03-01", "bill": 900, "complete": True, "cover": 5, "documents": [DOCUMENT],
              "invoices": [DIGEST], "member": MEMBER, "prior": [{"amount": 100, "payer": "basic"}], "residual": 800},
    "complete": {"claim": 7, "documents": [DOCUMENT]},
    "confirm": {"evidence": {"by": "payee", "digest": DIGEST}, "payout": 9},
    "decision": {"amount": 400, "claim": 7, "result": "pay", "steps": ["800 × 1/2 = 400"], "terms": 1},
    "payout": {"amount": 400, "decision": 8, "from": "claims/dlz/kangbao", "payee": DIGEST, "to": "paid/dlz/kangbao"},
    "recovery": {"amount": 50, "payout": 9, "reason": "paid_twice", "to": "recovered/dlz/kangbao"},
    "request": {"claim": 7, "missing": ["invoice"]},
    "withdraw": {"claim": 7},
}


def canonical(value: Any) -> str:
    """Canonical JSON by the standard library."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def signer(name: str) -> str:
    """How `signers` names a party's key."""
    return "+".join(VKEYS[name].split("+")[:2])


def entry_value(kind: str, /, *, by: tuple[str, ...] = ("foundation",), **changes: Any) -> dict[str, Any]:
    """The JSON value of the sample of a kind. A change to None leaves the member out."""
    at = {} if kind == "sealed" else {"at": "2019-03-01"}
    common = {"kind": kind, "nonce": NONCE, "signers": [signer(name) for name in by], "valid_until": "2019-03-31"}
    value = {**common, **at, **ENTRIES[kind], **changes}
    return {name: member for name, member in value.items() if member is not None}


def body_value(kind: str, /, **changes: Any) -> dict[str, Any]:
    """The JSON value of the sample of a body's kind. A change to None leaves the member out."""
    value = {"at": "2019-03-01", "kind": kind, "nonce": NONCE, **BODIES[kind], **changes}
    return {name: member for name, member in value.items() if member is not None}


def signature_line(text: str, name: str) -> str:
    """A party's signature line over a text."""
    return line(VKEYS[name], SigningKey(seed(name)).sign(text.encode("utf-8", "surrogatepass")).signature)


def entry_text(value: Any, *, origin: str = ORIGIN) -> str:
    """The text of an entry."""
    return f"{origin} entry/v1\n{canonical(value)}\n"


def signed_text(text: str, *, by: tuple[str, ...] = ("foundation",)) -> str:
    """A text as a note that these parties signed."""
    return note(text, *(signature_line(text, name) for name in by))


def signed_entry(kind: str, /, *, by: tuple[str, ...] = ("foundation",), **changes: Any) -> str:
    """The sample of a kind as a signed note."""
    return signed_text(entry_text(entry_value(kind, by=by, **changes)), by=by)
