"""The documents as tests read them: what stands in backticks, in tables, on command lines."""

import re

from tests.support.sources import text, tracked

DOCUMENTS = tuple(name for name in tracked() if name.endswith(".md") and not name.startswith("tests/"))
READMES = ("README.md", "README.zh-CN.md")

FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_INDENTED = re.compile(r"(?:^    .*\n)+", re.MULTILINE)


def spans(document: str) -> set[str]:
    """What stands between backticks, fences left out."""
    return set(re.findall(r"`([^`\n]+)`", FENCE.sub("", document)))


def section(name: str, heading: str) -> str:
    """A section of a document: from its heading to the next one of its level or a higher one."""
    document = text(name)
    start = document.index(f"\n{heading}") + 1
    level = len(heading.split(" ")[0])
    end = re.compile(f"^#{{1,{level}}} ", re.MULTILINE).search(document, start + len(heading))
    return document[start : end.start() if end else None]


def first_column(table: str) -> list[str]:
    """The first cell of each row of the tables in a section."""
    rows = [line for line in table.split("\n") if line.startswith("| ") and not line.startswith("| ---")]
    return [re.split(r"(?<!\\)\|", row)[1].strip() for row in rows]


def shell_lines(document: str) -> list[str]:
    """The command lines of a document: fenced as sh, or indented. One that ends with a backslash goes on."""
    blocks = [body for language, body in FENCE.findall(document) if language in ("", "sh")]
    plain = FENCE.sub("", document)
    blocks += [re.sub("^    ", "", block, flags=re.MULTILINE) for block in _INDENTED.findall(plain)]
    lines = "\n".join(blocks).replace("\\\n", " ").split("\n")
    return [line.split(" #")[0].strip() for line in lines if line.strip()]
