"""Sequencing: validate + effects + stamp. Replay is the same, and then a comparison.

Pure: state, entry, time and files come in; a leaf goes out, and the changes stay in the state's overlay. An entry that
is refused leaves the state as it was.
"""

from dataclasses import dataclass
from hashlib import sha256
from typing import Literal

import msgspec
from msgspec import UNSET

from ledger.commitment import effect_hash
from ledger.effects import EFFECTS, Effects
from ledger.errors import ProofError, Rejected
from ledger.kinds import Balance, Charter, Close, Donation, Enrolment, Entry, Sealed, batch_name_of
from ledger.leaf import split_leaf
from ledger.merkle import Frontier
from ledger.rules.context import Blobs, Context
from ledger.stamp import STAMP_BYTES_MAX, Stamp, format_stamp, parse_stamp, time_of
from ledger.state import DERIVED_TABLES, State
from ledger.strict import format_json
from ledger.validate import CheckedEntry, validate

_ROOT_CHUNK = 4096  # state rows hashed at a time


@dataclass(frozen=True, slots=True)
class Need:
    """A file that an entry names."""

    kind: Literal["batch", "tags", "body"]
    name: bytes


def needs(entry: Entry) -> list[Need]:
    """Return the files that an entry names."""
    found: list[Need] = []
    if isinstance(entry, Donation | Enrolment):
        found.append(Need("batch", batch_name_of(entry)))
        if entry.tags is not UNSET:
            found.append(Need("tags", bytes.fromhex(entry.tags)))
    if isinstance(entry, Sealed):
        found.append(Need("body", bytes.fromhex(entry.body)))
    return found


def sequence(
    state: State, entry: bytes | CheckedEntry, *, origin: str, time_unix_ms: int, blobs: Blobs
) -> bytes:
    """Apply an entry, a note or one that was checked, to the state and return its leaf.

    Raises:
        FormatError, SignatureError, ProofError, Rejected, Missing: as `validate`, or by the arithmetic of the books.
            The state is then as it was.
    """
    try:
        line = _apply(state, entry, origin=origin, time_unix_ms=time_unix_ms, blobs=blobs)
    except BaseException:
        state.drop()
        raise
    state.keep()
    return line + b"\n" + (entry.note if isinstance(entry, CheckedEntry) else entry)


def replay(state: State, leaf: bytes, *, origin: str, blobs: Blobs) -> None:
    """Apply a leaf, and hold its stamp to what it must be.

    Raises:
        FormatError, SignatureError, ProofError, Rejected, Missing: as `sequence`; ProofError also where the stamp
            differs. The state is then as it was.
    """
    said, note = split_leaf(leaf)
    time_unix_ms, index = time_of(said), state.size
    if time_unix_ms < state.last_time_unix_ms:
        raise ProofError(f"leaf {index}: time {time_unix_ms} falls below {state.last_time_unix_ms}")
    try:
        line = _apply(state, note, origin=origin, time_unix_ms=time_unix_ms, blobs=blobs)
        # The computed line is well formed, so one that equals it is; only one that differs is parsed, to say where.
        if line != said:
            raise ProofError(f"leaf {index}: {_difference(parse_stamp(line), parse_stamp(said))}")
    except BaseException:
        state.drop()
        raise
    state.keep()


def state_root(state: State) -> bytes:
    """Compute the root over all state rows. Cost: one pass over the state. Source: docs/formats/state.md."""
    tree = Frontier()
    hashes: list[bytes] = []
    for key, value in state.scan_all():
        if key.partition(b" ")[0].decode() not in DERIVED_TABLES:
            hashes.append(sha256(b"\x00" + len(key).to_bytes(2, "big") + key + value).digest())
            if len(hashes) == _ROOT_CHUNK:
                tree.append_many(hashes)
                hashes = []
    tree.append_many(hashes)
    return tree.root()


def _apply(
    state: State, entry: bytes | CheckedEntry, *, origin: str, time_unix_ms: int, blobs: Blobs
) -> bytes:
    context = validate(state, entry, origin=origin, time_unix_ms=time_unix_ms, blobs=blobs)
    work = Effects(context)
    EFFECTS[context.kind](work)
    work.finish()
    return _stamp(context, work)


def _stamp(context: Context, work: Effects) -> bytes:
    """Note the entry in the state, and say in a stamp's line what it did."""
    state, entry, index = context.state, context.entry, context.index
    before = state.meta
    meta = {
        "balance": index if isinstance(entry, Balance) else before["balance"],
        "charter": index if isinstance(entry, Charter) else before["charter"],
        "rules": 1, "size": index + 1, "time_unix_ms": context.time_unix_ms,
    }
    state.put("meta", row=meta)
    state.put("text", context.signed.text_hash.hex(), row=index)
    ref = context.signed.value.get("ref")
    if ref is not None:
        for signer in entry.signers:
            state.put("ref", signer, entry.kind, str(ref), row=index)
    moves = work.books.moves
    sealed = isinstance(entry, Sealed)
    stamp = Stamp(
        balance=meta["balance"], charter=meta["charter"], index=index, rules=1, time_unix_ms=context.time_unix_ms,
        moves=moves if moves and not sealed else UNSET,
        effect=effect_hash(context.nonce, format_json(moves)).hex() if sealed else UNSET,
        flags=work.flags or UNSET,
        state=state_root(state).hex() if isinstance(entry, Close) else UNSET,
        **work.roots,
    )
    line = format_stamp(stamp)
    if len(line) > STAMP_BYTES_MAX:
        raise Rejected("too_many_segments", f"the moves make a stamp of more than {STAMP_BYTES_MAX} bytes")
    return line


def _difference(expected: Stamp, got: Stamp) -> str:
    """Name the first member in which two stamps differ."""
    one, other = msgspec.to_builtins(expected), msgspec.to_builtins(got)
    name = next(name for name in sorted({*one, *other}) if one.get(name) != other.get(name))
    return f"stamp {name}: expected {one.get(name)}, got {other.get(name)}"
