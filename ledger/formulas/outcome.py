"""Outcome: what a formula came to, why, and by which steps."""

from dataclasses import dataclass
from typing import TypeAlias

from ledger.strict import JsonValue

# What a formula comes to: its results, and the reason where there is one.
Results: TypeAlias = tuple[dict[str, JsonValue], str | None]

# With one of these reasons nothing is worked out yet: the terms or the facts must say more.
OPEN = frozenset(("arithmetic_wrong", "fact_missing", "fact_wrong", "grade_unknown", "terms_incomplete"))


@dataclass(frozen=True, slots=True)
class Outcome:
    """The results of an evaluation, the reason where there is one, and the steps in order.

    `about` is the clause or fact behind a result that is null, for messages; `assumed` names the clauses that the
    terms leave null and a what-if filled.
    """

    results: dict[str, JsonValue]
    reason: str | None
    steps: list[dict[str, JsonValue]]
    about: str | None = None
    assumed: tuple[str, ...] = ()

    @property
    def open(self) -> bool:
        """Whether the terms or the facts leave the results open."""
        return self.reason in OPEN


class Stopped(Exception):
    """An evaluation that cannot go on: its reason, and the clause or fact behind it."""

    def __init__(self, reason: str, about: str) -> None:
        super().__init__(f"{reason}: {about}")
        self.reason = reason
        self.about = about
