"""What a value of parsed JSON must be: each function gives the value with its type, or says what came instead."""

from collections.abc import Collection
from typing import Any

from verifier.errors import FormatError
from verifier.primitives.parse import INTEGER_MAX, parse_base64, shown


def expect_object(
    value: Any, members: Collection[str], *, optional: Collection[str] = (), what: str
) -> dict[str, Any]:
    """An object with exactly these members, and any of the optional ones."""
    found = expect_any_object(value, what=what)
    missing, unknown = set(members) - found.keys(), found.keys() - set(members) - set(optional)
    if missing or unknown:
        raise FormatError(
            f"{what}: missing members [{', '.join(sorted(missing))}], unknown members [{', '.join(sorted(unknown))}]"
        )
    return found


def expect_any_object(value: Any, *, what: str) -> dict[str, Any]:
    """An object, whatever its members."""
    if not isinstance(value, dict):
        raise FormatError(f"{what}: expected an object, got {shown(str(value))}")
    return value


def expect_array(value: Any, *, length: int | None = None, most: int | None = None, what: str) -> list[Any]:
    """An array, of exactly `length` or at most `most` items when given."""
    if not isinstance(value, list):
        raise FormatError(f"{what}: expected an array, got {shown(str(value))}")
    if length is not None and len(value) != length:
        raise FormatError(f"{what}: expected {length} items, got {len(value)}")
    if most is not None and len(value) > most:
        raise FormatError(f"{what}: expected at most {most} items, got {len(value)}")
    return value


def expect_string(value: Any, *, what: str) -> str:
    """A string."""
    if not isinstance(value, str):
        raise FormatError(f"{what}: expected a string, got {shown(str(value))}")
    return value


def expect_integer(value: Any, *, least: int = 0, most: int = INTEGER_MAX, what: str) -> int:
    """An integer from `least` to `most`."""
    # True is an int to Python, not to JSON.
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise FormatError(f"{what}: expected an integer from {least} to {most}, got {shown(str(value))}")
    return value


def expect_base64(value: Any, *, length: int = 32, what: str) -> bytes:
    """Canonical base64 of `length` bytes."""
    return parse_base64(expect_string(value, what=what).encode("utf-8"), what=what, length=length)
