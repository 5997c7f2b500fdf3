"""Pastes results into docs/BENCHMARKS.md: `python -m benchmarks receipts page | python -m benchmarks.paste`.

Reads what `python -m benchmarks` printed. The section of each benchmark in it, `### Receipts` for `receipts`, has one
block of code whose first line is the command; what follows the command is replaced. Sentences around it are people's.
"""

import re
import sys
from pathlib import Path

PAGE = Path(__file__).parents[1] / "docs" / "BENCHMARKS.md"

_RESULT = re.compile(r"^(?=[a-z_]+: .*\?$)", re.MULTILINE)
_BLOCK = re.compile(r"(?<=^```\n)(\$ [^\n]*\n).*?(?=^```$)", re.MULTILINE | re.DOTALL)


def paste(page: str, printed: str) -> str:
    """The page with these results in place of those that it had.

    Raises:
        ValueError: nothing was printed that is a result, or a result has no section or no block there.
    """
    before, *results = _RESULT.split(printed)
    if not results:
        raise ValueError("expected what `python -m benchmarks` prints, got no result")
    machine = before.strip().rpartition("\n")[2]  # `make` says its command above it
    for result in results:
        name = result.partition(":")[0]
        heading = f"\n### {name.capitalize().replace('_', ' ')}\n"
        start, found, rest = page.partition(heading)
        section, next_heading, after = rest.partition("\n### ")
        shown = f"{machine}\n\n{result.strip()}\n"
        section, count = _BLOCK.subn(lambda block, shown=shown: block[1] + shown, section, count=1)
        if not found or not count:
            raise ValueError(f"{name}: expected a section {heading.strip()!r} with a block that begins with a command")
        page = start + heading + section + next_heading + after
    return page


def main() -> int:
    """Paste standard input into the page."""
    try:
        PAGE.write_text(paste(PAGE.read_text("utf-8"), sys.stdin.read()), "utf-8")
    except ValueError as error:
        print(f"paste: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
