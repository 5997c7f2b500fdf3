"""Tiles and bundles: every published size can be rebuilt from them alone."""

from functools import cache
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import FormatError
from ledger.merkle import Frontier, leaf_hash, root_hash
from ledger.proof import prove_inclusion, root_from_nodes, verify_inclusion
from ledger.tile import (
    INDEX_MAX,
    TILE_WIDTH,
    TILES_CACHED,
    Tile,
    TileReader,
    bundles_for_size,
    decode_bundle,
    encode_bundle,
    format_tile_path,
    parse_tile_path,
    tile_hashes,
    tiles_for_size,
)

SIZES = [0, 1, 255, 256, 257, 511, 512, 65535, 65536, 65537]


@cache
def leaf_hashes():
    return [leaf_hash(b"entry %d" % index) for index in range(65537)]


@cache
def tree():
    return dict(Frontier().append_many(leaf_hashes()))


def nodes(level, index):
    return tree()[level, index]


@pytest.mark.parametrize("size", SIZES)
def test_a_size_is_rebuilt_from_its_tiles_alone(size):
    served = {tile: tile_hashes(tile, nodes) for tile in tiles_for_size(size)}
    want = root_hash(leaf_hashes()[:size])
    assert root_from_nodes(size, TileReader(served.__getitem__, size=size)) == want
    for index in {0, size // 3, size - 1} if size else ():
        path = prove_inclusion(index=index, size=size, nodes=TileReader(served.__getitem__, size=size))
        verify_inclusion(leaf=leaf_hashes()[index], index=index, size=size, path=path, root=want)


@pytest.mark.parametrize("size", SIZES)
def test_a_size_is_rebuilt_from_its_bundles_alone(size):
    leaves = []
    for tile in bundles_for_size(size):
        first = tile.index * TILE_WIDTH
        data = encode_bundle([b"entry %d" % index for index in range(first, first + tile.width)])
        leaves += decode_bundle(data, width=tile.width)
    assert root_hash([leaf_hash(leaf) for leaf in leaves]) == root_hash(leaf_hashes()[:size])


@pytest.mark.parametrize("since", SIZES)
@pytest.mark.parametrize("size", SIZES)
def test_growing_writes_what_was_not_there(since, size):
    for of_size in (tiles_for_size, bundles_for_size):
        if since > size:
            with pytest.raises(FormatError, match=f"got since {since} and size {size}"):
                list(of_size(size, since=since))
        else:
            before, after = set(of_size(since)), list(of_size(size))
            assert list(of_size(size, since=since)) == [tile for tile in after if tile not in before]


def test_no_resource_changes_its_bytes():
    """Tiles of one path are equal at every size, as are the hashes that a partial tile shares with a fuller one."""
    served = {}
    for size in (1, 255, 256, 257, 511, 512):
        for tile in tiles_for_size(size):
            path, data = format_tile_path(tile), tile_hashes(tile, nodes)
            assert served.setdefault(path, data) == data


def test_where_a_partial_tile_is_gone_the_full_one_serves():
    def full(tile):
        return tile_hashes(Tile(tile.level, tile.index), lambda level, index: tree().get((level, index), bytes(32)))

    assert root_from_nodes(300, TileReader(full, size=300)) == root_hash(leaf_hashes()[:300])


def test_a_reader_fetches_each_tile_once_and_keeps_few():
    fetched = []

    def fetch(tile):
        fetched.append(tile)
        return tile_hashes(tile, nodes)

    reader = TileReader(fetch, size=65536)
    for _ in range(2):
        assert [reader(0, index) for index in range(300)] == leaf_hashes()[:300]
    assert fetched == [Tile(0, 0), Tile(0, 1)]
    for index in range(0, 65536, 256):
        reader(0, index)
    fetched.clear()
    reader(0, 65535)
    reader(0, 65536 - TILES_CACHED * 256)
    assert fetched == []
    reader(0, 0)
    assert fetched == [Tile(0, 0)]


@pytest.mark.parametrize(("level", "index"), [(0, 300), (8, 1), (9, 0), (2, 75), (0, -1), (-1, 0)])
def test_a_reader_knows_complete_subtrees_only(level, index):
    with pytest.raises(FormatError, match="a tree of size 300 has no complete subtree"):
        TileReader(lambda tile: tile_hashes(tile, nodes), size=300)(level, index)


@pytest.mark.parametrize("length", [0, 43 * 32, 44 * 32 - 1, 45 * 32])
def test_a_reader_refuses_a_tile_of_another_length(length):
    reader = TileReader(lambda tile: bytes(length), size=300)
    with pytest.raises(FormatError, match=rf"^tile/0/001\.p/44: expected 1408 bytes, got {length}"):
        reader(0, 299)


@given(level=st.none() | st.integers(0, 63), index=st.integers(0, INDEX_MAX), width=st.integers(1, 256))
def test_each_tile_has_one_path(level, index, width):
    tile = Tile(level, index, width)
    assert parse_tile_path(format_tile_path(tile)) == tile


@given(path=st.from_regex(r"tile/(entries|[0-9]{1,2})/(x[0-9]{3}/){0,2}[0-9]{1,4}(\.p/[0-9]{1,3})?", fullmatch=True))
def test_what_is_parsed_is_formatted_back(path):
    try:
        tile = parse_tile_path(path)
    except FormatError:
        return
    assert format_tile_path(tile) == path


@pytest.mark.parametrize("width", [0, 257])
def test_a_tile_is_neither_empty_nor_too_wide(width):
    with pytest.raises(FormatError, match=f"^tile: expected a width from 1 to 256, got {width}"):
        Tile(0, 0, width)


def test_the_worked_example_of_the_format():
    leaves = [b"" if index == 2 else b"entry %d" % index for index in range(7)]
    hashes = dict(Frontier().append_many([leaf_hash(leaf) for leaf in leaves]))
    data = tile_hashes(Tile(0, 0, 7), lambda level, index: hashes[level, index])
    assert sha256(data).hexdigest() == "4a325da29f4ca5df9527f57a4953ed7d79be0558eba2311c3454191ef7b82bba"


def test_a_bundle_is_no_tile_of_hashes():
    with pytest.raises(FormatError, match="tile/entries/000 holds leaves"):
        tile_hashes(Tile(None, 0), nodes)


@given(leaves=st.lists(st.binary(max_size=40), min_size=1, max_size=256))
def test_bundles_come_back(leaves):
    assert decode_bundle(encode_bundle(leaves), width=len(leaves)) == leaves


def test_a_leaf_fits_its_length():
    longest = [bytes(65535)]
    assert decode_bundle(encode_bundle(longest), width=1) == longest
    with pytest.raises(FormatError, match="leaf 1 has 65536 bytes, expected at most 65535"):
        encode_bundle([b"", bytes(65536)])
