"""Every kind of entry and body of rules version 1, and the function that checks it and has its effects."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from verifier.rules import (
    kinds_books,
    kinds_claims,
    kinds_close,
    kinds_cover,
    kinds_decisions,
    kinds_money,
    kinds_notices,
    kinds_payouts,
    kinds_programme,
)
from verifier.rules.act import Act

Effect = Callable[[Act], None]

# `sealed` is missing: what happens is what its body says.
KINDS: Mapping[str, Effect] = MappingProxyType(
    {
        "agreement": kinds_programme.agreement,
        "balance": kinds_books.balance,
        "brought_forward": kinds_money.brought_forward,
        "calendar": kinds_programme.calendar,
        "charter": kinds_programme.charter,
        "close": kinds_close.close,
        "correction": kinds_notices.correction,
        "cover": kinds_cover.cover,
        "donation": kinds_money.donation,
        "drive": kinds_notices.drive,
        "enrolment": kinds_cover.enrolment,
        "fact": kinds_notices.fact,
        "figure": kinds_books.figure,
        "income": kinds_money.income,
        "notice": kinds_notices.notice,
        "pledge": kinds_notices.pledge,
        "receive": kinds_money.receive,
        "reconciliation": kinds_books.reconciliation,
        "refund": kinds_close.refund,
        "return": kinds_money.return_,
        "spend": kinds_money.spend,
        "terms": kinds_programme.terms,
        "transfer": kinds_money.transfer,
    }
)

BODIES: Mapping[str, Effect] = MappingProxyType(
    {
        "answer": kinds_decisions.answer,
        "bounce": kinds_payouts.bounce,
        "claim": kinds_claims.claim,
        "complete": kinds_claims.complete,
        "confirm": kinds_payouts.confirm,
        "decision": kinds_decisions.decision,
        "objection": kinds_decisions.objection,
        "payout": kinds_payouts.payout,
        "recovery": kinds_payouts.recovery,
        "request": kinds_claims.request,
        "withdraw": kinds_claims.withdraw,
    }
)
