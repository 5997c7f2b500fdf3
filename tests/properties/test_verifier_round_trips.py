"""Every format that the verifier reads, written by a few lines of this file from drawn values and read again.

What was read is what was drawn, and no byte more or less is read: a proper beginning of the bytes, or the bytes with
one more behind, are refused or are something else.
"""

from base64 import b64encode
from contextlib import suppress
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.edits import canonical
from verifier.entries.lines import parse_batch, parse_column
from verifier.entries.stamp import parse_flags, parse_stamp
from verifier.errors import FormatError, VerifyError
from verifier.log.checkpoint import parse_checkpoint
from verifier.log.keys import KeyType, parse_vkey
from verifier.log.note import parse_note
from verifier.log.policy import parse_policy
from verifier.log.tiles import WIDTH, Tile, parse_bundle, parse_tile, parse_tile_path, tile_path
from verifier.log.tlog_proof import parse_tlog_proof
from verifier.primitives.hashes import EMPTY_HASH
from verifier.primitives.parse import INTEGER_MAX, parse_base64, parse_day, parse_decimal, parse_hex, parse_json
from verifier.receipts.register import check_register_row
from verifier.rules.moves import Move, Split, parse_moves
from verifier.scitt.cbor import Tagged, encode_cbor, parse_cbor

HASHES = st.binary(min_size=32, max_size=32)
PRINTED = st.characters(exclude_categories=["C", "Z"], exclude_characters="+")
NAMES = st.text(PRINTED, min_size=1, max_size=20)
CHARACTERS = st.characters(exclude_categories=["Cs"])
LINES = st.text(CHARACTERS.filter(lambda character: character >= " "), max_size=30)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-INTEGER_MAX, INTEGER_MAX) | st.text(CHARACTERS),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(st.from_regex(r"[a-z][a-z0-9_]{0,5}", fullmatch=True), inner, max_size=4),
    max_leaves=12,
)
CBOR_KEYS = st.integers(-(2**64), 2**64 - 1) | st.text(CHARACTERS, max_size=8)
CBOR = st.recursive(
    st.none() | st.booleans() | CBOR_KEYS | st.binary(max_size=40),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(CBOR_KEYS, inner, max_size=4)
    | st.builds(Tagged, st.integers(0, 2**64 - 1), inner),
    max_leaves=12,
)
WORDS = st.from_regex(r"[a-z0-9-]{1,24}", fullmatch=True)
ACCOUNTS = st.builds(lambda first, second: f"{first}/{second}", st.sampled_from(["fund", "claims", "world"]), WORDS)
POSITIONS = st.integers(0, 2**52)
DAYS = st.dates().map(lambda day: day.isoformat())


def refuses_more_and_less(parse, data):
    """Nothing that is cut off, and nothing that has more behind it, is read as the same."""
    value = parse(data)
    for other in (*(data[:at] for at in {0, 1, len(data) // 2, len(data) - 1} if at < len(data)), data + b"\n",
                  data + b"\x00", data + data):  # fmt: skip
        with suppress(VerifyError):
            assert parse(other) != value, other


def vkey_of(name, key_type, public):
    key_id = sha256(name.encode() + b"\n" + bytes([key_type]) + public).digest()[:4]
    return f"{name}+{key_id.hex()}+".encode() + b64encode(bytes([key_type]) + public)


@given(JSON)
def test_json(value):
    data = canonical(value)
    assert parse_json(data, what="json") == value
    refuses_more_and_less(lambda data: parse_json(data, what="json"), canonical({"value": value}))


@given(CBOR)
def test_cbor(value):
    data = encode_cbor(value)
    assert parse_cbor(data, what="cbor") == value
    assert encode_cbor(parse_cbor(data, what="cbor")) == data  # in which True is not 1
    refuses_more_and_less(lambda data: parse_cbor(data, what="cbor"), data)


@given(st.integers(0, 2**63 - 1), st.binary(max_size=50), st.dates())
def test_primitives(number, data, day):
    assert parse_decimal(b"%d" % number, what="number") == number
    assert parse_base64(b64encode(data), what="base64") == data
    assert parse_hex(data.hex().encode(), what="hex") == data
    assert parse_day(day.isoformat().encode(), what="day") == day
    for parse, text in ((parse_decimal, b"%d" % number), (parse_day, day.isoformat().encode())):
        for other in (b" " + text, text + b" ", text + b"\n", b"+" + text, text + "٣".encode()):
            with pytest.raises(FormatError):
                parse(other, what="odd")


@given(NAMES, st.sampled_from([KeyType.NOTE, KeyType.COSIGNATURE]), HASHES)
def test_vkey(name, key_type, public):
    key = parse_vkey(vkey_of(name, key_type, public), what="vkey")
    assert (key.name, key.type, key.public) == (name, key_type, public)
    refuses_more_and_less(lambda data: parse_vkey(data, what="vkey"), vkey_of(name, key_type, public))


SIGNATURES = st.lists(st.tuples(NAMES, st.binary(min_size=5, max_size=80)), min_size=1, max_size=4)


@given(st.lists(LINES, min_size=1, max_size=4), SIGNATURES)
def test_note(lines, signatures):
    text = "".join(f"{line}\n" for line in lines).encode()
    data = text + b"\n" + b"".join(f"— {name} ".encode() + b64encode(blob) + b"\n" for name, blob in signatures)
    note = parse_note(data, what="note")
    assert note.text == text
    assert [(line.name, line.key_id + line.signature) for line in note.lines] == signatures
    refuses_more_and_less(lambda data: parse_note(data, what="note"), data)


@given(LINES.filter(bool), st.integers(0, 2**63 - 1), HASHES, st.lists(LINES.filter(bool), max_size=3))
def test_checkpoint(origin, size, root, extensions):
    root = root if size else EMPTY_HASH
    head = [origin, str(size), b64encode(root).decode(), *extensions]
    checkpoint = parse_checkpoint("".join(f"{line}\n" for line in head).encode(), what="checkpoint")
    assert (checkpoint.origin, checkpoint.size, checkpoint.root) == (origin, size, root)
    assert list(checkpoint.extensions) == extensions
    refuses_more_and_less(lambda data: parse_checkpoint(data, what="checkpoint"), checkpoint.text)


@given(st.none() | st.binary(min_size=1, max_size=50), st.integers(0, 2**63 - 1), st.lists(HASHES, max_size=63), HASHES)
def test_tlog_proof(extra, index, path, root):
    checkpoint = b"log\n7\n" + b64encode(root) + "\n\n— log AAAAAAA=\n".encode()
    lines = [] if extra is None else [b"extra " + b64encode(extra)]
    data = b"\n".join([b"c2sp.org/tlog-proof@v1", *lines, b"index %d" % index, *map(b64encode, path), b"", checkpoint])
    proof = parse_tlog_proof(data, what="proof")
    assert (proof.extra, proof.index, list(proof.path), proof.checkpoint) == (extra, index, path, checkpoint)
    refuses_more_and_less(lambda data: parse_tlog_proof(data, what="proof"), data)


@given(st.lists(st.integers(0, 255), min_size=1, max_size=4, unique=True), st.data())
@settings(max_examples=30)
def test_policy(seeds, data):
    from nacl.signing import SigningKey

    keys = [bytes(SigningKey(sha256(bytes([seed])).digest()).verify_key) for seed in seeds]
    names = [f"witness-{seed}" for seed in seeds]
    needed = data.draw(st.integers(1, len(names)))
    space = data.draw(st.sampled_from([" ", "\t", "  "]))
    lines = [f"witness{space}{name} {vkey_of(name, 4, key).decode()}" for name, key in zip(names, keys, strict=True)]
    text = "\n".join(["# trust", *lines, "", f"group all {needed} {' '.join(names)}", "quorum all", ""])
    policy = parse_policy(text.encode(), what="policy")
    assert [witness.key.public for witness in policy.witnesses] == keys
    assert (policy.groups[0].needed, policy.groups[0].members) == (needed, tuple(name.encode() for name in names))


@given(st.none() | st.integers(0, 63), st.integers(0, 2**55 - 1), st.integers(1, WIDTH))
def test_tile_path(level, index, width):
    tile = Tile(level, index, width)
    assert parse_tile_path(tile_path(tile).encode(), what="path") == tile
    refuses_more_and_less(lambda data: parse_tile_path(data, what="path"), tile_path(tile).encode())


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=20), st.lists(HASHES, min_size=1, max_size=20))
def test_bundle_and_tile(leaves, hashes):
    data = b"".join(len(leaf).to_bytes(2, "big") + leaf for leaf in leaves)
    assert parse_bundle(data, width=len(leaves), what="bundle") == tuple(leaves)
    assert parse_tile(b"".join(hashes), width=len(hashes), what="tile") == tuple(hashes)
    for width in (len(leaves) - 1, len(leaves) + 1):
        with pytest.raises(FormatError, match=r"^bundle: "):
            parse_bundle(data, width=width, what="bundle")
    for cut in {1, len(data) // 2, len(data) - 1} - {0, len(data)}:
        with pytest.raises(FormatError, match=r"^bundle: "):
            parse_bundle(data[:cut], width=len(leaves), what="bundle")


@given(st.integers(1, 8), st.data())
def test_batch(columns, data):
    amounts = st.integers(1 if columns == 1 else 0, 2**40)
    rows = data.draw(st.lists(st.tuples(st.lists(amounts, min_size=columns, max_size=columns), HASHES), min_size=1,
                              max_size=9))  # fmt: skip
    file = b"".join(b"".join(amount.to_bytes(8, "big") for amount in row) + commitment for row, commitment in rows)
    for column in range(columns):
        parse = parse_batch if columns == 1 else lambda file, at=column, **more: parse_column(
            file, column=at, columns=columns, **more)  # fmt: skip
        lines = parse(file, what="batch")
        assert [(line.amount, line.commitment) for line in lines] == [(row[column], hash_) for row, hash_ in rows]
        with pytest.raises(FormatError, match=r"^batch: "):
            parse(file[:-1], what="batch")


FLAGS = st.lists(st.tuples(st.just("dlz/raised"), st.none() | st.integers(-9, 9)), min_size=1)


@given(st.integers(0, INTEGER_MAX), FLAGS)
def test_stamp(time, flags):
    value = {"balance": None, "charter": 0, "flags": [list(flag) for flag in flags], "index": 7, "rules": 1,
             "time_unix_ms": time}  # fmt: skip
    assert parse_stamp(canonical(value), what="stamp") == value
    assert parse_flags(value["flags"], what="flags") == tuple(flags)
    refuses_more_and_less(lambda data: parse_stamp(data, what="stamp"), canonical(value))


@given(st.tuples(ACCOUNTS, ACCOUNTS, ACCOUNTS), st.tuples(POSITIONS, POSITIONS, POSITIONS), st.data())
def test_moves(accounts, positions, data):
    (one, two, three), (at, to, rest) = accounts, positions
    amount, den = data.draw(st.integers(1, 2**52)), data.draw(st.integers(2, 2**52))
    num = data.draw(st.integers(1, den - 1))
    move = {"amount": amount, "from": one, "from_pos": at, "to": two, "to_pos": to}
    split = {"amount": amount, "den": den, "num": num, "pos": at, "rest": three, "rest_pos": rest, "split": one,
             "to": two, "to_pos": to}  # fmt: skip
    assert parse_moves([move, split], what="moves") == (
        Move(one, at, at + amount, two, to),
        Split(one, at, at + amount, num, den, two, to, three, rest),
    )
    for position in ("from_pos", "to_pos"):
        with pytest.raises(FormatError, match=f"^moves: move 0: {position}: expected an integer"):
            parse_moves([{**move, position: INTEGER_MAX - amount + 1}], what="moves")


@given(st.integers(0, INTEGER_MAX), DAYS, DAYS | st.none(), st.integers(0, 3660) | st.none(), st.lists(
    st.integers(0, INTEGER_MAX), unique=True, max_size=4))  # fmt: skip
def test_register_row(index, day, due, days, calendar):
    duty = {"by": "insurer", "calendar": sorted(calendar), "days": days, "due": due, "id": "pay", "met": None,
            "provisional": False, "starts": day, "unit": "working_day"}  # fmt: skip
    claim = {"claim": index, "decision": None, "duties": [duty], "objection": index, "paid": index, "state": "paid"}
    check_register_row("00" * 32, {"claims": [claim], "removed": day}, what="row")
    for member in claim:
        with pytest.raises(FormatError, match=f"^row: claims: {'duties' if member == 'duties' else member}"):
            check_register_row("00" * 32, {"claims": [{**claim, member: True}]}, what="row")
    for member in duty:
        with pytest.raises(FormatError, match=f"^row: claims: duties: {member}"):
            check_register_row("00" * 32, {"claims": [{**claim, "duties": [{**duty, member: {}}]}]}, what="row")
