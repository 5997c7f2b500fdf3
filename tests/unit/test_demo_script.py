"""The script of the demo: its figures agree with each other and each has its basis."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from ledger.errors import FormatError
from node.demo.founding import Filling
from node.demo.script import Figure, load_published, load_script, published_in

SCRIPT = load_script()
PUBLISHED = load_published()
DATA = Path(os.environ.get("MINGZHANG_DATA", Path(__file__).parents[3] / "shared" / "data"))


def figures(part: object) -> Iterator[Figure[Any] | Filling]:
    if isinstance(part, Figure | Filling):
        yield part
    elif isinstance(part, msgspec.Struct):
        for name in part.__struct_fields__:
            yield from figures(getattr(part, name))
    elif isinstance(part, tuple | dict):
        for member in part.values() if isinstance(part, dict) else part:
            yield from figures(member)
    else:
        assert isinstance(part, str | None), f"{part!r} stands without a basis"


def test_every_value_that_is_not_a_name_has_a_basis_and_says_why():
    found = list(figures(SCRIPT))
    assert len(found) > 60
    for figure in found:
        source = figure.source if isinstance(figure, Figure) else ()
        assert figure.why or source, figure
        assert source or figure.basis != "published", figure


def test_the_periods_come_to_the_published_figures():
    periods, roster = SCRIPT.periods, SCRIPT.roster
    assert len(roster.members(0)) + len(roster.members(1)) == PUBLISHED.person_times_covered.value == 56_909
    assert len(roster.members(1)) == PUBLISHED.persons_covered.value == 29_421
    assert sum(period.person_times_paid.value for period in periods) == PUBLISHED.person_times_paid.value == 210
    assert sum(period.paid_fen.value for period in periods) == PUBLISHED.paid.value == 1_677_000_00


@pytest.mark.parametrize("reading, gifts, held, carried", [
    ("invested_is_gifts", 2_685_600_00, 740_040_00, 447_480_00),
    ("invested_is_premium", 2_984_000_00, 1_008_600_00, 576_900_00),
])
def test_either_reading_comes_to_what_was_invested(reading, gifts, held, carried):
    inflows, (num, den) = SCRIPT.readings[reading].periods, SCRIPT.share
    for inflow in inflows:
        share, rest = divmod(inflow.gifts_fen.value * num, den)
        assert (share, rest) == (inflow.premium_fen.value, 0)
    invested = [inflow.gifts_fen if reading == "invested_is_gifts" else inflow.premium_fen for inflow in inflows]
    assert sum(figure.value for figure in invested) == PUBLISHED.invested.value
    assert sum(inflow.gifts_fen.value for inflow in inflows) == gifts
    premium = [inflow.premium_fen.value for inflow in inflows]
    assert premium[0] - SCRIPT.periods[0].paid_fen.value == carried
    assert sum(premium) - PUBLISHED.paid.value == held


def test_the_days_of_each_period_follow_one_another():
    for period in SCRIPT.periods:
        days = [
            period.first, *period.gift_days.value, period.settled_on, period.settlement_received_on,
            period.premium_sent_on, *(part.on for part in period.premium_received), period.paid_from,
            period.paid_until, period.published_on, period.last,
        ]
        plain = [day.value if isinstance(day, Figure) else day for day in days]
        assert plain == sorted(plain)
    last = SCRIPT.periods[-1]
    assert last.settlement_received_on.value < SCRIPT.refunded_on.value < last.premium_sent_on.value


def test_those_who_leave_claim_nothing():
    for number in range(2):
        assert set(SCRIPT.roster.claimants(number)) <= set(SCRIPT.roster.members(number))
        assert not set(SCRIPT.roster.claimants(number)) & set(SCRIPT.roster.left)


@pytest.mark.skipif(not DATA.is_dir(), reason="MINGZHANG_DATA is not on this machine")
def test_the_published_figures_are_those_of_the_data():
    totals = msgspec.json.decode((DATA / "published_totals.json").read_bytes())["totals"]
    by_id = {total["id"]: total for total in totals}
    assert published_in((DATA / "published_totals.json").read_bytes()) == PUBLISHED
    for name in PUBLISHED.__struct_fields__:
        figure = msgspec.to_builtins(getattr(PUBLISHED, name))
        for member, value in figure.items():
            assert value == by_id[figure["id"]].get(member), (name, member)
    for figure in figures(SCRIPT):
        for source in figure.source if isinstance(figure, Figure) else ():
            assert source in by_id or source.startswith("programmes.json ") or (DATA / source).is_file(), source


@pytest.mark.parametrize("totals", [
    pytest.param(b"[]", id="no-object"),
    pytest.param(b'{"totals":[]}', id="no-figure"),
    pytest.param(b'{"totals":[{"value":1}]}', id="no-id"),
    pytest.param(b"\xff", id="no-json"),
])
def test_another_file_is_refused(totals):
    with pytest.raises(FormatError, match=r"^published totals: expected the figures of this programme: "):
        published_in(totals)
