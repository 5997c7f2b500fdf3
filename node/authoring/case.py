"""Case: the input of a worked example turned into what the evaluator takes, and whatever was done to it on the way.

Source: docs/formats/terms.md, "Examples and what-if".
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ledger.formulas import PAYING_KINDS, deadline_for, resolve
from ledger.strict import shown
from node.authoring.clauses import Terms, basis_of, clause_names, formula_parts, readings_of, stated_parts
from node.authoring.readings import chosen_readings, with_readings
from node.authoring.synonyms import CLAIMED, CLAUSE_SYNONYMS, DECIDED, PAID_EARLIER, SYNONYMS
from node.errors import NodeError

_FACTS: dict[str, tuple[str, ...]] = {
    "age": ("age", "born", "id_number", "on", "policy_first_day", "admitted_on"),
    "allot": ("gift", "households", "weights", "split"),
    "card": ("purchases", "bought_earlier", "carried_over", "subsidy_used_earlier"),
    "deadline": ("amount", "complete_on", "paid_on"),
    "lump_sum_by_grade": ("assessed", "grade"),
    "per_diem": ("days", "admitted_on", "discharged_on"),
    "rollover": ("invested", "paid", "carried"),
}
_ROUNDINGS = (
    ("half_even", r"half[ _-]?(?:to[ _-])?even|banker|四舍六入"),
    ("half_up", r"half[ _-]?up|四舍五入"),
    ("down", r"(?<![a-z])(?:floor|down|truncat|towards? zero)|向下|舍去"),
    ("up", r"(?<![a-z])(?:up|ceil)|向上"),
)


@dataclass(frozen=True, slots=True)
class Note:
    """What was done to an input, by the key of its sentence, and the names in it."""

    key: str
    names: tuple[str, ...]


@dataclass(slots=True)
class Case:
    """Everything that one evaluation takes, and the notes about it."""

    terms: dict[str, Any]
    formula: str
    facts: dict[str, Any] = field(default_factory=dict)
    used: dict[str, int] = field(default_factory=dict)
    assumed: dict[str, Any] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)

    def note(self, key: str, *names: object) -> None:
        """Add a note."""
        self.notes.append(Note(key, tuple(map(str, names))))


def make_case(terms: Terms, formula: str, given: Mapping[str, Any], *, readings: Mapping[str, str],
              rounding: object = None, presume: bool) -> Case:
    """Turn an input into a case; with `presume`, a condition that the input does not touch is taken as met.

    Only a condition with a single value is presumed, since then nothing is chosen: an example of the accident benefit
    that does not say `cause` is about an accident.

    Raises:
        NodeError: the terms have no such formula, or a reading cannot be told.
    """
    if formula not in terms["formulas"]:
        raise NodeError(f"terms of {terms['programme']}, version {terms['version']}: no formula {formula}",
                        next_step=f"It has {', '.join(sorted(terms['formulas']))}.")
    left = {name.removesuffix("_fen"): _plain(value) for name, value in given.items()}
    chosen = _taken_readings(left, terms, formula) | dict(readings)
    case = Case(with_readings(terms, chosen), formula)
    known = readings_of(list(stated_parts(terms).values()))
    for ambiguity in chosen.keys() - known.keys():
        case.note("not_used", f"{ambiguity}={chosen[ambiguity]}")
    inside = left.pop("rounding", None) if isinstance(left.get("rounding"), str) else None
    _choose_rounding(case, rounding or inside)
    _take_used(case, left)
    _take_facts(case, left)
    _take_clauses(case, left)
    if presume:
        _presume(case, given={name.removesuffix("_fen") for name in given})
    for name, value in left.items():
        if value is not None:
            case.note("not_used", name)
    return case


def rounding_named(text: object) -> str | None:
    """The rounding that a sentence names, or None."""
    return next((name for name, pattern in _ROUNDINGS if isinstance(text, str) and re.search(pattern, text.lower())),
                None)


def known_facts(terms: Terms, formula: str) -> list[str]:
    """The facts that a formula looks at, in the order in which it does."""
    chosen = terms["formulas"][formula]
    parts = formula_parts(terms, formula)
    conditions = [one["fact"] for part in parts if isinstance(part, dict) for one in part.get("conditions", ())]
    base = chosen.get("base", {})
    named = [base[name] for name in ("fact", "from") if name in base] + base.get("less", [])
    bill = ["total_bill"] if chosen.get("overlap") else []
    return list(dict.fromkeys([*conditions, *named, *_FACTS.get(chosen["kind"], ()), *bill]))


def _taken_readings(left: dict[str, Any], terms: Terms, formula: str) -> dict[str, str]:
    """Take the readings out of an input; a member named like an ambiguity of the formula chooses one too."""
    found: dict[str, str] = {}
    for name in ("readings", "reading"):
        found |= chosen_readings(left.pop(name, None), terms=terms, formula=formula)
    for ambiguity, names in readings_of(formula_parts(terms, formula)).items():
        if str(left.get(ambiguity)) in names:
            found[ambiguity] = str(left.pop(ambiguity))
    return found


def _choose_rounding(case: Case, text: object) -> None:
    name = rounding_named(text)
    formula = case.terms["formulas"][case.formula]
    if name is not None and "rounding" in formula:
        _replace(case, {**formula, "rounding": name})


def _take_used(case: Case, left: dict[str, Any]) -> None:
    """What was paid before, by the period of each cap."""
    caps = case.terms["formulas"][case.formula].get("caps", ())
    periods = {resolve(case.terms, cap["per"]) for cap in caps}
    by_year = resolve(case.terms, (case.terms.get("year") or {}).get("is"))
    _name_year(case, left)
    for name in [name for name in left if caps and name in PAID_EARLIER]:
        counts_to = periods & _periods(PAID_EARLIER[name], by_year=by_year)
        amount = left.pop(name) if counts_to else None
        if amount is None:
            continue
        if type(amount) is not int or amount < 0:
            raise NodeError(f"{name}: expected an amount, got {shown(amount)}")
        for period in counts_to:
            case.used[period] = max(amount, case.used.get(period, 0))


def _name_year(case: Case, left: dict[str, Any]) -> None:
    """What was paid in a year that is named is what was paid this year, where the stay counts to it."""
    stay = resolve(case.terms, (case.terms.get("year") or {}).get("stay"))
    fact = "discharged_on" if stay == "discharge" else "admitted_on"
    day = next((left[name] for name in (fact, *SYNONYMS[fact]) if isinstance(left.get(name), str)), "")
    for name in [name for name in left if re.fullmatch(r"paid_earlier(_in)?_[0-9]{4}", name, re.ASCII)]:
        if day.startswith(name[-4:]):
            left["paid_earlier_this_year"] = left.pop(name)


def _periods(said: str, *, by_year: str | None) -> set[str]:
    """The periods of caps to which what was paid in the period said counts."""
    if said == "":
        return {"accident", "person", "policy", "year"}
    if said == "year":
        return {"policy", "year"}
    if said == "calendar_year":
        return set() if by_year == "policy" else {"year"}
    if said in ("insurance_year", "policy_year"):
        return {"policy", "year"} if by_year == "policy" else {"policy"}
    return {said}


def _take_facts(case: Case, left: dict[str, Any]) -> None:
    """Take what the formula knows, under its own name or a synonym."""
    formula = case.terms["formulas"][case.formula]
    known = known_facts(case.terms, case.formula)
    if formula.get("overlap"):
        known += [name for name in left if name.endswith("_paid") and name not in known]
    others = {name: left.get(name) for name in left}
    for fact in known:
        if others.get(fact) is not None:
            case.facts[fact] = _arranged(fact, left.pop(fact))
    for fact in known:
        if fact in case.facts:
            continue
        left.pop(fact, None)
        found = next((name for name in _synonyms(case, fact) if others.get(name) is not None), None)
        if found is not None and (found in left or found in ("total_bill",)):
            case.facts[fact] = _arranged(fact, others[found])
            left.pop(found, None)
            case.note("taken_as", found, fact)
    _take_bill(case, formula)
    if isinstance(case.facts.get("weights"), dict):
        case.facts["weights"] = [case.facts["weights"].get(one) for one in case.facts.get("households", ())]
    if formula["kind"] == "allot":
        _split_households(case)
        _drop_split(case)


def _take_bill(case: Case, formula: Mapping[str, Any]) -> None:
    """Where others paid and no bill is given, the cost that the formula starts from stands for it."""
    base = formula.get("base", {})
    cost = case.facts.get(base.get("fact", ""))
    others_paid = any(name.endswith("_paid") for name in case.facts)
    # A base that is worked out `from` something is what is left of it: the others' part is taken off already.
    is_whole = formula.get("overlap") and "from" not in base
    if is_whole and others_paid and cost is not None and "total_bill" not in case.facts:
        case.facts["total_bill"] = cost
        case.note("taken_as", base["fact"], "total_bill")


def _synonyms(case: Case, fact: str) -> tuple[str, ...]:
    formula = case.terms["formulas"][case.formula]
    if formula["kind"] == "deadline" and fact == "amount":
        deadline = deadline_for(case.terms, formula["duty"], case.facts)
        decided_only = deadline is not None and resolve(case.terms, deadline["amount"]) == "decided"
        return DECIDED if decided_only else DECIDED + CLAIMED
    return SYNONYMS.get(fact, ())


def _split_households(case: Case) -> None:
    """Households given as objects `{"household" | "id" | "name", "weight"}` are names and weights."""
    rows = case.facts.get("households")
    if not (isinstance(rows, list) and rows and all(isinstance(row, dict) for row in rows)):
        return
    case.facts["households"] = [next((row[name] for name in ("household", "id", "name") if name in row), None)
                                for row in rows]
    if all("weight" in row for row in rows):
        case.facts["weights"] = [row["weight"] for row in rows]


def _drop_split(case: Case) -> None:
    """Where weights are given they say how it is split, and a word such as `by_weight` beside them says no more."""
    if "weights" in case.facts and case.facts.get("split") != "equal":
        case.facts.pop("split", None)


def _take_clauses(case: Case, left: dict[str, Any]) -> None:
    """Inputs named like clauses fill those that the terms leave null or only assume."""
    formula = case.terms["formulas"][case.formula]
    known = [*clause_names(formula), *(["cap"] if formula.get("caps") else [])]
    for given in list(left):
        name = given if given in known else CLAUSE_SYNONYMS.get(given, "")
        if name not in known:
            continue
        value = left.pop(given)
        clause = formula["caps"][0]["amount"] if name == "cap" else formula[name]
        stated = resolve(case.terms, clause)
        if value is None or value == stated:
            continue
        if stated is not None and basis_of(case.terms, case.formula, "caps" if name == "cap" else name) != "assumed":
            case.note("stated", given, stated)
            continue
        if stated is not None:
            emptied = {"caps": [{**formula["caps"][0], "amount": None}, *formula["caps"][1:]]} if name == "cap" else {
                name: None}
            _replace(case, {**formula, **emptied})
        case.assumed[name] = value
        case.note("hypothetical", name, value)


def _presume(case: Case, *, given: set[str]) -> None:
    """Take as met what the input does not touch, and a deadline's amount where none of its tiers asks for it."""
    formula = case.terms["formulas"][case.formula]
    for condition in formula["conditions"] if formula["kind"] in PAYING_KINDS else ():
        values = resolve(case.terms, condition["values"])
        fact = condition["fact"]
        if fact not in given and fact not in case.facts and values is not None and len(values) == 1:
            case.facts[fact] = values[0]
            case.note("presumed", fact, values[0])
    if formula["kind"] == "deadline" and "amount" not in case.facts:
        deadline = deadline_for(case.terms, formula["duty"], case.facts)
        if deadline is not None and len(resolve(case.terms, deadline["tiers"]) or ()) == 1:
            case.facts["amount"] = 0
            case.note("presumed", "amount", 0)


def _replace(case: Case, formula: dict[str, Any]) -> None:
    """Put another formula in place of the one that is worked out, in this case's own terms."""
    case.terms = {**case.terms, "formulas": {**case.terms["formulas"], case.formula: formula}}


def _arranged(fact: str, value: Any) -> Any:
    """Purchases under the names that the formula knows; any other fact as it is."""
    if fact not in ("bought_earlier", "purchases") or not isinstance(value, list):
        return value
    return [_purchase(row) if isinstance(row, dict) else row for row in value]


def _purchase(row: dict[str, Any]) -> dict[str, Any]:
    if "market_value" in row:
        return row
    found = next((name for name in SYNONYMS["market_value"] if name in row), None)
    return row if found is None else {**row, "market_value": row[found]}


def _plain(value: Any) -> Any:
    """A value with the final `_fen` of the members inside it taken off."""
    if isinstance(value, dict):
        return {name.removesuffix("_fen"): _plain(inner) for name, inner in value.items()}
    return list(map(_plain, value)) if isinstance(value, list) else value


def expected_members(expected: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """What an example expects, by the names that outcomes have."""
    for name, value in expected.items():
        yield name.removesuffix("_fen"), _plain(value)
