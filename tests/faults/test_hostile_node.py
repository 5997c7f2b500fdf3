"""P9, F39, F41 at the verifier: a node that answers whatever it wants, and a copy on disk in which no file is one."""

import gzip
import os
import socket
import struct
import time

import pytest

from tests.support.hostile_http import answering
from verifier.cli import main
from verifier.commands.web import Web
from verifier.errors import FormatError, plain_text
from verifier.sources.connection import AGAIN_S, Deadline
from verifier.sources.node import FILE_BYTES_MAX, Node
from verifier.sources.source import Directory

CONTENT = b"ledger.example/test\n0\n"
KEY = "ledger.example/charity+ecc0a8f6+Acyjt/9jvY4D3l8IZeBKbiKDIOiu8JiYXDOZa8zBeAvB"
SECONDS = 0.3  # what a test has for an answer
TIME_MAX = 5  # on a busy machine


def answer(body, *headers, status="200 OK"):
    lines = [f"HTTP/1.1 {status}".encode(), *headers, b"Content-Length: %d" % len(body)]
    return b"\r\n".join([*lines, b"", body])


def drip(opening):
    """A byte every now and then, for ever."""

    def say(connection):
        connection.sendall(opening)
        while True:
            connection.sendall(b"1")
            time.sleep(0.05)

    return say


def endless(opening, more):
    def say(connection):
        connection.sendall(opening)
        while True:
            connection.sendall(more)

    return say


def reset(connection):
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\nabc")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def said(data):
    return lambda connection: connection.sendall(data)


READERS = pytest.mark.parametrize("reader", [
    pytest.param(lambda url: Node(url, token="secret", timeout_s=SECONDS), id="replay"),
    pytest.param(lambda url: Web(url, request_s=SECONDS), id="monitor"),
])  # fmt: skip

CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"

SLOW = {
    "the body": drip(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"),
    "a body without length": drip(b"HTTP/1.1 200 OK\r\n\r\n"),
    "a header line": drip(b"HTTP/1.1 200 OK\r\nX: "),
    "the status line": drip(b"HTTP/1.1 "),
    "the size of a chunk": drip(CHUNKED + b"1;"),
    "nothing at all": lambda connection: time.sleep(3 * TIME_MAX),
    "100 Continue, again and again": endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
}

BAD = {
    "a redirect to itself": said(answer(b"", b"Location: /checkpoint", status="302 Found")),
    "a redirect to a file": said(answer(b"", b"Location: file:///etc/hosts", status="302 Found")),
    "a redirect to another host": said(answer(b"", b"Location: http://127.0.0.1:1/", status="307 Moved")),
    "a bomb": said(answer(gzip.compress(bytes(120_000_000), compresslevel=1), b"Content-Encoding: gzip")),
    "another encoding": said(answer(CONTENT, b"Content-Encoding: br")),
    "two encodings": said(answer(CONTENT, b"Content-Encoding: gzip, gzip")),
    "a part of it": said(answer(CONTENT, status="206 Partial Content")),
    "no content": said(b"HTTP/1.1 204 No Content\r\n\r\n"),
    "gzip without its end": said(answer(gzip.compress(CONTENT)[:-9], b"Content-Encoding: gzip")),
    "gzip and more": said(answer(gzip.compress(CONTENT) + b"more", b"Content-Encoding: gzip")),
    "fewer bytes than announced": said(answer(CONTENT).replace(b"Length: ", b"Length: 9")),
    "HTTP/0.9": said(CONTENT),
    "a long header line": said(b"HTTP/1.1 200 OK\r\nX: " + b"a" * 70_000 + b"\r\n\r\n"),
    "too many header lines": said(b"HTTP/1.1 200 OK\r\n" + b"X: a\r\n" * 200 + b"\r\n"),
    "a status of five digits": said(b"HTTP/1.1 20000 OK\r\n\r\n"),
    "a chunk of no size": said(CHUNKED + b"zz\r\nabc"),
    "a chunk that is cut off": said(CHUNKED + b"ff\r\nabc"),
    "a chunk larger than all memory": said(CHUNKED + b"ffffffffffffffff\r\nabc"),
    "a reset": reset,
    "nothing": said(b""),
    "TLS": said(b"\x15\x03\x01\x00\x02\x02\x28"),
    "an error that acts on a terminal": said(answer(b"", status="500 \x1b[2J\x9b\x07gone")),
    "an encoding that acts on a terminal": said(answer(b"", b"Content-Encoding: \x1b[2J\x9b")),
}


@pytest.mark.parametrize("say", SLOW.values(), ids=list(SLOW))
@READERS
def test_F39_an_answer_that_comes_too_slowly_is_given_up(reader, say):
    began = time.monotonic()
    with answering(say) as url, pytest.raises(OSError, match=r"/checkpoint: no whole answer "):
        reader(url).read("checkpoint")
    assert time.monotonic() - began < TIME_MAX


@pytest.mark.parametrize("say", BAD.values(), ids=list(BAD))
@READERS
def test_P9_an_answer_that_is_none_is_an_error_that_names_the_url(reader, say):
    began = time.monotonic()
    with answering(say) as url, pytest.raises(OSError, match=r"^http://127\.0\.0\.1:[0-9]+/checkpoint: ") as caught:
        reader(url).read("checkpoint")
    assert time.monotonic() - began < TIME_MAX
    assert str(caught.value) == plain_text(str(caught.value)), "nothing in it acts on a terminal"


@READERS
def test_P9_an_answer_without_end_is_left_at_its_limit(reader):
    message = rf"(at most ({FILE_BYTES_MAX}|262144) bytes|no whole answer)"
    say = endless(b"HTTP/1.1 200 OK\r\n\r\n", bytes(1 << 20))
    with answering(say) as url, pytest.raises(OSError, match=message):
        reader(url).read("checkpoint")


@READERS
def test_a_good_answer_is_taken_and_its_absence_told(reader):
    with answering(said(answer(CONTENT))) as url:
        assert reader(url).read("checkpoint") == CONTENT
    for status in ("404 Not Found", "401 Unauthorized", "403 Forbidden"):
        with answering(said(answer(b"", status=status))) as url:
            assert reader(url).read("checkpoint") is None


def test_a_connection_that_is_made_when_the_time_is_over_is_ended():
    """Between the end of the time and the first byte there is no moment in which nobody looks."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        deadline = Deadline(0)
        time.sleep(2 * AGAIN_S)
        deadline.hold(ours)
        ours.settimeout(TIME_MAX)
        assert deadline.is_over and ours.recv(1) == b""
        deadline.cancel()


def test_an_answer_that_comes_steadily_is_waited_for():
    """A long file over a thin line: more time than a short one has, in proportion."""

    def say(connection):
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 80000\r\n\r\n")
        for _ in range(8):
            connection.sendall(bytes(10_000))
            time.sleep(SECONDS / 4)

    with answering(say) as url:
        assert Node(url, token=None, timeout_s=SECONDS).read("checkpoint") == bytes(80_000)


@pytest.mark.parametrize("url", [
    "http://", "http://[", "http://[::1", "http://:80/", "http://a:b/", "http://a:99999/", "http://a:0/", "http://a b/",
    "http://u@a/", "http://\xe4.example/", "http://a..b/", f"http://{'a' * 64}.example/", "http://a/\x1b[2J", "http://a/?q",
    "http://a/#f", "ftp://a/", "file:///etc/hosts", "HTTP", "",
])  # fmt: skip
@READERS
def test_P9_a_url_that_is_none(reader, url):
    with pytest.raises(FormatError, match=r"^(source|URL): .*(expected http|got ')"):
        reader(url)


@pytest.mark.parametrize("token", [b"", b" \n", b"a b", b"a\nb: c", b"\xff", b"\x00", "\u4e00".encode(), b"a" * 4097])
def test_P9_a_token_that_is_none(tmp_path, capsys, token):
    (tmp_path / "token").write_bytes(token)
    (tmp_path / "policy").write_text(f"log {KEY}\nquorum none\n")
    arguments = ["replay", "--policy", str(tmp_path / "policy"), "--token", str(tmp_path / "token"), "http://a.invalid"]
    assert main(arguments) == 2
    assert "expected a token, 1 to 4096 letters" in capsys.readouterr().err


# -- a copy on disk --------------------------------------------------------------------------------------------------


def fifo(path):
    os.mkfifo(path)


@pytest.mark.parametrize(("make", "message"), [
    pytest.param(fifo, "expected a plain file", id="a-pipe-that-nobody-writes"),
    pytest.param(lambda path: path.symlink_to("/dev/zero"), "expected a plain file", id="a-device"),
    pytest.param(lambda path: path.mkdir(), "Is a directory", id="a-directory"),
    pytest.param(lambda path: path.symlink_to(path), "symbolic links", id="a-link-to-itself"),
    pytest.param(lambda path: path.write_bytes(b"") or os.truncate(path, FILE_BYTES_MAX + 1), "expected at most",
                 id="a-file-of-holes"),
])  # fmt: skip
def test_P9_what_is_no_file_in_a_copy_is_an_error_at_once(tmp_path, make, message):
    make(tmp_path / "checkpoint")
    began = time.monotonic()
    with pytest.raises(OSError, match=message) as caught:
        Directory(tmp_path).read("checkpoint")
    assert time.monotonic() - began < TIME_MAX and str(tmp_path / "checkpoint") in str(caught.value)


def test_a_link_to_a_file_is_read(tmp_path):
    (tmp_path / "elsewhere").write_bytes(CONTENT)
    (tmp_path / "checkpoint").symlink_to("elsewhere")
    (tmp_path / "gone").symlink_to("nowhere")
    assert Directory(tmp_path).read("checkpoint") == CONTENT
    assert Directory(tmp_path).read("gone") is None
