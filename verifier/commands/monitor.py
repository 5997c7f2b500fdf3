"""The watch at the command line: rounds, the clock, what is printed."""

import argparse
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from verifier.commands.files import UnreadableError, read_policy
from verifier.commands.screen import say, say_json
from verifier.commands.tell import Teller, tell_value
from verifier.commands.watch_folder import WatchFolder, open_folder, written
from verifier.commands.web import Web
from verifier.errors import FormatError
from verifier.log.policy import Policy
from verifier.monitor.alarm import Weight, exit_status
from verifier.monitor.metrics import format_metrics
from verifier.monitor.round import Answer, Limits, Memory, Round, log_origin, watch_round, witness_path
from verifier.primitives.parse import parse_decimal
from verifier.speech.speech import Speech

SUMMARY = "watch nodes: split views, silence, late publication"

DESCRIPTION = """\
Follow the nodes of a log and hold what they show against each other.
监视各节点，互相比对：两面账、沉默、逾期公布。

Each round asks every URL for its checkpoint and, as a C2SP witness, for the
head that it cosigned; proves that each head continues the last one; and looks
at silence, trial balances, figures and duties to publish. What it has seen is
kept in DIR, evidence in DIR/evidence.

What is proven wrong counts as a failed check: a split view, of which evidence
is kept, a duty to publish that is overdue, a trial balance that is too old.
What cannot be told is a node out of reach, an organisation that is silent, or
something that nobody proves.

example, and the line for cron:
  mingzhang-verify monitor --policy trust.policy --state watch \\
    https://county.example/node https://insurer.example/node
  */10 * * * * mingzhang-verify monitor --once --policy /etc/trust.policy
    --state /var/lib/watch https://county.example/node   (one line)
"""

SILENCE_S, BALANCE_S, EVERY_S = 600, 26 * 3600, 60
SECONDS_MAX = 10**9
UNWRITTEN = 2  # as for a file that cannot be read


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `monitor` takes."""
    parser.add_argument("urls", metavar="URL", nargs="+", help="a node's public URL prefix")
    parser.add_argument("--state", metavar="DIR", type=Path, required=True, help="what is kept; made where it is not")
    parser.add_argument("--once", action="store_true", help="one round, for cron")
    parser.add_argument("--every", metavar="SECONDS", default=str(EVERY_S), help=f"between rounds (default {EVERY_S})")
    parser.add_argument(
        "--silence", metavar="SECONDS", default=str(SILENCE_S),
        help=f"how long an organisation may cosign nothing (default {SILENCE_S})",
    )  # fmt: skip
    parser.add_argument(
        "--balance", metavar="SECONDS", default=str(BALANCE_S),
        help=f"how old the newest trial balance may be (default {BALANCE_S}: daily, and two hours)",
    )  # fmt: skip
    parser.add_argument("--figure", metavar="SECONDS", help="how old a programme's newest figure may be (default: any)")
    parser.add_argument("--metrics", metavar="FILE", type=Path, help="write metrics for Prometheus to FILE, each round")
    parser.add_argument("--webhook", metavar="URL", help="post alarms as JSON when they change")


def run(options: argparse.Namespace) -> int:
    """Watch until interrupted, or for one round."""
    policy = read_policy(options.policy)
    try:
        every = _seconds(options.every, what="--every")
        limits = Limits(
            silence_s=_seconds(options.silence, what="--silence"),
            balance_s=_seconds(options.balance, what="--balance"),
            figure_s=None if options.figure is None else _seconds(options.figure, what="--figure"),
        )
        nodes = {node.url: node for node in map(Web, options.urls)}
        webhook = None if options.webhook is None else Web(options.webhook, query=True)
        origin = log_origin(policy)
    except FormatError as error:
        raise UnreadableError(str(error)) from None
    with open_folder(options.state) as folder:
        memory = folder.load(policy=policy, origin=origin)
        teller = None if webhook is None else Teller(webhook)
        printer = Printer(options)
        status = 0
        with suppress(KeyboardInterrupt):
            while True:
                round_ = one_round(memory, nodes=nodes, policy=policy, limits=limits, now_unix_s=_now())
                memory = round_.memory
                status = _report(options, round_, folder=folder, teller=teller, printer=printer)
                if options.once:
                    break
                time.sleep(every)
        return status


def _report(
    options: argparse.Namespace, round_: Round, *, folder: WatchFolder, teller: Teller | None, printer: "Printer"
) -> int:
    """Keep what a round found, tell it, and give the exit status. A full disk keeps no alarm from being told."""
    problems = [folder.keep(round_)]
    kept = folder.evidence_files()
    if options.metrics is not None:
        problems.append(written(options.metrics, format_metrics(round_, evidence_files=len(kept))))
    if teller is not None:
        teller.tell(round_, kept, wait=options.once)
        problems.append(folder.keep(round_))
    unwritten = list(dict.fromkeys(problem for problem in problems if problem is not None))
    printer.tell(round_, kept, unwritten)
    status = 1 if kept else exit_status(round_.alarms)
    return UNWRITTEN if unwritten and status != 1 else status


def one_round(
    memory: Memory, *, nodes: dict[str, Web], policy: Policy, limits: Limits, now_unix_s: int
) -> Round:
    """Ask every node at the same time for its heads, then judge them."""
    with ThreadPoolExecutor(max_workers=len(nodes)) as pool:
        shown = list(pool.map(lambda node: _heads(node, origin=memory.origin), nodes.values()))
    answers = [answer for both in shown for answer in both]
    silent = {answer.where for answer in answers if answer.problem is not None and not answer.witness}
    sources = {url: node for url, node in nodes.items() if url not in silent}
    return watch_round(
        memory, answers=answers, sources=sources, policy=policy, limits=limits, now_unix_s=now_unix_s
    )


def _heads(node: Web, *, origin: str) -> list[Answer]:
    node.begin_round()
    answers = []
    for path, witness in (("checkpoint", False), (witness_path(origin), True)):
        try:
            answers.append(Answer(node.url, node.read(path), None, witness))
        except OSError as error:
            answers.append(Answer(node.url, None, str(error), witness))
            break
    return answers


# -- answers ---------------------------------------------------------------------------------------------------------


class Printer:
    """Prints rounds. To people, a watch that goes on says again only what has changed."""

    def __init__(self, options: argparse.Namespace) -> None:
        self._json: bool = options.json
        self._words = Speech(options.lang, unit=None)
        self._said: tuple[object, ...] = ()

    def tell(self, round_: Round, kept: Sequence[Path], unwritten: Sequence[str]) -> None:
        """Print what a round found, the files of evidence, and what could not be written."""
        if self._json:
            say_json(tell_value(round_, [str(path) for path in kept]))
        believed = round_.memory.believed
        size = None if believed is None else believed.head.size
        news = (size, [alarm.key for alarm in round_.alarms], list(kept), list(unwritten))
        if news == self._said:
            return
        self._said = news
        for error in unwritten:
            say(f"mingzhang-verify: {self._words.say('unwritten', error=error)}", to=sys.stderr)
        if not self._json:
            self._tell_people(round_, kept, size=size)

    def _tell_people(self, round_: Round, kept: Sequence[Path], *, size: int | None) -> None:
        words = self._words
        if size is not None:
            say(f"ok    head          {words.say('check checkpoint', origin=round_.memory.origin, size=size)}")
        for alarm in round_.alarms:
            mark = "failed" if alarm.weight is Weight.PROVEN else "cannot tell"
            say(f"{mark}  {alarm.name} {alarm.about}: {alarm.message}", to=sys.stderr)
        for name in dict.fromkeys(alarm.name for alarm in round_.alarms):
            say(f"{'':8}{name}: {words.say(f'alarm {name}')}", to=sys.stderr)
        for path in kept:
            say(f"failed  {words.say('evidence kept', path=path)}", to=sys.stderr)


def _seconds(text: str, *, what: str) -> int:
    return parse_decimal(text.encode("utf-8", errors="replace"), what=what, most=SECONDS_MAX)


def _now() -> int:
    return time.time_ns() // 1_000_000_000
