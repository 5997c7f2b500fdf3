"""Rules for sealed matters: the life of a claim, from its papers to the money in a person's hand."""

import json
from datetime import date
from importlib import resources
from typing import Any

from msgspec import UNSET

from ledger.bodies import Bounce, Claim, Complete, Confirm, Decision, Payout, Recovery, Request, Withdraw
from ledger.errors import Rejected
from ledger.kinds import Sealed
from ledger.rules.common import account, flow, period_open, person_of, signed_by
from ledger.rules.context import Context
from ledger.rules.tags import unused_tags
from ledger.state import Row
from ledger.terms import payable, terms_at, terms_on

_TABLES: dict[str, Any] = json.loads(resources.files("ledger.tables").joinpath("rules-1.json").read_bytes())
_STATES: dict[str, Any] = _TABLES["claim_states"]


def programme_of(context: Context) -> str:
    """The programme that the sealed entry names."""
    sealed = context.entry
    assert isinstance(sealed, Sealed)
    return sealed.programme


def next_state(kind: str, *, result: str | None = None) -> str:
    """The state that a body of this kind brings a claim to."""
    target = _STATES[kind]["to"]
    return str(target if result is None else target[result])


def claim(context: Context) -> None:
    """By a county or platform, for a member covered on that day; the sum is right, no invoice comes twice."""
    body = context.the(Claim)
    cover = context.state.get("cover", body.cover)
    if cover is None or cover["programme"] != programme_of(context):
        raise Rejected("cover_unknown", f"leaf {body.cover} is no cover of programme {programme_of(context)}")
    signed_by(context, roles=("county|platform",))
    member = context.state.get("member", body.member)
    place = ("programme", "period", "county")
    if member is None or [member[part] for part in place] != [cover[part] for part in place]:
        raise Rejected("member_unknown", f"{body.member} is no member under cover {body.cover}")
    if member["removed"] is not None and member["removed"] <= body.admitted.isoformat():
        raise Rejected("not_member_then", f"the member was removed on {member['removed']}, admitted {body.admitted}")
    if not cover["first_day"] <= body.admitted.isoformat() <= cover["last_day"]:
        raise Rejected("outside_cover", f"admitted {body.admitted}, the cover runs from {cover['first_day']} to "
                       f"{cover['last_day']}")
    period_open(context, cover["programme"], cover["period"], cover["county"], concerns=body.concerns)
    left = body.bill - sum(prior.amount for prior in body.prior)
    if left != body.residual:
        raise Rejected("arithmetic_wrong", f"the bill less what was paid before is {left}, the claim says "
                       f"{body.residual}")
    unused_tags(context, body.invoices, id_type="invoice", scope="-", reason="invoice_used")


def request(context: Context) -> None:
    """The insurer names what is missing."""
    _claim_step(context, context.the(Request).claim, roles="insurer")


def complete(context: Context) -> None:
    """The insurer says that the papers are complete."""
    _claim_step(context, context.the(Complete).claim, roles="insurer")


def withdraw(context: Context) -> None:
    """The side that filed takes the claim back before it is decided."""
    _claim_step(context, context.the(Withdraw).claim, roles="county|platform")


def decision(context: Context) -> None:
    """The amount is what the terms of the day pay, no more and no less; or nothing, with reasons."""
    body = context.the(Decision)
    row = _claim_step(context, body.claim, roles="insurer")
    terms = terms_on(context.state, row["programme"], date.fromisoformat(row["admitted"]))
    if terms is None or context.state.get_terms(body.terms) != terms:
        raise Rejected("terms_wrong", f"leaf {body.terms} does not hold the terms of {row['admitted']}")
    right = 0
    if body.result == "pay":
        decided = context.state.get("decided", row["cover"], person_of(context, row["member"])) or 0
        right = payable(terms.get("benefit"), residual=row["residual"], decided=decided)
    if body.amount != right or (body.result == "pay" and right < 1):
        raise Rejected("amount_wrong", f"the terms pay {right}, the decision to {body.result} says {body.amount}")


def payout(context: Context) -> None:
    """One decision, no more than it decided; a payment that bounced is made again from where it waits."""
    body = context.the(Payout)
    row = context.state.get("decision", body.decision)
    if row is None or row["programme"] != programme_of(context):
        raise Rejected("decision_unknown", f"leaf {body.decision} is no decision to pay of {programme_of(context)}")
    source = account(context, body.from_)
    account(context, body.to)
    signed_by(context, holders=[source["holder"]])
    of_claim = context.state.get("claim", row["claim"])
    _check_state("payout", of_claim, row["claim"])
    terms = terms_at(context.state, row["programme"], body.at)
    flow(context, terms, kind="payout", purpose="payout", source=body.from_, target=body.to)
    if body.again is not UNSET:
        first = context.state.get("payout", body.again)
        right = (body.from_, body.decision, "bounced", body.amount)
        if first is None or (first["account"], first["decision"], first["state"], first["amount"]) != right:
            raise Rejected("payout_not_bounced", f"leaf {body.again} is no bounced payout of {body.amount} for "
                           f"decision {body.decision}")
    elif body.amount > row["amount"] - row["paid_out"]:
        raise Rejected("exceeds_decision", f"decision {body.decision} has {row['amount'] - row['paid_out']} left to "
                       f"pay, got {body.amount}")


def confirm(context: Context) -> None:
    """The payee, an agent or a bank line says that it arrived."""
    _open_payout(context, context.the(Confirm).payout, roles="insurer|county|platform")


def bounce(context: Context) -> None:
    """It did not arrive."""
    _open_payout(context, context.the(Bounce).payout, roles="insurer")


def recovery(context: Context) -> None:
    """No more comes back than arrived."""
    body = context.the(Recovery)
    row = _payout(context, body.payout)
    account(context, body.to)
    signed_by(context, holders=[account(context, row["to"])["holder"]])
    if row["state"] != "confirmed":
        raise Rejected("payout_not_confirmed", f"payout {body.payout} is {row['state']}")
    terms = terms_at(context.state, row["programme"], body.at)
    flow(context, terms, kind="recovery", purpose="recovery", source=row["to"], target=body.to)
    if body.amount > row["amount"] - row["recovered"]:
        raise Rejected("exceeds_payout", f"payout {body.payout} has {row['amount'] - row['recovered']} to recover, got "
                       f"{body.amount}")


def _claim_step(context: Context, index: int, *, roles: str) -> Row:
    row = context.state.get("claim", index)
    if row is None or row["programme"] != programme_of(context):
        raise Rejected("claim_unknown", f"leaf {index} is no claim of programme {programme_of(context)}")
    signed_by(context, roles=(roles,))
    assert context.body is not None
    _check_state(context.body.kind, row, index)
    return row


def _check_state(kind: str, row: Row, index: int) -> None:
    wanted = _STATES[kind]["from"]
    if row["state"] not in wanted:
        raise Rejected("state_wrong", f"claim {index} is {row['state']}; a {kind} needs it {' or '.join(wanted)}")


def _payout(context: Context, index: int) -> Row:
    row = context.state.get("payout", index)
    if row is None or row["programme"] != programme_of(context):
        raise Rejected("payout_unknown", f"leaf {index} is no payout of programme {programme_of(context)}")
    return row


def _open_payout(context: Context, index: int, *, roles: str) -> None:
    row = _payout(context, index)
    signed_by(context, roles=(roles,))
    if row["state"] != "open":
        raise Rejected("payout_not_open", f"payout {index} is {row['state']}")
