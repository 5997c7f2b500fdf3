"""The auditor: replays a whole log and believes nothing of it.

Every leaf is judged under the rules, with the files that it names; the root that comes out must be the one that a
quorum of the charter's parties cosigned. What the report prints is read from the state that this leaves behind.
"""

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass

from ledger.entry import parse_entry
from ledger.errors import ProofError
from ledger.kinds import Balance, Close, Cover
from ledger.leaf import entry_of
from ledger.merkle import leaf_hash, root_hash
from ledger.policy import Policy, verify_checkpoint
from ledger.rules.context import Blobs
from ledger.sequence import replay
from ledger.state import MemoryReader, State
from node.demo.log_copy import LogCopy


@dataclass(frozen=True, slots=True)
class Audited:
    """A log that was replayed: its name, its leaves, the files that they name, and the state after the last one.

    `earlier`, where other counties went on, is the log as it was when the first had been closed for the last time.
    """

    origin: str
    leaves: Sequence[bytes]
    blobs: Blobs
    state: State
    earlier: "Audited | None" = None


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
    closed, earlier = _closed(leaves, origin), None
    for index, leaf in enumerate(leaves):
        replay(state, leaf, origin=origin, blobs=blobs)
        if index == closed:
            earlier = Audited(origin, leaves[: index + 1], blobs, deepcopy(state))
    return Audited(origin, leaves, blobs, state, earlier)


def _closed(leaves: Sequence[bytes], origin: str) -> int | None:
    """The first trial balance behind the last close of the county that was closed first, if only others go on."""
    entries = [parse_entry(entry_of(leaf), origin=origin).entry for leaf in leaves]
    closes = [(index, entry.county) for index, entry in enumerate(entries) if isinstance(entry, Close)]
    last = max((index for index, county in closes if county == closes[0][1]), default=len(entries))
    covered = {entry.county for entry in entries[last:] if isinstance(entry, Cover)}
    if not covered or closes[0][1] in covered:
        return None
    return next((index for index in range(last, len(entries)) if isinstance(entries[index], Balance)), None)
