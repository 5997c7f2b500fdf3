"""The final log of a node as a command reads it: of whatever answers at the node's address, or of the store."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from ledger.tile import Tile
from node.config import CONFIG_FILE, Config, LimitsSection, load_config
from node.errors import NodeError
from node.exported_log import log_of
from node.setup import Setup, create_node
from tests.support.cluster import free_ports

BUNDLE = Tile(None, 0, 3)
Answers = dict[str, tuple[int, bytes, int]]  # path -> status, body, how many bytes of it are promised


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """A node that is made and never ran."""
    listen = f"127.0.0.1:{free_ports(1)[0]}"
    create_node(tmp_path / "node", Setup(
        name="county", role="county", domain="county.example", origin="ledger.example/test", operator="platform",
        listen=listen, url=f"http://{listen}", limits=LimitsSection(disk_reserve_bytes=1 << 20),
    ))  # fmt: skip
    return load_config(tmp_path / "node" / CONFIG_FILE)


@pytest.fixture
def answers(config: Config) -> Iterator[Answers]:
    """Something answers at the node's address, as the test says."""
    answers: Answers = {"/checkpoint": (200, b"a note", 6)}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body, promised = answers.get(self.path, (404, b"", 0))
            self.send_response(status)
            self.send_header("content-length", str(promised))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing is logged."""

    server = ThreadingHTTPServer(config.node.host_port, Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield answers
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_node_that_runs_is_asked(config: Config, answers: Answers) -> None:
    answers["/tile/entries/000.p/3"] = (200, b"three", 5)
    answers[f"/bodies/{'07' * 32}"] = (200, b"body", 4)
    with log_of(config) as log:
        assert (log.checkpoint(), log.tile(BUNDLE)) == (b"a note", b"three")
        assert (log.file("body", b"\x07" * 32), log.file("batch", b"\x07" * 32)) == (b"body", None)


@pytest.mark.parametrize(("answer", "message"), [
    pytest.param((200, b"three", 900), "county does not answer to the end: .*\n  Look whether it runs", id="cut-off"),
    pytest.param((503, b"", 0), "the node answers 503 for /tile/entries/000.p/3\n  Ask `mingzhang status`", id="ill"),
    pytest.param((401, b"", 0), "the node answers 401 .*\n  Look at credentials.token", id="another's-token"),
    pytest.param((404, b"", 0), "county has no /tile/entries/000.p/3, .*\n  Another program", id="lost"),
])  # fmt: skip
def test_what_is_missing_is_named_with_the_next_step(
    config: Config, answers: Answers, answer: tuple[int, bytes, int], message: str
) -> None:
    answers["/tile/entries/000.p/3"] = answer
    with pytest.raises(NodeError, match=message), log_of(config) as log:
        log.tile(BUNDLE)


def test_a_node_that_runs_and_has_nothing_final(config: Config, answers: Answers) -> None:
    del answers["/checkpoint"]
    with pytest.raises(NodeError, match=r"^nothing is final here yet\n  Ask again when"), log_of(config):
        pass


def test_a_node_that_is_stopped_and_has_nothing_final(config: Config) -> None:
    with pytest.raises(NodeError, match=r"^nothing is final here yet\n  Start the node"), log_of(config) as log:
        log.checkpoint()
