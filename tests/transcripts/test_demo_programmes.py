"""The reports on 一元民生 and 雪中送炭 as they are printed, and both once on four real nodes.

The transcripts beside this file are of small plays; whoever changes the words writes them anew, reads them, and
commits them:  python -m tests.transcripts.test_demo_programmes
"""

import io
from functools import cache
from pathlib import Path

import pytest
from msgspec.structs import replace
from rich.console import Console

from ledger.errors import ProofError
from node.demo.auditor import Audited, replayed
from node.demo.production import Outcome, Production
from node.demo.receipts import Verdict
from node.demo.screen import WIDTH
from node.demo.snow.production import SnowProduction
from node.demo.stage import build, perform
from node.demo.yymz.production import YymzProduction
from node.demo.yymz.script import load_script as load_yymz
from tests.support.programmes import ORIGIN, SCALE, play_snow, play_yymz, small_snow

HERE = Path(__file__).parent
PROGRAMMES = ("yymz", "snow")
LANGUAGES = ("en", "zh")


def production(programme: str) -> Production:
    return YymzProduction(scale=SCALE) if programme == "yymz" else SnowProduction(script=small_snow())


@cache
def log(programme: str) -> Audited:
    desk, _, _ = play_yymz() if programme == "yymz" else play_snow()
    return replayed(desk.leaves, origin=ORIGIN, blobs=desk)


def outcome(audited: Audited) -> Outcome:
    return Outcome((), audited, (), Verdict(Path("none"), 1, None, ""), 0, {})


def printed(programme: str, audited: Audited, language: str) -> str:
    out = io.StringIO()
    production(programme).show(Console(file=out, width=WIDTH), outcome(audited), language)
    return "".join(f"{line.rstrip()}\n" for line in out.getvalue().splitlines())


def transcript(programme: str, language: str) -> Path:
    return HERE / f"demo-{programme}.{language}.txt"


@pytest.fixture(autouse=True)
def without_data(monkeypatch, tmp_path):
    """The figures in print are those of the package, on every machine."""
    monkeypatch.setenv("MINGZHANG_DATA", str(tmp_path))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("programme", PROGRAMMES)
def test_the_report_is_the_transcript(programme, language):
    assert printed(programme, log(programme), language) == transcript(programme, language).read_text("utf-8")


@pytest.mark.parametrize("programme, lacks", [("yymz", "of what yymz paid"), ("snow", "no share of those")])
def test_a_log_without_figures_has_no_report(programme, lacks):
    audited = log(programme)
    first = next(index for index, leaf in enumerate(audited.leaves) if b'"kind":"figure"' in leaf)
    cut = replayed(audited.leaves[:first], origin=ORIGIN, blobs=audited.blobs)
    with pytest.raises(ProofError, match=lacks):
        production(programme).for_programs(outcome(cut))


@pytest.mark.parametrize("programme", PROGRAMMES)
def test_no_line_of_a_table_is_cut(programme):
    for language in LANGUAGES:
        assert "…" not in printed(programme, log(programme), language)


def test_programs_get_the_same_numbers():
    answer = production("yymz").for_programs(outcome(log("yymz")))
    assert answer["published"]["claims"]["value"] == 8_086 and answer["scale"] == SCALE
    assert answer["read"]["figures"]["premium"] == {"value": 960_000_000, "basis": "assumed"}
    other = production("snow").for_programs(outcome(log("snow")))
    assert other["read"]["figures"]["2016-illness/paid_share_bp"] == {"value": 7_000, "basis": "assumed"}
    whats = [event["what"] for event in other["read"]["events"]]
    assert sorted(set(whats)) == ["asked", "capped", "late_working_day", "one_bill", "payees", "reviewed", "year_turn"]


@pytest.mark.parametrize("programme, receipts", [
    ("yymz", {"insured-special", "insured-late", "insured-general", "insured-no-claim"}),
    ("snow", {"insured-paid", "insured-one-bill", "insured-heirs", "insured-used-up", "insured-reviewed",
              "insured-late", "insured-no-claim"}),
])  # fmt: skip
def test_on_four_nodes_every_receipt_is_judged_as_it_should_be(programme, receipts, tmp_path):
    directory = tmp_path / "demo"
    script = load_yymz()
    few_days = replace(script, claim_days=replace(script.claim_days, value=3))
    played = YymzProduction(scale=600, script=few_days) if programme == "yymz" else production(programme)
    supervisor, tag_key = build(directory, played)
    try:
        supervisor.start()
        left = perform(supervisor, played, directory=directory, tag_key=tag_key, console=Console(file=io.StringIO()))
    finally:
        supervisor.stop()
    assert {verdict.file.stem for verdict in left.verdicts} == receipts
    assert {verdict.file.stem: verdict.message for verdict in left.verdicts if verdict.exit_status} == {}
    assert left.is_as_it_should_be and left.restarts == 0
    assert left.tampered.message.startswith("failed  line ")
    for language in LANGUAGES:
        out = io.StringIO()
        played.show(Console(file=out, width=WIDTH), left, language)
        assert "0.00" in out.getvalue()
    paid = played.for_programs(left)["read"]["figures"]["paid"]["value"]
    assert paid == sum(row["paid"] for _, row in left.audited.state.scan("claim"))


if __name__ == "__main__":
    import os

    os.environ["MINGZHANG_DATA"] = str(HERE)
    for a_programme in PROGRAMMES:
        for a_language in LANGUAGES:
            text = printed(a_programme, log(a_programme), a_language)
            transcript(a_programme, a_language).write_text(text, "utf-8")
