"""A verdict in words: what is said is said in both languages, and cannot act on a terminal."""

import string
from dataclasses import replace

import pytest

from tests.support.receipts import ReceiptWorld
from verifier.log.policy import parse_policy
from verifier.primitives.amounts import amount_text, plain, time_text
from verifier.receipts.receipt import verify_receipt
from verifier.receipts.verdict import Caution, Claim, Cover, Duty, Kept, Moment, Notice, Piece, State
from verifier.speech.explain import explain_receipt
from verifier.speech.speech import Speech
from verifier.speech.tell_claim import tell_duty, tell_notice
from verifier.speech.tell_step import tell_step
from verifier.speech.words import LANGUAGES, WORDS

# Names of the formats, which are English words already.
TRANSLATED = ("claim state", "fact ", "kind", "party", "publication", "reason ", "result")


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
def test_claims_with_what_was_said_about_them(lang):
    world = ReceiptWorld().begin()
    enrolment, members = world.enrol(2)
    claim = world.file_claim(world.insure(2), members[0], 100, complete=False)
    world.balance()
    receipt = world.cover_receipt(enrolment, 0)
    told = verify_receipt(receipt, parse_policy(world.policy(), what="policy"))
    (one,) = told.cover.claims
    request = (claim + 1, {"kind": "request", "at": "2018-03-01", "claim": claim, "missing": ["invoice"]})
    waiting = replace(one, bodies=(*one.bodies, request), objection=77)
    text = explain_receipt(replace(told, cover=replace(told.cover, claims=(waiting,), removed="2018-05-01")), lang=lang)
    assert "2018-05-01" in text and "77" in text
    assert {"en": ": request\n", "zh": "：补件要求\n"}[lang] in text
    assert {"en": "nothing else stands under it", "zh": "除此之外别无记录"}[lang] in text
    assert amount_text(200, unit=told.unit, lang=lang) in text


@pytest.mark.parametrize(("kept", "changes", "told"), [
    (Kept.WAITS, {"days": None, "due": None}, "to decide: the insurer has time; the clock stands, or no amount"),
    (Kept.OPEN, {}, "to decide: open, the insurer has until 2019-10-10 (7 working days after 2019-09-27)"),
    (Kept.LATE, {"late": 4}, "the insurer is late by 4 working days as of 2019-10-16: to decide was due on 2019-10-10"),
    (Kept.LATE, {"late": 1, "by": "huatai"}, "huatai is late by 1 working day as of 2019-10-16"),
    (Kept.LATE, {"late": 2, "unit": "calendar_day"}, "the insurer is late by 2 days as of 2019-10-16"),
    (Kept.LATE, {"late": 4, "at_least": True}, "is late by at least 4 working days as of 2019-10-16"),
    (Kept.MET, {"met": "2019-10-09"}, "to decide: the insurer met it in time, on 2019-10-09, due on 2019-10-10"),
    (Kept.MET, {"met": "2019-10-09", "due": None}, "to decide: the insurer met it on 2019-10-09; no day was set"),
    (Kept.MET_LATE, {"met": "2019-10-14", "late": 2}, "met it late by 2 working days, on 2019-10-14"),
    (Kept.MET_LATE, {"met": "2019-10-14", "late": 2, "at_least": True}, "met it late by at least 2 working days"),
    (Kept.PROVISIONAL, {}, "to decide: cannot tell whether the insurer is late"),
])  # fmt: skip
def test_whether_a_duty_was_kept(kept, changes, told):
    duty = Duty(**{"id": "decide", "by": "insurer", "starts": "2019-09-27", "days": 7, "unit": "working_day",
                   "due": "2019-10-10", "met": None, "kept": kept, "late": 0, "at_least": False, "on": "2019-10-16",
                   **changes})
    assert told in tell_duty(Speech("en", unit="CNY"), duty)
    chinese = tell_duty(Speech("zh", unit="CNY"), duty)
    assert all(str(value) in chinese for value in (changes.get("due", duty.due), duty.met) if value)


def test_the_insurer_is_late_in_chinese():
    duty = Duty(id="pay", by="insurer", starts="2019-09-27", days=7, unit="working_day", due="2019-10-10", met=None,
                kept=Kept.LATE, late=4, at_least=False, on="2019-10-16")
    assert tell_duty(Speech("zh", unit="CNY"), duty) == (
        "截至 2019-10-16，保险公司已逾期 4 个工作日：应于 2019-10-10 前赔付（自 2019-09-27 起 7 个工作日）"
    )


@pytest.mark.parametrize(("kept", "late", "told"), [
    (Kept.OPEN, 0, "foundation has to publish by 2019-10-10: progress (2 done)"),
    (Kept.LATE, 6, "foundation is late by 6 days as of 2019-10-16: progress was to be published by 2019-10-10"),
    (Kept.MET, 0, "foundation published: progress (2 done, none left)"),
])  # fmt: skip
def test_what_must_be_published(kept, late, told):
    notice = Notice("progress", "foundation", "2019-10-10", None, 2, kept, late, "2019-10-16")
    assert tell_notice(Speech("en", unit=None), notice).startswith(told)
    assert "进展报告" in tell_notice(Speech("zh", unit=None), notice)


TERMS = {
    "basis": {"illness_ratio_bp": "assumed", "illness": "published", "rounding": "invented", "eligible": "derived"},
    "eligibility": "eligible",
    "formulas": {
        "eligible": {"kind": "age", "max": 60, "min": {"by": "age_min", "readings": [{"is": 18, "name": "of_age"}]}},
        "illness": {"caps": [{"amount": 100_000, "per": {"by": "period", "readings": []}}], "kind": "indemnity"},
        "stay": {"kind": "per_diem"},
    },
    "readings": {"age_min": "of_age", "period": "policy"},
}


@pytest.mark.parametrize(("step", "told"), [
    (["base", "base", [1000], 1000, "residual"], "left over of the bill: 10.00 yuan  [published]"),
    (["subtract", "base", [1500, 300, 200], 1000, "own_part"],
     "own_part: 15.00 yuan - 3.00 yuan - 2.00 yuan = 10.00 yuan  [published]"),
    (["deductible", "deductible", [1000, 100], 900], "10.00 yuan less the deductible of 1.00 yuan = 9.00 yuan"),
    (["ratio", "ratio_bp", [900, 8000], 720], "9.00 yuan x 80% = 7.20 yuan  [assumed]"),
    (["ratio", "ratio_bp", [900, 8050], 724], "9.00 yuan x 80.5% = 7.24 yuan"),
    (["ratio", "ratio_bp", [900, 5], 0], "9.00 yuan x 0.05% = 0.00 yuan"),
    (["tier", "tiers.2", [900], 2], "9.00 yuan lies in tier 3"),
    (["amount", "amount", [500], 500], "fixed amount: 5.00 yuan"),
    (["at_most", "tiers.2.pays", [900, 500], 500], "9.00 yuan, at most 5.00 yuan: 5.00 yuan"),
    (["grade", "grades", [], 500, "grade"], "grade by the table: 5.00 yuan"),
    (["days", "day_count", [], 3, "nights"], "days counted (nights): 3"),
    (["multiply", "per_day", [3, 5000], 15000], "3 x 50.00 yuan = 150.00 yuan"),
    (["cap", "caps.0", [720, 1000, 400], 600, "policy"],
     "7.20 yuan, at most 10.00 yuan a policy, 4.00 yuan of it used before: 6.00 yuan  [published, "
     "reading period = policy]"),
    (["overlap", "overlap", [600, 1500, 500], 600],
     "6.00 yuan, with 5.00 yuan paid by others at most the bill of 15.00 yuan: 6.00 yuan"),
    (["condition", "conditions.0", [], 1, "cause"], "cause is as the terms ask"),
    (["condition", "conditions.0", [], 0, "cause"], "cause is not as the terms ask"),
    (["age", "at", [], 18, "born"], "age 18 (by day of birth)  [derived]"),
    (["at_least", "min", [18, 18], 1], "age 18 is at least 18  [derived, reading age_min = of_age]"),
    (["at_least", "min", [17, 18], 0], "age 17 is below 18"),
    (["not_above", "max", [61, 60], 0], "age 61 is above the limit of 60"),
    (["magic", "spell", [1, 2], 3, "wand"], "magic wand [1, 2] = 3"),
    (["ratio", "ratio_bp", [900], 720], "ratio  [900] = 720"),
    (["cap", "caps.x", [720], 600], "cap  [720] = 600"),
])  # fmt: skip
def test_steps_are_arithmetic_with_their_basis(step, told):
    op, clause, numbers, out, *name = step
    value = {"clause": clause, "in": numbers, "op": op, "out": out, **({"name": name[0]} if name else {})}
    assert tell_step(Speech("en", unit="CNY"), value, benefit="illness", terms=TERMS).startswith(told)
    bare = tell_step(Speech("en", unit="CNY"), value, benefit="illness", terms=None)
    assert "[p" not in bare and told.startswith(bare.split("  [")[0])
    assert "{" not in tell_step(Speech("zh", unit="CNY"), value, benefit="illness", terms=TERMS)


@pytest.mark.parametrize(("worked", "told"), [
    ((4,), "worked out again here by the terms in leaf 1: the same, step by step"),
    ((), "not worked out again here: claim, policy or the terms in leaf 1 are not shown"),
])  # fmt: skip
def test_whether_a_decision_was_worked_out_again_is_said(worked, told):
    assert told in explain_receipt(replace(verdict(), cover=cover_with(prior=[], worked=worked)), lang="en")


@pytest.mark.parametrize(("lang", "told"), [
    ("en", "  assumed: no source states it; those who signed the terms chose it\n"),
    ("zh", "  假定：没有来源写明，由签署条款的各方选定\n"),
])  # fmt: skip
def test_what_a_basis_means_is_explained(lang, told):
    cover = cover_with(prior=[])
    (claim,) = cover.claims
    cover = replace(cover, claims=(replace(claim, terms=TERMS),))
    text = explain_receipt(replace(verdict(), cover=cover), lang=lang)
    assert text.count(told) == 1
    assert told not in explain_receipt(replace(verdict(), cover=cover_with(prior=[])), lang=lang)


def test_why_nothing_is_paid_and_what_was_taken_to_be_so():
    cover = cover_with(prior=[], reason="age_above", facts={"age": 61, "poor": False, "note": "\x1b[2J"})
    text = explain_receipt(replace(verdict(), cover=cover), lang="en")
    assert "because: above the age that is covered\n" in text
    assert "taken to be so by the insurer: age 61, poor no, note \\x1b[2J\n" in text


@pytest.mark.parametrize(("prior", "told"), [
    pytest.param([], "paid by others 0.00 yuan (nobody), left over 8.00 yuan", id="nobody"),
    pytest.param(
        [{"amount": 200, "payer": "basic"}, {"amount": 100, "payer": "mutual"}],
        "paid by others 3.00 yuan (basic insurance 2.00 yuan, mutual 1.00 yuan), left over 8.00 yuan", id="two",
    ),
])  # fmt: skip
def test_who_paid_before_is_named(prior, told):
    assert told in explain_receipt(replace(verdict(), cover=cover_with(prior=prior)), lang="en")


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


def cover_with(*, prior, worked=(), reason=None, facts=None):
    claim_body = {
        "admitted": "2018-03-01", "bill": 800, "facts": {}, "kind": "claim", "prior": prior, "residual": 800,
    }  # fmt: skip
    step = {"clause": "base", "in": [800], "name": "residual", "op": "base", "out": 800}
    benefit = {"amount": 400, "benefit": "illness", "steps": [step], **({"reason": reason} if reason else {})}
    decided = {"amount": 400, "benefits": [benefit], "kind": "decision", "result": "pay", "terms": 1}
    decided |= {"facts": facts} if facts else {}
    claim = Claim(index=3, state="decided", paid=0, objection=None, duties=(), terms=None, worked=worked,
                  bodies=((3, claim_body), (4, decided)))
    return Cover(county="kb", period="2018", policy=None, first_day=None, last_day=None, removed=None, claims=(claim,))
