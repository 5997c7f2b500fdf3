"""The leaf: what the log holds. A stamp, which the sequencer writes and every replay computes anew, then the entry.

    {"balance":71,"charter":0,"index":88,"moves":[…],"rules":1,"time_unix_ms":1551400000123} LF
    <entry, a signed note>

Stamp at most 16,384 bytes, leaf at most 65,535. Source: docs/formats/entry.md.
"""

from ledger.errors import FormatError
from ledger.stamp import Stamp, parse_stamp

LEAF_BYTES_MAX = 65_535


def stamp_of(leaf: bytes) -> Stamp:
    """Parse the stamp of a leaf.

    Raises:
        FormatError: the leaf is too long, has no stamp line, or the stamp is not of its form.
    """
    return parse_stamp(split_leaf(leaf)[0])


def entry_of(leaf: bytes) -> bytes:
    """Return the entry of a leaf, not parsed.

    Raises:
        FormatError: the leaf is too long or has no stamp line.
    """
    return split_leaf(leaf)[1]


def split_leaf(leaf: bytes) -> tuple[bytes, bytes]:
    """Split a leaf into its stamp line and its entry, neither parsed.

    Raises:
        FormatError: the leaf is too long or has no stamp line.
    """
    if len(leaf) > LEAF_BYTES_MAX:
        raise FormatError(f"leaf: expected at most {LEAF_BYTES_MAX} bytes, got {len(leaf)}")
    line, lf, entry = leaf.partition(b"\n")
    if not lf:
        raise FormatError("leaf: expected a stamp, a line feed and an entry, found no line feed")
    return line, entry
