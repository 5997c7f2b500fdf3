"""Vectors of entry: terms, their clauses, formulas, deadlines and notices.

Each bad case is the good one with one thing changed, and signed as it then is.
"""

from copy import deepcopy
from typing import Any

from tests.support.vector_entries import entry_text, entry_value
from tests.support.vector_terms import choice
from tests.support.write_vectors import Area
from tests.support.write_vectors_entries import entry_case, good_entry

Path = tuple[str | int, ...]


def terms_with(path: Path, new: Any) -> dict[str, Any]:
    """The sample terms with one place changed; `...` takes the place out."""
    value = deepcopy(entry_value("terms"))
    place: Any = value
    for step in path[:-1]:
        place = place[step]
    if new is ...:
        del place[path[-1]]
    else:
        place[path[-1]] = new
    return value


def write(area: Area) -> None:
    for case, about, path, new in _GOOD:
        good_entry(area, f"terms-{case}", about, terms_with(path, new))
    for case, about, path, new in _BAD:
        area.bad(f"terms-{case}", about, "parse", entry_case(entry_text(terms_with(path, new))))


_CAP = {"amount": 5, "per": "claim"}
_TWICE = choice("stay", admission="admission")

_GOOD: tuple[tuple[str, str, Path, Any], ...] = (
    ("clause-open", "no source states it", ("formulas", "inpatient", "ratio_bp"), None),
    ("clause-by-reading", "a choice stands for a value", ("formulas", "inpatient", "ratio_bp"),
     choice("share", full=10_000, open=None)),
    ("tiers-by-reading", "a choice may hold a whole scale", ("formulas", "surgery", "tiers"),
     choice("scale", flat=[{"pays": {"amount": 1}}])),
    ("ratio-nothing", "0 of it", ("formulas", "inpatient", "ratio_bp"), 0),
    ("ratio-all", "10,000 basis points", ("formulas", "inpatient", "ratio_bp"), 10_000),
    ("caps-five", "at most 5", ("formulas", "inpatient", "caps"), [_CAP] * 5),
    ("days-3660", "ten years", ("deadlines", 0, "tiers", 1, "days"), 3660),
    ("fact-100-characters", "a text of a fact", ("formulas", "disability", "grades", 0, "grade"), "级" * 100),
    ("zone-east", "the first to begin a day", ("zone",), "+14:00"),
    ("zone-west", "the last to begin a day", ("zone",), "-12:00"),
    ("zone-half", "an hour and its half", ("zone",), "-03:30"),
    ("formulas-none", "a programme may pay nothing", ("formulas",),
     {"age": {"at": None, "kind": "age", "max": None, "max_inclusive": None, "min": None},
      "premium": {"base": {"fact": "persons"}, "kind": "per_head", "rate": None}}),
    ("without-signers", "the table's", ("signed_by",), ...),
    ("without-life", "the table's", ("life",), ...),
    ("without-officers", "parties sign", ("officers",), ...),
    ("without-year", "where no cap counts by one", ("year",), ...),
    ("without-unique", "as the table says", ("unique",), ...),
    ("without-calendar", "whether one is needed is a rule, no form", ("calendar",), ...),
)

_BAD: tuple[tuple[str, str, Path, Any], ...] = (
    ("benefit", "the form of long ago", ("benefit",), {"cap": None, "den": None, "num": None}),
    ("formula-unknown", "a kind that no table has", ("formulas", "inpatient", "kind"), "lottery"),
    ("formula-without-kind", "its kind says what it must hold", ("formulas", "inpatient", "kind"), ...),
    ("formula-with-more", "no other member", ("formulas", "age", "colour"), "red"),
    ("formula-with-less", "every member", ("formulas", "inpatient", "deductible"), ...),
    ("formula-name-with-dash", "a code that can be a member's name", ("formulas", "in-patient"), {"kind": "allot"}),
    ("formula-name-41", "at most 40 characters", ("formulas", "a" * 41), {"kind": "allot"}),
    ("ratio-above-all", "at most 10,000 basis points", ("formulas", "inpatient", "ratio_bp"), 10_001),
    ("ratio-negative", "not below 0", ("formulas", "inpatient", "ratio_bp"), -1),
    ("ratio-true", "true is no 1", ("formulas", "inpatient", "ratio_bp"), True),
    ("cap-zero", "an amount", ("formulas", "inpatient", "caps"), [{**_CAP, "amount": 0}]),
    ("caps-six", "at most 5", ("formulas", "inpatient", "caps"), [_CAP] * 6),
    ("cap-per-unknown", "a period of the table", ("formulas", "inpatient", "caps"), [{**_CAP, "per": "month"}]),
    ("choice-without-readings", "1 to 10", ("year", "stay"), {"by": "stay", "readings": []}),
    ("choice-of-eleven", "1 to 10", ("year", "stay"),
     choice("stay", **{f"r{at}": "admission" for at in range(11)})),
    ("choice-in-a-choice", "choices do not nest", ("year", "stay"), choice("stay", one=_TWICE)),
    ("choice-name-twice", "each reading once", ("year", "stay"),
     {"by": "stay", "readings": [{"is": "split", "name": "a"}, {"is": None, "name": "a"}]}),
    ("choice-with-more", "no other member", ("year", "stay"), {**_TWICE, "else": "split"}),
    ("rounding-unknown", "one of four", ("formulas", "inpatient", "rounding"), "nearest"),
    ("base-half", "from and less together", ("formulas", "surgery", "base"), {"fact": "own_expense", "from": "bill"}),
    ("tiers-none", "1 to 20", ("formulas", "surgery", "tiers"), []),
    ("tiers-fall", "limits rise", ("formulas", "surgery", "tiers", 1, "up_to"), 100_000),
    ("tier-last-with-limit", "the last has none", ("formulas", "surgery", "tiers", 2, "up_to"), 900_000),
    ("tier-without-limit", "every one but the last", ("formulas", "surgery", "tiers", 0, "up_to"), ...),
    ("tier-without-including", "every one but the last", ("formulas", "surgery", "tiers", 0, "including"), ...),
    ("pays-two-ways", "an amount or a ratio", ("formulas", "surgery", "tiers", 2, "pays"),
     {"amount": 1, "ratio_bp": 1}),
    ("pays-a-limit-alone", "a limit of what", ("formulas", "surgery", "tiers", 2, "pays"), {"at_most": 1}),
    ("pays-nothing-said", "an amount or a ratio", ("formulas", "surgery", "tiers", 2, "pays"), {}),
    ("condition-without-values", "1 to 100", ("formulas", "accident_death", "conditions", 0, "values"), []),
    ("condition-of-a-fraction", "an integer, a text or a bool", ("formulas", "accident_death", "conditions", 0,
                                                                 "values"), [[1]]),
    ("condition-negative", "a fact is 0 or more", ("formulas", "accident_death", "conditions", 0, "values"), [-1]),
    ("fact-101-characters", "a text of a fact", ("formulas", "disability", "grades", 0, "grade"), "级" * 101),
    ("split-unknown", "one of the splits", ("formulas", "parts", "split"), "fund/other"),
    ("share-of-two-same-names", "the two results have one name", ("splits", 0, "rest"), "fund/spent/claims"),
    ("duty-unknown", "the id of a deadline", ("formulas", "due", "duty"), "open"),
    ("eligibility-unknown", "a formula", ("eligibility",), "ages"),
    ("eligibility-of-another-kind", "an age", ("eligibility",), "premium"),
    ("premium-of-another-kind", "a per_head", ("premium",), {"fact": "persons", "formula": "age"}),
    ("deadline-id-unknown", "one of four", ("deadlines", 0, "id"), "close"),
    ("deadline-starts-elsewhere", "decide starts with complete", ("deadlines", 0, "starts"), "decision"),
    ("days-3661", "at most ten years", ("deadlines", 0, "tiers", 1, "days"), 3661),
    ("unit-unknown", "working or calendar days", ("deadlines", 0, "unit"), "week"),
    ("notice-id-twice", "told apart by their ids", ("notices", 1, "id"), "progress"),
    ("notice-with-anothers-member", "those that it uses and no others", ("notices", 2, "months"), 3),
    ("notice-without-its-member", "those that it uses", ("notices", 3, "above"), ...),
    ("notice-29-february", "a day of every year", ("notices", 2, "year_day"), "02-29"),
    ("notice-month-13", "a day of every year", ("notices", 2, "year_day"), "13-01"),
    ("notice-0-months", "1 to 60", ("notices", 0, "months"), 0),
    ("notices-21", "at most 20", ("notices",), [
        {"by": "foundation", "id": f"n{at}", "months": 1, "on": "drive"} for at in range(21)]),
    ("signed-by-a-party", "a requirement names roles", ("signed_by", "claim"), ["county"]),
    ("signed-by-nobody", "1 to 8", ("signed_by", "claim"), []),
    ("life-without-states", "1 to 10", ("life", "decision"), []),
    ("zone-by-name", "an offset", ("zone",), "Asia/Shanghai"),
    ("zone-minus-zero", "+00:00 in another spelling", ("zone",), "-00:00"),
    ("zone-too-far-east", "to +14:00", ("zone",), "+14:01"),
    ("zone-too-far-west", "from -12:00", ("zone",), "-12:01"),
    ("zone-60-minutes", "00 to 59", ("zone",), "+08:60"),
    ("zone-newline-behind", "nothing behind", ("zone",), "+08:00\n"),
    ("unique-half", "both members", ("unique",), {"invoice": "log"}),
    ("officers-half", "both members", ("officers",), {"review": True}),
    ("refusals-51", "at most 50", ("refusals",), [f"r{at}" for at in range(51)]),
)
