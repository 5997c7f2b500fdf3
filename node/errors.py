"""The errors of the node. Beside what went wrong, a message tells the operator the next step.

HTTP: ConflictError 409; StoreError and what is under it 503. The others stop a start or a command and are never
answered to a request.
"""

from ledger.errors import LedgerError


class NodeError(LedgerError):
    """Any error at the edges: disk, keys, configuration, clock, peers."""

    def __init__(self, message: str, *, next_step: str = "") -> None:
        super().__init__(f"{message}\n  {next_step}" if next_step else message)
        self.next_step = next_step


class ConflictError(NodeError):
    """The log moved on. Nothing was written; `head` is the head row to start again from."""

    def __init__(self, message: str, *, head: bytes | None) -> None:
        super().__init__(message, next_step="Nothing was written. Read the head again and repeat the step from there.")
        self.head = head


class StoreError(NodeError):
    """The outcome of a write is unknown: stop, reopen, look."""


class StoreFullError(StoreError):
    """There is no room. The outcome is known: nothing was written, and reading goes on."""


class DamagedError(StoreError):
    """What was read is not what was written: its hash or its seal does not match."""


class AbsentError(NodeError):
    """This node does not hold what was asked for, and perhaps never did."""


class StartError(NodeError):
    """The data directory, or another process in it, forbids a start. Nothing was touched."""


class ConfigError(NodeError):
    """The configuration file cannot be used as it stands."""


class KeyFileError(NodeError):
    """A key file is missing, damaged, readable by others, or holds another key. Never carries a secret."""


class ClockError(NodeError):
    """The clock cannot be read, or was set back while the node ran."""
