"""Files that a command writes are whole: synced before they take their name, and never half there."""

import os
from pathlib import Path

import pytest

from verifier.commands.files import write_whole


def test_a_file_is_synced_before_it_takes_its_name_and_the_name_after(tmp_path, monkeypatch):
    done = []
    fsync, replace = os.fsync, Path.replace
    monkeypatch.setattr(os, "fsync", lambda one: (done.append("sync"), fsync(one)))
    monkeypatch.setattr(Path, "replace", lambda one, other: (done.append("name"), replace(one, other))[1])
    write_whole(tmp_path / "file", b"content")
    assert (tmp_path / "file").read_bytes() == b"content" and done == ["sync", "name", "sync"]


@pytest.mark.parametrize("fails", ["fsync", "replace"])
def test_what_fails_leaves_the_old_content(tmp_path, monkeypatch, fails):
    def fail(*_):
        raise OSError(28, "No space left on device")

    write_whole(tmp_path / "file", b"old")
    monkeypatch.setattr(os if fails == "fsync" else Path, fails, fail)
    with pytest.raises(OSError, match="No space"):
        write_whole(tmp_path / "file", b"new")
    monkeypatch.undo()
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"file": b"old"}


def test_what_a_crash_left_beside_it_does_no_harm(tmp_path):
    (tmp_path / ".file.new").write_bytes(b"half of somethi")
    write_whole(tmp_path / "file", b"content")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"file": b"content"}
