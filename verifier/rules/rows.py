"""The state after a leaf, as rows (docs/formats/state.md): a dict whose last entry can be undone.

A key is text, parts joined by one blank, such as `account fund/dlz/claims` or `claim 0000000000000007`; a value is
what canonical JSON can hold, and is never changed in place. The root is the RFC 6962 tree over all rows in order of
key, each leaf being u16 length of key || key || value.
"""

from bisect import bisect_left, insort
from collections.abc import Iterator
from types import MappingProxyType
from typing import Any

from verifier.log.tree import root_hash
from verifier.primitives.hashes import leaf_hash
from verifier.primitives.parse import encode_json

NUMBER_DIGITS = 16

# The families that are walked in order, group by group, and how many words name a group: of `move fund/dlz` the
# members are its ends, of `due` all that is due, by day.
_GROUP_WORDS = MappingProxyType(
    {
        "agreed": 2,
        "calendar": 2,
        "due": 1,
        "gap": 2,
        "move": 2,
        "noticed": 1,
        "party": 1,
        "payee": 2,
        "paying": 1,
        "pending": 2,
        "place": 2,
        "settled": 2,
    }
)

def number(value: int) -> str:
    """A number as it stands in a key."""
    return str(value).zfill(NUMBER_DIGITS)


class Rows:
    """All rows, and what the entry at work has changed of them."""

    def __init__(self) -> None:
        self._rows: dict[str, Any] = {}
        self._before: dict[str, Any] = {}
        self._groups: dict[str, list[str]] = {}

    def get(self, key: str) -> Any:
        """The value under `key`, or None; callers copy what they want to change."""
        return self._rows.get(key)

    def put(self, key: str, value: Any) -> None:
        """Set the value under `key`, new or not."""
        self._note_before(key)
        self._set(key, value)

    def change(self, key: str, members: dict[str, Any]) -> None:
        """Set some members of the object under `key`."""
        self.put(key, {**self.get(key), **members})

    def remove(self, key: str) -> None:
        """Take the row under `key` out; it must be there."""
        assert self.get(key) is not None, f"there is no row {key}"
        self._note_before(key)
        self._set(key, None)

    def group(self, name: str, *, start: str = "") -> Iterator[tuple[str, Any]]:
        """The rows of one group of an ordered family, by what follows its name in their keys, from `start` on."""
        members = self._groups.get(name, [])
        for at in range(bisect_left(members, start), len(members)):
            yield members[at], self._rows[f"{name} {members[at]}"]

    def scan(self, family: str) -> Iterator[tuple[str, Any]]:
        """The rows of any family in order of key, by what follows its name in their keys; none may change meanwhile."""
        prefix = f"{family} "
        for key in sorted(key for key in self._rows if key.startswith(prefix)):
            yield key.removeprefix(prefix), self._rows[key]

    def changed(self) -> list[str]:
        """The keys of the rows that the entry at work has changed."""
        return list(self._before)

    def keep(self) -> None:
        """End the entry at work."""
        self._before = {}

    def undo(self) -> None:
        """Forget the entry at work: every row is again as it was before it."""
        for key, value in self._before.items():
            self._set(key, value)
        self._before = {}

    def root(self) -> bytes:
        """The root over all rows, changes of the entry at work included."""
        return root_hash(row_leaf(key, encode_json(self._rows[key], what=key)) for key in sorted(self._rows))

    def _note_before(self, key: str) -> None:
        """Note what is under `key` before the entry at work changes it first."""
        if key not in self._before:
            self._before[key] = self.get(key)

    def _set(self, key: str, value: Any) -> None:
        """Set the row under `key`, or with None take it out."""
        known = key in self._rows
        if value is None:
            self._rows.pop(key, None)
        else:
            self._rows[key] = value
        group = group_of(key)
        if group is None or known == (value is not None):
            return
        name, member = group
        members = self._groups.setdefault(name, [])
        if known:
            del members[bisect_left(members, member)]
            if not members:
                del self._groups[name]
        else:
            insort(members, member)


def row_leaf(key: str, value: bytes) -> bytes:
    """The leaf hash of a row in the tree over all rows."""
    name = key.encode("ascii")
    return leaf_hash(len(name).to_bytes(2, "big") + name + value)


def group_of(key: str) -> tuple[str, str] | None:
    """Group and member that a key of an ordered family names; None for a key of another family."""
    words = _GROUP_WORDS.get(key.partition(" ")[0])
    if words is None:
        return None
    *named, member = key.split(" ", words)
    return " ".join(named), member
