"""How many entries a second does the operator's node take: submit, validate, store synced, checkpoint signed, final?

The node's own machines and store, without HTTP; the other parties' cosignatures come at once. Entries are handed in
1,024 at a time, so that proposals are full; their files are in memory. Signing entries is their parties' work, and the
files that entries name are stored before them: both stand apart.

Limit: PyNaCl verifies the same signatures and does nothing else. Peer: pymerkle's durable SQLite tree takes the same
entries in, one transaction each or one for all, and gives its root; it checks no signature and no rule.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nacl import bindings
from pymerkle import SqliteTree

from benchmarks.measure import Comparison, Options, Result, interleave, question_of
from benchmarks.signatures import Part, signed_parts, verify_all
from benchmarks.workload import MemoryFiles, Operator, Stream
from ledger.commitment import body_hash
from ledger.entry import parse_entry, sign_entry
from ledger.keys import SigningKey, signer_name
from node.blobs import EntryFiles
from tests.support.world import ORIGIN

ROUNDS = 9
ENTRIES = 1_024
FILES_BYTES = (400, 4_000, 40_000, 400_000)  # bodies, and batches of 100 to 10,000 lines

LIMIT, PEER = "limit: PyNaCl verifies", "peer: pymerkle SQLite, one by one"


@dataclass(frozen=True, slots=True)
class _Round:
    """Entries, and what the limit needs of them."""

    notes: list[bytes]
    parts: list[Part]


@dataclass(frozen=True, slots=True)
class _Unsigned:
    """What a party knows before it signs: values and keys; and the texts, for the limit."""

    values: list[tuple[Mapping[str, Any], list[SigningKey]]]
    texts: list[tuple[bytes, bytes]]  # text, secret


def run(options: Options) -> Result:
    """Measure."""
    rounds, count = options.pick(ROUNDS, 1), options.pick(ENTRIES, 32)
    return Result(question_of(__doc__), [
        _submit(options.directory, rounds=rounds, count=count), _sign(rounds=rounds, count=count),
        *_files(options.directory, rounds=options.pick(15, 1)),
    ])  # fmt: skip


def _submit(directory: Path, *, rounds: int, count: int) -> Comparison:
    stream, files = Stream(), MemoryFiles()
    operator = Operator(directory, stream, files=files)
    single, bulk = (SqliteTree(str(directory / f"{name}.sqlite")) for name in ("single", "bulk"))
    operator.submit(stream.take(1))  # the charter comes alone

    def prepare(_: int) -> _Round:
        notes = stream.take(count)
        stream.move_files(files)
        return _Round(notes, signed_parts(notes, stream))

    def bare(work: _Round) -> int:
        verify_all(work.parts)
        return count

    def one_by_one(work: _Round) -> int:
        for note in work.notes:
            single.append_entry(note)
        single.get_root()
        return count

    def at_once(work: _Round) -> int:
        bulk.append_entries(work.notes)
        bulk.get_root()
        return count

    sides = {"node: submit to final": lambda work: operator.submit(work.notes), LIMIT: bare, PEER: one_by_one,
             "peer: pymerkle SQLite, all at once": at_once}
    times = interleave(sides, prepare=prepare, rounds=rounds, what="entries")
    operator.close()
    single.close()
    bulk.close()
    return Comparison(f"take {count:,} entries in", "entry", times, limit=LIMIT, peer=PEER)


def _sign(*, rounds: int, count: int) -> Comparison:
    stream = Stream()
    keys = {signer_name(key.verifier): key for key in stream.keys.values()}
    secrets = {key: bindings.crypto_sign_seed_keypair(key.seed)[1] for key in keys.values()}

    def prepare(_: int) -> _Unsigned:
        work = _Unsigned([], [])
        for note in stream.take(count):
            signed = parse_entry(note, origin=ORIGIN)
            signers = [keys[signer] for signer in signed.entry.signers]
            work.values.append((signed.value, signers))
            work.texts.extend((signed.note.text, secrets[key]) for key in signers)
        return work

    def sign(work: _Unsigned) -> int:
        for value, signers in work.values:
            sign_entry(ORIGIN, value, signers)
        return count

    def bare(work: _Unsigned) -> int:
        for text, secret in work.texts:
            bindings.crypto_sign(text, secret)
        return count

    limit = "limit: PyNaCl signs"
    times = interleave({"party: compose, sign, check": sign, limit: bare}, prepare=prepare, rounds=rounds,
                         what="entries, signing")
    return Comparison("sign an entry (the party's work)", "entry", times, limit=limit)


def _files(directory: Path, *, rounds: int) -> list[Comparison]:
    files = EntryFiles(directory / "files", reserve_bytes=0)
    return [_store_file(files, directory, size=size, rounds=rounds) for size in FILES_BYTES]


def _store_file(files: EntryFiles, directory: Path, *, size: int, rounds: int) -> Comparison:
    """Store a file of `size` bytes under its name; a tag file, whose name costs least to compute."""
    limit = "limit: write and one fsync"
    descriptor = os.open(directory / "bare", os.O_RDWR | os.O_CREAT)

    def store(content: bytes) -> int:
        files.put("tags", content, address=body_hash(content))
        return 1

    def bare(content: bytes) -> int:
        os.pwrite(descriptor, content, 0)
        os.fsync(descriptor)
        return 1

    times = interleave({"node: store a file": store, limit: bare}, prepare=lambda _: os.urandom(size), rounds=rounds,
                         what=f"files of {size:,} bytes")
    os.close(descriptor)
    return Comparison(f"store a file of {size:,} bytes, durable", "file", times, limit=limit)
