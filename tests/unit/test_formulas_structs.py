"""The structs of terms against the published table, and what types cannot say."""

import json
import re

import msgspec
import pytest
from msgspec import UNSET

from ledger.errors import FormatError
from ledger.formulas.check import check_terms_parts, formula_of
from ledger.formulas.structs import Deadlines, Formulas, Notices, Officers, Premium, Unique, Year
from tests.support.formulas import choice, outcome, paying
from tests.support.sources import text

TABLE = json.loads(text("docs/formats/rules-1.json"))
TERMS = TABLE["kinds"]["terms"]
KINDS = TERMS["members"]["formulas"]["map"][1]["tagged"]

# A value of each named type, and some that are none of it.
VALUES = {
    "account": ("fund/dlz", ["fund", "nothing/dlz", 5]),
    "amount": (1, [0, -1, True, 1.0, "1", 2**53]),
    "bool": (True, [0, 1, "true"]),
    "code": ("a-1", ["", "A", "a" * 41, 5]),
    "count": (0, [-1, False, 0.0, "0", 2**53]),
    "fact": ("poor", ["", "a" * 101, "a\n", -1, 2**53, 1.0, None, []]),
    "fact_text": ("poor", ["", "a" * 101, "a\x7f", 1]),
    "name": ("a_1", ["", "1a", "a-b", "a" * 41, 5]),
    "word": ("a-1", ["", "a_1", "a" * 25, 5]),
    "year_day": ("06-30", ["6-30", "06-30-", 630]),
}


def sample(kind):
    """A value of a type of the table, and some values that only just are none."""
    if isinstance(kind, str):
        return _sample_of_name(kind)
    if "array" in kind:
        good, bad = sample(kind["array"])
        least, most = kind.get("min", 0), kind.get("max", 1000)
        return [good], [*([value] for value in bad), *([[]] if least else []), [good] * (most + 1), good, None]
    if "object" in kind:
        return _sample_of_object(kind)
    if "int" in kind:
        least, most = kind["int"]
        return most, [least - 1, most + 1, True, "1"]
    if "clause" in kind:
        return _sample_of_clause(kind["clause"])
    if "one_of" in kind:
        samples = [sample(one) for one in kind["one_of"]]
        return samples[-1][0], [5, None]
    raise AssertionError(f"no sample of {kind}")


def _sample_of_name(kind):
    if kind.startswith("#"):
        return sample(TABLE["parts"][kind[1:]])
    if kind.startswith("="):
        return kind[1:].split("|")[0], ["other", "", 5, True]
    return VALUES[kind]


def _sample_of_object(kind):
    members = {name: sample(member) for name, member in (kind["object"] | kind["optional"]).items()}
    good = {name: value for name, (value, _) in members.items()}
    bad = [good | {name: value} for name, (_, values) in members.items() for value in values]
    without = [{name: value for name, value in good.items() if name != left_out} for left_out in kind["object"]]
    return good, [*bad, *without, good | {"unknown": 5}, 5]


def _sample_of_clause(kind):
    good, bad = sample(kind)
    bad = [value for value in bad if value is not None]
    readings = [{"is": good, "name": "one"}, {"is": None, "name": "two"}]
    wrong = [{"by": "ambiguity", "readings": [{"is": value, "name": "one"}]} for value in bad]
    shapes = [{"by": "ambiguity"}, {"by": "a-b", "readings": readings}, {"by": "ambiguity", "readings": []},
              {"by": "ambiguity", "readings": [{"is": good}]}, {"by": "ambiguity", "readings": [{"name": "one"}]},
              {"by": "ambiguity", "readings": readings, "unknown": 5},
              {"by": "ambiguity", "readings": [{"is": good, "name": f"reading-{at}"} for at in range(11)]}]  # fmt: skip
    # What a tier pays is one struct with its choice; check.py says which of its members go together.
    return {"by": "ambiguity", "readings": readings}, [*bad, *wrong, *(shapes[1:] if kind == "#pays" else shapes)]


def convert(value, struct):
    return msgspec.convert(value, struct, strict=True)


PARTS = {
    "deadlines": (Deadlines, TERMS["members"]["deadlines"]),
    "notices": (Notices, TERMS["members"]["notices"]),
    "officers": (Officers, TERMS["optional"]["officers"]),
    "premium": (Premium, TERMS["optional"]["premium"]),
    "unique": (Unique, TERMS["optional"]["unique"]),
    "year": (Year, TERMS["optional"]["year"]),
}


@pytest.mark.parametrize("name", PARTS)
def test_a_part_of_terms_is_as_the_table_says(name):
    struct, kind = PARTS[name]
    good, bad = sample(kind)
    convert(good, struct)
    for value in bad:
        with pytest.raises(msgspec.ValidationError):
            convert(value, struct)


@pytest.mark.parametrize("kind", KINDS)
def test_a_formula_is_as_the_table_says(kind):
    members = {name: member for name, member in KINDS[kind]["object"].items() if name != "kind"}
    good, bad = sample({"object": members, "optional": KINDS[kind]["optional"]})
    convert({"some": good | {"kind": kind}}, Formulas)
    for value in bad:
        with pytest.raises(msgspec.ValidationError):
            convert({"some": value | {"kind": kind} if isinstance(value, dict) else value}, Formulas)


def test_how_many_formulas_and_how_they_are_named():
    allot = {"kind": "allot"}
    convert({f"f{at}": allot for at in range(50)}, Formulas)
    for value in ({f"f{at}": allot for at in range(51)}, {"1st": allot}, {"a-b": allot}, [allot]):
        with pytest.raises(msgspec.ValidationError):
            convert(value, Formulas)


@pytest.mark.parametrize("kind", [None, 5, "other", "Indemnity"])
def test_a_formula_of_no_kind(kind):
    with pytest.raises(FormatError, match=r"^some: .* at `\$\.kind`$"):
        formula_of({"kind": kind}, what="some")


# -- what types cannot say --------------------------------------------------------------------------------------------

RATIO = {"ratio_bp": 5000}
FIRST, LAST = {"including": True, "pays": RATIO, "up_to": 5}, {"pays": RATIO}
SAME_NAMES = {"by": "ambiguity", "readings": [{"is": None, "name": "one"}, {"is": None, "name": "one"}]}
BASE = {"fact": "left"}
DEADLINE = {"amount": None, "conditions": [], "id": "pay", "starts": "complete", "tiers": None, "unit": None}
DRIVE = {"by": "foundation", "id": "report", "months": 3, "on": "drive"}
ALLOT, AGE = {"kind": "allot"}, {"at": None, "kind": "age", "max": None, "max_inclusive": None, "min": None}
SPLITS = [("fund/dlz", "fund/dlz/claims", "fund/dlz/other"), ("fund/same", "fund/same/part", "own/same/part")]


def tiered(*tiers):
    return {"base": BASE, "caps": [], "conditions": [], "kind": "tiered", "overlap": True, "rounding": None,
            "tiers": list(tiers)}  # fmt: skip


def per_head(base):
    return {"base": base, "kind": "per_head", "rate": None}


def check(*, formulas=(), deadlines=(), notices=(), officers=UNSET, year=UNSET, eligibility=UNSET, premium=UNSET):
    check_terms_parts(
        formulas=convert(dict(formulas), Formulas), deadlines=convert(list(deadlines), Deadlines),
        notices=convert(list(notices), Notices), splits=SPLITS, eligibility=eligibility,
        officers=officers if officers is UNSET else convert(officers, Officers),
        year=year if year is UNSET else convert(year, Year),
        premium=premium if premium is UNSET else convert(premium, Premium), what="terms")  # fmt: skip


@pytest.mark.parametrize("parts", [
    pytest.param({}, id="nothing"),
    pytest.param({"formulas": {"f": tiered(LAST)}}, id="one-tier"),
    pytest.param({"formulas": {"f": tiered(FIRST, FIRST | {"including": None, "up_to": 6}, LAST)}}, id="three-tiers"),
    pytest.param({"formulas": {"f": tiered(FIRST | {"up_to": 1}, LAST)}}, id="the-least-limit"),
    pytest.param({"formulas": {"f": tiered({"pays": None})}}, id="a-tier-that-pays-what-nothing-states"),
    pytest.param({"formulas": {"f": tiered({"pays": RATIO | {"at_most": 5}})}}, id="ratio-with-limit"),
    pytest.param({"formulas": {"f": tiered({"pays": choice("one_of", one={"amount": 5}, two=None)})}}, id="choice"),
    pytest.param({"formulas": {"f": per_head(BASE | {"from": "all", "less": ["some"]})}}, id="base-worked-out"),
    pytest.param({"formulas": {"f": {"invested_is": None, "kind": "rollover", "split": "fund/dlz"}}}, id="split"),
    pytest.param({"formulas": {"f": {"invested_is": None, "kind": "rollover", "split": "fund/same"}}}, id="rollover"),
    pytest.param({"formulas": {"f": {"base": BASE, "kind": "share", "split": "fund/dlz"}}}, id="share"),
    pytest.param({"formulas": {"f": {"duty": "pay", "kind": "deadline"}}, "deadlines": [DEADLINE]}, id="duty"),
    pytest.param({"deadlines": [DEADLINE, DEADLINE | {"starts": "decision"}, DEADLINE | {"id": "decide"},
                                DEADLINE | {"id": "open", "starts": "claim"},
                                DEADLINE | {"id": "answer", "starts": "objection"}]}, id="starts"),
    pytest.param({"notices": [DRIVE, DRIVE | {"on": "drive_end"},
                              {"by": "a", "id": "b", "on": "year", "year_day": "12-31"},
                              {"above": 5, "by": "a", "days": 5, "id": "b", "on": "transfer"}]}, id="notices"),
    pytest.param({"formulas": {"age": AGE, "fee": per_head(BASE)}, "eligibility": "age",
                  "premium": {"fact": "persons", "formula": "fee"}}, id="named-formulas"),
    pytest.param({"officers": {"review": True, "two_above": None}, "year": {"is": None, "stay": None}}, id="parts"),
])  # fmt: skip
def test_terms_that_are_well_formed(parts):
    check(**parts)


TIERS = "expected a limit and including in every tier but the last"
PAYS = "expected an amount, or a ratio_bp with or without at_most, got"


@pytest.mark.parametrize("parts,message", [
    pytest.param({"formulas": {"f": tiered(FIRST)}}, f"formulas.f.tiers.0: {TIERS}", id="last-tier-with-limit"),
    pytest.param({"formulas": {"f": tiered(LAST, LAST)}}, f"formulas.f.tiers.0: {TIERS}", id="tier-without-limit"),
    pytest.param({"formulas": {"f": tiered(LAST | {"up_to": 5}, LAST)}}, f"formulas.f.tiers.0: {TIERS}", id="tier"),
    pytest.param({"formulas": {"f": tiered(FIRST, FIRST, LAST)}}, "formulas.f.tiers.1: expected a limit above 5, got 5",
                 id="tiers-that-do-not-rise"),
    pytest.param({"deadlines": [DEADLINE | {"tiers": [{"below": 5, "days": 1, "including": True}]}]},
                 f"deadlines.0.tiers.0: {TIERS}", id="last-tier-of-a-deadline-with-limit"),
    pytest.param({"deadlines": [DEADLINE | {"tiers": choice("one_of", one=[{"days": 1}, {"days": 2}])}]},
                 f"deadlines.0.tiers.readings.0.is.0: {TIERS}", id="tiers-of-a-reading"),
    pytest.param({"formulas": {"f": tiered({"pays": {}})}}, f"formulas.f.tiers.0.pays: {PAYS} nothing", id="no-pays"),
    pytest.param({"formulas": {"f": tiered({"pays": RATIO | {"amount": 5}})}},
                 f"formulas.f.tiers.0.pays: {PAYS} amount, ratio_bp", id="amount-and-ratio"),
    pytest.param({"formulas": {"f": tiered({"pays": {"at_most": 5}})}}, f"formulas.f.tiers.0.pays: {PAYS} at_most",
                 id="limit-alone"),
    pytest.param({"formulas": {"f": tiered({"pays": {"by": "one_of"}})}}, f"formulas.f.tiers.0.pays: {PAYS} by",
                 id="by-alone"),
    pytest.param({"formulas": {"f": tiered({"pays": choice("one_of", one={})})}},
                 f"formulas.f.tiers.0.pays.readings.0.is: {PAYS} nothing", id="pays-of-a-reading"),
    pytest.param({"formulas": {"f": tiered({"pays": SAME_NAMES})}},
                 "formulas.f.tiers.0.pays: expected readings of different names, got one, one", id="names-of-pays"),
    pytest.param({"formulas": {"f": tiered() | {"tiers": SAME_NAMES}}},
                 "formulas.f.tiers: expected readings of different names, got one, one", id="names-of-tiers"),
    pytest.param({"formulas": {"f": AGE | {"max": SAME_NAMES}}},
                 "formulas.f.max: expected readings of different names, got one, one", id="names-of-a-clause"),
    pytest.param({"officers": {"review": True, "two_above": SAME_NAMES}},
                 "officers.two_above: expected readings of different names, got one, one", id="names-of-officers"),
    pytest.param({"year": {"is": SAME_NAMES, "stay": None}},
                 "year.is: expected readings of different names, got one, one", id="names-of-year"),
    pytest.param({"deadlines": [DEADLINE | {"unit": SAME_NAMES}]},
                 "deadlines.0.unit: expected readings of different names, got one, one", id="names-of-a-deadline"),
    pytest.param({"formulas": {"f": per_head(BASE | {"from": "all"})}},
                 "formulas.f.base: expected from and less together, or neither", id="from-alone"),
    pytest.param({"formulas": {"f": per_head(BASE | {"less": ["some"]})}},
                 "formulas.f.base: expected from and less together, or neither", id="less-alone"),
    pytest.param({"formulas": {"f": {"invested_is": None, "kind": "rollover", "split": "fund/x"}}},
                 "formulas.f.split: expected one of the splits, got fund/x", id="no-split-to-roll-over"),
    pytest.param({"formulas": {"f": {"base": BASE, "kind": "share", "split": "fund/x"}}},
                 "formulas.f.split: expected one of the splits, got fund/x", id="no-split-to-share"),
    pytest.param({"formulas": {"f": {"base": BASE, "kind": "share", "split": "fund/same"}}},
                 "formulas.f.split: expected accounts with different last parts, got fund/same/part and own/same/part",
                 id="shares-of-one-name"),
    pytest.param({"formulas": {"f": {"duty": "open", "kind": "deadline"}}, "deadlines": [DEADLINE]},
                 "formulas.f.duty: expected the id of a deadline, got open", id="no-duty"),
    pytest.param({"deadlines": [DEADLINE | {"starts": "claim"}]},
                 "deadlines.0.starts: expected complete or decision for pay, got claim", id="pay-from-claim"),
    pytest.param({"deadlines": [DEADLINE | {"id": "open"}]},
                 "deadlines.0.starts: expected claim for open, got complete", id="open-from-complete"),
    pytest.param({"notices": [DRIVE | {"days": 5}]}, "notices.0: expected months on drive, got days, months", id="d"),
    pytest.param({"notices": [{"by": "a", "days": 5, "id": "b", "on": "transfer"}]},
                 "notices.0: expected above, days on transfer, got days", id="no-above"),
    pytest.param({"notices": [{"by": "a", "id": "b", "on": "year"}]},
                 "notices.0: expected year_day on year, got nothing", id="no-year-day"),
    pytest.param({"notices": [{"by": "a", "id": "b", "on": "year", "year_day": "02-29"}]},
                 "notices.0.year_day: expected a day of every year, got '02-29'", id="29-february"),
    pytest.param({"formulas": {"f": ALLOT}, "eligibility": "f"},
                 "eligibility: expected a formula of kind age, got f", id="eligibility-of-another-kind"),
    pytest.param({"eligibility": "f"}, "eligibility: expected a formula of kind age, got f", id="no-eligibility"),
    pytest.param({"premium": {"fact": "persons", "formula": "f"}},
                 "premium.formula: expected a formula of kind per_head, got f", id="no-premium"),
])  # fmt: skip
def test_terms_that_are_not(parts, message):
    with pytest.raises(FormatError, match=f"^terms: {re.escape(message)}$"):
        check(**parts)


def test_a_what_if_must_be_of_the_type_of_its_clause():
    stated = paying("indemnity", base=BASE, deductible=0, ratio_bp=None)
    for value in (10001, True, "5000", -1, [5000]):
        with pytest.raises(FormatError, match=r"^assumed: Expected `int.* at `\$\.ratio_bp`$"):
            outcome(stated, {"left": 5}, assumed={"ratio_bp": value})
    open_tiers = paying("tiered", base=BASE, tiers=None)
    with pytest.raises(FormatError, match=f"^assumed.tiers.0: {TIERS}$"):
        outcome(open_tiers, {"left": 5}, assumed={"tiers": [FIRST]})
