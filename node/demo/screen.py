"""The report on a screen: aligned tables in plain text, with colour where the screen is a terminal."""

import re
from collections.abc import Iterable

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table as ScreenTable
from rich.text import Text

from node.demo.report import Report, Table

WIDTH = 118
_INDENT = "  "
_MARKS = "，。：；、”）"
# A word or number with the one Chinese character behind it, or one such character; with the marks around it.
_PIECE = re.compile(rf"\s*[“（]*(?:[!-\u2fff]+(?: ?[\u3000-\uffff])?|[\u3000-\uffff])[{_MARKS}]*")


def show_report(console: Console, report: Report) -> None:
    """Print the tables and the sentences of a report."""
    show_tables(console, report.tables)
    for sentence in report.sentences:
        console.print()
        for line in wrap(sentence, cells=console.width):
            console.print(Text(line), soft_wrap=True)


def wrap(sentence: str, *, cells: int) -> list[str]:
    """Break a sentence into lines: English between words; Chinese anywhere but before a mark or a unit."""
    lines = [""]
    for piece in _PIECE.findall(sentence):
        if cell_len(lines[-1] + piece) > cells:
            lines.append("")
        lines[-1] += piece if lines[-1] else piece.lstrip()
    return lines


def show_tables(console: Console, tables: Iterable[Table]) -> None:
    """Print tables, each under its title."""
    for table in tables:
        console.print()
        console.print(Text(table.title, style="bold"))
        console.print(_screen_table(table))


def _screen_table(table: Table) -> ScreenTable:
    screen = ScreenTable(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, show_header=bool(table.heads))
    screen.add_column("", no_wrap=True)
    for head in table.heads:
        # A column without a head says the basis of the one before it.
        screen.add_column(head, justify="right" if head else "left", no_wrap=True)
    told = any(line.basis or line.remark for line in table.lines)
    if told:
        screen.add_column("", no_wrap=True)
        screen.add_column("", style="dim", overflow="fold")
    for line in table.lines:
        more = (line.basis, line.remark) if told else ()
        screen.add_row(Text(_INDENT * line.depth + line.label), *map(Text, (*line.cells, *more)))
    return screen
