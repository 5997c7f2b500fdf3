"""Where a replay holds its state, and where it stood: what is needed to go on from there."""

from dataclasses import dataclass
from typing import Any

from verifier.log.checkpoint import Checkpoint
from verifier.rules.balance import Map, memory_map
from verifier.rules.replay import Head
from verifier.rules.rows import Rows


@dataclass(frozen=True, slots=True)
class Stand:
    """The end of a replay so far, every leaf up to which stands.

    `peaks` are those of the tree of as many leaves; `close` is the newest `close` with the root over the state rows
    that its stamp says; `notes` are the watch's.
    """

    origin: str
    head: Head
    peaks: tuple[bytes, ...]
    close: tuple[int, str] | None
    notes: list[Any]


class Desk:
    """State in memory, for one run."""

    def __init__(self) -> None:
        self.rows = Rows()

    def make_map(self, name: str) -> Map:
        """An empty map of the trial balance."""
        return memory_map(name)

    def open(self, checkpoint: Checkpoint) -> Stand | None:
        """Where the replay stood that is to go on up to a checkpoint; None where it begins.

        Raises:
            OSError: what it stood on is damaged, or not part of this log.
        """
        return None

    def save(self, stand: Stand) -> None:
        """Note where the replay stands."""
