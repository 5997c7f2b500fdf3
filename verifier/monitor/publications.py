"""What the public leaves of a log say about publication: trial balances, figures, and entries that start notices.

Leaves are read once, in order, each bundle proven to stand under the head. Which entries start a duty to publish
follows from the programme's terms (docs/formats/duties.md, "What must be published").
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from verifier.entries.entry import parse_entry, split_leaf
from verifier.entries.stamp import parse_stamp
from verifier.errors import CannotTell
from verifier.log.checkpoint import Checkpoint
from verifier.log.tiles import WIDTH, Tile, verify_bundle
from verifier.rules.notices import DRIVE_MONTHS, add_months
from verifier.sources.growth import tile_reader
from verifier.sources.source import Source, read_bundle


@dataclass(frozen=True, slots=True)
class NoticeRule:
    """A row of a programme's `notices`: what starts it, whose duty it is, from which amount on."""

    on: str
    by: str
    above: int


@dataclass(frozen=True, slots=True)
class TermsVersion:
    """A version of a programme's terms, as far as notices need it."""

    programme: str
    first_day: str
    notices: tuple[NoticeRule, ...]


@dataclass(slots=True)
class Publications:
    """What the first `size` leaves publish. `open` are entries whose duties to publish may still be open."""

    size: int = 0
    began_unix_ms: int = 0
    balance: int | None = None
    balance_unix_ms: int = 0
    flags: int = 0
    roles: list[str] = field(default_factory=list)
    terms: list[TermsVersion] = field(default_factory=list)
    figures: dict[str, int] = field(default_factory=dict)
    open: list[int] = field(default_factory=list)

    def copy(self) -> "Publications":
        """The same, apart."""
        return Publications(
            self.size, self.began_unix_ms, self.balance, self.balance_unix_ms, self.flags, [*self.roles],
            [*self.terms], {**self.figures}, [*self.open],
        )  # fmt: skip


def read_on(found: Publications, *, head: Checkpoint, source: Source) -> None:
    """Read the leaves that a final head has beyond those that were read before.

    The source is not trusted. What was read before an error was proven and stays read.

    Raises:
        FormatError, ProofError, SignatureError, Rejected: what it gives is malformed, or does not stand under the head.
        CannotTell: it lacks a bundle or a tile.
        OSError: it cannot be read.
    """
    for leaf in _leaves(source, first=found.size, head=head):
        _take(found, leaf, origin=head.origin)


def _leaves(source: Source, *, first: int, head: Checkpoint) -> Iterator[bytes]:
    hashes = tile_reader(source)

    def read(tile: Tile) -> bytes:
        return b"".join(hashes(tile))

    for index in range(first // WIDTH, -(-head.size // WIDTH)):
        width = min(WIDTH, head.size - index * WIDTH)
        leaves = read_bundle(source, index=index, width=width)
        if leaves is None:
            raise CannotTell(f"the source does not have bundle {index}")
        verify_bundle(leaves, index=index, size=head.size, root=head.root, read=read, what=f"bundle {index}")
        yield from leaves[max(0, first - index * WIDTH) :]


def _take(found: Publications, leaf: bytes, *, origin: str) -> None:
    what = f"leaf {found.size}"
    line, note = split_leaf(leaf, what=what)
    stamp = parse_stamp(line, what=f"{what}: stamp")
    value = parse_entry(note, origin=origin, what=what).value
    kind, time = value["kind"], stamp["time_unix_ms"]
    if found.size == 0:
        found.began_unix_ms = time
        found.roles = sorted({role for party in value.get("parties", ()) for role in party["roles"]})
    if kind == "balance":
        found.balance, found.balance_unix_ms = found.size, time
    elif kind == "figure":
        found.figures[value["programme"]] = time
    elif kind == "terms":
        rules = tuple(NoticeRule(row["on"], row["by"], row.get("above", 0)) for row in value["notices"])
        found.terms.append(TermsVersion(value["programme"], value["first_day"], rules))
    found.flags += len(stamp.get("flags", []))
    if _starts_notices(found, value):
        found.open.append(found.size)
    found.size += 1


def _starts_notices(found: Publications, value: Mapping[str, Any]) -> bool:
    """Whether an entry starts a duty to publish, by the terms that are in force on its day."""
    kind = value["kind"]
    if kind not in ("drive", "terms", "transfer"):
        return False
    versions = [terms for terms in found.terms if terms.programme == value["programme"]]
    if kind == "terms":
        return len(versions) == 1 and any(rule.on == "year" for rule in _rules(found, versions[0]))
    in_force = [terms for terms in versions if terms.first_day <= value["at"]]
    # Of two versions with one first day the later one holds; `max` would give the earlier.
    rules = _rules(found, max(reversed(in_force), key=lambda terms: terms.first_day)) if in_force else ()
    if kind == "transfer":
        return any(rule.on == "transfer" and value["amount"] >= rule.above for rule in rules)
    first, last = value.get("first_day"), value.get("last_day")
    if first is None or last is None:
        return False
    half_year = add_months(first, DRIVE_MONTHS)
    starts = {"drive_end"} | ({"drive"} if half_year is not None and last > half_year else set())
    return any(rule.on in starts for rule in rules)


def _rules(found: Publications, terms: TermsVersion) -> tuple[NoticeRule, ...]:
    """Those rows whose party is in the charter."""
    return tuple(rule for rule in terms.notices if rule.by in found.roles)
