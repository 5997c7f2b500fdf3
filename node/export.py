"""An auditor's archive (docs/formats/archive.md): the final log of a node, and what its entries name, in one tar.

It is written once from front to back; memory holds one bundle and one file that an entry names.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from msgspec import UNSET

from ledger.checkpoint import Checkpoint, parse_checkpoint
from ledger.entry import parse_entry
from ledger.errors import FormatError
from ledger.keys import parse_vkey
from ledger.kinds import Charter, Donation, Enrolment, Sealed, batch_name_of
from ledger.leaf import entry_of
from ledger.note import parse_note
from ledger.policy import Group, Log, Policy, Witness, format_policy
from ledger.strict import format_json
from ledger.tile import TILE_WIDTH, Tile, bundles_for_size, decode_bundle, format_tile_path, tiles_for_size
from node.errors import NodeError
from node.ports import FILE_FOLDERS

FORMAT = "mingzhang archive/v1"
BLOCK_BYTES = 512

_SEALED_KINDS = ("tags", "body")
_GROUP = "parties"


class ExportedLog(Protocol):
    """The final log and the files of a node, at one moment or later."""

    def checkpoint(self) -> bytes:
        """The newest final checkpoint."""

    def tile(self, tile: Tile) -> bytes:
        """A tile or bundle of the final log."""

    def file(self, kind: str, name: bytes) -> bytes | None:
        """What an entry names; None where this node does not hold it."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What an archive holds, and how many of the files that entries name it lacks, by kind."""

    size: int
    root: str
    files: int
    bytes: int
    missing: dict[str, int]


def write_archive(
    log: ExportedLog, out: BinaryIO, *, sealed: bool, tell: Callable[[int, int], None] = lambda done, of: None
) -> Exported:
    """Write the archive of a log; with `sealed` also bodies and tag files. `tell` hears how many leaves are in, of all.

    Raises:
        NodeError: nothing is final yet.
        LedgerError: a leaf cannot be read.
        OSError: the archive cannot be written.
    """
    signed = log.checkpoint()
    checkpoint = parse_checkpoint(parse_note(signed).text)
    if not checkpoint.size:
        raise NodeError("nothing is final here yet", next_step="Export when `mingzhang status` shows final leaves.")
    archive = _Writer(log, out, checkpoint, sealed=sealed)
    archive.head(signed)
    for bundle in bundles_for_size(checkpoint.size):
        archive.bundle(bundle)
        tell(bundle.index * TILE_WIDTH + bundle.width, checkpoint.size)
    archive.end()
    root = checkpoint.root.hex()
    return Exported(checkpoint.size, root, archive.files, archive.bytes, archive.missing)


class _Writer:
    def __init__(self, log: ExportedLog, out: BinaryIO, checkpoint: Checkpoint, *, sealed: bool) -> None:
        self._log = log
        self._out = out
        self._checkpoint = checkpoint
        self._kinds = [kind for kind, _ in FILE_FOLDERS if sealed or kind not in _SEALED_KINDS]
        self._sealed = sealed
        self.bytes = 0
        self.files = 0
        self.missing = {folder: 0 for kind, folder in FILE_FOLDERS if kind in self._kinds}

    def head(self, signed: bytes) -> None:
        """What stands before the first bundle."""
        checkpoint = self._checkpoint
        manifest = {"format": FORMAT, "origin": checkpoint.origin, "root": checkpoint.root.hex(),
                    "sealed": self._sealed, "size": checkpoint.size}  # fmt: skip
        first = self._log.tile(Tile(None, 0, min(TILE_WIDTH, checkpoint.size)))
        charter = parse_entry(entry_of(decode_bundle(first, width=min(TILE_WIDTH, checkpoint.size))[0]),
                              origin=checkpoint.origin).entry  # fmt: skip
        assert isinstance(charter, Charter)
        self._put("manifest.json", format_json(manifest) + b"\n")
        self._put("policy", format_policy(policy_of(charter)))
        self._put("checkpoint", signed)
        for tile in tiles_for_size(checkpoint.size):
            self._put(format_tile_path(tile), self._log.tile(tile))

    def bundle(self, bundle: Tile) -> None:
        """A bundle, and behind it what its leaves name."""
        content = self._log.tile(bundle)
        self._put(format_tile_path(bundle), content)
        folders = dict(FILE_FOLDERS)
        named = {(folders[kind], name, kind) for leaf in decode_bundle(content, width=bundle.width)
                 for kind, name in named_files(leaf, origin=self._checkpoint.origin)}  # fmt: skip
        for folder, name, kind in sorted(named):
            if kind not in self._kinds:
                continue
            file = self._log.file(kind, name)
            if file is None:
                self.missing[folder] += 1
            else:
                self._put(f"{folder}/{name.hex()}", file)
                self.files += 1

    def end(self) -> None:
        """The end mark."""
        self._write(bytes(2 * BLOCK_BYTES))

    def _put(self, name: str, content: bytes) -> None:
        self._write(_header(name, len(content)))
        self._write(content)
        self._write(bytes(-len(content) % BLOCK_BYTES))

    def _write(self, data: bytes) -> None:
        self._out.write(data)
        self.bytes += len(data)


def named_files(leaf: bytes, *, origin: str) -> Iterator[tuple[str, bytes]]:
    """Kind and name of each file that the entry of a leaf names."""
    entry = parse_entry(entry_of(leaf), origin=origin).entry
    if isinstance(entry, Sealed):
        yield "body", bytes.fromhex(entry.body)
    if isinstance(entry, Donation | Enrolment):
        yield "batch", batch_name_of(entry)
        if entry.tags is not UNSET:
            yield "tags", bytes.fromhex(entry.tags)


def policy_of(charter: Charter) -> Policy:
    """The policy that follows from a charter: its log, its parties' cosigners, its quorum."""
    witnesses = tuple(Witness(party.name, parse_vkey(party.cosigner)) for party in charter.parties)
    group = Group(_GROUP, charter.quorum, tuple(witness.name for witness in witnesses))
    return Policy((Log(parse_vkey(charter.epoch.log)),), witnesses, (group,), _GROUP)


def _header(name: str, size: int) -> bytes:
    """The header of a plain file: POSIX ustar, everything but name and size the same for all."""
    if size >= 8**11:
        raise FormatError(f"archive: {name}: expected fewer than 8 GiB, got {size} bytes")
    header = bytearray(BLOCK_BYTES)
    for at, field in ((0, name.encode("ascii")), (100, b"0000644"), (108, b"0000000"), (116, b"0000000"),
                      (124, b"%011o" % size), (136, b"00000000000"), (148, b"        "), (156, b"0"),
                      (257, b"ustar\00000")):  # fmt: skip
        header[at : at + len(field)] = field
    header[148:156] = b"%06o\0 " % sum(header)
    return bytes(header)
