"""The store keeps rows and head together, and refuses to start on files that are not its own."""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import lmdb
import pytest

from node import store_lmdb
from node.errors import ConflictError, StartError, StoreError, StoreFullError
from node.files import RESERVE_BYTES_MIN
from node.store_files import FILES
from node.store_lmdb import KEY_BYTES_MAX, MAP_BYTES, LmdbStore
from tests.support.fake_random import FakeRandom

ORIGIN = "ledger.example/charity"


def make(path: Path, *, seed: int = 1, map_bytes: int = MAP_BYTES, origin: str = ORIGIN) -> Path:
    LmdbStore.create(path, origin=origin, random=FakeRandom(seed), map_bytes=map_bytes)
    return path


def open_store(path: Path) -> LmdbStore:
    return LmdbStore.open(path, origin=ORIGIN, reserve_bytes=0)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return make(tmp_path / "store")


def contents(path: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in path.iterdir()}


def test_rows_local_rows_and_head_outlive_the_process(path: Path) -> None:
    with open_store(path) as store:
        store.commit({b"b": b"2", b"a": b"1"}, {b"a": b"own"}, expect_head=None, head=b"h1")
        store.commit({b"a": None, b"c": b"3", b"never": None}, expect_head=b"h1", head=b"h2")
        store.put_local({b"z": b"9"})
    with open_store(path) as store, store.snapshot() as rows:
        assert rows.head == b"h2"
        assert rows.get(b"a") is None
        assert list(rows.scan(b"a", b"z")) == [(b"b", b"2"), (b"c", b"3")]
        assert list(rows.local.scan(b"\x00", b"\xff")) == [(b"a", b"own"), (b"z", b"9")]


def test_scan_takes_the_start_and_leaves_out_the_end(path: Path) -> None:
    with open_store(path) as store:
        store.commit({bytes([i]): b"%d" % i for i in range(1, 10)}, expect_head=None, head=b"h")
        with store.snapshot() as rows:
            assert [key[0] for key, _ in rows.scan(b"\x03", b"\x06")] == [3, 4, 5]
            assert [key[0] for key, _ in rows.scan(b"", b"\x03")] == [1, 2]
            assert list(rows.scan(b"\x06", b"\x03")) == []
            assert list(rows.scan(b"\x0a", b"\xff")) == []


def test_a_snapshot_stays_at_its_moment(path: Path) -> None:
    with open_store(path) as store:
        store.commit({b"a": b"1"}, expect_head=None, head=b"h1")
        with store.snapshot() as rows:
            store.commit({b"a": b"2"}, {b"x": b"y"}, expect_head=b"h1", head=b"h2")
            assert (rows.head, rows.get(b"a"), rows.local.get(b"x")) == (b"h1", b"1", None)


@pytest.mark.parametrize("expect_head", [None, b"h0", b"h1\x00"])
def test_a_commit_on_another_head_writes_nothing(path: Path, expect_head: bytes | None) -> None:
    with open_store(path) as store:
        store.commit({b"a": b"1"}, expect_head=None, head=b"h1")
        with pytest.raises(ConflictError, match=r"expected head .*, got b'h1'") as caught:
            store.commit({b"a": b"2"}, {b"x": b"y"}, expect_head=expect_head, head=b"h2")
        assert caught.value.head == b"h1"
        with store.snapshot() as rows:
            assert (rows.head, rows.get(b"a"), rows.local.get(b"x")) == (b"h1", b"1", None)
        store.commit({b"a": b"2"}, expect_head=b"h1", head=b"h2")


def test_of_threads_that_commit_on_one_head_one_wins(path: Path) -> None:
    outcomes: list[str] = []
    with open_store(path) as store:

        def compete(name: bytes) -> None:
            try:
                store.commit({b"winner": name}, expect_head=None, head=name)
                outcomes.append("won")
            except ConflictError:
                outcomes.append("lost")

        threads = [threading.Thread(target=compete, args=(b"%d" % i,)) for i in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with store.snapshot() as rows:
            assert rows.get(b"winner") == rows.head
    assert sorted(outcomes) == ["lost"] * 7 + ["won"]


def test_an_error_of_our_own_inside_a_commit_undoes_it(path: Path) -> None:
    with open_store(path) as store:
        with pytest.raises(AssertionError, match=f"1 to {KEY_BYTES_MAX} bytes, got 0"):
            store.commit({b"": b"empty key"}, {b"x": b"y"}, expect_head=None, head=b"h1")
        with pytest.raises(AssertionError, match=r"got 512"):
            store.commit({b"a": b"1", b"k" * 512: b""}, expect_head=None, head=b"h1")
        with store.snapshot() as rows:
            assert (rows.head, rows.get(b"a")) == (None, None)
        store.commit({b"k" * KEY_BYTES_MAX: b""}, expect_head=None, head=b"h1")


def test_a_failed_sync_ends_writing_but_not_reading(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Failing:
        """An environment whose transactions cannot be committed."""

        def __init__(self, environment: lmdb.Environment) -> None:
            self._environment = environment

        def __getattr__(self, name: str) -> object:
            return getattr(self._environment, name)

        def begin(self, *, write: bool = False) -> object:
            if write:
                raise lmdb.DiskError("mdb_txn_commit: Input/output error")
            return self._environment.begin()

    with open_store(path) as store:
        store.commit({b"a": b"1"}, expect_head=None, head=b"h1")
        monkeypatch.setattr(store, "_environment", Failing(store._environment))
        with pytest.raises(StoreError, match=r"may or may not be on the disk.*\n.*Restart the node"):
            store.commit({b"a": b"2"}, expect_head=b"h1", head=b"h2")
        monkeypatch.undo()
        with pytest.raises(StoreError, match=r"writing ended when a write failed: .*Input/output error"):
            store.put_local({b"x": b"y"})
        with store.snapshot() as rows:
            assert rows.get(b"a") == b"1"


def test_F06_below_the_reserve_nothing_is_written(path: Path) -> None:
    disk = os.statvfs(path)
    with LmdbStore.open(path, origin=ORIGIN, reserve_bytes=disk.f_blocks * disk.f_frsize + 1) as store:
        with pytest.raises(StoreFullError, match=r"are kept as reserve; nothing was written\n.*Make room"):
            store.commit({b"a": b"1"}, expect_head=None, head=b"h1")
        with store.snapshot() as rows:
            assert (rows.head, rows.get(b"a")) == (None, None)


def test_F06_the_reserve_is_a_tenth_of_the_disk_and_a_gigabyte(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Disk:
        f_frsize = 1
        f_blocks = 100 * RESERVE_BYTES_MIN
        f_bavail = 10 * RESERVE_BYTES_MIN

    with LmdbStore.open(path, origin=ORIGIN) as store:
        monkeypatch.setattr(os, "statvfs", lambda _: Disk)
        store.put_local({b"a": b"1"})
        monkeypatch.setattr(Disk, "f_bavail", 10 * RESERVE_BYTES_MIN - 1)
        with pytest.raises(StoreFullError):
            store.put_local({b"a": b"2"})
        monkeypatch.setattr(Disk, "f_blocks", RESERVE_BYTES_MIN)
        monkeypatch.setattr(Disk, "f_bavail", RESERVE_BYTES_MIN - 1)
        with pytest.raises(StoreFullError):
            store.put_local({b"a": b"2"})


def test_F08_F09_a_store_without_one_of_its_files_is_refused_and_left_alone(tmp_path: Path) -> None:
    for name in FILES:
        path = make(tmp_path / name)
        (path / name).unlink()
        before = contents(path)
        with pytest.raises(StartError, match=rf"{name} is missing"):
            open_store(path)
        assert contents(path) == before


@pytest.mark.parametrize("bytes_left", [0, 1, 4096, 8191, 8192, 12288])
def test_F08_a_data_file_that_was_cut_is_refused_and_left_alone(path: Path, bytes_left: int) -> None:
    with open_store(path) as store:
        store.commit({b"%05d" % i: b"value" * 9 for i in range(2000)}, expect_head=None, head=b"h1")
    os.truncate(path / "data.mdb", bytes_left)
    before = contents(path)
    with pytest.raises(StartError, match=f"data.mdb: expected [0-9]+ bytes.*, got {bytes_left}"):
        open_store(path)
    assert contents(path) == before


def test_F08_every_cut_of_a_data_file_is_refused(path: Path) -> None:
    with open_store(path) as store:
        store.commit({b"%05d" % i: b"value" * 9 for i in range(2000)}, expect_head=None, head=b"h1")
    data = path / "data.mdb"
    for pages_left in range(data.stat().st_size // 4096 - 1, -1, -1):
        os.truncate(data, pages_left * 4096)
        with pytest.raises(StartError):
            open_store(path)


def test_F08_bytes_that_are_no_data_file_are_refused(path: Path) -> None:
    (path / "data.mdb").write_bytes(b"\x00" * 16384)
    with pytest.raises(StartError, match=r"expected an LMDB 0.9 meta page at byte 0"):
        open_store(path)


@pytest.mark.parametrize("origin", [ORIGIN, "other.example/log"])
def test_F08_the_data_file_of_another_store_is_refused_and_left_alone(tmp_path: Path, origin: str) -> None:
    path = make(tmp_path / "a", seed=1)
    other = make(tmp_path / "b", seed=2, origin=origin)
    (path / "data.mdb").write_bytes((other / "data.mdb").read_bytes())
    before = contents(path)
    with pytest.raises(StartError, match=f"data.mdb belongs to store [0-9a-f]+ of {origin}, identity says store"):
        open_store(path)
    assert contents(path) == before


def test_F08_an_environment_that_is_no_store_of_ours_is_refused(tmp_path: Path) -> None:
    path = make(tmp_path / "a")
    with lmdb.open(str(tmp_path / "b"), map_size=1 << 20, lib_version=0) as environment, environment.begin(write=True):
        pass
    (path / "data.mdb").write_bytes((tmp_path / "b" / "data.mdb").read_bytes())
    with pytest.raises(StartError, match=r"belongs to no store of ours"):
        open_store(path)


def test_F08_a_data_file_without_a_keyspace_is_refused(path: Path) -> None:
    with lmdb.open(str(path), max_dbs=3, lib_version=0) as environment, environment.begin(write=True) as transaction:
        transaction.drop(environment.open_db(b"local", txn=transaction))
    with pytest.raises(StartError, match=r"cannot be written: .*MDB_NOTFOUND"):
        open_store(path)


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("", id="empty"),
        pytest.param("{}", id="no-fields"),
        pytest.param('{"format":"mingzhang-store/v2","map_bytes":1,"origin":"a","store":""}', id="version"),
        pytest.param('{"format":"mingzhang-store/v1","map_bytes":1,"origin":"a","store":"xyz"}', id="no-hex"),
    ],
)
def test_an_identity_that_cannot_be_read_is_refused(path: Path, line: str) -> None:
    (path / "identity").write_text(line)
    with pytest.raises(StartError, match=r"identity: "):
        open_store(path)


def test_the_store_of_another_log_is_refused(tmp_path: Path) -> None:
    path = make(tmp_path / "store", origin="other.example/log")
    with pytest.raises(StartError, match=r"expected the log ledger.example/charity, got other.example/log"):
        open_store(path)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("replaced", [False, True], ids=["deleted", "replaced"])
def test_F09_a_file_that_goes_while_the_node_runs_ends_writing(path: Path, name: str, replaced: bool) -> None:
    with open_store(path) as store:
        store.put_local({b"a": b"1"})
        kept = (path / name).read_bytes()
        (path / name).rename(path.parent / "taken-away")
        if replaced:
            (path / name).write_bytes(kept)
        with pytest.raises(StoreError, match=r"deleted or replaced while the node ran"):
            store.put_local({b"a": b"2"})


def test_F53_init_on_something_and_start_on_nothing_are_refused(path: Path, tmp_path: Path) -> None:
    before = contents(path)
    with pytest.raises(StartError, match=r"expected nothing there, got something\n.*`init` is done once"):
        make(path)
    assert contents(path) == before
    with pytest.raises(StartError, match=r"there is no store here\n.*mingzhang init"):
        open_store(tmp_path / "nowhere")
    assert not (tmp_path / "nowhere").exists()


def test_F12_a_full_map_refuses_the_commit_whole(tmp_path: Path) -> None:
    path = make(tmp_path / "store", map_bytes=1 << 18)
    with open_store(path) as store:
        store.commit({b"a": b"1"}, expect_head=None, head=b"h1")
        with pytest.raises(StoreFullError, match=r"the map is full; nothing was written"):
            store.commit({b"%06d" % i: b"x" * 100 for i in range(9000)}, {b"x": b"y"}, expect_head=b"h1", head=b"h2")
        with store.snapshot() as rows:
            assert (rows.head, rows.local.get(b"x")) == (b"h1", None)
            assert list(rows.scan(b"\x00", b"\xff")) == [(b"a", b"1")]
        # What still fits is taken: the refusal left nothing half done behind.
        store.commit({b"b": b"2"}, expect_head=b"h1", head=b"h2")


def test_F12_a_store_whose_map_is_full_opens_for_reading(tmp_path: Path) -> None:
    path = make(tmp_path / "store", map_bytes=1 << 18)
    with open_store(path) as store:
        with pytest.raises(StoreFullError):
            for number in range(1000):
                store.put_local({b"%d" % number: b"x" * 1000})
        held = number - 1
    for _ in range(20):
        with open_store(path) as store, store.snapshot() as rows:
            assert rows.local.get(b"%d" % held) == b"x" * 1000


def test_each_start_writes_before_anybody_builds_on_what_it_found(path: Path) -> None:
    for start in range(1, 4):
        with open_store(path) as store:
            newest = store._environment.info()["last_txnid"]
            with store.snapshot() as rows:
                assert rows.head is None
        with lmdb.open(str(path), max_dbs=3, readonly=True, lock=False, lib_version=0) as environment:
            meta = environment.open_db(b"meta", create=False)
            with environment.begin(db=meta) as transaction:
                assert transaction.get(b"starts") == start.to_bytes(8, "big")
                assert environment.info()["last_txnid"] == newest


def test_F15_a_second_process_is_refused(path: Path) -> None:
    program = (
        "import pathlib, sys; from node.store_lmdb import LmdbStore; "
        "LmdbStore.open(pathlib.Path(sys.argv[1]), origin=sys.argv[2])"
    )
    with open_store(path) as store:
        command = [sys.executable, "-c", program, str(path), ORIGIN]
        second = subprocess.run(command, capture_output=True, text=True, check=False)
        assert second.returncode == 1
        assert "another process owns it; one data directory serves one process" in second.stderr
        with pytest.raises(StartError, match=r"another process owns it"):
            open_store(path)
        store.put_local({b"a": b"1"})
    open_store(path).close()


FORKING = """
import os, pathlib, sys
from node.errors import NodeError
from node.store_lmdb import LmdbStore

path, origin = pathlib.Path(sys.argv[1]), sys.argv[2]
with LmdbStore.open(path, origin=origin, reserve_bytes=0) as store:
    if os.fork() == 0:
        for use in (store.snapshot().__enter__, lambda: store.put_local({b"a": b"2"}), store.used_bytes, store.close):
            try:
                use()
            except NodeError as error:
                os.write(1, b"%s\\n" % str(error).splitlines()[0].encode())
        os._exit(0)
    os.wait()
    # The child's end gave nothing back of what its parent owns.
    try:
        LmdbStore.open(path, origin=origin)
    except NodeError as error:
        os.write(1, b"%s\\n" % str(error).splitlines()[0].encode())
    store.put_local({b"a": b"1"})
"""


def test_F11_a_forked_child_may_not_use_the_store(path: Path) -> None:
    run = subprocess.run([sys.executable, "-c", FORKING, path, ORIGIN], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    *child, parent = run.stdout.splitlines()
    assert len(child) == 4
    assert all("used in its child" in line for line in child)
    assert "another process owns it" in parent


def test_the_flags_are_looked_at_after_opening(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = lmdb.open
    monkeypatch.setattr(lmdb, "open", lambda *args, **options: real(*args, **(options | {"metasync": False})))
    with pytest.raises(StartError, match=r"expected the flags and map size"):
        open_store(path)


def test_the_map_has_64_gib_and_files_are_private(path: Path) -> None:
    with open_store(path) as store:
        assert store._environment.info()["map_size"] == 64 << 30
        assert store.used_bytes() <= (path / "data.mdb").stat().st_size
    assert {file.name: file.stat().st_mode & 0o777 for file in path.iterdir()} == dict.fromkeys(FILES, 0o600)


def test_an_end_waits_for_who_still_reads(path: Path) -> None:
    store = open_store(path)
    store.commit({b"a": b"1"}, expect_head=None, head=b"h")
    began, read = threading.Event(), []

    def reader() -> None:
        with store.snapshot() as rows:
            began.set()
            time.sleep(0.2)
            read.append(rows.get(b"a"))

    thread = threading.Thread(target=reader)
    thread.start()
    began.wait()
    store.close()
    assert read == [b"1"]
    thread.join()
    with pytest.raises(StoreError, match="is closed"), store.snapshot():
        pass


def test_who_never_ends_to_read_keeps_the_store_open(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_lmdb, "CLOSE_S_MAX", 0.05)
    store = open_store(path)
    store.commit({b"a": b"1"}, expect_head=None, head=b"h")
    with store.snapshot() as rows:
        with pytest.raises(StoreError, match="not closed: 1 snapshots are still read\n  End the process"):
            store.close()
        assert rows.get(b"a") == b"1"
    store.close()
