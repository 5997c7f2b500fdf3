"""A table of days: what is a contradiction and what a remark; there is neither one too few nor one too many."""

import os
from datetime import date
from pathlib import Path

import pytest

from node.figures.findings import judge_table
from node.figures.replay import blocks_of, replay_table
from node.figures.table import parse_table
from tests.support.fake_random import FakeRandom

DATA = Path(os.environ.get("MINGZHANG_DATA", Path(__file__).parents[3] / "shared" / "data"))
WUHAN = DATA / "external" / "wuhan-redcross-2020" / "daily-totals-v2.csv"


def judge(text):
    table = parse_table(text, name="days.csv")
    return judge_table(table, replay_table(table, document=text.encode(), random=FakeRandom()))


def days(*rows, head="date,bank_fen,official_day_fen,official_cumulative_fen"):
    """A table of one list, numbered days of March 2030."""
    return "\n".join([head, *(f"2030-03-{number:02d},{row}" for number, row in enumerate(rows, 1))]) + "\n"


def told(text):
    """The findings in short: sort, day of the month, difference."""
    return [(one.sort, one.day.day, one.difference) for one in judge(text).findings]


def remarked(text):
    return [(one.key, one.by, [day.day for day in one.days]) for one in judge(text).remarks]


# -- the real case ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def wuhan():
    if not WUHAN.is_file():
        pytest.skip("MINGZHANG_DATA is not on this machine")
    return judge(WUHAN.read_text("utf-8"))


def test_the_contradictions_of_the_real_case_and_no_other(wuhan):
    found = [(one.by, one.sort, f"{one.day}", one.said, one.entries, one.difference) for one in wuhan.findings]
    assert found == [
        ("official", "day_total", "2020-01-31", 8_062_260_000, 8_407_328_025, -345_068_025),
        ("official", "day_total", "2020-02-01", 1_945_810_000, 1_856_332_776, 89_477_224),
        ("official", "day_total", "2020-02-02", 14_495_980_000, 14_453_790_832, 42_189_168),
        ("official", "cumulative", "2020-01-28", 8_026_641_544, 39_630_045_429, -31_603_403_885),
        ("official", "cumulative", "2020-01-29", 8_550_110_000, 48_023_305_276, -39_473_195_276),
        ("official", "count_falls", "2020-01-26", 3876, None, 3876 - 16_638),
        ("compiled", "day_total", "2020-02-02", 14_476_983_932, 14_453_790_832, 23_193_100),
    ]
    falls = wuhan.findings[5]
    assert (falls.before, falls.series, falls.last_day) == (16_638, (13_896, 8015, 3876), date(2020, 1, 28))


def test_what_else_does_not_fit_in_the_real_case(wuhan):
    found = [(one.key, one.by, [f"{day:%m-%d}" for day in one.days]) for one in wuhan.remarks]
    assert found == [
        ("not_judged", "official", ["01-24", "01-25", "01-26", "01-27"]),
        ("catches_up", "official", ["01-30"]), ("catches_up", "official", ["01-31"]),
        ("follows", "official", ["02-01"]), ("follows", "official", ["02-02"]),
        ("leaves_out", "compiled", ["01-29"]), ("follows", "compiled", ["01-30", "01-31", "02-01"]),
        ("follows", "compiled", ["02-02"]), ("count_of_day", "official", ["02-02"]),
        ("list_ends", "official", ["01-30"]), ("list_ends", "official", ["01-31"]),
        ("list_ends", "official", ["01-29"]),
    ]  # fmt: skip
    by_key = {one.key: one for one in wuhan.remarks if one.key in ("not_judged", "leaves_out")}
    assert by_key["not_judged"].numbers == {"lists": 38_642_315_107}
    assert by_key["leaves_out"].numbers == {"difference": -987_730_322, "left_out": 987_730_322}
    [jan_30, _jan_31] = [one.numbers for one in wuhan.remarks if one.key == "catches_up"]
    assert jan_30 == {"difference": -23_586_859_971, "of_day": 13_469_050_000, "over": 15_886_340_000,
                      "rise": 29_355_390_000}


def in_short(judged):
    return {(one.sort, one.by, f"{one.day:%m-%d}", one.difference) for one in judged.findings}


@pytest.mark.parametrize("old,new,gone,come", [
    pytest.param("8062260000", "8407330000", {("day_total", "official", "01-31", -345_068_025)}, set(),
                 id="31-january-told-right"),
    pytest.param("14476983932", "14453790832", {("day_total", "compiled", "02-02", 23_193_100)}, set(), id="no-slip"),
    pytest.param("13469050000", "13469060000", set(), {("day_total", "official", "01-30", 5305)},
                 id="30-january-a-step-higher"),
    pytest.param("8407328025", "8407328026", set(), {("day_total", "compiled", "01-31", 1)},
                 id="compilers-one-fen-off"),
    pytest.param("3876", "16638", {("count_falls", "official", "01-26", -12_762)},
                 {("count_falls", "official", "01-26", 8015 - 16_638)}, id="the-count-recovers"),
    pytest.param("8550110000", "48023310000", {("cumulative", "official", "01-29", -39_473_195_276)},
                 {("cumulative", "official", "01-29", 4724), ("cumulative", "official", "01-30", -23_586_859_971)},
                 id="29-january-right-but-for-the-last-digits"),
    pytest.param("71898920000", "71998920000", set(), {("cumulative", "official", "02-01", 242_899_228)},
                 id="1-february-a-million-higher"),
])
def test_one_number_changed_changes_its_findings_alone(wuhan, old, new, gone, come):
    # Without the numbers of gifts each list is one line, and the table made in a moment.
    text = WUHAN.read_text("utf-8")
    for channel in ("pos", "cash", "bocom", "abc", "alipay"):
        text = text.replace(f"{channel}_count", f"{channel}_number")
    assert text.count(f",{old},") == 1
    before, after = in_short(wuhan), in_short(judge(text.replace(f",{old},", f",{new},")))
    assert (before - after, after - before) == (gone, come)


# -- day totals and precision -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("said,difference", [
    pytest.param(100_000_000, None, id="the-number-itself"),
    pytest.param(100_010_000, 10_000, id="a-step-above"),
    pytest.param(99_990_000, -10_000, id="a-step-below"),
])
def test_a_day_in_ten_thousands_is_judged_to_half_a_step(said, difference):
    assert told(days(f"100000000,{said},")) == ([] if difference is None else [("day_total", 1, difference)])


@pytest.mark.parametrize("entries,is_right", [
    pytest.param(100_005_000, True, id="half-a-step-above"),
    pytest.param(100_005_001, False, id="more-than-half-above"),
    pytest.param(99_995_000, True, id="half-a-step-below"),
    pytest.param(99_994_999, False, id="more-than-half-below"),
])
def test_the_edges_of_half_a_step(entries, is_right):
    assert (told(days(f"{entries},100000000,")) == []) is is_right


def test_one_number_to_the_fen_makes_a_column_exact():
    text = days("100000001,100000000,", "5,5,")
    assert parse_table(text, name="").steps == {"official_day_fen": 1}
    assert told(text) == [("day_total", 1, -1)]


def test_numbers_that_hold_are_no_findings():
    text = days("100,100,100", "200,200,300", "1,1,301")
    assert (told(text), remarked(text)) == ([], [])


# -- cumulative totals ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rows,found,remarks", [
    pytest.param(["100,,90", "100,,200"], [("cumulative", 1, -10)], [], id="one-day-short"),
    pytest.param(["100,,90", "100,,190"], [("cumulative", 1, -10)], [("stays", "official", [2])],
                 id="it-rose-by-what-came-in"),
    pytest.param(["100,,90", "100,,195"], [("cumulative", 1, -10), ("cumulative", 2, -5)], [],
                 id="nothing-tells-how-it-came-about"),
    pytest.param(["100,,90", "100,101,190"], [("day_total", 2, 1), ("cumulative", 1, -10)],
                 [("stays", "official", [2])], id="the-day-is-wrong-and-the-total-is-not"),
    pytest.param(["100,,90", "100,100,190"], [("cumulative", 1, -10)], [("follows", "official", [2])],
                 id="a-day-that-is-right-carries-it-on"),
    pytest.param(["100,,100", "100,110,210"], [("day_total", 2, 10)], [("follows", "official", [2])],
                 id="the-day-is-wrong-and-the-total-follows"),
    pytest.param(["100,,90", "100,100,195"], [("cumulative", 1, -10)], [("catches_up", "official", [2])],
                 id="closer-to-the-entries"),
    pytest.param(["100,,90", "100,100,185"], [("cumulative", 1, -10), ("cumulative", 2, -15)], [],
                 id="farther-from-the-entries"),
    pytest.param(["100,,90", "100,100,210"], [("cumulative", 1, -10), ("cumulative", 2, 10)], [],
                 id="as-far-on-the-other-side"),
    pytest.param(["100,100,100", "100,100,250"], [("cumulative", 2, 50)], [], id="wrong-out-of-nothing"),
    pytest.param(["100,,90", ",,", "100,100,190"], [("cumulative", 1, -10)], [("stays", "official", [3])],
                 id="a-day-between"),
    pytest.param(["100,,90", ",,", "100,100,195"], [("cumulative", 1, -10), ("cumulative", 3, -5)], [],
                 id="a-day-between-tells-nothing"),
    pytest.param(["100,,90", "100,100,200"], [("cumulative", 1, -10)], [], id="mended"),
    pytest.param([",,7", "100,,100"], [("cumulative", 1, 7)], [], id="said-before-anything-came-in"),
])
def test_one_deviation_is_told_once(rows, found, remarks):
    text = days(*rows)
    assert (told(text), remarked(text)) == (found, remarks)


def test_what_a_step_of_the_day_hides_is_no_excuse_for_a_total_to_the_fen():
    rows = ["100000000,,99900001", "100000000,,199899000"]
    assert told(days(*rows, "100000000,300000000,")) == [
        ("day_total", 3, 200_000_000), ("cumulative", 1, -99_999), ("cumulative", 2, -101_000)]


@pytest.mark.parametrize("rows,found", [
    pytest.param(["100004600,,100000000"], [], id="within-half-a-step"),
    pytest.param(["100005001,,100000000"], [("cumulative", 1, -5001)], id="beyond-half-a-step"),
    pytest.param(["100000000,,100000000", "5001,,100000000"], [("cumulative", 2, -5001)],
                 id="a-total-that-held-excuses-none-that-does-not"),
])
def test_a_total_in_ten_thousands_is_judged_to_half_a_step(rows, found):
    assert told(days(*rows)) == found


# -- lists of several days on one row ---------------------------------------------------------------------------------

BLOCK = "date,cash_fen,bank_fen,compiled_day_fen,compiled_cumulative_fen,official_day_fen,official_cumulative_fen"


def test_totals_of_days_whose_lists_stand_together_are_not_judged():
    text = days(",500,,500,,1", "10,,,,7,2", "20,,,,,3", ",100,100,600,,630", head=BLOCK)
    assert told(text) == [("cumulative", 3, 3 - 530)]
    assert remarked(text) == [("not_judged", "official", [1, 2]), ("leaves_out", "compiled", [4]),
                              ("list_ends", "official", [3])]


def test_a_row_with_a_total_of_the_day_stands_for_its_day():
    text = days(",500,500,500,,1", ",100,100,600,,630", head=BLOCK)
    assert blocks_of(parse_table(text, name="")) == {}
    assert told(text) == [("cumulative", 1, -499), ("cumulative", 2, 30)]


def test_a_row_of_which_a_total_of_the_day_was_announced_stands_for_its_day():
    text = days(",500,,500,500,1", "10,,,,,511", ",100,100,600,,611", head=BLOCK)
    assert blocks_of(parse_table(text, name="")) == {}
    assert told(text)[:2] == [("cumulative", 1, -499), ("cumulative", 2, 1)]


def test_a_row_that_the_next_list_follows_at_once_is_no_block():
    assert blocks_of(parse_table(days(",500,,500,,", ",100,100,600,,", head=BLOCK), name="")) == {}


def test_compilers_who_leave_out_a_day_between_two_rows_contradict_the_entries():
    text = days(",500,500,500,,", "10,40,,,,", ",100,100,600,,", head=BLOCK)
    assert told(text) == [("cumulative", 3, -50)]


# -- counts -----------------------------------------------------------------------------------------------------------

COUNTS = "date,bank_count,bank_fen,official_day_fen,official_count"


@pytest.mark.parametrize("counts,found", [
    pytest.param([1, 2, 2, 5], [], id="rising-or-the-same"),
    pytest.param([5, 3, 4, 9], [(2, 4, -1)], id="a-run-is-one-finding"),
    pytest.param([5, 3, 9, 8], [(2, 3, -2), (4, 8, -1)], id="two-runs"),
    pytest.param([5, 4], [(2, 4, -1)], id="until-the-end"),
])
def test_a_cumulative_count_may_not_fall(counts, found):
    judged = judge(days(*(f"3,100,,{count}" for count in counts), head=COUNTS)).findings
    assert [(one.day.day, one.said, one.difference) for one in judged] == found
    assert all(one.sort == "count_falls" and one.entries is None for one in judged)


def test_a_count_beside_a_total_of_the_day_is_not_taken_as_cumulative():
    judged = judge(days("3,100,,50", "4,200,200,4", head=COUNTS))
    assert judged.findings == ()
    assert [(one.key, one.numbers) for one in judged.remarks] == [("count_of_day", {"said": 4, "gifts": 4})]


# -- the log ----------------------------------------------------------------------------------------------------------


def test_each_list_is_a_batch_of_as_many_gifts_as_are_on_it():
    text = "date,a_count,a_fen,b_fen,official_day_fen\n2030-03-01,3,100,50,150\n2030-03-02,,0,7,7\n"
    table = parse_table(text, name="")
    made = replay_table(table, document=b"", random=FakeRandom())
    assert (made.batches, made.gifts, made.raised) == (3, 5, 157)
    assert made.leaves == 2 + 3 + 2, "charter and terms, the batches, a notice of each day"
    assert [day.change for day in made.days] == [150, 7]


def test_the_ledger_itself_flags_a_total():
    table = parse_table(days("100,,90", "100,,200"), name="")
    made = replay_table(table, document=b"", random=FakeRandom())
    assert [day.told["official"].difference for day in made.days] == [-10, 0]
