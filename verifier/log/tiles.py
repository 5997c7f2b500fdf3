"""Tiles and bundles (C2SP tlog-tiles): the log as static files.

    tile/<L>/<N>[.p/<W>]        hashes: the i-th one of tile (L, N) is the root of leaves [(256 N + i) 256^L, + 256^L)
    tile/entries/<N>[.p/<W>]    leaves, each u16 length || bytes

N is written in groups of three digits, all but the last with an `x`: 1234067 is `x001/x234/067`. W, 1 to 255, is the
width of a partial tile; a full one has 256. Only complete subtrees are stored: the root of the log follows from the
partial tiles at its right edge, one a level.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from verifier.errors import FormatError, ProofError
from verifier.log.tree import HASH_BYTES, join_peaks, root_hash
from verifier.primitives.hashes import leaf_hash
from verifier.primitives.parse import SIZE_MAX, parse_decimal, shown

WIDTH = 256
LEVEL_MAX = 63
LEAF_BYTES_MAX = 65_535

_PATH = re.compile(rb"tile/(entries|[0-9]{1,2})/((?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/([0-9]{1,3}))?")


@dataclass(frozen=True, slots=True)
class Tile:
    """A tile of hashes at `level`, or at level None a bundle of leaves."""

    level: int | None
    index: int
    width: int


def tile_path(tile: Tile) -> str:
    """The path of a tile below the log's URL."""
    digits = f"{tile.index:03d}"
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    number = "/".join([f"x{group}" for group in groups[:-1]] + groups[-1:])
    level = "entries" if tile.level is None else str(tile.level)
    return f"tile/{level}/{number}" + ("" if tile.width == WIDTH else f".p/{tile.width}")


def parse_tile_path(data: bytes, *, what: str) -> Tile:
    """Parse the path of a tile; each tile has one spelling."""
    match = _PATH.fullmatch(data)
    if not match:
        raise FormatError(f"{what}: expected tile/<level>/<number>[.p/<width>], got {shown(data)}")
    level = None if match[1] == b"entries" else parse_decimal(match[1], what=f"{what}: level", most=LEVEL_MAX)
    digits = match[2].replace(b"x", b"").replace(b"/", b"")
    index = parse_decimal(digits.lstrip(b"0") or b"0", what=f"{what}: number", most=SIZE_MAX // WIDTH)
    width = WIDTH if match[3] is None else parse_decimal(match[3], what=f"{what}: width", most=WIDTH - 1)
    tile = Tile(level, index, width)
    # Zeros too many in the number, and a width of 0, are other spellings.
    if width == 0 or tile_path(tile).encode("ascii") != data:
        raise FormatError(f"{what}: expected {tile_path(tile)}, got {shown(data)}")
    return tile


def tile_at(*, level: int, index: int, size: int) -> Tile:
    """The tile `index` of `level` as it stands in a tree of `size`.

    Raises:
        ProofError: that tree has no such tile.
    """
    hashes = size >> 8 * level
    if not (0 <= size <= SIZE_MAX and 0 <= index * WIDTH < hashes):
        raise ProofError(f"tile {level}/{index} is not in a tree of size {size}")
    return Tile(level, index, min(WIDTH, hashes - index * WIDTH))


def edge_tiles(size: int) -> tuple[Tile, ...]:
    """The partial tiles at the right edge of a tree of `size`, lowest level first."""
    found = []
    for level in range((size.bit_length() + 7) // 8):
        index, width = divmod(size >> 8 * level, WIDTH)
        if width:
            found.append(Tile(level, index, width))
    return tuple(found)


def parse_tile(data: bytes, *, width: int, what: str) -> tuple[bytes, ...]:
    """Parse a tile of `width` hashes."""
    if len(data) != width * HASH_BYTES:
        raise FormatError(f"{what}: expected {width} hashes of {HASH_BYTES} bytes, got {len(data)} bytes")
    return tuple(data[at : at + HASH_BYTES] for at in range(0, len(data), HASH_BYTES))


def parse_bundle(data: bytes, *, width: int, what: str) -> tuple[bytes, ...]:
    """Parse a bundle of `width` leaves."""
    leaves: list[bytes] = []
    at = 0
    while at < len(data) and len(leaves) < width:
        length = int.from_bytes(data[at : at + 2], "big")
        leaf = data[at + 2 : at + 2 + length]
        if at + 2 > len(data) or len(leaf) != length:
            raise FormatError(f"{what}: leaf {len(leaves)} is cut off at byte {len(data)}")
        leaves.append(leaf)
        at += 2 + length
    if len(leaves) != width or at != len(data):
        raise FormatError(
            f"{what}: expected {width} leaves and nothing behind them, got {len(leaves)} and {len(data) - at} bytes"
        )
    return tuple(leaves)


def verify_bundle(
    leaves: Sequence[bytes], *, index: int, size: int, root: bytes, read: Callable[[Tile], bytes], what: str
) -> None:
    """Verify that `leaves` are bundle `index` of the tree of `size` with `root`, reading no other bundle.

    `read` gives a tile of hashes as its file holds it; nothing that it gives is trusted.

    Raises:
        FormatError: a tile has another size than it must have.
        ProofError: the tiles do not lead to the root, or the leaves not to the tiles.
    """
    tile = tile_at(level=0, index=index, size=size)
    if len(leaves) != tile.width:
        raise ProofError(f"{what}: expected {tile.width} leaves in bundle {index}, got {len(leaves)}")
    edge = _read_edge(size=size, root=root, read=read, what=what)
    hashes = tuple(leaf_hash(leaf) for leaf in leaves)
    for level in range(8):
        tile = tile_at(level=level, index=index, size=size)
        if tile.width < WIDTH:
            # At the right edge the root vouches for the tile itself. The highest level always ends here.
            if edge[tile] != hashes:
                raise ProofError(f"{what}: the leaves do not lead to {tile_path(tile)}")
            return
        parent = tile_at(level=level + 1, index=index // WIDTH, size=size)
        above = edge.get(parent) or parse_tile(read(parent), width=parent.width, what=tile_path(parent))
        if above[index % WIDTH] != root_hash(hashes):
            raise ProofError(f"{what}: the leaves lead to another hash {index % WIDTH} of {tile_path(parent)}")
        hashes, index = above, index // WIDTH


def _read_edge(*, size: int, root: bytes, read: Callable[[Tile], bytes], what: str) -> dict[Tile, tuple[bytes, ...]]:
    """The partial tiles of the tree, verified against its root."""
    edge = {tile: parse_tile(read(tile), width=tile.width, what=tile_path(tile)) for tile in edge_tiles(size)}
    peaks: list[bytes] = []
    for tile in reversed(edge_tiles(size)):
        at = 0
        # The hashes of a partial tile form complete subtrees as the bits of its width say, largest first.
        for exponent in range(7, -1, -1):
            if tile.width >> exponent & 1:
                peaks.append(root_hash(edge[tile][at : at + (1 << exponent)]))
                at += 1 << exponent
    computed = join_peaks(peaks)
    if computed != root:
        raise ProofError(f"{what}: the tiles at the right edge lead to the root {computed.hex()}, not {root.hex()}")
    return edge
