"""What each operation of the vectors is in the verifier.

An operation takes a case's `in` and gives what its `out` must be; it raises the verifier's error otherwise.
"""

from base64 import b64decode, b64encode
from collections.abc import Callable
from typing import Any

from verifier.keys import parse_vkey
from verifier.parse import encode_json, parse_base64, parse_day, parse_decimal, parse_hex, parse_json
from verifier.signature import verify_key, verify_signature

Case = dict[str, Any]

# What only a writer does: keep secret keys, sign, judge the letters of a text that is being composed.
WRITERS_ONLY = frozenset({"keys.parse_skey", "signature.sign", "strict.check_text"})


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


OPS: dict[str, Callable[[Case], Case]] = {
    "keys.parse_vkey": _keys_parse_vkey,
    "signature.admit_key": _signature_admit_key,
    "signature.verify": _signature_verify,
    "strict.base64": _strict_base64,
    "strict.day": _strict_day,
    "strict.decimal": _strict_decimal,
    "strict.format_json": _strict_format_json,
    "strict.hex": _strict_hex,
    "strict.parse_json": _strict_parse_json,
}
