"""Leaves: a stamp, a line feed, an entry that is not judged here."""

import pytest

from ledger.errors import FormatError
from ledger.leaf import LEAF_BYTES_MAX, entry_of, stamp_of
from ledger.stamp import Stamp, format_stamp

STAMP = Stamp(balance=None, charter=0, index=7, rules=1, time_unix_ms=5)
LINE = format_stamp(STAMP) + b"\n"


@pytest.mark.parametrize("entry", [b"", b"an entry\n", b"\n\nline feeds\n\n"], ids=["empty", "one", "line-feeds"])
def test_a_leaf_is_a_stamp_and_whatever_follows(entry):
    leaf = LINE + entry
    assert stamp_of(leaf) == STAMP
    assert entry_of(leaf) == entry


@pytest.mark.parametrize("part", [stamp_of, entry_of])
def test_without_a_line_feed_there_is_no_leaf(part):
    with pytest.raises(FormatError, match=r"^leaf: expected a stamp, a line feed and an entry, found no line feed$"):
        part(LINE[:-1])


@pytest.mark.parametrize("part", [stamp_of, entry_of])
def test_the_largest_leaf_has_65535_bytes(part):
    full = LINE + b"a" * (LEAF_BYTES_MAX - len(LINE))
    part(full)
    with pytest.raises(FormatError, match=r"^leaf: expected at most 65535 bytes, got 65536$"):
        part(full + b"a")
