"""Said: figures that somebody wants to publish, judged by the books as a `figure` entry would be now.

    {"format":"mingzhang figures/v1","figures":[
      {"metric":"dlz/raised","precision":{"kind":"rounded","unit":10000},"value":268560000},
      {"metric":"dlz/paid_share_bp","of":["dlz/paid","dlz/raised"],"unit":"bp","value":6244}]}

The members of a figure are those of the entry (docs/formats/kinds.md, "Books"); `basis` may be left out.
"""

from dataclasses import dataclass
from typing import Any

from msgspec import UNSET

from ledger.entry import SignedEntry
from ledger.errors import FormatError, Rejected
from ledger.kinds import PublishedFigure, entry_of_kind
from ledger.note import Note
from ledger.parts import Precision
from ledger.rules.context import Context
from ledger.rules.figures import held, held_share, may_be_told
from ledger.rules.statements import figure
from ledger.state import State
from ledger.strict import shown

FORMAT = "mingzhang figures/v1"

# What an entry has beside the members of a figure; values of the right form, none of which the rule looks at.
_ENTRY: dict[str, Any] = {"at": "2000-01-01", "basis": "published", "kind": "figure", "nonce": "0" * 32,
                          "signers": ["author+00000000"], "valid_until": "2000-01-01"}


@dataclass(frozen=True, slots=True)
class Verdict:
    """A figure, and what the ledger would say. `books` is None where they hold no such figure or may not tell it."""

    metric: str
    said: int
    precision: Precision | None
    of: tuple[str, ...]
    books: int | None
    reason: str | None
    message: str

    @property
    def difference(self) -> int | None:
        """What is said less what the books hold."""
        return None if self.books is None else self.said - self.books


def judge_figures(value: Any, state: State, *, name: str) -> list[Verdict]:
    """Judge every figure of a file by the books.

    Raises:
        FormatError: a figure has not the form of the entry; the message names its place.
    """
    return [_judge(entry, state) for entry in _entries(value, name=name)]


def _entries(value: Any, *, name: str) -> list[PublishedFigure]:
    """The figures as entries."""
    figures = value.get("figures")
    if not isinstance(figures, list):
        raise FormatError(f"{name}: figures: expected an array, got {shown(figures)}")
    strange = sorted(value.keys() - {"figures", "format"})
    if strange:
        raise FormatError(f"{name}: expected the members figures and format, got {shown(strange[0])}")
    found = []
    for at, one in enumerate(figures):
        where = f"{name}: figures[{at}]"
        if not isinstance(one, dict) or not isinstance(one.get("metric"), str):
            raise FormatError(f"{where}: expected an object with a metric and a value, got {shown(one)}")
        own = sorted(one.keys() & (_ENTRY.keys() - {"basis"} | {"programme"}))
        if own:
            raise FormatError(f"{where}: expected no member {own[0]}: the check fills it in")
        entry = entry_of_kind({**_ENTRY, **one, "programme": one["metric"].partition("/")[0]}, what=where)
        assert isinstance(entry, PublishedFigure)  # of this kind, or entry_of_kind would have refused it
        found.append(entry)
    return found


def _judge(entry: PublishedFigure, state: State) -> Verdict:
    signed = SignedEntry(origin="", note=Note(b"", ()), text_hash=b"", value={}, entry=entry)
    context = Context(state, state.size, state.last_time_unix_ms, signed, None, frozenset(), frozenset(), _NoFiles())
    reason, message = None, ""
    try:
        figure(context)
    except Rejected as refused:
        reason, message = refused.reason, str(refused)
    return Verdict(entry.metric, entry.value, None if entry.precision is UNSET else entry.precision,
                   () if entry.of is UNSET else entry.of, _books(context, entry), reason, message)


def _books(context: Context, entry: PublishedFigure) -> int | None:
    """What the books hold of it; None where they hold no such figure or may not tell it."""
    try:
        if entry.of is UNSET:
            books = held(context, entry.programme, entry.metric)
            may_be_told(context, entry.programme, [entry.metric])
        else:
            books = held_share(context, entry.programme, entry.metric, entry.of)
            may_be_told(context, entry.programme, entry.of)
    except Rejected:
        return None
    return books


class _NoFiles:
    """A figure names no files (ledger.rules.context.Blobs)."""

    def batch(self, root: bytes) -> None:
        """None."""

    def tags(self, name: bytes) -> None:
        """None."""

    def body(self, name: bytes) -> None:
        """None."""
