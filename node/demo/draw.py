"""Draws for invented data: integers from a `random.Random` that are the same on every Python.

Only `getrandbits` is used. `randrange`, `choice`, `shuffle` and `sample` stand on it in ways that have changed between
versions, and the demo of one seed is to be the same demo everywhere.
"""

from collections.abc import Iterable
from random import Random
from typing import TypeVar

T = TypeVar("T")


def fork(rng: Random) -> Random:
    """A generator of its own, so that how far it is read changes nothing that `rng` gives later."""
    return Random(rng.getrandbits(128))


def below(rng: Random, bound: int) -> int:
    """An integer from 0 up to, not including, `bound`; each equally likely."""
    if bound < 1:
        raise ValueError(f"draw: expected a bound of at least 1, got {bound}")
    bits = (bound - 1).bit_length()
    while (drawn := rng.getrandbits(bits)) >= bound:
        pass
    return drawn


def between(rng: Random, first: int, last: int) -> int:
    """An integer from `first` to `last`, both included."""
    return first + below(rng, last - first + 1)


def shuffled(rng: Random, items: Iterable[T]) -> list[T]:
    """The items in a random order (Fisher and Yates)."""
    order = list(items)
    for place in range(len(order) - 1, 0, -1):
        other = below(rng, place + 1)
        order[place], order[other] = order[other], order[place]
    return order


def distinct(rng: Random, members: range, *, count: int) -> list[int]:
    """`count` different members of a range, in the order in which they were drawn."""
    if not 0 <= count <= len(members):
        raise ValueError(f"draw: expected at most {len(members)} different members, got a wish for {count}")
    seen: dict[int, None] = {}
    while len(seen) < count:
        seen[members[below(rng, len(members))]] = None
    return list(seen)
