"""The directory of a watch: what it believes, and the evidence that it keeps. One watch at a time holds it."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from verifier.commands.files import UnreadableError, read_file, write_whole
from verifier.errors import VerifyError
from verifier.log.policy import Policy
from verifier.monitor.evidence import Evidence, evidence_name, format_evidence
from verifier.monitor.memory import MEMORY_BYTES_MAX, format_memory, parse_memory
from verifier.monitor.round import Memory, Round

STATE_FILE, LOCK_FILE, EVIDENCE_FOLDER = "state.json", "lock", "evidence"


@contextmanager
def open_folder(path: Path) -> Iterator["WatchFolder"]:
    """Hold a directory, made where there is none: two watches on one would forget what the other has seen.

    Raises:
        UnreadableError: another watch holds it.
    """
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    with path.joinpath(LOCK_FILE).open("ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise UnreadableError(f"{path}: another monitor uses this directory; give each one its own") from None
        yield WatchFolder(path)


class WatchFolder:
    """A directory that this watch holds. Evidence that could not be written is kept until it can."""

    def __init__(self, path: Path) -> None:
        self._state = path.joinpath(STATE_FILE)
        self._evidence = path.joinpath(EVIDENCE_FOLDER)
        self._pending: dict[str, Evidence] = {}

    def load(self, *, policy: Policy, origin: str) -> Memory:
        """What the last round that was written believed; nothing, before the first.

        Raises:
            UnreadableError: the file is damaged, or of another log. It is left as it is.
        """
        if not self._state.exists():
            return Memory(origin)
        data = read_file(self._state, most=MEMORY_BYTES_MAX)
        try:
            return parse_memory(data, policy=policy, origin=origin, what=str(self._state))
        except VerifyError as error:
            raise UnreadableError(f"{error}. Keep the file; to begin anew, give another directory") from None

    def keep(self, round_: Round) -> str | None:
        """Write what a round found, evidence first: what is believed must not move on before it is on disk.

        Gives what went wrong, or None.
        """
        self._pending |= {evidence_name(evidence): evidence for evidence in round_.evidence}
        try:
            for name, evidence in list(self._pending.items()):
                self._evidence.mkdir(mode=0o700, exist_ok=True)
                path = self._evidence.joinpath(name)
                if not path.exists():
                    write_whole(path, format_evidence(evidence))
                del self._pending[name]
        except OSError as error:
            return str(error)
        return written(self._state, format_memory(round_.memory))

    def evidence_files(self) -> list[Path]:
        """The evidence that nobody has moved away yet."""
        return sorted(self._evidence.glob("*.json"))


def written(path: Path, data: bytes) -> str | None:
    """Write a file whole; what went wrong, or None."""
    try:
        write_whole(path, data)
    except OSError as error:
        return str(error)
    return None
