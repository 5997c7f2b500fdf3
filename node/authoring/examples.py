"""Examples: a file of worked examples, each worked out and held beside what is expected.

    {"schema": "charity-ledger/worked-examples", "version": 1, "examples": [
      {"id": "s01", "programme": "yymz", "rule": "premium", "input": {"registered_population": 3},
       "expected": {"premium_fen": 300}}]}

Source: docs/formats/terms.md, "Examples and what-if".
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from ledger.errors import FormatError, LedgerError
from ledger.formulas import Outcome, evaluate, resolve
from ledger.strict import shown
from node.authoring.case import Case, Note, expected_members, make_case
from node.authoring.clauses import Terms
from node.authoring.explain import outcome_json
from node.authoring.library import Library
from node.authoring.readings import by_reading, chosen_readings
from node.authoring.rules import formulas_of, together
from node.authoring.source import Source
from node.authoring.stays import days_by_year
from node.authoring.synonyms import EXPECTED
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

    @property
    def verdict(self) -> str:
        """`ok`, `differs`, or `cannot_tell`: nothing could be worked out, or nothing is expected."""
        told = not self.error and any(run.compared for run in self.runs)
        return "ok" if self.ok else "differs" if told else "cannot_tell"

    def as_json(self) -> dict[str, Any]:
        """For programs: what came, what was expected, and what was done to the input."""
        runs = [{"compared": [{"agrees": one.agrees, "expected": one.expected, "got": one.got, "name": one.name}
                              for one in run.compared],
                 "notes": [[note.key, *note.names] for note in run.notes], "outcome": outcome_json(run.outcome),
                 "readings": run.readings, "version": run.version} for run in self.runs]
        return {"error": self.error or None, "id": self.name, "ok": self.ok, "programme": self.programme,
                "rule": self.rule, "runs": runs, "verdict": self.verdict}


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
    if not examples:
        raise NodeError(f"{name}: expected one example or more, got none")
    return [(example, _wrong_in(source, at, name=name) or _id_again(examples, at))
            for at, example in enumerate(examples)]


def _wrong_in(source: Source, at: int, *, name: str) -> str:
    """What cannot be a fact in those members of an example that are worked with; beside them anything may stand."""
    begins = tuple(f"examples.{at}.{member}." for member in ("expected", "expected_by_reading", "input", "readings"))
    return next((one.shown_in(name) for one in source.problems if f"{one.where}.".startswith(begins)), "")


def _id_again(examples: list[Any], at: int) -> str:
    """Whether an example before has the same id: then nobody can tell which of them is meant."""
    ids = [one.get("id") if isinstance(one, dict) else None for one in examples]
    again = ids[at] is not None and ids[at] in ids[:at]
    return f"id: expected one that no other example has, got {shown(ids[at])} a second time" if again else ""


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
        formulas = formulas_of(terms, example.get("rule"))
        own = chosen_readings(example.get("reading"), terms=terms, formula=formulas[0])
        own |= chosen_readings(example.get("readings"), terms=terms, formula=formulas[0])
        wanted: list[tuple[dict[str, str], Any]] = []
        # Null says that nothing is expected whatever the reading, where what is expected stands beside it.
        if "expected" in example and not (example["expected"] is None and "expected_by_reading" in example):
            wanted.append(({}, example["expected"]))
        if "expected_by_reading" in example:
            wanted += by_reading(example["expected_by_reading"], terms=terms, formula=formulas[0])
        for readings, expected in wanted:
            cases, outcome = _work_out_all(terms, formulas, given, readings=own | readings,
                                           rounding=example.get("rounding"), library=library)
            notes = [] if formulas == (tried.rule,) else [Note("taken_as", (tried.rule, ", ".join(formulas)))]
            notes += dict.fromkeys(note for case in cases for note in case.notes)
            compared = compare(outcome, expected, also=_carried_over(cases[0], outcome))
            tried.runs.append(Run(own | readings, outcome, compared, notes, terms["version"]))
    except LedgerError as error:
        tried.error = str(error)
    return tried


def _work_out_all(terms: Terms, formulas: tuple[str, ...], given: Mapping[str, Any], *, readings: Mapping[str, str],
                  rounding: object, library: Library) -> tuple[list[Case], Outcome]:
    """Work out one formula; or several in order, what each pays being paid for those behind it, as in a decision."""
    outcomes: dict[str, Outcome] = {}
    cases: list[Case] = []
    for formula in formulas:
        earlier = {f"{name}_paid": one.results["payable"] for name, one in outcomes.items()}
        case = make_case(terms, formula, {**given, **earlier}, readings=readings, rounding=rounding, presume=True)
        outcomes[formula] = work_out(case, library)
        cases.append(case)
    return cases, outcomes[formulas[0]] if len(formulas) == 1 else together(outcomes)


def _carried_over(case: Case, outcome: Outcome) -> dict[str, Any]:
    """What a month leaves of a card's subsidy, and what of it the next month has."""
    step: Any = next((step for step in outcome.steps if step["op"] == "subsidy"), None)
    if step is None:
        return {}
    left = step["in"][1] - step["out"]
    kept = {"carries_over": left, "lapses": 0}
    unspent = resolve(case.terms, case.terms["formulas"][case.formula]["unspent"])
    return {"subsidy_left": left} | ({"carried_over": kept[unspent]} if unspent in kept else {})


def work_out(case: Case, library: Library) -> Outcome:
    """Evaluate a case with the calendar that its terms name.

    Raises:
        FormatError: a value of a hypothetical clause is none that the clause may have.
    """
    calendar = library.calendar(case.terms)
    parts = days_by_year(case.terms, case.formula, case.facts)
    if not parts:
        return evaluate(case.terms, case.formula, facts=case.facts, used=case.used, assumed=case.assumed,
                        calendar=calendar)
    facts = {name: fact for name, fact in case.facts.items() if name not in ("admitted_on", "discharged_on")}
    outcomes: dict[str, Outcome] = {}
    for year, days in parts.items():
        # What was paid "this year" was so when the stay began.
        used = case.used_by_year.get(year, 0 if outcomes else case.used.get("year", 0))
        outcomes[year] = evaluate(case.terms, case.formula, facts={**facts, "days": days},
                                  used={**case.used, "year": used}, assumed=case.assumed, calendar=calendar)
        case.note("by_year", days, year)
    whole = together(outcomes)
    return replace(whole, results={"payable": whole.results["payable"]})


def compare(outcome: Outcome, expected: Any, *, also: Mapping[str, Any] = MappingProxyType({})) -> list[Compared]:
    """Hold every expected member beside the outcome's; a value alone stands for the only result that there is.

    A name that is neither a result nor `reason` may be that of a step, where one step alone has it: `days`. `also` is
    what follows from the outcome without being one of its results.
    """
    if not isinstance(expected, dict):
        if len(outcome.results) != 1:
            raise FormatError(f"expected: expected an object, got {shown(expected)}")
        expected = dict.fromkeys(outcome.results, expected)
    ops = [step["op"] for step in outcome.steps]
    steps = {str(step["op"]): step["out"] for step in outcome.steps if ops.count(step["op"]) == 1}
    known: dict[str, Any] = {**steps, **also, **outcome.results, "reason": outcome.reason}
    compared: list[Compared] = []
    for name, value in expected_members(expected):
        meant = name if name in known else EXPECTED.get(name, name.removesuffix("_payable"))
        compared.append(Compared(name, value, known.get(meant), meant in known and _same(known[meant], value)))
    return compared


def _same(one: Any, other: Any) -> bool:
    """Whether two values are the same JSON: true is not 1."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(one[name], other[name]) for name in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return type(one) is type(other) and bool(one == other)
