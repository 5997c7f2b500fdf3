"""Officers, terms, and what is said on record: each new reason, and what is left in the state.

Every entry is judged by both sides, which must give the same stamp or the same reason.
"""

import pytest

from ledger.errors import FormatError, SignatureError
from ledger.keys import COSIGNATURE, ED25519, SigningKey, verifier_key
from tests.support.refused import refused
from tests.support.twin import TwinWorld
from tests.support.world import TERMS, digest

CONDITIONS = {"conditions": [], "id": "decide", "starts": "complete", "tiers": [{"days": 3}]}
DECIDE = {"amount": "claimed_until_decided", "unit": "calendar_day", **CONDITIONS}
PAYOUT = {"kind": "payout", "purpose": "payout", "to": "paid/dlz/{county}"}
CHOICE = {"by": "days", "readings": [{"is": "calendar_day", "name": "plain"}]}
YEAR = {"days_off": ["2018-10-01", "2018-10-02"], "document": "aa" * 32, "name": "cn", "work_days": ["2018-09-29"],
        "year": 2018}
EVERYBODY = "county foundation insurer platform"
PAPER = {"document": "99" * 32, "programme": "dlz", "text": "said"}


@pytest.fixture
def world():
    made = TwinWorld().begin()
    yield made
    made.check_state()


@pytest.fixture
def chartered():
    made = TwinWorld()
    made.charter()
    yield made
    made.check_state()


# -- officers -------------------------------------------------------------------------------------------------------


def test_an_officer_signs_for_the_party():
    world = TwinWorld(officers={"county/zhao": "north", "county/chen": None}).begin()
    signer = f"zhao.county.example+{world.keys['county/zhao'].verifier.key_id.hex()}"
    assert world.state.get("officer", signer) == {
        "key": world.keys["county/zhao"].verifier.vkey, "name": "zhao", "party": "county", "place": "north"}
    assert world.state.get("key", signer) is None
    lines = world.batch([1])
    at = world.act("enrolment", "county/zhao", county="kb", lines=lines, op="add", period="2018", programme="dlz")
    assert at == 3
    world.check_state()


def test_an_officer_of_another_party_does_not_sign_for_this_one():
    world = TwinWorld(officers={"insurer/wang": None}).begin()
    members = {"county": "kb", "lines": world.batch([1]), "op": "add", "period": "2018", "programme": "dlz"}
    refused(world, "wrong_signers", lambda: world.act("enrolment", "insurer/wang", **members))
    stranger = SigningKey("chen.county.example", ED25519, digest("stranger"))
    world.keys["stranger"] = stranger
    refused(world, "signer_unknown", lambda: world.act("enrolment", "stranger", **members))


def charter_with(officers):
    """A charter whose county has these officers, as members of the charter say them."""
    world = TwinWorld()
    parties = [{"cosigner": world.cosigners[name].verifier.vkey, "key": world.keys[name].verifier.vkey, "name": name,
                "roles": [name], **({"officers": officers(world)} if name == "county" else {})}
               for name in EVERYBODY.split()]
    return world, parties


def officer(name, key):
    return {"key": key.verifier.vkey, "name": name}


ONE, TWO = (SigningKey(f"{name}.county.example", ED25519, digest(name)) for name in ("one", "two"))


@pytest.mark.parametrize("error,officers", [
    pytest.param(FormatError, lambda _: [officer("b", ONE), officer("a", TWO)], id="not-sorted"),
    pytest.param(FormatError, lambda _: [officer("a", ONE), officer("a", TWO)], id="name-twice"),
    pytest.param(FormatError, lambda _: [officer("a", ONE), officer("b", ONE)], id="key-twice"),
    pytest.param(FormatError, lambda world: [officer("a", world.keys["insurer"])], id="key-of-a-party"),
    pytest.param(FormatError, lambda _: [], id="none"),
    pytest.param(FormatError, lambda _: [officer("a", SigningKey("a.county", COSIGNATURE, digest("a")))], id="type"),
    pytest.param(SignatureError, lambda _: [{"key": small_order_key(), "name": "a"}], id="small-order"),
])
def test_officers_of_a_charter_that_are_wrong(error, officers):
    world, parties = charter_with(officers)
    with pytest.raises(error):
        world.charter(parties=parties)


def small_order_key():
    """A key that the signature rule does not admit: the neutral point."""
    return verifier_key("a.county.example", ED25519, b"\x01" + bytes(31)).vkey


# -- terms ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reason,changes", [
    pytest.param("risk_wrong", {"risk": "insurer"}, id="insurer-risk-out-of-the-pool"),
    pytest.param("risk_wrong", {"flows": [{"from": "own/insurer", **PAYOUT}]}, id="pool-risk-out-of-the-insurers-own"),
    pytest.param("calendar_missing", {"deadlines": [{**DECIDE, "unit": "working_day"}]}, id="working-days"),
    pytest.param("calendar_missing", {"deadlines": [{**DECIDE, "unit": None}]}, id="unit-open"),
    pytest.param("calendar_missing", {"deadlines": [DECIDE, {**DECIDE, "unit": CHOICE}]}, id="unit-by-reading"),
    pytest.param("life_wrong", {"life": {"request": ["claimed", "decided"]}}, id="state-that-the-table-lacks"),
    pytest.param("life_wrong", {"life": {"confirm": ["claimed"]}}, id="body-that-the-table-lacks"),
    pytest.param("life_wrong", {"life": {"payout": ["decided"]}}, id="payouts-hang-on-no-terms"),
    pytest.param("signers_wrong", {"signed_by": {"cover": ["role:foundation"]}}, id="cover-without-insurer"),
    pytest.param("signers_wrong", {"signed_by": {"cover": ["role:foundation|insurer"]}}, id="insurer-or-another"),
    pytest.param("signers_wrong", {"signed_by": {"transfer": ["role:foundation"]}}, id="kind-not-theirs"),
    pytest.param("risk_wrong", {"calendar": "cn", "life": {"x": ["claimed"]}, "risk": "insurer"}, id="risk-first"),
    pytest.param("calendar_missing", {"deadlines": [{**DECIDE, "unit": None}], "life": {"x": ["claimed"]}},
                 id="calendar-before-life"),
    pytest.param("life_wrong", {"life": {"x": ["claimed"]}, "signed_by": {"x": ["role:county"]}},
                 id="life-before-signers"),
])
def test_terms_that_are_refused(chartered, reason, changes):
    refused(chartered, reason, lambda: chartered.terms(**changes))


@pytest.mark.parametrize("changes", [
    pytest.param({"deadlines": [{**DECIDE, "unit": "working_day"}], "calendar": "cn"}, id="calendar-named"),
    pytest.param({"deadlines": [DECIDE]}, id="calendar-days-need-none"),
    pytest.param({"life": {"objection": ["decided", "refused"], "review": ["paid"]}}, id="shorter-life"),
    pytest.param({"flows": [{"from": "own/insurer", **PAYOUT}], "risk": "insurer"}, id="insurers-own-money"),
    pytest.param({"signed_by": {"cover": ["role:insurer", "role:county"], "claim": ["role:platform"]}}, id="signers"),
])
def test_terms_that_are_taken(chartered, changes):
    assert chartered.terms(**changes) == 1


YEARLY = {"by": "foundation", "id": "report", "on": "year", "year_day": "05-31"}


@pytest.mark.parametrize("changes", [
    pytest.param({"zone": "Asia/Shanghai"}, id="zone-by-name"),
    pytest.param({"zone": "-00:00"}, id="zone-second-spelling"),
    pytest.param({"zone": "+14:01"}, id="zone-too-far"),
    pytest.param({"zone": "-12:30"}, id="zone-too-far-west"),
    pytest.param({"notices": [YEARLY, YEARLY]}, id="notices-of-one-id"),
    pytest.param({"notices": [{**YEARLY, "months": 3}]}, id="notice-with-anothers-member"),
    pytest.param({"notices": [{**YEARLY, "year_day": "02-29"}]}, id="day-of-some-years"),
    pytest.param({"signed_by": {"cover": ["insurer"]}}, id="requirement-without-role"),
    pytest.param({"signed_by": {"cover": []}}, id="no-requirement"),
    pytest.param({"eligibility": "inpatient"}, id="eligibility-of-another-kind"),
    pytest.param({"premium": {"fact": "persons", "formula": "inpatient"}}, id="premium-of-another-kind"),
    pytest.param({"life": {"request": []}}, id="life-without-states"),
    pytest.param({"benefit": {"cap": 1, "den": 1, "num": 1}}, id="the-old-form"),
])
def test_terms_that_are_not_well_formed(chartered, changes):
    with pytest.raises(FormatError):
        chartered.terms(**changes)


@pytest.mark.parametrize("zone", ["+00:00", "+08:00", "-03:30", "-12:00", "+14:00", "+13:45"])
def test_zones(chartered, zone):
    assert chartered.terms(zone=zone) == 1


def test_terms_state_other_signers(chartered):
    signed_by = {"agreement": ["role:insurer|platform", "role:county"], "enrolment": ["role:platform"],
                 "pledge": ["role:foundation"]}
    chartered.terms(signed_by=signed_by)
    agreement = {"county": "kb", "document": "22" * 32, "programme": "dlz"}
    refused(chartered, "wrong_signers", lambda: chartered.act("agreement", "county foundation", **agreement))
    chartered.act("agreement", "county platform", **agreement)
    roster = {"county": "kb", "lines": chartered.batch([1]), "op": "add", "period": "2018", "programme": "dlz"}
    refused(chartered, "wrong_signers", lambda: chartered.act("enrolment", "county", **roster))
    chartered.act("enrolment", "platform", **roster)
    refused(chartered, "wrong_signers", lambda: chartered.act("pledge", "platform", **PAPER))
    refused(chartered, "wrong_signers", lambda: chartered.act("pledge", "foundation platform", **PAPER))
    chartered.act("pledge", "foundation", **PAPER)
    chartered.act("drive", "platform", **PAPER)


def test_who_insures_is_the_first_insurer_that_signs(chartered):
    chartered.terms()
    chartered.act("agreement", "county foundation", county="kb", document="22" * 32, programme="dlz")
    chartered.enrol(2)
    cover = chartered.insure(2)
    assert chartered.state.get("cover", cover)["insurer"] == "insurer"


# -- on record --------------------------------------------------------------------------------------------------------


def test_a_correction_is_about_an_entry_before_it(world):
    assert world.act("correction", "county", of=2, **PAPER) == 3
    refused(world, "entry_unknown", lambda: world.act("correction", "county", of=4, **PAPER), match="leaf 4 is none")
    refused(world, "terms_missing", lambda: world.act("correction", "county", of=9, **{**PAPER, "programme": "two"}))


@pytest.mark.parametrize("kind,members", [
    pytest.param("drive", {"first_day": "2018-01-01"}, id="drive-without-end"),
    pytest.param("drive", {"last_day": "2018-01-01"}, id="drive-without-begin"),
    pytest.param("drive", {"first_day": "2018-01-02", "last_day": "2018-01-01"}, id="drive-backwards"),
    pytest.param("fact", {"name": "population"}, id="fact-without-value"),
    pytest.param("fact", {"value": 3}, id="fact-without-name"),
    pytest.param("fact", {"county": "kb"}, id="fact-county-alone"),
    pytest.param("notice", {"says": []}, id="notice-says-nothing"),
    pytest.param("pledge", {"of": 1}, id="pledge-of-an-entry"),
    pytest.param("calendar", {**YEAR, "days_off": ["2018-10-06"]}, id="saturday-off"),
    pytest.param("calendar", {**YEAR, "work_days": ["2018-10-01"]}, id="monday-worked"),
    pytest.param("calendar", {**YEAR, "days_off": ["2018-10-02", "2018-10-01"]}, id="days-fall"),
    pytest.param("calendar", {**YEAR, "days_off": ["2018-10-01", "2018-10-01"]}, id="day-twice"),
    pytest.param("calendar", {**YEAR, "days_off": ["2019-10-01"]}, id="another-year"),
    pytest.param("calendar", {**YEAR, "year": 1899, "days_off": [], "work_days": []}, id="too-early"),
])
def test_records_that_are_not_well_formed(world, kind, members):
    with pytest.raises(FormatError):
        world.act(kind, EVERYBODY, **({} if kind == "calendar" else PAPER), **members)


def test_the_newest_fact_under_a_name_holds(world):
    first = world.act("fact", "county", county="kb", name="population", value=5, **PAPER)
    assert world.state.get("fact", "dlz", "population", "kb") == {"index": first, "value": 5}
    second = world.act("fact", "county", county="kb", name="population", value=0, **PAPER)
    world.act("fact", "county", **PAPER)
    everywhere = world.act("fact", "county", name="population", value=9, **PAPER)
    assert world.state.get("fact", "dlz", "population", "kb") == {"index": second, "value": 0}
    assert world.state.get("fact", "dlz", "population", "-") == {"index": everywhere, "value": 9}


def test_a_calendar_is_signed_by_more_than_two_thirds_of_the_parties(world):
    refused(world, "wrong_signers", lambda: world.act("calendar", "county foundation", **YEAR))
    index = world.act("calendar", "county foundation platform", **YEAR)
    assert world.state.get("calendar", "cn", "2018") == {
        "days_off": ["2018-10-01", "2018-10-02"], "index": index, "work_days": ["2018-09-29"]}
    again = world.act("calendar", EVERYBODY, **{**YEAR, "days_off": []})
    assert world.state.get("calendar", "cn", "2018")["index"] == again


# -- premium ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def insured(chartered, request):
    """A roster of three persons under terms that work the premium out of the fact that the test names."""
    fact, rate = getattr(request, "param", ("population", 1000))
    formula = {"base": {"fact": fact}, "kind": "per_head", "rate": rate}
    terms = {"formulas": {**TERMS["formulas"], "premium": formula}, "premium": {"fact": fact, "formula": "premium"}}
    chartered.terms(**terms)
    chartered.act("agreement", "county foundation", county="kb", document="22" * 32, programme="dlz")
    chartered.enrol(3)
    return chartered


def cover(world, premium, **members):
    whole = {"county": "kb", "document": "44" * 32, "first_day": "2018-01-01", "last_day": "2018-12-31",
             "period": "2018", "persons": 3, "premium": premium, "programme": "dlz", "terms": 1, **members}
    return world.act("cover", "foundation insurer", **whole)


def test_a_premium_is_worked_out_of_the_newest_fact_of_the_county(insured):
    refused(insured, "fact_missing", lambda: cover(insured, 3000), match="the premium of kb by premium: population")
    insured.act("fact", "county", name="population", value=7, **PAPER)
    refused(insured, "fact_missing", lambda: cover(insured, 7000))  # of no county
    insured.act("fact", "county", county="kb", name="population", value=7, **PAPER)
    insured.act("fact", "county", county="kb", name="population", value=8, **PAPER)
    refused(insured, "premium_wrong", lambda: cover(insured, 7000), match="comes to 8000, the cover says 7000")
    refused(insured, "roster_differs", lambda: cover(insured, 7000, persons=2))
    cover(insured, 8000)


@pytest.mark.parametrize("insured", [("persons", 1000)], indirect=True)
def test_a_premium_for_each_person_needs_no_fact(insured):
    insured.act("fact", "county", county="kb", name="persons", value=7, **PAPER)
    refused(insured, "premium_wrong", lambda: cover(insured, 7000))
    cover(insured, 3000)


@pytest.mark.parametrize("insured", [("persons", None)], indirect=True)
def test_a_premium_that_the_terms_leave_open(insured):
    refused(insured, "terms_incomplete", lambda: cover(insured, 3000), match="the premium of kb by premium: rate")


@pytest.mark.parametrize("insured", [("population", 2**53 - 1)], indirect=True)
def test_a_premium_beyond_what_books_hold(insured):
    insured.act("fact", "county", county="kb", name="population", value=2, **PAPER)
    refused(insured, "arithmetic_wrong", lambda: cover(insured, 2))
