"""Rosters: columns that count households beside persons, and within what a person counts once.

Every entry is judged by both sides, which must give the same stamp or the same reason.
"""

import pytest

from ledger.batch import Batch, Line, batch_name, encode_columns
from ledger.commitment import commit
from ledger.errors import FormatError, ProofError
from tests.support.refused import refused
from tests.support.twin import TwinWorld
from tests.support.world import TERMS, digest


@pytest.fixture
def world():
    made = TwinWorld().begin()
    yield made
    made.check_state()


# -- batches with columns ---------------------------------------------------------------------------------------------


def roster_of(world, rows, names=("households", "schools"), **changes):
    """Lines, columns and the file of a roster; `changes` are told of its columns."""
    world.count += 1
    data = encode_columns([(row, commit(digest("row", world.count, at), {"at": at})) for at, row in enumerate(rows)],
                          columns=1 + len(names))
    trees = [Batch.of_column(data, column=at, columns=1 + len(names)) for at in range(1 + len(names))]
    columns = [{"name": name, "root": tree.root.hex(), "total": tree.total, **changes}
               for name, tree in zip(names, trees[1:], strict=True)]
    name = batch_name([trees[0].root, *(bytes.fromhex(column["root"]) for column in columns)])
    world.files.batches[name] = data
    lines = {"count": trees[0].count, "root": trees[0].root.hex(), "total": max(1, trees[0].total)}
    line_bytes = 8 * len(trees) + 32
    commitments = [data[at - 32 : at] for at in range(line_bytes, len(data) + 1, line_bytes)]
    return {"columns": columns, "lines": lines}, commitments


def enrol(world, signers="county", **members):
    whole = {"county": "kb", "op": "add", "period": "2018", "programme": "dlz", **members}
    return world.act("enrolment", signers, **whole)


def plain_lines(world, commitments):
    """The plain batch of these persons, put among the files."""
    return world.batch_of([Line(1, commitment) for commitment in commitments])


def removal(world, commitments, **members):
    return enrol(world, lines=plain_lines(world, commitments), op="remove", reason="moved_away", **members)


def figure(world, name):
    row = world.state.get("figure", f"dlz/{name}")
    return None if row is None else row["value"]


def test_columns_count_households_beside_persons(world):
    rows = [(1, 1 if at % 3 == 0 else 0, 0) for at in range(1587)]
    members, commitments = roster_of(world, rows)
    index = enrol(world, place="north", **members)
    assert (figure(world, "2018/persons"), figure(world, "2018/households"), figure(world, "2018/schools")) == (
        1587, 529, 0)
    assert world.state.get("member", commitments[0].hex())["columns"] == {"households": 1}
    assert world.state.get("member", commitments[1].hex()) == {
        "claims": [], "columns": {}, "county": "kb", "index": index, "line": 1, "period": "2018", "place": "north",
        "programme": "dlz", "removed": None, "salt": commitments[1].hex(), "tag": None}
    world.act("figure", "county", basis="published", metric="dlz/2018/households", programme="dlz", unit="households",
              value=529)
    removal(world, commitments[:2])
    assert (figure(world, "2018/persons"), figure(world, "2018/households"), figure(world, "2018/person_times")) == (
        1585, 528, 1587)


@pytest.mark.parametrize("error,rows,names,changes", [
    pytest.param(FormatError, [(1, 0), (0, 1)], ("households",), {}, id="nobody-in-a-line"),
    pytest.param("line_not_one", [(2, 0)], ("households",), {}, id="two-in-a-line"),
    pytest.param("line_not_one", [(1, 2)], ("households",), {}, id="two-in-a-column"),
    pytest.param(ProofError, [(1, 1)], ("households",), {"total": 0}, id="another-total"),
    pytest.param("line_not_one", [(1, 2)], ("households",), {"total": 1}, id="lines-before-totals"),
    pytest.param("column_wrong", [(1, 1)], ("persons",), {}, id="a-figure-of-the-books"),
    pytest.param("column_wrong", [(1, 1, 1)], ("claims_paid", "households"), {}, id="the-first-of-two"),
    pytest.param(ProofError, [(1, 1)], ("paid",), {"total": 0}, id="totals-before-names"),
    pytest.param(FormatError, [(1, 1, 1)], ("schools", "households"), {}, id="not-sorted"),
    pytest.param(FormatError, [(1, 1)], ("with-hyphen",), {}, id="no-metric"),
])
def test_columns_that_are_refused(world, error, rows, names, changes):
    members, _ = roster_of(world, rows, names, **changes)
    if isinstance(error, str):
        refused(world, error, lambda: enrol(world, **members))
    else:
        with pytest.raises(error):
            enrol(world, **members)


def test_a_file_with_columns_and_the_plain_one_of_the_same_persons_have_two_names(world):
    members, commitments = roster_of(world, [(1, 1), (1, 0)], ("households",))
    plain = plain_lines(world, commitments)
    assert plain["root"] == members["lines"]["root"]
    enrol(world, **members)
    assert figure(world, "2018/households") == 1


@pytest.mark.parametrize("name,value", [
    pytest.param("tags", "77" * 32, id="tags"),
    pytest.param("place", "north", id="place"),
    pytest.param("columns", [{"name": "households", "root": "77" * 32, "total": 0}], id="columns"),
])
def test_a_removal_repeats_nothing(world, name, value):
    commitments = world.enrol(1)[1]
    with pytest.raises(FormatError, match=f"expected no {name} in a removal"):
        removal(world, [bytes.fromhex(commitments[0])], **{name: value})


# -- one person once --------------------------------------------------------------------------------------------------


def two_programmes(unique):
    """The programme dlz and another one of the same parties, in which `unique` says where a person counts once."""
    world = TwinWorld()
    world.charter()
    world.terms(unique={"invoice": "log", "person": unique})
    accounts = [{"holder": "foundation", "name": "fund/two", "place": "bank-f"}]
    world.act("terms", "foundation", **{
        **TERMS, "accounts": accounts, "claims_share": "fund/two", "flows": [], "programme": "two",
        "refund_from": "fund/two", "splits": [], "unique": {"invoice": "log", "person": unique}})
    for programme in ("dlz", "two"):
        world.act("agreement", "county foundation", county="kb", document="22" * 32, programme=programme)
    return world


def test_a_person_is_enrolled_once_in_the_whole_log():
    world = two_programmes("log")
    members = enrol(world, lines=world.batch([1]), tags=world.tags("zhang"))
    assert members == 5
    refused(world, "tag_used", lambda: enrol(world, lines=world.batch([1]), programme="two", tags=world.tags("zhang")))
    enrol(world, lines=world.batch([1]), period="2019", programme="two", tags=world.tags("zhang"))
    world.check_state()


def test_a_person_may_be_enrolled_in_each_programme():
    world = two_programmes("programme")
    enrol(world, lines=world.batch([1]), tags=world.tags("zhang"))
    enrol(world, lines=world.batch([1]), programme="two", tags=world.tags("zhang"))
    refused(world, "tag_used", lambda: enrol(world, lines=world.batch([1]), tags=world.tags("zhang")))
    world.check_state()


def test_a_removal_frees_the_tag_that_its_enrolment_used_in_the_whole_log():
    world = two_programmes("log")
    lines = world.batch([1])
    enrol(world, lines=lines, tags=world.tags("zhang"))
    commitment = world.files.batches[bytes.fromhex(lines["root"])][8:]
    tag = digest("tag", "zhang").hex()
    assert world.state.get("tag", "person", "-/2018", tag) == 5
    removal(world, [commitment])
    assert world.state.get("tag", "person", "-/2018", tag) is None
    enrol(world, lines=world.batch([1]), programme="two", tags=world.tags("zhang"))
    world.check_state()


def test_a_share_does_not_take_the_name_of_a_column(world):
    members, _ = roster_of(world, [(1, 1), (1, 0)], ("poor_bp",))
    enrol(world, **members)
    told = {"basis": "published", "metric": "dlz/2018/poor_bp", "programme": "dlz"}
    of = ["dlz/2018/poor_bp", "dlz/2018/persons"]
    refused(world, "figure_not_supported", lambda: world.act("figure", "county", of=of, value=5000, **told))
    world.act("figure", "county", value=1, **told)
    world.act("figure", "county", of=of, value=5000, **{**told, "metric": "dlz/2018/poor_share_bp"})
