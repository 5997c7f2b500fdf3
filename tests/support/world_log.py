"""The log of a world as the node's exporter and the operator's COSE receipts read one (node.export.ExportedLog)."""

from collections.abc import Sequence

from ledger.tile import Tile, encode_bundle, tile_hashes
from tests.support.receipts import Archive, ReceiptWorld


class WorldLog:
    """The log of a world, final as it stands; `without` are kinds of files that are not held."""

    def __init__(self, world: ReceiptWorld, without: Sequence[str] = ()) -> None:
        self.world = world
        self.without = without

    def checkpoint(self) -> bytes:
        """The cosigned head."""
        return self.world.checkpoint()

    def tile(self, tile: Tile) -> bytes:
        """A tile or bundle."""
        if tile.level is None:
            first = tile.index * 256
            return encode_bundle(self.world.leaves[first : first + tile.width])
        return tile_hashes(tile, Archive(self.world).node)

    def file(self, kind: str, name: bytes) -> bytes | None:
        """What an entry names."""
        files = self.world.files
        folders = {"batch": files.batches, "body": files.bodies, "tags": files.tag_files}
        return None if kind in self.without else folders[kind].get(name)
