"""What a command says to people: colours on a terminal and nowhere else, and the frame of what went wrong."""

import argparse
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, TextIO

from verifier.commands.files import print_json
from verifier.errors import CannotTell, FormatError, ProofError, Rejected, SignatureError, VerifyError, plain_text
from verifier.receipts.freshness import Stale
from verifier.speech.words import WORDS

_COLOURS = {"ok": "32", "failed": "31", "cannot tell": "33"}
_MARK = re.compile(r"(ok|failed|cannot tell)(?= )")
_INDENT = 8

# The sentence for each kind of error: the first that fits.
_INVALID = ((FormatError, "failed format"), (SignatureError, "failed signature"), (ProofError, "failed proof"),
            (Rejected, "failed rule"))  # fmt: skip


def open_screen() -> None:
    """Make both streams ready for whatever is said."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            # It was closed. A file that is opened later must not take its place, and be printed into.
            setattr(sys, name, open(os.devnull, "w"))  # noqa: SIM115 -- open as long as the program runs
        # A console that lacks a character shows another one; a verdict is never lost to it.
        reconfigure: Callable[..., None] | None = getattr(getattr(sys, name), "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")


def leave_screen() -> None:
    """Say nothing more: what a stream holds back would be tried again at the end, and change the exit status."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def say(line: str, *, to: TextIO | None = None) -> None:
    """Print one line, its mark in colour where people look; NO_COLOR is honoured."""
    stream = sys.stdout if to is None else to
    mark = _MARK.match(line)
    if mark is not None and stream.isatty() and not os.environ.get("NO_COLOR"):
        line = f"\x1b[{_COLOURS[mark[1]]}m{mark[1]}\x1b[0m{line[mark.end() :]}"
    with _reader_may_leave(stream):
        print(line, file=stream, flush=True)


def say_json(value: dict[str, Any]) -> None:
    """Print an answer for programs."""
    with _reader_may_leave(sys.stdout):
        print_json(value)
        sys.stdout.flush()


@contextmanager
def _reader_may_leave(stream: TextIO) -> Iterator[None]:
    """A reader that has seen enough (`head`) is no error, and changes no verdict."""
    try:
        yield
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def say_all(text: str) -> None:
    """Print lines that end with LF."""
    for line in text.removesuffix("\n").split("\n"):
        say(line)


def report_failure(error: VerifyError, options: argparse.Namespace) -> None:
    """Say that a check failed or that nobody can tell: in the reader's language what it means, why, and what to do."""
    if isinstance(error, Stale):
        mark, word, after = "cannot tell", "stale", "stale next"
    elif isinstance(error, CannotTell):
        mark, word, after = "cannot tell", "unknown", "unknown next"
    else:
        mark, after = "failed", "failed next"
        word = next(word for kind, word in _INVALID if isinstance(error, kind))
    if options.json:
        say_json({"message": str(error), "outcome": "invalid" if mark == "failed" else "cannot_tell", "reason": word})
        say(f"{mark}  {error}", to=sys.stderr)
    else:
        _frame(mark, word, str(error), after, options)


def report_unreadable(error: Exception, options: argparse.Namespace) -> None:
    """Say that nothing was checked, and what to put right."""
    # Names of files and answers of nodes are quoted there.
    print(f"mingzhang-verify: {plain_text(str(error))}", file=sys.stderr)
    if not options.json:
        words = WORDS[options.lang]
        print(f"{'':{_INDENT}}{words['unreadable']}", file=sys.stderr)
        print(f"{'':{_INDENT}}{words['unreadable next'].format(command=options.command)}", file=sys.stderr)


def _frame(mark: str, word: str, detail: str, after: str, options: argparse.Namespace) -> None:
    words = WORDS[options.lang]
    say(f"{mark}  {words[word]}", to=sys.stderr)
    for line in (*detail.split("\n"), words[after]):
        print(f"{'':{_INDENT}}{line}", file=sys.stderr)
