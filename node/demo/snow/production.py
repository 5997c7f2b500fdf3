"""The production of 雪中送炭: its script, its figures in print, and how its report is shown."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from random import Random as Seeded

from rich.console import Console

from node.demo.desk import Desk
from node.demo.dlz import TOTALS, data_directory
from node.demo.printed import figures_in
from node.demo.production import Outcome
from node.demo.progress_words import SAID
from node.demo.report import Language
from node.demo.screen import show_report
from node.demo.snow.play import Play
from node.demo.snow.readout import Read, read_log
from node.demo.snow.report import as_json, build_report
from node.demo.snow.script import Script, load_script
from node.ports import Random

SEED = 20161231  # of what is invented; another seed gives other people and other stays


class SnowProduction:
    """雪中送炭 in one district."""

    pasted: tuple[str, str] = ("insured-heirs", "insured-one-bill")

    def __init__(self, *, script: Script | None = None) -> None:
        """Without `script` that of the package is read.

        Raises:
            FormatError: the project's data is there, and lacks a figure that the script names.
        """
        self._script = load_script() if script is None else script
        self._published, self._source = self._script.published, "node/demo/snow/script.json"
        totals = data_directory() / TOTALS
        if totals.is_file():
            self._published, self._source = figures_in(totals.read_bytes(), like=self._published), TOTALS

    @property
    def programme(self) -> str:
        """Its id, under which the key of its tags is kept."""
        return self._script.programme.id

    @property
    def key_names(self) -> Mapping[str, str]:
        """The parties, each with the name of its key."""
        return {party: own.key_name for party, own in self._script.parties.items()}

    @property
    def operator(self) -> str:
        """The party that operates the log."""
        return self._script.operator

    @property
    def officers(self) -> Sequence[str]:
        """The officers who sign, as PARTY/OFFICER."""
        return self._script.officers

    @property
    def begins(self) -> date:
        """The day of the charter."""
        return self._script.charter_on.value

    def notices(self, language: Language) -> Iterator[str]:
        """Which parties have no node."""
        yield SAID[language]["no_node"]

    def perform(self, desk: Desk, *, random: Random, tag_key: bytes) -> Play:
        """Make ready at a desk."""
        return Play(self._script, desk, seeded=Seeded(SEED), random=random, tag_key=tag_key)

    def show(self, console: Console, outcome: Outcome, language: Language) -> None:
        """Print the report."""
        show_report(console, build_report(
            self._read(outcome), script=self._script, published=self._published, source=self._source,
            language=language,
        ))  # fmt: skip

    def for_programs(self, outcome: Outcome) -> dict[str, object]:
        """The report for programs: amounts in fen, each figure with its basis."""
        return {**as_json(self._read(outcome), self._published), "source": self._source}

    def _read(self, outcome: Outcome) -> Read:
        return read_log(outcome.audited, self._script)
