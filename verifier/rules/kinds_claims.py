"""The beginning of a claim and its way to a decision, all sealed: `claim`, `request`, `complete`, `withdraw`."""

from typing import Any

from verifier.entries.members import rules
from verifier.errors import Rejected
from verifier.rules.act import Act
from verifier.rules.claims import Claim, need_claim
from verifier.rules.duties import drop_duties, is_late, meet_duties, start_duties
from verifier.rules.kinds_cover import need_open_period
from verifier.rules.rows import number
from verifier.terms.formulas import BENEFITS


def claim(act: Act) -> None:
    """A member claims under a cover."""
    value = act.value
    cover = act.rows.get(f"cover {number(value['cover'])}")
    if cover is None or cover["programme"] != act.programme:
        raise Rejected("cover_unknown", f"leaf {value['cover']} is no cover of {act.programme}")
    terms = act.need_terms(value["admitted"])
    signers = terms.get("signed_by", {}).get("claim", ["role:county|platform"])
    # A complete claim starts the insurer's clock, so the insurer signs it, whoever else does.
    act.need_signers(*signers, *(["role:insurer"] if value["complete"] else []), insurer=cover["insurer"])
    member = _need_member(act, cover)
    if not cover["first_day"] <= value["admitted"] <= cover["last_day"] or value["admitted"] > value["at"]:
        raise Rejected(
            "outside_cover",
            f"the cover runs from {cover['first_day']} to {cover['last_day']}, and who claims on {value['at']} was "
            f"admitted by then",
        )
    need_open_period(act, period=cover["period"], county=cover["county"])
    _check_benefits(value, terms)
    need_own_facts(value["facts"])
    _check_bill(value, terms)
    _use_invoices(act, own=terms.get("unique", {}).get("invoice") == "programme")
    said = ("admitted", "benefits", "bill", "claimed", "cover", "facts", "member", "prior", "residual")
    act.rows.put(
        f"claim {number(act.index)}",
        {
            **{part: value[part] for part in said},
            "amount": 0,
            "bounced": 0,
            "confirmed": 0,
            "decision": None,
            "insurer": cover["insurer"],
            "objection": None,
            "officers": list(act.officers),
            "paid": 0,
            "paid_out": 0,
            "payouts": 0,
            "programme": act.programme,
            "requested": False,
            "state": "complete" if value["complete"] else "claimed",
            "terms": terms_index(act, value["admitted"]),
        },
    )
    act.rows.change(f"member {value['member']}", {"claims": [*member["claims"], act.index]})
    act.touch_member(value["member"])
    begun = Claim(act, act.index)
    if value["complete"]:
        start_duties(begun, by="complete", day=value["at"])
    else:
        start_duties(begun, by="claim", day=begun.today)


def request(act: Act) -> None:
    """The insurer names the papers that are missing, once and in time."""
    claim = need_claim(act, "role:insurer", step="request")
    if claim.row["requested"]:
        raise Rejected("request_made", f"the papers of the claim of leaf {claim.index} were asked for before")
    if is_late(claim):
        raise Rejected("deadline_passed", f"a duty of the claim of leaf {claim.index} is past its due day")
    claim.change(requested=True, state="requested")
    meet_duties(claim, "open")
    drop_duties(claim, "decide", "pay")


def complete(act: Act) -> None:
    """The papers are there."""
    claim = need_claim(act, "role:county|platform", "role:insurer", step="complete")
    claim.change(state="complete")
    meet_duties(claim, "open")
    start_duties(claim, by="complete", day=act.value["at"])


def withdraw(act: Act) -> None:
    """The claim is taken back, and with it what was objected."""
    claim = need_claim(act, "role:county|platform", step="withdraw")
    claim.change(objection=None, state="withdrawn")
    drop_duties(claim, "answer", "decide", "open", "pay")


def need_own_facts(facts: dict[str, Any]) -> None:
    """Facts of a claim or decision are none of those that the log gives."""
    reserved = rules()["reserved_facts"]
    for name in facts:
        if name in reserved["names"] or name.endswith(reserved["suffix"]):
            raise Rejected("fact_reserved", f"the fact {name} is the log's to give")


def terms_index(act: Act, day: str) -> int:
    """The leaf of the terms at a day for which there are terms."""
    versions = act.rows.get(f"programme {act.programme}")["versions"]
    index: int = [index for first_day, index in versions if first_day <= day][-1]
    return index


def _need_member(act: Act, cover: Any) -> Any:
    """The member for whom the claim is made, covered on the day of admission as far as the roster goes."""
    value = act.value
    member = act.rows.get(f"member {value['member']}")
    parts = ("programme", "period", "county")
    if member is None or any(member[part] != cover[part] for part in parts):
        raise Rejected("member_unknown", f"{value['member']} is no member under the cover of leaf {value['cover']}")
    act.need_place(member["place"])
    if member["removed"] is not None and member["removed"] <= value["admitted"]:
        raise Rejected("not_member_then", f"{value['member']} left on {member['removed']}")
    return member


def _use_invoices(act: Act, *, own: bool) -> None:
    """Each invoice once in the log, or in the programme's `own` count; the log's count has them all the same."""
    invoices = act.value["invoices"]
    if own:
        act.use_tags(f"invoice {act.programme}", invoices, reason="invoice_used")
        invoices = [tag for tag in invoices if act.rows.get(f"tag invoice - {tag}") is None]
    act.use_tags("invoice -", invoices, reason="invoice_used")


def _check_benefits(value: Any, terms: Any) -> None:
    benefits = value["benefits"]
    for name in benefits:
        formula = terms["formulas"].get(name)
        if formula is None or formula["kind"] not in BENEFITS:
            raise Rejected("benefit_unknown", f"the terms have no formula {name} that pays")
    if len(set(benefits)) != len(benefits):
        raise Rejected("benefit_unknown", "a benefit is claimed twice")


def _check_bill(value: Any, terms: Any) -> None:
    payers = [prior["payer"] for prior in value["prior"]]
    if len(set(payers)) != len(payers):
        raise Rejected("arithmetic_wrong", "one prior payer is named twice")
    residual = value["bill"] - sum(prior["amount"] for prior in value["prior"])
    if value["residual"] != residual:
        raise Rejected(
            "arithmetic_wrong", f"the bill less prior payers is {residual}, the claim says {value['residual']}"
        )
    if bool(value["invoices"]) != (value["bill"] > 0):
        raise Rejected("invoice_missing", f"a bill of {value['bill']} with {len(value['invoices'])} invoices")
    for name in value["benefits"]:
        if terms["formulas"][name].get("base", {}).get("from") == "total_bill" and not value["bill"]:
            raise Rejected("invoice_missing", f"{name} pays part of a bill, and there is none")
