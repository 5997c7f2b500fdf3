"""Where fuzzing begins: the inputs of the test vectors, good and bad."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

VECTORS = Path(__file__).parents[1] / "vectors"
SEED_BYTES_MAX = 8192  # larger ones are about limits, which have tests of their own, and only slow a fuzzer down


@cache
def cases() -> tuple[dict[str, Any], ...]:
    """All vectors, in order of path."""
    return tuple(json.loads(path.read_bytes()) for path in sorted(VECTORS.rglob("*.json")))


def inputs(*ops: str, good: bool = False) -> Iterator[dict[str, Any]]:
    """The inputs of some operations, or only those that are well formed."""
    for case in cases():
        if case["op"] in ops and not (good and "error" in case):
            yield case["in"]


def seeds(member: str, *ops: str) -> tuple[bytes, ...]:
    """A member of the inputs of some operations as bytes, each once."""
    found = (raw(given, member) for given in inputs(*ops) if member in given or f"{member}_hex" in given)
    return tuple(dict.fromkeys(data for data in found if len(data) <= SEED_BYTES_MAX))


def raw(given: dict[str, Any], member: str) -> bytes:
    """A member, which is written as text or as hex."""
    return bytes.fromhex(given[f"{member}_hex"]) if f"{member}_hex" in given else str(given[member]).encode()
