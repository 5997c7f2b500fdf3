"""How fast are the store and the vault on this disk, beside the disk itself?

A commit is synced before it returns, so its rate is the disk's. In memory (`--dir /dev/shm`) the figures are the
software's own.

Limit: for what writes, the same bytes written to a plain file and one fdatasync; for what reads, a dict. Peer: SQLite
with its own defaults, one transaction a commit, which also syncs.
"""

import os
import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path

from benchmarks.measure import Comparison, Options, Result, interleave, question_of
from node.signer import SystemRandom
from node.store_lmdb import LmdbStore
from node.vault import Vault, create_vault_key

ORIGIN = "ledger.example/charity"
ROUNDS = 7
VALUE = b"v" * 100
OPENING = b'{"amount":300,"at":"2019-03-01T14:03:22","channel":"alipay"}'

Rows = dict[bytes, bytes | None]

STORE, VAULT, PEER = "node: LMDB store", "node: vault", "peer: SQLite"
SYNC, DICT = "limit: write and one sync", "limit: a dict"


def run(options: Options) -> Result:
    """Measure."""
    path = options.directory
    bench = _Bench(path, rounds=options.pick(ROUNDS, 1))
    result = Result(question_of(__doc__))
    small, large = options.pick(100, 2), options.pick(10, 1)
    result.comparisons += [
        bench.commits("commit 1 row", commits=small, rows=1, key=lambda n: b"a%012d" % n),
        bench.commits("commit 10 rows", commits=small, rows=10, key=lambda n: b"b%012d" % n),
        bench.commits("commit 1,000 rows, ascending keys", commits=large, rows=1_000, key=lambda n: b"c%012d" % n),
        bench.commits("commit 1,000 rows, random keys", commits=large, rows=1_000,
                      key=lambda _: b"d" + os.urandom(12)),
        *bench.reads(gets=options.pick(20_000, 100)),
        *bench.vault(openings=options.pick(20_000, 50), count=options.pick(100, 2)),
    ]
    bench.close()
    return result


class _Bench:
    """A store, a peer and a plain file side by side."""

    def __init__(self, path: Path, *, rounds: int) -> None:
        self._path, self._rounds = path, rounds
        LmdbStore.create(path / "store", origin=ORIGIN, random=SystemRandom())
        self._store = LmdbStore.open(path / "store", origin=ORIGIN, reserve_bytes=0)
        self._peer = sqlite3.connect(path / "peer.sqlite")
        self._peer.execute("CREATE TABLE kv (key BLOB PRIMARY KEY, value BLOB) WITHOUT ROWID")
        self._plain = os.open(path / "plain", os.O_RDWR | os.O_CREAT)
        self._dict: dict[bytes, bytes] = {}
        self._next = 0

    def close(self) -> None:
        """Give the files back."""
        self._store.close()
        self._peer.close()
        os.close(self._plain)

    def commits(self, title: str, *, commits: int, rows: int, key: Callable[[int], bytes]) -> Comparison:
        """Commits of `rows` rows, whose keys `key` makes from rising numbers."""

        def prepare(_: int) -> list[Rows]:
            batches: list[Rows] = []
            for _commit in range(commits):
                batches.append({key(self._next + row): VALUE for row in range(rows)})
                self._next += rows
            return batches

        def store(batches: list[Rows]) -> int:
            with self._store.snapshot() as snapshot:
                head = snapshot.head
            for batch in batches:
                after = os.urandom(40)
                self._store.commit(batch, expect_head=head, head=after)
                head = after
            return commits

        def peer(batches: list[Rows]) -> int:
            for batch in batches:
                with self._peer:
                    self._peer.executemany("INSERT INTO kv VALUES (?, ?)", batch.items())
            return commits

        def sync(batches: list[Rows]) -> int:
            for batch in batches:
                self._sync(b"".join(part for row in batch.items() for part in row if part))
            return commits

        times = interleave({STORE: store, SYNC: sync, PEER: peer}, prepare=prepare, rounds=self._rounds, what=title)
        return Comparison(title, "commit", times, limit=SYNC, peer=PEER)

    def reads(self, *, gets: int) -> list[Comparison]:
        """Reads among the rows that were committed with ascending keys."""
        with self._store.snapshot() as snapshot:
            self._dict.update(snapshot.scan(b"c", b"d"))
        known = list(self._dict)
        keys = [known[number % len(known)] for number in range(gets)]

        def get(_: int) -> int:
            with self._store.snapshot() as snapshot:
                for key in keys:
                    snapshot.get(key)
            return gets

        def snapshot_get(_: int) -> int:
            for key in keys:
                with self._store.snapshot() as snapshot:
                    snapshot.get(key)
            return gets

        def get_peer(_: int) -> int:
            for key in keys:
                self._peer.execute("SELECT value FROM kv WHERE key = ?", (key,)).fetchone()
            return gets

        def get_dict(_: int) -> int:
            for key in keys:
                self._dict.get(key)
            return gets

        def scan(_: int) -> int:
            with self._store.snapshot() as snapshot:
                return sum(1 for _row in snapshot.scan(b"c", b"d"))

        def scan_peer(_: int) -> int:
            rows = self._peer.execute("SELECT * FROM kv WHERE key >= ? AND key < ? ORDER BY key", (b"c", b"d"))
            return sum(1 for _row in rows)

        def scan_dict(_: int) -> int:
            return sum(1 for _row in self._dict.items())

        return [
            self._compare("get a row, many in one snapshot", "row", {STORE: get, DICT: get_dict, PEER: get_peer},
                          limit=DICT, peer=PEER),
            self._compare("begin a snapshot, get a row, end it", "row",
                          {STORE: snapshot_get, DICT: get_dict, PEER: get_peer}, limit=DICT, peer=PEER),
            self._compare("scan", "row", {STORE: scan, DICT: scan_dict, PEER: scan_peer}, limit=DICT, peer=PEER),
        ]

    def vault(self, *, openings: int, count: int) -> list[Comparison]:
        """A drawer of openings, each encrypted by itself: put, get, erase."""
        create_vault_key(self._path / "key", random=SystemRandom())
        Vault.create(self._path / "vault", key_file=self._path / "key", random=SystemRandom())
        vault = Vault.open(self._path / "vault", key_file=self._path / "key", random=SystemRandom(), reserve_bytes=0)
        contents = [os.urandom(32) + OPENING for _ in range(openings)]
        whole = b"".join(contents)

        def put(number: int) -> int:
            vault.put(f"openings/{number}", contents)
            return openings

        def sync_whole(_: int) -> int:
            self._sync(whole)
            return openings

        def get(_: int) -> int:
            for place in range(count):
                vault.get("openings/0", openings // 2 + place % (openings // 2))
            return count

        def get_list(_: int) -> int:
            for place in range(count):
                contents[place % openings]
            return count

        def erase(number: int) -> int:
            vault.erase("openings/0", number)
            return 1

        def sync_one(_: int) -> int:
            self._sync(contents[0])
            return 1

        return [
            self._compare(f"put a drawer of {openings:,} openings", "opening", {VAULT: put, SYNC: sync_whole},
                          limit=SYNC),
            self._compare("get an opening", "opening", {VAULT: get, "limit: a list": get_list}, limit="limit: a list"),
            self._compare("erase an opening", "opening", {VAULT: erase, SYNC: sync_one}, limit=SYNC),
        ]

    def _sync(self, content: bytes) -> None:
        os.pwrite(self._plain, content, 0)
        os.fdatasync(self._plain)

    def _compare(
        self, title: str, unit: str, sides: Mapping[str, Callable[[int], int]], *, limit: str, peer: str | None = None
    ) -> Comparison:
        times = interleave(sides, prepare=lambda number: number, rounds=self._rounds, what=title)
        return Comparison(title, unit, times, limit=limit, peer=peer)
