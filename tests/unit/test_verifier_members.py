"""verifier/entries/members.py: each type of the published table, one value that is none of it after the other."""

import pytest

from verifier.entries.members import check_members, day_at, day_number
from verifier.errors import FormatError

HASH = "0a" * 32
FACT = {
    "amount": 1,
    "at": "2019-03-01",
    "document": HASH,
    "kind": "fact",
    "nonce": "00" * 16,
    "programme": "dlz",
    "signers": ["foundation.example+1a2b3c4d"],
    "text": "853,217 people",
    "valid_until": "2019-03-31",
}
TRANSFER = {
    **{name: FACT[name] for name in ("amount", "at", "nonce", "programme", "signers", "valid_until")},
    "from": "fund/dlz/claims",
    "kind": "transfer",
    "purpose": "premium",
    "ref": "E2E-7",
    "to": "claims/dlz/kangbao",
}


def test_good_members_pass():
    check_members(FACT, entry=True, what="entry")
    check_members(TRANSFER, entry=True, what="entry")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("amount", 0, id="amount-0"),
        pytest.param("amount", True, id="amount-true"),
        pytest.param("amount", 2**53, id="amount-2-to-53"),
        pytest.param("amount", "1", id="amount-text"),
        pytest.param("at", "2019-02-30", id="no-such-day"),
        pytest.param("at", "2019-3-01", id="day-one-digit"),
        pytest.param("at", "0000-01-01", id="year-0"),
        pytest.param("at", "２０１９-03-01", id="day-full-width-digits"),
        pytest.param("document", HASH.upper(), id="hash-upper-case"),
        pytest.param("document", HASH[2:], id="hash-too-short"),
        pytest.param("nonce", "00" * 15, id="nonce-too-short"),
        pytest.param("programme", "", id="word-empty"),
        pytest.param("programme", "Dlz", id="word-upper-case"),
        pytest.param("programme", "a" * 25, id="word-too-long"),
        pytest.param("programme", "dlz\n", id="word-with-newline"),
        pytest.param("signers", [], id="no-signers"),
        pytest.param("signers", ["a+1a2b3c4d"] * 17, id="too-many-signers"),
        pytest.param("signers", ["foundation.example"], id="signer-without-key-id"),
        pytest.param("signers", ["foundation.example+1A2B3C4D"], id="signer-upper-case"),
        pytest.param("text", "", id="text-empty"),
        pytest.param("text", "a" * 501, id="text-too-long"),
        pytest.param("text", "a\x7f", id="text-with-delete"),
        pytest.param("text", "a\tb", id="text-with-tab"),
        pytest.param("text", None, id="text-null"),
    ],
)
def test_a_member_that_is_not_of_its_type_is_named(name, value):
    with pytest.raises(FormatError, match=f"^entry: {name}: "):
        check_members({**FACT, name: value}, entry=True, what="entry")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("from", "fund", id="one-part"),
        pytest.param("from", "fund/a/b/c/d/e/f", id="seven-parts"),
        pytest.param("from", "fund//a", id="empty-part"),
        pytest.param("from", "funds/a", id="unknown-class"),
        pytest.param("from", "fund/{county}", id="pattern-for-an-account"),
        pytest.param("from", "fund/" + "a" * 24 + "/" + "b" * 24 + "/" + "c" * 24, id="65-bytes-and-more"),
        pytest.param("ref", "E2E 7", id="ref-with-space"),
        pytest.param("ref", "é", id="ref-not-ascii"),
        pytest.param("ref", "r" * 65, id="ref-too-long"),
    ],
)
def test_a_name_that_is_not_of_its_type_is_named(name, value):
    with pytest.raises(FormatError, match=f"^entry: {name}: "):
        check_members({**TRANSFER, name: value}, entry=True, what="entry")


def test_missing_and_unknown_members_are_named():
    value = {**FACT, "colour": "red"}
    del value["text"], value["document"]
    with pytest.raises(FormatError, match=r"missing members \[document, text\], unknown members \[colour\]"):
        check_members(value, entry=True, what="entry")


def test_an_optional_member_may_be_missing():
    check_members({name: value for name, value in FACT.items() if name != "amount"}, entry=True, what="entry")


TERMS = {
    "accounts": [{"holder": "foundation", "name": "fund/{county}", "place": "bank"}],
    "at": "2019-01-01",
    "basis": {},
    "deadlines": [],
    "document": HASH,
    "first_day": "2019-01-01",
    "flows": [],
    "formulas": {
        "illness": {
            "base": {"fact": "residual"}, "caps": [{"amount": 5, "per": "year"}],
            "conditions": [{"fact": "poor", "reason": "not_poor", "values": [True, 1, "yes"]}], "deductible": 0,
            "kind": "indemnity", "overlap": False,
            "ratio_bp": {"by": "share", "readings": [{"is": None, "name": "a"}, {"is": 10_000, "name": "b"}]},
            "rounding": None,
        },
        "care": {
            "base": {"fact": "residual"}, "caps": [], "conditions": [], "kind": "tiered", "overlap": False,
            "rounding": "down",
            "tiers": [{"including": True, "pays": {"amount": 5}, "up_to": 9}, {"pays": {"at_most": 5, "ratio_bp": 1}}],
        },
    },
    "k": 2,
    "kind": "terms",
    "life": {"request": ["claimed"]},
    "nonce": "00" * 16,
    "notices": [{"by": "foundation", "id": "year", "on": "year", "year_day": "05-31"}],
    "officers": {"review": True, "two_above": None},
    "programme": "dlz",
    "readings": {},
    "refusals": [],
    "risk": "pool",
    "signed_by": {"claim": ["role:county|platform"]},
    "signers": ["foundation.example+1a2b3c4d"],
    "splits": [],
    "unit": "CNY",
    "valid_until": "2019-03-31",
    "version": 1,
    "zone": "+08:00",
}  # fmt: skip
ILLNESS = ("formulas", "illness")
FIRST_TIER = ("formulas", "care", "tiers", 0)


def changed(value, path, to):
    """The value with what lies at a path replaced."""
    if not path:
        return to
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = changed(value[path[0]] if len(path) > 1 else None, path[1:], to)
    return copy


@pytest.mark.parametrize(("path", "value"), [
    pytest.param(("zone",), "-12:00", id="westmost"),
    pytest.param(("zone",), "+14:00", id="eastmost"),
    pytest.param(("zone",), "-00:30", id="half-an-hour-west"),
    pytest.param((*ILLNESS, "ratio_bp"), 0, id="clause-as-it-is"),
    pytest.param((*ILLNESS, "ratio_bp"), None, id="clause-unknown"),
    pytest.param((*FIRST_TIER, "pays"), {"by": "x", "readings": [{"is": {"amount": 5}, "name": "y"}]}, id="in-a-tier"),
    pytest.param(("signed_by", "claim"), ["role:a|b|c", "role:d"], id="many-roles"),
])  # fmt: skip
def test_good_terms_pass(path, value):
    check_members(changed(TERMS, path, value), entry=True, what="entry")


@pytest.mark.parametrize(("path", "value", "where"), [
    pytest.param(("zone",), "+14:01", "zone", id="too-far-east"),
    pytest.param(("zone",), "-12:01", "zone", id="too-far-west"),
    pytest.param(("zone",), "-00:00", "zone", id="second-spelling-of-0"),
    pytest.param(("zone",), "+08:60", "zone", id="minute-60"),
    pytest.param(("zone",), "+8:00", "zone", id="one-digit"),
    pytest.param(("zone",), "Asia/Shanghai", "zone", id="name-of-a-zone"),
    pytest.param(("notices", 0, "year_day"), "02-29", "notices: item 0: year_day", id="29-february"),
    pytest.param(("notices", 0, "year_day"), "5-31", "notices: item 0: year_day", id="month-one-digit"),
    pytest.param(("notices", 0, "days"), 0, "notices: item 0: days", id="int-below-its-range"),
    pytest.param(("notices", 0, "days"), 3661, "notices: item 0: days", id="int-above-its-range"),
    pytest.param(("notices", 0, "days"), True, "notices: item 0: days", id="true-for-an-int"),
    pytest.param(("signed_by", "claim"), ["county"], "signed_by: claim: item 0", id="no-role"),
    pytest.param(("signed_by", "claim"), ["role:a||b"], "signed_by: claim: item 0", id="empty-role"),
    pytest.param(("signed_by", "claim"), [], "signed_by: claim", id="nobody-signs"),
    pytest.param(("signed_by",), {f"x{at}": ["role:a"] for at in range(21)}, "signed_by", id="map-too-long"),
    pytest.param(("formulas",), {"2x": TERMS["formulas"]["care"]}, "formulas: 2x", id="name-begins-with-a-digit"),
    pytest.param(("formulas",), {"a-b": TERMS["formulas"]["care"]}, "formulas: a-b", id="name-with-a-hyphen"),
    pytest.param((*ILLNESS, "kind"), "magic", "formulas: illness", id="unknown-kind"),
    pytest.param((*ILLNESS, "kind"), None, "formulas: illness", id="kind-null"),
    pytest.param((*ILLNESS, "kind"), "lump_sum", "formulas: illness", id="members-of-another-kind"),
    pytest.param((*ILLNESS, "ratio_bp"), 10_001, "formulas: illness: ratio_bp", id="clause-out-of-range"),
    pytest.param((*ILLNESS, "ratio_bp"), {"by": "x", "readings": []}, "formulas: illness: ratio_bp", id="no-readings"),
    pytest.param((*ILLNESS, "ratio_bp"), {"by": "x", "readings": [{"is": -1, "name": "y"}]},
                 "formulas: illness: ratio_bp: readings: item 0: is", id="reading-of-another-type"),
    pytest.param((*ILLNESS, "ratio_bp"), {"by": "x", "readings": [{"is": {"by": "x", "readings": []}, "name": "y"}]},
                 "formulas: illness: ratio_bp: readings: item 0: is", id="choice-in-a-choice"),
    pytest.param((*ILLNESS, "ratio_bp"), {"by": "x", "else": 1, "readings": [{"is": 1, "name": "y"}]},
                 "formulas: illness: ratio_bp", id="choice-with-more"),
    pytest.param((*ILLNESS, "conditions", 0, "values"), [None], "formulas: illness: conditions", id="fact-null"),
    pytest.param((*ILLNESS, "conditions", 0, "values"), [-1], "formulas: illness: conditions", id="fact-negative"),
    pytest.param((*ILLNESS, "conditions", 0, "values"), ["x" * 101], "formulas: illness: conditions", id="fact-long"),
    pytest.param((*ILLNESS, "conditions", 0, "values"), ["a\tb"], "formulas: illness: conditions", id="fact-with-tab"),
    pytest.param(("formulas", "care", "tiers", 1, "pays"), {"at_most": 5}, "formulas: care: tiers", id="none-of-two"),
    pytest.param(("formulas", "care", "tiers", 1, "pays"), {"amount": 5, "ratio_bp": 1}, "formulas: care: tiers",
                 id="both-of-two"),
    pytest.param(("officers", "two_above"), "many", "officers: two_above", id="clause-of-another-type"),
])  # fmt: skip
def test_terms_that_are_not_of_their_types_are_named(path, value, where):
    with pytest.raises(FormatError, match=f"^entry: {where}"):
        check_members(changed(TERMS, path, value), entry=True, what="entry")


@pytest.mark.parametrize("metric", ["dlz/raised", "dlz/p1/persons", "dlz/insurer/2019/duties_due"])
def test_names_of_figures(metric):
    figure = {name: FACT[name] for name in ("at", "nonce", "programme", "signers", "valid_until")}
    figure |= {"basis": "derived", "kind": "figure", "metric": metric, "value": 1}
    check_members(figure, entry=True, what="entry")
    with pytest.raises(FormatError, match=r"^entry: metric: "):
        check_members({**figure, "metric": f"a/b/c/{metric}"}, entry=True, what="entry")


@pytest.mark.parametrize(("time_unix_ms", "zone", "day"), [
    (0, "+00:00", "1970-01-01"),
    (57_599_999, "+08:00", "1970-01-01"),
    (57_600_000, "+08:00", "1970-01-02"),
    (12_599_999, "-03:30", "1969-12-31"),
    (12_600_000, "-03:30", "1970-01-01"),
    (2**53 - 1, "+00:00", "9999-12-31"),
])  # fmt: skip
def test_the_day_of_a_time_in_a_zone(time_unix_ms, zone, day):
    assert day_at(time_unix_ms, zone=zone) == day


def test_days_count_from_1970():
    assert [day_number(day) for day in ("1970-01-01", "1970-02-01", "2019-03-01")] == [0, 31, 17956]
