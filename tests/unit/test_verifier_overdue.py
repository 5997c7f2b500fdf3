"""Duties to publish judged by the receipts of their entries, and what a node may try to hide one."""

import pytest

from tests.support.receipts import ReceiptWorld
from verifier.log.policy import parse_policy
from verifier.monitor.overdue import JudgedEntry, judge_entries

MOVED = {"above": 100, "by": "foundation", "days": 3, "id": "moved", "on": "transfer"}
DAY_MS = 86_400_000


class Node:
    """Receipts by leaf; what is not there is not given."""

    def __init__(self, receipts):
        self.receipts, self.asked = receipts, []

    def read(self, path):
        self.asked.append(path)
        index = path.removeprefix("entries/").removesuffix("/receipt")
        return self.receipts.get(index)


@pytest.fixture
def played():
    """A transfer that must be told of in three days, and balances two and four days later, with receipts of each."""
    world = ReceiptWorld()
    world.charter()
    world.terms(notices=[MOVED])
    world.give(500)
    transfer = world.send("platform/dlz/gifts", "fund/dlz", 300, "settlement", by="platform")
    shown = []
    for days in (2, 2):
        world.time_unix_ms += days * DAY_MS
        shown.append((world.balance(), {str(index): world.entry_receipt(index) for index in range(len(world.leaves))}))
    return world, transfer, shown


def judge(world, entries, *, balance, before=(), **nodes):
    policy = parse_policy(world.policy(), what="policy")
    return judge_entries(entries, before=before, balance=balance, policy=policy, sources=nodes)


def test_open_then_overdue_then_over(played):
    world, transfer, ((first, early), (second, late)) = played
    open_, over, alarms = judge(world, [transfer], balance=first, a=Node(early))
    assert (open_, over, alarms) == ([JudgedEntry(transfer, first, ())], [], [])
    open_, over, alarms = judge(world, [transfer], balance=second, before=open_, a=Node(late))
    (alarm,) = alarms
    assert (over, alarm.about) == ([], f"foundation moved {transfer}")
    assert alarm.message == (
        f"foundation owes moved of leaf {transfer} since 2018-03-04: 1 days as of 2018-03-05"
    )  # fmt: skip
    untouched = Node({})
    assert judge(world, [transfer], balance=second, before=open_, a=untouched) == (open_, [], alarms)
    assert untouched.asked == []
    due = {"due": "2018-03-04", "entry": transfer, "id": "moved"}
    world.act("notice", "foundation", document="22" * 32, meets=due, programme="dlz", text="told")
    third = world.balance()
    told = Node({str(transfer): world.entry_receipt(transfer)})
    assert judge(world, [transfer], balance=third, before=open_, a=told) == ([], [transfer], [])


def test_an_entry_behind_the_balance_waits(played):
    world, transfer, ((first, early), _) = played
    node = Node(early)
    assert judge(world, [first + 1], balance=first, a=node) == ([], [], []) and node.asked == []
    assert transfer < first


@pytest.mark.parametrize(("hide", "says"), [
    pytest.param(lambda early, late, at: {}, "no receipt of leaf", id="no-receipt"),
    pytest.param(lambda early, late, at: early, "is as of leaf", id="an-older-balance"),
    pytest.param(lambda early, late, at: {**late, at: late["0"]}, "the receipt is not about leaf", id="another-leaf"),
    pytest.param(lambda early, late, at: {**late, at: late[at][:-9]}, "expected one line", id="cut"),
])  # fmt: skip
def test_what_one_node_hides_another_shows(played, hide, says):
    world, transfer, ((first, early), (second, late)) = played
    before = [JudgedEntry(transfer, first, ())]
    hiding = Node(hide(early, late, str(transfer)))
    open_, over, alarms = judge(world, [transfer], balance=second, before=before, a=hiding)
    assert (open_, over) == (before, []), "what was judged before stays"
    (alarm,) = alarms
    assert (alarm.name, alarm.about) == ("unproven", f"duties of leaf {transfer}") and says in alarm.message
    *_, alarms = judge(world, [transfer], balance=second, before=before, a=hiding, b=Node(late))
    assert [alarm.name for alarm in alarms] == ["duty_overdue"]
