"""A report told in one language: headings, sentences and tables, whatever they are printed on."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from verifier.primitives.amounts import TEXT_CHARACTERS_MAX, amount_text, plain, time_text
from verifier.speech.words import WORDS as SPEECH
from verifier.speech.words_report import WORDS
from verifier.speech.words_rules import RULES

EVIDENCE_CHARACTERS_MAX = 4000

_MONEY = ("raised", "assigned", "premium", "on_its_way", "paid")
_OF_CHECKPOINT = ("cosignature", "pins", "quorum")
_NEXT = ("checkpoint", "root", "policy", "format", "signature")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of a section."""

    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence."""

    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table; columns in `numbers` are aligned to the right."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Story:
    """A title, the outcome as a word of the format and as a sentence, and what follows."""

    lang: str
    title: str
    outcome: str
    verdict: str
    parts: tuple[Heading | Line | Table, ...]


def tell_report(report: Mapping[str, Any], *, lang: str) -> Story:
    """Tell a report. Texts out of the log cannot act on a terminal."""
    teller = _Teller(report, lang)
    parts = [part for section in teller.sections() for part in section]
    return Story(lang, teller.say("title"), report["outcome"], teller.verdict(), tuple(parts))


class _Teller:
    def __init__(self, report: Mapping[str, Any], lang: str) -> None:
        self._report = report
        self._lang = lang
        self._words = WORDS[lang]
        self._units = {one["name"]: one["unit"] for one in report["programmes"]}

    def say(self, word: str, **values: object) -> str:
        """A sentence with its gaps filled."""
        return self._words[word].format(**{name: plain(str(value)) for name, value in values.items()})

    def verdict(self) -> str:
        """The outcome in one sentence."""
        report = self._report
        if report["outcome"] != "invalid":
            return self.say(report["outcome"])
        findings = report["findings"]
        word = "invalid once" if len(findings) == 1 else "invalid"
        where = self.say("in whole log") if findings[0]["index"] is None else self._leaf(findings[0])
        rule = RULES[self._lang].get(findings[0]["rule"], findings[0]["rule"])
        who = self._who(findings[0])
        by = self.say("by", did=who[0][0], name=who[0][1]) if who else ""
        return self.say(word, count=len(findings) + report["more"], where=where + by, rule=rule)

    def sections(self) -> Iterable[list[Heading | Line | Table]]:
        """The sections, in order of what a reader asks first."""
        yield self._log()
        if self._report["findings"]:
            yield self._findings()
        yield self._vouching()
        yield self._checked()
        yield self._not_checked()
        yield self._flagged()
        yield self._of_books()
        yield from filter(None, (self._programmes(), self._counties(), self._accounts(), self._duties(), self._late()))
        yield self._said()
        yield [Line(self.say("repeat"))]

    def _log(self) -> list[Heading | Line | Table]:
        log, judged = self._report["log"], self._report["checked"]["judged"]
        what = self.say("no log") if log is None else self.say("log", **log)
        time = time_text(self._report["time_unix_ms"] // 1000)
        as_of = self.say("as of", index=judged - 1, time=time) if judged else self.say("as of nothing")
        return [Line(what), Line(as_of)]

    def _findings(self) -> list[Heading | Line | Table]:
        findings = self._report["findings"]
        parts: list[Heading | Line | Table] = [Heading(self.say("findings"))]
        if len(findings) > 1:
            parts.append(Line(self.say("several")))
        for number, one in enumerate(findings, 1):
            rows = [(self.say("finding"), self.say("numbered", number=number, count=len(findings)))]
            rows.append((self.say("rule"), self._rule(one)))
            rows.append((self.say("leaf"), self._leaf(one)))
            rows += self._who(one)
            if one["expected"] is not None:
                rows.append((self.say("expected"), _whole(one["expected"])))
                rows.append((self.say("got"), _whole(one["got"])))
            rows.append((self.say("evidence"), _whole(one["evidence"])))
            rows.append((self.say("next"), self._next(one)))
            parts.append(Table((), tuple(rows)))
        if self._report["more"]:
            parts.append(Line(self.say("more", count=self._report["more"])))
        return parts

    def _rule(self, finding: Mapping[str, Any]) -> str:
        """What the rule says, its name, and the page that has it."""
        name = self.say("rule name", rule=finding["rule"], page=finding["section"])
        rule = RULES[self._lang].get(finding["rule"])
        return name if rule is None else self.say("rule said", rule=rule, name=name)

    def _leaf(self, finding: Mapping[str, Any]) -> str:
        if finding["index"] is None:
            return self.say("whole log")
        kind = finding["kind"]
        if kind is None:
            return self.say("leaf alone", index=finding["index"])
        named = self._words.get(f"kind {kind}") or SPEECH[self._lang].get(f"kind {kind}") or kind
        return self.say("leaf of kind", index=finding["index"], kind=named)

    def _who(self, finding: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Who wrote what is wrong, and who signed the entry."""
        signers = self._list(self._named(finding))
        if finding["rule"].startswith("stamp_"):
            operator = finding["stamped_by"]
            written_by = self.say("the operator") if operator is None else self.say("operator named", party=operator)
            return [(self.say("stamped by"), written_by), (self.say("entry of"), signers or self.say("no signer"))]
        if finding["index"] is None and not signers:
            return []
        if finding["rule"] == "root":  # whoever signed this entry is not who put it there
            return [(self.say("entry of"), signers or self.say("no signer"))]
        return [(self.say("signer"), signers or self.say("no signer"))]

    def _named(self, finding: Mapping[str, Any]) -> Iterable[str]:
        """Each signer by party and key."""
        for party, signer in zip(finding["parties"], finding["signers"], strict=True):
            yield self.say("signer named", party=self.say("stranger") if party is None else party, signer=signer)

    def _next(self, finding: Mapping[str, Any]) -> str:
        rule = finding["rule"]
        if self._report["log"] is None or rule in _OF_CHECKPOINT:
            rule = "checkpoint"
        if rule.startswith("stamp_"):
            return self.say("next map" if finding["section"] == "trial-balance.md" else "next stamp")
        return self.say(f"next {rule}" if rule in _NEXT else "next rule")

    def _vouching(self) -> list[Heading | Line | Table]:
        said = self._report["vouching"]
        cosigned = {name: time_text(time_unix_s) for name, time_unix_s in said["cosigned"]}
        values = {"count": len(cosigned), "witnesses": len(said["witnesses"])}
        if said["needed"] is None:
            line = self.say("vouching other", quorum=said["quorum"] or self.say("none"), **values)
        else:
            line = self.say("vouching", needed=said["needed"], **values)
        rows = tuple((plain(name), cosigned.get(name) or self.say("not cosigned")) for name in said["witnesses"])
        parts: list[Heading | Line | Table] = [Heading(self.say("who vouches")), Line(line)]
        parts.append(Table((self.say("organisation"), self.say("cosigned")), rows))
        if said["unchecked"]:
            parts.append(Line(self.say("unchecked", names=self._list(said["unchecked"]))))
        return parts

    def _checked(self) -> list[Heading | Line | Table]:
        checked, log = self._report["checked"], self._report["log"]
        rules = {finding["rule"] for finding in self._report["findings"]}
        size = 0 if log is None else log["size"]
        parts: list[Heading | Line | Table] = [Heading(self.say("checked"))]
        parts.append(Line(self.say("checked leaves", judged=checked["judged"], size=size)))
        if checked["sealed"]:
            parts.append(Line(self.say("checked sealed", sealed=checked["sealed"])))
        rows = [(self.say(f"counted {name}"), f"{count:,}") for name, count in checked["counts"].items() if count]
        if rows:
            parts.append(Table((self.say("worked out again"), self.say("how many")), tuple(rows), (1,)))
        if log is not None and checked["read"] == size and "root" not in rules:
            parts.append(Line(self.say("checked root")))
        if checked["judged"] and "policy" not in rules:
            parts.append(Line(self.say("checked policy")))
        if checked["state_root"] is not None and not rules:
            parts.append(Line(self.say("checked state", root=checked["state_root"])))
        return parts

    def _not_checked(self) -> list[Heading | Line | Table]:
        checked = self._report["checked"]
        parts: list[Heading | Line | Table] = [Heading(self.say("not checked"))]
        stop = self._report["stop"]
        for text in self._report["unknown"]:
            if stop is None or not text.startswith(stop["why"]):
                parts.append(Line(_whole(text)))
        if stop is not None:
            signers = self._list(self._named(stop)) or self.say("no signer")
            parts.append(Line(self.say("stop", where=self._leaf(stop), signers=signers)))
            parts.append(Line(self.say("stop why", why=stop["why"])))
            parts.append(Line(self.say("stop next")))
        skimmed = checked["read"] - checked["judged"]
        if skimmed > 0:
            parts.append(Line(self.say("unjudged", count=skimmed)))
        if checked["sealed_unjudged"]:
            parts.append(Line(self.say("sealed unjudged", count=checked["sealed_unjudged"])))
            parts.append(Line(self.say("ask for bodies")))
        if len(parts) == 1:
            parts.append(Line(self.say("nothing left")))
        parts.append(Line(self.say("not proven")))
        return parts

    def _of_books(self) -> list[Heading | Line | Table]:
        """Which books the sums are of."""
        left_out = self._report["checked"]["left_out"]
        parts: list[Heading | Line | Table] = [Heading(self.say("sums"))]
        if self._report["checked"]["judged"]:
            parts.append(Line(self.say("sums of books", index=self._report["checked"]["judged"] - 1)))
        else:
            parts.append(Line(self.say("as of nothing")))
        if left_out:
            parts.append(Line(self.say("left out", count=left_out)))
        return parts

    def _programmes(self) -> list[Heading | Line | Table]:
        rows = [
            (plain(one["name"]), self.say(f"figure {name}"), self._figure(name, value, one["unit"]))
            for one in self._report["programmes"]
            for name, value in one["figures"].items()
        ]
        return self._table("programmes", ("programme", "metric", "held"), rows, numbers=(2,))

    def _figure(self, name: str, value: int, unit: str) -> str:
        return amount_text(value, unit=unit, lang=self._lang) if name in _MONEY else f"{value:,}"

    def _accounts(self) -> list[Heading | Line | Table]:
        rows = []
        for one in self._report["accounts"]:
            sums = [amount_text(one[name], unit=one["unit"], lang=self._lang) for name in ("in", "out", "balance")]
            rows.append((plain(one["name"]), plain(one["holder"] or ""), *sums))
        return self._table("accounts", ("account", "holder", "in", "out", "balance"), rows, numbers=(2, 3, 4))

    def _counties(self) -> list[Heading | Line | Table]:
        rows = []
        for one in self._report["counties"]:
            unit = self._units.get(one["programme"])
            sums = [amount_text(one[name], unit=unit, lang=self._lang) for name in ("decided", "paid")]
            persons = "" if one["persons"] is None else f"{one['persons']:,}"
            closed = "" if one["closed"] is None else str(one["closed"])
            place = (plain(one["programme"]), plain(one["county"]), plain(one["period"]))
            rows.append((*place, persons, f"{one['claims']:,}", *sums, closed))
        heads = ("programme", "county", "period", "persons", "claims", "decided", "paid", "closed")
        return self._table("counties", heads, rows, numbers=(3, 4, 5, 6, 7))

    def _duties(self) -> list[Heading | Line | Table]:
        counts = ("in_time", "missed", "late", "open", "waiting")
        rows = [
            (plain(one["party"]), plain(one["programme"]), *(f"{one[name]:,}" for name in counts))
            for one in self._report["duties"]
        ]
        return self._table("duties", ("party", "programme", *counts), rows, numbers=(2, 3, 4, 5, 6))

    def _late(self) -> list[Heading | Line | Table]:
        rows = [
            (plain(one["party"]), plain(one["programme"]), plain(one["id"]), str(one["about"]), one["due"])
            for one in self._report["late"]
        ]
        return self._table("late duties", ("party", "programme", "duty", "about", "due"), rows, numbers=(3,))

    def _flagged(self) -> list[Heading | Line | Table]:
        flagged = [one for one in self._report["figures"]["said"] if one["flagged"] and one["kind"] == "notice"]
        if not flagged:
            return [Heading(self.say("flagged")), Line(self.say("no flags"))]
        rows = []
        for one in flagged:
            difference = one["difference"]
            told = self.say("not to be told") if difference is None else self._number(one["metric"], difference)
            value = self._number(one["metric"], one["value"])
            rows.append((str(one["index"]), self._parties(one["signers"]), plain(one["metric"]), value, told))
        return self._table("flagged", ("leaf", "signer", "metric", "value", "difference"), rows, numbers=(0, 3, 4))

    def _said(self) -> list[Heading | Line | Table]:
        figures = self._report["figures"]
        rows = []
        for one in figures["said"]:
            word = "no" if one["flagged"] else "yes"
            supported = self.say(word if one["judged"] else "not judged")
            precision = "" if one["precision"] is None else f" ({plain(one['precision'])})"
            value = self._number(one["metric"], one["value"]) + precision
            rows.append((str(one["index"]), self._parties(one["signers"]), plain(one["metric"]), value, supported))
        if not rows:
            return [Heading(self.say("said")), Line(self.say("nothing said"))]
        parts = self._table("said", ("leaf", "signer", "metric", "value", "supported"), rows, numbers=(0, 3))
        if figures["more"]:
            parts.append(Line(self.say("more", count=figures["more"])))
        return parts

    def _table(
        self, heading: str, heads: tuple[str, ...], rows: Sequence[tuple[str, ...]], *, numbers: tuple[int, ...]
    ) -> list[Heading | Line | Table]:
        """A section that is one table; nothing where there are no rows."""
        if not rows:
            return []
        return [Heading(self.say(heading)), Table(tuple(map(self.say, heads)), tuple(rows), numbers)]

    def _number(self, metric: str, value: int) -> str:
        """A number that was said, as money where it is some."""
        programme, _, name = metric.partition("/")
        unit = self._units.get(programme)
        return f"{value:,}" if unit is None else self._figure(name.rpartition("/")[2], value, unit)

    def _parties(self, signers: Iterable[str]) -> str:
        """Who signed, by the names that the charter has for them."""
        return self._list(self._report["parties"].get(signer, signer) for signer in signers)

    def _list(self, names: Iterable[str]) -> str:
        return self.say("pause").join(map(plain, names))


def _whole(text: str) -> str:
    """A longer text out of the log as `plain` shows a short one, up to a page of it."""
    parts = range(0, min(len(text), EVIDENCE_CHARACTERS_MAX), TEXT_CHARACTERS_MAX)
    return "".join(plain(text[at : at + TEXT_CHARACTERS_MAX]) for at in parts)
