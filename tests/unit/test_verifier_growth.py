"""Consistency out of tiles: every pair of sizes, and sources that lie or lack something."""

import pytest

from ledger.merkle import leaf_hash, root_hash
from tests.reference.rfc6962 import consistency
from verifier.errors import CannotTell, FormatError, ProofError
from verifier.log.checkpoint import Checkpoint
from verifier.log.tiles import WIDTH, parse_tile_path
from verifier.log.tree import verify_consistency
from verifier.sources.growth import Growth, prove_growth

LEAVES = [leaf_hash(b"leaf %d" % index) for index in range(70_000)]


class Tiles:
    """The tiles of a log, as a source; `gone` are paths that it lacks."""

    def __init__(self, leaves, gone=()):
        self.leaves, self.gone, self.read_paths = leaves, gone, []

    def read(self, path):
        self.read_paths.append(path)
        tile = parse_tile_path(path.encode(), what="path")
        step = WIDTH**tile.level
        starts = range(tile.index * WIDTH * step, (tile.index * WIDTH + tile.width) * step, step)
        if path in self.gone or starts[-1] + step > len(self.leaves):
            return None
        return b"".join(root_hash(self.leaves[start : start + step]) for start in starts)


def head(size, leaves=LEAVES):
    return Checkpoint("log", size, root_hash(leaves[:size]), (), b"")


@pytest.mark.parametrize("new", [*range(2, 20), 255, 256, 257, 300])
def test_every_smaller_size(new):
    source, larger = Tiles(LEAVES[:new]), head(new)
    for old in range(1, new) if new < 20 else (1, 2, 3, 100, 128, 129, new - 1):
        growth = prove_growth(old=head(old), new=larger, source=source)
        assert growth == Growth(root_hash(LEAVES[:old]), tuple(consistency(old, LEAVES[:new])))


@pytest.mark.parametrize(("old", "new"), [(65_535, 65_537), (65_536, 70_000), (300, 70_000), (69_999, 70_000)])
def test_few_tiles_are_enough(old, new):
    source = Tiles(LEAVES[:new])
    growth = prove_growth(old=head(old), new=head(new), source=source)
    sizes = {"old_size": old, "new_size": new}
    verify_consistency(**sizes, old_root=head(old).root, new_root=head(new).root, path=growth.path)
    assert len(source.read_paths) == len(set(source.read_paths)) < 12


def test_the_full_tile_serves_where_the_partial_one_is_gone():
    source = Tiles(LEAVES[:300], gone=("tile/0/000.p/200",))
    assert prove_growth(old=head(100), new=head(200), source=source).root == head(100).root


def test_another_history_is_proven():
    other = [*LEAVES[:50], *reversed(LEAVES[50:90])]
    growth = prove_growth(old=head(60), new=head(90, other), source=Tiles(other))
    assert growth.root == root_hash(other[:60]) != head(60).root


def test_tiles_of_another_history_prove_nothing():
    with pytest.raises(ProofError, match="leads to the root"):
        prove_growth(old=head(60), new=head(90), source=Tiles([*LEAVES[:50], *reversed(LEAVES[50:90])]))


def test_tiles_that_are_gone_or_cut():
    with pytest.raises(CannotTell, match=r"does not have tile/0/000\.p/90"):
        prove_growth(old=head(60), new=head(90), source=Tiles([], gone=()))

    class Cut(Tiles):
        def read(self, path):
            return super().read(path)[:-1]

    with pytest.raises(FormatError, match="expected 90 hashes"):
        prove_growth(old=head(60), new=head(90), source=Cut(LEAVES[:90]))


@pytest.mark.parametrize(("old", "new"), [(0, 5), (5, 5), (6, 5)])
def test_sizes_that_are_not_the_smaller_first(old, new):
    with pytest.raises(FormatError, match="the smaller first"):
        prove_growth(old=head(old), new=head(new), source=Tiles(LEAVES[:10]))
