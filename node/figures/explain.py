"""Explain: findings, checks and verdicts in words for people, and as JSON for programs."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

from node.counted import Counted
from node.demo.money import money
from node.figures.findings import Finding, Judged, Remark
from node.figures.quantity import FEN
from node.figures.replay import Replayed
from node.figures.said import Verdict
from node.figures.sums import Check
from node.figures.table import Table

# Numbers of remarks that count gifts; all others are fen.
_COUNTS = ("gifts", "said")
# Differences are told with their sign.
_SIGNED = ("difference",)

# Why a cross check is refused, by its shape; the first that fits.
_REFUSALS = tuple((key, re.compile(shape, re.ASCII)) for key, shape in (
    ("refused_cumulative", r"(\S+) is cumulative, (\S+) is as of now: they may not be mixed"),
    ("refused_unit", r"units may not be mixed: the formula gives (.+), the check says (.+)"),
    ("refused_units", r"units may not be mixed: (.+)"), ("refused_absent", r"there is no total or check (\S+)"),
    ("refused_circle", r"(\S+) rests on itself"), ("refused_target", r"(\S+) is a target, no figure"),
    ("refused_unclear", r"(\S+): its unit is (.+)"), ("refused_zero", r"division by 0"),
    ("refused_formula", r"formula, character ([0-9]+): expected (.+), got (.+)"),
))

Words = Mapping[str, str]


def signed(amount: int) -> str:
    """An amount in yuan with its sign."""
    return f"{'+' if amount > 0 else ''}{money(amount)}"


def amount_in(value: int, unit: str) -> str:
    """A figure of published totals: fen in yuan, all else as it is counted."""
    return money(value) if unit == FEN else money(value, digits=0)


def refusal_in_words(refused: str, words: Words) -> str:
    """Why a cross check is refused; one of another shape stays as it is."""
    for key, shape in _REFUSALS:
        found = shape.fullmatch(refused)
        if found:
            return words[key].format(*found.groups())
    return refused


def days_in_words(days: Sequence[date], words: Words) -> str:
    """Days, and runs of three or more by their ends."""
    if len(days) > 2 and days[-1] - days[0] == timedelta(days=len(days) - 1):
        return words["to"].format(first=days[0], last=days[-1])
    return words["comma"].join(map(str, days))


def remark_in_words(remark: Remark, words: Words) -> str:
    """A remark as a sentence."""
    numbers = {name: f"{value:,}" if name in _COUNTS else signed(value) if name in _SIGNED else money(value)
               for name, value in remark.numbers.items()}
    first, last, *channels = remark.names if len(remark.names) > 1 else ("", "", *remark.names)
    return words[remark.key].format(by=words[remark.by], days=days_in_words(remark.days, words), first=first, last=last,
                                    channels=words["comma"].join(channels), **numbers)


def method_in_words(table: Table, replayed: Replayed, words: Words) -> list[str]:
    """How a table was judged: how exact each column is, what was left out, and the log that was made."""
    lines = [words["in_ten_thousands"].format(column=column, step=money(step), half=money(step // 2))
             for column, step in table.steps.items() if step > 1]
    exact = [column for column, step in table.steps.items() if step == 1]
    if exact:
        lines.append(words["to_the_fen"].format(columns=words["comma"].join(exact)))
    if table.ignored:
        lines.append(words["ignored"].format(columns=words["comma"].join(table.ignored)))
    return [*lines, words["log"].format(gifts=Counted(replayed.gifts), batches=Counted(replayed.batches),
                                        notices=Counted(len(replayed.told)), flagged=replayed.flagged,
                                        leaves=Counted(replayed.leaves),
                                        raised=money(replayed.raised))]


def within_in_words(low: int, high: int, result: int, unit: str, words: Words) -> str:
    """Bounds: as far on both sides as ±, else from … to …."""
    if high - result == result - low:
        return f"±{amount_in(high - result, unit)}"
    return words["to"].format(first=amount_in(low, unit), last=amount_in(high, unit))


# -- for programs -----------------------------------------------------------------------------------------------------


def table_json(table: Table, replayed: Replayed, judged: Judged, words: Words) -> dict[str, Any]:
    """All that was found in a table of days; amounts in fen."""
    return {
        "contradictions": [_finding_json(finding) for finding in judged.findings],
        "form": "table", "ignored": list(table.ignored),
        "log": {"batches": replayed.batches, "flagged": replayed.flagged, "gifts": replayed.gifts,
                "leaves": replayed.leaves, "notices": len(replayed.told), "raised_fen": replayed.raised},
        "ok": not judged.findings, "precision_fen": table.steps,
        "remarks": [{"by": remark.by, "days": [str(day) for day in remark.days], "names": list(remark.names),
                     "numbers": remark.numbers, "sort": remark.key, "text": remark_in_words(remark, words)}
                    for remark in judged.remarks],
    }  # fmt: skip


def _finding_json(finding: Finding) -> dict[str, Any]:
    told: dict[str, Any] = {
        "by": finding.by, "date": str(finding.day), "difference": finding.difference, "entries": finding.entries,
        "notice": finding.leaf, "precision_fen": finding.step, "said": finding.said, "sort": finding.sort,
    }  # fmt: skip
    if finding.before is None:
        return told
    del told["precision_fen"]
    return {**told, "last_date": str(finding.last_day), "said_before": finding.before, "series": list(finding.series)}


def checks_json(checks: Sequence[Check]) -> dict[str, Any]:
    """All cross checks, each with its bounds; amounts in fen."""
    told = []
    for check in checks:
        within = None if check.within is None else list(check.within)
        told.append({
            "apart": list(check.apart), "formula": check.formula, "id": check.id, "is_possible": check.is_possible,
            "ok": check.ok, "reading": check.reading or None, "refused": check.refused or None, "result": check.result,
            "said": check.said, "shares": [asdict(share) for share in check.shares], "unit": check.unit,
            "within": within,
        })  # fmt: skip
    return {"checks": told, "form": "totals", "ok": all(check.ok for check in checks)}


def verdicts_json(verdicts: Sequence[Verdict]) -> dict[str, Any]:
    """All figures with what the books hold; amounts in minor units."""
    told = []
    for one in verdicts:
        precision = None if one.precision is None else {"kind": one.precision.kind, "unit": one.precision.unit}
        told.append({
            "books": one.books, "difference": one.difference, "message": one.message or None, "metric": one.metric,
            "of": list(one.of) or None, "precision": precision, "reason": one.reason, "said": one.said,
            "supported": one.reason is None,
        })  # fmt: skip
    return {"figures": told, "form": "figures", "ok": all(one.reason is None for one in verdicts)}
