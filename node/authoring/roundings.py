"""Roundings: how examples say in words which way a fraction goes."""

import re

_SAID = (
    ("half_even", r"half[ _-]?(?:to[ _-])?even|banker|四舍六入"),
    ("half_up", r"half[ _-]?up|四舍五入"),
    ("half_down", r"half[ _-]?down|五舍六入"),
    ("nearest", r"nearest"),
    ("down", r"(?<![a-z])(?:floor|down|truncat|towards? zero)|向下|舍去"),
    ("up", r"(?:round[a-z]*[ _-]*|always )up(?![a-z])|^up$|ceil|向上"),
)
_KNOWN = ("down", "half_even", "half_up", "up")


def rounding_named(text: object) -> str | None:
    """The rounding that a sentence names first, or None where it names none that terms may choose.

    What comes behind it is often the contrary: "rounded down; half up would be 0.01 more". After "to the nearest fen"
    a half is said behind it, or goes up.
    """
    said = text.lower() if isinstance(text, str) else ""
    found = sorted((match.start(), at) for at, (_, pattern) in enumerate(_SAID) if (match := re.search(pattern, said)))
    names = [_SAID[at][0] for _, at in found]
    if names[:1] == ["nearest"]:
        names = [name for name in names if name.startswith("half")] or ["half_up"]
    return names[0] if names and names[0] in _KNOWN else None
