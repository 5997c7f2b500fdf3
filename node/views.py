"""Read models for API, commands and tools: nobody else at the edges reads the store.

What is public is read under the newest final head; parties may read the log to its end. Every leaf and hash is checked
when it is read: a disk that forgets is not passed on.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from ledger.merkle import leaf_hash
from ledger.note import Note, format_note, parse_note
from ledger.proof import root_from_nodes
from ledger.tile import TILE_HEIGHT, TILE_WIDTH, Tile, encode_bundle, tile_hashes
from node.errors import DamagedError
from node.machines.cosigner import read_cosigned
from node.machines.final import Final, read_final
from node.machines.outbox import Placed, place_of
from node.machines.replica import format_pulled
from node.machines.tail import Head, decode_head, leaf_key, node_key
from node.ports import Snapshot, Store

PULL_LEAVES_MAX = 512
PULL_BYTES_MAX = 1 << 20


class Views:
    """What can be read at this node."""

    def __init__(self, store: Store, *, cosigner_name: str) -> None:
        self._store = store
        self._cosigner_name = cosigner_name

    @contextmanager
    def moment(self) -> Iterator["Moment"]:
        """Read one moment of the store."""
        with self._store.snapshot() as snapshot:
            yield Moment(snapshot, cosigner_name=self._cosigner_name)


class Moment:
    """One moment of the store."""

    def __init__(self, snapshot: Snapshot, *, cosigner_name: str) -> None:
        self.snapshot = snapshot
        self._cosigner_name = cosigner_name

    def head(self) -> Head:
        """The log's end at this node."""
        return decode_head(self.snapshot.head)

    def final(self) -> Final | None:
        """The newest final head."""
        return read_final(self.snapshot)

    def check(self) -> None:
        """Hold the heads that this node would build on, and show, to the hashes that are stored.

        Raises:
            DamagedError: they do not lead to the head, to the final head, or to the last head cosigned.
        """
        head, final, cosigned = self.head(), self.final(), read_cosigned(self.snapshot)
        wanted = {"head": (head.size, head.root)}
        if final is not None:
            wanted["final head"] = (final.size, final.root)
        if cosigned is not None:
            wanted["cosigned head"] = (cosigned.size, cosigned.root)
        for name, (size, root) in wanted.items():
            if size > head.size or self.root(size) != root:
                raise DamagedError(f"store: the {head.size} leaves here do not lead to the {name} of size {size}",
                                   next_step="Keep the directory as it is and restore from a backup.")

    def place(self, text: bytes) -> Placed | None:
        """Where the entry with this text hash stands."""
        return place_of(self.snapshot, text)

    def leaf(self, index: int) -> bytes | None:
        """Leaf `index`, checked; None where the log here does not reach so far.

        Raises:
            DamagedError: the leaf is not what its hash says.
        """
        leaf = self.snapshot.get(leaf_key(index))
        if leaf is not None and leaf_hash(leaf) != self.node(0, index):
            raise DamagedError(f"leaf {index}: its bytes do not lead to its hash",
                               next_step="Stop the node, look at the disk, and restore from a backup.")
        return leaf

    def node(self, level: int, index: int) -> bytes:
        """The hash of a complete subtree below the head."""
        value = self.snapshot.get(node_key(level, index))
        if value is None:
            raise DamagedError(f"node {level}/{index}: missing below the head",
                               next_step="Stop the node, look at the disk, and restore from a backup.")
        return value

    def root(self, size: int) -> bytes:
        """The root of the first `size` leaves."""
        return root_from_nodes(size, self.node)

    def checkpoint(self) -> bytes | None:
        """The newest final checkpoint with its cosignatures."""
        final = self.final()
        return None if final is None else final.note

    def witnessed(self) -> bytes | None:
        """The newest final checkpoint under which this party's cosignature stands, with that line alone.

        C2SP tlog-witness, the monitoring endpoint.
        """
        final, cosigned = self.final(), read_cosigned(self.snapshot)
        if final is None or cosigned is None:
            return None
        if cosigned.size <= final.size:
            return f"{cosigned.note}{cosigned.line}\n".encode()
        signed = parse_note(final.note)
        lines = tuple(line for line in signed.signatures if line.name == self._cosigner_name)
        return format_note(Note(signed.text, (signed.signatures[0], *lines))) if lines else None

    def tile(self, tile: Tile) -> bytes | None:
        """A tile or bundle of the final log; None where it does not reach so far."""
        final = self.final()
        level = 0 if tile.level is None else tile.level * TILE_HEIGHT
        first = tile.index * TILE_WIDTH
        if final is None or level >= 64 or first + tile.width > final.size >> level:
            return None
        if tile.level is None:
            leaves = [self.leaf(index) for index in range(first, first + tile.width)]
            return encode_bundle([leaf for leaf in leaves if leaf is not None])
        return tile_hashes(tile, self.node)

    def pulled(self, start: int) -> bytes:
        """The final checkpoint and leaves from `start` on, as many as fit one answer (machines/replica.py)."""
        leaves: list[bytes] = []
        room = PULL_BYTES_MAX
        for index in range(start, min(self.head().size, start + PULL_LEAVES_MAX)):
            leaf = self.leaf(index)
            assert leaf is not None, f"leaf {index} is missing below the head"
            if leaves and len(leaf) > room:
                break
            leaves.append(leaf)
            room -= len(leaf)
        return format_pulled(final=self.checkpoint() or b"", leaves=leaves)
