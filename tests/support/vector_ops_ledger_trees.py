"""How `ledger` runs the vectors of trees, proofs, tiles, commitments, batches and tries.

Each operation takes the `in` of a case and returns its `out`; a bad case raises a `LedgerError`.
"""

from ledger.merkle import leaf_hash, node_hash, root_hash
from ledger.proof import verify_consistency, verify_inclusion, verify_multi, verify_subtree


def unhex(texts):
    return [bytes.fromhex(text) for text in texts]


def merkle_leaf(case):
    return {"hash_hex": leaf_hash(bytes.fromhex(case["leaf_hex"])).hex()}


def merkle_node(case):
    return {"hash_hex": node_hash(bytes.fromhex(case["left_hex"]), bytes.fromhex(case["right_hex"])).hex()}


def merkle_root(case):
    return {"root_hex": root_hash([leaf_hash(leaf) for leaf in unhex(case["leaves_hex"])]).hex()}


def proof_inclusion(case):
    verify_inclusion(leaf=bytes.fromhex(case["leaf_hash_hex"]), index=case["index"], size=case["size"],
                     path=unhex(case["path_hex"]), root=bytes.fromhex(case["root_hex"]))
    return {}


def proof_consistency(case):
    verify_consistency(old_size=case["old_size"], new_size=case["new_size"], path=unhex(case["path_hex"]),
                       old_root=bytes.fromhex(case["old_root_hex"]), new_root=bytes.fromhex(case["new_root_hex"]))
    return {}


def proof_subtree(case):
    verify_subtree(start=case["start"], end=case["end"], size=case["size"], path=unhex(case["path_hex"]),
                   subtree=bytes.fromhex(case["subtree_hex"]), root=bytes.fromhex(case["root_hex"]))
    return {}


def multiproof_verify(case):
    leaves = {index: bytes.fromhex(text) for index, text in case["leaf_hashes_hex"]}
    verify_multi(leaves=leaves, size=case["size"], path=unhex(case["path_hex"]), root=bytes.fromhex(case["root_hex"]))
    return {}


OPS = {
    "merkle.leaf": merkle_leaf,
    "merkle.node": merkle_node,
    "merkle.root": merkle_root,
    "proof.inclusion": proof_inclusion,
    "proof.consistency": proof_consistency,
    "proof.subtree": proof_subtree,
    "multiproof.verify": multiproof_verify,
}
