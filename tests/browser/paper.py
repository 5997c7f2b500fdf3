"""A second reader of receipts on paper (docs/formats/paper.md), by zlib."""

import hashlib
import zlib

MAGIC = b"MZP1"
HEAD_BYTES = 14
PARTS_MAX = 72
PART_BYTES_MAX = 2953
RECEIPT_BYTES_MAX = 65_536


def split(receipt: bytes, piece_bytes: int) -> list[bytes]:
    """The parts of a receipt, with pieces of at most so many bytes."""
    deflating = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    stream = deflating.compress(receipt) + deflating.flush()
    pieces = [stream[start : start + piece_bytes] for start in range(0, len(stream), piece_bytes)]
    name = hashlib.sha256(receipt).digest()[:8]
    return [MAGIC + bytes([at + 1, len(pieces)]) + name + piece for at, piece in enumerate(pieces)]


def join(parts: list[bytes]) -> bytes | None:
    """The receipt, or None where the parts are not as the format asks."""
    if not parts or not all(HEAD_BYTES < len(part) <= PART_BYTES_MAX and part[:4] == MAGIC for part in parts):
        return None
    count, names = parts[0][5], {part[6:HEAD_BYTES] for part in parts}
    places = sorted((part[4], part[5]) for part in parts)
    if count > PARTS_MAX or places != [(at + 1, count) for at in range(count)] or len(names) != 1:
        return None
    inflating = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        receipt = inflating.decompress(b"".join(part[HEAD_BYTES:] for part in sorted(parts)), RECEIPT_BYTES_MAX + 1)
    except zlib.error:
        return None
    if not inflating.eof or inflating.unused_data or len(receipt) > RECEIPT_BYTES_MAX:
        return None
    return receipt if {hashlib.sha256(receipt).digest()[:8]} == names else None
