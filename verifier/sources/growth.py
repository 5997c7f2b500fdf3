"""Whether one head of the log continues another, by a few tiles of whoever has them.

The path of RFC 9162, section 2.1.4, is put together from the tiles of the larger tree. It either proves that the
smaller head is its beginning, or that the larger tree begins with *another* root: then no honest log has signed both.
"""

from collections.abc import Callable
from dataclasses import dataclass

from verifier.errors import CannotTell, FormatError
from verifier.log.checkpoint import Checkpoint
from verifier.log.tiles import WIDTH, Tile, parse_tile, tile_at, tile_path
from verifier.log.tree import join_peaks, root_hash, verify_consistency
from verifier.sources.source import Source

ReadTile = Callable[[Tile], tuple[bytes, ...]]


@dataclass(frozen=True, slots=True)
class Growth:
    """That the tree of a larger head begins with `root` at the size of a smaller one, and the path that proves it."""

    root: bytes
    path: tuple[bytes, ...]


def prove_growth(*, old: Checkpoint, new: Checkpoint, source: Source) -> Growth:
    """With which root the tree of `new` begins at the size of `old`, proven; sizes are 0 < old < new.

    The caller compares: a root other than that of `old` is evidence. The source is not trusted.

    Raises:
        FormatError: a tile has another size than it must have.
        ProofError: the tiles do not lead to the root of `new`, so they prove nothing.
        CannotTell: the source lacks a tile.
        OSError: it cannot be read.
    """
    if old.origin != new.origin or not 0 < old.size < new.size:
        raise FormatError(f"growth: expected two heads of one log, the smaller first, got {old.size} and {new.size}")
    read = tile_reader(source)
    root = _subtree(0, old.size, size=new.size, read=read)
    path = consistency_path(old_size=old.size, new_size=new.size, read=read)
    verify_consistency(old_size=old.size, new_size=new.size, old_root=root, new_root=new.root, path=path)
    return Growth(root, tuple(path))


def consistency_path(*, old_size: int, new_size: int, read: ReadTile) -> list[bytes]:
    """The consistency path from `old_size` to `new_size`, both above 0, out of tiles of the larger tree."""
    path: list[bytes] = []
    start, end, whole = 0, new_size, True
    siblings: list[tuple[int, int]] = []
    # SUBPROOF of RFC 9162: down to the subtree that ends where the old tree ends; siblings are met top down.
    while old_size != end:
        middle = start + (1 << (end - start - 1).bit_length() - 1)
        if old_size <= middle:
            siblings.append((middle, end))
            end = middle
        else:
            siblings.append((start, middle))
            start, whole = middle, False
    if not whole:
        path.append(_subtree(start, end, size=new_size, read=read))
    path += [_subtree(first, last, size=new_size, read=read) for first, last in reversed(siblings)]
    return path


def _subtree(start: int, end: int, *, size: int, read: ReadTile) -> bytes:
    """The root of leaves `[start, end)`, a subtree of the tree of `size`, out of as few tiles as there can be."""
    peaks = []
    while start < end:
        # The largest complete subtree that begins here; at `start` 0 only its width bounds it.
        height = (end - start).bit_length() - 1
        if start:
            height = min(height, (start & -start).bit_length() - 1)
        level, inside = divmod(height, 8)
        index, first = divmod(start >> 8 * level, WIDTH)
        hashes = read(tile_at(level=level, index=index, size=size))
        peaks.append(root_hash(hashes[first : first + (1 << inside)]))
        start += 1 << height
    return join_peaks(peaks)


def tile_reader(source: Source) -> ReadTile:
    """Tiles of a source, each read once."""
    known: dict[Tile, tuple[bytes, ...]] = {}

    def read(tile: Tile) -> tuple[bytes, ...]:
        if tile not in known:
            known[tile] = _read_tile(source, tile)
        return known[tile]

    return read


def _read_tile(source: Source, tile: Tile) -> tuple[bytes, ...]:
    """The hashes of a tile; the full one serves where a partial one is gone.

    Raises:
        FormatError: it is malformed.
        CannotTell: it is not to be had.
        OSError: the source cannot be read.
    """
    for width in dict.fromkeys((tile.width, WIDTH)):
        named = tile_path(Tile(tile.level, tile.index, width))
        data = source.read(named)
        if data is not None:
            return parse_tile(data, width=width, what=named)[: tile.width]
    raise CannotTell(f"the source does not have {tile_path(tile)}")
