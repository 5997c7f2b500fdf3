"""One party's node: its machines, and the events that pass between them.

Runtime and simulator drive this one object: an event from outside in, effects for outside out. What a node asks of
itself (the operator's own cosignature) never leaves it.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from ledger.keys import SigningKey
from node.machines.charter import CharterReader
from node.machines.collector import Collector
from node.machines.cosigner import Cosigner
from node.machines.events import (
    Answered,
    Ask,
    BecameFinal,
    CheckpointOffered,
    Effect,
    Event,
    Grew,
    Refused,
    Reply,
)
from node.machines.outbox import Outbox
from node.machines.replica import Replica
from node.machines.sequencer import Sequencer
from node.machines.tail import Tail
from node.ports import Store, WritableBlobs


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a node is: its party, the log, who operates it, its keys; `log_key` at the operator's alone."""

    party: str
    origin: str
    operator: str
    entry_key: SigningKey
    cosigner_key: SigningKey
    log_key: SigningKey | None = None
    genesis: bytes | None = None


class _Machine(Protocol):
    def step(self, event: Event, now: int) -> list[Effect]:
        """Take an event in; return what is to happen."""


class Node:
    """The machines of one party over one store."""

    def __init__(self, identity: Identity, *, store: Store, blobs: WritableBlobs, waiting_max: int) -> None:
        origin, party, operator = identity.origin, identity.party, identity.operator
        self.party = party
        self.tail = Tail(store, origin=origin, blobs=blobs)
        self.charters = CharterReader(store, origin=origin)
        self.outbox = Outbox(
            store, origin=origin, party=party, operator=operator, blobs=blobs, waiting_max=waiting_max
        )  # fmt: skip
        self.replica = Replica(
            store, party=party, operator=operator, genesis=identity.genesis, entry_key=identity.entry_key,
            tail=self.tail, blobs=blobs, charters=self.charters,
        )  # fmt: skip
        cosigner = Cosigner(
            store, origin=origin, key=identity.cosigner_key, tail=self.tail, charters=self.charters,
            replica=self.replica,
        )  # fmt: skip
        self._machines: list[_Machine] = [self.replica, self.outbox]
        if identity.log_key is None:
            self._machines.append(cosigner)
        else:
            collector = Collector(store, charters=self.charters)
            sequencer = Sequencer(
                store, party=party, log_key=identity.log_key, tail=self.tail, outbox=self.outbox,
                collector=collector, charters=self.charters,
            )  # fmt: skip
            # The sequencer writes at any event, so it comes last: where there is no room, nobody misses an answer.
            self._machines += [collector, cosigner, sequencer]
        self._events: deque[Event] = deque()

    def step(self, event: Event, now: int) -> Iterator[Effect]:
        """Let the machines react to `event`, and to what follows from it inside the node.

        Where a write is refused because there is no room, what raises is lost and nothing else: effects were yielded
        before it, and events that still wait come with the next step.
        """
        self._events.append(event)
        while self._events:
            event = self._events.popleft()
            for machine in self._machines:
                yield from self._outside(machine.step(event, now))

    def _outside(self, effects: list[Effect]) -> Iterator[Effect]:
        """Keep inside what the node asks and answers itself; what the log's growth means is for both sides."""
        for effect in effects:
            match effect:
                case Ask(key, party, _, _, body) if party == self.party:
                    self._events.append(CheckpointOffered(key, body))
                case Reply(tuple() as key, status, body):
                    self._events.append(Answered(key, status, body))
                case Grew() | BecameFinal() | Refused():
                    self._events.append(effect)
                    yield effect
                case _:
                    yield effect
