"""How results are shown: ratios first, absolute numbers behind; and as JSON for programs."""

import json
import os
import platform
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.measure import Comparison, Result, Table


def machine() -> dict[str, str | int | float]:
    """What the numbers were measured on; `load` is how many processes wanted a core in the minute before."""
    return {
        "commit": _commit(), "cores": os.cpu_count() or 0, "load": round(os.getloadavg()[0], 1),
        "processor": _processor(), "python": platform.python_version(), "system": platform.platform(),
    }  # fmt: skip


def format_machine(found: Mapping[str, str | int | float]) -> str:
    """The machine in one line."""
    return (f"{found['processor']}, {found['cores']} cores, load {found['load']}, {found['system']}, "
            f"Python {found['python']}, commit {found['commit']}")


def format_result(name: str, result: Result) -> str:
    """A result as text. Ratios in brackets are those of the time on a core."""
    lines = [f"{name}: {result.question}"]
    for comparison in result.comparisons:
        lines += ["", *_comparison_lines(comparison)]
    for table in result.tables:
        lines += ["", *_table_lines(table)]
    if result.notes:
        lines += ["", *(f"  {note}" for note in result.notes)]
    return "\n".join(lines) + "\n"


def format_json(found: Mapping[str, str | int | float], results: Mapping[str, Result]) -> str:
    """Machine and results, with every round's time."""
    shown: dict[str, Any] = {}
    for name, result in results.items():
        shown[name] = asdict(result)
        for comparison, value in zip(result.comparisons, shown[name]["comparisons"], strict=True):
            value["ratios"] = {
                side: {other: comparison.ratio(side, other) for other in _others(comparison)}
                for side in comparison.times
            }
    return json.dumps({"machine": found, "results": shown}, indent=1) + "\n"


def _others(comparison: Comparison) -> list[str]:
    return [comparison.limit] + ([] if comparison.peer is None else [comparison.peer])


def _comparison_lines(comparison: Comparison) -> Iterator[str]:
    """Ratios on the clock, the ratio on a core in brackets, then the times."""
    width = max(len(side) for side in comparison.times)
    heads = "".join(f"{f'x {name}':>18}" for name in ("limit", "peer")[: len(_others(comparison))])
    yield f"  {comparison.title}"
    yield f"  {heads}"
    for side, times in comparison.times.items():
        ratios = "".join(f"{_ratio(comparison, side, other):>18}" for other in _others(comparison))
        clock, cpu = comparison.clock(side), comparison.cpu(side)
        on_core = "" if cpu is None else f", {_time(cpu)} of it on a core"
        yield (f"  {ratios}   {side:<{width}}  {_time(clock)}/{comparison.unit}{on_core}; {1 / clock:,.0f} /s; "
               f"{_time(min(times.clock))} to {_time(max(times.clock))} in {len(times.clock)} rounds")


def _ratio(comparison: Comparison, side: str, other: str) -> str:
    cpu = comparison.cpu_ratio(side, other)
    return f"{comparison.ratio(side, other):,.2f}" + ("" if cpu is None else f" ({cpu:,.2f})")


def _table_lines(table: Table) -> Iterator[str]:
    cells = [list(table.columns), *([_cell(value) for value in row] for row in table.rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(table.columns))]
    yield f"  {table.title}"
    for row in cells:
        yield "    " + "  ".join(f"{cell:>{width}}" for cell, width in zip(row, widths, strict=True))


def _cell(value: str | int | float) -> str:
    if isinstance(value, float):
        return f"{value:,.2f}" if abs(value) < 100 else f"{value:,.0f}"
    return f"{value:,}" if isinstance(value, int) else value


def _time(seconds: float) -> str:
    return f"{seconds * 1e6:,.2f} µs" if seconds < 1e-4 else f"{seconds * 1e6:,.0f} µs"


def _commit() -> str:
    try:
        run = subprocess.run(
            ["git", "describe", "--always", "--dirty"], capture_output=True, check=True, text=True,
            cwd=Path(__file__).parent,
        )  # fmt: skip
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return run.stdout.strip()


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
