"""The report on 雪中送炭, each number from the log with its basis; the published figures stand beside them."""

from collections.abc import Mapping
from typing import Any

import msgspec

from node.counted import Counted
from node.demo.money import money
from node.demo.report import Language, Line, Report, Table
from node.demo.script import PublishedFigure
from node.demo.snow.readout import Event, Read
from node.demo.snow.registry import HOUSEHOLDS, SICK
from node.demo.snow.script import ILLNESS, OTHER, Published, Script
from node.demo.snow.words import WORDS

Words = Mapping[str, str]
_USES = ("premium/snow/social", "premium/snow/insurer", "spent/snow/assessment", "own/finance")
_REMARKS = {"premium/snow/social": "one_sided", "premium/snow/insurer": "risk", "own/finance": "no_rollover"}


def build_report(read: Read, *, script: Script, published: Published, source: str, language: Language) -> Report:
    """Put the report together. `source` says where the published figures were read."""
    words = WORDS[language]
    tables = (
        _payers(read, script, published, words, language),
        _rosters(read, script, published, words),
        _benefits(read, words),
        _events(read, words),
        _comparison(read, script, published, source, words),
    )
    illness = script.period(ILLNESS)
    counts = {"sick": read.figures[f"{illness}/{SICK}"].value,
              "paid": read.figures[f"{illness}/person_times_paid"].value}
    sentences = (
        words["the_log"].format(leaves=read.leaves, twice=read.paid_twice_by_illness, **counts),
        words["duties"].format(due=read.duties_due, late=read.duties_late)
        + words["law"].format(sum=money(read.sum_of_all)),
        words["bases"],
        *(_paragraph(read, script, WORDS[each]) for each in ("en", "zh")),
    )  # fmt: skip
    return Report(tables, sentences)


def as_json(read: Read, published: Published) -> dict[str, Any]:
    """The readout for programs: amounts in fen, each figure with its basis."""
    plain: dict[str, Any] = {"published": msgspec.to_builtins(published), "read": msgspec.to_builtins(read)}
    return plain


def _payers(read: Read, script: Script, published: Published, words: Words, language: str) -> Table:
    def line(label: str, amounts: tuple[int, int], remark: str = "", *, both: str = "assumed", depth: int = 0) -> Line:
        one, two = amounts
        cells = (money(one), money(two), words["assumed"], money(one + two))
        return Line(words[label], cells, words[both], remark, depth)

    first, second = read.payers
    # The sum is printed, its parts are not.
    whole = _basis(first.came_in + second.came_in, published.funding)
    lines = [line("came_in", (first.came_in, second.came_in), both=whole)]
    lines += [
        line(use, (first.went.get(use, 0), second.went.get(use, 0)), words[_REMARKS[use]] if use in _REMARKS else "",
             depth=1)
        for use in _USES
    ]
    lines.append(line("left", (first.left, second.left)))
    title = words["payers"].format(
        programme=(script.programme.name_zh if language == "zh" else script.programme.name_en).value,
        year=script.first_day.value.year,
    )  # fmt: skip
    return Table(title, (words["government"], words["federation"], "", words["both"]), tuple(lines))


def _rosters(read: Read, script: Script, published: Published, words: Words) -> Table:
    illness, other = script.period(ILLNESS), script.period(OTHER)

    def line(name: str, *, depth: int = 0, remark: str = "", both: str = "assumed") -> Line:
        one, two = (read.figures.get(f"{period}/{name}") for period in (illness, other))
        assert one is not None  # each of these was said
        cells = (f"{one.value:,}", "" if two is None else f"{two.value:,}", words[one.basis],
                 f"{one.value + (0 if two is None else two.value):,}")
        return Line(words[name], cells, words[both], remark, depth)

    share = read.figures[f"{illness}/paid_share_bp"]
    lines = (
        line(HOUSEHOLDS, remark=words["assessed"].format(count=read.assessed),
             both=_basis(read.households, published.households)),
        line("persons"),
        line(SICK, depth=1),
        line("person_times_paid", depth=1),
        Line(words["paid_share_bp"], (words["percent"].format(share=money(share.value)), "", words[share.basis], ""),
             depth=2),
    )  # fmt: skip
    return Table(words["rosters"], (words[ILLNESS], words[OTHER], "", words["both"]), lines)


def _benefits(read: Read, words: Words) -> Table:
    lines = [
        Line(words[one.benefit], (f"{one.paid:,}", money(one.amount), f"{one.capped:,}"), words["invented"],
             words["comma"].join(words["nothing"].format(count=count, reason=words[reason])
                                 for reason, count in one.nothing.items()))
        for one in read.benefits
    ]  # fmt: skip
    amount = sum(one.amount for one in read.benefits)
    lines.append(Line(words["all"], (f"{sum(one.paid for one in read.benefits):,}", money(amount),
                                     f"{sum(one.capped for one in read.benefits):,}"), words["invented"],
                      words["paid_by_insurer"]))
    return Table(words["benefits"], (words["times"], words["amount"], words["capped"]), tuple(lines))


def _events(read: Read, words: Words) -> Table:
    lines = tuple(Line(f"{event.claim}", (), "", _told(event, words)) for event in read.events)
    return Table(words["events"], (), lines)


def _told(event: Event, words: Words) -> str:
    """An event in words: amounts as money, codes by their words."""
    told: dict[str, str | Counted] = {}
    for name, value in event.told.items():
        if isinstance(value, list):
            told[name] = words["comma"].join(f"{words[benefit]} {money(amount)}" for benefit, amount in value)
        elif name in ("benefit", "duty"):
            told[name] = words[str(value)]
        elif name in ("amount", "bill", "prior", "room", "wanted"):
            told[name] = money(int(value))
        else:
            told[name] = Counted(value) if name == "days" and isinstance(value, int) else str(value)
    return words["capped_event" if event.what == "capped" else event.what].format(**told)


def _comparison(read: Read, script: Script, published: Published, source: str, words: Words) -> Table:
    """The published figures beside what the log comes to."""
    share = read.figures[f"{script.period(ILLNESS)}/paid_share_bp"].value
    pairs = [
        ("funding", sum(payer.came_in for payer in read.payers), published.funding, 2),
        ("households_both", read.households, published.households, 0),
        ("share", share, published.share, 2),
    ]
    lines = []
    for label, value, printed, digits in pairs:
        difference = value - printed.value
        verdict = words["agrees"] if difference == 0 else words["differs"].format(by=money(difference, digits=digits))
        lines.append(Line(words[label], (money(value, digits=digits), money(printed.value, digits=digits)), verdict,
                          _print(printed, words)))
    return Table(words["comparison"].format(source=source), (words["in_the_log"], words["in_print"]), tuple(lines))


def _basis(value: int, printed: PublishedFigure) -> str:
    """A number stands as published where a source prints it, and nowhere else."""
    return "published" if value == printed.value else "assumed"


def _print(printed: PublishedFigure, words: Words) -> str:
    """How a source prints a figure, and how far from it the exact one may be."""
    quote = words["printed"].format(quote=printed.quote)
    if printed.rounding_fen is None:
        return quote
    return quote + words["rounded"].format(by=money(printed.rounding_fen // 2))


def _paragraph(read: Read, script: Script, words: Words) -> str:
    """What both paid in, what it bought, and who was paid."""
    illness = script.period(ILLNESS)
    first, second = read.payers
    return words["paragraph"].format(
        day=read.as_of, government=money(first.came_in), federation=money(second.came_in),
        both=money(first.came_in + second.came_in), households=read.households,
        premium=money(read.figures["premium"].value), returned=money(read.returned),
        sick=read.figures[f"{illness}/{SICK}"].value, paid=read.figures[f"{illness}/person_times_paid"].value,
        share=money(read.figures[f"{illness}/paid_share_bp"].value), amount=money(read.figures["paid"].value),
        claims=read.figures["claims_paid"].value,
    )  # fmt: skip
