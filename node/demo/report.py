"""The report: what the log says, as an accountant and a journalist read it. Each number carries its basis.

    published   printed in a source, which is named     derived    worked out from published figures
    assumed     no source gives it, something must      invented   made up for the demo

All numbers come from the readout of the log; the published figures stand beside them to be compared, not in their
place. What is derived never stands as published.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast, get_args

import msgspec

from ledger.errors import ProofError
from node.counted import Counted
from node.demo.basis import Basis
from node.demo.kept import Kept
from node.demo.money import money
from node.demo.other_county import OtherCounty
from node.demo.readout import Read, ReliefRead, Told
from node.demo.receipts import Verdict
from node.demo.script import Published, PublishedFigure, ReadingName, Script
from node.demo.words import WORDS
from node.demo.worked import Worked

Language = Literal["en", "zh"]

_HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a table: a label, its cells, the basis of the cells, and a remark. `depth` indents the label."""

    label: str
    cells: tuple[str, ...]
    basis: str = ""
    remark: str = ""
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """A table under a title; `heads` name its columns of cells."""

    title: str
    heads: tuple[str, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """Tables, then sentences."""

    tables: tuple[Table, ...]
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hundred:
    """What became of each 100 yuan under one reading of "invested", in hundredths of a yuan."""

    reading: str
    gifts: int
    held: int
    of_paid: int
    of_held: int
    of_other: int


def hundreds(read: Read) -> tuple[Hundred, Hundred]:
    """Each 100 yuan under both readings; the one that the log holds gives the other by the share of the split."""
    gifts, premium = read.figures["raised"].value, read.figures["premium"].value
    paid = read.figures["paid"].value
    invested = gifts if read.reading == "invested_is_gifts" else premium
    # The premium is gifts * premium // gifts of the log's own split: nine tenths, as the terms have it.
    as_gifts = (invested, invested * premium // gifts)
    as_premium = (invested * gifts // premium, invested)
    return _hundred("invested_is_gifts", *as_gifts, paid), _hundred("invested_is_premium", *as_premium, paid)


def reading_of(read: Read) -> ReadingName:
    """The reading under which the log's figures stand.

    Raises:
        ProofError: the log has one that this report does not know.
    """
    if read.reading not in get_args(ReadingName):
        raise ProofError(f"log: expected a reading of {', '.join(get_args(ReadingName))}, got {read.reading}")
    return cast(ReadingName, read.reading)


def build_report(
    read: Read,
    relief: ReliefRead | None,
    *,
    script: Script,
    published: Published,
    source: str,
    rows_compared: int | None,
    refused: Sequence[str],
    language: Language,
) -> Report:
    """Put the report together.

    `source` says where the published figures were read, `refused` for what reasons something was refused.
    """
    words = WORDS[language]
    tables = [
        _balance_sheet(read, script, published, words),
        _periods(read, script, words),
        _comparison(read, published, source, words),
    ]
    if read.other_county is not None:
        tables.append(_other_county(read.other_county, script, words))
    tables += [_duties(read.kept, words), _refused(refused, words), _worked(read.worked, words)]
    if relief is not None and rows_compared is not None:
        tables.append(_relief(relief, script, rows_compared, words))
    sentences = (
        words["the_log"].format(
            leaves=read.leaves, lines=read.gift_lines, batches=read.gift_batches,
            payouts=read.figures["person_times_paid"].value,
        ),
        words["assumptions"].format(ratio=_percent(script.claim_terms.ratio_bp)),
        *(_paragraph(read, script, published, WORDS[each]) for each in ("en", "zh")),
    )
    return Report(tuple(tables), sentences)


def receipts_table(verdicts: Sequence[Verdict], *, program: str, language: Language) -> Table:
    """What the separate program said of each receipt: where the gift is, or what stands on the register."""
    words = WORDS[language]
    lines = []
    for verdict in verdicts:
        answer = verdict.answer
        said = words["valid"] if answer is not None else words["refused"].format(status=verdict.exit_status)
        if answer is None:
            told = _HASH.sub(lambda found: f"{found[0][:8]}…", verdict.message)
        elif answer["subject"] == "donation":
            told = _where_gift_is(answer, words)
        else:
            told = _what_register_says(answer["cover"], words)
        lines.append(Line(verdict.file.stem, (), said, told))
    return Table(words["receipts"].format(program=program), (), tuple(lines))


def _where_gift_is(answer: dict[str, Any], words: dict[str, str]) -> str:
    pieces = [f"{money(piece['amount'])} {words['state_' + piece['state'].replace(' ', '_')]}"
              for piece in answer["pieces"]]
    told = [words["gift"].format(amount=money(answer["line"]["amount"]), pieces=words["comma"].join(pieces))]
    # Where its money had moved on, a gift came back out of other money, and its own way goes on.
    told += [words["paid_back_in"].format(leaf=leaf) for what, leaf in answer["cautions"] if what == "refunded"]
    return words["semicolon"].join(told)


def _what_register_says(cover: dict[str, Any], words: dict[str, str]) -> str:
    parts = [words["covered"].format(first=cover["first_day"], last=cover["last_day"])]
    if cover["removed"] is not None:
        parts.append(words["removed"].format(day=cover["removed"]))
    for claim in cover["claims"]:
        parts.append(words["claim_paid"].format(amount=money(claim["paid"])))
        parts += [
            words["decided_late" if duty["id"] == "decide" else "was_late"].format(
                late=words[duty["unit"]].format(days=Counted(duty["late"])))
            for duty in claim["duties"] if duty["late"]
        ]
        if any("reviews" in body for _, body in claim["bodies"]):
            parts.append(words["reviewed"])
    return words["semicolon"].join([*parts, words["nothing_else" if cover["claims"] else "no_claim"]])


def as_json(read: Read, relief: ReliefRead | None, published: Published) -> dict[str, Any]:
    """The readout for programs: amounts in fen, each figure with its basis."""
    return {
        "of_each_100": _plain(hundreds(read)),
        "published": _plain(published),
        "read": _plain(read),
        "relief": None if relief is None else {"gifts": relief.gifts, "held": relief.held},
    }


def _hundred(reading: str, gifts: int, premium: int, paid: int) -> Hundred:
    held = premium - paid
    return Hundred(
        reading=reading, gifts=gifts, held=held, of_paid=_share(paid, gifts), of_held=_share(held, gifts),
        of_other=_share(gifts - premium, gifts),
    )  # fmt: skip


def _share(part: int, whole: int) -> int:
    """How much of each 100.00, rounded half up."""
    return _mean(part * 10_000, whole)


def _mean(total: int, count: int) -> int:
    """Total for each of the count, rounded half up."""
    return (2 * total + count) // (2 * count)


def _balance_sheet(read: Read, script: Script, published: Published, words: dict[str, str]) -> Table:
    figures, accounts = read.figures, script.accounts
    raised, assigned, premium, paid = (figures[name] for name in ("raised", "assigned", "premium", "paid"))
    other, waiting = read.resting[accounts.other_share], read.resting[accounts.claims_share]
    at_platform = read.resting[accounts.gifts]
    accounted = paid.value + read.held + other + waiting + at_platform
    verdict = words["as_gifts"] if accounted == raised.value else words["differs"].format(
        by=money(accounted - raised.value))
    lines = [
        Line(words["came_in"], (money(read.came_in),), words["derived"], words["came_in_is"]),
        Line(words["given_back"], (money(-read.given_back),), words["invented"], depth=1),
        _told(words["gifts"], raised, published.invested, words),
        _told(words["assigned"], assigned, published.invested, words, depth=1),
        Line(words["other"], (money(other),), words["derived"], words["use_unknown"], depth=1),
        _told(words["premium"], premium, published.invested, words),
        _told(words["paid"], paid, published.paid, words, depth=1),
        Line(words["held"], (money(read.held),), words["derived"], words[f"{read.reading}_short"], depth=1),
        Line(words["waiting"], (money(waiting),), words["assumed"], words["all_handed_on"]),
        Line(words["at_platform"], (money(at_platform),), words["assumed"], words["all_handed_on"]),
        Line(words["accounted"], (money(accounted),), "", verdict),
        Line(words["sum_of_all"], (money(read.sum_of_all),), "", words["law"]),
    ]
    title = words["sheet"].format(
        programme=script.programme.name_zh.value, county=script.county.name_zh.value, day=read.as_of,
        reading=words[read.reading],
    )  # fmt: skip
    return Table(title, (words["yuan"],), tuple(lines))


def _told(
    label: str, told: Told, printed: PublishedFigure, words: dict[str, str], *, depth: int = 0
) -> Line:
    """A line for a figure. Only where its basis is published is the source's print shown."""
    remark = _print(printed, words) if told.basis == "published" else ""
    return Line(label, (money(told.value),), words[told.basis], remark, depth)


def _periods(read: Read, script: Script, words: dict[str, str]) -> Table:
    """What happened in each period. Its amounts are assumed: sources print both periods together."""
    periods, inflows = read.periods, script.readings[reading_of(read)].periods

    def row(label: str, values: list[tuple[str, Basis | None]]) -> Line:
        return Line(words[label], tuple(cell for text, basis in values for cell in (text, words[basis or "nothing"])))

    def count(told: Told) -> tuple[str, Basis | None]:
        return f"{told.value:,}", told.basis

    def sum_of(told: Told) -> tuple[str, Basis | None]:
        return money(told.value), told.basis

    figures, inflow, nothing = read.figures, list(zip(periods, inflows, strict=True)), ("", None)
    lines = (
        row("person_times", [*(count(one.person_times) for one in periods), count(figures["person_times"])]),
        row("persons", [*(count(one.persons) for one in periods), nothing]),
        row("gifts", [*((money(one.gifts), into.gifts_fen.basis) for one, into in inflow), sum_of(figures["raised"])]),
        row("premium", [
            *((money(one.premium), into.premium_fen.basis) for one, into in inflow), sum_of(figures["premium"])]),
        row("person_times_paid", [
            *(count(one.person_times_paid) for one in periods), count(figures["person_times_paid"])]),
        row("paid", [*(sum_of(one.paid) for one in periods), sum_of(figures["paid"])]),
        # No source says what was there on the day of a close, not even of the last: its figures end a month before.
        row("carried", [*((money(one.carried), "assumed") for one in periods), nothing]),
    )  # fmt: skip
    heads = [words["period"].format(id=one.id) for one in periods]
    title = words["by_period"].format(reading=words[read.reading])
    return Table(title, tuple(cell for head in (*heads, words["both"]) for cell in (head, "")), lines)


def _comparison(read: Read, published: Published, source: str, words: dict[str, str]) -> Table:
    """The five published figures beside what the log comes to."""
    figures = read.figures
    last = read.periods[-1]
    invested = "raised" if read.reading == "invested_is_gifts" else "premium"
    pairs = [
        ("person_times", figures["person_times"], published.person_times_covered, 0),
        ("persons", last.persons, published.persons_covered, 0),
        ("invested", figures[invested], published.invested, 2),
        ("person_times_paid", figures["person_times_paid"], published.person_times_paid, 0),
        ("paid", figures["paid"], published.paid, 2),
    ]
    lines = []
    for label, told, printed, digits in pairs:
        difference = told.value - printed.value
        verdict = words["agrees"] if difference == 0 else words["differs"].format(by=money(difference, digits=digits))
        cells = (money(told.value, digits=digits), money(printed.value, digits=digits))
        lines.append(Line(words[label], cells, verdict, _print(printed, words)))
    return Table(words["comparison"].format(source=source), (words["in_the_log"], words["in_print"]), tuple(lines))


def _other_county(other: OtherCounty, script: Script, words: dict[str, str]) -> Table:
    """A county apart: none of its amounts stands in a table above."""
    rows = (
        ("advance", other.advance), ("premium", other.premium), ("recovered", other.recovered),
        ("third_party", other.third_party), ("repaid", -other.repaid), ("paid_less", -other.paid),
        ("other_left", other.left), ("rolled_over", other.rolled_over), ("paid_back", other.paid_back),
    )  # fmt: skip
    lines = tuple(
        Line(words[label], (money(amount),), words["invented"], words.get(f"{label}_is", "")) for label, amount in rows
    )
    title = words["other_county"].format(county=script.second.county.name_zh.value, corrections=other.corrections)
    return Table(title, (words["yuan"],), lines)


def _duties(kept: Kept, words: dict[str, str]) -> Table:
    """What was due by party and year, what came in time, and by how much the others were late."""
    lines = [
        Line(
            words["party_year"].format(party=words[f"party_{one.party}"], year=one.year),
            (f"{one.due:,}", f"{one.in_time:,}", f"{one.due - one.in_time:,}", f"{money(one.on_time_bp)} %"),
            remark=words["after_the_play"] if one.is_after else "",
        )
        for one in kept.years
    ]
    lines += [
        Line(words[f"duty_{late.id}"], ("", "", "", ""), words["invented"], words[f"late_{late.unit}"].format(
            party=words[f"party_{late.by}"], due=late.due, days=Counted(late.days)), depth=1)
        for late in kept.late
    ]
    lines += [
        Line(words["flagged"], ("", "", "", ""), words["invented"], words["flagged_by"].format(
            metric=words[metric], by=words["unknown"] if difference is None else money(difference)), depth=1)
        for metric, difference in kept.flags
    ]
    heads = (words["due"], words["in_time"], words["late"], words["on_time"])
    return Table(words["duties"].format(open=kept.open, requests=kept.requests), heads, tuple(lines))


def _refused(refused: Sequence[str], words: dict[str, str]) -> Table:
    """What was handed in on purpose to be refused, and for which reason."""
    lines = tuple(Line(reason, (), "", words[f"refused_{reason}"]) for reason in dict.fromkeys(refused))
    return Table(words["refusals"], (), lines)


def _worked(worked: Worked, words: dict[str, str]) -> Table:
    """The largest decision, step by step, as it was signed."""
    lines = []
    for step in worked.steps:
        amounts = step["op"] not in ("age", "at_least", "not_above")
        shown = [money(value) if amounts else str(value) for value in (*step["in"], step["out"])]
        if step["op"] == "ratio":
            shown[1] = f"{money(step['in'][1])} %"
        *given, out = shown
        if step["op"] in ("at_least", "not_above"):
            out = words["yes"] if step["out"] else words["no"]
        lines.append(Line(words[f"step_{step['op']}"], (out,), "", words["semicolon"].join(given)))
    signed = words["comma"].join(officer.replace("/", " ") for officer in worked.officers)
    title = words["worked"].format(amount=money(worked.amount), index=worked.index, officers=signed)
    return Table(title, ("",), tuple(lines))


def _relief(relief: ReliefRead, script: Script, rows_compared: int, words: dict[str, str]) -> Table:
    own = script.statement
    lines = (
        Line(words["gifts_counted"], (f"{relief.gifts:,}",), words["published"]),
        Line(words["gifts"], (money(relief.held, digits=0),), words["published"]),
        Line(words["rows_compared"], (f"{rows_compared:,}",), "", words["rows_agree"]),
    )
    return Table(words["relief"].format(name=f"{own.name_vi.value} / {own.name_en.value}"), (own.currency,), lines)


def _paragraph(read: Read, script: Script, published: Published, words: dict[str, str]) -> str:
    """What became of each 100 yuan under either reading, and how far the mean payout is from the whole country's."""
    as_gifts, as_premium = hundreds(read)
    figures = read.figures
    invested = figures["raised" if read.reading == "invested_is_gifts" else "premium"].value
    return words["paragraph"].format(
        county=script.county.name_zh.value,
        day=read.as_of,
        invested=money(invested),
        paid=money(as_gifts.of_paid), held=money(as_gifts.of_held), other=money(as_gifts.of_other),
        gifts_b=money(as_premium.gifts), paid_b=money(as_premium.of_paid), held_b=money(as_premium.of_held),
        other_b=money(as_premium.of_other),
        mean=money(_mean(figures["paid"].value, figures["person_times_paid"].value)),
        national=money(_mean(published.national_paid.value, published.national_people_paid.value)),
        until=published.national_paid.as_of,
    )  # fmt: skip


def _print(printed: PublishedFigure, words: dict[str, str]) -> str:
    """How a source prints a figure, and how far from it the exact one may be."""
    quote = words["printed"].format(quote=printed.quote)
    if printed.rounding_fen is None:
        return quote
    return quote + words["rounded"].format(by=money(printed.rounding_fen // 2))


def _percent(basis_points: int) -> str:
    return f"{basis_points // 100} %"


def _plain(value: Any) -> Any:
    """Dates as text, structs as objects, so that it can be JSON."""
    return msgspec.to_builtins(value)
