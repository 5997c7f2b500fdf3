"""Case: the input of a worked example turned into what the evaluator takes, and whatever was done to it on the way.

Source: docs/formats/terms.md, "Examples and what-if".
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ledger.formulas import PAYING_KINDS, deadline_for, resolve
from ledger.strict import shown
from node.authoring.arranged import arrange_households, arrange_purchases, gifts_and_households
from node.authoring.clauses import Terms, basis_of, clause_names, formula_parts, readings_of, stated_parts
from node.authoring.readings import ROUNDING, chosen_readings, with_readings
from node.authoring.roundings import rounding_named
from node.authoring.rules import no_formula
from node.authoring.stays import crosses_year, is_split
from node.authoring.synonyms import CLAIMED, CLAUSE_SYNONYMS, DECIDED, FLAGS, PAID_EARLIER, SYNONYMS
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
    used_by_year: dict[str, int] = field(default_factory=dict)
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
        NodeError: the terms have no such formula, a reading cannot be told, a name is given twice, or no case can be
            made of it.
    """
    if formula not in terms["formulas"]:
        raise no_formula(terms, formula)
    left = _without_fen(given)
    chosen = _taken_readings(left, terms, formula) | dict(readings)
    by_reading = chosen.pop(ROUNDING, None)
    case = Case(with_readings(terms, chosen), formula)
    known = readings_of(list(stated_parts(terms).values()))
    for ambiguity in chosen.keys() - known.keys():
        case.note("not_used", f"{ambiguity}={chosen[ambiguity]}")
    inside = left.pop("rounding", None) if isinstance(left.get("rounding"), str) else None
    _choose_rounding(case, by_reading or rounding or inside)
    _take_used(case, left)
    _take_facts(case, left)
    _take_clauses(case, left)
    _refuse_split_cost(case, left)
    if presume:
        _presume(case, given={name.removesuffix("_fen") for name in given})
    for name, value in left.items():
        if value is not None:
            case.note("not_used", name)
    return case


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


def _without_fen(given: Mapping[str, Any]) -> dict[str, Any]:
    """An input by names without a final `_fen`. Raises NodeError where two names are then one."""
    left: dict[str, Any] = {}
    for name, value in given.items():
        bare = name.removesuffix("_fen")
        if bare in left:
            raise NodeError(f"input: expected {bare} or {bare}_fen, got both")
        left[bare] = _plain(value)
    return left


def _choose_rounding(case: Case, text: object) -> None:
    name = rounding_named(text)
    formula = case.terms["formulas"][case.formula]
    if name is not None and "rounding" in formula:
        _replace(case, {**formula, "rounding": name})
        case.note("rounding", name)
    elif text is not None and not (formula["kind"] == "allot" or (formula["kind"] == "share" and name == "down")):
        case.note("not_used", "rounding")


def _take_used(case: Case, left: dict[str, Any]) -> None:
    """What was paid before, by the period of each cap."""
    caps = case.terms["formulas"][case.formula].get("caps", ())
    periods = {resolve(case.terms, cap["per"]) for cap in caps}
    by_year = resolve(case.terms, (case.terms.get("year") or {}).get("is"))
    _take_years(case, left, by_year=by_year)
    same = left.pop("same_accident", None) if caps and isinstance(left.get("same_accident"), bool) else None
    for name in [name for name in left if caps and name in PAID_EARLIER]:
        said = _periods(PAID_EARLIER[name], by_year=by_year)
        # For the same accident, or for another one: then it counts to that accident's cap, or does not.
        said = said | {"accident"} if same and "year" in said else said - {"accident"} if same is False else said
        counts_to = periods & said
        amount = left.pop(name) if counts_to else None
        if amount is None:
            continue
        for period in counts_to:
            case.used[period] = max(_amount(name, amount), case.used.get(period, 0))


def _take_years(case: Case, left: dict[str, Any], *, by_year: str | None) -> None:
    """What was paid in a year that is named is what was paid this year, where the stay counts to it."""
    for name in [name for name in left if name in ("paid_earlier", "paid_earlier_by_year", "paid_earlier_in")]:
        if isinstance(left[name], dict):
            left |= {f"paid_earlier_{year}": amount for year, amount in left.pop(name).items()}
    stay = resolve(case.terms, (case.terms.get("year") or {}).get("stay"))
    fact = "discharged_on" if stay == "discharge" else "admitted_on"
    day = next((left[name] for name in (fact, *SYNONYMS[fact]) if isinstance(left.get(name), str)), "")
    for name in [name for name in left if re.fullmatch(r"paid_earlier(_in)?_[0-9]{4}", name, re.ASCII)]:
        # A calendar year says nothing of a policy's.
        if by_year != "calendar":
            continue
        if is_split(case.terms, case.formula):
            case.used_by_year[name[-4:]] = _amount(name, left.pop(name) or 0)
        elif day.startswith(name[-4:]):
            left["paid_earlier_this_year"] = left.pop(name)


def _amount(name: str, amount: Any) -> int:
    if type(amount) is not int or amount < 0:
        raise NodeError(f"{name}: expected an amount, got {shown(amount)}")
    return amount


def _refuse_split_cost(case: Case, left: Mapping[str, Any]) -> None:
    """Raise NodeError where a cost would have to be told apart by the years of a stay."""
    admitted, discharged = (
        next((left[name] for name in (fact, *SYNONYMS[fact]) if left.get(name) is not None), None)
        for fact in ("admitted_on", "discharged_on"))
    if is_split(case.terms, case.formula) and crosses_year(admitted, discharged):
        raise NodeError("stay_crosses_year: a cost is not told apart by the years of the stay",
                        next_step="Make an example of each year's part.")


def _periods(said: str, *, by_year: str | None) -> set[str]:
    """The periods of caps to which what was paid in the period said counts."""
    if said == "":
        return {"accident", "person", "policy", "year"}
    if said in ("other_accident", "year"):
        return {"policy", "year"}
    if said == "calendar_year":
        return set() if by_year == "policy" else {"year"}
    if said in ("insurance_year", "policy_year"):
        return {"policy", "year"} if by_year == "policy" else {"policy"}
    return {said}


def _take_facts(case: Case, left: dict[str, Any]) -> None:
    """Take what the formula knows, under its own name or a synonym."""
    formula = case.terms["formulas"][case.formula]
    if formula["kind"] == "allot":
        _note_taken(case, gifts_and_households(left))
    known = known_facts(case.terms, case.formula)
    others = dict(left)
    for fact in known:
        if others.get(fact) is not None:
            _take(case, fact, fact, left.pop(fact))
    for fact in known:
        if fact in case.facts:
            continue
        left.pop(fact, None)
        found = next((name for name in _synonyms(case, fact) if others.get(name) is not None), None)
        if found is not None and (found in left or found in ("total_bill",)):
            left.pop(found, None)
            _take(case, fact, found, others[found])
    if formula.get("overlap"):
        _take_payers(case, left)
    _take_bill(case, formula)
    if formula["kind"] == "allot":
        _note_taken(case, arrange_households(case.facts))


def _take(case: Case, fact: str, name: str, value: Any) -> None:
    """Take a value as a fact, in the form that formulas know."""
    formula = case.terms["formulas"][case.formula]
    if name in FLAGS and isinstance(value, bool):
        # Whoever is in a group is in one of those named, and for the conditions all of these are the same.
        named = next((values for values in _values(case, fact) if values and isinstance(values[0], str)), None)
        value = (named[0] if value else None) if named else value
        if named and value is None:
            case.note("taken_as", f"{name} = false", f"no {fact}")
            return
        if named:
            case.note("taken_as", f"{name} = true", f"{fact} = {value}")
    elif name != fact:
        case.note("taken_as", name, fact)
    if fact in ("bought_earlier", "purchases"):
        allowances = resolve(case.terms, formula["allowances"]) or ()
        value, taken = arrange_purchases(value, known=[one["category"] for one in allowances])
        _note_taken(case, taken)
    case.facts[fact] = value


def _values(case: Case, fact: str) -> Iterator[Any]:
    """The values of each condition on a fact."""
    for part in formula_parts(case.terms, case.formula):
        for condition in part.get("conditions", ()) if isinstance(part, dict) else ():
            if condition["fact"] == fact:
                yield resolve(case.terms, condition["values"])


def _note_taken(case: Case, taken: list[tuple[str, str]]) -> None:
    for name, fact in taken:
        case.note("taken_as", name, fact)


def _take_payers(case: Case, left: dict[str, Any]) -> None:
    """Whatever else was paid counts to the bill; what is left after insurance is known without it."""
    base = case.terms["formulas"][case.formula].get("base", {})
    worked_out = "from" in base and base["fact"] not in case.facts
    for name in [name for name in left if name.endswith("_paid")]:
        value = left.pop(name)
        if value is not None:
            case.facts[name] = value
            if worked_out:
                case.note("only_bill", name)


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


def _plain(value: Any) -> Any:
    """A value with the final `_fen` of the members inside it taken off."""
    if isinstance(value, dict):
        return {name.removesuffix("_fen"): _plain(inner) for name, inner in value.items()}
    return list(map(_plain, value)) if isinstance(value, list) else value


def expected_members(expected: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """What an example expects, by the names that outcomes have."""
    for name, value in expected.items():
        yield name.removesuffix("_fen"), _plain(value)
