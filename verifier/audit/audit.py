"""Replay of a whole log against a policy: every leaf judged, every root derived, a verdict that names what is wrong.

Leaves stream through in bundles; the state rows lie where the `Desk` says. From the first leaf that does not stand on,
amounts can no longer be judged: the rest is skimmed, for form, order, time and signatures.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from verifier.audit.ahead import BundleBlobs, ReadBundle, Reader
from verifier.audit.desk import Desk, Stand
from verifier.entries.signatories import open_key
from verifier.entries.stamp import Mismatch
from verifier.errors import CannotTell, FormatError, ProofError, Rejected, SignatureError, VerifyError
from verifier.log.checkpoint import Checkpoint
from verifier.log.keys import VerifierKey, parse_vkey
from verifier.log.note import parse_note
from verifier.log.policy import CosignedCheckpoint, Policy, open_checkpoint
from verifier.log.tiles import WIDTH
from verifier.log.tree import Frontier
from verifier.primitives.amounts import plain
from verifier.rules.reading import ReadLeaf
from verifier.rules.replay import Replay, Taken
from verifier.sources.source import Source

FINDINGS_MAX = 100  # a verdict names the first hundred; beyond, one more changes nothing
SAVE_BUNDLES = 16

Outcome = Literal["valid", "invalid", "cannot_tell"]
Progress = Callable[[int, int], None]
ReadBundles = Callable[[Reader, Iterable[tuple[int, int]]], Iterator[ReadBundle | None]]


class Watch:
    """Who wants to know of each leaf, besides the verdict; this one does not. What it learns goes on with a replay."""

    def taken(self, taken: Taken) -> None:
        """A leaf stands."""

    def skimmed(self, index: int, leaf: bytes) -> None:
        """A leaf of which amounts could not be judged."""

    def notes(self) -> list[Any]:
        """What was learnt so far, as canonical JSON can hold it."""
        return []

    def remember(self, notes: list[Any]) -> None:
        """Go on from what was learnt before."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong: the rule, the leaf and who signed its entry (as its lines say), and the evidence in words."""

    rule: str
    index: int | None
    signers: tuple[str, ...]
    evidence: str


@dataclass(slots=True)
class AuditVerdict:
    """What a replay found. `unknown` is what could not be judged, by name."""

    checkpoint: Checkpoint | None = None
    cosigned: CosignedCheckpoint | None = None
    replayed: int = 0
    read: int = 0
    state_root: bytes | None = None
    findings: list[Finding] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)

    @property
    def outcome(self) -> Outcome:
        """`invalid` if anything is wrong, else `cannot_tell` if anything could not be judged, else `valid`."""
        if self.findings:
            return "invalid"
        return "cannot_tell" if self.unknown else "valid"


def read_in_turn(reader: Reader, wanted: Iterable[tuple[int, int]]) -> Iterator[ReadBundle | None]:
    """Bundles one after another, each read when its turn comes; raises as `Reader.read`."""
    for index, width in wanted:
        yield reader.read(index, width)


def audit_log(
    source: Source,
    *,
    policy: Policy,
    progress: Progress | None = None,
    desk: Desk | None = None,
    read_bundles: ReadBundles = read_in_turn,
    watch: Watch | None = None,
) -> AuditVerdict:
    """Replay the log that `source` holds up to its newest checkpoint, and give the verdict.

    `progress` is called with the number of leaves done and of all, after each bundle. A `desk` with a stand goes on
    from there, and is kept up to date. `read_bundles` may read ahead.

    Raises:
        OSError: the source cannot be read, or has no checkpoint; or the desk's stand is beyond that checkpoint.
    """
    verdict = AuditVerdict()
    signed = source.read("checkpoint")
    if signed is None:
        raise OSError("source: there is no checkpoint; is this the URL prefix or the directory of a log?")
    try:
        verdict.cosigned = open_checkpoint(signed, policy=policy, what="checkpoint")
    except CannotTell as error:
        verdict.unknown.append(str(error))
    except VerifyError as error:
        verdict.findings.append(Finding(rule_of(error), None, (), str(error)))
    if verdict.cosigned is not None:
        verdict.checkpoint = verdict.cosigned.checkpoint
        audit = _Audit(source, policy, verdict, Desk() if desk is None else desk, Watch() if watch is None else watch)
        audit.run(progress, read_bundles)
    return verdict


def rule_of(error: VerifyError) -> str:
    """The name of the rule that an error says was broken."""
    if isinstance(error, Rejected):
        return error.reason
    if isinstance(error, Mismatch):
        return f"stamp_{error.member}"
    names = {FormatError: "format", SignatureError: "signature", ProofError: "proof"}
    return names[type(error)]


class _Audit:
    """One replay at work."""

    def __init__(self, source: Source, policy: Policy, verdict: AuditVerdict, desk: Desk, watch: Watch) -> None:
        assert verdict.checkpoint is not None
        self._source = source
        self._policy = policy
        self._checkpoint = verdict.checkpoint
        self._verdict = verdict
        self._desk = desk
        self._watch = watch
        self._blobs = BundleBlobs(source)
        self._close: tuple[int, str] | None = None
        self._broken: list[Finding] = []
        stand = desk.open(self._checkpoint)
        if stand is None:
            self._frontier = Frontier()
            self._replay = Replay(self._checkpoint.origin, rows=desk.rows, make_map=desk.make_map)
            return
        self._frontier = Frontier(stand.head.size, stand.peaks)
        self._replay = Replay(self._checkpoint.origin, rows=desk.rows, make_map=desk.make_map, head=stand.head)
        self._close = stand.close
        self._verdict.read = self._verdict.replayed = stand.head.size
        watch.remember(stand.notes)

    def run(self, progress: Progress | None, read_bundles: ReadBundles) -> None:
        for number, bundle in enumerate(self._bundles(read_bundles), 1):
            self._blobs.turn_to(bundle)
            for at in range(self._frontier.size % WIDTH, len(bundle.leaves)):
                self._leaf(bundle.leaves[at], bundle.hashes[at], bundle.read[at])
            if number % SAVE_BUNDLES == 0:
                self._save()
            if progress is not None:
                progress(self._frontier.size, self._checkpoint.size)
        self._save()
        self._conclude()

    def _bundles(self, read_bundles: ReadBundles) -> Iterator[ReadBundle]:
        """The bundles that are still to be judged, in order, as far as they are to be had."""
        size = self._checkpoint.size
        if self._frontier.size == size:
            return
        wanted = [(index, min(WIDTH, size - index * WIDTH)) for index in range(-(-size // WIDTH))]
        wanted = wanted[self._frontier.size // WIDTH :]
        try:
            if wanted[0][0] == 0:
                # The charter in the first leaf says by whose keys all others are read.
                first = Reader(self._source, self._checkpoint.origin, {}).read(*wanted.pop(0))
                if first is None:
                    return
                yield first
            for bundle in read_bundles(Reader(self._source, self._checkpoint.origin, self._keys()), wanted):
                if bundle is None:
                    return
                yield bundle
        except FormatError as error:
            self._broken.append(Finding("format", None, (), str(error)))

    def _keys(self) -> dict[str, VerifierKey]:
        """The keys of the charter, by signer; none where there is no charter."""
        rows = self._replay.rows
        keys = [row["key"] for family in ("officer", "party") for _, row in rows.scan(family)]
        return {str(key): key for key in map(open_key, keys)}

    def _leaf(self, leaf: bytes, hash_: bytes, read: ReadLeaf | None) -> None:
        index = self._frontier.size
        self._frontier.append(hash_)
        self._verdict.read = self._frontier.size
        try:
            if self._replay.size == index:
                self._take(self._replay.apply(leaf, self._blobs, read=read))
                return
            if self._replay.size:  # without a charter there is no key to judge by
                self._replay.skim(leaf, index=index)
        except CannotTell as error:
            self._verdict.unknown.append(f"{error}; from leaf {index} on amounts and roots were not judged")
        except VerifyError as error:
            self._find(Finding(rule_of(error), index, signers_of(leaf), str(error)))
        self._watch.skimmed(index, leaf)

    def _take(self, taken: Taken) -> None:
        self._verdict.replayed = self._replay.size
        if "state" in taken.stamp:
            self._close = (taken.index, taken.stamp["state"])
        self._watch.taken(taken)

    def _save(self) -> None:
        """Note where everything stands; behind a leaf that does not, the next run skims again."""
        if self._replay.size == self._frontier.size and self._replay.size:
            head, notes = self._replay.head, self._watch.notes()
            self._desk.save(Stand(self._checkpoint.origin, head, self._frontier.peaks, self._close, notes))

    def _conclude(self) -> None:
        """Judge the log as a whole; what is wrong with it comes first."""
        verdict, size = self._verdict, self._checkpoint.size
        if self._frontier.size < size and not self._broken:
            verdict.unknown.append(f"leaves from {self._frontier.size} on: the bundle is not to be had")
        if self._frontier.size == size and self._frontier.root() != self._checkpoint.root:
            got, said = self._frontier.root().hex(), self._checkpoint.root.hex()
            evidence = f"the leaves lead to the root {got}, the checkpoint says {said}"
            self._broken.append(Finding("root", None, (), evidence))
        if self._replay.size:
            self._check_policy()
        verdict.findings[:0] = self._broken
        if self._replay.size == size:
            verdict.state_root = self._replay.state_root()

    def _check_policy(self) -> None:
        """The cosigners whom the policy trusts are the charter's, key by key."""
        charter = {parse_vkey(key.encode("utf-8"), what="cosigner").public for key in self._replay.cosigners()}
        trusted = {witness.key.public for witness in self._policy.witnesses}
        if trusted != charter:
            differing = ", ".join(sorted(key.hex() for key in trusted ^ charter))
            evidence = f"cosigner keys that only the policy or only the charter has: {differing}"
            self._broken.append(Finding("policy", 0, (), evidence))

    def _find(self, finding: Finding) -> None:
        if len(self._verdict.findings) < FINDINGS_MAX:
            self._verdict.findings.append(finding)


def signers_of(leaf: bytes) -> tuple[str, ...]:
    """Who signed the entry of a leaf, as its signature lines say; empty where it has none that can be read."""
    try:
        note = parse_note(leaf.partition(b"\n")[2], what="entry")
    except FormatError:
        return ()
    return tuple(plain(f"{line.name}+{line.key_id.hex()}") for line in note.lines)
