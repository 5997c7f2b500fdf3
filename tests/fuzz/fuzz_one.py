"""One target under atheris, guided by the coverage of the verifier: `python -m tests.fuzz.fuzz_one NAME COUNTS …`.

COUNTS is a file of four integers, kept up to date while it runs: inputs tried, accepted, refused, cannot tell. What
follows are libFuzzer's own arguments. A defect ends it with a status other than 0, and the input is in a file.
"""

import mmap
import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["verifier"]):
    from tests.fuzz.oracle import COUNTS, Answer, judge
    from tests.fuzz.targets import TARGETS, Target, mutate_lines


def run(target: Target, counts: mmap.mmap, arguments: list[str]) -> None:
    """Fuzz a target until libFuzzer's arguments say that it is enough."""
    numbers = dict.fromkeys(Answer, 0)

    def try_one(data: bytes) -> None:
        numbers[judge(target.check, data)] += 1
        COUNTS.pack_into(counts, 0, sum(numbers.values()), *numbers.values())

    def mutate(data: bytes, most: int, seed: int) -> bytes:
        changed = mutate_lines(data, seed) if seed & 1 else None
        return atheris.Mutate(data, most) if changed is None or len(changed) > most else changed

    custom = {"custom_mutator": mutate} if target.lines else {}
    atheris.Setup([sys.argv[0], *arguments], try_one, **custom)
    atheris.Fuzz()


def main() -> None:
    """Read the command line, and run."""
    name, path, *arguments = sys.argv[1:]
    with Path(path).open("r+b") as file:
        run(TARGETS[name], mmap.mmap(file.fileno(), COUNTS.size), arguments)


if __name__ == "__main__":
    main()
