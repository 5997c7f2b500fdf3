"""The trial balance: five maps as Merkle tries, brought up to date when a `balance` is applied.

    accounts   account -> counters          figures     figure -> value
    exits      (account, start) -> end      published   paying account -> its last published row
    register   member -> claims with their duties, removal; notices/<leaf> -> what must be published

A trie keeps each row as of the last balance, beside its nodes; the live rows are apart. What an update replaces stays
for two more balances, so that proofs under the newest final one can be made. A replaced node may come back meanwhile,
when a transit account that parted a subtree is gone again: it is then needed once more, and forgotten by nobody.

Source: docs/formats/trial-balance.md, trie.md.
"""

from typing import Any

import msgspec

from ledger import exits, trie
from ledger.books import balance
from ledger.merkle import EMPTY_ROOT
from ledger.stamp import ROOTS
from ledger.state import Row, State
from ledger.strict import parse_json

NOTICES = "notices/"  # begins the names of register rows that are no member's

_KEPT_GENERATIONS = 2
_encode = msgspec.json.Encoder(order="deterministic").encode
_DUTY_SHOWN = ("by", "calendar", "days", "due", "met", "provisional", "starts", "unit")
_NOTICE_SHOWN = ("by", "due", "first", "id", "last", "met", "number")


def update(state: State, *, index: int) -> dict[str, str]:
    """Bring the five tries up to date and return their roots in hex, by map name."""
    roots = state.get("roots") or {name: EMPTY_ROOT.hex() for name in ROOTS}
    added: set[bytes] = set()
    dropped: list[str] = []
    for map_name in ROOTS:
        changes: dict[bytes, bytes | None] = {}
        for (_dirty, _map, *name), row_name in list(state.scan("dirty", map_name)):
            key, value, stored = _trie_row(state, map_name, name, row_name)
            changes[key] = value
            if value is not None:
                state.put_bytes(_row_key(map_name, key, value), stored)
            state.delete("dirty", map_name, *name)
        if changes:
            done = trie.update(bytes.fromhex(roots[map_name]), changes, loader(state))
            for node, data in done.added.items():
                state.put_bytes(_node_key(node), data)
            added |= done.added.keys()
            dropped += [node.hex() for node in done.dropped]
            roots[map_name] = done.root.hex()
    state.put("roots", row=roots)
    _forget(state, kept=added)
    state.put("trie_dropped", index, row=sorted(dropped))
    return dict(roots)


def loader(state: State) -> trie.Load:
    """Return the reader of trie nodes over a state."""
    return lambda node: state.get_bytes(_node_key(node))


def stored_row(state: State, key: bytes, row_hash: bytes) -> tuple[Row, bytes | None]:
    """Return the row of a trie's leaf as of its balance, and its salt (None in the map `published`)."""
    data = state.get_bytes(b"trie_row " + trie.leaf_node(key, row_hash))
    assert data is not None  # a leaf of the trie keeps its row beside it
    value: Any = parse_json(data, what="trie row")
    return value["row"], None if value["salt"] is None else bytes.fromhex(value["salt"])


def account_row(name: str, row: Row) -> Row:
    """An account as the trial balance shows it."""
    shown = {part: row[part] for part in ("class", "holder", "in", "next_out", "out", "unit")}
    if row["class"] == "transit":
        shown |= {"left": balance(row), **{part: row[part] for part in ("purpose", "source", "to")}}
    return shown


def account_row_name(name: str, row: Row) -> str:
    """An account's name in the trial balance: a sealed transit's cannot be guessed."""
    return f"{name}/{row['sealed']}" if "sealed" in row else name


def _trie_row(state: State, map_name: str, name: list[str], row_name: str) -> tuple[bytes, bytes | None, bytes]:
    """Key, value (None: gone) and what is stored beside the trie, of one changed row."""
    if map_name == "exits":
        account, start = name
        end, index = state.get("exit", account, start)
        return exits.exits_key(account, int(start)), exits.exit_value(end, index), exits.exit_opening(end, index)
    row, salt = _live_row(state, map_name, name[0])
    of_member = map_name == "register" and not name[0].startswith(NOTICES)
    raw_name = bytes.fromhex(name[0]) if of_member else (row_name or name[0]).encode()
    key = trie.trie_key(map_name, raw_name)
    if row is None:
        return key, None, b""
    value = trie.row_hash(salt, row)  # which judges the row, so that it need not be judged again
    return key, value, _encode({"row": row, "salt": None if salt is None else salt.hex()})


def _live_row(state: State, map_name: str, name: str) -> tuple[Row | None, bytes | None]:
    if map_name == "published":
        return state.get("published", name), None
    if map_name == "register":
        return _notices_row(state, name) if name.startswith(NOTICES) else _register_row(state, name)
    row = state.get("account" if map_name == "accounts" else "figure", name)
    if row is None:
        return None, None
    salt = bytes.fromhex(row["salt"])
    return (account_row(name, row) if map_name == "accounts" else {"value": row["value"]}), salt


def _register_row(state: State, commitment: str) -> tuple[Row | None, bytes]:
    member = state.get("member", commitment)
    salt = bytes.fromhex(member["salt"])
    if not member["claims"] and member["removed"] is None:
        return None, salt
    row: dict[str, object] = {"claims": [_claim_shown(state, index) for index in member["claims"]]}
    if member["removed"] is not None:
        row["removed"] = member["removed"]
    return row, salt


def _claim_shown(state: State, index: int) -> Row:
    """A claim as the register shows it: how it stands, what was paid, and who must do what by when."""
    claim = state.get("claim", index)
    duties = [{"id": duty_id, **{part: duty[part] for part in _DUTY_SHOWN}}
              for (_table, _claim, duty_id), duty in state.scan("duty", index)]
    return {"claim": index, "decision": claim["decision"], "duties": duties, "objection": claim["objection"],
            "paid": claim["paid"], "state": claim["state"]}


def _notices_row(state: State, name: str) -> tuple[Row, bytes]:
    """What must be published because of an entry: all but whether a balance counted it."""
    row = state.get("notices", int(name.removeprefix(NOTICES)))
    duties = [{part: duty[part] for part in _NOTICE_SHOWN} for duty in row["duties"]]
    return {"duties": duties}, bytes.fromhex(row["salt"])


def _forget(state: State, *, kept: set[bytes]) -> None:
    """Delete what older balances replaced, but for what this one added again."""
    generations = [(int(key[1]), row) for key, row in state.scan("trie_dropped")]
    old = len(generations) - _KEPT_GENERATIONS
    added = {node.hex() for node in kept}
    for place, (generation, row) in enumerate(generations):
        nodes = [node for node in row if node not in added]
        if place >= old:
            if len(nodes) < len(row):
                state.put("trie_dropped", generation, row=nodes)
            continue
        for text in nodes:
            state.put_bytes(_node_key(bytes.fromhex(text)), None)
            state.put_bytes(b"trie_row " + bytes.fromhex(text), None)
        state.delete("trie_dropped", generation)


def _row_key(map_name: str, key: bytes, value: bytes) -> bytes:
    """Where a row is kept: beside its leaf; an exit's opening under its value, as proofs look it up, for exits stay."""
    return _node_key(value) if map_name == "exits" else b"trie_row " + trie.leaf_node(key, value)


def _node_key(node: bytes) -> bytes:
    return b"trie " + node
