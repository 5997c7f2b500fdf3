"""The command `mingzhang-verify`: reads files (and, for a replay, one URL) and says what they prove."""

import argparse
import re
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NoReturn

from verifier.commands import cose, evidence, monitor, replay, sample
from verifier.commands.files import UnreadableError, read_file, read_pins, read_policy
from verifier.commands.replay import source_of
from verifier.commands.screen import (
    leave_screen,
    open_screen,
    report_failure,
    report_unreadable,
    say,
    say_all,
    say_json,
)
from verifier.errors import CannotTell, FormatError, VerifyError
from verifier.log.note import NOTE_BYTES_MAX
from verifier.log.policy import open_checkpoint
from verifier.primitives.parse import parse_decimal
from verifier.receipts.cut import cut_tlog_proof
from verifier.receipts.receipt import verify_receipt
from verifier.receipts.receipt_file import RECEIPT_BYTES_MAX, Receipt, parse_receipt
from verifier.sources.consistency import verify_continues
from verifier.speech.explain import answer_receipt, check_lines, explain_receipt
from verifier.speech.speech import Speech
from verifier.speech.words import LANGUAGES, WORDS

VALID, INVALID, UNREADABLE, UNKNOWN = 0, 1, 2, 3
INTERRUPTED = 130  # as a shell says of what the signal ended

_COMMANDS = (("replay", replay), ("sample", sample), ("monitor", monitor), ("evidence", evidence), ("cose", cose))

DAY_SECONDS = 86_400
_SECOND = timedelta(seconds=1)
TOKEN_BYTES_MAX = 4096

_NOW = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z", re.ASCII)

_EXIT_STATUS = """\
exit status:
  0  every check passed                          有效
  1  a check failed; stderr names it             无效
  2  the command line or a file could not be read
                                                 未作核对
  3  cannot tell: stale, incomplete, or a rule this version does not know
                                                 无法判断
"""

_ALL = """\
Check what a Mingzhang ledger says, trusting nothing but a policy file.
只凭一份信任策略文件，核对明账所说的内容。

Begin with a receipt that you were given:
  mingzhang-verify receipt donation.receipt --policy trust.policy
  mingzhang-verify receipt donation.receipt --policy trust.policy --lang zh
"""

_RECEIPT = """\
Check offline what a receipt says and that enough organisations vouch for it.

Reads two files and no network. Everything that is trusted is in POLICY:
the log's keys, the parties' keys and the quorum. Get it from an organisation
that you know, not from whoever gave you the receipt.

核对一张凭证，不联网。加 --lang zh 以中文回答。

example:
  mingzhang-verify receipt donation.receipt --policy trust.policy --lang zh
"""

_CONSISTENCY = """\
Check that a newer checkpoint continues an older one: nothing was changed or
taken out in between.
核对较新的检查点是否延续较旧的检查点。

OLD and NEW are signed checkpoints, SOURCE a node's URL, a directory
that holds the log's tiles, or an archive. Two checkpoints that do
not agree are evidence: keep both.

example:
  mingzhang-verify consistency january.checkpoint june.checkpoint \\
    https://county.example/node --policy trust.policy
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give its exit status."""
    open_screen()
    options = _parser().parse_args(arguments)
    try:
        status = _run(options)
        sys.stdout.flush()
        sys.stderr.flush()
        return status
    except OSError:  # there is no room for what was to be said, either
        leave_screen()
        return UNREADABLE
    except MemoryError:
        print("mingzhang-verify: there is not enough memory", file=sys.stderr)
        return UNREADABLE
    except KeyboardInterrupt:
        print("mingzhang-verify: interrupted", file=sys.stderr)
        return INTERRUPTED


def _run(options: argparse.Namespace) -> int:
    run: Callable[[argparse.Namespace], int] = options.run
    try:
        return run(options)
    except (UnreadableError, OSError) as error:
        report_unreadable(error, options)
        return UNREADABLE
    except VerifyError as error:
        report_failure(error, options)
        return UNKNOWN if isinstance(error, CannotTell) else INVALID


class _Parser(argparse.ArgumentParser):
    """Says what to do about a command line that it does not understand; in both languages, as it knows none yet."""

    def error(self, message: str) -> NoReturn:
        """Print usage, what is wrong and the next step, and leave with status 2."""
        command = self.prog.partition(" ")[2]
        after = [WORDS[lang]["usage next"].format(command=f" {command}" if command else "") for lang in LANGUAGES]
        self.exit(UNREADABLE, "\n  ".join([f"{self.format_usage()}{self.prog}: {message}", *after]) + "\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="mingzhang-verify",
        description=_ALL,
        epilog=_EXIT_STATUS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    receipt = _command(commands, "receipt", _receipt, summary="check a receipt offline", description=_RECEIPT)
    receipt.add_argument("receipt", metavar="RECEIPT", type=Path, help="the file that you were given")
    receipt.add_argument("--max-age", metavar="DAYS", help="take a receipt that is older for stale")
    receipt.add_argument("--now", metavar="TIME", help="2026-03-01T10:00:00Z, the time to judge by (default: now)")
    receipt.add_argument(
        "--tlog-proof", metavar="FILE", type=Path,
        help="write the C2SP tlog-proof of the leaf that the receipt is about to FILE, and the leaf to FILE.leaf",
    )  # fmt: skip
    cose.add_export(receipt)

    consistency = _command(
        commands, "consistency", _consistency, summary="compare two checkpoints", description=_CONSISTENCY
    )
    consistency.add_argument("old", metavar="OLD", type=Path, help="the checkpoint that you kept")
    consistency.add_argument("new", metavar="NEW", type=Path, help="the one that you are shown now")
    consistency.add_argument("source", metavar="SOURCE", help="a node's URL, a directory, or an archive")

    for name, command in _COMMANDS:
        parsed = _command(commands, name, command.run, summary=command.SUMMARY, description=command.DESCRIPTION)
        command.add_arguments(parsed)
    return parser


def _command(
    commands: Any, name: str, run: Callable[[argparse.Namespace], int], *, summary: str, description: str
) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(
        name,
        help=summary,
        description=description,
        epilog=_EXIT_STATUS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--policy", metavar="FILE", type=Path, required=True, help="whom to trust (C2SP tlog-policy)")
    parser.add_argument("--json", action="store_true", help="answer in JSON")
    parser.add_argument("--lang", choices=LANGUAGES, default="en", help="the language of the answer / 回答所用的语言")
    parser.set_defaults(run=run, command=name)
    return parser


# -- receipt ---------------------------------------------------------------------------------------------------------


def _receipt(options: argparse.Namespace) -> int:
    data = read_file(options.receipt, most=RECEIPT_BYTES_MAX)
    policy = read_policy(options.policy)
    pins = read_pins(options.policy, policy)
    now = _now(options.now)
    days = None if options.max_age is None else _days(options.max_age)
    verdict = verify_receipt(
        data, policy, pins=pins, now=now, max_age_seconds=None if days is None else days * DAY_SECONDS
    )
    if options.tlog_proof is not None:
        _write_tlog_proof(options.tlog_proof, receipt=parse_receipt(data), size=verdict.size)
    cose.export(options, receipt=parse_receipt(data), policy=policy, origin=verdict.origin)
    if options.json:
        checks = [list(check) for check in check_lines(verdict, lang=options.lang)]
        answer = answer_receipt(verdict, lang=options.lang)
        say_json({"answer": answer, "checks": checks, "outcome": "valid", **asdict(verdict)})
    else:
        say_all(explain_receipt(verdict, lang=options.lang))
    return VALID


def _write_tlog_proof(path: Path, *, receipt: Receipt, size: int) -> None:
    """Write the proof of the leaf that a checked receipt is about, and beside it the leaf."""
    index = receipt.subject_index
    path.write_bytes(cut_tlog_proof(receipt, index=index, size=size))
    Path(f"{path}.leaf").write_bytes(receipt.leaves[index])


# -- consistency -----------------------------------------------------------------------------------------------------


def _consistency(options: argparse.Namespace) -> int:
    policy = read_policy(options.policy)
    old, new = (
        open_checkpoint(read_file(path, most=NOTE_BYTES_MAX), policy=policy, what=str(path)).checkpoint
        for path in (options.old, options.new)
    )
    verify_continues(old=old, new=new, source=source_of(options.source, token=None))
    if options.json:
        say_json({"new": new.size, "old": old.size, "origin": new.origin, "outcome": "valid"})
    else:
        told = Speech(options.lang, unit=None).say("continues", origin=new.origin, old=old.size, new=new.size)
        say(f"ok    consistency   {told}")
    return VALID


# -- files and options -----------------------------------------------------------------------------------------------


def _now(text: str | None) -> int:
    if text is None:
        return time.time_ns() // 1_000_000_000
    try:
        if not _NOW.fullmatch(text):
            raise ValueError
        moment = datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        raise UnreadableError(f"--now: expected a time like 2026-03-01T10:00:00Z, got {text!r}") from None
    return (moment - datetime.fromtimestamp(0, UTC)) // _SECOND


def _days(text: str) -> int:
    try:
        return parse_decimal(text.encode("utf-8", errors="replace"), what="--max-age", most=1_000_000)
    except FormatError as error:
        raise UnreadableError(str(error)) from None


if __name__ == "__main__":
    sys.exit(main())
