"""The orderly end of a node: on SIGTERM or SIGINT the writer ends, the store is closed, and the process says so."""

import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from node.service import STORE
from node.store_lmdb import LmdbStore
from tests.support.cluster import OPERATOR, ORIGIN, Cluster, Process

ENDED = f"{OPERATOR}: ended, the store is closed\n"


@pytest.fixture
def node(tmp_path: Path) -> Iterator[Process]:
    """One node that runs; it waits for a charter."""
    cluster = Cluster(tmp_path, parties=(OPERATOR,), quorum=1)
    try:
        cluster.start()
        yield cluster.nodes[OPERATOR]
    finally:
        cluster.stop()


def said(node: Process) -> str:
    return (node.directory / "log.txt").read_text()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_writer_closes_the_store_and_exits_with_0(node: Process, how: int) -> None:
    node.kill(how)
    assert node.running is not None and node.running.returncode == 0, said(node)
    assert said(node) == ENDED
    LmdbStore.open(node.directory / "data" / STORE, origin=ORIGIN, reserve_bytes=0).close()


def test_requests_that_are_held_back_end_with_the_node(node: Process) -> None:
    answers: list[tuple[int, bytes]] = []
    held = threading.Thread(
        target=lambda: answers.append(node.ask("/leaves?from=0&wait=30", token=node.token()))
    )  # fmt: skip
    held.start()
    time.sleep(0.3)  # it waits for a leaf
    assert held.is_alive()
    began = time.monotonic()
    node.kill(signal.SIGTERM)
    held.join()
    assert answers[0][0] == 200, "it is answered with what there is"
    assert node.running is not None and node.running.returncode == 0, said(node)
    assert said(node) == ENDED
    assert time.monotonic() - began < 2, "nobody waits for those that wait for the node"
