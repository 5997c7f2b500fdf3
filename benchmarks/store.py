"""How fast the store and the vault are, on the disk that holds DIRECTORY.

    python -m benchmarks.store DIRECTORY

A commit waits for two syncs, so its rate is the disk's: the time of a bare sync is measured before and after, and no
rate means anything without it. In memory (/dev/shm) the figures are the software's own.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from node.signer import SystemRandom
from node.store_lmdb import LmdbStore
from node.vault import Vault, create_vault_key

ORIGIN = "ledger.example/charity"


@contextmanager
def timed(what: str, count: int, unit: str) -> Iterator[None]:
    """Print how many `unit` a second went by in the block."""
    start = time.perf_counter()
    yield
    seconds = time.perf_counter() - start
    print(f"{what:<44} {count / seconds:>12,.0f} {unit}/s  ({seconds:.2f} s)")


def bare_sync_ms(path: Path) -> float:
    """The median time of writing and syncing one page of a file, without any store."""
    times = []
    descriptor = os.open(path / "bare", os.O_RDWR | os.O_CREAT)
    for _ in range(101):
        os.pwrite(descriptor, os.urandom(4096), 0)
        start = time.perf_counter()
        os.fdatasync(descriptor)
        times.append(time.perf_counter() - start)
    os.close(descriptor)
    return statistics.median(times) * 1000


def commits(store: LmdbStore, *, count: int, rows: int, key: Callable[[int], bytes]) -> None:
    """Make `count` commits of `rows` rows each, every head following the last."""
    with store.snapshot() as snapshot:
        head = snapshot.head
    for number in range(count):
        changes: dict[bytes, bytes | None] = {key(number * rows + i): b"v" * 100 for i in range(rows)}
        after = os.urandom(40)
        store.commit(changes, expect_head=head, head=after)
        head = after


def main(directory: Path) -> None:
    """Run all measurements in a new directory below `directory`."""
    with tempfile.TemporaryDirectory(dir=directory) as name:
        path = Path(name)
        print(f"{'bare sync before':<44} {bare_sync_ms(path):>12.3f} ms")
        LmdbStore.create(path / "store", origin=ORIGIN, random=SystemRandom())
        with LmdbStore.open(path / "store", origin=ORIGIN, reserve_bytes=0) as store:
            with timed("commits of 1 row", 1000, "commits"):
                commits(store, count=1000, rows=1, key=lambda n: b"a%012d" % n)
            with timed("commits of 10 rows", 1000, "commits"):
                commits(store, count=1000, rows=10, key=lambda n: b"b%012d" % n)
            with timed("commits of 1,000 rows, ascending keys", 300_000, "rows"):
                commits(store, count=300, rows=1000, key=lambda n: b"c%012d" % n)
            with timed("commits of 1,000 rows, random keys", 100_000, "rows"):
                commits(store, count=100, rows=1000, key=lambda _: b"d" + os.urandom(12))
            with timed("get in one snapshot", 300_000, "rows"), store.snapshot() as snapshot:
                for number in range(300_000):
                    snapshot.get(b"c%012d" % number)
            with timed("snapshot, one get, end", 20_000, "snapshots"):
                for number in range(20_000):
                    with store.snapshot() as snapshot:
                        snapshot.get(b"c%012d" % number)
            with timed("scan", 300_000, "rows"), store.snapshot() as snapshot:
                assert sum(1 for _ in snapshot.scan(b"c", b"d")) == 300_000
        create_vault_key(path / "key", random=SystemRandom())
        Vault.create(path / "vault", key_file=path / "key", random=SystemRandom())
        vault = Vault.open(path / "vault", key_file=path / "key", random=SystemRandom(), reserve_bytes=0)
        openings = [os.urandom(32) + b'{"amount":300,"at":"2019-03-01T14:03:22","channel":"alipay"}'] * 20_000
        with timed("vault: one drawer of 20,000 openings", 20_000, "openings"):
            vault.put("openings/a", openings)
        with timed("vault: get one", 5_000, "openings"):
            for number in range(5_000):
                vault.get("openings/a", number * 3)
        with timed("vault: erase one", 100, "openings"):
            for number in range(100):
                vault.erase("openings/a", number)
        print(f"{'bare sync after':<44} {bare_sync_ms(path):>12.3f} ms")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
