"""The federation's two rosters: households poor through illness, and those poor through disability or disaster.

Each person is a line; whether the person is the first of the household, or the sick one for whose sake the household
is on the roster, are columns beside it. So households are counted, and not households times persons.
"""

from dataclasses import dataclass
from datetime import date
from random import Random as Seeded

from ledger.strict import JsonValue
from node.demo import draw
from node.demo.desk import Desk, Draft
from node.demo.lines import pack_removals
from node.demo.office import Offices
from node.demo.people import People, Person, enrolment_opening
from node.demo.roster import Enrollee, KeptRoster, pack_roster
from node.demo.snow.script import ILLNESS, OTHER, Script
from node.ports import Random

HOLDER = "federation"
HOUSEHOLDS, SICK = "households", "poor_by_illness"
COLUMNS = {ILLNESS: (HOUSEHOLDS, SICK), OTHER: (HOUSEHOLDS,)}


@dataclass(frozen=True, slots=True)
class Member:
    """A person on a roster, by index into the people."""

    roster: str
    person: int


class Registry:
    """What the federation keeps."""

    def __init__(
        self, script: Script, desk: Desk, offices: Offices, *, seeded: Seeded, random: Random, tag_key: bytes
    ) -> None:
        self._script = script
        self._desk = desk
        self._offices = offices
        self._random = random
        self._tag_key = tag_key
        self._order = draw.fork(seeded)
        self._people = People(
            rng=seeded, townships=script.streets.value, born_from=script.born_from.value, born_to=script.born_to.value
        )
        self._persons = self._by_roster()
        self._rosters: dict[str, KeptRoster] = {}

    def count(self, roster: str) -> int:
        """How many persons stand on a roster."""
        return len(self._persons[roster])

    def sick(self) -> list[Member]:
        """The sick person of each household that is poor through illness: here the first one."""
        return [Member(ILLNESS, person.index) for person in self._persons[ILLNESS] if person.first]

    def others(self) -> list[Member]:
        """Persons of the other roster who are not the first of their household."""
        return [Member(OTHER, person.index) for person in self._persons[OTHER] if not person.first]

    def name(self, member: Member) -> str:
        """The name of a person."""
        return self._people.person(member.person).name

    def enrol(self, roster: str, *, on: date) -> Draft:
        """A roster, shuffled."""
        persons = draw.shuffled(self._order, self._persons[roster])
        columns = COLUMNS[roster]
        packed = pack_roster(
            [self._enrollee(roster, person) for person in persons], columns=columns, tag_key=self._tag_key,
            random=self._random,
        )  # fmt: skip
        self._desk.keep(HOLDER, packed.root, packed.records)
        self._rosters[roster] = KeptRoster([person.index for person in persons], packed.commitments)
        return self._offices.draft([HOLDER], {
            **packed.members, "county": self._script.county, "kind": "enrolment", "op": "add",
            "period": self._script.period(roster),
        }, on=on, files=packed.files)  # fmt: skip

    def enrolled(self, roster: str, index: int) -> None:
        """The roster stands at leaf `index`."""
        self._rosters[roster].index = index

    def remove(self, member: Member, *, reason: str, on: date) -> Draft:
        """Take a person off the roster."""
        packed = pack_removals([self.commitment(member)])
        return self._offices.draft([HOLDER], {
            **packed.members, "county": self._script.county, "kind": "enrolment", "op": "remove",
            "period": self._script.period(member.roster), "reason": reason,
        }, on=on, files=packed.files)  # fmt: skip

    def commitment(self, member: Member) -> bytes:
        """The commitment of a person."""
        roster = self._rosters[member.roster]
        return roster.commitments[roster.order.index(member.person)]

    def place(self, member: Member) -> tuple[int, int]:
        """Leaf and line of a person."""
        roster = self._rosters[member.roster]
        return roster.index, roster.order.index(member.person)

    def _by_roster(self) -> dict[str, list[Person]]:
        """Whole households, until each roster has as many as it should."""
        found: dict[str, list[Person]] = {ILLNESS: [], OTHER: []}
        index = 0
        for roster, persons in found.items():
            left = self._script.households_of(roster)
            while True:
                person = self._people.person(index)
                if person.first:
                    if left == 0:
                        break
                    left -= 1
                persons.append(person)
                index += 1
        return found

    def _enrollee(self, roster: str, person: Person) -> Enrollee:
        opening: dict[str, JsonValue] = {
            **enrolment_opening(person, county=self._script.county, period=self._script.period(roster)),
            "household": person.household,
        }
        columns = COLUMNS[roster] if person.first else ()
        return Enrollee(opening, frozenset(columns))
