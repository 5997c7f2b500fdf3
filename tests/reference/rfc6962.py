"""The tree of RFC 6962 as its text defines it: recursive, slow, and only right."""

from hashlib import sha256


def leaf(data):
    return sha256(b"\x00" + data).digest()


def split(n):
    """The largest power of two below n."""
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def root(hashes):
    if not hashes:
        return sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    k = split(len(hashes))
    return sha256(b"\x01" + root(hashes[:k]) + root(hashes[k:])).digest()


def path(m, hashes):
    """PATH(m, D[n]) of RFC 6962, section 2.1.1."""
    if len(hashes) == 1:
        return []
    k = split(len(hashes))
    if m < k:
        return [*path(m, hashes[:k]), root(hashes[k:])]
    return [*path(m - k, hashes[k:]), root(hashes[:k])]


def consistency(m, hashes):
    """PROOF(m, D[n]) of RFC 6962, section 2.1.2."""
    return subproof(m, hashes, True)


def subproof(m, hashes, known):
    if m == len(hashes):
        return [] if known else [root(hashes)]
    k = split(len(hashes))
    if m <= k:
        return [*subproof(m, hashes[:k], known), root(hashes[k:])]
    return [*subproof(m - k, hashes[k:], False), root(hashes[:k])]


def is_subtree(start, end):
    """[start, end) is valid when start is a multiple of the smallest power of two >= end - start."""
    width = 1
    while width < end - start:
        width *= 2
    return start <= end and start % width == 0


def subtree_proof(start, end, hashes, known=True):
    """SUBTREE_SUBPROOF of draft-ietf-plants-merkle-tree-certs, section 4."""
    if start == 0 and end == len(hashes):
        return [] if known else [root(hashes)]
    k = split(len(hashes))
    if end <= k:
        return [*subtree_proof(start, end, hashes[:k], known), root(hashes[k:])]
    if start >= k:
        return [*subtree_proof(start - k, end - k, hashes[k:], known), root(hashes[:k])]
    return [*subtree_proof(0, end - k, hashes[k:], False), root(hashes[:k])]


def multi(shown, hashes, first=0):
    """The hash of each largest subtree without a shown leaf, left first."""
    if not any(first <= index < first + len(hashes) for index in shown):
        return [root(hashes)]
    if len(hashes) == 1:
        return []
    k = split(len(hashes))
    return multi(shown, hashes[:k], first) + multi(shown, hashes[k:], first + k)
