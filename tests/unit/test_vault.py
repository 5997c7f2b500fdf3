"""The vault opens for its holder alone, and what was erased is gone."""

import os
import stat
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from node.errors import AbsentError, DamagedError, KeyFileError, NodeError, StartError, StoreError, StoreFullError
from node.vault import Vault, create_vault_key
from tests.support.fake_random import FakeRandom

NAME = "openings/0f"
RECORDS = [b'{"amount":%d,"channel":"alipay"}' % (300 + i) for i in range(5)]


def make(path: Path, *, seed: int = 1) -> Path:
    create_vault_key(path / "vault.key", random=FakeRandom(seed))
    Vault.create(path / "vault", key_file=path / "vault.key", random=FakeRandom(seed + 100))
    return path


def open_vault(path: Path, *, key_file: Path | None = None, reserve_bytes: int = 0, seed: int = 7) -> Vault:
    file = key_file or path / "vault.key"
    return Vault.open(path / "vault", key_file=file, random=FakeRandom(seed), reserve_bytes=reserve_bytes)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return make(tmp_path)


def on_disk(path: Path) -> bytes:
    return b"".join(file.read_bytes() for file in sorted((path / "vault").rglob("*")) if file.is_file())


def test_what_is_put_is_there_after_a_restart(path: Path) -> None:
    open_vault(path).put(NAME, iter(RECORDS))
    vault = open_vault(path)
    assert [vault.get(NAME, number) for number in range(5)] == RECORDS
    assert list(vault.records(NAME)) == RECORDS
    assert NAME in vault
    assert "openings/1f" not in vault


@pytest.mark.parametrize("records", [[], [b""], [b"x" * 70_000, b"", b"y"], [b"%d" % i for i in range(3000)]])
def test_drawers_of_every_shape(path: Path, records: list[bytes]) -> None:
    vault = open_vault(path)
    vault.put(NAME, records)
    assert list(vault.records(NAME)) == records


def test_nothing_is_readable_on_the_disk_and_files_are_private(path: Path) -> None:
    open_vault(path).put(NAME, RECORDS)
    assert b"alipay" not in on_disk(path)
    modes = {stat.S_IMODE(file.stat().st_mode) for file in (path / "vault").rglob("*") if file.is_file()}
    assert modes == {0o600}


def test_equal_records_look_different(path: Path) -> None:
    vault = open_vault(path)
    vault.put("openings/a", [b"same"] * 2)
    vault.put("openings/b", [b"same"])
    blocks = [file.read_bytes()[48:] for file in sorted((path / "vault" / "openings").iterdir())]
    seen = {blocks[0][:32], blocks[0][32:64], blocks[1][:32]}
    assert len(seen) == 3


def test_F51_erased_is_unreadable_with_the_key_and_others_stay(path: Path) -> None:
    vault = open_vault(path)
    vault.put(NAME, RECORDS)
    file = path / "vault" / NAME
    sealed = file.read_bytes()[48 + 12 + len(RECORDS[0]) + 16 :][: 12 + len(RECORDS[1]) + 16]
    assert sealed in on_disk(path)
    vault.erase(NAME, 1)
    vault.erase(NAME, 1)
    assert sealed[:12] not in on_disk(path)
    assert sealed[12:] not in on_disk(path)
    expected = [RECORDS[0], None, *RECORDS[2:]]
    assert list(open_vault(path).records(NAME)) == expected
    assert open_vault(path).get(NAME, 1) is None


def test_F51_an_erasure_cut_short_reads_as_erased_and_is_finished_by_the_next(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault = open_vault(path)
    vault.put(NAME, RECORDS)
    real, calls = os.pwrite, iter([True, False])

    def pwrite(descriptor: int, content: bytes, offset: int) -> int:
        if next(calls):
            return real(descriptor, content, offset)
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "pwrite", pwrite)
    with pytest.raises(StoreError, match=r"record 1 may not be erased: Input/output error\n.*erase again"):
        vault.erase(NAME, 1)
    monkeypatch.undo()
    assert vault.get(NAME, 1) is None
    vault.erase(NAME, 1)
    start = 48 + 12 + len(RECORDS[0]) + 16
    assert (path / "vault" / NAME).read_bytes()[start:][: 12 + len(RECORDS[1]) + 16].strip(b"\x00") == b""


def test_the_same_again_is_no_error_and_other_records_are_refused(path: Path) -> None:
    vault = open_vault(path)
    vault.put(NAME, RECORDS)
    vault.put(NAME, iter(RECORDS))
    for other in (RECORDS[:-1], [*RECORDS, b"more"], [*RECORDS[:-1], b"other"]):
        with pytest.raises(NodeError, match=r"is there already with other records"):
            vault.put(NAME, other)
    vault.erase(NAME, 2)
    with pytest.raises(NodeError, match=r"is there already with other records"):
        vault.put(NAME, RECORDS)
    assert vault.get(NAME, 2) is None


def test_what_is_not_held_is_said(path: Path) -> None:
    vault = open_vault(path)
    vault.put(NAME, RECORDS)
    with pytest.raises(AbsentError, match=r"this node holds no drawer openings/1f"):
        vault.get("openings/1f", 0)
    for number in (-1, 5):
        with pytest.raises(AbsentError, match=rf"has 5 records, none numbered {number}"):
            vault.get(NAME, number)
        with pytest.raises(AbsentError, match=r"has 5 records"):
            vault.erase(NAME, number)


@pytest.mark.parametrize("name", ["", "openings", "../x", "openings/../x", "openings/A", "a/b/c", "a/b\n"])
def test_a_drawer_is_named_by_kind_and_name(path: Path, name: str) -> None:
    with pytest.raises(AssertionError, match=r"a drawer is named kind/name"):
        open_vault(path).get(name, 0)


def test_every_changed_byte_is_noticed(path: Path) -> None:
    vault = open_vault(path)
    vault.put(NAME, RECORDS[:2])
    file = path / "vault" / NAME
    good = file.read_bytes()
    first_entry = len(good) - 16 - 2 * 16
    for position in range(len(good)):
        file.write_bytes(good[:position] + bytes([good[position] ^ 1]) + good[position + 1 :])
        if position in (first_entry + 15, first_entry + 31):
            # The lowest bit of "held": such a flip can hide a record and cannot make one up.
            assert None in list(vault.records(NAME))
        else:
            with pytest.raises(DamagedError):
                list(vault.records(NAME))


@pytest.mark.parametrize("bytes_left", [0, 1, 63, 64, 100])
def test_a_drawer_that_was_cut_is_damaged(path: Path, bytes_left: int) -> None:
    vault = open_vault(path)
    vault.put(NAME, RECORDS)
    os.truncate(path / "vault" / NAME, bytes_left)
    with pytest.raises(DamagedError, match=r"vault .*openings/0f: expected "):
        vault.get(NAME, 0)


def test_a_record_does_not_open_in_another_place(path: Path) -> None:
    vault = open_vault(path)
    vault.put(NAME, [b"one", b"two"])
    file = path / "vault" / NAME
    content = file.read_bytes()
    file.write_bytes(content[:48] + content[79:110] + content[48:79] + content[110:])
    with pytest.raises(DamagedError, match=r"record 0 does not open"):
        vault.get(NAME, 0)
    vault.put("openings/1f", [b"one"])
    (path / "vault" / "openings" / "2f").write_bytes((path / "vault" / "openings" / "1f").read_bytes())
    with pytest.raises(DamagedError, match=r"record 0 does not open"):
        vault.get("openings/2f", 0)


def test_records_that_fail_on_the_way_leave_nothing(path: Path) -> None:
    def failing() -> Iterator[bytes]:
        yield RECORDS[0]
        raise ValueError("the list is broken")

    vault = open_vault(path)
    with pytest.raises(ValueError, match=r"the list is broken"):
        vault.put(NAME, failing())
    assert NAME not in vault
    assert list((path / "vault" / "incoming").iterdir()) == []


def test_a_drawer_that_comes_up_in_between_is_not_replaced(path: Path) -> None:
    vault = open_vault(path)

    def overtaken() -> Iterator[bytes]:
        vault.put(NAME, RECORDS)
        vault.erase(NAME, 0)
        yield b"late"

    with pytest.raises(NodeError, match=r"was written by another thread meanwhile; put it again"):
        vault.put(NAME, overtaken())
    assert list(vault.records(NAME)) == [None, *RECORDS[1:]]


def test_what_a_crash_left_half_written_goes_at_the_next_start(path: Path) -> None:
    draft = path / "vault" / "incoming" / "0"
    draft.write_bytes(b"half")
    open_vault(path).put(NAME, RECORDS)
    assert not draft.exists()


def test_F06_below_the_reserve_nothing_is_written(path: Path) -> None:
    disk = os.statvfs(path)
    vault = open_vault(path, reserve_bytes=disk.f_blocks * disk.f_frsize + 1)
    with pytest.raises(StoreFullError, match=r"are kept as reserve"):
        vault.put(NAME, RECORDS)
    assert NAME not in vault


def test_F52_the_key_of_another_vault_is_refused(path: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.key"
    create_vault_key(other, random=FakeRandom(2))
    with pytest.raises(KeyFileError, match=r"other.key: is not the key of the vault .*\n.*Restore") as caught:
        open_vault(path, key_file=other)
    assert other.read_text().split("+")[-1].strip() not in str(caught.value)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o700, 0o660])
def test_F52_a_key_that_others_can_read_is_refused(path: Path, mode: int) -> None:
    (path / "vault.key").chmod(mode)
    with pytest.raises(KeyFileError, match=rf"vault.key: expected mode 0600, got {mode:04o}"):
        open_vault(path)


@pytest.mark.parametrize("change", [lambda t: t[:-3] + "\n", lambda t: t.lower(), lambda t: t + t, lambda _: "é"])
def test_F52_a_damaged_key_file_is_named_and_not_printed(path: Path, change: Callable[[str], str]) -> None:
    file = path / "vault.key"
    secret = file.read_text()
    file.write_text(change(secret))
    with pytest.raises(KeyFileError, match=r"vault.key: expected one line PRIVATE\+VAULT\+KEY\+") as caught:
        open_vault(path)
    # Neither in the message nor in what a crash report would print.
    assert secret.split("+")[-1][:8] not in "".join(traceback.format_exception(caught.value))


def test_F52_a_missing_key_file_is_named(path: Path) -> None:
    with pytest.raises(KeyFileError, match=r"gone.key: No such file or directory\n.*node.toml"):
        open_vault(path, key_file=path / "gone.key")


def test_F53_init_on_something_and_start_on_nothing_are_refused(path: Path, tmp_path: Path) -> None:
    with pytest.raises(StartError, match=r"vault .*: expected nothing there, got something"):
        Vault.create(path / "vault", key_file=path / "vault.key", random=FakeRandom())
    with pytest.raises(StartError, match=r"check: No such file or directory\n.*mingzhang init"):
        Vault.open(tmp_path / "nowhere", key_file=path / "vault.key", random=FakeRandom())
    with pytest.raises(KeyFileError, match=r"vault.key: is there already; it was not touched"):
        create_vault_key(path / "vault.key", random=FakeRandom(3))
