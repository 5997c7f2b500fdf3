"""A name counts as durable once its directory was synced, whoever made it."""

import os
import threading
from pathlib import Path

import pytest

from node.files import create_file, make_directory, replace_file, write_all


def test_the_parent_is_synced_even_where_another_made_the_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", lambda descriptor: synced.append(os.fstat(descriptor).st_ino))
    for _ in range(2):
        make_directory(tmp_path / "shard")
        assert synced == [tmp_path.stat().st_ino]
        synced.clear()
    assert (tmp_path / "shard").stat().st_mode & 0o777 == 0o700


def test_threads_may_make_one_directory_at_once(tmp_path: Path) -> None:
    failures: list[OSError] = []

    def make(start: threading.Barrier, path: Path) -> None:
        start.wait()
        try:
            make_directory(path)
        except OSError as error:
            failures.append(error)

    for number in range(20):
        start = threading.Barrier(4)
        threads = [threading.Thread(target=make, args=(start, tmp_path / str(number))) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert failures == []


def test_a_file_where_a_directory_should_be_is_not_passed_over(tmp_path: Path) -> None:
    (tmp_path / "shard").write_bytes(b"")
    with pytest.raises(FileExistsError):
        make_directory(tmp_path / "shard")


def test_short_writes_are_completed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, content: real(descriptor, bytes(content[:7])))
    with (tmp_path / "file").open("wb") as file:
        write_all(file.fileno(), bytes(range(100)))
    assert (tmp_path / "file").read_bytes() == bytes(range(100))


def test_a_created_file_is_never_an_overwritten_one(tmp_path: Path) -> None:
    create_file(tmp_path / "file", b"first")
    with pytest.raises(FileExistsError):
        create_file(tmp_path / "file", b"second")
    assert (tmp_path / "file").read_bytes() == b"first"


def test_a_draft_that_a_crash_left_does_not_stop_a_replacement(tmp_path: Path) -> None:
    (tmp_path / "file.new").write_bytes(b"half")
    replace_file(tmp_path / "file", b"whole")
    assert [file.name for file in tmp_path.iterdir()] == ["file"]
    assert (tmp_path / "file").read_bytes() == b"whole"
