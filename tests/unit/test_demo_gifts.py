"""Invented gifts: exact totals, no trade number twice."""

import time
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from node.demo.gifts import gift_batches
from node.demo.script import load_script

SCRIPT = load_script()
DAYS = (date(2018, 1, 8), date(2018, 1, 9), date(2018, 1, 11))


def batches_of(period: int, *, seed: int, reading: str = "invested_is_gifts"):
    plan = SCRIPT.periods[period]
    refunded = plan.refunded_fen.value if plan.refunded_fen else None
    return gift_batches(
        rng=Random(seed),
        days=plan.gift_days.value,
        lines=plan.gift_lines.value,
        total_fen=SCRIPT.readings[reading].periods[period].gifts_fen.value + (refunded or 0),
        refunded_fen=refunded,
    )


@pytest.mark.parametrize("reading, totals", [
    ("invested_is_gifts", (1_297_200_00, 1_388_403_00)),
    ("invested_is_premium", (1_441_000_00, 1_543_003_00)),
])
def test_the_demo_has_300000_lines_in_24_batches_and_meets_both_totals(reading, totals):
    trades: set[str] = set()
    lines = batches = 0
    for period, total in enumerate(totals):
        got = 0
        for batch in batches_of(period, seed=20191130, reading=reading):
            batches += 1
            lines += len(batch.lines)
            got += sum(fen for fen, _ in batch.lines)
            trades.update(opening["trade"] for _, opening in batch.lines)
            assert min(fen for fen, _ in batch.lines) > 0
        assert got == total
    assert batches == 24
    assert lines >= 300_000
    assert len(trades) == lines


def test_the_lines_are_cheap_to_invent():
    before = time.process_time()
    count = sum(len(batch.lines) for batch in batches_of(0, seed=1))
    seconds = time.process_time() - before
    # Half of the demo's lines in half of its three seconds.
    assert count >= 150_000
    assert seconds < 1.5


def test_most_gifts_are_a_few_fen_and_most_money_comes_in_large_ones():
    amounts = [fen for batch in batches_of(0, seed=1) for fen, _ in batch.lines]
    few_fen = [fen for fen in amounts if fen < 100]
    some_yuan = [fen for fen in amounts if 1_00 <= fen <= 50_00]
    thousands = [fen for fen in amounts if fen >= 1_000_00]
    assert len(few_fen) > 0.85 * len(amounts)
    assert 0.05 * len(amounts) < len(some_yuan) < 0.12 * len(amounts)
    assert 100 < len(thousands) < 0.01 * len(amounts)
    assert sum(thousands) > sum(amounts) // 2


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**64), lines=st.integers(3, 400), total=st.integers(500_000_00, 600_000_00),
    refunded=st.none() | st.integers(1, 10_00),
)
def test_any_total_is_met_to_the_fen(seed, lines, total, refunded):
    batches = list(gift_batches(
        rng=Random(seed), days=DAYS, lines=lines, total_fen=total, refunded_fen=refunded
    ))
    assert tuple(batch.day for batch in batches) == DAYS
    assert sum(fen for batch in batches for fen, _ in batch.lines) == total
    assert sum(len(batch.lines) for batch in batches) >= lines
    trades = [opening["trade"] for batch in batches for _, opening in batch.lines]
    assert len(set(trades)) == len(trades)
    for batch in batches:
        moments = [opening["at"] for _, opening in batch.lines]
        assert moments == sorted(moments)
        # What is handed in on a morning was given before it.
        given_on = batch.day - timedelta(days=1)
        for number, (fen, opening) in enumerate(batch.lines):
            # The number of the line makes it unique, however the other digits fall.
            assert opening["trade"][:12] == f"{given_on:%Y%m%d}0000" and opening["trade"][-6:] == f"{number:06d}"
            assert fen == opening["amount"] > 0
            assert len(opening["trade"]) == 28 and opening["trade"].isascii() and opening["trade"].isdecimal()
            assert opening["at"].startswith(f"{given_on}T") and opening["at"].endswith("+08:00")
    # Behind every other gift, so that it rests until it is given back.
    assert [batch.refunded for batch in batches[:-1]] == [None, None]
    if refunded is None:
        assert batches[-1].refunded is None
    else:
        assert batches[-1].refunded == len(batches[-1].lines) - 1
        assert batches[-1].lines[-1][0] == refunded


@pytest.mark.parametrize("seed", range(8))
def test_a_day_that_lacks_only_some_fen_gets_them_as_one_more_gift(seed):
    def day_of(total_fen: int) -> list[int]:
        (batch,) = gift_batches(rng=Random(seed), days=DAYS[:1], lines=1, total_fen=total_fen)
        return sorted(fen for fen, _ in batch.lines)

    # A line of its own is at most 50 yuan, so the rest of 100 is the larger part.
    first, _ = day_of(100_00)
    assert day_of(first) == [first]
    for missing in range(1, 12):
        assert day_of(first + missing) == sorted([first, missing])


def test_another_seed_gives_other_gifts():
    assert next(batches_of(0, seed=1)) != next(batches_of(0, seed=2))


def test_reading_the_gifts_late_changes_nothing():
    rng = Random(1)
    gifts = gift_batches(rng=rng, days=DAYS, lines=30, total_fen=10_000_00)
    rng.getrandbits(1000)
    assert list(gifts) == list(gift_batches(rng=Random(1), days=DAYS, lines=30, total_fen=10_000_00))


@pytest.mark.parametrize("days, lines, total, message", [
    pytest.param((), 3, 100, "gifts: expected days that rise, got none", id="no-day"),
    pytest.param(
        (DAYS[1], DAYS[0]), 3, 100, "gifts: expected days that rise, got 2018-01-09, 2018-01-08", id="falling"),
    pytest.param(
        (DAYS[0], DAYS[0]), 3, 100, "gifts: expected days that rise, got 2018-01-08, 2018-01-08", id="twice"),
    pytest.param(DAYS, 2, 100, "gifts: expected at least one line a day, got 2 lines for 3 days", id="too-few-lines"),
    pytest.param(DAYS, 300, 100, "gifts of 2018-01-08: expected a total of at least ", id="too-little-money"),
])
def test_gifts_reject(days, lines, total, message):
    with pytest.raises(ValueError, match=f"^{message}"):
        list(gift_batches(rng=Random(1), days=days, lines=lines, total_fen=total))
