"""What `mingzhang figure check` prints, word for word: a table of days in both languages, cross checks.

Whoever changes the words writes the transcripts anew, reads them, and commits them:
python -m tests.transcripts.test_figure
"""

import pytest

from node import cli
from tests.transcripts.test_terms import HERE, printed

DAYS, TOTALS = "tests/transcripts/figure-days.csv", "tests/transcripts/figure-totals.json"

SESSIONS = {
    "days.en": ["figure", "check", DAYS],
    "days.zh": ["figure", "check", DAYS, "--lang", "zh"],
    "days-json": ["figure", "check", DAYS, "--json"],
    "totals.en": ["figure", "check", TOTALS],
    "totals.zh": ["figure", "check", TOTALS, "--lang", "zh"],
    "totals-json": ["figure", "check", TOTALS, "--json"],
}


@pytest.mark.parametrize("name", SESSIONS)
def test_the_session_is_the_transcript(name):
    status, said = printed(SESSIONS[name])
    assert said == (HERE / f"figure-{name}.txt").read_text("utf-8")
    assert status == 1, "both files hold numbers that do not hold"


def test_no_digit_is_left_out_on_a_narrow_screen(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    table = tmp_path / "days.csv"
    table.write_text("date,bank_fen,official_day_fen\n2030-03-01,123456789012345,123456789999999\n", "utf-8")
    assert cli.main(["figure", "check", str(table)]) == 1
    said = capsys.readouterr().out
    assert all(amount in said for amount in ("1,234,567,890,123.45", "1,234,567,899,999.99", "+9,876.54"))


if __name__ == "__main__":
    for session, given in SESSIONS.items():
        (HERE / f"figure-{session}.txt").write_text(printed(given)[1], "utf-8")
