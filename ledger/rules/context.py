"""What a rule looks at: the entry, who signed it, the state before it, and the files that it names."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from ledger.batch import Batch
from ledger.bodies import Body
from ledger.commitment import body_hash
from ledger.entry import SignedEntry
from ledger.errors import FormatError, Missing, ProofError
from ledger.kinds import Donation, Enrolment, Entry, batch_name_of
from ledger.parts import Lines
from ledger.state import State

TAG_BYTES = 32
_T = TypeVar("_T", bound=Entry | Body)


class Blobs(Protocol):
    """The content-addressed files that entries name; None where a file is not held."""

    def batch(self, root: bytes) -> bytes | None:
        """The batch file whose sum tree has this root."""

    def tags(self, name: bytes) -> bytes | None:
        """The tag file of this hash."""

    def body(self, name: bytes) -> bytes | None:
        """The sealed body of this hash."""


@dataclass(slots=True)
class Context:
    """One entry before the state that it meets."""

    state: State
    index: int
    time_unix_ms: int
    signed: SignedEntry
    body: Body | None
    signers: frozenset[str]  # names of the parties that signed
    officers: frozenset[str]  # those of their officers that did, as <party>/<name>
    blobs: Blobs

    @property
    def entry(self) -> Entry:
        """The entry's struct."""
        return self.signed.entry

    @property
    def kind(self) -> str:
        """The kind of the body, or of the entry."""
        return (self.body or self.entry).kind

    @property
    def nonce(self) -> bytes:
        """The nonce that steps salts: the body's, or the entry's."""
        return bytes.fromhex((self.body or self.entry).nonce)

    def the(self, kind: type[_T]) -> _T:
        """Return the body or entry as the struct that its rule is about."""
        value = self.body if self.body is not None else self.signed.entry
        assert isinstance(value, kind)
        return value

    def batch_file(self) -> bytes:
        """Return the file of the entry's batch. Missing: it is not held here."""
        assert isinstance(self.entry, Donation | Enrolment)
        return _held(self.blobs.batch, batch_name_of(self.entry), what="batch")

    def tag_file(self, name: str, *, count: int) -> list[str]:
        """Return the tags of a tag file of `count` lines, in hex.

        Raises:
            Missing: the file is not held here.
            FormatError: it has another length.
            ProofError: it has another hash.
        """
        data = _held(self.blobs.tags, bytes.fromhex(name), what="tag file")
        if len(data) != count * TAG_BYTES:
            raise FormatError(f"tag file {name}: expected {count} tags of {TAG_BYTES} bytes, got {len(data)} bytes")
        if body_hash(data).hex() != name:
            raise ProofError(f"tag file {name}: its hash is {body_hash(data).hex()}")
        return [data[at : at + TAG_BYTES].hex() for at in range(0, len(data), TAG_BYTES)]


def check_batch(batch: Batch, lines: Lines) -> None:
    """Check that a batch is what its entry says of it. ProofError: its root, count or total is another."""
    if (batch.root.hex(), batch.count, batch.total) != (lines.root, lines.count, lines.total):
        raise ProofError(f"batch {lines.root}: expected {lines.count} lines, total {lines.total}, got "
                         f"{batch.count} lines, total {batch.total}, root {batch.root.hex()}")


def _held(get: Callable[[bytes], bytes | None], name: bytes, *, what: str) -> bytes:
    data = get(name)
    if data is None:
        raise Missing(f"{what} {name.hex()} is not held here yet; fetch it from a party that has it")
    return data
