"""Which entries start a duty to publish, as the leaves alone tell it: those that have a row in the ledger's state."""

import pytest

from tests.support.receipts import ReceiptWorld
from tests.support.shown_log import ShownLog
from tests.support.world import START_UNIX_MS
from verifier.log.policy import open_checkpoint, parse_policy
from verifier.monitor.publications import Publications, read_on

NOW = START_UNIX_MS // 1000 + 3600

END = {"by": "county", "id": "end", "months": 1, "on": "drive_end"}
WAY = {"by": "county", "id": "way", "months": 3, "on": "drive"}
YEAR = {"by": "foundation", "id": "report", "on": "year", "year_day": "03-31"}
MOVED = {"above": 100, "by": "foundation", "days": 3, "id": "moved", "on": "transfer"}
STRANGERS = [{**one, "by": "auditor"} for one in (END, WAY, YEAR, MOVED)]

SHORT = {"first_day": "2018-03-01", "last_day": "2018-09-01"}
LONG = {"first_day": "2018-03-01", "last_day": "2018-09-02"}


def play(first, second=None):
    """A log with drives, small and large transfers, and terms that change."""
    world = ReceiptWorld()
    world.charter()
    world.terms(notices=first)
    if second is not None:
        world.terms(notices=second, version=2, first_day="2018-03-01")
        world.terms(notices=first, version=3, first_day="2018-03-03")
    world.act("agreement", "county foundation", county="kb", document="22" * 32, programme="dlz")
    for days in ({}, SHORT, LONG):
        world.act("drive", "county", document="22" * 32, programme="dlz", text="a drive", **days)
    world.give(5000)
    for amount in (99, 100, 101):
        world.settle(amount)
    world.balance()
    return world


@pytest.mark.parametrize(("first", "second", "kinds"), [
    pytest.param([END, WAY, YEAR, MOVED], None, "terms drive drive transfer transfer", id="all"),
    pytest.param([], None, "", id="none"),
    pytest.param([END], None, "drive drive", id="end-of-a-drive"),
    pytest.param([WAY], None, "drive", id="a-long-drive"),
    pytest.param([YEAR], None, "terms", id="each-year"),
    pytest.param([MOVED], None, "transfer transfer", id="large-transfers"),
    pytest.param([{**MOVED, "above": 101}], None, "transfer", id="larger-transfers"),
    pytest.param(STRANGERS, None, "", id="a-role-that-no-party-has"),
    pytest.param([], [END, WAY, YEAR, MOVED], "drive drive transfer transfer", id="the-second-terms-hold"),
    pytest.param([END, WAY, YEAR, MOVED], [], "terms", id="the-first-terms-hold-no-more"),
])  # fmt: skip
def test_the_entries_that_start_notices_are_those_with_a_row(first, second, kinds):
    world = play(first, second)
    log = ShownLog(world, time_unix_s=NOW)
    policy = parse_policy(world.policy(), what="policy")
    head = open_checkpoint(log.answer("checkpoint"), policy=policy, what="checkpoint").checkpoint

    class Source:
        def read(self, path):
            return log.answer(path)

    found = Publications()
    read_on(found, head=head, source=Source())
    rows = [index for index in range(len(world.leaves)) if world.state.get("notices", index) is not None]
    assert found.open == rows
    assert [world.entry(index)["kind"] for index in rows] == kinds.split()
