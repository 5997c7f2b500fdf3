"""Fuzz the parsers of the verifier, some at a time: `python -m tests.fuzz [--seconds N] [--jobs N] [TARGET …]`.

With `--page` what was measured goes into docs/EVIDENCE.md. The target `receipts` tries every byte of the sample
receipts. The inputs that reached something new are left under `--work`, for tests/fuzz/keep.py.
"""

import argparse
import os
import re
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.fuzz import measured, worlds
from tests.fuzz.keep import CORPUS
from tests.fuzz.mutants import judge_mutants
from tests.fuzz.oracle import COUNTS
from tests.fuzz.targets import TARGETS

MUTANTS = "receipts"  # no target of atheris: every byte of every sample receipt is tried
JOBS = 2
UNIT_SECONDS_MAX = 10
MEMORY_MB_MAX = 2048

_NO_MUTANTS = {"identical": 0, "other": 0, "refused": 0, "renamed": 0}
_STATUS = re.compile(r"cov: (\d+) ft: (\d+) corp: (\d+)/")


def main() -> int:
    """Read the command line; 1 where a defect was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seconds", type=int, default=600, help="for each target (600)")
    parser.add_argument("--jobs", type=int, default=JOBS, help=f"how many at a time ({JOBS})")
    parser.add_argument("--page", action="store_true", help="write docs/EVIDENCE.md")
    parser.add_argument("--work", type=Path, help="where inputs and logs lie; else they are gone afterwards")
    names = [*TARGETS, MUTANTS]
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=f"{', '.join(names)} (all of them)")
    options = parser.parse_args()
    wanted = options.targets or names
    unknown = set(wanted) - set(names)
    if unknown:
        parser.error(f"expected targets among {', '.join(names)}, got {', '.join(sorted(unknown))}")
    defects = 0
    with TemporaryDirectory() as scratch, ThreadPoolExecutor(options.jobs) as pool:
        fuzz_one = partial(_fuzz, seconds=options.seconds, work=options.work or Path(scratch))
        for name, row in pool.map(fuzz_one, [name for name in wanted if name != MUTANTS]):
            defects += row["defects"]
            if options.page:
                measured.add(targets={name: row})
    if MUTANTS in wanted:
        receipts = _every_byte()
        defects += sum(row["other"] for row in receipts["rows"].values())
        if options.page:
            measured.add(receipts=receipts)
    return 1 if defects else 0


def _fuzz(name: str, *, seconds: int, work: Path) -> tuple[str, dict[str, Any]]:
    """Fuzz one target in a process of its own; what came of it."""
    place = work / name
    inputs, first = place / "inputs", place / "first"
    for folder in (inputs, first):
        folder.mkdir(parents=True, exist_ok=True)
    for data in TARGETS[name].seeds():
        (first / sha256(data).hexdigest()[:16]).write_bytes(data)
    counts, log = place / "counts", place / "log"
    counts.write_bytes(bytes(COUNTS.size))
    folders = [inputs, first, *(path for path in [CORPUS / name] if path.is_dir())]
    limits = [
        f"-max_total_time={seconds}", f"-max_len={TARGETS[name].bytes_max}", f"-timeout={UNIT_SECONDS_MAX}",
        f"-rss_limit_mb={MEMORY_MB_MAX}", f"-artifact_prefix={place}/", "-len_control=0",
    ]  # fmt: skip
    started = time.monotonic()
    with log.open("wb") as out:
        status, cpu_seconds = _child(name, counts, [*limits, *map(str, folders)], out)
    spent = round(time.monotonic() - started)
    executions, accepted, refused, unknown = COUNTS.unpack(counts.read_bytes())
    seen = _STATUS.findall(log.read_text("utf-8", errors="replace"))
    edges, features, corpus = map(int, seen[-1]) if seen else (0, 0, 0)
    row = {
        "accepted": accepted, "cannot_tell": unknown, "corpus": corpus, "cpu_seconds": cpu_seconds,
        "defects": int(status != 0), "edges": edges,
        "executions": executions, "features": features, "refused": refused, "seconds": spent, **_when(),
    }  # fmt: skip
    print(f"{name:<18} {spent:>5} s {executions:>10} inputs {edges:>6} edges {row['defects']} defects", flush=True)
    if status:
        print(log.read_text("utf-8", errors="replace")[-3000:], file=sys.stderr, flush=True)
    return name, row


def _child(name: str, counts: Path, arguments: list[str], out: Any) -> tuple[int, int]:
    """The status of a process that fuzzes, and the seconds that it had of a core."""
    command = [sys.executable, "-m", "tests.fuzz.fuzz_one", name, str(counts), *arguments]
    child = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, cwd=measured.ROOT)
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    return child.returncode, round(used.ru_utime + used.ru_stime)


def _every_byte() -> dict[str, Any]:
    """Every byte of every sample receipt, on all cores."""
    started = time.monotonic()
    rows: dict[str, dict[str, int]] = {}
    with ProcessPoolExecutor(JOBS) as pool:
        for name, data in worlds.sample().receipts.items():
            parts = [range(at, min(at + 500, len(data))) for at in range(0, len(data), 500)]
            counts = pool.map(partial(_mutants_of, name), parts)
            rows[name] = {"bytes": len(data), **_NO_MUTANTS, **sum(counts, Counter[str]())}
            print(f"{name:<24} {rows[name]}", flush=True)
    return {"rows": rows, "seconds": round(time.monotonic() - started), **_when()}


def _mutants_of(name: str, positions: range) -> Counter[str]:
    return judge_mutants(name, positions, seed=f"{name} {positions.start}")


def _when() -> dict[str, str]:
    command = ["git", "rev-parse", "--short", "HEAD"]
    commit = subprocess.run(command, capture_output=True, text=True, cwd=measured.ROOT, check=False).stdout.strip()
    return {"commit": commit or "no commit", "day": datetime.now(UTC).date().isoformat()}


if __name__ == "__main__":
    os.nice(10)  # whoever else works on this machine goes first
    sys.exit(main())
