"""One well-formed entry of each kind and one body of each kind, put together without the ledger's code.

What they say is invented and need not hold in any log: the vectors of `entry` and `body` judge form alone.
"""

import json
from typing import Any

from nacl.signing import SigningKey

from tests.support.vector_terms import TERMS
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
    "calendar": {"days_off": ["2019-10-01", "2019-10-02"], "document": DOCUMENT, "name": "cn",
                 "work_days": ["2019-09-29", "2019-10-12"], "year": 2019},
    "charter": {
        "epoch": {"log": LOG_VKEY, "number": 1, "operator": "platform"},
        "parties": [{"cosigner": COSIGNERS[name], "key": VKEYS[name], "name": name, "roles": [name]} for name in NAMES],
        "quorum": 3, "rules": 1,
    },
    "close": {
        "accounts": [{"account": "claims/dlz/kangbao", "closing": 300, "in": 500, "opening": 0, "out": 200}],
        "county": "kangbao", "period": "2019", "programme": "dlz",
    },
    "correction": {**_RECORD, "of": 7},
    "cover": {"county": "kangbao", "document": DOCUMENT, "first_day": "2019-01-01", "last_day": "2019-12-31",
              "period": "2019", "persons": 3, "premium": 0, "programme": "dlz", "terms": 1},
    "donation": {"from": "world/dlz/donors", "lines": {"count": 2, "root": ROOT, "total": 1000}, "programme": "dlz",
                 "purpose": "gifts", "to": "platform/dlz/gifts"},
    "drive": {**_RECORD, "first_day": "2019-03-01", "last_day": "2019-12-31"},
    "enrolment": {"columns": [{"name": "households", "root": DIGEST, "total": 1}], "county": "kangbao",
                  "lines": {"count": 3, "root": ROOT, "total": 3}, "op": "add", "period": "2019", "place": "hekou",
                  "programme": "dlz"},
    "fact": {**_RECORD, "county": "kangbao", "name": "population", "value": 270_000},
    "figure": {"basis": "derived", "metric": "dlz/2019/persons", "programme": "dlz", "value": 3},
    "income": _MONEY,
    "notice": {**_RECORD, "meets": {"due": "2019-05-31", "entry": 1, "id": "year_report"},
               "says": [{"metric": "dlz/raised", "precision": {"kind": "at_least", "unit": 10_000}, "value": 0}]},
    "pledge": {**_RECORD, "amount": 100},
    "receive": _ARRIVAL,
    "reconciliation": {"document": DOCUMENT, "items": [{"amount": -3, "what": "手续费"}], "outside": 0,
                       "place": "bank-f", "programme": "dlz", "statement": 497, "unit": "CNY"},
    "refund": {"donation": 4, "line": {"amount": 300, "commitment": MEMBER, "index": 1, "path": [[DIGEST, 700]]},
               "programme": "dlz", "reason": "double_charge"},
    "return": _ARRIVAL,
    "sealed": {"body": DIGEST, "programme": "dlz"},
    "spend": _MONEY,
    "terms": TERMS,
    "transfer": _MONEY,
}  # fmt: skip

BODIES: dict[str, dict[str, Any]] = {
    "answer": {"claim": 7, "document": DOCUMENT, "objection": 9, "result": "stands"},
    "bounce": {"payout": 9, "reason": "closed_account"},
    "claim": {"admitted": "2019-03-01", "benefits": ["inpatient", "allowance"], "bill": 900, "claimed": 800,
              "complete": True, "cover": 5, "documents": [DOCUMENT],
              "facts": {"cause": "骨折", "days": 3, "urgent": True}, "invoices": [DIGEST], "member": MEMBER,
              "prior": [{"amount": 100, "payer": "basic"}], "residual": 800},
    "complete": {"claim": 7, "documents": [DOCUMENT]},
    "confirm": {"evidence": {"by": "payee", "digest": DIGEST}, "payout": 9},
    "decision": {
        "amount": 400, "benefits": [
            {"amount": 400, "benefit": "inpatient", "steps": [
                {"clause": "base", "in": [800], "name": "residual", "op": "base", "out": 800},
                {"clause": "ratio_bp", "in": [800, 5000], "op": "ratio", "out": 400}]},
            {"amount": 0, "benefit": "allowance", "reason": "nothing_left", "steps": []}],
        "claim": 7, "result": "pay", "terms": 1,
    },
    "objection": {"about": 8, "claim": 7, "document": DOCUMENT},
    "payout": {"amount": 400, "decision": 8, "from": "claims/dlz/kangbao", "part": 1, "payee": DIGEST,
               "to": "paid/dlz/kangbao"},
    "recovery": {"amount": 50, "part": 1, "payout": 9, "reason": "paid_twice", "to": "recovered/dlz/kangbao"},
    "request": {"claim": 7, "missing": ["invoice"]},
    "withdraw": {"claim": 7},
}  # fmt: skip


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
