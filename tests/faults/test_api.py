"""One real node and whatever may be sent to it: the right status, JSON that names place and reason, never a 5xx."""

import hashlib
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from ledger.batch import Batch, Line, encode_lines
from ledger.commitment import body_hash
from ledger.entry import sign_entry
from ledger.note import parse_note, sign_note
from node.http.auth import token_line
from node.machines.bulk import FILES_BYTES_MAX, encode_files, encode_names
from node.ports import FileName, NamedFile
from tests.support.cluster import ORIGIN, Cluster, Process, notice, terms, today

ORIGIN_HASH = hashlib.sha256(ORIGIN.encode()).hexdigest()
AUDITOR = "a" * 64


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    """The operator alone, quorum 1, with five final leaves."""
    cluster = Cluster(tmp_path_factory.mktemp("node"), parties=("platform",), quorum=1)
    node = cluster.nodes["platform"]
    with (node.directory / "tokens").open("a") as tokens:
        tokens.write(token_line("auditor", "examiner", AUDITOR) + "\n")
    try:
        cluster.start()
        for entry in (cluster.charter(), terms(node), *(notice(node, text=f"notice {n}") for n in range(3))):
            status, answer = node.post(entry)
            assert (status, answer["state"]) == (200, "final"), answer
        yield node
    finally:
        cluster.stop()


def raw(node: Process, request: bytes) -> bytes:
    """Send bytes, and return what comes back until the node closes or falls silent."""
    with socket.create_connection(("127.0.0.1", node.port), timeout=2) as connection:
        connection.sendall(request)
        answer = b""
        try:
            while chunk := connection.recv(65_536):
                answer += chunk
        except TimeoutError:
            pass
    return answer


def test_checkpoint_tiles_and_bundles_are_served_with_their_headers(node: Process) -> None:
    for path, kind, caching in (
        ("/checkpoint", "text/plain; charset=utf-8", "no-store"),
        (f"/{ORIGIN_HASH}/checkpoint", "text/plain; charset=utf-8", "no-store"),
        ("/tile/0/000.p/5", "application/octet-stream", "public, max-age=31536000, immutable"),
        ("/tile/entries/000.p/5", "application/octet-stream", "public, max-age=31536000, immutable"),
    ):
        got, head = (raw(node, f"{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
                     for method in ("GET", "HEAD"))
        lines = got.partition(b"\r\n\r\n")[0].lower().split(b"\r\n")
        assert lines[0] == b"http/1.1 200 ok"
        assert f"content-type: {kind}".encode() in lines
        assert f"cache-control: {caching}".encode() in lines
        same = [line for line in lines if not line.startswith(b"date")]
        assert [line for line in head.lower().strip().split(b"\r\n") if not line.startswith(b"date")] == same


def test_every_partial_tile_of_a_size_that_was_final_is_a_prefix_of_the_next(node: Process) -> None:
    tiles = [node.ask(f"/tile/0/000.p/{width}")[1] for width in range(1, 6)]
    assert [len(tile) for tile in tiles] == [32, 64, 96, 128, 160]
    assert all(longer.startswith(tile) for tile, longer in pairwise(tiles))


@pytest.mark.parametrize("path", [
    "tile/0/000", "tile/0/000.p/6", "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/05", "tile/0/0", "tile/0/0000",
    "tile/0/x000/000.p/5", "tile/00/000.p/5", "tile/64/000", "tile/8/000.p/1", "tile/entries/001.p/1", "tile/",
    "tile/data/000.p/5", "tile/0/000.p/5/", "tile/0/../0/000.p/5", "tile/0/000%2ep/5%00", "tile/0/-01.p/5",
    "tile/0/%D9%A0%D9%A0%D9%A0.p/5", "entries/5", "entries/9223372036854775807", "nothing", "%00", "a" * 3000,
])  # fmt: skip
def test_F48_what_is_not_there_is_404(path: str, node: Process) -> None:
    assert node.ask(f"/{path}")[0] == 404


@pytest.mark.parametrize(("path", "where"), [
    ("entries/x", "path.index"), ("entries/-1", "path.index"), ("entries/9223372036854775808", "path.index"),
    ("entries/by-text/zz", "text"), ("entries/by-text/" + "AB" * 32, "text"),
    ("entries/by-text/" + "00" * 32 + "?wait=tomorrow", "query.wait"),
    ("entries/by-text/" + "00" * 32 + "?wait_s=1e9", "query.wait_s"),
    ("entries/by-text/" + "00" * 32 + "?wait_s=NaN", "query.wait_s"),
])  # fmt: skip
def test_F38_a_parameter_of_another_form_is_400_and_named(path: str, where: str, node: Process) -> None:
    status, body = node.ask(f"/{path}")
    assert (status, json.loads(body)["where"]) == (400, where)


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd", "identity"])
def test_F41_an_encoded_body_is_415_and_not_decoded(coding: str, node: Process) -> None:
    lines = ("POST /entries HTTP/1.1", "Host: x", "Connection: close", "Content-Length: 2",
             f"Content-Encoding: {coding}")
    assert raw(node, "\r\n".join((*lines, "", "xx")).encode()).startswith(b"HTTP/1.1 415 ")


def test_F39_a_body_that_is_too_long_is_413_whether_it_says_so_or_not(node: Process) -> None:
    said = raw(node, b"POST /entries HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 99999999999\r\n\r\n")
    assert said.startswith(b"HTTP/1.1 413 ")
    chunk = b"100000\r\n" + b"x" * (1 << 20) + b"\r\n"
    with socket.create_connection(("127.0.0.1", node.port), timeout=5) as connection:
        connection.sendall(b"POST /entries HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
        try:
            for _ in range(64):
                connection.sendall(chunk)
        except OSError:
            pass
        assert connection.recv(100).startswith(b"HTTP/1.1 413 ")


ENTRIES = [
    pytest.param(b"", 400, "format", id="empty"),
    pytest.param(b"\xef\xbb\xbfhello", 400, "format", id="byte-order-mark"),
    pytest.param(b"\x00" * 70_000, 400, "format", id="zeros"),
    pytest.param(b"[" * 20_000, 400, "format", id="depth"),
    pytest.param("é".encode("utf-16"), 400, "format", id="utf-16"),
]


@pytest.mark.parametrize(("body", "status", "reason"), ENTRIES)
def test_F40_a_body_that_is_no_entry_is_refused_by_name(body: bytes, status: int, reason: str, node: Process) -> None:
    got, answer = node.ask("/entries", body, method="POST")
    assert got == status
    assert set(json.loads(answer)) >= {"error", "message", "reason", "where"}
    assert json.loads(answer)["reason"] == reason


def changed(value: str, node: Process) -> bytes:
    """A pledge whose `amount` is spelt like `value`, signed over these bytes."""
    good = sign_entry(ORIGIN, {
        "amount": 5, "at": today(), "document": "00" * 32, "kind": "pledge", "nonce": "00" * 16, "programme": "test",
        "text": "x", "valid_until": today(10),
    }, [node.key])  # fmt: skip
    return sign_note(parse_note(good).text.replace(b'"amount":5,', f'"amount":{value},'.encode()), node.key)


@pytest.mark.parametrize("value", [
    "NaN", "Infinity", "1e999", "5.0", "5e0", "-0", "true", '"5"', "9007199254740992", "05", " 5", "9" * 4000, "0",
    "-5", '5,"amount":6', "null",
])  # fmt: skip
def test_F38_F42_a_number_of_another_spelling_is_400(value: str, node: Process) -> None:
    status, answer = node.ask("/entries", changed(value, node), method="POST")
    assert (status, json.loads(answer)["reason"]) == (400, "format")


def test_the_number_that_these_change_is_accepted_as_it_is(node: Process) -> None:
    assert node.ask("/entries", changed("5", node), method="POST")[0] in (200, 202)


@pytest.mark.parametrize("bundle", [b"\x00", b"\x00\x05ab", b"\xff\xff", b""])
def test_a_bundle_that_is_cut_off_is_400(bundle: bytes, node: Process) -> None:
    status, answer = node.ask("/entries", bundle, method="POST", media_type="application/octet-stream")
    assert (status, json.loads(answer)["reason"]) == (400, "format")


def test_a_bundle_is_answered_entry_by_entry(node: Process) -> None:
    good, bad = notice(node, text="bundle"), notice(node, text="bundle").replace(b"bundle", b"bungle")
    bundle = b"".join(len(note).to_bytes(2, "big") + note for note in (good, bad, good))
    status, body = node.ask("/entries?wait=final", bundle, method="POST", media_type="application/octet-stream")
    first, second, third = json.loads(body)
    assert status == 200
    assert (first["state"], first) == ("final", third)
    assert second["reason"] == "signature"


@pytest.mark.parametrize(("path", "token", "status"), [
    ("/leaves?from=0", "", 401), ("/leaves?from=0", "x", 401), ("/leaves?from=0", AUDITOR, 403),
    ("/batches/" + "00" * 32, "", 401), ("/bodies/" + "00" * 32, AUDITOR, 404),
    ("/tags/" + "00" * 32, AUDITOR, 404), ("/bodies/00", AUDITOR, 400),
])  # fmt: skip
def test_what_is_for_parties_needs_their_token(path: str, token: str, status: int, node: Process) -> None:
    assert node.ask(path, token=token)[0] == status


def test_files_are_stored_under_their_own_name_only(node: Process) -> None:
    batch = encode_lines([Line(300, bytes(31) + bytes([n])) for n in range(5)])
    name = Batch(batch).root.hex()
    token = node.token()
    wrong = node.ask(f"/batches/{'00' * 32}", batch, method="PUT", token=token)
    assert (wrong[0], json.loads(wrong[1])["reason"]) == (400, "format")
    assert node.ask(f"/batches/{name}", batch, method="PUT", token=AUDITOR)[0] == 403
    assert node.ask(f"/batches/{name}", batch, method="PUT", token=token)[0] == 204
    assert node.ask(f"/batches/{name}", batch, method="PUT", token=token)[0] == 204
    assert node.ask(f"/batches/{name}", token=AUDITOR) == (200, batch)
    assert node.ask(f"/bodies/{body_hash(b'{}').hex()}", b"[]", method="PUT", token=token)[0] == 400


def in_bulk(*files: tuple[str, bytes, bytes]) -> bytes:
    return encode_files(NamedFile(*file) for file in files)


def test_files_are_put_and_read_in_bulk(node: Process) -> None:
    batch = encode_lines([Line(300, bytes(31) + bytes([n])) for n in range(7)])
    bodies = [b'{"bulk":%d}' % number for number in range(300)]
    files = [("batch", Batch(batch).root, batch), ("tags", body_hash(b"tags"), b"tags"),
             *(("body", body_hash(body), body) for body in bodies)]  # fmt: skip
    wanted = encode_names(FileName(kind, name) for kind, name, _ in [("body", bytes(32), b""), *files])
    assert node.ask("/files", wanted, method="POST", token=AUDITOR) == (200, b"")
    assert node.ask("/files", in_bulk(*files), method="PUT", token=node.token()) == (204, b"")
    assert node.ask("/files", in_bulk(*files), method="PUT", token=node.token()) == (204, b""), "again does no harm"
    for token in (AUDITOR, node.token()):
        assert node.ask("/files", wanted, method="POST", token=token) == (200, in_bulk(*files))
    assert node.ask(f"/bodies/{body_hash(bodies[-1]).hex()}", token=AUDITOR) == (200, bodies[-1])
    assert node.ask("/files", b"", method="PUT", token=node.token()) == (204, b"")


def test_an_answer_ends_before_it_is_too_long(node: Process) -> None:
    files = [("body", body_hash(content), content) for content in (bytes([n]) * FILES_BYTES_MAX for n in range(3))]
    assert node.ask("/files", in_bulk(*files), method="PUT", token=node.token())[0] == 204
    wanted = encode_names(FileName(kind, name) for kind, name, _ in files[1:])
    assert node.ask("/files", wanted, method="POST", token=AUDITOR) == (200, in_bulk(files[1]))


def test_of_files_with_a_wrong_one_among_them_none_is_stored(node: Process) -> None:
    good, wrong = b'{"good":1}', b'{"wrong":1}'
    files = in_bulk(("body", body_hash(good), good), ("body", bytes(32), wrong))
    status, answer = node.ask("/files", files, method="PUT", token=node.token())
    assert (status, json.loads(answer)["reason"]) == (400, "format")
    assert f"expected content of address {'00' * 32}" in json.loads(answer)["message"]
    assert node.ask(f"/bodies/{body_hash(good).hex()}", token=AUDITOR)[0] == 404


@pytest.mark.parametrize(("method", "body", "token", "status"), [
    pytest.param("POST", b"", "", 401, id="read-by-nobody"),
    pytest.param("PUT", b"", "", 401, id="put-by-nobody"),
    pytest.param("PUT", b"", AUDITOR, 403, id="put-by-an-auditor"),
    pytest.param("POST", b"\x01" * 32, AUDITOR, 400, id="half-a-name"),
    pytest.param("POST", b"\x04" * 33, AUDITOR, 400, id="no-such-kind"),
    pytest.param("POST", b"\x01" * 33 * 1025, AUDITOR, 413, id="too-many-names"),
])  # fmt: skip
def test_files_in_bulk_that_are_refused(method: str, body: bytes, token: str, status: int, node: Process) -> None:
    assert node.ask("/files", body, method=method, token=token)[0] == status


@pytest.mark.parametrize("body", [
    pytest.param(b"\x01" + bytes(32) + b"\xff" * 4, id="length"), pytest.param(b"\x03" * 36, id="header"),
    pytest.param((b"\x03" + body_hash(b"") + bytes(4)) * 1025, id="too-many"),
])  # fmt: skip
def test_files_in_bulk_of_another_form_are_400(body: bytes, node: Process) -> None:
    status, answer = node.ask("/files", body, method="PUT", token=node.token())
    assert (status, json.loads(answer)["reason"]) == (400, "format")


def test_an_entry_whose_files_are_not_here_is_told_where_they_belong(node: Process) -> None:
    entry = sign_entry(ORIGIN, {
        "at": today(), "from": "world/test", "kind": "donation", "lines": {"count": 1, "root": "ab" * 32, "total": 1},
        "nonce": "00" * 16, "programme": "test", "purpose": "gift", "to": "world/test", "valid_until": today(10),
    }, [node.key])  # fmt: skip
    status, answer = node.ask("/entries", entry, method="POST")
    assert (status, json.loads(answer)["reason"]) == (422, "missing")
    assert f"PUT it to /batches/{'ab' * 32} first" in json.loads(answer)["message"]


def test_the_witness_tells_its_size_in_the_media_type_of_the_spec(node: Process) -> None:
    note = node.ask("/checkpoint")[1]
    body = b"old 1\n\n" + note
    request = b"POST /add-checkpoint HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(body)
    answer = raw(node, request + body)
    assert answer.startswith(b"HTTP/1.1 409 ")
    assert b"content-type: text/x.tlog.size\r\n" in answer.lower()


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"])
@pytest.mark.parametrize("path", ["/checkpoint", "/entries", "/add-checkpoint", "/bodies/00", "/files", "/status",
                                  "/leaves"])
def test_F47_no_method_on_any_route_is_a_5xx(path: str, method: str, node: Process) -> None:
    request = f"{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 3\r\n\r\nabc"
    assert raw(node, request.encode())[9:10] == b"4"


def test_F15_a_second_process_on_the_same_data_is_refused(node: Process) -> None:
    second = mingzhang("run", "--node", str(node.directory))
    assert second.returncode == 1
    assert "another process owns it" in second.stderr
    assert node.ask("/healthz")[0] == 200


def test_F53_init_over_a_node_and_run_without_init_are_refused(node: Process, tmp_path: Path) -> None:
    arguments = ("--name", "a", "--role", "a", "--domain", "a.example", "--origin", ORIGIN, "--operator", "a",
                 "--listen", "127.0.0.1:0", "--url", "http://127.0.0.1:1")
    again = mingzhang("init", "--node", str(node.directory), *arguments)
    assert again.returncode == 1
    assert "expected nothing there" in again.stderr
    without = mingzhang("run", "--node", str(tmp_path))
    assert without.returncode == 1
    assert "mingzhang init" in without.stderr


def test_init_makes_what_run_wants_and_shows_no_secret(tmp_path: Path) -> None:
    made = mingzhang("init", "--node", str(tmp_path / "n"), "--json", "--name", "county", "--role", "county",
                     "--domain", "county.example", "--origin", ORIGIN, "--operator", "platform", "--listen",
                     "127.0.0.1:1", "--url", "http://127.0.0.1:1", "--peer", "platform=http://127.0.0.1:2")  # fmt: skip
    assert made.returncode == 0, made.stderr
    shown = json.loads(made.stdout)
    assert shown["log"] is None
    assert shown["key"].startswith("county.example+")
    assert shown["cosigner"].startswith("county.example/cosigner/1+")
    secrets = [file.read_text().strip() for file in (tmp_path / "n/keys").iterdir()]
    assert len(secrets) == 4
    assert not [secret for secret in secrets if secret in made.stdout]
    assert {file.stat().st_mode & 0o777 for file in (tmp_path / "n/keys").iterdir()} == {0o600}


def test_status_and_submit_at_the_command_line(node: Process, tmp_path: Path) -> None:
    entry = tmp_path / "entry.note"
    entry.write_bytes(notice(node, text="by hand"))
    handed_in = mingzhang("submit", "--node", str(node.directory), str(entry))
    assert (handed_in.returncode, handed_in.stdout.split()[:3]) == (0, ["final", "as", "leaf"]), handed_in.stderr
    entry.write_bytes(b"nothing")
    refused = mingzhang("submit", "--node", str(node.directory), str(entry))
    assert refused.returncode == 1
    assert "expected a text" in refused.stderr
    status = mingzhang("status", "--node", str(node.directory), "--json")
    assert (status.returncode, json.loads(status.stdout)["alarms"]) == (0, {})


def mingzhang(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "node.cli", *arguments], capture_output=True, text=True, timeout=20, check=False,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )  # fmt: skip


@pytest.mark.parametrize("path", [
    "/entries/+2", "/entries/%202", "/entries/2.0", "/entries/-0/receipt", "/entries/1_0", "/entries/02",
    "/leaves?from=+0", "/leaves?from=0&wait=1_0",
])
def test_a_number_has_one_spelling(node: Process, path: str) -> None:
    status, body = node.ask(path, token=node.token())
    assert status == 400, body
    assert json.loads(body)["reason"] == "format"


def test_a_sender_that_hangs_up_leaves_no_traceback(node: Process) -> None:
    with socket.create_connection(("127.0.0.1", node.port), timeout=2) as connection:
        connection.sendall(b"POST /entries HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc")
    assert node.ask("/healthz")[0] == 200
    assert "Traceback" not in (node.directory / "log.txt").read_text()


def test_a_path_that_is_none_of_ours_is_kept_by_nobody(node: Process) -> None:
    got = raw(node, b"GET /Checkpoint HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert got.startswith(b"HTTP/1.1 404")
    assert b"cache-control: no-store" in got.lower()
