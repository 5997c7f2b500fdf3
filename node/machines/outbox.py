"""The outbox: entries that were handed in here, kept until they are final.

    local    outbox <text hash>     {"note","order","refusal"}; `refusal` is null, or [reason, message]

Received: the row is synced. Sequenced: the log has the text. Final: the log's final head covers it; the row goes. What
state an entry is in is therefore read from the log, and cannot differ from it. At other nodes than the operator's an
entry is forwarded, with the files that it names, until the log has it; the text hash makes repeating harmless.
"""

from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

import msgspec

from ledger.entry import SignedEntry, parse_entry
from ledger.errors import FormatError, LedgerError, Missing, Rejected, SignatureError
from ledger.kinds import Charter as CharterEntry
from ledger.sequence import needs
from ledger.state import State, index_of, row_key
from ledger.validate import CheckedEntry, check_entry
from node.machines.bulk import encode_files, pack
from node.machines.events import (
    Alarm,
    Answered,
    Ask,
    BecameFinal,
    Calm,
    Effect,
    Event,
    Grew,
    Refusal,
    Refused,
    Reply,
    Submitted,
    Ticked,
    Ticket,
)
from node.machines.final import read_final
from node.machines.tail import refusal_of
from node.ports import Changes, FileName, Snapshot, Store, WritableBlobs, file_path

FORWARD_ENTRIES_MAX = 256
FORWARD_BYTES_MAX = 2 << 20
RETRY_MS = 500  # after the operator could not be reached, or did not sequence an entry yet
SEEN_MS_MAX = 10_000  # after the operator named an index: by then the leaf has come, or it is asked again
SWEEP_MS = 1_000
WAITING_MS_ALARM = 600_000  # an operator that is there sequences an entry within seconds

_FORWARD = "forward"


def outbox_key(text: bytes) -> bytes:
    """The row of the entry with this text hash."""
    return row_key("outbox", text.hex())


def read_refusal(row: bytes) -> Refusal | None:
    """The refusal that an outbox row records, if any."""
    refusal = _decode(row)["refusal"]
    return None if refusal is None else Refusal(*refusal)


class Placed(msgspec.Struct, frozen=True):
    """What a node answers about an entry; the shape of POST /entries and of GET /entries/by-text."""

    state: str  # received, sequenced, final, rejected
    text: str
    index: int | None = None
    reason: str | None = None
    message: str | None = None


def place_of(snapshot: Snapshot, text: bytes) -> Placed | None:
    """Where the entry with this text hash stands at this node; None where it was never handed in nor sequenced."""
    index = index_of(State(snapshot), text)
    if index is not None:
        final = read_final(snapshot)
        return Placed("final" if final is not None and index < final.size else "sequenced", text.hex(), index)
    row = snapshot.local.get(outbox_key(text))
    if row is None:
        return None
    refusal = read_refusal(row)
    if refusal is not None:
        return Placed("rejected", text.hex(), reason=refusal.reason, message=refusal.message)
    return Placed("received", text.hex())


@dataclass(slots=True)
class _Forwarding:
    """What is on its way to the operator: first the files that the entries name, then the entries."""

    texts: tuple[bytes, ...]
    files: list[FileName]  # that the operator has not taken yet
    sent: frozenset[FileName] = frozenset()  # those of them that are on their way


class Outbox:
    """Takes entries in, and at other nodes than the operator's passes them on."""

    def __init__(
        self, store: Store, *, origin: str, party: str, operator: str, blobs: WritableBlobs, waiting_max: int
    ) -> None:
        self._store = store
        self._origin = origin
        self._party = party
        self._operator = operator
        self._blobs = blobs
        self._waiting_max = waiting_max
        self.waiting: OrderedDict[bytes, bytes] = OrderedDict()  # text hash -> note, neither sequenced nor refused
        self._checked: dict[bytes, CheckedEntry] = {}  # those of them that were taken in since the start
        self._placed: set[bytes] = set()  # sequenced, not known to be final
        self._quiet_until: dict[bytes, int] = {}
        self._forwarding: _Forwarding | None = None
        self._next_forward_ms = 0
        self._next_sweep_ms = 0
        self._oldest: tuple[bytes | None, int] = (None, 0)  # the entry that waits longest, and since when it is that
        self._alarmed = False
        self._order = 0
        with store.snapshot() as snapshot:
            self._load(snapshot)

    def first(self, *, entries: int, entry_bytes: int) -> dict[bytes, bytes | CheckedEntry]:
        """The entries that wait longest, by text hash, as many as fit both limits, but one at least."""
        notes = self._first(entries, entry_bytes, now=None)
        return {text: self._checked.get(text, note) for text, note in notes.items()}

    def refusals(self, refused: list[Refused]) -> Changes:
        """The rows that record `refused`."""
        return {
            outbox_key(item.text): _encode(self._order, refusal=item.refusal) for item in refused
        }  # fmt: skip

    def step(self, event: Event, now: int) -> list[Effect]:
        """Take entries in, see what became of them, pass them on."""
        match event:
            case Submitted(items):
                return [*self._receive(items), *self._forward(now)]
            case Grew(_, texts):
                for text in texts:
                    if self._forget(text):
                        self._placed.add(text)
                return []
            case Refused(text):
                self._forget(text)
                return []
            case Answered((str() as machine, *rest), status, body) if machine == _FORWARD:
                return [*self._forwarded(rest, status, body, now), *self._forward(now)]
            case Ticked():
                self._sweep(now)
                return [*self._watch(now), *self._forward(now)]
            case BecameFinal():
                return []
            case _:
                return []

    # -- taking in ------------------------------------------------------------------------------------------------

    def _receive(self, items: tuple[tuple[Ticket, bytes], ...]) -> list[Effect]:
        """Check the entries, make them durable in one write, then answer all of them."""
        rows: dict[bytes, bytes] = {}
        fresh: dict[bytes, CheckedEntry] = {}
        replies: list[Effect] = []
        with self._store.snapshot() as snapshot:
            for ticket, note in items:
                try:
                    signed = parse_entry(note, origin=self._origin)
                    place = place_of(snapshot, signed.text_hash)
                    if place is None and signed.text_hash not in fresh:
                        state = State(snapshot)
                        if (message := self._not_now(state, signed, len(fresh))) is not None:
                            replies.append(_busy(ticket, message))
                            continue
                        fresh[signed.text_hash] = self._check(state, signed, note)
                        self._order += 1
                        rows[outbox_key(signed.text_hash)] = _encode(self._order, note=note)
                except LedgerError as error:
                    replies.append(_rejected(ticket, error))
                else:
                    replies.append(_placed(ticket, place or Placed("received", signed.text_hash.hex())))
        if rows:
            self._store.put_local(rows)
            self.waiting.update((text, checked.note) for text, checked in fresh.items())
            self._checked.update(fresh)
        return replies

    def _not_now(self, state: State, signed: SignedEntry, fresh: int) -> str | None:
        """Why this node cannot take the entry in yet, though it may be right; None where it can."""
        if len(self.waiting) + fresh >= self._waiting_max:
            return f"{self._waiting_max} entries wait to be sequenced"
        if state.size == 0 and self._party != self._operator and not isinstance(signed.entry, CharterEntry):
            return "the charter is not here yet, so nobody's keys are known"
        return None

    def _check(self, state: State, signed: SignedEntry, note: bytes) -> CheckedEntry:
        """What can be judged before the entry has its place: whose it is, its signatures, the files it names.

        Raises:
            SignatureError, Rejected, Missing.
        """
        if state.size == 0 and not isinstance(signed.entry, CharterEntry):
            raise Rejected("charter_first", f"the log begins with a charter, this entry is a {signed.entry.kind}")
        checked = check_entry(state, note, signed)
        if self._party not in (self._operator, *checked.parties):
            raise Rejected("not_ours", f"this node takes entries that {self._party} signs, got "
                           f"{', '.join(checked.parties)}; hand it in at a signer's node")
        for need in needs(signed.entry):
            if not self._blobs.has(need.kind, need.name):
                raise Missing(f"entry: {need.kind} {need.name.hex()} is not here; "
                              f"PUT it to {file_path(need.kind, need.name)} first")
        return checked

    def _forget(self, text: bytes) -> bool:
        """The entry waits no longer; whether it did."""
        self._quiet_until.pop(text, None)
        self._checked.pop(text, None)
        return self.waiting.pop(text, None) is not None

    def _watch(self, now: int) -> list[Effect]:
        """Alarm where the entry at the head of the queue does not get its place: the operator may be leaving it out."""
        text = next(iter(self.waiting), None)
        if text != self._oldest[0]:
            self._oldest = (text, now)
        late = text is not None and now - self._oldest[1] >= WAITING_MS_ALARM
        if late == self._alarmed:
            return []
        self._alarmed = late
        if text is None or not late:
            return [Calm("waiting_long")]
        minutes = WAITING_MS_ALARM // 60_000
        return [Alarm("waiting_long", f"entry {text.hex()} has waited {minutes} minutes for its place in the log; "
                      f"{len(self.waiting)} wait")]

    # -- passing on -----------------------------------------------------------------------------------------------

    def _forward(self, now: int) -> list[Effect]:
        """Begin to pass on what waits, one bundle at a time."""
        if self._party == self._operator or self._forwarding is not None or now < self._next_forward_ms:
            return []
        notes = self._first(FORWARD_ENTRIES_MAX, FORWARD_BYTES_MAX, now=now)
        if not notes:
            return []
        files: dict[FileName, None] = {}
        for text, note in notes.items():
            checked = self._checked.get(text)
            entry = (checked.signed if checked else parse_entry(note, origin=self._origin)).entry
            files.update(dict.fromkeys(FileName(need.kind, need.name) for need in needs(entry)))
        self._forwarding = _Forwarding(tuple(notes), list(files))
        return [self._next(self._forwarding)]

    def _next(self, forwarding: _Forwarding) -> Ask:
        """What goes to the operator next: files, as many as fit one request, and at last the entries."""
        if not forwarding.files:
            return self._bundle(forwarding)
        files = pack(self._blobs, forwarding.files)
        assert files, f"{len(forwarding.files)} files were here when their entries were taken in"
        forwarding.sent = frozenset(FileName(kind, name) for kind, name, _ in files)
        return Ask((_FORWARD, "files"), self._operator, "PUT", "/files", encode_files(files), timeout_ms=60_000)

    def _bundle(self, forwarding: _Forwarding) -> Ask:
        notes = [self.waiting[text] for text in forwarding.texts if text in self.waiting]
        body = b"".join(len(note).to_bytes(2, "big") + note for note in notes)
        return Ask((_FORWARD, "entries"), self._operator, "POST", "/entries?wait=sequenced", body, timeout_ms=15_000)

    def _forwarded(self, rest: list[str], status: int, body: bytes, now: int) -> list[Effect]:
        forwarding = self._forwarding
        if forwarding is None:
            return []
        match rest:
            case ["files"] if status == 204:
                forwarding.files = [file for file in forwarding.files if file not in forwarding.sent]
                return [self._next(forwarding)]
        self._forwarding = None
        if rest != ["entries"] or status != 200:
            self._next_forward_ms = now + RETRY_MS
            return []
        return self._take_places(forwarding.texts, body, now)

    def _take_places(self, texts: tuple[bytes, ...], body: bytes, now: int) -> list[Effect]:
        """What the operator says became of the entries. An index counts when the leaf itself is here."""
        try:
            places = {place.text: place for place in msgspec.json.decode(body, type=list[Placed])}
        except msgspec.DecodeError:
            places = {}
        refused: list[Refused] = []
        for text in texts:
            place = places.get(text.hex())
            if text not in self.waiting:
                continue
            if place is not None and place.state == "rejected":
                refused.append(Refused(text, Refusal(place.reason or "other", place.message or "")))
            else:
                is_placed = place is not None and place.index is not None
                self._quiet_until[text] = now + (SEEN_MS_MAX if is_placed else RETRY_MS)
        if refused:
            self._store.put_local(self.refusals(refused))
        return [*refused]

    # -- rows -----------------------------------------------------------------------------------------------------

    def _load(self, snapshot: Snapshot) -> None:
        """Find out after a start what still waits."""
        state = State(snapshot)
        found: list[tuple[int, bytes, bytes]] = []
        for key, row in snapshot.local.scan(b"outbox ", b"outbox!"):
            value = _decode(row)
            self._order = max(self._order, value["order"])
            text = bytes.fromhex(key.decode().split(" ")[1])
            if index_of(state, text) is not None:
                self._placed.add(text)
            elif value["refusal"] is None:
                found.append((value["order"], text, value["note"].encode()))
        for _, text, note in sorted(found):
            self.waiting[text] = note

    def _sweep(self, now: int) -> None:
        """Remove the rows of entries that are final: the log holds them now."""
        if now < self._next_sweep_ms or not self._placed:
            return
        self._next_sweep_ms = now + SWEEP_MS
        with self._store.snapshot() as snapshot:
            final, state = read_final(snapshot), State(snapshot)
            size = 0 if final is None else final.size
            places = {text: index_of(state, text) for text in self._placed}
        done = {text for text, index in places.items() if index is not None and index < size}
        if done:
            self._store.put_local({outbox_key(text): None for text in done})
            self._placed -= done

    def _first(self, entries: int, entry_bytes: int, *, now: int | None) -> dict[bytes, bytes]:
        chosen: dict[bytes, bytes] = {}
        for text, note in self.waiting.items():
            if now is not None and now < self._quiet_until.get(text, 0):
                continue
            if chosen and (len(chosen) == entries or entry_bytes < len(note)):
                break
            chosen[text] = note
            entry_bytes -= len(note)
        return chosen


def _encode(order: int, *, note: bytes | None = None, refusal: Refusal | None = None) -> bytes:
    return msgspec.json.encode({
        "note": None if note is None else note.decode(), "order": order,
        "refusal": None if refusal is None else [refusal.reason, refusal.message],
    })  # fmt: skip


def _decode(row: bytes) -> dict[str, Any]:
    value: dict[str, Any] = msgspec.json.decode(row)
    return value


def _placed(ticket: Ticket, place: Placed) -> Reply:
    return Reply(ticket, 202 if place.state == "received" else 200, msgspec.json.encode(place), "application/json")


def _rejected(ticket: Ticket, error: LedgerError) -> Reply:
    status = next((code for kind, code in _STATUS if isinstance(error, kind)), 422)
    refusal = refusal_of(error)
    body = {"error": type(error).__name__, "reason": refusal.reason, "where": "entry", "message": refusal.message}
    return Reply(ticket, status, msgspec.json.encode(body), "application/json")


def _busy(ticket: Ticket, message: str) -> Reply:
    body = {"error": "Busy", "reason": "busy", "where": "outbox", "message": f"{message}; nothing was taken in"}
    return Reply(ticket, 503, msgspec.json.encode(body), "application/json", retry_after_s=1)


_STATUS = ((FormatError, 400), (SignatureError, 403), (Rejected, 422), (Missing, 422))
