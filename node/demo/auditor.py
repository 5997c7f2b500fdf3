"""The auditor: reads a whole log from one node and believes nothing of it.

Every leaf is replayed under the rules, with the files that it names; the root that comes out must be the one that a
quorum of the charter's parties cosigned. What the report prints is read from the state that this leaves behind.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import httpx

from ledger.errors import ProofError
from ledger.merkle import leaf_hash, root_hash
from ledger.policy import Policy, verify_checkpoint
from ledger.rules.context import Blobs
from ledger.sequence import replay
from ledger.state import MemoryReader, State
from ledger.tile import bundles_for_size, decode_bundle, format_tile_path
from node.demo.supervisor import Site
from node.errors import NodeError

_TIMEOUT_S = 60


@dataclass(frozen=True, slots=True)
class Audited:
    """A log that was replayed: its name, its leaves, the files that they name, and the state after the last one."""

    origin: str
    leaves: Sequence[bytes]
    blobs: Blobs
    state: State


class NodeLog:
    """A log and its files, as one node serves them to a bearer of a token (ledger.rules.context.Blobs)."""

    def __init__(self, site: Site) -> None:
        self._party = site.party
        headers = {"authorization": f"Bearer {site.token}"}
        self._client = httpx.Client(base_url=site.url, headers=headers, timeout=_TIMEOUT_S, trust_env=False)

    def checkpoint(self) -> bytes:
        """The newest final checkpoint, not verified."""
        return self._read("/checkpoint")

    def leaves(self, size: int) -> list[bytes]:
        """The first `size` leaves, in bundles; not verified."""
        return [
            leaf
            for tile in bundles_for_size(size)
            for leaf in decode_bundle(self._read(f"/{format_tile_path(tile)}"), width=tile.width)
        ]

    def batch(self, root: bytes) -> bytes | None:
        """The batch file with this root."""
        return self._read(f"/batches/{root.hex()}")

    def tags(self, name: bytes) -> bytes | None:
        """The tag file of this hash."""
        return self._read(f"/tags/{name.hex()}")

    def body(self, name: bytes) -> bytes | None:
        """The sealed body of this hash."""
        return self._read(f"/bodies/{name.hex()}")

    def close(self) -> None:
        """Hang up."""
        self._client.close()

    def _read(self, path: str) -> bytes:
        answer = self._client.get(path)
        if answer.status_code != httpx.codes.OK:
            raise NodeError(f"the node of {self._party} answers {answer.status_code} to {path}: {answer.text}")
        return answer.content


def audit(log: NodeLog, policy: Policy) -> Audited:
    """Read the final log, replay it, and hold its root to the checkpoint that `policy` trusts.

    Raises:
        NodeError: the node does not serve what is asked for.
        SignatureError: no quorum stands behind the checkpoint.
        ProofError, FormatError, Rejected: a leaf does not follow, or the leaves do not lead to the root.
    """
    head = verify_checkpoint(log.checkpoint(), policy).checkpoint
    leaves = log.leaves(head.size)
    root = root_hash([leaf_hash(leaf) for leaf in leaves])
    if root != head.root:
        raise ProofError(f"log: {head.size} leaves lead to {root.hex()}, the checkpoint says {head.root.hex()}")
    return replayed(leaves, origin=head.origin, blobs=log)


def replayed(leaves: Sequence[bytes], *, origin: str, blobs: Blobs) -> Audited:
    """Replay leaves from the first on. Raises as `ledger.sequence.replay`."""
    state = State(MemoryReader())
    for leaf in leaves:
        replay(state, leaf, origin=origin, blobs=blobs)
    return Audited(origin, leaves, blobs, state)
