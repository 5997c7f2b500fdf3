"""One node and somebody who means it ill, with a token of its own or none: no 5xx, no way round a token, no oracle."""

import json
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.batch import Batch, Line, encode_lines
from ledger.commitment import commit
from ledger.entry import sign_entry
from node.http.auth import token_line
from node.openings import Opening, format_record, link_of
from tests.support.cluster import ORIGIN, Cluster, Process, today
from tests.support.smallest_terms import SMALLEST_TERMS

STRANGER = "s" * 64  # a party's token, and not this node's own
AUDITOR = "a" * 64
SALTS = [bytes([line]) * 32 for line in range(1, 5)]
OPENINGS = [{"amount": 100 + line, "trade": f"20260101{line:04d}"} for line in range(4)]
MEMORY_KB_MAX = 64 << 10  # what hostile requests one after another may add


def entry(node: Process, kind: str, **members: object) -> bytes:
    """An entry of the node's party."""
    common = {"at": today(), "nonce": os.urandom(16).hex(), "valid_until": today(10)}
    return sign_entry(ORIGIN, {**common, "kind": kind, **members}, [node.key])


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    """The operator alone, with four gifts (leaf 2) of which the third was erased, and a trial balance."""
    cluster = Cluster(tmp_path_factory.mktemp("node"), parties=("platform",), quorum=1)
    node = cluster.nodes["platform"]
    with (node.directory / "tokens").open("a") as tokens:
        tokens.write(f"{token_line('auditor', 'examiner', AUDITOR)}\n{token_line('party', 'insurer', STRANGER)}\n")
    batch = encode_lines([Line(int(str(opening["amount"])), commit(salt, opening))
                          for salt, opening in zip(SALTS, OPENINGS, strict=True)])  # fmt: skip
    tree = Batch(batch)
    records = [format_record(Opening(dict(opening), salt)) for salt, opening in zip(SALTS, OPENINGS, strict=True)]
    bundle = b"".join(len(record).to_bytes(2, "big") + record for record in records)
    ways = {"from": "world/test", "purpose": "gift", "to": "platform/test"}
    accounts = [{"holder": "platform", "name": ways[end], "place": "x"} for end in ("from", "to")]
    try:
        cluster.start()
        own = node.token()
        assert node.ask(f"/batches/{tree.root.hex()}", batch, method="PUT", token=own)[0] == 204
        for note in (
            cluster.charter(),
            entry(node, **{**SMALLEST_TERMS, "accounts": accounts, "first_day": today(-1), "programme": "test",
                           "flows": [{**ways, "kind": "donation"}]}),
            entry(node, "donation", lines={"count": 4, "root": tree.root.hex(), "total": tree.total}, programme="test",
                  **ways),
            entry(node, "balance", publish=[]),
        ):  # fmt: skip
            status, answer = node.post(note)
            assert (status, answer["state"]) == (200, "final"), answer
        assert node.ask(f"/openings/{tree.root.hex()}", bundle, method="PUT", token=own)[0] == 204
        assert node.ask(f"/openings/{tree.root.hex()}/2", method="DELETE", token=own)[0] == 204
        yield node
    finally:
        cluster.stop()


def raw(node: Process, request: bytes) -> bytes:
    """Send bytes, and return what comes back until the node closes or falls silent."""
    with socket.create_connection(("127.0.0.1", node.port), timeout=3) as connection:
        answer = b""
        try:
            connection.sendall(request)
            while chunk := connection.recv(65_536):
                answer += chunk
        except OSError:
            pass
    return answer


def memory_kb(node: Process) -> int:
    """What the process holds in memory."""
    assert node.running is not None
    pages = int(Path(f"/proc/{node.running.pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 1024


END = b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
HOSTILE = {
    "http-2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "connect": b"CONNECT x:1" + END + b"\r\n",
    "star": b"OPTIONS *" + END + b"\r\n",
    "bytes-in-path": b"GET /receipts/%ff%fe" + END + b"\r\n",
    "raw-bytes-in-path": b"GET /entries/by-text/\xff" + END + b"\r\n",
    "bytes-in-query": b"GET /leaves?from=%ff&final=%00" + END + b"\r\n",
    "nul-in-path": b"GET /check\x00point" + END + b"\r\n",
    "path-of-200-kB": b"GET /" + b"a" * 200_000 + END + b"\r\n",
    "authorization-in-bytes": b"GET /leaves?from=0" + END + b"Authorization: Bearer \xff\xfe\r\n\r\n",
    "token-of-60-kB": b"GET /leaves?from=0" + END + b"Authorization: Bearer " + b"x" * 60_000 + b"\r\n\r\n",
    "empty-token": b"GET /leaves?from=0" + END + b"Authorization: Bearer \r\n\r\n",
    "two-lengths": b"POST /entries" + END + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
    "length-below-0": b"POST /entries" + END + b"Content-Length: -5\r\n\r\nabcdef",
    "length-of-23-digits": b"POST /entries" + END + b"Content-Length: 99999999999999999999999\r\n\r\nabcdef",
    "length-and-chunks": b"POST /entries" + END + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "form": b"POST /entries" + END + b"Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 3\r\n\r\nabc",
    "empty-entries": b"POST /entries" + END + b"Content-Type: application/octet-stream\r\nContent-Length: 20000\r\n\r\n"
                     + bytes(20_000),
    "old-size-of-30-digits": b"POST /add-checkpoint" + END + b"Content-Length: 38\r\n\r\nold " + b"9" * 30 + b"\n\nx\n",
    "offer-of-400-kB": b"POST /add-checkpoint" + END + b"Content-Length: 400000\r\n\r\n" + b"z" * 400_000,
    "up-from-tiles": b"GET /tile/entries/../../keys/token" + END + b"\r\n",
    "up-from-bodies": b"GET /bodies/..%2f..%2fkeys%2ftoken" + END + b"Authorization: Bearer " + AUDITOR.encode()
                      + b"\r\n\r\n",
    "receipt-beyond": b"GET /entries/9007199254740991/receipt" + END + b"\r\n",
    "link-beyond": b"GET /receipts/9999999999999999-9999999-" + b"0" * 32 + END + b"\r\n",
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_F46_F48_hostile_bytes_get_4xx_and_cost_nothing(name: str, node: Process) -> None:
    before = memory_kb(node)
    for _ in range(5):
        answer = raw(node, HOSTILE[name])
        assert answer.startswith(b"HTTP/1.1 4"), answer[:80]
    assert node.ask("/healthz")[0] == 200
    assert memory_kb(node) - before < MEMORY_KB_MAX


def test_a_link_is_found_by_no_guess_and_tells_nothing_when_it_is_wrong(node: Process) -> None:
    good = link_of(2, 1, SALTS[1])
    assert node.ask(f"/receipts/{good}")[0] == 200
    code = good.rpartition("-")[2]
    wrong = [f"2-1-{code[:at]}{'0' if code[at] != '0' else '1'}{code[at + 1 :]}" for at in range(0, 32, 5)]
    wrong += [f"2-0-{code}", f"2-3-{code}", f"3-1-{code}", f"1-1-{code}", f"2-1-{'0' * 32}"]
    # Lines that were never there, that were erased, and that are there: one answer, so nobody learns which.
    erased, absent = link_of(2, 2, SALTS[2]), f"2-999-{code}"
    answers = {node.ask(f"/receipts/{link}") for link in (*wrong, erased, absent)}
    assert len(answers) == 1
    assert answers.pop()[0] == 404
    for link in (good.upper(), f"02-1-{code}", f"2-1-{code}0", f"2-1-{code[:31]}", f"2-1-{code}%0a", f"%20{good}"):
        assert node.ask(f"/receipts/{link}")[0] == 400


def test_a_receipt_opens_its_own_line_and_is_kept_by_no_cache(node: Process) -> None:
    request = b"GET /receipts/" + link_of(2, 1, SALTS[1]).encode() + END + b"\r\n"
    head, _, body = raw(node, request).partition(b"\r\n\r\n")
    assert b"cache-control: private, no-store" in head.lower()
    assert json.loads(body)["line"]["opening"] == OPENINGS[1]
    for line in (0, 2, 3):
        assert str(OPENINGS[line]["trade"]).encode() not in body


@pytest.mark.parametrize(("method", "path"), [
    ("GET", "/openings/2/1/link"), ("PUT", "/openings/" + "00" * 32), ("DELETE", "/openings/" + "00" * 32 + "/0"),
])  # fmt: skip
@pytest.mark.parametrize(("token", "status"), [("", 401), ("x", 401), (AUDITOR, 403), (STRANGER, 403)])
def test_openings_are_the_holders_alone(method: str, path: str, token: str, status: int, node: Process) -> None:
    assert node.ask(path, b"" if method == "PUT" else None, method=method, token=token)[0] == status
    assert node.ask(f"/receipts/{link_of(2, 1, SALTS[1])}")[0] == 200


@pytest.mark.parametrize("header", [
    "Bearer  {token}", "Bearer {token} ", "Basic {token}", "{token}", "Bearer {digest}", "bearer\t{token}",
    "Bearer {half}",
])  # fmt: skip
def test_a_token_has_one_spelling(header: str, node: Process) -> None:
    digest = token_line("party", "x", STRANGER).rpartition(" ")[2]
    shown = header.format(token=STRANGER, digest=digest, half=STRANGER[:32])
    answer = raw(node, b"GET /leaves?from=0" + END + f"Authorization: {shown}\r\n\r\n".encode())
    # White space at the end of a header is no part of its value.
    assert answer.startswith(b"HTTP/1.1 200 " if header.endswith(" ") else b"HTTP/1.1 401 ")


def test_F49_F54_answers_status_and_logs_name_no_donor(node: Process) -> None:
    secrets = [str(opening["trade"]) for opening in OPENINGS] + [salt.hex() for salt in SALTS] + [node.token()]
    public = ("/status", "/healthz", "/checkpoint", "/tile/entries/000.p/4", "/entries/2/receipt", "/openapi.json")
    shown = [node.ask(path)[1] for path in (*public, "/receipts/2-1-" + "0" * 32)]
    shown.append(node.ask("/openings/2/1/link", token=STRANGER)[1])
    bad = b"\x00\x30" + b'{"opening":{"id_number":"999999199001010000"},}'.ljust(48)
    status, answer = node.ask("/openings/" + "00" * 32, bad, method="PUT", token=node.token())
    assert status == 400
    shown += [answer, (node.directory / "log.txt").read_bytes()]
    for secret in (*secrets, "999999199001010000"):
        assert not [text for text in shown if secret.encode() in text]
