"""A power loss at any sync of 50 commits: unsynced writes are lost, kept in part, or torn at 512 bytes (F03)."""

import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from node import store_lmdb
from node.errors import StartError
from node.store_lmdb import LmdbStore
from tests.support import store_history
from tests.support.fake_random import FakeRandom
from tests.support.power_loss import CALLS, Trace

pytestmark = pytest.mark.skipif(shutil.which("strace") is None, reason="strace tells the writes and syncs")
COMMITS = 50
EACH = 6
# A build whose meta pages are not synced: what a test that finds nothing wrong must find wrong.
WITHOUT_METASYNC = (
    "import sys, pathlib; from node import store_lmdb; from tests.support import store_history; "
    "store_lmdb._FLAGS['metasync'] = False; sys.exit(store_history.main(pathlib.Path(sys.argv[1]), int(sys.argv[2])))"
)


def images(path: Path, *program: str) -> Iterator[tuple[bytes, int]]:
    """What a power loss may leave of the data file while `program` commits; how many commits it had acknowledged."""
    LmdbStore.create(path / "store", origin=store_history.ORIGIN, random=FakeRandom())
    before = (path / "store/data.mdb").read_bytes()
    strace = ["strace", "-f", "-qq", "-xx", "-s", "1000000", "-e", f"trace={CALLS}", "-o", path / "trace"]
    subprocess.run([*strace, sys.executable, *program, path / "store", str(COMMITS)], check=True, timeout=60,
                   capture_output=True)
    trace = Trace.read(path / "trace", file="/data.mdb", before=before)
    assert sum(what == "sync" for what, *_ in trace.steps) > COMMITS
    for image, said in trace.images(random.Random(3), each=EACH):
        yield image, max((int(word) for word in said if word.strip().isdigit()), default=0)


def there(path: Path, image: bytes) -> int:
    """How many entries a start finds in `image`."""
    (path / "store/data.mdb").write_bytes(image)
    store = LmdbStore.open(path / "store", origin=store_history.ORIGIN, reserve_bytes=0)
    with store, store.snapshot() as rows:
        return store_history.judge(rows)


def test_F03_a_power_loss_takes_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    count = 0
    for image, acked in images(tmp_path, "-m", "tests.support.store_history"):
        count += 1
        assert there(tmp_path, image) in (acked, acked + 1)
    assert count > 2 * COMMITS * EACH


def test_F03_without_metasync_the_same_test_finds_losses(tmp_path: Path) -> None:
    lost = 0
    for image, acked in images(tmp_path, "-c", WITHOUT_METASYNC):
        try:
            lost += there(tmp_path, image) < acked
        except (StartError, AssertionError):
            lost += 1
    assert lost
    assert store_lmdb._FLAGS["metasync"]
