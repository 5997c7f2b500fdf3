"""Source: JSON that a person wrote, with the line and column of every value in it.

Unlike an entry, a file may be indented and its members in any order. What an entry could not hold is a problem here
too, each at its place: a member twice, a fraction, an integer beyond 2^53-1, a text with unseen characters. Example:

    {"k": 10, "splits": []}        ("k",) is at line 1, column 7; its name at line 1, column 2

Source: RFC 8259; docs/formats/canonical-json.md for what may be in it.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

import msgspec

from ledger.errors import FormatError
from ledger.strict import INTEGER_MAX, JSON_BYTES_MAX, JSON_DEPTH_MAX, JsonValue, check_text, shown
from node.authoring.said import Said
from node.errors import NodeError

Place: TypeAlias = tuple[str | int, ...]

_SPACE = re.compile(r"[ \t\r\n]*")
_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*"', re.ASCII)
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?P<fraction>\.[0-9]+)?(?P<exponent>[eE][+-]?[0-9]+)?", re.ASCII)
_WORDS: tuple[tuple[str, JsonValue], ...] = (("true", True), ("false", False), ("null", None))
_DIGITS_MAX = 16  # of 2^53-1; a number with more is not turned into an integer at all
_BYTE_ORDER_MARK = "\ufeff"  # some editors write one before UTF-8
_INTEGER = "expected an integer, got {got}: amounts are in minor units, ratios in basis points"

# What stands where something else should, and the next step.
_SLIPS: tuple[tuple[str, str], ...] = (
    ("“”‘’'", 'Write straight double quotes: ".'),
    ("，：；、", "Write , and : as ASCII has them."),
    ("/#", "JSON has no comments: take the line away."),
    ("]}", "Is the comma before it one too many?"),
    ('"', "Is a comma missing before it?"),
)
_END = "the end of the file"
_ENDS_EARLY = "Is a } or ] missing, or the file not saved?"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """What is wrong at a place of a file; line and column count from 1."""

    line: int
    column: int
    where: str
    message: str
    place: Place = field(default=(), compare=False)
    said: Said = field(default=Said(""), compare=False)

    def shown_in(self, name: str) -> str:
        """The line that an author reads, and an editor jumps by."""
        return f"{name}:{self.line}:{self.column}: {self.where}: {self.message}"


class UnreadableError(NodeError, FormatError):
    """A file that cannot be read as JSON at all; `said` is why, apart from where."""

    def __init__(self, where: str, said: Said, *, next_step: str = "") -> None:
        super().__init__(f"{where}: {said}", next_step=next_step)
        self.where = where
        self.said = said


@dataclass(slots=True)
class Source:
    """A file's value, where each value and member name begins, and what cannot be in an entry."""

    text: str
    value: JsonValue = None
    values_at: dict[Place, int] = field(default_factory=dict)
    names_at: dict[Place, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of a character of the text."""
        line = self.text.count("\n", 0, offset) + 1
        return line, offset - (self.text.rfind("\n", 0, offset) + 1) + 1

    def problem(self, place: Place, sentence: str, *, at_name: bool = False, **names: str) -> Problem:
        """A problem at a place, told by a sentence and the names in it; where it is not in the file, what would hold
        it shows it."""
        offsets = self.names_at if at_name else self.values_at
        found = place
        while found and found not in offsets:
            found = found[:-1]
        line, column = self.position(offsets.get(found, self.values_at.get((), 0)))
        said = Said(sentence, names)
        return Problem(line, column, dotted(place), str(said), place, said)


def dotted(place: Place) -> str:
    """A place as messages name it."""
    return ".".join(map(str, place)) or "the file"


def read_source(path: Path) -> Source:
    """Read a file.

    A byte order mark before it is no part of it.

    Raises:
        UnreadableError: it cannot be read, is too long, is not UTF-8 or no JSON.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableError(str(path), Said("{got}", {"got": str(error.strerror)}),
                              next_step="Name a file that is there and may be read.") from None
    if len(data) > JSON_BYTES_MAX:
        raise UnreadableError(str(path), Said("expected at most {limit} bytes, got {got}",
                                              {"limit": f"{JSON_BYTES_MAX}", "got": f"{len(data)}"}),
                              next_step="Is it the right file? Terms and examples are short texts.")
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UnreadableError(f"{path}:{line}", Said("not UTF-8"), next_step="Save the file as UTF-8.") from None
    return parse_source(text.removeprefix(_BYTE_ORDER_MARK), what=str(path))


def parse_source(text: str, *, what: str) -> Source:
    """Parse JSON text.

    Raises:
        UnreadableError: it is not JSON; `where` names line and column.
    """
    return _Reader(text, what=what).read()


class _Reader:
    """One reading of a text, from left to right; `_at` is the next character."""

    def __init__(self, text: str, *, what: str) -> None:
        self._text = text
        self._what = what
        self._at = 0
        self._source = Source(text)

    def read(self) -> Source:
        self._source.value = self._value(())
        self._skip()
        if self._at < len(self._text):
            raise self._unexpected(_END)
        return self._source

    def _value(self, place: Place) -> JsonValue:
        self._skip()
        self._source.values_at[place] = self._at
        if len(place) > JSON_DEPTH_MAX:
            raise self._unexpected(f"at most {JSON_DEPTH_MAX} arrays and objects inside each other")
        if self._next("{"):
            return self._object(place)
        if self._next("["):
            return self._array(place)
        if self._text.startswith('"', self._at):
            return self._string(place)
        for word, value in _WORDS:
            if self._next(word):
                return value
        return self._number(place)

    def _object(self, place: Place) -> JsonValue:
        members: dict[str, JsonValue] = {}
        self._skip()
        if self._next("}"):
            return members
        while True:
            self._skip()
            begin = self._at
            if not self._text.startswith('"', begin):
                raise self._unexpected("a member name in quotes")
            name = self._string(place)
            inner = (*place, name)
            if name in members:
                self._wrong(inner, begin, "expected each member once, got {got} a second time", got=name)
            self._source.names_at[inner] = begin
            self._skip()
            self._expect(":")
            members[name] = self._value(inner)
            self._skip()
            if self._next("}"):
                return members
            self._expect(",", "}")

    def _array(self, place: Place) -> JsonValue:
        items: list[JsonValue] = []
        self._skip()
        if self._next("]"):
            return items
        while True:
            items.append(self._value((*place, len(items))))
            self._skip()
            if self._next("]"):
                return items
            self._expect(",", "]")

    def _string(self, place: Place) -> str:
        begin = self._at
        found = _STRING.match(self._text, begin)
        if not found:
            raise self._unexpected("a text that ends on its line, with the escapes of JSON")
        self._at = found.end()
        try:
            text: str = msgspec.json.decode(found.group(), type=str)
            check_text(text, what="text")
        except (FormatError, msgspec.DecodeError, UnicodeError) as error:
            self._wrong(place, begin, "{got}", got=str(error).removeprefix("text: "))
            return ""
        return text

    def _number(self, place: Place) -> JsonValue:
        begin = self._at
        found = _NUMBER.match(self._text, begin)
        if not found:
            raise self._unexpected("a value")
        self._at = found.end()
        digits = found.group()
        if found["fraction"] or found["exponent"]:
            self._wrong(place, begin, _INTEGER, got=shown(digits))
            return 0
        if len(digits.lstrip("-")) > _DIGITS_MAX or abs(int(digits)) > INTEGER_MAX:
            self._wrong(place, begin, "expected an integer within +-(2^53-1), got {got}", got=shown(digits))
            return 0
        return int(digits)

    def _skip(self) -> None:
        space = _SPACE.match(self._text, self._at)
        assert space is not None
        self._at = space.end()

    def _next(self, token: str) -> bool:
        found = self._text.startswith(token, self._at)
        self._at += len(token) if found else 0
        return found

    def _expect(self, token: str, *others: str) -> None:
        if not self._next(token):
            raise self._unexpected(" or ".join((token, *others)))

    def _wrong(self, place: Place, offset: int, sentence: str, **names: str) -> None:
        line, column = self._source.position(offset)
        said = Said(sentence, names)
        self._source.problems.append(Problem(line, column, dotted(place), str(said), place, said))

    def _unexpected(self, wanted: str) -> UnreadableError:
        line, column = self._source.position(self._at)
        found = self._text[self._at : self._at + 12]
        next_step = next((step for slips, step in _SLIPS if found[:1] in slips), "") if found else _ENDS_EARLY
        said = Said("expected {wanted}, got {got}", {"wanted": wanted, "got": shown(found) if found else _END})
        return UnreadableError(f"{self._what}:{line}:{column}", said, next_step=next_step)
