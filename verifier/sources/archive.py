"""An auditor's archive (docs/formats/archive.md): a whole log in one uncompressed tar, read from the front.

    manifest.json policy checkpoint        then tiles of hashes, then each bundle with the files that its leaves name

Only plain files, in one order, each header in one spelling. Nothing is unpacked: contents are read where they lie.
"""

import re
from array import array
from collections.abc import Iterator
from typing import Any, Protocol

from verifier.entries.entry import BODY_BYTES_MAX
from verifier.entries.lines import COLUMNS_MAX, HASH_BYTES, LINES_MAX
from verifier.errors import FormatError, plain_text
from verifier.log.checkpoint import parse_checkpoint
from verifier.log.note import NOTE_BYTES_MAX, parse_note
from verifier.log.policy import POLICY_BYTES_MAX
from verifier.log.tiles import LEAF_BYTES_MAX, WIDTH, Tile, tile_at, tile_path
from verifier.primitives.parse import SIZE_MAX, parse_json, shown

FORMAT = "mingzhang archive/v1"
BLOCK_BYTES = 512
MANIFEST_BYTES_MAX = 4096
NAMED_FILES_MAX = 2 * WIDTH  # an entry names a batch and a tag file, or a body

_NAMED = re.compile(rb"(batches|bodies|tags)/[0-9a-f]{64}", re.ASCII)
_NAMED_BYTES_MAX = {
    b"batches": (8 * COLUMNS_MAX + HASH_BYTES) * LINES_MAX,
    b"bodies": BODY_BYTES_MAX,
    b"tags": HASH_BYTES * LINES_MAX,
}
_MEMBERS = {"format": str, "origin": str, "root": str, "sealed": bool, "size": int}
_SIZE_AT, _SIZE_DIGITS = 124, 11
_END = bytes(BLOCK_BYTES)


class ArchiveError(OSError):
    """A file is no archive, or a damaged one. Its message quotes the file, and is plain text all the same."""

    def __str__(self) -> str:
        """The message as plain text."""
        return plain_text(super().__str__())


class ArchiveBytes(Protocol):
    """The bytes of an archive, wherever they lie."""

    def read_at(self, at: int, size: int) -> bytes:
        """Up to `size` bytes from byte `at` on; fewer where they end."""


class Archive:
    """An archive that was walked through once; files that entries name are found behind the bundle that was read last.

    `size` is that of the log, `sealed` whether bodies and tag files were put in.
    """

    def __init__(self, file: ArchiveBytes, *, what: str) -> None:
        """Walk through the archive.

        Raises:
            ArchiveError: it is not of the form above; the message names the byte.
        """
        self._file = file
        self._what = what
        self._at = 0
        self._places: dict[str, tuple[int, int]] = {}
        if file.read_at(0, 2) == b"\x1f\x8b":
            raise ArchiveError(f"{what}: expected an uncompressed archive, this is gzip\n  Unpack it first.")
        manifest = self._manifest(self._next_content("manifest.json", most=MANIFEST_BYTES_MAX))
        self.size: int = manifest["size"]
        self.sealed: bool = manifest["sealed"]
        self._next("policy", most=POLICY_BYTES_MAX)
        self._check_checkpoint(self._next_content("checkpoint", most=NOTE_BYTES_MAX), manifest)
        for tile in _hash_tiles(self.size):
            self._next(tile_path(tile), most=tile.width * HASH_BYTES, least=tile.width * HASH_BYTES)
        self._bundles = array("Q")
        for index in range(-(-self.size // WIDTH)):
            self._bundles.append(self._at)
            self._section(index)
        self._check_end()
        self._section_index = -1
        self._section_places: dict[str, tuple[int, int]] = {}

    def read(self, path: str) -> bytes | None:
        """The file at `path`, or None where the archive does not hold it.

        Raises:
            ArchiveError: the archive has changed since it was walked through.
        """
        if path.startswith("tile/entries/"):
            found = self._find_bundle(path)
            if found is None:
                return None
            if found != self._section_index:
                self._at = self._bundles[found]
                self._section_places = self._section(found)
                self._section_index = found
        place = self._section_places.get(path) or self._places.get(path)
        return None if place is None else self._read_at(*place)

    def _find_bundle(self, path: str) -> int | None:
        # The reader asks for the widths that the checkpoint implies; no other is here.
        digits = re.sub(r"[x/]", "", path.removeprefix("tile/entries/").partition(".p/")[0])
        index = int(digits) if re.fullmatch(r"[0-9]{1,18}", digits, re.ASCII) else len(self._bundles)
        if index >= len(self._bundles):
            return None
        return index if tile_path(_bundle(index, self.size)) == path else None

    def _section(self, index: int) -> dict[str, tuple[int, int]]:
        """Walk over a bundle and the files that its leaves name; give their places."""
        bundle = _bundle(index, self.size)
        name = tile_path(bundle)
        places = {name: self._next(name, most=bundle.width * (LEAF_BYTES_MAX + 2), keep=False)}
        before = b""
        while (header := self._peek()) is not None and (match := _NAMED.match(header)) is not None:
            if match[0] <= before or len(places) > NAMED_FILES_MAX:
                raise self._wrong(f"expected at most {NAMED_FILES_MAX} files behind a bundle, each once and by name, "
                                  f"got {shown(match[0])} behind {shown(before)}")  # fmt: skip
            before = match[0]
            named = before.decode("ascii")
            places[named] = self._next(named, most=_NAMED_BYTES_MAX[match[1]], keep=False)
        return places

    def _next_content(self, name: str, *, most: int) -> bytes:
        return self._read_at(*self._next(name, most=most))

    def _next(self, name: str, *, most: int, least: int = 0, keep: bool = True) -> tuple[int, int]:
        """Walk over the file that comes next, which has this name; give where it lies and how long it is."""
        header = self._read_at(self._at, BLOCK_BYTES)
        digits = header[_SIZE_AT : _SIZE_AT + _SIZE_DIGITS]
        size = int(digits, 8) if re.fullmatch(rb"[0-7]{11}", digits) else -1
        if size < 0 or header != _header(name, size):
            raise self._wrong(f"expected the plain header of {name}, got {shown(header.rstrip(bytes(1)))}")
        if not least <= size <= most:
            raise self._wrong(f"{name}: expected {least} to {most} bytes, got {size}")
        place = self._at + BLOCK_BYTES, size
        rest = -size % BLOCK_BYTES
        # Read also where there is no padding: a file that ends in its content is found here.
        end = self._read_at(place[0] + max(size - 1, 0), min(size, 1) + rest)
        if any(end[min(size, 1) :]):
            raise self._wrong(f"{name}: expected padding of NUL behind its {size} bytes")
        self._at = place[0] + size + rest
        if keep:
            self._places[name] = place
        return place

    def _peek(self) -> bytes | None:
        """The next header; None at the end mark."""
        header = self._read_at(self._at, BLOCK_BYTES)
        return None if header == _END else header

    def _check_end(self) -> None:
        end = self._file.read_at(self._at, 2 * BLOCK_BYTES + 1)
        if end != 2 * _END:
            raise self._wrong(f"expected two blocks of NUL and nothing behind them, got {shown(end.rstrip(bytes(1)))}")

    def _read_at(self, at: int, size: int) -> bytes:
        data = self._file.read_at(at, size)
        if len(data) != size:
            raise ArchiveError(f"{self._what}: cut off at byte {at + len(data)}\n  Copy it again, whole.")
        return data

    def _manifest(self, data: bytes) -> dict[str, Any]:
        if not data.endswith(b"\n"):
            raise ArchiveError(f"{self._what}: manifest.json: expected one line that ends with LF, got {shown(data)}")
        try:
            value: Any = parse_json(data[:-1], what=f"{self._what}: manifest.json")
        except FormatError as error:
            raise ArchiveError(str(error)) from None
        # To Python True is an int; to a manifest it is no size.
        found = {name: type(item) for name, item in value.items()} if isinstance(value, dict) else None
        if not isinstance(value, dict) or found != _MEMBERS or value["format"] != FORMAT:
            raise ArchiveError(f"{self._what}: manifest.json: expected {FORMAT!r}, got {shown(data)}")
        if not 0 <= value["size"] <= SIZE_MAX:
            raise ArchiveError(f"{self._what}: manifest.json: expected a size up to {SIZE_MAX}, got {value['size']}")
        return value

    def _check_checkpoint(self, data: bytes, manifest: dict[str, Any]) -> None:
        what = f"{self._what}: checkpoint"
        try:
            got = parse_checkpoint(parse_note(data, what=what).text, what=what)
        except FormatError as error:
            raise ArchiveError(str(error)) from None
        said = manifest["origin"], manifest["size"], manifest["root"]
        if said != (got.origin, got.size, got.root.hex()):
            raise ArchiveError(f"{what}: the manifest is of another one: {said[0]}, size {said[1]}, root {said[2]}")

    def _wrong(self, why: str) -> ArchiveError:
        return ArchiveError(f"{self._what}: byte {self._at}: {why}")


def _header(name: str, size: int) -> bytes:
    """The one header of a plain file."""
    start = name.encode("ascii").ljust(100, b"\0") + b"0000644\0" + 2 * b"0000000\0"
    start += b"%011o\0" % size + b"00000000000\0"
    end = b"0" + bytes(100) + b"ustar\00000"
    checksum = sum(start) + 8 * 0x20 + sum(end)
    return (start + b"%06o\0 " % checksum + end).ljust(BLOCK_BYTES, b"\0")


def _bundle(index: int, size: int) -> Tile:
    return Tile(None, index, min(WIDTH, size - index * WIDTH))


def _hash_tiles(size: int) -> Iterator[Tile]:
    """The tiles of hashes of a log, by level and number."""
    level = 0
    while hashes := size >> 8 * level:
        for index in range(-(-hashes // WIDTH)):
            yield tile_at(level=level, index=index, size=size)
        level += 1
