"""A production: one programme made ready to be played, and how what comes out of it is shown.

`mingzhang demo` knows productions only by this page; each programme brings its own.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from rich.console import Console

from node.demo.auditor import Audited
from node.demo.desk import Desk
from node.demo.receipts import Subject, Verdict
from node.demo.report import Language
from node.ports import Random


class Performance(Protocol):
    """A programme at a desk: every entry of it, in the order in which it would happen."""

    @property
    def steps(self) -> Sequence[str]:
        """The names of all steps, in order."""

    @property
    def refused(self) -> Sequence[str]:
        """The reasons for which rules refused what was handed in to be refused, so far."""

    def seconds(self, step: str) -> float:
        """About how long a step takes on two cores, for the time that is left."""

    def run(self) -> Iterator[str]:
        """Play; yields each step's name before it begins."""

    def subjects(self) -> Iterator[Subject]:
        """Whom receipts are made for."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a performance leaves behind."""

    refused: Sequence[str]
    audited: Audited
    verdicts: tuple[Verdict, ...]
    tampered: Verdict
    restarts: int
    seconds: dict[str, float]

    @property
    def is_as_it_should_be(self) -> bool:
        """Whether every receipt was accepted, and the one that was changed refused as invalid."""
        return all(verdict.exit_status == 0 for verdict in self.verdicts) and self.tampered.exit_status == 1


class Production(Protocol):
    """One programme, ready to be played."""

    @property
    def programme(self) -> str:
        """Its id, under which the key of its tags is kept."""

    @property
    def key_names(self) -> Mapping[str, str]:
        """The parties, each with the name of its key."""

    @property
    def operator(self) -> str:
        """The party that operates the log."""

    @property
    def officers(self) -> Sequence[str]:
        """The officers who sign, as PARTY/OFFICER."""

    @property
    def begins(self) -> date:
        """The day of the charter."""

    @property
    def pasted(self) -> tuple[str, str]:
        """Two of the receipts, for the lines to paste."""

    def notices(self, language: Language) -> Iterator[str]:
        """What is to be said before it begins, such as what is left out."""

    def perform(self, desk: Desk, *, random: Random, tag_key: bytes) -> Performance:
        """Make ready at a desk. `tag_key` is what all parties hold for the tags."""

    def show(self, console: Console, outcome: Outcome, language: Language) -> None:
        """Print the report."""

    def for_programs(self, outcome: Outcome) -> dict[str, object]:
        """The report for programs: amounts in minor units, each figure with its basis."""
