"""The script of 一元民生: script.json as typed values, each figure with its basis."""

from datetime import date
from importlib import resources

import msgspec

from node.demo.founding import Filling
from node.demo.script import Data, Figure, Party, Programme, PublishedFigure

FEN_PER_PERSON = 100


class County(Data, frozen=True):
    """One of the ten counties: its word in account names, and how many are registered there."""

    code: str
    name_zh: Figure[str]
    name_en: Figure[str]
    population: Figure[int]


class Deposit(Data, frozen=True):
    """The insurer's performance deposit: paid, called once in part, the rest returned."""

    fen: Figure[int]
    called_fen: Figure[int]
    sent_on: Figure[date]
    called_on: Figure[date]
    returned_on: Figure[date]


class Benefit(Data, frozen=True):
    """What is paid in all under one benefit."""

    count: Figure[int]
    total_fen: Figure[int]


class Published(Data, frozen=True):
    """The published figures that the demo arrives at, and the population."""

    claims: PublishedFigure
    paid: PublishedFigure
    special_claims: PublishedFigure
    special_paid: PublishedFigure
    population: PublishedFigure


class Script(Data, frozen=True):
    """All of script.json."""

    programme: Programme
    terms: str
    calendar_years: tuple[int, ...]
    operator: str
    parties: dict[str, Party]
    townships: Figure[tuple[str, ...]]
    born_from: Figure[date]
    born_to: Figure[date]
    counties: tuple[County, ...]
    groups: Figure[tuple[str, ...]]
    members: Figure[int]
    fillings: tuple[Filling, ...]
    deposit: Deposit
    charter_on: Figure[date]
    terms_on: Figure[date]
    agreed_on: Figure[date]
    premium_on: Figure[date]
    premium_received_on: Figure[date]
    noticed_on: Figure[date]
    first_day: Figure[date]
    last_day: Figure[date]
    special: Benefit
    general: Benefit
    claims_from: Figure[date]
    claims_until: Figure[date]
    claim_days: Figure[int]
    heavy_county: Figure[str]
    heavy_general: Figure[int]
    late: Figure[int]
    late_general: Figure[int]
    incomplete: Figure[int]
    opened_late: Figure[int]
    published_on: Figure[date]
    published: Published

    @property
    def population(self) -> int:
        """How many are registered in all counties together."""
        return sum(county.population.value for county in self.counties)

    @property
    def codes(self) -> list[str]:
        """The words of the counties in account names."""
        return [county.code for county in self.counties]

    def premium(self, number: int) -> int:
        """The premium of county `number` in fen: one yuan for each registered person."""
        return self.counties[number].population.value * FEN_PER_PERSON

    def group_of(self, member: int) -> str:
        """Which of the six groups a member belongs to."""
        return self.groups.value[member % len(self.groups.value)]

    def period(self, county: str) -> str:
        """The period of a county's cover; each county has its own, so that its figures stand apart."""
        return f"{self.first_day.value.year}-{county}"

    def members_of(self, number: int) -> int:
        """How many of the six groups stand on the roster of county `number`, by its part of the population."""
        whole = self.population
        before = sum(county.population.value for county in self.counties[:number])
        until = before + self.counties[number].population.value
        return self.members.value * until // whole - self.members.value * before // whole


def load_script() -> Script:
    """Read script.json, which is part of this package."""
    return msgspec.json.decode(resources.files("node.demo.yymz").joinpath("script.json").read_bytes(), type=Script)
