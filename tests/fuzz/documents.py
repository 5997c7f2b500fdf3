"""Targets over documents of one line of JSON, or with one in them: entries, bodies, stamps, leaves, rows, evidence."""

import json
from functools import cache
from typing import Any

from tests.fuzz import worlds
from tests.fuzz.edits import canonical
from tests.fuzz.seeds import inputs, raw, seeds
from verifier.entries.entry import parse_body, parse_entry, split_leaf
from verifier.entries.stamp import format_stamp, parse_stamp
from verifier.errors import FormatError
from verifier.log.checkpoint import Checkpoint
from verifier.monitor.evidence import format_evidence, parse_evidence, verify_evidence
from verifier.monitor.publications import Publications, read_on
from verifier.primitives.hashes import leaf_hash
from verifier.primitives.parse import encode_json, parse_json
from verifier.receipts.receipt import parse_receipt
from verifier.receipts.register import check_register_row, row_name
from verifier.rules.moves import parse_moves

ORIGINS = ("ledger.example/dlz", "ledger.example/test")  # of the vectors of entries, and of logs


def check_entry(data: bytes) -> Any:
    """An entry; its members come out as they stand there."""
    origin = ORIGINS[data.startswith(ORIGINS[1].encode())]
    entry = parse_entry(data, origin=origin, what="input")
    line = encode_json(entry.value, what="input")
    assert entry.note.text == f"{origin} entry/v1\n".encode() + line + b"\n"
    return entry


def check_body(data: bytes) -> Any:
    """The body of a sealed entry."""
    value = parse_body(data, what="input")
    assert encode_json(value, what="input") == data
    return value


def check_stamp(data: bytes) -> Any:
    """A stamp, and the moves in it where they are of the form."""
    value = parse_stamp(data, what="input")
    assert format_stamp(value, what="input") == data
    return value, "moves" in value and parse_moves(value["moves"], what="input")


def check_leaf(data: bytes) -> Any:
    """A leaf: a stamp and an entry."""
    stamp, entry = split_leaf(data, what="input")
    assert stamp + b"\n" + entry == data
    answer = check_stamp(stamp), check_entry(entry)
    # As a monitor reads it, in a log of this leaf alone.
    origin, hash_, found = entry.partition(b" ")[0].decode(), leaf_hash(data), Publications()
    read_on(found, head=Checkpoint(origin, 1, hash_, (), b""), source=_OneLeaf(data, hash_))
    assert found.size == 1
    return answer


def check_row(data: bytes) -> Any:
    """A row of the register behind its name: a member's, or that of an entry's notices."""
    name, _, line = data.partition(b"\n")
    value = parse_json(line, what="input")
    if not isinstance(value, dict):
        raise FormatError("input: expected an object")
    text = name.decode("utf-8", errors="replace")
    check_register_row(text, value, what="input")
    return row_name(text, what="input"), value


def check_receipt_file(data: bytes) -> Any:
    """A receipt as a file, nothing in it proven."""
    return parse_receipt(data)


def check_evidence(data: bytes) -> Any:
    """Evidence of a split view; it is written as it was read."""
    policy, _ = worlds.evidence()
    evidence = parse_evidence(data, policy=policy)
    assert format_evidence(evidence) == data
    return verify_evidence(evidence)


class _OneLeaf:
    """A source that holds a log of one leaf."""

    def __init__(self, leaf: bytes, hash_: bytes) -> None:
        self._files = {
            "tile/entries/000.p/1": len(leaf).to_bytes(2, "big") + leaf,
            "tile/0/000.p/1": hash_,
        }

    def read(self, path: str) -> bytes | None:
        """The file at `path`."""
        return self._files.get(path)


def entry_seeds() -> tuple[bytes, ...]:
    """Entries of every kind."""
    return seeds("note", "entry.parse", "entry.verify")


def leaf_seeds() -> tuple[bytes, ...]:
    """The leaves of the logs, each once."""
    logs = [leaf.encode() for given in inputs("log.replay", good=True) for leaf in given["leaves"]]
    return tuple(dict.fromkeys(leaf for leaf in logs if len(leaf) <= 4096)) + seeds("leaf", "leaf.split")


def stamp_seeds() -> tuple[bytes, ...]:
    """Stamps, with moves, splits, roots, effects and flags."""
    return (*seeds("stamp", "stamp.parse"), *dict.fromkeys(leaf.partition(b"\n")[0] for leaf in leaf_seeds()))


@cache
def row_seeds() -> tuple[bytes, ...]:
    """The rows that the sample receipts show."""
    found = []
    for data in worlds.sample().receipts.values():
        rows = [row for row in json.loads(data)["rows"] if row["map"] == "register" and row["row"] is not None]
        found += [row["name"].encode() + b"\n" + canonical(row["row"]) for row in rows]
    return tuple(dict.fromkeys(found))


def body_seeds() -> tuple[bytes, ...]:
    """Bodies of every kind."""
    return tuple(raw(given, "body") for given in inputs("body.parse") if len(raw(given, "body")) <= 4096)


def evidence_seeds() -> tuple[bytes, ...]:
    """Two roots at one size, and two sizes with a proof."""
    return worlds.evidence()[1]
