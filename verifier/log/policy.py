"""The trust policy (C2SP tlog-policy): which logs are believed, and who must have cosigned.

    log <vkey> [<url>]
    witness <name> <vkey> [<url>]
    group <name> all|any|<k> <name>...
    quorum <name>|none

Lines end with LF, items are separated by blanks and tabs; empty lines and lines that begin with `#` are passed over.
A name is defined on an earlier line than it is used, once, and belongs to one group at most; no key stands for two
witnesses, whatever its name. Names are bytes: two spellings of one word are two names.

    log ledger.example/charity+ecc0a8f6+Acyjt/9jvY4D3l8IZeBKbiKDIOiu8JiYXDOZa8zBeAvB
    witness insurer insurer.example/node+342bc509+BI3mVBdCXDI0na3QqK0rcn0VW/DAcHhoeYkbHcCzjh3l
    witness county county.example/node+d26aae04+BBseR8J5a2Mvt66gq845wr5kNf4oNichfeP4EtVstzAK
    group parties 2 insurer county
    quorum parties
"""

from collections.abc import Collection
from dataclasses import dataclass

from verifier.errors import CannotTell, FormatError, SignatureError
from verifier.log.checkpoint import Checkpoint, parse_checkpoint
from verifier.log.cosignature import open_cosignature
from verifier.log.keys import KeyType, VerifierKey, parse_vkey
from verifier.log.note import Note, parse_note, verify_note
from verifier.log.signature import verify_key
from verifier.primitives.parse import parse_decimal, shown

POLICY_BYTES_MAX = 256 * 1024
NONE = b"none"


@dataclass(frozen=True, slots=True)
class Log:
    """A log; the name of its key is its origin."""

    key: VerifierKey
    url: bytes | None


@dataclass(frozen=True, slots=True)
class Witness:
    """A cosigner under the name that the policy gives it."""

    name: bytes
    key: VerifierKey
    url: bytes | None


@dataclass(frozen=True, slots=True)
class Group:
    """Satisfied when at least `needed` of its members are; members are witnesses and earlier groups."""

    name: bytes
    needed: int
    members: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """Whom to believe. `quorum` names a witness or a group; None asks for no cosignature."""

    logs: tuple[Log, ...]
    witnesses: tuple[Witness, ...]
    groups: tuple[Group, ...]
    quorum: bytes | None


@dataclass(frozen=True, slots=True)
class CosignedCheckpoint:
    """A checkpoint that the policy believes.

    `cosigned` says which witnesses vouch for it and when last; `unchecked` names those whose line nobody here
    can check (ML-DSA without its package). They do not count.
    """

    checkpoint: Checkpoint
    cosigned: tuple[tuple[Witness, int], ...]
    unchecked: tuple[Witness, ...]


def parse_policy(data: bytes, *, what: str) -> Policy:
    """Parse a policy file.

    Raises:
        FormatError: not of the form above; the message names the line.
        SignatureError: a key that may not be admitted.
    """
    if len(data) > POLICY_BYTES_MAX:
        raise FormatError(f"{what}: expected at most {POLICY_BYTES_MAX} bytes, got {len(data)}")
    bad = next((byte for byte in data if byte == 0x7F or (byte < 0x20 and byte not in (0x09, 0x0A))), None)
    if bad is not None:
        raise FormatError(f"{what}: line {data[: data.index(bad)].count(10) + 1} has the control character {bad:02x}")
    if data and not data.endswith(b"\n"):
        raise FormatError(f"{what}: expected a last line that ends with LF")
    reader = _Reader()
    for number, line in enumerate(data.split(b"\n"), 1):
        items = [item for item in line.replace(b"\t", b" ").split(b" ") if item]
        if items and not items[0].startswith(b"#"):
            reader.read(items, what=f"{what}: line {number}")
    return reader.policy(what=what)


def is_quorum(policy: Policy, names: Collection[bytes]) -> bool:
    """Whether these witnesses together satisfy the policy's quorum."""
    satisfied = set(names) & {witness.name for witness in policy.witnesses}
    for group in policy.groups:
        if sum(member in satisfied for member in group.members) >= group.needed:
            satisfied.add(group.name)
    return policy.quorum is None or policy.quorum in satisfied


def open_checkpoint(data: bytes, *, policy: Policy, what: str, origin: str | None = None) -> CosignedCheckpoint:
    """Parse a signed checkpoint and verify that a trusted log signed it and that the quorum cosigned it.

    `origin` names the one log that is meant; without it any log of the policy will do.

    Raises:
        FormatError: it is malformed.
        SignatureError: no trusted log of this origin signed it, a line by a known key does not verify, or
            the quorum is not reached.
        CannotTell: the quorum would be reached with cosignatures that cannot be checked here.
    """
    note = parse_note(data, what=what)
    checkpoint = parse_checkpoint(note.text, what=what)
    if origin is not None and checkpoint.origin != origin:
        raise SignatureError(f"{what}: expected the origin {shown(origin)}, got {shown(checkpoint.origin)}")
    # The key alone is not the log's identity: it must be a key of this origin.
    logs = [log.key for log in policy.logs if log.key.name == checkpoint.origin]
    if not logs:
        raise SignatureError(f"{what}: the policy has no log with the origin {shown(checkpoint.origin)}")
    verify_note(note, keys=logs, what=what)
    cosigned: list[tuple[Witness, int]] = []
    unchecked: list[Witness] = []
    for witness in _by_line(note, policy.witnesses):
        try:
            cosignature = open_cosignature(note, key=witness.key, checkpoint=checkpoint, what=what)
        except CannotTell:
            unchecked.append(witness)
            continue
        if cosignature is not None:
            cosigned.append((witness, cosignature.time_unix_s))
    names = [witness.name for witness, _ in cosigned]
    if not is_quorum(policy, names):
        wanted = shown(policy.quorum or NONE)
        got = (
            f"{wanted} is not reached by {len(names)} of {len(policy.witnesses)} witnesses: {shown(b', '.join(names))}"
        )
        if is_quorum(policy, names + [witness.name for witness in unchecked]):
            raise CannotTell(f"{what}: quorum {got}, and {len(unchecked)} ML-DSA cosignatures cannot be checked here")
        raise SignatureError(f"{what}: quorum {got}")
    return CosignedCheckpoint(checkpoint, tuple(cosigned), tuple(unchecked))


def _by_line(note: Note, witnesses: tuple[Witness, ...]) -> list[Witness]:
    """The witnesses in the order of their lines; of several lines of one the first counts."""
    place = {(witness.key.name, witness.key.key_id): witness for witness in witnesses}
    found = (place.get((line.name, line.key_id)) for line in note.lines)
    return list(dict.fromkeys(witness for witness in found if witness is not None))


class _Reader:
    """Reads a policy line by line, and knows what is defined so far."""

    def __init__(self) -> None:
        self._logs: list[Log] = []
        self._witnesses: list[Witness] = []
        self._groups: list[Group] = []
        self._quorum: list[bytes] = []
        self._names: set[bytes] = set()
        self._members: set[bytes] = set()

    def read(self, items: list[bytes], *, what: str) -> None:
        keyword, arguments = items[0], items[1:]
        if keyword == b"log" and 1 <= len(arguments) <= 2:
            key = _new_key(arguments[0], types=(KeyType.NOTE,), among=[log.key for log in self._logs], what=what)
            self._logs.append(Log(key, arguments[1] if len(arguments) > 1 else None))
        elif keyword == b"witness" and 2 <= len(arguments) <= 3:
            types = (KeyType.COSIGNATURE, KeyType.MLDSA_COSIGNATURE)
            key = _new_key(arguments[1], types=types, among=[witness.key for witness in self._witnesses], what=what)
            url = arguments[2] if len(arguments) > 2 else None
            self._witnesses.append(Witness(self._define(arguments[0], what=what), key, url))
        elif keyword == b"group" and len(arguments) >= 3:
            self._groups.append(self._group(arguments[0], arguments[1], arguments[2:], what=what))
        elif keyword == b"quorum" and len(arguments) == 1:
            if self._quorum:
                raise FormatError(f"{what}: a second quorum")
            if arguments[0] != NONE:
                self._check_defined(arguments[0], what=what)
            self._quorum.append(arguments[0])
        else:
            raise FormatError(
                f"{what}: expected log VKEY [URL], witness NAME VKEY [URL], group NAME all|any|K NAME..., or "
                f"quorum NAME|none, got {shown(b' '.join(items))}"
            )

    def policy(self, *, what: str) -> Policy:
        if not self._quorum:
            raise FormatError(f"{what}: expected one quorum line, got none")
        quorum = None if self._quorum[0] == NONE else self._quorum[0]
        return Policy(tuple(self._logs), tuple(self._witnesses), tuple(self._groups), quorum)

    def _group(self, name: bytes, needed: bytes, members: list[bytes], *, what: str) -> Group:
        for member in members:
            self._check_defined(member, what=what)
            if member in self._members:
                raise FormatError(f"{what}: {shown(member)} is a member of a group already")
            self._members.add(member)
        words = {b"all": len(members), b"any": 1}
        count = words[needed] if needed in words else parse_decimal(needed, what=f"{what}: number of members")
        if not 1 <= count <= len(members):
            raise FormatError(f"{what}: expected 1 to {len(members)} needed members, got {count}")
        return Group(self._define(name, what=what), count, tuple(members))

    def _define(self, name: bytes, *, what: str) -> bytes:
        if name == NONE or name in self._names:
            raise FormatError(f"{what}: the name {shown(name)} is {'reserved' if name == NONE else 'taken'}")
        self._names.add(name)
        return name

    def _check_defined(self, name: bytes, *, what: str) -> None:
        if name not in self._names:
            raise FormatError(f"{what}: expected a witness or group of an earlier line, got {shown(name)}")


def _new_key(data: bytes, *, types: tuple[KeyType, ...], among: list[VerifierKey], what: str) -> VerifierKey:
    key = parse_vkey(data, what=what)
    if key.type != KeyType.MLDSA_COSIGNATURE:
        verify_key(key.public, what=what)
    if key.type not in types:
        wanted = " or ".join(f"{key_type:02x}" for key_type in types)
        raise FormatError(f"{what}: expected a key of type {wanted}, got {key.type:02x}")
    if any((key.name, key.key_id) == (other.name, other.key_id) for other in among):
        raise FormatError(f"{what}: the name and key ID {key} stand on an earlier line already")
    if any(key.public == other.public for other in among):
        raise FormatError(f"{what}: the key of {key} stands on an earlier line already")
    return key
