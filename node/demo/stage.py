"""The stage: four nodes are started, the programme is played on them, and what comes out is checked and collected.

    <directory>/<party>/       the nodes
    <directory>/receipts/      receipts of some donors and of some who are insured, and one that was changed
    <directory>/log/           a copy of the log, for mingzhang-verify replay
    <directory>/trust.policy   whom to trust: what every check needs
"""

import os
import shutil
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random as Seeded

from rich.console import Console

from node.demo.auditor import Audited, audit
from node.demo.desk import morning_unix_ms
from node.demo.log_copy import copy_log
from node.demo.node_desk import NodeDesk
from node.demo.play import CHARTER_ON, Play
from node.demo.progress import Steps
from node.demo.receipts import Verdict, fetch_receipts, policy_of, tamper, verify, write_policy
from node.demo.script import Published, ReadingName, Script, load_published, published_in
from node.demo.statement import Statement, parse_statement, verify_totals
from node.demo.supervisor import CLOCK_FILE, Supervisor
from node.demo.told import Told
from node.errors import StartError
from node.service import STORE
from node.signer import SystemRandom
from node.store_files import IDENTITY, owned

ORIGIN = "ledger.example/demo"
DATA_VARIABLE = "MINGZHANG_DATA"
DATA_DEFAULT = Path("../shared/data")
POLICY_FILE = "trust.policy"
RECEIPTS, LOG_COPY = "receipts", "log"
SEED = 20180101  # of what is invented; another seed gives other people and other gifts
STEPS_BEHIND = ("receipts", "copy of the log", "replay of the log")
_TOTALS = "published_totals.json"
_TAG_KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class Data:
    """What is read from outside the package: published figures, and where they stand; the statement, if it is there."""

    published: Published
    source: str
    statement: Statement | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a performance leaves behind."""

    told: Told
    audited: Audited
    verdicts: tuple[Verdict, ...]
    tampered: Verdict
    restarts: int
    seconds: dict[str, float]

    @property
    def is_as_it_should_be(self) -> bool:
        """Whether every receipt was accepted, and the one that was changed refused as invalid."""
        return all(verdict.exit_status == 0 for verdict in self.verdicts) and self.tampered.exit_status == 1


def read_data(script: Script) -> Data:
    """Read the project's data, or take the small copies of the package where there is none.

    Raises:
        FormatError: the statement is not as it should be; the message names file and line.
    """
    directory = Path(os.environ.get(DATA_VARIABLE, DATA_DEFAULT))
    own = script.statement
    totals, file = directory / _TOTALS, directory / own.file
    published, source = load_published(), "node/demo/published.json"
    if totals.is_file():
        published, source = published_in(totals.read_bytes()), _TOTALS
    statement = None
    if file.is_file():
        statement = parse_statement(file.read_bytes(), name=file.name)
        verify_totals(statement, count=own.credit_count.value, total=own.credit_total.value)
    return Data(published, source, statement)


def clear(directory: Path, *, again: bool) -> None:
    """Make room for a performance. Only what a demo left there is ever removed, and only with `again`.

    Raises:
        StartError: something is in `directory`, and it is not to be removed, is no demo's, or its nodes still run.
    """
    if not directory.exists() or (directory.is_dir() and not any(directory.iterdir())):
        return
    if not (directory / CLOCK_FILE).is_file():
        raise StartError(f"{directory}: expected a demo or nothing there, got something else",
                         next_step="Name another directory with --dir.")
    if not again:
        raise StartError(f"{directory}: there is a demo already",
                         next_step="Start over with --again, or name another directory with --dir.")
    for identity in directory.glob(f"*/data/{STORE}/{IDENTITY}"):
        with owned(identity.parent) as owner:
            os.close(owner)
    shutil.rmtree(directory)


def build(directory: Path, script: Script) -> tuple[Supervisor, bytes]:
    """Make the four nodes, and the key of the programme's tags. Raises StartError."""
    tag_key = SystemRandom().random_bytes(_TAG_KEY_BYTES)
    supervisor = Supervisor(
        directory,
        key_names={party: own.key_name for party, own in script.parties.items()},
        origin=ORIGIN,
        # The clock goes forward only, and the first morning of the play is the charter's.
        unix_ms=morning_unix_ms(CHARTER_ON - timedelta(days=1)),
        tag_keys={script.programme.id: tag_key},
    )
    return supervisor, tag_key


def perform(
    supervisor: Supervisor,
    script: Script,
    *,
    directory: Path,
    tag_key: bytes,
    reading: ReadingName,
    statement: Statement | None,
    console: Console,
) -> Outcome:
    """Play on the nodes, which run; then make receipts, let them be judged, and replay a copy of the log.

    Raises:
        LedgerError: a rule refused what it should not have, a node did not answer, or the log does not hold.
        PlayError: a rule let something pass.
    """
    random = SystemRandom()
    policy = policy_of(supervisor.keys, supervisor.sites)
    policy_file = directory / POLICY_FILE
    write_policy(policy_file, policy)
    with closing(NodeDesk(supervisor, random=random)) as desk:
        play = Play(
            script, desk, reading=reading, seeded=Seeded(SEED), random=random, tag_key=tag_key, statement=statement
        )
        shown = Steps(console, [*play.steps, *STEPS_BEHIND], detail=lambda: str(desk.today))
        with shown:
            for name in play.run():
                shown.begin(name)
            shown.end()
    with shown:
        receipts, copying, replaying = STEPS_BEHIND
        shown.begin(receipts)
        files = fetch_receipts(supervisor, play.told, directory / RECEIPTS)
        verdicts = tuple(verify(file, policy=policy_file) for file in files)
        tampered = verify(tamper(files[0]), policy=policy_file)
        shown.begin(copying)
        copy = copy_log(supervisor.sites["foundation"], directory / LOG_COPY)
        shown.begin(replaying)
        audited = audit(copy, policy)
        shown.end()
    return Outcome(play.told, audited, verdicts, tampered, supervisor.restarts, shown.seconds)
