"""The errors of the core. A message says where, what was expected and what came.

The node maps them to HTTP: FormatError 400, SignatureError 403, ProofError 422, Rejected 422.
"""


class LedgerError(Exception):
    """Any error that this package raises on purpose."""


class FormatError(LedgerError):
    """The bytes do not follow the format."""


class SignatureError(LedgerError):
    """Well formed, but not signed by that key, or a key that the signature rule does not admit."""


class ProofError(LedgerError):
    """The hashes do not lead to the root."""


class Rejected(LedgerError):
    """The entry breaks a rule. `reason` is a stable name from docs/formats/rules.md and is never renamed."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(f"{reason}: {message}")
        self.reason = reason


class Missing(LedgerError):
    """The entry names a batch, tag file or body that is not held here yet: no verdict, ask again when it is."""
