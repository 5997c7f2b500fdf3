"""Commitments, names of what is sealed, and tags: the hashes that stand in public for what is not public.

    02 || 32-byte salt || opening                   commitment: what a line says about a gift or a person
    03 || body                                      name of a sealed body, of a tag file
    05 || 16-byte body nonce || moves               effect of a sealed leaf (`[]` when nothing moves)
    text, both lines with their LF, no prefix       text hash: the idempotency key of an entry
    HMAC-SHA-256(key, type || 00 || canonical id)   tag: equal things are equal inside the consortium only

Opening, body and moves are canonical JSON. A salt is drawn at random for one commitment and used for no other: short
openings can be guessed, 256 bits of salt can not. Source: docs/formats/commitment.md.
"""

import hmac
import re
from collections.abc import Mapping
from hashlib import sha256

from ledger.errors import FormatError, ProofError
from ledger.strict import JsonValue, format_json, shown

SALT_BYTES = 32
NONCE_BYTES = 16
TAG_KEY_BYTES = 32

_TAG_TYPE = re.compile(r"[a-z][a-z0-9_]{0,31}", re.ASCII)


def commit(salt: bytes, opening: Mapping[str, JsonValue]) -> bytes:
    """Commit to `opening` under `salt`.

    Raises:
        FormatError: the salt has another length, or the opening cannot be canonical JSON.
    """
    if len(salt) != SALT_BYTES:
        raise FormatError(f"commitment: expected a salt of {SALT_BYTES} bytes, got {len(salt)}")
    return sha256(b"\x02" + salt + format_json(opening, what="opening")).digest()


def open_commitment(commitment: bytes, salt: bytes, opening: Mapping[str, JsonValue]) -> None:
    """Verify that `commitment` was made from `salt` and `opening`.

    Raises:
        FormatError: the salt or the opening is malformed.
        ProofError: they give another commitment.
    """
    computed = commit(salt, opening)
    if computed != commitment:
        raise ProofError(f"commitment: the opening gives {computed.hex()}, the line says {commitment.hex()}")


def body_hash(body: bytes) -> bytes:
    """Name a sealed body or a tag file by its bytes."""
    return sha256(b"\x03" + body).digest()


def effect_hash(nonce: bytes, moves_json: bytes) -> bytes:
    """Hash the moves of a sealed leaf, its body's nonce keeping them from being guessed.

    Raises:
        FormatError: the nonce has another length.
    """
    if len(nonce) != NONCE_BYTES:
        raise FormatError(f"effect: expected a nonce of {NONCE_BYTES} bytes, got {len(nonce)}")
    return sha256(b"\x05" + nonce + moves_json).digest()


def text_hash(text: bytes) -> bytes:
    """Hash the signed text of an entry: both lines, each with its LF."""
    return sha256(text).digest()


def tag(key: bytes, id_type: str, canonical_id: str) -> bytes:
    """Tag an identity (a person, invoice, trade number …) under the programme's tag key.

    The type ends at a zero byte, which no type contains, so no two pairs of type and id make one tag.

    Raises:
        FormatError: the key or type is malformed, or the id is empty.
    """
    if len(key) != TAG_KEY_BYTES:
        raise FormatError(f"tag: expected a key of {TAG_KEY_BYTES} bytes, got {len(key)}")
    if not _TAG_TYPE.fullmatch(id_type):
        raise FormatError(f"tag: expected a type [a-z][a-z0-9_]* of at most 32 characters, got {shown(id_type)}")
    if not canonical_id:
        raise FormatError(f"tag: expected an id of type {id_type}, got an empty one")
    return hmac.digest(key, id_type.encode() + b"\x00" + canonical_id.encode(), "sha256")
