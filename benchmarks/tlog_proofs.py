"""Single tlog-proofs, cut out of receipts by `mingzhang-verify receipt --tlog-proof`: what others verify as we do.

The same bytes for all. *Inclusion* is the proof alone, of hashes that were decoded before; peers are pymerkle and Go's
sumdb/tlog. *Whole* begins with the bytes of proof and leaf and ends with the quorum; the peer is sumdb/tlog with
sumdb/note.
"""

from collections.abc import Callable, Sequence
from contextlib import ExitStack, redirect_stdout
from dataclasses import dataclass
from hashlib import sha256
from io import StringIO
from pathlib import Path

from pymerkle.proof import InclusionProof
from pymerkle.proof import verify_inclusion as verify_pymerkle

from benchmarks.elsewhere import Elsewhere, Side, repeat, take_turns
from benchmarks.measure import Comparison
from benchmarks.peers.go import GoPeer, NoPeer, build_go_peer, go_peer
from benchmarks.receipt_log import QUORUM, ReceiptLog, Receipts
from benchmarks.signatures import verify_all
from tests.support.world import PARTIES
from verifier.cli import main as run_verifier
from verifier.log.checkpoint import parse_checkpoint
from verifier.log.note import parse_note
from verifier.log.policy import Policy
from verifier.log.tlog_proof import TlogProof, open_tlog_proof, parse_tlog_proof
from verifier.log.tree import verify_inclusion
from verifier.primitives.hashes import leaf_hash

PROOFS = 20
INCLUSION_TIMES = 50
WHOLE_TIMES = 5

OURS = "verifier: inclusion"
OURS_WHOLE = "verifier: whole"
HASHES = "limit: SHA-256 alone"
SIGNATURES = "limit: PyNaCl verifies its signatures"
PYMERKLE = "peer: pymerkle"
GO = "peer: Go, sumdb/tlog"
GO_WHOLE = "peer: Go, sumdb/tlog and note"
RATES = ("log", "verified by", "verified a second", "a second of a core", "x limit on a core")


@dataclass(frozen=True, slots=True)
class Inclusion:
    """What an inclusion proof says, decoded."""

    leaf: bytes
    index: int
    size: int
    path: tuple[bytes, ...]
    root: bytes

    def verify(self) -> None:
        """By our verifier."""
        verify_inclusion(leaf=self.leaf, index=self.index, size=self.size, path=self.path, root=self.root)

    def hash_alone(self) -> None:
        """As many hashes of as many bytes."""
        node = bytes(65)
        for _hash in self.path:
            sha256(node).digest()

    def for_pymerkle(self) -> InclusionProof:
        """As pymerkle writes it: indices from one, the leaf before the path, and which sibling is a left one."""
        inner = (self.index ^ (self.size - 1)).bit_length()
        left = [int(level >= inner or self.index >> level & 1) for level in range(len(self.path))]
        return InclusionProof("sha256", True, self.size, self.index + 1, [*left, 0], [self.leaf, *self.path])


class TlogProofs:
    """Measures proofs of one log at sizes that rise."""

    def __init__(self, log: ReceiptLog, directory: Path) -> None:
        self._log, self._directory = log, directory
        self._program: Path | None = None
        self.notes: list[str] = []
        try:
            self._program = build_go_peer(directory)
        except NoPeer as error:
            self.notes.append(str(error))

    def compare(self, receipts: Receipts, *, rounds: int) -> list[Comparison]:
        """One proof, and one proof with its signatures."""
        files = cut(receipts, policy=self._log.policy_text, directory=self._directory)
        pairs = [(file.read_bytes(), Path(f"{file}.leaf").read_bytes()) for file in files]
        with ExitStack() as held:
            peer = None
            if self._program is not None:
                stream = self._log.stream
                witnesses = [stream.cosigners[name].verifier.vkey for name in PARTIES]
                peer = held.enter_context(go_peer(
                    self._program, log=stream.log_key.verifier.vkey, witnesses=witnesses, quorum=QUORUM, files=files))
            return [*_inclusion(pairs, peer, rounds=rounds, size=receipts.size),
                    _whole(pairs, peer, self._log, rounds=rounds, size=receipts.size)]


def rates(found: Sequence[Comparison], *, size: int) -> list[tuple[str | int | float, ...]]:
    """One row for each side, in the order of `RATES`."""
    rows: dict[str, tuple[str | int | float, ...]] = {}
    for comparison in found:
        for side in comparison.times:
            on_core, ratio = comparison.cpu(side), comparison.cpu_ratio(side, comparison.limit)
            assert on_core is not None and ratio is not None
            rows[side] = (size, side, round(1 / comparison.clock(side)), round(1 / on_core), ratio)
    return list(rows.values())


def cut(receipts: Receipts, *, policy: bytes, directory: Path) -> list[Path]:
    """Proofs of leaves all over the log, each with its leaf beside, as the command writes them."""
    trust, receipt = directory / "trust.policy", directory / "one.receipt"
    trust.write_bytes(policy)
    files: list[Path] = []
    for number in range(PROOFS):
        receipt.write_bytes(receipts.entry(receipts.size * number // PROOFS))
        files.append(directory / f"{receipts.size}-{number}.tlog-proof")
        with redirect_stdout(StringIO()):
            status = run_verifier(["receipt", str(receipt), "--policy", str(trust), "--tlog-proof", str(files[-1])])
        assert status == 0, "the receipt passes every check"
    return files


def _inclusion(
    pairs: Sequence[tuple[bytes, bytes]], peer: GoPeer | None, *, rounds: int, size: int
) -> list[Comparison]:
    """Two comparisons out of the same rounds, one for each peer."""
    proofs = [_decode(data, leaf) for data, leaf in pairs]
    of_pymerkle = [(proof, proof.for_pymerkle()) for proof in proofs]

    def ours() -> None:
        for proof in proofs:
            proof.verify()

    def bare() -> None:
        for proof in proofs:
            proof.hash_alone()

    def pymerkle() -> None:
        for proof, theirs in of_pymerkle:
            verify_pymerkle(proof.leaf, proof.root, theirs, index=proof.index + 1, size=proof.size)

    def times_over(work: Callable[[], object]) -> Side:
        return repeat(work, times=INCLUSION_TIMES, units=len(proofs))

    sides = {OURS: times_over(ours), HASHES: times_over(bare), PYMERKLE: times_over(pymerkle)}
    if peer is not None:
        sides[GO] = _by_go(peer, "inclusion", times=INCLUSION_TIMES, proofs=len(proofs))
    times = take_turns(sides, rounds=rounds, what="inclusion proof")
    return [
        Comparison(f"inclusion proof alone, {size:,} leaves, beside {name.removeprefix('peer: ')}", "proof",
                   {side: times[side] for side in (OURS, HASHES, name)}, limit=HASHES, peer=name)
        for name in (PYMERKLE, GO) if name in times
    ]  # fmt: skip


def _whole(
    pairs: Sequence[tuple[bytes, bytes]], peer: GoPeer | None, log: ReceiptLog, *, rounds: int, size: int
) -> Comparison:
    """From the bytes to the quorum."""
    policy = log.policy
    parts = [part for data, _ in pairs for part in log.checkpoint_parts(_parse(data).checkpoint)]

    def ours() -> None:
        for data, leaf in pairs:
            verify_whole(data, leaf, policy)

    sides = {OURS_WHOLE: repeat(ours, times=WHOLE_TIMES, units=len(pairs)),
             SIGNATURES: repeat(lambda: verify_all(parts), times=WHOLE_TIMES, units=len(pairs))}
    if peer is not None:
        sides[GO_WHOLE] = _by_go(peer, "whole", times=WHOLE_TIMES, proofs=len(pairs))
    times = take_turns(sides, rounds=rounds, what="whole tlog-proof")
    title = f"tlog-proof with the log's signature and {len(PARTIES)} cosignatures, {size:,} leaves"
    return Comparison(title, "proof", times, limit=SIGNATURES, peer=None if peer is None else GO_WHOLE)


def verify_whole(data: bytes, leaf: bytes, policy: Policy) -> None:
    """Verify a tlog-proof as our command would if it were given one."""
    open_tlog_proof(_parse(data), leaf=leaf_hash(leaf), policy=policy, what="proof")


def _by_go(peer: GoPeer, what: str, *, times: int, proofs: int) -> Elsewhere:
    return Elsewhere(lambda: (times * proofs, peer.verify(what, times=times)))


def _parse(data: bytes) -> TlogProof:
    return parse_tlog_proof(data, what="proof")


def _decode(data: bytes, leaf: bytes) -> Inclusion:
    proof = _parse(data)
    head = parse_checkpoint(parse_note(proof.checkpoint, what="proof").text, what="proof")
    return Inclusion(leaf_hash(leaf), proof.index, head.size, proof.path, head.root)
