"""A blob is under its own address, whole, or not there."""

import hashlib
import os
from pathlib import Path

import pytest

from ledger.errors import FormatError
from node.blobs import FileBlobs
from node.errors import DamagedError, StoreError, StoreFullError


def address_of(content: bytes) -> bytes:
    return hashlib.sha256(b"\x03" + content).digest()


def open_blobs(path: Path, *, reserve_bytes: int = 0) -> FileBlobs:
    return FileBlobs(path / "bodies", kind="body", addresses_of=lambda content: (address_of(content),),
                     reserve_bytes=reserve_bytes)


CONTENT = b"a sealed body"
ADDRESS = address_of(CONTENT)


def file_of(path: Path) -> Path:
    return path / "bodies" / ADDRESS.hex()[:2] / ADDRESS.hex()


def test_what_is_put_is_there_after_a_restart(tmp_path: Path) -> None:
    blobs = open_blobs(tmp_path)
    blobs.put(CONTENT, address=ADDRESS)
    blobs.put(b"", address=address_of(b""))
    again = open_blobs(tmp_path)
    assert again.get(ADDRESS) == CONTENT
    assert again.get(address_of(b"")) == b""
    assert again.get(address_of(b"never put")) is None
    assert list(again.addresses()) == sorted([ADDRESS, address_of(b"")])


def test_the_same_again_is_no_error(tmp_path: Path) -> None:
    blobs = open_blobs(tmp_path)
    blobs.put(CONTENT, address=ADDRESS)
    blobs.put(CONTENT, address=ADDRESS)
    assert list(blobs.addresses()) == [ADDRESS]


def test_content_of_another_address_is_refused(tmp_path: Path) -> None:
    blobs = open_blobs(tmp_path)
    with pytest.raises(FormatError, match=f"body: expected content of address {ADDRESS.hex()}, got "):
        blobs.put(CONTENT + b"!", address=ADDRESS)
    assert blobs.get(ADDRESS) is None


def test_other_bytes_under_a_name_are_neither_read_nor_replaced(tmp_path: Path) -> None:
    blobs = open_blobs(tmp_path)
    blobs.put(CONTENT, address=ADDRESS)
    file_of(tmp_path).write_bytes(b"other bytes")
    with pytest.raises(DamagedError, match=rf"body .*{ADDRESS.hex()}: expected content of address"):
        blobs.get(ADDRESS)
    with pytest.raises(DamagedError, match=r"got [0-9a-f]{64}\n.*fetch the content again"):
        blobs.put(CONTENT, address=ADDRESS)
    assert file_of(tmp_path).read_bytes() == b"other bytes"


def test_a_file_that_its_hasher_cannot_take_is_damaged(tmp_path: Path) -> None:
    def picky(content: bytes) -> bytes:
        if content == b"cut":
            raise FormatError("batch: expected a multiple of 40 bytes, got 3")
        return address_of(content)

    blobs = FileBlobs(tmp_path / "bodies", kind="batch", addresses_of=lambda content: (picky(content),),
                      reserve_bytes=0)
    blobs.put(CONTENT, address=ADDRESS)
    file_of(tmp_path).write_bytes(b"cut")
    with pytest.raises(DamagedError, match=r"got batch: expected a multiple of 40 bytes"):
        blobs.get(ADDRESS)


def test_F51_deleted_is_gone_after_a_restart(tmp_path: Path) -> None:
    blobs = open_blobs(tmp_path)
    blobs.put(CONTENT, address=ADDRESS)
    assert blobs.delete(ADDRESS)
    assert not blobs.delete(ADDRESS)
    assert open_blobs(tmp_path).get(ADDRESS) is None
    assert CONTENT not in b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())


def test_what_a_crash_left_half_written_goes_at_the_next_start(tmp_path: Path) -> None:
    open_blobs(tmp_path)
    draft = tmp_path / "bodies" / "incoming" / f"{ADDRESS.hex()}.0"
    draft.write_bytes(CONTENT[:5])
    blobs = open_blobs(tmp_path)
    assert draft.exists()  # who only reads beside a running node takes nothing away from it
    blobs.sweep()
    assert not draft.exists()
    assert blobs.get(ADDRESS) is None
    blobs.put(CONTENT, address=ADDRESS)


def test_F06_below_the_reserve_nothing_is_written(tmp_path: Path) -> None:
    disk = os.statvfs(tmp_path)
    blobs = open_blobs(tmp_path, reserve_bytes=disk.f_blocks * disk.f_frsize + 1)
    with pytest.raises(StoreFullError, match=r"are kept as reserve"):
        blobs.put(CONTENT, address=ADDRESS)
    assert list(blobs.addresses()) == []


def test_a_file_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    blobs = open_blobs(tmp_path)
    file_of(tmp_path).mkdir(parents=True)
    with pytest.raises(StoreError, match=r"cannot be read: Is a directory"):
        blobs.get(ADDRESS)


def test_an_address_has_32_bytes(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match=r"an address has 32 bytes, got 31"):
        open_blobs(tmp_path).get(ADDRESS[:31])
