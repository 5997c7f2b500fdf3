"""Clauses: where the terms state something, on which basis, and what of it hangs on a reading."""

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from node.authoring.source import Place

Terms: TypeAlias = Mapping[str, Any]

# Members of a formula that are no clauses: what it is, and how it is put together.
_FRAME = ("base", "conditions", "duty", "kind", "split")


def is_choice(value: object) -> bool:
    """Whether a value of the terms is a choice between readings."""
    return isinstance(value, dict) and value.keys() == {"by", "readings"}


def choices(value: Any, place: Place = ()) -> Iterator[tuple[Place, dict[str, Any]]]:
    """Every choice in a part of the terms, those inside choices too, and where it stands."""
    if is_choice(value):
        yield place, value
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, part in inner:
        yield from choices(part, (*place, name))


def stated_parts(terms: Terms) -> dict[str, Any]:
    """The members in which clauses stand."""
    return {name: terms[name] for name in ("deadlines", "formulas", "officers", "year") if name in terms}


def formula_parts(terms: Terms, formula: str) -> list[Any]:
    """What a formula goes by: itself, the deadlines of its duty, and of which year its caps are."""
    chosen = terms["formulas"][formula]
    deadlines = [one for one in terms["deadlines"] if one["id"] == chosen.get("duty")]
    years = [terms.get("year")] if any(cap["per"] != "claim" for cap in chosen.get("caps", ())) else []
    return [chosen, *deadlines, *years]


def readings_of(parts: Any) -> dict[str, tuple[str, ...]]:
    """Ambiguity -> the readings that the choices about it list, in order."""
    found: dict[str, dict[str, None]] = {}
    for _, choice in choices(parts):
        found.setdefault(choice["by"], {}).update(dict.fromkeys(one["name"] for one in choice["readings"]))
    return {ambiguity: tuple(names) for ambiguity, names in found.items()}


def clause_names(formula: Mapping[str, Any]) -> list[str]:
    """The members of a formula that are clauses; `caps` counts as one, and `overlap` where it is true."""
    return [name for name, value in formula.items() if name not in _FRAME and value != [] and value is not False]


def basis_of(terms: Terms, formula: str, clause: str) -> str | None:
    """The basis of a formula's clause: under `<formula>_<clause>`, `<formula>` or `<clause>`, in this order."""
    basis = terms["basis"]
    names = (f"{formula}_{clause}", formula, clause)
    return next((str(basis[name]) for name in names if name in basis), None)


def deadline_basis(terms: Terms, duty: str) -> str | None:
    """The basis of a deadline: under `deadline_<id>`, or `deadlines` for all of them."""
    basis = terms["basis"]
    return next((str(basis[name]) for name in (f"deadline_{duty}", "deadlines") if name in basis), None)
