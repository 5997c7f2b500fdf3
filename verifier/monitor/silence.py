"""Who has cosigned lately: silence of an organisation, and clocks that are off."""

from collections.abc import Sequence
from dataclasses import dataclass

from verifier.log.policy import Policy
from verifier.monitor.alarm import Alarm
from verifier.monitor.evidence import Seen
from verifier.primitives.parse import INTEGER_MAX

AHEAD_S_MAX = 60  # what a cosigner's clock may be ahead of this one: as in the protocol


@dataclass(frozen=True, slots=True)
class Heard:
    """An organisation's newest cosignature: the time it states, and when this clock first saw it."""

    name: str
    time_unix_s: int
    heard_unix_s: int


def hear(
    seen: Sequence[Seen], *, before: Sequence[Heard], policy: Policy, now: int, silence_s: int
) -> tuple[list[Heard], list[Alarm]]:
    """What is heard of each organisation of the policy now, and whose silence or clock people should look at.

    A time ahead of this clock counts as now when it first appears, so that a clock that runs ahead hides no silence.
    """
    known = {heard.name: heard for heard in before}
    newest: dict[str, int] = {}
    for one in seen:
        for witness, time in one.head.cosigned:
            name = _text(witness.name)
            # A time that JSON could not keep exactly is as far ahead as any.
            newest[name] = max(min(time, INTEGER_MAX), newest.get(name, 0))
    heard, alarms = [], []
    for witness in policy.witnesses:
        name = _text(witness.name)
        last = known.get(name)
        if name in newest and _is_news(newest[name], last, now=now):
            last = Heard(name, newest[name], now)
        if last is None:
            alarms.append(Alarm("silent", name, f"no cosignature of {name} was ever seen"))
            continue
        heard.append(last)
        alarms += _judge(last, now=now, silence_s=silence_s)
    return heard, alarms


def _is_news(time: int, last: Heard | None, *, now: int) -> bool:
    """Whether a time says that somebody was there since: a later one, or the first right one after one far ahead."""
    if last is None or time > last.time_unix_s:
        return True
    return last.time_unix_s > last.heard_unix_s + AHEAD_S_MAX and time != last.time_unix_s and time <= now + AHEAD_S_MAX


def _judge(heard: Heard, *, now: int, silence_s: int) -> list[Alarm]:
    name, ahead = heard.name, heard.time_unix_s - heard.heard_unix_s
    if heard.heard_unix_s > now + AHEAD_S_MAX:
        back = heard.heard_unix_s - now
        return [Alarm("clock", name, f"this clock was set back by {back} s: silence cannot be told until it is right")]
    alarms = []
    if ahead > AHEAD_S_MAX:
        message = f"the newest cosignature of {name} was {ahead} s ahead of this clock: one of the two is wrong"
        alarms.append(Alarm("clock", name, message))
    silent = now - min(heard.time_unix_s, heard.heard_unix_s)
    if silent > silence_s:
        alarms.append(Alarm("silent", name, f"{name} has cosigned nothing for {silent} s, {silence_s} are allowed"))
    return alarms


def _text(name: bytes) -> str:
    return name.decode("utf-8", errors="replace")
