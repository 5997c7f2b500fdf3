"""Each benchmark runs and shows its ratios; how long anything took is never asserted."""

import json
import re
from pathlib import Path

import pytest

from benchmarks.__main__ import NAMES, main
from benchmarks.cases import BENEFITS, Cases
from benchmarks.measure import Comparison, Options, Times, interleave, memory_mb, spread
from benchmarks.register import LEAVING, Register
from benchmarks.register import run as run_register
from ledger.balance import loader
from ledger.leaf import entry_of
from ledger.sequence import sequence
from ledger.state import State
from ledger.strict import parse_json
from ledger.trie import prove, trie_key, verify_trie
from tests.support.world import ORIGIN

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
    assert "there is no benchmark 'speed'; expected some of entries, claims," in capsys.readouterr().err


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


def test_cases_are_decided_on_three_benefits_that_share_a_bill_and_have_caps_by_period() -> None:
    cases = Cases()
    flow = cases.flow(2)
    claim = cases.leaves.index(flow.leaves["claim"][1])
    decision = next(
        body for data in cases.files.bodies.values()
        if (body := parse_json(data, what="body"))["kind"] == "decision" and body["claim"] == claim
    )
    bill, before = cases.facts(claim)["total_bill"], cases.facts(claim)["basic_paid"]
    assert [one["benefit"] for one in decision["benefits"]] == list(BENEFITS)
    for one in decision["benefits"]:
        *earlier, overlap = one["steps"]
        assert (overlap["op"], overlap["in"]) == ("overlap", [one["amount"], bill, before])
        assert {step["name"] for step in earlier if step["op"] == "cap"} & {"policy", "year"}
        before += one["amount"]
    assert cases.state.get("claim", claim)["state"] == "paid"


def test_cases_can_be_sequenced_again_on_the_state_that_was_there_before() -> None:
    cases = Cases()
    leaves = cases.flow(2).log()
    again = State(cases.reader)
    for leaf in leaves:
        entry = entry_of(leaf)
        assert leaf == sequence(again, entry, origin=ORIGIN, time_unix_ms=cases.time_unix_ms, blobs=cases.files)


def test_a_register_has_those_in_its_trie_who_left_or_claimed_and_no_others(tmp_path: Path) -> None:
    register = Register(tmp_path)
    register.grow(95)
    register.claim(7)
    register.act("balance", "foundation", publish=[])
    root, load = bytes.fromhex(register.state.get("roots")["register"]), loader(register.state)
    there = set()
    for number in range(95):
        key = trie_key("register", register.commitment(number))
        if verify_trie(root=root, key=key, proof=prove(root, key, load)) is not None:
            there.add(number)
    assert there == register.claimed | set(range(0, 95, LEAVING))
    assert len(there) == register.in_trie
    assert set(register.choose(40, present=True)) <= register.claimed
    assert not there & set(register.choose(40, present=False))
    register.close()


def test_a_register_is_measured_at_each_size_up_to_the_largest_asked_for(tmp_path: Path) -> None:
    result = run_register(Options(tmp_path, quick=False, members=9_999))
    assert [[row[0] for row in table.rows] for table in result.tables] == [[1_000], [1_000]]


def test_memory_is_what_the_system_counts() -> None:
    assert 1 < memory_mb("RssAnon") < 10_000
