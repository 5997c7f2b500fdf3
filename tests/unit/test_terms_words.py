"""Both languages have the same words, with the same places in them, and every one that the steps ask for."""

import ast
import string

import pytest

from node.authoring.words import EN, LANGUAGES, ZH
from tests.support.sources import modules

OPS = {"age", "amount", "at_least", "at_most", "base", "cap", "condition", "days", "deductible", "grade", "multiply",
       "not_above", "overlap", "price", "ratio", "share", "subsidy", "subtract", "tier"}  # fmt: skip


def test_the_languages_have_the_same_words():
    assert EN.keys() == ZH.keys()
    assert sorted(LANGUAGES) == ["en", "zh"]


@pytest.mark.parametrize("key", sorted(EN))
def test_the_same_places_stand_in_both(key):
    one, other = (sorted(name for _, name, _, _ in string.Formatter().parse(words[key]) if name is not None)
                  for words in (EN, ZH))  # fmt: skip
    assert one == other


def test_every_step_has_its_word():
    assert {key.removeprefix("op_") for key in EN if key.startswith("op_")} == OPS
    said = {constant for tree in modules("ledger/formulas").values() for constant in strings(tree)}
    assert said >= OPS


def strings(tree):
    return {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
