"""The five maps of a trial balance, brought up to date from the rows that changed (docs/formats/trial-balance.md).

| map | row name | row |
| --- | --- | --- |
| accounts | account; of a sealed entry's transit `transit/<index>/<body nonce>` | its counters, holder and unit |
| exits | account and start | end and leaf index, as one hash |
| figures | figure | value |
| published | account | at, in, next_out, out; without salt |
| register | the member's 32-byte commitment | claims, and removed; only members with one of them |
| register | `notices/<leaf index>` | the duties to publish that an entry started |
"""

from collections.abc import Callable, Iterable
from typing import Any, Protocol

from verifier.log.trie import EXITS, Trie, exit_key
from verifier.primitives.hashes import exit_hash, row_hash, trie_key
from verifier.primitives.parse import encode_json
from verifier.rules.duties import shown_duties
from verifier.rules.rows import Rows, number

CHANGED_MAX = 100_000  # keys of rows that are held until the next balance
MAPS = ("accounts", "exits", "figures", "published", "register")

# Which family of state rows stands in which map.
_MAP_OF = {
    "account": "accounts",
    "exit": EXITS,
    "figure": "figures",
    "member": "register",
    "notices": "register",
    "published": "published",
}
_NOTICE = ("by", "due", "first", "id", "last", "met", "number")


class Map(Protocol):
    """What a trial balance needs of a trie."""

    def put(self, key: bytes, value: bytes) -> None:
        """Set the value under `key`, new or not."""

    def remove(self, key: bytes) -> None:
        """Take `key` out; nothing happens if it is not in."""

    def root(self) -> bytes:
        """The root of the map as it stands."""


MakeMap = Callable[[str], Map]


def memory_map(name: str) -> Map:
    """An empty map in memory, whatever its name."""
    return Trie()


class TrialBalance:
    """The five tries as of the last balance, and what changed since; `make_map` makes one of them, empty."""

    def __init__(self, rows: Rows, make_map: MakeMap = memory_map) -> None:
        self._rows = rows
        self._tries = {name: make_map(name) for name in MAPS}
        self._changed: set[str] = set()
        # Under which key a sealed transit stands in the trie: its nonce is gone with its row.
        self._sealed: dict[str, bytes] = {}

    def rebuild(self) -> None:
        """Bring empty maps up to rows that were there before: what the next balance shows follows from them alone."""
        for family in _MAP_OF:
            for name, row in self._rows.scan(family):
                if _is_shown(family, row):
                    self._update(f"{family} {name}")

    def note(self, keys: Iterable[str]) -> None:
        """Note rows that an entry changed, or changed and got back: they are looked at in the next update."""
        for key in keys:
            family = key.partition(" ")[0]
            if family in _MAP_OF and _is_shown(family, self._rows.get(key)):
                self._changed.add(key)

    def catch_up(self) -> None:
        """All rows stand as they are: where many have changed, put them into the maps and hold their keys no longer."""
        if len(self._changed) > CHANGED_MAX:
            for key in self._changed:
                self._update(key)
            self._changed.clear()

    def update(self, keys: Iterable[str]) -> dict[str, bytes]:
        """Bring the maps up to date, the rows `keys` of the entry at work included; give the five roots.

        What changed stays noted until `settle`, so that an entry that is undone after all leaves no trace.
        """
        self.note(keys)
        for key in self._changed:
            self._update(key)
        return {name: trie.root() for name, trie in self._tries.items()}

    def settle(self) -> None:
        """The balance stands: what was noted is in the maps."""
        self._changed.clear()

    def _update(self, key: str) -> None:
        family, _, name = key.partition(" ")
        row = self._rows.get(key)
        trie = self._tries[_MAP_OF[family]]
        place = self._place(family, name, row)
        value = None if row is None else self._value(family, row)
        if value is None:
            trie.remove(place)
        else:
            trie.put(place, value)

    def _place(self, family: str, name: str, row: Any) -> bytes:
        """The key of a row in its trie."""
        if family == "exit":
            account, _, start = name.partition(" ")
            return exit_key(account=account, start=int(start))
        if family == "member":
            return trie_key(map_name="register", row_name=bytes.fromhex(name))
        if family == "notices":
            return trie_key(map_name="register", row_name=f"notices/{int(name)}".encode("ascii"))
        if family == "account" and row is not None and "sealed" in row:
            place = trie_key(map_name="accounts", row_name=f"{name}/{row['sealed']}".encode("ascii"))
            self._sealed[name] = place
            return place
        if family == "account" and name in self._sealed:
            return self._sealed.pop(name)
        return trie_key(map_name=_MAP_OF[family], row_name=name.encode("ascii"))

    def _value(self, family: str, row: Any) -> bytes | None:
        """The hash that stands for a row, or None where it is not shown."""
        if family == "exit":
            return exit_hash(end=row[0], index=row[1])
        if family == "published":
            return row_hash(salt=None, row=encode_json(row, what="published row"))
        by_family = {"account": _account, "figure": _figure, "member": self._member, "notices": _notices}
        shown = by_family[family](row)
        if shown is None:
            return None
        return row_hash(salt=bytes.fromhex(row["salt"]), row=encode_json(shown, what=f"{family} row"))

    def _member(self, row: Any) -> dict[str, Any] | None:
        claims = [self._claim(index) for index in row["claims"]]
        if not claims and row["removed"] is None:
            return None
        return {"claims": claims, **({} if row["removed"] is None else {"removed": row["removed"]})}

    def _claim(self, index: int) -> dict[str, Any]:
        claim = self._rows.get(f"claim {number(index)}")
        return {
            "claim": index,
            "duties": shown_duties(self._rows, index),
            **{member: claim[member] for member in ("decision", "objection", "paid", "state")},
        }


def _is_shown(family: str, row: Any) -> bool:
    """Whether a row is, or may have been, in a map. A member is from the first claim or the removal on, for good."""
    return family != "member" or row is None or bool(row["claims"]) or row["removed"] is not None


def _account(row: Any) -> dict[str, Any] | None:
    shown = {member: row[member] for member in ("class", "holder", "in", "next_out", "out", "unit")}
    if row["class"] == "transit":
        shown["left"] = row["in"] - row["out"]
        shown |= {member: row[member] for member in ("purpose", "source", "to")}
    return shown


def _figure(row: Any) -> dict[str, Any] | None:
    return {"value": row["value"]}


def _notices(row: Any) -> dict[str, Any] | None:
    return {"duties": [{member: duty[member] for member in _NOTICE} for duty in row["duties"]]}
