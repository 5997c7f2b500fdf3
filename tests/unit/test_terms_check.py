"""The check of a terms file: what it calls right the ledger accepts, what it calls wrong it shows at its line."""

import json
from copy import deepcopy
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from ledger.errors import FormatError
from ledger.kinds import entry_of_kind
from node.authoring.check import check_terms
from node.authoring.parts import refused_problems
from node.authoring.source import parse_source
from tests.support.sources import ROOT, text

TERMS = tuple(sorted(path.name for path in (ROOT / "node/terms").glob("*.json") if "calendar" not in path.name))
SCHEMA = "docs/formats/terms.schema.json"
ENTRY = {"at": "2019-01-01", "kind": "terms", "nonce": "0" * 32, "signers": ["a.example+00000000"],
         "valid_until": "2019-01-01", "document": "0" * 64}  # fmt: skip


@cache
def shipped(name: str) -> str:
    return text(f"node/terms/{name}")


def checked(content: str):
    return check_terms(parse_source(content, what="x"))


def problems(name: str, *changes: tuple[str, str]) -> list[str]:
    """The problems of a shipped file in which texts are replaced, first found first."""
    content = shipped(name)
    for old, new in changes:
        assert old in content, old
        content = content.replace(old, new, 1)
    found = checked(content).problems
    for one in found:
        assert 1 <= one.line <= content.count("\n") + 1
    return [f"{one.where}: {one.message}" for one in found]


def test_there_are_five_programmes():
    assert {json.loads(shipped(name))["programme"] for name in TERMS} == {
        "dlz", "wuhou-diary", "wuhou-market", "wuhou-snow", "yymz"}  # fmt: skip


@pytest.mark.parametrize("name", TERMS)
def test_shipped_terms_are_right(name):
    assert checked(shipped(name)).problems == []


@pytest.mark.parametrize("name", TERMS)
def test_shipped_terms_say_where_every_clause_comes_from(name):
    assert [one for one in checked(shipped(name)).warnings if "basis" in one.message] == []


def test_what_the_shipped_terms_leave_open():
    told = {(name, one.where) for name in TERMS for one in checked(shipped(name)).warnings
            if "no source" in one.message}
    assert told == {
        ("dlz-2017.json", "formulas.inpatient.ratio_bp"), ("dlz.json", "formulas.inpatient.ratio_bp"),
        ("snow.json", "formulas.accident_disability.grades"), ("yymz.json", "formulas.general.amount"),
    }  # fmt: skip


def test_both_copies_of_the_schema_are_one_and_a_schema():
    assert text(SCHEMA) == text("node/authoring/terms.schema.json")
    Draft202012Validator.check_schema(json.loads(text(SCHEMA)))


def test_all_problems_are_told_each_at_its_line():
    content = shipped("yymz.json").replace('"rate": 100', '"rate": -1, "rat": 2').replace('"k": 10', '"k": "ten"')
    found = checked(content)
    lines = shipped("yymz.json").split("\n")
    rate, k = (next(at for at, line in enumerate(lines, 1) if part in line) for part in ('"rate": 100', '"k": 10'))
    assert [(one.line, one.where) for one in found.problems] == [
        (rate, "formulas.premium.rate"), (rate, "formulas.premium.rat"), (k, "k")]  # fmt: skip


@pytest.mark.parametrize(("change", "message"), [
    pytest.param(('"risk": "insurer",\n "signed_by"', '"signed_by"'), "the file: expected the member risk, got none",
                 id="member-missing"),
    pytest.param(('"kind": "lump_sum"', '"kind": "lump"'),
                 "formulas.general.kind: expected age, allot, card, deadline, estimate, indemnity, lump_sum, "
                 "lump_sum_by_grade, per_diem, per_head, rollover, share or tiered, got 'lump'", id="kind-unknown"),
    pytest.param(('"first_day": "2019-01-01"', '"first_day": "2019-02-30"'),
                 "first_day: expected a day YYYY-MM-DD, got '2019-02-30'", id="no-day"),
    pytest.param(('"zone": "+08:00"', '"zone": "Asia/Shanghai"'),
                 "zone: expected an offset as +08:00, from -12:00 to +14:00, not -00:00, got 'Asia/Shanghai'",
                 id="zone"),
    pytest.param(('"ratio_bp": 5000', '"ratio_bp": 10001'), "formulas.special_major_disease.tiers.0.pays.ratio_bp: "
                 "expected an integer of 0 to 10000, got 10001", id="ratio-above-the-whole"),
    pytest.param(('"is": true, "name": "3_days"', '"is": 1, "name": "3_days"'),
                 "deadlines.2.tiers.0.including.readings.0.is: expected true or false, got 1", id="one-is-not-true"),
    pytest.param(('"year_day": "05-31"', '"year_day": "02-29"'),
                 "notices.0.year_day: expected a day MM-DD that every year has, got '02-29'", id="leap-day"),
    pytest.param(('"id": "large_transfer"', '"id": "year_report"'),
                 "notices.1.id: expected each id once, got year_report again", id="notice-twice"),
    pytest.param(('"name": "7_days"}]', '"name": "3_days"}]'), "deadlines.2.tiers.0.including: expected readings of "
                 "different names, got 3_days, 3_days", id="reading-twice"),
    pytest.param(('"below": 10000000', '"below": 1000000'),
                 "deadlines.2.tiers.1.below: expected a limit above 1000000, got 1000000", id="tiers-do-not-rise"),
    pytest.param(('{"days": 10}', '{"days": 10, "below": 20000000, "including": true}'),
                 "deadlines.2.tiers.2: expected no below in the last tier", id="last-tier-ends"),
    pytest.param(('"duty": "pay"', '"duty": "answer"'), "formulas.sla.duty: expected one of open, pay, got answer",
                 id="no-such-deadline"),
    pytest.param(('"formula": "premium"', '"formula": "prem"'), "premium.formula: expected one of general, "
                 "premium, sla, special_major_disease, got prem", id="no-such-formula"),
    pytest.param(('"exactly_1000": "lower_tier"', '"1000": "lower_tier"'), "readings.1000: expected a name, 1 to 40 of "
                 "a-z, 0-9 and _, a letter first, got '1000'", id="name-of-an-ambiguity"),
    pytest.param(('"from": "own/insurer", "kind": "payout"', '"from": "premium/yymz/{county}", "kind": "payout"'),
                 "flows.4.from: risk_wrong: under risk insurer a payout leaves own/…, got premium/yymz/{county}",
                 id="risk-wrong"),
    pytest.param(('"calendar": "cn",\n', "\n"), "deadlines.1.unit: calendar_missing: working days need the member "
                 "calendar", id="calendar-missing"),
    pytest.param(('"cover": ["role:insurer", ', '"cover": ['), "signed_by.cover: signers_wrong: expected role:insurer "
                 "among them", id="signers-wrong"),
])  # fmt: skip
def test_problem(change, message):
    assert message in problems("yymz.json", change)


@pytest.mark.parametrize(("change", "message"), [
    pytest.param(('"num": 9', '"num": 10'), "splits.0.num: split_wrong: expected less than 10, got 10", id="whole"),
    pytest.param(('"rest": "fund/dlz/other"', '"rest": "fund/dlz/rest"'),
                 "splits.0.rest: split_wrong: fund/dlz/rest is not among the accounts", id="no-account"),
    pytest.param(('"split": "fund/dlz"}', '"split": "fund/dlz/claims"}'),
                 "formulas.claims_share.split: expected one of fund/dlz, got fund/dlz/claims", id="no-split"),
    pytest.param(('"eligibility": "eligibility"', '"eligibility": "inpatient"'),
                 "eligibility: expected one of eligibility, got inpatient", id="no-formula-of-age"),
])  # fmt: skip
def test_problem_of_splits(change, message):
    assert message in problems("dlz.json", change)


@pytest.mark.parametrize(("change", "message"), [
    pytest.param(('"special_cap_period": "per_claim",', ""), "formulas.special_major_disease.caps.0.per: "
                 "special_cap_period is not in readings: the clause states nothing", id="not-chosen"),
    pytest.param(('"special_cap_period": "per_claim"', '"special_cap_period": "per_day"'),
                 "formulas.special_major_disease.caps.0.per: readings choose per_day for special_cap_period, which is "
                 "none of per_claim, per_year: the clause states nothing", id="chosen-and-not-listed"),
    pytest.param(('"risk": "insurer",\n  "sla', '"risc": "insurer",\n  "sla'), "readings.risc: no clause uses this "
                 "ambiguity: it changes nothing that is worked out", id="not-used"),
    pytest.param(('"rate": 100', '"rate": null'), "formulas.premium.rate: no source states this: what needs it "
                 "of premium is refused as terms_incomplete", id="null"),
    pytest.param(('"is": {"amount": 80000}', '"is": null'),
                 "formulas.special_major_disease.tiers.1.pays.readings.0.is: no source states this: what needs it "
                 "of special_major_disease is refused as terms_incomplete",
                 id="reading-that-is-null"),
    pytest.param(('"days": 7', '"days": null'), "deadlines.2.tiers.1.days: no source states this: no duty pay "
                 "will start by it", id="deadline-null"),
    pytest.param(('"premium": "published",', ""), "formulas.premium.rate: basis has neither premium_rate, premium nor "
                 "rate", id="without-basis"),
    pytest.param(('"deadline_open": "published",', ""), "deadlines.0: basis has neither deadline_open nor deadlines",
                 id="deadline-without-basis"),
    pytest.param(('"flows": "assumed",', ""), "flows: basis has no flows", id="flows-without-basis"),
    pytest.param(('"kind": "payout"', '"kind": "pay-out"'), "flows.4.kind: nothing will go this way: pay-out is none "
                 "of brought_forward, donation, income, payout, recovery, spend, transfer", id="flow-of-no-kind"),
    pytest.param(('"purpose": "payout", "to": "paid/yymz/{county}"', '"purpose": "payout", "to": "paid/yymz/all"'),
                 "flows.4.to: nothing will go this way: paid/yymz/all is not among the accounts", id="flow-to-nowhere"),
    pytest.param(('"special_cap_period": "per_claim"', '"special_cap_period": "per_year"'),
                 "formulas.special_major_disease.caps.0.per: there is no member year: what needs it of "
                 "special_major_disease is refused as terms_incomplete", id="cap-of-no-year"),
])  # fmt: skip
def test_warning(change, message):
    content = shipped("yymz.json")
    assert change[0] in content
    found = checked(content.replace(*change, 1))
    assert found.ok
    assert message in [f"{one.where}: {one.message}" for one in found.warnings]


def test_a_problem_of_form_hides_no_problem_of_another_part():
    found = problems("yymz.json", ('"rate": 100', '"rate": -1'), ('"below": 10000000', '"below": 5'),
                     ('"year_day": "05-31"', '"year_day": "02-30"'), ('"unit": "CNY"', '"unit": "yuan"'),
                     ('"kind": "payout"', '"kind": 5'), ('"duty": "pay"', '"duty": "decide"'))  # fmt: skip
    assert [one.split(":")[0] for one in found] == [
        "deadlines.2.tiers.1.below", "flows.4.kind", "formulas.premium.rate", "formulas.sla.duty", "notices.0.year_day",
        "unit"]  # fmt: skip


@pytest.mark.parametrize("change", [
    pytest.param(('"id": "pay",\n   "starts": "complete",\n   "tiers": [{"days": 1}]',
                  '"id": "pai",\n   "starts": "complete",\n   "tiers": [{"days": 1}]'), id="deadline"),
    pytest.param(('"kind": "per_head"', '"kind": "per_foot"'), id="formula"),
    pytest.param(('"deadlines": [', '"deadlines": 5, "other": ['), id="all-deadlines"),
])  # fmt: skip
def test_no_problem_is_told_of_what_only_names_a_broken_part(change):
    assert not [one for one in problems("yymz.json", change) if one.startswith(("formulas.sla", "premium"))]


def places(value, place=()):
    yield place
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, part in inner:
        yield from places(part, (*place, name))


OTHERS = st.sampled_from([None, True, 0, 1, -1, 10_001, 2**53, "", "a", "up", "per_year", "pool", "00-00", "2019-01-01",
                          [], {}, [1], {"by": "risk", "readings": [{"is": None, "name": "insurer"}]},
                          {"amount": 5}, {"ratio_bp": 5, "at_most": 1}, "own/insurer", "x/y"])  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_the_form_is_right_where_the_ledger_accepts_it_and_nowhere_else(data):
    """One or two values of a shipped file are replaced or taken out: the check and the ledger agree on the form."""
    value = json.loads(shipped(data.draw(st.sampled_from(TERMS))))
    for _ in range(data.draw(st.integers(1, 2))):
        place = data.draw(st.sampled_from([one for one in places(value) if one]))
        inside = value
        for name in place[:-1]:
            inside = inside[name]
        if data.draw(st.booleans()):
            inside[place[-1]] = deepcopy(data.draw(OTHERS))
        else:
            del inside[place[-1]]
    source = parse_source(json.dumps(value), what="x")
    found = check_terms(source)
    try:
        entry_of_kind({**ENTRY, **value}, what="x")
        accepted = True
    except FormatError:
        accepted = False
    refused = list(refused_problems(source, value)) if accepted else []
    form = [one for one in found.problems if one not in refused]
    assert (form == []) is accepted, form


def test_what_has_no_value_is_told_once():
    assert problems("yymz.json", ('"k": 10', '"k": 10.0')) == [
        "k: expected an integer, got '10.0': amounts are in minor units, ratios in basis points"]  # fmt: skip


def test_a_file_that_is_no_object():
    assert [one.message for one in checked("[]").problems] == ["expected an object, got an empty array"]
