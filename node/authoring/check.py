"""Check: everything that is wrong with a terms file, each at its line, and what an author may not have meant.

Problems are of the form: with none of them the ledger accepts the members of an entry that is made of it. Warnings
are about what the file leaves open, or states for nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ledger.errors import FormatError
from ledger.formulas import resolve
from ledger.kinds import entry_of_kind
from node.authoring.clauses import (
    Terms,
    basis_of,
    choices,
    clause_names,
    deadline_basis,
    is_choice,
    readings_of,
    stated_parts,
)
from node.authoring.form import form_problems
from node.authoring.parts import part_problems, refused_problems, sound_parts
from node.authoring.source import Place, Problem, Source

# What an entry has beside the members of its terms file; values of the right form.
_ENTRY: dict[str, Any] = {"at": "2000-01-01", "kind": "terms", "nonce": "0" * 32, "signers": ["author+00000000"],
          "valid_until": "2000-01-01"}
_NO_DOCUMENT = "0" * 64
# Members that must say where they come from, as long as they say anything.
_BASED = ("accounts", "calendar", "claims_share", "first_day", "flows", "k", "notices", "officers", "readings",
          "refund_from", "refusals", "risk", "signed_by", "splits", "unique", "year")
# The kinds of entry that go a way which terms declare.
MONEY_KINDS = ("brought_forward", "donation", "income", "payout", "recovery", "spend", "transfer")


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found; `ok` says that the ledger accepts the form."""

    problems: list[Problem]
    warnings: list[Problem]

    @property
    def ok(self) -> bool:
        """Whether the ledger accepts the form."""
        return not self.problems


def check_terms(source: Source) -> Checked:
    """Check a terms file. Only what hangs on another problem is told once that one is mended."""
    # What cannot be in an entry has no value here that the form could be judged by.
    unread = {problem.place for problem in source.problems}
    problems = [*source.problems, *(one for one in form_problems(source) if one.place not in unread)]
    terms = sound_parts(source, problems)
    problems += [*part_problems(source, terms), *refused_problems(source, terms)]
    if not problems:
        problems = list(_whole_problems(source))
    warnings = [] if problems else list(_warnings(source))
    return Checked(sorted(set(problems)), sorted(warnings))


def _whole_problems(source: Source) -> Iterator[Problem]:
    """The ledger's own word on the whole."""
    terms: Any = source.value
    try:
        _judge(terms)
    except FormatError as error:
        yield _located(source, str(error))


def _judge(terms: Terms) -> None:
    """Have the ledger judge the form of an entry with these terms. Raises FormatError."""
    present = {name: value for name, value in terms.items() if value is not None or name == "document"}
    entry_of_kind({"document": _NO_DOCUMENT, **present, **_ENTRY}, what="")


def _located(source: Source, message: str) -> Problem:
    """A message of the ledger, which begins or ends with its place, as a problem at this place."""
    text = message.removeprefix(": terms: ").removeprefix(": ")
    if " - at `$." in text:
        text, _, path = text.rpartition(" - at `$.")
        path = path.removesuffix("`").replace("[", ".").replace("]", "")
    else:
        path, _, text = text.partition(": ")
    place: Place = ()
    for part in path.split("."):
        place = (*place, _step(part, source, place))
    return source.problem(place, "{got}", got=text)


def _step(part: str, source: Source, place: Place) -> str | int:
    """One part of a dotted place: an index where the file has an array there."""
    return next((at for at in range(1000) if str(at) == part and (*place, at) in source.values_at), part)


def _warnings(source: Source) -> Iterator[Problem]:
    terms: Any = source.value
    parts = stated_parts(terms)
    known = readings_of(list(parts.values()))
    for place, choice in choices(parts):
        chosen = terms["readings"].get(choice["by"])
        names = [reading["name"] for reading in choice["readings"]]
        if chosen is None:
            yield source.problem(place, "{by} is not in readings: the clause states nothing", by=choice["by"])
        elif chosen not in names:
            yield source.problem(place, "readings choose {chosen} for {by}, which is none of {known}: the clause "
                                        "states nothing", chosen=chosen, by=choice["by"], known=", ".join(names))
    for ambiguity in terms["readings"].keys() - known.keys():
        yield source.problem(("readings", ambiguity), "no clause uses this ambiguity: it changes nothing that is "
                                                      "worked out", at_name=True)
    for name, part in parts.items():
        for place in _nulls(terms, part, (name,)):
            sentence, name = _effect(terms, place)
            yield source.problem(place, f"no source states this: {sentence}", name=name)
    yield from _leading_nowhere(source, terms)
    yield from _without_basis(source, terms)


def _nulls(terms: Terms, value: Any, place: Place) -> Iterator[Place]:
    """The clauses that come to null under the readings chosen; those of readings not chosen do not count."""
    if is_choice(value):
        stated = resolve(terms, value)
        chosen = terms["readings"].get(value["by"])
        at = next((at for at, one in enumerate(value["readings"]) if one["name"] == chosen), None)
        if at is not None:
            yield from _nulls(terms, stated, (*place, "readings", at, "is"))
    elif value is None:
        yield place
    elif isinstance(value, dict | list):
        for name, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _nulls(terms, inner, (*place, name))


def _effect(terms: Terms, place: Place) -> tuple[str, str]:
    """What a clause that is null does, and the name in it."""
    if place[0] == "deadlines":
        return "no duty {name} will start by it", terms["deadlines"][place[1]]["id"]
    if place[0] == "officers":
        return "every decision is refused as terms_incomplete", ""
    if place[0] == "year":
        return "every decision with a cap per year is refused as terms_incomplete", ""
    return "what needs it of {name} is refused as terms_incomplete", str(place[1])


def _leading_nowhere(source: Source, terms: Terms) -> Iterator[Problem]:
    """Ways of money that nothing can take, and caps per year where no year is said."""
    accounts = {account["name"] for account in terms["accounts"]}
    for at, flow in enumerate(terms["flows"]):
        if flow["kind"] not in MONEY_KINDS:
            yield source.problem(("flows", at, "kind"), "nothing will go this way: {got} is none of {known}",
                                 got=flow["kind"], known=", ".join(MONEY_KINDS))
        for end in ("from", "to"):
            if flow[end] not in accounts:
                yield source.problem(("flows", at, end), "nothing will go this way: {got} is not among the accounts",
                                     got=flow[end])
    if "year" not in terms:
        for name, formula in terms["formulas"].items():
            for at, cap in enumerate(formula.get("caps", ())):
                if resolve(terms, cap["per"]) == "year":
                    yield source.problem(("formulas", name, "caps", at, "per"), "there is no member year: what needs "
                                         "it of {name} is refused as terms_incomplete", name=name)


def _without_basis(source: Source, terms: Terms) -> Iterator[Problem]:
    """Clauses and members that do not say where they come from."""
    for name, formula in terms["formulas"].items():
        for clause in clause_names(formula):
            if formula[clause] is not None and basis_of(terms, name, clause) is None:
                yield source.problem(("formulas", name, clause), "basis has neither {first}, {name} nor {clause}",
                                     first=f"{name}_{clause}", name=name, clause=clause)
    for at, deadline in enumerate(terms["deadlines"]):
        if deadline_basis(terms, deadline["id"]) is None:
            yield source.problem(("deadlines", at), "basis has neither {first} nor deadlines",
                                 first=f"deadline_{deadline['id']}")
    for name in _BASED:
        if terms.get(name) and name not in terms["basis"]:
            yield source.problem((name,), "basis has no {name}", at_name=True, name=name)
