"""What was measured, in a file, and docs/EVIDENCE.md written from it."""

import json
import os
import platform
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tests.fuzz.oracle import CPU_SECONDS_MAX, GROWTH_KB_MAX
from tests.fuzz.targets import TARGETS

ROOT = Path(__file__).parents[2]
FILE = Path(__file__).with_name("measured.json")
PAGE = ROOT / "docs" / "EVIDENCE.md"

_HEAD = """# Evidence: hostile input

Written by `make evidence`; nothing here is written by hand. Any bytes at all, given to anything that the verifier
reads, get an answer, in bounded time and memory; what is accepted has one spelling; and no change of a proven thing
says something else.

## Parsers, fuzzed

Each target runs under atheris (libFuzzer), guided by the coverage of the verifier's own code. It begins with the inputs
of `tests/vectors/` and `tests/fuzz/corpus/`; documents are also changed as values and written canonically again. For
each input:

* one of the verifier's own errors or an answer, never another exception;
* at most {cpu} s of a core and {memory} MB of new memory;
* messages that can be printed: no control character of the input gets to a terminal;
* what is accepted is written again byte for byte, and accepted twice with one outcome.

Targets of proofs and receipts begin with one that holds; what is accepted after any lie must be what was true. In
`receipt-collusion` and `replay` every signature and root fits whatever is said, as if all parties were in league: an
answer must come all the same, and the sum of all accounts stays 0.

`seconds` passed, `of a core` the target ran: the machine had other work, too. `edges` and `features` are libFuzzer's
counts of covered branches of the verifier, `corpus` the inputs that each reached something new. A target ends with its
first defect; `defects` counts those of the run that is shown.

"""
_MUTANTS = """
## Receipts, byte by byte

Each byte of each sample receipt is replaced, by itself with one bit turned or by a character that such files have. A
mutant is refused, or identical in meaning: the same line, hops, pieces, claims, duties and age. (A cosignature
under a name that nobody knows is passed over: then fewer vouch, and the verdict says so. In a receipt for an entry its
number may become that of another leaf that is shown: it then is a true receipt of that one.)

"""
_TAIL = """
## Again

    make evidence                                      # every target for 600 s, two at a time: two and a half hours
    make evidence SECONDS=60 TARGETS="entry receipt"   # some of them, shorter; the other rows stay what they are
    make fuzz-parsers SECONDS=60                       # the same, and no page is written

A row stands as measured on its day, at its commit. Without atheris, `make test` replays the corpus and draws a sample
of all this.
"""
_COLUMNS = ("target", "what", "seconds", "of a core", "inputs", "accepted", "edges", "features", "corpus", "defects",
            "measured")  # fmt: skip
_NUMBERS = ("seconds", "cpu_seconds", "executions", "accepted", "edges", "features", "corpus", "defects")
_MUTANT_COLUMNS = ("receipt", "bytes", "refused", "identical in meaning", "of another entry in it", "another meaning")
_MUTANT_NUMBERS = ("bytes", "refused", "identical", "renamed", "other")


def load() -> dict[str, Any]:
    """What was measured so far."""
    return json.loads(FILE.read_bytes()) if FILE.is_file() else {"receipts": {}, "targets": {}}


def add(*, targets: Mapping[str, Any] | None = None, receipts: Mapping[str, Any] | None = None) -> None:
    """Keep what was measured now in place of what was before, and write the page."""
    before = load()
    measured = {
        "machine": machine(),
        "receipts": before["receipts"] if receipts is None else receipts,
        "targets": {**before["targets"], **(targets or {})},
    }
    FILE.write_text(json.dumps(measured, indent=1, sort_keys=True) + "\n")
    PAGE.write_text(page(measured))


def machine() -> str:
    """The machine in general words."""
    python, atheris = platform.python_version(), version("atheris")
    return f"{os.cpu_count()} cores ({platform.machine()}), shared; Python {python}, atheris {atheris}"


def page(measured: Mapping[str, Any]) -> str:
    """The page."""
    targets, mutants = measured["targets"], measured["receipts"]
    sums = {key: sum(row[key] for row in targets.values()) for key in ("seconds", "executions", "defects")}
    rows = [
        [f"`{name}`", _about(name), *_numbers(targets[name], _NUMBERS), _when(targets[name])]
        for name in TARGETS
        if name in targets
    ]
    missing = [f"`{name}`" for name in TARGETS if name not in targets]
    receipts = [[name, *_numbers(row, _MUTANT_NUMBERS)] for name, row in mutants.get("rows", {}).items()]
    return "".join(
        [
            _HEAD.format(cpu=CPU_SECONDS_MAX, memory=GROWTH_KB_MAX // 1024),
            f"Machine: {measured.get('machine', 'none yet')}. In all {sums['executions']:,} inputs in "
            f"{sums['seconds']:,} s, {sums['defects']} defects.\n\n",
            _table(_COLUMNS, rows, words=2),
            f"\nNot measured yet: {', '.join(missing)}.\n" if missing else "",
            _MUTANTS,
            f"Measured: {_when(mutants)}, {mutants['seconds']:,} s.\n\n" if mutants else "",
            _table(_MUTANT_COLUMNS, receipts, words=1),
            _TAIL,
        ]
    )


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]], *, words: int) -> str:
    """A table whose first columns are words and all others numbers."""
    lines = [columns, ["---"] * words + ["--:"] * (len(columns) - words), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _numbers(row: Mapping[str, Any], names: Sequence[str]) -> list[str]:
    return [f"{row[name]:,}" for name in names]


def _when(row: Mapping[str, Any]) -> str:
    return f"{row['day']}, {row['commit']}"


def _about(name: str) -> str:
    return TARGETS[name].about.rstrip(".")
