"""Blobs, drawers and key files when the disk fails at every step in turn (F05, F07)."""

import errno
import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ledger.errors import FormatError
from ledger.keys import ED25519
from node import blobs as blobs_module
from node.blobs import FileBlobs
from node.clock import FileClock, set_file_clock
from node.errors import KeyFileError, StoreError
from node.signer import create_key, load_key
from node.vault import Vault, create_vault_key
from tests.support.fake_random import FakeRandom

CONTENT = b"a sealed body" * 1000
RECORDS = [b"opening %d" % i for i in range(50)]
STEPS_MAX = 30


class FailingSteps:
    """Lets system calls that change the disk pass until number `fail_at`; that one and all later ones fail."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *, fail_at: int, error: int) -> None:
        self.steps = 0
        self._fail_at = fail_at
        self._error = error
        for name in ("write", "fsync", "rename", "replace", "link", "mkdir", "fchmod"):
            monkeypatch.setattr(os, name, self._counted(getattr(os, name)))

    @property
    def failed(self) -> bool:
        return self.steps > self._fail_at

    def _counted(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*args: Any, **options: Any) -> Any:
            self.steps += 1
            if self.failed:
                raise OSError(self._error, os.strerror(self._error))
            return call(*args, **options)

        return counted


def address_of(content: bytes) -> bytes:
    return hashlib.sha256(b"\x03" + content).digest()


def open_blobs(path: Path) -> FileBlobs:
    return FileBlobs(path / "bodies", kind="body", addresses_of=lambda content: (address_of(content),), reserve_bytes=0)


def open_vault(path: Path) -> Vault:
    return Vault.open(path / "vault", key_file=path / "vault.key", random=FakeRandom(3), reserve_bytes=0)


@pytest.mark.parametrize("error", [errno.EIO, errno.ENOSPC])
def test_F05_F07_a_blob_is_whole_or_not_there(tmp_path: Path, error: int) -> None:
    for fail_at in range(STEPS_MAX):
        path = tmp_path / str(fail_at)
        path.mkdir()
        blobs = open_blobs(path)
        with pytest.MonkeyPatch.context() as patch:
            steps = FailingSteps(patch, fail_at=fail_at, error=error)
            try:
                blobs.put(CONTENT, address=address_of(CONTENT))
            except StoreError as failure:
                assert "not stored: " in str(failure)
                assert steps.failed
            else:
                assert not steps.failed
        assert open_blobs(path).get(address_of(CONTENT)) in ((None, CONTENT) if steps.failed else (CONTENT,))
        again = open_blobs(path)
        again.sweep()
        again.put(CONTENT, address=address_of(CONTENT))
        assert again.get(address_of(CONTENT)) == CONTENT
        if not steps.failed:
            break
    assert 5 <= fail_at < STEPS_MAX - 1


def test_F03_a_blob_is_synced_before_its_name_and_its_name_before_put_returns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blobs = open_blobs(tmp_path)
    fsync, replace = os.fsync, os.replace
    seen: list[str] = []

    def watched_fsync(descriptor: int) -> None:
        fsync(descriptor)
        seen.append(f"sync {Path(os.readlink(f'/proc/self/fd/{descriptor}')).parent.name}")

    def watched_replace(source: Path, target: Path) -> None:
        replace(source, target)
        seen.append("name")

    monkeypatch.setattr(os, "fsync", watched_fsync)
    monkeypatch.setattr(os, "replace", watched_replace)
    blobs.put(CONTENT, address=address_of(CONTENT))
    assert seen == ["sync incoming", "name", "sync bodies"], "the file in incoming, its name, the folder in bodies"


MANY = [(address_of(b"body %d" % number), b"body %d" % number) for number in range(5)]


@pytest.mark.parametrize("error", [errno.EIO, errno.ENOSPC])
def test_F05_F07_of_blobs_put_together_each_is_whole_or_not_there(
    tmp_path: Path, error: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blobs_module, "_FILES_AT_ONCE", 2)
    for fail_at in range(STEPS_MAX + 1):
        path = tmp_path / str(fail_at)
        path.mkdir()
        blobs = open_blobs(path)
        with pytest.MonkeyPatch.context() as patch:
            steps = FailingSteps(patch, fail_at=fail_at, error=error)
            try:
                blobs.put_many(MANY)
            except StoreError as failure:
                assert "not stored: " in str(failure)
                assert steps.failed
            else:
                assert not steps.failed
        again = open_blobs(path)
        for address, content in MANY:
            assert again.get(address) in ((None, content) if steps.failed else (content,))
        again.sweep()
        again.put_many(MANY)
        assert [again.get(address) for address, _ in MANY] == [content for _, content in MANY]
        assert list((path / "bodies" / "incoming").iterdir()) == []
        if not steps.failed:
            break
    assert 4 * len(MANY) <= fail_at < STEPS_MAX


def test_F03_blobs_put_together_are_synced_before_their_names_and_each_folder_once_before_put_returns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blobs = open_blobs(tmp_path)
    blobs.put(MANY[0][1], address=MANY[0][0])
    near = next(content for content in (b"near %d" % number for number in range(10_000))
                if address_of(content)[0] == MANY[1][0][0])  # fmt: skip
    many = [*MANY[:2], (address_of(near), near)]
    fsync, replace = os.fsync, os.replace
    seen: list[str] = []

    def watched_fsync(descriptor: int) -> None:
        fsync(descriptor)
        file = Path(os.readlink(f"/proc/self/fd/{descriptor}"))
        seen.append("content" if file.parent.name == "incoming" else file.name)

    def watched_replace(source: Path, target: Path) -> None:
        replace(source, target)
        seen.append("name")

    monkeypatch.setattr(os, "fsync", watched_fsync)
    monkeypatch.setattr(os, "replace", watched_replace)
    blobs.put_many(many)
    assert seen[:4] == ["content", "content", "name", "name"], "what was there is not written again"
    folders = {address.hex()[:2] for address, _ in many}
    assert sorted(seen[4:]) == sorted(folders), "also the folder of what was there: its name may not be synced"
    assert len(folders) == 2


def test_of_blobs_with_a_wrong_one_among_them_none_is_stored(tmp_path: Path) -> None:
    blobs = open_blobs(tmp_path)
    with pytest.raises(FormatError, match=r"^body: expected content of address 0000"):
        blobs.put_many([*MANY, (bytes(32), b"other")])
    assert list(blobs.addresses()) == []
    blobs.put_many([MANY[0], MANY[0], *MANY])
    assert sorted(blobs.addresses()) == sorted(address for address, _ in MANY), "the same twice is one"


@pytest.mark.parametrize("error", [errno.EIO, errno.ENOSPC])
def test_F05_F07_a_drawer_is_whole_or_not_there(tmp_path: Path, error: int) -> None:
    for fail_at in range(STEPS_MAX):
        path = tmp_path / str(fail_at)
        path.mkdir()
        create_vault_key(path / "vault.key", random=FakeRandom(1))
        Vault.create(path / "vault", key_file=path / "vault.key", random=FakeRandom(2))
        vault = open_vault(path)
        with pytest.MonkeyPatch.context() as patch:
            steps = FailingSteps(patch, fail_at=fail_at, error=error)
            try:
                vault.put("openings/a", RECORDS)
            except StoreError as failure:
                assert "not written: " in str(failure)
                assert steps.failed
            else:
                assert not steps.failed
        again = open_vault(path)
        if not steps.failed:
            assert "openings/a" in again
        if "openings/a" in again:
            assert list(again.records("openings/a")) == RECORDS
        again.put("openings/a", RECORDS)
        assert list(again.records("openings/a")) == RECORDS
        if not steps.failed:
            break
    assert 4 <= fail_at < STEPS_MAX - 1


def test_F07_a_key_file_is_whole_or_not_there(tmp_path: Path) -> None:
    for fail_at in range(STEPS_MAX):
        file = tmp_path / f"{fail_at}.skey"
        with pytest.MonkeyPatch.context() as patch:
            steps = FailingSteps(patch, fail_at=fail_at, error=errno.EIO)
            try:
                create_key(file, name="insurer.example", algorithm=ED25519, random=FakeRandom())
            except KeyFileError as failure:
                assert "cannot be written: Input/output error" in str(failure)
                assert steps.failed
        if file.exists():
            load_key(file, name="insurer.example", algorithm=ED25519)
        if not steps.failed:
            break
    assert 3 <= fail_at < STEPS_MAX - 1


def test_F07_a_clock_file_is_the_old_one_or_the_new_one(tmp_path: Path) -> None:
    file = tmp_path / "clock.json"
    for fail_at in range(STEPS_MAX):
        set_file_clock(file, unix_ms=1_000, real_unix_ms=0)
        with pytest.MonkeyPatch.context() as patch:
            steps = FailingSteps(patch, fail_at=fail_at, error=errno.EIO)
            try:
                set_file_clock(file, unix_ms=2_000, real_unix_ms=0)
            except OSError:
                assert steps.failed
        assert FileClock(file, real_unix_ms=lambda: 0).unix_ms() in ((1_000, 2_000) if steps.failed else (2_000,))
        if not steps.failed:
            break
    assert 4 <= fail_at < STEPS_MAX - 1
