"""The script of 雪中送炭: script.json as typed values, each figure with its basis."""

from datetime import date
from importlib import resources

import msgspec

from node.demo.founding import Filling
from node.demo.script import Data, Figure, Party, Programme, PublishedFigure

ILLNESS, OTHER = "illness", "other"


class Funding(Data, frozen=True):
    """What the two payers put in, and what it buys."""

    government_fen: Figure[int]
    federation_fen: Figure[int]
    social_fen_per_person: Figure[int]
    insurer_government_fen: Figure[int]
    insurer_federation_fen: Figure[int]
    assessment_fen: Figure[int]
    sent_on: Figure[date]
    premium_on: Figure[date]
    returned_on: Figure[date]


class Published(Data, frozen=True):
    """The published figures that the demo arrives at."""

    funding: PublishedFigure
    households: PublishedFigure
    share: PublishedFigure


class Script(Data, frozen=True):
    """All of script.json."""

    programme: Programme
    terms: str
    calendar_years: tuple[int, ...]
    county: str
    operator: str
    parties: dict[str, Party]
    officers: tuple[str, ...]
    streets: Figure[tuple[str, ...]]
    born_from: Figure[date]
    born_to: Figure[date]
    households: Figure[int]
    by_illness: Figure[int]
    paid_of_illness: Figure[int]
    funding: Funding
    fillings: tuple[Filling, ...]
    charter_on: Figure[date]
    terms_on: Figure[date]
    assessed_on: Figure[date]
    insured_on: Figure[date]
    first_day: Figure[date]
    last_day: Figure[date]
    claims_from: Figure[date]
    claims_until: Figure[date]
    claim_days: Figure[int]
    published_on: Figure[date]
    published: Published

    def period(self, roster: str) -> str:
        """The period of a roster's cover; each roster has its own, so that its figures stand apart."""
        return f"{self.first_day.value.year}-{roster}"

    def households_of(self, roster: str) -> int:
        """How many households stand on a roster."""
        return self.by_illness.value if roster == ILLNESS else self.households.value - self.by_illness.value


def load_script() -> Script:
    """Read script.json, which is part of this package."""
    return msgspec.json.decode(resources.files("node.demo.snow").joinpath("script.json").read_bytes(), type=Script)
