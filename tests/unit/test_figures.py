"""Figures that are said: shares, precision at its edges, units; and those that a notice tells, held against the books.

Every entry is judged by both sides, which must give the same stamp or the same reason.
"""

import pytest

from ledger.errors import FormatError
from ledger.leaf import stamp_of
from ledger.parts import Precision
from ledger.rules.figures import supports
from tests.support.refused import refused
from tests.support.twin import TwinWorld

KB = "claims/dlz/kb"
PAPER = {"document": "99" * 32, "programme": "dlz", "text": "said"}


@pytest.fixture
def world():
    """Gifts of 1,000,000 fen, 900,000 of them for claims, 100,000 in the account that pays; four persons covered."""
    made = TwinWorld().begin()
    made.give(1_000_000)
    made.settle(1_000_000)
    made.premium(100_000)
    made.members = made.enrol(4)[1]
    made.cover = made.insure(4)
    yield made
    made.check_state()


def say(world, metric, value, **members):
    return world.act("figure", "foundation", basis="published", metric=metric, programme="dlz", value=value, **members)


def tell(world, *said):
    """What the stamp of a notice flags."""
    says = [{"metric": metric, "value": value, **(more[0] if more else {})} for metric, value, *more in said]
    flags = stamp_of(world.leaves[world.act("notice", "foundation", says=says, **PAPER)]).flags
    return flags or None


def pay_out(world, *who):
    """One payout of 50 fen for each of these members, arrived."""
    for member in who:
        world.pay_out(world.cover, world.members[member], 100)


@pytest.mark.parametrize("kind,unit,said,least,most", [
    # what is said, and between which numbers the books may be
    pytest.param("about", 1000, 10_000, 9000, 11_000, id="about"),
    pytest.param("about", 1, 10, 9, 11, id="about-one"),
    pytest.param("about", 3, 31, 28, 34, id="about-needs-no-round-number"),
    pytest.param("at_least", 1000, 10_000, 10_000, 10_999, id="at-least"),
    pytest.param("at_least", 1, 10, 10, 10, id="at-least-one"),
    pytest.param("just_under", 1000, 10_000, 9001, 10_000, id="just-under"),
    pytest.param("just_under", 1000, 10_500, 9501, 10_500, id="just-under-needs-no-round-number"),
    pytest.param("rounded", 1000, 10_000, 9500, 10_500, id="rounded"),
    pytest.param("rounded", 3, 9, 8, 10, id="rounded-odd"),
    pytest.param("rounded", 1, 9, 9, 9, id="rounded-one"),
    pytest.param("about", 1, -10, -11, -9, id="about-below-nothing"),
    pytest.param("at_least", 5, -10, -10, -6, id="at-least-below-nothing"),
    pytest.param("rounded", 10, -10, -15, -5, id="rounded-below-nothing"),
])
def test_a_precision_and_its_edges(kind, unit, said, least, most):
    precision = Precision(kind, unit)
    right = [books for books in range(least - 3, most + 4) if supports(books, said, precision)]
    assert right == list(range(least, most + 1))


@pytest.mark.parametrize("kind", ["at_least", "rounded"])
def test_a_number_that_its_unit_does_not_divide_says_more_than_it_claims(kind):
    assert not any(supports(books, 1001, Precision(kind, 1000)) for books in range(3000))


@pytest.mark.parametrize("value,kind,unit,is_right", [
    pytest.param(1_000_000, "rounded", 1_000_000, True, id="the-number-itself"),
    pytest.param(0, "rounded", 1_000_000, False, id="more-than-half-away"),
    pytest.param(0, "rounded", 2_000_000, False, id="nothing-at-all"),
    pytest.param(2_000_000, "rounded", 2_000_000, True, id="half-up"),
    pytest.param(666_666, "at_least", 333_333, False, id="one-unit-too-low"),
    pytest.param(900_000, "at_least", 100_000, False, id="a-unit-too-low"),
    pytest.param(900_000, "at_least", 300_000, True, id="at-least"),
    pytest.param(1_000_001, "at_least", 1_000_001, False, id="above"),
    pytest.param(1_000_001, "just_under", 2, True, id="just-under"),
    pytest.param(1_000_002, "just_under", 2, False, id="a-unit-under"),
    pytest.param(1_000_001, "about", 1, True, id="about"),
    pytest.param(1_000_002, "about", 1, False, id="not-about"),
])
def test_a_figure_is_as_exact_as_it_says(world, value, kind, unit, is_right):
    precision = {"kind": kind, "unit": unit}
    if is_right:
        say(world, "dlz/raised", value, precision=precision)
    else:
        refused(world, "figure_not_supported", lambda: say(world, "dlz/raised", value, precision=precision))


@pytest.mark.parametrize("metric,unit,reason", [
    ("dlz/raised", "cny", None),
    ("dlz/assigned", "cny", None),
    ("dlz/raised", "fen", "unit_differs"),
    ("dlz/raised", "raised", "unit_differs"),
    ("dlz/2018/persons", "persons", None),
    ("dlz/2018/persons", "cases", "unit_differs"),
    ("dlz/person_times", "person_times", None),
    ("dlz/2018/claims_paid", "cases", None),
    ("dlz/2018/claims_paid", "person_times", "unit_differs"),
    ("dlz/claims_paid", "claims_paid", "unit_differs"),
    ("dlz/person_times_paid", "person_times", None),
    ("dlz/person_times_paid", "cases", "unit_differs"),
    ("dlz/2018/paid", "cny", None),
])
def test_the_unit_of_a_figure(world, metric, unit, reason):
    pay_out(world, 0, 1, 2)
    world.act("balance", "platform", publish=[KB])
    value = world.state.get("figure", metric)["value"]
    if reason is None:
        say(world, metric, value, unit=unit)
    else:
        refused(world, reason, lambda: say(world, metric, value, unit=unit))


# -- a share ----------------------------------------------------------------------------------------------------------


def test_a_share_is_rounded_down_to_basis_points(world):
    of = ["dlz/assigned", "dlz/raised"]
    say(world, "dlz/claims_share_bp", 9000, of=of, unit="bp")
    say(world, "dlz/2018/kb/persons_bp", 0, of=["dlz/2018/persons", "dlz/raised"])  # three words and a metric
    refused(world, "unit_differs", lambda: say(world, "dlz/claims_share_bp", 9000, of=of, unit="cny"))
    refused(world, "figure_not_supported", lambda: say(world, "dlz/claims_share_bp", 9001, of=of))
    world.give(1)
    say(world, "dlz/claims_share_bp", 8999, of=of)  # 9000 * 1,000,000 / 1,000,001
    say(world, "dlz/claims_share_bp", 9000, of=of, precision={"kind": "just_under", "unit": 100})


@pytest.mark.parametrize("metric,of,match", [
    pytest.param("dlz/claims_share", ["dlz/assigned", "dlz/raised"], "ends in _bp", id="no-bp"),
    pytest.param("two/claims_share_bp", ["dlz/assigned", "dlz/raised"], "ends in _bp", id="another-programme"),
    pytest.param("dlz/share_bp", ["two/assigned", "dlz/raised"], "hold no figure two/assigned", id="of-another"),
    pytest.param("dlz/share_bp", ["dlz/assigned", "dlz/nothing"], "hold no figure dlz/nothing", id="of-nothing"),
    pytest.param("dlz/share_bp", ["dlz/raised", "dlz/on_its_way"], "there is no share of it", id="of-zero"),
])
def test_shares_that_are_none(world, metric, of, match):
    refused(world, "figure_not_supported", lambda: say(world, metric, 9000, of=of), match=match)


@pytest.mark.parametrize("members", [
    pytest.param({"of": ["dlz/assigned"]}, id="of-one"),
    pytest.param({"of": ["dlz/a", "dlz/b", "dlz/c"]}, id="of-three"),
    pytest.param({"precision": {"kind": "nearly", "unit": 1}}, id="precision-unknown"),
    pytest.param({"precision": {"kind": "about", "unit": 0}}, id="precision-of-nothing"),
    pytest.param({"metric": "dlz/a/b/c/raised"}, id="four-words"),
    pytest.param({"metric": "raised"}, id="no-word"),
])
def test_figures_that_are_not_well_formed(world, members):
    whole = {"metric": "dlz/raised", **members}
    with pytest.raises(FormatError):
        say(world, whole.pop("metric"), 1_000_000, **whole)


def test_a_share_of_payouts_tells_them_as_any_figure_does(world):
    of = ["dlz/paid", "dlz/raised"]
    pay_out(world, 0, 1)
    refused(world, "unpublished_payouts", lambda: say(world, "dlz/paid_bp", 1, of=of))
    pay_out(world, 2)
    world.act("balance", "platform", publish=[KB])
    assert world.state.get("settling", "dlz") == {"members": 3}
    say(world, "dlz/paid_bp", 1, of=of)
    assert world.state.get("settling", "dlz") is None
    pay_out(world, 3, 0)
    refused(world, "unpublished_payouts", lambda: say(world, "dlz/paid_bp", 2, of=of))


# -- what a notice tells ----------------------------------------------------------------------------------------------


def test_a_notice_is_flagged_for_what_the_books_do_not_support(world):
    assert tell(world, ("dlz/raised", 1_000_000), ("dlz/2018/persons", 4)) is None
    assert tell(world, ("dlz/raised", 1_000_300), ("dlz/2018/persons", 4), ("dlz/assigned", 899_999)) == [
        ("dlz/raised", 300), ("dlz/assigned", -1)]
    assert tell(world, ("dlz/nothing", 5), ("two/raised", 1_000_000)) == [("dlz/nothing", None), ("two/raised", None)]
    about = {"precision": {"kind": "about", "unit": 300}}
    assert tell(world, ("dlz/raised", 1_000_300, about), ("dlz/raised", 1_000_301, about)) == [("dlz/raised", 301)]


def test_a_difference_that_no_reader_could_hold_is_not_told(world):
    assert tell(world, ("dlz/raised", -(2**53 - 1))) == [("dlz/raised", None)]
    assert tell(world, ("dlz/raised", 1_000_000 - (2**53 - 1))) == [("dlz/raised", -(2**53 - 1))]


def test_a_notice_that_tells_payouts_counts_as_their_figure(world):
    pay_out(world, 0, 1, 2)
    assert tell(world, ("dlz/paid", 150)) == [("dlz/paid", None)]  # none are published, so nothing may be told
    assert world.state.get("settling", "dlz") == {"members": 3}
    world.act("balance", "platform", publish=[KB])
    assert tell(world, ("dlz/raised", 1_000_000)) is None
    assert world.state.get("settling", "dlz") == {"members": 3}  # a figure of gifts is none of payouts
    assert tell(world, ("dlz/paid", 151), ("dlz/2018/claims_paid", 3)) == [("dlz/paid", 1)]
    assert world.state.get("settling", "dlz") is None
    assert list(world.state.scan("settled", "dlz")) == []


def test_a_notice_does_not_show_fewer_payouts_than_a_figure_would(world):
    pay_out(world, 0, 1, 2)
    world.act("balance", "platform", publish=[KB])
    say(world, "dlz/paid", 150)
    paid = [world.pay(world.decide(world.file_claim(world.cover, world.members[who], 100)), 50) for who in (0, 1, 2)]
    world.act("balance", "platform", publish=[KB])
    world.confirm(paid[0])
    # Only one person was settled since: the difference to what was said would be that one payout.
    assert tell(world, ("dlz/paid", 200), ("dlz/raised", 1)) == [("dlz/paid", None), ("dlz/raised", -999_999)]
    refused(world, "too_few_payouts", lambda: say(world, "dlz/paid", 200))
    assert world.state.get("settling", "dlz") == {"members": 1}


def test_two_payouts_of_one_notice_are_told_together(world):
    pay_out(world, 0, 1, 2)
    world.act("balance", "platform", publish=[KB])
    assert tell(world, ("dlz/paid", 150), ("dlz/claims_paid", 3), ("dlz/person_times_paid", 4)) == [
        ("dlz/person_times_paid", 1)]
