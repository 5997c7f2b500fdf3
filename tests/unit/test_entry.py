"""Entries: what a refusal says. Which bytes are refused is in tests/vectors/entry/."""

import pytest

from ledger.commitment import text_hash
from ledger.entry import format_text, parse_entry, sign_entry, verify_signatures
from ledger.errors import FormatError, Rejected, SignatureError
from ledger.keys import COSIGNATURE, signer_name
from ledger.kinds import Record, entry_of_kind
from tests.support import world
from tests.support.vector_entries import COSIGNERS, ORIGIN, VKEYS, entry_text, entry_value, signed_text
from tests.support.world import World

DRIVE = {"at": "2019-03-01", "document": "1a" * 32, "kind": "drive", "nonce": "0d" * 16, "programme": "dlz",
         "text": "opened", "valid_until": "2019-03-31"}  # fmt: skip


@pytest.fixture
def keys():
    return World(0).keys


def test_an_entry_is_signed_by_all_in_the_order_of_their_names(keys):
    data = sign_entry(ORIGIN, DRIVE, [keys["platform"], keys["county"]])
    signed = parse_entry(data, origin=ORIGIN)
    assert isinstance(signed.entry, Record)
    assert signed.entry.signers == [signer_name(keys[name].verifier) for name in ("county", "platform")]
    assert signed.text_hash == text_hash(format_text(ORIGIN, signed.value))
    verify_signatures(signed, [keys[name].verifier for name in ("county", "platform")])


def test_what_is_not_well_formed_is_not_signed(keys):
    with pytest.raises(FormatError, match=r"^entry: drive: Object missing required field `text`"):
        sign_entry(ORIGIN, {name: value for name, value in DRIVE.items() if name != "text"}, [keys["county"]])
    with pytest.raises(FormatError, match=r"^entry\.amount: expected a string, integer, boolean, null, array"):
        sign_entry(ORIGIN, {**DRIVE, "amount": 1.0}, [keys["county"]])


def refused(text, *, origin=ORIGIN):
    with pytest.raises((FormatError, Rejected, SignatureError)) as caught:
        parse_entry(signed_text(text).encode(), origin=origin)
    return str(caught.value)


def charter(*path, value):
    """The sample charter with one member changed."""
    whole = entry_value("charter", by=tuple(sorted(VKEYS)))
    whole = {**whole, "epoch": dict(whole["epoch"]), "parties": [dict(party) for party in whole["parties"]]}
    place = whole
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return entry_text(whole)


@pytest.mark.parametrize("text,message", [
    pytest.param(f"{ORIGIN} entry/v2\n{{}}\n", "entry: expected a first line ORIGIN entry/v1, got b'", id="header"),
    pytest.param(entry_text(entry_value("drive"), origin="x.example"),
                 "wrong_origin: this log is ledger.example/dlz, the entry begins with b'x.example", id="origin"),
    pytest.param(entry_text(entry_value("drive")) + "x\n", "entry: expected two lines of text, got 3", id="lines"),
    pytest.param(f"{ORIGIN} entry/v1\n[]\n", "entry: expected an object, got []", id="array"),
    pytest.param(entry_text(entry_value("drive", kind=7)), "entry: expected a member kind, a string, got 7", id="kind"),
    pytest.param(entry_text(entry_value("drive", kind="gift")),
                 "kind_unknown: entry: 'gift' is none of agreement, balance, ", id="kind-unknown"),
    pytest.param(entry_text(entry_value("drive", colour="red")),
                 "entry: drive: Object contains unknown field `colour`", id="member-unknown"),
    pytest.param(entry_text(entry_value("transfer", amount="5")),
                 "entry: transfer: Expected `int`, got `str` - at `$.amount`", id="member-type"),
    pytest.param(entry_text(entry_value("drive", signers=["b+00000000", "a+00000000"])),
                 "entry: expected signers sorted and each once, got ['b+00000000', 'a+00000000']", id="signers"),
    pytest.param(entry_text(entry_value("drive", signers=["a b+00000000"])),
                 "entry: signer: key name 'a b' holds U+0020", id="signer-name"),
    pytest.param(entry_text(entry_value("enrolment", op="remove")),
                 "entry: enrolment: expected a reason for a removal, got none", id="removal-without-reason"),
    pytest.param(entry_text(entry_value("enrolment", op="remove", reason="moved", tags="1a" * 32)),
                 "entry: enrolment: expected no tags in a removal, its lines' tags are known", id="removal-with-tags"),
    pytest.param(charter("rules", value=2), "entry: charter: expected epoch 1 and rules 1, got 1 and 2", id="rules"),
    pytest.param(charter("parties", 0, "name", value="zz"),
                 "entry: charter: expected parties sorted by name and each once, got ['zz', ", id="party-order"),
    pytest.param(charter("epoch", "log", value=VKEYS["county"]),
                 "entry: charter: expected a log key under the name ledger.example/dlz, got county", id="log-name"),
    pytest.param(charter("parties", 0, "cosigner", value=VKEYS["county"]),
                 "entry: charter: key county.example: expected type 04, got 01", id="cosigner-type"),
    pytest.param(charter("parties", 0, "cosigner", value=COSIGNERS["insurer"]),
                 "entry: charter: the same public key stands in two places", id="key-twice"),
])
def test_a_refusal_says_what_was_expected(text, message):
    assert refused(text).startswith(message)


def test_the_largest_entry_has_32768_bytes():
    with pytest.raises(FormatError, match=r"^entry: expected at most 32768 bytes, got 32769$"):
        parse_entry(b"a" * 32_769, origin=ORIGIN)


def test_a_signature_of_another_is_none(keys):
    signed = parse_entry(sign_entry(ORIGIN, DRIVE, [keys["county"]]), origin=ORIGIN)
    with pytest.raises(SignatureError, match=r"^entry: signature of insurer\.example: the signature does not verify$"):
        verify_signatures(signed, [keys["insurer"].verifier])


def test_the_lines_are_exactly_those_of_the_signers(keys):
    data = sign_entry(ORIGIN, DRIVE, [keys["county"], keys["insurer"]])
    one_line = data.rpartition("—".encode())[0]
    with pytest.raises(SignatureError, match=r"^entry: expected the signature lines \['county.*got \['county"):
        verify_signatures(parse_entry(one_line, origin=ORIGIN), [keys["county"].verifier])


def test_a_cosigner_key_signs_no_entry():
    with pytest.raises(FormatError, match=f"type {COSIGNATURE:02x} signs cosignatures only$"):
        sign_entry(ORIGIN, DRIVE, [World(0).cosigners["county"]])


def test_an_order_that_a_kind_asks_for_is_part_of_its_form():
    value = entry_value("balance", publish=["claims/b", "claims/a"])
    with pytest.raises(FormatError, match="publish"):
        entry_of_kind(value, what="entry")


@pytest.mark.parametrize("text,message", [
    pytest.param("cafe\u0301", "entry.text: expected text in Unicode NFC", id="not-nfc"),
    pytest.param("10\u202e00", "entry.text: character 2 is U+202E", id="direction-override"),
])
def test_a_text_that_hides_something_is_not_signed(text, message):
    with pytest.raises(FormatError) as caught:
        World().compose("drive", "foundation", document="22" * 32, programme="dlz", text=text)
    assert str(caught.value).startswith(message)


def test_a_replay_does_not_judge_unicode():
    """Its tables change with the years, a verdict may not: what was signed elsewhere is read as it is."""
    note = World().compose("drive", "foundation", document="22" * 32, programme="dlz", text="cafe")
    changed = note.replace(b"cafe", "cafe\u0301".encode())
    assert parse_entry(changed, origin=world.ORIGIN).entry.text == "cafe\u0301"
