"""What a policy file knows of a log beyond its keys: its first leaf, the ranges that have ended, the newest checkpoint.

    #mingzhang genesis <origin> <text hash of leaf 0, hex>
    #mingzhang ended <vkey> <size> <root>
    #mingzhang newest <origin> <size> <root>

To every other reader of C2SP policies these lines are comments (docs/formats/pins.md). A log's `ended` lines stand in
the order of their sizes, and a key that has ended stands on no `log` line.

    #mingzhang ended ledger.example/charity+ecc0a8f6+Acyjt/9jvY4D3l8IZeBKbiKDIOiu8JiYXDOZa8zBeAvB 7 Bg4rPU2bzk+Kd2cdI…
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from verifier.errors import CannotTell, FormatError, ProofError, SignatureError
from verifier.log.checkpoint import Checkpoint, parse_checkpoint
from verifier.log.keys import KeyType, VerifierKey, parse_key_name, parse_vkey
from verifier.log.note import Note, parse_note, verify_note
from verifier.log.policy import CosignedCheckpoint, Policy, open_checkpoint
from verifier.log.signature import verify_key
from verifier.primitives.parse import parse_base64, parse_decimal, parse_hex, shown
from verifier.receipts.freshness import Stale

MARK = b"#mingzhang"
HASH_BYTES = 32


@dataclass(frozen=True, slots=True)
class KnownRoot:
    """The root of a log at a size."""

    size: int
    root: bytes


@dataclass(frozen=True, slots=True)
class Ended:
    """A range of a log: `key` signed its heads up to `head`, and none beyond."""

    key: VerifierKey
    root: KnownRoot


@dataclass(frozen=True, slots=True)
class Pins:
    """What is known of logs, by origin. `ended` holds the ranges of all logs, those of one in the order of size."""

    genesis: Mapping[str, bytes]
    ended: tuple[Ended, ...]
    newest: Mapping[str, KnownRoot]

    def end(self, origin: str) -> int:
        """The size at which the last range of a log that has ended did; 0 where none has."""
        return max((one.root.size for one in self.ended if one.key.name == origin), default=0)


NO_PINS = Pins(MappingProxyType({}), (), MappingProxyType({}))


def parse_pins(data: bytes, *, policy: Policy, what: str) -> Pins:
    """Parse the lines of a policy file that are ours; `policy` is what `parse_policy` gave for the same file.

    Raises:
        FormatError: a line that begins with `#mingzhang` is not of the form above; the message names it.
        SignatureError: a key that may not be admitted.
    """
    genesis: dict[str, bytes] = {}
    newest: dict[str, KnownRoot] = {}
    ended: list[Ended] = []
    for number, items in _lines(data):
        where = f"{what}: line {number}"
        match items:
            case [b"genesis", origin, text_hash]:
                name = _new_origin(origin, among=genesis, what=where)
                genesis[name] = parse_hex(text_hash, what=f"{where}: text hash", length=HASH_BYTES)
            case [b"newest", origin, size, root]:
                newest[_new_origin(origin, among=newest, what=where)] = _root(size, root, what=where)
            case [b"ended", vkey, size, root]:
                one = Ended(_key(vkey, what=where), _root(size, root, what=where))
                _check_ended(one, before=ended, policy=policy, what=where)
                ended.append(one)
            case _:
                raise FormatError(
                    f"{where}: expected #mingzhang genesis ORIGIN HASH, ended VKEY SIZE ROOT or newest ORIGIN SIZE "
                    f"ROOT, got {shown(b' '.join(items))}"
                )
    return Pins(genesis, tuple(ended), newest)


def _lines(data: bytes) -> Iterator[tuple[int, list[bytes]]]:
    for number, line in enumerate(data.split(b"\n"), 1):
        items = [item for item in line.replace(b"\t", b" ").split(b" ") if item]
        if items and items[0] == MARK:
            yield number, items[1:]


def _new_origin(data: bytes, *, among: Mapping[str, object], what: str) -> str:
    origin = parse_key_name(data, what=f"{what}: origin")
    if origin in among:
        raise FormatError(f"{what}: a second line of this kind for {shown(origin)}")
    return origin


def _root(size: bytes, root: bytes, *, what: str) -> KnownRoot:
    count = parse_decimal(size, what=f"{what}: size")
    if count == 0:
        raise FormatError(f"{what}: size: expected 1 or more, got 0")
    return KnownRoot(count, parse_base64(root, what=f"{what}: root", length=HASH_BYTES))


def _key(vkey: bytes, *, what: str) -> VerifierKey:
    key = parse_vkey(vkey, what=what)
    if key.type != KeyType.NOTE:
        raise FormatError(f"{what}: expected a log's key, of type 01, got {key.type:02x}")
    verify_key(key.public, what=what)
    return key


def _check_ended(one: Ended, *, before: list[Ended], policy: Policy, what: str) -> None:
    if any(one.key.public == known.public for known in [*(log.key for log in policy.logs), *(e.key for e in before)]):
        raise FormatError(f"{what}: the key of {one.key} stands on another line already")
    end = max((known.root.size for known in before if known.key.name == one.key.name), default=0)
    if one.root.size <= end:
        raise FormatError(f"{what}: expected a range that ends beyond {end}, got {one.root.size}")


# -- believing a checkpoint ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Believed:
    """A checkpoint that policy and pins believe; `ended` is the range whose root it is, None in the one that runs."""

    opened: CosignedCheckpoint
    ended: Ended | None


def believe_checkpoint(data: bytes, *, policy: Policy, pins: Pins, what: str) -> Believed:
    """Open a signed checkpoint by a policy and by what is known of its log.

    A key that has ended may be anybody's by now, and so may the cosigners' keys of its range: such a checkpoint counts
    where it is the pinned end of the range, and nowhere else. The quorum asked for then was asked when it was pinned.

    Raises:
        FormatError, SignatureError, CannotTell: as `open_checkpoint`.
        SignatureError: a key signed outside its range.
        ProofError: another root than the one that is known at this size.
        Stale: a newer checkpoint is known, or the range has ended at a larger size.
    """
    note = parse_note(data, what=what)
    checkpoint = parse_checkpoint(note.text, what=what)
    if not any(note.signature(log.key) is not None for log in policy.logs):
        for one in pins.ended:
            if one.key.name == checkpoint.origin and note.signature(one.key) is not None:
                return _believe_ended(note, checkpoint, one, pins=pins, what=what)
    opened = open_checkpoint(data, policy=policy, what=what)
    end = pins.end(checkpoint.origin)
    if checkpoint.size <= end:
        raise SignatureError(
            f"{what}: size {checkpoint.size} is signed by a key of the range that begins behind {end}; keep the file, "
            f"it is evidence against the log's operator"
        )
    newest = pins.newest.get(checkpoint.origin)
    if newest is not None:
        _check_newest(checkpoint, newest, what=what)
    return Believed(opened, None)


def _believe_ended(note: Note, checkpoint: Checkpoint, ended: Ended, *, pins: Pins, what: str) -> Believed:
    verify_note(note, keys=[ended.key], what=what)
    starts = [one.root.size for one in pins.ended if one.key.name == ended.key.name]
    start = max((size for size in starts if size < ended.root.size), default=0)
    size, end = checkpoint.size, ended.root.size
    if not start < size <= end:
        raise SignatureError(
            f"{what}: the key {ended.key} counts for sizes from {start + 1} to {end}, and signed {size}; "
            f"keep the file, it is evidence that somebody uses a retired key"
        )
    if size < end:
        raise Stale(
            f"{what}: the range of the key {ended.key} ended at size {end}, this is size {size} and leads to no root "
            f"that is known; get a newer receipt"
        )
    _check_root(checkpoint, ended.root, what=what)
    return Believed(CosignedCheckpoint(checkpoint, (), ()), ended)


def _check_newest(checkpoint: Checkpoint, newest: KnownRoot, *, what: str) -> None:
    if checkpoint.size < newest.size:
        raise Stale(
            f"{what}: size {checkpoint.size}, and the policy knows a checkpoint of size {newest.size}; "
            f"get a newer receipt"
        )
    if checkpoint.size == newest.size:
        _check_root(checkpoint, newest, what=what)


def _check_root(checkpoint: Checkpoint, known: KnownRoot, *, what: str) -> None:
    if checkpoint.root != known.root:
        raise ProofError(
            f"{what}: at size {known.size} the policy knows the root {known.root.hex()}, this is "
            f"{checkpoint.root.hex()}; keep both, together they are evidence of a split view"
        )


def check_genesis(text_hash: bytes | None, *, origin: str, pins: Pins) -> None:
    """Check the hash of what the parties signed in leaf 0, None where it is not shown.

    Raises:
        ProofError: the log began with another charter.
        CannotTell: a hash is pinned, and leaf 0 is not shown.
    """
    pinned = pins.genesis.get(origin)
    if pinned is None or text_hash == pinned:
        return
    if text_hash is None:
        raise CannotTell("receipt: leaf 0 is not shown, so nobody can tell with which charter the log began")
    raise ProofError(f"leaf 0: the policy pins the charter {pinned.hex()}, the log began with {text_hash.hex()}")
