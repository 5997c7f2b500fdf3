"""The register of a county: who is enrolled for which period, and who leaves. The county keeps what opens the lines."""

from collections.abc import Iterable, Sequence
from datetime import date
from random import Random as Seeded

from ledger.strict import JsonValue
from node.demo import draw
from node.demo.casework import Steps
from node.demo.contracts import Value
from node.demo.desk import Desk, Draft
from node.demo.lines import Packed, pack_persons, pack_removals
from node.demo.office import Offices
from node.demo.people import People
from node.demo.told import Enrolled, Told
from node.ports import Random

HOLDER = "county"


class Register:
    """The register of one county, period after period. Persons are indices into its people."""

    def __init__(
        self,
        county: str,
        *,
        desk: Desk,
        offices: Offices,
        people: People,
        told: Told,
        seeded: Seeded,
        random: Random,
        tag_key: bytes,
    ) -> None:
        """`told` learns which line is whose."""
        self._county = county
        self._desk = desk
        self._offices = offices
        self._people = people
        self._told = told
        self._seeded = seeded
        self._random = random
        self._tag_key = tag_key
        self.members: dict[int, bytes] = {}

    def begin(self) -> None:
        """A new period: nobody is enrolled yet."""
        self.members = {}

    def join(self, persons: Sequence[int], period: str, *, on: date, place: str | None = None) -> Steps:
        """Persons are enrolled, shuffled; a `place` is the village of all of them."""
        order, packed = self._pack(persons, period)
        self._desk.keep(HOLDER, packed.batch.root, packed.records)
        self.members.update({person: packed.commitment(line) for line, person in enumerate(order)})
        more: Value = {} if place is None else {"place": place}
        index = yield on, self._entry(packed, period, on=on, op="add", **more)
        self._told.rosters.append(Enrolled(index, self._county, period, order))

    def attempt(self, persons: Sequence[int], period: str, *, on: date) -> Draft:
        """An enrolment that is handed in to be refused."""
        return self._entry(self._pack(persons, period)[1], period, on=on, op="add")

    def leave(
        self, persons: Iterable[int], period: str, *, on: date, reason: str, concerns: str | None = None
    ) -> Draft:
        """Persons are taken off; `concerns` names the period that is closed already."""
        packed = pack_removals([self.members[person] for person in persons])
        more: Value = {} if concerns is None else {"concerns": concerns}
        return self._entry(packed, period, on=on, op="remove", reason=reason, **more)

    def _pack(self, persons: Sequence[int], period: str) -> tuple[Sequence[int], Packed]:
        order = draw.shuffled(self._seeded, persons)
        packed = pack_persons(
            map(self._people.person, order), county=self._county, period=period, tag_key=self._tag_key,
            random=self._random,
        )  # fmt: skip
        return order, packed

    def _entry(self, packed: Packed, period: str, *, on: date, **members: JsonValue) -> Draft:
        value = {**packed.members, "county": self._county, "kind": "enrolment", "period": period, **members}
        return self._offices.draft([HOLDER], value, on=on, files=packed.files)
