"""A history that can be judged from its rows alone: entry n stands in three places, and each head chains on the last.

As a program it appends to a store and says on standard output what was acknowledged, one number a line:

    python -m tests.support.store_history STORE [COUNT]

After a failed write it looks whether the store still writes and reads, and says so by its exit status.
"""

import hashlib
import os
import struct
import sys
from pathlib import Path

from node.errors import StoreError
from node.ports import Reader, Snapshot, Store
from node.store_lmdb import LmdbStore

ORIGIN = "ledger.example/charity"
WRITING_ENDED, READING_ENDED, WRITING_GOES_ON = 3, 4, 5
_HEAD = struct.Struct(">Q32s")
_END = b"\xff" * 9


def entries(head: bytes | None) -> int:
    """How many entries a head says there are."""
    return 0 if head is None else int(_HEAD.unpack(head)[0])


def append(store: Store) -> int:
    """Append the next entry after the head that is there; its number."""
    with store.snapshot() as rows:
        head = rows.head
    number = entries(head) + 1
    key = number.to_bytes(8, "big")
    entry = b"entry %d" % number
    # A few more rows in random places make LMDB split and merge pages, as the real state does.
    scattered = {b"s" + hashlib.sha256(b"%d %d" % (number, i)).digest()[:4]: entry for i in range(5)}
    changes = {b"e" + key: entry, b"total": b"%d" % (number * (number + 1) // 2), **scattered}
    store.commit(changes, {b"o" + key: entry}, expect_head=head, head=_chained(head, number, entry))
    return number


def judge(rows: Snapshot) -> int:
    """Check the whole history in `rows` against its head; how many entries there are."""
    head: bytes | None = None
    number = 0
    for number, (key, entry) in enumerate(rows.scan(b"e", b"f"), start=1):
        assert key == b"e" + number.to_bytes(8, "big"), f"expected entry {number}, got {key!r}: a gap or a duplicate"
        head = _chained(head, number, entry)
    assert rows.head == head, f"the head does not follow from the {number} entries"
    assert rows.get(b"total") == (b"%d" % (number * (number + 1) // 2) if number else None)
    assert _values(rows.local, b"o") == _values(rows, b"e"), "the two keyspaces tell different stories"
    assert set(_values(rows, b"s")) == set(_values(rows, b"e"))
    return number


def _values(rows: Reader, prefix: bytes) -> list[bytes]:
    return [value for _, value in rows.scan(prefix, prefix + _END)]


def _chained(head: bytes | None, number: int, entry: bytes) -> bytes:
    return _HEAD.pack(number, hashlib.sha256((head or b"") + entry).digest())


def main(path: Path, count: int) -> int:
    """Append `count` entries, acknowledging each."""
    with LmdbStore.open(path, origin=ORIGIN, reserve_bytes=0) as store:
        os.write(1, b"ready\n")
        for _ in range(count):
            try:
                os.write(1, b"%d\n" % append(store))
            except StoreError as error:
                os.write(2, f"{error}\n".encode())
                return _judge_end(store)
    return 0


def _judge_end(store: LmdbStore) -> int:
    try:
        store.put_local({b"x": b"y"})
    except StoreError as error:
        assert "writing ended when a write failed" in str(error)
    else:
        return WRITING_GOES_ON
    try:
        with store.snapshot() as rows:
            judge(rows)
    except StoreError as error:
        assert "MDB_PANIC" in str(error)
        return READING_ENDED
    return WRITING_ENDED


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000))
