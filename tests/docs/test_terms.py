"""The tutorial on terms: its pieces are those of the file, and its commands print what it shows.

Whoever changes the words writes what is shown anew, reads it, and commits it:  python -m tests.docs.test_terms
"""

import contextlib
import io
import json
import re
import shlex

import pytest

from node import cli
from tests.support.documents import FENCE
from tests.support.sources import ROOT, text

NAME = "docs/TERMS.md"
COLUMNS = "80"
PROGRAM = ".venv/bin/mingzhang "

PIECES = [body for language, body in FENCE.findall(text(NAME)) if language == "json"]
SESSIONS = re.findall(r"^```sh\n([^\n]*)\n```\n\n```text\n(.*?)^```$", text(NAME), re.MULTILINE | re.DOTALL)


def printed(line: str) -> tuple[int, str]:
    """Exit status and what is printed, from the repository's root and on a terminal of 80 columns."""
    out = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, contextlib.chdir(ROOT), contextlib.redirect_stdout(out):
        patch.setenv("COLUMNS", COLUMNS)
        status = cli.main(shlex.split(line.removeprefix(PROGRAM)))
    return status, "".join(f"{one.rstrip()}\n" for one in out.getvalue().split("\n")[:-1])


def test_there_are_pieces_and_sessions():
    assert len(PIECES) >= 4
    assert len(SESSIONS) == 3
    assert all(line.startswith(PROGRAM) for line, _ in SESSIONS)


@pytest.mark.parametrize("piece", PIECES)
def test_a_piece_is_of_the_file(piece):
    whole = json.loads(text("docs/example/lunch.json"))
    for name, value in json.loads(piece).items():
        if isinstance(value, dict):
            assert value.items() <= whole[name].items() or value == whole[name], name
        else:
            assert value == whole[name], name


@pytest.mark.parametrize(("line", "shown"), SESSIONS)
def test_a_command_prints_what_is_shown(line, shown):
    assert printed(line) == (0, shown)


if __name__ == "__main__":
    document = text(NAME)
    for command, before in SESSIONS:
        head = f"{command}\n```\n\n```text\n"
        document = document.replace(f"{head}{before}```", f"{head}{printed(command)[1]}```")
    (ROOT / NAME).write_text(document, "utf-8")
