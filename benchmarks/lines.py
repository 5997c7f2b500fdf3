"""How many gift lines a second go into a provable batch, and how many proofs of lines are made and checked?

Limit: SHA-256 over the same bytes in as many calls (41 bytes a line, 81 a node), and nothing else. Peer: pymerkle's
in-memory tree over the same 40-byte lines, which has no totals and so proves no amounts and no positions.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from pymerkle import InmemoryTree, verify_inclusion

from benchmarks.measure import Comparison, Options, Result, interleave, question_of
from ledger.batch import Batch, Line, LineProof, encode_lines, locate_line
from verifier.entries.lines import Line as ReadLine
from verifier.entries.lines import Lines, line_offset, parse_batch, sum_root

ROUNDS = 7
LINES = 100_000
PROOFS = 5_000

LIMIT, PEER = "limit: SHA-256 alone", "peer: pymerkle in memory"


@dataclass(slots=True)
class _Work:
    """Lines, the encoded file, and the trees that the building sides leave for the proving ones."""

    lines: list[Line]
    data: bytes
    entries: list[bytes]
    batch: Batch | None = None
    tree: InmemoryTree | None = None


def run(options: Options) -> Result:
    """Measure."""
    rounds, count, proofs = options.pick(ROUNDS, 1), options.pick(LINES, 100), options.pick(PROOFS, 20)
    work: list[_Work] = []

    def prepare(number: int) -> _Work:
        work[:] = [_make(count, seed=number)]
        return work[0]

    def build(work: _Work) -> int:
        work.batch = Batch(encode_lines(work.lines))
        return count

    def read(work: _Work) -> int:
        sum_root(parse_batch(work.data, what="batch"))
        return count

    def bare(_: _Work) -> int:
        _hash(count, 41)
        _hash(count - 1, 81)
        return count

    def peer(work: _Work) -> int:
        work.tree = InmemoryTree.init_from_entries(work.entries)
        work.tree.get_root()
        return count

    sides = {"ledger: encode, sum tree": build, "verifier: parse, sum tree": read, LIMIT: bare, PEER: peer}
    built = interleave(sides, prepare=prepare, rounds=rounds, what="lines")
    batch, tree = work[0].batch, work[0].tree
    assert batch is not None and tree is not None, "the sides above built them"
    proved, verified = _proofs(batch, tree, rounds=rounds, count=proofs)
    return Result(question_of(__doc__), [
        Comparison(f"build a batch of {count:,} lines", "line", built, limit=LIMIT, peer=PEER), proved, verified,
    ])  # fmt: skip


def _proofs(batch: Batch, tree: InmemoryTree, *, rounds: int, count: int) -> tuple[Comparison, Comparison]:
    lines = Lines(batch.root, batch.count, batch.total)
    root = tree.get_root()
    height = (batch.count - 1).bit_length()

    def choose(number: int) -> list[int]:
        return random.Random(number).choices(range(batch.count), k=count)

    def prove(chosen: list[int]) -> int:
        for index in chosen:
            batch.prove_line(index)
        return count

    def prove_peer(chosen: list[int]) -> int:
        for index in chosen:
            tree.prove_inclusion(index + 1)
        return count

    def bare(_: object) -> int:
        _hash(count, 41)
        _hash(count * height, 81)
        return count

    def proofs(number: int) -> list[tuple[LineProof, bytes, object]]:
        return [(batch.prove_line(index), tree.get_leaf(index + 1), tree.prove_inclusion(index + 1))
                for index in choose(number)]

    def locate(made: Sequence[tuple[LineProof, bytes, object]]) -> int:
        for proof, _, _ in made:
            locate_line(amount=proof.line.amount, commitment=proof.line.commitment, index=proof.index,
                        count=batch.count, total=batch.total, root=batch.root, path=proof.path)
        return count

    def offset(made: Sequence[tuple[LineProof, bytes, object]]) -> int:
        for proof, _, _ in made:
            line_offset(ReadLine(proof.line.amount, proof.line.commitment), index=proof.index, path=proof.path,
                        lines=lines, what="line")
        return count

    def verify_peer(made: Sequence[tuple[LineProof, bytes, object]]) -> int:
        for _, leaf, proof in made:
            verify_inclusion(leaf, root, proof)
        return count

    making = interleave({"ledger: prove a line": prove, LIMIT: bare, PEER: prove_peer}, prepare=choose, rounds=rounds,
                        what="proofs of lines")
    checking = interleave(
        {"ledger: locate the line": locate, "verifier: locate the line": offset, LIMIT: bare, PEER: verify_peer},
        prepare=proofs, rounds=rounds, what="proofs of lines, checked",
    )  # fmt: skip
    return (Comparison(f"prove one of {batch.count:,} lines", "proof", making, limit=LIMIT, peer=PEER),
            Comparison(f"verify one of {batch.count:,} lines", "proof", checking, limit=LIMIT, peer=PEER))


def _make(count: int, *, seed: int) -> _Work:
    draw = random.Random(seed)
    lines = [Line(draw.choice((1, 2, 3, 300, 9_999)), draw.randbytes(32)) for _ in range(count)]
    data = encode_lines(lines)
    return _Work(lines, data, [data[at : at + 40] for at in range(0, len(data), 40)])


def _hash(calls: int, size: int) -> None:
    data = bytes(size)
    for _ in range(calls):
        sha256(data).digest()
