"""`mingzhang terms`: check a terms file, work a formula out, hold worked examples beside it."""

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rich.console import Console

from ledger.errors import LedgerError
from node.authoring.case import make_case
from node.authoring.check import check_terms
from node.authoring.check_words import next_step, told
from node.authoring.clauses import formula_parts, readings_of
from node.authoring.examples import examples_of, try_example, work_out
from node.authoring.explain import Explainer, outcome_json
from node.authoring.library import load_library
from node.authoring.readings import chosen_readings
from node.authoring.screen import show_outcome, show_tried
from node.authoring.source import Problem, UnreadableError, read_source
from node.authoring.words import LANGUAGES
from node.commands.common import add_json
from node.counted import Counted
from node.errors import NodeError

OK = 0
FAILED = 1
UNREADABLE = 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `terms`."""
    actions = parser.add_subparsers(dest="action", metavar="check|evaluate|examples", required=True)
    check = actions.add_parser("check", help="everything that is wrong with a terms file, by line")
    check.add_argument("file", type=Path, metavar="FILE", help="a terms file")
    one = actions.add_parser("evaluate", help="work a formula out for the facts of a case, step by step")
    one.add_argument("--terms", type=Path, required=True, metavar="FILE", help="a terms file")
    one.add_argument("--rule", metavar="NAME", help="the formula; an example names its own")
    one.add_argument("--input", type=Path, required=True, metavar="FILE", help="a JSON object of facts, or an example")
    one.add_argument("--reading", action="append", default=[], metavar="A=B", help="another reading of an ambiguity")
    tried = actions.add_parser("examples", help="hold a file of worked examples beside what terms come to")
    tried.add_argument("file", type=Path, metavar="FILE", help="a file of worked examples")
    tried.add_argument("--terms", type=Path, action="append", default=[], metavar="FILE_OR_DIR",
                       help="terms instead of those that are shipped")
    for action in (check, one, tried):
        action.add_argument("--lang", choices=sorted(LANGUAGES), default="en", help="the language (default: en)")
        add_json(action)


def run(arguments: argparse.Namespace) -> int:
    """Do what is asked; the exit status is 0 for right, 1 for wrong, 2 for what cannot be read."""
    actions: dict[str, Callable[[argparse.Namespace], int]] = {
        "check": _check, "evaluate": _evaluate, "examples": _examples,
    }  # fmt: skip
    try:
        return actions[arguments.action](arguments)
    except UnreadableError as error:
        lines = (f"mingzhang terms {arguments.action}: {error.where}: {told(error.said, language=arguments.lang)}",
                 *((next_step(error.next_step, language=arguments.lang),) if error.next_step else ()))
        print("\n  ".join(lines), file=sys.stderr)
        return UNREADABLE
    except LedgerError as error:
        print(f"mingzhang terms {arguments.action}: {error}", file=sys.stderr)
        return UNREADABLE


def _check(arguments: argparse.Namespace) -> int:
    words = LANGUAGES[arguments.lang]
    name = str(arguments.file)
    checked = check_terms(read_source(arguments.file))
    if arguments.json:
        _print_json({"ok": checked.ok, "problems": [_problem(one) for one in checked.problems],
                     "warnings": [_problem(one) for one in checked.warnings]})
        return OK if checked.ok else FAILED
    for one in checked.problems:
        print(_line(one, name, language=arguments.lang))
    for one in checked.warnings:
        print(f"{_line(one, name, language=arguments.lang)} [{words['warning']}]")
    print(words["is_ok" if checked.ok else "is_wrong"].format(
        file=name, problems=Counted(len(checked.problems)), warnings=Counted(len(checked.warnings))))
    print(f"  {words['next_try' if checked.ok else 'next_mend'].format(file=name)}")
    return OK if checked.ok else FAILED


def _line(problem: Problem, name: str, *, language: str) -> str:
    """A problem at its place, in a language."""
    where = LANGUAGES[language]["whole"] if not problem.place else problem.where
    return f"{name}:{problem.line}:{problem.column}: {where}: {told(problem.said, language=language)}"


def _evaluate(arguments: argparse.Namespace) -> int:
    source = read_source(arguments.input)
    given: Any = source.value
    library = load_library([arguments.terms])
    terms: Any = read_source(arguments.terms).value
    if source.problems:
        raise NodeError(source.problems[0].shown_in(str(arguments.input)))
    if not isinstance(given, dict):
        raise NodeError(f"{arguments.input}: expected an object of facts, or an example",
                        next_step='Write {"fact": value, …} with the names that the formula looks at.')
    is_example = isinstance(given.get("input"), dict)
    rule = str(arguments.rule or (given.get("rule") if is_example else None) or "none")
    if rule not in terms["formulas"]:
        raise NodeError(f"--rule: expected one of {', '.join(sorted(terms['formulas']))}, got {rule}",
                        next_step="Name the formula with --rule.")
    beside = given if is_example else {}
    readings = {name: reading for spelled in (beside.get("reading"), beside.get("readings"), arguments.reading)
                for name, reading in chosen_readings(spelled, terms=terms, formula=rule).items()}
    for ambiguity, listed in readings_of(formula_parts(terms, rule)).items():
        if readings.get(ambiguity, listed[0]) not in listed:
            raise NodeError(f"--reading: expected one of {', '.join(listed)} for {ambiguity}, got "
                            f"{readings[ambiguity]}", next_step=f"Write {ambiguity}={listed[0]}, or another of them.")
    case = make_case(terms, rule, given["input"] if is_example else given, readings=readings,
                     rounding=beside.get("rounding"), presume=is_example)
    outcome = work_out(case, library)
    explainer = Explainer(case, language=arguments.lang)
    if arguments.json:
        _print_json(outcome_json(outcome))
        for note in explainer.notes():
            print(note, file=sys.stderr)
    else:
        show_outcome(Console(), explainer, outcome, language=arguments.lang)
    return OK


def _examples(arguments: argparse.Namespace) -> int:
    examples = examples_of(read_source(arguments.file), name=str(arguments.file))
    library = load_library(arguments.terms)
    tried = [try_example(example, library, wrong=wrong) for example, wrong in examples]
    verdicts = [one.verdict for one in tried]
    agree = verdicts.count("ok")
    if arguments.json:
        _print_json({"cannot_tell": verdicts.count("cannot_tell"), "differ": verdicts.count("differs"),
                     "examples": [one.as_json() for one in tried], "ok": agree})
    else:
        show_tried(Console(), tried, language=arguments.lang)
    return OK if agree == len(tried) else FAILED


def _problem(one: Any) -> dict[str, Any]:
    return {"column": one.column, "line": one.line, "message": one.message, "where": one.where}


def _print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, sort_keys=True))
