"""The production of 顶梁柱: its script, its figures in print, and how its report is shown."""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random as Seeded

from rich.console import Console

from node.demo.contracts import OPERATOR
from node.demo.desk import Desk
from node.demo.play import CHARTER_ON, Play
from node.demo.production import Outcome
from node.demo.progress import weight
from node.demo.progress_words import SAID
from node.demo.readout import LogReader, Read, ReliefRead
from node.demo.receipts import Subject, subjects
from node.demo.relief import verify_rows
from node.demo.report import Language, as_json, build_report
from node.demo.screen import show_report
from node.demo.script import Published, ReadingName, Script, load_published, load_script, published_in
from node.demo.statement import Statement, parse_statement, verify_totals
from node.ports import Random

DATA_VARIABLE = "MINGZHANG_DATA"
DATA_DEFAULT = Path("../shared/data")
TOTALS = "published_totals.json"
SEED = 20180101  # of what is invented; another seed gives other people and other gifts


@dataclass(frozen=True, slots=True)
class Data:
    """What is read from outside the package: published figures, and where they stand; the statement, if it is there."""

    published: Published
    source: str
    statement: Statement | None


def data_directory() -> Path:
    """Where the project's data lies, if it does."""
    return Path(os.environ.get(DATA_VARIABLE, DATA_DEFAULT))


def read_data(script: Script) -> Data:
    """Read the project's data, or take the small copies of the package where there is none.

    Raises:
        FormatError: the statement is not as it should be; the message names file and line.
    """
    own = script.statement
    totals, file = data_directory() / TOTALS, data_directory() / own.file
    published, source = load_published(), "node/demo/published.json"
    if totals.is_file():
        published, source = published_in(totals.read_bytes()), TOTALS
    statement = None
    if file.is_file():
        statement = parse_statement(file.read_bytes(), name=file.name)
        verify_totals(statement, count=own.credit_count.value, total=own.credit_total.value)
    return Data(published, source, statement)


class DlzPerformance:
    """The play of 顶梁柱 as the stage knows plays."""

    def __init__(self, play: Play) -> None:
        self._play = play

    @property
    def steps(self) -> Sequence[str]:
        """The names of all steps, in order."""
        return self._play.steps

    @property
    def refused(self) -> Sequence[str]:
        """The reasons for which rules refused what was handed in to be refused."""
        return self._play.told.refused

    def seconds(self, step: str) -> float:
        """About how long a step takes on two cores."""
        return weight(step)

    def run(self) -> Iterator[str]:
        """Play; yields each step's name before it begins."""
        return self._play.run()

    def subjects(self) -> Iterator[Subject]:
        """Whom receipts are made for."""
        return subjects(self._play.told)


class DlzProduction:
    """顶梁柱 in one county, under one reading of "invested", and a bank statement beside it where there is one."""

    begins: date = CHARTER_ON
    operator: str = OPERATOR
    pasted: tuple[str, str] = ("donor-held", "insured-paid")

    def __init__(self, *, reading: ReadingName, script: Script | None = None, data: Data | None = None) -> None:
        """Without `script` and `data` those of the package and of the project are read. Raises as `read_data`."""
        self._script = load_script() if script is None else script
        self._data = read_data(self._script) if data is None else data
        self._reading = reading

    @property
    def programme(self) -> str:
        """Its id, under which the key of its tags is kept."""
        return self._script.programme.id

    @property
    def officers(self) -> Sequence[str]:
        """The officers who sign, as PARTY/OFFICER."""
        return self._script.officers

    @property
    def key_names(self) -> Mapping[str, str]:
        """The parties, each with the name of its key."""
        return {party: own.key_name for party, own in self._script.parties.items()}

    def notices(self, language: Language) -> Iterator[str]:
        """That there is no data, where there is none."""
        if self._data.statement is None:
            yield SAID[language]["no_data"].format(variable=DATA_VARIABLE, source=self._data.source)

    def perform(self, desk: Desk, *, random: Random, tag_key: bytes) -> DlzPerformance:
        """Make ready at a desk."""
        return DlzPerformance(Play(
            self._script, desk, reading=self._reading, seeded=Seeded(SEED), random=random, tag_key=tag_key,
            statement=self._data.statement,
        ))  # fmt: skip

    def show(self, console: Console, outcome: Outcome, language: Language) -> None:
        """Print the report."""
        read, relief = self._read(outcome)
        compared = None
        if relief is not None and self._data.statement is not None:
            compared = verify_rows(self._data.statement, relief.positions)
        show_report(console, build_report(
            read, relief, script=self._script, published=self._data.published, source=self._data.source,
            rows_compared=compared, refused=outcome.refused, language=language,
        ))  # fmt: skip

    def for_programs(self, outcome: Outcome) -> dict[str, object]:
        """The report for programs: amounts in fen, each figure with its basis."""
        read, relief = self._read(outcome)
        return {**as_json(read, relief, self._data.published), "source": self._data.source}

    def _read(self, outcome: Outcome) -> tuple[Read, ReliefRead | None]:
        reader = LogReader(outcome.audited)
        script = self._script
        read = reader.programme(script.programme.id, script.accounts)
        return read, reader.relief(script.statement.id, script.statement.accounts.fund)
