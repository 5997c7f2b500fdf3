"""The files that entries name: three folders, and the newest batches in memory."""

from pathlib import Path

import pytest

from ledger.batch import Batch, Line, batch_name, encode_columns, encode_lines, names_of
from ledger.commitment import body_hash
from ledger.errors import FormatError
from node import blobs
from node.blobs import EntryFiles


def a_batch(number: int) -> tuple[bytes, bytes]:
    content = encode_lines([Line(number, bytes(32))])
    return Batch(content).root, content


def test_each_kind_has_its_folder_and_its_way_to_an_address(tmp_path: Path) -> None:
    files = EntryFiles(tmp_path / "files", reserve_bytes=1)
    root, batch = a_batch(1)
    files.put("batch", batch, address=root)
    files.put("body", b"{}", address=body_hash(b"{}"))
    assert (files.batch(root), files.get("batch", root), files.has("batch", root)) == (batch, batch, True)
    assert (files.body(body_hash(b"{}")), files.tags(body_hash(b"{}"))) == (b"{}", None)
    assert not files.has("tags", body_hash(b"{}"))


@pytest.mark.parametrize("kind", ["batch", "tags", "body"])
def test_what_has_another_address_is_not_stored(kind: str, tmp_path: Path) -> None:
    files = EntryFiles(tmp_path / "files", reserve_bytes=1)
    with pytest.raises(FormatError, match=f"^{kind}: expected content of address 0000"):
        files.put(kind, a_batch(1)[1], address=bytes(32))
    assert not files.has(kind, bytes(32))
    assert files.get(kind, bytes(32)) is None


def test_a_batch_is_checked_once_and_memory_stays_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blobs, "RECENT_BYTES_MAX", 100)
    built: list[bytes] = []
    monkeypatch.setattr(blobs, "names_of", lambda content: built.append(content) or names_of(content))
    files = EntryFiles(tmp_path / "files", reserve_bytes=1)
    batches = [a_batch(number) for number in range(1, 5)]
    for root, content in batches:
        files.put("batch", content, address=root)
    assert len(built) == 4
    assert files.batch(batches[3][0]) == batches[3][1]
    assert len(built) == 4, "the newest are in memory as they were checked"
    assert files.batch(batches[0][0]) == batches[0][1]
    assert len(built) == 5, "what was read from the disk again is checked again"


def test_a_batch_with_columns_has_a_name_of_its_own(tmp_path: Path) -> None:
    files = EntryFiles(tmp_path / "files", reserve_bytes=1)
    content = encode_columns([((1, 0), bytes(32)), ((1, 1), bytes([1]) + bytes(31))], columns=2)
    roots = [Batch.of_column(content, column=column, columns=2).root for column in (0, 1)]
    with pytest.raises(FormatError, match=r"^batch: expected content of address"):
        files.put("batch", content, address=roots[0])
    files.put("batch", content, address=batch_name(roots))
    persons = encode_lines([Line(1, bytes(32)), Line(1, bytes([1]) + bytes(31))])
    files.put("batch", persons, address=roots[0])
    again = EntryFiles(tmp_path / "files", reserve_bytes=1)
    assert again.batch(batch_name(roots)) == content
    assert again.batch(roots[0]) == persons
