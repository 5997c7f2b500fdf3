"""Small lies told to a document: a value replaced, dropped, doubled, swapped, or moved by one.

What to do is drawn from bytes, so that a fuzzer that changes bytes changes what is done, or from a generator. The
strings of a document that have several lines, as a leaf in a receipt, are opened: their lines of JSON are edited too.
"""

import json
import random
from collections.abc import Iterator
from typing import Any, Protocol

INTEGER_MAX = 2**53 - 1

# What parsers, rules and readers of texts have stumbled over somewhere.
NASTY: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 2, 255, 256, 10_000, 2**31, 2**32, INTEGER_MAX - 1, INTEGER_MAX, -INTEGER_MAX,
    "", "0", "-0", "1e2", "a", "A", "any", "0" * 32, "0" * 64, "f" * 64, "A" * 43 + "=", "9" * 400, "x" * 600,
    "0001-01-01", "2019-02-29", "2020-02-29", "9999-12-31", "02-29", "12-31", "+14:00", "-12:00", "CNY", "USD",
    "dlz", "kb", "fund/dlz", "claims/dlz/{county}", "world/dlz/donors", "transit/0", "notices/0", "own/x",
    "role:insurer", "calendar_day", "working_day", "\x00", "\x1b[2J", "\x7f", "\u0085", "\u202e", "\u2028",
    "\ufeff", "e\u0301", "\U0010ffff", [], {}, [[]], [None], [[], {}], {"by": "age_at", "readings": []},
    {"kind": "x"}, {"fact": "x"},
)  # fmt: skip


class Draw(Protocol):
    """Where choices come from."""

    def below(self, count: int) -> int:
        """A choice from 0 to `count` - 1."""


class BytesDraw:
    """Choices read from bytes; when they are used up, each is 0."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    @property
    def is_empty(self) -> bool:
        """Whether the bytes are used up."""
        return self._at >= len(self._data)

    def below(self, count: int) -> int:
        """The next choice: one byte for up to 256, else two."""
        size = 1 if count <= 256 else 2
        taken = self._data[self._at : self._at + size]
        self._at += size
        return int.from_bytes(taken, "big") % max(count, 1)

    def rest(self) -> bytes:
        """What was not read yet."""
        return self._data[self._at :]


class RandomDraw:
    """Choices of a generator with a seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def below(self, count: int) -> int:
        """The next choice."""
        return self._random.randrange(max(count, 1))


class Lines(list[Any]):
    """A string of several lines, each a string or, where it is JSON, the value."""


def canonical(value: Any) -> bytes:
    """Canonical JSON of a value; half a surrogate pair stays what it is."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode("utf-8", errors="surrogatepass")


def unfold(value: Any) -> Any:
    """A copy in which strings of several lines are opened."""
    if isinstance(value, dict):
        return {name: unfold(item) for name, item in value.items()}
    if isinstance(value, list):
        return [unfold(item) for item in value]
    if isinstance(value, str) and "\n" in value:
        return Lines(_line(line) for line in value.split("\n"))
    return value


def fold(value: Any) -> Any:
    """A copy in which they are strings again."""
    if isinstance(value, dict):
        return {name: fold(item) for name, item in value.items()}
    if isinstance(value, Lines):
        return "\n".join(line if isinstance(line, str) else canonical(fold(line)).decode() for line in value)
    if isinstance(value, list):
        return [fold(item) for item in value]
    return value


def edit(document: Any, draw: Draw) -> Any:
    """The document with one thing changed in place; the whole of it may be another value."""
    holder = [document]
    places = list(_places(holder))
    container, key = places[draw.below(len(places))]
    match draw.below(8):
        case 0:
            container[key] = _copy(NASTY[draw.below(len(NASTY))])
        case 1:
            container[key] = _copy(_at(places[draw.below(len(places))]))
        case 2 | 3 | 4:
            container[key] = _nudge(container[key], draw)
        case 5:
            del container[key]
        case 6:
            _insert(container[key], draw, names=[name for _, name in places if isinstance(name, str)])
        case _:
            other, name = places[draw.below(len(places))]
            if not _holds(container[key], other) and not _holds(other[name], container):
                container[key], other[name] = other[name], container[key]
    return holder[0] if holder else None


def _line(line: str) -> Any:
    if line[:1] not in ("{", "["):
        return line
    try:
        return unfold(json.loads(line))
    except ValueError:
        return line


def _places(container: Any) -> Iterator[tuple[Any, Any]]:
    """Every place in a document: what holds it, and its index or name."""
    for key, value in list(enumerate(container) if isinstance(container, list) else container.items()):
        yield container, key
        if isinstance(value, dict | list):
            yield from _places(value)


def _at(place: tuple[Any, Any]) -> Any:
    return place[0][place[1]]


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _copy(item) for name, item in value.items()}
    return type(value)(_copy(item) for item in value) if isinstance(value, list) else value


def _holds(value: Any, container: Any) -> bool:
    """Whether a container is this value or lies in it."""
    if value is container:
        return True
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(_holds(item, container) for item in items)


def _nudge(value: Any, draw: Draw) -> Any:
    """A value of the same type, a little off."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return (value + 1, value - 1, -value, value * 2, value // 2, INTEGER_MAX - value, INTEGER_MAX + value, 0)[
            draw.below(8)
        ]
    if isinstance(value, str):
        return _nudge_text(value, draw)
    if isinstance(value, list) and value:
        at = draw.below(len(value))
        return type(value)(
            (value[:at] + value[at + 1 :], value[: at + 1] + _copy(value[at:]), value[::-1], value[:at] * 2)[
                draw.below(4)
            ]
        )
    if isinstance(value, dict) and value:
        name = sorted(value)[draw.below(len(value))]
        return {f"{other}a" if other == name else other: item for other, item in value.items()}
    return value


def _nudge_text(text: str, draw: Draw) -> str:
    at = draw.below(len(text) + 1)
    one = "0129azAZ+/=-_{}|:. \n\u00e9\u4e00"[draw.below(22)]
    return (
        text[:at] + one + text[at + 1 :],
        text[:at] + one + text[at:],
        text[:at] + text[at + 1 :],
        text[:at],
        text + text,
        text.swapcase(),
    )[draw.below(6)]


def _insert(value: Any, draw: Draw, *, names: list[str]) -> None:
    """Put one more thing into a container."""
    extra = _copy(NASTY[draw.below(len(NASTY))])
    if isinstance(value, list):
        value.insert(draw.below(len(value) + 1), extra)
    elif isinstance(value, dict) and names:
        value[names[draw.below(len(names))]] = extra
