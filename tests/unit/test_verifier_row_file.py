"""verifier/audit/row_file.py and trie_file.py: the same rows and roots as in memory, and what a damaged file says."""

import sqlite3

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from verifier.audit import row_file, trie_file
from verifier.audit.row_file import FileRows, StateFileError
from verifier.log.trie import Trie
from verifier.rules.rows import Rows

KEYS = [f"{family} {name}" for family in ("move fund/a", "move fund/ab", "due", "text") for name in "147"]
STEPS = st.lists(st.tuples(st.sampled_from(["put", "remove", "keep", "undo", "save"]), st.sampled_from(KEYS),
                           st.integers(0, 9)), max_size=60)  # fmt: skip


def seen(rows):
    """All that a reader can ask of rows."""
    groups = {(name, start): list(rows.group(name, start=start))
              for name in ("move fund/a", "move fund/ab", "due") for start in ("", "4")}  # fmt: skip
    return [rows.get(key) for key in KEYS], groups


@given(STEPS)
@settings(max_examples=60, deadline=None)
def test_rows_in_a_file_are_rows_in_memory(tmp_path_factory, steps):
    """Whatever is put, removed, kept, undone and written, at whatever moment."""
    memory, file = Rows(), FileRows(tmp_path_factory.mktemp("rows") / "state", lasting=False)
    most = row_file.RECENT_ROWS_MAX, row_file.BEFORE_ROWS_MAX
    row_file.RECENT_ROWS_MAX, row_file.BEFORE_ROWS_MAX = 3, 2
    try:
        for step, key, value in steps:
            if step == "remove" and memory.get(key) is None:
                continue
            for rows in (memory, file):
                if step == "put":
                    rows.put(key, value)
                elif step == "remove":
                    rows.remove(key)
                elif step in ("keep", "save"):
                    rows.keep()
                else:
                    rows.undo()
            if step == "save":
                file.save({})
            assert seen(file) == seen(memory)
            assert file.changed() == memory.changed()
        assert file.root() == memory.root()
        assert [list(file.scan(family)) for family in ("text", "move")] == [
            list(memory.scan(family)) for family in ("text", "move")]  # fmt: skip
    finally:
        row_file.RECENT_ROWS_MAX, row_file.BEFORE_ROWS_MAX = most
        file.close()


def test_an_entry_that_changes_very_many_rows_again_and_again_is_undone(tmp_path, monkeypatch):
    """What was before it lies on disk by then; of each row the first that was noted counts."""
    monkeypatch.setattr(row_file, "BEFORE_ROWS_MAX", 2)
    file = FileRows(tmp_path / "state", lasting=False)
    keys = [f"due {number}" for number in range(5)]
    for key in keys[1:]:
        file.put(key, 1)
    file.keep()
    for value in (2, 3, 4):
        for key in keys:
            file.put(key, value)
    file.remove(keys[1])
    assert file.changed() == keys
    file.undo()
    assert [file.get(key) for key in keys] == [None, 1, 1, 1, 1]
    assert [name for name, _ in file.group("due")] == ["1", "2", "3", "4"] and file.changed() == []
    file.close()


def test_a_row_that_was_read_and_written_again_is_the_new_one(tmp_path):
    file = FileRows(tmp_path / "state", lasting=False)
    for value in (1, 2, 3):
        file.put("text 00", value)
        file.keep()
        file.save({})
        assert file.get("text 00") == value
    file.close()


def test_a_long_group_is_read_in_parts(tmp_path):
    file = FileRows(tmp_path / "state", lasting=False)
    names = [f"{number:04d}" for number in range(5 * row_file.RANGE_ROWS)]
    for name in names:
        file.put(f"due {name}", 1)
    file.save({})
    file.put("due 0000", 2)
    file.remove("due 0001")
    assert [name for name, _ in file.group("due")] == ["0000", *names[2:]]
    assert next(file.group("due")) == ("0000", 2)
    file.close()


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 30), st.integers(0, 3)), max_size=60), st.booleans())
@settings(max_examples=60, deadline=None)
def test_a_trie_in_a_file_is_a_trie_in_memory(tmp_path_factory, steps, near):
    """Keys that differ in their first bits, and keys that share all but their last, as exits of one account do."""
    rows = FileRows(tmp_path_factory.mktemp("trie") / "state", lasting=False)
    memory, file = Trie(), rows.make_map("exits")
    for put, number, value in steps:
        key = bytes([number * 8]) * 32 if not near else bytes(31) + bytes([number])
        for trie in (memory, file):
            if put:
                trie.put(key, bytes([value]) * 32)
            else:
                trie.remove(key)
        if number % 3 == 0:
            assert file.root() == memory.root()
    assert file.root() == memory.root()
    rows.close()


def saved(path):
    """A state file with two rows, and the position that was noted."""
    rows = FileRows(path, lasting=True)
    rows.put("account fund/a", {"in": 3})
    rows.put("text 00", 1)
    rows.keep()
    rows.save({"size": 7})
    rows.put("text 01", 2)
    rows.close()
    return rows.position


def test_a_file_is_opened_as_it_was_saved(tmp_path):
    position = saved(tmp_path / "state")
    rows = FileRows(tmp_path / "state", lasting=True)
    assert rows.position == position and position["size"] == 7
    assert [rows.get(key) for key in ("account fund/a", "text 00", "text 01")] == [{"in": 3}, 1, None]
    rows.verify(digest=bytes.fromhex(position["digest"]), root=rows.root())
    rows.close()


@pytest.mark.parametrize(("change", "message"), [
    pytest.param("UPDATE row SET value = CAST('7' AS BLOB) WHERE key LIKE 'account%'", "its rows are not those",
                 id="a-value"),
    pytest.param("DELETE FROM row WHERE key = 'text 00'", "its rows are not those", id="a-row-less"),
    pytest.param("INSERT INTO row VALUES ('text 02', CAST('1' AS BLOB))", "its rows are not those", id="a-row-more"),
    pytest.param("INSERT INTO row VALUES ('text é', CAST('1' AS BLOB))", "ascii", id="a-key-of-other-letters"),
    pytest.param("INSERT INTO row VALUES (printf('%070000d', 0), CAST('1' AS BLOB))", "too big", id="a-long-key"),
])  # fmt: skip
def test_a_changed_file_is_refused(tmp_path, change, message):
    position = saved(tmp_path / "state")
    with sqlite3.connect(tmp_path / "state") as database:
        database.execute(change)
    database.close()
    rows = FileRows(tmp_path / "state", lasting=True)
    with pytest.raises(StateFileError, match=f"(?s){message}.*delete this one to begin again"):
        rows.verify(digest=bytes.fromhex(position["digest"]), root=None)
    rows.close()


def test_a_root_that_the_last_close_does_not_say_is_refused(tmp_path):
    position = saved(tmp_path / "state")
    rows = FileRows(tmp_path / "state", lasting=True)
    with pytest.raises(StateFileError, match="the last close says 0000"):
        rows.verify(digest=bytes.fromhex(position["digest"]), root=bytes(32))
    rows.close()


def test_a_value_that_is_no_json_is_refused(tmp_path):
    saved(tmp_path / "state")
    with sqlite3.connect(tmp_path / "state") as database:
        database.execute("UPDATE row SET value = CAST('{' AS BLOB)")
    database.close()
    rows = FileRows(tmp_path / "state", lasting=True)
    with pytest.raises(StateFileError, match="text 00: expected JSON"):
        rows.get("text 00")
    rows.close()


def test_a_file_that_is_no_database_is_refused(tmp_path):
    (tmp_path / "state").write_bytes(b"no database at all" * 100)
    with pytest.raises(StateFileError, match="not a database"):
        FileRows(tmp_path / "state", lasting=True)


def test_a_second_replay_does_not_write_the_same_file(tmp_path):
    first = FileRows(tmp_path / "state", lasting=True)
    with pytest.raises(StateFileError, match="locked"):
        FileRows(tmp_path / "state", lasting=True)
    first.close()


def test_nothing_folds_to_nothing():
    assert trie_file.fold_leaves([]) is None
