"""What a replay learns besides its verdict: numbers that were said, as they come by, and sums over the last state.

Figures and notices are public. Of a leaf that was judged the ledger's own word is known to be right: a figure that the
books do not support is no leaf, and what a notice says against them is flagged in its stamp. Of a leaf that was only
skimmed the stamp's word stands alone.
"""

from collections.abc import Iterator, Mapping
from dataclasses import astuple, dataclass
from typing import Any

from verifier.audit.audit import Watch
from verifier.audit.finding import signers_of
from verifier.entries.entry import split_leaf
from verifier.entries.members import day_at
from verifier.entries.stamp import parse_stamp
from verifier.errors import VerifyError
from verifier.log.note import parse_note
from verifier.primitives.expect import expect_array
from verifier.primitives.parse import parse_json
from verifier.rules.replay import Taken
from verifier.rules.rows import Rows, number

SAID_MAX = 1000  # numbers that a report lists; of the rest it says how many
LATE_MAX = 100

COUNTED = ("signatures", "batches", "lines", "moves", "splits", "decisions", "balances", "figures", "closes")

_OF_KIND = (("decisions", "decision"), ("balances", "balance"), ("figures", "figure"), ("closes", "close"))
_UTC = "+00:00"
_FIGURES = ("raised", "assigned", "premium", "on_its_way", "paid", "claims_paid", "person_times_paid", "person_times")


@dataclass(frozen=True, slots=True)
class Said:
    """A number that an entry says: in a `figure`, or in a `notice`, which is flagged where the books do not hold it.

    `difference` is by how much, None where the books may not tell or agree; `judged` is whether the leaf was judged.
    """

    index: int
    kind: str
    signers: tuple[str, ...]
    metric: str
    value: int
    precision: str | None
    flagged: bool
    difference: int | None
    judged: bool


class Survey(Watch):
    """Numbers that were said, the first thousand of them, and when the last leaf was stamped."""

    def __init__(self) -> None:
        self.said: list[Said] = []
        self.more = 0
        self.flagged = 0
        self.time_unix_ms = 0
        self.sealed = 0
        self.sealed_unjudged = 0
        self.counts = dict.fromkeys(COUNTED, 0)

    def taken(self, taken: Taken) -> None:
        """A leaf stands."""
        self.sealed += taken.entry.kind == "sealed"
        self._count(taken)
        self.time_unix_ms = taken.stamp["time_unix_ms"]
        self._hear(taken.index, taken.value, taken.stamp, signers=tuple(taken.entry.value["signers"]), judged=True)

    def refused(self, index: int, leaf: bytes, rule: str) -> None:
        """A leaf whose entry may not stand; a figure that the books do not hold is listed all the same."""
        if rule == "figure_not_supported":
            value = _value(leaf)
            self._hear(index, value, {"flags": [[value["metric"], None]]}, signers=signers_of(leaf), judged=True)

    def skimmed(self, index: int, leaf: bytes) -> None:
        """A leaf of which amounts could not be judged: what it says is listed, if that can be read at all."""
        try:
            stamp = parse_stamp(split_leaf(leaf, what="leaf")[0], what="stamp")
            value = _value(leaf)
            if isinstance(value, dict):
                self.sealed_unjudged += value["kind"] == "sealed"
                self._hear(index, value, stamp, signers=signers_of(leaf), judged=False)
        except (VerifyError, LookupError, TypeError):
            return  # its form is a finding already

    def notes(self) -> list[Any]:
        """What was learnt so far."""
        said = [[list(item) if isinstance(item, tuple) else item for item in astuple(one)] for one in self.said]
        counts = list(self.counts.values())
        return [said, self.more, self.flagged, self.time_unix_ms, self.sealed, counts]

    def remember(self, notes: list[Any]) -> None:
        """Go on from what was learnt before."""
        said, *numbers, counts = expect_array(notes, length=6, what="notes")
        self.more, self.flagged, self.time_unix_ms, self.sealed = numbers
        self.counts = dict(zip(COUNTED, expect_array(counts, length=len(COUNTED), what="notes"), strict=True))
        self.said = [Said(index, kind, tuple(signers), *rest) for index, kind, signers, *rest in said]

    def _count(self, taken: Taken) -> None:
        """Count what was worked out again for a leaf."""
        value, kind = taken.value, taken.value["kind"]
        self.counts["signatures"] += len(taken.entry.note.lines)
        self.counts["splits"] += sum("split" in move for move in taken.moves)
        self.counts["moves"] += sum("split" not in move for move in taken.moves)
        if "lines" in value:
            self.counts["batches"] += 1
            self.counts["lines"] += value["lines"]["count"]
        for name, counted in _OF_KIND:
            self.counts[name] += kind == counted

    def _hear(
        self, index: int, value: Mapping[str, Any], stamp: Mapping[str, Any], *, signers: tuple[str, ...], judged: bool
    ) -> None:
        if value["kind"] not in ("figure", "notice"):
            return
        said = [value] if value["kind"] == "figure" else value.get("says", ())
        flags = dict(stamp.get("flags", ()))
        for one in said:
            metric, precision = one["metric"], one.get("precision")
            flagged = metric in flags
            self.flagged += flagged
            # What is flagged is worth a line more than what is not.
            if len(self.said) >= SAID_MAX and not (flagged and len(self.said) < 2 * SAID_MAX):
                self.more += 1
                continue
            kind = None if precision is None else f"{precision['kind']} {precision['unit']}"
            self.said.append(
                Said(index, value["kind"], signers, metric, one["value"], kind, flagged, flags.get(metric), judged)
            )


def _value(leaf: bytes) -> Any:
    """What the signers of a leaf signed."""
    note = split_leaf(leaf, what="leaf")[1]
    return parse_json(parse_note(note, what="entry").text.split(b"\n")[1], what="entry")


def party_names(rows: Rows) -> dict[str, str]:
    """Who each signer is by the charter: a party, or `<party>/<officer>`."""
    officers = {signer: f"{row['party']}/{row['name']}" for signer, row in rows.scan("officer")}
    return {**dict(rows.scan("key")), **officers}


def account_sums(rows: Rows) -> Iterator[dict[str, Any]]:
    """What came into each account, what left it and what is there. Transfers on their way are told as one."""
    transit: dict[tuple[str, str], list[int]] = {}
    for name, row in rows.scan("account"):
        if row["class"] == "transit":
            sums = transit.setdefault((row["programme"], row["unit"]), [0, 0, 0])
            sums[:] = sums[0] + row["in"], sums[1] + row["out"], sums[2] + 1
            continue
        yield {
            "balance": row["in"] - row["out"],
            "holder": row["holder"],
            "in": row["in"],
            "name": name,
            "out": row["out"],
            "programme": row["programme"],
            "unit": row["unit"],
        }
    for (programme, unit), (came, went, count) in sorted(transit.items()):
        yield {
            "balance": came - went,
            "holder": None,
            "in": came,
            "name": f"transit ({count})",
            "out": went,
            "programme": programme,
            "unit": unit,
        }


def county_sums(rows: Rows) -> list[dict[str, Any]]:
    """Of each county and period: who is covered, what was claimed, decided and paid, and whether it is closed."""
    by_cover: dict[int, dict[str, Any]] = {}
    for place, row in rows.scan("period"):
        programme, period, county = place.split(" ")
        persons = rows.get(f"figure {programme}/{period}/persons")
        by_cover[row["cover"]] = {
            "claims": 0,
            "closed": row["closed"],
            "county": county,
            "cover": row["cover"],
            "decided": 0,
            "paid": 0,
            "period": period,
            "persons": None if persons is None else persons["value"],
            "programme": programme,
        }
    for _, claim in rows.scan("claim"):
        sums = by_cover.get(claim["cover"])
        if sums is not None:
            sums["claims"] += 1
            sums["decided"] += claim["amount"]
            sums["paid"] += claim["paid"]
    return [by_cover[cover] for cover in sorted(by_cover)]


def programme_sums(rows: Rows) -> list[dict[str, Any]]:
    """The figures of each programme as the books hold them."""
    found = []
    for name, row in rows.scan("programme"):
        figures = {figure: rows.get(f"figure {name}/{figure}") for figure in _FIGURES}
        held = {figure: one["value"] for figure, one in figures.items() if one is not None}
        found.append({"figures": held, "name": name, "unit": row["unit"]})
    return found


def duty_sums(rows: Rows, *, time_unix_ms: int) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Of each party and programme how many duties were met in time or missed, are open or late; and which are late.

    Met and missed are the books' own counts; late is judged on the day of the last leaf in the terms' zone.
    """
    sums: dict[tuple[str, str], dict[str, int]] = {}
    late: list[dict[str, Any]] = []
    for name, row in rows.scan("figure"):
        programme, party, metric = _party_figure(name)
        if metric is not None:
            _sums(sums, programme, party)[metric] += row["value"]
    for duty in _open_duties(rows):
        of_party = _sums(sums, duty["programme"], duty["party"])
        day = day_at(time_unix_ms, zone=_zone(rows, duty["programme"]))
        if duty["due"] is None or duty.pop("provisional"):
            of_party["waiting"] += 1
        elif duty["due"] < day:
            of_party["late"] += 1
            if len(late) < LATE_MAX:
                late.append(duty)
        else:
            of_party["open"] += 1
    told = []
    for (programme, party), counts in sorted(sums.items()):
        due = counts.pop("duties_due")
        in_time = counts.pop("duties_in_time")
        told.append({"in_time": in_time, "missed": due - in_time, "party": party, "programme": programme, **counts})
    return told, late


def _open_duties(rows: Rows) -> Iterator[dict[str, Any]]:
    """Every duty that nobody met yet, of claims and of what must be published."""
    for place, duty in rows.scan("duty"):
        claim, _, id = place.partition(" ")
        if duty["met"] is None:
            programme = rows.get(f"claim {claim}")["programme"]
            yield {
                "about": int(claim),
                "due": duty["due"],
                "id": id,
                "party": duty["by"],
                "programme": programme,
                "provisional": duty["provisional"],
            }
    for entry, row in rows.scan("notices"):
        for duty in row["duties"]:
            if duty["due"] is not None:
                yield {
                    "about": int(entry),
                    "due": duty["due"],
                    "id": duty["id"],
                    "party": duty["by"],
                    "programme": row["programme"],
                    "provisional": False,
                }


def _party_figure(name: str) -> tuple[str, str, str | None]:
    """Programme, party and metric of a figure that counts duties; no metric where it counts something else."""
    parts = name.split("/")
    counts = len(parts) == 4 and parts[3] in ("duties_due", "duties_in_time")
    return parts[0], parts[1], parts[3] if counts else None


def _sums(sums: dict[tuple[str, str], dict[str, int]], programme: str, party: str) -> dict[str, int]:
    empty = {"duties_due": 0, "duties_in_time": 0, "late": 0, "open": 0, "waiting": 0}
    return sums.setdefault((programme, party), empty)


def _zone(rows: Rows, programme: str) -> str:
    row = rows.get(f"programme {programme}")
    zone: str = _UTC if row is None else rows.get(f"terms {number(row['versions'][-1][1])}")["zone"]
    return zone
