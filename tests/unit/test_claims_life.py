"""The life of a claim: every body, who signs it, from which state, and each reason for which it is refused.

Every entry is judged by both sides, which must give the same stamp or the same reason.
"""

import json

import pytest

from ledger.batch import Line
from ledger.decision import CapUses
from ledger.errors import FormatError
from tests.support.refused import refused
from tests.support.twin import TwinWorld
from tests.support.world import TERMS, digest

INPATIENT = TERMS["formulas"]["inpatient"]
DEATH = {"amount": 50_000, "caps": [{"amount": 60_000, "per": "accident"}], "conditions": [
    {"fact": "cause", "reason": "cause_excluded", "values": ["accident"]}], "kind": "lump_sum", "overlap": False,
    "rounding": None}
ALLOWANCE = {"caps": [{"amount": 3000, "per": "person"}], "conditions": [], "day_count": "nights", "kind": "per_diem",
             "overlap": True, "per_day": 100, "rounding": None}
WINDOW = {"at": "admission", "kind": "age", "max": 60, "max_inclusive": True, "min": 18}
FORMULAS = {"allowance": ALLOWANCE, "death": DEATH, "inpatient": INPATIENT, "window": WINDOW}


class Case:
    """A world with a cover of four persons, and one claim for 700 after 100 that were paid before."""

    def __init__(self, *, staff=None, **terms):
        self.world = world = TwinWorld(officers=staff)
        world.charter()
        self.terms = world.terms(**{"formulas": FORMULAS, **terms})
        world.act("agreement", "county foundation", county="kb", document="22" * 32, programme="dlz")
        world.give(3_000_000)
        world.settle(2_900_000)
        world.premium(1_000_000)
        world.enrol(1, place="north")
        self.members = world.enrol(4, place="south")[1]
        self.cover = world.insure(5)

    def file(self, who=0, residual=700, **members):
        """A claim of one of the members."""
        return self.world.file_claim(self.cover, self.members[who], residual, **members)

    def row(self, claim):
        """The claim's row."""
        return self.world.state.get("claim", claim)

    def state(self, claim):
        """The claim's state."""
        return self.row(claim)["state"]


@pytest.fixture
def case():
    made = Case()
    yield made
    made.world.check_state()


# -- the claim ----------------------------------------------------------------------------------------------------


def test_a_claim_keeps_what_it_said(case):
    claim = case.file(facts={"ward": "a", "days": 3, "urgent": True}, complete=False)
    assert case.row(claim) == {
        "admitted": "2018-03-01", "amount": 0, "benefits": ["inpatient"], "bill": 800, "bounced": 0, "claimed": 700,
        "confirmed": 0, "cover": case.cover, "decision": None, "facts": {"days": 3, "urgent": True, "ward": "a"},
        "insurer": "insurer", "member": case.members[0], "objection": None, "officers": [], "paid": 0, "paid_out": 0,
        "payouts": 0, "prior": [{"amount": 100, "payer": "basic"}], "programme": "dlz", "requested": False,
        "residual": 700, "state": "claimed", "terms": case.terms}


@pytest.mark.parametrize("reason,members", [
    pytest.param("cover_unknown", {"cover": 1}, id="no-cover"),
    pytest.param("cover_unknown", {"programme": "two"}, id="another-programme"),
    pytest.param("terms_missing", {"admitted": "2017-12-31"}, id="before-all-terms"),
    pytest.param("wrong_signers", {"signers": "county"}, id="complete-without-the-insurer"),
    pytest.param("wrong_signers", {"complete": False, "signers": "county insurer"}, id="insurer-too-much"),
    pytest.param("wrong_signers", {"complete": False, "signers": "foundation"}, id="foundation"),
    pytest.param("member_unknown", {"member": "77" * 32}, id="no-member"),
    pytest.param("outside_cover", {"admitted": "2019-01-01"}, id="after-the-cover"),
    pytest.param("benefit_unknown", {"benefits": ["dental"]}, id="no-such-benefit"),
    pytest.param("benefit_unknown", {"benefits": ["window"]}, id="formula-that-pays-nothing"),
    pytest.param("benefit_unknown", {"benefits": ["death", "death"]}, id="benefit-twice"),
    pytest.param("fact_reserved", {"facts": {"total_bill": 1}}, id="total-bill"),
    pytest.param("fact_reserved", {"facts": {"residual": 1}}, id="residual"),
    pytest.param("fact_reserved", {"facts": {"admitted_on": "2018-03-01"}}, id="admitted-on"),
    pytest.param("fact_reserved", {"facts": {"policy_first_day": "2018-01-01"}}, id="policy-first-day"),
    pytest.param("fact_reserved", {"facts": {"basic_paid": 1}}, id="what-a-payer-paid"),
    pytest.param("arithmetic_wrong", {"residual": 699}, id="residual-wrong"),
    pytest.param("arithmetic_wrong", {"prior": [{"amount": 50, "payer": "basic"}, {"amount": 50, "payer": "basic"}]},
                 id="payer-twice"),
    pytest.param("invoice_missing", {"invoices": []}, id="bill-without-invoice"),
    pytest.param("invoice_missing", {"bill": 0, "prior": [], "residual": 0}, id="invoice-without-bill"),
    pytest.param("invoice_used", {"invoices": ["ab" * 32, "ab" * 32]}, id="invoice-twice-here"),
    pytest.param("invoice_used", {"invoices": ["cd" * 32]}, id="invoice-of-another-claim"),
])  # fmt: skip
def test_a_claim_is_refused(case, reason, members):
    case.file(1, invoices=["cd" * 32])
    values = {"residual": 700, "bill": 800, **members}
    refused(case.world, reason, lambda: case.file(**values))


def test_a_claim_without_a_bill_needs_no_invoice(case):
    claim = case.file(0, 0, bill=0, prior=[], invoices=[], benefits=["death"], claimed=50_000, facts={
        "cause": "accident", "accident": "fire-1"})
    decision = case.world.decide(claim)
    assert case.row(claim)["amount"] == 50_000
    assert case.world.state.get("decision", decision) == {
        "amount": 50_000, "claim": claim, "officers": [], "programme": "dlz", "result": "pay",
        "uses": [["death", "accident", "fire-1", 50_000]]}


def test_terms_may_say_who_signs_a_claim_and_the_insurer_still_signs_a_complete_one():
    case = Case(signed_by={"claim": ["role:foundation"]})
    refused(case.world, "wrong_signers", lambda: case.file(complete=False))
    refused(case.world, "wrong_signers", lambda: case.file(signers="foundation"))
    assert case.state(case.file(complete=False, signers="foundation")) == "claimed"
    assert case.state(case.file(signers="foundation insurer")) == "complete"


def test_invoices_count_within_the_programme_where_terms_say_so():
    case = Case(unique={"invoice": "programme", "person": "programme"})
    case.file(invoices=["ab" * 32])
    assert case.world.state.get("tag", "invoice", "dlz", "ab" * 32) is not None
    refused(case.world, "invoice_used", lambda: case.file(1, invoices=["ab" * 32]))


def test_an_officer_of_a_village_claims_for_its_people_alone():
    case = Case(staff={"county/wei": "south", "county/han": "north", "county/lin": None})
    claim = case.file(complete=False, signers="county/wei")
    assert case.row(claim)["officers"] == ["county/wei"]
    case.file(complete=False, signers="county/lin")
    refused(case.world, "not_own_village", lambda: case.file(complete=False, signers="county/han"))
    refused(case.world, "not_own_village", lambda: case.file(complete=False, signers="county county/han"))


# -- request, complete, withdraw ----------------------------------------------------------------------------------


def test_one_request_and_both_sides_complete(case):
    world, claim = case.world, case.file(complete=False)
    world.seal("request", "insurer", claim=claim, missing=["discharge_note"])
    assert (case.state(claim), case.row(claim)["requested"]) == ("requested", True)
    refused(world, "state_wrong", lambda: world.decide(claim))
    refused(world, "wrong_signers", lambda: world.seal("complete", "insurer", claim=claim, documents=[]))
    world.seal("complete", "platform insurer", claim=claim, documents=["ab" * 32])
    assert case.state(claim) == "complete"
    refused(world, "request_made", lambda: world.seal("request", "insurer", claim=claim, missing=["invoice"]))


@pytest.mark.parametrize("kind,signers,more", [
    ("request", "insurer", {"missing": ["invoice"]}),
    ("complete", "county insurer", {"documents": []}),
    ("withdraw", "county", {}),
    ("objection", "county", {"document": "ab" * 32}),
    ("answer", "insurer", {"document": "ab" * 32, "objection": 9, "result": "stands"}),
    ("decision", "insurer", {"amount": 0, "benefits": [], "result": "refuse", "reason": "fraud", "terms": 1}),
])
def test_what_a_withdrawn_claim_refuses(case, kind, signers, more):
    world, claim = case.world, case.file(complete=False)
    members = {"about": claim, **more} if kind == "objection" else more
    refused(world, "claim_unknown", lambda: world.seal(kind, signers, claim=claim + 1, **members))
    refused(world, "claim_unknown", lambda: world.seal(kind, signers, programme="two", claim=claim, **members))
    refused(world, "wrong_signers", lambda: world.seal(kind, "foundation", claim=claim, **members))
    world.seal("withdraw", "platform", claim=claim)
    assert case.state(claim) == "withdrawn"
    refused(world, "state_wrong", lambda: world.seal(kind, signers, claim=claim, **members))


def test_terms_may_allow_fewer_steps():
    case = Case(life={"decision": ["complete"], "request": ["claimed"], "complete": ["claimed", "requested"],
                      "objection": ["decided", "refused"]})
    world, claim = case.world, case.file()
    refused(world, "state_wrong", lambda: world.seal("withdraw", "county", claim=claim), match="never, by its terms")
    refused(world, "state_wrong", lambda: world.seal("request", "insurer", claim=claim, missing=["invoice"]))
    decision = world.decide(claim, 100, result="interim")
    refused(world, "state_wrong", lambda: world.decide(claim))
    assert world.pay(decision, 100)  # life limits no payout


# -- objection and answer -----------------------------------------------------------------------------------------


def test_an_objection_is_answered_or_reviewed(case):
    world, claim = case.world, case.file()

    def object_to(about, signers="county"):
        return world.seal("objection", signers, about=about, claim=claim, document="ab" * 32)

    def answer(objection, result="stands"):
        return world.seal("answer", "insurer", claim=claim, document="cd" * 32, objection=objection, result=result)

    refused(world, "objection_unknown", lambda: answer(claim))
    first = object_to(claim)
    assert (case.row(claim)["objection"], case.state(claim)) == (first, "complete")
    refused(world, "objection_open", lambda: object_to(claim, "platform"))
    refused(world, "objection_unknown", lambda: answer(claim))
    answer(first)
    assert case.row(claim)["objection"] is None
    decision = world.decide(claim, result="refuse")
    refused(world, "about_unknown", lambda: object_to(first))
    second = object_to(decision)
    answer(second, "review")
    assert case.row(claim)["objection"] == second  # a review is promised, and not made yet
    refused(world, "objection_open", lambda: object_to(claim))
    world.decide(claim, reviews=decision)
    assert (case.row(claim)["objection"], case.state(claim)) == (None, "decided")
    refused(world, "objection_unknown", lambda: answer(second))
    refused(world, "about_unknown", lambda: object_to(decision))


# -- decisions ----------------------------------------------------------------------------------------------------


def steps_of(world, decision):
    """The benefits of a decision, as its body says them."""
    value = json.loads(world.leaves[decision].split(b"\n")[2])
    return json.loads(world.files.bodies[bytes.fromhex(value["body"])])["benefits"]


def test_a_decision_explains_several_benefits(case):
    facts = {"accident": "fire-1", "cause": "accident", "days": 5}
    claim = case.file(0, 700, benefits=["inpatient", "allowance", "death"], facts=facts)
    decision = case.world.decide(claim)
    assert steps_of(case.world, decision) == [
        {"amount": 350, "benefit": "inpatient", "steps": [
            {"clause": "base", "in": [700], "name": "residual", "op": "base", "out": 700},
            {"clause": "deductible", "in": [700, 0], "op": "deductible", "out": 700},
            {"clause": "ratio_bp", "in": [700, 5000], "op": "ratio", "out": 350},
            {"clause": "caps.0", "in": [350, 1_000_000, 0], "name": "policy", "op": "cap", "out": 350}]},
        {"amount": 350, "benefit": "allowance", "steps": [
            {"clause": "day_count", "in": [], "name": "days", "op": "days", "out": 5},
            {"clause": "per_day", "in": [5, 100], "op": "multiply", "out": 500},
            {"clause": "caps.0", "in": [500, 3000, 0], "name": "person", "op": "cap", "out": 500},
            {"clause": "overlap", "in": [500, 800, 450], "op": "overlap", "out": 350}]},  # basic 100, inpatient 350
        {"amount": 50_000, "benefit": "death", "steps": [
            {"clause": "conditions.0", "in": [], "name": "cause", "op": "condition", "out": 1},
            {"clause": "amount", "in": [50_000], "op": "amount", "out": 50_000},
            {"clause": "caps.0", "in": [50_000, 60_000, 0], "name": "accident", "op": "cap", "out": 50_000}]},
    ]
    person = case.members[0]
    cover = f"{case.cover:016d}"
    assert case.world.state.get("decision", decision)["uses"] == [
        ["allowance", "person", "-", 350], ["death", "accident", "fire-1", 50_000], ["inpatient", "policy", cover, 350]]
    for benefit, period, scope, amount in case.world.state.get("decision", decision)["uses"]:
        assert case.world.state.get("used", "dlz", benefit, period, scope, person) == amount


@pytest.mark.parametrize("reason,change", [
    pytest.param("terms_wrong", {"terms": 0}, id="other-terms"),
    pytest.param("fact_reserved", {"facts": {"residual": 1}, "result": "part"}, id="reserved-fact"),
    pytest.param("result_wrong", {"facts": {"days": 1}}, id="pay-with-facts"),
    pytest.param("result_wrong", {"result": "part"}, id="part-without-facts"),
    pytest.param("result_wrong", {"reason": "fraud"}, id="pay-with-a-reason"),
    pytest.param("result_wrong", {"reason": "fraud", "result": "refuse"}, id="reason-and-benefits"),
    pytest.param("reason_unknown", {"benefits": [], "reason": "mood", "result": "refuse"}, id="reason-not-in-terms"),
    pytest.param("amount_wrong", {"amount": 1, "benefits": [], "reason": "fraud", "result": "refuse"},
                 id="refusal-that-pays"),
    pytest.param("steps_wrong", {"benefits": []}, id="no-benefits"),
    pytest.param("steps_wrong", {"benefits": [], "result": "refuse"}, id="refusal-without-reason-or-steps"),
    pytest.param("amount_wrong", {"result": "refuse"}, id="refusal-of-what-is-payable"),
    pytest.param("amount_wrong", {"amount": 349}, id="less-than-the-terms-pay"),
    pytest.param("amount_wrong", {"amount": 351}, id="more-than-the-terms-pay"),
    pytest.param("amount_wrong", {"amount": 0}, id="nothing"),
    pytest.param("amount_wrong", {"amount": 0, "result": "interim"}, id="interim-nothing"),
    pytest.param("amount_wrong", {"amount": 351, "result": "interim"}, id="interim-too-much"),
])  # fmt: skip
def test_a_decision_is_refused(case, reason, change):
    claim = case.file()
    whole = {"amount": 350, "benefits": case.world.benefits(claim, {}), "result": "pay", **change}
    refused(case.world, reason, lambda: case.world.decide(claim, **whole))


def test_a_refusal_has_no_amount_even_where_benefits_come_to_nothing(case):
    claim = case.file(benefits=["death"])
    benefits = case.world.benefits(claim, {})
    assert benefits == [{"amount": 0, "benefit": "death", "reason": "cause_excluded", "steps": [
        {"clause": "conditions.0", "in": [], "name": "cause", "op": "condition", "out": 0}]}]
    refused(case.world, "amount_wrong", lambda: case.world.decide(claim, 1, result="refuse", benefits=benefits))
    refused(case.world, "amount_wrong", lambda: case.world.decide(claim, 0))
    decision = case.world.decide(claim, 0, result="refuse", benefits=benefits)
    assert case.state(claim) == "refused"
    refused(case.world, "decision_unknown", lambda: case.world.pay(decision, 1))


@pytest.mark.parametrize("spoil,says", [
    (lambda said: said[0].update(amount=349), "inpatient: expected amount 350, got 349"),
    (lambda said: said[0].update(benefit="allowance"), "expected the benefits"),
    (lambda said: said[0].update(reason="fraud"), "inpatient: expected reason None, got fraud"),
    (lambda said: said[0]["steps"].pop(), "inpatient: expected 4 steps, got 3"),
    (lambda said: said[0]["steps"][2].update(out=351), "inpatient, step 2: expected"),
    (lambda said: said[0]["steps"][0].update(name="bill"), "inpatient, step 0: expected"),
    (lambda said: said[0]["steps"].reverse(), "inpatient, step 0: expected"),
    (lambda said: said.append(said[0]), "expected the benefits"),
])
def test_every_step_is_held_to_the_letter(case, spoil, says):
    claim = case.file()
    said = case.world.benefits(claim, {})
    spoil(said)
    refused(case.world, "steps_wrong", lambda: case.world.decide(claim, 350, benefits=said), match=says)


@pytest.mark.parametrize("reason,benefit,facts,terms", [
    pytest.param("terms_incomplete", "inpatient", {}, {"formulas": {
        **FORMULAS, "inpatient": {**INPATIENT, "ratio_bp": None}}}, id="no-ratio-stated"),
    pytest.param("fact_missing", "allowance", {}, {}, id="no-days"),
    pytest.param("fact_wrong", "allowance", {"days": "three"}, {}, id="days-as-text"),
    pytest.param("arithmetic_wrong", "allowance", {"discharged_on": "2018-02-01"}, {}, id="discharged-before-admitted"),
    pytest.param("fact_missing", "death", {"cause": "accident"}, {}, id="no-accident-named"),
    pytest.param("fact_wrong", "death", {"cause": "accident", "accident": "Fire 1"}, {}, id="accident-is-no-code"),
    pytest.param("fact_wrong", "death", {"cause": "accident", "accident": 1}, {}, id="accident-is-a-number"),
    pytest.param("grade_unknown", "hurt", {"grade": "eleven"}, {"formulas": {**FORMULAS, "hurt": {
        "caps": [], "conditions": [], "grades": [{"amount": 5, "grade": "ten"}], "kind": "lump_sum_by_grade",
        "max": 9, "overlap": False, "rounding": None}}}, id="grade-not-in-the-table"),
    pytest.param("fact_missing", "inpatient", {}, {"eligibility": "window"}, id="no-age"),
])  # fmt: skip
def test_what_stays_open_is_not_decided(reason, benefit, facts, terms):
    case = Case(**terms)
    claim = case.file(benefits=[benefit], facts=facts)
    refused(case.world, reason, lambda: case.world.decide(claim, 1, benefits=[]), match=f"claim {claim}, ")


def test_eligibility_comes_first():
    case = Case(eligibility="window")
    step = {"clause": "at", "in": [], "name": "age", "op": "age", "out": 61}
    claim = case.file(benefits=["inpatient", "death"], facts={"age": 61})
    benefits = case.world.benefits(claim, {})
    assert [(one["amount"], one["reason"]) for one in benefits] == [(0, "age_above"), (0, "age_above")]
    assert benefits[0]["steps"] == benefits[1]["steps"]
    assert benefits[0]["steps"][0] == step
    case.world.decide(claim, 0, result="refuse", benefits=benefits)
    claim = case.file(1, benefits=["inpatient"], facts={"age": 60})
    assert [step["op"] for step in case.world.benefits(claim, {})[0]["steps"]] == [
        "age", "at_least", "not_above", "base", "deductible", "ratio", "cap"]
    assert case.world.decide(claim)


def test_part_says_which_facts_differ(case):
    claim = case.file(0, 100_000, benefits=["allowance"], facts={"days": 20})
    decision = case.world.decide(claim, result="part", facts={"days": 12})
    assert (case.row(claim)["amount"], case.state(claim)) == (1200, "decided")
    assert case.row(claim)["facts"] == {"days": 20}
    assert case.world.state.get("decision", decision)["result"] == "part"


def test_caps_are_shared_and_a_review_gives_back_what_it_replaces(case):
    """Two claims of one person share 3000; a lower review of the first leaves room for the second."""
    world = case.world
    first = case.file(0, 100_000, benefits=["allowance"], facts={"days": 25})
    second = case.file(0, 100_000, benefits=["allowance"], facts={"days": 10})
    other = case.file(1, 100_000, benefits=["allowance"], facts={"days": 30})
    decision = world.decide(first)
    world.decide(other)
    assert case.row(other)["amount"] == 3000
    again = world.decide(second)
    assert (case.row(first)["amount"], case.row(second)["amount"]) == (2500, 500)
    key = ("used", "dlz", "allowance", "person", "-", case.members[0])
    assert world.state.get(*key) == 3000
    world.decide(first, result="part", facts={"days": 5}, reviews=decision)
    assert (case.row(first)["amount"], world.state.get(*key)) == (500, 1000)
    world.decide(second, reviews=again)
    assert (case.row(second)["amount"], world.state.get(*key)) == (1000, 1500)
    newest = case.row(first)["decision"]
    world.decide(first, result="refuse", reviews=newest)
    world.decide(second, result="refuse", reviews=case.row(second)["decision"])
    assert world.state.get(*key) is None


def test_reviews_take_the_place_of_the_newest_decision(case):
    world, claim = case.world, case.file()
    refused(world, "state_wrong", lambda: world.decide(claim, reviews=claim))
    interim = world.decide(claim, 100, result="interim")
    assert case.state(claim) == "interim"
    refused(world, "state_wrong", lambda: world.decide(claim, reviews=interim))
    world.pay(interim, 60)
    decision = world.decide(claim)
    assert (case.state(claim), case.row(claim)["decision"]) == ("decided", decision)
    refused(world, "decision_superseded", lambda: world.pay(interim, 1))
    refused(world, "state_wrong", lambda: world.decide(claim))
    refused(world, "reviews_wrong", lambda: world.decide(claim, reviews=interim))
    assert world.decide(claim, reviews=decision)


def test_a_claim_is_paid_when_as_much_arrived_as_was_decided(case):
    world, claim = case.world, case.file()
    interim = world.decide(claim, 350, result="interim")
    world.confirm(world.pay(interim, 350))
    assert case.state(claim) == "interim"
    decision = world.decide(claim)  # nothing is left to pay
    assert case.state(claim) == "paid"
    world.decide(claim, reviews=decision)
    assert case.state(claim) == "paid"
    refused(world, "decision_superseded", lambda: world.pay(decision, 1))
    refused(world, "state_wrong", lambda: world.pay(case.row(claim)["decision"], 1))


# -- years --------------------------------------------------------------------------------------------------------

YEARLY = {**FORMULAS, "allowance": {**ALLOWANCE, "caps": [{"amount": 3000, "per": "year"}]}}


@pytest.mark.parametrize("year,facts,scope", [
    pytest.param(None, {}, "terms_incomplete", id="terms-silent"),
    pytest.param({"is": None, "stay": "admission"}, {}, "terms_incomplete", id="year-not-stated"),
    pytest.param({"is": "policy", "stay": None}, {"discharged_on": "2018-03-05"}, "policy", id="policy"),
    pytest.param({"is": "calendar", "stay": None}, {}, "2018", id="stay-not-needed"),
    pytest.param({"is": "calendar", "stay": None}, {"discharged_on": "2018-03-05"}, "terms_incomplete",
                 id="stay-not-stated"),
    pytest.param({"is": "calendar", "stay": "admission"}, {"discharged_on": "2019-01-05"}, "2018", id="admission"),
    pytest.param({"is": "calendar", "stay": "discharge"}, {"discharged_on": "2019-01-05"}, "2019", id="discharge"),
    pytest.param({"is": "calendar", "stay": "split"}, {"discharged_on": "2019-01-05"}, "stay_crosses_year",
                 id="over-the-turn"),
    pytest.param({"is": "calendar", "stay": "split"}, {"discharged_on": "2018-12-31"}, "2018", id="within-the-year"),
    pytest.param({"is": "calendar", "stay": "split"}, {"discharged_on": "2018-02-30"}, "fact_wrong", id="no-such-day"),
    pytest.param({"is": "calendar", "stay": "split"}, {"discharged_on": True}, "fact_wrong", id="no-text"),
])  # fmt: skip
def test_which_year_a_cap_means(year, facts, scope):
    case = Case(formulas=YEARLY, **({} if year is None else {"year": year}))
    claim = case.file(0, 100_000, benefits=["allowance"], facts={"days": 2, **facts})
    if "_" in scope:
        refused(case.world, scope, lambda: case.world.decide(claim, 1, benefits=[]))
        return
    uses = case.world.state.get("decision", case.world.decide(claim))["uses"]
    assert uses == [["allowance", "year", f"{case.cover:016d}" if scope == "policy" else scope, 200]]


# -- officers -----------------------------------------------------------------------------------------------------

OFFICERS = {"county/wei": None, "insurer/anna": None, "insurer/ben": None, "insurer/chen": None, "platform/mo": None}


def officered(**asked):
    """A case whose terms ask for officers, two above 20,000."""
    return Case(staff=OFFICERS, officers={"review": True, "two_above": 20_000, **asked})


def objected(case, claim, about):
    return case.world.seal("objection", "platform", about=about, claim=claim, document="ab" * 32)


def test_officers_decide_and_others_pay_review_and_answer():
    case = officered()
    world = case.world
    claim = case.file(0, 700, signers="county/wei insurer/anna")
    assert case.row(claim)["officers"] == ["county/wei", "insurer/anna"]
    refused(world, "officer_missing", lambda: world.decide(claim))
    refused(world, "same_officer", lambda: world.decide(claim, signers="insurer/anna"))
    decision = world.decide(claim, signers="insurer/ben")
    assert world.state.get("decision", decision)["officers"] == ["insurer/ben"]
    refused(world, "officer_missing", lambda: world.pay(decision, 10))
    refused(world, "same_officer", lambda: world.pay(decision, 10, signers="insurer/ben"))
    world.pay(decision, 10, signers="insurer/anna")
    refused(world, "same_officer", lambda: world.decide(claim, reviews=decision, signers="insurer/ben"))
    objection = objected(case, claim, decision)
    said = {"claim": claim, "document": "cd" * 32, "objection": objection, "result": "stands"}
    refused(world, "officer_missing", lambda: world.seal("answer", "insurer", **said))
    refused(world, "same_officer", lambda: world.seal("answer", "insurer/ben", **said))
    world.seal("answer", "insurer/anna", **said)
    world.decide(claim, reviews=decision, signers="insurer/chen")
    objection = objected(case, claim, case.row(claim)["decision"])
    world.seal("answer", "insurer/ben", **{**said, "objection": objection})  # ben did not make the newest decision


def test_two_officers_sign_for_much():
    case = officered()
    claim = case.file(0, 100_000, signers="county/wei insurer")
    refused(case.world, "officer_missing", lambda: case.world.decide(claim, signers="insurer/ben"), match="by 2 of")
    case.world.decide(claim, signers="insurer/ben insurer/chen")
    small = case.file(1, 40_000, signers="county/wei insurer")
    case.world.decide(small, signers="insurer/ben")


def test_terms_that_do_not_say_above_what_leave_decisions_open():
    case = officered(two_above=None)
    claim = case.file(signers="county/wei insurer")
    refused(case.world, "officer_missing", lambda: case.world.decide(claim))
    refused(case.world, "terms_incomplete", lambda: case.world.decide(claim, signers="insurer/ben"))


def test_where_nobody_need_review_the_same_officer_may():
    case = officered(review=False)
    claim = case.file(signers="county/wei insurer")
    decision = case.world.decide(claim, signers="insurer/ben")
    objection = objected(case, claim, claim)
    case.world.seal("answer", "insurer/ben", claim=claim, document="cd" * 32, objection=objection, result="review")
    case.world.decide(claim, reviews=decision, signers="insurer/ben")


# -- payouts ------------------------------------------------------------------------------------------------------


def test_parts_of_a_payout_tell_what_was_sent_twice(case):
    world, claim = case.world, case.file()
    decision = world.decide(claim)
    world.pay(decision, 100)
    refused(world, "part_wrong", lambda: world.pay(decision, 100, part=1))
    refused(world, "part_wrong", lambda: world.pay(decision, 100, part=3))
    second = world.pay(decision, 100, part=2)
    refused(world, "exceeds_decision", lambda: world.pay(decision, 151))
    world.seal("bounce", "insurer", payout=second, reason="closed_account")
    refused(world, "payout_not_bounced", lambda: world.pay(decision, 100, again=second, part=3))
    refused(world, "payout_not_bounced", lambda: world.pay(decision, 99, again=second))
    again = world.pay(decision, 100, again=second)
    refused(world, "payout_not_bounced", lambda: world.pay(decision, 100, again=second))
    assert (case.row(claim)["payouts"], case.row(claim)["paid_out"]) == (2, 200)
    world.confirm(again)
    world.pay(decision, 150)
    assert world.state.get("payout", again)["part"] == 2


def test_a_bounced_payout_is_made_again_under_a_newer_decision(case):
    world, claim = case.world, case.file()
    decision = world.decide(claim)
    payout = world.pay(decision, 350)
    world.seal("bounce", "insurer", payout=payout, reason="closed_account")
    newest = world.decide(claim, reviews=decision)
    refused(world, "decision_superseded", lambda: world.pay(decision, 350, again=payout))
    world.confirm(world.pay(newest, 350, again=payout))
    assert case.state(claim) == "paid"


def test_what_bounced_comes_back_whole_and_is_paid_anew(case):
    """After a review that gives less nothing is paid again before what bounced came back."""
    world, claim = case.world, case.file(benefits=["allowance"], facts={"days": 4})
    decision = world.decide(claim)
    payout = world.pay(decision, 350)
    refused(world, "payout_not_confirmed", lambda: world.recover(payout, 350))
    world.seal("bounce", "insurer", payout=payout, reason="closed_account")
    newest = world.decide(claim, result="part", facts={"days": 1}, reviews=decision)
    refused(world, "exceeds_decision", lambda: world.pay(newest, 350, again=payout), match="comes back first")
    refused(world, "part_wrong", lambda: world.recover(payout, 350, part=2))
    refused(world, "amount_wrong", lambda: world.recover(payout, 349))
    world.recover(payout, 350)
    assert world.state.get("account", f"transit/{payout}") is None
    assert world.state.get("account", "recovered/dlz/kb")["in"] == 350
    assert (world.state.get("payout", payout)["state"], case.row(claim)["paid_out"]) == ("returned", 0)
    assert world.state.get("figure", "dlz/on_its_way")["value"] == 0
    assert world.state.get("figure", "dlz/paid") is None
    assert world.state.get("settling", "dlz") == {"members": 1}
    refused(world, "payout_not_bounced", lambda: world.pay(newest, 350, again=payout))
    refused(world, "payout_not_confirmed", lambda: world.recover(payout, 350))
    world.confirm(world.pay(newest, 100, part=2))
    assert case.row(claim)["paid"] == 100


def test_recoveries_come_in_parts_too(case):
    world = case.world
    payout = world.pay_out(case.cover, case.members[0], 700)
    refused(world, "part_wrong", lambda: world.recover(payout, 50, part=2))
    world.recover(payout, 50)
    refused(world, "part_wrong", lambda: world.recover(payout, 50, part=1))
    refused(world, "exceeds_payout", lambda: world.recover(payout, 301))
    world.recover(payout, 300)
    row = world.state.get("payout", payout)
    assert (row["recovered"], row["recoveries"]) == (350, 2)
    assert case.row(row["claim"])["state"] == "paid"


def test_the_insurer_of_a_claim_is_that_of_its_cover(case):
    claim = case.file()
    assert case.row(claim)["insurer"] == case.world.state.get("cover", case.cover)["insurer"] == "insurer"


@pytest.mark.parametrize("change", [
    pytest.param({"benefits": []}, id="no-benefit"),
    pytest.param({"claimed": -1}, id="claimed-below-0"),
    pytest.param({"facts": {"days": None}}, id="fact-null"),
    pytest.param({"facts": {"days": [1]}}, id="fact-array"),
    pytest.param({"facts": {"text": ""}}, id="fact-empty"),
    pytest.param({"facts": {"text": "a" * 101}}, id="fact-long"),
    pytest.param({"facts": {f"f{at}": 1 for at in range(51)}}, id="facts-51"),
    pytest.param({"facts": {"9a": 1}}, id="fact-name"),
])
def test_a_claim_of_the_wrong_form(case, change):
    with pytest.raises(FormatError):
        case.file(**change)


def test_an_invoice_pays_once_whatever_the_nonce(case):
    """The same claim handed in again, as an entry with another nonce, is another text and still refused."""
    case.file(invoices=[digest("same").hex()])
    refused(case.world, "invoice_used", lambda: case.file(invoices=[digest("same").hex()]))


def test_a_removed_member_claims_for_days_before_the_removal(case):
    line = Line(1, bytes.fromhex(case.members[0]))
    case.world.act("enrolment", "county", county="kb", lines=case.world.batch_of([line]), op="remove", period="2018",
                   programme="dlz", reason="moved_away")
    refused(case.world, "not_member_then", lambda: case.file(admitted="2018-03-01"))
    assert case.file(admitted="2018-02-28")


def test_a_cap_of_one_claim_counts_nothing_of_others():
    case = Case(formulas={"inpatient": {**INPATIENT, "caps": [{"amount": 300, "per": "claim"}]}})
    for _ in range(2):
        decision = case.world.decide(case.file())
        assert case.world.state.get("decision", decision)["amount"] == 300
        assert case.world.state.get("decision", decision)["uses"] == []


def test_what_caps_count_is_of_four_periods(case):
    claim = case.file(facts={"accident": "fire-1"})
    uses = CapUses(case.world.state, case.row(claim), "inpatient", case.row(claim)["facts"])
    assert len(uses) == len(list(uses)) == 4
    assert "claim" not in uses


def test_an_insurer_that_bears_the_risk_pays_out_of_its_own():
    flows = [flow for flow in TERMS["flows"] if flow["kind"] != "payout"]
    case = Case(risk="insurer", flows=[
        *flows, {"from": "own/insurer", "kind": "payout", "purpose": "payout", "to": "paid/dlz/{county}"}])
    decision = case.world.decide(case.file())
    refused(case.world, "flow_unknown", lambda: case.world.pay(decision, 350))
    payout = case.world.pay(decision, 350, **{"from": "own/insurer"})
    case.world.confirm(payout)
    assert case.world.state.get("account", "own/insurer")["out"] == 350
    assert case.world.state.get("paying", "own/insurer") is None  # nobody else's money hides there


def test_what_is_no_payout_neither_arrives_nor_comes_back(case):
    refused(case.world, "payout_unknown", lambda: case.world.confirm(case.cover))
    refused(case.world, "payout_unknown", lambda: case.world.recover(case.cover, 1))
    payout = case.world.pay(case.world.decide(case.file()), 350)
    refused(case.world, "payout_unknown", lambda: case.world.seal(
        "bounce", "insurer", programme="two", payout=payout, reason="closed_account"))
