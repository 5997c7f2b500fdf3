"""Figures against the books of a node that runs or is stopped: judged as the ledger would judge the entry."""

import json
import os

import pytest

from ledger.batch import Batch, Line, encode_lines
from ledger.entry import sign_entry
from ledger.errors import FormatError, Rejected
from node import cli
from node.figures.said import judge_figures
from tests.support.cluster import ORIGIN, Cluster, today
from tests.support.smallest_terms import SMALLEST_TERMS
from tests.support.world import World

KB = "claims/dlz/kb"
THOUSANDS = {"kind": "rounded", "unit": 1000}


@pytest.fixture(scope="module")
def world():
    """Gifts of 1,000,000 fen, 900,000 of them for claims; four persons covered, and one payout since all was told."""
    made = World().begin()
    made.give(1_000_000)
    made.settle(1_000_000)
    made.premium(100_000)
    members = made.enrol(4)[1]
    made.pay_out(made.insure(4), members[0], 100)
    return made


def judge(world, *figures):
    value = {"format": "mingzhang figures/v1", "figures": list(figures)}
    return judge_figures(value, world.state, name="f")


@pytest.mark.parametrize("figure,books,reason", [
    pytest.param({"metric": "dlz/raised", "value": 1_000_000}, 1_000_000, None, id="exact"),
    pytest.param({"metric": "dlz/raised", "value": 1_000_001}, 1_000_000, "figure_not_supported", id="a-fen-more"),
    pytest.param({"metric": "dlz/raised", "value": 1_000_000, "unit": "cny"}, 1_000_000, None, id="unit"),
    pytest.param({"metric": "dlz/raised", "value": 1_000_000, "unit": "fen"}, 1_000_000, "unit_differs",
                 id="another-unit"),
    pytest.param({"metric": "dlz/assigned", "value": 900_000, "precision": THOUSANDS, "basis": "derived",
                  "reading": "as_printed"}, 900_000, None, id="rounded"),
    pytest.param({"metric": "dlz/assigned", "value": 901_000, "precision": THOUSANDS}, 900_000,
                 "figure_not_supported", id="rounded-to-the-next"),
    pytest.param({"metric": "dlz/share_bp", "of": ["dlz/assigned", "dlz/raised"], "value": 9000}, 9000, None,
                 id="share"),
    pytest.param({"metric": "dlz/share_bp", "of": ["dlz/paid", "dlz/raised"], "value": 0}, None,
                 "unpublished_payouts", id="share-of-payouts"),
    pytest.param({"metric": "dlz/paid", "value": 50}, None, "unpublished_payouts", id="payouts"),
    pytest.param({"metric": "dlz/2018/persons", "value": 4}, 4, None, id="persons"),
    pytest.param({"metric": "dlz/2019/persons", "value": 4}, None, "figure_not_supported", id="no-such-period"),
    pytest.param({"metric": "two/raised", "value": 4}, None, "figure_not_supported", id="no-such-programme"),
])
def test_a_figure_is_judged_as_the_entry_would_be(world, figure, books, reason):
    [verdict] = judge(world, figure)
    assert (verdict.books, verdict.reason) == (books, reason)
    assert verdict.difference == (None if books is None else figure["value"] - books)
    entry = world.compose("figure", "foundation", **{"basis": "published", "programme": "dlz", **figure,
                          **({"programme": "two"} if figure["metric"].startswith("two") else {})})  # fmt: skip
    if reason is None:
        World.append(world, entry)  # of these none lets anybody count as settled, so the next is judged alike
    else:
        with pytest.raises(Rejected) as refused:
            World.append(world, entry)
        assert (refused.value.reason, str(refused.value)) == (reason, verdict.message)


@pytest.mark.parametrize("value,message", [
    pytest.param({"figures": 1}, "f: figures: expected an array, got 1", id="no-array"),
    pytest.param({"figures": [], "note": "x"}, "f: expected the members figures and format, got 'note'", id="member"),
    pytest.param({"figures": [{"value": 1}]}, r"f: figures\[0\]: expected an object with a metric and a value",
                 id="no-metric"),
    pytest.param({"figures": [{"metric": "dlz/raised"}]}, r"f: figures\[0\].*value", id="no-value"),
    pytest.param({"figures": [{"metric": "dlz/raised", "value": 1}, {"metric": "raised", "value": 1}]},
                 r"f: figures\[1\].*metric", id="no-programme"),
    pytest.param({"figures": [{"metric": "dlz/raised", "value": 1, "programme": "dlz"}]},
                 r"f: figures\[0\]: expected no member programme: the check fills it in", id="filled-in"),
    pytest.param({"figures": [{"metric": "dlz/raised", "value": 1, "precision": {"kind": "roughly", "unit": 1}}]},
                 r"f: figures\[0\].*roughly", id="precision"),
])
def test_a_file_of_figures_is_refused(world, value, message):
    with pytest.raises(FormatError, match=message):
        judge_figures(value, world.state, name="f")


# -- a node -----------------------------------------------------------------------------------------------------------

NAMES = ("world/test/donors", "fund/test")


def give(node, amount):
    """Hand in the terms of a programme and one gift."""
    common = {"at": today(), "nonce": os.urandom(16).hex(), "programme": "test", "valid_until": today(20)}
    terms = {
        **SMALLEST_TERMS, **common, "first_day": today(-1),
        "accounts": [{"holder": "platform", "name": name, "place": "bank"} for name in NAMES],
        "flows": [{"from": NAMES[0], "kind": "donation", "purpose": "gift", "to": NAMES[1]}],
    }  # fmt: skip
    data = encode_lines([Line(amount, bytes(32))])
    batch = Batch(data)
    gift = {**common, "from": NAMES[0], "kind": "donation", "purpose": "gift", "to": NAMES[1],
            "lines": {"count": 1, "root": batch.root.hex(), "total": amount}}
    assert node.ask(f"/batches/{batch.root.hex()}", data, method="PUT", token=node.token())[0] == 204
    for value in (terms, gift):
        status, answer = node.post(sign_entry(ORIGIN, value, [node.key]))
        assert (status, answer["state"]) == (200, "final"), answer


def test_the_books_of_a_node_that_runs_and_of_one_that_is_stopped(tmp_path, capsys):
    cluster = Cluster(tmp_path, parties=("platform",), quorum=1)
    node = cluster.nodes["platform"]
    path = tmp_path / "figures.json"
    path.write_text(json.dumps({"format": "mingzhang figures/v1", "figures": [
        {"metric": "test/raised", "value": 12_345}, {"metric": "test/raised", "value": 12_300}]}))
    command = ["figure", "check", str(path), "--node", str(node.directory), "--json"]
    try:
        cluster.start()
        assert node.post(cluster.charter())[1]["state"] == "final"
        give(node, 12_345)
        assert cli.main(command) == 1
    finally:
        cluster.stop()
    running = capsys.readouterr().out
    assert [(one["supported"], one["books"], one["difference"]) for one in json.loads(running)["figures"]] == [
        (True, 12_345, 0), (False, 12_345, -45)]
    assert cli.main(command) == 1
    assert capsys.readouterr().out == running
    assert cli.main(command[:-1]) == 1
    said = capsys.readouterr().out
    assert "  figure_not_supported: test/raised: the books hold 12345, the figure says 12300\n" in said
    assert "figures.json: 2 figures, 1 supported, 1 not; amounts in minor units\n  Next: " in said


def test_a_node_that_is_not_there(tmp_path, capsys):
    path = tmp_path / "figures.json"
    path.write_text('{"format":"mingzhang figures/v1","figures":[]}')
    assert cli.main(["figure", "check", str(path), "--node", str(tmp_path)]) == 2
    assert "node.toml" in capsys.readouterr().err
