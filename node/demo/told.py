"""What a play leaves to be told: where in the log the things stand that receipts are asked for."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from node.demo.cases import Claims


@dataclass(frozen=True, slots=True)
class Given:
    """The gifts of a day in the log: the leaf, and in it the lines of the smallest and of the largest gift."""

    index: int
    smallest: int
    largest: int


@dataclass(frozen=True, slots=True)
class Enrolled:
    """Persons on a roster in the log: the leaf, and who stands in each line, as indices into the people."""

    index: int
    county: str
    period: str
    persons: Sequence[int]


@dataclass(slots=True)
class Told:
    """Where in the log the things stand that receipts are asked for."""

    claims: Claims
    gifts: list[Given] = field(default_factory=list)
    refunded: tuple[int, int] | None = None  # leaf index and line
    rosters: list[Enrolled] = field(default_factory=list)
    relief: list[int] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    persons: dict[str, tuple[int, int]] = field(default_factory=dict)  # for whom a receipt is made: leaf and line
    donors: dict[str, tuple[int, int]] = field(default_factory=dict)

    def line_of(self, county: str, period: str, person: int) -> tuple[int, int]:
        """The leaf and the line by which a person is on the roster."""
        roster = next(
            one for one in self.rosters if (one.county, one.period) == (county, period) and person in one.persons
        )
        return roster.index, roster.persons.index(person)
