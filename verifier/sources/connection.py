"""What is common to all that asks a node: which URLs are taken, and that no answer takes for ever."""

import socket
import time
from contextlib import suppress
from datetime import timedelta
from http.client import HTTPConnection
from threading import Event, Thread
from urllib.parse import SplitResult, urlsplit

from verifier.errors import FormatError
from verifier.primitives.parse import shown

AGAIN_S = timedelta(milliseconds=100).total_seconds()

_ALLOWED = frozenset(chr(code) for code in range(0x21, 0x7F)) - {'"', "\\", "@", "#"}


def split_url(url: str, *, query: bool = False, what: str) -> SplitResult:
    """The parts of a URL with http or https; it may have a query only with `query`.

    Raises:
        FormatError: it is of another kind, or has a user, a blank, or a letter beyond ASCII.
    """
    try:
        parts = urlsplit(url)
        known = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0 and set(url) <= _ALLOWED
        if not known or (parts.query and not query):
            raise FormatError(f"{what}: expected http:// or https:// and a host, without user or blank, "
                              f"got {shown(url)}")  # fmt: skip
        # The labels of a host's name are bounded, which the resolver says in an error of its own.
        str(parts.hostname).encode("idna")
    except ValueError as error:
        raise FormatError(f"{what}: {error}, got {shown(url)}") from None
    return parts


class Deadline:
    """Ends a connection when its time is over, from another thread: its reader then finds the end of the stream.

    A time limit of the socket alone would begin again with each byte.
    """

    def __init__(self, seconds: float) -> None:
        self._ends = time.monotonic() + seconds
        self._cancelled = Event()
        self._connection: HTTPConnection | None = None
        self._sock: socket.socket | None = None
        Thread(target=self._wait, daemon=True).start()

    @property
    def is_over(self) -> bool:
        """Whether the time is over."""
        return time.monotonic() >= self._ends

    def watch(self, connection: HTTPConnection) -> None:
        """This is the connection that is about to be made."""
        self._connection = connection

    def hold(self, sock: socket.socket) -> None:
        """It was made; http.client lets go of its socket while an answer is still read."""
        self._sock = sock

    def extend(self, seconds: float) -> None:
        """Give it more time."""
        self._ends += seconds

    def cancel(self) -> None:
        """The answer is there."""
        self._cancelled.set()

    def _wait(self) -> None:
        # Again and again: a socket that is made when the time is just over would be one that nobody ends.
        while not self._cancelled.wait(max(AGAIN_S, self._ends - time.monotonic())):
            if self.is_over:
                self._end()

    def _end(self) -> None:
        for sock in (None if self._connection is None else self._connection.sock, self._sock):
            if sock is not None:
                with suppress(OSError):
                    sock.shutdown(socket.SHUT_RDWR)
