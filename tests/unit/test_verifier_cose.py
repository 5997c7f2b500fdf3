"""CBOR and COSE receipts: the vectors, another library's reading of ours, and the command line."""

import json
from pathlib import Path

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.signing import SigningKey, VerifyKey

from tests.support import write_vectors, write_vectors_cose
from tests.support.receipts import ReceiptWorld
from verifier.cli import main
from verifier.errors import CannotTell, FormatError, ProofError, SignatureError, VerifyError
from verifier.log.policy import parse_policy
from verifier.scitt.cbor import Tagged, encode_cbor, parse_cbor
from verifier.scitt.cose import open_cose, parse_cose, signed_bytes

VECTORS = write_vectors.VECTORS / "cose"
CASES = {f"{path.parent.name}/{path.stem}": json.loads(path.read_bytes()) for path in sorted(VECTORS.glob("*/*.json"))}
ERRORS = {"format": FormatError, "signature": SignatureError, "proof": ProofError, "cannot_tell": CannotTell}


def parse(case):
    return {"cbor_hex": encode_cbor(parse_cbor(bytes.fromhex(case["cbor_hex"]), what="case")).hex()}


def open_receipt(case):
    receipt = parse_cose(bytes.fromhex(case["receipt_hex"]), what="case")
    policy = parse_policy(case["policy"].encode(), what="policy")
    opened = open_cose(receipt, leaf=case["leaf"].encode(), policy=policy, what="case")
    return {
        "index": str(opened.index),
        "size": str(opened.believed.checkpoint.size),
        "cosigners": [witness.name.decode() for witness, _ in opened.believed.cosigned],
        "signed": None if opened.signed_by is None else str(opened.signed_by),
    }


OPS = {"cose/cbor.parse": parse, "cose/receipt.open": open_receipt}


@pytest.mark.parametrize("name", CASES)
def test_vector(name):
    case = CASES[name]
    if "out" in case:
        assert OPS[case["op"]](case["in"]) == case["out"], case["about"]
        return
    with pytest.raises(VerifyError) as caught:
        OPS[case["op"]](case["in"])
    assert type(caught.value) is ERRORS[case["error"]], f"{case['about']}: {caught.value}"
    assert str(caught.value).startswith(("case: ", "inclusion proof: ", "case"))


def test_the_writer_gives_these_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(write_vectors.Area, "root", tmp_path)
    write_vectors_cose.write()
    written = {str(path.relative_to(tmp_path / "cose")): path.read_bytes() for path in tmp_path.rglob("*.json")}
    assert written == {str(path.relative_to(VECTORS)): path.read_bytes() for path in VECTORS.rglob("*.json")}


KEYS = st.integers(-(2**64), 2**64 - 1) | st.text(max_size=30)
VALUES = st.recursive(
    KEYS | st.booleans() | st.none() | st.binary(max_size=300),
    lambda inner: st.lists(inner, max_size=30) | st.dictionaries(KEYS, inner, max_size=5), max_leaves=20,
)  # fmt: skip


@given(VALUES)
def test_values_survive_and_another_library_reads_the_same(value):
    encoded = encode_cbor(value)
    assert parse_cbor(encoded, what="value") == value == cbor2.loads(encoded)


@given(st.binary(max_size=60))
def test_any_bytes_have_one_spelling_or_none(data):
    try:
        value = parse_cbor(data, what="bytes")
    except FormatError:
        return
    assert encode_cbor(value) == data


def test_an_integer_that_cbor_cannot_hold():
    with pytest.raises(FormatError, match="expected an integer from"):
        encode_cbor(2**64)


def test_a_value_too_large_and_a_receipt_too_large():
    with pytest.raises(FormatError, match="expected at most 1048576 bytes"):
        parse_cbor(bytes(2**20 + 1), what="value")
    with pytest.raises(FormatError, match="expected at most 524288 bytes"):
        parse_cose(bytes(2**19 + 1), what="receipt")


@given(st.data())
def test_no_change_of_a_byte_makes_another_receipt_good(data):
    """But for the cosigned note, whose unknown or missing lines are the policy's affair."""
    case = CASES["receipt/signed"]
    good = bytearray.fromhex(case["in"]["receipt_hex"])
    end = good.index(write_vectors_cose.CHECKPOINT.encode())
    at = data.draw(st.integers(0, end - 1) | st.integers(len(good) - 66, len(good) - 1))
    good[at] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(VerifyError):
        open_receipt({**case["in"], "receipt_hex": good.hex()})


@given(VALUES, VALUES)
def test_any_cbor_in_any_place_is_no_receipt(one, other):
    for parts in ([one, other, None, b""], [encode_cbor(one), other, None, b""], [encode_cbor(one), {396: other}], one):
        with pytest.raises(VerifyError):
            parse_cose(encode_cbor(Tagged(18, parts)), what="receipt")


# -- the command line -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """A receipt and a policy on disk, and the log's key."""
    place = tmp_path_factory.mktemp("cose")
    world = ReceiptWorld().begin()
    gift = world.give(300)
    world.balance()
    (place / "entry").write_bytes(world.entry_receipt(gift))
    (place / "donation").write_bytes(world.donation_receipt(gift, 0))
    (place / "policy").write_bytes(world.policy())
    return place, world


def run(capsys, *arguments):
    status = main([str(argument) for argument in arguments])
    return status, *capsys.readouterr()


@pytest.mark.parametrize("name", ["entry", "donation"])
def test_exported_then_signed_then_read_by_another_library(capsys, files, tmp_path, name):
    place, world = files
    trust, out = ("--policy", place / "policy"), tmp_path / "leaf.cose"
    assert run(capsys, "receipt", place / name, *trust, "--cose", out)[0] == 0
    leaf = Path(f"{out}.leaf")
    status, told, _ = run(capsys, "cose", out, "--leaf", leaf, *trust)
    assert status == 0 and "not signed: COSE tools refuse this file" in told
    to_sign = Path(f"{out}.tbs").read_bytes()
    key = log_key(world)
    (tmp_path / "signature").write_bytes(key.sign(to_sign).signature)
    signed = tmp_path / "signed.cose"
    status, *_ = run(capsys, "receipt", place / name, *trust, "--cose", signed, "--cose-signature",
                     tmp_path / "signature")  # fmt: skip
    assert status == 0 and not Path(f"{signed}.tbs").exists()
    status, told, _ = run(capsys, "cose", signed, "--leaf", leaf, *trust, "--json")
    assert status == 0 and json.loads(told)["signed"] == "+".join(world.log_key.verifier.vkey.split("+", 2)[:2])
    verify_as_a_cose_tool_does(signed.read_bytes(), leaf.read_bytes(), key.verify_key)


def log_key(world) -> SigningKey:
    """The log's key as PyNaCl has it, found by what it makes."""
    return SigningKey(world.log_key.seed)


def verify_as_a_cose_tool_does(data: bytes, leaf: bytes, key: VerifyKey) -> None:
    """RFC 9942 with cbor2 and PyNaCl: the root from leaf and path, then the signature over it."""
    from ledger.merkle import leaf_hash, node_hash

    message = cbor2.loads(data)
    assert message.tag == 18
    protected, unprotected, payload, signature = message.value
    assert payload is None and cbor2.loads(protected)[395] == 1
    size, index, path = cbor2.loads(unprotected[396][-1][0])
    node, last, computed = index, size - 1, leaf_hash(leaf)
    for sibling in path:
        if node & 1 or node == last:
            computed = node_hash(sibling, computed)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            computed = node_hash(computed, sibling)
        node, last = node >> 1, last >> 1
    key.verify(cbor2.dumps(["Signature1", protected, b"", computed], canonical=True), signature)


def test_a_signature_of_somebody_else_is_not_put_in(capsys, files, tmp_path):
    place, _ = files
    (tmp_path / "signature").write_bytes(SigningKey.generate().sign(b"x").signature)
    status, _, err = run(capsys, "receipt", place / "entry", "--policy", place / "policy", "--cose", tmp_path / "out",
                         "--cose-signature", tmp_path / "signature")  # fmt: skip
    assert status == 1 and "COSE signature of ledger.example/test" in err and not (tmp_path / "out").exists()


def test_a_signature_without_a_file_to_write(capsys, files):
    place, _ = files
    status, _, err = run(capsys, "receipt", place / "entry", "--policy", place / "policy", "--cose-signature", "x")
    assert status == 2 and "expected --cose FILE beside it" in err


def test_a_log_of_one_leaf(capsys, tmp_path):
    world = ReceiptWorld()
    world.charter()
    (tmp_path / "receipt").write_bytes(world.entry_receipt(0))
    (tmp_path / "policy").write_bytes(world.policy())
    status, _, err = run(capsys, "receipt", tmp_path / "receipt", "--policy", tmp_path / "policy", "--cose",
                         tmp_path / "out")  # fmt: skip
    assert status == 2 and "a log of one leaf has no COSE receipt" in err


def test_another_leaf(capsys, files, tmp_path):
    place, world = files
    assert run(capsys, "receipt", place / "entry", "--policy", place / "policy", "--cose", tmp_path / "out")[0] == 0
    (tmp_path / "other").write_bytes(world.leaves[0])
    status, out, err = run(capsys, "cose", tmp_path / "out", "--leaf", tmp_path / "other", "--policy", place / "policy")
    assert (status, out) == (1, "") and "the path leads to the root" in err


def test_what_is_signed_is_of_the_head_alone():
    """One signature serves every leaf: nothing that COSE signs names one."""
    one, other = (parse_cose(write_vectors_cose.message(proof=[7, index, write_vectors_cose.PATH]), what="receipt")
                  for index in (4, 5))  # fmt: skip
    root = write_vectors_cose.ROOT
    assert signed_bytes(protected=one.protected, root=root) == signed_bytes(protected=other.protected, root=root)
    assert isinstance(parse_cbor(write_vectors_cose.message(), what="receipt"), Tagged)
