"""Which leaf is not the one that was cosigned: leaves held against the tiles of hashes that lead to the checkpoint."""

from verifier.errors import FormatError
from verifier.log.checkpoint import Checkpoint
from verifier.log.tiles import WIDTH, Tile, tile_path
from verifier.log.tree import HASH_BYTES, Frontier
from verifier.primitives.hashes import leaf_hash
from verifier.sources.source import Source, read_bundle


def first_difference(source: Source, checkpoint: Checkpoint) -> tuple[int, bytes, bytes] | None:
    """The first leaf that differs from the tree of a checkpoint: its index, its bytes, the hash that it should have.

    None where the source has not all tiles, or they are not those of the checkpoint: then nobody can say which it is.

    Raises:
        OSError: the source cannot be read.
    """
    frontier, found = Frontier(), None
    for index in range(-(-checkpoint.size // WIDTH)):
        width = min(WIDTH, checkpoint.size - index * WIDTH)
        hashes = _read_hashes(source, index=index, width=width)
        try:
            leaves = read_bundle(source, index=index, width=width)
        except FormatError:
            return None
        if hashes is None or leaves is None:
            return None
        for at, (leaf, expected) in enumerate(zip(leaves, hashes, strict=True)):
            frontier.append(expected)
            if found is None and leaf_hash(leaf) != expected:
                found = index * WIDTH + at, leaf, expected
    return found if frontier.root() == checkpoint.root else None


def _read_hashes(source: Source, *, index: int, width: int) -> list[bytes] | None:
    """The leaf hashes of a tile, which may be gone as a partial one when the full one is there."""
    for stored in dict.fromkeys((width, WIDTH)):
        data = source.read(tile_path(Tile(0, index, stored)))
        if data is not None and len(data) == stored * HASH_BYTES:
            return [data[at * HASH_BYTES : (at + 1) * HASH_BYTES] for at in range(width)]
    return None
