"""A node as a process: opens what the configuration names, and serves until a signal."""

import asyncio
import resource
import signal
import socket
from collections.abc import Callable
from functools import partial
from pathlib import Path

import uvicorn

from ledger.keys import COSIGNATURE, ED25519
from node.blobs import EntryFiles
from node.clock import FileClock, SystemClock
from node.config import Config
from node.errors import ConfigError
from node.files import read_private
from node.http.app import create_app
from node.http.auth import Credentials
from node.machines.events import Alarm, Calm, Effect
from node.machines.node import Identity, Node
from node.peers import HttpPeers
from node.ports import Clock
from node.runtime import Runtime
from node.signer import SystemRandom, load_key
from node.store_lmdb import LmdbStore
from node.vault import Vault
from node.views import Views

STORE, FILES, EVIDENCE, VAULT = "store", "files", "evidence", "vault"
"""The folders below `node.data`."""

_GRACE_S = 2  # for requests that are under way when the node ends
_SIZE_ALARM = 0.8  # of the store's address space


def load_identity(config: Config) -> Identity:
    """Load the keys and say who this node is.

    Raises:
        KeyFileError: a key file is missing, damaged, readable by others, or another's.
    """
    node, keys = config.node, config.keys
    return Identity(
        party=node.name,
        origin=node.origin,
        operator=node.operator,
        entry_key=load_key(keys.entry, name=node.domain, algorithm=ED25519),
        cosigner_key=load_key(keys.cosigner, name=node.cosigner_name, algorithm=COSIGNATURE),
        log_key=None if keys.log is None else load_key(keys.log, name=node.origin, algorithm=ED25519),
        genesis=None if node.genesis is None else bytes.fromhex(node.genesis),
    )


def load_token(path: Path) -> str:
    """Load the token that this node shows to others.

    Raises:
        KeyFileError: the file cannot be read, or others may read it.
        ConfigError: it holds no token.
    """
    token = read_private(path).decode("ascii", "replace").removesuffix("\n")
    if not (token.isascii() and token.isalnum()):
        raise ConfigError(f"{path}: expected one token of letters and digits")
    return token


def look_after(store: LmdbStore) -> list[Effect]:
    """What the store needs from time to time: forget readers that died, and say when it grows towards its end."""
    store.clear_stale_readers()
    used, limit = store.used_bytes(), store.map_bytes()
    if used <= limit * _SIZE_ALARM:
        return [Calm("store_size")]
    return [Alarm("store_size", f"the store uses {used} of the {limit} bytes that it can ever have")]


def serve(config: Config) -> None:
    """Run the node until SIGINT or SIGTERM.

    Raises:
        NodeError: keys, tokens, clock or store forbid a start; the message tells the next step.
    """
    identity = load_identity(config)
    token = load_token(config.credentials.token)
    credentials = Credentials.load(config.credentials.tokens)
    clock: Clock = SystemClock()
    if config.clock is not None:
        clock = FileClock(config.clock.file, real_unix_ms=SystemClock().unix_ms)
    # A connection is a file, and so is a blob that is written: with a thousand of both, writing would fail.
    _, files_max = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (files_max, files_max))
    reserve = config.limits.disk_reserve_bytes
    data = config.node.data
    with LmdbStore.open(data / STORE, origin=identity.origin, reserve_bytes=reserve) as store:
        files = EntryFiles(data / FILES, reserve_bytes=reserve)
        files.sweep()
        node = Node(identity, store=store, blobs=files, waiting_max=config.limits.waiting_entries_max)
        runtime = Runtime(node, clock=clock, evidence=data / EVIDENCE, look=partial(look_after, store))
        views = Views(store, cosigner_name=config.node.cosigner_name)
        with views.moment() as moment:
            moment.check()
        vault = Vault.open(
            data / VAULT, key_file=config.keys.vault, random=SystemRandom(), reserve_bytes=reserve
        )  # fmt: skip
        app = create_app(config, runtime=runtime, views=views, files=files, vault=vault, credentials=credentials)
        host, port = config.node.host_port
        server = _Server(uvicorn.Config(
            app, host=host, port=port, lifespan="off", access_log=False, log_level="warning", server_header=False,
            timeout_graceful_shutdown=_GRACE_S, timeout_keep_alive=75,
        ), at_end=runtime.changes.end)  # fmt: skip
        server.end_on_signals()
        asyncio.run(_serve(server, runtime, HttpPeers(config.peers, token=token, answer=runtime.answered)))


class _Server(uvicorn.Server):
    """uvicorn, ended in order."""

    def __init__(self, config: uvicorn.Config, *, at_end: Callable[[], None]) -> None:
        """`at_end` is called on the loop when no new request is taken, so that those that are held back end."""
        super().__init__(config)
        self._at_end = at_end

    def end_on_signals(self) -> None:
        """Let SIGINT and SIGTERM end the server, and nothing but the server.

        uvicorn takes both while it serves, and raises them anew once it is done. Without a handler of ours the process
        would end there, before the writer and the store do.
        """

        def end(*_: object) -> None:
            self.should_exit = True

        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, end)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the connections; see uvicorn."""
        self._at_end()
        await super().shutdown(sockets)


async def _serve(server: uvicorn.Server, runtime: Runtime, peers: HttpPeers) -> None:
    runtime.start(loop=asyncio.get_running_loop(), send=peers.send)
    try:
        await server.serve()
    finally:
        # The writer ends first: what it still tells the loop then falls on a loop that runs.
        await asyncio.to_thread(runtime.stop)
        await peers.close()
