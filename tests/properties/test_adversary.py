"""Parties that sign what the rules should never let in: each test is one attack, judged by both sides, and fails.

Money: ways out through terms of one's own, names taken before their time, holders left out, one decision paid by many
routes, one gift given back twice, money in transit. Privacy: every public statement that could follow one payout.
"""

import json
import random
from contextlib import suppress

import pytest

from ledger.batch import Batch, Line
from ledger.errors import LedgerError, ProofError, Rejected
from tests.support.twin import TwinWorld
from tests.support.world import TERMS, digest

K = TERMS["k"]


def evil(world, by, accounts, flows=(), **changes):
    """Terms of a programme of one's own, under one signature; the flows are (kind, from, to)."""
    return world.act("terms", by, **{
        **{name: TERMS[name] for name in (
            "basis", "deadlines", "document", "first_day", "formulas", "notices", "readings", "refusals", "risk",
            "unit", "zone")},
        "accounts": [{"holder": by, "name": name, "place": "x"} for name in accounts],
        "flows": [{"from": source, "kind": kind, "purpose": "loot", "to": to} for kind, source, to in flows],
        "k": 1, "programme": "evil", "splits": [], "version": 1, **changes,
    })  # fmt: skip


def refused(reason):
    return pytest.raises(Rejected, match=f"^{reason}: ")


def funded(seed=0, *, persons=8, gifts=(90_000, 300)):
    """A programme with gifts, money at the insurer, a roster and a cover."""
    world = TwinWorld(seed).begin()
    world.gift = world.give(*gifts)
    world.settle(80_000)
    world.premium(60_000)
    world.roster, world.members = world.enrol(persons, tags=world.tags(*range(persons)))
    world.cover = world.insure(persons)
    return world


def held(world, name):
    row = world.state.get("account", name)
    return row["in"] - row["out"]


def figure(world, metric, value, by="platform"):
    return world.act("figure", by, basis="derived", metric=metric, programme="dlz", value=value)


def publish(world, *names):
    return world.act("balance", "insurer", publish=list(names))


# -- money out of an account that one holds for others ----------------------------------------------------------------


@pytest.mark.parametrize(("by", "source", "sink"), [
    ("insurer", "claims/dlz/kb", "own/insurer"), ("foundation", "fund/dlz/claims", "world/dlz/bank"),
    ("platform", "platform/dlz/gifts", "world/dlz/donors"),
])  # fmt: skip
@pytest.mark.parametrize("kind", ["spend", "transfer"])
def test_terms_of_ones_own_open_no_way_out_of_an_account(by, source, sink, kind):
    world = funded()
    evil(world, by, [f"memo/evil/{by}"], [(kind, source, sink), (kind, source, f"memo/evil/{by}")])
    before = held(world, source)
    for target in (sink, f"memo/evil/{by}"):
        with refused("flow_unknown"):
            world.act(kind, by, amount=1, programme="evil", purpose="loot", ref="R",
                      **{"from": source, "to": target})  # fmt: skip
    assert held(world, source) == before


@pytest.mark.parametrize("name", ["claims/dlz/kb", "fund/dlz/other"])
def test_an_account_is_of_no_second_programme(name):
    world = funded()
    with refused("account_differs"):
        evil(world, "insurer" if name.startswith("claims") else "foundation", [name])


def test_no_money_goes_into_or_out_of_somebody_elses_transit():
    world = funded()
    sent = world.send("platform/dlz/gifts", "fund/dlz", 500, "settlement", by="platform")
    transit = f"transit/{sent}"
    evil(world, "platform", ["world/evil/tap", "memo/evil/x"],
         [("spend", transit, "memo/evil/x"), *((kind, "world/evil/tap", transit) for kind in ("donation", "income"))])
    members = {"programme": "evil", "purpose": "loot"}
    with refused("flow_unknown"):
        world.act("spend", "platform", amount=500, ref="R", **{"from": transit, "to": "memo/evil/x"}, **members)
    with refused("flow_unknown"):
        world.act("income", "platform", amount=9, ref="R", **{"from": "world/evil/tap", "to": transit}, **members)
    with refused("flow_unknown"):
        world.give(9, **{"from": "world/evil/tap", "to": transit}, **members)
    with refused("exceeds_transit"):
        world.receive(sent, 501, by="foundation")
    world.receive(sent, 200, by="foundation")
    with refused("exceeds_transit"):
        world.receive(sent, 301, by="platform", kind="return")
    world.receive(sent, 300, by="platform", kind="return")
    for kind, by in (("receive", "foundation"), ("return", "platform")):
        with refused("transfer_unknown"):
            world.receive(sent, 1, by=by, kind=kind)


def test_a_trade_number_is_not_used_again_under_another_programme():
    world = TwinWorld(0).begin()
    evil(world, "platform", ["memo/evil/x"], [("donation", "world/dlz/donors", "platform/dlz/gifts")])
    world.give(300, tags=world.tags("trade 7"))
    for programme, purpose, reason in (("dlz", "gifts", "tag_used"), ("evil", "loot", "flow_unknown")):
        with refused(reason):
            world.give(300, tags=world.tags("trade 7"), programme=programme, purpose=purpose)


def test_a_county_that_agrees_finds_its_accounts_as_the_terms_have_them():
    """An insurer opens the next county's paying account first, with a k of 1; a platform would even hold it."""
    for by in ("insurer", "platform"):
        world = TwinWorld(0).begin()
        evil(world, by, ["claims/dlz/guyuan"])
        with refused("account_differs"):
            world.act("agreement", "county foundation", county="guyuan", document="22" * 32, programme="dlz")


def test_new_terms_need_everybody_who_holds_an_account_in_the_old_ones():
    world = funded()
    own = [account for account in TERMS["accounts"] if account["holder"] == "foundation"]
    changes = {"accounts": own, "first_day": "2018-01-02", "flows": [], "version": 2}
    with refused("wrong_signers"):
        world.act("terms", "foundation", **{**TERMS, **changes})
    assert world.act("terms", "foundation insurer platform", **{**TERMS, **changes})


@pytest.mark.parametrize("flow", [
    {"from": "claims/dlz/{county}", "kind": "payout", "purpose": "payout", "to": "claims/dlz/{county}"},
    {"from": "paid/dlz/{county}", "kind": "recovery", "purpose": "recovery", "to": "claims/dlz/{county}"},
])  # fmt: skip
def test_no_terms_let_sealed_money_into_an_account_that_pays(flow):
    world = funded()
    world.terms(flows=[flow, *TERMS["flows"]], version=2, first_day="2018-01-02")
    decision = world.decide(world.file_claim(world.cover, world.members[0], 200))
    if flow["kind"] == "payout":
        with refused("flow_unknown"):
            world.pay(decision, 100, to="claims/dlz/kb")
        return
    paid = world.pay(decision, 100)
    with refused("payout_not_confirmed"):
        world.recover(paid, 1, to="claims/dlz/kb")
    world.seal("bounce", "insurer", payout=paid, reason="closed")
    with refused("flow_unknown"):  # what bounced does not go back to where it would be paid from once more
        world.recover(paid, 100, to="claims/dlz/kb")
    world.confirm(world.pay(decision, 100, again=paid))
    with refused("flow_unknown"):
        world.recover(world.state.size - 2, 1, to="claims/dlz/kb")


@pytest.mark.parametrize("source", ["fund/dlz/claims", "platform/dlz/gifts", "own/insurer", "world/dlz/bank"])
def test_no_terms_of_a_pool_let_sealed_money_out_of_an_account_that_does_not_pay(source):
    world = funded()
    flow = {"from": source, "kind": "payout", "purpose": "payout", "to": "paid/dlz/{county}"}
    with refused("risk_wrong"):
        world.terms(flows=[flow, *TERMS["flows"]], version=2, first_day="2018-01-02")


@pytest.mark.parametrize("payer", ["claims/dlz/kb", "fund/dlz/other"])
def test_gifts_of_ones_own_programme_are_not_paid_back_from_anothers_money(payer):
    world = funded()
    holder = world.state.get("account", payer)["holder"]
    evil(world, holder, ["world/evil/donors", "spent/evil/x"], [("donation", "world/evil/donors", "spent/evil/x")],
         refund_from=payer)  # fmt: skip
    gift = world.act("donation", holder, lines=world.batch([500]), programme="evil", purpose="loot",
                     **{"from": "world/evil/donors", "to": "spent/evil/x"})  # fmt: skip
    with refused("refund_account_missing"):
        refund(world, gift, 0, by=holder, programme="evil")


# -- one decision, one sum --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(40))
def test_no_order_of_payouts_bounces_and_recoveries_pays_a_decision_twice(seed):
    """Everything that a claim's parties can seal, in any order, also about each other's payouts."""
    world, draw = funded(), random.Random(seed)
    decision = world.decide(world.file_claim(world.cover, world.members[0], 200), 100)
    other = world.decide(world.file_claim(world.cover, world.members[1], 200), 100)
    fund, payouts = held(world, "claims/dlz/kb"), []

    def pay(**more):
        amount = draw.choice((1, 40, 60, 100))
        payouts.append(world.pay(draw.choice((decision, decision, other)), amount, **more))

    acts = (
        pay,
        lambda: pay(again=draw.choice(payouts)),
        lambda: world.confirm(draw.choice(payouts)),
        lambda: world.seal("bounce", "insurer", payout=draw.choice(payouts), reason="closed"),
        lambda: world.recover(draw.choice(payouts), draw.choice((1, 40, 60, 100))),
        lambda: world.seal("withdraw", "county", claim=decision - 1),
        lambda: world.receive(draw.choice(payouts), 1, by="insurer", kind=draw.choice(("receive", "return"))),
        lambda: world.decide(decision - 1, 100),
    )
    pay()
    for _ in range(25):
        with suppress(LedgerError):
            draw.choice(acts)()
        left = fund - held(world, "claims/dlz/kb")
        states = [world.state.get("payout", payout) for payout in payouts]
        came_back = sum(row["amount"] for row in states if row["state"] == "returned")
        assert left - came_back <= 200  # what both decisions give
        transit = [name for (_, name), _ in world.state.scan("account") if name.startswith("transit/")]
        on_way = sum(held(world, name) for name in transit)
        assert left == on_way + held(world, "paid/dlz/kb") + held(world, "recovered/dlz/kb")
    world.check_state()


def test_the_sum_insured_follows_the_person_who_leaves_the_roster_and_comes_back():
    world = funded()
    cap = TERMS["formulas"]["inpatient"]["caps"][0]["amount"]
    line = Line(1, bytes.fromhex(world.members[0]))
    world.decide(world.file_claim(world.cover, world.members[0], 2 * cap), cap)
    world.act("enrolment", "county", county="kb", lines=world.batch_of([line]), op="remove", period="2018",
              programme="dlz", reason="moved")  # fmt: skip
    _, (again,) = world.enrol(1, tags=world.tags(0))
    claim = world.file_claim(world.cover, again, 2 * cap)
    with refused("amount_wrong"):
        world.decide(claim, cap)
    with refused("amount_wrong"):
        world.decide(claim)
    with refused("tag_used"):
        world.enrol(1, tags=world.tags(1))


def test_terms_that_come_later_change_no_claim_of_before():
    world = funded()
    claim = world.file_claim(world.cover, world.members[0], 1000, admitted="2018-02-01")
    formulas = {"inpatient": {**TERMS["formulas"]["inpatient"], "ratio_bp": 10_000}}
    world.terms(version=2, first_day="2018-02-15", formulas=formulas)
    with refused("terms_wrong"):
        world.decide(claim, 1, terms=world.state.size - 1)
    assert world.decide(claim, 500)


def test_an_invoice_pays_once_in_the_whole_log_also_when_its_claim_was_withdrawn():
    world = funded()
    invoice = [digest("one invoice").hex()]
    claim = world.file_claim(world.cover, world.members[0], 100, invoices=invoice)
    world.seal("withdraw", "county", claim=claim)
    with refused("invoice_used"):
        world.file_claim(world.cover, world.members[1], 100, invoices=invoice)
    with refused("invoice_used"):
        world.file_claim(world.cover, world.members[1], 100, invoices=[digest("two").hex()] * 2)


# -- one gift, one refund ---------------------------------------------------------------------------------------------


def refund(world, gift, line, *, by, programme="dlz", index=None):
    said = json.loads(world.leaves[gift].split(b"\n")[2])["lines"]
    proof = Batch(world.files.batches[bytes.fromhex(said["root"])]).prove_line(line)
    shown = {"amount": proof.line.amount, "commitment": proof.line.commitment.hex(),
             "index": line if index is None else index, "path": [[node.hex(), total] for node, total in proof.path]}
    return world.act("refund", by, donation=gift, line=shown, programme=programme, reason="x")


@pytest.mark.parametrize("moved", ["at the platform", "on its way", "sent back", "split", "in part at the insurer"])
def test_a_gift_goes_back_once_wherever_it_is(moved):
    world = TwinWorld(0).begin()
    other = world.give(10_000)
    world.settle(10_000)
    gift = world.give(300, 700)
    if moved == "on its way" or moved == "sent back":
        sent = world.send("platform/dlz/gifts", "fund/dlz", 300, "settlement", by="platform")
        if moved == "sent back":
            world.receive(sent, 300, by="platform", kind="return")
    if moved in ("split", "in part at the insurer"):
        world.settle(1000)
    if moved == "in part at the insurer":
        world.premium(9100)
    outside = held(world, "world/dlz/donors")
    tried = 0
    for line in (0, 0):
        for by in ("platform", "foundation", "foundation platform"):
            for index in (None, 1):
                try:
                    refund(world, gift, line, by=by, index=index)
                    tried += 1
                except (Rejected, ProofError):
                    pass
    assert tried == 1
    assert held(world, "world/dlz/donors") - outside == 300
    with refused("refund_twice"):
        refund(world, gift, 0, by="foundation")
    with pytest.raises((Rejected, ProofError)):
        refund(world, other, 0, by="foundation", index=1)
    world.check_state()


# -- what the public must not learn ------------------------------------------------------------------------------------


def pay_out(world, *, residual=200, persons=range(K)):
    return [world.pay(world.decide(world.file_claim(world.cover, world.members[person], residual + 2 * person),
                                   residual // 2 + person), residual // 2 + person) for person in persons]  # fmt: skip


def test_one_person_in_many_memberships_fills_no_publication():
    world = funded()
    for _ in range(K):
        member = world.members[0]
        world.pay(world.decide(world.file_claim(world.cover, member, 200), 100), 100)
        world.act("enrolment", "county", county="kb", lines=world.batch_of([Line(1, bytes.fromhex(member))]),
                  op="remove", period="2018", programme="dlz", reason="moved")  # fmt: skip
        world.members[:1] = world.enrol(1, tags=world.tags(0))[1]
    with refused("too_few_payouts"):
        publish(world, "claims/dlz/kb")
    for by in ("platform", "county", "foundation"):
        with refused("too_few_payouts"):
            world.act("balance", by, publish=["claims/dlz/kb"])


@pytest.mark.parametrize("metric", ["dlz/paid", "dlz/2018/paid", "dlz/claims_paid", "dlz/on_its_way"])
def test_no_figure_follows_a_single_confirmation_or_recovery(metric):
    world = funded()
    payouts = pay_out(world)
    publish(world, "claims/dlz/kb")

    def value(name=metric):
        return world.state.get("figure", name)["value"]

    for payout in payouts[:-1]:
        world.confirm(payout)
        with refused("too_few_payouts"):
            figure(world, metric, value())
    world.confirm(payouts[-1])
    assert figure(world, metric, value())
    world.recover(payouts[0], 1)
    for name in (metric, "dlz/paid", "dlz/2018/paid"):
        with refused("too_few_payouts"):
            figure(world, name, value(name))


@pytest.mark.parametrize("place", ["bank-i", "outside"])
def test_no_statement_of_a_bank_follows_a_single_payout(place):
    world = funded()
    signers = {"bank-i": "insurer", "outside": "insurer"}[place]

    def say(*, expecting=None):
        rows = [world.state.get("account", name) for (_, _, name), _ in world.state.scan("place", place)]
        held_there = sum(row["in"] - row["out"] for row in rows)
        members = {"document": "77" * 32, "items": [], "outside": 0, "place": place, "programme": "dlz",
                   "statement": held_there, "unit": "CNY"}  # fmt: skip
        if expecting is None:
            return world.act("reconciliation", signers, **members)
        with refused(expecting):
            world.act("reconciliation", signers, **members)
        return None

    assert say()
    payouts = pay_out(world)
    if place == "bank-i":
        say(expecting="unpublished_payouts")
    publish(world, "claims/dlz/kb")
    for payout in payouts:
        world.confirm(payout)
        if place == "outside":
            say(expecting="unpublished_payouts")
    figure(world, "dlz/paid", world.state.get("figure", "dlz/paid")["value"])
    assert say()


def test_no_close_follows_a_single_payout_or_confirmation():
    world = funded()
    payouts = pay_out(world)

    def close(name, reason):
        row = world.state.get("account", name)
        said = {"account": name, "closing": row["in"] - row["out"], "in": row["in"], "opening": 0, "out": row["out"]}
        with refused(reason):
            world.act("close", "foundation insurer", accounts=[said], county="kb", period="2018", programme="dlz")

    close("claims/dlz/kb", "unpublished_payouts")
    publish(world, "claims/dlz/kb")
    world.confirm(payouts[0])
    close("paid/dlz/kb", "unpublished_payouts")
