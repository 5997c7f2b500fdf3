"""Refusing: the demo notices a rule that lets something pass, and one that refuses for another reason."""

from datetime import date

import pytest

from node.demo.cases import Bill, Claim, Claims
from node.demo.desk import Draft, MemoryDesk
from node.demo.founding import charter
from node.demo.refusing import PlayError, Refusing
from node.demo.told import Told
from tests.support.fake_random import FakeRandom

DAY = date(2020, 1, 2)
NOTHING = Bill(total_fen=0, basic_fen=0, serious_fen=0, aid_fen=0, residual_fen=0)
NOBODY = Claim(person=0, period="2020", invoice="1", bill=NOTHING, event_on=DAY, filed_on=DAY)


@pytest.fixture
def desk():
    made = MemoryDesk(key_names={"one": "one.example"}, origin="log.example", random=FakeRandom(1))
    made.clock(DAY)
    return made


@pytest.fixture
def told():
    return Told(claims=Claims(cases=(), double=NOBODY))


def founding(desk: MemoryDesk) -> Draft:
    return Draft(("one",), charter(desk.keys, at=DAY, operator="one", quorum=1, roles={"one": ["insurer"]}))


def fact(*, at: date = DAY) -> Draft:
    return Draft(("one",), {
        "at": str(at), "document": "00" * 32, "kind": "pledge", "programme": "dlz", "text": "a paper",
    })  # fmt: skip


def test_the_reason_is_kept_each_time(desk, told):
    refusing = Refusing(desk, told)
    refusing.refused(fact(), "charter_first")
    refusing.refused(fact(), "charter_first")
    assert told.refused == ["charter_first", "charter_first"] and desk.leaves == []


def test_once_is_once(desk, told):
    refusing = Refusing(desk, told)
    refusing.once(fact(), "charter_first")
    refusing.once(founding(desk), "charter_first")  # it would be taken
    assert told.refused == ["charter_first"] and desk.leaves == []


def test_a_rule_that_lets_it_pass_ends_the_play(desk, told):
    with pytest.raises(PlayError, match=r"^charter: expected to be refused as charter_first, it was not$"):
        Refusing(desk, told).refused(founding(desk), "charter_first")
    assert told.refused == []


def test_another_reason_ends_the_play(desk, told):
    desk.submit([founding(desk)])
    with pytest.raises(PlayError, match=r"^pledge: expected to be refused as charter_first, it was not$"):
        Refusing(desk, told).refused(fact(at=date(2020, 3, 1)), "charter_first")
