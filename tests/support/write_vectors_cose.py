"""Write the test vectors of CBOR and of COSE receipts: `python -m tests.support.write_vectors_cose`.

The bytes are cbor2's and those of RFC 8949, the signature is PyNaCl's over what cbor2 wrote: none of our code in it.
"""

from base64 import b64decode
from collections.abc import Callable
from typing import Any

import cbor2
from nacl.signing import SigningKey

from tests.support.write_vectors import Area
from tests.support.write_vectors_notes import (
    COUNTY_LINE,
    COUNTY_VKEY,
    HEAD_7,
    INSURER_LINE,
    INSURER_VKEY,
    LINE_7,
    LOG_VKEY,
    ORIGIN,
    ROOT_7,
    public,
    seed,
)
from tests.support.write_vectors_primitives import vkey_of
from tests.support.write_vectors_trust import PATH_4, PLATFORM_VKEY

CHECKPOINT = "c2sp.org/tlog-checkpoint"
WITNESSES = f"witness insurer {INSURER_VKEY}\nwitness county {COUNTY_VKEY}\nwitness platform {PLATFORM_VKEY}\n"
POLICY = f"log {LOG_VKEY}\n{WITNESSES}group parties 2 insurer county platform\nquorum parties\n"
OTHER = "ledger.example/other"
OTHER_VKEY = vkey_of(OTHER, 1, public("county"))
STRICTER = POLICY.replace("parties 2", "parties 3")
PATH = [b64decode(hash_) for hash_ in PATH_4.split()]
ROOT = b64decode(ROOT_7)
KEY = SigningKey(seed("log"))
PROTECTED = {1: -8, 4: bytes(KEY.verify_key), 15: {1: ORIGIN, 2: "checkpoint/7"}, 395: 1}
NOTE = f"{HEAD_7}\n{LINE_7}{INSURER_LINE}{COUNTY_LINE}".encode()

# RFC 8949, appendix A, as far as a receipt can hold it, and section 4.2.1 for the order of keys.
GOOD = (
    "00", "01", "0a", "17", "1818", "1819", "1864", "1903e8", "1a000f4240", "1b000000e8d4a51000", "1bffffffffffffffff",
    "3bffffffffffffffff", "20", "29", "3863", "3903e7", "f4", "f5", "f6", "40",
    "c074323031332d30332d32315432303a30343a30305a", "d74401020304", "4401020304", "60", "6161", "6449455446",
    "62225c", "62c3bc", "63e6b0b4", "64f0908591", "80",
    "83010203", "8301820203820405", "98190102030405060708090a0b0c0d0e0f101112131415161718181819", "a0", "a201020304",
    "a26161016162820203", "826161a161626163", "a56161614161626142616361436164614461656145",
    "a50a001864002000617a0062616100",
)  # fmt: skip
BAD = {
    "empty": ("", "nothing"),
    "one-too-many": ("0000", "a byte left over"),
    "long-head-one": ("1800", "0 in two bytes"),
    "long-head-two": ("1900ff", "255 in three bytes"),
    "long-head-four": ("1a0000ffff", "65,535 in five bytes"),
    "long-head-eight": ("1b00000000ffffffff", "2^32-1 in nine bytes"),
    "long-length": ("580100", "the length of a string in two bytes"),
    "head-cut-off": ("19ff", "a head of three bytes, two there"),
    "string-cut-off": ("4401", "a string of four bytes, one there"),
    "array-cut-off": ("820a", "an array of two, one there"),
    "map-cut-off": ("a10a", "a key without its value"),
    "array-of-2-to-the-63": ("9b7fffffffffffffff", "a count that nobody should set memory aside for"),
    "string-of-2-to-the-63": ("5b7fffffffffffffff", "a length that nobody should set memory aside for"),
    "indefinite-bytes": ("5f4101ff", "a string without an end"),
    "indefinite-text": ("7f6161ff", "a text without an end"),
    "indefinite-array": ("9f01ff", "an array without an end"),
    "indefinite-map": ("bf0102ff", "a map without an end"),
    "break": ("ff", "an end of nothing"),
    "reserved": ("1c", "a head that is reserved"),
    "half-float": ("f93c00", "1.0"),
    "float": ("fb3ff199999999999a", "1.1"),
    "undefined": ("f7", "undefined"),
    "simple-19": ("f3", "a simple value without a meaning"),
    "simple-in-two-bytes": ("f8ff", "a simple value without a meaning"),
    "false-in-two-bytes": ("f814", "another spelling of false"),
    "keys-not-sorted": ("a202000100", "2 before 1"),
    "keys-sorted-by-length": ("a30a002000186400", "shorter keys first, as RFC 7049 had it"),
    "key-twice": ("a201000101", "one key twice"),
    "key-of-bytes": ("a1410100", "a byte string as key"),
    "key-true": ("a1f500", "true as key"),
    "key-array": ("a18000", "an array as key"),
    "text-not-utf-8": ("61ff", "a text that is not UTF-8"),
    "text-surrogate": ("63eda080", "half a surrogate pair"),
    "seventeen-deep": ("81" * 17 + "00", "seventeen arrays in one another"),
    "deep": ("81" * 5000 + "00", "five thousand of them"),
}


def write() -> None:
    """Write both folders."""
    (Area.root / "cose").mkdir(exist_ok=True)
    cbor = Area("cose/cbor")
    for encoded in GOOD:
        _good_cbor(cbor, encoded)
    for name, (encoded, about) in BAD.items():
        cbor.bad(name, about, "parse", {"cbor_hex": encoded})
    _receipts(Area("cose/receipt"))


def _good_cbor(area: Area, encoded: str) -> None:
    area.good(f"good-{encoded[:24]}", f"{cbor2.loads(bytes.fromhex(encoded))!r}"[:100], "parse",
              {"cbor_hex": encoded}, {"cbor_hex": encoded})


def message(
    *, protected: dict[Any, Any] = PROTECTED, proof: Any = None, inclusion: Any = None, note: bytes | None = NOTE,
    more: dict[Any, Any] | None = None, payload: bytes | None = None, signature: bytes | None = None, tag: int = 18,
) -> bytes:  # fmt: skip
    """A receipt of leaf 4 of 7, or what becomes of it when a part is another; signed unless a signature is given."""
    header = cbor2.dumps(protected, canonical=True)
    if signature is None:
        signature = KEY.sign(cbor2.dumps(["Signature1", header, b"", ROOT], canonical=True)).signature
    encoded = cbor2.dumps([7, 4, PATH] if proof is None else proof, canonical=True)
    unprotected: dict[Any, Any] = {396: {-1: [encoded]} if inclusion is None else inclusion, **(more or {})}
    if note is not None:
        unprotected[CHECKPOINT] = note
    return cbor2.dumps(cbor2.CBORTag(tag, [header, unprotected, payload, signature]), canonical=True)


def _receipts(area: Area) -> None:
    def given(data: bytes, *, leaf: str = "entry 4", policy: str = POLICY) -> dict[str, str]:
        return {"receipt_hex": data.hex(), "leaf": leaf, "policy": policy}

    out = {"index": "4", "size": "7", "cosigners": ["insurer", "county"], "signed": f"{ORIGIN}+ecc0a8f6"}
    area.good("signed", "leaf 4 of 7, signed by the log and cosigned", "open", given(message()), out)
    area.good("ed25519-algorithm", "the algorithm's newer number", "open",
              given(message(protected={**PROTECTED, 1: -19})), out)
    area.good("unsigned", "what is exported before the operator signs", "open", given(message(signature=b"")),
              {**out, "signed": None})
    area.good("other-parameters", "parameters that nobody has to know", "open",
              given(message(protected={**PROTECTED, 16: "x"}, more={500: [1]})), out)
    changed = {key: value for key, value in PROTECTED.items() if key != 4}
    bad: dict[str, tuple[str, Callable[[], dict[str, str]], str]] = {
        "another-leaf": ("the bytes of leaf 3", lambda: given(message(), leaf="entry 3"), "proof"),
        "another-index": ("leaf 5", lambda: given(message(proof=[7, 5, PATH])), "proof"),
        "another-path": ("two hashes swapped", lambda: given(message(proof=[7, 4, PATH[::-1]])), "proof"),
        "path-too-short": ("a hash left out", lambda: given(message(proof=[7, 4, PATH[:2]])), "proof"),
        "index-is-size": ("leaf 7 of 7", lambda: given(message(proof=[7, 7, PATH])), "proof"),
        "size-8-throughout": ("another size than the checkpoint's", lambda: given(message(
            protected={**PROTECTED, 15: {1: ORIGIN, 2: "checkpoint/8"}}, proof=[8, 4, PATH])), "proof"),
        "signature-wrong": ("64 zero bytes", lambda: given(message(signature=bytes(64))), "signature"),
        "signature-short": ("63 bytes", lambda: given(message(signature=bytes(63))), "signature"),
        "signed-by-another-key": ("a key that the policy does not have", lambda: given(message(
            protected={**PROTECTED, 4: bytes(SigningKey(seed("county")).verify_key)})), "signature"),
        "another-origin": ("a log that the policy does not have", lambda: given(message(
            protected={**PROTECTED, 15: {1: OTHER, 2: "checkpoint/7"}})), "signature"),
        "checkpoint-of-another-log": ("a log that the policy has, too, and nobody signed for", lambda: given(message(
            protected={**PROTECTED, 15: {1: OTHER, 2: "checkpoint/7"}}, signature=b""),
            policy=f"log {OTHER_VKEY}\n{POLICY}"), "signature"),
        "quorum-missing": ("three must cosign", lambda: given(message(), policy=STRICTER), "signature"),
        "checkpoint-without-log": ("only cosigners signed it", lambda: given(message(
            note=f"{HEAD_7}\n{INSURER_LINE}{COUNTY_LINE}".encode())), "signature"),
        "size-in-proof": ("the proof says 8, the header 7", lambda: given(message(proof=[8, 4, PATH])), "format"),
        "size-leading-zero": ("a size has one spelling", lambda: given(message(
            protected={**PROTECTED, 15: {1: ORIGIN, 2: "checkpoint/07"}})), "format"),
        "subject-missing": ("no size", lambda: given(message(protected={**PROTECTED, 15: {1: ORIGIN}})), "format"),
        "claims-missing": ("no origin", lambda: given(message(
            protected={key: value for key, value in PROTECTED.items() if key != 15})), "format"),
        "key-missing": ("whose key it is", lambda: given(message(protected=changed)), "format"),
        "index-true": ("true is no index", lambda: given(message(proof=[7, True, PATH])), "format"),
        "index-negative": ("-1", lambda: given(message(proof=[7, -1, PATH])), "format"),
        "path-empty": ("RFC 9942 wants a hash", lambda: given(message(proof=[7, 4, []])), "format"),
        "hash-31-bytes": ("a byte is missing", lambda: given(message(
            proof=[7, 4, [PATH[0][1:], *PATH[1:]]])), "format"),
        "path-of-texts": ("hashes are bytes", lambda: given(message(proof=[7, 4, ["a"]])), "format"),
        "two-proofs": ("one leaf a receipt", lambda: given(message(
            inclusion={-1: [cbor2.dumps([7, 4, PATH])] * 2})), "format"),
        "consistency-proof": ("another proof", lambda: given(message(
            inclusion={-2: [cbor2.dumps([4, 7, PATH])]})), "format"),
        "payload-attached": ("the root beside the proof", lambda: given(message(payload=PATH[0])), "format"),
        "tag-17": ("a COSE_Mac0", lambda: given(message(tag=17)), "format"),
        "tag-missing": ("an array without tag", lambda: given(message()[1:]), "format"),
        "parameter-twice": ("the key in both headers", lambda: given(message(more={4: b"x"})), "format"),
        "not-cbor": ("a JSON text", lambda: given(b'{"leaf":4}'), "format"),
    }
    for name, (about, make, error) in bad.items():
        area.bad(name, about, "open", make(), error)
    for name, about, data in (
        ("es256", "another algorithm", message(protected={**PROTECTED, 1: -7})),
        ("tree-true", "true is no number of a tree", message(protected={**PROTECTED, 395: True})),
        ("tree-2", "another tree", message(protected={**PROTECTED, 395: 2})),
        ("crit", "a parameter that must be understood", message(protected={**PROTECTED, 2: [16], 16: "x"})),
        ("no-checkpoint", "what a SCITT service would give", message(note=None)),
    ):
        area.bad(name, about, "open", given(data), "cannot_tell")


if __name__ == "__main__":
    write()
