"""A node's public URL prefix as a source, for replays: large files, gzip, and the token of whoever may have bodies.

Redirects are refused, answers are bounded in bytes, and one that comes too slowly is given up. A proxy that the
environment names is used.
"""

import ssl
import zlib
from datetime import timedelta
from functools import cached_property, partial
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import HTTPHandler, HTTPRedirectHandler, HTTPSHandler, Request, build_opener

from verifier.entries.lines import COLUMNS_MAX, HASH_BYTES, LINES_MAX
from verifier.errors import plain_text
from verifier.log.tiles import LEAF_BYTES_MAX, WIDTH
from verifier.primitives.parse import shown
from verifier.sources.connection import Deadline, split_url

# A batch of a million lines with all the columns that there can be.
FILE_BYTES_MAX = max((8 * COLUMNS_MAX + HASH_BYTES) * LINES_MAX, WIDTH * (LEAF_BYTES_MAX + 2))
TIMEOUT_S = 30  # for an answer; a long one has more, by its bytes
BYTE_S_MAX = timedelta(microseconds=250).total_seconds()  # 4,000 bytes a second, over the thinnest line

_READ_BYTES = 65_536
# A node answers so where there is no such file, and where it does not give it to whoever asks.
_NOT_TO_BE_HAD = (401, 403, 404)


class Node:
    """A node's public URL prefix; `token` is an auditor's or a party's, or None."""

    def __init__(self, url: str, *, token: str | None, timeout_s: float = TIMEOUT_S) -> None:
        split_url(url, what="source")
        self._token = token
        self._url = url.rstrip("/")
        self._timeout_s = timeout_s
        self._headers = {"Accept-Encoding": "gzip", **({"Authorization": f"Bearer {token}"} if token else {})}

    def __reduce__(self) -> tuple[Any, ...]:
        """In another process the node is asked anew."""
        return _node, (self._url, self._token, self._timeout_s)

    def read(self, path: str) -> bytes | None:
        """The resource at `path` below the prefix."""
        what = f"{self._url}/{path}"
        deadline = Deadline(self._timeout_s)
        secure = self._url.startswith("https://")
        opener = build_opener(_NoRedirect(), _Secure(deadline, self._context) if secure else _Plain(deadline))
        try:
            with opener.open(Request(what, headers=self._headers), timeout=self._timeout_s) as answer:
                data, coding = _take(answer, deadline, what=what)
        except HTTPError as error:
            error.close()
            if error.code in _NOT_TO_BE_HAD:
                return None
            raise OSError(f"{what}: the node answers {error.code} {shown(str(error.reason))}") from None
        except (OSError, HTTPException, ValueError) as error:
            # A socket that was shut down fails in many ways; what matters is that its time was over.
            raise OSError(_too_slow(what) if deadline.is_over else _reason(error, what=what)) from None
        finally:
            deadline.cancel()
        if deadline.is_over:
            raise OSError(_too_slow(what))
        if coding == "gzip":
            data = gunzip(data, what=what)
        if len(data) > FILE_BYTES_MAX:
            raise OSError(f"{what}: expected at most {FILE_BYTES_MAX} bytes, the node sends more")
        return data

    @cached_property
    def _context(self) -> ssl.SSLContext:
        return ssl.create_default_context()


def gunzip(data: bytes, *, what: str) -> bytes:
    """Undo gzip, up to one byte beyond the limit, whatever was packed.

    Raises:
        OSError: it is no gzip, or not the whole of one.
    """
    reader = zlib.decompressobj(wbits=31)
    try:
        plain = reader.decompress(data, FILE_BYTES_MAX + 1)
    except zlib.error as error:
        raise OSError(f"{what}: the answer is no gzip ({error})") from None
    if len(plain) <= FILE_BYTES_MAX and (not reader.eof or reader.unused_data):
        raise OSError(f"{what}: the answer is cut off in its gzip, or goes on behind it")
    return plain


def _node(url: str, token: str | None, timeout_s: float) -> Node:
    return Node(url, token=token, timeout_s=timeout_s)


def _take(answer: HTTPResponse, deadline: Deadline, *, what: str) -> tuple[bytes, str]:
    """The body of an answer, up to the limit and a little more, and how it is encoded."""
    coding = answer.headers.get("Content-Encoding", "identity")
    if answer.status != 200 or coding not in ("identity", "gzip"):
        raise OSError(f"{what}: expected the status 200 and gzip or nothing around the content, got {answer.status} "
                      f"and {shown(str(coding))}")  # fmt: skip
    data = bytearray()
    while len(data) <= FILE_BYTES_MAX and (more := answer.read1(_READ_BYTES)):
        data += more
        deadline.extend(len(more) * BYTE_S_MAX)
    # A reader that bounds what it takes is not told by http.client when less came than announced.
    if len(data) <= FILE_BYTES_MAX and answer.length:
        raise OSError(f"{what}: the answer is cut off after {len(data)} bytes")
    return bytes(data), coding


def _too_slow(what: str) -> str:
    return f"{what}: no whole answer in time; it comes too slowly\n  Ask another node, or have an archive sent."


def _reason(error: Exception, *, what: str) -> str:
    """What went wrong in plain text, behind what was asked for."""
    if isinstance(error, HTTPException):
        return f"{what}: the answer is no HTTP ({type(error).__name__}: {shown(str(error))})"
    told = plain_text(str(error.reason if isinstance(error, URLError) else error))
    return told if told.startswith(what) else f"{what}: {told}"


class _NoRedirect(HTTPRedirectHandler):
    """A redirect is an error: it would carry the token to somebody else."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        """Go nowhere; the answer stays the error that it is."""


class _Plain(HTTPHandler):
    """Opens connections that have a deadline."""

    def __init__(self, deadline: Deadline) -> None:
        super().__init__()
        self._connection = partial(_PlainConnection, deadline=deadline)

    def http_open(self, req: Request) -> HTTPResponse:
        """The answer to a request."""
        return self.do_open(self._connection, req)


class _Secure(HTTPSHandler):
    """Opens connections over TLS that have a deadline."""

    def __init__(self, deadline: Deadline, context: ssl.SSLContext) -> None:
        super().__init__(context=context)
        self._connection = partial(_SecureConnection, context=context, deadline=deadline)

    def https_open(self, req: Request) -> HTTPResponse:
        """The answer to a request."""
        return self.do_open(self._connection, req)


class _PlainConnection(HTTPConnection):
    def __init__(self, host: str, *, deadline: Deadline, **named: Any) -> None:
        super().__init__(host, **named)
        self._deadline = deadline

    def connect(self) -> None:
        self._deadline.watch(self)
        super().connect()
        self._deadline.hold(self.sock)


class _SecureConnection(HTTPSConnection):
    def __init__(self, host: str, *, deadline: Deadline, **named: Any) -> None:
        super().__init__(host, **named)
        self._deadline = deadline

    def connect(self) -> None:
        self._deadline.watch(self)
        super().connect()
        self._deadline.hold(self.sock)
