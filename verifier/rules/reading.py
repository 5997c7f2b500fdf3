"""What can be read and checked of a leaf before its turn: everything that does not depend on the leaves before it.

A leaf that was read is one whose stamp, entry and signatures have nothing wrong with them. Of any other nothing is said
here: it is judged in its turn, where the first thing that is wrong has its place and its name.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from verifier.entries.entry import Entry, parse_body, parse_entry, split_leaf, verify_entry
from verifier.entries.stamp import parse_stamp
from verifier.errors import VerifyError
from verifier.log.keys import VerifierKey
from verifier.primitives.hashes import body_hash
from verifier.rules.act import Blobs


@dataclass(frozen=True, slots=True)
class ReadLeaf:
    """Time of the stamp, entry, the keys for which its signature lines were verified in order, and the body if any."""

    time_unix_ms: int
    entry: Entry
    keys: tuple[VerifierKey, ...]
    body: dict[str, Any] | None


def read_leaf(leaf: bytes, *, origin: str, keys: Mapping[str, VerifierKey], blobs: Blobs) -> ReadLeaf | None:
    """Read a leaf ahead of its turn; None where anything is amiss. `keys` are those of the charter, by signer."""
    try:
        line, note = split_leaf(leaf, what="leaf")
        stamp = parse_stamp(line, what="stamp")
        entry = parse_entry(note, origin=origin, what="leaf")
        signing = tuple(keys[signer] for signer in entry.value["signers"])
        verify_entry(entry, keys=signing, what="leaf")
        return ReadLeaf(stamp["time_unix_ms"], entry, signing, _read_body(entry, blobs))
    except (VerifyError, KeyError):
        return None


def _read_body(entry: Entry, blobs: Blobs) -> dict[str, Any] | None:
    """The body of a sealed entry, where it is to be had."""
    if entry.kind != "sealed":
        return None
    name = bytes.fromhex(entry.value["body"])
    data = blobs.body(name)
    if data is None or body_hash(data) != name:
        return None
    return parse_body(data, what="body")
