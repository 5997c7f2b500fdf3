"""The report on 一元民生, each number from the log with its basis; the published figures stand beside them."""

from collections.abc import Mapping
from typing import Any

import msgspec

from node.demo.money import money
from node.demo.report import Language, Line, Report, Table
from node.demo.script import PublishedFigure
from node.demo.yymz.readout import DutyRead, Read
from node.demo.yymz.script import Published, Script
from node.demo.yymz.words import FILLINGS, WORDS

Words = Mapping[str, str]
_LATE_SHOWN_MAX = 6


def build_report(
    read: Read, *, script: Script, published: Published, source: str, scale: int, language: Language
) -> Report:
    """Put the report together. `source` says where the published figures were read."""
    words = WORDS[language]
    tables = (
        _by_county(read, script, words, language),
        _by_benefit(read, scale, words),
        _comparison(read, published, source, scale, words),
        _on_time(read, words),
        _money(read, words),
    )
    fillings = words["comma"].join(dict.fromkeys(FILLINGS[language][filling.name] for filling in script.fillings))
    sentences = (
        words["the_log"].format(leaves=read.leaves, flagged=read.notices_flagged),
        words["reading"],
        words["bases"].format(fillings=fillings, count=script.general.count.value,
                              general=money(script.general.total_fen.value)),
        *(_paragraph(read, script, WORDS[each], each) for each in ("en", "zh")),
    )
    return Report(tables, sentences)


def as_json(read: Read, published: Published) -> dict[str, Any]:
    """The readout for programs: amounts in fen, each figure with its basis."""
    plain: dict[str, Any] = {"published": msgspec.to_builtins(published), "read": msgspec.to_builtins(read)}
    return plain


def _by_county(read: Read, script: Script, words: Words, language: str) -> Table:
    own = {county.code: county for county in script.counties}
    lines = []
    for county in read.counties:
        name, population = own[county.code], own[county.code].population
        more = county.paid - county.premium
        lines.append(Line(
            (name.name_zh if language == "zh" else name.name_en).value,
            (f"{county.population:,}", words[population.basis], money(county.premium), f"{county.claims:,}",
             money(county.paid)),
            words["invented"], words["above"].format(amount=money(more)) if more > 0 else "",
        ))  # fmt: skip
    total = Line(words["county_all"], (
        f"{sum(county.population for county in read.counties):,}", words["assumed"],
        money(sum(county.premium for county in read.counties)), f"{read.figures['claims_paid'].value:,}",
        money(read.figures["paid"].value),
    ), words[read.figures["paid"].basis])  # fmt: skip
    heads = (words["population"], "", words["premium"], words["claims"], words["paid"])
    title = words["by_county"].format(
        programme=(script.programme.name_zh if language == "zh" else script.programme.name_en).value,
        year=script.first_day.value.year, day=read.as_of,
    )  # fmt: skip
    return Table(title, heads, (*lines, total))


def _by_benefit(read: Read, scale: int, words: Words) -> Table:
    lines = []
    for benefit in read.benefits:
        basis = "invented" if scale > 1 else "published" if benefit.benefit != "general" else "derived"
        told = words["differing"].format(count=benefit.differing) if benefit.differing else words["same"]
        lines.append(Line(words[benefit.benefit], (
            f"{benefit.claims:,}", money(benefit.paid), words[basis], money(benefit.otherwise), words["invented"],
            money(benefit.otherwise - benefit.paid),
        ), told))  # fmt: skip
    claims, paid = sum(one.claims for one in read.benefits), sum(one.paid for one in read.benefits)
    otherwise = sum(one.otherwise for one in read.benefits)
    lines.append(Line(words["all"], (
        f"{claims:,}", money(paid), words[read.figures["paid"].basis], money(otherwise), words["invented"],
        money(otherwise - paid),
    ), words["mean"].format(amount=money(paid // claims))))  # fmt: skip
    heads = (words["claims"], words["decided"], "", words["otherwise"], "", words["difference"])
    return Table(words["by_benefit"], heads, tuple(lines))


def _comparison(read: Read, published: Published, source: str, scale: int, words: Words) -> Table:
    """The published figures beside what the log comes to."""
    special = next(one for one in read.benefits if one.benefit == "special_major_disease")
    population = sum(county.population for county in read.counties)
    pairs = [
        ("claims_paid", read.figures["claims_paid"].value, published.claims, 0),
        ("paid_out", read.figures["paid"].value, published.paid, 2),
        ("special_claims", special.claims, published.special_claims, 0),
        ("special_paid", special.paid, published.special_paid, 2),
    ]
    lines = []
    for label, value, printed, digits in pairs:
        difference = value - printed.value
        verdict = words["agrees"] if difference == 0 else words["differs"].format(by=money(difference, digits=digits))
        if scale > 1:
            verdict = words["not_whole"]
        lines.append(Line(words[label], (money(value, digits=digits), money(printed.value, digits=digits)), verdict,
                          _print(printed, words)))
    lines.append(Line(words["persons"], (f"{population:,}", f"{published.population.value:,}"), words["assumed"],
                      _print(published.population, words) + words["comma"] + words["is_total"]))
    return Table(words["comparison"].format(source=source), (words["in_the_log"], words["in_print"]), tuple(lines))


def _print(printed: PublishedFigure, words: Words) -> str:
    """How a source prints a figure, and how far from it the exact one may be."""
    quote = words["printed"].format(quote=printed.quote)
    if printed.rounding_fen is None:
        return quote
    return quote + words["rounded"].format(by=money(printed.rounding_fen // 2))


def _on_time(read: Read, words: Words) -> Table:
    """What was due, from the duties of the replay; the last line is what the figures say."""
    lines = [
        Line(words[f"sort_{duty.sort}"], (f"{duty.due:,}", f"{duty.in_time:,}", f"{len(duty.late):,}"),
             words["invented"], _late(duty, words))
        for duty in read.duties
    ]
    year = read.as_of.year
    due, met, share = (
        read.figures[f"insurer/{year}/{name}"].value for name in ("duties_due", "duties_in_time", "on_time_bp")
    )
    lines.append(Line(words["sort_all"], (f"{due:,}", f"{met:,}", f"{due - met:,}"), words["invented"],
                      words["share"].format(share=money(share))))
    return Table(words["on_time"], (words["due"], words["in_time"], words["late"]), tuple(lines))


def _late(duty: DutyRead, words: Words) -> str:
    """By how many days, each number once."""
    numbers = sorted(set(duty.late))
    if not numbers:
        return ""
    days = words["comma"].join(map(str, numbers[:_LATE_SHOWN_MAX]))
    return words[f"late_{duty.unit}"].format(days=days)


def _money(read: Read, words: Words) -> Table:
    paid = read.figures["paid"].value
    lines = (
        Line(words["insurer_received"], (money(read.insurer_received),), words["assumed"], words["risk"]),
        Line(words["insurer_paid"], (money(paid),), words[read.figures["paid"].basis], depth=1),
        Line(words["insurer_left"], (money(read.insurer_received - paid),), words["assumed"], depth=1),
        Line(words["deposit_sent"], (money(read.deposit_sent),), words["assumed"], words["not_in_print"]),
        Line(words["deposit_called"], (money(read.deposit_called),), words["invented"], depth=1),
        Line(words["deposit_returned"], (money(read.deposit_sent - read.deposit_called - read.deposit_left),),
             words["invented"], depth=1),
        Line(words["deposit_left"], (money(read.deposit_left),), words["invented"], depth=1),
        Line(words["sum_of_all"], (money(read.sum_of_all),), "", words["law"]),
    )
    return Table(words["money"], (words["yuan"],), lines)


def _paragraph(read: Read, script: Script, words: Words, language: str) -> str:
    """What was paid, who carries the risk, and what one clause is worth."""
    own = {county.code: county for county in script.counties}
    heavy = next(county for county in read.counties if county.code == script.heavy_county.value)
    special = next(one for one in read.benefits if one.benefit == "special_major_disease")
    name = own[heavy.code].name_zh if language == "zh" else own[heavy.code].name_en
    risk = words["risk_more" if heavy.paid > heavy.premium else "risk_less"]
    return words["paragraph"].format(
        day=read.as_of, claims=read.figures["claims_paid"].value, paid=money(read.figures["paid"].value),
        special=special.claims, premium=money(read.insurer_received), county=name.value,
        county_paid=money(heavy.paid), county_premium=money(heavy.premium), differing=special.differing,
        less=money(special.paid - special.otherwise), risk=risk,
    )  # fmt: skip
