"""Keep the few inputs of a run that reach all that was reached: `python -m tests.fuzz.keep WORK [TARGET …]`.

WORK is what `python -m tests.fuzz --work WORK` left behind. For each target the inputs there and those kept before are
tried once more, line by line of the verifier, and the fewest and smallest that go every way between two lines are put
into tests/fuzz/corpus.
"""

import sys
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from types import FrameType
from typing import Any

from tests.fuzz.oracle import FoundError, judge
from tests.fuzz.targets import TARGETS, Target

CORPUS = Path(__file__).with_name("corpus")
FILES_MAX = 40
BYTES_MAX = 4095

Ways = frozenset[tuple[str, int, int]]


def fewest(target: Target, inputs: Iterable[bytes]) -> list[bytes]:
    """Of some inputs those, at most 40, that together go nearly every way that all of them go."""
    waiting = {data: ways(target, data) for data in sorted(inputs, key=lambda data: (len(data), data))}
    kept: list[bytes] = []
    seen: set[tuple[str, int, int]] = set()
    while waiting and len(kept) < FILES_MAX:
        best = max(waiting, key=lambda data: len(waiting[data] - seen))  # of equals the smallest
        if not waiting[best] - seen:
            break
        seen |= waiting.pop(best)
        kept.append(best)
    return kept


def ways(target: Target, data: bytes) -> Ways:
    """From which line of the verifier to which this input goes."""
    found: set[tuple[str, int, int]] = set()

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        path = frame.f_code.co_filename
        if "/verifier/" not in path:
            return None
        before = 0

        def lines(frame: FrameType, event: str, argument: Any) -> Any:
            nonlocal before
            found.add((path, before, frame.f_lineno))
            before = frame.f_lineno
            return lines

        return lines

    sys.settrace(trace)
    try:
        judge(target.check, data)
    except FoundError:
        pass  # slow, because it was looked at line by line
    finally:
        sys.settrace(None)
    return frozenset(found)


def main() -> None:
    """Read the command line, and keep."""
    work, *names = sys.argv[1:]
    for name in names or TARGETS:
        folder = CORPUS / name
        folder.mkdir(parents=True, exist_ok=True)
        files = [path for place in (folder, Path(work) / name / "inputs") for path in place.glob("*")]
        known = set(TARGETS[name].seeds())
        inputs = {data for data in (path.read_bytes() for path in files) if 0 < len(data) <= BYTES_MAX} - known
        kept = fewest(TARGETS[name], inputs)
        for old in folder.iterdir():
            old.unlink()
        for data in kept:
            (folder / f"{sha256(data).hexdigest()[:16]}.bin").write_bytes(data)
        print(f"{name:<18} {len(inputs):>5} inputs, {len(kept)} kept", flush=True)


if __name__ == "__main__":
    main()
