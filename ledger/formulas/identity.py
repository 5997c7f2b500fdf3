"""Identity number: the citizen's number of GB 11643, and the birthday in it.

Six digits of a place, the birthday YYYYMMDD, three digits of an order, and a check character by ISO 7064, MOD 11-2.
The example that the standard prints, of somebody born on 31 December 1949:

    11010519491231002X
"""

import re
from datetime import date

from ledger.errors import FormatError
from ledger.strict import day as parse_day
from ledger.strict import shown

_NUMBER = re.compile(r"[0-9]{6}([0-9]{4})([0-9]{2})([0-9]{2})[0-9]{3}[0-9X]", re.ASCII)
_CHECKS = "10X98765432"
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def birthday(number: str) -> date:
    """Return the birthday in an identity number.

    Raises:
        FormatError: another form, no such day, or a check character that does not fit.
    """
    parts = _NUMBER.fullmatch(number)
    if not parts:
        raise FormatError(f"identity number: expected 17 digits and a check of digit or X, got {shown(number)}")
    weighed = sum((ord(digit) - ord("0")) * weight for digit, weight in zip(number[:-1], _WEIGHTS, strict=True))
    if number[-1] != _CHECKS[weighed % 11]:
        raise FormatError(f"identity number: expected the check {_CHECKS[weighed % 11]}, got {number[-1]}")
    return parse_day("-".join(parts.groups()), what="identity number")
