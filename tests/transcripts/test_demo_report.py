"""The report as it is printed: each number is the log's, so another log prints another report.

The transcripts beside this file are of a small play; whoever changes the words writes them anew, reads them, and
commits them:  python -m tests.transcripts.test_demo_report
"""

import io
from functools import cache
from pathlib import Path
from typing import get_args

import pytest
from msgspec.structs import replace
from rich.console import Console

from ledger.errors import LedgerError, ProofError
from node.demo.auditor import Audited, replayed
from node.demo.readout import LogReader
from node.demo.report import Language, as_json, build_report
from node.demo.screen import WIDTH, show_report
from node.demo.script import ReadingName, load_published
from tests.support.small_demo import ORIGIN, play_in_memory, small_script

HERE = Path(__file__).parent
PUBLISHED = load_published()
SMALL = small_script(divisor=40)
REFUSED = ("agreement_missing", "same_officer", "too_few_payouts")
TRANSCRIPTS: tuple[tuple[ReadingName, Language], ...] = (
    ("invested_is_gifts", "en"), ("invested_is_gifts", "zh"), ("invested_is_premium", "zh"),
)  # fmt: skip


@cache
def log(reading: ReadingName, *, less_paid: int = 0) -> Audited:
    """A small log, in which `less_paid` fen fewer than in the script are paid in the first period."""
    first, last = SMALL.periods
    first = replace(first, paid_fen=replace(first.paid_fen, value=first.paid_fen.value - less_paid))
    desk, _, _ = play_in_memory(replace(SMALL, periods=(first, last)), reading=reading)
    return replayed(desk.leaves, origin=ORIGIN, blobs=desk)


def printed(audited: Audited, language: Language) -> str:
    read = LogReader(audited).programme(SMALL.programme.id, SMALL.accounts)
    report = build_report(
        read, None, script=SMALL, published=PUBLISHED, source="published.json", rows_compared=None, refused=REFUSED,
        language=language,
    )
    out = io.StringIO()
    show_report(Console(file=out, width=WIDTH), report)
    return "".join(f"{line.rstrip()}\n" for line in out.getvalue().splitlines())


def transcript(reading: ReadingName, language: Language) -> Path:
    return HERE / f"demo-report-{reading.replace('_', '-')}.{language}.txt"


@pytest.mark.parametrize("reading, language", TRANSCRIPTS)
def test_the_report_is_the_transcript(reading, language):
    assert printed(log(reading), language) == transcript(reading, language).read_text("utf-8")


def test_another_log_prints_other_figures():
    """100.00 yuan less are paid in the first period: every figure that follows from it changes, and no other."""
    other = printed(log("invested_is_gifts", less_paid=100_00), "en")
    before = transcript("invested_is_gifts", "en").read_text("utf-8").splitlines()
    changed = [
        (was.split(), now.split()) for was, now in zip(before, other.splitlines(), strict=True) if was != now
    ]
    numbers = [
        [(one, two) for one, two in zip(was, now, strict=False) if one != two and one[0].isdigit()][:2]
        for was, now in changed
    ]
    assert [("1,677,000.00", "1,676,900.00")] in numbers
    assert [("740,040.00", "740,140.00")] in numbers
    assert [("720,000.00", "719,900.00"), ("1,677,000.00", "1,676,900.00")] in numbers
    assert [("447,480.00", "447,580.00"), ("740,040.00", "740,140.00")] in numbers
    assert "differs by -100.00" in other and "differs by -100.00" not in "\n".join(before)
    assert "7,985.24" in other  # the mean payout


def test_a_leaf_that_was_changed_is_not_read():
    audited = log("invested_is_gifts")
    at = next(index for index, leaf in enumerate(audited.leaves) if b'"kind":"figure"' in leaf)
    leaves = list(audited.leaves)
    leaves[at] = leaves[at].replace(b'"basis":"derived"', b'"basis":"assumed"')
    with pytest.raises(LedgerError, match=r"signature"):
        replayed(leaves, origin=ORIGIN, blobs=audited.blobs)


def test_a_log_without_a_close_has_no_report():
    audited = log("invested_is_gifts")
    last_close = [index for index, leaf in enumerate(audited.leaves) if b'"kind":"close"' in leaf][1]
    cut = replayed(audited.leaves[:last_close], origin=ORIGIN, blobs=audited.blobs)
    with pytest.raises(ProofError, match=r"^log: period 2019 is closed 0 times for claims/dlz/kangbao$"):
        LogReader(cut).programme(SMALL.programme.id, SMALL.accounts)


def test_a_log_with_payouts_since_the_published_row_has_no_report():
    audited = log("invested_is_gifts")
    published = [index for index, leaf in enumerate(audited.leaves) if b'"publish":["claims/dlz/kangbao' in leaf]
    cut = replayed(audited.leaves[: published[-1]], origin=ORIGIN, blobs=audited.blobs)
    with pytest.raises(ProofError, match=r"^log: there are payouts since the last published row"):
        LogReader(cut).programme(SMALL.programme.id, SMALL.accounts)


def test_a_log_without_a_trial_balance_has_no_report():
    audited = log("invested_is_gifts")
    with pytest.raises(ProofError, match=r"^log: there is no trial balance to read from$"):
        LogReader(replayed(audited.leaves[:5], origin=ORIGIN, blobs=audited.blobs))


@pytest.mark.parametrize("reading", ["invested_is_gifts", "invested_is_premium"])
def test_what_is_derived_never_stands_as_published(reading):
    read = LogReader(log(reading)).programme(SMALL.programme.id, SMALL.accounts)
    said = {name: told.basis for name, told in read.figures.items()}
    assert said["assigned"] == "derived"
    assert {said["raised"], said["premium"]} == {"published", "derived"}
    assert (said["raised"] == "published") == (reading == "invested_is_gifts")
    assert {said["2018/paid"], said["2019/paid"], said["2018/person_times_paid"]} == {"assumed"}
    for language in ("en", "zh"):
        lines = printed(log(reading), language).splitlines()
        marks = {
            "en": ("published", ("Other ", "Held at the insurer")), "zh": ("公布 ", ("  其他", "保险公司留待理赔")),
        }  # fmt: skip
        published, labels = marks[language]
        shown = [line for line in lines if any(label in line for label in labels) and "0.00" in line][:2]
        assert len(shown) == 2 and not any(f" {published}" in line.partition("use")[0] for line in shown)


def test_each_hundred_yuan_under_both_readings_is_the_same_from_either_log():
    answers = [
        as_json(LogReader(log(reading)).programme(SMALL.programme.id, SMALL.accounts), None, PUBLISHED)
        for reading in get_args(ReadingName)
    ]
    assert [*answers[0]["of_each_100"]] == [*answers[1]["of_each_100"]] == [
        {"reading": "invested_is_gifts", "gifts": 268_560_000, "held": 74_004_000, "of_paid": 6244, "of_held": 2756,
         "of_other": 1000},
        {"reading": "invested_is_premium", "gifts": 298_400_000, "held": 100_860_000, "of_paid": 5620,
         "of_held": 3380, "of_other": 1000},
    ]  # fmt: skip


if __name__ == "__main__":
    for a_reading, a_language in TRANSCRIPTS:
        transcript(a_reading, a_language).write_text(printed(log(a_reading), a_language), "utf-8")
