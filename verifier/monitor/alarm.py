"""What a monitor has to say to people: one alarm is one name about one party or place."""

from dataclasses import dataclass
from enum import IntEnum


class Weight(IntEnum):
    """How an alarm counts: something is proven wrong, or something cannot be told."""

    UNKNOWN = 3
    PROVEN = 1


# Every name there can be. A name is never renamed: metrics and webhooks carry it.
WEIGHTS = {
    "split_view": Weight.PROVEN,  # two heads that cannot both be true; evidence is kept
    "duty_overdue": Weight.PROVEN,  # what must be published was not, as of the newest trial balance
    "balance_late": Weight.PROVEN,  # the newest trial balance is too old, by a head that is fresh
    "figure_late": Weight.PROVEN,  # the newest figure of a programme is too old, by a head that is fresh
    "unreachable": Weight.UNKNOWN,  # a node gives no answer
    "refused": Weight.UNKNOWN,  # what a node shows is malformed, not signed, or not final
    "behind": Weight.UNKNOWN,  # a node shows an old head as its newest
    "silent": Weight.UNKNOWN,  # an organisation cosigns nothing
    "clock": Weight.UNKNOWN,  # the clock of an organisation, or this one, is wrong
    "unproven": Weight.UNKNOWN,  # heads, leaves or duties that nobody proves
}


@dataclass(frozen=True, slots=True, order=True)
class Alarm:
    """One thing that people should look at; `about` is a party, a programme, a URL, or the origin of the log."""

    name: str
    about: str
    message: str

    @property
    def weight(self) -> Weight:
        """How it counts."""
        return WEIGHTS[self.name]

    @property
    def key(self) -> str:
        """What it is the same alarm by, however its message changes."""
        return f"{self.name} {self.about}"


def exit_status(alarms: list[Alarm]) -> int:
    """0: all is well; 1: something is proven wrong; 3: something cannot be told."""
    weights = {alarm.weight for alarm in alarms}
    return int(min(weights, default=0))
