"""How many claims a second go through the core, from filing to the money's arrival, and what does each step cost?

Each claim asks three benefits (benchmarks/cases.py): the decision says its steps, and the core works all of them out
again before it believes them. An entry goes in as signed bytes and comes out as a leaf; rows are in memory. The rounds
sequence entries that were signed and sequenced before, on the state that was there before, and must come to the same
leaves.

Limit: PyNaCl verifies the same signatures and does nothing else. Beside the whole core stand the formulas alone, those
of the ledger and the verifier's, over facts of the same claims: their limit is the signature of the decision.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from benchmarks.cases import BENEFITS, CASE_TERMS, STEPS, Cases, Flow
from benchmarks.measure import Comparison, Options, Result, Times, interleave, question_of
from benchmarks.signatures import Part, signed_parts, verify_all
from ledger.formulas import evaluate
from ledger.sequence import sequence
from ledger.state import State
from tests.support.world import ORIGIN
from verifier.terms.formulas import evaluate as evaluate_again

ROUNDS = 9
CLAIMS = 256

LIMIT = "limit: PyNaCl verifies"
CORE = "ledger: sequence"

_TITLES = {"decision": "decision on three benefits, with their steps"}


@dataclass(frozen=True, slots=True)
class _Round:
    """Claims from filing to confirmation, and the state before them."""

    flow: Flow
    parts: Mapping[str, list[Part]]
    state: State
    facts: list[dict[str, Any]]


def run(options: Options) -> Result:
    """Measure."""
    rounds, count = options.pick(ROUNDS, 1), options.pick(CLAIMS, 4)
    cases = Cases()

    def prepare(_: int) -> _Round:
        cases.commit()
        first = len(cases.leaves)
        flow = cases.flow(count)
        parts = {step: signed_parts(notes, cases) for step, notes in flow.notes.items()}
        facts = [cases.facts(first + number) for number in range(count)]
        return _Round(flow, parts, State(cases.reader), facts)

    def core(step: str) -> Callable[[_Round], int]:
        def side(work: _Round) -> int:
            for note, expected in zip(work.flow.notes[step], work.flow.leaves[step], strict=True):
                leaf = sequence(work.state, note, origin=ORIGIN, time_unix_ms=cases.time_unix_ms, blobs=cases.files)
                assert leaf == expected, "the same entries on the same state are the same leaves"
            return count
        return side

    def bare(step: str) -> Callable[[_Round], int]:
        def side(work: _Round) -> int:
            verify_all(work.parts[step])
            return count
        return side

    def ours(work: _Round) -> int:
        for facts in work.facts:
            for name in BENEFITS:
                evaluate(CASE_TERMS, name, facts=facts)
        return count

    def again(work: _Round) -> int:
        for facts in work.facts:
            for name in BENEFITS:
                evaluate_again(CASE_TERMS, name, facts=facts)
        return count

    formulas = {"ledger: evaluate": ours, "verifier: evaluate": again}
    sides = {**{f"{CORE} {step}": core(step) for step in STEPS}, **{f"{LIMIT} {step}": bare(step) for step in STEPS},
             **formulas}
    times = interleave(sides, prepare=prepare, rounds=rounds, what="claims")
    ways = [
        Comparison(_TITLES.get(step, step), "entry", {name: times[f"{name} {step}"] for name in (CORE, LIMIT)},
                   limit=LIMIT)
        for step in STEPS
    ]
    whole = {name: _sum([times[f"{name} {step}"] for step in STEPS]) for name in (CORE, LIMIT)}
    alone = {**{name: times[name] for name in formulas}, LIMIT: times[f"{LIMIT} decision"]}
    return Result(question_of(__doc__), [
        Comparison("claim, decision, payout, confirm", "claim", whole, limit=LIMIT), *ways,
        Comparison("work three benefits out, formulas alone", "claim", alone, limit=LIMIT),
    ])  # fmt: skip


def _sum(parts: list[Times]) -> Times:
    """The times of steps that follow each other, round by round."""
    return Times([sum(one) for one in zip(*(part.clock for part in parts), strict=True)],
                 [sum(one) for one in zip(*(part.cpu for part in parts), strict=True)])
