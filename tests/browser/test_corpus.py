"""The inputs that the fuzzer keeps, given to the page: two readers of a format accept and refuse the same."""

import base64
import json
from pathlib import Path

import pytest

from tests.browser.test_receipts import compare
from tests.fuzz import whole
from tests.fuzz.documents import check_entry, check_stamp
from tests.fuzz.edits import BytesDraw, canonical, fold
from tests.fuzz.keep import CORPUS
from tests.fuzz.seeds import inputs
from tests.fuzz.targets import TARGETS
from tests.fuzz.worlds import sample
from verifier.entries.entry import split_leaf
from verifier.errors import VerifyError

CORPUS_OPS = Path(__file__).with_name("corpus_ops.js")


def check_leaf(data):
    """A leaf by itself; what a monitor makes of it is not the page's."""
    stamp, entry = split_leaf(data, what="input")
    check_stamp(stamp)
    check_entry(entry)


CHECKS = {name: TARGETS[name].check for name in (
    "json", "vkey", "note", "policy", "checkpoint", "cosigned", "tlog-proof", "batch", "entry", "body", "stamp",
    "register-row", "receipt-file")} | {"leaf": check_leaf}  # fmt: skip


# Where the one reader refuses what the other accepts, and for which words of its own.
ONLY_THE_COMMAND_REFUSES = {
    # checkpoint.md leaves it to a witness to refuse another root of no leaf.
    "checkpoint": "at size 0, got",
    "tlog-proof": "at size 0, got",
}
ONLY_THE_PAGE_REFUSES = {
    # The command reads a stamp as far as its time; the rest it works out itself, or judges where a receipt shows it.
    "stamp": "input: ",
    "leaf": "input: stamp",
    # Nothing is shown of a row before it is proven; what is proven and no state, duty or party is refused here.
    "register-row": "receipt: rows.0.row",
}


def kept(target):
    found = [path.read_bytes() for path in sorted((CORPUS / target).glob("*.bin"))]
    return [*found, *(data for data in TARGETS[target].seeds() if data not in found)]


def refusal(check, data):
    """Why the verifier refuses an input; None where it accepts it."""
    try:
        check(data)
    except VerifyError as error:
        return f"{type(error).__name__}: {error}"
    return None


def refusals(tab, target, data):
    """Why the page refuses each input; None where it accepts it."""
    tab.page.evaluate(CORPUS_OPS.read_text(encoding="utf-8"))
    asked = inputs("policy.verify_checkpoint", "tlog_proof.verify", good=True)
    policies = list(dict.fromkeys(one["policy"] for one in asked))
    return tab.page.evaluate("([target, inputs, policies]) => runCorpus(target, inputs, policies)",
                             [target, [base64.b64encode(one).decode() for one in data], policies])  # fmt: skip


@pytest.mark.parametrize("target", CHECKS)
def test_both_readers_accept_the_same(opened, target):
    data = kept(target)
    answers = refusals(opened(), target, data)
    wanted = [refusal(CHECKS[target], one) for one in data]
    assert {answer is None for answer in wanted} == {True, False}, "inputs of both kinds"
    different = {
        one: (ours, theirs)
        for one, ours, theirs in zip(data, wanted, answers, strict=True)
        if "mistake" in (theirs or "")
        or ((ours is None) is not (theirs is None) and not is_known(target, ours, theirs))
    }
    assert different == {}


def is_known(target, ours, theirs):
    """Whether the one that refuses does so for what is known to be different."""
    known = ONLY_THE_PAGE_REFUSES if ours is None else ONLY_THE_COMMAND_REFUSES
    return target in known and known[target] in (theirs if ours is None else ours)


@pytest.mark.parametrize("days, why", [(3660, None), (3661, "days")])
def test_a_duty_has_the_days_that_terms_may_give(opened, days, why):
    """terms.md: 0 to 3660."""
    name, _, line = next(row for row in TARGETS["register-row"].seeds() if b'"days"' in row).partition(b"\n")
    row = json.loads(line)
    row["claims"][0]["duties"][0]["days"] = days
    data = name + b"\n" + canonical(row)
    for said in (refusal(CHECKS["register-row"], data), *refusals(opened(), "register-row", [data])):
        assert (said is None) if why is None else (why in said)


def lie(program):
    """The receipt that an input of the fuzzer comes to: a sample with lies told about it."""
    draw = BytesDraw(program)
    name = list(sample().receipts)[draw.below(len(sample().receipts))]
    value = whole.unfold(whole.parse_json(sample().receipts[name][:-1], what="receipt"))
    return canonical(fold(whole._lies(value, draw))) + b"\n"


@pytest.mark.parametrize("target", ["receipt", "receipt-collusion"])
def test_no_lie_is_told_apart(opened, sample_policy, target):
    receipts = [lie(program) for program in kept(target)]
    assert {"valid", "invalid"} <= set(compare(opened(), receipts, sample_policy))
