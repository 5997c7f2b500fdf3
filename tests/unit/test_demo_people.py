"""Invented persons: right in form, unmistakably invented, the same for a seed."""

from datetime import date
from random import Random

import pytest

from node.demo import draw
from node.demo.people import REGION, People, check_digit, enrolment_opening
from node.demo.script import load_script

SCRIPT = load_script()
BORN_FROM, BORN_TO = SCRIPT.county.born_from.value, SCRIPT.county.born_to.value


def people(seed: int) -> People:
    return People(
        rng=Random(seed), townships=SCRIPT.county.townships.value, born_from=BORN_FROM, born_to=BORN_TO
    )


def age(born: date, on: date) -> int:
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def test_check_digit_of_the_number_printed_in_the_standard():
    assert check_digit("11010519491231002") == "X"


@pytest.mark.parametrize("body", [
    pytest.param("1101051949123100", id="short"),
    pytest.param("11010519491231002X", id="with-check-digit"),
    pytest.param("1101051949123100٢", id="arabic-indic-digit"),
])
def test_check_digit_rejects(body):
    with pytest.raises(ValueError, match=r"^id number: expected 17 digits before the check digit, got "):
        check_digit(body)


@pytest.mark.parametrize("seed", [0, 1, 2019])
def test_the_whole_roster_is_well_formed_and_no_id_number_comes_twice(seed):
    county = people(seed)
    persons = [county.person(index) for index in range(SCRIPT.roster.joined.stop)]
    assert len({person.id_number for person in persons}) == len(persons)
    for person in persons:
        assert person.id_number == person.id_number[:17] + check_digit(person.id_number[:17])
        assert person.id_number.startswith(f"{REGION}{person.born:%Y%m%d}")
        assert BORN_FROM <= person.born <= BORN_TO
        assert len(person.phone) == 11 and person.phone.startswith("000")
    assert {person.township for person in persons} == set(SCRIPT.county.townships.value)


def test_everybody_is_of_age_under_every_reading_of_the_limit():
    first, last = SCRIPT.periods[0].first.value, SCRIPT.periods[-1].last.value
    limit = SCRIPT.agreed["formulas"]["eligibility"]
    assert age(BORN_TO, first) >= int(SCRIPT.agreed["readings"]["age_min"]) == 18
    assert age(BORN_FROM, last) < limit["max"] == 60


def test_a_household_lives_together_shares_a_surname_and_has_one_first_person():
    county = people(7)
    households: dict[str, list] = {}
    for index in range(12 * 200):
        person = county.person(index)
        households.setdefault(person.household, []).append(person)
    assert len(households) == 5 * 200
    for members in households.values():
        assert [person.first for person in members] == [True] + [False] * (len(members) - 1)
        assert len({(person.township, person.village, person.name[0]) for person in members}) == 1
    assert {len(members) for members in households.values()} == {1, 2, 3, 4, 5}


def test_a_person_follows_from_seed_and_index_alone():
    forward = [people(3).person(index) for index in range(50)]
    county = people(3)
    backward = [county.person(index) for index in reversed(range(50))]
    assert forward == backward[::-1]
    assert forward != [people(4).person(index) for index in range(50)]


def test_what_an_insured_person_can_compare():
    person = people(1).person(5)
    assert enrolment_opening(person, county="kangbao", period="2018") == {
        "county": "kangbao", "id_number": person.id_number, "name": person.name, "period": "2018",
        "village": person.village,
    }


@pytest.mark.parametrize("index", [-1, 1000])
def test_no_id_number_is_left(index):
    county = People(rng=Random(1), townships=("镇",), born_from=date(1990, 1, 1), born_to=date(1990, 1, 1))
    with pytest.raises(ValueError, match=f"^people: expected an index below 1000, got {index}$"):
        county.person(index)


def test_every_number_of_a_day_is_used_once():
    county = People(rng=Random(1), townships=("镇",), born_from=date(1990, 1, 1), born_to=date(1990, 1, 1))
    assert len({county.person(index).id_number for index in range(1000)}) == 1000


def test_a_county_needs_townships_and_birth_days():
    with pytest.raises(ValueError, match=r"^people: expected at least one township, got none$"):
        People(rng=Random(1), townships=(), born_from=BORN_FROM, born_to=BORN_TO)
    with pytest.raises(ValueError, match=r"^people: expected birth days from 2000-01-01 on, got an end at 1960-01-01$"):
        People(rng=Random(1), townships=("镇",), born_from=BORN_TO, born_to=BORN_FROM)


def test_draws_are_within_bounds_and_reach_both():
    rng = Random(1)
    assert {draw.between(rng, 3, 7) for _ in range(300)} == {3, 4, 5, 6, 7}
    assert draw.below(rng, 1) == 0
    with pytest.raises(ValueError, match=r"^draw: expected a bound of at least 1, got 0$"):
        draw.below(rng, 0)


def test_a_shuffle_keeps_the_items_and_moves_them():
    items = list(range(100))
    order = draw.shuffled(Random(1), items)
    assert sorted(order) == items != order
    rng = Random(1)
    assert len({tuple(draw.shuffled(rng, "abc")) for _ in range(200)}) == 6


def test_distinct_draws():
    drawn = draw.distinct(Random(1), range(10, 20), count=10)
    assert sorted(drawn) == list(range(10, 20))
    with pytest.raises(ValueError, match=r"^draw: expected at most 10 different members, got a wish for 11$"):
        draw.distinct(Random(1), range(10), count=11)


def test_a_fork_may_be_read_as_far_as_one_likes():
    one, other = Random(5), Random(5)
    draw.fork(one).getrandbits(10_000)
    draw.fork(other)
    assert one.getrandbits(64) == other.getrandbits(64)
