"""The archive: what the core asks a node for when it makes receipts (ledger.receipt.Archive), at one moment."""

from ledger.entry import parse_entry
from ledger.errors import ProofError
from ledger.kinds import Donation, Enrolment
from ledger.leaf import entry_of
from ledger.receipt import cover_receipt, donation_receipt, entry_receipt
from ledger.state import State
from node.openings import Opening
from node.ports import EntryBlobs
from node.views import Moment


class MomentArchive:
    """Log, files and state of one moment."""

    def __init__(self, moment: Moment, files: EntryBlobs, *, origin: str) -> None:
        self._moment = moment
        self._files = files
        self._origin = origin

    def leaf(self, index: int) -> bytes:
        """The leaf at `index`."""
        leaf = self._moment.leaf(index)
        if leaf is None:
            raise ProofError(f"leaf {index}: the log here does not reach so far")
        return leaf

    def node(self, level: int, index: int) -> bytes:
        """The hash of a complete subtree."""
        return self._moment.node(level, index)

    def batch(self, root: bytes) -> bytes | None:
        """A batch file."""
        return self._files.batch(root)

    def body(self, name: bytes) -> bytes | None:
        """A sealed body."""
        return self._files.body(name)

    def root_of(self, entry: int) -> str | None:
        """The root (hex) of the batch that leaf `entry` names; None where it names none that receipts are made for."""
        final = self._moment.final()
        if final is None or entry >= final.size:
            return None
        value = parse_entry(entry_of(self.leaf(entry)), origin=self._origin).entry
        return value.lines.root if isinstance(value, Donation | Enrolment) else None

    def line_receipt(self, entry: int, line: int, opening: Opening) -> bytes:
        """The receipt of a donor or beneficiary.

        Raises:
            ProofError, FormatError: as ledger.receipt.
        """
        value = parse_entry(entry_of(self.leaf(entry)), origin=self._origin).entry
        make = donation_receipt if isinstance(value, Donation) else cover_receipt
        return make(self, State(self._moment.snapshot), self._checkpoint(), entry=entry, line=line, salt=opening.salt,
                    opening=opening.opening)

    def entry_receipt(self, index: int) -> bytes:
        """The receipt of any entry. Raises as `line_receipt`."""
        return entry_receipt(self, State(self._moment.snapshot), self._checkpoint(), index=index)

    def _checkpoint(self) -> bytes:
        checkpoint = self._moment.checkpoint()
        if checkpoint is None:
            raise ProofError("receipt: nothing is final here yet")
        return checkpoint
