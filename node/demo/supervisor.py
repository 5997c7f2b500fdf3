"""The supervisor: nodes as processes on this machine, made, watched, started again when they die, and ended.

    <directory>/clock.json          the time for all of them
    <directory>/<party>/            one node: node.toml, keys/, tokens, data/, node.log
"""

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx

from ledger.keys import ED25519, SigningKey
from node.clock import set_file_clock
from node.config import LimitsSection
from node.demo.desk import Keys, PartyKeys, officer_key_name
from node.errors import NodeError
from node.files import make_directory, replace_file
from node.service import VAULT, load_token
from node.setup import Setup, create_node
from node.signer import SystemRandom, create_key, load_key
from node.vault import Vault

HOST = "127.0.0.1"
CLOCK_FILE = "clock.json"
START_S_MAX = 60
STOP_S_MAX = 10
_WATCH_S = 0.1
_TAG_KEYS = "tag-keys"
_OFFICER = "officer-"
# A demo writes some 500 MB. It leaves the rest of a small disk alone, and does not ask for a tenth of a large one.
_DISK_RESERVE_BYTES = 256 << 20


@dataclass(frozen=True, slots=True)
class Site:
    """Where one party's node is, and the token that its office shows there."""

    party: str
    directory: Path
    url: str
    token: str


class Supervisor:
    """The processes of all parties."""

    def __init__(
        self,
        directory: Path,
        *,
        key_names: Mapping[str, str],
        operator: str,
        officers: Sequence[str] = (),
        origin: str,
        unix_ms: int,
        tag_keys: Mapping[str, bytes],
    ) -> None:
        """Make the nodes of the parties in `key_names` (party -> key name) below `directory`; it is `unix_ms` there.

        `officers` are PARTY/OFFICER; each has a key file beside its party's. `tag_keys` (programme -> key) go into the
        vault of each party.

        Raises:
            StartError: something is in `directory` already.
        """
        self.clock_file = directory / CLOCK_FILE
        self.restarts = 0
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._watching = threading.Event()
        self._watcher: threading.Thread | None = None
        make_directory(directory)
        self.set_clock(unix_ms)
        ports = dict(zip(key_names, _free_ports(len(key_names)), strict=True))
        urls = {party: f"http://{HOST}:{port}" for party, port in ports.items()}
        made = {
            party: create_node(directory / party, Setup(
                name=party, role=party, domain=name, origin=origin, operator=operator,
                listen=f"{HOST}:{ports[party]}", url=urls[party],
                peers={peer: url for peer, url in urls.items() if peer != party},
                clock=self.clock_file, limits=LimitsSection(disk_reserve_bytes=_DISK_RESERVE_BYTES),
            ))
            for party, name in key_names.items()
        }  # fmt: skip
        lines = "".join(f"{one.token_line}\n" for one in made.values()).encode()
        self.sites: dict[str, Site] = {}
        for party in key_names:
            home = directory / party
            replace_file(home / "tokens", lines, mode=0o600)
            token = load_token(home / "keys" / "token")
            self.sites[party] = Site(party, home, urls[party], token)
            _keep_tag_keys(home, tag_keys)
        log = made[operator].log
        assert log is not None  # the operator's node has the log key
        self.keys = Keys(origin, log, {
            party: PartyKeys(
                load_key(directory / party / "keys" / "entry.skey", name=name, algorithm=ED25519), made[party].cosigner
            )
            for party, name in key_names.items()
        }, {officer: _officer_key(directory, officer, key_names) for officer in officers})  # fmt: skip

    def set_clock(self, unix_ms: int) -> None:
        """Let it be `unix_ms` at all nodes; from there on time passes as it does."""
        set_file_clock(self.clock_file, unix_ms=unix_ms, real_unix_ms=time.time_ns() // 1_000_000)

    def start(self) -> None:
        """Start all nodes, wait until they answer, and watch them from then on.

        Raises:
            NodeError: one ended or did not answer in time; the message names its log file.
        """
        for party in self.sites:
            self._start(party)
        until = time.monotonic() + START_S_MAX
        for party, site in self.sites.items():
            while not _answers(site.url):
                if self._processes[party].poll() is not None or time.monotonic() > until:
                    self.stop()
                    raise NodeError(
                        f"the node of {party} did not start", next_step=f"Its log says why: {_log_file(site)}"
                    )
                time.sleep(_WATCH_S)
        self._watcher = threading.Thread(target=self._watch, name="supervisor", daemon=True)
        self._watcher.start()

    def stop(self) -> None:
        """End all nodes and wait until they have ended."""
        self._watching.set()
        if self._watcher is not None:
            self._watcher.join()
        for process in self._processes.values():
            process.terminate()
        for process in self._processes.values():
            try:
                process.wait(STOP_S_MAX)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def leave(self) -> None:
        """Watch no longer, and let the nodes run on."""
        self._watching.set()
        if self._watcher is not None:
            self._watcher.join()

    def process_ids(self) -> dict[str, int]:
        """The process of each party's node."""
        return {party: process.pid for party, process in self._processes.items()}

    def _start(self, party: str) -> None:
        site = self.sites[party]
        with _log_file(site).open("ab") as log:
            # A session of its own: an interrupt at the terminal ends the demo, and the demo ends the nodes.
            self._processes[party] = subprocess.Popen(
                [sys.executable, "-m", "node.cli", "run", "--node", str(site.directory)],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip

    def _watch(self) -> None:
        """Start again what dies: a node loses nothing by it."""
        while not self._watching.wait(_WATCH_S):
            for party, process in self._processes.items():
                if process.poll() is not None:
                    self.restarts += 1
                    self._start(party)


def _keep_tag_keys(home: Path, tag_keys: Mapping[str, bytes]) -> None:
    key_file, path = home / "keys" / "vault.key", home / "data" / VAULT
    vault = Vault.open(path, key_file=key_file, random=SystemRandom(), reserve_bytes=_DISK_RESERVE_BYTES)
    for programme, key in tag_keys.items():
        vault.put(f"{_TAG_KEYS}/{programme}", [key])


def _officer_key(directory: Path, officer: str, key_names: Mapping[str, str]) -> SigningKey:
    """A new key for an officer, kept beside those of its party."""
    party, _, name = officer.partition("/")
    path = directory / party / "keys" / f"{_OFFICER}{name}.skey"
    return create_key(path, name=officer_key_name(officer, key_names), algorithm=ED25519, random=SystemRandom())


def _log_file(site: Site) -> Path:
    return site.directory / "node.log"


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/healthz", timeout=2, trust_env=False).status_code == httpx.codes.OK
    except httpx.TransportError:
        return False


def _free_ports(count: int) -> list[int]:
    """Ports of the loopback interface that nobody listens on now, held together so that they differ."""
    servers = [socket.create_server((HOST, 0)) for _ in range(count)]
    ports = [int(server.getsockname()[1]) for server in servers]
    for server in servers:
        server.close()
    return ports
