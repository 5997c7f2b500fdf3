"""A copy of a final log in a directory, in the layout that `mingzhang-verify replay` reads.

    checkpoint                                          the newest final checkpoint
    tile/<level>/<N>, tile/entries/<N>                  tiles of hashes and bundles of leaves (C2SP tlog-tiles)
    batches/<root> tags/<hash> bodies/<hash>            what entries name
"""

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from ledger.checkpoint import parse_checkpoint
from ledger.entry import parse_entry
from ledger.leaf import entry_of
from ledger.note import parse_note
from ledger.sequence import needs
from ledger.tile import bundles_for_size, decode_bundle, format_tile_path, tiles_for_size
from node.demo.asking import Asker
from node.demo.supervisor import Site
from node.ports import file_path
from node.service import FILES

_AT_ONCE = 4


class LogCopy:
    """Reads the copy; the files that entries name as ledger.rules.context.Blobs asks for them."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    @property
    def checkpoint(self) -> bytes:
        """The signed checkpoint, not verified."""
        return (self.directory / "checkpoint").read_bytes()

    def leaves(self, size: int) -> Iterator[bytes]:
        """The first `size` leaves, not verified."""
        for tile in bundles_for_size(size):
            yield from decode_bundle((self.directory / format_tile_path(tile)).read_bytes(), width=tile.width)

    def batch(self, root: bytes) -> bytes | None:
        """The batch file with this root."""
        return self._file("batch", root)

    def tags(self, name: bytes) -> bytes | None:
        """The tag file of this hash."""
        return self._file("tags", name)

    def body(self, name: bytes) -> bytes | None:
        """The sealed body of this hash."""
        return self._file("body", name)

    def _file(self, kind: str, name: bytes) -> bytes | None:
        path = self.directory / file_path(kind, name).lstrip("/")
        return path.read_bytes() if path.is_file() else None


def copy_log(site: Site, directory: Path) -> LogCopy:
    """Copy the final log of a node into the new directory `directory`.

    Tiles are what the node serves. Files that entries name, tens of thousands in a large log, are copied on disk: each
    is named by its content, so whoever replays the copy finds any that is not what the entry names.

    Raises:
        NodeError: the node does not serve a part of it.
    """
    copy = LogCopy(directory)
    with Asker(site) as asker:

        def take(path: str) -> None:
            file = directory / path.lstrip("/")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(asker.get(path))

        take("/checkpoint")
        head = parse_checkpoint(parse_note(copy.checkpoint).text)
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            tiles = [*tiles_for_size(head.size), *bundles_for_size(head.size)]
            list(pool.map(take, [f"/{format_tile_path(tile)}" for tile in tiles]))
            named = {
                (need.kind, need.name)
                for leaf in copy.leaves(head.size)
                for need in needs(parse_entry(entry_of(leaf), origin=head.origin).entry)
            }
        for kind, name in named:
            address = name.hex()
            file = directory / file_path(kind, name).lstrip("/")
            file.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(site.directory / "data" / FILES / kind / address[:2] / address, file)
    return copy
