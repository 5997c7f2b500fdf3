"""The books as their document defines them, one fen at a time: slow, and only right.

Every fen has a name, given when it leaves a source: (account, position there). It is pushed through plain queues, so
where it is needs no arithmetic of intervals.
"""

from collections import deque
from itertools import pairwise

SEGMENTS_MAX = 64


class FenQueues:
    """Accounts as queues of (position, fen). Amounts that an account does not hold are an `AssertionError`."""

    def __init__(self):
        self.queues = {}
        self.arrived = {}  # how many fen ever came into an account
        self.left = {}  # how many ever left it
        self.visits = {}  # fen -> every (account, position) that it came to, in order
        self.sources = set()
        self.splits = {}

    def open(self, name, *, source=False, split=None):
        """Open an account; `split` is (num, den, first child, rest)."""
        self.queues[name] = deque()
        self.arrived[name] = self.left[name] = 0
        if source:
            self.sources.add(name)
        if split:
            self.splits[name] = split

    def balance(self, name):
        """What came in, less what left; of a source it may be negative."""
        return self.arrived[name] - self.left[name]

    def next_out(self, name):
        """The lowest position that has not left."""
        if name in self.sources:
            return self.left[name]
        return self.queues[name][0][0] if self.queues[name] else self.arrived[name]

    def head_move(self, source, to, amount):
        """Move the first `amount` fen; give them in order."""
        if source in self.sources:
            start = self.left[source]
            taken = [(source, position) for position in range(start, start + amount)]
        else:
            assert amount <= len(self.queues[source]), f"{source} holds {len(self.queues[source])}, not {amount}"
            taken = [self.queues[source].popleft()[1] for _ in range(amount)]
        self.left[source] += amount
        self._push(to, taken)
        return taken

    def targeted_move(self, source, start, end, to):
        """Take positions [start, end) out of the middle; give the fen in order."""
        assert source not in self.sources
        taken = [fen for position, fen in self.queues[source] if start <= position < end]
        assert len(taken) == end - start > 0, f"not all of [{start}, {end}) is in {source}"
        self.queues[source] = deque(pair for pair in self.queues[source] if not start <= pair[0] < end)
        self.left[source] += len(taken)
        self._push(to, taken)
        return taken

    def segments(self, source, amount):
        """How many stretches of positions the first `amount` fen of an account form."""
        positions = [position for position, _ in list(self.queues[source])[:amount]]
        return 1 + sum(after != before + 1 for before, after in pairwise(positions))

    def places(self):
        """Where each fen is that lies in a queue: fen -> (account, position)."""
        return {
            fen: (name, position)
            for name, queue in self.queues.items()
            if name not in self.sources
            for position, fen in queue
        }

    def _push(self, name, fen):
        start = self.arrived[name]
        for position, one in enumerate(fen, start):
            self.visits.setdefault(one, []).append((name, position))
        self.arrived[name] += len(fen)
        if name not in self.splits:
            self.queues[name].extend(enumerate(fen, start))
            return
        num, den, first, rest = self.splits[name]
        self.left[name] += len(fen)
        shares = {first: [], rest: []}
        for position, one in enumerate(fen, start):
            goes_first = (position + 1) * num // den > position * num // den
            shares[first if goes_first else rest].append(one)
        for child in (first, rest):
            if shares[child]:
                self._push(child, shares[child])
