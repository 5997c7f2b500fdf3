"""The watch at the command line: rounds, the clock, the state directory, the metrics file."""

import argparse
import fcntl
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

from verifier.commands.files import UnreadableError, print_json, read_file, read_policy, write_whole
from verifier.commands.tell import Teller, tell_value
from verifier.commands.web import Web
from verifier.errors import FormatError, VerifyError
from verifier.log.policy import Policy
from verifier.monitor.alarm import Weight, exit_status
from verifier.monitor.evidence import Evidence, evidence_name, format_evidence
from verifier.monitor.memory import MEMORY_BYTES_MAX, format_memory, parse_memory
from verifier.monitor.metrics import format_metrics
from verifier.monitor.round import Answer, Limits, Memory, Round, log_origin, watch_round, witness_path
from verifier.primitives.parse import parse_decimal

SUMMARY = "watch nodes: split views, silence, late publication"

DESCRIPTION = """\
Follow the nodes of a log and hold what they show against each other.

Each round asks every URL for its checkpoint and, as a C2SP witness, for the
head that it cosigned; proves that each head continues the last one; and looks
at silence, trial balances, figures and duties to publish. What it has seen is
kept in DIR, evidence in DIR/evidence.

What is proven wrong counts as a failed check: a split view, of which evidence
is kept, a duty to publish that is overdue, a trial balance that is too old.
What cannot be told is a node out of reach, an organisation that is silent, or
something that nobody proves.
"""

SILENCE_S, BALANCE_S, EVERY_S = 600, 26 * 3600, 60
SECONDS_MAX = 10**9
STATE_FILE, LOCK_FILE, EVIDENCE_FOLDER = "state.json", "lock", "evidence"


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
    options.state.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _alone(options.state):
        memory = _load(options.state, policy=policy, origin=origin)
        teller = None if webhook is None else Teller(webhook)
        status = 0
        with suppress(KeyboardInterrupt):
            while True:
                round_ = one_round(memory, nodes=nodes, policy=policy, limits=limits, now_unix_s=_now())
                memory = round_.memory
                status = _report(options, round_, teller)
                if options.once:
                    break
                time.sleep(every)
        return status


def _report(options: argparse.Namespace, round_: Round, teller: Teller | None) -> int:
    """Keep what a round found, tell it, and give the exit status that it comes to."""
    _keep(options.state, round_)
    kept = _evidence_files(options.state)
    if options.metrics is not None:
        write_whole(options.metrics, format_metrics(round_, evidence_files=len(kept)))
    if teller is not None:
        teller.tell(round_, kept, wait=options.once)
        write_whole(_state(options.state), format_memory(round_.memory))
    _print(round_, kept, as_json=options.json)
    return 1 if kept else exit_status(round_.alarms)


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


# -- state and evidence ----------------------------------------------------------------------------------------------


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the state directory: two monitors on one would forget what the other has seen."""
    with folder.joinpath(LOCK_FILE).open("ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise UnreadableError(f"{folder}: another monitor uses this directory; give each one its own") from None
        yield


def _load(folder: Path, *, policy: Policy, origin: str) -> Memory:
    path = _state(folder)
    if not path.exists():
        return Memory(origin)
    try:
        return parse_memory(read_file(path, most=MEMORY_BYTES_MAX), policy=policy, origin=origin, what=str(path))
    except VerifyError as error:
        raise UnreadableError(f"{error}. Keep the file; to begin anew, give another directory") from None


def _keep(folder: Path, round_: Round) -> None:
    """Evidence first: what is believed must not move on before it is on disk."""
    for evidence in round_.evidence:
        _keep_evidence(folder.joinpath(EVIDENCE_FOLDER), evidence)
    write_whole(_state(folder), format_memory(round_.memory))


def _keep_evidence(folder: Path, evidence: Evidence) -> None:
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder.joinpath(evidence_name(evidence))
    if not path.exists():
        write_whole(path, format_evidence(evidence))


def _evidence_files(folder: Path) -> list[Path]:
    return sorted(folder.joinpath(EVIDENCE_FOLDER).glob("*.json"))


def _state(folder: Path) -> Path:
    return folder.joinpath(STATE_FILE)


# -- answers ---------------------------------------------------------------------------------------------------------


def _print(round_: Round, kept: Sequence[Path], *, as_json: bool) -> None:
    if as_json:
        print_json(tell_value(round_, [str(path) for path in kept]))
        return
    believed = round_.memory.believed
    if believed is not None:
        print(f"ok    head          {round_.memory.origin}, size {believed.head.size}", flush=True)
    for alarm in round_.alarms:
        mark = "failed" if alarm.weight is Weight.PROVEN else "cannot tell"
        print(f"{mark}  {alarm.name} {alarm.about}: {alarm.message}", file=sys.stderr)
    for path in kept:
        print(f"failed  evidence is kept: {path}; it stays an alarm until it is moved away", file=sys.stderr)


def _seconds(text: str, *, what: str) -> int:
    return parse_decimal(text.encode("utf-8", errors="replace"), what=what, most=SECONDS_MAX)


def _now() -> int:
    return time.time_ns() // 1_000_000_000
