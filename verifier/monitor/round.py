"""One round of a monitor: what nodes show now, held against each other and against what was seen before.

Nothing here opens a connection or reads a clock. `Answer`s are the heads that nodes showed; what is asked of them
beyond that (tiles, leaves, receipts) goes through their `Source`s.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from verifier.errors import FormatError, VerifyError
from verifier.log.head import open_head
from verifier.log.policy import Policy
from verifier.monitor.alarm import Alarm
from verifier.monitor.compare import compare_heads
from verifier.monitor.evidence import Evidence, Seen
from verifier.monitor.overdue import JudgedEntry, judge_entries
from verifier.monitor.publications import Publications, read_on
from verifier.monitor.silence import Heard, hear
from verifier.sources.source import Source


@dataclass(frozen=True, slots=True)
class Limits:
    """From when on something is late, in seconds; without `figure_s` no figure is."""

    silence_s: int
    balance_s: int
    figure_s: int | None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a node showed as its newest head, or None; `problem` says why it gave no answer."""

    where: str
    data: bytes | None
    problem: str | None
    witness: bool  # its monitoring endpoint as a witness, not the checkpoint of the log that it serves


@dataclass(slots=True)
class Memory:
    """What a monitor keeps from round to round."""

    origin: str
    believed: Seen | None = None
    heard: list[Heard] = field(default_factory=list)
    published: Publications = field(default_factory=Publications)
    duties: list[JudgedEntry] = field(default_factory=list)
    told: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Shown:
    """What a node shows, for metrics: the size of the final head that it serves, and how long ago it was cosigned."""

    where: str
    size: int | None
    age_s: int | None


@dataclass(frozen=True, slots=True)
class Round:
    """What a round found. `memory` is what to keep; `fresh` says whether the head was cosigned lately."""

    memory: Memory
    now_unix_s: int
    alarms: list[Alarm]
    evidence: list[Evidence]
    shown: list[Shown]
    fresh: bool


def log_origin(policy: Policy) -> str:
    """The one log that a policy speaks of.

    Raises:
        FormatError: it speaks of none, or of several.
    """
    origins = {log.key.name for log in policy.logs}
    if len(origins) != 1:
        raise FormatError(f"policy: expected the keys of one log to watch, got those of {len(origins)}")
    return origins.pop()


def witness_path(origin: str) -> str:
    """Where a witness shows the newest head that it cosigned (C2SP tlog-witness), below its URL."""
    return f"{sha256(origin.encode('utf-8')).hexdigest()}/checkpoint"


def watch_round(
    memory: Memory,
    *,
    answers: Sequence[Answer],
    sources: Mapping[str, Source],
    policy: Policy,
    limits: Limits,
    now_unix_s: int,
) -> Round:
    """Judge what nodes show. `sources` are the nodes by URL, those that answered; no input raises anything."""
    seen, alarms = _open(answers, policy=policy, origin=memory.origin, now=now_unix_s)
    heard, more = hear(seen, before=memory.heard, policy=policy, now=now_unix_s, silence_s=limits.silence_s)
    alarms += more
    compared = compare_heads(seen, believed=memory.believed, sources=sources)
    head = compared.head
    alarms += compared.alarms
    if head is None:
        alarms.append(Alarm("unproven", memory.origin, "nobody shows a final head"))
    shown = _shown(seen, answers, now=now_unix_s)
    alarms += _behind(shown, silence_s=limits.silence_s)
    fresh = _is_fresh(head, seen, now=now_unix_s, silence_s=limits.silence_s)
    published, duties = memory.published.copy(), memory.duties
    if head is not None and not compared.evidence:
        alarms += _read_on(published, head=head, sources=sources)
        if published.balance is not None:
            duties, over, more = judge_entries(
                published.open, before=duties, balance=published.balance, policy=policy, sources=sources
            )
            published.open = [entry for entry in published.open if entry not in over]
            alarms += more
        if fresh and published.size == head.head.size:
            alarms += _late(published, now=now_unix_s, limits=limits, origin=memory.origin)
    after = Memory(memory.origin, head, heard, published, duties, memory.told)
    return Round(after, now_unix_s, sorted(set(alarms)), compared.evidence, shown, fresh)


def _open(answers: Sequence[Answer], *, policy: Policy, origin: str, now: int) -> tuple[list[Seen], list[Alarm]]:
    """The heads that verify, and what is to be said of the others."""
    seen, alarms = [], []
    for answer in answers:
        if answer.problem is not None:
            alarms.append(Alarm("unreachable", answer.where, answer.problem))
        elif answer.data is None:
            # A witness that has cosigned nothing says so with 404; its silence is told apart.
            if not answer.witness:
                alarms.append(Alarm("refused", answer.where, "there is no checkpoint; is this a node of the log?"))
        else:
            try:
                head = open_head(answer.data, policy=policy, what="checkpoint", origin=origin)
            except VerifyError as error:
                alarms.append(Alarm("refused", answer.where, str(error)))
                continue
            if not head.final and not answer.witness:
                names = ", ".join(witness.name.decode("utf-8", errors="replace") for witness, _ in head.cosigned)
                message = f"the head of size {head.size} that it serves is not final: cosigned by [{names}]"
                alarms.append(Alarm("refused", answer.where, message))
            seen.append(Seen(head, answer.where, now))
    return seen, alarms


def _shown(seen: Sequence[Seen], answers: Sequence[Answer], *, now: int) -> list[Shown]:
    shown = []
    for where in dict.fromkeys(answer.where for answer in answers):
        finals = [one.head for one in seen if one.where == where and one.head.final]
        newest = max(finals, key=lambda head: head.size, default=None)
        time = None if newest is None else newest.newest_unix_s
        age = None if time is None else max(0, now - time)
        shown.append(Shown(where, None if newest is None else newest.size, age))
    return shown


def _behind(shown: Sequence[Shown], *, silence_s: int) -> list[Alarm]:
    """Nodes that go on showing what was final long ago."""
    alarms = []
    for one in shown:
        if one.age_s is not None and one.age_s > silence_s:
            message = f"the head of size {one.size} that it serves was cosigned last {one.age_s} s ago"
            alarms.append(Alarm("behind", one.where, message))
    return alarms


def _is_fresh(head: Seen | None, seen: Sequence[Seen], *, now: int, silence_s: int) -> bool:
    """Whether somebody cosigned the very head that is judged lately: only then its being old says something."""
    if head is None:
        return False
    times = [
        time
        for one in (head, *seen)
        if one.head.checkpoint.text == head.head.checkpoint.text
        for _, time in one.head.cosigned
    ]
    return any(now - time <= silence_s for time in times)


def _read_on(published: Publications, *, head: Seen, sources: Mapping[str, Source]) -> list[Alarm]:
    """Read on as far as anybody gives leaves."""
    failed = []
    for where, source in sources.items():
        if published.size >= head.head.size:
            return []
        try:
            read_on(published, head=head.head.checkpoint, source=source)
        except (VerifyError, OSError) as error:
            failed.append(f"{where}: {error}")
    if published.size >= head.head.size:
        return []
    message = f"nobody gives the leaves from {published.size} to {head.head.size}: {'; '.join(failed)}"
    return [Alarm("unproven", head.head.checkpoint.origin, message)]


def _late(published: Publications, *, now: int, limits: Limits, origin: str) -> list[Alarm]:
    """Trial balances and figures that should have been published by now."""
    alarms = []
    since = published.began_unix_ms if published.balance is None else published.balance_unix_ms
    age = now - since // 1000
    if published.size and age > limits.balance_s:
        newest = "there is no trial balance" if published.balance is None else f"the newest is leaf {published.balance}"
        alarms.append(Alarm("balance_late", origin, f"{newest}, and {age} s have passed; {limits.balance_s} may"))
    for programme, time in sorted(published.figures.items()):
        age = now - time // 1000
        if limits.figure_s is not None and age > limits.figure_s:
            message = f"the newest figure is {age} s old; {limits.figure_s} are allowed"
            alarms.append(Alarm("figure_late", programme, message))
    return alarms
