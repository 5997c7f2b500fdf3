"""The whole play in one process: every rule passes, two are broken on purpose, and the books come to the figures."""

import os
from pathlib import Path

import pytest
from msgspec.structs import replace

from ledger.books import balance
from ledger.entry import parse_entry
from ledger.errors import FormatError
from ledger.kinds import Close, Donation, Entry, PublishedFigure
from ledger.leaf import entry_of, stamp_of
from ledger.sequence import replay
from ledger.state import MemoryReader, State
from node.demo.relief import verify_rows
from node.demo.script import load_script
from node.demo.statement import parse_statement
from tests.support.small_demo import ORIGIN, play_in_memory, small_script

DATA = Path(os.environ.get("MINGZHANG_DATA", Path(__file__).parents[3] / "shared" / "data"))
SMALL = small_script(divisor=40)


def figures(state: State) -> dict[str, int]:
    return {key[1]: row["value"] for key, row in state.scan("figure")}


def balances(state: State) -> dict[str, int]:
    return {key[1]: balance(row) for key, row in state.scan("account")}


def kinds(desk) -> list[str]:
    return [entry.kind for entry in entries(desk)]


def entries(desk) -> list[Entry]:
    return [parse_entry(entry_of(leaf), origin=ORIGIN).entry for leaf in desk.leaves]


def said(desk) -> dict[str, int]:
    """The figures as they were said last, each of which the rules held to the books of its day."""
    return {entry.metric: entry.value for entry in entries(desk) if isinstance(entry, PublishedFigure)}


def closing(desk, account: str) -> list[int]:
    """What an account was closed with, close by close."""
    return [
        one.closing for entry in entries(desk) if isinstance(entry, Close) for one in entry.accounts
        if one.account == account
    ]


@pytest.fixture(scope="module")
def small():
    return play_in_memory(SMALL)


def test_the_play_in_full_comes_to_the_published_figures():
    desk, play, _ = play_in_memory(load_script())
    found = said(desk)
    assert found["dlz/person_times"] == 56_909
    assert found["dlz/2018/person_times"] == 27_488
    assert found["dlz/2019/person_times"] == found["dlz/2019/persons"] == 29_421
    assert found["dlz/raised"] == 2_685_600_00
    assert found["dlz/assigned"] == found["dlz/premium"] == 2_417_040_00
    assert (found["dlz/person_times_paid"], found["dlz/paid"]) == (210, 1_677_000_00)
    assert (found["dlz/2018/person_times_paid"], found["dlz/2018/paid"]) == (90, 720_000_00)
    assert (found["dlz/2019/person_times_paid"], found["dlz/2019/paid"]) == (120, 957_000_00)
    assert closing(desk, "claims/dlz/kangbao") == [447_480_00, 740_040_00]
    assert closing(desk, "fund/dlz/other") == [129_720_00, 268_560_00]
    assert balances(desk.state)["claims/dlz/kangbao"] == 740_040_00
    assert sum(balances(desk.state).values()) == 0
    gifts = [desk.state.get("donation", batch.index) for batch in play.told.gifts]
    assert len(gifts) == 24 and sum(gift["count"] for gift in gifts) >= 300_000


@pytest.mark.parametrize("reading, raised, held, carried", [
    ("invested_is_gifts", 2_685_600_00, 740_040_00, 447_480_00),
    ("invested_is_premium", 2_984_000_00, 1_008_600_00, 576_900_00),
])
def test_either_reading_closes_both_periods(reading, raised, held, carried):
    desk, _, _ = play_in_memory(SMALL, reading=reading)
    assert said(desk)["dlz/raised"] == raised
    assert closing(desk, "claims/dlz/kangbao") == [carried, held]
    assert balances(desk.state)["claims/dlz/kangbao"] == held


def test_what_happens_on_the_way(small):
    desk, play, steps = small
    assert play.told.refused == [
        "agreement_missing", "roster_differs", "terms_incomplete", "same_officer", "invoice_used", "officer_missing",
        "not_own_village", "too_few_payouts", "same_officer", "deadline_passed",
        "unpublished_payouts", "period_closed", "wrong_signers",
    ]  # fmt: skip
    found = kinds(desk)
    assert {"charter", "terms", "agreement", "drive", "donation", "transfer", "receive", "refund", "enrolment", "cover",
            "sealed", "balance", "calendar", "correction", "figure", "income", "reconciliation", "close",
            "notice"} == set(found)
    payouts = [row["state"] for _, row in desk.state.scan("payout")]
    assert (payouts.count("confirmed"), payouts.count("again")) == (210 + 25, 1)
    states = [row["state"] for _, row in desk.state.scan("claim")]
    assert (states.count("paid"), states.count("withdrawn")) == (210 + 25, 1)
    removed = [row["removed"] for _, row in desk.state.scan("member") if row["removed"] is not None]
    assert removed.count("2018-06-29") == len(SMALL.roster.left) == len(removed) - 1
    assert steps == play.steps and len(steps) == 17


def test_what_was_late_is_counted(small):
    found = figures(small[0].state)
    assert (found["dlz/insurer/2020/duties_due"], found["dlz/insurer/2020/duties_in_time"]) == (29, 28)
    assert (found["dlz/foundation/2018/duties_due"], found["dlz/foundation/2018/duties_in_time"]) == (6, 5)
    assert found["dlz/insurer/2018/duties_due"] == found["dlz/insurer/2018/duties_in_time"] == 181


def test_the_second_county_stands_apart(small):
    desk, _, _ = small
    own, held = SMALL.second, balances(desk.state)
    assert held["claims/dlz/yunxi"] == held["fund/dlz/claims"] == held["recovered/dlz/yunxi"] == 0
    paid = desk.state.get("account", "paid/dlz/yunxi")
    residuals = (*own.residuals_fen.value, own.late_residual_fen.value, own.disputed_residual_fen.value)
    assert paid["in"] == sum(residual // 2 for residual in residuals)
    assert paid["out"] == own.recovered_fen.value
    rolled = own.premium_fen.value + own.third_party_fen.value + own.recovered_fen.value - paid["in"]
    assert desk.state.get("account", "claims/dlz/yunxi/successor")["in"] == rolled
    assert closing(desk, "claims/dlz/yunxi") == [rolled]
    assert closing(desk, "claims/dlz/yunxi/successor") == [held["claims/dlz/yunxi/successor"]]


def test_the_refund_comes_from_behind_the_split(small):
    desk, play, _ = small
    assert play.told.refunded is not None
    stamps = [stamp_of(leaf) for leaf in desk.leaves]
    at, later = [index for index, kind in enumerate(kinds(desk)) if kind == "refund"]
    moves = [(move["from"], move["to"], move["amount"]) for move in stamps[at].moves]
    assert moves == [("fund/dlz/claims", "world/dlz/donors", 270), ("fund/dlz/other", "world/dlz/donors", 30)]
    # The money of the other one has moved on: it comes out of the account that the terms name.
    (move,) = stamps[later].moves
    assert (move["from"], move["to"]) == ("fund/dlz/other", "world/dlz/donors")


def test_times_never_fall_and_a_replay_agrees(small):
    desk, _, _ = small
    state = State(MemoryReader())
    for leaf in desk.leaves:
        replay(state, leaf, origin=ORIGIN, blobs=desk)
    assert dict(state.scan_all()) == dict(desk.state.scan_all())


def test_the_books_follow_what_is_played():
    """100.00 yuan less in claims is 100.00 yuan more held: no figure stands anywhere but in the script."""
    first, *others = SMALL.periods
    less = replace(first, paid_fen=replace(first.paid_fen, value=first.paid_fen.value - 100_00))
    desk, _, _ = play_in_memory(replace(SMALL, periods=(less, *others)))
    assert said(desk)["dlz/paid"] == 1_676_900_00
    assert balances(desk.state)["claims/dlz/kangbao"] == 740_140_00


@pytest.mark.skipif(not DATA.is_dir(), reason="MINGZHANG_DATA is not on this machine")
def test_the_real_statement_agrees_with_the_books_row_by_row():
    own = SMALL.statement
    statement = parse_statement((DATA / own.file).read_bytes(), name="statement.csv")
    desk, play, _ = play_in_memory(SMALL, statement=statement)
    assert figures(desk.state)["yagi/raised"] == balances(desk.state)[own.accounts.fund] == 9_532_495_377
    positions = []
    for index in play.told.relief:
        donation = parse_entry(entry_of(desk.leaves[index]), origin=ORIGIN).entry
        assert isinstance(donation, Donation) and donation.lines.count == 2_493
        at = desk.state.get("donation", index)["pos"]
        data = desk.batch(bytes.fromhex(donation.lines.root))
        for start in range(0, len(data), 40):
            amount = int.from_bytes(data[start : start + 8], "big")
            positions.append((at, amount))
            at += amount
    assert verify_rows(statement, positions) == 2_493
    positions[1000] = (positions[1000][0] + 1, positions[1000][1])
    with pytest.raises(FormatError, match=r"^statement\.csv: row 1001: expected the balance "):
        verify_rows(statement, positions)
    with pytest.raises(FormatError, match=r"expected a line for each of 2493 credits, got 2492$"):
        verify_rows(statement, positions[1:])
