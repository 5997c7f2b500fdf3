"""What must hold of the rows of claims, decisions, payouts and duties after any history, said from the rows alone."""

from collections import Counter, defaultdict
from functools import cache

import pytest

from tests.support.histories import History
from tests.support.twin import TwinWorld

SEEDS = range(12)
STEPS = 150
DUTIES = ("answer", "decide", "open", "pay")


@cache
def rows_after(seed):
    """Every state row after a random history, key -> value."""
    world = TwinWorld(seed)
    History(world, seed).run(STEPS)
    return world.replay._rows._rows


@pytest.fixture(scope="module", params=SEEDS)
def rows(request):
    return rows_after(request.param)


def family(rows, name):
    """The rows of a family: what follows its name in the key -> value."""
    return {key[len(name) + 1 :]: row for key, row in rows.items() if key.startswith(f"{name} ")}


def payouts_of(rows, claim):
    return [row for row in family(rows, "payout").values() if row["claim"] == int(claim)]


def test_money_of_a_claim_is_that_of_its_payouts(rows):
    for number, claim in family(rows, "claim").items():
        payouts = payouts_of(rows, number)
        sent = [row for row in payouts if row["state"] in ("open", "bounced", "confirmed")]
        arrived = [row for row in payouts if row["state"] == "confirmed"]
        assert claim["paid_out"] == sum(row["amount"] for row in sent)
        assert claim["paid"] == sum(row["amount"] - row["recovered"] for row in arrived)
        assert claim["confirmed"] == len(arrived)
        assert {row["part"] for row in payouts} == set(range(1, claim["payouts"] + 1))


def test_figures_of_payouts_are_the_sums_over_claims(rows):
    paid = Counter()
    on_its_way = Counter()
    for claim in family(rows, "claim").values():
        paid[claim["programme"]] += claim["paid"]
    for payout in family(rows, "payout").values():
        if payout["state"] in ("open", "bounced"):
            on_its_way[payout["programme"]] += payout["amount"]
    for number, transfer in family(rows, "transfer").items():
        transit = rows[f"account transit/{int(number)}"]
        on_its_way[transfer["programme"]] += transit["in"] - transit["out"]
    for programme in family(rows, "programme"):
        assert rows.get(f"figure {programme}/paid", {"value": 0})["value"] == paid[programme]
        assert rows.get(f"figure {programme}/on_its_way", {"value": 0})["value"] == on_its_way[programme]


def test_room_is_used_by_the_newest_decisions_and_nothing_else(rows):
    used = Counter()
    for claim in family(rows, "claim").values():
        if claim["decision"] is not None:
            member = rows[f"member {claim['member']}"]
            for benefit, period, scope, amount in rows[f"decision {claim['decision']:016d}"]["uses"]:
                used[f"{claim['programme']} {benefit} {period} {scope} {member['tag'] or claim['member']}"] += amount
    assert family(rows, "used") == used


def test_a_claim_stands_where_its_newest_decision_put_it(rows):
    results = {"decided": ("pay", "part"), "interim": ("interim",), "paid": ("pay", "part"), "refused": ("refuse",)}
    for number, claim in family(rows, "claim").items():
        if claim["decision"] is None:
            assert claim["state"] in ("claimed", "requested", "complete", "withdrawn")
            assert not claim["amount"]
            continue
        decision = rows[f"decision {claim['decision']:016d}"]
        assert (decision["claim"], decision["amount"]) == (int(number), claim["amount"])
        assert decision["result"] in results[claim["state"]]
        assert (claim["amount"] == 0) == (claim["state"] == "refused")


def test_duties_are_found_by_day_and_calendar_while_they_wait(rows):
    expected = set()
    for key, duty in family(rows, "duty").items():
        if duty["due"] is not None and duty["met"] is None and not duty["counted"]:
            number = key.partition(" ")[0]
            calendar = rows[f"terms {rows[f'claim {number}']['terms']:016d}"].get("calendar")
            expected |= set() if duty["provisional"] else {f"due {duty['due']} {key}"}
            expected |= {f"pending {calendar} {key}"} if duty["unit"] == "working_day" else set()
    assert {key for key in rows if key.startswith(("due ", "pending "))} == expected


def test_a_claim_has_the_duties_of_its_state(rows):
    for number, claim in family(rows, "claim").items():
        state = claim["state"]
        duties = {name: rows.get(f"duty {number} {name}") for name in DUTIES}
        is_open = {name for name, duty in duties.items() if duty is not None and duty["met"] is None}
        may_be_open = {"answer"} if claim["objection"] is not None else set()
        may_be_open |= {"open"} if state == "claimed" else set()
        may_be_open |= {"decide"} if state in ("complete", "interim") else set()
        may_be_open |= {"pay"} if state in ("complete", "interim", "decided") else set()
        assert is_open <= may_be_open, (state, is_open)


def test_duties_count_no_less_than_the_rows_that_were_counted(rows):
    """A duty that began anew counted before it did, so figures may pass what the rows still show."""
    counted = defaultdict(Counter)
    for key, duty in family(rows, "duty").items():
        if duty["counted"]:
            programme = rows[f"claim {key.partition(' ')[0]}"]["programme"]
            metric = "duties_provisional" if duty["provisional"] else "duties_due"
            counted[metric][f"{programme}/{duty['by']}/{duty['due'][:4]}"] += 1
    for metric, scopes in counted.items():
        for scope, count in scopes.items():
            assert rows[f"figure {scope}/{metric}"]["value"] >= count


def test_the_histories_reach_what_the_laws_are_about():
    """Over all seeds together, every state of a claim and of a duty is there."""
    seen = Counter()
    for seed in SEEDS:
        for key, row in rows_after(seed).items():
            name = key.partition(" ")[0]
            if name == "claim":
                seen[row["state"]] += 1
            if name == "duty":
                seen.update(word for word in ("counted", "met", "provisional") if row[word])
            seen[name] += 1
    wanted = (
        "claimed requested complete withdrawn interim decided refused paid counted met provisional used pending due"
    )
    assert set(wanted.split()) <= set(seen)
