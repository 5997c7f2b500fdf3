"""Rows of a replayed log's newest trial balance, each proven against the root in its stamp."""

from ledger import trie
from ledger.balance import loader, stored_row
from ledger.entry import parse_entry
from ledger.errors import ProofError
from ledger.kinds import Entry, PublishedFigure
from ledger.leaf import entry_of, stamp_of
from ledger.state import Row
from node.demo.auditor import Audited

MAPS = ("accounts", "figures", "published")


class TrialBalance:
    """The newest trial balance of one replayed log."""

    def __init__(self, audited: Audited) -> None:
        """Raises ProofError: there is no trial balance."""
        self._audited = audited
        newest = audited.state.meta["balance"]
        if newest is None:
            raise ProofError("log: there is no trial balance to read from")
        self.index: int = newest
        stamp = stamp_of(audited.leaves[newest])
        self._roots = {name: bytes.fromhex(str(getattr(stamp, name))) for name in MAPS}

    def row(self, map_name: str, name: str) -> Row:
        """A row, proven against its root.

        Raises:
            ProofError: there is no such row, or it is not the one that was hashed.
        """
        root, key, load = self._roots[map_name], trie.trie_key(map_name, name.encode()), loader(self._audited.state)
        proof = trie.prove(root, key, load)
        value = trie.verify_trie(root=root, key=key, proof=proof)
        if value is None:
            raise ProofError(f"trial balance {self.index}: {map_name} has no row {name}")
        row, salt = stored_row(self._audited.state, key, value)
        if trie.row_hash(salt, row) != value:
            raise ProofError(f"trial balance {self.index}: the row {name} is not the one that was hashed")
        return row

    def figure(self, name: str) -> int:
        """The value of a figure."""
        value: int = self.row("figures", name)["value"]
        return value

    def account(self, name: str) -> tuple[int, int]:
        """What came into an account, and what went out of it."""
        row = self.row("accounts", name)
        return row["in"], row["out"]


def entries_of(audited: Audited) -> list[Entry]:
    """The entries of all leaves, in order."""
    return [parse_entry(entry_of(leaf), origin=audited.origin).entry for leaf in audited.leaves]


def said_figures(entries: list[Entry], programme: str) -> dict[str, PublishedFigure]:
    """The figures that were said of a programme, each as it was said last, by name behind the programme."""
    return {
        entry.metric.removeprefix(f"{programme}/"): entry for entry in entries
        if isinstance(entry, PublishedFigure) and entry.programme == programme
    }
