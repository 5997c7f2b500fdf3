"""A terms file as text: every value at its line and column, and everything that cannot be in an entry."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import FormatError
from ledger.strict import INTEGER_MAX
from node.authoring.source import UnreadableError, parse_source, read_source
from node.errors import NodeError

TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cf", "Cs", "Cn", "Mn", "Zl", "Zp")), max_size=5)
PLAIN = TEXTS.map(lambda text: "".join(one for one in text if ord(one) < 0x250 or 0x4E00 <= ord(one) < 0x9FA5))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-INTEGER_MAX, INTEGER_MAX) | PLAIN,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(PLAIN, inner, max_size=3),
    max_leaves=12,
)


def at(value, place):
    for name in place:
        value = value[name]
    return value


@given(VALUES, st.sampled_from([None, 0, 1, 3]), st.booleans())
def test_every_value_is_where_the_source_says(value, indent, ascii_only):
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    source = parse_source(text, what="x")
    assert source.value == value
    assert source.problems == []
    decoder = json.JSONDecoder()
    for place, offset in source.values_at.items():
        assert decoder.raw_decode(text, offset)[0] == at(value, place)
    for place, offset in source.names_at.items():
        assert decoder.raw_decode(text, offset)[0] == place[-1]


@given(VALUES, st.sampled_from([None, 1]))
def test_line_and_column_lead_back_to_the_character(value, indent):
    text = json.dumps(value, indent=indent, ensure_ascii=False)
    source = parse_source(text, what="x")
    for offset in source.values_at.values():
        line, column = source.position(offset)
        assert len("".join(one + "\n" for one in text.split("\n")[: line - 1])) + column - 1 == offset


@given(VALUES)
def test_a_text_that_is_cut_is_no_json(value):
    text = json.dumps([value])
    for end in range(len(text)):
        with pytest.raises(FormatError, match=r"^x:1:\d+: expected "):
            parse_source(text[:end], what="x")


@pytest.mark.parametrize(("text", "message"), [
    pytest.param('{"a":1,\n "a":2}', "2:2: a: expected each member once, got a a second time", id="twice"),
    pytest.param('{"a":[1,\n 2.5]}', "2:2: a.1: expected an integer, got '2.5'", id="fraction"),
    pytest.param('{"a":1e3}', "1:6: a: expected an integer, got '1e3'", id="exponent"),
    pytest.param('{"a":9007199254740992}', "1:6: a: expected an integer within", id="too-large"),
    pytest.param('{"a":' + "9" * 5000 + "}", "1:6: a: expected an integer within", id="far-too-large"),
    pytest.param('{"a":"x\u202ey"}', "1:6: a: character 1 is U+202E", id="direction-mark"),
    pytest.param('{"a":"e\u0301"}', "1:6: a: expected text in Unicode NFC", id="not-nfc"),
    pytest.param(r'{"a":"\ud800"}', "1:6: a: ", id="half-a-pair"),
])  # fmt: skip
def test_what_cannot_be_in_an_entry_is_a_problem_at_its_place(text, message):
    (problem,) = parse_source(text, what="x").problems
    assert problem.shown_in("x").startswith(f"x:{message}")


def test_all_problems_are_told():
    source = parse_source('{"a":1.5,\n"b":[2.5],\n"a":3}', what="x")
    assert [(one.line, one.column) for one in source.problems] == [(1, 6), (2, 6), (3, 1)]


@pytest.mark.parametrize(("text", "message"), [
    pytest.param("", "x:1:1: expected a value, got the end of the file", id="empty"),
    pytest.param("{'a':1}", 'x:1:2: expected a member name in quotes, got "', id="other-quotes"),
    pytest.param('{"a":01}', "x:1:7: expected , or }", id="leading-zero"),
    pytest.param('{"a":1,}', "x:1:8: expected a member name", id="comma-at-the-end"),
    pytest.param("[1 2]", "x:1:4: expected , or ]", id="no-comma"),
    pytest.param("1 2", "x:1:3: expected the end of the file", id="more"),
    pytest.param('{"a":NaN}', "x:1:6: expected a value", id="nan"),
    pytest.param('"a\nb"', "x:1:1: expected a text that ends on its line", id="line-feed-in-a-text"),
    pytest.param("[" * 40, "x:1:34: expected at most 32 arrays", id="deep"),
])  # fmt: skip
def test_what_is_no_json(text, message):
    with pytest.raises(FormatError) as raised:
        parse_source(text, what="x")
    assert str(raised.value).startswith(message)


@pytest.mark.parametrize(("text", "next_step"), [
    pytest.param("", "Is a } or ] missing, or the file not saved?", id="empty"),
    pytest.param('{"a":“x”}', 'Write straight double quotes: ".', id="quotes-of-a-word-processor"),
    pytest.param('{"a":1，"b":2}', "Write , and : as ASCII has them.", id="comma-of-full-width"),
    pytest.param("// terms\n{}", "JSON has no comments: take the line away.", id="comment"),
    pytest.param("[1,]", "Is the comma before it one too many?", id="comma-too-many"),
    pytest.param('{"a":1\n"b":2}', "Is a comma missing before it?", id="comma-missing"),
])  # fmt: skip
def test_the_next_step_for_what_is_no_json(text, next_step):
    with pytest.raises(UnreadableError) as raised:
        parse_source(text, what="x")
    assert raised.value.next_step == next_step


def test_a_byte_order_mark_is_no_part_of_a_file(tmp_path):
    (tmp_path / "notepad.json").write_bytes(b'\xef\xbb\xbf{\r\n\t"a": 1.5\r\n}\r\n')
    (problem,) = read_source(tmp_path / "notepad.json").problems
    assert (problem.line, problem.column) == (2, 7)


def test_a_file_that_cannot_be_read(tmp_path):
    with pytest.raises(NodeError, match="No such file"):
        read_source(tmp_path / "absent.json")
    (tmp_path / "latin.json").write_bytes(b'{\n"a":"\xe9"}')
    with pytest.raises(NodeError, match=r"latin\.json:2: not UTF-8"):
        read_source(tmp_path / "latin.json")
    (tmp_path / "large.json").write_bytes(b" " * ((1 << 20) + 1))
    with pytest.raises(NodeError, match="expected at most 1048576 bytes"):
        read_source(tmp_path / "large.json")
