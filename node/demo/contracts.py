"""What the offices of every programme share: the paper behind an entry, where accounts lie, and how many must agree."""

from hashlib import sha256

from ledger.strict import JsonValue

Value = dict[str, JsonValue]

OPERATOR = "platform"
QUORUM = 3  # of four parties
# Where accounts lie: the alias of one bank or platform account each.
PLACES = {"foundation": "foundation-bank", "insurer": "insurer-bank", "platform": "platform-account"}
OUTSIDE = "outside"
STATEMENT_PLACE = "relief-bank"


def paper(title: str) -> str:
    """The hash by which an entry names an invented paper."""
    return sha256(f"mingzhang demo: {title}".encode()).hexdigest()


def quorum_of(parties: int) -> int:
    """The fewest parties that are more than two thirds of all."""
    return 2 * parties // 3 + 1
