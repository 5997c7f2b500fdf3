"""Who the parties are and what they agreed on, as leaf 0 says."""

from collections.abc import Mapping
from dataclasses import dataclass

from ledger.entry import parse_entry
from ledger.errors import Rejected
from ledger.keys import VerifierKey, parse_vkey
from ledger.kinds import Charter as CharterEntry
from ledger.leaf import entry_of
from node.machines.tail import leaf_key
from node.ports import Store


@dataclass(frozen=True, slots=True)
class Charter:
    """The parties' keys for entries and for cosignatures, by party name; the operator and its log key; the quorum."""

    text: bytes
    operator: str
    log: VerifierKey
    quorum: int
    cosigners: Mapping[str, VerifierKey]
    keys: Mapping[str, VerifierKey]


def parse_charter(note: bytes, *, origin: str) -> Charter:
    """The charter in the entry `note`, whose signatures are not verified here.

    Raises:
        FormatError: not a charter entry.
        Rejected: another log's, or of an unknown kind.
    """
    signed = parse_entry(note, origin=origin)
    entry = signed.entry
    if not isinstance(entry, CharterEntry):
        raise Rejected("charter_first", f"leaf 0 is a charter, this entry is a {signed.value['kind']}")
    return Charter(
        text=signed.text_hash,
        operator=entry.epoch.operator,
        log=parse_vkey(entry.epoch.log),
        quorum=entry.quorum,
        cosigners={party.name: parse_vkey(party.cosigner) for party in entry.parties},
        keys={party.name: parse_vkey(party.key) for party in entry.parties},
    )


class CharterReader:
    """Reads the charter when there is one, and remembers it: it does not change within an epoch."""

    def __init__(self, store: Store, *, origin: str) -> None:
        self._store = store
        self._origin = origin
        self._charter: Charter | None = None

    def current(self) -> Charter | None:
        """The charter in force; None before leaf 0."""
        if self._charter is None:
            with self._store.snapshot() as snapshot:
                leaf = snapshot.get(leaf_key(0))
            if leaf is not None:
                self._charter = parse_charter(entry_of(leaf), origin=self._origin)
        return self._charter
