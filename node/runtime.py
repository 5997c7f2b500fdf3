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
from node.files import create_file, make_directory
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
EVENTS_WAITING_MAX = 4_096  # beyond it, requests are answered with 503 at once

_log = logging.getLogger("mingzhang")


class Change:
    """The next time that the log grows here, or more of it becomes final, or an entry is refused."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def tell(self) -> None:
        """Wake all that wait."""
        self._event.set()

    async def wait(self, *, until: float) -> bool:
        """Wait for it; False when the loop's clock passed `until`."""
        try:
            async with asyncio.timeout_at(until):
                await self._event.wait()
        except TimeoutError:
            return False
        return True


class Changes:
    """Lets requests on the event loop wait: take `next()`, look at the store, then wait for what came after."""

    def __init__(self) -> None:
        self._next = Change()

    def next(self) -> Change:
        """The change that comes next."""
        return self._next

    def tell(self) -> None:
        """It came."""
        change, self._next = self._next, Change()
        change.tell()


class Runtime:
    """One running node."""

    def __init__(self, node: Node, *, clock: Clock, evidence: Path) -> None:
        """`evidence` is the directory for what must be kept; made if it is missing."""
        make_directory(evidence)
        self._node = node
        self._clock = clock
        self._evidence = evidence
        self._events: queue.Queue[Event] = queue.Queue()
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
        return await self._call(tickets, Submitted(tuple(zip(tickets, notes, strict=True))))

    async def offer(self, body: bytes) -> Reply:
        """Offer a checkpoint to cosign."""
        ticket = next(self._tickets)
        return (await self._call([ticket], CheckpointOffered(ticket, body)))[0]

    async def _call(self, tickets: list[int], event: Event) -> list[Reply]:
        if self.failure is not None or self._events.qsize() > EVENTS_WAITING_MAX:
            return [_unavailable(ticket, self.failure or "too many requests wait") for ticket in tickets]
        futures: list[asyncio.Future[Reply]] = [self._loop.create_future() for _ in tickets]
        self._replies.update(zip(tickets, futures, strict=True))
        self._events.put(event)
        try:
            return await asyncio.gather(*futures)
        finally:
            for ticket in tickets:
                self._replies.pop(ticket, None)

    # -- the writer thread ----------------------------------------------------------------------------------------

    def _run(self) -> None:
        next_tick = 0.0
        while not self._stopping.is_set():
            try:
                events = self._take(timeout=max(0.0, next_tick - time.monotonic()))
            except queue.Empty:
                events = []
            if time.monotonic() >= next_tick:
                events.append(Ticked())
                next_tick = time.monotonic() + TICK_S
            for event in events:
                self._step(event)

    def _take(self, *, timeout: float) -> list[Event]:
        """All events that wait now; neighbours among the entries handed in become one event."""
        events = [self._events.get(timeout=timeout)]
        while not self._events.empty():
            event = self._events.get_nowait()
            if isinstance(event, Submitted) and isinstance(events[-1], Submitted):
                event = Submitted(events.pop().items + event.items)  # type: ignore[union-attr]
            events.append(event)
        return events

    def _step(self, event: Event) -> None:
        """Let the node react. What it raises ends at most the request at hand, and after a failed write all writing."""
        if self.failure is not None:
            self._refuse(event, self.failure)
            return
        try:
            for effect in self._node.step(event, self._clock.unix_ms()):
                self._do(effect)
            self.alarms.pop("clock", None)
        except (StoreFullError, ClockError) as error:
            # Nothing was written: the same event can come again when there is room, or the clock is right.
            self._alarm(Alarm("no_room" if isinstance(error, StoreFullError) else "clock", str(error)))
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
            if not file.exists():
                create_file(file, content)
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

    def _reply(self, reply: Reply) -> None:
        future = self._replies.get(reply.ticket)
        if future is not None and not future.done():
            future.set_result(reply)


def _unavailable(ticket: Ticket, message: str) -> Reply:
    body = {"error": "Unavailable", "message": message, "reason": "unavailable", "where": "node"}
    return Reply(ticket, 503, msgspec.json.encode(body), "application/json", retry_after_s=1)
