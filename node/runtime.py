"""The runtime: drives one node's machines. The only place with threads.

One writer thread takes events from a queue, steps the machines and thereby owns the store's write side; entries that
were handed in while it was busy are taken in together (group commit). HTTP and the peers live on the event loop, which
never waits for the disk: it puts events into the queue and is told of effects.
"""

import asyncio
import itertools
import logging
import queue
import threading
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from node.errors import ClockError, StoreError, StoreFullError
from node.files import make_directory, replace_file
from node.machines.events import (
    Alarm,
    Answered,
    Ask,
    BecameFinal,
    Calm,
    CheckpointOffered,
    Effect,
    Event,
    Grew,
    Keep,
    Refused,
    Reply,
    Submitted,
    Ticked,
    Ticket,
)
from node.machines.node import Node
from node.ports import Clock

TICK_S = 0.05
EVENTS_WAITING_MAX = 4_096  # beyond either, requests are answered with 503 at once
BYTES_WAITING_MAX = 32 << 20
ENTRIES_AT_ONCE_MAX = 4_096  # taken in with one write: what an offer to cosign may have to wait for
OFFER_S_MAX = 3.5  # with the cosigner's patience, less than the 5 s after which both sides drop an offer
SUBMIT_S_MAX = 30.0
LOOK_S = 60.0
EVIDENCE_FILES_MAX = 1_000  # who signs more views of one log has been told apart long before

_log = logging.getLogger("mingzhang")


class Change:
    """The next time that the log grows here, or more of it becomes final, or an entry is refused."""

    def __init__(self) -> None:
        self._event = asyncio.Event()
        self.never = False

    def tell(self) -> None:
        """Wake all that wait."""
        self._event.set()

    async def wait(self, *, until: float) -> bool:
        """Wait for it; False when the loop's clock passed `until`, or the node ends before it can come."""
        try:
            async with asyncio.timeout_at(until):
                await self._event.wait()
        except TimeoutError:
            return False
        return not self.never


class Changes:
    """Lets requests on the event loop wait: take `next()`, look at the store, then wait for what came after."""

    def __init__(self) -> None:
        self._next = Change()

    def next(self) -> Change:
        """The change that comes next."""
        return self._next

    def tell(self) -> None:
        """It came."""
        if not self._next.never:
            change, self._next = self._next, Change()
            change.tell()

    def end(self) -> None:
        """The node ends: whoever waits is answered with what there is."""
        self._next.never = True
        self._next.tell()


class Runtime:
    """One running node."""

    def __init__(self, node: Node, *, clock: Clock, evidence: Path, look: Callable[[], list[Effect]]) -> None:
        """`evidence` is the directory for what must be kept; made if it is missing. `look` looks after the store."""
        make_directory(evidence)
        self._look = look
        self._node = node
        self._clock = clock
        self._evidence = evidence
        self._events: queue.Queue[Event] = queue.Queue()
        self._held: list[Answered] = []  # what came while the clock could not be read
        self._bytes_waiting = 0
        self._tickets = itertools.count()
        self._replies: dict[Ticket, asyncio.Future[Reply]] = {}
        self._stopping = threading.Event()
        self._writer = threading.Thread(target=self._run, name="writer", daemon=True)
        self.alarms: dict[str, str] = {}
        self.failure: str | None = None
        self.changes = Changes()

    @property
    def waiting(self) -> int:
        """How many entries are received here and not yet sequenced, as far as this node knows."""
        return len(self._node.outbox.waiting)

    def start(self, *, loop: asyncio.AbstractEventLoop, send: Callable[[Ask], None]) -> None:
        """Start the writer thread. `send` is called on `loop` with each question to a peer."""
        self._loop = loop
        self._send = send
        self._writer.start()

    def stop(self) -> None:
        """End the writer thread after the event that it is at."""
        self._stopping.set()
        self._writer.join()

    def answered(self, answer: Answered) -> None:
        """A peer answered, or did not."""
        self._events.put(answer)

    async def submit(self, notes: list[bytes]) -> list[Reply]:
        """Hand entries in; one reply each, when they are durable or refused."""
        tickets = [next(self._tickets) for _ in notes]
        event = Submitted(tuple(zip(tickets, notes, strict=True)))
        return await self._call(tickets, event, seconds=SUBMIT_S_MAX)

    async def offer(self, body: bytes) -> Reply:
        """Offer a checkpoint to cosign."""
        ticket = next(self._tickets)
        event = CheckpointOffered(ticket, body)
        return (await self._call([ticket], event, seconds=OFFER_S_MAX))[0]

    async def _call(self, tickets: list[int], event: Event, *, seconds: float) -> list[Reply]:
        """Put `event` before the machines; nobody waits longer than `seconds` for what comes of it."""
        size = _bytes_of(event)
        is_full = self._events.qsize() >= EVENTS_WAITING_MAX or self._bytes_waiting + size > BYTES_WAITING_MAX
        if self.failure is not None or is_full:
            return [_unavailable(ticket, self.failure or "too many requests wait") for ticket in tickets]
        futures: list[asyncio.Future[Reply]] = [self._loop.create_future() for _ in tickets]
        self._replies.update(zip(tickets, futures, strict=True))
        self._bytes_waiting += size
        self._events.put(event)
        try:
            await asyncio.wait(futures, timeout=seconds)
        finally:
            for ticket in tickets:
                self._replies.pop(ticket, None)
        late = f"no answer within {seconds:g} s; ask again, it does no harm"
        return [future.result() if future.done() else _unavailable(ticket, late)
                for ticket, future in zip(tickets, futures, strict=True)]

    # -- the writer thread ----------------------------------------------------------------------------------------

    def _run(self) -> None:
        next_tick = next_look = 0.0
        while not self._stopping.is_set():
            try:
                events = self._take(timeout=max(0.0, next_tick - time.monotonic()))
            except queue.Empty:
                events = []
            if time.monotonic() >= next_tick:
                events.append(Ticked())
                next_tick = time.monotonic() + TICK_S
            if time.monotonic() >= next_look:
                next_look = time.monotonic() + LOOK_S
                for effect in self._look():
                    self._do(effect)
            for event in events:
                self._step(event)
                if size := _bytes_of(event):
                    self._loop.call_soon_threadsafe(self._release, size)

    def _take(self, *, timeout: float) -> list[Event]:
        """All events that wait now; neighbours among the entries handed in become one event."""
        events = [self._events.get(timeout=timeout)]
        while not self._events.empty():
            match events[-1], self._events.get_nowait():
                case Submitted(first), Submitted(second) if len(first) + len(second) <= ENTRIES_AT_ONCE_MAX:
                    events[-1] = Submitted(first + second)
                case _, event:
                    events.append(event)
        return events

    def _step(self, event: Event) -> None:
        """Let the node react. What it raises ends at most the request at hand, and after a failed write all writing."""
        if self.failure is not None:
            self._refuse(event, self.failure)
            return
        if isinstance(event, CheckpointOffered) and event.ticket not in self._replies:
            # Who offered it was told that no answer came. To cosign it now could put this party's time above a leaf's.
            return
        try:
            now = self._clock.unix_ms()
        except ClockError as error:
            self._alarm(Alarm("clock", str(error)))
            self._refuse(event, str(error))
            if isinstance(event, Answered):
                # Whoever asked waits for it, and asks nothing more until it has come.
                self._held.append(event)
            return
        self.alarms.pop("clock", None)
        held, self._held = self._held, []
        for one in (*held, event):
            self._react(one, now)

    def _react(self, event: Event, now: int) -> None:
        try:
            for effect in self._node.step(event, now):
                self._do(effect)
        except StoreFullError as error:
            # Nothing was written: the same event can come again when there is room.
            self._alarm(Alarm("no_room", str(error)))
            self._refuse(event, str(error))
        except StoreError as error:
            self.failure = str(error)
            self._alarm(Alarm("store", str(error)))
            self._refuse(event, str(error))
        except Exception as error:
            # A mistake of ours. The machines may be between two states, so nothing more is written; reading goes on.
            self.failure = f"stopped by {type(error).__name__}; restart the node and report what the log says"
            _log.exception("the writer stopped at %s", type(event).__name__)
            self._alarm(Alarm("stopped", self.failure))
            self._refuse(event, self.failure)

    def _do(self, effect: Effect) -> None:
        match effect:
            case Reply():
                self._loop.call_soon_threadsafe(self._reply, effect)
            case Ask():
                self._loop.call_soon_threadsafe(self._send, effect)
            case Grew() | BecameFinal() | Refused():
                self.alarms.pop("no_room", None)
                self._loop.call_soon_threadsafe(self.changes.tell)
            case Keep(name, content):
                self._keep(self._evidence / f"{name}.txt", content)
            case Alarm():
                self._alarm(effect)
            case Calm(name):
                self.alarms.pop(name, None)

    def _keep(self, file: Path, content: bytes) -> None:
        """Keep evidence. Where the disk does not take it, people must know; the node goes on."""
        try:
            if file.exists():
                return
            if sum(1 for _ in self._evidence.iterdir()) >= EVIDENCE_FILES_MAX:
                self._alarm(Alarm("evidence", f"{file}: not kept: {EVIDENCE_FILES_MAX} files are there already"))
                return
            # At once, so that no crash leaves a part of it under a name that is never overwritten.
            replace_file(file, content)
        except OSError as error:
            self._alarm(Alarm("evidence", f"{file}: not kept: {error.strerror}"))

    def _refuse(self, event: Event, message: str) -> None:
        match event:
            case Submitted(items):
                tickets = [ticket for ticket, _ in items]
            case CheckpointOffered(ticket, _):
                tickets = [ticket]
            case _:
                return
        for ticket in tickets:
            self._loop.call_soon_threadsafe(self._reply, _unavailable(ticket, message))

    def _alarm(self, alarm: Alarm) -> None:
        if self.alarms.get(alarm.name) != alarm.message:
            _log.warning("%s: %s", alarm.name, alarm.message)
        self.alarms[alarm.name] = alarm.message

    # -- on the event loop ----------------------------------------------------------------------------------------

    def _release(self, size: int) -> None:
        self._bytes_waiting -= size

    def _reply(self, reply: Reply) -> None:
        future = self._replies.get(reply.ticket)
        if future is not None and not future.done():
            future.set_result(reply)


def _bytes_of(event: Event) -> int:
    """What an event that came from outside holds in memory."""
    match event:
        case Submitted(items):
            return sum(len(note) for _, note in items)
        case CheckpointOffered(_, body):
            return len(body)
        case _:
            return 0


def _unavailable(ticket: Ticket, message: str) -> Reply:
    body = {"error": "Unavailable", "message": message, "reason": "unavailable", "where": "node"}
    return Reply(ticket, 503, msgspec.json.encode(body), "application/json", retry_after_s=1)
