"""The auditor: replays a whole log and believes nothing of it.

Every leaf is judged under the rules, with the files that it names; the root that comes out must be the one that a
quorum of the charter's parties cosigned. What the report prints is read from the state that this leaves behind.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from ledger.errors import ProofError
from ledger.merkle import leaf_hash, root_hash
from ledger.policy import Policy, verify_checkpoint
from ledger.rules.context import Blobs
from ledger.sequence import replay
from ledger.state import MemoryReader, State
from node.demo.log_copy import LogCopy


@dataclass(frozen=True, slots=True)
class Audited:
    """A log that was replayed: its name, its leaves, the files that they name, and the state after the last one."""

    origin: str
    leaves: Sequence[bytes]
    blobs: Blobs
    state: State


def audit(copy: LogCopy, policy: Policy) -> Audited:
    """Replay the copy of a log, and hold its root to the checkpoint that `policy` trusts.

    Raises:
        SignatureError: no quorum stands behind the checkpoint.
        ProofError, FormatError, Rejected, Missing: the leaves do not lead to the root, or one does not follow.
    """
    head = verify_checkpoint(copy.checkpoint, policy).checkpoint
    leaves = list(copy.leaves(head.size))
    root = root_hash([leaf_hash(leaf) for leaf in leaves])
    if root != head.root:
        raise ProofError(f"log: {head.size} leaves lead to {root.hex()}, the checkpoint says {head.root.hex()}")
    return replayed(leaves, origin=head.origin, blobs=copy)


def replayed(leaves: Sequence[bytes], *, origin: str, blobs: Blobs) -> Audited:
    """Replay leaves from the first on. Raises as `ledger.sequence.replay`."""
    state = State(MemoryReader())
    for leaf in leaves:
        replay(state, leaf, origin=origin, blobs=blobs)
    return Audited(origin, leaves, blobs, state)
