"""Invented persons of the county: who is on the roster, and what each of them knows about the cover.

Nobody here exists. Surnames are the ten heavenly stems, which stand for "so-and-so" in Chinese; id numbers have the
form and the check digit of GB 11643 under region 999999, which is assigned to no place; phone numbers begin with 000.
A person follows from the key and an index alone, so a roster of any size costs no memory.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from random import Random

REGION = "999999"
SURNAMES = "甲乙丙丁戊己庚辛壬癸"
GIVEN = "安柏晨川冬帆谷禾江景岚林茂宁平晴秋然润山舒松田汀文溪晓星言野云竹"
VILLAGES = "上下前后东西南北中新"
# How twelve neighbours on the register fall into five households; each row adds up to twelve.
HOUSEHOLDS = ((1, 2, 2, 3, 4), (2, 2, 2, 3, 3), (1, 1, 3, 3, 4), (1, 2, 3, 3, 3), (1, 1, 2, 3, 5))
HOUSEHOLDS_PER_BLOCK = 5
PERSONS_PER_BLOCK = 12
NUMBERS_PER_DAY = 1000
# A prime above any number of slots, so that index * STRIDE visits each slot once.
STRIDE = 2**61 - 1

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_DIGITS = "0123456789"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One invented person. `first` says whether this is the first of the household, for the household column."""

    index: int
    name: str
    id_number: str
    born: date
    household: str
    first: bool
    township: str
    village: str
    phone: str


def check_digit(body: str) -> str:
    """The last character of an 18-digit id number, from the 17 digits before it (GB 11643, ISO 7064 MOD 11-2)."""
    if len(body) != len(_WEIGHTS) or not set(body) <= set(_DIGITS):
        raise ValueError(f"id number: expected 17 digits before the check digit, got {body!r}")
    total = sum(weight * _DIGITS.index(digit) for weight, digit in zip(_WEIGHTS, body, strict=True))
    return "10X98765432"[total % 11]


class People:
    """The persons of one invented county, by index. The same `rng` state gives the same people."""

    def __init__(self, *, rng: Random, townships: Sequence[str], born_from: date, born_to: date) -> None:
        """Take the key of the county from `rng`; everybody is born in [born_from, born_to].

        Raises:
            ValueError: there is no township, or the window of birth days is empty.
        """
        if not townships:
            raise ValueError("people: expected at least one township, got none")
        if born_to < born_from:
            raise ValueError(f"people: expected birth days from {born_from} on, got an end at {born_to}")
        self._key = rng.getrandbits(128).to_bytes(16, "big")
        self._offset = rng.getrandbits(64)
        self._townships = tuple(townships)
        self._born_from = born_from
        self._slots = ((born_to - born_from).days + 1) * NUMBERS_PER_DAY

    def person(self, index: int) -> Person:
        """The person at `index`; two indices never share an id number.

        Raises:
            ValueError: the window of birth days has no id number left for this index.
        """
        if not 0 <= index < self._slots:
            raise ValueError(f"people: expected an index below {self._slots}, got {index}")
        born, number = self._birth(index)
        household, first = self._household(index)
        home = self._bits("household", household)
        home, surname = divmod(home, len(SURNAMES))
        home, township = divmod(home, len(self._townships))
        village = home % len(VILLAGES)
        own = self._bits("person", index)
        own, phone = divmod(own, 10**8)
        own, one = divmod(own, len(GIVEN))
        own, two = divmod(own, len(GIVEN))
        # One given name in four has a single character.
        given = GIVEN[one] if own % 4 == 0 else GIVEN[one] + GIVEN[two]
        body = f"{REGION}{born:%Y%m%d}{number:03d}"
        return Person(
            index=index,
            name=SURNAMES[surname] + given,
            id_number=body + check_digit(body),
            born=born,
            household=f"{REGION}{household:06d}",
            first=first,
            township=self._townships[township],
            village=f"{self._townships[township][:-1]}{VILLAGES[village]}村",
            phone=f"000{phone:08d}",
        )

    def _birth(self, index: int) -> tuple[date, int]:
        """Birth day and number of that day: a walk that meets each pair once."""
        days, number = divmod((index * STRIDE + self._offset) % self._slots, NUMBERS_PER_DAY)
        return self._born_from + timedelta(days=days), number

    def _household(self, index: int) -> tuple[int, bool]:
        """The number of the household, and whether this is its first person."""
        block, place = divmod(index, PERSONS_PER_BLOCK)
        sizes = HOUSEHOLDS[self._bits("block", block) % len(HOUSEHOLDS)]
        members = [part for part, size in enumerate(sizes) for _ in range(size)]
        return block * HOUSEHOLDS_PER_BLOCK + members[place], place == members.index(members[place])

    def _bits(self, what: str, number: int) -> int:
        text = self._key + what.encode() + number.to_bytes(8, "big")
        return int.from_bytes(sha256(text).digest(), "big")


def enrolment_opening(person: Person, *, county: str, period: str) -> dict[str, str]:
    """What an insured person knows and can compare: who, where, and from which period on."""
    return {
        "county": county,
        "id_number": person.id_number,
        "name": person.name,
        "period": period,
        "village": person.village,
    }
