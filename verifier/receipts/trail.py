"""Where a gift went: its interval, carried along the moves that are shown, and judged where it rests.

Each position of an account leaves once, so a move that is shown is all that ever happens to its positions. What a
prover leaves out cannot make a piece go elsewhere, only rest too early; there a row of the newest trial balance, and
the proof that no exit touches the piece, must confirm that it had not left.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from verifier.errors import CannotTell, ProofError
from verifier.receipts.verdict import State
from verifier.rules.books import PAYING, class_of
from verifier.rules.moves import Move, Split

# What has arrived in these rests there. In a source positions that came and that left are numbered apart.
_ENDS = ("world", "own", "paid", "spent", "premium", "out")
_END_STATES = {
    "world": State.GIVEN_BACK,
    "own": State.SPENT,
    "spent": State.SPENT,
    "out": State.SPENT,
    "premium": State.RISK_PASSED,
}


@dataclass(frozen=True, slots=True)
class Part:
    """Positions `[start, end)` of an account, which came there with leaf `since`."""

    account: str
    start: int
    end: int
    since: int


@dataclass(frozen=True, slots=True)
class Step:
    """What one move did to the interval: `amount` of it went from one account to another in leaf `index`."""

    index: int
    source: str
    to: str
    amount: int


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of a part, as of leaf `as_of`."""

    part: Part
    state: State
    as_of: int


@dataclass(frozen=True, slots=True)
class Balance:
    """What a receipt shows of the trial balance in leaf `index`.

    `rows` are by map and name, None for a row that is absent; in `untouched` (account, start, end) no exit touches.
    """

    index: int
    rows: Mapping[tuple[str, str], Mapping[str, Any] | None]
    untouched: tuple[tuple[str, int, int], ...]


def carry(part: Part, *, moves: Iterable[tuple[int, Move | Split]]) -> tuple[list[Part], list[Step]]:
    """Carry an interval along moves, each with the index of its leaf, in the order in which they were executed.

    Gives the parts where they rest, in the order of the interval, and the steps on the way.
    """
    parts = [part]
    steps: list[Step] = []
    for index, move in moves:
        carried: list[Part] = []
        for one in parts:
            start, end = max(one.start, move.start), min(one.end, move.end)
            if one.account != move.account or start >= end or class_of(one.account) in _ENDS:
                carried.append(one)
                continue
            images = [Part(*span, index) for span in move.images(start, end)]
            steps += [Step(index, move.account, image.account, image.end - image.start) for image in images]
            before, behind = Part(one.account, one.start, start, one.since), Part(one.account, end, one.end, one.since)
            carried += [each for each in (before, *images, behind) if each.start < each.end]
        parts = carried
    return parts, steps


def judge(part: Part, *, balance: Balance | None) -> list[Judged]:
    """Say what became of a part where it rests, cut where the answer changes.

    Raises:
        ProofError: it had moved on by the time of the balance, and the move is not shown.
        CannotTell: the row, or the proof that no exit touches the part, is not shown.
    """
    kind = class_of(part.account)
    if kind in _END_STATES:
        return [Judged(part, _END_STATES[kind], part.since)]
    what = f"{part.account} [{part.start}, {part.end})"
    map_name = "published" if kind in PAYING else "accounts"
    if balance is None or (map_name, part.account) not in balance.rows:
        raise CannotTell(f"{what}: no row of the account is shown, so nobody can tell whether this part rests there")
    if not any(
        account == part.account and start <= part.start and part.end <= end
        for account, start, end in balance.untouched
    ):
        raise CannotTell(f"{what}: it is not shown that no exit touches this part")
    row = balance.rows[map_name, part.account]
    if row is None:
        if part.since < balance.index:
            raise ProofError(f"{what}: the account is gone by balance {balance.index}, and no move out of it is shown")
        return [Judged(part, State.ARRIVED_SINCE, balance.index)]
    if kind in PAYING:
        states, as_of = (State.PAID, State.NOT_YET_PAID, State.ARRIVED_SINCE), row["at"]
    else:
        if part.start < row["next_out"]:
            raise ProofError(
                f"{what}: by balance {balance.index} all below {row['next_out']} had left, and not every move is shown"
            )
        resting = State.ON_ITS_WAY if kind == "transit" else State.AT_REST
        states, as_of = (resting, resting, State.ARRIVED_SINCE), balance.index
    cuts = _cut(part, at=(row["next_out"], row["in"]))
    return [Judged(one, state, as_of) for one, state in zip(cuts, states, strict=True) if one.start < one.end]


def _cut(part: Part, *, at: Sequence[int]) -> list[Part]:
    """The part in one piece more than there are cuts, which rise; pieces may be empty."""
    ends = [max(part.start, min(part.end, cut)) for cut in at]
    return [
        Part(part.account, start, end, part.since)
        for start, end in zip([part.start, *ends], [*ends, part.end], strict=True)
    ]
