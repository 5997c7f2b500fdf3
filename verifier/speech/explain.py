"""A verdict in plain words, English or Chinese: the checks line by line, then what they prove."""

from typing import Any

from verifier.primitives.amounts import plain, time_text
from verifier.receipts.verdict import Cover, Hop, Line, Moment, Named, Verdict
from verifier.speech.answer import tell_answer
from verifier.speech.speech import Speech
from verifier.speech.tell_claim import tell_claim, tell_notice
from verifier.speech.words import WORDS

_NAME_COLUMNS = 14
_AMOUNT_COLUMNS = 18
_UNNAMED = ("amount",)  # what an opening says that stands elsewhere in the sentence


def explain_receipt(verdict: Verdict, *, lang: str) -> str:
    """Everything that a receipt proves, ready to print."""
    teller = _Teller(verdict, lang)
    question, *checks = teller.checks()
    lines = [question, teller.answer(), *checks, *teller.proven(), *teller.notes(), *teller.key()]
    return "".join(f"{line}\n" for line in lines)


def answer_receipt(verdict: Verdict, *, lang: str) -> str:
    """The answer in one sentence."""
    return tell_answer(Speech(lang, unit=verdict.unit), verdict)


def check_lines(verdict: Verdict, *, lang: str) -> list[tuple[str, str]]:
    """The checks that were passed: a name that is the same in every language, and what was checked."""
    return _Teller(verdict, lang).named_checks()


class _Teller:
    """One verdict, told in one language."""

    def __init__(self, verdict: Verdict, lang: str) -> None:
        self._verdict = verdict
        self._words = WORDS[lang]
        self._speech = Speech(lang, unit=verdict.unit)

    def checks(self) -> list[str]:
        return [f"ok    {name:<{_NAME_COLUMNS}}{text}" for name, text in self.named_checks()]

    def named_checks(self) -> list[tuple[str, str]]:
        verdict = self._verdict
        found: list[tuple[str, str]] = []
        if verdict.entry is not None:
            found += self._entry_checks(verdict.entry)
        elif verdict.line is not None:
            found += self._line_checks(verdict.line)
        indices = ", ".join(map(str, verdict.leaves))
        word = "check inclusion" if len(verdict.leaves) == 1 else "check inclusions"
        found.append(("inclusion", self._say(word, index=indices, indices=indices, size=verdict.size)))
        found.append(("signatures", self._say("check signers")))
        if verdict.line is not None or (verdict.entry is not None and verdict.entry.notices):
            found.append(("balance", self._say("check balance", index=verdict.as_of.index)))
        if verdict.cover is not None:
            found += self._cover_checks(verdict.cover)
        found.append(("checkpoint", self._say("check checkpoint", origin=plain(verdict.origin), size=verdict.size)))
        counts = {"count": len(verdict.cosigned), "witnesses": verdict.witnesses, "quorum": verdict.quorum}
        word = "check cosigned" if verdict.quorum is None else "check cosignatures"
        cosigned = ("cosignatures", self._say(word, **counts))
        found.append(("pinned", self._say("check pinned")) if verdict.pinned else cosigned)
        return found

    def answer(self) -> str:
        """The second line: what the question of the first is answered with."""
        return f"{'':<6}{'answer':<{_NAME_COLUMNS}}{tell_answer(self._speech, self._verdict)}"

    def proven(self) -> list[str]:
        """What the checks prove, hop by hop."""
        verdict = self._verdict
        told: list[str] = []
        if verdict.line is not None and verdict.cover is not None:
            told = self._cover(verdict.line, verdict.cover)
        elif verdict.line is not None:
            told = self._trail(verdict.line)
        notices = () if verdict.entry is None else verdict.entry.notices
        told += [line for notice in notices for line in ("", tell_notice(self._speech, notice))]
        as_of = verdict.as_of
        word = "as of leaf" if verdict.line is None and not notices else "as of"
        told += ["", self._say(word, index=as_of.index, time=self._time(as_of))]
        if verdict.vouched_unix_s is not None:
            told.append(self._say("vouched", time=time_text(verdict.vouched_unix_s)))
        return told

    def notes(self) -> list[str]:
        """What should be read with it."""
        return [
            f"{self._words['note']}{self._words['colon']}{self._say(f'caution {caution}', value=plain(value))}"
            for caution, value in self._verdict.cautions
        ]

    # -- donations ---------------------------------------------------------------------------------------------------

    def _line_checks(self, line: Line) -> list[tuple[str, str]]:
        opening = self._opening(line.opening)
        if self._verdict.subject == "donation":
            text = self._say("check line", amount=self._amount(line.amount), opening=opening)
        else:
            text = self._say("check member", opening=opening)
        return [
            ("line", text),
            ("place", self._say("check place", index=line.index, count=line.count, entry=line.entry.index)),
        ]

    def _trail(self, line: Line) -> list[str]:
        told = ["", self._words["way"]]
        for hop in self._verdict.hops:
            told += [f"  {self._hop(hop)}", self._indented(hop.amount)]
        told += ["", self._words["where"]]
        for piece in self._verdict.pieces:
            said = self._say(f"state {piece.state}", account=piece.account, index=piece.as_of.index)
            told.append(f"  {self._amount(piece.amount):>{_AMOUNT_COLUMNS}}  {said}")
        told.append(f"  {self._amount(line.amount):>{_AMOUNT_COLUMNS}}  {self._words['sum']}")
        return [*told, "", self._words["rule"]]

    def key(self) -> list[str]:
        """What the words mean that stand in the answer: leaf, trial balance, and the first parts of accounts."""
        verdict, words = self._verdict, self._words
        if verdict.line is None:
            return []
        names = [name for hop in verdict.hops for name in (hop.source, hop.to)]
        classes = dict.fromkeys(name.partition("/")[0] for name in [*names, *(one.account for one in verdict.pieces)])
        meanings = [(words[word], words[f"{word} means"]) for word in ("leaf", "balance")]
        meanings += [(f"{name}/", words[f"class {name}"]) for name in classes if f"class {name}" in words]
        meanings += [(words[f"basis {basis}"], words[f"basis {basis} means"]) for basis in self._bases()]
        return ["", words["to read"], *(f"  {term}{words['colon']}{meaning}" for term, meaning in meanings)]

    def _bases(self) -> list[str]:
        """What clauses of the terms that are told rest on."""
        cover = self._verdict.cover
        terms = [claim.terms for claim in cover.claims if claim.terms is not None] if cover is not None else []
        return sorted({basis for value in terms for basis in value["basis"].values()})

    def _hop(self, hop: Hop) -> str:
        kind = self._known("kind", hop.kind)
        if hop.purpose:
            kind = self._say("purpose", kind=kind, purpose=self._known("purpose", hop.purpose))
        return self._say("hop", index=hop.at.index, time=self._time(hop.at), kind=kind, source=hop.source, to=hop.to)

    def _indented(self, amount: int) -> str:
        return f"  {self._amount(amount):>{_AMOUNT_COLUMNS}}"

    # -- covers ------------------------------------------------------------------------------------------------------

    def _cover(self, line: Line, cover: Cover) -> list[str]:
        place = {"county": cover.county, "period": cover.period, "entry": line.entry.index}
        told = ["", self._say("enrolled", **place, time=self._time(line.entry))]
        if cover.policy is not None:
            told.append(self._say("covered", first=cover.first_day, last=cover.last_day, policy=cover.policy))
        if cover.removed is not None:
            told.append(self._say("removed", day=plain(cover.removed)))
        if not cover.claims:
            told.append(self._words["nothing" if cover.removed is None else "no claims"])
        for claim in cover.claims:
            told += ["", *tell_claim(self._speech, claim)]
        if cover.claims:
            as_of = self._verdict.as_of
            told += ["", self._say("all claims", index=as_of.index, time=self._time(as_of))]
        return told

    def _cover_checks(self, cover: Cover) -> list[tuple[str, str]]:
        found = []
        judged = [duty.on for claim in cover.claims for duty in claim.duties]
        worked = [index for claim in cover.claims for index in claim.worked]
        if judged:
            found.append(("duties", self._say("check duties", on=judged[0])))
        if worked:
            found.append(("decisions", self._say("check decisions", indices=", ".join(map(str, worked)))))
        return found

    # -- entries -----------------------------------------------------------------------------------------------------

    def _entry_checks(self, entry: Named) -> list[tuple[str, str]]:
        said = {"kind": self._known("kind", entry.value["kind"]), "signers": ", ".join(entry.signers)}
        found = [("entry", self._say("check entry", **said, hash=entry.text_hash.hex()))]
        if entry.body is not None:
            found.append(("body", self._say("check body", kind=self._known("kind", entry.body["kind"]))))
        return found

    # -- words -------------------------------------------------------------------------------------------------------

    def _say(self, word: str, **values: Any) -> str:
        return self._speech.say(word, **values)

    def _known(self, family: str, name: str) -> str:
        return self._speech.known(family, name)

    def _amount(self, amount: int) -> str:
        return self._speech.amount(amount)

    def _time(self, moment: Moment) -> str:
        return self._speech.time(moment)

    def _opening(self, opening: dict[str, Any]) -> str:
        """What only this person and the platform know, member by member."""
        return self._words["pause"].join(
            f"{self._known('opening', plain(name))} {plain(str(value))}" for name, value in opening.items()
            if name not in _UNNAMED
        )
