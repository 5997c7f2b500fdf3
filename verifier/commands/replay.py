"""A replay at the command line: where the log and the state are, how far it is, and what is written down."""

import argparse
import re
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial
from itertools import chain, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from verifier.audit.ahead import ReadBundle, Reader
from verifier.audit.audit import AuditVerdict, audit_log, read_in_turn
from verifier.audit.desk_file import FileDesk, open_desk
from verifier.audit.finding import Finding
from verifier.audit.progress import ProgressBar
from verifier.audit.workers import processes_for, read_ahead, spare_collector
from verifier.commands.files import UnreadableError, read_file, read_pins, read_policy, write_whole
from verifier.commands.screen import say, say_json
from verifier.errors import FormatError
from verifier.primitives.parse import encode_json
from verifier.reports.report import make_report
from verifier.reports.report_html import format_html
from verifier.reports.report_story import tell_report
from verifier.reports.report_text import format_text
from verifier.reports.survey import Survey
from verifier.sources.source import Source, open_source
from verifier.speech.speech import Speech

SUMMARY = "replay a whole log"

DESCRIPTION = """\
Judge every leaf of a log again, by the published rules and nothing else.
按公布的规则，逐条重新判断整个账本。

SOURCE is a node's URL, a directory that holds a copy of the log, or an archive
that `mingzhang export` wrote. Nothing that it gives is trusted. Bodies and tag
files are given to parties and auditors only: without them (a TOKEN at a node)
amounts behind a sealed entry cannot be judged.

With --resume an interrupted replay goes on where it stood, and a later one
judges only what is new. Without it the state lies in a temporary directory
(TMPDIR) until the end; a log of ten million leaves needs some ten gigabytes.

example:
  mingzhang-verify replay https://county.example/node --policy trust.policy \\
    --resume state --report verdict.html
"""

TOKEN_BYTES_MAX = 4096
STATUS = {"valid": 0, "invalid": 1, "cannot_tell": 3}
BUNDLES_ENOUGH = 1024  # to be read by every processor that there is
SUFFIXES = (".html", ".json", ".txt")

_TOKEN = re.compile(rf"[\x21-\x7e]{{1,{TOKEN_BYTES_MAX}}}")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `replay`."""
    add_source(parser)
    parser.add_argument("--resume", metavar="DIR", type=Path, help="keep the state here, and go on from it")
    parser.add_argument(
        "--report", metavar="FILE", type=Path, action="append", default=[],
        help="write the verdict to be filed: FILE.html, FILE.json or FILE.txt; more than once for several",
    )  # fmt: skip


def add_source(parser: argparse.ArgumentParser) -> None:
    """The arguments that say where the log is."""
    parser.add_argument("source", metavar="SOURCE", help="a node's URL, a directory, or an archive")
    parser.add_argument("--token", metavar="FILE", type=Path, help="a file with a party's or an auditor's token")


def run(options: argparse.Namespace) -> int:
    """Replay a log, print the verdict and write the reports."""
    for path in options.report:
        if path.suffix not in SUFFIXES:
            raise UnreadableError(f"--report {path}: expected a name that ends in {', '.join(SUFFIXES)}")
    policy = read_policy(options.policy)
    survey = Survey()
    spare_collector()
    with desk_in(options.resume) as desk:
        verdict = audit_log(
            source_of(options.source, token=options.token),
            policy=policy,
            pins=read_pins(options.policy, policy),
            progress=progress_of(options),
            desk=desk,
            read_bundles=read_by_all,
            watch=survey,
        )
        report = make_report(verdict, policy=policy, rows=desk.rows, survey=survey) if options.report else {}
    for path in options.report:
        write_whole(path, _format(report, suffix=path.suffix, lang=options.lang))
    if options.json:
        answer = asdict(verdict)
        del answer["cosigned"]
        say_json({"outcome": verdict.outcome, **answer})
    else:
        print_verdict(verdict, lang=options.lang)
    return STATUS[verdict.outcome]


def source_of(where: str, *, token: Path | None) -> Source:
    """The source that the command line names; `token` is a file.

    Raises:
        UnreadableError: it is none, or the token cannot be read.
    """
    secret = None
    if token is not None:
        secret = read_file(token, most=TOKEN_BYTES_MAX).decode("utf-8", errors="replace").strip()
        if not _TOKEN.fullmatch(secret):
            raise UnreadableError(f"--token {token}: expected a token, 1 to {TOKEN_BYTES_MAX} letters without a blank")
    try:
        return open_source(where, token=secret)
    except FormatError as error:
        raise UnreadableError(str(error)) from None


@contextmanager
def desk_in(directory: Path | None) -> Iterator[FileDesk]:
    """The state in a directory that stays, or in one that goes with this run."""
    if directory is None:
        with (
            TemporaryDirectory(prefix="mingzhang-replay-") as place,
            open_desk(Path(place), lasting=False) as desk,
        ):
            yield desk
    else:
        directory.mkdir(parents=True, exist_ok=True)
        with open_desk(directory, lasting=True) as desk:
            yield desk


def read_by_all(reader: Reader, wanted: Iterable[tuple[int, int]]) -> Iterator[ReadBundle | None]:
    """Bundles in order, read by as many processes as there are processors, where the log is long enough."""
    bundles = iter(wanted)
    first = list(islice(bundles, BUNDLES_ENOUGH))
    processes, all_ = processes_for(len(first)), chain(first, bundles)
    return read_in_turn(reader, all_) if processes == 1 else read_ahead(reader, all_, processes=processes)


def progress_of(options: argparse.Namespace) -> Callable[[int, int], None] | None:
    """How far it is, on a terminal."""
    if options.json or not sys.stderr.isatty():
        return None
    return partial(_show, ProgressBar(time.monotonic_ns()))


def _show(bar: ProgressBar, done: int, size: int) -> None:
    line = bar.line(done, size, now_ns=time.monotonic_ns())
    print(f"\r\x1b[K{line}", end="\n" if done == size else "", file=sys.stderr, flush=True)


def print_verdict(verdict: AuditVerdict, *, lang: str) -> None:
    """The verdict in a few lines."""
    words = Speech(lang, unit=None)
    mark = "ok" if verdict.outcome == "valid" else ""
    if verdict.checkpoint is not None:
        head = verdict.checkpoint
        say(f"{mark:<5} checkpoint    {words.say('check checkpoint', origin=head.origin, size=head.size)}")
    say(f"{mark:<5} leaves        {words.say('replayed', count=verdict.replayed)}")
    if verdict.outcome == "valid" and verdict.state_root is not None:
        say(f"{mark:<5} state         {verdict.state_root.hex()}")
    for finding in verdict.findings:
        where = "log" if finding.index is None else f"leaf {finding.index}"
        say(f"failed  {finding.rule} in {where}{_by(finding)}: {finding.evidence}", to=sys.stderr)
    if verdict.more:
        say(f"failed  {words.say('replay more', count=verdict.more)}", to=sys.stderr)
    for unknown in verdict.unknown:
        say(f"cannot tell  {unknown}", to=sys.stderr)
    if verdict.outcome != "valid":
        after = "replay failed next" if verdict.findings else "replay unknown next"
        say(f"{'':8}{words.say(after)}", to=sys.stderr)


def _by(finding: Finding) -> str:
    """Who answers for a finding: the operator for a stamp, whoever signed for an entry."""
    if finding.rule.startswith("stamp_"):
        return f", stamped by {finding.stamped_by or 'the operator'}"
    named = zip(finding.parties, finding.signers, strict=True)
    signers = [signer if party is None else f"{party} ({signer})" for party, signer in named]
    return f", signed by {', '.join(signers)}" if signers else ""


def _format(report: dict[str, Any], *, suffix: str, lang: str) -> bytes:
    if suffix == ".json":
        return encode_json(report, what="report") + b"\n"
    story = tell_report(report, lang=lang)
    return (format_html(story) if suffix == ".html" else format_text(story)).encode("utf-8")
