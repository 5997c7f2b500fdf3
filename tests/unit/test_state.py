"""State: rows over a Reader, under changes that are kept or dropped."""

import itertools

import pytest

from ledger.state import MemoryReader, State, row_key


def state_over(**rows):
    state = State(MemoryReader())
    for name, value in rows.items():
        state.put("gap", name, row=value)
    state.keep()
    return State(reader_with(state.changes()))


def reader_with(changes):
    reader = MemoryReader()
    reader.apply(changes)
    return reader


def gaps(state, **more):
    return [(key[1], row) for key, row in state.scan("gap", **more)]


def test_a_row_is_what_was_put_last():
    state = state_over(a=1)
    assert state.get("gap", "a") == 1
    state.put("gap", "a", row=2)
    assert state.get("gap", "a") == 2
    state.keep()
    state.put("gap", "a", row=3)
    assert state.get("gap", "a") == 3
    state.drop()
    assert state.get("gap", "a") == 2
    state.delete("gap", "a")
    assert state.get("gap", "a") is None
    state.drop()
    assert state.get("gap", "a") == 2


def test_a_scan_goes_over_the_overlay_in_order():
    state = state_over(b=1, d=2, f=3)
    state.put("gap", "a", row="new first")
    state.put("gap", "d", row="changed")
    state.keep()
    state.delete("gap", "b")
    state.put("gap", "e", row="new in the middle")
    state.put("gap", "g", row="new last")
    state.put("figure", "c", row="of another table")
    assert gaps(state) == [("a", "new first"), ("d", "changed"), ("e", "new in the middle"), ("f", 3),
                           ("g", "new last")]
    assert gaps(state, start="e") == [("e", "new in the middle"), ("f", 3), ("g", "new last")]
    state.drop()
    assert gaps(state) == [("a", "new first"), ("b", 1), ("d", "changed"), ("f", 3)]


def test_a_deleted_row_that_never_was_is_no_row():
    state = state_over(b=1)
    for name in ("a", "b", "c"):
        state.delete("gap", name)
    assert gaps(state) == []
    state.put("gap", "b", row=2)  # and may come again
    assert gaps(state) == [("b", 2)]


@pytest.mark.parametrize("places", list(itertools.product(("reader", "kept", "pending", "deleted"), repeat=3)))
def test_a_scan_is_the_same_wherever_the_rows_are(places):
    """Every way to spread three rows over Reader, kept changes and pending ones, and to delete some again."""
    names = ("a", "b", "c")
    state = state_over(**{name: name for name, place in zip(names, places, strict=True)
                          if place in ("reader", "deleted")})
    for name, place in zip(names, places, strict=True):
        if place == "kept":
            state.put("gap", name, row=name)
    state.keep()
    for name, place in zip(names, places, strict=True):
        if place == "pending":
            state.put("gap", name, row=name)
        if place == "deleted":
            state.delete("gap", name)
    want = [(name, name) for name, place in zip(names, places, strict=True) if place != "deleted"]
    assert gaps(state) == want
    state.keep()
    assert gaps(State(reader_with({**dict(state.scan_all()), **state.changes()}))) == want


def test_a_scan_stays_under_its_prefix():
    state = State(MemoryReader())
    state.put("gap", "fund/a", 1, row="inside")
    state.put("gap", "fund/a-b", 1, row="a longer name")
    state.put("gap", "fund/a/c", 1, row="a part more")
    state.put("gaps", "fund/a", 1, row="another table")
    assert [row for _, row in state.scan("gap", "fund/a")] == ["inside"]


def test_numbers_sort_as_numbers():
    state = State(MemoryReader())
    for number in (10, 9, 2**53 - 1, 0):
        state.put("gap", "x", number, row=number)
    assert [row for _, row in state.scan("gap", "x")] == [0, 9, 10, 2**53 - 1]
    assert [row for _, row in state.scan("gap", "x", start=9)] == [9, 10, 2**53 - 1]
    assert row_key("gap", "x", 9) == b"gap x 0000000000000009"


def test_changes_are_the_kept_ones_and_name_deletions():
    state = state_over(a=1, b=2)
    state.put("gap", "c", row=3)
    state.delete("gap", "a")
    assert state.changes() == {}
    state.keep()
    state.put("gap", "d", row=4)
    assert state.changes() == {b"gap c": b"3", b"gap a": None}


def test_all_rows_come_in_the_order_of_table_and_key():
    state = state_over(b=1)
    state.put("figure", "z", row=1)
    state.keep()
    state.put("gap", "a", row=1)
    state.put("account", "q", row=1)
    state.delete("gap", "b")
    assert [key for key, _ in state.scan_all()] == [b"account q", b"figure z", b"gap a"]


def test_an_empty_log_has_numbers():
    state = State(MemoryReader())
    assert (state.size, state.last_time_unix_ms, state.meta["balance"]) == (0, 0, None)
