"""What any programme of the demo is founded on: the charter, the terms from their file, and the calendar.

The terms are those of `node/terms`. What no source states and the demo needs is filled in by its script, each filling
with its basis, and stands in the `basis` of the terms that are signed.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from importlib import resources
from types import MappingProxyType
from typing import Any

import msgspec

from ledger.calendar import Calendar, year_days
from ledger.strict import JsonValue
from node.demo.basis import Basis
from node.demo.contracts import paper
from node.demo.desk import Keys

Value = dict[str, JsonValue]

NO_PLACES: Mapping[str, str] = MappingProxyType({})


class Filling(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A member of the terms that the demo fills in, because no source states it: where, what, and why this."""

    at: tuple[str | int, ...]
    name: str  # of the clause in `basis`
    value: Any
    basis: Basis
    why: str


def charter(
    keys: Keys, *, at: date, operator: str, quorum: int, roles: Mapping[str, Sequence[str]],
    places: Mapping[str, str] = NO_PLACES,
) -> Value:  # fmt: skip
    """The parties with their roles and officers; `operator` operates the log.

    `places` gives, by PARTY/OFFICER, the village whose people alone the officer may claim for.
    """
    parties: list[JsonValue] = []
    for name, own in sorted(keys.parties.items()):
        party: Value = {
            "cosigner": own.cosigner_vkey, "key": own.entry.verifier.vkey, "name": name, "roles": list(roles[name]),
        }  # fmt: skip
        officers: list[JsonValue] = [
            {"key": key.verifier.vkey, "name": officer.removeprefix(f"{name}/"),
             **({"place": places[officer]} if officer in places else {})}
            for officer, key in sorted(keys.officers.items()) if officer.startswith(f"{name}/")
        ]
        parties.append({**party, "officers": officers} if officers else party)
    return {
        "at": str(at),
        "epoch": {"log": keys.log_vkey, "number": 1, "operator": operator},
        "kind": "charter",
        "parties": parties,
        "quorum": quorum,
        "rules": 1,
    }


def terms_of(file: str, fillings: Sequence[Filling], *, at: date) -> dict[str, Any]:
    """The terms in `file` of node/terms, with what the demo fills in."""
    terms: dict[str, Any] = {"document": paper(f"terms {file}"), **_read(file), "at": str(at), "kind": "terms"}
    for filling in fillings:
        place: Any = terms
        *path, last = filling.at
        for part in path:
            place = place[part]
        if last == "+":
            place.append(filling.value)
        else:
            place[last] = filling.value
        terms["basis"][filling.name] = filling.basis
    return terms


def calendar_entries(name: str, years: Sequence[int], *, at: date) -> Iterator[Value]:
    """The entries that give the years of a calendar of node/terms."""
    for year in _years(name, years):
        yield {**year, "at": str(at), "document": paper(f"days off {name} {year['year']}"), "kind": "calendar"}


def calendar_of(name: str, years: Sequence[int]) -> Calendar:
    """The same years, to count with."""
    return Calendar({int(year["year"]): year_days(year) for year in _years(name, years)})


def _years(name: str, years: Sequence[int]) -> list[dict[str, Any]]:
    every: list[dict[str, Any]] = _read(f"calendar-{name}.json")
    return [year for year in every if year["year"] in years]


def _read(file: str) -> Any:
    return msgspec.json.decode(resources.files("node.terms").joinpath(file).read_bytes())
