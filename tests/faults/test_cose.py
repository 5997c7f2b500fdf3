"""`mingzhang cose` at real nodes: its receipts, read by `mingzhang-verify` and by a reader that knows COSE alone."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import cbor2
import pytest
from nacl.signing import VerifyKey

from ledger.entry import parse_entry
from ledger.keys import parse_vkey
from ledger.merkle import leaf_hash, node_hash
from ledger.policy import format_policy
from node.cli import main
from node.export import policy_of
from tests.support.cluster import OPERATOR, ORIGIN, Cluster, Process, notice, terms
from tests.support.sources import ROOT

LEAVES = 5
ENTRY = 3


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """Four nodes, a few final leaves, and the policy that follows from their charter."""
    cluster = Cluster(tmp_path_factory.mktemp("cluster"))
    cluster.start()
    operator = cluster.nodes[OPERATOR]
    try:
        charter = cluster.charter()
        assert operator.post(charter)[0] == 200
        assert operator.post(terms(operator))[0] == 200
        for number in range(LEAVES - 2):
            assert operator.post(notice(operator, text=f"notice {number}"))[0] == 200
        policy = format_policy(policy_of(parse_entry(charter, origin=ORIGIN).entry))
        (operator.directory / "policy").write_bytes(policy)
        yield cluster
    finally:
        cluster.stop()


@pytest.fixture(scope="module")
def operator(cluster) -> Process:
    return cluster.nodes[OPERATOR]


def run(module: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run a program of ours."""
    command = [sys.executable, "-m", module, *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True)


def checked(operator: Process, receipt: Path) -> dict[str, object]:
    """What `mingzhang-verify cose` says of a receipt and the leaf beside it."""
    done = run("verifier.cli", "cose", receipt, "--leaf", f"{receipt}.leaf", "--policy", operator.directory / "policy",
               "--json")  # fmt: skip
    assert done.returncode == 0, done.stderr
    said: dict[str, object] = json.loads(done.stdout)
    return said


def log_key(operator: Process) -> VerifyKey:
    assert operator.made.log is not None
    return VerifyKey(parse_vkey(operator.made.log).public)


def test_a_receipt_of_the_operator_is_whole_and_signed(operator, tmp_path):
    done = run("node.cli", "cose", "--node", operator.directory, "--entry", ENTRY, "--out", tmp_path / "a", "--json")
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert (said["index"], said["size"], said["bytes"]) == (ENTRY, LEAVES, (tmp_path / "a").stat().st_size)
    verdict = checked(operator, tmp_path / "a")
    assert verdict["outcome"] == "valid" and (verdict["index"], verdict["size"]) == (ENTRY, LEAVES)
    assert verdict["signed"] == "+".join(operator.made.log.split("+", 2)[:2])
    assert (tmp_path / "a.leaf").read_bytes() == operator.ask(f"/entries/{ENTRY}")[1]
    verify_as_a_cose_tool_does((tmp_path / "a").read_bytes(), (tmp_path / "a.leaf").read_bytes(), log_key(operator))


def verify_as_a_cose_tool_does(data: bytes, leaf: bytes, key: VerifyKey) -> None:
    """RFC 9942 with cbor2 and PyNaCl: the root from leaf and path, then the signature over it."""
    message = cbor2.loads(data)
    assert message.tag == 18
    protected, unprotected, payload, signature = message.value
    assert payload is None and cbor2.loads(protected)[395] == 1
    size, index, path = cbor2.loads(unprotected[396][-1][0])
    node, last, computed = index, size - 1, leaf_hash(leaf)
    for sibling in path:
        if node & 1 or node == last:
            computed = node_hash(sibling, computed)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            computed = node_hash(computed, sibling)
        node, last = node >> 1, last >> 1
    assert last == 0
    key.verify(cbor2.dumps(["Signature1", protected, b"", computed], canonical=True), signature)


def test_what_the_verifier_leaves_to_be_signed_is_what_the_operator_signs(operator, tmp_path):
    """Both compose the bytes on their own; the operator's signature then completes the verifier's receipt."""
    policy = operator.directory / "policy"
    assert run("node.cli", "receipt", "--node", operator.directory, "--entry", ENTRY, "--out",
               tmp_path / "receipt").returncode == 0  # fmt: skip
    assert run("verifier.cli", "receipt", tmp_path / "receipt", "--policy", policy, "--cose",
               tmp_path / "open").returncode == 0  # fmt: skip
    assert run("node.cli", "cose", "--node", operator.directory, "--entry", 0, "--out", tmp_path / "a").returncode == 0
    signature = cbor2.loads((tmp_path / "a").read_bytes()).value[3]
    log_key(operator).verify((tmp_path / "open.tbs").read_bytes(), signature)
    (tmp_path / "signature").write_bytes(signature)
    assert run("verifier.cli", "receipt", tmp_path / "receipt", "--policy", policy, "--cose", tmp_path / "closed",
               "--cose-signature", tmp_path / "signature").returncode == 0  # fmt: skip
    assert checked(operator, tmp_path / "closed")["signed"]


def test_a_node_without_the_log_key_signs_nothing(cluster, tmp_path, capsys):
    county = cluster.nodes["county"].directory
    assert main(["cose", "--node", str(county), "--entry", "1", "--out", str(tmp_path / "a")]) == 1
    assert capsys.readouterr().err == ("mingzhang cose: county has no log key: the operator signs\n"
                                       "  Ask platform for it.\n")  # fmt: skip
    assert not list(tmp_path.iterdir())


def test_of_another_charter_than_the_nodes_nothing_is_signed(operator, tmp_path, capsys):
    """The log that answers is as good as can be, and not the one that the parties agreed on."""
    config = operator.directory / "node.toml"
    honest = config.read_text()
    try:
        config.write_text(honest.replace("[node]\n", f'[node]\ngenesis = "{"ab" * 32}"\n', 1))
        assert main(["cose", "--node", str(operator.directory), "--entry", "1", "--out", str(tmp_path / "a")]) == 1
    finally:
        config.write_text(honest)
    told = capsys.readouterr().err
    assert "the charter of the log that is served here has the text hash" in told and "Nothing was signed" in told
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("there", ["a", "a.leaf"])
def test_a_file_that_is_there_is_not_touched(operator, tmp_path, capsys, there):
    (tmp_path / there).write_bytes(b"mine")
    assert main(["cose", "--node", str(operator.directory), "--entry", "1", "--out", str(tmp_path / "a")]) == 1
    assert f"{there}: there is such a file already\n  Name another one." in capsys.readouterr().err
    assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == [(there, b"mine")]


def test_where_nothing_can_be_written_it_is_said(operator, tmp_path, capsys):
    out = tmp_path / "none" / "a"
    assert main(["cose", "--node", str(operator.directory), "--entry", "1", "--out", str(out)]) == 1
    assert "not written" in (told := capsys.readouterr().err) and "Look at the disk" in told


def test_a_node_that_is_stopped_signs_from_its_store(operator, tmp_path, capsys):
    """The last test: it stops a node."""
    operator.kill(signal.SIGTERM)
    assert main(["cose", "--node", str(operator.directory), "--entry", "1", "--out", str(tmp_path / "a")]) == 0
    assert capsys.readouterr().out == (
        f"{tmp_path / 'a'}: leaf 1 of {LEAVES}, signed by {ORIGIN}; the leaf: {tmp_path / 'a.leaf'}\n"
    )  # fmt: skip
    assert checked(operator, tmp_path / "a")["index"] == 1
