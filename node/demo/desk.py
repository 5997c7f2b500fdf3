"""The desk: what the offices of the parties can do in the demo, whatever stands behind it.

    MemoryDesk     one process, ledger.sequence over rows in memory; for tests
    NodeDesk       real nodes over HTTP (node_desk.py)

An office writes a draft; the desk adds nonce and last day, signs it with the keys of the parties named, and hands it in
at the first one's node. It is in the log when `submit` returns, and final when the clock goes on.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal, Protocol

from ledger.commitment import NONCE_BYTES, body_hash
from ledger.entry import sign_entry
from ledger.errors import Rejected
from ledger.keys import COSIGNATURE, ED25519, SEED_BYTES, SigningKey
from ledger.sequence import sequence
from ledger.state import MemoryReader, State
from ledger.strict import JsonValue, check_texts, format_json
from node.ports import Random

# Each office has the day to hand an entry in, and two weeks for the others to sign.
VALID_DAYS = 14
# The offices open at nine in the morning in China.
OPENS = time(1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class File:
    """A file that an entry names, under its address."""

    kind: Literal["batch", "tags", "body"]
    address: bytes
    content: bytes


@dataclass(frozen=True, slots=True)
class Draft:
    """What an entry is to say, whose keys sign it, and the files that it names. The first of `parties` hands it in.

    `parties` names a party, whose own key signs, or as PARTY/OFFICER one of its officers.
    """

    parties: tuple[str, ...]
    value: Mapping[str, JsonValue]
    files: tuple[File, ...] = ()

    @property
    def office(self) -> str:
        """The party that hands it in."""
        return self.parties[0].partition("/")[0]


@dataclass(frozen=True, slots=True)
class PartyKeys:
    """The keys of one party: its secret entry key, and its cosigner key as others see it."""

    entry: SigningKey
    cosigner_vkey: str


@dataclass(frozen=True, slots=True)
class Keys:
    """What the charter is made of: the log's name and key, the parties' keys, and their officers' by PARTY/OFFICER."""

    origin: str
    log_vkey: str
    parties: Mapping[str, PartyKeys]
    officers: Mapping[str, SigningKey] = field(default_factory=dict)

    def signer(self, name: str) -> SigningKey:
        """The key of a party, or of its officer as PARTY/OFFICER."""
        return self.officers[name] if "/" in name else self.parties[name].entry


class Desk(Protocol):
    """The desks of all parties."""

    @property
    def keys(self) -> Keys:
        """The log and the parties."""

    @property
    def today(self) -> date:
        """The day it is."""

    def clock(self, day: date) -> None:
        """Wait until everything handed in is final, then let it be the morning of `day`."""

    def submit(self, drafts: Sequence[Draft]) -> list[int]:
        """Sign the drafts and hand them in; their leaf indices, once all are sequenced.

        Raises:
            Rejected: a rule refused one of them.
        """

    def keep(self, party: str, root: bytes, records: Sequence[bytes]) -> None:
        """Keep in the party's vault what opens the lines of the batch with this root (node.openings)."""


def seal(parties: tuple[str, ...], *, programme: str, body: Mapping[str, JsonValue], random: Random) -> Draft:
    """Draft a sealed entry: what it is about is in its body, under a nonce of its own."""
    check_texts(dict(body), what="body")
    content = format_json({**body, "nonce": random.random_bytes(NONCE_BYTES).hex()}, what="body")
    address = body_hash(content)
    value: dict[str, JsonValue] = {"body": address.hex(), "kind": "sealed", "programme": programme}
    return Draft(parties, value, (File("body", address, content),))


def sign(draft: Draft, *, keys: Keys, today: date, random: Random) -> bytes:
    """Make an entry of a draft: add nonce and last day, and sign it with the keys that it names.

    Raises:
        FormatError: the draft is not of its kind's form.
    """
    value = {
        **draft.value,
        "nonce": random.random_bytes(NONCE_BYTES).hex(),
        "valid_until": str(today + timedelta(days=VALID_DAYS)),
    }
    return sign_entry(keys.origin, value, [keys.signer(name) for name in draft.parties])


def officer_key_name(officer: str, key_names: Mapping[str, str]) -> str:
    """The key name of an officer PARTY/OFFICER: behind that of its party."""
    party, _, name = officer.partition("/")
    return f"{key_names[party]}/{name}"


def morning_unix_ms(day: date) -> int:
    """The time at which the offices open."""
    return int(datetime.combine(day, OPENS).timestamp()) * 1000


def is_refused(desk: Desk, draft: Draft, *, reason: str) -> bool:
    """Hand in a draft that breaks a rule on purpose; whether it was refused for that `reason`."""
    try:
        desk.submit([draft])
    except Rejected as refused:
        return refused.reason == reason
    return False


class MemoryDesk:
    """All parties in one process: the rules and the books, without nodes."""

    def __init__(
        self, *, key_names: Mapping[str, str], origin: str, random: Random, officers: Sequence[str] = ()
    ) -> None:
        """Make keys for the parties in `key_names` (party -> key name), their officers, and an empty log."""
        self._random = random
        self._today = date.min
        self._files: dict[tuple[str, bytes], bytes] = {}
        self._time_unix_ms = 0
        self.state = State(MemoryReader())
        self.leaves: list[bytes] = []
        self.vaults: dict[tuple[str, bytes], Sequence[bytes]] = {}
        parties = {
            party: PartyKeys(
                self._key(name, ED25519), self._key(f"{name}/cosigner", COSIGNATURE).verifier.vkey
            )
            for party, name in key_names.items()
        }
        log = self._key(origin, ED25519).verifier.vkey
        persons = {officer: self._key(officer_key_name(officer, key_names), ED25519) for officer in officers}
        self._keys = Keys(origin, log, parties, persons)

    @property
    def keys(self) -> Keys:
        """The log and the parties."""
        return self._keys

    @property
    def today(self) -> date:
        """The day it is."""
        return self._today

    def clock(self, day: date) -> None:
        """Let it be the morning of `day`; nothing is ever open here."""
        self._today = day
        self._time_unix_ms = max(self._time_unix_ms, morning_unix_ms(day))

    def submit(self, drafts: Sequence[Draft]) -> list[int]:
        """Sign and sequence the drafts, one second apart. Raises as `ledger.sequence.sequence`."""
        return [self._submit(draft) for draft in drafts]

    def keep(self, party: str, root: bytes, records: Sequence[bytes]) -> None:
        """Keep what opens the lines of a batch."""
        self.vaults[party, root] = records

    # -- the files that entries name, as ledger.rules.context.Blobs asks for them -----------------------------------

    def batch(self, root: bytes) -> bytes | None:
        """The batch file with this root."""
        return self._files.get(("batch", root))

    def tags(self, name: bytes) -> bytes | None:
        """The tag file of this hash."""
        return self._files.get(("tags", name))

    def body(self, name: bytes) -> bytes | None:
        """The sealed body of this hash."""
        return self._files.get(("body", name))

    def _submit(self, draft: Draft) -> int:
        note = sign(draft, keys=self._keys, today=self._today, random=self._random)
        self._files.update({(file.kind, file.address): file.content for file in draft.files})
        self._time_unix_ms += 1000
        leaf = sequence(
            self.state, note, origin=self._keys.origin, time_unix_ms=self._time_unix_ms, blobs=self
        )
        self.leaves.append(leaf)
        return len(self.leaves) - 1

    def _key(self, name: str, algorithm: int) -> SigningKey:
        return SigningKey(name, algorithm, self._random.random_bytes(SEED_BYTES))
