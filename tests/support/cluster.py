"""Nodes as real processes on loopback: made, started, killed, asked."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.client import HTTPException
from pathlib import Path
from typing import Any

from ledger.entry import sign_entry
from ledger.keys import ED25519, SigningKey
from node.config import CONFIG_FILE, LimitsSection
from node.setup import Made, Setup, create_node
from node.signer import load_key
from tests.support.smallest_terms import SMALLEST_TERMS

ORIGIN = "ledger.example/test"
OPERATOR = "platform"
PARTIES = ("county", "foundation", "insurer", "platform")
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on now."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [server.getsockname()[1] for server in sockets]
    for server in sockets:
        server.close()
    return ports


@dataclass
class Process:
    """One party's node."""

    party: str
    directory: Path
    port: int
    made: Made
    key: SigningKey
    running: subprocess.Popen[bytes] | None = field(default=None)

    def start(self) -> None:
        """Start the process; it may take a moment until it answers."""
        with (self.directory / "log.txt").open("ab") as log:
            self.running = subprocess.Popen(
                [sys.executable, "-m", "node.cli", "run", "--node", str(self.directory)], stdout=log, stderr=log,
                env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
            )  # fmt: skip

    def kill(self, how: int = signal.SIGKILL) -> None:
        """End the process, at once by default."""
        assert self.running is not None
        self.running.send_signal(how)
        self.running.wait()

    def ask(
        self,
        path: str,
        body: bytes | None = None,
        *,
        method: str = "GET",
        token: str = "",
        media_type: str = "text/plain",
    ) -> tuple[int, bytes]:
        """Status and body of an answer; status 0 where none came."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data=body, method=method)
        request.add_header("content-type", media_type)
        if token:
            request.add_header("authorization", f"Bearer {token}")
        try:
            with _OPENER.open(request, timeout=40) as response:
                return response.status, response.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read()
        except (OSError, HTTPException):
            return 0, b""

    def post(self, entry: bytes, *, wait: str = "final") -> tuple[int, Any]:
        """Hand an entry in."""
        status, body = self.ask(f"/entries?wait={wait}&wait_s=20", entry, method="POST")
        return status, json.loads(body) if status else None

    def token(self) -> str:
        """The token that this node shows."""
        return (self.directory / "keys/token").read_text().strip()


class Cluster:
    """Nodes of one log, and the charter that founds it."""

    def __init__(self, directory: Path, *, parties: Sequence[str] = PARTIES, quorum: int = 3) -> None:
        ports = dict(zip(parties, free_ports(len(parties)), strict=True))
        urls = {party: f"http://127.0.0.1:{port}" for party, port in ports.items()}
        self.quorum = quorum
        self.nodes: dict[str, Process] = {}
        for party in parties:
            setup = Setup(
                name=party, role=party, domain=f"{party}.example", origin=ORIGIN, operator=OPERATOR,
                listen=f"127.0.0.1:{ports[party]}", url=urls[party],
                peers={peer: url for peer, url in urls.items() if peer != party},
                limits=LimitsSection(disk_reserve_bytes=1 << 20),
            )  # fmt: skip
            made = create_node(directory / party, setup)
            key = load_key(directory / party / "keys/entry.skey", name=f"{party}.example", algorithm=ED25519)
            self.nodes[party] = Process(party, directory / party, ports[party], made, key)
        for node in self.nodes.values():
            assert (node.directory / CONFIG_FILE).is_file()
            (node.directory / "tokens").write_text("".join(f"{n.made.token_line}\n" for n in self.nodes.values()))

    def charter(self) -> bytes:
        """The charter, signed by all parties."""
        log = self.nodes[OPERATOR].made.log
        return sign_entry(ORIGIN, {
            "at": today(), "epoch": {"log": log, "number": 1, "operator": OPERATOR}, "kind": "charter",
            "nonce": os.urandom(16).hex(), "quorum": self.quorum, "rules": 1, "valid_until": today(20),
            "parties": [{"cosigner": node.made.cosigner, "key": node.made.key, "name": party, "roles": [party]}
                        for party, node in sorted(self.nodes.items())],
        }, [node.key for node in self.nodes.values()])  # fmt: skip

    def start(self) -> None:
        """Start all nodes, and wait until they answer."""
        for node in self.nodes.values():
            node.start()
        self.wait_up()

    def wait_up(self, seconds: float = 20) -> None:
        """Wait until all nodes answer."""
        until = time.monotonic() + seconds
        for node in self.nodes.values():
            while node.ask("/healthz")[0] != 200:
                log = (node.directory / "log.txt").read_text()
                assert time.monotonic() < until, f"{node.party} does not answer: {log}"
                time.sleep(0.02)

    def stop(self) -> None:
        """End all nodes that run."""
        for node in self.nodes.values():
            if node.running is not None and node.running.poll() is None:
                node.kill()


def today(days: int = 0) -> str:
    """Today's date, or one some days later."""
    return (datetime.now(UTC) + timedelta(days=days)).date().isoformat()


def notice(*nodes: Process, text: str, programme: str = "test") -> bytes:
    """An entry of words that moves nothing, signed by the parties of `nodes`."""
    return sign_entry(ORIGIN, {
        "at": today(), "document": "00" * 32, "kind": "notice", "nonce": os.urandom(16).hex(), "programme": programme,
        "text": text, "valid_until": today(10),
    }, [node.key for node in nodes])  # fmt: skip


def terms(node: Process, *, programme: str = "test") -> bytes:
    """The smallest terms, held by the party of `node` alone."""
    return sign_entry(ORIGIN, {
        **SMALLEST_TERMS, "accounts": [{"holder": node.party, "name": f"world/{programme}", "place": "outside"}],
        "at": today(), "first_day": today(-1), "nonce": os.urandom(16).hex(), "programme": programme,
        "valid_until": today(10),
    }, [node.key])  # fmt: skip
