"""Bytes that look random and are the same in every run (node.ports.Random)."""

import hashlib


class FakeRandom:
    """SHA-256 of a seed and a counter, as far as needed."""

    def __init__(self, seed: int = 1) -> None:
        self._seed = seed
        self._drawn = 0

    def random_bytes(self, count: int) -> bytes:
        self._drawn += 1
        return hashlib.shake_256(b"%d %d" % (self._seed, self._drawn)).digest(count)
