"""A world whose every entry is judged twice: by ledger, and by the verifier that shares no code with it."""

from ledger.errors import LedgerError, Rejected
from ledger.sequence import state_root
from tests.support.world import ORIGIN, World
from verifier.errors import Rejected as VerifierRejected
from verifier.errors import VerifyError
from verifier.rules.replay import Replay

# Names of error classes that mean the same on both sides.
SAME = {"Missing": "CannotTell"}


class TwinWorld(World):
    """Both sides give the same stamp or the same reason, and end in the same state root; anything else is a failure."""

    def __init__(self, seed: int = 0, *, officers: dict[str, str | None] | None = None) -> None:
        super().__init__(seed, officers=officers)
        self.replay = Replay(ORIGIN)
        self.refused: list[str] = []

    def append(self, note: bytes) -> int:
        """Sequence an entry on both sides."""
        said = self._verifier(note)
        try:
            index = super().append(note)
        except LedgerError as error:
            mine = outcome(error)
            assert mine == said, f"ledger: {error!r}\nverifier: {said}"
            self.refused.append(mine)
            raise
        stamp = self.leaves[index].partition(b"\n")[0].decode()
        assert said == stamp, f"ledger: {stamp}\nverifier: {said}"
        return index

    def check_state(self) -> None:
        """Both sides hold the same state rows."""
        assert state_root(self.state) == self.replay.state_root()

    def _verifier(self, note: bytes) -> str:
        try:
            return self.replay.sequence(note, time_unix_ms=self.time_unix_ms, blobs=self.files).decode()
        except VerifyError as error:
            return outcome(error)


def outcome(error: LedgerError | VerifyError) -> str:
    """The verdict of an error: its class, and the reason where a rule was broken."""
    name = type(error).__name__
    reason = f" {error.reason}" if isinstance(error, Rejected | VerifierRejected) else ""
    return SAME.get(name, name) + reason
