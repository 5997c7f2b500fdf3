"""The file clock follows its file and says so when it is set back."""

import time
from pathlib import Path

import pytest

from node.clock import FileClock, SystemClock, set_file_clock
from node.errors import ClockError
from tests.support.fake_clock import FakeClock

DAY_MS = 86_400_000


@pytest.fixture
def real() -> FakeClock:
    return FakeClock(1_700_000_000_000)


@pytest.fixture
def path(tmp_path: Path, real: FakeClock) -> Path:
    file = tmp_path / "clock.json"
    set_file_clock(file, unix_ms=1_551_400_000_000, real_unix_ms=real.now)
    return file


def test_the_system_clock_is_the_machines() -> None:
    before = time.time_ns() // 1_000_000
    assert before <= SystemClock().unix_ms() <= time.time_ns() // 1_000_000


def test_time_passes_from_where_the_file_sets_it(path: Path, real: FakeClock) -> None:
    clock = FileClock(path, real_unix_ms=real.unix_ms)
    assert clock.unix_ms() == 1_551_400_000_000
    real.advance(250)
    assert clock.unix_ms() == 1_551_400_000_250


def test_a_new_setting_counts_from_the_next_call(path: Path, real: FakeClock) -> None:
    clock = FileClock(path, real_unix_ms=real.unix_ms)
    for day in range(1, 4):
        set_file_clock(path, unix_ms=1_551_400_000_000 + day * DAY_MS, real_unix_ms=real.now)
        real.advance(7)
        assert clock.unix_ms() == 1_551_400_000_007 + day * DAY_MS


def test_a_file_that_sets_the_time_back_is_reported_until_it_is_put_right(path: Path, real: FakeClock) -> None:
    clock = FileClock(path, real_unix_ms=real.unix_ms)
    set_file_clock(path, unix_ms=1_551_399_999_999, real_unix_ms=real.now)
    for _ in range(2):
        with pytest.raises(ClockError, match=r"sets the time back, from 1551400000000 to 1551399999999\n.*later time"):
            clock.unix_ms()
    set_file_clock(path, unix_ms=1_551_400_000_001, real_unix_ms=real.now)
    assert clock.unix_ms() == 1_551_400_000_001


def test_a_correction_of_the_real_clock_is_waited_out(path: Path, real: FakeClock) -> None:
    clock = FileClock(path, real_unix_ms=real.unix_ms)
    real.advance(10)
    assert clock.unix_ms() == 1_551_400_000_010
    real.advance(-4)
    assert clock.unix_ms() == 1_551_400_000_010
    real.advance(5)
    assert clock.unix_ms() == 1_551_400_000_011


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param('{"unix_ms":1}', "missing required field `real_unix_ms`", id="missing"),
        pytest.param('{"real_unix_ms":1,"unix_ms":1,"zone":8}', "unknown field `zone`", id="unknown"),
        pytest.param('{"real_unix_ms":1,"unix_ms":1.5}', "Expected `int`, got `float`", id="float"),
        pytest.param('{"real_unix_ms":1,"unix_ms":-1}', "unix_ms: expected 0 to [0-9]+, got -1", id="negative"),
        pytest.param("soon", "JSON is malformed", id="not-json"),
    ],
)
def test_a_file_that_is_no_clock_is_refused(tmp_path: Path, real: FakeClock, content: str, message: str) -> None:
    file = tmp_path / "clock.json"
    file.write_text(content)
    with pytest.raises(ClockError, match=rf"clock file .*clock.json: .*{message}"):
        FileClock(file, real_unix_ms=real.unix_ms)


def test_a_missing_file_is_refused(tmp_path: Path, real: FakeClock) -> None:
    with pytest.raises(ClockError, match=r"clock.json: No such file or directory"):
        FileClock(tmp_path / "clock.json", real_unix_ms=real.unix_ms)
