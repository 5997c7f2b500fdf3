"""The stamp: the sequencer's line in a leaf (docs/formats/entry.md). One line of canonical JSON.

    {"balance":71,"charter":0,"index":88,"moves":[{"amount":…,"from":…,"from_pos":…,"to":…,"to_pos":0}],"rules":1,…}

All of it but `time_unix_ms` follows from the leaves before it, the entry, and what the entry names.
"""

from collections.abc import Mapping
from itertools import zip_longest
from typing import Any

from verifier.entries.members import check_figure
from verifier.errors import FormatError, ProofError
from verifier.primitives.expect import expect_array, expect_integer
from verifier.primitives.parse import INTEGER_MAX, encode_json, parse_json

_NOTHING = object()  # what stands where a member is missing


class Mismatch(ProofError):
    """A stamp says something else than follows from the log before it; `place` is where in its `member`."""

    def __init__(self, *, index: int, member: str, expected: str, got: str, place: str = "") -> None:
        super().__init__(f"leaf {index}: stamp: {member}{place}: expected {expected}, got {got}")
        self.member = member
        self.expected = expected
        self.got = got


def parse_stamp(line: bytes, *, what: str) -> dict[str, Any]:
    """Parse a stamp as far as its time must be known before the rest can be computed.

    Raises:
        FormatError: not an object in canonical JSON with a `time_unix_ms` of 0 or more; flags of another form.
    """
    value = parse_json(line, what=what)
    if not isinstance(value, dict):
        raise FormatError(f"{what}: expected an object")
    time = value.get("time_unix_ms")
    if not isinstance(time, int) or isinstance(time, bool) or time < 0:
        raise FormatError(f"{what}: expected time_unix_ms, an integer of 0 or more, got {time!r}")
    if "flags" in value:
        parse_flags(value["flags"], what=f"{what}: flags")
    return value


def parse_flags(value: object, *, what: str) -> tuple[tuple[str, int | None], ...]:
    """Parse what a stamp says of a notice: figures, and by how much what is said differs, None where nobody may tell.

    Raises:
        FormatError: none, or one that is not of this form.
    """
    flags = []
    for item in expect_array(value, what=what):
        name, difference = expect_array(item, length=2, what=what)
        if difference is not None:
            expect_integer(difference, least=-INTEGER_MAX, what=what)
        flags.append((check_figure(name, what=what), difference))
    if not flags:
        raise FormatError(f"{what}: expected at least one, or no such member")
    return tuple(flags)


def format_stamp(value: dict[str, Any], *, what: str) -> bytes:
    """Format a stamp as its line, without LF."""
    return encode_json(value, what=what)


def check_stamp(got: dict[str, Any], *, expected: dict[str, Any]) -> None:
    """Compare a stamp with what follows from the log, member by member.

    Raises:
        Mismatch: the first member, by name, that differs, is missing or is too many.
    """
    if encode_json(got, what="stamp") != encode_json(expected, what="stamp"):
        raise mismatches(got, expected=expected)[0]


def mismatches(got: Mapping[str, Any], *, expected: Mapping[str, Any]) -> list[Mismatch]:
    """Each member of a stamp that is not what follows from the log, by name, with the first place where it differs."""
    found = []
    for member in sorted(got.keys() | expected.keys()):
        difference = _difference(expected.get(member, _NOTHING), got.get(member, _NOTHING))
        if difference is not None:
            place, wanted, said = difference
            found.append(Mismatch(index=expected["index"], member=member, expected=wanted, got=said, place=place))
    return found


def check_place(got: dict[str, Any], *, index: int) -> None:
    """Whatever else a stamp says, it says it of its own leaf.

    Raises:
        Mismatch: its index is another.
    """
    said = _shown(got.get("index", _NOTHING))
    if said != str(index):
        raise Mismatch(index=index, member="index", expected=str(index), got=said)


def _difference(expected: Any, got: Any) -> tuple[str, str, str] | None:
    """The innermost place where two values first differ, and what stands there; None where they are the same."""
    if isinstance(expected, dict) and isinstance(got, dict):
        steps = [(f".{name}", expected.get(name, _NOTHING), got.get(name, _NOTHING))
                 for name in sorted(expected.keys() | got.keys())]  # fmt: skip
    elif isinstance(expected, list | tuple) and isinstance(got, list | tuple):
        pairs = zip_longest(expected, got, fillvalue=_NOTHING)
        steps = [(f"[{at}]", one, other) for at, (one, other) in enumerate(pairs)]
    else:
        shown = _shown(expected), _shown(got)
        return None if shown[0] == shown[1] else ("", *shown)
    for step, one, other in steps:
        found = _difference(one, other)
        if found is not None:
            place, wanted, said = found
            return step + place, wanted, said
    return None


def _shown(value: Any) -> str:
    """A value as its JSON: compared so, True is not 1."""
    return "nothing" if value is _NOTHING else encode_json(value, what="stamp").decode("utf-8")
