"""Screen: what was found, as tables, with the sentences that go with them."""

from collections.abc import Sequence
from itertools import groupby

from rich import box
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table as ScreenTable
from rich.text import Text

from node.counted import Counted
from node.demo.money import money
from node.demo.screen import wrap
from node.figures.explain import (
    Words,
    amount_in,
    method_in_words,
    refusal_in_words,
    remark_in_words,
    signed,
    within_in_words,
)
from node.figures.findings import Finding, Judged
from node.figures.replay import Replayed
from node.figures.said import Verdict
from node.figures.sums import Check
from node.figures.table import Table

_RED = "red"
_WIDEST = 1000  # characters; no table of figures needs as many


def show_table(console: Console, table: Table, replayed: Replayed, judged: Judged, *, name: str, words: Words) -> None:
    """Print the contradictions of a table of days by sort, then the remarks, then how it was judged."""
    title = words["table"].format(file=name, days=Counted(len(table.rows)),
                                  channels=Counted(len(table.channels)),
                                  names=words["comma"].join(table.channels))
    console.print(Text(title, "bold"), soft_wrap=True)
    for (by, sort), group in groupby(judged.findings, key=lambda one: (one.by, one.sort)):
        title = f"{words[by]}{words['colon']}{words[sort]}"
        console.print()
        _show_whole(console, _findings(list(group), title, words))
    if judged.remarks:
        _show_list(console, words["remarks"], [remark_in_words(remark, words) for remark in judged.remarks])
    _show_list(console, words["how"], method_in_words(table, replayed, words))
    _show_last(console, words["contradictions"].format(file=name, count=Counted(len(judged.findings)),
                                                       remarks=Counted(len(judged.remarks))),
               words=words, is_bad=bool(judged.findings))


def _findings(findings: Sequence[Finding], title: str, words: Words) -> ScreenTable:
    counts = findings[0].before is not None
    third, last = ("before", ()) if counts else ("entries", ("step",))
    screen = _screen(title, words, left=("date",), right=("said", third, "difference", *last, "leaf"))
    for one in findings:
        cells = (
            [f"{one.day}", money(one.said), money(one.entries), signed(one.difference),
             f"±{money(one.step // 2)}" if one.step > 1 else words["fen"]] if one.entries is not None else
            [_span(one, words), words["comma"].join(f"{n:,}" for n in one.series),
             f"{one.before:,}", f"{one.difference:,}"]
        )  # fmt: skip
        screen.add_row(*map(Text, (*cells, f"{one.leaf}")))
    return screen


def _span(finding: Finding, words: Words) -> str:
    """The days of a run."""
    first, last = finding.day, finding.last_day
    return f"{first}" if first == last else words["to"].format(first=first, last=last)


def show_checks(console: Console, checks: Sequence[Check], *, name: str, words: Words) -> None:
    """Print each cross check with its bounds, then why any is not right."""
    screen = _screen("", words, left=("check", "verdict", "formula"), right=("comes_to", "exact_to"))
    notes: list[str] = []
    for check in checks:
        verdict = "refused" if check.refused else "ok" if check.ok else "differs"
        result = "" if check.result is None else amount_in(check.result, check.unit)
        formula = "\n  ".join((check.formula, *_beneath(check, words)))
        screen.add_row(*map(Text, (check.id, words[verdict], formula, result, _exact_to(check, words))),
                       style=None if check.ok else _RED)
        notes += _notes(check, words)
    _show_whole(console, screen)
    for note in notes:
        console.print(Text(f"  {note}"), soft_wrap=True)
    good = sum(check.ok for check in checks)
    _show_last(console, words["checks"].format(file=name, total=Counted(len(checks)), ok=good, bad=len(checks) - good),
               words=words, is_bad=good < len(checks))


def _exact_to(check: Check, words: Words) -> str:
    if check.result is None:
        return ""
    if check.within is None:
        return words["unknown"]
    if not check.shares:
        return words["exact"]
    return within_in_words(*check.within, check.result, check.unit, words)


def _beneath(check: Check, words: Words) -> list[str]:
    """The reading that a formula is worked out under, and what each printed number does to it, where several do."""
    lines = [words["under"].format(reading=check.reading)] if check.reading else []
    if check.result is not None and len(check.shares) > 1:
        lines += [f"{share.id}: {within_in_words(share.low, share.high, check.result, check.unit, words)}"
                  for share in check.shares]
    return lines


def _notes(check: Check, words: Words) -> list[str]:
    notes = []
    if check.refused:
        notes.append(f"{check.id}{words['colon']}{refusal_in_words(check.refused, words)}")
    elif not check.ok and check.result is not None:
        told = words["says"].format(id=check.id, said=amount_in(check.said, check.unit),
                                    difference=amount_in(check.said - check.result, check.unit))
        notes.append(told + (words["possible"] if check.is_possible else ""))
    if check.apart:
        notes.append(words["apart"].format(id=check.id, names=words["comma"].join(check.apart)))
    return notes


def show_verdicts(console: Console, verdicts: Sequence[Verdict], *, name: str, words: Words) -> None:
    """Print each figure beside what the books hold, then why any is not supported."""
    screen = _screen("", words, left=("metric",), right=("said",), more=("precision",))
    for column in ("books", "difference"):
        screen.add_column(words[column], justify="right", no_wrap=True)
    screen.add_column(words["verdict"], no_wrap=True)
    for one in verdicts:
        precision = words["exact"] if one.precision is None else (
            words[one.precision.kind].format(unit=f"{one.precision.unit:,}"))
        books = words["not_told"] if one.books is None else f"{one.books:,}"
        difference = words["not_told"] if one.difference is None else f"{one.difference:+,}" if one.difference else "0"
        screen.add_row(*map(Text, (one.metric, f"{one.said:,}", precision, books, difference,
                                   one.reason or words["supported"])), style=_RED if one.reason else None)
    _show_whole(console, screen)
    for one in verdicts:
        if one.reason:
            console.print(Text(f"  {one.message}"), soft_wrap=True)
    good = sum(one.reason is None for one in verdicts)
    _show_last(console, words["figures"].format(file=name, total=Counted(len(verdicts)), ok=good,
                                                bad=len(verdicts) - good),
               words=words, is_bad=good < len(verdicts))


def _screen(title: str, words: Words, *, left: Sequence[str], right: Sequence[str],
            more: Sequence[str] = ()) -> ScreenTable:
    screen = ScreenTable(title=Text(title, "bold") if title else None, title_justify="left", box=box.SIMPLE_HEAD,
                         pad_edge=False, show_edge=False)
    for column in left:
        screen.add_column(words[column], no_wrap=True)
    for column in right:
        screen.add_column(words[column], justify="right", no_wrap=True)
    for column in more:
        screen.add_column(words[column], overflow="fold")
    return screen


def _show_whole(console: Console, screen: ScreenTable) -> None:
    """Print a table as wide as it needs to be: a narrow terminal breaks its lines, but no digit is left out."""
    needed = Measurement.get(console, console.options.update(max_width=_WIDEST), screen).maximum
    width = console.width
    console.width = max(width, needed)
    console.print(screen)
    console.width = width


def _show_list(console: Console, title: str, sentences: Sequence[str]) -> None:
    console.print()
    console.print(Text(title, "bold"))
    for sentence in sentences:
        for at, line in enumerate(wrap(sentence, cells=console.width - 2)):
            console.print(Text(f"{'  ' if at else '* '}{line}"), soft_wrap=True)


def _show_last(console: Console, sentence: str, *, words: Words, is_bad: bool) -> None:
    console.print()
    console.print(Text(sentence, _RED if is_bad else ""), soft_wrap=True)
    console.print(Text(f"  {words['next_bad' if is_bad else 'next_good']}"), soft_wrap=True)
