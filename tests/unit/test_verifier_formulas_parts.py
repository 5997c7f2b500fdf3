"""verifier/entries/terms_parts.py: what types cannot say about the parts of terms."""

from copy import deepcopy
from typing import Any

import pytest

from verifier.entries.terms_parts import check_terms_parts
from verifier.errors import FormatError

TIERS = [{"including": True, "pays": {"amount": 5}, "up_to": 10}, {"pays": {"amount": 7}}]
TERMS: dict[str, Any] = {
    "deadlines": [
        {"id": "open", "starts": "claim", "tiers": [{"days": 0}]},
        {"id": "decide", "starts": "complete", "tiers": None},
        {"id": "pay", "starts": "complete", "tiers": [{"below": 1, "days": 3, "including": False}, {"days": 7}]},
        {"id": "pay", "starts": "decision", "tiers": [{"days": 1}]},
        {"id": "answer", "starts": "objection", "tiers": [{"days": 1}]},
    ],
    "eligibility": "age",
    "formulas": {
        "age": {"kind": "age"},
        "by_base": {"base": {"fact": "x", "from": "y", "less": ["z"]}, "kind": "indemnity"},
        "by_choice": {
            "kind": "tiered",
            "tiers": {"by": "a", "readings": [{"is": deepcopy(TIERS), "name": "one"}, {"is": None, "name": "two"}]},
        },
        "by_tiers": {"base": {"fact": "x"}, "kind": "tiered", "tiers": TIERS},
        "premium": {"base": {"fact": "x"}, "kind": "per_head"},
        "shares": {"base": {"fact": "x"}, "kind": "share", "split": "fund/a"},
        "when": {"duty": "answer", "kind": "deadline"},
    },
    "notices": [
        {"by": "foundation", "id": "progress", "months": 3, "on": "drive"},
        {"by": "foundation", "id": "end", "months": 6, "on": "drive_end"},
        {"by": "foundation", "id": "year", "on": "year", "year_day": "03-31"},
        {"above": 1, "by": "foundation", "days": 5, "id": "large", "on": "transfer"},
    ],
    "premium": {"fact": "persons", "formula": "premium"},
    "readings": {"a": "one"},
    "splits": [{"den": 10, "name": "fund/a", "num": 9, "rest": "fund/a/other", "to": "fund/a/claims"}],
}


def changed(path: str, value: Any) -> dict[str, Any]:
    """The terms with another value at one place; a member that is `None` there goes."""
    terms = deepcopy(TERMS)
    *parts, last = (int(part) if part.isdecimal() else part for part in path.split("."))
    place: Any = terms
    for part in parts:
        place = place[part]
    if value is None:
        del place[last]
    else:
        place[last] = value
    return terms


def test_good_parts_pass():
    check_terms_parts(TERMS, what="terms")
    check_terms_parts({"deadlines": [], "formulas": {}, "notices": [], "readings": {}, "splits": []}, what="terms")
    for path in ("eligibility", "premium"):
        check_terms_parts(changed(path, None), what="terms")


SAME = {"by": "a", "readings": [{"is": 1, "name": "one"}, {"is": 2, "name": "one"}]}
FIRST, LAST = TIERS
PAYS = {"amount": 1}


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("k", SAME, "terms: k: expected readings of different names, got one, one"),
        ("formulas.by_tiers.tiers.0.pays", SAME, "terms: formulas: by_tiers: tiers: 0: pays: expected readings"),
        ("formulas.by_choice.tiers.readings.1.name", "one", "by_choice: tiers: expected readings of different"),
        ("formulas.by_base.base.from", None, "by_base: base: expected `from` and `less` together"),
        ("formulas.by_base.base.less", None, "by_base: base: expected `from` and `less` together"),
        ("formulas.by_tiers.tiers.0.up_to", None, "by_tiers: tiers: 0: expected up_to and including in every tier"),
        ("formulas.by_tiers.tiers.0.including", None, "by_tiers: tiers: 0: expected up_to and including"),
        ("formulas.by_tiers.tiers.1.up_to", 20, "by_tiers: tiers: 1: expected up_to and including"),
        ("formulas.by_tiers.tiers.1.including", False, "by_tiers: tiers: 1: expected up_to and including"),
        ("formulas.by_tiers.tiers", [FIRST, FIRST, LAST], "by_tiers: tiers: 1: expected rising tiers, got 10 after 10"),
        ("formulas.by_tiers.tiers", [FIRST, {**FIRST, "up_to": 9}, LAST], "expected rising tiers, got 9 after 10"),
        ("formulas.by_choice.tiers.readings.1.is", [LAST, LAST], "by_choice: tiers: 0: expected up_to and including"),
        ("formulas.shares.split", "fund/b", r"shares: split: expected one of \[fund/a\], got fund/b"),
        ("splits.0.rest", "spent/claims", "shares: split: expected .* different last parts, got claims"),
        ("splits", [], r"shares: split: expected one of \[\], got fund/a"),
        ("formulas.when.duty", "review", "when: duty: expected one of"),
        ("deadlines.4", None, "when: duty: expected one of"),
        ("deadlines.0.starts", "complete", r"deadlines: 0: starts of open: expected one of \[claim\], got complete"),
        ("deadlines.1.starts", "decision", "deadlines: 1: starts of decide: expected one of"),
        ("deadlines.2.starts", "claim", "deadlines: 2: starts of pay: expected one of"),
        ("deadlines.4.starts", "claim", "deadlines: 4: starts of answer: expected one of"),
        ("deadlines.2.tiers.0.below", None, "deadlines: 2: tiers: 0: expected below and including"),
        ("notices.0.months", None, r"notices: 0: expected \[months\] on drive, got \[\]"),
        ("notices.0.days", 3, r"notices: 0: expected \[months\] on drive, got \[days, months\]"),
        ("notices.1.year_day", "03-31", r"notices: 1: expected \[months\] on drive_end"),
        ("notices.2.year_day", None, r"notices: 2: expected \[year_day\] on year"),
        ("notices.2.above", 3, r"notices: 2: expected \[year_day\] on year"),
        ("notices.3.above", None, r"notices: 3: expected \[above, days\] on transfer, got \[days\]"),
        ("notices.3.days", None, r"notices: 3: expected \[above, days\] on transfer, got \[above\]"),
        ("notices.2.year_day", "02-29", "notices: 2: year_day: expected a day of the calendar"),
        ("notices.2.year_day", "04-31", "notices: 2: year_day: expected a day of the calendar"),
        ("eligibility", "premium", r"eligibility: expected one of \[age\], got premium"),
        ("premium.formula", "nothing", r"premium: expected one of \[premium\], got nothing"),
    ],
)
def test_parts_refused(path, value, message):
    with pytest.raises(FormatError, match=message):
        check_terms_parts(changed(path, value), what="terms")


def test_only_a_share_names_its_results_by_accounts():
    terms = changed("splits.0.rest", "spent/claims")
    terms["formulas"]["shares"] = {"invested_is": "gifts", "kind": "rollover", "split": "fund/a"}
    check_terms_parts(terms, what="terms")


def test_28_february_is_a_day_of_every_year():
    check_terms_parts(changed("notices.2.year_day", "02-28"), what="terms")
