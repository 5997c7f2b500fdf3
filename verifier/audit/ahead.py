"""Bundles read ahead of their turn: fetched, hashed, parsed, signatures and batches checked, in whatever order.

Several processes may do this at once, each for bundles of its own; the judging of leaves, in which order is all, takes
what they hand over and believes it, for it is the same program that checks when nobody reads ahead.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from verifier.entries.lines import Lines, SummedBatch
from verifier.log.keys import VerifierKey
from verifier.primitives.hashes import columns_hash, leaf_hash
from verifier.rules.act import Blobs
from verifier.rules.reading import ReadLeaf, read_leaf
from verifier.sources.source import Source, SourceBlobs, read_bundle

HANDED_BYTES_MAX = 8 << 20  # of files that a bundle is handed over with; larger ones are read again, and only hashed


@dataclass(frozen=True, slots=True)
class Summed:
    """The trees of a batch that was worked out, and the hash of the file in which they were found."""

    sha256: bytes
    sums: tuple[Lines, ...]


@dataclass(frozen=True, slots=True)
class ReadBundle:
    """A bundle: leaves, their hashes, what was read of each, and the files that they name.

    `files` are batches and tag files by folder and name. A tag file has this name; the trees of a batch are in
    `batches`.
    """

    leaves: tuple[bytes, ...]
    hashes: tuple[bytes, ...]
    read: tuple[ReadLeaf | None, ...]
    files: Mapping[tuple[str, bytes], bytes]
    batches: Mapping[bytes, Summed]


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads bundles of the log `origin`, whose charter has these keys by signer, from a source."""

    source: Source
    origin: str
    keys: Mapping[str, VerifierKey]

    def read(self, index: int, width: int) -> ReadBundle | None:
        """Bundle `index`, of which `width` leaves are wanted; None where it is not to be had.

        Raises:
            FormatError: it is malformed.
            OSError: the source cannot be read.
        """
        leaves = read_bundle(self.source, index=index, width=width)
        if leaves is None:
            return None
        blobs = _Noting(SourceBlobs(self.source))
        read = tuple(read_leaf(leaf, origin=self.origin, keys=self.keys, blobs=blobs) for leaf in leaves)
        for one in read:
            if one is not None:
                blobs.fetch(one)
        return ReadBundle(leaves, tuple(map(leaf_hash, leaves)), read, blobs.files, blobs.batches)


class BundleBlobs:
    """What the entries of a bundle name by hash: as it was handed over, else from the source."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._named = SourceBlobs(source)
        self._bundle = ReadBundle((), (), (), {}, {})

    def turn_to(self, bundle: ReadBundle) -> None:
        """From now on answer for this bundle."""
        self._bundle = bundle

    def batch(self, root: bytes) -> bytes | None:
        """The batch file with this name."""
        summed = self._bundle.batches.get(root)
        if summed is None:
            return self._named.batch(root)
        data = self._bundle.files.get(("batches", root))
        if data is None:
            data = self._source.read(f"batches/{root.hex()}")
            if data is None or sha256(data).digest() != summed.sha256:
                return self._named.batch(root)
        batch = SummedBatch(data)
        batch.sums = summed.sums
        return batch

    def tags(self, hash: bytes) -> bytes | None:
        """The tag file with this name."""
        return self._bundle.files.get(("tags", hash)) or self._named.tags(hash)

    def body(self, hash: bytes) -> bytes | None:
        """The body of a sealed entry with this name; one that could be read stands with its leaf."""
        return self._named.body(hash)


@dataclass(slots=True)
class _Noting:
    """Files of a bundle, noted as they are read, as far as they are to be handed over."""

    blobs: Blobs
    files: dict[tuple[str, bytes], bytes] = field(default_factory=dict)
    batches: dict[bytes, Summed] = field(default_factory=dict)
    room: int = HANDED_BYTES_MAX

    def fetch(self, leaf: ReadLeaf) -> None:
        """Read the batch and the tag file that an entry names."""
        value = leaf.entry.value
        if "lines" in value:
            roots = [bytes.fromhex(one["root"]) for one in (value["lines"], *value.get("columns", ()))]
            self.batch(roots[0] if len(roots) == 1 else columns_hash(roots))
        if "tags" in value:
            self.tags(bytes.fromhex(value["tags"]))

    def batch(self, root: bytes) -> bytes | None:
        """The batch file with this name."""
        data = self.blobs.batch(root)
        if isinstance(data, SummedBatch):
            self.batches[root] = Summed(sha256(data).digest(), data.sums)
            self._note("batches", root, bytes(data))
        return data

    def tags(self, hash: bytes) -> bytes | None:
        """The tag file with this name."""
        return self._note("tags", hash, self.blobs.tags(hash))

    def body(self, hash: bytes) -> bytes | None:
        """The body with this name."""
        return self.blobs.body(hash)

    def _note(self, folder: str, name: bytes, data: bytes | None) -> bytes | None:
        if data is not None and len(data) <= self.room and (folder, name) not in self.files:
            self.files[folder, name] = data
            self.room -= len(data)
        return data
