"""The runtime between a slow disk, a broken clock and askers that give up (F13, F25), and the peers (F26)."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from node import runtime as runtime_module
from node.errors import ClockError, StoreFullError
from node.machines.events import Alarm, Answered, Ask, CheckpointOffered, Effect, Event, Keep, Reply, Submitted
from node.peers import HttpPeers
from node.runtime import BYTES_WAITING_MAX, Runtime

ANSWER = Answered(("pull", "leaves", "0"), 200)


class SlowNode:
    """A node whose disk holds every step up while `go` is not set."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.go.set()
        self.seen: list[Event] = []
        self.keep: list[Effect] = []
        self.error: Exception | None = None
        self.outbox = SimpleNamespace(waiting={})

    def step(self, event: Event, _: int) -> Iterator[Effect]:
        self.go.wait(10)
        self.seen.append(event)
        if self.error is not None:
            raise self.error
        yield from self.keep
        match event:
            case Submitted(items):
                yield from (Reply(ticket, 202, b"{}") for ticket, _ in items)
            case CheckpointOffered(ticket, _):
                yield Reply(ticket, 200, b"line\n")


class Clock:
    broken = False

    def unix_ms(self) -> int:
        if self.broken:
            raise ClockError("clock file: gone")
        return 1


def drive(path: Path, play: Callable[[Runtime, SlowNode, Clock], Awaitable[None]]) -> None:
    """Run a node's runtime while `play` plays."""

    async def main() -> None:
        node, clock = SlowNode(), Clock()
        driven: Any = node
        runtime = Runtime(driven, clock=clock, evidence=path / "evidence", look=list)
        runtime.start(loop=asyncio.get_running_loop(), send=lambda _: None)
        try:
            await play(runtime, node, clock)
        finally:
            node.go.set()
            await asyncio.to_thread(runtime.stop)

    asyncio.run(main())


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not is_so():
            await asyncio.sleep(0.01)


def test_F13_behind_a_slow_disk_the_queue_is_bounded_in_bytes(tmp_path: Path) -> None:
    async def play(runtime: Runtime, node: SlowNode, _: Clock) -> None:
        node.go.clear()
        part = bytes(BYTES_WAITING_MAX // 4)
        waiting = [asyncio.create_task(runtime.submit([part])) for _ in range(4)]
        await asyncio.sleep(0.05)
        [refused] = await runtime.submit([b"one more"])
        assert (refused.status, refused.retry_after_s) == (503, 1)
        assert b"too many requests wait" in refused.body
        node.go.set()
        assert [reply.status for [reply] in await asyncio.gather(*waiting)] == [202] * 4
        await asyncio.sleep(0.05)
        assert [reply.status for reply in await runtime.submit([part])] == [202]

    drive(tmp_path, play)


def test_F13_an_offer_that_nobody_waits_for_any_more_is_not_cosigned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runtime_module, "OFFER_S_MAX", 0.1)

    async def play(runtime: Runtime, node: SlowNode, _: Clock) -> None:
        node.go.clear()
        await asyncio.sleep(0.1)  # the writer is held up at a tick
        assert (await runtime.offer(b"late")).status == 503
        node.go.set()
        assert (await runtime.offer(b"new")).status == 200
        assert [event.body for event in node.seen if isinstance(event, CheckpointOffered)] == [b"new"]

    drive(tmp_path, play)


def test_F05_what_finds_no_room_is_answered_and_the_next_is_taken(tmp_path: Path) -> None:
    async def play(runtime: Runtime, node: SlowNode, _: Clock) -> None:
        node.error = StoreFullError("no room")
        assert [reply.status for reply in await runtime.submit([b"a", b"b"])] == [503, 503]
        assert (await runtime.offer(b"a")).status == 503
        assert "no_room" in runtime.alarms
        node.error = None
        assert [reply.status for reply in await runtime.submit([b"a"])] == [202]
        assert runtime.failure is None

    drive(tmp_path, play)


def test_F25_an_answer_is_not_lost_while_the_clock_cannot_be_read(tmp_path: Path) -> None:
    async def play(runtime: Runtime, node: SlowNode, clock: Clock) -> None:
        clock.broken = True
        runtime.answered(ANSWER)
        await until(lambda: "clock" in runtime.alarms)
        assert (await runtime.offer(b"a")).status == 503
        assert ANSWER not in node.seen
        clock.broken = False
        await until(lambda: ANSWER in node.seen)
        assert "clock" not in runtime.alarms

    drive(tmp_path, play)


def test_evidence_is_kept_once_whole_and_not_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runtime_module, "EVIDENCE_FILES_MAX", 2)

    async def play(runtime: Runtime, node: SlowNode, _: Clock) -> None:
        node.keep = [Keep("a", b"first"), Keep("a", b"second"), Keep("b", b""), Keep("c", b"")]
        await runtime.offer(b"a")
        assert sorted(file.name for file in (tmp_path / "evidence").iterdir()) == ["a.txt", "b.txt"]
        assert (tmp_path / "evidence/a.txt").read_bytes() == b"first"
        assert "2 files are there already" in runtime.alarms["evidence"]

    drive(tmp_path, play)


def test_the_store_is_looked_after(tmp_path: Path) -> None:
    async def main() -> None:
        node: Any = SlowNode()
        runtime = Runtime(node, clock=Clock(), evidence=tmp_path / "e", look=lambda: [Alarm("store_size", "it grows")])
        runtime.start(loop=asyncio.get_running_loop(), send=lambda _: None)
        await until(lambda: runtime.alarms == {"store_size": "it grows"})
        await asyncio.to_thread(runtime.stop)

    asyncio.run(main())


async def serve(connected: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]) -> tuple[Any, str]:
    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    return server, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


def test_F26_a_peer_that_hangs_or_floods_delays_no_other() -> None:
    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()  # until the asker gives up
        writer.close()

    async def flood(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 10000000\r\n\r\n" + bytes(10_000_000))
        writer.close()

    async def garbage(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"\xff\x00 not HTTP\r\n\r\n")
        writer.close()

    async def good(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")
        writer.close()

    async def main() -> None:
        servers = {name: await serve(how) for name, how in
                   {"hang": hang, "flood": flood, "garbage": garbage, "good": good}.items()}
        came: list[Answered] = []
        peers = HttpPeers({name: url for name, (_, url) in servers.items()}, token="t", answer=came.append)
        for party in ("hang", "flood", "garbage", "nobody", "good"):
            peers.send(Ask((party,), party, "POST", "/add-checkpoint", b"x", timeout_ms=1_000, answer_bytes_max=65_536))
        await until(lambda: any(answer.key == ("good",) for answer in came))
        assert ("hang",) not in {answer.key for answer in came}
        await until(lambda: len(came) == 5)
        assert {answer.key[0]: (answer.status, answer.body) for answer in came} == {
            "hang": (0, b""), "flood": (0, b""), "garbage": (0, b""), "nobody": (0, b""), "good": (200, b"ok"),
        }  # fmt: skip
        await peers.close()
        for server, _ in servers.values():
            server.close()
        await asyncio.sleep(0.05)  # the connections end

    asyncio.run(main())


def test_F26_whatever_breaks_in_the_client_whoever_asked_hears_that_no_answer_came(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def fail(*_: object) -> None:
        raise ValueError("what no list of errors names")

    async def main() -> None:
        came: list[Answered] = []
        monkeypatch.setattr(HttpPeers, "_exchange", fail)
        peers = HttpPeers({"county": "http://127.0.0.1:9"}, token="t", answer=came.append)
        peers.send(Ask(("a",), "county", "GET", "/"))
        await until(lambda: came == [Answered(("a",), 0)])
        await peers.close()

    asyncio.run(main())
