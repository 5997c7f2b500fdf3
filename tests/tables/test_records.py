"""What is published and by when, what figures say and how exactly, rosters with columns: played on both sides."""

import pytest

from tests.support.verifier_play import Play, digest, standard
from tests.support.verifier_world import DEFAULTS, PARTIES, TERMS
from tests.tables.beginnings import PAID
from tests.tables.test_kinds_on_both_sides import both  # noqa: F401
from verifier.entries.lines import Line, sum_root
from verifier.primitives.hashes import columns_hash

pytestmark = pytest.mark.usefixtures("both")

EVERYBODY = "+".join(PARTIES)
HOLDERS = "foundation+insurer+platform"
PROGRESS = {"by": "foundation", "id": "progress", "months": 3, "on": "drive"}
FINAL = {"by": "foundation", "id": "final", "months": 2, "on": "drive_end"}
YEAR = {"by": "auditor", "id": "year", "on": "year", "year_day": "05-31"}
LARGE = {"above": 100, "by": "platform", "days": 30, "id": "large", "on": "transfer"}
NOBODY = {"by": "bank", "id": "bank", "on": "year", "year_day": "05-31"}
ZEROS = {"counted": False, "last": None, "met": None, "number": 0}


def say(play, by, kind, outcome="ok", **members):
    """Sign an entry, expect an outcome, give the index that it has or would have had."""
    play.entries += 1
    value = {"at": play.day, "kind": kind, "nonce": digest(f"nonce {play.entries}")[:32], "valid_until": play.day}
    value |= play.defaults(kind) | members
    value = {name: item for name, item in value.items() if item is not None}
    got = play.outcome(play.sign(value, by.split("+")))
    assert got == outcome, f"{kind} {members} came out as {got}: {play.why}"
    return len(play.leaves) - (outcome == "ok")


def begun(**terms):
    """A log with a charter, terms and a county."""
    play = Play()
    say(play, EVERYBODY, "charter")
    say(play, HOLDERS, "terms", **terms)
    say(play, "foundation+county", "agreement")
    return play


def duties(play, index):
    return play.row(f"notices {index:016d}")["duties"]


def counted(play, party, year):
    """How many duties of a party were due in a year, and how many met in time."""
    rows = [play.row(f"figure dlz/{party}/{year}/{name}") for name in ("duties_due", "duties_in_time")]
    return [row and row["value"] for row in rows]


def meet(play, by, entry, id, due, outcome="ok", **members):
    return say(play, by, "notice", outcome, meets={"due": due, "entry": entry, "id": id}, **members)


# -- notices -----------------------------------------------------------------------------------------------------------


def test_a_long_drive_is_reported_on_while_it_lasts_and_at_its_end():
    play = begun(notices=[PROGRESS, FINAL, YEAR, LARGE])
    drive = say(play, "foundation", "drive", first_day="2019-01-31", last_day="2019-12-31")
    progress = {"by": "foundation", "due": "2019-04-30", "first": "2019-01-31", "id": "progress", **ZEROS}
    final = {"by": "foundation", "due": "2020-02-29", "first": "2019-12-31", "id": "final", **ZEROS}
    assert duties(play, drive) == [{**progress, "last": "2019-12-31"}, final]
    assert play.row(f"noticed 2019-04-30 {drive:016d} progress") == 1

    meet(play, "foundation", drive, "progress", "2019-07-31", "duty_unknown")
    meet(play, "foundation", drive, "final", "2019-04-30", "duty_unknown")
    meet(play, "foundation", drive + 1, "progress", "2019-04-30", "duty_unknown")
    meet(play, "insurer", drive, "progress", "2019-04-30", "wrong_signers")
    play.day = "2019-04-30"
    meet(play, "foundation", drive, "progress", "2019-04-30")
    assert counted(play, "foundation", 2019) == [1, 1]
    assert duties(play, drive)[0] == {**progress, "due": "2019-07-31", "last": "2019-12-31", "met": "2019-04-30",
                                      "number": 1}
    meet(play, "foundation", drive, "progress", "2019-04-30", "duty_unknown")

    play.day = "2019-07-31"
    say(play, "auditor", "balance")
    assert counted(play, "foundation", 2019) == [1, 1]
    play.day = "2019-08-01"
    say(play, "auditor", "balance")
    assert counted(play, "foundation", 2019) == [2, 1] and duties(play, drive)[0]["counted"] is True
    say(play, "auditor", "balance")
    meet(play, "foundation", drive, "progress", "2019-07-31")  # late, and counted once
    assert counted(play, "foundation", 2019) == [2, 1]
    play.day = "2019-12-01"
    meet(play, "foundation", drive, "progress", "2019-10-31")  # late before any balance
    assert counted(play, "foundation", 2019) == [3, 1]
    assert duties(play, drive)[0] == {**progress, "due": None, "last": "2019-12-31", "met": "2019-10-31", "number": 3}
    play.day = "2020-02-29"
    meet(play, "foundation", drive, "final", "2020-02-29")
    assert counted(play, "foundation", 2020) == [1, 1] and duties(play, drive)[1]["due"] is None


@pytest.mark.parametrize(("first", "last", "ids"), [
    pytest.param("2019-01-31", "2019-07-31", ["final"], id="six-months-are-not-long"),
    pytest.param("2019-01-31", "2019-08-01", ["progress", "final"], id="a-day-more-is"),
    pytest.param("2019-08-31", "2020-02-29", ["final"], id="six-months-cut-to-29-february"),
    pytest.param("9998-01-01", "9999-12-31", ["progress"], id="an-end-beyond-the-calendar"),
])  # fmt: skip
def test_which_notices_a_drive_starts(first, last, ids):
    play = begun(notices=[PROGRESS, FINAL])
    drive = say(play, "foundation", "drive", first_day=first, last_day=last)
    assert [duty["id"] for duty in duties(play, drive)] == ids


def test_a_drive_without_days_and_terms_without_notices_start_nothing():
    play = begun(notices=[PROGRESS, NOBODY])
    assert play.row(f"notices {1:016d}") is None  # nobody is a bank
    drive = say(play, "foundation", "drive")
    assert play.row(f"notices {drive:016d}") is None
    short = say(play, "foundation", "drive", first_day="2019-01-01", last_day="2019-02-01")
    assert play.row(f"notices {short:016d}") is None


def test_each_year_is_reported_on():
    play = begun(notices=[YEAR])
    year = {"by": "auditor", "due": "2020-05-31", "first": "2019-01-01", "id": "year", **ZEROS}
    assert duties(play, 1) == [year]
    play.day = "2020-06-01"
    meet(play, "auditor", 1, "year", "2020-05-31")
    assert duties(play, 1) == [{**year, "due": "2021-05-31", "met": "2020-05-31", "number": 1}]
    assert counted(play, "auditor", 2020) == [1, None]
    say(play, HOLDERS, "terms", version=2, first_day="2020-02-01", notices=[YEAR])
    assert play.row(f"notices {len(play.leaves) - 1:016d}") is None  # only version 1 starts the years


@pytest.mark.parametrize(("zone", "first", "due"), [
    ("+08:00", "2019-03-01", "2019-03-31"), ("-03:30", "2019-02-28", "2019-03-30"),
])  # fmt: skip
def test_a_large_transfer_is_explained_by_days_of_the_zone(zone, first, due):
    play = begun(notices=[LARGE], zone=zone)
    play("platform donation lines=300 ok")
    way = {"from": "platform/dlz/gifts", "purpose": "settlement", "to": "fund/dlz"}
    small = say(play, "platform", "transfer", amount=99, **way)
    assert play.row(f"notices {small:016d}") is None
    large = say(play, "platform", "transfer", amount=100, **{**way, "ref": "E2E-2"})
    (duty,) = duties(play, large)
    assert (duty["first"], duty["due"], duty["by"]) == (first, due, "platform")


@pytest.mark.parametrize("notices", [
    pytest.param([YEAR, {**LARGE, "id": "year"}], id="one-id-twice"),
    pytest.param([{**YEAR, "months": 3}], id="member-of-another-row"),
    pytest.param([{name: YEAR[name] for name in ("by", "id", "on")}], id="member-missing"),
    pytest.param([{**YEAR, "year_day": "02-29"}], id="no-day-of-every-year"),
])  # fmt: skip
def test_notices_of_no_form(notices):
    play = begun()
    say(play, HOLDERS, "terms", "format", version=2, first_day="2019-02-01", notices=notices)


# -- records -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "members"), [
    pytest.param("drive", {"first_day": "2019-01-01"}, id="drive-without-its-last-day"),
    pytest.param("drive", {"first_day": "2019-01-02", "last_day": "2019-01-01"}, id="drive-ends-before-it-begins"),
    pytest.param("fact", {"name": "households"}, id="fact-without-a-value"),
    pytest.param("fact", {"value": 5}, id="fact-without-a-name"),
    pytest.param("fact", {"county": "kangbao"}, id="county-of-no-fact"),
    pytest.param("calendar", {"days_off": ["2019-03-09"]}, id="a-weekend-taken-off"),
    pytest.param("calendar", {"work_days": ["2019-03-08"]}, id="a-weekday-worked"),
    pytest.param("calendar", {"year": 2020}, id="days-of-another-year"),
    pytest.param("calendar", {"days_off": ["2019-03-08", "2019-03-08"]}, id="a-day-twice"),
    pytest.param("calendar", {"year": 1899, "days_off": [], "work_days": []}, id="a-year-too-early"),
])  # fmt: skip
def test_records_of_no_form(kind, members):
    say(begun(), EVERYBODY if kind == "calendar" else "foundation", kind, "format", **members)


def test_the_newest_fact_and_calendar_stand():
    play = begun()
    say(play, "county", "fact", name="households", value=5)
    newest = say(play, "county", "fact", name="households", value=6)
    there = say(play, "county", "fact", name="households", value=2, county="kangbao")
    assert play.row("fact dlz households -") == {"index": newest, "value": 6}
    assert play.row("fact dlz households kangbao") == {"index": there, "value": 2}
    say(play, "foundation", "calendar", "wrong_signers")
    say(play, EVERYBODY, "calendar")
    newest = say(play, EVERYBODY, "calendar", days_off=[])
    assert play.row("calendar cn 2019") == {"days_off": [], "index": newest, "work_days": ["2019-03-09"]}


def test_terms_may_say_who_puts_what_on_record():
    play = begun(signed_by={"fact": ["role:auditor", "role:county|platform"]})
    say(play, "auditor", "fact", "wrong_signers")
    say(play, "auditor+insurer", "fact", "wrong_signers")
    say(play, "auditor+platform", "fact")
    say(play, "insurer", "pledge")


# -- figures -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def raised():
    play = begun()
    play("platform donation lines=123456 ok")
    play("way: platform transfer from=platform/dlz/gifts to=fund/dlz amount=41153 purpose=settlement ok")
    return play


@pytest.mark.parametrize(("kind", "unit", "value", "outcome"), [
    ("rounded", 10_000, 120_000, "ok"),
    ("rounded", 10_000, 130_000, "figure_not_supported"),
    ("rounded", 10_000, 123_456, "figure_not_supported"),
    ("rounded", 6_912, 124_416, "ok"),
    ("rounded", 128, 123_520, "ok"),
    ("rounded", 128, 123_392, "ok"),
    ("at_least", 1_000, 123_000, "ok"),
    ("at_least", 1_000, 122_000, "figure_not_supported"),
    ("at_least", 1_000, 124_000, "figure_not_supported"),
    ("at_least", 1_000, 123_456, "figure_not_supported"),
    ("at_least", 123_456, 123_456, "ok"),
    ("just_under", 1_000, 124_000, "ok"),
    ("just_under", 1_000, 123_456, "ok"),
    ("just_under", 544, 124_000, "figure_not_supported"),
    ("just_under", 545, 124_000, "ok"),
    ("just_under", 1_000, 123_455, "figure_not_supported"),
    ("about", 456, 123_000, "ok"),
    ("about", 455, 123_000, "figure_not_supported"),
    ("about", 455, 123_912, "figure_not_supported"),
])  # fmt: skip
def test_how_exactly_a_figure_is_said(raised, kind, unit, value, outcome):
    say(raised, "auditor", "figure", outcome, metric="dlz/raised", value=value, precision={"kind": kind, "unit": unit})


@pytest.mark.parametrize(("members", "outcome"), [
    ({"metric": "dlz/share_bp", "of": ["dlz/on_its_way", "dlz/raised"], "value": 3_333}, "ok"),
    ({"metric": "dlz/share_bp", "of": ["dlz/raised", "dlz/on_its_way"], "value": 29_999}, "ok"),
    ({"metric": "dlz/share_bp", "of": ["dlz/raised", "dlz/on_its_way"], "value": 29_999, "unit": "bp"}, "ok"),
    ({"metric": "dlz/share_bp", "of": ["dlz/raised", "dlz/on_its_way"], "value": 30_000}, "figure_not_supported"),
    ({"metric": "dlz/share", "of": ["dlz/raised", "dlz/on_its_way"], "value": 29_999}, "figure_not_supported"),
    ({"metric": "x/share_bp", "of": ["dlz/raised", "dlz/on_its_way"], "value": 29_999}, "figure_not_supported"),
    ({"metric": "dlz/share_bp", "of": ["dlz/raised", "dlz/x"], "value": 29_999}, "figure_not_supported"),
    ({"metric": "dlz/share_bp", "of": ["dlz/raised", "dlz/none"], "value": 0}, "figure_not_supported"),
    ({"metric": "dlz/raised", "value": 123_456, "unit": "cny"}, "ok"),
    ({"metric": "dlz/raised", "value": 123_456, "unit": "yuan"}, "unit_differs"),
    ({"metric": "dlz/raised", "value": 1, "unit": "yuan"}, "unit_differs"),
])  # fmt: skip
def test_shares_and_units(raised, members, outcome):
    say(raised, "auditor", "figure", outcome, **members)


def test_a_notice_is_held_against_the_books_before_it():
    play = begun(notices=[FINAL])
    drive = say(play, "foundation", "drive", first_day="2019-01-01", last_day="2019-02-01")
    says = [{"metric": "dlz/foundation/2019/duties_due", "value": 1}]
    meet(play, "foundation", drive, "final", "2019-04-01", says=says)
    assert play.stamp()["flags"] == [["dlz/foundation/2019/duties_due", None]]
    say(play, "foundation", "notice", says=says)
    assert "flags" not in play.stamp()


def test_a_notice_of_one_programme_may_meet_a_duty_of_another():
    play = begun(notices=[YEAR])
    say(play, "auditor", "terms", accounts=[{"holder": "auditor", "name": "own/auditor", "place": "bank"}], flows=[],
        notices=[], programme="other", splits=[], claims_share=None, refund_from=None)
    play.day = "2020-01-01"
    meet(play, "auditor", 1, "year", "2020-05-31", programme="other")
    assert counted(play, "auditor", 2020) == [1, 1]  # in the programme whose duty it is


def test_nothing_is_a_share_of_nothing(raised):
    raised("foundation receive transfer=@way amount=41153 ok")
    share = {"metric": "dlz/share_bp", "of": ["dlz/raised", "dlz/on_its_way"], "value": 0}
    say(raised, "auditor", "figure", "figure_not_supported", **share)


def test_payouts_that_a_notice_tells_are_told():
    play = standard()
    play(PAID)
    one = [{"metric": "dlz/paid", "value": 800}]
    say(play, "auditor", "notice", says=one)  # of one person nobody may tell
    assert play.stamp()["flags"] == [["dlz/paid", None]] and play.row("settling dlz") == {"members": 1}
    play("""
        p: insurer payout  decision=@dli amount=800       ok
        insurer    confirm payout=@p                      ok
        insurer    balance publish=claims/dlz/kangbao     ok
        auditor    notice                                 ok
    """)
    assert play.row("settling dlz") == {"members": 2}
    say(play, "auditor", "notice", says=[{"metric": "dlz/raised", "value": 1}])
    assert play.row("settling dlz") == {"members": 2}
    say(play, "auditor", "notice", says=[{"metric": "dlz/paid", "value": 1599}])
    assert play.stamp()["flags"] == [["dlz/paid", -1]] and play.row("settling dlz") is None
    say(play, "auditor", "figure", metric="dlz/paid", value=1600)


def test_what_a_notice_says_of_the_books_is_flagged(raised):
    says = [
        {"metric": "dlz/raised", "value": 123_456},
        {"metric": "dlz/raised", "value": 123_000},
        {"metric": "dlz/raised", "precision": {"kind": "at_least", "unit": 1_000}, "value": 123_000},
        {"metric": "dlz/persons", "value": 5},
        {"metric": "other/raised", "value": 5},
        {"metric": "dlz/on_its_way", "value": 41_154},
        {"metric": "dlz/raised", "value": -(2**53 - 1)},
    ]
    say(raised, "foundation", "notice", says=says)
    assert raised.stamp()["flags"] == [
        ["dlz/raised", -456],
        ["dlz/persons", None],
        ["other/raised", None],
        ["dlz/on_its_way", 1],
        ["dlz/raised", None],
    ]
    say(raised, "foundation", "notice", says=says[:1])
    assert "flags" not in raised.stamp()


# -- rosters -----------------------------------------------------------------------------------------------------------


def roster(play, words, **columns):
    """A batch of persons with further columns; its `lines` and `columns`."""
    commitments = [bytes.fromhex(digest(word)) for word in words]
    trees = [sum_root([Line(amount, one) for amount, one in zip(amounts, commitments, strict=True)])
             for amounts in ([1] * len(words), *columns.values())]
    rows = zip([1] * len(words), *columns.values(), strict=True)
    data = b"".join(b"".join(amount.to_bytes(8, "big") for amount in row) + one
                    for row, one in zip(rows, commitments, strict=True))
    play.blobs.files[columns_hash([tree.root for tree in trees])] = data
    return {
        "lines": {"count": len(words), "root": trees[0].root.hex(), "total": trees[0].total},
        "columns": [{"name": name, "root": tree.root.hex(), "total": tree.total}
                    for name, tree in zip(columns, trees[1:], strict=True)],
    }  # fmt: skip


def figure(play, name):
    row = play.row(f"figure dlz/p1/{name}")
    return row and row["value"]


def test_a_roster_counts_what_its_columns_say():
    play = begun()
    batch = roster(play, ["wang", "li", "zhao"], children=[1, 0, 1], poor=[0, 0, 0])
    enrolment = say(play, "county", "enrolment", place="upper", **batch)
    assert [figure(play, name) for name in ("children", "poor", "persons")] == [2, 0, 3]
    row = play.row(f"member {digest('wang')}")
    assert (row["columns"], row["place"], row["index"]) == ({"children": 1}, "upper", enrolment)
    assert play.row(f"member {digest('li')}")["columns"] == {}
    play("county enrolment lines=wang,li op=remove reason=moved ok")
    assert [figure(play, name) for name in ("children", "poor", "persons")] == [1, 0, 1]


@pytest.mark.parametrize(("columns", "changes", "outcome"), [
    pytest.param({"children": [1, 2]}, {}, "line_not_one", id="a-person-of-two"),
    pytest.param({"poor": [1, 0], "children": [1, 0]}, {}, "format", id="not-sorted"),
    pytest.param({"paid": [1, 0]}, {}, "column_wrong", id="a-figure-of-every-period"),
    pytest.param({"paid": [1, 2]}, {}, "line_not_one", id="lines-before-names"),
    pytest.param({"children": [1, 0]}, {"total": 2}, "proof", id="another-total"),
    pytest.param({"children": [1, 0]}, {"root": "00" * 32}, "cannot-tell", id="another-file"),
])  # fmt: skip
def test_columns_are_judged_with_the_lines(columns, changes, outcome):
    play = begun()
    batch = roster(play, ["wang", "li"], **columns)
    batch["columns"][0] |= changes
    say(play, "county", "enrolment", outcome, **batch)


@pytest.mark.parametrize("change", [
    pytest.param({"place": "upper"}, id="place"),
    pytest.param({"tags": digest("tags")}, id="tags"),
    pytest.param({"reason": None}, id="no-reason"),
])  # fmt: skip
def test_a_removal_says_who_and_why_alone(change):
    play = begun()
    batch = {"lines": roster(play, ["wang"])["lines"], "op": "remove", "reason": "moved"}
    say(play, "county", "enrolment", "format", **{**batch, **change})


def test_a_person_of_another_programme_counts_where_the_terms_say_so():
    play = begun(unique={"invoice": "log", "person": "log"})
    play("county enrolment lines=wang tags=w ok")
    assert play.row(f"tag person -/p1 {digest('w')}") == len(play.leaves) - 1
    play("county enrolment lines=li tags=w tag_used")
    say(play, HOLDERS, "terms", "version_wrong", version=2, first_day="2019-02-01")  # it was once in the log
    play("county enrolment lines=wang op=remove reason=moved ok")
    assert play.row(f"tag person -/p1 {digest('w')}") is None


@pytest.mark.parametrize(("fact", "base", "rate", "value", "outcome"), [
    ("persons", "persons", 2000, 4000, "ok"),
    ("persons", "persons", 2000, 4001, "premium_wrong"),
    ("persons", "persons", None, 4000, "terms_incomplete"),
    ("households", "households", 2000, 14000, "ok"),
    ("villages", "villages", 2000, 0, "fact_missing"),
    ("households", "villages", 2000, 0, "fact_missing"),
])  # fmt: skip
def test_the_premium_is_what_the_terms_make_of_a_fact(fact, base, rate, value, outcome):
    formulas = {**TERMS["formulas"], "premium": {"base": {"fact": base}, "kind": "per_head", "rate": rate}}
    play = begun(formulas=formulas, premium={"fact": fact, "formula": "premium"})
    play("county enrolment lines=wang,li ok")
    say(play, "county", "fact", name="villages", value=9)  # of no county
    say(play, "county", "fact", name="households", value=7, county="kangbao")
    index = say(play, "foundation+insurer", "cover", outcome, persons=2, premium=value, terms=1)
    if outcome == "ok":
        assert play.row(f"cover {index:016d}")["insurer"] == "insurer"


# -- officers ----------------------------------------------------------------------------------------------------------


def test_an_officer_signs_for_the_party():
    play = begun()
    officer = next(name for name in play.keys if name.startswith("insurer/"))
    notice = say(play, officer, "notice")
    assert DEFAULTS["notice"]["text"].encode() in play.leaves[notice]
    way = {"amount": 5, "from": "own/insurer", "purpose": "advance", "to": "claims/dlz/kangbao"}
    say(play, officer, "transfer", **way)
    say(play, "county", "transfer", "wrong_signers", **way)
    say(play, f"insurer+{officer}", "transfer", **{**way, "ref": "E2E-2"})


def test_an_officer_of_the_charter_may_stand_for_the_party_in_it():
    play = Play()
    officer = next(name for name in play.keys if name.startswith("insurer/"))
    say(play, "+".join({*PARTIES} - {"insurer"}), "charter", "wrong_signers")
    say(play, "+".join([*({*PARTIES} - {"insurer"}), officer]), "charter")
    row = play.row(f"officer {play.keys[officer].signer}")
    assert (row["party"], row["name"], row["key"]) == ("insurer", officer.partition("/")[2], play.keys[officer].vkey)


@pytest.mark.parametrize("change", [
    pytest.param(lambda officers: officers[::-1], id="not-sorted"),
    pytest.param(lambda officers: [officers[0], officers[0]], id="one-twice"),
    pytest.param(lambda officers: [], id="none"),
])  # fmt: skip
def test_officers_of_no_form(change):
    play = Play()
    parties = play.defaults("charter")["parties"]
    at = next(at for at, party in enumerate(parties) if len(party.get("officers", ())) > 1)
    parties[at] = {**parties[at], "officers": change(parties[at]["officers"])}
    say(play, EVERYBODY, "charter", "format", parties=parties)
