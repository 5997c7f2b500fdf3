"""The production of 一元民生: its script, its figures in print, and how its report is shown."""

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
from node.demo.yymz.play import Play
from node.demo.yymz.readout import Read, read_log
from node.demo.yymz.report import as_json, build_report
from node.demo.yymz.script import Script, load_script
from node.errors import StartError
from node.ports import Random

SEED = 20191231  # of what is invented; another seed gives other people and other claims


class YymzProduction:
    """一元民生 in ten counties."""

    pasted: tuple[str, str] = ("insured-special", "insured-late")
    officers: Sequence[str] = ()

    def __init__(self, *, scale: int = 1, script: Script | None = None) -> None:
        """Only every `scale`-th claim is played. Without `script` that of the package is read.

        Raises:
            StartError: `scale` is below 1.
            FormatError: the project's data is there, and lacks a figure that the script names.
        """
        if scale < 1:
            raise StartError(f"--scale: expected 1 or more, got {scale}", next_step="Take 1 for all claims.")
        self._script = load_script() if script is None else script
        self._scale = scale
        self._published, self._source = self._script.published, "node/demo/yymz/script.json"
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
    def begins(self) -> date:
        """The day of the charter."""
        return self._script.charter_on.value

    def notices(self, language: Language) -> Iterator[str]:
        """How many claims are played, and that one node stands for ten finance offices."""
        script = self._script
        count = script.special.count.value + script.general.count.value
        words = SAID[language]
        yield words["all_claims" if self._scale == 1 else "some_claims"].format(count=count, scale=self._scale)
        yield words["one_node"]

    def perform(self, desk: Desk, *, random: Random, tag_key: bytes) -> Play:
        """Make ready at a desk."""
        return Play(self._script, desk, scale=self._scale, seeded=Seeded(SEED), random=random, tag_key=tag_key)

    def show(self, console: Console, outcome: Outcome, language: Language) -> None:
        """Print the report."""
        show_report(console, build_report(
            self._read(outcome), script=self._script, published=self._published, source=self._source,
            scale=self._scale, language=language,
        ))  # fmt: skip

    def for_programs(self, outcome: Outcome) -> dict[str, object]:
        """The report for programs: amounts in fen, each figure with its basis."""
        return {**as_json(self._read(outcome), self._published), "scale": self._scale, "source": self._source}

    def _read(self, outcome: Outcome) -> Read:
        return read_log(outcome.audited, self._script)
