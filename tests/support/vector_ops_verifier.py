"""What each operation of the vectors is in the verifier.

An operation takes a case's `in` and gives what its `out` must be; it raises the verifier's error otherwise.
"""

from base64 import b64decode, b64encode
from collections.abc import Callable
from typing import Any

from verifier.entries.lines import Line, Lines, line_offset, parse_batch, parse_column, sum_root, verify_opening
from verifier.errors import SignatureError
from verifier.log.checkpoint import Checkpoint, parse_checkpoint
from verifier.log.cosignature import open_cosignature
from verifier.log.keys import VerifierKey, parse_vkey
from verifier.log.note import parse_note, verify_note
from verifier.log.policy import CosignedCheckpoint, Log, Policy, is_quorum, open_checkpoint, parse_policy
from verifier.log.signature import verify_key, verify_signature
from verifier.log.tiles import parse_bundle, parse_tile_path
from verifier.log.tlog_proof import open_tlog_proof, parse_tlog_proof
from verifier.log.tree import root_hash, verify_consistency, verify_inclusion, verify_multiproof, verify_subtree
from verifier.log.trie import Exit, Trie, TrieProof, exit_key, verify_absent, verify_no_exit, verify_present
from verifier.primitives.hashes import (
    body_hash,
    columns_hash,
    commitment_hash,
    effect_hash,
    exit_hash,
    leaf_hash,
    next_salt,
    node_hash,
    row_hash,
    text_hash,
    trie_key,
)
from verifier.primitives.parse import encode_json, parse_base64, parse_day, parse_decimal, parse_hex, parse_json

Case = dict[str, Any]

# What only a writer does: keep secret keys, sign, tag, lay out files, judge the letters of a text being composed.
WRITERS_ONLY = frozenset(
    {
        "checkpoint.sign",
        "commitment.tag",
        "cosignature.cosign",
        "keys.parse_skey",
        "note.append",
        "note.sign",
        "signature.sign",
        "strict.check_text",
        "tile.bundle_encode",
        "tile.for_size",
    }
)


def raw(case: Case, name: str) -> bytes:
    """The bytes of a member, however the case spells them."""
    if f"{name}_hex" in case:
        return bytes.fromhex(case[f"{name}_hex"])
    if f"{name}_b64" in case:
        return b64decode(case[f"{name}_b64"], validate=True)
    return str(case[name]).encode()


def _strict_base64(case: Case) -> Case:
    return {"data_hex": parse_base64(raw(case, "text"), what="text", length=case.get("size")).hex()}


def _strict_day(case: Case) -> Case:
    day = parse_day(raw(case, "text"), what="text")
    return {"year": day.year, "month": day.month, "day": day.day}


def _strict_decimal(case: Case) -> Case:
    return {"value": str(parse_decimal(raw(case, "text"), what="text"))}


def _strict_hex(case: Case) -> Case:
    data = parse_hex(raw(case, "text"), what="text", length=case.get("size"))
    return {"data_b64": b64encode(data).decode()}


def _strict_parse_json(case: Case) -> Case:
    return {"value": parse_json(raw(case, "data"), what="data")}


def _strict_format_json(case: Case) -> Case:
    data = encode_json(case["value"], what="value")
    parse_json(data, what="value")
    return {"data": data.decode()}


def _keys_parse_vkey(case: Case) -> Case:
    key = parse_vkey(raw(case, "text"), what="vkey")
    return {
        "name": key.name,
        "key_id_hex": key.key_id.hex(),
        "algorithm": int(key.type),
        "public_hex": key.public.hex(),
    }


def _signature_verify(case: Case) -> Case:
    verify_signature(
        public=raw(case, "public"), message=raw(case, "message"), signature=raw(case, "signature"), what="signature"
    )
    return {}


def _signature_admit_key(case: Case) -> Case:
    verify_key(raw(case, "public"), what="key")
    return {}


def _batch(lines: tuple[Line, ...]) -> Case:
    batch = sum_root(lines)
    return {"count": batch.count, "total": batch.total, "root_hex": batch.root.hex()}


def _batch_root(case: Case) -> Case:
    return _batch(parse_batch(raw(case, "data"), what="batch"))


def _batch_column(case: Case) -> Case:
    data = raw(case, "data")
    return _batch(parse_column(data, column=case["column"], columns=case["columns"], what="batch"))


def _batch_name(case: Case) -> Case:
    return {"name_hex": columns_hash(bytes.fromhex(root) for root in case["roots_hex"]).hex()}


def _batch_line(case: Case) -> Case:
    offset = line_offset(
        Line(case["amount"], raw(case, "commitment")),
        index=case["index"],
        path=[(bytes.fromhex(sibling), total) for sibling, total in case["path_hex"]],
        lines=Lines(raw(case, "root"), case["count"], case["total"]),
        what="line",
    )
    return {"offset": offset}


def _checkpoint(checkpoint: Checkpoint) -> Case:
    return {
        "origin": checkpoint.origin,
        "size": str(checkpoint.size),
        "root_b64": b64encode(checkpoint.root).decode(),
        "extensions": list(checkpoint.extensions),
    }


def _checkpoint_parse(case: Case) -> Case:
    return _checkpoint(parse_checkpoint(raw(case, "text"), what="checkpoint"))


def _checkpoint_open(case: Case) -> Case:
    keys = (parse_vkey(vkey.encode(), what="vkey") for vkey in case["vkeys"])
    policy = Policy(tuple(Log(key, None) for key in keys), (), (), None)
    opened = open_checkpoint(raw(case, "note"), policy=policy, what="checkpoint", origin=case["origin"])
    return _checkpoint(opened.checkpoint)


def _canonical(value: Any) -> bytes:
    data = encode_json(value, what="value")
    parse_json(data, what="value")
    return data


def _hash(data: bytes) -> Case:
    return {"hash_hex": data.hex()}


def _commitment_commit(case: Case) -> Case:
    return _hash(commitment_hash(salt=raw(case, "salt"), opening=_canonical(case["opening"])))


def _commitment_open(case: Case) -> Case:
    opening, salt = _canonical(case["opening"]), raw(case, "salt")
    verify_opening(opening, salt=salt, commitment=raw(case, "commitment"), what="opening")
    return {}


def _commitment_effect(case: Case) -> Case:
    return _hash(effect_hash(body_nonce=raw(case, "nonce"), moves=raw(case, "moves_json")))


def _cosignature_verify(case: Case) -> Case:
    text, key = raw(case, "text"), parse_vkey(raw(case, "vkey"), what="vkey")
    checkpoint = parse_checkpoint(text, what="text")
    note = parse_note(text + b"\n" + raw(case, "line"), what="note")
    cosignature = open_cosignature(note, key=key, checkpoint=checkpoint, what="note")
    if cosignature is None:
        raise SignatureError("the line is another key's")
    return {"time": str(cosignature.time_unix_s)}


def _merkle_node(case: Case) -> Case:
    return _hash(node_hash(raw(case, "left"), raw(case, "right")))


def _merkle_root(case: Case) -> Case:
    return {"root_hex": root_hash(leaf_hash(bytes.fromhex(leaf)) for leaf in case["leaves_hex"]).hex()}


def _path(case: Case) -> list[bytes]:
    return [bytes.fromhex(sibling) for sibling in case["path_hex"]]


def _multiproof_verify(case: Case) -> Case:
    leaves = {index: bytes.fromhex(leaf) for index, leaf in case["leaf_hashes_hex"]}
    verify_multiproof(leaves=leaves, size=case["size"], path=_path(case), root=raw(case, "root"))
    return {}


def _note_parse(case: Case) -> Case:
    note = parse_note(raw(case, "note"), what="note")
    lines = [
        {"name": line.name, "key_id_hex": line.key_id.hex(), "blob_b64": b64encode(line.signature).decode()}
        for line in note.lines
    ]
    return {"text": note.text.decode(), "signatures": lines}


def _note_open(case: Case) -> Case:
    note = parse_note(raw(case, "note"), what="note")
    keys = [parse_vkey(vkey.encode(), what="vkey") for vkey in case["vkeys"]]
    verify_note(note, keys=keys, what="note")
    signed = dict.fromkeys(f"{line.name}+{line.key_id.hex()}" for line in note.lines)
    return {"text": note.text.decode(), "verified": [name for name in signed if name in set(map(str, keys))]}


def _vkey(key: VerifierKey) -> str:
    return f"{key}+{b64encode(bytes((key.type,)) + key.public).decode()}"


def _text(data: bytes | None) -> str | None:
    return None if data is None else data.decode("utf-8", "surrogateescape")


def _policy_parse(case: Case) -> Case:
    policy = parse_policy(raw(case, "policy"), what="policy")
    return {
        "logs": [[_vkey(log.key), _text(log.url)] for log in policy.logs],
        "witnesses": [[_text(one.name), _vkey(one.key), _text(one.url)] for one in policy.witnesses],
        "groups": [[_text(one.name), one.needed, list(map(_text, one.members))] for one in policy.groups],
        "quorum": _text(policy.quorum),
    }


def _policy_evaluate(case: Case) -> Case:
    policy = parse_policy(raw(case, "policy"), what="policy")
    return {"satisfied": is_quorum(policy, [name.encode() for name in case["names"]])}


def _cosigned(opened: CosignedCheckpoint) -> Case:
    cosigners = [[_text(witness.name), str(time)] for witness, time in opened.cosigned]
    return {"size": str(opened.checkpoint.size), "cosigners": cosigners}


def _policy_verify_checkpoint(case: Case) -> Case:
    policy = parse_policy(raw(case, "policy"), what="policy")
    return _cosigned(open_checkpoint(raw(case, "note"), policy=policy, what="checkpoint", origin=case.get("origin")))


def _proof_inclusion(case: Case) -> Case:
    leaf, root = raw(case, "leaf_hash"), raw(case, "root")
    verify_inclusion(leaf=leaf, index=case["index"], size=case["size"], path=_path(case), root=root)
    return {}


def _proof_consistency(case: Case) -> Case:
    verify_consistency(
        old_size=case["old_size"],
        new_size=case["new_size"],
        old_root=raw(case, "old_root"),
        new_root=raw(case, "new_root"),
        path=_path(case),
    )
    return {}


def _proof_subtree(case: Case) -> Case:
    verify_subtree(
        start=case["start"],
        end=case["end"],
        size=case["size"],
        subtree=raw(case, "subtree"),
        path=_path(case),
        root=raw(case, "root"),
    )
    return {}


def _tile_path(case: Case) -> Case:
    tile = parse_tile_path(raw(case, "path"), what="path")
    return {"level": "entries" if tile.level is None else tile.level, "index": tile.index, "width": tile.width}


def _tile_bundle_decode(case: Case) -> Case:
    leaves = parse_bundle(raw(case, "data"), width=case["width"], what="bundle")
    return {"leaves_hex": [leaf.hex() for leaf in leaves]}


def _tlog_proof_parse(case: Case) -> Case:
    proof = parse_tlog_proof(raw(case, "proof"), what="proof")
    return {
        "index": str(proof.index),
        "path_b64": [b64encode(sibling).decode() for sibling in proof.path],
        "extra_b64": None if proof.extra is None else b64encode(proof.extra).decode(),
        "checkpoint": proof.checkpoint.decode(),
    }


def _tlog_proof_verify(case: Case) -> Case:
    proof = parse_tlog_proof(raw(case, "proof"), what="proof")
    policy = parse_policy(raw(case, "policy"), what="policy")
    leaf = raw(case, "leaf_hash")
    return _cosigned(open_tlog_proof(proof, leaf=leaf, policy=policy, what="proof", origin=case.get("origin")))


def _trie_row(case: Case) -> Case:
    salt = None if case["salt_hex"] is None else raw(case, "salt")
    return _hash(row_hash(salt=salt, row=_canonical(case["row"])))


def _trie_root(case: Case) -> Case:
    trie = Trie()
    for key, value in case["rows_hex"]:
        trie.put(bytes.fromhex(key), bytes.fromhex(value))
    return {"root_hex": trie.root().hex()}


def _trie_proof(case: Case | None) -> TrieProof | None:
    if case is None:
        return None
    path = tuple((bit, bytes.fromhex(sibling)) for bit, sibling in case["path_hex"])
    return TrieProof(raw(case, "leaf_key"), raw(case, "row_hash"), path)


def _trie_verify(case: Case) -> Case:
    key, root, proof = raw(case, "key"), raw(case, "root"), _trie_proof(case["proof"])
    if proof is not None and proof.key == key:
        verify_present(proof, key=key, value=proof.value, root=root, what="row")
        return {"row_hash_hex": proof.value.hex()}
    verify_absent(proof, key=key, root=root, what="row")
    return {"row_hash_hex": None}


def _trie_exit(case: Case) -> Case:
    key = exit_key(account=case["account"], start=case["start"])
    return {"key_hex": key.hex(), "value_hex": exit_hash(end=case["end"], index=case["index"]).hex()}


def _trie_no_exit(case: Case) -> Case:
    before, behind = _trie_proof(case["predecessor"]), _trie_proof(case["successor"])
    verify_no_exit(
        account=case["account"],
        start=case["u"],
        end=case["v"],
        predecessor=before,
        opening=None if case["opening"] is None else Exit(*case["opening"]),
        successor=behind,
        root=raw(case, "root"),
        what="none",
    )
    return {}


OPS: dict[str, Callable[[Case], Case]] = {
    "batch.column": _batch_column,
    "batch.name": _batch_name,
    "batch.line": _batch_line,
    "batch.root": _batch_root,
    "checkpoint.open": _checkpoint_open,
    "checkpoint.parse": _checkpoint_parse,
    "commitment.body": lambda case: _hash(body_hash(raw(case, "body"))),
    "commitment.commit": _commitment_commit,
    "commitment.effect": _commitment_effect,
    "commitment.open": _commitment_open,
    "commitment.text": lambda case: _hash(text_hash(raw(case, "text"))),
    "cosignature.verify": _cosignature_verify,
    "keys.parse_vkey": _keys_parse_vkey,
    "merkle.leaf": lambda case: _hash(leaf_hash(raw(case, "leaf"))),
    "merkle.node": _merkle_node,
    "merkle.root": _merkle_root,
    "multiproof.verify": _multiproof_verify,
    "note.open": _note_open,
    "note.parse": _note_parse,
    "policy.evaluate": _policy_evaluate,
    "policy.parse": _policy_parse,
    "policy.verify_checkpoint": _policy_verify_checkpoint,
    "proof.consistency": _proof_consistency,
    "proof.inclusion": _proof_inclusion,
    "proof.subtree": _proof_subtree,
    "signature.admit_key": _signature_admit_key,
    "signature.verify": _signature_verify,
    "strict.base64": _strict_base64,
    "strict.day": _strict_day,
    "strict.decimal": _strict_decimal,
    "strict.format_json": _strict_format_json,
    "strict.hex": _strict_hex,
    "strict.parse_json": _strict_parse_json,
    "tile.bundle_decode": _tile_bundle_decode,
    "tile.path": _tile_path,
    "tlog_proof.parse": _tlog_proof_parse,
    "tlog_proof.verify": _tlog_proof_verify,
    "trie.exit": _trie_exit,
    "trie.key": lambda case: _hash(trie_key(map_name=case["map"], row_name=raw(case, "row_name"))),
    "trie.next_salt": lambda case: _hash(next_salt(salt=raw(case, "salt"), nonce=raw(case, "nonce"))),
    "trie.no_exit": _trie_no_exit,
    "trie.root": _trie_root,
    "trie.row": _trie_row,
    "trie.verify": _trie_verify,
}
