"""The arithmetic of positions: accounts as queues, moves, splits, gaps. Nothing else.

The k-th minor unit that came into an account is the k-th to leave it, unless a targeted move took it out of the middle.
`in` counts everything that ever came in and is the next free position; `next_out` is the lowest position that has not
left; balance = in - out. Source: docs/formats/books.md.

    {"amount":300,"from":"platform/dlz/gifts","from_pos":0,"to":"transit/7","to_pos":0}
    {"amount":300,"den":10,"num":9,"pos":0,"rest":"fund/dlz/other","rest_pos":0,"split":"fund/dlz","to":"fund/dlz/claims","to_pos":0}
"""

from collections.abc import Iterator
from typing import Any

from ledger.errors import Rejected
from ledger.state import Row, State, mark
from ledger.strict import INTEGER_MAX

SEGMENTS_MAX = 64  # a move that jumps more gaps than this is refused, so that a stamp stays small
SOURCES = ("own", "world")
PAYING = ("claims",)  # sealed payouts leave these accounts

Move = dict[str, Any]


class Books:
    """The accounts of a State, for the span of one entry: it carries moves out and notes what they touched."""

    def __init__(self, state: State, *, index: int) -> None:
        self._state = state
        self._index = index
        self.moves: list[Move] = []
        self.touched: dict[str, None] = {}  # account names, in the order of first touch
        self.gone: dict[str, Row] = {}  # transit accounts that were emptied, as they were last
        self.credits: list[tuple[str, int]] = []  # (account, amount) for whatever arrived, in order

    # -- accounts -------------------------------------------------------------------------------------------------

    def account(self, name: str) -> Row:
        """Return the account's row.

        Raises:
            Rejected: account_unknown.
        """
        row = self._state.get("account", name)
        if row is None:
            raise Rejected("account_unknown", f"there is no account {name}")
        return row

    def open(self, name: str, *, holder: str, unit: str, place: str, programme: str, **more: object) -> None:
        """Open an account with nothing in it. The first part of its name is its class."""
        kind = name.partition("/")[0]
        row = {"class": kind, "holder": holder, "in": 0, "next_out": 0, "out": 0, "place": place,
               "programme": programme, "salt": "00" * 32, "unit": unit, **more}
        self._put(name, row)
        if kind != "transit":  # money on its way lies at no place: reconciliations name it
            self._state.put("place", place, name, row=programme)
        if kind in PAYING:
            self._state.put("published", name, row={"at": self._index, "in": 0, "next_out": 0, "out": 0})
            mark(self._state, "published", name)

    def close_transit(self, name: str) -> None:
        """Remove a transit account once nothing is left in it."""
        row = self.account(name)
        if balance(row) == 0:
            self.gone[name] = row
            self._state.delete("account", name)
            self._state.delete("transfer", int(name.partition("/")[2]))

    # -- moves ----------------------------------------------------------------------------------------------------

    def move(self, source: str, target: str, amount: int, *, public: bool) -> None:
        """Move `amount` from the head of one queue to the end of another.

        Raises:
            Rejected: account_unknown, unit_differs, insufficient, too_many_segments, unpublished_payouts or
                position_overflow.
        """
        row = self.account(source)
        self._check_units(source, row, target)
        segments = self._head(source, row, amount)
        if len(segments) > SEGMENTS_MAX:
            raise Rejected("too_many_segments", f"taking {amount} from {source} would jump {len(segments) - 1} gaps, "
                           f"at most {SEGMENTS_MAX - 1} are allowed")
        if public:
            self.check_published(source)
        for start, end in segments:
            self._take(source, target, start, end, exits=public and row["class"] in PAYING)

    def move_targeted(self, source: str, target: str, start: int, end: int, *, public: bool) -> None:
        """Move the positions [start, end) out of the middle of a queue, leaving a gap.

        Raises:
            Rejected: account_unknown, unit_differs, position_left, unpublished_payouts or position_overflow.
        """
        row = self.account(source)
        self._check_units(source, row, target)
        if row["class"] in SOURCES or not row["next_out"] <= start < end <= row["in"] or any(
            gap_start < end and gap_end > start for gap_start, gap_end in self._gaps(source, row)
        ):
            raise Rejected("position_left", f"[{start}, {end}) is not at rest in {source}")
        if public:
            self.check_published(source)
        self._take(source, target, start, end, exits=public)

    def check_published(self, name: str) -> None:
        """Check that an account, if it pays, has no payout since its last published row.

        Raises:
            Rejected: unpublished_payouts.
        """
        paying = self._state.get("paying", name)
        if paying is not None:
            raise Rejected("unpublished_payouts", f"{name} has {paying['payouts']} payouts since its last published "
                           "row; publish it with a balance first")

    # -- below ----------------------------------------------------------------------------------------------------

    def _put(self, name: str, row: Row) -> None:
        self._state.put("account", name, row=row)
        self.touched[name] = None

    def _check_units(self, source: str, row: Row, target: str) -> None:
        unit = self.account(target)["unit"]
        if row["unit"] != unit:
            raise Rejected("unit_differs", f"{source} holds {row['unit']}, {target} holds {unit}")

    def _gaps(self, name: str, row: Row) -> Iterator[tuple[int, int]]:
        # Everything below next_out has left, so where `out` says no more than that, there is no gap to look for.
        if row["class"] not in SOURCES and row["out"] != row["next_out"]:
            for key, (end, _index) in self._state.scan("gap", name):
                yield int(key[2]), end

    def _head(self, name: str, row: Row, amount: int) -> list[tuple[int, int]]:
        """The stretches that a head move takes, jumping gaps."""
        at = row["next_out"]
        if row["class"] in SOURCES:
            return [(at, at + amount)]
        if amount > balance(row):
            raise Rejected("insufficient", f"{name} holds {balance(row)}, the move asks for {amount}")
        segments = []
        left = amount
        for gap_start, gap_end in self._gaps(name, row):
            if left == 0:
                break
            taken = min(left, gap_start - at)
            if taken:  # two gaps may touch
                segments.append((at, at + taken))
            left -= taken
            at = gap_end
        if left:
            segments.append((at, at + left))
        return segments

    def _take(self, source: str, target: str, start: int, end: int, *, exits: bool) -> None:
        row = self.account(source)
        amount = end - start
        row["out"] += amount
        if start == row["next_out"]:
            row["next_out"] = end
            if row["class"] not in SOURCES:
                self._jump_gaps(source, row)
        else:
            self._state.put("gap", source, start, row=[end, self._index])
        check_position(source, row["out"])
        self._put(source, row)
        if exits:
            self._state.put("exit", source, start, row=[end, self._index])
            mark(self._state, "exits", source, start)
        to_pos = self._credit(target, amount)
        self._state.put("move", source, end, row={"index": self._index, "pos": start, "to": target, "to_pos": to_pos})
        self.moves.append({"amount": amount, "from": source, "from_pos": start, "to": target, "to_pos": to_pos})
        self._split(target, to_pos, amount)

    def _jump_gaps(self, name: str, row: Row) -> None:
        while (gap := self._state.get("gap", name, row["next_out"])) is not None:
            self._state.delete("gap", name, row["next_out"])
            row["next_out"] = gap[0]

    def _credit(self, name: str, amount: int) -> int:
        row = self.account(name)
        position: int = row["in"]
        row["in"] += amount
        check_position(name, row["in"])
        self._put(name, row)
        if amount:
            self.credits.append((name, amount))
        return position

    def _split(self, name: str, pos: int, amount: int) -> None:
        """Pass on what arrived at `pos` of a split account, and so on below it."""
        arrivals = [(name, pos, amount)]
        while arrivals:
            name, pos, amount = arrivals.pop()
            row = self.account(name)
            split = row.get("split")
            if split is None:
                continue
            row["out"] += amount
            row["next_out"] += amount
            self._put(name, row)
            share = share_of(pos + amount, split) - share_of(pos, split)
            to_pos = self._credit(split["to"], share)
            rest_pos = self._credit(split["rest"], amount - share)
            places = {"den": split["den"], "num": split["num"], "pos": pos, "rest": split["rest"],
                      "rest_pos": rest_pos, "to": split["to"], "to_pos": to_pos}
            self._state.put("move", name, pos + amount, row={"index": self._index, **places})
            self.moves.append({"amount": amount, "split": name, **places})
            # A stack: the branch of `to` is finished before that of `rest` begins.
            if amount - share:
                arrivals.append((split["rest"], rest_pos, amount - share))
            if share:
                arrivals.append((split["to"], to_pos, share))


def balance(row: Row) -> int:
    """What an account holds; negative only in a source."""
    held: int = row["in"] - row["out"]
    return held


def share_of(position: int, split: Row) -> int:
    """How much the first child of a split has received of the first `position` units: exact for ever, no drift."""
    share: int = position * split["num"] // split["den"]
    return share


def check_position(name: str, position: int) -> None:
    """Check that a position or figure stays within +-(2^53-1). Rejected: position_overflow."""
    if not -INTEGER_MAX <= position <= INTEGER_MAX:
        raise Rejected("position_overflow", f"{name} would reach {position}, beyond 2^53-1")
