"""The other parties' nodes, over HTTP. What they answer is input from outside: bounded here, judged by the machines."""

import asyncio
import logging
from collections.abc import Callable, Mapping

import httpx

from node.machines.events import Answered, Ask

_CONNECT_S = 2.0

_log = logging.getLogger("mingzhang")


class HttpPeers:
    """Asks peers by party name, on the event loop."""

    def __init__(self, urls: Mapping[str, str], *, token: str, answer: Callable[[Answered], None]) -> None:
        """`answer` is called, on the loop's thread, with what came; `token` shows who asks."""
        self._urls = dict(urls)
        self._answer = answer
        self._tasks: set[asyncio.Task[None]] = set()
        self._client = httpx.AsyncClient(
            headers={
                "accept-encoding": "identity", "authorization": f"Bearer {token}",
                "content-type": "application/octet-stream",
            },
            limits=httpx.Limits(max_connections=64, max_keepalive_connections=32, keepalive_expiry=60),
            follow_redirects=False,
            trust_env=False,
        )

    def send(self, ask: Ask) -> None:
        """Begin to ask; the answer, or its absence, comes later."""
        task = asyncio.get_running_loop().create_task(self._ask(ask))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """End what is under way."""
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._client.aclose()

    async def _ask(self, ask: Ask) -> None:
        url = self._urls.get(ask.party)
        status, body = 0, b""
        if url is not None:
            try:
                async with asyncio.timeout(ask.timeout_ms / 1000):
                    status, body = await self._exchange(ask, url)
            except (TimeoutError, httpx.HTTPError, httpx.InvalidURL):
                status, body = 0, b""
            except Exception:
                # What a peer sends can break the client in ways that it does not list. Whoever asked waits for an
                # answer before it asks again, so it must hear that none came.
                _log.exception("the answer of %s to %s could not be read", ask.party, ask.path)
                status, body = 0, b""
        self._answer(Answered(ask.key, status, body))

    async def _exchange(self, ask: Ask, url: str) -> tuple[int, bytes]:
        """The status and body of the answer; status 0 where the body is too long or encoded."""
        timeout = httpx.Timeout(ask.timeout_ms / 1000, connect=_CONNECT_S)
        request = self._client.build_request(ask.method, url + ask.path, content=ask.body or None, timeout=timeout)
        response = await self._client.send(request, stream=True)
        try:
            if "content-encoding" in response.headers:
                return 0, b""
            chunks = bytearray()
            async for chunk in response.aiter_raw():
                chunks += chunk
                if len(chunks) > ask.answer_bytes_max:
                    return 0, b""
            return response.status_code, bytes(chunks)
        finally:
            await response.aclose()
