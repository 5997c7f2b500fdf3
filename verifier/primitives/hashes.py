"""What goes into SHA-256. The first byte says what is hashed, so no value can stand for another kind of thing.

    00  leaf of the log                                             leaf hash (RFC 6962)
    00  line, 40 bytes                                              sum-tree leaf hash
    01  left || right                                               node of the log (RFC 6962)
    01  left hash || u64 left total || right hash || u64 total      node of a sum tree
    02  salt (32) || opening                                        commitment
    03  body, or tag file                                           name of a sealed body, of a tag file
    04  salt (32) || nonce (16)                                     next salt of a row
    05  body nonce (16) || moves                                    effect of a sealed leaf
    06  salt (32, none in the map `published`) || row               row hash
    07  key (32) || row hash                                        trie leaf
    08  u8 bit || left || right                                     trie node
    09  map name || 00 || row name                                  trie key
    0a  u64 end || u64 leaf index                                   value in the map `exits`
    0b  root of each column, 32 bytes each                          name of a batch with columns

Integers are big-endian; openings, bodies, moves and rows are canonical JSON; the text of an entry has no first byte.
"""

from collections.abc import Iterable
from hashlib import sha256

from verifier.errors import FormatError

EMPTY_HASH = sha256(b"").digest()  # the root of an empty tree, and of an empty trie

SALT_BYTES = 32
NONCE_BYTES = 16


def leaf_hash(leaf: bytes) -> bytes:
    """The hash of a leaf of the log."""
    return sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of a node of the log's tree."""
    return sha256(b"\x01" + left + right).digest()


def sum_leaf_hash(line: bytes) -> bytes:
    """The hash of a line of a batch."""
    return sha256(b"\x00" + line).digest()


def sum_node_hash(left: tuple[bytes, int], right: tuple[bytes, int]) -> bytes:
    """The hash of a node of a sum tree, of the hashes and totals below it."""
    return sha256(b"\x01" + left[0] + left[1].to_bytes(8, "big") + right[0] + right[1].to_bytes(8, "big")).digest()


def commitment_hash(*, salt: bytes, opening: bytes) -> bytes:
    """The commitment to an opening."""
    return sha256(b"\x02" + _sized(salt, SALT_BYTES, what="salt") + opening).digest()


def body_hash(body: bytes) -> bytes:
    """The name under which a sealed body or a tag file is known."""
    return sha256(b"\x03" + body).digest()


def next_salt(*, salt: bytes, nonce: bytes) -> bytes:
    """The salt of a row after an entry with this nonce has touched it."""
    salt, nonce = _sized(salt, SALT_BYTES, what="salt"), _sized(nonce, NONCE_BYTES, what="nonce")
    return sha256(b"\x04" + salt + nonce).digest()


def effect_hash(*, body_nonce: bytes, moves: bytes) -> bytes:
    """What stands in the stamp of a sealed leaf in place of its moves."""
    return sha256(b"\x05" + _sized(body_nonce, NONCE_BYTES, what="nonce") + moves).digest()


def row_hash(*, salt: bytes | None, row: bytes) -> bytes:
    """The hash of a row; there is no salt in the map `published`."""
    return sha256(b"\x06" + (b"" if salt is None else _sized(salt, SALT_BYTES, what="salt")) + row).digest()


def trie_leaf_hash(*, key: bytes, value: bytes) -> bytes:
    """The hash of a leaf of a trie; `value` is a row hash, or an exit hash in the map `exits`."""
    return sha256(b"\x07" + key + value).digest()


def trie_node_hash(bit: int, left: bytes, right: bytes) -> bytes:
    """The hash of a trie node whose two sides differ first in `bit`."""
    return sha256(b"\x08" + bytes((bit,)) + left + right).digest()


def trie_key(*, map_name: str, row_name: bytes) -> bytes:
    """The key of a row in a trie."""
    return sha256(b"\x09" + map_name.encode("ascii") + b"\x00" + row_name).digest()


def exit_hash(*, end: int, index: int) -> bytes:
    """The value in the map `exits` of an exit that reaches up to `end`, made by leaf `index`."""
    if not (0 <= end < 1 << 64 and 0 <= index < 1 << 64):
        raise FormatError(f"exit: expected end and leaf index of 64 bits, got {end} and {index}")
    return sha256(b"\x0a" + end.to_bytes(8, "big") + index.to_bytes(8, "big")).digest()


def columns_hash(roots: Iterable[bytes]) -> bytes:
    """The name under which a batch with columns is known, of the roots of its columns in order."""
    return sha256(b"\x0b" + b"".join(roots)).digest()


def text_hash(text: bytes) -> bytes:
    """The hash of an entry's text, its idempotency key."""
    return sha256(text).digest()


def _sized(data: bytes, length: int, *, what: str) -> bytes:
    # Without this check bytes could wander from a salt into what stands behind it.
    if len(data) != length:
        raise FormatError(f"{what}: expected {length} bytes, got {len(data)}")
    return data
