"""Operations of the test vectors, run by the ledger: an `op` takes the case's `in` and gives what `out` must equal.

A bad case is one where the operation raises; the runner names the error's kind. Each area's OPS.md says in words what
is written here in code. Operations on trees, batches and commitments are in vector_ops_ledger_trees.py.
"""

import base64
from collections.abc import Callable
from typing import Any

from ledger import checkpoint, cosignature, keys, note, policy, signature, strict, tlog_proof

Op = Callable[[dict[str, Any]], dict[str, Any]]


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _bytes(given: dict[str, Any], name: str) -> bytes:
    """Return the bytes of member `name`, which is written as text, as hex or as base64."""
    if f"{name}_hex" in given:
        return bytes.fromhex(given[f"{name}_hex"])
    if f"{name}_b64" in given:
        return base64.b64decode(given[f"{name}_b64"], validate=True)
    return str(given[name]).encode()


def _decimal(given: dict[str, Any]) -> dict[str, Any]:
    return {"value": str(strict.decimal(given["text"], what="vector"))}


def _base64(given: dict[str, Any]) -> dict[str, Any]:
    return {"data_hex": strict.base64_exact(given["text"], what="vector", size=given.get("size")).hex()}


def _hex(given: dict[str, Any]) -> dict[str, Any]:
    return {"data_b64": _b64(strict.hex_exact(given["text"], what="vector", size=given.get("size")))}


def _day(given: dict[str, Any]) -> dict[str, Any]:
    found = strict.day(given["text"], what="vector")
    return {"year": found.year, "month": found.month, "day": found.day}


def _json(given: dict[str, Any]) -> dict[str, Any]:
    return {"value": strict.parse_json(_bytes(given, "data"), what="vector")}


def _format_json(given: dict[str, Any]) -> dict[str, Any]:
    return {"data": strict.format_json(given["value"]).decode()}


def _text(given: dict[str, Any]) -> dict[str, Any]:
    strict.check_text(given["text"], what="vector")
    return {}


def _vkey(given: dict[str, Any]) -> dict[str, Any]:
    key = keys.parse_vkey(given["text"])
    return {"name": key.name, "key_id_hex": key.key_id.hex(), "algorithm": key.algorithm,
            "public_hex": key.public.hex()}


def _skey(given: dict[str, Any]) -> dict[str, Any]:
    key = keys.parse_skey(given["text"])
    return {"name": key.name, "algorithm": key.algorithm, "seed_hex": key.seed.hex(), "vkey": key.verifier.vkey}


def _admit_key(given: dict[str, Any]) -> dict[str, Any]:
    signature.admit_key(_bytes(given, "public"), what="vector")
    return {}


def _verify(given: dict[str, Any]) -> dict[str, Any]:
    public = _bytes(given, "public")
    signature.admit_key(public, what="vector")
    message, signed = _bytes(given, "message"), _bytes(given, "signature")
    signature.verify(public=public, message=message, signature=signed, what="vector")
    return {}


def _sign(given: dict[str, Any]) -> dict[str, Any]:
    seed = _bytes(given, "seed")
    return {"public_hex": signature.public_key(seed).hex(),
            "signature_hex": signature.sign(seed, _bytes(given, "message")).hex()}


def _parse_note(given: dict[str, Any]) -> dict[str, Any]:
    found = note.parse_note(_bytes(given, "note"))
    return {"text": found.text.decode(), "signatures": [
        {"name": line.name, "key_id_hex": line.key_id.hex(), "blob_b64": _b64(line.blob)} for line in found.signatures]}


def _open_note(given: dict[str, Any]) -> dict[str, Any]:
    opened = note.open_note(_bytes(given, "note"), [keys.parse_vkey(text) for text in given["vkeys"]])
    return {"text": opened.text.decode(), "verified": [keys.signer_name(key) for key in opened.verified]}


def _sign_note(given: dict[str, Any]) -> dict[str, Any]:
    return {"note": note.sign_note(_bytes(given, "text"), *map(keys.parse_skey, given["skeys"])).decode()}


def _append(given: dict[str, Any]) -> dict[str, Any]:
    (line,) = note.parse_signatures(_bytes(given, "line"), what="vector")
    return {"note": note.append_signature(_bytes(given, "note"), line).decode()}


def _checkpoint(found: checkpoint.Checkpoint) -> dict[str, Any]:
    return {"origin": found.origin, "size": str(found.size), "root_b64": _b64(found.root),
            "extensions": list(found.extensions)}


def _parse_checkpoint(given: dict[str, Any]) -> dict[str, Any]:
    return _checkpoint(checkpoint.parse_checkpoint(_bytes(given, "text")))


def _open_checkpoint(given: dict[str, Any]) -> dict[str, Any]:
    trusted = [keys.parse_vkey(text) for text in given["vkeys"]]
    return _checkpoint(checkpoint.open_checkpoint(_bytes(given, "note"), keys=trusted, origin=given["origin"]))


def _sign_checkpoint(given: dict[str, Any]) -> dict[str, Any]:
    head = checkpoint.Checkpoint(given["origin"], int(given["size"]), _bytes(given, "root"), tuple(given["extensions"]))
    return {"note": checkpoint.sign_checkpoint(head, key=keys.parse_skey(given["skey"])).decode()}


def _cosign(given: dict[str, Any]) -> dict[str, Any]:
    line = cosignature.cosign(_bytes(given, "text"), key=keys.parse_skey(given["skey"]), time_unix_s=int(given["time"]))
    return {"line": f"{line}\n"}


def _verify_cosignature(given: dict[str, Any]) -> dict[str, Any]:
    (line,) = note.parse_signatures(_bytes(given, "line"), what="vector")
    time = cosignature.verify_cosignature(_bytes(given, "text"), line, key=keys.parse_vkey(given["vkey"]))
    return {"time": str(time)}


def _parse_policy(given: dict[str, Any]) -> dict[str, Any]:
    found = policy.parse_policy(_bytes(given, "policy"))
    return {
        "logs": [[log.key.vkey, log.url] for log in found.logs],
        "witnesses": [[witness.name, witness.key.vkey, witness.url] for witness in found.witnesses],
        "groups": [[group.name, group.threshold, list(group.members)] for group in found.groups],
        "quorum": found.quorum,
    }


def _evaluate(given: dict[str, Any]) -> dict[str, Any]:
    return {"satisfied": policy.evaluate(policy.parse_policy(_bytes(given, "policy")), given["names"])}


def _verified(found: policy.VerifiedCheckpoint) -> dict[str, Any]:
    times = [[cosigner.name, str(cosigner.time_unix_s)] for cosigner in found.cosigners]
    return {"size": str(found.checkpoint.size), "cosigners": times}


def _verify_checkpoint(given: dict[str, Any]) -> dict[str, Any]:
    trusted = policy.parse_policy(_bytes(given, "policy"))
    return _verified(policy.verify_checkpoint(_bytes(given, "note"), trusted, origin=given.get("origin")))


def _parse_tlog_proof(given: dict[str, Any]) -> dict[str, Any]:
    found = tlog_proof.parse_tlog_proof(_bytes(given, "proof"))
    return {"index": str(found.index), "path_b64": [_b64(hash_) for hash_ in found.path],
            "extra_b64": None if found.extra is None else _b64(found.extra), "checkpoint": found.checkpoint.decode()}


def _verify_tlog_proof(given: dict[str, Any]) -> dict[str, Any]:
    return _verified(tlog_proof.verify_tlog_proof(
        tlog_proof.parse_tlog_proof(_bytes(given, "proof")), leaf=_bytes(given, "leaf_hash"),
        policy=policy.parse_policy(_bytes(given, "policy")), origin=given.get("origin")))


OPS: dict[str, Op] = {
    "strict.decimal": _decimal,
    "strict.base64": _base64,
    "strict.hex": _hex,
    "strict.day": _day,
    "strict.parse_json": _json,
    "strict.format_json": _format_json,
    "strict.check_text": _text,
    "keys.parse_vkey": _vkey,
    "keys.parse_skey": _skey,
    "signature.admit_key": _admit_key,
    "signature.verify": _verify,
    "signature.sign": _sign,
    "note.parse": _parse_note,
    "note.open": _open_note,
    "note.sign": _sign_note,
    "note.append": _append,
    "checkpoint.parse": _parse_checkpoint,
    "checkpoint.open": _open_checkpoint,
    "checkpoint.sign": _sign_checkpoint,
    "cosignature.cosign": _cosign,
    "cosignature.verify": _verify_cosignature,
    "policy.parse": _parse_policy,
    "policy.evaluate": _evaluate,
    "policy.verify_checkpoint": _verify_checkpoint,
    "tlog_proof.parse": _parse_tlog_proof,
    "tlog_proof.verify": _verify_tlog_proof,
}
