"""A head of the log as somebody shows it: a checkpoint, which of the log's keys signed it, who cosigned it when."""

from dataclasses import dataclass, replace

from verifier.log.checkpoint import Checkpoint
from verifier.log.keys import VerifierKey
from verifier.log.note import parse_note
from verifier.log.policy import Policy, Witness, is_quorum, open_checkpoint


@dataclass(frozen=True, slots=True)
class Head:
    """A checkpoint that the log signed; `final` where its cosignatures reach the policy's quorum."""

    note: bytes
    checkpoint: Checkpoint
    log_keys: tuple[VerifierKey, ...]
    cosigned: tuple[tuple[Witness, int], ...]
    final: bool

    @property
    def size(self) -> int:
        """How many leaves it has."""
        return self.checkpoint.size

    @property
    def root(self) -> bytes:
        """The root over them."""
        return self.checkpoint.root

    @property
    def newest_unix_s(self) -> int | None:
        """When it was cosigned last, as a cosigner says."""
        return max((time for _, time in self.cosigned), default=None)


def open_head(data: bytes, *, policy: Policy, what: str, origin: str) -> Head:
    """Parse a signed checkpoint of the log `origin` and verify every line by a key that the policy knows.

    Who cosigned it is told and not asked for: a witness shows heads with its own cosignature alone.

    Raises:
        FormatError, SignatureError: as `open_checkpoint`, but for the quorum.
    """
    opened = open_checkpoint(data, policy=replace(policy, quorum=None), what=what, origin=origin)
    note = parse_note(data, what=what)
    signed = tuple(log.key for log in policy.logs if log.key.name == origin and note.signature(log.key) is not None)
    names = [witness.name for witness, _ in opened.cosigned]
    return Head(data, opened.checkpoint, signed, opened.cosigned, is_quorum(policy, names))
