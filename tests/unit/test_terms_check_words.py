"""A check in Chinese: every sentence that it has, and everything that the schema asks for, is told."""

import ast
import json
import re
import string

import pytest

from node.authoring.check import check_terms
from node.authoring.check_words import next_step, told
from node.authoring.said import Said
from node.authoring.source import UnreadableError, parse_source
from tests.support.sources import modules, text

CHINESE = re.compile("[\u4e00-\u9fff]")
# Codes and names stay as they are in every language.
CODES = re.compile(r"[a-z_]+( or [a-z_]+)?|[a-z_]+(, [a-z_]+)+ or [a-z_]+", re.ASCII)


def sentences():
    """Every sentence with places that the check may say."""
    found = set()
    for tree in modules("node/authoring").values():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in ("problem", "_wrong"):
                inner = [one.value for part in node.args[1:] for one in ast.walk(part) if isinstance(one, ast.Constant)]
                found |= {one for one in inner if isinstance(one, str) and " " in one}
    return found - {"no source states this: "}


def descriptions(schema):
    if isinstance(schema, dict):
        if isinstance(schema.get("description"), str):
            yield schema["description"]
        for part in schema.values():
            yield from descriptions(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from descriptions(part)


@pytest.mark.parametrize("sentence", sorted(sentences()))
def test_every_sentence_is_told_with_the_same_places(sentence):
    places = {name: f"<{name}>" for _, name, _, _ in string.Formatter().parse(sentence) if name}
    said = told(Said(sentence, places), language="zh")
    assert CHINESE.search(said)
    assert all(place in said for place in places.values())


@pytest.mark.parametrize("wanted", sorted(set(descriptions(json.loads(text("node/authoring/terms.schema.json"))))))
def test_everything_that_the_schema_asks_for_is_told(wanted):
    said = told(Said("expected {wanted}, got {got}", {"wanted": wanted, "got": "5"}), language="zh")
    assert CHINESE.search(said.removeprefix("应为").removesuffix("，实为 5")) or CODES.fullmatch(wanted)


def test_the_check_of_a_shipped_file_is_chinese():
    checked = check_terms(parse_source(text("node/terms/yymz.json").replace('"k": 10', '"k": []'), what="x"))
    assert [told(one.said, language="zh") for one in checked.problems] == ["应为1 到 2^53-1 的整数，实为 空数组"]
    assert [told(one.said, language="en") for one in checked.problems] == [one.message for one in checked.problems]


@pytest.mark.parametrize("content", ["", "{'a':1}", '{"a":1，}', "//", "[1,]", '{"a":1 "b":2}'])
def test_the_next_step_is_chinese(content):
    with pytest.raises(UnreadableError) as raised:
        parse_source(content, what="x")
    assert CHINESE.search(next_step(raised.value.next_step, language="zh"))
    assert CHINESE.search(told(raised.value.said, language="zh"))
