"""`mingzhang demo`: play a whole programme on a node for each party, all on this machine, and show what comes out."""

import argparse
import json
import shlex
import signal
from pathlib import Path

from rich.console import Console
from rich.text import Text

from node.commands.common import add_json
from node.demo.production import Outcome, Production
from node.demo.progress_words import SAID
from node.demo.receipts import VERIFIER, verifier_command
from node.demo.report import receipts_table
from node.demo.screen import WIDTH, show_tables, wrap
from node.demo.stage import LOG_COPY, POLICY_FILE, RECEIPTS, build, clear, perform
from node.demo.supervisor import Supervisor
from node.demo.words import WORDS
from node.errors import StartError

PROGRAMMES = ("dlz", "yymz", "snow")
_ONE_OF_THEM = "Leave one of them out."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `demo`."""
    parser.add_argument(
        "--programme", choices=PROGRAMMES, default="dlz",
        help="dlz: 顶梁柱, gifts to payouts; yymz: 一元民生, 8,086 claims; snow: 雪中送炭, two payers (default: dlz)",
    )  # fmt: skip
    parser.add_argument("--dir", type=Path, default=Path("demo"), metavar="DIR", help="where (default: demo)")
    parser.add_argument("--again", action="store_true", help="remove the demo that is there, and start over")
    parser.add_argument("--keep", action="store_true", help="leave the nodes running at the end")
    parser.add_argument(
        "--reading", choices=("invested_is_gifts", "invested_is_premium"),
        help="dlz: what the sum invested is read as (default: invested_is_gifts)",
    )  # fmt: skip
    parser.add_argument(
        "--scale", type=int, metavar="N",
        help="yymz: every N-th claim only, for a quick look; the published totals are then not reached (default: 1)",
    )  # fmt: skip
    parser.add_argument("--lang", choices=("en", "zh"), default="en", help="the language of the report (default: en)")
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Play, check, and print the report; 1 where a receipt is not judged as it should be."""
    console = Console(stderr=arguments.json, highlight=False)
    if not console.is_terminal or console.width < WIDTH:
        console.width = WIDTH
    production = _production(arguments)
    for notice in production.notices(arguments.lang):
        console.print(notice)
    clear(arguments.dir, again=arguments.again)
    supervisor, tag_key = build(arguments.dir, production)
    said = SAID[arguments.lang]
    console.print(said["start"].format(count=len(production.key_names), directory=arguments.dir,
                                       parties=WORDS[arguments.lang]["comma"].join(production.key_names)))
    finished = False
    # However the demo is told to end, its nodes end with it.
    for ending in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, signal.default_int_handler)
    try:
        supervisor.start()
        outcome = perform(supervisor, production, directory=arguments.dir, tag_key=tag_key, console=console,
                          language=arguments.lang)
        finished = True
    except KeyboardInterrupt:
        console.print(said["ended"])
        return 1
    finally:
        if finished and arguments.keep:
            supervisor.leave()
        else:
            supervisor.stop()
    if arguments.json:
        print(json.dumps(_for_programs(production, outcome), ensure_ascii=False, sort_keys=True))
    else:
        _show(console, arguments, production, outcome)
        _show_next(console, arguments, production, supervisor)
    return 0 if outcome.is_as_it_should_be else 1


def _production(arguments: argparse.Namespace) -> Production:
    """The production that the arguments ask for; the others are not loaded.

    Raises:
        StartError: an argument belongs to another programme, or is out of range.
    """
    programme = arguments.programme
    if arguments.reading is not None and programme != "dlz":
        raise StartError(f"--reading: expected with --programme dlz, got {programme}", next_step=_ONE_OF_THEM)
    if arguments.scale is not None and programme != "yymz":
        raise StartError(f"--scale: expected with --programme yymz, got {programme}", next_step=_ONE_OF_THEM)
    if programme == "yymz":
        from node.demo.yymz.production import YymzProduction

        return YymzProduction(scale=1 if arguments.scale is None else arguments.scale)
    if programme == "snow":
        from node.demo.snow.production import SnowProduction

        return SnowProduction()
    from node.demo.dlz import DlzProduction

    return DlzProduction(reading=arguments.reading or "invested_is_gifts")


def _show(console: Console, arguments: argparse.Namespace, production: Production, outcome: Outcome) -> None:
    """What was refused, what the receipts say, and the report."""
    console.print()
    words = WORDS[arguments.lang]
    reasons = words["comma"].join(dict.fromkeys(outcome.refused))
    for line in wrap(words["refused_on_the_way"].format(reasons=reasons, restarts=outcome.restarts),
                     cells=console.width):
        console.print(Text(line), soft_wrap=True)
    verdicts = (*outcome.verdicts, outcome.tampered)
    show_tables(console, [receipts_table(verdicts, program=VERIFIER, language=arguments.lang)])
    production.show(console, outcome, arguments.lang)


def _show_next(
    console: Console, arguments: argparse.Namespace, production: Production, supervisor: Supervisor
) -> None:
    """Three lines to paste, and where the nodes are if they still run."""
    program = Path(verifier_command()[0])
    if program.is_relative_to(Path.cwd()):
        program = program.relative_to(Path.cwd())
    verifier = shlex.join([str(program), *verifier_command()[1:]])
    policy = shlex.quote(str(arguments.dir / POLICY_FILE))
    receipts, words = arguments.dir / RECEIPTS, WORDS[arguments.lang]
    first, second = (shlex.quote(str(receipts / f"{name}.receipt")) for name in production.pasted)
    console.print()
    console.print(Text(words["three_lines"], style="bold"))
    in_chinese = " --lang zh" if arguments.lang == "zh" else ""
    for rest in (
        f"receipt {first} --policy {policy}{in_chinese}",
        f"receipt {second} --policy {policy} --lang zh",
        f"replay {shlex.quote(str(arguments.dir / LOG_COPY))} --policy {policy}",
    ):
        console.print(Text(f"  {verifier} {rest}"), soft_wrap=True)
    if arguments.keep:
        console.print()
        for party, site in supervisor.sites.items():
            console.print(f"  {party:<12} {site.url}/status")
        ids = " ".join(str(process) for process in supervisor.process_ids().values())
        console.print(words["run_on"].format(ids=ids))


def _for_programs(production: Production, outcome: Outcome) -> dict[str, object]:
    receipts = {
        verdict.file.stem: verdict.exit_status for verdict in (*outcome.verdicts, outcome.tampered)
    }
    return {
        **production.for_programs(outcome),
        "receipts": receipts,
        "refused": list(outcome.refused),
        "restarts": outcome.restarts,
        "seconds": {step: round(seconds, 1) for step, seconds in outcome.seconds.items()},
    }
