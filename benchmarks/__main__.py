"""Runs benchmarks and prints what they found: `python -m benchmarks entries lines`; without a name nearly all."""

import argparse
import importlib
import sys
import tempfile
from pathlib import Path

from benchmarks.measure import Options, Result, progress
from benchmarks.report import format_json, format_machine, format_result, machine

NAMES = ("entries", "claims", "lines", "replay", "register", "receipts", "page", "latency", "growth", "store",
         "great_log")  # fmt: skip
BY_NAME_ALONE = ("great_log",)  # takes longer than all others together


def main(arguments: list[str] | None = None) -> int:
    """Run the benchmarks that the command line names; the exit status."""
    options = _parser().parse_args(arguments)
    for name in (unknown for unknown in options.names if unknown not in NAMES):
        _parser().error(f"there is no benchmark {name!r}; expected some of {', '.join(NAMES)}")
    found = machine()
    results: dict[str, Result] = {}
    print(format_machine(found), end="\n\n", flush=True)
    for name in options.names or [name for name in NAMES if name not in BY_NAME_ALONE]:
        with tempfile.TemporaryDirectory(prefix="mingzhang-bench-", dir=options.dir) as directory:
            benchmark = importlib.import_module(f"benchmarks.{name}")
            results[name] = benchmark.run(Options(
                Path(directory), quick=options.quick, leaves=options.leaves, lines=options.lines, keep=options.keep,
                members=options.members))
        print(format_result(name, results[name]), flush=True)
    if options.json is not None:
        options.json.write_text(format_json(found, results))
        progress(f"wrote {options.json}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    add = parser.add_argument
    add("names", nargs="*", metavar="NAME", help=f"what to measure: {', '.join(NAMES)}; default: all but great_log")
    add("--dir", type=Path, default=None, help="measure on the disk of this directory (default: $TMPDIR)")
    add("--json", type=Path, default=None, metavar="FILE", help="also write all times to FILE")
    add("--leaves", type=int, help="growth, great_log: how far the log grows (default: 100000, 1000000)")
    add("--lines", type=int, default=10_000_000, help="great_log: lines in its batches (default: %(default)s)")
    add("--keep", type=Path, metavar="DIR", help="great_log: make the log here, or take the one that is here")
    add("--members", type=int, default=5_000_000, help="register: how large it gets (default: %(default)s)")
    add("--quick", action="store_true", help="a few units only, to see that it works")
    return parser


if __name__ == "__main__":
    sys.exit(main())
