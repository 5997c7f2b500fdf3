"""Explain: an outcome in words, step by step, each with the basis of its clause and the reading chosen."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ledger.formulas import Outcome, resolve
from node.authoring.case import Case, known_facts
from node.authoring.clauses import basis_of, choices, deadline_basis, is_choice
from node.authoring.words import LANGUAGES
from node.counted import Counted

# Units whose minor unit is the unit itself; all others have two decimals.
_WHOLE_UNITS = ("JPY", "KRW", "VND")
# Results that are no amounts.
_PLAIN = ("age", "days_late")
# Clauses that a step also went by, beside the one that it names.
_ALSO = {"not_above": ("max_inclusive",), "price": ("limit_in",), "ratio": ("partial",), "subsidy": ("unspent",)}


@dataclass(frozen=True, slots=True)
class Row:
    """A step as a person reads it."""

    step: str
    clause: str
    arithmetic: str
    result: str
    basis: str
    reading: str


class Explainer:
    """Words for the outcome of one case, in one language."""

    def __init__(self, case: Case, *, language: str) -> None:
        self._case = case
        self._words = LANGUAGES[language]
        self._formula = case.terms["formulas"][case.formula]

    def title(self) -> str:
        """What was worked out, by which version of whose terms."""
        terms = self._case.terms
        return self._words["title"].format(programme=terms["programme"], version=terms["version"],
                                           formula=self._case.formula)

    def rows(self, outcome: Outcome) -> list[Row]:
        """The steps in order."""
        steps: list[Any] = outcome.steps
        return [Row(self._words[f"op_{step['op']}"], step["clause"], self._arithmetic(step), self._result(step),
                    self._basis(step["clause"]), "\n".join(self._readings(step))) for step in steps]

    def results(self, outcome: Outcome) -> list[tuple[str, str]]:
        """Each result, named and as a person reads it."""
        return [(self._words.get(name, name), self._value(name, value)) for name, value in outcome.results.items()]

    def reason(self, outcome: Outcome) -> str:
        """The reason in words, with its code; empty where there is none."""
        if outcome.reason is None:
            return ""
        told = self._words.get(outcome.reason, "").format(about=outcome.about)
        return f"{told} ({outcome.reason})" if told else outcome.reason

    def next_step(self, outcome: Outcome) -> str:
        """What to do about an outcome that is open for want of a fact or of a clause; empty for any other."""
        if outcome.reason in ("fact_missing", "fact_wrong"):
            facts = ", ".join(known_facts(self._case.terms, self._case.formula))
            return self._words["next_facts"].format(facts=facts)
        if outcome.reason == "terms_incomplete":
            return self._words["next_state"].format(about=outcome.about)
        return ""

    def notes(self) -> list[str]:
        """What was done to the input."""
        return [self._words[note.key].format(*note.names) for note in self._case.notes]

    def money(self, amount: int) -> str:
        """An amount in the unit of the terms."""
        if self._case.terms["unit"] in _WHOLE_UNITS:
            return f"{amount:,}"
        return f"{'-' if amount < 0 else ''}{abs(amount) // 100:,}.{abs(amount) % 100:02}"

    def _value(self, name: str, value: Any) -> str:
        if value is None:
            return self._words["open"]
        if isinstance(value, bool):
            return self._words["yes" if value else "no"]
        if isinstance(value, dict):
            return ", ".join(f"{inner} {self._value(name, amount)}" for inner, amount in value.items())
        return self.money(value) if isinstance(value, int) and name not in _PLAIN else str(value)

    def _arithmetic(self, step: Mapping[str, Any]) -> str:
        """The integers that went in, with the signs between them."""
        op, name, taken = step["op"], step.get("name", ""), step["in"]
        if op == "condition":
            fact = self._case.facts.get(name)
            return f"{name} = {self._words['not_given'] if fact is None else self._value(name, fact)}"
        if op in ("at_least", "not_above"):
            strict = op == "not_above" and resolve(self._case.terms, self._formula["max_inclusive"]) is False
            return f"{taken[0]} {'≥' if op == 'at_least' else '<' if strict else '≤'} {taken[1]}"
        if op == "multiply":
            return f"{taken[0]:,} × {self.money(taken[1])}"
        if op == "ratio" and len(taken) == 2:
            return f"{self.money(taken[0])} × {taken[1] // 100}.{taken[1] % 100:02} %"
        if op == "share" and len(taken) == 3:
            return f"{self.money(taken[0])} × {taken[1]}/{taken[2]}"
        if op == "base":
            return str(name)
        amounts = [self.money(amount) for amount in taken]
        if op == "ratio":
            return "{} × {} / {}".format(*amounts)
        if op in ("cap", "overlap"):
            return "min({}, {} − {})".format(*amounts)
        if op in ("at_most", "subsidy"):
            return "min({}, {})".format(*amounts)
        if op in ("deductible", "subtract"):
            return " − ".join([amounts[0], *(self.money(amount) for amount in taken[1:] if amount)])
        return " ".join([*([name] if name else []), *amounts])

    def _result(self, step: Mapping[str, Any]) -> str:
        op, out = step["op"], step["out"]
        if op in ("at_least", "condition", "not_above"):
            return self._words["yes" if out else "no"]
        if op == "tier":
            return self._words["tier_n"].format(n=out + 1)
        if op == "days":
            return self._words["days_n"].format(n=Counted(out))
        if op == "age" or (op == "base" and self._formula["kind"] == "per_head"):
            return f"{out:,}"
        return self.money(out)

    def _basis(self, clause: str) -> str:
        first, _, rest = clause.partition(".")
        terms = self._case.terms
        if first == "deadlines":
            found = deadline_basis(terms, terms["deadlines"][_index(rest)]["id"])
        elif first in self._case.assumed or (first == "caps" and "cap" in self._case.assumed):
            return self._words["hypothetical_basis"]
        else:
            found = basis_of(terms, self._case.formula, first)
        return self._words[found or "not_stated"]

    def _readings(self, step: Mapping[str, Any]) -> Iterator[str]:
        """`ambiguity=reading` of every choice that the step went by, each once."""
        path = step["clause"].split(".")
        whole = self._case.terms if path[0] == "deadlines" else self._formula
        passed: list[Any] = []
        part = whole
        for name in path:
            part = part[_index(name)] if isinstance(part, list) else part[name]
            passed.append(part if is_choice(part) else None)
            part = resolve(self._case.terms, part)
        if step["op"] == "tier":
            part = [tier.get("including") for tier in resolve(self._case.terms, self._formula["tiers"])]
        passed += [part, *(self._formula.get(name) for name in _ALSO.get(step["op"], ()))]
        seen = dict.fromkeys(choice["by"] for one in passed for _, choice in choices(one))
        for ambiguity in seen:
            yield f"{ambiguity}={self._case.terms['readings'].get(ambiguity, '?')}"


def outcome_json(outcome: Outcome) -> dict[str, Any]:
    """The outcome as docs/formats/terms.md has it."""
    return {"reason": outcome.reason, "results": outcome.results, "steps": outcome.steps}


def _index(text: str) -> int:
    """A place in an array, as a clause's path writes it."""
    return next(at for at in range(1000) if str(at) == text)
