"""How `ledger` runs the vectors of entries, bodies, stamps, leaves and whole logs.

Each operation takes the `in` of a case and returns its `out`; a bad case raises a `LedgerError`. What they take and
give is in the OPS.md of each area.
"""

from collections.abc import Callable
from typing import Any

from ledger.bodies import parse_body
from ledger.commitment import body_hash
from ledger.entry import parse_entry, verify_signatures
from ledger.keys import parse_vkey
from ledger.leaf import entry_of, stamp_of
from ledger.merkle import leaf_hash, root_hash
from ledger.sequence import replay, state_root
from ledger.stamp import parse_stamp
from ledger.state import MemoryReader, State

Case = dict[str, Any]


def unhex(case: Case, name: str) -> bytes:
    """Bytes of a member, which is written as text or as hex."""
    return bytes.fromhex(case[f"{name}_hex"]) if f"{name}_hex" in case else str(case[name]).encode()


class VectorBlobs:
    """The files that come with a log, by name."""

    def __init__(self, files: dict[str, str]) -> None:
        self._files = {bytes.fromhex(name): bytes.fromhex(data) for name, data in files.items()}

    def batch(self, root: bytes) -> bytes | None:
        """The batch file of this root."""
        return self._files.get(root)

    def tags(self, name: bytes) -> bytes | None:
        """The tag file of this hash."""
        return self._files.get(name)

    def body(self, name: bytes) -> bytes | None:
        """The sealed body of this hash."""
        return self._files.get(name)


def entry_parse(case: Case) -> Case:
    signed = parse_entry(unhex(case, "note"), origin=case["origin"])
    return {"kind": signed.entry.kind, "text_hash_hex": signed.text_hash.hex(), "signers": signed.entry.signers}


def entry_verify(case: Case) -> Case:
    signed = parse_entry(unhex(case, "note"), origin=case["origin"])
    verify_signatures(signed, [parse_vkey(text) for text in case["vkeys"]])
    return {}


def body_parse(case: Case) -> Case:
    data = unhex(case, "body")
    return {"kind": parse_body(data).kind, "hash_hex": body_hash(data).hex()}


def stamp_parse(case: Case) -> Case:
    return {"time_unix_ms": parse_stamp(unhex(case, "stamp")).time_unix_ms}


def leaf_split(case: Case) -> Case:
    leaf = unhex(case, "leaf")
    return {"time_unix_ms": stamp_of(leaf).time_unix_ms, "entry": entry_of(leaf).decode()}


def log_replay(case: Case) -> Case:
    state, blobs = State(MemoryReader()), VectorBlobs(case["blobs"])
    leaves = [leaf.encode() for leaf in case["leaves"]]
    for leaf in leaves:
        replay(state, leaf, origin=case["origin"], blobs=blobs)
    return {"size": state.size, "root_hex": root_hash([leaf_hash(leaf) for leaf in leaves]).hex(),
            "state_root_hex": state_root(state).hex()}


OPS: dict[str, Callable[[Case], Case]] = {
    "entry.parse": entry_parse,
    "entry.verify": entry_verify,
    "body.parse": body_parse,
    "stamp.parse": stamp_parse,
    "leaf.split": leaf_split,
    "log.replay": log_replay,
}
