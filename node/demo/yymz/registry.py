"""The counties' registers: who of the six groups is enrolled, who comes to claim, and where each stands in the log."""

from collections.abc import Sequence
from datetime import date
from random import Random as Seeded

from ledger.strict import JsonValue
from node.demo import draw
from node.demo.desk import Desk, Draft
from node.demo.office import Offices
from node.demo.people import People, enrolment_opening
from node.demo.roster import Enrollee, KeptRoster, Roster, pack_roster
from node.demo.yymz.cases import Case
from node.demo.yymz.script import Script
from node.ports import Random

HOLDER = "counties"
# The people of a county have indices of their own, so that no id number comes twice; those outside the six groups
# stand behind them.
_PER_COUNTY, _OUTSIDE_FROM = 100_000, 50_000


class Registry:
    """What the ten finance offices keep."""

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
            rng=seeded, townships=script.townships.value, born_from=script.born_from.value,
            born_to=script.born_to.value,
        )  # fmt: skip
        self._rosters: dict[int, KeptRoster] = {}  # by county
        self._claimants: dict[int, KeptRoster] = {}  # outside the groups, by number of the case

    def enrol(self, county: int, *, on: date) -> Draft:
        """The members of the six groups in a county, shuffled."""
        order = draw.shuffled(self._order, range(self._script.members_of(county)))
        draft, self._rosters[county] = self._pack(county, order, on=on)
        return draft

    def enrol_claimant(self, case: Case) -> Draft:
        """Somebody outside the six groups, who is a member by being registered, is enrolled with the claim."""
        draft, self._claimants[case.number] = self._pack(case.county, [_OUTSIDE_FROM + case.number], on=case.filed_on)
        return draft

    def enrolled(self, county: int, index: int) -> None:
        """The roster of a county stands at leaf `index`."""
        self._rosters[county].index = index

    def claimant_enrolled(self, case: Case, index: int) -> None:
        """Who makes this claim stands at leaf `index`."""
        self._claimants[case.number].index = index

    def commitment(self, case: Case) -> bytes:
        """The commitment of who makes the claim."""
        roster, line = self._find(case)
        return roster.commitments[line]

    def place(self, case: Case) -> tuple[int, int]:
        """Leaf and line of who makes the claim."""
        roster, line = self._find(case)
        return roster.index, line

    def place_without(self, county: int, claimed: set[int | None]) -> tuple[int, int]:
        """Leaf and line of a member of the county who is none of `claimed`."""
        roster = self._rosters[county]
        return roster.index, next(line for line, member in enumerate(roster.order) if member not in claimed)

    def _find(self, case: Case) -> tuple[KeptRoster, int]:
        if case.member is None:
            return self._claimants[case.number], 0
        roster = self._rosters[case.county]
        return roster, roster.order.index(case.member)

    def _pack(self, county: int, members: Sequence[int], *, on: date) -> tuple[Draft, KeptRoster]:
        packed = pack_roster(
            [Enrollee(self._opening(county, member)) for member in members], tag_key=self._tag_key, random=self._random
        )
        self._desk.keep(HOLDER, packed.root, packed.records)
        return self._draft(county, packed, on=on), KeptRoster(members, packed.commitments)

    def _opening(self, county: int, member: int) -> dict[str, JsonValue]:
        """What the person can compare; of a member of the six groups also which."""
        code = self._script.counties[county].code
        person = self._people.person(county * _PER_COUNTY + member)
        opening: dict[str, JsonValue] = {
            **enrolment_opening(person, county=code, period=self._script.period(code))
        }
        return opening if member >= _OUTSIDE_FROM else {**opening, "group": self._script.group_of(member)}

    def _draft(self, county: int, packed: Roster, *, on: date) -> Draft:
        code = self._script.counties[county].code
        return self._offices.draft([HOLDER], {
            **packed.members, "county": code, "kind": "enrolment", "op": "add", "period": self._script.period(code),
        }, on=on, files=packed.files)  # fmt: skip
