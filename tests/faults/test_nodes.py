"""Four real nodes under kill -9: what was acknowledged is there, once; no size has a second root; all converge.

MINGZHANG_KILLS sets how many kills (default 100).
"""

import hashlib
import os
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ledger.checkpoint import parse_checkpoint
from ledger.commitment import text_hash
from ledger.leaf import entry_of, stamp_of
from ledger.merkle import leaf_hash, root_hash
from ledger.note import parse_note
from ledger.tile import bundles_for_size, decode_bundle, format_tile_path
from node.machines.charter import parse_charter
from node.machines.final import cosigners
from tests.support.cluster import ORIGIN, PARTIES, Cluster, Process, notice, terms

KILLS = int(os.environ.get("MINGZHANG_KILLS", "100"))
ORIGIN_HASH = hashlib.sha256(ORIGIN.encode()).hexdigest()
SETTLE_S = 60


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    cluster = Cluster(tmp_path)
    try:
        cluster.start()
        status, answer = cluster.nodes["platform"].post(cluster.charter())
        assert (status, answer["state"]) == (200, "final"), answer
        status, answer = cluster.nodes["platform"].post(terms(cluster.nodes["platform"]))
        assert (status, answer["state"]) == (200, "final"), answer
        settle(cluster)
        yield cluster
    finally:
        cluster.stop()


class Load:
    """Hands entries in at all nodes, and remembers what was acknowledged as what."""

    def __init__(self, cluster: Cluster, *, seed: int) -> None:
        self.acked: dict[str, tuple[str, int | None]] = {}
        self._cluster = cluster
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._run, args=(node, random.Random(f"{seed} {node.party}")))
                         for node in cluster.nodes.values()]
        for thread in self._threads:
            thread.start()

    def end(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _run(self, node: Process, choice: random.Random) -> None:
        count = 0
        while not self._stop.is_set():
            count += 1
            entry = notice(node, text=f"{node.party} {count}")
            wait = choice.choice(("received", "sequenced", "final"))
            status, answer = node.post(entry, wait=wait)
            while status not in (200, 202):
                # A node that is down did not promise anything; the same bytes are handed in again.
                assert status in (0, 503), answer
                time.sleep(0.05)
                status, answer = node.post(entry, wait=wait)
            self.acked[answer["text"]] = (answer["state"], answer["index"])
            time.sleep(choice.random() * 0.05)


class Watch:
    """Collects every checkpoint that any node shows while it can be asked."""

    def __init__(self, cluster: Cluster) -> None:
        self.notes: set[bytes] = set()
        self._cluster = cluster
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def end(self) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.is_set():
            for node in self._cluster.nodes.values():
                for path in ("/checkpoint", f"/{ORIGIN_HASH}/checkpoint"):
                    status, note = node.ask(path)
                    if status == 200:
                        self.notes.add(note)
            time.sleep(0.05)


def final_size(node: Process) -> int:
    status, note = node.ask("/checkpoint")
    return parse_checkpoint(parse_note(note).text).size if status == 200 else -1


def settle(cluster: Cluster) -> int:
    """Wait until every node has the same final head and nothing waits; its size."""
    until = time.monotonic() + SETTLE_S
    while True:
        states = [node.ask("/status")[1] for node in cluster.nodes.values()]
        sizes = {final_size(node) for node in cluster.nodes.values()}
        if len(sizes) == 1 and all(b'"waiting":0' in state and b'"final_size":%d,' % max(sizes) in state
                                   and b'"size":%d,' % max(sizes) in state for state in states):
            return sizes.pop()
        assert time.monotonic() < until, f"the nodes do not converge: {states}"
        time.sleep(0.1)


def read_log(node: Process, size: int) -> list[bytes]:
    """All leaves of the final log, from the public bundles."""
    leaves: list[bytes] = []
    for tile in bundles_for_size(size):
        status, data = node.ask(f"/{format_tile_path(tile)}")
        assert status == 200
        leaves += decode_bundle(data, width=tile.width)
    return leaves


def test_F01_F02_what_was_acknowledged_survives_kill_9_of_any_node(cluster: Cluster) -> None:
    choice = random.Random(7)
    load, watch = Load(cluster, seed=7), Watch(cluster)
    try:
        for kill in range(KILLS):
            node = cluster.nodes[choice.choice(PARTIES)]
            node.kill()
            node.start()
            time.sleep(choice.random() * 1.5)
            if kill % 10 == 9:
                # However slow the machine: now and then all are up at once, and the log goes on.
                cluster.wait_up()
        cluster.wait_up()
    finally:
        load.end()
        watch.end()
    size = settle(cluster)
    logs = {party: read_log(node, size) for party, node in cluster.nodes.items()}
    leaves = logs["platform"]
    assert all(log == leaves for log in logs.values())

    charter = parse_charter(entry_of(leaves[0]), origin=ORIGIN)
    hashes = [leaf_hash(leaf) for leaf in leaves]
    for note in watch.notes:
        head = parse_checkpoint(parse_note(note).text)
        assert cosigners(note, charter=charter)
        assert head.root == root_hash(hashes[: head.size]), f"a second root was cosigned for size {head.size}"

    assert [stamp_of(leaf).index for leaf in leaves] == list(range(size))
    places = {text_hash(parse_note(entry_of(leaf)).text).hex(): index for index, leaf in enumerate(leaves)}
    counts = Counter(parse_note(entry_of(leaf)).text for leaf in leaves)
    assert max(counts.values()) == 1, "an entry is in the log twice"
    lost = [text for text, (state, index) in load.acked.items()
            if text not in places or index not in (None, places[text])]
    assert not lost, f"{len(lost)} of {len(load.acked)} acknowledged entries are lost or moved"
    assert len(load.acked) > KILLS // 2
    print(f"\nkills {KILLS}, acknowledged {len(load.acked)}, lost 0, twice 0, checkpoints seen {len(watch.notes)}")


def test_F29_one_text_handed_in_everywhere_at_once_has_one_index(cluster: Cluster) -> None:
    entry = notice(*cluster.nodes.values(), text="the same everywhere")
    with ThreadPoolExecutor(32) as pool:
        answers = list(pool.map(lambda at: cluster.nodes[PARTIES[at % 4]].post(entry, wait="sequenced"), range(200)))
    assert {status for status, _ in answers} == {200}
    assert len({answer["index"] for _, answer in answers}) == 1
    size = settle(cluster)
    texts = Counter(parse_note(entry_of(leaf)).text for leaf in read_log(cluster.nodes["county"], size))
    assert texts[parse_note(entry).text] == 1
