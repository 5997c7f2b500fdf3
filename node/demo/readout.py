"""The readout: what a replayed log says about the two programmes, each number proven or added up from entries.

Accounts, figures and published rows are those of the newest trial balance, proven against the roots in its stamp. What
no trial balance holds, such as the gifts of one period, is added up from the public entries. Nothing is read from the
script but the names of programme and accounts.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from msgspec import UNSET

from ledger.errors import ProofError
from ledger.kinds import Balance, Close, Cover, Donation, Entry, MoneyMove, PublishedFigure, Receive, Refund, Sealed
from ledger.leaf import stamp_of
from node.demo.auditor import Audited
from node.demo.basis import Basis
from node.demo.kept import Kept, read_kept
from node.demo.other_county import OtherCounty, read_other
from node.demo.proven import TrialBalance, entries_of
from node.demo.script import Accounts
from node.demo.worked import Worked, largest_decision

T = TypeVar("T", bound=Entry)


@dataclass(frozen=True, slots=True)
class Told:
    """A figure as it was said in public: the proven value, and what the entry gives as its basis."""

    value: int
    basis: Basis
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodRead:
    """One period of one county."""

    id: str
    first_day: date
    last_day: date
    gifts: int
    premium: int
    person_times: Told
    persons: Told
    person_times_paid: Told
    paid: Told
    carried: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What the log says of the programme. Amounts are fen."""

    reading: str
    as_of: date  # the day of the paying account's last published row
    balance_index: int
    leaves: int
    gift_batches: int
    gift_lines: int
    came_in: int
    given_back: int
    held: int  # in the paying account, by its last published row
    resting: dict[str, int]  # balance of each account of the programme
    sum_of_all: int
    figures: dict[str, Told]
    periods: tuple[PeriodRead, ...]
    payouts_bounced: int
    kept: Kept
    worked: Worked
    other_county: OtherCounty | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReliefRead:
    """What the log says of the second programme: gifts, their sum, and the position of each line in its account."""

    gifts: int
    held: int
    positions: tuple[tuple[int, int], ...]


class LogReader:
    """Reads one replayed log."""

    def __init__(self, audited: Audited) -> None:
        self._audited = audited
        self._entries = entries_of(audited)
        self._rows = TrialBalance(audited)

    def programme(self, programme: str, accounts: Accounts) -> Read:
        """Read the programme whose accounts are `accounts`, as it was when its county was closed.

        What is said of duties, and of a county that joined later, is of the newest trial balance.

        Raises:
            ProofError: a trial balance does not hold a row that is needed.
        """
        earlier = self._audited.earlier
        if earlier is not None:
            read = LogReader(earlier).programme(programme, accounts)
            return replace(
                read, leaves=len(self._entries), kept=read_kept(self._audited, programme),
                other_county=read_other(self._audited, programme),
            )  # fmt: skip
        figures = dict(self._figures(programme))
        published = self._rows.row("published", accounts.claims)
        shown_by = self._entries[published["at"]]
        assert isinstance(shown_by, Balance)  # nothing else publishes a row
        donations = [(index, entry) for index, entry in self._of(Donation) if entry.programme == programme]
        refunds = [entry for _, entry in self._of(Refund) if entry.programme == programme]
        self._check_unmoved(programme, since=published["at"])
        readings = {entry.reading for _, entry in self._of(PublishedFigure) if entry.reading is not UNSET}
        if len(readings) != 1:
            raise ProofError(f"log: expected figures under one reading, got {sorted(map(str, readings))}")
        return Read(
            reading=str(readings.pop()),
            as_of=shown_by.at,
            balance_index=self._rows.index,
            leaves=len(self._entries),
            gift_batches=len(donations),
            gift_lines=sum(entry.lines.count for _, entry in donations),
            came_in=sum(entry.lines.total for _, entry in donations),
            given_back=sum(entry.line.amount for entry in refunds),
            held=published["in"] - published["out"],
            resting=dict(self._resting(programme)),
            sum_of_all=sum(held for _, held in self._resting(programme)),
            figures=figures,
            periods=tuple(self._periods(programme, accounts, figures)),
            payouts_bounced=sum(row["state"] == "again" for _, row in self._audited.state.scan("payout")),
            kept=read_kept(self._audited, programme),
            worked=largest_decision(self._audited, programme),
            other_county=None,
        )

    def relief(self, programme: str, fund: str) -> ReliefRead | None:
        """Read the second programme; None where the log has nothing of it."""
        donations = [(index, entry) for index, entry in self._of(Donation) if entry.programme == programme]
        if not donations:
            return None
        row = self._rows.row("accounts", fund)
        positions = []
        for index, entry in donations:
            at = self._audited.state.get("donation", index)["pos"]
            data = self._audited.blobs.batch(bytes.fromhex(entry.lines.root))
            assert data is not None  # the replay has read it
            for start in range(0, len(data), 40):
                amount = int.from_bytes(data[start : start + 8], "big")
                positions.append((at, amount))
                at += amount
        return ReliefRead(
            gifts=sum(entry.lines.count for _, entry in donations),
            held=row["in"] - row["out"],
            positions=tuple(positions),
        )

    def _check_unmoved(self, programme: str, *, since: int) -> None:
        """No money of the programme moved since the row was published, so that all rows are of one day."""
        if any(True for _ in self._audited.state.scan("paying")):
            raise ProofError("log: there are payouts since the last published row; publish it, then read")
        for index in range(since + 1, len(self._entries)):
            if isinstance(self._entries[index], Sealed):
                continue
            for move in stamp_of(self._audited.leaves[index]).moves or ():
                name = move["from"] if "from" in move else move["split"]
                if self._audited.state.get("account", name)["programme"] == programme:
                    raise ProofError(f"log: leaf {index} moves money of {programme} after the last published row")

    def _of(self, kind: type[T]) -> Iterator[tuple[int, T]]:
        return ((index, entry) for index, entry in enumerate(self._entries) if isinstance(entry, kind))

    def _figures(self, programme: str) -> Iterator[tuple[str, Told]]:
        """The figures that were said, as the trial balance has them, with the newest entry's basis."""
        for _, entry in self._of(PublishedFigure):
            if entry.programme == programme:
                value = self._rows.row("figures", entry.metric)["value"]
                yield entry.metric.removeprefix(f"{programme}/"), Told(value, entry.basis, entry.at)

    def _resting(self, programme: str) -> Iterator[tuple[str, int]]:
        for (_table, name), row in self._audited.state.scan("account"):
            if row["programme"] == programme and row["class"] != "transit":
                proven = self._rows.row("accounts", name)
                yield name, proven["in"] - proven["out"]

    def _periods(self, programme: str, accounts: Accounts, figures: dict[str, Told]) -> Iterator[PeriodRead]:
        donated = {index: entry for index, entry in self._of(Donation) if entry.programme == programme}
        refunds = [entry for _, entry in self._of(Refund) if entry.programme == programme]
        premiums = {
            index for index, entry in self._of(MoneyMove)
            if (entry.programme, entry.kind, entry.purpose) == (programme, "transfer", "premium")
        }
        closes = [entry for _, entry in self._of(Close) if entry.programme == programme]
        for _, cover in self._of(Cover):
            if cover.programme != programme:
                continue

            def within(day: date, cover: Cover = cover) -> bool:
                return cover.first_day <= day <= cover.last_day

            came = sum(entry.lines.total for entry in donated.values() if within(entry.at))
            back = sum(entry.line.amount for entry in refunds if within(donated[entry.donation].at))
            received = [
                entry.amount for _, entry in self._of(Receive) if entry.transfer in premiums and within(entry.at)
            ]
            carried = [
                said.closing for close in closes if close.period == cover.period for said in close.accounts
                if said.account == accounts.claims
            ]
            if len(carried) != 1:
                raise ProofError(f"log: period {cover.period} is closed {len(carried)} times for {accounts.claims}")
            yield PeriodRead(
                id=cover.period, first_day=cover.first_day, last_day=cover.last_day, gifts=came - back,
                premium=sum(received), carried=carried[0],
                **{name: figures[f"{cover.period}/{name}"]
                   for name in ("person_times", "persons", "person_times_paid", "paid")},
            )  # fmt: skip
