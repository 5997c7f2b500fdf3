"""How large is a receipt, and how long does it take to build and to check, in a short log and in a long one?

One operator's log grows; at each power of ten receipts are built from its store for lines of 200 cycles before its end
(benchmarks/workload.py) and checked by the verifier under a policy that needs three of four cosignatures.

Limit: PyNaCl verifies as many signatures as the receipt has, and does nothing else. Peer, on equal work, one inclusion
proof: pymerkle's against the verifier's, in a tree of the same size; no signature, row or amount is part of that.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, TypeVar

from pymerkle import InmemoryTree
from pymerkle import verify_inclusion as verify_peer_inclusion

from benchmarks.measure import Comparison, Options, Result, Table, interleave, progress, question_of
from benchmarks.signatures import Part, signed_parts, verify_all
from benchmarks.workload import GIFT, MemoryFiles, Operator, Stream
from ledger.leaf import entry_of
from ledger.note import parse_note
from ledger.proof import prove_inclusion
from ledger.receipt import cover_receipt, donation_receipt, entry_receipt
from ledger.state import State
from node.machines.final import read_final
from node.machines.sequencer import ENTRIES_MAX
from node.machines.tail import decode_head, leaf_key, read_node
from node.ports import Snapshot
from tests.support.world import PARTIES
from verifier.log.policy import Policy, parse_policy
from verifier.log.tree import verify_inclusion
from verifier.receipts.receipt import verify_receipt

SIZES = (1_000, 10_000, 100_000)
ROUNDS = 9
REPEATS = 10
FILES_KEPT = 2_000
LINE = 50

T = TypeVar("T")

LIMIT = "limit: PyNaCl verifies its signatures"
PEER, PROOF_LIMIT = "peer: pymerkle", "limit: SHA-256 alone"


@dataclass(frozen=True, slots=True)
class _Archive:
    """What the builder of a receipt reads of a node."""

    snapshot: Snapshot
    files: MemoryFiles

    def leaf(self, index: int) -> bytes:
        """The leaf at `index`."""
        leaf = self.snapshot.get(leaf_key(index))
        assert leaf is not None, f"leaf {index} is below the head"
        return leaf

    def node(self, level: int, index: int) -> bytes:
        """The hash of a complete subtree."""
        return read_node(self.snapshot, level, index)

    def batch(self, root: bytes) -> bytes | None:
        """A batch file."""
        return self.files.batch(root)

    def body(self, name: bytes) -> bytes | None:
        """A sealed body."""
        return self.files.body(name)


def run(options: Options) -> Result:
    """Measure."""
    stream, files = Stream(), MemoryFiles()
    operator = Operator(options.directory, stream, files=files)
    policy = parse_policy(_policy(stream), what="policy")
    result = Result(question_of(__doc__))
    sizes: list[tuple[str | int | float, ...]] = []
    size = operator.submit(stream.take(1))
    tree = InmemoryTree()
    for target in (1_000,) if options.quick else SIZES:
        while size < target:
            notes = stream.take(min(ENTRIES_MAX, target - size))
            stream.move_files(files)
            size += operator.submit(notes)
            files.forget(keep=FILES_KEPT)
        progress(f"receipts: {size:,} leaves")
        with operator.store.snapshot() as snapshot:
            found, rows = _receipts(snapshot, files, stream, policy, rounds=options.pick(ROUNDS, 1))
            result.comparisons += [*found, _one_proof(snapshot, tree, rounds=options.pick(ROUNDS, 1))]
        sizes += rows
    operator.close()
    columns = ("leaves", "receipt", "bytes", "leaves shown", "signatures", "rows", "hashes in the multiproof")
    result.tables.append(Table("size", columns, sizes))
    return result


def _receipts(
    snapshot: Snapshot, files: MemoryFiles, stream: Stream, policy: Policy, *, rounds: int
) -> tuple[list[Comparison], list[tuple[str | int | float, ...]]]:
    """Build and check each kind of receipt; the sizes of each beside."""
    size = decode_head(snapshot.head).size
    build = _builders(snapshot, files, stream)
    comparisons: list[Comparison] = []
    rows: list[tuple[str | int | float, ...]] = []
    for kind, builder in build.items():
        receipt = builder()
        value = json.loads(receipt)
        parts = _signatures(value, stream)
        rows.append((size, kind, len(receipt), len(value["leaves"]), len(parts),
                     len(value["rows"]) + len(value["none"]), len(value["proof"])))
        sides: Mapping[str, Callable[[None], int]] = {
            "ledger: build": _repeat(lambda build: build(), builder),
            "verifier: check": _repeat(lambda data: verify_receipt(data, policy), receipt),
            LIMIT: _repeat(verify_all, parts),
        }
        times = interleave(sides, prepare=lambda _: None, rounds=rounds, what=f"receipt: {kind}")
        comparisons.append(Comparison(f"{kind}, {size:,} leaves", "receipt", times, limit=LIMIT))
    return comparisons, rows


def _builders(snapshot: Snapshot, files: MemoryFiles, stream: Stream) -> dict[str, Callable[[], bytes]]:
    archive, state = _Archive(snapshot, files), State(snapshot)
    final = read_final(snapshot)
    assert final is not None, "the log is final"
    note, case = final.note, stream.cases[0]

    def donation() -> bytes:
        entry, batch = case.donation
        return donation_receipt(archive, state, note, entry=entry, line=LINE, salt=stream.salt_of(batch, LINE),
                                opening=stream.opening_of(batch, LINE, GIFT))

    def cover(line: int) -> bytes:
        entry, batch = case.enrolment
        return cover_receipt(archive, state, note, entry=entry, line=line, salt=stream.salt_of(batch, line),
                             opening=stream.opening_of(batch, line, 1))

    return {
        "donation": donation, "cover, with a claim": lambda: cover(0), "cover, nothing claimed": lambda: cover(1),
        "entry": lambda: entry_receipt(archive, state, note, index=case.donation[0]),
    }


def _one_proof(snapshot: Snapshot, tree: InmemoryTree, *, rounds: int) -> Comparison:
    """One inclusion proof of the log against one of the peer's, for the same leaf under the same root."""
    head = decode_head(snapshot.head)
    leaves = (snapshot.get(leaf_key(index)) for index in range(tree.get_size(), head.size))
    tree.append_entries(leaf for leaf in leaves if leaf is not None)
    root = tree.get_root()
    assert root == head.root, "both trees are RFC 9162's"
    index = head.size // 3
    leaf, proof = tree.get_leaf(index + 1), tree.prove_inclusion(index + 1)
    path = prove_inclusion(index=index, size=head.size, nodes=lambda level, at: read_node(snapshot, level, at))

    def verify(_: object) -> None:
        verify_inclusion(leaf=leaf, index=index, size=head.size, path=path, root=root)

    def bare(_: object) -> None:
        node = bytes(65)
        for _hash in path:
            sha256(node).digest()

    sides = {"verifier: one inclusion proof": _repeat(verify, None, times=1_000),
             PROOF_LIMIT: _repeat(bare, None, times=1_000),
             PEER: _repeat(lambda _: verify_peer_inclusion(leaf, root, proof), None, times=1_000)}
    times = interleave(sides, prepare=lambda _: None, rounds=rounds, what="one inclusion proof")
    return Comparison(f"one inclusion proof, {head.size:,} leaves", "proof", times, limit=PROOF_LIMIT, peer=PEER)


def _repeat(work: Callable[[T], object], argument: T, *, times: int = REPEATS) -> Callable[[None], int]:
    """A side that does `work` many times, so that its time can be measured."""

    def side(_: None) -> int:
        for _number in range(times):
            work(argument)
        return times

    return side


def _signatures(receipt: dict[str, Any], stream: Stream) -> list[Part]:
    """All signatures that a receipt brings along: of its leaves, of the checkpoint, of its cosigners."""
    parts = signed_parts([entry_of(leaf.encode()) for _, leaf in receipt["leaves"]], stream)
    note = parse_note(receipt["checkpoint"].encode())
    cosigners = {key.name: key.verifier.public for key in stream.cosigners.values()}
    for line in note.signatures:
        if line.name in cosigners:
            time_unix_s = int.from_bytes(line.blob[:8], "big")
            message = b"cosignature/v1\ntime %d\n%b" % (time_unix_s, note.text)
            parts.append((line.blob[8:] + message, cosigners[line.name]))
        else:
            parts.append((line.blob + note.text, stream.log_key.verifier.public))
    return parts


def _policy(stream: Stream) -> bytes:
    """The log's key, and three of the four parties."""
    witnesses = "".join(f"witness {name} {stream.cosigners[name].verifier.vkey}\n" for name in PARTIES)
    group = f"group parties 3 {' '.join(PARTIES)}\nquorum parties\n"
    return f"log {stream.log_key.verifier.vkey}\n{witnesses}{group}".encode()
