"""Attacks on claims, their clocks and what is said of them: each is judged by both sides, and fails.

The insurer would be late without looking late, or decide without paying; the county would have more than one cap, bill
or village gives; the foundation would write terms that silence the other side, or tell figures that say nothing.
"""

import random
from contextlib import suppress
from datetime import UTC, datetime

import pytest

from ledger.batch import Batch, batch_name, encode_columns
from ledger.errors import LedgerError, Rejected
from tests.support.twin import TwinWorld
from tests.support.world import TERMS, digest

DAY_MS = 86_400_000


def deadline(duty, starts, days):
    return {"amount": "claimed_until_decided", "conditions": [], "id": duty, "starts": starts,
            "tiers": [{"days": days}], "unit": "calendar_day"}


DUTIES = [deadline("open", "claim", 2), deadline("decide", "complete", 7), deadline("answer", "objection", 5)]
WARD = {"base": {"fact": "covered", "from": "total_bill", "less": ["basic_paid"]}, "caps": [], "conditions": [],
        "deductible": 0, "kind": "indemnity", "overlap": False, "ratio_bp": 5000, "rounding": "down"}  # fmt: skip
STAY = {"caps": [{"amount": 100, "per": "year"}], "conditions": [], "day_count": "nights", "kind": "per_diem",
        "overlap": False, "per_day": 50, "rounding": "down"}
GRADED = {"amount": 1000, "conditions": [{"fact": "ward", "reason": "no_ward", "values": ["a"]}], "caps": [],
          "kind": "lump_sum", "overlap": False, "rounding": "down"}
FORMULAS = {**TERMS["formulas"], "graded": GRADED, "stay": STAY, "ward": WARD}


def refused(reason):
    return pytest.raises(Rejected, match=f"^{reason}: ")


def begun(*, pay="decision", officers=None, **changes):
    """A programme with clocks, money at the insurer and three members of one village."""
    world = TwinWorld(0, officers=officers)
    world.charter()
    world.terms(**{"deadlines": [*DUTIES, deadline("pay", pay, 10)], "formulas": FORMULAS, **changes})
    world.act("agreement", "county foundation", county="kb", document="22" * 32, programme="dlz")
    world.give(90_000)
    world.settle(80_000)
    world.premium(60_000)
    _, world.members = world.enrol(3, tags=world.tags(0, 1, 2), place="hekou")
    world.cover = world.insure(3)
    return world


def wait(world, days):
    world.time_unix_ms += days * DAY_MS


def day(world, days=0):
    return datetime.fromtimestamp(world.time_unix_ms / 1000 + days * 86_400, UTC).date().isoformat()


def claimed(world, residual=200, **members):
    return world.file_claim(world.cover, world.members[0], residual, **{"admitted": "2018-03-01", **members})


def duty(world, claim, duty_id="pay"):
    return world.state.get("duty", claim, duty_id)


def counted(world, name, party="insurer"):
    row = world.state.get("figure", f"dlz/{party}/2018/{name}")
    return 0 if row is None else row["value"]


def bounce(world, payout):
    return world.seal("bounce", "insurer", payout=payout, reason="closed")


# -- the insurer and its clocks ---------------------------------------------------------------------------------------


def test_reviews_do_not_push_the_day_of_payment_away():
    world = begun()
    claim = claimed(world)
    decision = world.decide(claim)
    due = duty(world, claim)["due"]
    for _ in range(3):
        wait(world, 9)
        decision = world.decide(claim, reviews=decision)
        assert duty(world, claim)["due"] == due
    assert counted(world, "duties_due") == 2  # decided in time, and late to pay since the second review
    assert counted(world, "duties_in_time") == 1
    world.pay(decision, 100)
    assert (counted(world, "duties_due"), counted(world, "duties_in_time")) == (2, 1)
    world.check_state()


@pytest.mark.parametrize("pay", ["complete", "decision"])
def test_a_refusal_wipes_no_lateness_out_and_a_review_of_it_starts_the_clock_again(pay):
    world = begun(pay=pay)
    claim = claimed(world)
    decision = world.decide(claim)
    wait(world, 11)
    decision = world.decide(claim, result="refuse", reviews=decision)
    assert duty(world, claim) is None
    assert (counted(world, "duties_due"), counted(world, "duties_in_time")) == (2, 1)
    world.decide(claim, reviews=decision)
    assert duty(world, claim)["due"] == day(world, 10)
    world.check_state()


def test_a_review_of_what_is_paid_counts_no_further_payment_in_time():
    world = begun()
    claim = claimed(world)
    decision = world.decide(claim)
    world.confirm(world.pay(decision, 100))
    before = counted(world, "duties_in_time")
    for _ in range(3):
        decision = world.decide(claim, reviews=decision)
    assert counted(world, "duties_in_time") == before


@pytest.mark.parametrize("pay", ["complete", "decision"])
def test_a_review_that_decides_more_starts_a_clock_for_the_rest(pay):
    world = begun(pay=pay)
    claim = claimed(world, benefits=["inpatient", "graded"])
    decision = world.decide(claim)
    world.confirm(world.pay(decision, 100))
    wait(world, 3)
    world.decide(claim, result="part", facts={"ward": "a"}, reviews=decision)
    assert (duty(world, claim)["met"], duty(world, claim)["due"]) == (None, day(world, 10))


def test_what_bounces_was_not_paid():
    world = begun()
    claim = claimed(world)
    decision = world.decide(claim)
    due = duty(world, claim)["due"]
    paid = [world.pay(decision, 60), world.pay(decision, 40)]
    assert (duty(world, claim)["met"], counted(world, "duties_in_time")) == (day(world), 2)
    for payout in paid:
        bounce(world, payout)
    assert (duty(world, claim)["met"], duty(world, claim)["due"], counted(world, "duties_in_time")) == (None, due, 1)
    again = world.pay(decision, 60, again=paid[0])
    assert duty(world, claim)["met"] is None
    wait(world, 12)
    world.act("balance", "county", publish=[])
    assert (counted(world, "duties_due"), counted(world, "duties_in_time")) == (2, 1)
    world.recover(paid[1], 40)
    world.pay(decision, 40)
    assert duty(world, claim)["met"] == day(world)
    bounce(world, again)
    assert duty(world, claim)["met"] is None
    assert (counted(world, "duties_due"), counted(world, "duties_in_time")) == (2, 1)
    world.check_state()


def test_what_was_decided_does_not_become_interim_again():
    world = begun()
    claim = claimed(world)
    decision = world.decide(claim)
    with refused("result_wrong"):
        world.decide(claim, 1, result="interim", reviews=decision)


def test_interim_decisions_start_the_clock_once_and_the_decision_for_good_once_more():
    world = begun()
    claim = claimed(world)
    world.decide(claim, 1, result="interim")
    due = duty(world, claim)["due"]
    wait(world, 5)
    world.pay(world.decide(claim, 2, result="interim"), 1)
    assert duty(world, claim)["due"] == due
    wait(world, 6)
    world.decide(claim)
    assert duty(world, claim)["due"] == day(world, 10)
    assert (counted(world, "duties_due"), counted(world, "duties_in_time")) == (2, 0)  # decided late, not paid in time
    world.check_state()


def test_a_review_that_is_only_promised_answers_nothing():
    world = begun()
    claim = claimed(world)
    decision = world.decide(claim)
    objection = world.seal("objection", "county", about=decision, claim=claim, document="77" * 32)
    answer = {"claim": claim, "document": "77" * 32, "objection": objection}
    world.seal("answer", "insurer", result="review", **answer)
    assert world.state.get("claim", claim)["objection"] == objection
    assert duty(world, claim, "answer")["met"] is None
    world.decide(claim, reviews=decision)
    assert duty(world, claim, "answer")["met"] == day(world)
    with refused("objection_unknown"):
        world.seal("answer", "insurer", result="stands", **answer)
    world.check_state()


@pytest.mark.parametrize("seed", range(24))
def test_no_order_of_acts_counts_more_in_time_than_was_due_or_less_than_nothing(seed):
    """Everything that an insurer can seal about one claim, in any order and on any day; both sides count the same."""
    draw = random.Random(seed)
    world = begun(pay=draw.choice(("complete", "decision")))
    claim = claimed(world, benefits=["inpatient", "graded"], complete=draw.random() < 0.5)
    payouts = []

    def row():
        return world.state.get("claim", claim)

    def decide():
        newest = row()["decision"]
        reviews = {} if newest is None or row()["state"] == "interim" else {"reviews": newest}
        result = draw.choice(("pay", "part", "interim", "refuse"))
        facts = {"facts": {"ward": "a"}} if result == "part" else {}
        world.decide(claim, draw.randint(1, 100) if result == "interim" else None, result=result, **facts, **reviews)

    def pay(**more):
        amount = draw.choice((1, 100, row()["amount"] - row()["paid_out"]))
        payouts.append(world.pay(row()["decision"] or claim, amount, **more))

    acts = (
        decide, decide, pay, pay,
        lambda: pay(again=draw.choice(payouts)),
        lambda: bounce(world, draw.choice(payouts)),
        lambda: world.recover(draw.choice(payouts), draw.choice((1, 100))),
        lambda: world.confirm(draw.choice(payouts)),
        lambda: world.seal("request", "insurer", claim=claim, missing=["invoice"]),
        lambda: world.seal("complete", "county insurer", claim=claim, documents=[]),
        lambda: world.seal("objection", "county", about=claim, claim=claim, document="77" * 32),
        lambda: world.seal("answer", "insurer", claim=claim, document="77" * 32, objection=row()["objection"] or 0,
                           result=draw.choice(("review", "stands"))),
        lambda: world.act("balance", "county", publish=[]),
        lambda: wait(world, draw.randint(1, 6)),
    )  # fmt: skip
    for _ in range(60):
        with suppress(LedgerError, IndexError):
            draw.choice(acts)()
        sent = row()["paid_out"] - row()["bounced"]
        assert 0 <= row()["bounced"] <= row()["paid_out"]
        assert 0 <= counted(world, "duties_in_time") <= counted(world, "duties_due")
        pays = duty(world, claim)
        if row()["state"] == "decided" and sent < row()["amount"]:  # what is owed always has a clock
            assert pays is not None and pays["met"] is None
    assert world.refused
    world.check_state()


# -- the county, its members and its bills ----------------------------------------------------------------------------


def test_nobody_is_admitted_on_a_day_to_come():
    world = begun()
    with refused("outside_cover"):
        claimed(world, admitted="2018-03-02")


@pytest.mark.parametrize(("facts", "reason"), [
    ({"on": "1990-01-01"}, "fact_reserved"), ({"total_bill": 9}, "fact_reserved"), ({"x_paid": 0}, "fact_reserved"),
])  # fmt: skip
def test_no_fact_stands_in_for_what_the_log_knows(facts, reason):
    world = begun()
    with refused(reason):
        claimed(world, facts=facts)
    claim = claimed(world)
    with refused(reason):
        world.decide(claim, result="part", facts=facts)


def test_no_share_of_a_bill_is_paid_without_the_bill():
    world = begun()
    with refused("invoice_missing"):
        claimed(world, 0, benefits=["ward"], bill=0, facts={"covered": 1_000_000}, invoices=[], prior=[])
    assert claimed(world, benefits=["ward"], facts={"covered": 200})


def test_no_stay_ends_before_it_began_to_find_another_years_cap():
    world = begun(year={"is": "calendar", "stay": "discharge"})
    claim = claimed(world, benefits=["stay"], facts={"days": 2, "discharged_on": "2017-12-31"})
    benefits = [{"amount": 100, "benefit": "stay", "steps": []}]
    with refused("arithmetic_wrong"):
        world.decide(claim, benefits=benefits)


def test_an_officer_of_a_village_has_no_hand_in_the_claims_of_another():
    world = begun(officers={"county/chen": "hekou", "county/sun": "shuangmiao"})
    claim = claimed(world, complete=False, signers="county/chen")
    for kind, more in (("withdraw", {}), ("objection", {"about": claim, "document": "77" * 32})):
        with refused("not_own_village"):
            world.seal(kind, "county/sun", claim=claim, **more)
    world.seal("complete", "county insurer", claim=claim, documents=[])
    paid = world.pay(world.decide(claim), 100)
    evidence = {"by": "agent", "digest": "66" * 32}
    with refused("not_own_village"):
        world.seal("confirm", "county/sun", evidence=evidence, payout=paid)
    assert world.seal("confirm", "county/chen", evidence=evidence, payout=paid)


def test_one_countys_money_pays_no_other_countys_people():
    world = begun()
    world.act("agreement", "county foundation", county="guyuan", document="22" * 32, programme="dlz")
    sent = world.send("fund/dlz/claims", "claims/dlz/guyuan", 500, "premium", by="foundation")
    world.receive(sent, 500, by="insurer")
    decision = world.decide(claimed(world))
    for ends in ({"from": "claims/dlz/guyuan", "to": "paid/dlz/guyuan"}, {"from": "claims/dlz/guyuan"}):
        with refused("flow_unknown"):
            world.pay(decision, 100, **ends)
    assert world.pay(decision, 100)


def test_an_invoice_that_counted_within_one_programme_counts_in_the_log():
    world = begun(unique={"invoice": "programme", "person": "programme"})
    invoice = [digest("one").hex()]
    claimed(world, invoices=invoice)
    with refused("invoice_used"):
        claimed(world, invoices=invoice)
    assert world.state.get("tag", "invoice", "-", invoice[0]) is not None
    world.check_state()


# -- the foundation and its terms -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("changes", "reason"), [
    ({"k": TERMS["k"] - 1}, "version_wrong"),
    ({"unique": {"invoice": "programme", "person": "programme"}}, "version_wrong"),
    ({"unique": {"invoice": "log", "person": "log"}}, "version_wrong"),
    ({"life": {"decision": ["complete"]}}, "life_wrong"),
    ({"signed_by": {"complete": ["role:county"]}}, "signers_wrong"),
    ({"signed_by": {"withdraw": ["role:insurer"]}}, "signers_wrong"),
    ({"signed_by": {"objection": ["role:auditor|insurer"]}}, "signers_wrong"),
])  # fmt: skip
def test_a_new_version_takes_no_protection_away(changes, reason):
    world = begun()
    with refused(reason):
        world.terms(**{"first_day": "2018-02-01", "version": 2, **changes})
    usual = {"invoice": "log", "person": "programme"}  # what is meant where nothing is said
    assert world.terms(first_day="2018-02-01", k=TERMS["k"] + 1, unique=usual, version=2)


def test_no_report_is_given_before_its_time():
    notices = [{"by": "foundation", "id": "year_report", "on": "year", "year_day": "05-31"}]
    world = begun(notices=notices)

    def meet(due):
        meets = {"due": due, "entry": 1, "id": "year_report"}
        return world.act("notice", "foundation", document="77" * 32, meets=meets,
                         programme="dlz", text="report")

    meet("2019-05-31")
    for due in ("2020-05-31", "2019-05-31"):
        with refused("duty_unknown"):
            meet(due)
    wait(world, 457)  # 1 June 2019
    assert meet("2020-05-31")
    world.check_state()


# -- figures that say nothing -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("value", "kind", "unit", "right"), [
    (90_000, "about", 9_000, True), (1_000_000, "about", 1_000_000, False), (99_000, "about", 9_901, False),
    (98_000, "just_under", 9_800, True), (100_000, "just_under", 10_001, False), (0, "rounded", 1_000_000, False),
    (100_000, "rounded", 100_000, True), (0, "at_least", 1_000_000, False), (90_000, "at_least", 90_000, True),
])  # fmt: skip
def test_a_precision_as_wide_as_the_figure_is_none(value, kind, unit, right):
    world = begun()
    said = {"metric": "dlz/raised", "precision": {"kind": kind, "unit": unit}, "value": value}
    if right:
        assert world.act("figure", "county", basis="derived", programme="dlz", **said)
    else:
        with refused("figure_not_supported"):
            world.act("figure", "county", basis="derived", programme="dlz", **said)
    index = world.act("notice", "county", document="77" * 32, programme="dlz", says=[said], text="news")
    assert (b'"flags"' in world.leaves[index].partition(b"\n")[0]) is not right


@pytest.mark.parametrize("name", ["raised", "on_its_way", "duties_due", "persons"])
def test_no_column_of_a_roster_passes_for_a_figure_of_the_books(name):
    world = begun()
    data = encode_columns([((1, 1), bytes(32))], columns=2)
    roots = [Batch.of_column(data, column=at, columns=2).root for at in (0, 1)]
    world.files.batches[batch_name(roots)] = data
    with refused("column_wrong"):
        world.act("enrolment", "county", columns=[{"name": name, "root": roots[1].hex(), "total": 1}], county="kb",
                  lines={"count": 1, "root": roots[0].hex(), "total": 1}, op="add", period="p9", programme="dlz")
