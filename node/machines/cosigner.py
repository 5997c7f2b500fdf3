"""The cosigner: a C2SP witness that has read what it cosigns.

    local    promise                 the lowest epoch it may still cosign in; never falls
             cosigned <epoch>        {"line","note","root","size","time_unix_s"}: the last head it cosigned there
             lost <epoch>            its signing state of that epoch was lost; it signs nothing more there

It answers in the order of checks of tlog-witness, then asks what only a party can: are all leaves here, replayed and
valid, do they lead to this root, and are their times right. Its record is synced before its signature leaves.
An offer of leaves that are still on their way waits a while before it is answered with 503.

A head that the log signed and the leaves here do not lead to is kept as evidence, whatever the answer is:

    what is wrong, in a sentence; an empty line
    the head, a checkpoint note, as it was offered
    the newest head that this party holds under the log's signature, a checkpoint note with its cosignatures
    where that one is larger: base64 of the root that it has at the smaller size, and of each hash of the proof

Two roots of one size under the log's signature need no leaf to be judged: anybody can, offline.
"""

import base64
from dataclasses import dataclass

import msgspec

from ledger.checkpoint import Checkpoint, open_checkpoint, parse_checkpoint
from ledger.cosignature import cosign
from ledger.errors import FormatError, ProofError, SignatureError
from ledger.keys import SigningKey
from ledger.leaf import stamp_of
from ledger.merkle import EMPTY_ROOT
from ledger.note import parse_note
from ledger.proof import prove_consistency, root_from_nodes, verify_consistency
from ledger.state import row_key
from node.errors import StoreFullError
from node.machines.charter import Charter, CharterReader
from node.machines.events import Alarm, CheckpointOffered, Effect, Event, Grew, Keep, Reply, Ticked, Ticket
from node.machines.final import read_final
from node.machines.offer import Offer, parse_offer
from node.machines.replica import Replica
from node.machines.tail import EPOCH, Tail, leaf_key, read_node
from node.ports import Snapshot, Store

AHEAD_MS_MAX = 60_000  # a leaf above the own clock by more waits
BEHIND_MS_MAX = 60_000  # a leaf below the own last cosignature by more is back-dated
PATIENCE_MS = 1_500  # how long an offer waits for leaves that are on their way
WAITING_MAX = 64

_PROMISE = row_key("promise")
_COSIGNED = row_key("cosigned", EPOCH)
_LOST = row_key("lost", EPOCH)


class Cosigned(msgspec.Struct, frozen=True):
    """The last head this party cosigned: the log's note, its own line, and when; the row is its JSON."""

    note: str
    line: str
    time_unix_s: int
    size: int
    root: bytes


def read_cosigned(snapshot: Snapshot) -> Cosigned | None:
    """The last head cosigned in this epoch, if any."""
    row = snapshot.local.get(_COSIGNED)
    return None if row is None else msgspec.json.decode(row, type=Cosigned)


@dataclass(frozen=True, slots=True)
class _Waiting:
    """An offer of leaves that are not here yet."""

    ticket: Ticket
    body: bytes
    until_ms: int


class Cosigner:
    """Answers add-checkpoint."""

    def __init__(
        self, store: Store, *, origin: str, key: SigningKey, tail: Tail, charters: CharterReader, replica: Replica
    ) -> None:
        self._store = store
        self._origin = origin
        self._key = key
        self._tail = tail
        self._charters = charters
        self._replica = replica
        self._waiting: list[_Waiting] = []
        with store.snapshot() as snapshot:
            self._cosigned = read_cosigned(snapshot)
            self._lost = snapshot.local.get(_LOST) is not None
            promise = snapshot.local.get(_PROMISE)
        self._promise = EPOCH if promise is None else msgspec.json.decode(promise, type=int)

    def step(self, event: Event, now: int) -> list[Effect]:
        """Judge an offer; judge those that wait again when the log grew or time ran out."""
        match event:
            case CheckpointOffered(ticket, body):
                return self._judge(_Waiting(ticket, body, now + PATIENCE_MS), now)
            case Grew() | Ticked():
                waiting, self._waiting = self._waiting, []
                return [effect for offer in waiting for effect in self._judge(offer, now)]
            case _:
                return []

    def _judge(self, waiting: _Waiting, now: int) -> list[Effect]:
        """Answer an offer, or keep it waiting."""
        ticket = waiting.ticket
        try:
            offer = parse_offer(waiting.body)
            found = parse_checkpoint(parse_note(offer.note).text)
        except FormatError as error:
            return [_refuse(ticket, 400, str(error))]
        if found.origin != self._origin:
            return [_refuse(ticket, 404, f"this node witnesses the log {self._origin} alone")]
        charter = self._charters.current()
        if charter is None:
            return self._wait(waiting, now)
        try:
            open_checkpoint(offer.note, keys=[charter.log], origin=self._origin)
        except FormatError as error:
            return [_refuse(ticket, 400, str(error))]
        except SignatureError as error:
            return [_refuse(ticket, 403, str(error))]
        accusation = self._compare(offer.note, found)
        return accusation + self._judge_order(waiting, offer, found, charter, now, is_accused=bool(accusation))

    def _judge_order(
        self, waiting: _Waiting, offer: Offer, found: Checkpoint, charter: Charter, now: int, *, is_accused: bool
    ) -> list[Effect]:
        """Ask what any witness asks: does the head extend the last one cosigned."""
        ticket = waiting.ticket
        size = 0 if self._cosigned is None else self._cosigned.size
        if offer.old > found.size:
            return [_refuse(ticket, 400, f"old size {offer.old} is above the checkpoint's {found.size}")]
        if offer.old != size:
            return [Reply(ticket, 409, b"%d\n" % size, media_type="text/x.tlog.size")]
        try:
            self._check_grows(offer, found)
        except ProofError as error:
            # Beyond the leaves here it is no alarm: anybody can send a true head with a false proof.
            unclear = found.size > self._tail.head.size
            kept = [self._evidence(offer.note, found, str(error))] if unclear else []
            return [*kept, _refuse(ticket, 422, str(error))]
        if is_accused:
            return [_refuse(ticket, 422, self._says_elsewhere(found))]
        return self._judge_content(waiting, offer, found, charter, now)

    def _check_grows(self, offer: Offer, found: Checkpoint) -> None:
        """Raise ProofError unless `found` extends the last head that was cosigned."""
        root = EMPTY_ROOT if self._cosigned is None else self._cosigned.root
        if found.size == 0 and found.root != EMPTY_ROOT:
            raise ProofError("checkpoint: a log of size 0 has another root")
        if offer.old == found.size:
            if offer.path:
                raise ProofError(f"add-checkpoint: nothing grew, expected no hashes, got {len(offer.path)}")
            if found.root != root:
                raise ProofError(f"checkpoint: this party cosigned another root at size {found.size}")
        elif offer.old == 0:
            if offer.path:
                raise ProofError(f"add-checkpoint: expected no hashes from size 0, got {len(offer.path)}")
        else:
            verify_consistency(
                old_size=offer.old, new_size=found.size, old_root=root, new_root=found.root, path=offer.path
            )

    def _judge_content(
        self, waiting: _Waiting, offer: Offer, found: Checkpoint, charter: Charter, now: int
    ) -> list[Effect]:
        """Ask what only a party that holds and replays the leaves can ask."""
        ticket = waiting.ticket
        if self._lost or self._promise > EPOCH:
            return [_refuse(ticket, 422, f"this party signs nothing more in epoch {EPOCH}")]
        if charter.cosigners.get(self._replica.party) != self._key.verifier:
            return [_refuse(ticket, 422, "the charter has another cosigner key for this party")]
        if found.size > self._tail.head.size:
            invalid = self._replica.invalid
            if invalid is not None and invalid.index < found.size:
                return [Keep(f"head-over-{invalid.index}", offer.note), Reply(ticket, 422, invalid.says)]
            return self._wait(waiting, now)
        with self._store.snapshot() as snapshot:
            refusal = self._judge_times(snapshot, found.size, now)
        if refusal is not None:
            status, message = refusal
            return [Reply(ticket, status, message.encode(), retry_after_s=1 if status == 503 else None)]
        return self._sign(ticket, offer.note, found, now)

    def _judge_times(self, snapshot: Snapshot, size: int, now: int) -> tuple[int, str] | None:
        """Rule 23, for the leaves under no final head and not cosigned before. Times do not fall: first and last do."""
        final = read_final(snapshot)
        first = max(0 if self._cosigned is None else self._cosigned.size, 0 if final is None else final.size)
        if first >= size:
            return None
        earliest, latest = (_time_of(snapshot, index) for index in (first, size - 1))
        if latest > now + AHEAD_MS_MAX:
            return 503, f"leaf {size - 1} is {latest - now} ms ahead of this party's clock\n"
        if self._cosigned is None:
            return None
        # A clock that was set back takes the floor back with it.
        last = min(now, self._cosigned.time_unix_s * 1000)
        if earliest < last - BEHIND_MS_MAX:
            return 422, f"leaf {first} is dated {last - earliest} ms before this party's last cosignature\n"
        return None

    def _sign(self, ticket: Ticket, note: bytes, found: Checkpoint, now: int) -> list[Effect]:
        """Store, sync, then answer."""
        time_unix_s = now // 1000
        line = str(cosign(parse_note(note).text, key=self._key, time_unix_s=time_unix_s))
        cosigned = Cosigned(note.decode(), line, time_unix_s, found.size, found.root)
        try:
            self._store.put_local({_PROMISE: msgspec.json.encode(EPOCH), _COSIGNED: msgspec.json.encode(cosigned)})
        except StoreFullError as error:
            # Answered here: other offers may have been judged in the same step, and each has its answer.
            return [Alarm("no_room", str(error)), Reply(ticket, 503, f"{error}\n".encode(), retry_after_s=1)]
        self._promise, self._cosigned = EPOCH, cosigned
        return [Reply(ticket, 200, f"{line}\n".encode())]

    def _wait(self, waiting: _Waiting, now: int) -> list[Effect]:
        if now < waiting.until_ms and len(self._waiting) < WAITING_MAX:
            self._waiting.append(waiting)
            return []
        message = b"not all leaves are here yet\n"
        return [Reply(waiting.ticket, 503, message, retry_after_s=1)]

    def _root_here(self, size: int) -> bytes:
        if size == self._tail.head.size:
            return self._tail.head.root
        with self._store.snapshot() as snapshot:
            return root_from_nodes(size, lambda level, index: read_node(snapshot, level, index))

    def _says_elsewhere(self, found: Checkpoint) -> str:
        here = self._root_here(found.size)
        return f"checkpoint: the {found.size} leaves served to this party lead to {here.hex()}"

    def _compare(self, note: bytes, found: Checkpoint) -> list[Effect]:
        """Hold a head that the log signed to the leaves here; where they lead elsewhere, keep both sides, and alarm."""
        if found.size > self._tail.head.size or self._root_here(found.size) == found.root:
            return []
        message = self._says_elsewhere(found)
        return [self._evidence(note, found, message), Alarm("split_view", message)]

    def _evidence(self, note: bytes, found: Checkpoint, message: str) -> Keep:
        """What may show a split view: the head that the log signed, beside the newest that this party holds."""
        with self._store.snapshot() as snapshot:
            held, size = b"", 0
            if self._cosigned is not None:
                held, size = f"{self._cosigned.note}{self._cosigned.line}\n".encode(), self._cosigned.size
            final = read_final(snapshot)
            if final is not None and final.size > size:
                held, size = final.note, final.size
            hashes: list[bytes] = []
            if 0 < found.size < size:
                hashes = [self._root_here(found.size), *prove_consistency(
                    old=found.size, new=size, nodes=lambda level, index: read_node(snapshot, level, index)
                )]  # fmt: skip
        proof = b"".join(base64.b64encode(hash_) + b"\n" for hash_ in hashes)
        content = b"%b\n\n%b%b%b" % (message.encode(), note, held, proof)
        return Keep(f"split-view-{found.size}-{found.root.hex()[:16]}", content)


def _time_of(snapshot: Snapshot, index: int) -> int:
    leaf = snapshot.get(leaf_key(index))
    assert leaf is not None, f"leaf {index} is missing below the head"
    return stamp_of(leaf).time_unix_ms


def _refuse(ticket: Ticket, status: int, message: str) -> Reply:
    return Reply(ticket, status, f"{message}\n".encode())
