"""Counted: a number and what an English sentence counts by it, so that one is not "1 days".

    "{days:working day} late"      1 working day late, 2 working days late, 1,000 working days late
    "{batches:batch|batches}"      1 batch, 2 batches
    "{days} 天"                    a sentence of a language without plurals names the number alone
"""


class Counted(int):
    """A number that a sentence counts things by; the thing stands behind the colon of its place."""

    __slots__ = ()

    def __format__(self, spec: str) -> str:
        """Format the number; with a thing, the number and the thing, in the plural unless it is 1."""
        one, _, many = spec.partition("|")
        if not one[:1].isalpha():
            return int.__format__(self, spec)
        return f"{int.__format__(self, ',')} {one if self == 1 else many or f'{one}s'}"
