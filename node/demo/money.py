"""Amounts as people read them."""


def money(minor: int, *, digits: int = 2) -> str:
    """An amount with a comma before each three digits; `digits` is how many the minor unit has."""
    sign, size = "-" if minor < 0 else "", abs(minor)
    whole, rest = divmod(size, 10**digits)
    return f"{sign}{whole:,}" + (f".{rest:0{digits}d}" if digits else "")
