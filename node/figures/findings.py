"""Findings: what somebody said and the entries contradict; and, apart from them, what else does not fit, with why.

One deviation is told once. Where a total follows from the total before and the day's own figure, its deviation is
theirs; where it rose by what came in, it is that of the total before; where it takes in money of days before and so
comes closer to the entries, it mends one that was told already. These are remarks, and so is what cannot be judged.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import groupby

from ledger.parts import Precision
from ledger.rules.figures import supports
from node.figures.replay import Day, Replayed
from node.figures.table import COMPILED, COUNT, OFFICIAL, SAYERS, Table

# Sorts of findings, in the order in which they are told.
DAY_TOTAL, CUMULATIVE, COUNT_FALLS = "day_total", "cumulative", "count_falls"
SORTS = (DAY_TOTAL, CUMULATIVE, COUNT_FALLS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A contradiction: who said what of which day, what the entries come to, and by how much they differ.

    `entries` is None for a count: a cumulative count that falls contradicts the one said before, which is `before`.
    `leaf` is the notice; where it is one of a cumulative total the ledger itself flagged it with the difference.
    """

    sort: str
    by: str
    day: date
    last_day: date
    said: int
    entries: int | None
    difference: int
    step: int
    leaf: int
    before: int | None = None
    series: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Remark:
    """What is no contradiction and does not fit either: a key of words.py, the days it is about, and its numbers."""

    key: str
    by: str
    days: tuple[date, ...]
    numbers: dict[str, int] = field(default_factory=dict)
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Judged:
    """All that was found."""

    findings: tuple[Finding, ...]
    remarks: tuple[Remark, ...]


def judge_table(table: Table, replayed: Replayed) -> Judged:
    """Judge what the table says by the log that was made of it."""
    findings: list[Finding] = []
    remarks: list[Remark] = []
    for by in SAYERS:
        findings += _day_totals(table, replayed.days, by)
        told = _Totals(table, by, replayed.days)
        told.judge()
        findings += told.findings
        remarks += _not_judged(replayed.days, by) + _joined(told.remarks)
    findings += _falling_counts(replayed.days)
    remarks += _counts_of_a_day(replayed.days) + _lists_that_end(table)
    ordered = sorted(findings, key=lambda one: (SAYERS.index(one.by), SORTS.index(one.sort), one.day))
    return Judged(tuple(ordered), tuple(remarks))


def _precision(step: int) -> Precision | None:
    return Precision("rounded", step) if step > 1 else None


def _day_totals(table: Table, days: Sequence[Day], by: str) -> Iterator[Finding]:
    """Totals of a day that are not the change of what was raised."""
    step = table.step(by, "day")
    for day in days:
        said = day.row.day_total(by)
        if said is None or (by == OFFICIAL and day.block is not None) or supports(day.change, said, _precision(step)):
            continue
        yield Finding(sort=DAY_TOTAL, by=by, day=day.row.day, last_day=day.row.day, said=said, entries=day.change,
                      difference=said - day.change, step=step, leaf=day.told[by].leaf)


class _Totals:
    """The cumulative totals of one sayer, one after another."""

    def __init__(self, table: Table, by: str, days: Sequence[Day]) -> None:
        self._by = by
        self._days = days
        self._step = table.step(by, "cumulative")
        # Each number is half a step from the truth at most: two totals make a rise.
        self._rise_slack = 2 * (self._step // 2)
        self._day_slack = table.step(by, "day") // 2
        self._before: tuple[Day, int, int] | None = None  # the last day judged, its total, its difference
        self.findings: list[Finding] = []
        self.remarks: list[Remark] = []

    def judge(self) -> None:
        for day in self._days:
            said, told = day.row.cumulative(self._by), day.told.get(self._by)
            if said is None or told is None or told.difference is None:
                continue
            if told.difference:
                self._explain(day, said, told.difference, told.leaf)
            self._before = (day, said, told.difference)

    def _explain(self, day: Day, said: int, difference: int, leaf: int) -> None:
        """A total that the ledger flagged: a contradiction, unless what was told before explains it."""
        remark = self._remark(day, said, difference)
        if remark is not None:
            self.remarks.append(remark)
            return
        self.findings.append(Finding(
            sort=CUMULATIVE, by=self._by, day=day.row.day, last_day=day.row.day, said=said, entries=day.after,
            difference=difference, step=self._step, leaf=leaf,
        ))  # fmt: skip

    def _remark(self, day: Day, said: int, difference: int) -> Remark | None:
        """How the total came about, where the sayer's own figures, or the entries since the total before, tell it."""
        if self._before is None:
            return None
        earlier, total_before, difference_before = self._before
        of_day, days = day.row.day_total(self._by), (day.row.day,)
        if of_day is not None and self._is_next(earlier, day):
            over = said - total_before - of_day
            if abs(over) <= self._rise_slack + self._day_slack:
                return self._left_out(earlier, day, difference) or Remark("follows", self._by, days, {
                    "difference": difference})
            if abs(difference) < abs(difference_before):
                return Remark("catches_up", self._by, days, {
                    "difference": difference, "rise": said - total_before, "of_day": of_day, "over": over})
        if difference_before and abs(difference - difference_before) <= self._rise_slack:
            return Remark("stays", self._by, days, {"difference": difference})
        return None

    def _left_out(self, earlier: Day, day: Day, difference: int) -> Remark | None:
        """The remark on a total that goes on from one before the lists of days between."""
        between = [one for one in self._days if earlier.row.day < one.row.day < day.row.day and one.change]
        if not between:
            return None
        channels = sorted({channel for one in between for channel in one.row.lists})
        return Remark("leaves_out", self._by, (day.row.day,),
                      {"difference": difference, "left_out": sum(one.change for one in between)},
                      names=(f"{between[0].row.day}", f"{between[-1].row.day}", *channels))

    def _is_next(self, earlier: Day, day: Day) -> bool:
        """Whether nothing lies between two days: for who compiled the lists, a row of several days counts as one."""
        last = earlier.row.day
        if self._by == COMPILED and earlier.block is not None and earlier.block[0] == last:
            last = earlier.block[1]
        return day.row.day == last + timedelta(days=1)


def _not_judged(days: Sequence[Day], by: str) -> list[Remark]:
    """What the organisation said of days whose lists stand together on one row."""
    remarks = []
    said = [day for day in days if day.block is not None and by == OFFICIAL
            and ((day.is_open and day.row.cumulative(by) is not None) or day.row.day_total(by) is not None)]
    for block, group in groupby(said, key=lambda day: day.block):
        assert block is not None
        lists = next(day.row.lists for day in days if day.row.day == block[0])
        remarks.append(Remark("not_judged", by, tuple(day.row.day for day in group),
                              {"lists": sum(listed.amount for listed in lists.values())},
                              names=(f"{block[0]}", f"{block[1]}", *lists)))
    return remarks


def _joined(remarks: Sequence[Remark]) -> list[Remark]:
    """Remarks that follow each other and say the same, as one."""
    joined = []
    for _same, group in groupby(remarks, key=lambda one: (one.key, one.by, one.numbers, one.names)):
        every = list(group)
        joined.append(Remark(every[0].key, every[0].by, tuple(day for one in every for day in one.days),
                             every[0].numbers, every[0].names))
    return joined


def _falling_counts(days: Sequence[Day]) -> list[Finding]:
    """A count of all gifts so far that is lower than the one said before; a run of them is one finding.

    A count beside a total of the day may be the day's, and is none of these.
    """
    counted = [(day, day.row.said[COUNT]) for day in days if COUNT in day.row.said and not _is_of_day(day)]
    findings: list[Finding] = []
    highest, run = 0, list[tuple[Day, int]]()
    for day, count in counted:
        if count < highest:
            run.append((day, count))
            continue
        findings += _fall(run, highest)
        run, highest = [], count
    return findings + _fall(run, highest)


def _fall(run: Sequence[tuple[Day, int]], highest: int) -> list[Finding]:
    """The finding that a run of lower counts makes; none of an empty run."""
    if not run:
        return []
    last, said = run[-1]
    series = tuple(count for _day, count in run)
    return [Finding(sort=COUNT_FALLS, by=OFFICIAL, day=run[0][0].row.day, last_day=last.row.day, said=said,
                    entries=None, difference=said - highest, step=1, leaf=last.told[OFFICIAL].leaf, before=highest,
                    series=series)]


def _is_of_day(day: Day) -> bool:
    return day.row.day_total(OFFICIAL) is not None


def _counts_of_a_day(days: Sequence[Day]) -> list[Remark]:
    return [Remark("count_of_day", OFFICIAL, (day.row.day,), {"said": day.row.said[COUNT], "gifts": day.gifts})
            for day in days if COUNT in day.row.said and _is_of_day(day)]


def _lists_that_end(table: Table) -> list[Remark]:
    """Channels that have no list until the table's end: what came in there later is not among the entries."""
    last = table.rows[-1].day
    ends = {channel: max((row.day for row in table.rows if channel in row.lists), default=None)
            for channel in table.channels}
    return [Remark("list_ends", OFFICIAL, (day,), names=(channel,)) for channel, day in ends.items()
            if day is not None and day < last]
