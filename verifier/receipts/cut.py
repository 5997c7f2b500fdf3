"""The C2SP tlog-proof of one leaf, cut out of a receipt that was checked.

Each hash of an inclusion path is one of the receipt's multiproof, or follows from the leaves that are shown.
"""

import base64
from collections.abc import Mapping, Sequence

from verifier.log.tlog_proof import HEADER
from verifier.primitives.hashes import leaf_hash, node_hash
from verifier.receipts.receipt_file import Receipt


def cut_tlog_proof(receipt: Receipt, *, index: int, size: int) -> bytes:
    """The tlog-proof of leaf `index`, which a receipt shows under its checkpoint of `size`. It passed its checks."""
    leaves = {at: leaf_hash(leaf) for at, leaf in receipt.leaves.items()}
    path = inclusion_path(leaves=leaves, index=index, size=size, path=receipt.proof)
    hashes = b"".join(base64.b64encode(hash_) + b"\n" for hash_ in path)
    return HEADER + b"\nindex %d\n" % index + hashes + b"\n" + receipt.checkpoint


def inclusion_path(*, leaves: Mapping[int, bytes], index: int, size: int, path: Sequence[bytes]) -> list[bytes]:
    """The inclusion path of leaf `index`, from the leaf up, out of a multiproof that was verified."""
    hashes = iter(path)
    siblings: list[bytes] = []

    def subtree(start: int, end: int) -> bytes:
        if not any(start <= at < end for at in leaves):
            return next(hashes)
        if end - start == 1:
            return leaves[start]
        middle = start + (1 << ((end - start - 1).bit_length() - 1))
        left = subtree(start, middle)
        right = subtree(middle, end)
        if start <= index < end:
            siblings.append(right if index < middle else left)
        return node_hash(left, right)

    subtree(0, size)
    return siblings
