"""verifier/members.py: each type of the published table, one value that is none of it after the other."""

import pytest

from verifier.errors import FormatError
from verifier.members import check_members, day_number

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


def test_days_count_from_1970():
    assert [day_number(day) for day in ("1970-01-01", "1970-02-01", "2019-03-01")] == [0, 31, 17956]
