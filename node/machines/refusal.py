"""The refusal: a party says, signed with its entry key, that a leaf it was served is not valid, and why.

    ledger.example/dlz refusal/v1
    {"index":4,"leaf":"9f0c…","message":"stamp index: expected 4, got 5","reason":"proof"}

    — county.example 3q2+…

`leaf` is the leaf's hash, so that everybody can tell which leaf is meant; `reason` is a rule's stable name, or the
class of the error. Whoever holds the leaf can replay it and judge. Source: docs/formats/refusal.md.
"""

from ledger.keys import SigningKey
from ledger.merkle import leaf_hash
from ledger.note import sign_note
from ledger.strict import format_json
from node.machines.events import Refusal


def sign_refusal(*, origin: str, index: int, leaf: bytes, refusal: Refusal, key: SigningKey) -> bytes:
    """The refusal of `leaf` as a signed note."""
    line = format_json(
        {"index": index, "leaf": leaf_hash(leaf).hex(), "message": refusal.message, "reason": refusal.reason}
    )  # fmt: skip
    return sign_note(b"%b refusal/v1\n%b\n" % (origin.encode(), line), key)
