"""Each benchmark runs and shows its ratios; how long anything took is never asserted."""

import json
import re
from pathlib import Path

import pytest

from benchmarks.__main__ import NAMES, main
from benchmarks.measure import Comparison, Times, interleave, spread

RATIO = re.compile(r"^ +1\.00 .* limit: .* µs/", re.MULTILINE)


@pytest.mark.parametrize("name", NAMES)
def test_a_benchmark_asks_its_question_and_shows_each_side_as_a_ratio(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = tmp_path / "found.json"
    assert main([name, "--quick", "--dir", str(tmp_path), "--json", str(found)]) == 0
    printed = capsys.readouterr().out
    assert re.search(rf"^{name}: .*\?$", printed, re.MULTILINE), printed
    assert RATIO.search(printed), printed
    written = json.loads(found.read_text())
    assert written["machine"]["cores"] >= 1
    for comparison in written["results"][name]["comparisons"]:
        assert comparison["ratios"][comparison["limit"]][comparison["limit"]] == 1
        assert comparison["ratios"].keys() == comparison["times"].keys()
        assert all(times["clock"] for times in comparison["times"].values())
    assert not [file for file in tmp_path.iterdir() if file != found], "a benchmark leaves files behind"


def test_an_unknown_benchmark_is_named_with_those_that_exist(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["speed"])
    assert "there is no benchmark 'speed'; expected some of entries, lines," in capsys.readouterr().err


def test_sides_take_turns_and_the_first_round_does_not_count() -> None:
    turns: list[tuple[str, int]] = []

    def side(name: str) -> int:
        turns.append((name, prepared[-1]))
        return 1

    prepared: list[int] = []
    taken = interleave(
        {"one": lambda _: side("one"), "other": lambda _: side("other")}, prepare=prepared.append, rounds=2, what="test"
    )  # fmt: skip
    assert turns == [(name, number) for number in range(3) for name in ("one", "other")]
    assert [len(times) for side in taken.values() for times in (side.clock, side.cpu)] == [2, 2, 2, 2]


def test_a_ratio_is_time_over_time_of_the_medians() -> None:
    times = {"node": Times([1, 3, 100], [1, 2, 2]), "limit": Times([2, 1, 1], [1, 1, 1])}
    comparison = Comparison("test", "entry", times, limit="limit")
    assert (comparison.ratio("node", "limit"), comparison.cpu_ratio("node", "limit")) == (3, 2)


def test_spread_is_the_median_and_the_tail() -> None:
    assert spread([float(number) for number in range(101)], 0.5, 0.99) == [50, 99]
