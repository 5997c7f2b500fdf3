"""What a store must survive: kills, failed writes, a full disk, a process that hangs (F01, F05, F07, F10, F15)."""

import re
import resource
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from node.errors import ConflictError, StartError, StoreError
from node.store_lmdb import LmdbStore
from tests.support import store_history
from tests.support.fake_random import FakeRandom
from tests.support.faulty_store import FaultyStore

HISTORY = [sys.executable, "-m", "tests.support.store_history"]
KILLS = [sys.executable, "-m", "tests.support.store_kills"]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    LmdbStore.create(tmp_path / "store", origin=store_history.ORIGIN, random=FakeRandom())
    return tmp_path / "store"


def open_store(path: Path) -> LmdbStore:
    return LmdbStore.open(path, origin=store_history.ORIGIN, reserve_bytes=0)


def judged(path: Path) -> int:
    with open_store(path) as store, store.snapshot() as rows:
        return store_history.judge(rows)


def acks(stdout: str) -> list[int]:
    return [int(line) for line in stdout.splitlines() if line.isdigit()]


def test_F01_nothing_acknowledged_is_lost_in_60_kills(path: Path) -> None:
    run = subprocess.run([*KILLS, path, "60", "1"], capture_output=True, text=True, timeout=60, check=False)
    assert run.returncode == 0, run.stderr
    assert re.fullmatch(r"kills 60  acked [1-9][0-9]*  lost 0  duplicated 0\n", run.stdout)


@pytest.mark.parametrize("landed", [False, True], ids=["lost", "landed-but-reported-failed"])
@pytest.mark.parametrize("fail_at", range(4))
def test_F07_no_failed_write_loses_or_doubles_an_entry(path: Path, fail_at: int, landed: bool) -> None:
    """A write that raised may or may not be on the disk. Who looks at the head before going on is right both ways."""
    with open_store(path) as disk:
        store = FaultyStore(disk, fail_at=fail_at, landed=landed)
        acked = 0
        with pytest.raises(StoreError, match=f"write {fail_at} failed"):
            while True:
                acked = store_history.append(store)
        with pytest.raises(StoreError, match=r"writing has ended"):
            store_history.append(store)
        assert acked == fail_at
        with disk.snapshot() as rows:
            assert store_history.judge(rows) == fail_at + landed
        assert store_history.append(disk) == fail_at + landed + 1
    assert judged(path) == fail_at + landed + 1


def test_F07_who_does_not_look_again_is_stopped_by_the_head(path: Path) -> None:
    with open_store(path) as disk:
        store = FaultyStore(disk, fail_at=0, landed=True)
        with pytest.raises(StoreError):
            store.commit({b"a": b"1"}, expect_head=None, head=b"h1")
        with pytest.raises(ConflictError):
            disk.commit({b"a": b"1"}, expect_head=None, head=b"h1")


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace injects the errors")
@pytest.mark.parametrize("error", ["EIO", "ENOSPC"])
@pytest.mark.parametrize("call", ["writev", "pwrite64", "fdatasync"])
def test_F07_every_system_call_of_three_commits_fails_in_turn(path: Path, call: str, error: str) -> None:
    """The state after a restart is the one before or the one after a whole transaction, and holds what was acked."""
    before, failed = judged(path), 0
    for nth in range(1, 20):
        inject = ["strace", "-f", "-qq", "-o", "/dev/null", "-P", path / "data.mdb"]
        inject += ["-e", f"trace={call}", "-e", f"inject={call}:error={error}:when={nth}"]
        run = subprocess.run([*inject, *HISTORY, path, "3"], capture_output=True, text=True, timeout=30, check=False)
        said, there = acks(run.stdout), judged(path)
        assert all(number <= there for number in said)
        assert there - before in (len(said), len(said) + 1)
        before = there
        if run.returncode == 0:
            break
        failed += 1
        if "ready" not in run.stdout:
            assert "StartError" in run.stderr
            continue
        assert "may or may not be on the disk" in run.stderr
        # Only a meta page, written by pwrite64, takes reading with it.
        ends = (store_history.WRITING_ENDED, store_history.READING_ENDED)[: 1 + (call == "pwrite64")]
        assert run.returncode in ends, run.stderr
    assert run.returncode == 0
    assert failed >= 4


def test_F05_a_disk_that_takes_no_more_ends_writing_and_loses_nothing(path: Path) -> None:
    with open_store(path) as store:
        for _ in range(3):
            store_history.append(store)
    room = (path / "data.mdb").stat().st_size + 64 * 1024
    run = subprocess.run(
        [*HISTORY, path],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (room, room)),
    )
    assert run.returncode == store_history.WRITING_ENDED, run.stderr
    there = judged(path)
    assert acks(run.stdout)[-1] in (there, there - 1)
    assert there > 3
    with open_store(path) as store:
        assert store_history.append(store) == there + 1


def test_F10_a_reader_that_was_killed_does_not_hold_pages(path: Path) -> None:
    program = (
        "import os, pathlib, signal, sys; from tests.support import store_history as h; "
        "store = h.LmdbStore.open(pathlib.Path(sys.argv[1]), origin=h.ORIGIN, reserve_bytes=0); h.append(store); "
        "store.snapshot().__enter__(); os.kill(os.getpid(), signal.SIGKILL)"
    )
    killed = subprocess.run([sys.executable, "-c", program, path], timeout=30, check=False)
    assert killed.returncode == -signal.SIGKILL
    with open_store(path) as store:
        for _ in range(20):
            store.put_local({b"a": b"x" * 3000})
        before = store.used_bytes()
        for _ in range(500):
            store.put_local({b"a": b"x" * 3000})
        assert store.used_bytes() - before <= 4 * 4096
        assert store.clear_stale_readers() == 0


def test_F15_a_writer_that_hangs_still_owns_its_store(path: Path) -> None:
    with subprocess.Popen([*HISTORY, path], stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        try:
            while writer.stdout.readline() != "5\n":
                pass
            writer.send_signal(signal.SIGSTOP)
            with pytest.raises(StartError, match=r"another process owns it"):
                open_store(path)
            writer.send_signal(signal.SIGCONT)
            assert int(writer.stdout.readline()) > 5
        finally:
            writer.kill()
    assert judged(path) > 5
