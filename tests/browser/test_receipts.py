"""The page and `mingzhang-verify receipt` are two readers of one format: same answer, same meaning, every receipt."""

import base64
import json
import random
from dataclasses import asdict
from functools import cache

import pytest

from tests.browser.conftest import NOW
from tests.support.histories import History
from tests.support.receipts import Forger, ReceiptWorld, encode, follow, intervals
from tests.unit.test_verifier_receipt import Story
from verifier.errors import CannotTell, VerifyError
from verifier.log.policy import parse_policy
from verifier.receipts.receipt import verify_receipt

BYTES = 150  # how many bytes of each sample receipt are changed
SEEDS = 3
STEPS = 150
ORDERLESS = ("hops", "pieces", "cautions")
# What the page adds for its picture, and terms that it keeps beside the claims.
ONLY_HERE = ("branches", "rows", "terms")


@cache
def story():
    told = Story()
    world = told.world
    samples = {f"donation-{line}": world.donation_receipt(told.gift, line) for line in range(3)}
    samples |= {f"cover-{line}": world.cover_receipt(told.enrolment, line) for line in range(8)}
    samples["refunded"] = world.donation_receipt(told.back, 0)
    samples["entry"] = world.entry_receipt(told.way)
    return world, samples


def meaning(value):
    """A verdict without what is the page's own, and without an order that means nothing."""
    kept = {name: item for name, item in value.items() if name not in ONLY_HERE}
    for name in ORDERLESS:
        kept[name] = sorted(json.dumps(item, sort_keys=True) for item in kept[name])
    for claim in (kept["cover"] or {"claims": []})["claims"]:
        claim.pop("terms")
    return kept


def expected(receipt, policy):
    """What the command says: the outcome, and the verdict as its JSON has it."""
    try:
        verdict = verify_receipt(receipt, policy, now=NOW)
    except CannotTell:
        return "cannot tell", None
    except VerifyError:
        return "invalid", None
    said = json.loads(json.dumps(asdict(verdict), default=bytes.hex))
    del said["pinned"]  # by a policy that names the end of a range, which no page takes
    return "valid", meaning(said)


def compare(tab, receipts, policy_text):
    """Both readers on each receipt; gives the outcomes."""
    policy = parse_policy(policy_text, what="policy")
    outcomes = []
    for receipt, answer in zip(receipts, tab.judge(receipts, policy_text), strict=True):
        outcome, verdict = expected(receipt, policy)
        # The command calls invalid what is no receipt at all; the page says that it is not readable.
        said = "invalid" if answer["outcome"] == "unreadable" else answer["outcome"]
        assert said == outcome, (answer["message"], receipt)
        if outcome == "valid":
            assert meaning(answer["verdict"]) == verdict
        assert answer["word"] != "why mistake", answer["message"]
        outcomes.append(outcome)
    return outcomes


def test_every_sample_says_the_same(opened):
    world, samples = story()
    assert set(compare(opened(), list(samples.values()), world.policy())) == {"valid"}


@pytest.mark.parametrize("seed", range(SEEDS))
def test_random_histories_say_the_same(opened, seed):
    world = ReceiptWorld(seed)
    History(world, seed).run(STEPS)
    world.balance()
    receipts = [world.entry_receipt(index) for index in range(0, len(world.leaves), 5)]
    for index in range(len(world.leaves)):
        entry = world.entry(index)
        if entry["kind"] == "enrolment" and entry["op"] == "add" and entry["lines"]["root"] in world.openings:
            receipts += [world.cover_receipt(index, line) for line in range(entry["lines"]["count"])]
        if entry["kind"] == "donation":
            receipts.append(world.donation_receipt(index, 0))
    assert "valid" in compare(opened(), receipts, world.policy())


@pytest.mark.parametrize("name", ["donation-0", "cover-0", "entry"])
def test_no_changed_byte_is_passed_over(opened, name):
    world, samples = story()
    receipt, draw = samples[name], random.Random(name)
    changed = []
    for _ in range(BYTES):
        at = draw.randrange(len(receipt))
        changed.append(receipt[:at] + bytes([receipt[at] ^ 1 << draw.randrange(8)]) + receipt[at + 1 :])
    # Passed over is only what nobody reads: a line of a cosigner under another name is a line of nobody.
    assert compare(opened(), changed, world.policy()).count("invalid") > 0.9 * BYTES


def test_a_row_that_is_shown_twice_is_refused(opened):
    world, samples = story()
    value = json.loads(samples["donation-0"])
    value["rows"].append(value["rows"][0])
    (answer,) = opened().judge([encode(value)], world.policy())
    assert (answer["outcome"], answer["message"]) == ("invalid", f"receipt: rows.{len(value['rows']) - 1}: shown twice")


def test_what_is_not_even_a_receipt_is_not_readable(opened):
    world, _ = story()
    answers = opened().judge([b"", b"{}\n", b"\x89PNG\r\n", b"\xff\xfe", world.policy()], world.policy())
    assert [(answer["outcome"], answer["word"]) for answer in answers] == [("unreadable", "why no receipt")] * 5


def changes(value, draw):
    """Receipts with one part changed, as somebody with an editor would: fields, order, presence."""
    def changed(edit):
        other = json.loads(json.dumps(value))
        edit(other)
        return other

    for name in ("bodies", "leaves", "none", "proof", "rows"):
        for at in range(len(value[name])):
            yield changed(lambda other, name=name, at=at: other[name].pop(at))
            # A row shown twice says nothing else; only the page refuses it.
            if name != "rows":
                yield changed(lambda other, name=name, at=at: other[name].append(other[name][at]))
        yield changed(lambda other, name=name: other[name].reverse())
    for name in list(value):
        yield changed(lambda other, name=name: other.pop(name))
        yield changed(lambda other, name=name: other.update({name: None}))
    for path in integers(value):
        for step in (-1, 1, 2**53):
            yield changed(lambda other, path=path, step=step: put(other, path, lambda number: number + step))
    texts = list(hashes(value))
    for path in draw.sample(texts, min(40, len(texts))):
        yield changed(lambda other, path=path: put(other, path, lambda _: base64.b64encode(bytes(32)).decode()))
        yield changed(lambda other, path=path: put(other, path, lambda text: text[:-4]))


def integers(value, path=()):
    if isinstance(value, int) and not isinstance(value, bool):
        yield path
    for name, item in items(value):
        yield from integers(item, (*path, name))


def hashes(value, path=()):
    if isinstance(value, str) and len(value) == 44:
        yield path
    for name, item in items(value):
        yield from hashes(item, (*path, name))


def items(value):
    if isinstance(value, dict):
        return value.items()
    return enumerate(value) if isinstance(value, list) else ()


def put(value, path, edit):
    for name in path[:-1]:
        value = value[name]
    value[path[-1]] = edit(value[path[-1]])


@pytest.mark.parametrize("name", ["donation-0", "donation-2", "cover-0", "cover-5", "cover-7", "refunded", "entry"])
def test_each_changed_part_has_the_same_answer(opened, name):
    world, samples = story()
    mutants = [encode(value) for value in changes(json.loads(samples[name]), random.Random(name))]
    mutants = [mutant for mutant in mutants if mutant != samples[name]]
    outcomes = compare(opened(), mutants, world.policy())
    # A change that is passed over changes nothing that is said: the order of rows, an opening that is spelled anew.
    assert outcomes.count("valid") < 0.1 * len(outcomes)


OTHER_KINDS = (None, True, 0, -1, 2**53 - 1, "", "x", "A" * 44, [], {}, [[]], [None], {"a": 1}, [1, 2], [[0, "x"]])


def places(value, path=()):
    """The path of every part of a receipt."""
    for name, item in items(value):
        yield (*path, name)
        yield from places(item, (*path, name))


@pytest.mark.parametrize("name", ["donation-0", "donation-2", "cover-0", "entry"])
def test_a_part_of_another_kind_has_the_same_answer(opened, name):
    world, samples = story()
    draw, mutants = random.Random(name), []
    everywhere = list(places(json.loads(samples[name])))
    for _ in range(150):
        value, other = json.loads(samples[name]), draw.choice(OTHER_KINDS)
        put(value, draw.choice(everywhere), lambda _, other=other: other)
        mutants.append(encode(value))
    assert compare(opened(), mutants, world.policy()).count("invalid") > 0.9 * len(mutants)


@pytest.mark.parametrize("name", ["donation-0", "donation-2", "cover-0", "entry"])
def test_no_choice_of_leaves_is_told_apart(opened, name):
    """A prover who holds the whole log shows other leaves, with rows and absences that hold for them."""
    world, samples = story()
    forger, draw = Forger(world, samples[name]), random.Random(name)
    mutants = []
    for _ in range(60):
        hidden = set(draw.sample(forger.shown(), draw.choice((0, 1, 1, 2))))
        more = set(draw.sample(range(len(world.leaves)), draw.choice((0, 0, 3))))
        shown = (set(forger.shown()) | more) - hidden
        if not shown:
            continue
        value = forger.show(forger.copy(), shown)
        if name.startswith("donation"):
            line = value["line"]
            forger.prove(value, intervals(follow(world, entry=line["entry"], line=line["index"], leaves=shown)))
        mutants.append(encode(value))
    assert {"valid", "invalid"} <= set(compare(opened(), mutants, world.policy()))


def test_another_policy_is_no_word_of_trust(opened):
    world, samples = story()
    other = ReceiptWorld(9).policy()
    assert set(compare(opened(), [samples["donation-0"]], other)) == {"invalid"}
    assert set(compare(opened(), [samples["donation-0"]], world.policy("4"))) == {"valid"}
