"""The trust policy: whose signatures make a checkpoint final.

    log <vkey> [<url>]
    witness <name> <vkey> [<url>]
    group <name> all|any|<k> <name>...
    quorum <name>|none

Octets 09, 0A, 20-7E and 80-FF; lines end in LF, items are separated by spaces and tabs; empty lines and lines whose
first item begins with "#" are skipped. Names are octet strings. Example, three of four organisations (… is left out):

    log ledger.example/charity+ecc0a8f6+Acyjt/9jvY4D3l8IZeBKbiKDIOiu8JiYXDOZa8zBeAvB https://ledger.example/charity
    witness foundation foundation.example/node+… https://foundation.example/node
    witness insurer insurer.example/node+342bc509+BI3mVBdCXDI0na3QqK0rcn0VW/DAcHhoeYkbHcCzjh3l https://insurer.example/node
    witness platform platform.example/node+… https://platform.example/node
    witness county county.example/node+d26aae04+BBseR8J5a2Mvt66gq845wr5kNf4oNichfeP4EtVstzAK https://county.example/node
    group parties 3 foundation insurer platform county
    quorum parties

No public key stands twice among the logs or among the witnesses, whatever its name: an organisation counts once.

Source: C2SP tlog-policy; docs/formats/policy.md.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from ledger.checkpoint import Checkpoint, open_checkpoint, parse_checkpoint
from ledger.cosignature import verify_cosignature
from ledger.errors import FormatError, SignatureError
from ledger.keys import COSIGNATURE, ED25519, MLDSA_COSIGNATURE, VerifierKey, parse_vkey, signer_name
from ledger.note import parse_note
from ledger.signature import admit_key
from ledger.strict import decimal, shown

POLICY_BYTES_MAX = 256 * 1024  # 140 ML-DSA keys
_NONE = "none"
_UNFIT = re.compile(rb"[^\x09\x0a\x20-\x7e\x80-\xff]")
_ITEM = re.compile(r"[^ \t]+")
# Names are octets. Text with "surrogateescape" holds any, and compares as they do.
_OCTETS = "surrogateescape"


@dataclass(frozen=True, slots=True)
class Log:
    """A log that is trusted; the name of its key is its origin."""

    key: VerifierKey
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Witness:
    """A cosigner under the policy's own name for it."""

    name: str
    key: VerifierKey
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Satisfied when `threshold` of its members, witnesses or earlier groups, are."""

    name: str
    threshold: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """Logs, witnesses and groups in the order of the file; `quorum` is the name that decides, None where none does."""

    logs: tuple[Log, ...]
    witnesses: tuple[Witness, ...]
    groups: tuple[Group, ...]
    quorum: str | None


@dataclass(frozen=True, slots=True)
class Cosigner:
    """A witness of the policy that cosigned, and when, by its own clock."""

    name: str
    time_unix_s: int


@dataclass(frozen=True, slots=True)
class VerifiedCheckpoint:
    """A checkpoint that satisfies a policy, and all of the policy's witnesses that cosigned it."""

    checkpoint: Checkpoint
    cosigners: tuple[Cosigner, ...]


def parse_policy(data: bytes) -> Policy:
    """Parse a policy and admit its keys.

    Raises:
        FormatError: not of the form above; the message names the line.
        SignatureError: a key that the signature rule does not admit.
    """
    if len(data) > POLICY_BYTES_MAX:
        raise FormatError(f"policy: expected at most {POLICY_BYTES_MAX} bytes, got {len(data)}")
    unfit = _UNFIT.search(data)
    if unfit:
        raise FormatError(f"policy: byte {unfit.start()} is {unfit.group()[0]:02x}, which may not be in it")
    *lines, rest = data.decode(errors=_OCTETS).split("\n")
    if rest:
        raise FormatError(f"policy: expected the last line to end in LF, got {shown(rest)}")
    reader = _Reader()
    for number, line in enumerate(lines, 1):
        items = _ITEM.findall(line)
        if items and not items[0].startswith("#"):
            reader.read(items, what=f"policy line {number}")
    return reader.policy()


def format_policy(policy: Policy) -> bytes:
    """Format a policy: logs, witnesses, groups, quorum.

    Raises:
        FormatError: it cannot be read back as it was given.
        SignatureError: a key that the signature rule does not admit.
    """
    lines = [("log", log.key.vkey, log.url) for log in policy.logs]
    lines += [("witness", f"{witness.name} {witness.key.vkey}", witness.url) for witness in policy.witnesses]
    lines += [("group", f"{group.name} {group.threshold}", " ".join(group.members)) for group in policy.groups]
    lines += [("quorum", policy.quorum or _NONE, None)]
    data = "".join(" ".join(filter(None, line)) + "\n" for line in lines).encode(errors=_OCTETS)
    if parse_policy(data) != policy:
        raise FormatError("policy: a name or URL does not come back as it was given")
    return data


def evaluate(policy: Policy, names: Collection[str]) -> bool:
    """Whether cosignatures of the witnesses `names` satisfy the quorum. A name counts once, an unknown one never."""
    # A group stands after all of its members, so one pass in the order of the file settles every group.
    satisfied = {witness.name for witness in policy.witnesses if witness.name in names}
    for group in policy.groups:
        if sum(member in satisfied for member in group.members) >= group.threshold:
            satisfied.add(group.name)
    return policy.quorum is None or policy.quorum in satisfied


def verify_checkpoint(data: bytes, policy: Policy, *, origin: str | None = None) -> VerifiedCheckpoint:
    """Verify a checkpoint note against a policy: the log's signature, each known cosignature, the quorum.

    `origin`, where given, is the one log that is meant; else any log of the policy will do.

    Raises:
        FormatError: not a checkpoint note.
        SignatureError: an unknown log, a bad signature of a known key, or no quorum.
    """
    note = parse_note(data, what="checkpoint")
    found = parse_checkpoint(note.text).origin
    if origin is not None and found != origin:
        raise SignatureError(f"checkpoint: expected one of the log {origin}, got one of {shown(found)}")
    if all(log.key.name != found for log in policy.logs):
        raise SignatureError(f"checkpoint: the policy does not list the log {shown(found)}")
    checkpoint = open_checkpoint(data, keys=[log.key for log in policy.logs], origin=found)

    witnesses = {(witness.key.name, witness.key.key_id): witness for witness in policy.witnesses}
    times: dict[str, int] = {}
    for line in note.signatures:
        witness = witnesses.get((line.name, line.key_id))
        if witness is not None and witness.name not in times:
            times[witness.name] = verify_cosignature(note.text, line, key=witness.key)
    if not evaluate(policy, times):
        raise SignatureError(f"checkpoint: {len(times)} of {len(policy.witnesses)} witnesses cosigned "
                             f"({_listed(times)}), {_needs(policy)}")
    return VerifiedCheckpoint(checkpoint, tuple(Cosigner(name, time) for name, time in times.items()))


def _needs(policy: Policy) -> str:
    for group in policy.groups:
        if group.name == policy.quorum:
            return f"quorum needs {group.threshold} of {_listed(group.members)}"
    return f"quorum needs {_listed(filter(None, [policy.quorum]))}"


def _listed(names: Iterable[str]) -> str:
    """Return names for a message, in which octets that are no UTF-8 cannot stand."""
    return ", ".join(name.encode(errors=_OCTETS).decode(errors="replace") for name in names) or "none"


class _Reader:
    """Takes a policy in, line by line; every check is against what stood before."""

    def __init__(self) -> None:
        self.logs: list[Log] = []
        self.witnesses: list[Witness] = []
        self.groups: list[Group] = []
        self.quorum: str | None = None
        self.members: set[str] = set()

    def read(self, items: list[str], *, what: str) -> None:
        match items:
            case ["log", vkey] | ["log", vkey, _]:
                self.read_log(vkey, items[2:], what=what)
            case ["witness", name, vkey] | ["witness", name, vkey, _]:
                self.read_witness(name, vkey, items[3:], what=what)
            case ["group", name, threshold, _, *_]:
                self.read_group(name, threshold, tuple(items[3:]), what=what)
            case ["quorum", name]:
                self.read_quorum(name, what=what)
            case _:
                raise FormatError(f"{what}: expected log, witness, group or quorum with its items, "
                                  f"got {shown(' '.join(items))}")

    def read_log(self, vkey: str, url: list[str], *, what: str) -> None:
        key = _admitted(vkey, (ED25519,), [log.key for log in self.logs], what=what)
        self.logs.append(Log(key, *url))

    def read_witness(self, name: str, vkey: str, url: list[str], *, what: str) -> None:
        self.define(name, what=what)
        types = (COSIGNATURE, MLDSA_COSIGNATURE)
        key = _admitted(vkey, types, [witness.key for witness in self.witnesses], what=what)
        self.witnesses.append(Witness(name, key, *url))

    def read_group(self, name: str, threshold: str, members: tuple[str, ...], *, what: str) -> None:
        self.define(name, what=what)
        for member in members:
            if member not in self.names():
                raise FormatError(f"{what}: {shown(member)} is not defined on an earlier line")
            if member in self.members:
                raise FormatError(f"{what}: {shown(member)} is already a member of a group")
            self.members.add(member)
        if threshold in ("all", "any"):
            needed = len(members) if threshold == "all" else 1
        else:
            needed = decimal(threshold, what=f"{what}: threshold")
        if not 1 <= needed <= len(members):
            raise FormatError(f"{what}: expected a threshold from 1 to {len(members)}, got {needed}")
        self.groups.append(Group(name, needed, members))

    def read_quorum(self, name: str, *, what: str) -> None:
        if self.quorum is not None:
            raise FormatError(f"{what}: a second quorum")
        if name != _NONE and name not in self.names():
            raise FormatError(f"{what}: {shown(name)} is not defined on an earlier line")
        self.quorum = name

    def define(self, name: str, *, what: str) -> None:
        if name == _NONE:
            raise FormatError(f"{what}: the name none is reserved")
        if name in self.names():
            raise FormatError(f"{what}: {shown(name)} is defined twice")

    def names(self) -> set[str]:
        return {witness.name for witness in self.witnesses} | {group.name for group in self.groups}

    def policy(self) -> Policy:
        if self.quorum is None:
            raise FormatError("policy: expected a line quorum")
        quorum = None if self.quorum == _NONE else self.quorum
        return Policy(tuple(self.logs), tuple(self.witnesses), tuple(self.groups), quorum)


def _admitted(vkey: str, types: tuple[int, ...], others: list[VerifierKey], *, what: str) -> VerifierKey:
    key = parse_vkey(vkey, what=what)
    if key.algorithm not in types:
        raise FormatError(f"{what}: expected a key of type {' or '.join(f'{type_:02x}' for type_ in types)}, "
                          f"got {key.algorithm:02x}")
    for other in others:
        if other.public == key.public:
            raise FormatError(f"{what}: the public key of {key.name} stands on an earlier line")
        if signer_name(other) == signer_name(key):
            # Four bytes of key ID are soon made to collide, and a line could then mean either key.
            raise FormatError(f"{what}: another key on an earlier line is called {signer_name(key)}, too")
    if key.algorithm != MLDSA_COSIGNATURE:
        admit_key(key.public, what=f"{what}: key {key.name}")
    return key
