"""Worked examples, computed by hand: the shipped terms come to them, and ledger and verifier by the same steps."""

import json
from pathlib import Path
from typing import Any

import pytest

from ledger import formulas as ledger
from node.authoring import examples
from node.authoring.library import load_library
from node.authoring.rules import formulas_of
from tests.support.sources import text
from verifier.terms import formulas as verifier
from verifier.terms.workdays import Workdays

FILE = Path(__file__).with_name("worked-examples.json")
EXAMPLES: list[dict[str, Any]] = json.loads(FILE.read_text("utf-8"))["examples"]
LIBRARY = load_library([])
WORKDAYS = Workdays({row["year"]: row for row in json.loads(text("node/terms/calendar-cn.json"))})


def both(terms, formula, *, facts, used, assumed, calendar):
    """Evaluate as the ledger does, and hold it beside what the verifier comes to."""
    one = ledger.evaluate(terms, formula, facts=facts, used=used, assumed=assumed, calendar=calendar)
    other = verifier.evaluate(terms, formula, facts=facts, used=used, assumed=assumed, calendar=WORKDAYS)
    assert (one.results, one.reason, one.steps) == (other.results, other.reason, other.steps)
    return one


@pytest.mark.parametrize("example", [pytest.param(one, id=one["id"]) for one in EXAMPLES])
def test_terms_come_to_what_was_worked_out_by_hand(example, monkeypatch):
    monkeypatch.setattr(examples, "evaluate", both)
    tried = examples.try_example(example, LIBRARY)
    assert tried.error == ""
    assert [(one.name, one.got) for run in tried.runs for one in run.compared if not one.agrees] == []
    assert tried.ok


def test_every_programme_and_every_kind_of_formula_is_there():
    of = [(LIBRARY.terms(one["programme"]), one["rule"]) for one in EXAMPLES]
    kinds = {terms["formulas"][formula]["kind"] for terms, rule in of for formula in formulas_of(terms, rule)}
    assert {terms["programme"] for terms, _ in of} == {"dlz", "yymz", "wuhou-market", "wuhou-snow", "wuhou-diary"}
    assert kinds == {"age", "allot", "card", "deadline", "estimate", "indemnity", "lump_sum", "lump_sum_by_grade",
                     "per_diem", "per_head", "rollover", "share", "tiered"}  # fmt: skip
