"""Replay of a whole log against a policy: every leaf judged, every root derived, a verdict that names what is wrong.

Leaves stream through in bundles; memory holds the state rows and the right edge of the tree. From the first leaf that
does not stand on, amounts can no longer be judged: the rest is skimmed, for form, order, time and signatures.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from verifier.checkpoint import Checkpoint
from verifier.errors import CannotTell, FormatError, ProofError, Rejected, SignatureError, VerifyError
from verifier.hashes import leaf_hash
from verifier.keys import parse_vkey
from verifier.note import parse_note
from verifier.policy import Policy, open_checkpoint
from verifier.replay import Replay
from verifier.source import Source, SourceBlobs, read_bundle
from verifier.stamp import Mismatch
from verifier.tiles import WIDTH
from verifier.tree import Frontier

FINDINGS_MAX = 100  # a verdict names the first hundred; beyond, one more changes nothing

Progress = Callable[[int, int], None]


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
    replayed: int = 0
    state_root: bytes | None = None
    findings: list[Finding] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)

    @property
    def outcome(self) -> Literal["valid", "invalid", "cannot_tell"]:
        """`invalid` if anything is wrong, else `cannot_tell` if anything could not be judged, else `valid`."""
        if self.findings:
            return "invalid"
        return "cannot_tell" if self.unknown else "valid"


def audit_log(source: Source, *, policy: Policy, progress: Progress | None = None) -> AuditVerdict:
    """Replay the log that `source` holds up to its newest checkpoint, and give the verdict.

    `progress` is called with the number of leaves done and of all, after each bundle.

    Raises:
        OSError: the source cannot be read, or has no checkpoint.
    """
    verdict = AuditVerdict()
    signed = source.read("checkpoint")
    if signed is None:
        raise OSError("source: there is no checkpoint; is this the URL prefix or the directory of a log?")
    try:
        verdict.checkpoint = open_checkpoint(signed, policy=policy, what="checkpoint").checkpoint
    except CannotTell as error:
        verdict.unknown.append(str(error))
    except VerifyError as error:
        verdict.findings.append(Finding(rule_of(error), None, (), str(error)))
    if verdict.checkpoint is not None:
        _Audit(source, policy, verdict.checkpoint, verdict).run(progress)
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

    def __init__(self, source: Source, policy: Policy, checkpoint: Checkpoint, verdict: AuditVerdict) -> None:
        self._source = source
        self._policy = policy
        self._checkpoint = checkpoint
        self._verdict = verdict
        self._replay = Replay(checkpoint.origin)
        self._blobs = SourceBlobs(source)
        self._frontier = Frontier()

    def run(self, progress: Progress | None) -> None:
        size = self._checkpoint.size
        for index in range(-(-size // WIDTH)):
            leaves = self._bundle(index, min(WIDTH, size - index * WIDTH))
            if leaves is None:
                return
            for leaf in leaves:
                self._leaf(leaf)
            if progress is not None:
                progress(self._frontier.size, size)
        root = self._frontier.root()
        if root != self._checkpoint.root:
            evidence = f"the leaves lead to the root {root.hex()}, the checkpoint says {self._checkpoint.root.hex()}"
            self._find("root", None, (), evidence)
        if self._replay.size == size:
            self._verdict.state_root = self._replay.state_root()

    def _bundle(self, index: int, width: int) -> tuple[bytes, ...] | None:
        try:
            leaves = read_bundle(self._source, index=index, width=width)
        except FormatError as error:
            self._find("format", None, (), str(error))
            return None
        if leaves is None:
            self._verdict.unknown.append(f"leaves from {index * WIDTH} on: the bundle is not to be had")
        return leaves

    def _leaf(self, leaf: bytes) -> None:
        index = self._frontier.size
        self._frontier.append(leaf_hash(leaf))
        try:
            if self._replay.size == index:
                self._replay.apply(leaf, self._blobs)
                self._verdict.replayed = self._replay.size
                if index == 0:
                    self._check_policy()
            elif self._replay.size:  # without a charter there is no key to judge by
                self._replay.skim(leaf, index=index)
        except CannotTell as error:
            self._verdict.unknown.append(f"{error}; from leaf {index} on amounts and roots were not judged")
        except VerifyError as error:
            self._find(rule_of(error), index, _signers(leaf), str(error))

    def _check_policy(self) -> None:
        """The cosigners whom the policy trusts are the charter's, key by key."""
        charter = {parse_vkey(key.encode("utf-8"), what="cosigner").public for key in self._replay.cosigners()}
        trusted = {witness.key.public for witness in self._policy.witnesses}
        if trusted != charter:
            differing = ", ".join(sorted(key.hex() for key in trusted ^ charter))
            self._find("policy", 0, (), f"cosigner keys that only the policy or only the charter has: {differing}")

    def _find(self, rule: str, index: int | None, signers: tuple[str, ...], evidence: str) -> None:
        if len(self._verdict.findings) < FINDINGS_MAX:
            self._verdict.findings.append(Finding(rule, index, signers, evidence))


def _signers(leaf: bytes) -> tuple[str, ...]:
    """Who signed the entry of a leaf, as its signature lines say; empty where it has none that can be read."""
    try:
        note = parse_note(leaf.partition(b"\n")[2], what="entry")
    except FormatError:
        return ()
    return tuple(f"{line.name}+{line.key_id.hex()}" for line in note.lines)
