"""The sum tree of a batch as its document defines it: recursive, slow, and only right."""

from hashlib import sha256

from tests.reference.rfc6962 import split


def u64(number):
    return number.to_bytes(8, "big")


def leaf(amount, commitment):
    return sha256(b"\x00" + u64(amount) + commitment).digest(), amount


def node(left, right):
    return sha256(b"\x01" + left[0] + u64(left[1]) + right[0] + u64(right[1])).digest(), left[1] + right[1]


def root(leaves):
    """(hash, total) over `leaves`."""
    if len(leaves) == 1:
        return leaves[0]
    k = split(len(leaves))
    return node(root(leaves[:k]), root(leaves[k:]))


def path(index, leaves):
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    if index < k:
        return [*path(index, leaves[:k]), root(leaves[k:])]
    return [*path(index - k, leaves[k:]), root(leaves[:k])]


def verify(leaf_value, index, count, siblings, entry):
    """Follow proofs.md, section 3, word for word; return the offset or None."""
    fn, sn, x, offset = index, count - 1, leaf_value, 0
    left_over = list(siblings)
    while sn > 0:
        if fn & 1 or fn < sn:
            if not left_over:
                return None
            sibling = left_over.pop(0)
            if fn & 1:
                offset += sibling[1]
                x = node(sibling, x)
            else:
                x = node(x, sibling)
        fn, sn = fn >> 1, sn >> 1
    return offset if not left_over and x == entry else None
