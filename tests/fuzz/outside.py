"""Targets over what is no part of a log: files that a program kept for itself, answers of a node, an auditor's choice.

No socket is opened: a connection is made to bytes. Where an input is a program, it says what is done to a sample.
"""

import gzip
import io
import re
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest import mock

from tests.fuzz import worlds
from tests.fuzz.edits import BytesDraw
from tests.fuzz.texts import Held
from tests.support.receipts import COSIGNED_UNIX_S
from verifier.audit.audit import AuditVerdict, audit_log
from verifier.audit.desk import Desk
from verifier.audit.desk_file import FILE, open_desk
from verifier.audit.row_file import StateFileError
from verifier.audit.sample import COUNT_MAX, draw_units
from verifier.commands.web import Web
from verifier.errors import FormatError
from verifier.log.checkpoint import Checkpoint, parse_checkpoint
from verifier.log.note import parse_note
from verifier.log.tree import root_hash
from verifier.monitor.memory import format_memory, parse_memory
from verifier.monitor.round import Answer, Limits, Memory, Round, log_origin, watch_round
from verifier.primitives.hashes import leaf_hash
from verifier.primitives.parse import parse_decimal, parse_hex
from verifier.sources.archive import Archive
from verifier.sources.consistency import verify_continues
from verifier.sources.growth import prove_growth
from verifier.sources.node import Node
from verifier.sources.source import Source, read_bundle

URL = "http://node.example"
EDITS_MAX = 4
LIMITS = Limits(silence_s=600, balance_s=600, figure_s=600)


# -- a state directory -----------------------------------------------------------------------------------------------


def check_state(data: bytes) -> Any:
    """A replay's state file in which bytes were changed: refused, or the verdict is that of a replay from the start."""
    file = _damaged(kept_state(), BytesDraw(data))
    with TemporaryDirectory() as place:
        return judge_state(file, place)


def judge_state(file: bytes, place: str) -> Any:
    """Go on from a state file, put into a directory."""
    Path(place, FILE).write_bytes(file)
    try:
        with open_desk(Path(place), lasting=True) as desk:
            verdict = _judged(desk)
    except StateFileError as error:
        raise FormatError(str(error)) from None
    assert _seen(verdict) == _whole(), "a verdict that a damaged file changed"
    return _seen(verdict)


def _damaged(file: bytes, draw: BytesDraw) -> bytes:
    """Bits turned, bytes set, pages copied or lost, the end cut off."""
    found, page = bytearray(file), 4096
    for _ in range(draw.below(EDITS_MAX)):
        size = max(len(found), 1)
        pages = max(len(found) // page, 1)
        at = draw.below(pages) * page
        place = min(at + draw.below(page), size - 1)
        match draw.below(6):
            case 0 | 1:
                found[place : place + 1] = bytes([found[place] ^ 1 << draw.below(8)]) if found else b""
            case 2:
                found[place : place + 1] = bytes([draw.below(256)])
            case 3:
                to = draw.below(pages) * page
                found[to : to + page] = found[at : at + page]
            case 4:
                found[at : at + page] = bytes(page)
            case _:
                del found[place:]
    return bytes(found)


@cache
def kept_state() -> bytes:
    """The state file of a replay up to where the log stood before it grew."""
    before, _, policy = worlds.grown()
    with TemporaryDirectory() as place:
        with open_desk(Path(place), lasting=True) as desk:
            assert audit_log(_archive(before), policy=policy, desk=desk).outcome == "valid"
        return Path(place, FILE).read_bytes()


def _judged(desk: Desk | None, source: Source | None = None) -> AuditVerdict:
    _, after, policy = worlds.grown()
    return audit_log(_archive(after) if source is None else source, policy=policy, desk=desk)


@cache
def _whole() -> Any:
    verdict = _judged(None)
    assert verdict.outcome == "valid"
    return _seen(verdict)


def _seen(verdict: AuditVerdict) -> Any:
    return verdict.outcome, verdict.replayed, verdict.state_root, verdict.findings, verdict.unknown


def _archive(data: bytes) -> Archive:
    return Archive(Held(data), what="archive")


# -- a monitor's memory ----------------------------------------------------------------------------------------------


def check_memory(data: bytes) -> Any:
    """A monitor's memory: it is written as it was read, and a round that begins with it ends."""
    _, after, policy = worlds.grown()
    memory = parse_memory(data, policy=policy, origin=log_origin(policy), what="input")
    assert format_memory(memory) == data
    answered = _round(memory, _archive(after))
    silent = _round(memory, None)
    assert answered.memory.published.size <= _archive(after).size, "leaves that the log does not have"
    for round_ in (answered, silent):
        format_memory(round_.memory)
        assert all(alarm.name for alarm in round_.alarms)
    return [round_.alarms for round_ in (answered, silent)]


@cache
def memory_seeds() -> tuple[bytes, ...]:
    """What is kept after nothing, after a round, and after another one."""
    before, after, policy = worlds.grown()
    memories = [Memory(log_origin(policy))]
    for data in (before, after):
        memories.append(_round(memories[-1], _archive(data)).memory)
    told = Memory(log_origin(policy), told=["behind http://node.example", "silent county"])
    return tuple(map(format_memory, [*memories, told]))


def _round(memory: Memory, source: Source | None) -> Round:
    _, _, policy = worlds.grown()
    shown = None if source is None else source.read("checkpoint")
    answers = [Answer(URL, shown, "no answer" if source is None else None, witness=False)]
    sources = {} if source is None else {URL: source}
    return watch_round(memory, answers=answers, sources=sources, policy=policy, limits=LIMITS,
                       now_unix_s=COSIGNED_UNIX_S + 60)  # fmt: skip


# -- answers of a node -----------------------------------------------------------------------------------------------


def check_http(data: bytes) -> Any:
    """An answer over HTTP, byte by byte, to a replay or a monitor: what is taken stood in it, under the status 200."""
    chosen, data = data[0] if data else 0, data[1:]
    path = ("checkpoint", "tile/0/000", "tile/entries/000.p/5", "entries/1/receipt")[chosen >> 1 & 3]
    reader = Node(URL, token=None) if chosen & 1 else Web(URL)
    with _answered(lambda request: data):
        try:
            taken = reader.read(path)
        except OSError as error:
            raise FormatError(str(error)) from None
    if taken is not None:
        assert b"200" in data, "an answer that was no 200"
        plain = b"chunked" not in data.lower() and b"gzip" not in data.lower()
        assert not plain or taken in data, "content that nobody sent"
    return taken


def http_seeds() -> tuple[bytes, ...]:
    """Answers to both readers: whole, in chunks, packed, without length, refused, moved, after an interim one."""
    body = b"ledger.example/test\n0\n"
    packed = gzip.compress(body, mtime=0)
    heads = [
        b"HTTP/1.1 200 OK\r\nContent-Length: 22\r\n\r\n" + body,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n16\r\n" + body + b"\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed) + packed,
        b"HTTP/1.0 200 OK\r\n\r\n" + body,
        b"HTTP/1.1 206 Partial Content\r\nContent-Length: 22\r\n\r\n" + body,
        b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 302 Found\r\nLocation: file:///etc/hosts\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc",
    ]
    return tuple(bytes([chosen]) + head for chosen in (0, 1) for head in heads)


def check_answers(data: bytes) -> Any:
    """A node that lies in some of its answers, to a replay and to a monitor: nothing that is untrue is believed."""
    draw = BytesDraw(data)
    log, _ = _archive(worlds.grown()[1]), draw.below(2)
    lies = [(draw.below(8), draw.below(10)) for _ in range(draw.below(EDITS_MAX))]
    asked = 0

    def answer(request: bytes) -> bytes:
        nonlocal asked
        path = request.split(b" ")[1].decode("ascii").removeprefix("/")
        lie = next((what for at, what in lies if at == asked), None)
        asked += 1
        return _lie(path, log, lie, draw)

    with _answered(answer):
        try:
            verdict = _judged(None, Node(URL, token=None))
        except OSError as error:
            told = str(error)
        else:
            told = verdict.outcome
            assert verdict.outcome != "valid" or _seen(verdict) == _whole(), "a false valid"
        asked = 0
        _, _, policy = worlds.grown()
        web = Web(URL)
        try:
            shown = Answer(URL, web.read("checkpoint"), None, witness=False)
        except OSError as error:
            shown = Answer(URL, None, str(error), witness=False)
        round_ = watch_round(Memory(log_origin(policy)), answers=[shown], sources={URL: web}, policy=policy,
                             limits=LIMITS, now_unix_s=COSIGNED_UNIX_S + 60)  # fmt: skip
        format_memory(round_.memory)
        assert not round_.evidence, "an honest log convicted"
        published = round_.memory.published
        assert published.size != log.size or published == _published(), "leaves that are not in the log"
    if told not in ("valid", "invalid", "cannot_tell"):
        raise FormatError(told)
    return told, sorted(alarm.name for alarm in round_.alarms)


@cache
def _published() -> Any:
    _, after, policy = worlds.grown()
    return _round(Memory(log_origin(policy)), _archive(after)).memory.published


def _lie(path: str, log: Archive, lie: int | None, draw: BytesDraw) -> bytes:
    """What a node says of a path: the truth, or another status, length, encoding, or content."""
    body = log.read(path)
    status, length = (b"404 Not Found", b"0") if body is None else (b"200 OK", b"%d" % len(body))
    body, extra = body or b"", b""
    match lie:
        case 0:
            status = (b"404 Gone", b"206 Part", b"204 None", b"500 \x1b[2J", b"301 Moved", b"2000 OK")[draw.below(6)]
        case 1:
            length = (b"0", b"-1", b"+3", b"9" * 30, b"", b"1_0", b"0x3")[draw.below(7)]
        case 2:
            extra = (b"Content-Encoding: gzip", b"Transfer-Encoding: chunked", b"Content-Encoding: br",
                     b"Content-Length: 7", b"X" * 70_000)[draw.below(5)] + b"\r\n"  # fmt: skip
        case 3:
            body = body[: draw.below(len(body) + 1)]
        case 4:
            body = body + bytes(draw.below(64))
            length = b"%d" % len(body)
        case 6:
            # The time of a leaf, for which nothing but the root of the log stands.
            times = [found.end(0) for found in re.finditer(rb'"time_unix_ms":[0-9]+', body)] or [0]
            at = times[draw.below(len(times))]
            body = body[: max(at - 1, 0)] + b"%d" % draw.below(10) + body[at:]
            length = b"%d" % len(body)
        case 5:
            at = draw.below(max(len(body), 1))
            body = body[:at] + bytes([draw.below(256)]) + body[at + 1 :]
            length = b"%d" % len(body)
        case 7:
            body = log.read(("checkpoint", "tile/0/000.p/8", "tile/entries/000.p/8", "policy")[draw.below(4)]) or b""
            length = b"%d" % len(body)
        case 8:
            body = _archive(worlds.grown()[0]).read("checkpoint") or b""
            length = b"%d" % len(body)
        case 9:
            return b""
    return b"HTTP/1.1 " + status + b"\r\n" + extra + b"Content-Length: " + length + b"\r\n\r\n" + body


class _Wire:
    """A connection to bytes: what is sent is a request, and what is read the answer to it."""

    def __init__(self, answer: Callable[[bytes], bytes]) -> None:
        self._answer = answer
        self._sent = b""

    def sendall(self, data: bytes) -> None:
        """Hear a request."""
        self._sent += data

    def makefile(self, mode: str) -> io.BufferedReader:
        """The answer."""
        return io.BufferedReader(io.BytesIO(self._answer(self._sent)))  # type: ignore[arg-type]

    def setsockopt(self, *args: int) -> None:
        """There is nothing to set."""

    def shutdown(self, how: int) -> None:
        """There is nothing to shut down."""

    def close(self) -> None:
        """There is nothing to close."""


@contextmanager
def _answered(answer: Callable[[bytes], bytes]) -> Iterator[None]:
    with mock.patch.object(socket, "create_connection", lambda *args, **named: _Wire(answer)), \
            mock.patch.dict("os.environ", {"no_proxy": "*"}):  # fmt: skip
        yield


# -- whether a head continues another one ----------------------------------------------------------------------------


class _Files:
    """A source of some files."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self._files = files

    def read(self, path: str) -> bytes | None:
        """The file at `path`."""
        return self._files.get(path)


def check_continues(data: bytes) -> Any:
    """Two heads, true or not, and tiles in which anything was changed: what continues has the root of its leaves."""
    draw = BytesDraw(data)
    leaves, newest = _leaves()
    sizes = [draw.below(len(leaves) + 1), draw.below(len(leaves) + 1)]
    hashes = [leaf_hash(leaf) for leaf in leaves]
    heads = [Checkpoint(newest.origin, size, root_hash(hashes[:size]), (), b"") for size in sizes]
    for at in range(2):
        if draw.below(4) == 3:
            root = bytes([heads[at].root[0] ^ 1]) + heads[at].root[1:]
            heads[at] = Checkpoint(heads[at].origin, sizes[at], root, (), b"")
    old, new = heads
    tile = b"".join(hashes[: new.size])
    for _ in range(draw.below(EDITS_MAX)):
        at = draw.below(len(tile) + 1)
        tile = (tile[:at] + bytes([draw.below(256)]) + tile[at + 1 :], tile[:at], tile + tile[:32])[draw.below(3)]
    bundle = b"".join(len(leaf).to_bytes(2, "big") + leaf for leaf in leaves[: new.size])
    files = {f"tile/0/000.p/{new.size}": tile, f"tile/entries/000.p/{new.size}": bundle}
    if draw.below(3) == 2:
        del files[f"tile/0/000.p/{new.size}"]
    source = _Files(files)
    verify_continues(old=old, new=new, source=source)
    assert [one.root for one in heads] == [root_hash(hashes[:size]) for size in sizes], "a head that is not true"
    if 0 < old.size < new.size and f"tile/0/000.p/{new.size}" in files:
        assert prove_growth(old=old, new=new, source=source).root == old.root
    return sizes


@cache
def _leaves() -> tuple[tuple[bytes, ...], Checkpoint]:
    log = _archive(worlds.grown()[1])
    leaves = read_bundle(log, index=0, width=log.size)
    assert leaves is not None
    return leaves, parse_checkpoint(parse_note(log.read("checkpoint") or b"", what="note").text, what="checkpoint")


# -- a sample --------------------------------------------------------------------------------------------------------


def check_sample(data: bytes) -> Any:
    """What an auditor says at the command line: a nonce in hex, how many units, of how many. One from each cell."""
    if data.count(b"\n") != 2:
        raise FormatError("input: expected three lines")
    nonce, count, total = data.split(b"\n")
    drawn = parse_decimal(count, what="--count", most=COUNT_MAX)
    of = parse_decimal(total, what="total")
    units = draw_units(root=bytes(32), nonce=parse_hex(nonce, what="--nonce"), total=of, count=drawn)
    assert len(units) == drawn and all(at * of // drawn <= unit < (at + 1) * of // drawn
                                       for at, unit in enumerate(units)), "not one from each cell"  # fmt: skip
    return units


def sample_seeds() -> tuple[bytes, ...]:
    """Short and long nonces, few and many units."""
    return (b"00" * 16 + b"\n4\n1000", b"ff" * 64 + b"\n1\n1", b"0a" * 16 + b"\n3\n12480000", b"\n0\n0", b"0g\n1\n1")
