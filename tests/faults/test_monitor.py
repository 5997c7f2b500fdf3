"""The monitor over four real nodes, and over one that lies with the operator's own key."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ledger.checkpoint import Checkpoint, sign_checkpoint
from ledger.cosignature import cosign
from ledger.keys import COSIGNATURE, ED25519, SigningKey
from ledger.merkle import leaf_hash, root_hash
from ledger.note import append_signature, parse_note
from node.signer import load_key
from tests.support.cluster import ORIGIN, PARTIES, Cluster, Process, notice, terms
from tests.support.shown_log import serve
from tests.support.sources import ROOT


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    cluster = Cluster(tmp_path_factory.mktemp("nodes"))
    try:
        cluster.start()
        for entry in (cluster.charter(), terms(cluster.nodes["platform"])):
            status, answer = cluster.nodes["platform"].post(entry)
            assert (status, answer["state"]) == (200, "final"), answer
        lines = [f"log {cluster.nodes['platform'].made.log}"]
        lines += [f"witness {name} {node.made.cosigner}" for name, node in cluster.nodes.items()]
        policy_of(cluster).write_text("\n".join([*lines, f"group parties 3 {' '.join(PARTIES)}", "quorum parties", ""]))
        wait_final(cluster, 2)
        yield cluster
    finally:
        cluster.stop()


def policy_of(cluster: Cluster) -> Path:
    """The policy file of a cluster."""
    return cluster.nodes["platform"].directory.parent / "trust.policy"


def wait_final(cluster: Cluster, size: int) -> None:
    """Wait until every node that runs serves a final head of this size."""
    until = time.monotonic() + 20
    for node in cluster.nodes.values():
        while node.running.poll() is None and node.ask("/checkpoint")[1].split(b"\n")[1:2] != [b"%d" % size]:
            assert time.monotonic() < until, node.ask("/checkpoint")
            time.sleep(0.05)


def urls(cluster: Cluster) -> list[str]:
    return [f"http://127.0.0.1:{node.port}" for node in cluster.nodes.values()]


def watch(cluster: Cluster, state: Path, *where: str) -> tuple[int, Any]:
    """One round, as cron would run it."""
    done = subprocess.run(
        [sys.executable, "-m", "verifier.cli", "monitor", "--policy", str(policy_of(cluster)), "--state", str(state),
         "--once", "--json", *where], cwd=ROOT, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode in (0, 1, 3), done.stderr
    return done.returncode, json.loads(done.stdout)


def names(told: Any) -> set[tuple[str, str]]:
    return {(alarm["name"], alarm["about"]) for alarm in told["alarms"]}


def test_four_nodes_and_their_log_that_grows(cluster: Cluster, tmp_path: Path) -> None:
    status, told = watch(cluster, tmp_path, *urls(cluster))
    assert (status, told["alarms"], told["size"]) == (0, [], 2)
    assert [node["size"] for node in told["nodes"]] == [2, 2, 2, 2]
    cluster.nodes["county"].post(notice(cluster.nodes["county"], text="more"))
    wait_final(cluster, 3)
    status, told = watch(cluster, tmp_path, *urls(cluster))
    assert (status, told["alarms"], told["size"]) == (0, [], 3)


def signing_key(node: Process, file: str, name: str, algorithm: int) -> SigningKey:
    return load_key(node.directory / "keys" / file, name=name, algorithm=algorithm)


def forged(cluster: Cluster, *, longer: int) -> tuple[bytes, list[bytes]]:
    """Another history under the operator's log key, which its own node and two others cosigned."""
    operator = cluster.nodes["platform"]
    size = 2 + longer
    leaves = [leaf_hash(b"leaf %d" % index) for index in range(size)]
    key = signing_key(operator, "log.skey", ORIGIN, ED25519)
    note = sign_checkpoint(Checkpoint(ORIGIN, size, root_hash(leaves)), key=key)
    for name in ("platform", "county", "insurer"):
        vkey = cluster.nodes[name].made.cosigner
        cosigner = signing_key(cluster.nodes[name], "cosigner.skey", vkey.split("+")[0], COSIGNATURE)
        note = append_signature(note, cosign(parse_note(note).text, key=cosigner, time_unix_s=int(time.time())))
    return note, leaves


@pytest.mark.parametrize("longer", [0, 40])
def test_F19_an_operator_that_shows_two_logs_convicts_itself(cluster: Cluster, tmp_path: Path, longer: int) -> None:
    note, leaves = forged(cluster, longer=longer)
    tile = b"".join(leaves)

    def lie(path: str) -> bytes | None:
        return note if path == "checkpoint" else tile if path == f"tile/0/000.p/{len(leaves)}" else None

    with serve(lie) as liar:
        before = watch(cluster, tmp_path, *urls(cluster))
        status, told = watch(cluster, tmp_path, *urls(cluster), liar)
    assert before[0] == 0 and status == 1 and ("split_view", ORIGIN) in names(told)
    assert told["size"] == before[1]["size"], "what was believed before stays believed"
    (evidence,) = (tmp_path / "evidence").iterdir()
    done = subprocess.run(
        [sys.executable, "-m", "verifier.cli", "evidence", str(evidence), "--policy", str(policy_of(cluster)),
         "--json"], cwd=ROOT, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    answer = json.loads(done.stdout)
    assert done.returncode == 0 and answer["final"]
    # Three of the four made the true head final: two at least of those who cosigned the other one, too.
    assert len(answer["cosigned_both"]) >= 2 and {*answer["cosigned_both"]} <= {"county", "insurer", "platform"}
    assert answer["log_keys"] == ["+".join(cluster.nodes["platform"].made.log.split("+", 2)[:2])]


def test_a_monitor_that_is_killed_in_any_round_goes_on(cluster: Cluster, tmp_path: Path) -> None:
    """kill -9 again and again; what it kept is whole each time, and never smaller."""
    sizes = []
    for delay in (0.3, 0.6, 1.0):
        running = subprocess.Popen(
            [sys.executable, "-m", "verifier.cli", "monitor", "--policy", str(policy_of(cluster)), "--state",
             str(tmp_path), "--every", "0", *urls(cluster)], cwd=ROOT, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        killer = threading.Timer(delay, running.kill)
        killer.start()
        running.wait()
        killer.join()
        status, told = watch(cluster, tmp_path, *urls(cluster))
        assert status == 0, told
        sizes.append(told["size"])
    assert sizes == sorted(sizes) and sizes[0] >= 2
    assert {path.name for path in tmp_path.iterdir()} <= {"lock", "state.json", ".state.json.new"}
    assert not [path for path in tmp_path.iterdir() if path.name not in ("lock", "state.json")]


def test_one_node_is_down(cluster: Cluster, tmp_path: Path) -> None:
    """The last test here: it ends a node."""
    node = cluster.nodes["insurer"]
    node.kill()
    status, told = watch(cluster, tmp_path, *urls(cluster))
    assert status == 3 and names(told) == {("unreachable", f"http://127.0.0.1:{node.port}")}
