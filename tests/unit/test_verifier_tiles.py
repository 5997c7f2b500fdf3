"""verifier/log/tiles.py: paths, bundles, and a bundle proven from tiles alone."""

from collections.abc import Callable
from hashlib import sha256

import pytest

from verifier.errors import FormatError, ProofError
from verifier.log.tiles import Tile, edge_tiles, parse_bundle, parse_tile_path, tile_at, tile_path, verify_bundle
from verifier.log.tree import root_hash
from verifier.primitives.hashes import leaf_hash

ENTRIES = (b"entry 0", b"entry 1", b"", b"entry 3", b"entry 4", b"entry 5", b"entry 6")
BUNDLE = bytes.fromhex(
    "0007656e7472792030 0007656e7472792031 0000 0007656e7472792033"
    "0007656e7472792034 0007656e7472792035 0007656e7472792036"
)


@pytest.mark.parametrize(
    ("path", "tile"),
    [
        ("tile/0/000", Tile(0, 0, 256)),
        ("tile/0/999", Tile(0, 999, 256)),
        ("tile/0/x001/000", Tile(0, 1000, 256)),
        ("tile/3/x001/x234/067.p/8", Tile(3, 1234067, 8)),
        ("tile/63/x001/x000/x000/000.p/255", Tile(63, 10**9, 255)),
        ("tile/entries/000.p/7", Tile(None, 0, 7)),
        ("tile/entries/x012/345", Tile(None, 12345, 256)),
    ],
)
def test_each_tile_has_one_path(path: str, tile: Tile) -> None:
    assert tile_path(tile) == path
    assert parse_tile_path(path.encode(), what="path") == tile


@pytest.mark.parametrize(
    "path",
    [
        "",
        "tile/0/7",
        "tile/0/0007",
        "tile/0/x000/007",
        "tile/0/001/000",
        "tile/0/x001",
        "tile/00/000",
        "tile/64/000",
        "tile/-1/000",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/01",
        "tile/0/000.p/",
        "tile/0/000.p",
        "tile/0/000\n",
        "/tile/0/000",
        "tile/data/000",
        "tile/0/x999/x999/x999/x999/x999/x999/999",
        "tile/0/" + "x999/" * 10_000 + "999",
        "tile/0/٠٠٠",
    ],
)
def test_tile_path_refused(path: str) -> None:
    with pytest.raises(FormatError, match=r"^path: "):
        parse_tile_path(path.encode(), what="path")


@pytest.mark.parametrize(
    ("size", "edge"),
    [
        (0, []),
        (1, [(0, 0, 1)]),
        (255, [(0, 0, 255)]),
        (256, [(1, 0, 1)]),
        (257, [(0, 1, 1), (1, 0, 1)]),
        (65536, [(2, 0, 1)]),
        (70000, [(0, 273, 112), (1, 1, 17), (2, 0, 1)]),
    ],
)
def test_edge_tiles(size: int, edge: list[tuple[int, int, int]]) -> None:
    assert edge_tiles(size) == tuple(Tile(*tile) for tile in edge)


@pytest.mark.parametrize(("level", "index", "size"), [(0, 0, 0), (0, 1, 256), (1, 0, 255), (0, -1, 9), (8, 0, 2**62)])
def test_a_tree_has_no_other_tiles(level: int, index: int, size: int) -> None:
    with pytest.raises(ProofError, match=f"tile {level}/{index} is not in a tree of size {size}"):
        tile_at(level=level, index=index, size=size)
    assert tile_at(level=0, index=1, size=257) == Tile(0, 1, 1)


def test_worked_example_of_a_bundle_and_its_tile() -> None:
    assert parse_bundle(BUNDLE, width=7, what="bundle") == ENTRIES
    tile = b"".join(leaf_hash(entry) for entry in ENTRIES)
    assert sha256(tile).hexdigest() == "4a325da29f4ca5df9527f57a4953ed7d79be0558eba2311c3454191ef7b82bba"


@pytest.mark.parametrize(
    ("data", "width"),
    [
        pytest.param(BUNDLE[:-1], 7, id="cut-in-a-leaf"),
        pytest.param(BUNDLE + b"\x00", 8, id="cut-in-a-length"),
        pytest.param(BUNDLE + b"\x00", 7, id="byte-behind"),
        pytest.param(BUNDLE, 6, id="one-too-many"),
        pytest.param(BUNDLE, 8, id="one-too-few"),
        pytest.param(b"", 1, id="empty"),
        pytest.param(b"\xff\xff", 1, id="length-without-leaf"),
    ],
)
def test_bundle_refused(data: bytes, width: int) -> None:
    with pytest.raises(FormatError, match=r"^bundle: "):
        parse_bundle(data, width=width, what="bundle")


def _reader(hashes: list[bytes]) -> Callable[[Tile], bytes]:
    levels = [hashes]
    while len(levels[-1]) >= 256:
        below = levels[-1]
        levels.append([root_hash(below[at : at + 256]) for at in range(0, len(below) - 255, 256)])

    def read(tile: Tile) -> bytes:
        assert tile.level is not None
        return b"".join(levels[tile.level][tile.index * 256 : tile.index * 256 + tile.width])

    return read


@pytest.mark.parametrize("size", [1, 7, 255, 256, 257, 511, 512, 1000, 65535, 65536, 65537, 70000])
def test_a_bundle_is_proven_from_tiles(size: int) -> None:
    entries = [b"%d" % index for index in range(size)]
    hashes = [leaf_hash(entry) for entry in entries]
    read, root = _reader(hashes), root_hash(hashes)
    last = (size - 1) // 256
    for index in {0, last // 2, last}:
        leaves = entries[index * 256 : index * 256 + 256]
        verify_bundle(leaves, index=index, size=size, root=root, read=read, what="bundle")
        for wrong in ([*leaves[:-1], b"x"], leaves[:-1], [*leaves, b"x"]):
            with pytest.raises(ProofError, match=r"^bundle: "):
                verify_bundle(wrong, index=index, size=size, root=root, read=read, what="bundle")
        with pytest.raises(ProofError, match="the right edge lead to the root"):
            verify_bundle(leaves, index=index, size=size, root=bytes(32), read=read, what="bundle")
    with pytest.raises(ProofError, match="is not in a tree"):
        verify_bundle(entries[:1], index=last + 1, size=size, root=root, read=read, what="bundle")


def test_no_tile_is_trusted() -> None:
    """Each tile on the way is altered in turn, one hash of it at a time."""
    size, index = 66_000, 3
    entries = [b"%d" % number for number in range(size)]
    hashes = [leaf_hash(entry) for entry in entries]
    honest, root = _reader(hashes), root_hash(hashes)
    leaves = entries[index * 256 : index * 256 + 256]
    asked: list[Tile] = []

    def record(tile: Tile) -> bytes:
        asked.append(tile)
        return honest(tile)

    verify_bundle(leaves, index=index, size=size, root=root, read=record, what="bundle")
    assert Tile(1, 0, 256) in asked
    for target in asked:

        def forge(tile: Tile, target: Tile = target) -> bytes:
            data = honest(tile)
            return (
                data if tile != target else data[:96] + bytes(32) + data[128:] if len(data) > 96 else bytes(len(data))
            )

        with pytest.raises(ProofError, match=r"^bundle: the (leaves|tiles)"):
            verify_bundle(leaves, index=index, size=size, root=root, read=forge, what="bundle")
    with pytest.raises(FormatError, match=r"expected .* hashes of 32 bytes, got 0 bytes"):
        verify_bundle(leaves, index=index, size=size, root=root, read=lambda tile: b"", what="bundle")
