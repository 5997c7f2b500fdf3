"""Rules for claims: filed with all that is known, completed, taken back, objected to and answered."""

from ledger.bodies import Answer, Claim, Complete, Objection, Request, Withdraw
from ledger.duties import log_day
from ledger.errors import Rejected
from ledger.rules.common import period_open, signed_by
from ledger.rules.context import Context
from ledger.rules.life import claim_step, not_reserved, officers_sign, others_review, own_village, programme_of
from ledger.rules.table import TABLE
from ledger.rules.tags import unused_tags
from ledger.state import Row
from ledger.terms import terms_at


def claim(context: Context) -> None:
    """For a member covered on that day, for benefits that pay; the sum is right, no invoice comes twice."""
    body = context.the(Claim)
    cover = context.state.get("cover", body.cover)
    if cover is None or cover["programme"] != programme_of(context):
        raise Rejected("cover_unknown", f"leaf {body.cover} is no cover of programme {programme_of(context)}")
    terms = terms_at(context.state, cover["programme"], body.admitted)
    signed_by(context, roles=("county|platform",), beside=("insurer",) if body.complete else (), terms=terms,
              insurer=cover["insurer"])
    _check_member(context, body, cover)
    if not cover["first_day"] <= body.admitted.isoformat() <= min(cover["last_day"], body.at.isoformat()):
        raise Rejected("outside_cover", f"admitted {body.admitted}, the cover runs from {cover['first_day']} to "
                       f"{cover['last_day']}, the claim is of {body.at}")
    period_open(context, cover["programme"], cover["period"], cover["county"], concerns=body.concerns)
    _check_benefits(body.benefits, terms)
    not_reserved(body.facts)
    _check_bill(body, terms)
    scope = invoice_scope(terms)
    unused_tags(context, body.invoices, id_type="invoice", scope=scope, reason="invoice_used")


WHOLE_LOG = "-"


def invoice_scope(terms: Row) -> str:
    """Within what an invoice counts once: the whole log, unless the terms say their programme."""
    within = terms.get("unique", {}).get("invoice", "log")
    return WHOLE_LOG if within == "log" else str(terms["programme"])


def request(context: Context) -> None:
    """The insurer names all that is missing: once, and in time."""
    index = context.the(Request).claim
    row = claim_step(context, index, roles=("insurer",), step="request")
    if row["requested"]:
        raise Rejected("request_made", f"claim {index} was asked once what is missing; the clock stops no second time")
    zone = context.state.get_terms(row["terms"])["zone"]
    today = log_day(context.time_unix_ms, zone).isoformat()
    for (_table, _claim, duty_id), duty in context.state.scan("duty", index):
        is_open = duty["met"] is None and duty["due"] is not None and not duty["provisional"]
        if is_open and today > duty["due"]:
            raise Rejected("deadline_passed", f"claim {index}: {duty_id} was due on {duty['due']}, it is {today}")


def complete(context: Context) -> None:
    """Both sides say that the papers are complete."""
    claim_step(context, context.the(Complete).claim, roles=("county|platform", "insurer"), step="complete")


def withdraw(context: Context) -> None:
    """The side that filed takes the claim back before it is decided."""
    claim_step(context, context.the(Withdraw).claim, roles=("county|platform",), step="withdraw")


def objection(context: Context) -> None:
    """One at a time, to the claim's course or to its newest decision."""
    body = context.the(Objection)
    row = claim_step(context, body.claim, roles=("county|platform|auditor",), step="objection")
    if row["objection"] is not None:
        raise Rejected("objection_open", f"claim {body.claim} has an open objection, leaf {row['objection']}")
    if body.about not in (body.claim, row["decision"]):
        raise Rejected("about_unknown", f"leaf {body.about} is neither claim {body.claim} nor its newest decision")


def answer(context: Context) -> None:
    """The open objection is answered, by other officers than those who decided."""
    body = context.the(Answer)
    row = claim_step(context, body.claim, roles=("insurer",), step="answer")
    if row["objection"] is None or row["objection"] != body.objection:
        raise Rejected("objection_unknown", f"leaf {body.objection} is no open objection to claim {body.claim}")
    officers_sign(context, row, party=row["insurer"], amount=None, others=others_review(context, row))


def _check_member(context: Context, body: Claim, cover: Row) -> None:
    """The person is on the cover's roster, of the village of each officer with a place, and was there on that day."""
    member = context.state.get("member", body.member)
    place = ("programme", "period", "county")
    if member is None or [member[part] for part in place] != [cover[part] for part in place]:
        raise Rejected("member_unknown", f"{body.member} is no member under cover {body.cover}")
    own_village(context, body.member)
    if member["removed"] is not None and member["removed"] <= body.admitted.isoformat():
        raise Rejected("not_member_then", f"the member was removed on {member['removed']}, admitted {body.admitted}")


def _check_benefits(benefits: list[str], terms: Row) -> None:
    for at, benefit in enumerate(benefits):
        formula = terms["formulas"].get(benefit)
        if formula is None or formula["kind"] not in TABLE["paying_formulas"] or benefit in benefits[:at]:
            raise Rejected("benefit_unknown", f"{benefit} is no benefit of terms version {terms['version']}, or is "
                           "asked for twice")


def _check_bill(body: Claim, terms: Row) -> None:
    payers = [prior.payer for prior in body.prior]
    left = body.bill - sum(prior.amount for prior in body.prior)
    if len(set(payers)) != len(payers) or left != body.residual:
        raise Rejected("arithmetic_wrong", f"the bill less what was paid before, each payer once, is {left}, the claim "
                       f"says {body.residual}")
    if (body.bill > 0) != bool(body.invoices):
        raise Rejected("invoice_missing", f"a bill of {body.bill} comes with {len(body.invoices)} invoices; invoices "
                       "and a bill come together or not at all")
    of_bill = [name for name in body.benefits if terms["formulas"][name].get("base", {}).get("from") == "total_bill"]
    if of_bill and not body.bill:
        raise Rejected("invoice_missing", f"{of_bill[0]} pays for what is left of a bill, the claim has none")
