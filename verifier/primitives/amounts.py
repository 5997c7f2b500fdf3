"""Amounts, times and foreign text as people read them."""

import unicodedata
from datetime import UTC, datetime

TEXT_CHARACTERS_MAX = 200

# How many decimals an amount of minor units has, and what its unit is called.
_UNITS = {"CNY": (2, {"en": "yuan", "zh": "元"}), "VND": (0, {"en": "dong", "zh": "越南盾"})}
_NO_UNIT = {"en": "minor units", "zh": "个最小单位"}


def amount_text(amount: int, *, unit: str | None, lang: str) -> str:
    """An amount of minor units: `1,249,560.00 yuan`. A unit that is not known has no decimals to show."""
    if unit not in _UNITS:
        return f"{amount:,} {_NO_UNIT[lang]}{f' {plain(unit)}' if unit else ''}"
    decimals, names = _UNITS[unit]
    whole, part = divmod(abs(amount), 10**decimals)
    sign = "-" if amount < 0 else ""
    return f"{sign}{whole:,}{f'.{part:0{decimals}d}' if decimals else ''} {names[lang]}"


def time_text(time_unix_s: int) -> str:
    """A time in UTC: `2018-03-01 12:00:00 UTC`; a number where no calendar goes that far."""
    try:
        return datetime.fromtimestamp(time_unix_s, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    except (OverflowError, ValueError, OSError):
        return f"{time_unix_s} s"


def plain(text: str) -> str:
    """Foreign text in one line that cannot act on a terminal: controls, marks of direction and the like are escaped."""
    shown = "".join(
        character if character == " " or unicodedata.category(character)[0] not in "CZ" else ascii(character)[1:-1]
        for character in text[:TEXT_CHARACTERS_MAX]
    )
    return shown if len(text) <= TEXT_CHARACTERS_MAX else shown + "..."
