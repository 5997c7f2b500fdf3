"""Saying things in one language: words, amounts and times of a verdict."""

from typing import Any

from verifier.primitives.amounts import amount_text, time_text
from verifier.receipts.verdict import Moment
from verifier.speech.words import WORDS


class Speech:
    """The words of a language, and the unit in which amounts are said."""

    def __init__(self, lang: str, *, unit: str | None) -> None:
        self._lang = lang
        self._unit = unit
        self._words = WORDS[lang]

    def say(self, word: str, **values: Any) -> str:
        """A sentence with its gaps filled."""
        return self._words[word].format(**values)

    def known(self, family: str, name: str) -> str:
        """The word for a name, or the name itself where there is none."""
        return self._words.get(f"{family} {name}", name)

    def amount(self, amount: int) -> str:
        """An amount of minor units."""
        return amount_text(amount, unit=self._unit, lang=self._lang)

    def time(self, moment: Moment) -> str:
        """When a leaf was stamped."""
        return "?" if moment.time_unix_ms is None else time_text(moment.time_unix_ms // 1000)

    def days(self, count: int, unit: str) -> str:
        """A number of working or calendar days."""
        return self.say(f"one {unit}" if count == 1 else f"many {unit}", count=count)
