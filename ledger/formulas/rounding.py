"""Rounding of one division, where it leaves a rest."""

from ledger.formulas.case import Case

BP = 10_000  # basis points in the whole


def ratio_of(case: Case, value: int, ratio_bp: int) -> int:
    """Return so many basis points of a value, rounded as the formula says.

    Raises:
        Stopped: terms_incomplete.
    """
    return quotient(case, value * ratio_bp, BP)


def quotient(case: Case, dividend: int, divisor: int) -> int:
    """Divide, rounding as the formula says; where nothing is left over its `rounding` is not looked at.

    Neither number is negative.

    Raises:
        Stopped: terms_incomplete, where there is a rest and the terms do not say how to round.
    """
    whole, rest = divmod(dividend, divisor)
    return whole + _goes_up(case.clause("rounding"), whole, 2 * rest - divisor) if rest else whole


def _goes_up(rounding: str, whole: int, above_half: int) -> bool:
    """Whether a quotient with a rest goes up; `above_half` is its sign: below, at or above one half."""
    if rounding == "half_up":
        return above_half >= 0
    if rounding == "half_even":
        return above_half > 0 or (above_half == 0 and whole % 2 == 1)
    return rounding == "up"
