"""What `mingzhang terms` prints, word for word: one case in both languages, a check, a file of worked examples.

Whoever changes the words writes the transcripts anew, reads them, and commits them:
python -m tests.transcripts.test_terms
"""

import contextlib
import io
import os
from pathlib import Path

import pytest

from node import cli

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
DATA = Path(os.environ.get("MINGZHANG_DATA", ROOT.parent / "shared" / "data"))
EXAMPLES = "tests/transcripts/terms-examples.json"
CASE = "tests/transcripts/terms-case.json"

SESSIONS = {
    "evaluate.en": ["terms", "evaluate", "--terms", "node/terms/yymz.json", "--input", CASE],
    "evaluate.zh": ["terms", "evaluate", "--terms", "node/terms/yymz.json", "--input", CASE,
                    "--reading", "half_capped_800", "--lang", "zh"],
    "evaluate-json": ["terms", "evaluate", "--terms", "node/terms/yymz.json", "--input", CASE, "--json"],
    "check.en": ["terms", "check", "node/terms/dlz.json"],
    "check.zh": ["terms", "check", "node/terms/snow.json", "--lang", "zh"],
    "examples.en": ["terms", "examples", EXAMPLES],
    "examples.zh": ["terms", "examples", EXAMPLES, "--lang", "zh"],
}  # fmt: skip


def printed(arguments: list[str]) -> tuple[int, str]:
    """Exit status and what is printed, from the repository's root and on a page of 120 columns."""
    out = io.StringIO()
    with contextlib.chdir(ROOT), contextlib.redirect_stdout(out):
        before = os.environ.get("COLUMNS")
        os.environ["COLUMNS"] = "120"
        try:
            status = cli.main(arguments)
        finally:
            os.environ.pop("COLUMNS")
            os.environ |= {} if before is None else {"COLUMNS": before}
    return status, "".join(f"{line.rstrip()}\n" for line in out.getvalue().splitlines())


@pytest.mark.parametrize("name", SESSIONS)
def test_the_session_is_the_transcript(name):
    status, said = printed(SESSIONS[name])
    assert said == (HERE / f"terms-{name}.txt").read_text("utf-8")
    assert status == 0


@pytest.mark.skipif(not DATA.is_dir(), reason="MINGZHANG_DATA is not on this machine")
def test_the_worked_examples_of_the_shared_data_agree():
    status, said = printed(["terms", "examples", str(DATA / "examples.json")])
    assert said.split("\n")[-2] == "22 examples: 22 ok, 0 differ"
    assert status == 0


if __name__ == "__main__":
    for session, given in SESSIONS.items():
        (HERE / f"terms-{session}.txt").write_text(printed(given)[1], "utf-8")
