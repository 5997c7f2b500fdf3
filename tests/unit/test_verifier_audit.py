"""verifier/audit/audit.py: a whole log from a directory or a node, and what a verdict names."""

import gzip
import json
import threading
from base64 import b64encode
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from tests.support.verifier_play import Key, standard
from tests.tables.beginnings import FUNDED, PAID
from verifier.audit.audit import audit_log
from verifier.errors import FormatError
from verifier.log.policy import parse_policy
from verifier.log.tree import root_hash
from verifier.primitives.hashes import leaf_hash
from verifier.sources.node import Node
from verifier.sources.source import Directory

TIME_UNIX_S = 1551398460


def policy(play, *, needed=4, without=()):
    """The policy file of the players' log."""
    lines = [f"log {play.log.vkey}"]
    names = [name for name in play.cosigners if name not in without]
    lines += [f"witness {name} {play.cosigners[name].vkey}" for name in names]
    lines += [f"group parties {needed} {' '.join(names)}", "quorum parties", ""]
    return parse_policy("\n".join(lines).encode(), what="policy")


def checkpoint(play, leaves, *, by):
    """A checkpoint over `leaves`, signed by the log and cosigned by some parties."""
    root = root_hash(leaf_hash(leaf) for leaf in leaves)
    text = f"{play.log.name}\n{len(leaves)}\n{b64encode(root).decode()}\n".encode()
    lines = [play.log.line(text)]
    for name in by:
        key = play.cosigners[name]
        message = f"cosignature/v1\ntime {TIME_UNIX_S}\n".encode() + text
        signature = TIME_UNIX_S.to_bytes(8, "big") + key.secret.sign(message).signature
        lines.append(f"— {key.name} {b64encode(key.id + signature).decode()}\n".encode())
    return text + b"\n" + b"".join(lines)


def publish(play, root, *, leaves=None, by=None):
    """Write a copy of the log to a directory."""
    leaves = play.leaves if leaves is None else leaves
    (root / "checkpoint").write_bytes(checkpoint(play, leaves, by=play.cosigners if by is None else by))
    bundles = root / "tile" / "entries"
    bundles.mkdir(parents=True)
    for index in range(0, len(leaves), 256):
        bundle = leaves[index : index + 256]
        place = bundles / (f"{index // 256:03d}" + ("" if len(bundle) == 256 else f".p/{len(bundle)}"))
        place.parent.mkdir(exist_ok=True)
        place.write_bytes(b"".join(len(leaf).to_bytes(2, "big") + leaf for leaf in bundle))
    (root / "blobs").mkdir()
    for name, data in play.blobs.files.items():
        (root / "blobs" / name.hex()).write_bytes(data)


@pytest.fixture(scope="module")
def paid():
    play = standard()
    play(PAID)
    return play


def verdict_of(play, root, **changes):
    return audit_log(Directory(root), policy=policy(play, **changes))


def test_a_sound_log_is_valid(paid, tmp_path):
    publish(paid, tmp_path)
    calls = []
    verdict = audit_log(
        Directory(tmp_path), policy=policy(paid), progress=lambda done, size: calls.append((done, size))
    )
    assert (verdict.outcome, verdict.findings, verdict.unknown) == ("valid", [], [])
    assert verdict.replayed == verdict.checkpoint.size == len(paid.leaves)
    assert verdict.state_root == paid.replay.state_root()
    assert calls == [(len(paid.leaves), len(paid.leaves))]


def test_a_log_of_several_bundles_is_valid(tmp_path):
    play = standard()
    play(FUNDED)
    for _ in range(260):
        play.play_row("auditor notice ok")
    publish(play, tmp_path)
    verdict = verdict_of(play, tmp_path)
    assert (verdict.outcome, verdict.replayed) == ("valid", len(play.leaves))


def test_the_full_bundle_serves_where_the_partial_one_is_gone(tmp_path):
    play = standard()
    while len(play.leaves) < 256:
        play.play_row("auditor notice ok")
    publish(play, tmp_path)
    (tmp_path / "checkpoint").write_bytes(checkpoint(play, play.leaves[:200], by=play.cosigners))
    assert verdict_of(play, tmp_path).outcome == "valid"


def test_too_few_cosignatures_are_a_finding(paid, tmp_path):
    publish(paid, tmp_path, by=["county", "insurer", "platform"])
    verdict = verdict_of(paid, tmp_path)
    assert [(finding.rule, finding.index) for finding in verdict.findings] == [("quorum", None)]
    assert verdict.replayed == len(paid.leaves), "what else is wrong is looked for all the same"


def test_a_policy_that_trusts_others_than_the_charter_is_a_finding(paid, tmp_path):
    publish(paid, tmp_path)
    verdict = verdict_of(paid, tmp_path, without=["auditor"])
    assert [(finding.rule, finding.index) for finding in verdict.findings] == [("policy", 0)]


def test_leaves_of_another_tree_are_a_finding(paid, tmp_path):
    publish(paid, tmp_path)
    other = standard()
    (tmp_path / "checkpoint").write_bytes(checkpoint(other, [*paid.leaves[:-1], b"another leaf"], by=other.cosigners))
    assert [finding.rule for finding in verdict_of(paid, tmp_path).findings] == ["root"]


def test_a_finding_names_rule_leaf_and_signer(paid, tmp_path):
    index = paid.indices["settle"]
    leaves = list(paid.leaves)
    line, _, note = leaves[index].partition(b"\n")
    leaves[index] = line.replace(b'"to_pos":0', b'"to_pos":1') + b"\n" + note
    publish(paid, tmp_path, leaves=leaves)
    verdict = verdict_of(paid, tmp_path)
    [finding] = verdict.findings
    assert (finding.rule, finding.index, finding.signers) == ("stamp_moves", index, (paid.keys["platform"].signer,))
    assert (finding.parties, finding.stamped_by, finding.kind) == (("platform",), "foundation", "transfer")
    assert (verdict.outcome, verdict.replayed, verdict.state_root) == ("invalid", len(leaves), None)


def test_behind_a_finding_the_rest_is_judged(paid, tmp_path):
    """A stamp of other rules, then two leaves in the wrong order, a time that falls, a forged signature."""
    first, second = paid.indices["settle"], paid.indices["roster"]
    leaves = list(paid.leaves)
    leaves[first] = leaves[first].replace(b'"rules":1', b'"rules":2')
    leaves[second], leaves[second + 1] = leaves[second + 1], leaves[second]
    leaves[second + 2] = leaves[second + 2].replace(b"1551398400000", b"1551398399999")
    leaves[second + 3] = leaves[second + 3][:-20] + b"AAAAAAAAAAAAAAAAAA=\n"
    publish(paid, tmp_path, leaves=leaves)
    found = [(finding.rule, finding.index) for finding in verdict_of(paid, tmp_path).findings]
    assert found[:7] == [
        ("stamp_rules", first),
        ("stamp_index", second),
        ("roster_differs", second),
        ("stamp_index", second + 1),
        ("stamp_time_unix_ms", second + 2),
        ("cover_unknown", second + 2),
        ("signature", second + 3),
    ]
    assert {rule for rule, _ in found[7:]} == {"claim_unknown", "decision_unknown", "payout_unknown"}, "they follow"


def test_a_missing_body_is_not_a_finding(paid, tmp_path):
    publish(paid, tmp_path)
    index = paid.indices["wang"]
    name = json.loads(paid.leaves[index].split(b"\n")[2])["body"]
    (tmp_path / "blobs" / name).unlink()
    verdict = verdict_of(paid, tmp_path)
    [unknown] = verdict.unknown
    assert unknown.startswith(f"leaf {index}: body: {name} is not to be had")
    assert (verdict.outcome, verdict.replayed) == ("cannot_tell", index)


def test_other_bytes_under_a_name_blame_the_source_only(paid, tmp_path):
    publish(paid, tmp_path)
    name = json.loads(paid.leaves[paid.indices["roster"]].split(b"\n")[2])["lines"]["root"]
    (tmp_path / "blobs" / name).write_bytes(b"\x01" * 40)
    assert verdict_of(paid, tmp_path).outcome == "cannot_tell"


def test_a_missing_bundle_is_not_a_finding(paid, tmp_path):
    publish(paid, tmp_path)
    for file in (tmp_path / "tile" / "entries" / "000.p").iterdir():
        file.unlink()
    verdict = verdict_of(paid, tmp_path)
    assert (verdict.outcome, verdict.unknown) == ("cannot_tell", ["leaves from 0 on: the bundle is not to be had"])


def test_a_torn_bundle_is_a_finding(paid, tmp_path):
    publish(paid, tmp_path)
    for file in (tmp_path / "tile" / "entries" / "000.p").iterdir():
        file.write_bytes(file.read_bytes()[:-1])
    assert [finding.rule for finding in verdict_of(paid, tmp_path).findings] == ["format"]


def test_a_directory_without_a_checkpoint_is_no_log(paid, tmp_path):
    with pytest.raises(OSError, match="there is no checkpoint"):
        verdict_of(paid, tmp_path)


def test_a_log_of_another_origin_is_a_finding(paid, tmp_path):
    publish(paid, tmp_path)
    paid_log = paid.log
    try:
        paid.log = Key("another log", name="other.example/log")
        trusted = policy(paid)
    finally:
        paid.log = paid_log
    verdict = audit_log(Directory(tmp_path), policy=trusted)
    assert [finding.rule for finding in verdict.findings] == ["signature"]


@contextmanager
def node_serving(root, *, token):
    """A small server of a copy's files, which gives bodies only to who has the token."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            how, _, path = self.path.removeprefix("/").partition("/")
            data, headers = Directory(root).read(path), {}
            status = 404 if data is None else 200
            if "bodies" in path and self.headers.get("Authorization") != f"Bearer {token}":
                status, data = 401, None
            elif how == "moved":
                status, headers, data = 302, {"Location": f"/log/{path}"}, None
            elif how == "gzip":
                headers, data = {"Content-Encoding": "gzip"}, gzip.compress(data or b"")
            elif how == "torn":
                headers, data = {"Content-Encoding": "gzip"}, b"no gzip"
            elif how == "cut-off":
                headers = {"Content-Length": "1000000"}
            self.send_response(status)
            for name, value in ({"Content-Length": str(len(data or b""))} | headers).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data or b"")

        def log_message(self, format, *args):
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_node_gives_bodies_to_who_shows_the_token(paid, tmp_path):
    publish(paid, tmp_path)
    with node_serving(tmp_path, token="open") as url:
        assert audit_log(Node(f"{url}/log/", token="open"), policy=policy(paid)).outcome == "valid"
        assert audit_log(Node(f"{url}/gzip", token="open"), policy=policy(paid)).outcome == "valid"
        assert audit_log(Node(f"{url}/log", token=None), policy=policy(paid)).outcome == "cannot_tell"


@pytest.mark.parametrize(
    ("how", "message"),
    [
        pytest.param("moved", "302", id="a-redirect-would-carry-the-token-away"),
        pytest.param("torn", "no gzip", id="gzip-that-is-none"),
        pytest.param("cut-off", "cut off", id="fewer-bytes-than-announced"),
    ],
)
def test_an_answer_that_is_no_file_is_an_unreadable_source(paid, tmp_path, how, message):
    publish(paid, tmp_path)
    with node_serving(tmp_path, token="open") as url, pytest.raises(OSError, match=message):
        Node(f"{url}/{how}", token="open").read("checkpoint")


def test_a_source_is_a_web_address():
    with pytest.raises(FormatError, match=r"^source: expected http:// .* got 'file:///etc/hosts'"):
        Node("file:///etc/hosts", token=None)
