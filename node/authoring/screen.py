"""Screen: outcomes and tried examples as tables."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from rich import box
from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.markup import escape
from rich.measure import Measurement
from rich.table import Table

from ledger.formulas import Outcome
from node.authoring.examples import Run, Tried
from node.authoring.explain import Explainer
from node.authoring.words import LANGUAGES
from node.counted import Counted

_COLUMNS = ("step", "clause", "arithmetic", "result", "basis", "reading")
_FEWER_COLUMNS = ("step", "arithmetic", "result", "basis")
_UNBOUNDED = 1000  # wider than any table of steps
_VERDICT_CELLS = 13  # of the widest verdict, and two spaces


def show_outcome(console: Console, explainer: Explainer, outcome: Outcome, *, language: str) -> None:
    """Print the steps as a table, then the results, the reason and the notes."""
    words = LANGUAGES[language]
    table = _table(explainer, outcome, _COLUMNS, words)
    # Where all columns do not fit side by side, clause and reading stand beneath the arithmetic.
    if Measurement.get(console, console.options.update(width=_UNBOUNDED), table).maximum > console.width:
        table = _table(explainer, outcome, _FEWER_COLUMNS, words)
    if outcome.steps:
        console.print(table)
    else:
        console.print(explainer.title(), style="bold", markup=False)
    for name, value in explainer.results(outcome):
        _print(console, f"{name}{words['colon']}{value}")
    if outcome.reason is not None:
        _print(console, f"{words['reason']}{words['colon']}{explainer.reason(outcome)}")
    for note in explainer.notes():
        _print(console, f"  {note}")
    if explainer.next_step(outcome):
        _print(console, f"  {explainer.next_step(outcome)}")


def _table(explainer: Explainer, outcome: Outcome, columns: Sequence[str], words: Mapping[str, str]) -> Table:
    """The steps, with those columns."""
    table = Table(title=explainer.title(), title_justify="left", title_style="bold", box=box.SIMPLE_HEAD,
                  pad_edge=False)
    for name in columns:
        table.add_column(words[name], justify="right" if name == "result" else "left", overflow="fold",
                         no_wrap=name in ("basis", "clause", "reading", "result"))
    for row in explainer.rows(outcome):
        cells = row if columns == _COLUMNS else replace(
            row, arithmetic="\n  ".join((row.arithmetic, row.clause, *row.reading.split("\n"))).rstrip())
        table.add_row(*(escape(getattr(cells, name)) for name in columns))
    return table


def _print(console: Console, line: str) -> None:
    console.print(line, markup=False, highlight=False, soft_wrap=True)


def show_tried(console: Console, tried: Sequence[Tried], *, language: str) -> None:
    """Print each example's outcome beside what is expected, and a last line with counts."""
    words = LANGUAGES[language]
    widest = max(map(cell_len, (one.name for one in tried)))
    for one in tried:
        verdict = words[one.verdict]
        lines = [line for run in one.runs for line in _lines(run, words)]
        lines += [one.error] if one.error else []
        if not one.error and not any(run.compared for run in one.runs):
            lines.append(words["nothing_expected"])
        console.print(f"{set_cell_size(one.name, widest)}  {set_cell_size(verdict, _VERDICT_CELLS)}"
                      f"{one.programme} {one.rule}", markup=False, highlight=False, style=None if one.ok else "red")
        for line in lines:
            console.print(f"       {line}", markup=False, highlight=False)
    verdicts = [one.verdict for one in tried]
    untold = verdicts.count("cannot_tell")
    counts = words["counts"].format(total=Counted(len(tried)), ok=verdicts.count("ok"),
                                    differs=verdicts.count("differs"))
    console.print(counts + (words["and_untold"].format(untold=untold) if untold else ""), highlight=False)


def _lines(run: Run, words: dict[str, str]) -> list[str]:
    """The members of one run, and what was done to its input."""
    told = ", ".join(f"{name}={reading}" for name, reading in run.readings.items())
    lines = [f"[{told}]"] if told else []
    for one in run.compared:
        wanted = words["as_expected"] if one.agrees else f"{words['expected']} {_shown(one.expected)}"
        lines.append(f"{one.name} {_shown(one.got)}{words['comma']}{wanted}")
    if run.outcome.reason is not None and "reason" not in [one.name for one in run.compared]:
        lines.append(f"{words['reason']}{words['colon']}{run.outcome.reason}")
    return lines + [words[note.key].format(*note.names) for note in run.notes]


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
