"""Progress: a line for each step that is done, and on a terminal how long the rest may take."""

import io
import re

import pytest
from rich.console import Console

from node.demo import progress
from node.demo.play import BANK_STATEMENT, FOUNDING, STEPS_OF_PERIOD
from node.demo.progress import Steps, weight
from node.demo.progress_words import SAID, step_in_words
from node.demo.second import STEPS as SECOND
from node.demo.snow.play import STEPS as SNOW
from node.demo.stage import STEPS_BEHIND
from node.demo.yymz.play import FOUNDING as YYMZ_FOUNDING
from node.demo.yymz.play import INSURING, PUBLISHING

NAMES = ["charter and terms", "2018: gifts", "2018: claims"]


@pytest.fixture
def clock(monkeypatch):
    """Seconds that pass only when a test lets them."""
    now = [100.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    return now


def test_each_step_that_is_done_is_a_line(clock):
    out = io.StringIO()
    with Steps(Console(file=out), NAMES, detail=str) as steps:
        for name, seconds in zip(NAMES, (0.25, 12.0, 61.5), strict=True):
            steps.begin(name)
            clock[0] += seconds
        steps.end()
    assert out.getvalue().splitlines() == [
        "     0.2 s  charter and terms", "    12.0 s  2018: gifts", "    61.5 s  2018: claims",
    ]  # fmt: skip
    assert steps.seconds == {"charter and terms": 0.25, "2018: gifts": 12.0, "2018: claims": 61.5}


def test_a_step_that_failed_is_not_said_to_be_done(clock):
    out = io.StringIO()
    with pytest.raises(ValueError, match=r"^a step$"), Steps(Console(file=out), NAMES, detail=str) as steps:
        steps.begin(NAMES[0])
        raise ValueError("a step")
    assert out.getvalue() == ""
    assert steps.seconds == {}


def test_a_terminal_is_told_what_is_left(clock):
    """Where gifts took twice their weight, the claims to come are expected to take twice theirs."""
    console = Console(file=io.StringIO(), force_terminal=True, width=118, color_system=None)
    with Steps(console, NAMES[1:], detail=lambda: "2018-01-08") as steps:
        steps.begin(NAMES[1])
        clock[0] += 2 * weight(NAMES[1])
        steps.begin(NAMES[2])
        with console.capture() as shown:
            console.print(steps.shown())
    line = shown.get()
    assert f"{2 * weight(NAMES[1]):.0f} s, about {2 * weight(NAMES[2]):.0f} s left" in line
    assert "2018: claims" in line and "2018-01-08" in line


def test_every_step_of_every_programme_has_its_words():
    names = [FOUNDING, *STEPS_OF_PERIOD, *SECOND, BANK_STATEMENT, *SNOW, YYMZ_FOUNDING, INSURING, PUBLISHING,
             *STEPS_BEHIND]
    for name in [*names, "claims of 2019-03", "2018: gifts"]:
        assert step_in_words(name, language="en") == name
        assert re.search("[\u4e00-\u9fff]", step_in_words(name, language="zh")), name
    assert step_in_words("claims of 2019-03", language="zh") == "2019-03 的理赔"
    assert step_in_words("2018: gifts", language="zh") == "2018：捐款"


def test_both_languages_say_the_same_things():
    assert SAID["en"].keys() == SAID["zh"].keys()
