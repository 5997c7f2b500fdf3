"""Screen: outcomes and tried examples as tables."""

import json
from collections.abc import Sequence
from typing import Any

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ledger.formulas import Outcome
from node.authoring.examples import Run, Tried
from node.authoring.explain import Explainer
from node.authoring.words import LANGUAGES

_COLUMNS = ("step", "clause", "arithmetic", "result", "basis", "reading")


def show_outcome(console: Console, explainer: Explainer, outcome: Outcome, *, language: str) -> None:
    """Print the steps as a table, then the results, the reason and the notes."""
    words = LANGUAGES[language]
    table = Table(title=explainer.title(), title_justify="left", title_style="bold", box=box.SIMPLE_HEAD,
                  pad_edge=False)
    for name in _COLUMNS:
        table.add_column(words[name], justify="right" if name == "result" else "left", overflow="fold",
                         no_wrap=name in ("reading", "result"))
    for row in explainer.rows(outcome):
        table.add_row(*(escape(getattr(row, name)) for name in _COLUMNS))
    if outcome.steps:
        console.print(table)
    else:
        console.print(explainer.title(), style="bold", markup=False)
    for name, value in explainer.results(outcome):
        console.print(f"{name}: {value}", markup=False, highlight=False)
    if outcome.reason is not None:
        console.print(f"{words['reason']}: {explainer.reason(outcome)}", markup=False, highlight=False)
    for note in explainer.notes():
        console.print(f"  {note}", markup=False, highlight=False)


def show_tried(console: Console, tried: Sequence[Tried], *, language: str) -> None:
    """Print each example's outcome beside what is expected, and a last line with counts."""
    words = LANGUAGES[language]
    for one in tried:
        verdict = words[one.verdict]
        lines = [line for run in one.runs for line in _lines(run, words)]
        lines += [one.error] if one.error else []
        if not one.error and not any(run.compared for run in one.runs):
            lines.append(words["nothing_expected"])
        console.print(f"{one.name:<6} {verdict:<8} {one.programme} {one.rule}", markup=False, highlight=False,
                      style=None if one.ok else "red")
        for line in lines:
            console.print(f"       {line}", markup=False, highlight=False)
    verdicts = [one.verdict for one in tried]
    untold = verdicts.count("cannot_tell")
    counts = words["counts"].format(total=len(tried), ok=verdicts.count("ok"), differs=verdicts.count("differs"))
    console.print(counts + (words["and_untold"].format(untold=untold) if untold else ""), highlight=False)


def _lines(run: Run, words: dict[str, str]) -> list[str]:
    """The members of one run, and what was done to its input."""
    told = ", ".join(f"{name}={reading}" for name, reading in run.readings.items())
    lines = [f"[{told}]"] if told else []
    for one in run.compared:
        wanted = words["as_expected"] if one.agrees else f"{words['expected']} {_shown(one.expected)}"
        lines.append(f"{one.name} {_shown(one.got)}, {wanted}")
    if run.outcome.reason is not None and "reason" not in [one.name for one in run.compared]:
        lines.append(f"{words['reason']}: {run.outcome.reason}")
    return lines + [words[note.key].format(*note.names) for note in run.notes]


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
