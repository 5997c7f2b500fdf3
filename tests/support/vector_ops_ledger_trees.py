"""How `ledger` runs the vectors of trees, proofs, tiles, commitments, batches and tries.

Each operation takes the `in` of a case and returns its `out`; a bad case raises a `LedgerError`. What they take and
give is in the OPS.md of each area.
"""

from ledger.batch import Batch, batch_name, locate_line
from ledger.commitment import body_hash, commit, effect_hash, open_commitment, tag, text_hash
from ledger.exits import NoExitProof, exit_value, exits_key, verify_no_exit
from ledger.merkle import EMPTY_ROOT, leaf_hash, node_hash, root_hash
from ledger.proof import verify_consistency, verify_inclusion, verify_multi, verify_subtree
from ledger.tile import (
    bundles_for_size,
    decode_bundle,
    encode_bundle,
    format_tile_path,
    parse_tile_path,
    tiles_for_size,
)
from ledger.trie import TrieProof, next_salt, row_hash, trie_key, update, verify_trie


def unhex(text):
    """Bytes of a hex string, of each in a list, or None."""
    if isinstance(text, list):
        return [bytes.fromhex(item) for item in text]
    return None if text is None else bytes.fromhex(text)


def hashed(data):
    return {"hash_hex": data.hex()}


def merkle_leaf(case):
    return hashed(leaf_hash(unhex(case["leaf_hex"])))


def merkle_node(case):
    return hashed(node_hash(unhex(case["left_hex"]), unhex(case["right_hex"])))


def merkle_root(case):
    return {"root_hex": root_hash([leaf_hash(leaf) for leaf in unhex(case["leaves_hex"])]).hex()}


def proof_inclusion(case):
    verify_inclusion(leaf=unhex(case["leaf_hash_hex"]), index=case["index"], size=case["size"],
                     path=unhex(case["path_hex"]), root=unhex(case["root_hex"]))
    return {}


def proof_consistency(case):
    verify_consistency(old_size=case["old_size"], new_size=case["new_size"], path=unhex(case["path_hex"]),
                       old_root=unhex(case["old_root_hex"]), new_root=unhex(case["new_root_hex"]))
    return {}


def proof_subtree(case):
    verify_subtree(start=case["start"], end=case["end"], size=case["size"], path=unhex(case["path_hex"]),
                   subtree=unhex(case["subtree_hex"]), root=unhex(case["root_hex"]))
    return {}


def multiproof_verify(case):
    leaves = {index: unhex(text) for index, text in case["leaf_hashes_hex"]}
    verify_multi(leaves=leaves, size=case["size"], path=unhex(case["path_hex"]), root=unhex(case["root_hex"]))
    return {}


def tile_path(case):
    tile = parse_tile_path(case["path"])
    return {"level": "entries" if tile.level is None else tile.level, "index": tile.index, "width": tile.width}


def tile_for_size(case):
    since = case.get("since", 0)
    return {"tiles": [format_tile_path(tile) for tile in tiles_for_size(case["size"], since=since)],
            "bundles": [format_tile_path(tile) for tile in bundles_for_size(case["size"], since=since)]}


def tile_bundle_encode(case):
    return {"data_hex": encode_bundle(unhex(case["leaves_hex"])).hex()}


def tile_bundle_decode(case):
    return {"leaves_hex": [leaf.hex() for leaf in decode_bundle(unhex(case["data_hex"]), width=case["width"])]}


def commitment_commit(case):
    return hashed(commit(unhex(case["salt_hex"]), case["opening"]))


def commitment_open(case):
    open_commitment(unhex(case["commitment_hex"]), unhex(case["salt_hex"]), case["opening"])
    return {}


def commitment_body(case):
    return hashed(body_hash(case["body"].encode()))


def commitment_effect(case):
    return hashed(effect_hash(unhex(case["nonce_hex"]), case["moves_json"].encode()))


def commitment_text(case):
    return hashed(text_hash(case["text"].encode()))


def commitment_tag(case):
    return hashed(tag(unhex(case["key_hex"]), case["type"], case["id"]))


def summed(batch):
    return {"count": batch.count, "total": batch.total, "root_hex": batch.root.hex()}


def batch_root(case):
    return summed(Batch(unhex(case["data_hex"])))


def batch_column(case):
    return summed(Batch.of_column(unhex(case["data_hex"]), column=case["column"], columns=case["columns"]))


def batch_file_name(case):
    return {"name_hex": batch_name([bytes.fromhex(root) for root in case["roots_hex"]]).hex()}


def batch_line(case):
    path = [(unhex(text), total) for text, total in case["path_hex"]]
    offset = locate_line(amount=case["amount"], commitment=unhex(case["commitment_hex"]), index=case["index"],
                         count=case["count"], total=case["total"], root=unhex(case["root_hex"]), path=path)
    return {"offset": offset}


def trie_proof(value):
    if value is None:
        return None
    return TrieProof(leaf_key=unhex(value["leaf_key_hex"]), row_hash=unhex(value["row_hash_hex"]),
                     path=tuple((bit, unhex(sibling)) for bit, sibling in value["path_hex"]))


def trie_key_of(case):
    return hashed(trie_key(case["map"], unhex(case["row_name_hex"])))


def trie_row(case):
    return hashed(row_hash(unhex(case["salt_hex"]), case["row"]))


def trie_next_salt(case):
    return hashed(next_salt(unhex(case["salt_hex"]), unhex(case["nonce_hex"])))


def trie_root(case):
    rows = {unhex(key): unhex(value) for key, value in case["rows_hex"]}
    return {"root_hex": update(EMPTY_ROOT, rows, {}.get).root.hex()}


def trie_verify(case):
    found = verify_trie(root=unhex(case["root_hex"]), key=unhex(case["key_hex"]), proof=trie_proof(case["proof"]))
    return {"row_hash_hex": None if found is None else found.hex()}


def trie_exit(case):
    return {"key_hex": exits_key(case["account"], case["start"]).hex(),
            "value_hex": exit_value(case["end"], case["index"]).hex()}


def trie_no_exit(case):
    opening = case["opening"]
    proof = NoExitProof(predecessor=trie_proof(case["predecessor"]), successor=trie_proof(case["successor"]),
                        opening=None if opening is None else tuple(opening))
    verify_no_exit(root=unhex(case["root_hex"]), account=case["account"], u=case["u"], v=case["v"], proof=proof)
    return {}


OPS = {
    "merkle.leaf": merkle_leaf,
    "merkle.node": merkle_node,
    "merkle.root": merkle_root,
    "proof.inclusion": proof_inclusion,
    "proof.consistency": proof_consistency,
    "proof.subtree": proof_subtree,
    "multiproof.verify": multiproof_verify,
    "tile.path": tile_path,
    "tile.for_size": tile_for_size,
    "tile.bundle_encode": tile_bundle_encode,
    "tile.bundle_decode": tile_bundle_decode,
    "commitment.commit": commitment_commit,
    "commitment.open": commitment_open,
    "commitment.body": commitment_body,
    "commitment.effect": commitment_effect,
    "commitment.text": commitment_text,
    "commitment.tag": commitment_tag,
    "batch.root": batch_root,
    "batch.column": batch_column,
    "batch.line": batch_line,
    "batch.name": batch_file_name,
    "trie.key": trie_key_of,
    "trie.row": trie_row,
    "trie.next_salt": trie_next_salt,
    "trie.root": trie_root,
    "trie.verify": trie_verify,
    "trie.exit": trie_exit,
    "trie.no_exit": trie_no_exit,
}
