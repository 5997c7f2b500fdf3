"""A report as one HTML file: no script, no font, no picture, nothing to be fetched; for a phone, a screen and paper."""

from html import escape

from verifier.reports.report_story import Heading, Line, Story, Table

NARROW_COLUMNS_MAX = 3  # a table of more is shown row by row on a phone

_LANGUAGE = {"en": "en", "zh": "zh-CN"}
_MARK = {"valid": "✓", "invalid": "✗", "cannot_tell": "?"}

_STYLE = """
:root { color-scheme: light dark }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1rem }
h1 { font-size: 1.5rem } h2 { font-size: 1.15rem; margin: 2rem 0 .5rem } p { margin: .4rem 0; overflow-wrap: anywhere }
.verdict { font-size: 1.2rem; font-weight: bold; padding: .75rem 1rem; border: 2px solid; border-radius: .5rem }
.valid { color: #176b2c } .invalid { color: #a8201a } .cannot_tell { color: #8a5a00 }
.scroll { overflow-x: auto } table { border-collapse: collapse; width: 100%; margin: .5rem 0 }
th, td { text-align: left; vertical-align: top; padding: .25rem .6rem; border-bottom: 1px solid #8886 }
td { overflow-wrap: anywhere; min-width: 4rem } .sheet td:first-child { width: 8rem; opacity: .8 }
.n { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums }
@media screen and (max-width: 40rem) {
  table.listed, .listed tbody, .listed tr, .listed td { display: block } .listed thead { display: none }
  .listed tr { border: 1px solid #8886; border-radius: .4rem; margin: .5rem 0; padding: .3rem .6rem }
  .listed td { display: flex; gap: 1rem; justify-content: space-between; border: 0; padding: .1rem 0 }
  .listed td { text-align: right }
  .sheet td { padding: .25rem .3rem } .sheet td:first-child { width: 5rem }
  .listed td::before { content: attr(data-name); text-align: left; opacity: .7; flex: none }
}
@media (prefers-color-scheme: dark) {
  .valid { color: #6fd08a } .invalid { color: #ff8a80 } .cannot_tell { color: #ffc14d }
}
@media print {
  :root { color-scheme: light } body { font-size: 10pt; max-width: none; padding: 0 } h2 { break-after: avoid }
  tr { break-inside: avoid } thead { display: table-header-group } .scroll { overflow: visible }
  .n { white-space: normal } .valid { color: #176b2c } .invalid { color: #a8201a } .cannot_tell { color: #8a5a00 }
}
"""


def format_html(story: Story) -> str:
    """The report as a page."""
    parts = "\n".join(map(_part, story.parts))
    return f"""<!doctype html>
<html lang="{_LANGUAGE[story.lang]}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{escape(story.title)}</title>
<style>{_STYLE}</style>
</head>
<body>
<h1>{escape(story.title)}</h1>
<p class="verdict {story.outcome}">{_MARK[story.outcome]} {escape(story.verdict)}</p>
{parts}
</body>
</html>
"""


def _part(part: Heading | Line | Table) -> str:
    if isinstance(part, Heading):
        return f"<h2>{escape(part.text)}</h2>"
    if isinstance(part, Line):
        return f"<p>{escape(part.text)}</p>"
    heads = "".join(_cell("th", text, at, part) for at, text in enumerate(part.heads))
    rows = "\n".join(
        f"<tr>{''.join(_cell('td', text, at, part) for at, text in enumerate(row))}</tr>" for row in part.rows
    )
    head = f"<thead><tr>{heads}</tr></thead>\n" if heads else ""
    wide = len(part.heads) > NARROW_COLUMNS_MAX
    kind = "" if head and not wide else ' class="listed"' if wide else ' class="sheet"'
    return f'<div class="scroll"><table{kind}>\n{head}<tbody>\n{rows}\n</tbody>\n</table></div>'


def _cell(name: str, text: str, at: int, table: Table) -> str:
    place = ' class="n"' if at in table.numbers else ""
    # On a narrow screen a row is a card, and each cell says what it is.
    said = f' data-name="{escape(table.heads[at])}"' if name == "td" and table.heads else ""
    return f"<{name}{place}{said}>{escape(text)}</{name}>"
