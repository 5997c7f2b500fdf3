"""Invented gifts: daily batches of many small lines and a few large ones, with totals that are exact to the fen.

Most lines are the few fen that a seller gives with each order, some are 1 to 50 yuan, one in a hundred is larger; the
amounts are round, as people give them. What is then missing in the day's total comes in large gifts, the last of which
is odd. Channels and trade numbers are invented: the four zeros behind the day mark a number that no channel issued.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from random import Random

from node.demo import draw

Opening = dict[str, str | int]
Line = tuple[int, Opening]

ORDERS = "baobei-orders"
PERSONS = "aixin-gifts"

# (fen, how many in 1024): below one yuan with an order, from one yuan on by a person.
_SMALL = (
    (1, 60), (2, 520), (3, 90), (4, 40), (5, 110), (8, 20), (10, 70), (20, 27),
    (1_00, 30), (2_00, 12), (3_00, 4), (5_00, 14), (6_66, 2), (10_00, 14), (20_00, 6), (50_00, 5),
)  # fmt: skip
# (fen, how many in 64): 100 to 10,000 yuan.
_LARGE = ((100_00, 26), (200_00, 14), (500_00, 10), (1_000_00, 7), (2_000_00, 4), (5_000_00, 2), (10_000_00, 1))
# (hour, how many in 64): hardly anybody gives at night, most do in the evening.
_HOURS = (
    (0, 1), (1, 1), (6, 1), (7, 2), (8, 3), (9, 4), (10, 4), (11, 4), (12, 4), (13, 3), (14, 3),
    (15, 3), (16, 3), (17, 3), (18, 3), (19, 4), (20, 6), (21, 5), (22, 4), (23, 3),
)  # fmt: skip


def _spread(weights: Sequence[tuple[int, int]]) -> tuple[int, ...]:
    return tuple(value for value, count in weights for _ in range(count))


_SMALL_OF_1024 = _spread(_SMALL)
_LARGE_OF_64 = _spread(_LARGE)
_HOURS_OF_64 = _spread(_HOURS)


@dataclass(frozen=True, slots=True, kw_only=True)
class GiftBatch:
    """What is handed in on the morning of one day: the gifts of the day before, in the order of their seconds.

    A line is its amount in fen and the opening that the donor holds. `refunded` is the line that the demo gives back.
    """

    day: date
    lines: list[Line]
    refunded: int | None


def gift_batches(
    *, rng: Random, days: Sequence[date], lines: int, total_fen: int, refunded_fen: int | None = None
) -> Iterator[GiftBatch]:
    """One batch a day, at least `lines` lines in all, worth exactly `total_fen`; one batch in memory at a time.

    With `refunded_fen` the very last line is a gift of that amount: it leaves every queue last, so it still rests
    when the demo gives it back.

    Raises:
        ValueError: the days do not rise, there are fewer lines than days, or a day's total is too small for its lines.
    """
    if not days or any(later <= earlier for earlier, later in pairwise(days)):
        raise ValueError(f"gifts: expected days that rise, got {', '.join(map(str, days)) or 'none'}")
    if lines < len(days):
        raise ValueError(f"gifts: expected at least one line a day, got {lines} lines for {len(days)} days")
    return _batches(draw.fork(rng), days, lines, total_fen, refunded_fen)


def _batches(
    rng: Random, days: Sequence[date], lines: int, total_fen: int, refunded_fen: int | None
) -> Iterator[GiftBatch]:
    weights = [draw.between(rng, 80, 120) for _ in days]
    passed, given = 0, 0
    for number, day in enumerate(days):
        passed += weights[number]
        up_to_here = total_fen * passed // sum(weights)
        count = lines * (number + 1) // len(days) - lines * number // len(days)
        last_fen = refunded_fen if number == len(days) - 1 else None
        yield _batch(rng, day, count, up_to_here - given, last_fen)
        given = up_to_here


def _batch(rng: Random, day: date, count: int, total_fen: int, last_fen: int | None) -> GiftBatch:
    drawn = sorted(_moment(rng, fen) for fen in _amounts(rng, day, count, total_fen - (last_fen or 0)))
    if last_fen is not None:
        _, tail, fen = _moment(rng, last_fen)
        drawn.append((86_399, tail, fen))
    given_on = day - timedelta(days=1)
    lines: list[Line] = []
    for number, (second, tail, fen) in enumerate(drawn):
        minute, seconds = divmod(second, 60)
        hour, minutes = divmod(minute, 60)
        opening: Opening = {
            "amount": fen,
            "at": f"{given_on}T{hour:02d}:{minutes:02d}:{seconds:02d}+08:00",
            "channel": ORDERS if fen < 100 else PERSONS,
            "trade": f"{given_on:%Y%m%d}0000{tail:010d}{number:06d}",
        }
        lines.append((fen, opening))
    return GiftBatch(day=day, lines=lines, refunded=None if last_fen is None else len(lines) - 1)


def _amounts(rng: Random, day: date, count: int, total_fen: int) -> list[int]:
    """`count` small gifts, then large ones until the day's total is met exactly."""
    amounts = [_SMALL_OF_1024[rng.getrandbits(10)] for _ in range(count)]
    left = total_fen - sum(amounts)
    if left < 0:
        raise ValueError(f"gifts of {day}: expected a total of at least {sum(amounts)} fen, got {total_fen}")
    while left:
        amounts.append(min(left, _LARGE_OF_64[rng.getrandbits(6)]))
        left -= amounts[-1]
    return amounts


def _moment(rng: Random, fen: int) -> tuple[int, int, int]:
    """Second of the day, ten digits for the trade number, and the amount: sorted, they give the order of the day."""
    bits = rng.getrandbits(56)
    second = _HOURS_OF_64[bits & 63] * 3600 + ((bits >> 6 & 0xFFFF) * 3600 >> 16)
    return second, (bits >> 22) * 10**10 >> 34, fen
