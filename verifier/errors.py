"""What can be wrong with something that is checked.

    VerifyError
      FormatError      the bytes do not follow the format
      SignatureError   well formed, but not signed by that key
      ProofError       the hashes do not lead to the root
      Rejected         breaks a rule of the ledger; carries a stable `reason`
      CannotTell       nothing is wrong with what was checked, but something needed is missing or unknown

Each message says where, what was expected and what came. No input raises anything else.
"""


def plain_text(text: str) -> str:
    """A text with whatever could act on a terminal escaped: controls, marks of direction, odd blanks."""
    return "".join(
        character if character.isprintable() or character == "\n" else ascii(character)[1:-1] for character in text
    )


class VerifyError(Exception):
    """A check did not pass. Its message quotes what was checked, and is plain text all the same."""

    def __str__(self) -> str:
        """The message as plain text."""
        return plain_text(super().__str__())


class FormatError(VerifyError):
    """The bytes do not follow the format."""


class SignatureError(VerifyError):
    """Well formed, but not signed by the key that must have signed."""


class ProofError(VerifyError):
    """The hashes or totals do not lead to the root."""


class Rejected(VerifyError):
    """An entry breaks a rule; `reason` is the stable name of the rule's outcome."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(f"{reason}: {message}")
        self.reason = reason


class CannotTell(VerifyError):
    """The verdict needs something that this verifier does not have or does not know."""
