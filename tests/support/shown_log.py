"""Nodes on loopback that show a log of the test world: honest ones, lying ones, slow ones, ones that never end."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from ledger.errors import LedgerError
from ledger.merkle import leaf_hash, root_hash
from ledger.tile import encode_bundle
from tests.support.receipts import ReceiptWorld
from tests.support.world import ORIGIN
from verifier.log.tiles import WIDTH, parse_tile_path
from verifier.monitor.round import witness_path
from verifier.primitives.parse import parse_decimal

Answer = bytes | None | Callable[[BaseHTTPRequestHandler], None]


class ShownLog:
    """What a node shows, path by path; `instead` are the paths at which it shows something else."""

    def __init__(self, world: ReceiptWorld, *, time_unix_s: int, cosigners: tuple[str, ...] | None = None) -> None:
        self.world = world
        self.instead: dict[str, Answer] = {}
        self.asked: list[str] = []
        self.cosign(time_unix_s, cosigners=cosigners)

    def cosign(self, time_unix_s: int, *, cosigners: tuple[str, ...] | None = None) -> None:
        """The log as it stands now, cosigned at a time."""
        names = {} if cosigners is None else {"cosigners": cosigners}
        self._note = self.world.checkpoint(time_unix_s=time_unix_s, **names)
        self._leaves = list(self.world.leaves)

    def answer(self, path: str) -> Answer:
        """The resource at a path."""
        self.asked.append(path)
        if path in self.instead:
            return self.instead[path]
        if path == "checkpoint":
            return self._note
        if path == witness_path(ORIGIN):
            # A witness shows the log's signature and its own.
            text, _, lines = self._note.partition(b"\n\n")
            return text + b"\n\n" + b"\n".join(lines.split(b"\n")[:2]) + b"\n"
        if path.startswith("tile/"):
            return self._tile(path)
        if path.startswith("entries/") and path.endswith("/receipt"):
            index = parse_decimal(path.split("/")[1].encode(), what="index")
            try:
                return self.world.entry_receipt(index)
            except LedgerError:
                return None
        return None

    def _tile(self, path: str) -> bytes | None:
        tile = parse_tile_path(path.encode(), what="path")
        if tile.level is None:
            leaves = self._leaves[tile.index * WIDTH : tile.index * WIDTH + tile.width]
            return encode_bundle(leaves) if len(leaves) == tile.width else None
        step = WIDTH**tile.level
        hashes = [leaf_hash(leaf) for leaf in self._leaves]
        starts = [(tile.index * WIDTH + at) * step for at in range(tile.width)]
        if starts[-1] + step > len(hashes):
            return None
        return b"".join(root_hash(hashes[start : start + step]) for start in starts)


@contextmanager
def serve(answer: Callable[[str], Answer]) -> Iterator[str]:
    """A server that answers by path; the URL that it has."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = answer(self.path.lstrip("/"))
            if callable(found):
                found(self)
                return
            self.send_response(404 if found is None else 200)
            self.send_header("Content-Length", str(len(found or b"")))
            self.end_headers()
            self.wfile.write(found or b"")

        def do_POST(self) -> None:
            length = parse_decimal((self.headers["Content-Length"] or "0").encode(), what="length")
            found = answer(self.rfile.read(length).decode())
            if callable(found):
                found(self)
                return
            self.send_response(500 if found is None else 204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def raw(head: bytes, *, then: bytes = b"", times: int = 0, every_s: float = 0.0) -> Callable[..., None]:
    """An answer of these bytes, and then some more again and again, until the other side has enough."""

    def send(handler: BaseHTTPRequestHandler) -> None:
        try:
            handler.wfile.write(head)
            for _ in range(times):
                time.sleep(every_s)
                handler.wfile.write(then)
        except OSError:
            return
        finally:
            handler.close_connection = True

    return send
