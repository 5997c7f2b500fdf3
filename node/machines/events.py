"""What comes to a machine and what goes out of it.

A machine is `step(event, now) -> list of effects`. What it must remember it has committed through its Store before it
returns the effect that tells others; what an effect says is therefore durable when it leaves. `now` is the node's clock
in milliseconds since 1970. Grew, BecameFinal and Refused are events for the other machines of the same node too.
"""

from dataclasses import dataclass

# Who waits for a reply: a number at the edges, or the key of an Ask that a node put to itself.
Ticket = int | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ticked:
    """Time has passed."""


@dataclass(frozen=True, slots=True)
class Submitted:
    """Entries that were handed in at this node, each with the ticket of who waits."""

    items: tuple[tuple[Ticket, bytes], ...]


@dataclass(frozen=True, slots=True)
class CheckpointOffered:
    """The body of an add-checkpoint request (C2SP tlog-witness)."""

    ticket: Ticket
    body: bytes


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer to an Ask. Status 0: none came."""

    key: tuple[str, ...]
    status: int
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Reply:
    """Answer whoever waits under `ticket`."""

    ticket: Ticket
    status: int
    body: bytes
    media_type: str = "text/plain; charset=utf-8"
    retry_after_s: int | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """Ask the node of `party`; it comes back as Answered with the same `key`, whose first word is the machine's.

    An answer of more than `answer_bytes_max` counts as none.
    """

    key: tuple[str, ...]
    party: str
    method: str
    path: str
    body: bytes = b""
    timeout_ms: int = 5_000
    answer_bytes_max: int = 1 << 20


@dataclass(frozen=True, slots=True)
class Keep:
    """Keep `content` as evidence, in a file of this name that is never overwritten."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something that people must look at. A later alarm of the same name replaces this one."""

    name: str
    message: str


@dataclass(frozen=True, slots=True)
class Calm:
    """What the alarm of this name said is over."""

    name: str


@dataclass(frozen=True, slots=True)
class Grew:
    """The log has `size` leaves here now, replayed and durable; `texts` are the new ones' text hashes, in order."""

    size: int
    texts: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class BecameFinal:
    """The quorum cosigned the head of `size` leaves, or cosigned it anew."""

    size: int


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an entry will not be sequenced."""

    reason: str
    message: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The sequencer will not sequence the entry with this text hash."""

    text: bytes
    refusal: Refusal


Event = Ticked | Submitted | CheckpointOffered | Answered | Grew | BecameFinal | Refused
Effect = Reply | Ask | Keep | Alarm | Calm | Grew | BecameFinal | Refused
