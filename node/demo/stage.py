"""The stage: the nodes are started, a programme is played on them, and what comes out is checked and collected.

    <directory>/<party>/       the nodes
    <directory>/receipts/      receipts of some whom it is about, and one that was changed
    <directory>/log/           a copy of the log, for mingzhang-verify replay
    <directory>/trust.policy   whom to trust: what every check needs
"""

import os
import shutil
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from rich.console import Console

from node.demo.auditor import audit
from node.demo.desk import morning_unix_ms
from node.demo.log_copy import copy_log
from node.demo.node_desk import NodeDesk
from node.demo.production import Outcome, Production
from node.demo.progress import Steps, weight
from node.demo.receipts import fetch_receipts, policy_of, tamper, verify, write_policy
from node.demo.supervisor import CLOCK_FILE, Supervisor
from node.errors import StartError
from node.service import STORE
from node.signer import SystemRandom
from node.store_files import IDENTITY, owned

ORIGIN = "ledger.example/demo"
POLICY_FILE = "trust.policy"
RECEIPTS, LOG_COPY = "receipts", "log"
STEPS_BEHIND = ("receipts", "copy of the log", "replay of the log")
_TAG_KEY_BYTES = 32


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


def build(directory: Path, production: Production) -> tuple[Supervisor, bytes]:
    """Make the nodes, and the key of the programme's tags. Raises StartError."""
    tag_key = SystemRandom().random_bytes(_TAG_KEY_BYTES)
    supervisor = Supervisor(
        directory,
        key_names=production.key_names,
        operator=production.operator,
        officers=production.officers,
        origin=ORIGIN,
        # The clock goes forward only, and the first morning of the play is the charter's.
        unix_ms=morning_unix_ms(production.begins - timedelta(days=1)),
        tag_keys={production.programme: tag_key},
    )
    return supervisor, tag_key


def perform(
    supervisor: Supervisor, production: Production, *, directory: Path, tag_key: bytes, console: Console,
    language: str = "en",
) -> Outcome:
    """Play on the nodes, which run; then make receipts, let them be judged, and replay a copy of the log.

    Raises:
        LedgerError: a rule refused what it should not have, a node did not answer, or the log does not hold.
        PlayError: a rule let something pass.
    """
    random = SystemRandom()
    policy = policy_of(supervisor.keys, supervisor.sites, operator=production.operator)
    policy_file = directory / POLICY_FILE
    write_policy(policy_file, policy)
    with closing(NodeDesk(supervisor, random=random)) as desk:
        play = production.perform(desk, random=random, tag_key=tag_key)

        def seconds(step: str) -> float:
            return weight(step) if step in STEPS_BEHIND else play.seconds(step)

        shown = Steps(console, [*play.steps, *STEPS_BEHIND], detail=lambda: str(desk.today), seconds=seconds,
                      language=language)
        with shown:
            for name in play.run():
                shown.begin(name)
            shown.end()
    with shown:
        receipts, copying, replaying = STEPS_BEHIND
        shown.begin(receipts)
        files = fetch_receipts(supervisor, play.subjects(), directory / RECEIPTS)
        verdicts = tuple(verify(file, policy=policy_file) for file in files)
        tampered = verify(tamper(files[0]), policy=policy_file)
        shown.begin(copying)
        # Not the operator's own: a copy is worth more from where the log was judged.
        party = next(party for party in production.key_names if party != production.operator)
        copy = copy_log(supervisor.sites[party], directory / LOG_COPY)
        shown.begin(replaying)
        audited = audit(copy, policy)
        shown.end()
    return Outcome(tuple(play.refused), audited, verdicts, tampered, supervisor.restarts, shown.seconds)
