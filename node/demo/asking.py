"""Asking a node until it answers: it may just be starting anew."""

import time
from types import TracebackType

import httpx

from node.demo.supervisor import Site
from node.errors import NodeError

PATIENCE_S = 60
PAUSE_S = 0.1
# Longer than a node holds an answer back while it waits for an entry to be final.
_TIMEOUT_S = 40
_BINARY = "application/octet-stream"


class Asker:
    """Asks the node of one party, with that party's token. Several threads may use it."""

    def __init__(self, site: Site) -> None:
        self._party = site.party
        headers = {"authorization": f"Bearer {site.token}", "content-type": _BINARY}
        self._client = httpx.Client(base_url=site.url, headers=headers, timeout=_TIMEOUT_S, trust_env=False)

    def __enter__(self) -> "Asker":
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Hang up."""
        self._client.close()

    def ask(self, method: str, path: str, *, content: bytes = b"") -> httpx.Response:
        """The node's answer, whatever it is but 503.

        Raises:
            NodeError: none came for a minute.
        """
        until = time.monotonic() + PATIENCE_S
        while True:
            try:
                answer = self._client.request(method, path, content=content)
            except httpx.TransportError as error:
                failure = repr(error)
            else:
                if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE:
                    return answer
                failure = answer.text
            if time.monotonic() > until:
                raise NodeError(f"the node of {self._party} does not answer: {failure}",
                                next_step="Its log says why: node.log in its directory.")
            time.sleep(PAUSE_S)

    def get(self, path: str) -> bytes:
        """What the node serves at `path`.

        Raises:
            NodeError: it serves nothing there, or does not answer.
        """
        answer = self.ask("GET", path)
        if answer.status_code != httpx.codes.OK:
            raise NodeError(f"the node of {self._party} answers {answer.status_code} to {path}: {answer.text}")
        return answer.content

    def put(self, path: str, content: bytes) -> None:
        """Let the node keep `content` at `path`.

        Raises:
            NodeError: it does not take it, or does not answer.
        """
        answer = self.ask("PUT", path, content=content)
        if answer.status_code != httpx.codes.NO_CONTENT:
            raise NodeError(f"the node of {self._party} answers {answer.status_code} to {path}: {answer.text}")
