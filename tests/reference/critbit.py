"""The trie as its document defines it, built from all rows at once: recursive, slow, and only right."""

from hashlib import sha256


def bits(key):
    return "".join(f"{byte:08b}" for byte in key)


def root(rows):
    """The root over `rows`, a dict from key to row hash."""
    if not rows:
        return sha256(b"").digest()
    if len(rows) == 1:
        [(key, value)] = rows.items()
        return sha256(b"\x07" + key + value).digest()
    columns = zip(*map(bits, rows), strict=True)
    bit, column = next((place, column) for place, column in enumerate(columns) if len(set(column)) == 2)
    left = {key: rows[key] for key, digit in zip(rows, column, strict=True) if digit == "0"}
    right = {key: rows[key] for key, digit in zip(rows, column, strict=True) if digit == "1"}
    return sha256(b"\x08" + bytes([bit]) + root(left) + root(right)).digest()


def touching(exits, u, v):
    """The exits (start, end) of one account that touch [u, v)."""
    return [(start, end) for start, end in exits if start < v and end > u]
