"""Well-formed terms: a formula of every kind, clauses stated, left open or chosen, and all that is optional.

Put together without the ledger's code; what they say is invented.
"""

from typing import Any


def choice(by: str, **readings: Any) -> dict[str, Any]:
    """A clause that hangs on a reading."""
    return {"by": by, "readings": [{"is": value, "name": name} for name, value in readings.items()]}


_PAYING: dict[str, Any] = {"caps": [], "conditions": [], "overlap": False, "rounding": "down"}
_BASE = {"fact": "residual"}

FORMULAS: dict[str, Any] = {
    "accident_death": {**_PAYING, "amount": 10_000_000, "conditions": [
        {"fact": "cause", "reason": "no_accident", "values": ["accident", 7, True]}], "kind": "lump_sum"},
    "age": {"at": choice("age_at", admission="admission", policy_start="policy_start"), "kind": "age", "max": 60,
            "max_inclusive": True, "min": 18},
    "allowance": {**_PAYING, "day_count": None, "kind": "per_diem", "per_day": 5000},
    "aid": {"kind": "allot"},
    "card": {"allowances": [{"category": "rice", "limit": 5000, "price_bp": 5000}], "kind": "card",
             "limit_in": "market_value", "rounding": "half_up", "subsidy": 10_000, "unspent": "lapses"},
    "disability": {**_PAYING, "grades": [{"amount": 10_000_000, "grade": "一级"}], "kind": "lump_sum_by_grade",
                   "max": 10_000_000},
    "due": {"duty": "pay", "kind": "deadline"},
    "expected": {"base": {"fact": "spent"}, "gives": 1, "kind": "estimate", "partial": "whole", "per": 300,
                 "rounding": None},
    "inpatient": {**_PAYING, "base": _BASE, "caps": [{"amount": None, "per": "year"}], "deductible": 0,
                  "kind": "indemnity", "overlap": True, "ratio_bp": 5000, "rounding": "half_even"},
    "left": {"invested_is": "gifts", "kind": "rollover", "split": "fund/dlz"},
    "parts": {"base": {"fact": "gift"}, "kind": "share", "split": "fund/dlz"},
    "premium": {"base": {"fact": "persons"}, "kind": "per_head", "rate": 1000},
    "surgery": {
        **_PAYING, "base": {"fact": "own_expense", "from": "bill", "less": ["basic_paid", "other_paid"]},
        "kind": "tiered", "tiers": [
            {"including": choice("exactly_1000", lower=True, upper=False), "pays": {"amount": 30_000},
             "up_to": 100_000},
            {"including": None, "pays": choice("second", half={"ratio_bp": 5000}, none=None), "up_to": 500_000},
            {"pays": {"at_most": 1_000_000, "ratio_bp": 8000}},
        ],
    },
}  # fmt: skip

DEADLINES: list[dict[str, Any]] = [
    {"amount": "claimed_until_decided", "conditions": [], "id": "decide", "starts": "complete", "tiers": [
        {"below": 1_000_000, "days": 3, "including": False}, {"days": None}], "unit": "working_day"},
    {"amount": "decided", "conditions": [], "id": "pay", "starts": "decision", "tiers": None, "unit": None},
]

TERMS: dict[str, Any] = {
    "accounts": [{"holder": "insurer", "name": "claims/dlz/{county}", "place": "bank-i"}],
    "basis": {"ratio": "assumed"}, "calendar": "cn", "claims_share": "fund/dlz/claims", "deadlines": DEADLINES,
    "document": "1a" * 32, "eligibility": "age", "first_day": "2019-01-01",
    "flows": [{"from": "fund/dlz/claims", "kind": "transfer", "purpose": "premium", "to": "claims/dlz/{county}"}],
    "formulas": FORMULAS, "k": 10, "life": {"decision": ["complete"]},
    "notices": [
        {"by": "foundation", "id": "progress", "months": 3, "on": "drive"},
        {"by": "foundation", "id": "final", "months": 3, "on": "drive_end"},
        {"by": "foundation", "id": "year_report", "on": "year", "year_day": "05-31"},
        {"above": 1000, "by": "foundation", "days": 30, "id": "large_transfer", "on": "transfer"},
    ],
    "officers": {"review": True, "two_above": None}, "premium": {"fact": "persons", "formula": "premium"},
    "programme": "dlz", "readings": {"age_at": "admission"}, "refund_from": "fund/dlz/other", "refusals": ["fraud"],
    "risk": "pool", "signed_by": {"claim": ["role:county|platform"], "cover": ["role:insurer", "role:foundation"]},
    "splits": [{"den": 10, "name": "fund/dlz", "num": 9, "rest": "fund/dlz/other", "to": "fund/dlz/claims"}],
    "unique": {"invoice": "log", "person": "programme"}, "unit": "CNY", "version": 1,
    "year": {"is": "calendar", "stay": choice("stay", admission="admission")}, "zone": "+08:00",
}  # fmt: skip
