"""Replay of a whole log against a policy: every leaf judged, every root derived, a verdict that names what is wrong.

Leaves stream through in bundles; the state rows lie where the `Desk` says. What is wrong ends nothing: an entry that
may not stand is left out of the books, a wrong stamp is put right, and the rest is judged by the books as the rules
give them. Only where something is not to be had can amounts no longer be judged: from there on leaves are skimmed, for
form, order, time and signatures.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from verifier.audit.ahead import BundleBlobs, ReadBundle, Reader
from verifier.audit.desk import Desk, Stand
from verifier.audit.difference import first_difference
from verifier.audit.finding import (
    Finding,
    evidence_of,
    kind_of,
    log_finding,
    rule_of,
    section_of,
    signers_of,
    stamp_differences,
    stamp_errors,
)
from verifier.audit.pinned import PinnedRoots
from verifier.audit.vouching import open_vouched
from verifier.entries.entry import parse_entry
from verifier.entries.signatories import open_key
from verifier.entries.stamp import Mismatch
from verifier.errors import CannotTell, FormatError, VerifyError
from verifier.log.checkpoint import Checkpoint
from verifier.log.keys import VerifierKey, parse_vkey
from verifier.log.policy import CosignedCheckpoint, Policy
from verifier.log.tiles import WIDTH
from verifier.log.tree import Frontier
from verifier.primitives.hashes import leaf_hash
from verifier.receipts.pins import NO_PINS, Pins
from verifier.rules.reading import ReadLeaf
from verifier.rules.replay import Replay, Taken
from verifier.sources.source import Source, read_bundle

FINDINGS_MAX = 100  # a verdict names the first hundred; beyond, one more changes nothing
SAVE_BUNDLES = 16

Outcome = Literal["valid", "invalid", "cannot_tell"]
Progress = Callable[[int, int], None]
ReadBundles = Callable[[Reader, Iterable[tuple[int, int]]], Iterator[ReadBundle | None]]


class Watch:
    """Who wants to know of each leaf, besides the verdict; this one does not. What it learns goes on with a replay."""

    def taken(self, taken: Taken) -> None:
        """A leaf stands."""

    def refused(self, index: int, leaf: bytes, rule: str) -> None:
        """A leaf whose entry may not stand in the log, by a rule."""

    def skimmed(self, index: int, leaf: bytes) -> None:
        """A leaf of which amounts could not be judged."""

    def notes(self) -> list[Any]:
        """What was learnt so far, as canonical JSON can hold it."""
        return []

    def remember(self, notes: list[Any]) -> None:
        """Go on from what was learnt before."""


@dataclass(frozen=True, slots=True)
class Stop:
    """The leaf from which on amounts could not be judged, as a finding tells of one, and why."""

    index: int
    kind: str | None
    signers: tuple[str, ...]
    parties: tuple[str | None, ...]
    why: str


@dataclass(slots=True)
class AuditVerdict:
    """What a replay found. `unknown` is what could not be judged, by name; `stop` the leaf where amounts ended.

    `replayed` leaves were judged whole, `left_out` of them are not in the books; `more` findings are not named.
    """

    checkpoint: Checkpoint | None = None
    cosigned: CosignedCheckpoint | None = None
    replayed: int = 0
    left_out: int = 0
    read: int = 0
    state_root: bytes | None = None
    findings: list[Finding] = field(default_factory=list)
    more: int = 0
    unknown: list[str] = field(default_factory=list)
    stop: Stop | None = None

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
    pins: Pins = NO_PINS,
) -> AuditVerdict:
    """Replay the log that `source` holds up to its newest checkpoint, and give the verdict.

    `progress` is called with the number of leaves done and of all, after each bundle. A `desk` with a stand goes on
    from there, and is kept up to date. `read_bundles` may read ahead. `pins` are what the policy's file knows of the
    log beyond its keys.

    Raises:
        OSError: the source cannot be read, or has no checkpoint; or the desk's stand is beyond that checkpoint.
    """
    signed = source.read("checkpoint")
    if signed is None:
        raise OSError("source: there is no checkpoint; is this the URL prefix or the directory of a log?")
    vouching = open_vouched(signed, policy=policy, pins=pins)
    verdict = AuditVerdict(cosigned=vouching.cosigned, findings=vouching.findings, unknown=vouching.unknown)
    if verdict.cosigned is not None:
        verdict.checkpoint = verdict.cosigned.checkpoint
        trusted = None if vouching.ended else policy
        desk, watch = Desk() if desk is None else desk, Watch() if watch is None else watch
        audit = _Audit(source, verdict, desk, watch, policy=trusted, pins=pins)
        audit.run(progress, read_bundles)
    return verdict


class _Audit:
    """One replay at work."""

    def __init__(
        self, source: Source, verdict: AuditVerdict, desk: Desk, watch: Watch, *, policy: Policy | None, pins: Pins
    ) -> None:
        """`policy` is None where its witnesses need not be the charter's: under a key that has ended."""
        assert verdict.checkpoint is not None
        self._source = source
        self._policy = policy
        self._checkpoint = verdict.checkpoint
        self._verdict = verdict
        self._desk = desk
        self._watch = watch
        self._blobs = BundleBlobs(source)
        self._genesis = pins.genesis.get(self._checkpoint.origin)
        self._pinned = PinnedRoots(pins, self._checkpoint)
        self._close: tuple[int, str] | None = None
        self._broken: list[Finding] = []
        self._found = False
        self._operator: str | None = None
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
        self._pinned.skip(stand.head.size, source)

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
        begun = self._frontier.size // WIDTH
        # One after another: how many there are is what the checkpoint says, not how many anybody has.
        wanted = ((index, min(WIDTH, size - index * WIDTH)) for index in range(begun, -(-size // WIDTH)))
        try:
            if begun == 0:
                # The charter in the first leaf says by whose keys all others are read.
                first = Reader(self._source, self._checkpoint.origin, {}).read(*next(wanted))
                if first is None:
                    return
                yield first
            for bundle in read_bundles(Reader(self._source, self._checkpoint.origin, self._keys()), wanted):
                if bundle is None:
                    return
                yield bundle
        except FormatError as error:
            self._broken.append(log_finding("format", str(error)))

    def _keys(self) -> dict[str, VerifierKey]:
        """The keys of the charter, by signer; none where there is no charter."""
        rows = self._replay.rows
        keys = [row["key"] for family in ("officer", "party") for _, row in rows.scan(family)]
        return {str(key): key for key in map(open_key, keys)}

    def _leaf(self, leaf: bytes, hash_: bytes, read: ReadLeaf | None) -> None:
        index = self._frontier.size
        self._frontier.append(hash_)
        self._pinned.passed(self._frontier)
        self._verdict.read = self._frontier.size
        if self._replay.size == index:
            try:
                self._judge(leaf, read)
                return
            except CannotTell as error:
                self._stop(error, index, leaf)
        elif self._replay.size:  # without a charter there is no key to judge by
            try:
                self._replay.skim(leaf, index=index)
            except VerifyError as error:
                errors = stamp_errors(leaf, index=index) or [(rule_of(error), error)]
                self._find(*errors[0], index, leaf)
        self._watch.skimmed(index, leaf)

    def _judge(self, leaf: bytes, read: ReadLeaf | None) -> None:
        """Judge the next leaf whole; raises where something that it needs is not to be had."""
        try:
            taken = self._replay.apply(leaf, self._blobs, read=read)
        except CannotTell:
            raise
        except VerifyError as error:
            self._mend(leaf, read, error)
        else:
            self._take(taken)

    def _mend(self, leaf: bytes, read: ReadLeaf | None, error: VerifyError) -> None:
        """Say what is wrong with the stamp of the next leaf and put it right; where its entry may not stand, go on
        without it."""
        index = self._replay.size
        errors = stamp_errors(leaf, index=index)
        if isinstance(error, Mismatch) and error.member == "time_unix_ms":
            errors.append((rule_of(error), error))
        for rule, wrong in errors:
            self._find(rule, wrong, index, leaf)
        try:
            taken = self._replay.put_right(leaf, self._blobs, read=read)
        except CannotTell:
            raise
        except VerifyError as refusal:
            self._find(rule_of(refusal), refusal, index, leaf)
            self._watch.refused(index, leaf, rule_of(refusal))
            if index:  # nobody has a key in a log without a charter
                self._replay.leave_out()
                self._verdict.left_out += 1
                self._verdict.replayed = self._replay.size
        else:
            for rule, wrong in stamp_differences(leaf, taken.stamp):
                self._find(rule, wrong, index, leaf)
            self._take(taken)

    def _take(self, taken: Taken) -> None:
        self._verdict.replayed = self._replay.size
        if "state" in taken.stamp:
            self._close = (taken.index, taken.stamp["state"])
        self._watch.taken(taken)

    def _save(self) -> None:
        """Note where everything stands; behind a leaf that does not, the next run judges again."""
        if self._replay.size == self._frontier.size and self._replay.size and not self._found:
            head, notes = self._replay.head, self._watch.notes()
            self._desk.save(Stand(self._checkpoint.origin, head, self._frontier.peaks, self._close, notes))

    def _conclude(self) -> None:
        """Judge the log as a whole; what is wrong with it comes first."""
        verdict, size = self._verdict, self._checkpoint.size
        if self._frontier.size < size:
            why = "the bundle is malformed" if self._broken else "the bundle is not to be had"
            verdict.unknown.append(f"leaves from {self._frontier.size} on: {why}")
        if self._frontier.size == size and self._frontier.root() != self._checkpoint.root:
            self._broken.append(self._find_difference())
        if self._replay.size:
            self._check_policy()
            self._check_genesis()
        elif self._frontier.size:
            verdict.unknown.append("leaves from 0 on: without a charter nobody's key is known")
        verdict.unknown += self._pinned.unknown
        verdict.findings[:0] = self._broken + self._pinned.findings
        if self._replay.size == size and not self._found:
            verdict.state_root = self._replay.state_root()

    def _check_genesis(self) -> None:
        """The log began with the charter that the policy's file names; the state knows its text."""
        if self._genesis is not None and self._replay.row(f"text {self._genesis.hex()}") != 0:
            evidence = f"leaf 0: expected the charter with the text hash {self._genesis.hex()}, got another"
            self._broken.append(log_finding("pins", evidence, index=0))

    def _find_difference(self) -> Finding:
        """The leaves do not lead to the root: say which is the first that differs, where the source's tiles tell."""
        got, said = self._frontier.root().hex(), self._checkpoint.root.hex()
        difference = first_difference(self._source, self._checkpoint)
        if difference is None:
            evidence = f"checkpoint: expected {got}, the root over its {self._checkpoint.size} leaves, got {said}"
            return log_finding("root", evidence, expected=got, got=said)
        index, leaf, expected = difference
        signers, wrong = signers_of(leaf), leaf_hash(leaf).hex()
        parties = tuple(map(self._party, signers))
        evidence = f"leaf {index}: expected a leaf with the hash {expected.hex()}, as it was cosigned, got {wrong}"
        kind = kind_of(leaf, self._blobs)
        return Finding("root", section_of("root"), index, kind, signers, parties, None, expected.hex(), wrong, evidence)

    def _check_policy(self) -> None:
        """The cosigners whom the policy trusts are the charter's, key by key."""
        if self._policy is None:
            return
        charter = {parse_vkey(key.encode("utf-8"), what="cosigner") for key in self._replay.cosigners()}
        known = {key.public for key in charter}
        trusted = {witness.key.public for witness in self._policy.witnesses}
        sides = {"policy": [witness.key for witness in self._policy.witnesses if witness.key.public not in known],
                 "charter": [key for key in charter if key.public not in trusted]}  # fmt: skip
        told = [f"only the {side} has {', '.join(sorted(map(str, keys)))}" for side, keys in sides.items() if keys]
        if told:
            evidence = f"cosigner keys: expected the same in policy and charter, {' and '.join(told)}"
            self._broken.append(log_finding("policy", evidence, index=0))

    def _stop(self, error: CannotTell, index: int, leaf: bytes) -> None:
        """Note from where on amounts cannot be judged, and whose entry it is."""
        why, signers = str(error), signers_of(leaf)
        parties = tuple(map(self._party, signers))
        self._verdict.stop = Stop(index, kind_of(leaf, self._blobs), signers, parties, why)
        self._verdict.unknown.append(f"{why}; from leaf {index} on amounts and roots were not judged")

    def _find(self, rule: str, error: VerifyError, index: int, leaf: bytes) -> None:
        """Note what is wrong with a leaf, and who answers for it."""
        self._found = True
        if len(self._verdict.findings) >= FINDINGS_MAX:
            self._verdict.more += 1
            return
        signers = signers_of(leaf)
        parties = tuple(map(self._party, signers))
        stamped_by = self._operated_by() if rule.startswith("stamp_") else None
        kind = kind_of(leaf, self._blobs)
        evidence = evidence_of(error, index=index)
        expected, got = (error.expected, error.got) if isinstance(error, Mismatch) else (None, None)
        self._verdict.findings.append(
            Finding(rule, section_of(rule), index, kind, signers, parties, stamped_by, expected, got, evidence)
        )

    def _party(self, signer: str) -> str | None:
        """Who a signer is by the charter: a party, or `<party>/<officer>`."""
        if not signer.isascii():
            return None
        party, officer = self._replay.row(f"key {signer}"), self._replay.row(f"officer {signer}")
        if officer is not None:
            return f"{officer['party']}/{officer['name']}"
        return None if party is None else str(party)

    def _operated_by(self) -> str | None:
        """The operator by the charter, which a replay that goes on reads once more; the state knows its text."""
        if self._operator is None:
            try:
                leaves = read_bundle(self._source, index=0, width=min(WIDTH, self._checkpoint.size))
                note = (leaves or (b"",))[0].partition(b"\n")[2]
                entry = parse_entry(note, origin=self._checkpoint.origin, what="leaf 0")
            except VerifyError:
                return None
            if self._replay.row(f"text {entry.text_hash.hex()}") == 0:
                self._operator = entry.value["epoch"]["operator"]
        return self._operator
