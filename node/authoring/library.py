"""Library: terms files and calendars, those that are shipped and those that an author names."""

from collections.abc import Iterable, Mapping
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ledger.calendar import Calendar, year_days
from ledger.errors import FormatError
from node.authoring.check import check_terms
from node.authoring.clauses import Terms
from node.authoring.source import Source, read_source
from node.authoring.synonyms import SYNONYMS
from node.errors import NodeError

# The days of a case by which the version of the terms is chosen, the first that is there.
_DAYS = ("admitted_on", "policy_first_day", "on", "complete_on")


class Library:
    """The versions of each programme's terms, and calendars by name."""

    def __init__(self) -> None:
        self._versions: dict[str, dict[int, Terms]] = {}
        self._years: dict[str, dict[int, Any]] = {}

    def add(self, source: Source, *, name: str) -> None:
        """Add a terms file, or a calendar: an array of the members of `calendar` entries.

        Raises:
            NodeError: it is neither, or not in form.
        """
        value: Any = source.value
        if isinstance(value, list):
            self._add_years(value, name=name)
            return
        checked = check_terms(source)
        if not checked.ok:
            raise NodeError(checked.problems[0].shown_in(name), next_step=f"mingzhang terms check {name}")
        self._versions.setdefault(value["programme"], {})[value["version"]] = value

    def terms(self, programme: str, *, given: Mapping[str, Any] = MappingProxyType({})) -> Terms:
        """The version that holds on the day of a case; without a day, or before the first version, the newest.

        Raises:
            NodeError: no terms of the programme are there.
        """
        # The names of programmes in entries have no underscore; those of worked examples may.
        versions = self._versions.get(programme.replace("_", "-"))
        if versions is None:
            raise NodeError(f"no terms of programme {programme} are loaded",
                            next_step=f"There are {', '.join(sorted(self._versions))}. Name others with --terms.")
        names = [name for fact in _DAYS for name in (fact, *SYNONYMS[fact])]
        day = next((given[name] for name in names if isinstance(given.get(name), str)), "")
        held = [number for number, terms in versions.items() if terms["first_day"] <= day]
        return versions[max(held or versions)]

    def calendar(self, terms: Terms) -> Calendar:
        """The calendar that terms name, with the years that are there."""
        return Calendar(MappingProxyType(self._years.get(terms.get("calendar", ""), {})))

    def _add_years(self, rows: list[Any], *, name: str) -> None:
        for row in rows:
            try:
                self._years.setdefault(row["name"], {})[row["year"]] = year_days(row)
            except (FormatError, KeyError, TypeError) as error:
                raise NodeError(f"{name}: expected the years of a calendar, {error}",
                                next_step="mingzhang calendar YEAR prints one.") from None


def load_library(paths: Iterable[Path]) -> Library:
    """The shipped calendars with the terms of these files and directories; without any, the shipped terms.

    Raises:
        NodeError, FormatError: a file cannot be read or used.
    """
    library = Library()
    shipped = Path(str(files("node").joinpath("terms")))
    named = list(paths)
    for path in _files([shipped]):
        if not named or path.name.startswith("calendar-"):
            library.add(read_source(path), name=str(path))
    for path in _files(named):
        library.add(read_source(path), name=str(path))
    return library


def _files(paths: Iterable[Path]) -> list[Path]:
    """The files, and those in the directories, that are JSON."""
    return [one for path in paths for one in (sorted(path.glob("*.json")) if path.is_dir() else [path])]
