"""What an entry does: kind -> moves and rows. The only writer of State, with books.py for its accounts.

A kind's effect runs after its rules have passed; what can still refuse here is the arithmetic of the books. At the end
`Effects.finish` steps the salts of all rows that the entry touched. The files here stand beside those of rules/.
"""

from collections.abc import Callable

from ledger.effects import claims, cover, decisions, governance, money, notices, payouts, statements
from ledger.effects.work import Effects

__all__ = ["EFFECTS", "Effects"]

EFFECTS: dict[str, Callable[[Effects], None]] = {
    "agreement": governance.agreement,
    "balance": statements.trial_balance,
    "brought_forward": money.money_move,
    "calendar": governance.calendar,
    "charter": governance.charter,
    "close": money.close,
    "correction": statements.nothing,
    "cover": cover.cover,
    "donation": money.donation,
    "drive": notices.start_drive,
    "enrolment": cover.enrolment,
    "fact": governance.fact,
    "figure": statements.figure,
    "income": money.money_move,
    "notice": statements.notice,
    "pledge": statements.nothing,
    "receive": money.receive,
    "reconciliation": statements.nothing,
    "refund": money.refund,
    "return": money.sent_back,
    "spend": money.money_move,
    "terms": governance.terms,
    "transfer": money.transfer,
    "answer": claims.answer,
    "bounce": payouts.bounce,
    "claim": claims.claim,
    "complete": claims.complete,
    "confirm": payouts.confirm,
    "decision": decisions.decision,
    "objection": claims.objection,
    "payout": payouts.payout,
    "recovery": payouts.recovery,
    "request": claims.request,
    "withdraw": claims.withdraw,
}
