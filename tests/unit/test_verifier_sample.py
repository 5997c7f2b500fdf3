"""verifier/audit/sample.py: the draw, and which entry and line each unit is, against single fen in queues."""

import json
from hashlib import sha256

import pytest

from tests.support.receipts import ReceiptWorld
from tests.unit.test_archive import written
from verifier.audit.sample import draw_units
from verifier.cli import main
from verifier.errors import FormatError

NONCE = bytes(range(16))


@pytest.mark.parametrize(("total", "count"), [(1, 1), (7, 7), (7, 3), (1000, 9), (2**53 - 1, 100)])
def test_one_unit_is_drawn_from_each_cell(total, count):
    units = draw_units(root=bytes(32), nonce=NONCE, total=total, count=count)
    for cell, unit in enumerate(units):
        assert cell * total // count <= unit < (cell + 1) * total // count


def test_the_draw_is_the_documents():
    """Root and nonce of the example in docs/formats/sample.md."""
    root = bytes.fromhex("f5de38830e5f953ce7d428e5b4729a9824eec7a9da5ff3685f353d58a2553cd9")
    assert draw_units(root=root, nonce=NONCE, total=12_480_000, count=3) == (534_792, 4_357_163, 12_466_039)


def test_another_root_or_nonce_is_another_draw():
    draws = {draw_units(root=bytes([root]) * 32, nonce=bytes([nonce]) * 16, total=10**12, count=3)
             for root in range(5) for nonce in range(5)}  # fmt: skip
    assert len(draws) == 25


@pytest.mark.parametrize(("nonce", "total", "count", "message"), [
    pytest.param(bytes(15), 9, 1, "expected 16 to 64 bytes, got 15", id="short-nonce"),
    pytest.param(bytes(65), 9, 1, "expected 16 to 64 bytes, got 65", id="long-nonce"),
    pytest.param(NONCE, 9, 10, "expected 1 to 9 hits of 9 units, got 10", id="more-hits-than-units"),
    pytest.param(NONCE, 9, 0, "got 0", id="no-hit"),
    pytest.param(NONCE, 10**6, 10_001, "expected 1 to 10000 hits", id="too-many"),
])  # fmt: skip
def test_a_draw_that_cannot_be_made(nonce, total, count, message):
    with pytest.raises(FormatError, match=message):
        draw_units(root=bytes(32), nonce=nonce, total=total, count=count)


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """Archives, with bodies and without, of a log with gifts of many sizes, a committed nonce, and money that moved."""
    place = tmp_path_factory.mktemp("sample")
    world = ReceiptWorld().begin()
    world.give(7, 1, 300, 45)
    world.give(2)
    world.act("notice", "foundation", document=sha256(NONCE).hexdigest(), programme="dlz", text="nonce")
    world.settle(355)
    world.premium(200)
    _, members = world.enrol(4)
    cover = world.insure(4)
    for member in members[:3]:
        world.pay_out(cover, member, 100)
    world.balance("claims/dlz/kb")
    (place / "log").write_bytes(written(world)[0])
    (place / "public").write_bytes(written(world, sealed=False)[0])
    (place / "nobatch").write_bytes(written(world, without=("batch",))[0])
    (place / "policy").write_bytes(world.policy())
    (place / "world.json").write_text(json.dumps([world.stamp(index) for index in range(len(world.leaves))]))
    return place


def sample(capsys, place, name, *more, count, nonce=NONCE):
    status = main(["sample", str(place / name), "--policy", str(place / "policy"), "--nonce", nonce.hex(), "--count",
                   str(count), "--json", *more])  # fmt: skip
    out, err = capsys.readouterr()
    return status, json.loads(out) if out.startswith("{") else out, err


GIFTS = [(index, amount) for index, amount in ((0, 7), (1, 1), (2, 300), (3, 45))]


@pytest.mark.parametrize("name", ["log", "public"])
def test_every_unit_of_every_gift_is_its_line(capsys, place, name):
    """As many hits as units: each line is hit once for each of its fen, bodies or not."""
    status, found, _ = sample(capsys, place, name, count=355)
    assert (status, found["total"], found["population"]) == (0, 355, "gifts to dlz")
    first, second = sorted({hit["gift"] for hit in found["hits"]})
    expected = [(first, line, amount) for line, amount in GIFTS for _ in range(amount)] + 2 * [(second, 0, 2)]
    assert [(hit["gift"], hit["line"], hit["amount"]) for hit in found["hits"]] == expected
    assert [hit["unit"] for hit in found["hits"]] == list(range(355))


def test_the_notice_that_commits_to_the_nonce_is_named(capsys, place):
    _, found, _ = sample(capsys, place, "log", count=1)
    index, signers, _ = found["committed"]
    assert signers[0].startswith("foundation.example+") and index == found["hits"][0]["gift"] + 2
    _, found, _ = sample(capsys, place, "log", count=1, nonce=bytes(16))
    assert found["committed"] is None and found["commitment"] == sha256(bytes(16)).hexdigest()


def walked(stamps, account):
    """Each fen of an account as single fen pushed through queues have it: which unit of all gifts it is."""
    queues = {}
    for stamp in stamps:
        for move in stamp.get("moves", ()):
            source = move.get("from") or move["split"]
            start = move.get("from_pos", move.get("pos"))
            fen = range(start, start + move["amount"])
            taken = [queues[source][at] if source in queues else at for at in fen]
            if "split" in move:
                for at, one in zip(fen, taken, strict=True):
                    first = (at + 1) * move["num"] // move["den"] > at * move["num"] // move["den"]
                    queues.setdefault(move["to"] if first else move["rest"], []).append(one)
            else:
                queues.setdefault(move["to"], []).extend(taken)
    return queues[account]


@pytest.mark.parametrize("account", ["platform/dlz/gifts", "fund/dlz", "fund/dlz/claims", "fund/dlz/other",
                                     "claims/dlz/kb"])  # fmt: skip
def test_every_unit_of_an_account_is_traced_to_its_gift(capsys, place, account):
    fen = walked(json.loads((place / "world.json").read_text()), account)
    status, found, _ = sample(capsys, place, "log", "--account", account, count=len(fen))
    assert (status, found["total"]) == (0, len(fen))
    ends = {0: 7, 1: 8, 2: 308, 3: 353}
    for unit, hit in zip(fen, found["hits"], strict=True):
        line = next((line for line, end in ends.items() if unit < end), 0)
        assert hit["line"] == line, hit
        assert hit["way"][0][:2] == [account, hit["unit"]]
        assert hit["way"][-1][:2] == ["platform/dlz/gifts", unit], "the very unit that was given"


def test_money_that_was_paid_is_traced_through_sealed_leaves(capsys, place):
    status, found, _ = sample(capsys, place, "log", "--account", "paid/dlz/kb", count=150)
    assert status == 0
    assert {hit["kind"] for hit in found["hits"]} == {"confirm"}, "the body's, and not that it is sealed"
    ways = {tuple(account.partition("/")[0] for account, _, _ in hit["way"]) for hit in found["hits"]}
    assert ways == {("paid", "transit", "claims", "transit", "fund", "fund", "transit", "platform")}


def test_an_account_is_not_sampled_without_the_bodies(capsys, place):
    status, out, err = sample(capsys, place, "public", "--account", "fund/dlz", count=3)
    assert status == 3 and "is not to be had" in err and "unit" not in out


def test_a_batch_that_is_not_given_leaves_the_line_open(capsys, place):
    status, found, _ = sample(capsys, place, "nobatch", count=2)
    assert status == 3 and [hit["line"] for hit in found["hits"]] == [None, None]


@pytest.mark.parametrize(("more", "message"), [
    pytest.param(["--account", "fund/none"], "has no account fund/none", id="unknown-account"),
    pytest.param(["--account", "own/insurer"], "nothing to draw from: no unit ever came in", id="empty-account"),
    pytest.param(["--programme", "other"], "expected one that was given to, of dlz; got other", id="other-programme"),
])  # fmt: skip
def test_a_population_that_is_not_there(capsys, place, more, message):
    status, _, err = sample(capsys, place, "log", *more, count=1)
    assert status == 2 and message in err


@pytest.mark.parametrize(("option", "value", "message"), [
    ("--nonce", "xyz", "--nonce: expected lowercase hex"), ("--nonce", "00", "expected 16 to 64 bytes, got 1"),
    ("--count", "two", "--count: expected a decimal"), ("--count", "356", "expected 1 to 355 hits of 355 units"),
])  # fmt: skip
def test_options_that_cannot_be_read(capsys, place, option, value, message):
    options = {"--nonce": NONCE.hex(), "--count": "1", option: value}
    status = main(["sample", str(place / "log"), "--policy", str(place / "policy"),
                   *(item for pair in options.items() for item in pair)])  # fmt: skip
    assert status == 2 and message in capsys.readouterr().err


def test_what_is_printed_for_people(capsys, place):
    assert main(["sample", str(place / "log"), "--policy", str(place / "policy"), "--nonce", NONCE.hex(), "--count",
                 "1", "--account", "fund/dlz/claims"]) == 0  # fmt: skip
    out = capsys.readouterr().out
    assert "1 of 319 units of fund/dlz/claims" in out and "committed to in leaf" in out
    assert ", line " in out and "in fund/dlz at" in out
