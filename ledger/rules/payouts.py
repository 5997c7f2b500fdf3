"""Rules for payouts: money on its way to a person, what arrives, bounces and comes back."""

from msgspec import UNSET

from ledger.bodies import Bounce, Confirm, Payout, Recovery
from ledger.errors import Rejected
from ledger.rules.common import account, flow, signed_by
from ledger.rules.context import Context
from ledger.rules.life import check_state, officers_sign, own_village, programme_of
from ledger.state import Row
from ledger.terms import terms_at


def payout(context: Context) -> None:
    """One decision, no more than it decided; a payment that bounced is made again from where it waits."""
    body = context.the(Payout)
    row = context.state.get("decision", body.decision)
    if row is None or row["programme"] != programme_of(context) or not row["amount"]:
        raise Rejected("decision_unknown", f"leaf {body.decision} is no decision to pay of {programme_of(context)}")
    claim = context.state.get("claim", row["claim"])
    if claim["decision"] != body.decision:
        raise Rejected("decision_superseded", f"claim {row['claim']} was decided anew by leaf {claim['decision']}")
    source = account(context, body.from_)
    account(context, body.to)
    signed_by(context, holders=[source["holder"]])
    check_state(context, claim, row["claim"], step="payout")
    officers_sign(context, claim, party=source["holder"], amount=None, others=row["officers"])
    terms = terms_at(context.state, row["programme"], body.at)
    flow(context, terms, kind="payout", purpose="payout", source=body.from_, target=body.to,
         county=context.state.get("cover", claim["cover"])["county"])
    if body.again is not UNSET:
        first = context.state.get("payout", body.again)
        right = (body.from_, row["claim"], "bounced", body.amount, body.part)
        if first is None or tuple(first[part] for part in ("account", "claim", "state", "amount", "part")) != right:
            raise Rejected("payout_not_bounced", f"leaf {body.again} is no bounced payout of {body.amount}, part "
                           f"{body.part}, for claim {row['claim']}")
        if claim["paid_out"] > claim["amount"]:
            raise Rejected("exceeds_decision", f"claim {row['claim']} was decided down to {claim['amount']} after "
                           f"{claim['paid_out']} were paid out; what bounced comes back first, by a recovery")
        return
    if body.part != claim["payouts"] + 1:
        raise Rejected("part_wrong", f"claim {row['claim']} was paid in {claim['payouts']} parts so far, got part "
                       f"{body.part}")
    if body.amount > claim["amount"] - claim["paid_out"]:
        raise Rejected("exceeds_decision", f"decision {body.decision} has {claim['amount'] - claim['paid_out']} left "
                       f"to pay, got {body.amount}")


def confirm(context: Context) -> None:
    """The payee, an agent or a bank line says that it arrived."""
    _open_payout(context, context.the(Confirm).payout, roles="insurer|county|platform")


def bounce(context: Context) -> None:
    """It did not arrive."""
    _open_payout(context, context.the(Bounce).payout, roles="insurer")


def recovery(context: Context) -> None:
    """No more comes back than arrived, and each part once; what bounced comes back whole."""
    body = context.the(Recovery)
    row = _payout(context, body.payout)
    account(context, body.to)
    signed_by(context, holders=[account(context, row["to"])["holder"]])
    if row["state"] not in ("bounced", "confirmed"):
        raise Rejected("payout_not_confirmed", f"payout {body.payout} is {row['state']}")
    terms = terms_at(context.state, row["programme"], body.at)
    flow(context, terms, kind="recovery", purpose="recovery", source=row["to"], target=body.to)
    if body.part != row["recoveries"] + 1:
        raise Rejected("part_wrong", f"payout {body.payout} came back in {row['recoveries']} parts so far, got part "
                       f"{body.part}")
    if row["state"] == "bounced" and body.amount != row["amount"]:
        raise Rejected("amount_wrong", f"payout {body.payout} bounced with {row['amount']} and comes back whole, got "
                       f"{body.amount}")
    if body.amount > row["amount"] - row["recovered"]:
        raise Rejected("exceeds_payout", f"payout {body.payout} has {row['amount'] - row['recovered']} to recover, got "
                       f"{body.amount}")


def _payout(context: Context, index: int) -> Row:
    row = context.state.get("payout", index)
    if row is None or row["programme"] != programme_of(context):
        raise Rejected("payout_unknown", f"leaf {index} is no payout of programme {programme_of(context)}")
    return row


def _open_payout(context: Context, index: int, *, roles: str) -> None:
    row = _payout(context, index)
    claim = context.state.get("claim", row["claim"])
    signed_by(context, roles=(roles,), terms=context.state.get_terms(claim["terms"]), insurer=claim["insurer"])
    own_village(context, claim["member"])
    if row["state"] != "open":
        raise Rejected("payout_not_open", f"payout {index} is {row['state']}")
