"""The vectors that every implementation runs, inside the page: a third reader of the same formats."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import VECTOR_OPS

VECTORS = Path(__file__).parent.parent / "vectors"
AREAS = ("batch", "body", "checkpoint", "commitment", "cosignature", "entry", "keys", "leaf", "merkle", "multiproof",
         "note", "policy", "proof", "signature", "stamp", "strict", "tlog_proof", "trie")  # fmt: skip

# What a page that reads receipts never does: keep secret keys, sign, tag, compose, build a whole map.
NOT_IN_THE_PAGE = {"checkpoint.sign", "commitment.tag", "cosignature.cosign", "keys.parse_skey", "note.append",
                   "note.sign", "signature.sign", "strict.check_text", "trie.root"}  # fmt: skip


def lossless(value: Any) -> Any:
    """Integers as {"integer": decimal}: JavaScript would round them on the way in."""
    if isinstance(value, int) and not isinstance(value, bool):
        return {"integer": str(value)}
    if isinstance(value, list):
        return [lossless(item) for item in value]
    if isinstance(value, dict):
        return {name: lossless(item) for name, item in value.items()}
    return value


def cases(area):
    found = {path.name: json.loads(path.read_bytes()) for path in sorted((VECTORS / area).glob("*.json"))}
    return {name: case for name, case in found.items() if case["op"] not in NOT_IN_THE_PAGE}


def is_right(case, got):
    if "error" in case:
        return got.get("error") == case["error"] and got.get("reason") == case.get("reason")
    return got.get("out") == case["out"]


@pytest.mark.parametrize("area", AREAS)
def test_each_vector_has_the_outcome_that_it_states(opened, area):
    tab = opened()
    tab.page.evaluate(VECTOR_OPS.read_text(encoding="utf-8"))
    asked = cases(area)
    assert asked
    sent = [{"op": case["op"], "input": lossless(case["in"])} for case in asked.values()]
    answers = tab.page.evaluate("(cases) => Promise.all(cases.map(runVector))", sent)
    wrong = {name: got for (name, case), got in zip(asked.items(), answers, strict=True)
             if got is None or not is_right(case, got)}  # fmt: skip
    assert wrong == {}
