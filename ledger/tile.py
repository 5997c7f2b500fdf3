"""Tiles and entry bundles: how the log's tree and its leaves are served (C2SP tlog-tiles).

    tile/<L>/<N>[.p/<W>]         up to 256 hashes; hash i is that of the leaves [(N*256+i) * 256^L, (N*256+i+1) * 256^L)
    tile/entries/<N>[.p/<W>]     up to 256 leaves, each u16 length || bytes

L is 0 to 63; N is written in groups of three digits, all but the last with an `x`; W, 1 to 255, stands on partial tiles
only. Only complete subtrees are in tiles: a tree of 70,000 leaves has

    level 0   tile/0/000 … tile/0/272 and tile/0/273.p/112
    level 1   tile/1/000 and tile/1/001.p/17
    level 2   tile/2/000.p/1

A resource never changes its bytes. Source: docs/formats/tiles.md.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from ledger.errors import FormatError
from ledger.merkle import HASH_BYTES, SIZE_MAX, root_hash
from ledger.proof import NodeReader
from ledger.strict import shown

TILE_WIDTH = 256
TILE_HEIGHT = 8  # levels of the tree inside one tile
LEVEL_MAX = 63
INDEX_MAX = SIZE_MAX // TILE_WIDTH
LEAF_BYTES_MAX = 65_535  # a u16 says its length
TILES_CACHED = 64  # 512 KiB; one proof in the largest tree reads fewer

_PATH = re.compile(
    r"tile/(?P<level>entries|0|[1-9][0-9]?)/"
    r"(?P<index>(?:x[0-9]{3}/){0,6}[0-9]{3})"
    r"(?:\.p/(?P<width>[1-9][0-9]{0,2}))?",
    re.ASCII,
)


@dataclass(frozen=True)
class Tile:
    """The place of one tile; `level` is None for an entry bundle, `width` is below 256 for a partial one."""

    level: int | None
    index: int
    width: int = TILE_WIDTH

    def __post_init__(self) -> None:
        if self.level is not None and not 0 <= self.level <= LEVEL_MAX:
            raise FormatError(f"tile: expected a level from 0 to {LEVEL_MAX}, got {self.level}")
        if not 0 <= self.index <= INDEX_MAX:
            raise FormatError(f"tile: expected an index from 0 to {INDEX_MAX}, got {self.index}")
        if not 1 <= self.width <= TILE_WIDTH:
            raise FormatError(f"tile: expected a width from 1 to {TILE_WIDTH}, got {self.width}")


Fetch = Callable[[Tile], bytes]


def format_tile_path(tile: Tile) -> str:
    """Format the one path of a tile."""
    digits = f"{tile.index:03}"
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    index = "".join(f"x{group}/" for group in groups[:-1]) + groups[-1]
    level = "entries" if tile.level is None else tile.level
    return f"tile/{level}/{index}" + (f".p/{tile.width}" if tile.width < TILE_WIDTH else "")


def parse_tile_path(path: str) -> Tile:
    """Parse the path of a tile or bundle.

    Raises:
        FormatError: another spelling, or a level, index or width out of its bounds.
    """
    parts = _PATH.fullmatch(path)
    if not parts:
        raise FormatError(f"tile path: expected tile/<L>/<N>[.p/<W>], got {shown(path)}")
    tile = Tile(
        level=None if parts["level"] == "entries" else int(parts["level"]),
        index=int(re.sub("[x/]", "", parts["index"])),
        width=TILE_WIDTH if parts["width"] is None else int(parts["width"]),
    )
    # Refuses what the pattern lets through: a group of zeros in front, and `.p/256`.
    if format_tile_path(tile) != path:
        raise FormatError(f"tile path: expected {format_tile_path(tile)}, got {shown(path)}")
    return tile


def tiles_for_size(size: int, *, since: int = 0) -> Iterator[Tile]:
    """The hash tiles that a tree of `size` leaves has and the tree of `since` leaves had not, lowest level first.

    Raises:
        FormatError: not 0 <= since <= size < 2^63.
    """
    _check_growth(size, since)
    level = 0
    while size >> TILE_HEIGHT * level:
        yield from _row_of_tiles(level, size >> TILE_HEIGHT * level, since >> TILE_HEIGHT * level)
        level += 1


def bundles_for_size(size: int, *, since: int = 0) -> Iterator[Tile]:
    """The entry bundles that a log of `size` leaves has and the log of `since` leaves had not.

    Raises:
        FormatError: not 0 <= since <= size < 2^63.
    """
    _check_growth(size, since)
    yield from _row_of_tiles(None, size, since)


def tile_hashes(tile: Tile, nodes: NodeReader) -> bytes:
    """Encode a hash tile from the complete subtrees of the tree.

    Raises:
        FormatError: `tile` is an entry bundle.
    """
    if tile.level is None:
        raise FormatError(f"tile: {format_tile_path(tile)} holds leaves, expected a tile of hashes")
    first = tile.index * TILE_WIDTH
    return b"".join([nodes(tile.level * TILE_HEIGHT, first + place) for place in range(tile.width)])


def encode_bundle(leaves: Sequence[bytes]) -> bytes:
    """Encode 1 to 256 leaves as an entry bundle.

    Raises:
        FormatError: too few or too many leaves, or a leaf above 65,535 bytes.
    """
    if not 1 <= len(leaves) <= TILE_WIDTH:
        raise FormatError(f"entry bundle: expected 1 to {TILE_WIDTH} leaves, got {len(leaves)}")
    for place, leaf in enumerate(leaves):
        if len(leaf) > LEAF_BYTES_MAX:
            raise FormatError(f"entry bundle: leaf {place} has {len(leaf)} bytes, expected at most {LEAF_BYTES_MAX}")
    return b"".join([len(leaf).to_bytes(2, "big") + leaf for leaf in leaves])


def decode_bundle(data: bytes, *, width: int) -> list[bytes]:
    """Decode an entry bundle of exactly `width` leaves.

    Raises:
        FormatError: a leaf is cut off, or bytes are left over.
    """
    leaves = []
    at = 0
    for place in range(width):
        start = at + 2
        at = start + int.from_bytes(data[at:start], "big")
        if len(data) < max(start, at):
            raise FormatError(f"entry bundle: leaf {place} of {width} ends at byte {max(start, at)}, "
                              f"the bundle has {len(data)}")
        leaves.append(data[start:at])
    if at != len(data):
        raise FormatError(f"entry bundle: expected {width} leaves in {at} bytes, got {len(data)} bytes")
    return leaves


class TileReader:
    """Reads the hashes of complete subtrees out of the tiles of a tree of `size` leaves: a `NodeReader`.

    It believes what it fetches. Whoever fetches from others verifies the proof, or compares the root.
    """

    def __init__(self, fetch: Fetch, *, size: int) -> None:
        _check_growth(size, 0)
        self._fetch = fetch
        self._size = size
        self._tiles: dict[Tile, bytes] = {}

    def __call__(self, level: int, index: int) -> bytes:
        """The hash of the complete subtree over the leaves [index << level, (index + 1) << level).

        Raises:
            FormatError: the tree has no such complete subtree, or a tile has the wrong length.
        """
        if level < 0 or not 0 <= index < self._size >> level:
            raise FormatError(f"tiles: a tree of size {self._size} has no complete subtree {index} at level {level}")
        tile_level, inside = divmod(level, TILE_HEIGHT)
        first = index << inside
        number = first // TILE_WIDTH
        width = min(TILE_WIDTH, (self._size >> tile_level * TILE_HEIGHT) - number * TILE_WIDTH)
        data = self._read(Tile(tile_level, number, width))
        start = (first % TILE_WIDTH) * HASH_BYTES
        end = start + (HASH_BYTES << inside)
        row = [data[at : at + HASH_BYTES] for at in range(start, end, HASH_BYTES)]
        return root_hash(row)

    def _read(self, tile: Tile) -> bytes:
        if tile not in self._tiles:
            data = self._fetch(tile)
            # Where a partial tile is gone, the full one begins with its hashes.
            want = tile.width * HASH_BYTES
            if len(data) not in (want, TILE_WIDTH * HASH_BYTES):
                raise FormatError(f"{format_tile_path(tile)}: expected {want} bytes, got {len(data)}")
            if len(self._tiles) == TILES_CACHED:
                del self._tiles[next(iter(self._tiles))]
            self._tiles[tile] = data
        return self._tiles[tile]


def _row_of_tiles(level: int | None, width: int, width_before: int) -> Iterator[Tile]:
    """The tiles that hold `width` hashes or leaves of one level, without those complete at `width_before`."""
    for index in range(width_before // TILE_WIDTH, width // TILE_WIDTH):
        yield Tile(level, index)
    if width % TILE_WIDTH and width != width_before:
        yield Tile(level, width // TILE_WIDTH, width % TILE_WIDTH)


def _check_growth(size: int, since: int) -> None:
    if not 0 <= since <= size <= SIZE_MAX:
        raise FormatError(f"tiles: expected 0 <= since <= size <= {SIZE_MAX}, got since {since} and size {size}")
