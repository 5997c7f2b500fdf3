"""The newest final head that this node holds: a checkpoint note under which stand cosignatures of the quorum.

    local    final        the note: the log's signature, then one line a party that cosigned it
"""

from collections.abc import Mapping
from dataclasses import dataclass

from ledger.checkpoint import open_checkpoint, parse_checkpoint
from ledger.cosignature import verify_cosignature
from ledger.errors import SignatureError
from ledger.note import Note, Signature, format_note, parse_note
from ledger.state import row_key
from node.machines.charter import Charter
from node.ports import Snapshot

FINAL = row_key("final")


@dataclass(frozen=True, slots=True)
class Final:
    """A final head and its note."""

    note: bytes
    size: int
    root: bytes


def read_final(snapshot: Snapshot) -> Final | None:
    """The newest final head here; None before the first."""
    note = snapshot.local.get(FINAL)
    if note is None:
        return None
    head = parse_checkpoint(parse_note(note).text)
    return Final(note, head.size, head.root)


def format_final(note: bytes, *, lines: Mapping[str, Signature]) -> bytes:
    """The log-signed checkpoint `note` with the cosignatures `lines`, by party, in the order of the parties' names."""
    signed = parse_note(note)
    ordered = [lines[party] for party in sorted(lines)]
    return format_note(Note(signed.text, (*signed.signatures, *ordered)))


def verify_final(note: bytes, *, charter: Charter, origin: str) -> Final:
    """Verify that the log signed `note` and parties of the quorum cosigned it.

    Raises:
        FormatError: not a checkpoint note.
        SignatureError: a bad signature of a known key, or no quorum.
    """
    head = open_checkpoint(note, keys=[charter.log], origin=origin)
    parties = cosigners(note, charter=charter)
    if len(parties) < charter.quorum:
        raise SignatureError(
            f"checkpoint: {len(parties)} parties cosigned ({', '.join(parties) or 'none'}), expected {charter.quorum}"
        )
    return Final(note, head.size, head.root)


def cosigners(note: bytes, *, charter: Charter) -> dict[str, Signature]:
    """The parties that cosigned `note` and their lines, each verified.

    Raises:
        FormatError: not a checkpoint note, or a cosignature of the wrong length.
        SignatureError: a cosignature of a party does not verify.
    """
    signed = parse_note(note)
    lines: dict[str, Signature] = {}
    for party, key in charter.cosigners.items():
        for line in signed.signatures:
            if (line.name, line.key_id) == (key.name, key.key_id) and party not in lines:
                verify_cosignature(signed.text, line, key=key)
                lines[party] = line
    return lines
