"""Every format that the verifier reads, and every way in which an input of it is hostile (F38 to F46, P9)."""

import bz2
import gzip
import json
import lzma
import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import Any

from tests.faults import test_hostile_input as known
from tests.fuzz import documents, outside, texts, worlds
from tests.fuzz.oracle import Answer, Check, judge
from tests.fuzz.seeds import seeds
from verifier.entries.lines import parse_batch
from verifier.log.cosignature import parse_cosignature
from verifier.log.keys import parse_vkey
from verifier.log.note import parse_note
from verifier.log.policy import parse_policy
from verifier.log.tiles import parse_bundle, parse_tile
from verifier.receipts.pins import parse_pins

COSIGNER = "county.example/node+d26aae04+BBseR8J5a2Mvt66gq845wr5kNf4oNichfeP4EtVstzAK"


@dataclass(frozen=True, slots=True)
class Format:
    """A format: its check, a good input, and `number`, of which group 1 is a number that counts, where it has one.

    `is_whole` says of a changed input that the format allows it; `is_free` that it begins with text of any kind. With
    `is_judged` the check itself asserts that whatever it accepts is true.
    """

    check: Check
    good: bytes
    number: bytes | None = None
    is_whole: Callable[[bytes], bool] = lambda data: False
    is_free: bool = False
    is_judged: bool = False

    @property
    def is_json(self) -> bool:
        """Whether the input is a value of JSON, or has a line that is one."""
        return any(line[:1] == b"{" for line in self.good.split(b"\n"))

    def with_number(self, text: bytes) -> bytes:
        """The input with another number."""
        assert self.number is not None
        at, end = _span(self)
        return self.good[:at] + text + self.good[end:]


def _span(format_: Format) -> tuple[int, int]:
    assert format_.number is not None
    found = re.search(format_.number, format_.good)
    assert found is not None
    return found.span(1)


def _pins(data: bytes) -> Any:
    return parse_pins(data, policy=parse_policy(data, what="input"), what="input")


@cache
def formats() -> Mapping[str, Format]:
    """All formats, by name."""
    found = {
        name: Format(check, good, rf'"{member}":(-?[0-9]+)'.encode())
        for name, (check, good, member) in known.formats().items()
    }
    note = b"text\n\n\xe2\x80\x94 x.example AQIDBGFiYw==\n"
    policy = max(seeds("policy", "policy.evaluate"), key=lambda data: data.count(b"\ngroup "))
    policy = policy.replace(b"group y any", b"group y 2")
    cosigned = max((data for data in texts.cosigned_seeds() if judge(texts.check_cosigned, data) is Answer.ACCEPTED),
                   key=len)  # fmt: skip
    proof = max((data for data in seeds("proof", "tlog_proof.verify")
                 if judge(texts.check_tlog_proof, data) is Answer.ACCEPTED), key=len)  # fmt: skip
    cosignature = parse_note(cosigned, what="note").lines[1].signature
    key = parse_vkey(COSIGNER.encode(), what="key")
    bundle = b"".join(b"\0\7entry %d" % at for at in range(7))
    batch = b"".join(at.to_bytes(8, "big") + bytes(range(at, at + 32)) for at in range(1, 8))
    cbor = max((data for data in seeds("cbor", "cose/cbor.parse") if judge(texts.check_cbor, data) is Answer.ACCEPTED),
               key=len)  # fmt: skip
    cose = next(data for data in seeds("receipt", "cose/receipt.open")
                if judge(texts.check_cose, data) is Answer.ACCEPTED)
    pinned = b"#mingzhang newest ledger.example/test 5 " + b"A" * 43 + b"=\n"
    found["json"] = Format(texts.check_json, found["json"].good, found["json"].number, is_whole=_is_negative)
    found["leaf"] = Format(documents.check_leaf, found["leaf"].good, found["leaf"].number,
                           is_whole=_is_note_of(found["leaf"].good))
    found |= {
        "vkey": Format(texts.check_vkey, COSIGNER.encode()),
        "note": Format(texts.check_note, note, is_free=True),
        "policy": Format(texts.check_policy, policy, rb"group y ([0-9]+)", is_whole=_is_like(policy), is_free=True),
        "pins": Format(_pins, policy + pinned, rb"newest [^ ]+ ([0-9]+)", is_whole=_is_like(policy + pinned),
                       is_free=True),
        "checkpoint": Format(texts.check_cosigned, cosigned, rb"\n([0-9]+)\n", is_whole=_is_note_of(cosigned)),
        "cosignature": Format(lambda data: parse_cosignature(data, key=key, what="input"), cosignature),
        "tlog-proof": Format(texts.check_tlog_proof, proof, rb"\nindex ([0-9]+)\n", is_whole=_is_note_of(proof)),
        "tile path": Format(texts.check_tile_path, b"tile/0/x001/234.p/5", rb"p/([0-9]+)",
                            is_whole=lambda data: data == b"tile/0/x001/234"),
        "tile": Format(lambda data: parse_tile(data, width=3, what="input"), bytes(range(96))),
        "bundle": Format(lambda data: parse_bundle(data, width=7, what="input"), bundle),
        "batch": Format(lambda data: parse_batch(data, what="input"), batch,
                        is_whole=lambda data: bool(data) and not len(data) % 40),
        "CBOR": Format(texts.check_cbor, cbor),
        "COSE": Format(texts.check_cose, cose),
        "archive": Format(texts.check_archive, worlds.archive(), rb"([0-9]{11})\x00[0-9]{11}\x00[0-9]{6}\x00"),
        "receipt file": Format(documents.check_receipt_file, worlds.sample().receipts["gift"], rb'"entry":([0-9]+)'),
        "memory": Format(outside.check_memory, outside.memory_seeds()[1], rb'"size":([0-9]+)'),
        "state": Format(_state, outside.kept_state(), is_judged=True),
        "sample": Format(outside.check_sample, b"00" * 16 + b"\n4\n1000", rb"\n([0-9]+)\n",
                         is_whole=lambda data: re.fullmatch(rb"0{32}\n4\n10{1,3}", data) is not None),
        "answer": Format(lambda data: outside.check_http(b"\1" + data), outside.http_seeds()[0][1:],
                         rb"Length: ([0-9]+)", is_judged=True),
    }  # fmt: skip
    return MappingProxyType(found)


def _state(data: bytes) -> Any:
    with TemporaryDirectory() as place:
        return outside.judge_state(data, place)


def _is_like(good: bytes) -> Callable[[bytes], bool]:
    """Whether it is a policy as far as its quorum, or further: blanks between items, and empty lines, are free."""
    lines = _lines(good)
    return lambda data: data.endswith(b"\n") and b"\nquorum " in data and _lines(data) == lines[: len(_lines(data))]


def _lines(data: bytes) -> list[bytes]:
    lines = (re.sub(rb"[ \t]+", b" ", line).strip(b" ") for line in data.split(b"\n"))
    return [line for line in lines if line]


def _is_note_of(good: bytes) -> Callable[[bytes], bool]:
    """Whether it is the note, some of its last signature lines left out: how many there must be is said elsewhere."""
    text = good.index(b"\n\n\xe2\x80\x94 ")
    return lambda data: good.startswith(data) and data.endswith(b"\n") and len(data) > text + 2


def _is_negative(data: bytes) -> bool:
    return data.startswith(b'{"amount":-5,')


# -- threats ---------------------------------------------------------------------------------------------------------

NUMBERS = (
    b"", b"+5", b"-5", b"-0", b"05", b"00", b"5.0", b"5e0", b"1e3", b"0x5", b"0b1", b"5_0", b" 5", b"5 ", b"5\t",
    b"--5", b"NaN", b"\xef\xbc\x95", b"\xd9\xa5", b"\xc2\xb2", b"\xe4\xba\x94", b"5\xcc\x81", b"\xe2\x80\x8b5",
    b"9223372036854775808", b"18446744073709551616", b"-9223372036854775808", b"9" * 4000, b"1" + b"0" * 5000,
)  # fmt: skip
NASTY = (
    b"\xef\xbb\xbf", "\u200d".encode(), "\u202e".encode(), "\u2066".encode(), "\u00a0".encode(), "\u2028".encode(),
    "\u0301".encode(), "\U000e0041".encode(), b"\x00", b"\xc0\x80", b"\xc1\xa1", b"\xe0\x80\xaf", b"\xed\xa0\x80",
    b"\xed\xbf\xbf", b"\xf4\x90\x80\x80", b"\xf8\x88\x80\x80\x80", b"\xff", b"\x80", b"\x7f", b"\x1b[2J",
)  # fmt: skip
SHAPES = (b"[]", b"{}", b"null", b"true", b"5", b'""', b"[{}]", b"[[[]]]", b'{"a":1}', b"\x00", b"\xff" * 41, b"a",
          b"\n")  # fmt: skip


def doubled(format_: Format) -> Iterator[bytes]:
    """A member of an object a second time, its name spelled plainly and escaped."""
    for found in list(re.finditer(rb'([{,])"([a-z])([a-z_]*)":', format_.good))[:12]:
        for first in (found[2], b"\\u%04x" % ord(found[2]), b"\\u%04X" % ord(found[2])):
            for value in (b"0", b"null", b"{}"):
                at = found.end(1)
                yield format_.good[:at] + b'"' + first + found[3] + b'":' + value + b"," + format_.good[at:]


def odd_numbers(format_: Format) -> Iterator[bytes]:
    """A number in every spelling but its own, and beyond every range."""
    return map(format_.with_number, NUMBERS)


def deep(format_: Format) -> Iterator[bytes]:
    """A value nested in itself, closed and left open."""
    for depth in (33, 500, 100_000):
        for opening, end in ((b"[", b"]"), (b'{"a":', b"}")):
            for inner in (b"", b"1"):
                yield format_.with_number(opening * depth + inner + end * depth)
                yield format_.with_number(opening * depth + inner)


def large(format_: Format) -> Iterator[bytes]:
    """Nothing at all, and far more than there may be."""
    good = format_.good
    yield b""
    for more in (good * (2_000_000 // len(good)), *(one * 2_000_001 for one in (b"\x00", b" ", b"\n", b"A"))):
        yield good + more
        yield more + good


def cut_off(format_: Format) -> Iterator[bytes]:
    """Every beginning of it; of a large one every byte of the first and last, and some between."""
    size, step = len(format_.good), max(1, len(format_.good) // 150)
    ends = sorted({*range(min(size, 150)), *range(0, size, step), *range(max(0, size - 150), size)})
    return (format_.good[:end] for end in ends)


def packed(format_: Format) -> Iterator[bytes]:
    """The input, and a bomb, under every packing of the standard library."""
    for data in (format_.good, bytes(3_000_000)):
        yield gzip.compress(data)
        yield zlib.compress(data)
        yield bz2.compress(data)
        yield lzma.compress(data)


def tricks(format_: Format) -> Iterator[bytes]:
    """What no text has in it, or what looks like nothing: before all, behind all, and at a number."""
    good = format_.good
    places = [] if format_.is_free else [0, len(good)]
    if format_.number is not None:
        places += [*_span(format_)]
    for nasty in NASTY:
        yield from (good[:at] + nasty + good[at:] for at in places)
    for encoding in ("utf-16", "utf-16-le", "utf-32", "utf-7"):
        changed = good.decode("latin-1").encode(encoding)
        if changed != good:
            yield changed


def shapes(format_: Format) -> Iterator[bytes]:
    """Another value than it must be, the whole of it backwards, doubled, and its lines in another order."""
    good = format_.good
    yield from SHAPES
    yield good[::-1]
    yield good + good
    lines = good.split(b"\n")
    if len(lines) > 2:
        yield b"\n".join(lines[::-1])
        yield b"\n".join(lines[1:])
    if format_.is_json:
        at = next(number for number, line in enumerate(lines) if line[:1] == b"{")
        value = json.loads(lines[at])
        for name in value:
            for other in ({}, [], [[]], None, -1, "\x00"):
                if value[name] != other:
                    line = json.dumps({**value, name: other}, separators=(",", ":"), sort_keys=True)
                    yield b"\n".join([*lines[:at], line.encode(), *lines[at + 1 :]])


def endings(format_: Format) -> Iterator[bytes]:
    """Lines that end as on other machines, or not, or twice."""
    good = format_.good
    for ending in (b"\r\n", b"\r", b"\x0b", b"\x0c", "\u2028".encode(), "\u0085".encode(), b""):
        if b"\n" in good:
            yield good.replace(b"\n", ending)
        yield good + (ending or b"\n\n")
        yield ending + good if ending else b"\n" + good


THREATS: Mapping[str, Callable[[Format], Iterator[bytes]]] = MappingProxyType(
    {
        "a member twice": doubled, "numbers": odd_numbers, "depth": deep, "size": large, "cut off": cut_off,
        "packed": packed, "tricks of Unicode": tricks, "another shape": shapes, "line endings": endings,
    }
)  # fmt: skip
