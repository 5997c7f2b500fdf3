"""What was kept: duties by party and year as the figures count them, what came late and by how much, what was flagged.

Figures are rows of the newest trial balance, proven against its root; by how many days a duty was late is worked out
from the duties and calendars of the auditor's replay.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from msgspec import UNSET

from ledger.calendar import Calendar, days_late, year_days
from ledger.duties import log_day
from ledger.kinds import Cover, Notice
from ledger.leaf import stamp_of
from ledger.state import Row
from node.demo.auditor import Audited
from node.demo.proven import TrialBalance, entries_of


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyYear:
    """What one party had to do within a year: how much was due, and how much of it was met in time."""

    party: str
    year: str
    due: int
    in_time: int
    is_after: bool  # of a year after the last policy: whoever was bound then plays no more

    @property
    def on_time_bp(self) -> int:
        """The share in hundredths of a per cent."""
        return self.in_time * 10_000 // self.due


@dataclass(frozen=True, slots=True, kw_only=True)
class Late:
    """A duty that was met late, by so many days: of a claim, or to publish something."""

    id: str
    by: str
    due: date
    days: int
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """All duties of the programme; `open` are those of claims that nobody has met yet."""

    years: tuple[PartyYear, ...]
    open: int
    requests: int  # that stopped the clock of a claim
    late: tuple[Late, ...]
    flags: tuple[tuple[str, int | None], ...]  # a figure that a notice says, and how far it is from the books


def read_kept(audited: Audited, programme: str) -> Kept:
    """Read the duties of the programme.

    Raises:
        ProofError: the newest trial balance does not hold a figure.
    """
    return Kept(
        years=tuple(_years(audited, programme)),
        open=sum(duty["met"] is None for _, duty in _duties(audited, programme)),
        requests=sum(
            row["requested"] for _, row in audited.state.scan("claim") if row["programme"] == programme
        ),
        late=(*_late_duties(audited, programme), *_late_notices(audited, programme)),
        flags=tuple(_flags(audited, programme)),
    )


def _years(audited: Audited, programme: str) -> Iterator[PartyYear]:
    rows = TrialBalance(audited)
    last = max(entry.last_day for entry in entries_of(audited) if isinstance(entry, Cover))
    names = {str(key[1]) for key, _ in audited.state.scan("figure")}
    for name in sorted(names):
        scope, _, metric = name.rpartition("/")
        if metric == "duties_due" and name.startswith(f"{programme}/"):
            _, party, year = scope.split("/")
            in_time = f"{scope}/duties_in_time"
            yield PartyYear(
                party=party, year=year, due=rows.figure(name), in_time=rows.figure(in_time) if in_time in names else 0,
                is_after=int(year) > last.year,
            )  # fmt: skip


def _duties(audited: Audited, programme: str) -> Iterator[tuple[str, Row]]:
    for (_, claim, kind), duty in audited.state.scan("duty"):
        if audited.state.get("claim", int(claim))["programme"] == programme:
            yield kind, duty


def _late_duties(audited: Audited, programme: str) -> Iterator[Late]:
    calendar = Calendar({int(key[2]): year_days(row) for key, row in audited.state.scan("calendar")})
    for kind, duty in _duties(audited, programme):
        if duty["due"] is None or duty["met"] is None:
            continue
        due, met = date.fromisoformat(duty["due"]), date.fromisoformat(duty["met"])
        days = days_late(due, met, unit=duty["unit"], calendar=calendar)
        if days:
            yield Late(id=kind, by=duty["by"], due=due, days=days, unit=duty["unit"])


def _notices(audited: Audited, programme: str) -> Iterator[tuple[bytes, Notice]]:
    for leaf, entry in zip(audited.leaves, entries_of(audited), strict=True):
        if isinstance(entry, Notice) and entry.programme == programme:
            yield leaf, entry


def _late_notices(audited: Audited, programme: str) -> Iterator[Late]:
    zone = _zone(audited, programme)
    for leaf, entry in _notices(audited, programme):
        if entry.meets is UNSET:
            continue
        days = (log_day(stamp_of(leaf).time_unix_ms, zone) - entry.meets.due).days
        if days > 0:
            by = next(duty["by"] for duty in audited.state.get("notices", entry.meets.entry)["duties"]
                      if duty["id"] == entry.meets.id)
            yield Late(id=entry.meets.id, by=by, due=entry.meets.due, days=days, unit="calendar_day")


def _zone(audited: Audited, programme: str) -> str:
    versions = [row for _, row in audited.state.scan("terms") if row["programme"] == programme]
    return str(max(versions, key=lambda row: row["version"])["zone"])


def _flags(audited: Audited, programme: str) -> Iterator[tuple[str, int | None]]:
    for leaf, _ in _notices(audited, programme):
        flags = stamp_of(leaf).flags
        if flags is not UNSET:
            yield from ((str(metric).removeprefix(f"{programme}/"), difference) for metric, difference in flags)
