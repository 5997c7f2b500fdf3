"""Exact: invented amounts that come to a given sum."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Amount:
    """An invented amount, and how far it may be moved."""

    value: int
    least: int
    most: int


def fit(amounts: Sequence[Amount], *, total: int) -> list[int]:
    """Move the amounts, each as evenly as its bounds allow, until they come to `total`.

    Raises:
        ValueError: within their bounds they cannot.
    """
    least, most = sum(amount.least for amount in amounts), sum(amount.most for amount in amounts)
    if not least <= total <= most:
        raise ValueError(f"amounts: expected a total of {least} to {most}, got {total}")
    values = [amount.value for amount in amounts]
    while (missing := total - sum(values)) != 0:
        for place, amount in enumerate(amounts):
            # The rest is shared among those to come, rounded away from 0, so that the last fen finds its place.
            left = len(amounts) - place
            share = -(-missing // left) if missing > 0 else missing // left
            moved = min(max(values[place] + share, amount.least), amount.most)
            missing -= moved - values[place]
            values[place] = moved
            if missing == 0:
                break
    return values
