"""The steps of a decision as arithmetic in words, each with its basis and the reading that was chosen.

    1,000.00 yuan x 80% = 800.00 yuan   [share: assumed by the parties]
"""

from collections.abc import Iterator, Mapping
from typing import Any

from verifier.primitives.amounts import plain
from verifier.speech.speech import Speech
from verifier.terms.clauses import is_choice

_ELIGIBILITY = ("age", "at_least", "not_above")  # the operations of formulas of kind `age` alone
_JUDGED = ("condition", "at_least", "not_above")  # what came out is true or false
_COUNTS = ("age", "at_least", "days", "not_above")  # what went in is no money


def tell_step(speech: Speech, step: Mapping[str, Any], *, benefit: str, terms: Mapping[str, Any] | None) -> str:
    """A step in words; what it rests on where the terms are shown."""
    op, numbers = step["op"], step["in"]
    word = f"op {op}" if op not in _JUDGED else f"op {op} {'met' if step['out'] else 'failed'}"
    said = [str(number) if op in _COUNTS else speech.amount(number) for number in numbers]
    name = speech.known("fact", plain(step.get("name", "")))
    try:
        text = speech.say(word, **_gaps(speech, step, said), name=name)
    except (KeyError, IndexError):
        # An operation that this version has no sentence for, or with another number of inputs.
        text = speech.say("op", op=plain(op), name=name, numbers=", ".join(map(str, numbers)), out=step["out"])
    if terms is None:
        return text
    formula = terms["eligibility"] if op in _ELIGIBILITY and "eligibility" in terms else benefit
    return text + _rests_on(speech, step["clause"], formula=formula, terms=terms)


def _gaps(speech: Speech, step: Mapping[str, Any], said: list[str]) -> dict[str, str]:
    """What the sentences of the operations may name."""
    op, numbers, out = step["op"], step["in"], step["out"]
    gaps = {"out": str(out) if op in _COUNTS else speech.amount(out)}
    gaps |= {f"in{at}": text for at, text in enumerate(said)}
    gaps["sum"] = " - ".join(said)
    if op == "ratio":
        gaps["in1"] = _percent(numbers[1])
    elif op == "multiply":
        gaps["in0"] = str(numbers[0])
    elif op == "tier":
        gaps["out"] = str(out + 1)
    elif op == "cap":
        gaps["period"] = speech.known("period", plain(step.get("name", "")))
    return gaps


def _percent(basis_points: int) -> str:
    whole, part = divmod(basis_points, 100)
    return f"{whole}{f'.{part:02d}'.rstrip('0') if part else ''}%"


def _rests_on(speech: Speech, clause: str, *, formula: str, terms: Mapping[str, Any]) -> str:
    """The basis of a clause, and the readings that choose what stands there."""
    told = []
    basis = _basis(clause, formula=formula, terms=terms)
    if basis is not None:
        told.append(speech.known("basis", basis))
    for ambiguity in _choices(terms["formulas"].get(formula), clause.split(".")):
        reading = terms["readings"].get(ambiguity)
        if reading is not None:
            told.append(speech.say("reading", ambiguity=ambiguity, reading=reading))
    return speech.say("rests on", told=speech.say("pause").join(told)) if told else ""


def _basis(clause: str, *, formula: str, terms: Mapping[str, Any]) -> str | None:
    """What the terms say a clause comes from: by formula and clause, by the formula, by the clause."""
    head = clause.partition(".")[0]
    found = (terms["basis"].get(name) for name in (f"{formula}_{head}", formula, head))
    return next((basis for basis in found if basis is not None), None)


def _choices(value: Any, path: list[str]) -> Iterator[str]:
    """The ambiguities that stand on the way to a clause and in it, but for those of its neighbours."""
    if is_choice(value):
        yield value["by"]
        return
    if not path:
        if isinstance(value, dict):
            for item in value.values():
                if is_choice(item):
                    yield item["by"]
        return
    head, rest = path[0], path[1:]
    if isinstance(value, dict) and head in value:
        yield from _choices(value[head], rest)
    elif isinstance(value, list):
        for at, item in enumerate(value):
            if str(at) == head:
                yield from _choices(item, rest)
