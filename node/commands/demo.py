"""`mingzhang demo`: play a whole programme on four nodes on this machine, and show what comes out."""

import argparse
import json
import shlex
import signal
from pathlib import Path

from rich.console import Console
from rich.text import Text

from node.commands.common import add_json
from node.demo.readout import LogReader, Read, ReliefRead
from node.demo.receipts import VERIFIER, verifier_command
from node.demo.relief import verify_rows
from node.demo.report import as_json, build_report, receipts_table
from node.demo.screen import WIDTH, show_report, show_tables
from node.demo.script import Script, load_script
from node.demo.stage import (
    DATA_VARIABLE,
    LOG_COPY,
    POLICY_FILE,
    RECEIPTS,
    Data,
    Outcome,
    build,
    clear,
    perform,
    read_data,
)
from node.demo.supervisor import Supervisor
from node.demo.words import WORDS


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `demo`."""
    parser.add_argument("--dir", type=Path, default=Path("demo"), metavar="DIR", help="where (default: demo)")
    parser.add_argument("--again", action="store_true", help="remove the demo that is there, and start over")
    parser.add_argument("--keep", action="store_true", help="leave the nodes running at the end")
    parser.add_argument(
        "--reading", choices=("invested_is_gifts", "invested_is_premium"), default="invested_is_gifts",
        help="what the sum invested is read as (default: invested_is_gifts)",
    )  # fmt: skip
    parser.add_argument("--lang", choices=("en", "zh"), default="en", help="the language of the report (default: en)")
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Play, check, and print the report; 1 where a receipt is not judged as it should be."""
    console = Console(stderr=arguments.json, highlight=False)
    if not console.is_terminal or console.width < WIDTH:
        console.width = WIDTH
    script = load_script()
    data = read_data(script)
    if data.statement is None:
        console.print(f"{DATA_VARIABLE} names no data: the bank statement is left out, and the published figures are "
                      f"those of {data.source}.")
    clear(arguments.dir, again=arguments.again)
    supervisor, tag_key = build(arguments.dir, script)
    console.print(f"Four nodes start below {arguments.dir}/: {', '.join(script.parties)}.")
    finished = False
    # However the demo is told to end, its nodes end with it.
    for ending in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, signal.default_int_handler)
    try:
        supervisor.start()
        outcome = perform(
            supervisor, script, directory=arguments.dir, tag_key=tag_key, reading=arguments.reading,
            statement=data.statement, console=console,
        )  # fmt: skip
        finished = True
    except KeyboardInterrupt:
        console.print("Told to end. Start over with --again.")
        return 1
    finally:
        if finished and arguments.keep:
            supervisor.leave()
        else:
            supervisor.stop()
    reader = LogReader(outcome.audited)
    read = reader.programme(script.programme.id, script.accounts)
    relief = reader.relief(script.statement.id, script.statement.accounts.fund)
    if arguments.json:
        print(json.dumps(_for_programs(read, relief, data, outcome), ensure_ascii=False, sort_keys=True))
    else:
        _show(console, arguments, script, data, outcome, read, relief)
        _show_next(console, arguments, supervisor)
    return 0 if outcome.is_as_it_should_be else 1


def _show(
    console: Console,
    arguments: argparse.Namespace,
    script: Script,
    data: Data,
    outcome: Outcome,
    read: Read,
    relief: ReliefRead | None,
) -> None:
    """What was refused, what the receipts say, and the report."""
    console.print()
    words = WORDS[arguments.lang]
    reasons = words["comma"].join(outcome.told.refused)
    console.print(words["refused_on_the_way"].format(reasons=reasons, restarts=outcome.restarts))
    verdicts = (*outcome.verdicts, outcome.tampered)
    show_tables(console, [receipts_table(verdicts, program=VERIFIER, language=arguments.lang)])
    compared = None
    if relief is not None and data.statement is not None:
        compared = verify_rows(data.statement, relief.positions)
    show_report(console, build_report(
        read, relief, script=script, published=data.published, source=data.source, rows_compared=compared,
        language=arguments.lang,
    ))  # fmt: skip


def _show_next(console: Console, arguments: argparse.Namespace, supervisor: Supervisor) -> None:
    """Three lines to paste, and where the nodes are if they still run."""
    program = Path(verifier_command()[0])
    if program.is_relative_to(Path.cwd()):
        program = program.relative_to(Path.cwd())
    verifier = shlex.join([str(program), *verifier_command()[1:]])
    policy = shlex.quote(str(arguments.dir / POLICY_FILE))
    receipts, words = arguments.dir / RECEIPTS, WORDS[arguments.lang]
    console.print()
    console.print(Text(words["three_lines"], style="bold"))
    for rest in (
        f"receipt {shlex.quote(str(receipts / 'donor-held.receipt'))} --policy {policy}",
        f"receipt {shlex.quote(str(receipts / 'insured-paid.receipt'))} --policy {policy} --lang zh",
        f"replay {shlex.quote(str(arguments.dir / LOG_COPY))} --policy {policy}",
    ):
        console.print(Text(f"  {verifier} {rest}"), soft_wrap=True)
    if arguments.keep:
        console.print()
        for party, site in supervisor.sites.items():
            console.print(f"  {party:<12} {site.url}/status")
        ids = " ".join(str(process) for process in supervisor.process_ids().values())
        console.print(words["run_on"].format(ids=ids))


def _for_programs(read: Read, relief: ReliefRead | None, data: Data, outcome: Outcome) -> dict[str, object]:
    receipts = {
        verdict.file.stem: verdict.exit_status for verdict in (*outcome.verdicts, outcome.tampered)
    }
    return {
        **as_json(read, relief, data.published),
        "receipts": receipts,
        "refused": outcome.told.refused,
        "restarts": outcome.restarts,
        "seconds": {step: round(seconds, 1) for step, seconds in outcome.seconds.items()},
        "source": data.source,
    }
