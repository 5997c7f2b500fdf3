"""The bytes of a receipt, part by part, as they stand in its file (docs/formats/receipt.md)."""

import json
import zlib
from typing import Any

from ledger.note import parse_note

SIZES = ("bytes", "deflated", "multiproof", "cosignatures", "leaves", "rows", "lines", "bodies", "rest")
COUNTS = ("hashes in the multiproof", "cosignatures", "leaves shown", "rows", "signatures of leaves")


def size_parts(receipt: bytes) -> tuple[int, ...]:
    """In the order of `SIZES`: all of it, all of it as raw deflate leaves it, and its parts.

    *lines* is the person's line with its opening and its path. *rest* is the text of the checkpoint with the log's own
    signature, names, punctuation, and parts that are empty.
    """
    value = json.loads(receipt)
    parts = (
        _bytes(value["proof"]), sum(map(_bytes, _cosignatures(value))), _bytes(value["leaves"]),
        _bytes(value["rows"]) + _bytes(value["none"]), _bytes(value.get("line")), _bytes(value["bodies"]),
    )  # fmt: skip
    return len(receipt), len(_deflate(receipt)), *parts, len(receipt) - sum(parts)


def count_parts(receipt: bytes) -> tuple[int, ...]:
    """In the order of `COUNTS`."""
    value = json.loads(receipt)
    notes = [leaf.partition("\n")[2].encode() for _, leaf in value["leaves"]]
    signatures = sum(len(parse_note(note).signatures) for note in notes)
    return (len(value["proof"]), len(_cosignatures(value)), len(value["leaves"]),
            len(value["rows"]) + len(value["none"]), signatures)


def _cosignatures(value: dict[str, Any]) -> list[str]:
    """The lines of the checkpoint behind the first signature, which is the log's."""
    lines: list[str] = value["checkpoint"].rpartition("\n\n")[2].splitlines(keepends=True)
    return lines[1:]


def _bytes(value: object) -> int:
    """A part as canonical JSON, 0 if there is nothing in it; of a text what stands between the quotes."""
    if not value:
        return 0
    data = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    return len(data) - 2 if isinstance(value, str) else len(data)


def _deflate(data: bytes) -> bytes:
    """Raw deflate, which is how a receipt goes onto paper."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()
