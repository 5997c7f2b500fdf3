"""A node that answers whatever it wants, byte for byte, on a real socket."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

Say = Callable[[socket.socket], None]


@contextmanager
def answering(say: Say) -> Iterator[str]:
    """The URL of a server that hears a request and then does `say` with the connection, each in a thread."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=_serve, args=(server, say), daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        with suppress(OSError):
            server.shutdown(socket.SHUT_RDWR)  # which wakes the one that accepts


def _serve(server: socket.socket, say: Say) -> None:
    while True:
        try:
            connection, _ = server.accept()
        except OSError:
            return
        threading.Thread(target=_answer, args=(connection, say), daemon=True).start()


def _answer(connection: socket.socket, say: Say) -> None:
    with connection, suppress(OSError):
        connection.recv(65_536)
        say(connection)
