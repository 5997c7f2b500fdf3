"""Accounts as queues of positions, and what moves them (docs/formats/books.md).

The k-th minor unit that came into an account is the k-th to leave it, unless it was taken out of the middle by name.
An account counts `in`, `out` and `next_out`, the lowest position that has not left; between `next_out` and `in` there
may be gaps. Sources (`world`, `own`) have no end. A split passes on at once what arrives.
"""

from dataclasses import dataclass, field
from typing import Any

from verifier.errors import Rejected
from verifier.primitives.parse import INTEGER_MAX
from verifier.rules.rows import Rows, number

SEGMENTS_MAX = 64
SOURCES = ("world", "own")
PAYING = ("claims",)
_RESTS = (*SOURCES, *PAYING, "paid", "spent", "premium", "out")  # what has arrived there rests there for a walk


@dataclass(frozen=True, slots=True)
class Piece:
    """Positions `[start, end)` of an account."""

    account: str
    start: int
    end: int


@dataclass(slots=True)
class Books:
    """The moves of one entry: carries them out on the rows and writes them down.

    `public` is False for a sealed entry. `arrived` is what came into each account, share by share; `touched` are the
    keys of the accounts that the moves name.
    """

    rows: Rows
    index: int
    public: bool
    moves: list[dict[str, Any]] = field(default_factory=list)
    arrived: list[tuple[str, int]] = field(default_factory=list)
    touched: set[str] = field(default_factory=set)

    def account(self, name: str) -> Any:
        """The row of an account that is known to exist."""
        return self.rows.get(f"account {name}")

    def move_head(self, *, source: str, to: str, amount: int) -> None:
        """Move `amount` from the head of one queue to the end of another.

        Raises:
            Rejected: `unit_differs`, `insufficient`, `too_many_segments`, `unpublished_payouts`, `position_overflow`.
        """
        row = self._from(source, to=to)
        if row["class"] not in SOURCES and amount > row["in"] - row["out"]:
            raise Rejected(
                "insufficient",
                f"account {source} holds {row['in'] - row['out']} minor units, the move asks for {amount}",
            )
        segments = self._segments(source, row, amount)
        if len(segments) > SEGMENTS_MAX:
            raise Rejected(
                "too_many_segments", f"account {source}: expected at most {SEGMENTS_MAX} segments, got {len(segments)}"
            )
        self._check_published(source, row)
        for segment in segments:
            self._carry(segment, to=to, exits=row["class"] in PAYING)

    def move_piece(self, piece: Piece, *, to: str) -> None:
        """Move named positions out of the middle of a queue to the end of another.

        Raises:
            Rejected: `unit_differs`, `position_left`, `unpublished_payouts`, `position_overflow`.
        """
        row = self._from(piece.account, to=to)
        if row["class"] in SOURCES or not row["next_out"] <= piece.start < piece.end <= row["in"]:
            raise Rejected("position_left", f"{_shown(piece)}: the account holds [{row['next_out']}, {row['in']})")
        # The first move that ends beyond the piece's start; it reaches into the piece if a gap does.
        left = next((move for _, move in self.rows.group(f"move {piece.account}", start=number(piece.start + 1))), None)
        if left is not None and left["pos"] < piece.end:
            raise Rejected("position_left", f"{_shown(piece)}: position {left['pos']} left by leaf {left['index']}")
        self._check_published(piece.account, row)
        self._carry(piece, to=to, exits=True)

    def _from(self, source: str, *, to: str) -> Any:
        row, end = self.account(source), self.account(to)
        if row["unit"] != end["unit"]:
            raise Rejected("unit_differs", f"{source} is in {row['unit']}, {to} in {end['unit']}")
        return row

    def _check_published(self, source: str, row: Any) -> None:
        if self.public and row["class"] in PAYING and self.rows.get(f"paying {source}"):
            raise Rejected("unpublished_payouts", f"account {source} has payouts since its last published row")

    def _segments(self, source: str, row: Any, amount: int) -> list[Piece]:
        """The stretches between gaps that hold the first `amount`; one more than allowed ends the search."""
        start = row["next_out"]
        if row["class"] in SOURCES:
            return [Piece(source, start, start + amount)]
        found: list[Piece] = []
        for begin, (end, _) in self.rows.group(f"gap {source}"):
            taken = min(amount, int(begin) - start)
            if taken:
                found.append(Piece(source, start, start + taken))
            amount, start = amount - taken, end
            if not amount or len(found) > SEGMENTS_MAX:
                return found
        return [*found, Piece(source, start, start + amount)]

    def _carry(self, piece: Piece, *, to: str, exits: bool) -> None:
        at = self._arrive(to, piece.end - piece.start)
        self._leave(piece)
        self.rows.put(
            f"move {piece.account} {number(piece.end)}",
            {"index": self.index, "pos": piece.start, "to": to, "to_pos": at},
        )
        if exits and self.public:
            self.rows.put(f"exit {piece.account} {number(piece.start)}", [piece.end, self.index])
        amount = piece.end - piece.start
        self.moves.append({"amount": amount, "from": piece.account, "from_pos": piece.start, "to": to, "to_pos": at})
        self.touched |= {f"account {piece.account}", f"account {to}"}
        self._pass_on(to, at, amount)

    def _arrive(self, name: str, amount: int) -> int:
        """Put `amount` at the end of a queue and give its position."""
        at: int = self.account(name)["in"]
        _check_position(name, at + amount)
        self.rows.change(f"account {name}", {"in": at + amount})
        if amount:
            self.arrived.append((name, amount))
        return at

    def _leave(self, piece: Piece) -> None:
        """Count a piece out; `next_out` jumps over the gaps that it meets."""
        row = self.account(piece.account)
        out = row["out"] + piece.end - piece.start
        _check_position(piece.account, max(out, piece.end))
        next_out = row["next_out"]
        if piece.start == next_out:
            next_out = piece.end
            while gap := self.rows.get(key := f"gap {piece.account} {number(next_out)}"):
                self.rows.remove(key)
                next_out = gap[0]
        else:
            self.rows.put(f"gap {piece.account} {number(piece.start)}", [piece.end, self.index])
        self.rows.change(f"account {piece.account}", {"out": out, "next_out": next_out})

    def _pass_on(self, name: str, at: int, amount: int) -> None:
        """Pass on what arrived at position `at` of a split; does nothing in any other account."""
        split = self.account(name).get("split")
        if not split or not amount:
            return
        num, den, to, rest = split["num"], split["den"], split["to"], split["rest"]
        share = share_below(at + amount, num=num, den=den) - share_below(at, num=num, den=den)
        to_pos, rest_pos = self._arrive(to, share), self._arrive(rest, amount - share)
        self._leave(Piece(name, at, at + amount))
        places = {"den": den, "num": num, "pos": at, "rest": rest, "rest_pos": rest_pos, "to": to, "to_pos": to_pos}
        self.rows.put(f"move {name} {number(at + amount)}", {**places, "index": self.index})
        self.moves.append({**places, "amount": amount, "split": name})
        self.touched |= {f"account {name}", f"account {to}", f"account {rest}"}
        self._pass_on(to, to_pos, share)
        self._pass_on(rest, rest_pos, amount - share)


def share_below(position: int, *, num: int, den: int) -> int:
    """How much of the first `position` minor units that came into a split went to its first child."""
    return position * num // den


def class_of(account: str) -> str:
    """The class that the name of an account fixes."""
    return account.partition("/")[0]


def walk(rows: Rows, piece: Piece) -> list[Piece]:
    """Where the positions of `piece` rest now, each in the account it has come to, in order of the walk."""
    resting: list[Piece] = []
    waiting = [(piece, False)]
    while waiting:
        now, rests = waiting.pop()
        if now.start == now.end:
            continue
        if rests or class_of(now.account) in _RESTS:
            resting.append(now)
        else:
            waiting.extend(reversed(_next(rows, now)))
    return resting


def _next(rows: Rows, piece: Piece) -> list[tuple[Piece, bool]]:
    """The parts of `piece` in order of position: where each has gone, or (True) that it rests here."""
    found: list[tuple[Piece, bool]] = []
    at = piece.start
    for key, move in rows.group(f"move {piece.account}", start=number(piece.start + 1)):
        if move["pos"] >= piece.end:
            break
        start, end = max(piece.start, move["pos"]), min(piece.end, int(key))
        found.append((Piece(piece.account, at, start), True))
        if "rest" in move:
            found.extend((one, False) for one in _images(move, start, end))
        else:
            shift = move["to_pos"] - move["pos"]
            found.append((Piece(move["to"], start + shift, end + shift), False))
        at = end
    return [*found, (Piece(piece.account, at, piece.end), True)]


def _images(move: Any, start: int, end: int) -> tuple[Piece, Piece]:
    """Where positions `[start, end)` of a split went: in its first child and in its rest."""

    def share(position: int) -> int:
        return share_below(position, num=move["num"], den=move["den"]) - share_below(
            move["pos"], num=move["num"], den=move["den"]
        )

    to, rest = move["to_pos"], move["rest_pos"] - move["pos"]
    return (
        Piece(move["to"], to + share(start), to + share(end)),
        Piece(move["rest"], rest + start - share(start), rest + end - share(end)),
    )


def _check_position(account: str, position: int) -> None:
    if position > INTEGER_MAX:
        raise Rejected("position_overflow", f"account {account}: expected positions up to {INTEGER_MAX}")


def _shown(piece: Piece) -> str:
    return f"account {piece.account}, positions [{piece.start}, {piece.end})"
