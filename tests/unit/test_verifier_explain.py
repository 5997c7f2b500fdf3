"""A verdict in words: what is said is said in both languages, and cannot act on a terminal."""

import string
from dataclasses import replace

import pytest

from tests.support.receipts import ReceiptWorld
from verifier.amounts import amount_text, plain, time_text
from verifier.explain import explain_receipt
from verifier.policy import parse_policy
from verifier.receipt import verify_receipt
from verifier.verdict import Caution, Claim, Cover, Moment, Piece, State
from verifier.words import LANGUAGES, WORDS

TRANSLATED = ("kind", "claim state", "result")  # names of the formats, which are English words already


def verdict():
    world = ReceiptWorld().begin()
    gift = world.give(300)
    world.balance()
    return verify_receipt(world.donation_receipt(gift, 0), parse_policy(world.policy(), what="policy"))


def fields(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize(("amount", "unit", "lang", "text"), [
    (300, "CNY", "en", "3.00 yuan"),
    (5, "CNY", "zh", "0.05 元"),
    (124_956_000, "CNY", "en", "1,249,560.00 yuan"),
    (-105, "CNY", "en", "-1.05 yuan"),
    (30_000, "VND", "en", "30,000 dong"),
    (30_000, "VND", "zh", "30,000 越南盾"),
    (300, "XYZ", "en", "300 minor units XYZ"),
    (300, None, "zh", "300 个最小单位"),
])  # fmt: skip
def test_amounts(amount, unit, lang, text):
    assert amount_text(amount, unit=unit, lang=lang) == text


def test_times():
    assert time_text(1_519_905_600) == "2018-03-01 12:00:00 UTC"
    assert time_text(2**63 - 1) == "9223372036854775807 s"


@pytest.mark.parametrize(("text", "shown"), [
    pytest.param("trade 5512, 张", "trade 5512, 张", id="plain"),
    pytest.param("a\x1b[2Jb", r"a\x1b[2Jb", id="terminal-escape"),
    pytest.param("a\nok    line", r"a\nok    line", id="line-feed"),
    pytest.param("100\u202e00.3", r"100\u202e00.3", id="right-to-left"),
    pytest.param("a\u2028b", r"a\u2028b", id="line-separator"),
    pytest.param("x" * 201, "x" * 200 + "...", id="long"),
])  # fmt: skip
def test_foreign_text_is_shown_plainly(text, shown):
    assert plain(text) == shown


def test_an_opening_cannot_write_lines_of_its_own():
    told = verdict()
    forged = {"amount": 300, "trade": "1\nok    cosignatures  9 of 9 witnesses\x1b[8m"}
    text = explain_receipt(replace(told, line=replace(told.line, opening=forged)), lang="en")
    assert text.count("\nok    cosignatures") == 1 and "\x1b" not in text


def test_both_languages_say_the_same():
    names = [{name for name in WORDS[lang] if not name.startswith(TRANSLATED)} for lang in LANGUAGES]
    assert names[0] == names[1]
    for name in names[0]:
        assert fields(WORDS["en"][name]) == fields(WORDS["zh"][name]), name


@pytest.mark.parametrize("lang", LANGUAGES)
def test_there_is_a_sentence_for_each_state_and_caution(lang):
    pieces = tuple(Piece("claims/dlz/kb", 100, state, Moment(7, None)) for state in State)
    cautions = tuple((caution, "17") for caution in Caution)
    text = explain_receipt(replace(verdict(), pieces=pieces, cautions=cautions, vouched_unix_s=None, quorum=None),
                           lang=lang)
    assert text.count("claims/dlz/kb") == len(State)
    assert text.count(f"\n{WORDS[lang]['note']}") == len(Caution)
    assert WORDS[lang]["sum"] in text and "{" not in text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_claims_with_every_step(lang):
    world = ReceiptWorld().begin()
    enrolment, members = world.enrol(2)
    claim = world.file_claim(world.insure(2), members[0], 100, complete=False)
    world.balance()
    receipt = world.cover_receipt(enrolment, 0)
    told = verify_receipt(receipt, parse_policy(world.policy(), what="policy"))
    (one,) = told.cover.claims
    request = (claim + 1, {"kind": "request", "at": "2018-03-01", "claim": claim, "missing": ["invoice"]})
    waiting = replace(one, due="2018-04-01", bodies=(*one.bodies, request))
    text = explain_receipt(replace(told, cover=replace(told.cover, claims=(waiting,), removed="2018-05-01")), lang=lang)
    assert "2018-04-01" in text and "2018-05-01" in text
    assert {"en": ": request\n", "zh": "：补件要求\n"}[lang] in text
    assert amount_text(200, unit=told.unit, lang=lang) in text


@pytest.mark.parametrize(("step", "lang", "told"), [
    pytest.param("cap: 100,000.00", "en", "    at most, for a person and cover: 100,000.00\n", id="code"),
    pytest.param("cap: 100,000.00", "zh", "    每人每份保单最高：100,000.00\n", id="code-in-chinese"),
    pytest.param("half of it", "zh", "    依据：half of it\n", id="own-text"),
    pytest.param("who: knows", "en", "    because: who: knows\n", id="unknown-code"),
    pytest.param("cap: \x1b[2J", "en", "    at most, for a person and cover: \\x1b[2J\n", id="terminal-escape"),
])  # fmt: skip
def test_a_step_is_told_by_its_code_or_as_it_is(step, lang, told):
    text = explain_receipt(replace(verdict(), cover=cover_with(steps=[step], prior=[])), lang=lang)
    assert told in text


@pytest.mark.parametrize(("prior", "told"), [
    pytest.param([], "paid by others 0.00 yuan (nobody), left over 8.00 yuan", id="nobody"),
    pytest.param(
        [{"amount": 200, "payer": "basic"}, {"amount": 100, "payer": "mutual"}],
        "paid by others 3.00 yuan (basic insurance 2.00 yuan, mutual 1.00 yuan), left over 8.00 yuan", id="two",
    ),
])  # fmt: skip
def test_who_paid_before_is_named(prior, told):
    assert told in explain_receipt(replace(verdict(), cover=cover_with(steps=["half"], prior=prior)), lang="en")


@pytest.mark.parametrize(("lang", "told"), [
    ("en", ["To read this\n", "  claims/: kept to pay claims\n", "  world/: outside the books: donors, the bank\n"]),
    ("zh", ["怎样读\n", "  claims/：专用于理赔\n"]),
])  # fmt: skip
def test_accounts_and_leaves_are_explained(lang, told):
    piece = Piece("claims/dlz/kb", 300, State.PAID, Moment(7, None))
    text = explain_receipt(replace(verdict(), pieces=(piece,)), lang=lang)
    assert all(line in text for line in told)
    assert text.count("claims/") == 2  # in the answer, and once in what it means
    assert not any(f"  {name}/" in text for name in ("spent", "premium"))


def cover_with(*, steps, prior):
    claim_body = {"admitted": "2018-03-01", "bill": 800, "kind": "claim", "prior": prior, "residual": 800}
    decided = {"amount": 400, "kind": "decision", "result": "pay", "steps": steps}
    claim = Claim(index=3, state="decided", due=None, paid=0, bodies=((3, claim_body), (4, decided)))
    return Cover(county="kb", period="2018", policy=None, first_day=None, last_day=None, removed=None, claims=(claim,))
