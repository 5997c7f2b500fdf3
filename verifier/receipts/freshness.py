"""How old what a receipt says may be, and since when a quorum vouches for it."""

from verifier.errors import CannotTell
from verifier.log.policy import CosignedCheckpoint, Policy, Witness, is_quorum
from verifier.receipts.verdict import Moment


class Stale(CannotTell):
    """What is shown may have been true, and something newer is known or asked for: get a newer receipt."""


def quorum_time(believed: CosignedCheckpoint, *, policy: Policy) -> int | None:
    """The latest time, in POSIX seconds, at or after which a whole quorum vouched; None where it never did."""
    for _, time in sorted(believed.cosigned, key=_time, reverse=True):
        if is_quorum(policy, [witness.name for witness, at in believed.cosigned if at >= time]):
            return time
    return None


def quorum_number(policy: Policy) -> int | None:
    """How many witnesses must vouch, where the quorum is one witness or a group of witnesses; else None."""
    if policy.quorum is None:
        return 0
    names = {witness.name for witness in policy.witnesses}
    groups = [group for group in policy.groups if group.name == policy.quorum]
    if not groups:
        return 1
    return groups[0].needed if set(groups[0].members) <= names else None


def check_age(as_of: Moment, *, vouched: int | None, now: int | None, max_age_seconds: int | None) -> None:
    """Check that what is so as of a leaf is not older than asked for; without `max_age_seconds` any age will do.

    Raises:
        Stale: it is older, or its age cannot be told.
    """
    if max_age_seconds is None:
        return
    if now is None or vouched is None or as_of.time_unix_ms is None:
        raise Stale("receipt: how old it is cannot be told: no clock is given, or nobody vouches for its time")
    age = now - min(vouched, as_of.time_unix_ms // 1000)
    if age > max_age_seconds:
        raise Stale(
            f"receipt: what it says is {age} seconds old, at most {max_age_seconds} are asked for; get a newer receipt"
        )


def _time(cosigned: tuple[Witness, int]) -> int:
    return cosigned[1]
