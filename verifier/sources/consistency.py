"""Whether a newer checkpoint continues an older one, by the leaf hashes that a source holds."""

from collections.abc import Iterator

from verifier.errors import CannotTell, ProofError
from verifier.log.checkpoint import Checkpoint
from verifier.log.tiles import WIDTH, Tile, parse_tile, tile_path
from verifier.log.tree import Frontier
from verifier.primitives.hashes import leaf_hash
from verifier.sources.source import Source, read_bundle


def verify_continues(*, old: Checkpoint, new: Checkpoint, source: Source) -> None:
    """Verify that the tree of `new` begins with the tree of `old`.

    The source is not trusted: its hashes must lead to both roots.

    Raises:
        FormatError: a file of the source is malformed.
        ProofError: two logs, a size that shrank, or hashes that do not lead to both roots.
        CannotTell: the source does not have all the hashes.
        OSError: the source cannot be read.
    """
    if old.origin != new.origin:
        raise ProofError(f"consistency: the checkpoints are of two logs, {old.origin} and {new.origin}")
    if old.size > new.size:
        raise ProofError(f"consistency: the older checkpoint has {old.size} leaves, the newer one {new.size}")
    frontier = Frontier()
    _check_root(frontier, old)
    _check_root(frontier, new)
    for hash_ in _leaf_hashes(source, size=new.size):
        frontier.append(hash_)
        _check_root(frontier, old)
    _check_root(frontier, new)


def _check_root(frontier: Frontier, checkpoint: Checkpoint) -> None:
    if frontier.size == checkpoint.size and frontier.root() != checkpoint.root:
        raise ProofError(
            f"consistency: the source's leaves lead to the root {frontier.root().hex()} at size {checkpoint.size}, the "
            f"checkpoint says {checkpoint.root.hex()}. If the source is right, keep both checkpoints: they are evidence"
        )


def _leaf_hashes(source: Source, *, size: int) -> Iterator[bytes]:
    """Leaf hashes in order, of tiles where the source has them, else of the leaves themselves."""
    for index in range(-(-size // WIDTH)):
        tile = Tile(0, index, min(WIDTH, size - index * WIDTH))
        data = source.read(tile_path(tile))
        if data is not None:
            yield from parse_tile(data, width=tile.width, what=tile_path(tile))
            continue
        leaves = read_bundle(source, index=index, width=tile.width)
        if leaves is None:
            raise CannotTell(f"consistency: the source has neither {tile_path(tile)} nor its leaves")
        yield from map(leaf_hash, leaves)
