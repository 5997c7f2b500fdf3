"""`mingzhang figure`: hold numbers that somebody says beside the entries that they are about."""

import argparse
import json
import sys
from collections.abc import Callable
from typing import Any

from rich.console import Console

from ledger.errors import LedgerError
from node.authoring.source import Source
from node.commands.common import add_json, add_node, load
from node.figures import explain, screen
from node.figures.books import books_of
from node.figures.findings import judge_table
from node.figures.form import SAID, TABLE, TOTALS, form_of, read_text
from node.figures.replay import replay_table
from node.figures.said import judge_figures
from node.figures.sums import check_totals
from node.figures.table import parse_table
from node.figures.words import LANGUAGES
from node.signer import SystemRandom

OK = 0
FAILED = 1
UNREADABLE = 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `figure`."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    check = actions.add_parser("check", help="what in a table of days, in published totals or in figures does not hold")
    check.add_argument("file", metavar="FILE", help="a CSV table of days, published totals, or a file of figures; "
                       "which it is, its content says")
    add_node(check)
    check.add_argument("--lang", choices=sorted(LANGUAGES), default="en", help="the language (default: en)")
    add_json(check)


def run(arguments: argparse.Namespace) -> int:
    """Check the file; 0 where all of it holds, 1 where something does not, 2 where it cannot be read."""
    forms: dict[str, Callable[..., bool]] = {TABLE: _table, TOTALS: _totals, SAID: _figures}
    try:
        text = read_text(arguments.file)
        form, source = form_of(text, name=arguments.file)
        return OK if forms[form](arguments, text if source is None else source) else FAILED
    except LedgerError as error:
        print(f"mingzhang figure {arguments.action}: {error}", file=sys.stderr)
        return UNREADABLE


def _table(arguments: argparse.Namespace, text: str) -> bool:
    words = LANGUAGES[arguments.lang]
    table = parse_table(text, name=arguments.file)
    replayed = replay_table(table, document=text.encode(), random=SystemRandom())
    judged = judge_table(table, replayed)
    if arguments.json:
        _print_json(explain.table_json(table, replayed, judged, words))
    else:
        screen.show_table(Console(), table, replayed, judged, name=arguments.file, words=words)
    return not judged.findings


def _totals(arguments: argparse.Namespace, source: Source) -> bool:
    checks = check_totals(source.value, name=arguments.file)
    if arguments.json:
        _print_json(explain.checks_json(checks))
    else:
        screen.show_checks(Console(), checks, name=arguments.file, words=LANGUAGES[arguments.lang])
    return all(check.ok for check in checks)


def _figures(arguments: argparse.Namespace, source: Source) -> bool:
    with books_of(load(arguments)) as books:
        verdicts = judge_figures(source.value, books, name=arguments.file)
    if arguments.json:
        _print_json(explain.verdicts_json(verdicts))
    else:
        screen.show_verdicts(Console(), verdicts, name=arguments.file, words=LANGUAGES[arguments.lang])
    return all(one.reason is None for one in verdicts)


def _print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, sort_keys=True))
