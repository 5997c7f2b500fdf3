"""The shipped terms in a log: their holders sign them as they are, and each node admits them."""

import json
from typing import Any

import pytest

from tests.support import world
from tests.support.sources import text
from tests.support.world import World


def terms(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(text(f"node/terms/{name}.json"))
    return loaded


@pytest.mark.parametrize("versions", [
    pytest.param(("dlz-2017", "dlz"), id="dlz"), pytest.param(("yymz",), id="yymz"),
    pytest.param(("market",), id="market"), pytest.param(("snow",), id="snow"), pytest.param(("diary",), id="diary"),
])  # fmt: skip
def test_the_holders_sign_and_the_log_takes_them(monkeypatch, versions):
    loaded = [terms(name) for name in versions]
    holders = sorted({account["holder"] for one in loaded for account in one["accounts"]})
    # A programme of one holder has a log with others, who cosign it.
    parties = sorted({*holders, "auditor", "county", "office"})
    monkeypatch.setattr(world, "PARTIES", tuple(parties))
    log = World()
    epoch = {"log": log.log_key.verifier.vkey, "number": 1, "operator": parties[0]}
    log.charter(epoch=epoch, quorum=len(parties))
    for one in loaded:
        signers = sorted({account["holder"] for account in one["accounts"]})
        index = log.act("terms", " ".join(signers), document="11" * 32, **one)
        assert log.state.get_terms(index)["version"] == one["version"]


@pytest.mark.parametrize("year", json.loads(text("node/terms/calendar-cn.json")), ids=lambda row: str(row["year"]))
def test_the_parties_sign_a_year_of_the_calendar(year):
    log = World()
    log.charter()
    assert log.act("calendar", " ".join(world.PARTIES), document="22" * 32, **year) == 1
