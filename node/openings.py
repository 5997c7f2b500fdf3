"""Openings: what the holder keeps in its vault to open the lines of a batch, and the links to receipts made of them.

    drawer    openings/<root of the batch>, one record a line
    record    {"opening":{"amount":2,"at":"2018-01-08T20:11:05+08:00",…},"salt":"<64 hex>"}
    link      <leaf index>-<line>-<32 hex>: HMAC-SHA-256(salt, "receipt " <leaf index> "-" <line>), 16 bytes

Whoever knows the salt can make the link, and nobody else; once the opening is erased, the link leads nowhere.
"""

import hmac
import re
from dataclasses import dataclass

from ledger.commitment import SALT_BYTES
from ledger.errors import FormatError
from ledger.strict import JsonValue, format_json, hex_exact, parse_json
from node.errors import AbsentError
from node.vault import Vault

_LINK = re.compile(r"(0|[1-9][0-9]{0,15})-(0|[1-9][0-9]{0,6})-([0-9a-f]{32})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Opening:
    """What opens one line."""

    opening: dict[str, JsonValue]
    salt: bytes


def drawer(root: str) -> str:
    """The drawer that opens the batch with this root (hex)."""
    return f"openings/{root}"


def format_record(opening: Opening) -> bytes:
    """Format a record of a drawer."""
    return format_json({"opening": opening.opening, "salt": opening.salt.hex()}, what="record")


def parse_record(record: bytes) -> Opening:
    """Parse a record of a drawer.

    Raises:
        FormatError: not of the form above.
    """
    match parse_json(record, what="record"):
        case {"opening": dict() as opening, "salt": str() as salt, **rest} if not rest:
            return Opening(opening, hex_exact(salt, what="record: salt", size=SALT_BYTES))
        case _:
            raise FormatError("record: expected the members opening, an object, and salt, a string")


def read_opening(vault: Vault, root: str, line: int) -> Opening | None:
    """What opens a line; None where it is not held here, or was erased."""
    try:
        record = vault.get(drawer(root), line)
    except AbsentError:
        return None
    return None if record is None else parse_record(record)


def link_of(entry: int, line: int, salt: bytes) -> str:
    """The link to the receipt of a line."""
    place = f"{entry}-{line}"
    return f"{place}-{hmac.digest(salt, f'receipt {place}'.encode(), 'sha256')[:16].hex()}"


def parse_link(link: str) -> tuple[int, int]:
    """The leaf index and line that a link claims to be for.

    Raises:
        FormatError: not of the form above.
    """
    parts = _LINK.fullmatch(link)
    if parts is None:
        raise FormatError("link: expected LEAF-LINE-CODE as it was given with the receipt")
    return int(parts[1]), int(parts[2])


def is_link(link: str, *, entry: int, line: int, salt: bytes) -> bool:
    """Whether a link is the one for this line, told in constant time."""
    return hmac.compare_digest(link, link_of(entry, line, salt))
