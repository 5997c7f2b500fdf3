"""Requests to nodes that nobody trusts: bounded in bytes and in time, whatever the other side does.

No redirect is followed, no proxy is used, nothing is decompressed. A connection is shut down when its time is over,
so an answer that comes a byte at a time holds nobody up.
"""

import ssl
import time
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection

from verifier.log.note import NOTE_BYTES_MAX
from verifier.log.tiles import LEAF_BYTES_MAX, WIDTH
from verifier.log.tree import HASH_BYTES
from verifier.primitives.parse import shown
from verifier.receipts.receipt_file import RECEIPT_BYTES_MAX
from verifier.sources.connection import Deadline, split_url

REQUEST_S_MAX = 20  # for one whole answer
ROUND_S_MAX = 120  # for all that one node is asked in a round

_NOT_TO_BE_HAD = (401, 403, 404)


class Web:
    """A node's public URL prefix, or with `query` a URL that alarms are posted to, which may have one."""

    def __init__(
        self, url: str, *, query: bool = False, request_s: float = REQUEST_S_MAX, round_s: float = ROUND_S_MAX
    ) -> None:
        parts = split_url(url, query=query, what="URL")
        assert parts.hostname is not None
        self._port = parts.port
        self.url = url.rstrip("/")
        self._secure = parts.scheme == "https"
        self._host = parts.hostname
        self._path = parts.path.rstrip("/")
        self._query = f"?{parts.query}" if parts.query else ""
        self._request_s = request_s
        self._round_s = round_s
        self._round_ends = time.monotonic() + round_s

    def begin_round(self) -> None:
        """The time for all that is asked in a round begins."""
        self._round_ends = time.monotonic() + self._round_s

    def read(self, path: str) -> bytes | None:
        """The resource at `path` below the prefix, or None where there is none (as `Source` has it)."""
        most = _bytes_max(path)
        status, data = self._ask("GET", f"{self._path}/{path}", b"", most=most, what=f"{self.url}/{path}")
        if status in _NOT_TO_BE_HAD:
            return None
        if status != 200:
            raise OSError(f"{self.url}/{path}: expected the status 200, got {status}")
        return data

    def post(self, data: bytes) -> None:
        """Post JSON to the URL itself.

        Raises:
            OSError: it cannot be reached, or answers with a status other than 2xx. The message leaves out path and
                query, which may be a secret.
        """
        path = (self._path or "/") + self._query
        status, _ = self._ask("POST", path, data, most=0, what=f"webhook at {self._host}")
        if status // 100 != 2:
            raise OSError(f"webhook at {self._host}: expected a status of 200 to 299, got {status}")

    def _ask(self, method: str, path: str, data: bytes, *, most: int, what: str) -> tuple[int, bytes]:
        left = min(self._request_s, self._round_ends - time.monotonic())
        if left <= 0:
            raise OSError(f"{what}: the time for this round is over")
        connection = self._connection(left)
        deadline = Deadline(left)
        deadline.watch(connection)
        try:
            connection.connect()
            deadline.hold(connection.sock)
            headers = {"Accept-Encoding": "identity", "Connection": "close"}
            if data:
                headers["Content-Type"] = "application/json"
            connection.request(method, path, body=data or None, headers=headers)
            answer = connection.getresponse()
            taken = _take(answer, most=most, what=what) if method == "GET" and answer.status == 200 else b""
        except (OSError, HTTPException, ValueError) as error:
            # A socket that was shut down fails in many ways; what matters is that its time was over.
            if deadline.is_over:
                raise OSError(f"{what}: no whole answer within {left:.0f} s") from None
            # What http.client quotes is as long as the node pleases.
            told = repr(error) if isinstance(error, OSError) else f"{type(error).__name__}: {shown(str(error))}"
            raise OSError(str(error) if str(error).startswith(what) else f"{what}: {told}") from None
        finally:
            deadline.cancel()
            connection.close()
        if deadline.is_over:
            raise OSError(f"{what}: no whole answer within {left:.0f} s")
        return answer.status, taken

    def _connection(self, timeout: float) -> HTTPConnection:
        if self._secure:
            context = ssl.create_default_context()
            return HTTPSConnection(self._host, self._port, timeout=timeout, context=context)
        return HTTPConnection(self._host, self._port, timeout=timeout)


def _take(answer: HTTPResponse, *, most: int, what: str) -> bytes:
    """The body, which is whole, plain, and has at most `most` bytes."""
    coding = answer.getheader("Content-Encoding", "identity")
    if coding != "identity":
        raise OSError(f"{what}: expected a plain answer, got one encoded as {shown(coding)}")
    data = answer.read(most + 1)
    if len(data) > most:
        raise OSError(f"{what}: expected at most {most} bytes, the node sends more")
    if answer.length:
        raise OSError(f"{what}: the answer is cut off after {len(data)} bytes")
    return data


def _bytes_max(path: str) -> int:
    """How long what lies at a path may be."""
    if path.endswith("checkpoint"):
        return NOTE_BYTES_MAX
    if path.startswith("tile/entries/"):
        return WIDTH * (LEAF_BYTES_MAX + 2)
    if path.startswith("tile/"):
        return WIDTH * HASH_BYTES
    return RECEIPT_BYTES_MAX
