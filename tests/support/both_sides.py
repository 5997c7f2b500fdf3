"""One log on both sides: the ledger's state and the verifier's replay judge each entry, and must say the same."""

import copy
import json
from collections.abc import Iterator

from ledger.errors import LedgerError
from ledger.sequence import sequence, state_root
from ledger.state import MemoryReader, State
from tests.support.twin import outcome
from tests.support.world import ORIGIN, Files, World
from verifier.errors import VerifyError
from verifier.rules.replay import Replay


class BothSides:
    """The state after some leaves, twice."""

    def __init__(self, files: Files) -> None:
        self.files = files
        self.time_unix_ms = 0  # of the next leaf, where `first_of_each_kind` says so
        self.state = State(MemoryReader())
        self.replay = Replay(ORIGIN)

    def judge(self, note: bytes, *, time_unix_ms: int) -> str:
        """Let both judge an entry; `ok` and it is in, or else the error that both give."""
        mine = said = "ok"
        leaf = line = b""
        try:
            leaf = sequence(self.state, note, origin=ORIGIN, time_unix_ms=time_unix_ms, blobs=self.files)
        except LedgerError as error:
            mine = outcome(error)
        try:
            line = self.replay.sequence(note, time_unix_ms=time_unix_ms, blobs=self.files)
        except VerifyError as error:
            said = outcome(error)
        assert mine == said, f"ledger: {mine}, verifier: {said}"
        assert leaf.partition(b"\n")[0] == line
        return mine

    def copy(self) -> "BothSides":
        """The same state, to try something on."""
        return copy.deepcopy(self)

    def roots(self) -> tuple[bytes, bytes]:
        """The root over the state rows, as each has it."""
        return state_root(self.state), self.replay.state_root()


def first_of_each_kind(world: World) -> Iterator[tuple[str, bytes, BothSides]]:
    """Each kind of entry and body that a log holds: kind, note, and both sides just before its first entry."""
    sides = BothSides(world.files)
    seen: set[str] = set()
    for leaf in world.leaves:
        line, _, note = leaf.partition(b"\n")
        kind, sides.time_unix_ms = kind_of(world, note), json.loads(line)["time_unix_ms"]
        if kind not in seen:
            seen.add(kind)
            yield kind, note, sides
        assert sides.judge(note, time_unix_ms=sides.time_unix_ms) == "ok"


def kind_of(world: World, note: bytes) -> str:
    """The kind of an entry, or of the body that it seals."""
    value = json.loads(note.split(b"\n")[1])
    if value["kind"] == "sealed":
        value = json.loads(world.files.bodies[bytes.fromhex(value["body"])])
    kind: str = value["kind"]
    return kind
