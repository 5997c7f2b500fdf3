"""Examples: a file of worked examples, each worked out and held beside what is expected.

    {"schema": "charity-ledger/worked-examples", "version": 1, "examples": [
      {"id": "s01", "programme": "yymz", "rule": "premium", "input": {"registered_population": 3},
       "expected": {"premium_fen": 300}}]}

Source: docs/formats/terms.md, "Examples and what-if".
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ledger.errors import FormatError, LedgerError
from ledger.formulas import Outcome, evaluate
from ledger.strict import shown
from node.authoring.case import Case, Note, expected_members, make_case
from node.authoring.explain import outcome_json
from node.authoring.library import Library
from node.authoring.readings import by_reading, chosen_readings
from node.authoring.source import Source
from node.errors import NodeError

SCHEMA = "charity-ledger/worked-examples"
VERSION = 1


@dataclass(frozen=True, slots=True)
class Compared:
    """One member that is expected, and what came of it."""

    name: str
    expected: Any
    got: Any
    agrees: bool


@dataclass(frozen=True, slots=True)
class Run:
    """An example under one choice of readings."""

    readings: dict[str, str]
    outcome: Outcome
    compared: list[Compared]
    notes: list[Note]
    version: int


@dataclass(slots=True)
class Tried:
    """An example, and its runs; `error` says why it could not be worked out."""

    name: str
    programme: str
    rule: str
    runs: list[Run] = field(default_factory=list)
    error: str = ""

    @property
    def ok(self) -> bool:
        """Whether everything expected came, and something was expected."""
        compared = [one for run in self.runs for one in run.compared]
        return not self.error and bool(compared) and all(one.agrees for one in compared)

    def as_json(self) -> dict[str, Any]:
        """For programs: what came, what was expected, and what was done to the input."""
        runs = [{"compared": [{"agrees": one.agrees, "expected": one.expected, "got": one.got, "name": one.name}
                              for one in run.compared],
                 "notes": [[note.key, *note.names] for note in run.notes], "outcome": outcome_json(run.outcome),
                 "readings": run.readings, "version": run.version} for run in self.runs]
        return {"error": self.error or None, "id": self.name, "ok": self.ok, "programme": self.programme,
                "rule": self.rule, "runs": runs}


def examples_of(source: Source, *, name: str) -> list[tuple[Any, str]]:
    """The examples in a file, each with what in it cannot be read, or an empty text.

    Raises:
        NodeError: it is no file of worked examples, of a version that is known.
    """
    value = source.value
    if not isinstance(value, dict) or value.get("schema") != SCHEMA or not isinstance(value.get("examples"), list):
        raise NodeError(f"{name}: expected an object with schema {SCHEMA} and an array examples")
    if value.get("version") != VERSION:
        raise NodeError(f"{name}: expected version {VERSION}, got {shown(value.get('version'))}")
    examples: Any = value["examples"]
    return [(example, _wrong_in(source, at, name=name)) for at, example in enumerate(examples)]


def _wrong_in(source: Source, at: int, *, name: str) -> str:
    """What cannot be a fact in those members of an example that are worked with; beside them anything may stand."""
    begins = tuple(f"examples.{at}.{member}." for member in ("expected", "expected_by_reading", "input", "readings"))
    return next((one.shown_in(name) for one in source.problems if f"{one.where}.".startswith(begins)), "")


def try_example(example: Any, library: Library, *, wrong: str = "") -> Tried:
    """Work an example out under every choice of readings for which it expects something.

    `wrong` is what the file has at it that cannot be read; then nothing is worked out.
    """
    if not isinstance(example, dict):
        return Tried("?", "?", "?", error=f"expected an object, got {shown(example)}")
    tried = Tried(str(example.get("id", "?")), str(example.get("programme", "?")), str(example.get("rule", "?")))
    given = example.get("input")
    if wrong or not isinstance(given, dict):
        tried.error = wrong or f"input: expected an object, got {shown(given)}"
        return tried
    try:
        terms = library.terms(tried.programme, given=given)
        own = chosen_readings(example.get("reading"), terms=terms, formula=_rule(terms, tried.rule))
        own |= chosen_readings(example.get("readings"), terms=terms, formula=tried.rule)
        wanted: list[tuple[dict[str, str], Any]] = []
        # Null says that nothing is expected whatever the reading, where what is expected stands beside it.
        if "expected" in example and not (example["expected"] is None and "expected_by_reading" in example):
            wanted.append(({}, example["expected"]))
        if "expected_by_reading" in example:
            wanted += by_reading(example["expected_by_reading"], terms=terms, formula=tried.rule)
        for readings, expected in wanted:
            case = make_case(terms, tried.rule, given, readings=own | readings, rounding=example.get("rounding"),
                             presume=True)
            outcome = work_out(case, library)
            tried.runs.append(Run(own | readings, outcome, compare(outcome, expected), case.notes, terms["version"]))
    except LedgerError as error:
        tried.error = str(error)
    return tried


def work_out(case: Case, library: Library) -> Outcome:
    """Evaluate a case with the calendar that its terms name.

    Raises:
        FormatError: a value of a hypothetical clause is none that the clause may have.
    """
    return evaluate(case.terms, case.formula, facts=case.facts, used=case.used, assumed=case.assumed,
                    calendar=library.calendar(case.terms))


def compare(outcome: Outcome, expected: Any) -> list[Compared]:
    """Hold every expected member beside the outcome's; a value alone stands for the only result that there is.

    A name that is neither a result nor `reason` may be that of a step, where one step alone has it: `days`.
    """
    if not isinstance(expected, dict):
        if len(outcome.results) != 1:
            raise FormatError(f"expected: expected an object, got {shown(expected)}")
        expected = dict.fromkeys(outcome.results, expected)
    ops = [step["op"] for step in outcome.steps]
    steps = {str(step["op"]): step["out"] for step in outcome.steps if ops.count(step["op"]) == 1}
    known: Mapping[str, Any] = {**steps, **outcome.results, "reason": outcome.reason}
    return [Compared(name, value, known.get(name), name in known and _same(known[name], value))
            for name, value in expected_members(expected)]


def _rule(terms: Any, rule: str) -> str:
    """The rule, where the terms have a formula of this name. Raises NodeError."""
    if rule not in terms["formulas"]:
        raise NodeError(f"terms of {terms['programme']}, version {terms['version']}: no formula {rule}",
                        next_step=f"It has {', '.join(sorted(terms['formulas']))}.")
    return rule


def _same(one: Any, other: Any) -> bool:
    """Whether two values are the same JSON: true is not 1."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(one[name], other[name]) for name in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return type(one) is type(other) and bool(one == other)
