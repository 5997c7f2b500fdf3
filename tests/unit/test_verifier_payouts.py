"""verifier/rules/kinds_payouts.py and the figures: what counts as paid, published and assigned."""

from tests.support.verifier_play import digest, standard
from tests.tables.beginnings import DECIDED, PAID


def test_figures_after_a_payout():
    play = standard()
    play(PAID)
    figures = {
        key.split(" ")[1]: row["value"] for key, row in play.replay._rows._rows.items() if key.startswith("figure ")
    }
    assert figures == {
        "dlz/assigned": 9000,
        "dlz/claims_paid": 1,
        "dlz/insurer/2019/duties_due": 3,  # both decided, one paid
        "dlz/insurer/2019/duties_in_time": 3,
        "dlz/on_its_way": 0,
        "dlz/p1/claims_paid": 1,
        "dlz/p1/paid": 800,
        "dlz/p1/person_times": 3,
        "dlz/p1/person_times_paid": 1,
        "dlz/p1/persons": 3,
        "dlz/paid": 800,
        "dlz/person_times": 3,
        "dlz/person_times_paid": 1,
        "dlz/premium": 6000,
        "dlz/raised": 10000,
    }


def test_a_claim_whose_money_was_recovered_is_paid_for_the_first_time_once():
    play = standard()
    play(DECIDED)
    play("""
        a: insurer payout    decision=@dwang amount=300    ok
        insurer    confirm   payout=@a                     ok
        insurer    recovery  payout=@a amount=300          ok
        b: insurer payout    decision=@dwang amount=500    ok
        insurer    confirm   payout=@b                     ok
    """)
    assert play.row("figure dlz/claims_paid")["value"] == 1
    assert play.row("figure dlz/paid")["value"] == 500


def test_a_refund_out_of_the_claims_share_is_no_longer_assigned():
    play = standard()
    play("""
        g: platform  donation  lines=1000                                                                ok
        t: platform  transfer  from=platform/dlz/gifts to=fund/dlz amount=1000 purpose=settlement        ok
        foundation   receive   transfer=@t amount=1000                                                   ok
    """)
    assert play.row("figure dlz/assigned")["value"] == 900
    play("foundation refund donation=@g line=0 ok")
    assert play.row("figure dlz/assigned")["value"] == 0
    assert play.row("figure dlz/raised")["value"] == 0
    assert play.row("exit fund/dlz/claims 0000000000000000") == [900, len(play.leaves) - 1]


def test_an_account_that_pays_is_published_from_its_opening_on():
    play = standard()
    opened = {"at": play.indices["agreement"], "in": 0, "next_out": 0, "out": 0}
    assert play.row("published claims/dlz/kangbao") == opened
    assert play.row("published paid/dlz/kangbao") is None


def test_a_publication_ends_the_counting_of_payouts():
    play = standard()
    play(PAID)
    assert play.row("paying claims/dlz/kangbao") == {"members": 1, "payouts": 1}
    assert play.row(f"payee claims/dlz/kangbao {digest('wang')}") == play.indices["pwang"]
    play("""
        insurer payout  decision=@dli amount=500            ok
        insurer payout  decision=@dli amount=300            ok
    """)
    assert play.row("paying claims/dlz/kangbao") == {"members": 2, "payouts": 3}
    play("auditor balance publish=claims/dlz/kangbao ok")
    published = {"at": len(play.leaves) - 1, "in": 6000, "next_out": 1600, "out": 1600}
    assert play.row("published claims/dlz/kangbao") == published
    assert play.row("paying claims/dlz/kangbao") is None
    assert play.row(f"payee claims/dlz/kangbao {digest('wang')}") is None


def balance(play, account):
    row = play.row(f"account {account}")
    return row["in"] - row["out"]


def test_what_bounced_is_paid_again_out_of_its_transit():
    play = standard()
    play(DECIDED)
    play("""
        a: insurer payout  decision=@dwang amount=800                   ok
        insurer    bounce  payout=@a                                    ok
        b: insurer payout  decision=@dwang amount=800 again=@a part=1   ok
    """)
    claim = play.row(f"claim {play.indices['wang']:016d}")
    assert (claim["paid_out"], claim["payouts"]) == (800, 1)
    assert play.row(f"account transit/{play.indices['a']}") is None
    assert balance(play, f"transit/{play.indices['b']}") == 800
    assert balance(play, "claims/dlz/kangbao") == 5200
    assert play.row("figure dlz/on_its_way")["value"] == 800
    assert play.row("paying claims/dlz/kangbao") == {"members": 1, "payouts": 1}


def test_what_bounced_comes_back_whole():
    play = standard()
    play(DECIDED)
    play("""
        a: insurer payout    decision=@dwang amount=800                 ok
        insurer    bounce    payout=@a                                  ok
        insurer    recovery  payout=@a amount=800                       ok
    """)
    assert play.row(f"payout {play.indices['a']:016d}").items() >= {"recoveries": 0, "state": "returned"}.items()
    assert play.row(f"claim {play.indices['wang']:016d}").items() >= {"paid": 0, "paid_out": 0, "payouts": 1}.items()
    assert play.row(f"account transit/{play.indices['a']}") is None
    assert balance(play, "recovered/dlz/kangbao") == 800
    assert play.row("figure dlz/on_its_way")["value"] == 0
    assert play.row("figure dlz/paid") is None
    assert play.row("settling dlz") == {"members": 1}


def test_what_was_recovered_is_no_longer_paid():
    play = standard()
    play(PAID)
    assert play.row(f"account transit/{play.indices['pwang']}") is None
    assert play.row(f"claim {play.indices['wang']:016d}")["confirmed"] == 1
    assert play.row(f"settled dlz {digest('wang')}") == play.indices["cwang"]
    play("insurer recovery payout=@pwang amount=300 ok")
    assert play.row(f"claim {play.indices['wang']:016d}").items() >= {"paid": 500, "state": "paid"}.items()
    assert play.row(f"payout {play.indices['pwang']:016d}").items() >= {"recovered": 300, "recoveries": 1}.items()
    assert balance(play, "recovered/dlz/kangbao") == 300
    assert play.row("figure dlz/p1/paid")["value"] == 500


def test_a_claim_is_paid_when_no_less_than_was_decided_arrived():
    play = standard()
    play(DECIDED)
    play("""
        a: insurer payout    decision=@dwang amount=300                 ok
        b: insurer payout    decision=@dwang amount=500                 ok
        insurer    confirm   payout=@b                                  ok
    """)
    key = f"claim {play.indices['wang']:016d}"
    assert play.row(key)["state"] == "decided"
    play("insurer confirm payout=@a ok")
    assert play.row(key)["state"] == "paid"
    play("insurer decision claim=@wang amount=800 reviews=@dwang ok")
    assert play.row(key)["state"] == "paid"
