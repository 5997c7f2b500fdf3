"""What a policy's file knows of a log (docs/formats/pins.md), held against the leaves as they are replayed."""

from verifier.audit.finding import Finding, log_finding
from verifier.errors import VerifyError
from verifier.log.checkpoint import Checkpoint
from verifier.log.tree import Frontier
from verifier.receipts.pins import Pins
from verifier.sources.growth import prove_growth
from verifier.sources.source import Source


class PinnedRoots:
    """The roots that are known of sizes up to that of a checkpoint. Those a replay passes by are compared there."""

    def __init__(self, pins: Pins, checkpoint: Checkpoint) -> None:
        self._checkpoint = checkpoint
        known = [(one.root.size, one.root.root) for one in pins.ended if one.key.name == checkpoint.origin]
        newest = pins.newest.get(checkpoint.origin)
        known += [] if newest is None else [(newest.size, newest.root)]
        self._roots = {size: root for size, root in known if size <= checkpoint.size}
        self.findings: list[Finding] = []
        self.unknown: list[str] = []

    def passed(self, frontier: Frontier) -> None:
        """The tree has one leaf more."""
        if frontier.size in self._roots:
            self._compare(frontier.size, frontier.root())

    def skip(self, size: int, source: Source) -> None:
        """A replay goes on from a size: what is known of smaller ones is proven out of the source's tiles."""
        for known in sorted(known for known in self._roots if known <= size):
            old = Checkpoint(self._checkpoint.origin, known, self._roots[known], (), b"")
            try:
                root = self._checkpoint.root
                if known < self._checkpoint.size:
                    root = prove_growth(old=old, new=self._checkpoint, source=source).root
            except VerifyError as error:
                self.unknown.append(f"the root at size {known}, which the policy knows: {error}")
            else:
                self._compare(known, root)

    def _compare(self, size: int, got: bytes) -> None:
        known = self._roots[size]
        if got != known:
            evidence = f"root at size {size}: expected {known.hex()}, as the policy knows it, got {got.hex()}"
            self.findings.append(log_finding("pins", evidence, expected=known.hex(), got=got.hex()))
