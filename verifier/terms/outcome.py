"""What comes of a formula (docs/formats/terms.md, "Outcome")."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a formula comes to.

    `about` names the clause or fact that the reason is about. An `open` outcome decides nothing: something is missing
    or wrong in the terms or facts, and every result is None.
    """

    results: dict[str, Any]
    reason: str | None
    steps: list[dict[str, Any]]
    about: str | None
    open: bool


class Undecided(Exception):
    """A formula cannot be worked out to its end: `reason` says why, `about` names the clause or fact."""

    def __init__(self, reason: str, about: str) -> None:
        super().__init__(f"{reason}: {about}")
        self.reason = reason
        self.about = about
