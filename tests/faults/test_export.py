"""`mingzhang export`: the log of a real node in one file, which a replay judges like the node itself."""

import json
import subprocess
import sys

import pytest

from node.cli import main
from tests.support.cluster import OPERATOR, Cluster, notice, terms
from verifier.cli import main as verify

LEAVES = 300


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """Four nodes, a few hundred final leaves, an archive of one that runs and what the command said."""
    cluster = Cluster(tmp_path_factory.mktemp("cluster"))
    cluster.start()
    operator = cluster.nodes[OPERATOR]
    try:
        assert operator.post(cluster.charter())[0] == 200
        assert operator.post(terms(operator))[0] == 200
        notes = [notice(operator, text=f"notice {number}") for number in range(LEAVES - 2)]
        bundle = b"".join(len(note).to_bytes(2, "big") + note for note in notes)
        status, _ = operator.ask("/entries?wait=final&wait_s=30", bundle, method="POST",
                                 media_type="application/octet-stream")  # fmt: skip
        assert status == 200
        yield cluster
    finally:
        cluster.stop()


@pytest.fixture(scope="module")
def archive(cluster, tmp_path_factory):
    """The archive of a node that runs, its policy beside it, and what the command said."""
    place = tmp_path_factory.mktemp("archive")
    said = subprocess.run(
        [sys.executable, "-m", "node.cli", "export", "--node", str(cluster.nodes["insurer"].directory), "--archive",
         str(place / "log.archive"), "--json"], capture_output=True, check=True, text=True,
    )  # fmt: skip
    data = (place / "log.archive").read_bytes()
    at = data.index(b"log ", 512)
    (place / "policy").write_bytes(data[at : data.index(b"quorum parties\n", at) + 15])
    return place, json.loads(said.stdout)


def test_the_archive_of_a_node_that_runs_is_valid(archive, capsys):
    place, said = archive
    assert said["size"] == LEAVES and said["missing"] == {"batches": 0, "bodies": 0, "tags": 0}
    assert said["bytes"] == (place / "log.archive").stat().st_size
    status = verify(["replay", str(place / "log.archive"), "--policy", str(place / "policy"), "--json"])
    verdict = json.loads(capsys.readouterr().out)
    assert (status, verdict["replayed"]) == (0, LEAVES)
    assert verdict["checkpoint"]["root"] == said["root"]


def test_a_node_that_runs_is_replayed_with_and_without_its_token(cluster, archive, tmp_path, capsys):
    """Nothing is sealed here, so both verdicts are the same."""
    place, _ = archive
    node = cluster.nodes["county"]
    (tmp_path / "token").write_text(node.token())
    url = f"http://127.0.0.1:{node.port}"
    for more in ([], ["--token", str(tmp_path / "token")]):
        assert verify(["replay", url, "--policy", str(place / "policy"), *more]) == 0
        assert f"replayed: {LEAVES}" in capsys.readouterr().out


def test_a_file_that_is_there_is_not_touched(cluster, archive, capsys):
    place, _ = archive
    before = (place / "log.archive").read_bytes()
    assert main(["export", "--node", str(cluster.nodes["insurer"].directory), "--archive",
                 str(place / "log.archive")]) == 1  # fmt: skip
    assert "there is such a file already\n  Name another one." in capsys.readouterr().err
    assert (place / "log.archive").read_bytes() == before


def test_an_archive_that_cannot_be_written_leaves_nothing(cluster, tmp_path, capsys):
    target = tmp_path / "none" / "log.archive"
    assert main(["export", "--node", str(cluster.nodes["insurer"].directory), "--archive", str(target)]) == 1
    assert "not written" in capsys.readouterr().err and not list(tmp_path.iterdir())


def test_a_node_that_is_stopped_makes_the_same_leaves(cluster, archive, tmp_path, capsys):
    """The last test: it stops a node. The checkpoint may have newer cosignatures, the leaves are the same."""
    place, _ = archive
    node = cluster.nodes["foundation"]
    node.kill()
    assert main(["export", "--node", str(node.directory), "--archive", str(tmp_path / "log.archive"), "--public"]) == 0
    assert f"{LEAVES} leaves" in capsys.readouterr().out
    assert verify(["replay", str(tmp_path / "log.archive"), "--policy", str(place / "policy")]) == 0
    one, other = ((path / "log.archive").read_bytes() for path in (place, tmp_path))
    start = b"tile/0/000"
    assert one[one.index(start) :] == other[other.index(start) :]
