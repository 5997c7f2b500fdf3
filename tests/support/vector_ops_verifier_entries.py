"""What the operations on entries, bodies, stamps, leaves and whole logs are in the verifier.

An operation takes a case's `in` and gives what its `out` must be; it raises the verifier's error otherwise.
"""

from collections.abc import Callable
from typing import Any

from verifier.entries.entry import parse_body, parse_entry, split_leaf, verify_entry
from verifier.entries.stamp import Mismatch, parse_stamp
from verifier.errors import ProofError
from verifier.log.keys import parse_vkey
from verifier.log.tree import root_hash
from verifier.primitives.hashes import body_hash, leaf_hash
from verifier.rules.replay import Replay

Case = dict[str, Any]


def raw(case: Case, name: str) -> bytes:
    """The bytes of a member, which is written as text or as hex."""
    return bytes.fromhex(case[f"{name}_hex"]) if f"{name}_hex" in case else str(case[name]).encode()


class CaseBlobs:
    """The files that come with a log. A name tells no batch from a body: it is a hash of either."""

    def __init__(self, files: dict[str, str]) -> None:
        self._files = files

    def _get(self, name: bytes) -> bytes | None:
        found = self._files.get(name.hex())
        return None if found is None else bytes.fromhex(found)

    def batch(self, root: bytes) -> bytes | None:
        """The batch file whose sum tree has this root."""
        return self._get(root)

    def tags(self, hash: bytes) -> bytes | None:
        """The tag file with this name."""
        return self._get(hash)

    def body(self, hash: bytes) -> bytes | None:
        """The body of a sealed entry with this name."""
        return self._get(hash)


def _entry_parse(case: Case) -> Case:
    entry = parse_entry(raw(case, "note"), origin=case["origin"], what="entry")
    return {"kind": entry.kind, "text_hash_hex": entry.text_hash.hex(), "signers": entry.value["signers"]}


def _entry_verify(case: Case) -> Case:
    entry = parse_entry(raw(case, "note"), origin=case["origin"], what="entry")
    verify_entry(entry, keys=[parse_vkey(vkey.encode(), what="vkey") for vkey in case["vkeys"]], what="entry")
    return {}


def _body_parse(case: Case) -> Case:
    data = raw(case, "body")
    return {"kind": parse_body(data, what="body")["kind"], "hash_hex": body_hash(data).hex()}


def _stamp_parse(case: Case) -> Case:
    return {"time_unix_ms": parse_stamp(raw(case, "stamp"), what="stamp")["time_unix_ms"]}


def _leaf_split(case: Case) -> Case:
    stamp, entry = split_leaf(raw(case, "leaf"), what="leaf")
    return {"time_unix_ms": parse_stamp(stamp, what="stamp")["time_unix_ms"], "entry": entry.decode()}


def _log_replay(case: Case) -> Case:
    replay, blobs = Replay(case["origin"]), CaseBlobs(case["blobs"])
    leaves = [leaf.encode() for leaf in case["leaves"]]
    try:
        for leaf in leaves:
            replay.apply(leaf, blobs)
    except Mismatch as error:
        raise ProofError(str(error)) from error  # a kind of proof error that also names the member
    return {
        "size": replay.size,
        "root_hex": root_hash(leaf_hash(leaf) for leaf in leaves).hex(),
        "state_root_hex": replay.state_root().hex(),
    }


OPS: dict[str, Callable[[Case], Case]] = {
    "entry.parse": _entry_parse,
    "entry.verify": _entry_verify,
    "body.parse": _body_parse,
    "stamp.parse": _stamp_parse,
    "leaf.split": _leaf_split,
    "log.replay": _log_replay,
}
