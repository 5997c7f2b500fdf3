"""Form: which of the three files that can be checked a file is, told by its content.

    date,alipay_fen,official_day_fen              a table of days (table.py)
    {"schema":"charity-ledger/published-totals"}  published totals and cross checks (sums.py)
    {"format":"mingzhang figures/v1"}             figures to be held against the books of a node (said.py)
"""

from pathlib import Path

from ledger.errors import FormatError
from node.authoring.source import Source, parse_source
from node.errors import NodeError
from node.figures import said, sums, table

TABLE, TOTALS, SAID = "table", "totals", "figures"

_BYTES_MAX = 16 << 20
_EXPECTED = (f"expected a CSV table whose first line has a column {table.DATE}, a JSON object with schema "
             f"{sums.SCHEMA}, or one with format {said.FORMAT}\n  "
             "Save a spreadsheet as CSV with commas, as UTF-8, the names of the columns in its first row.")
_BYTE_ORDER_MARK = "\ufeff"  # spreadsheets write one before UTF-8


def read_text(path: str) -> str:
    """Read a file of text.

    Raises:
        NodeError: it cannot be read, is too long, or is not UTF-8.
    """
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise NodeError(f"{path}: {error.strerror}", next_step="Name a file that is there and may be read.") from None
    if len(data) > _BYTES_MAX:
        raise NodeError(f"{path}: expected at most {_BYTES_MAX} bytes, got {len(data)}")
    try:
        return data.decode().removeprefix(_BYTE_ORDER_MARK)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise NodeError(f"{path}:{line}: not UTF-8", next_step="Save the file as UTF-8.") from None


def form_of(text: str, *, name: str) -> tuple[str, Source | None]:
    """Return the form of a file, and where it is JSON its source.

    Raises:
        FormatError: it is none of the three, or JSON with something wrong in it; the message names the place.
    """
    if not text.lstrip().startswith(("{", "[")):
        if table.is_table(text):
            return TABLE, None
        raise FormatError(f"{name}: {_EXPECTED}")
    source = parse_source(text, what=name)
    value = source.value if isinstance(source.value, dict) else {}
    form = TOTALS if value.get("schema") == sums.SCHEMA else SAID if value.get("format") == said.FORMAT else ""
    if not form:
        raise FormatError(f"{name}: {_EXPECTED}")
    if source.problems:
        raise FormatError(min(source.problems).shown_in(name))
    return form, source
