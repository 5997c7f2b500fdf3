"""A report as plain text, wide letters counted as two."""

import unicodedata
from collections.abc import Sequence

from verifier.reports.report_story import Heading, Line, Story, Table

_GAP = "  "


def format_text(story: Story) -> str:
    """The report in lines."""
    lines = [story.title, "=" * width(story.title), "", story.verdict]
    for part in story.parts:
        if isinstance(part, Heading):
            lines += ["", part.text, "-" * width(part.text)]
        elif isinstance(part, Line):
            lines.append(part.text)
        else:
            lines += _table(part)
    return "\n".join(lines) + "\n"


def width(text: str) -> int:
    """How many columns of a terminal a text takes."""
    return sum(2 if unicodedata.east_asian_width(character) in "FW" else 1 for character in text)


def _table(table: Table) -> list[str]:
    rows: list[Sequence[str]] = [table.heads, *table.rows] if table.heads else list(table.rows)
    widths = [max(width(row[at]) for row in rows) for at in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [_cell(text, widths[at], right=at in table.numbers) for at, text in enumerate(row)]
        lines.append(_GAP.join(cells).rstrip())
    return lines if table.heads else [*lines, ""]


def _cell(text: str, columns: int, *, right: bool) -> str:
    space = " " * (columns - width(text))
    return space + text if right else text + space
