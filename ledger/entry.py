"""The entry: what a party signs. A signed note whose text is two lines.

    ledger.example/dlz entry/v1
    {"at":"2019-03-01","document":"5f…","kind":"drive","nonce":"0d…","programme":"dlz","signers":["foundation.example+1a2b3c4d"],"text":"…","valid_until":"2019-03-31"}

    — foundation.example Gis8TQ…=

`signers` names every signer, sorted; the note has exactly these lines, in this order. The hash of the text is the
entry's idempotency key. At most 32,768 bytes. Source: docs/formats/entry.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ledger import signature as ed25519
from ledger.charter import check_charter
from ledger.commitment import text_hash
from ledger.errors import FormatError, Rejected, SignatureError
from ledger.keys import SigningKey, VerifierKey, check_name, signer_name
from ledger.kinds import Charter, Entry, entry_of_kind
from ledger.note import Note, parse_note, sign_note
from ledger.strict import JsonValue, check_texts, format_json, parse_json, shown

ENTRY_BYTES_MAX = 32_768
_HEADER_END = " entry/v1"


@dataclass(frozen=True, slots=True)
class SignedEntry:
    """A parsed entry. Its signatures are not verified."""

    origin: str
    note: Note
    text_hash: bytes
    value: dict[str, JsonValue]  # the JSON line, for those who keep or show it whole
    entry: Entry


def format_text(origin: str, value: Mapping[str, JsonValue]) -> bytes:
    """Format the text of an entry, the bytes that its signers sign.

    Raises:
        FormatError: `value` cannot be canonical JSON.
    """
    return b"%b%b\n%b\n" % (origin.encode(), _HEADER_END.encode(), format_json(dict(value), what="entry"))


def sign_entry(origin: str, value: Mapping[str, JsonValue], keys: Sequence[SigningKey]) -> bytes:
    """Compose an entry of `value`, whose `signers` are filled in from `keys`, and sign it with all of them.

    Raises:
        FormatError: the value is not of its kind's form, holds a text that nobody should be shown (not in Unicode NFC,
            or with controls or direction marks), or the entry is too long.
        Rejected: kind_unknown.
    """
    ordered = sorted(keys, key=lambda key: signer_name(key.verifier).encode())
    check_texts(dict(value), what="entry")
    whole: dict[str, JsonValue] = {**value, "signers": [signer_name(key.verifier) for key in ordered]}
    data = sign_note(format_text(origin, whole), *ordered)
    parse_entry(data, origin=origin)
    return data


def parse_entry(data: bytes, *, origin: str) -> SignedEntry:
    """Parse an entry of the log `origin`, without verifying its signatures.

    Raises:
        FormatError: not an entry, or its kind's members are missing, unknown or of another type.
        Rejected: wrong_origin or kind_unknown.
    """
    if len(data) > ENTRY_BYTES_MAX:
        raise FormatError(f"entry: expected at most {ENTRY_BYTES_MAX} bytes, got {len(data)}")
    note = parse_note(data, what="entry")
    header, _, line = note.text.partition(b"\n")
    if not header.endswith(_HEADER_END.encode()):
        raise FormatError(f"entry: expected a first line ORIGIN{_HEADER_END}, got {shown(header)}")
    lines = note.text.count(b"\n")
    if lines != 2:
        raise FormatError(f"entry: expected two lines of text, got {lines}")
    value = parse_json(line[:-1], what="entry")
    if header != (origin + _HEADER_END).encode():
        raise Rejected("wrong_origin", f"this log is {origin}, the entry begins with {shown(header)}")
    entry = entry_of_kind(value, what="entry")
    assert isinstance(value, dict)  # entry_of_kind refuses anything else
    signers = entry.signers
    for signer in signers:
        check_name(signer.partition("+")[0], what="entry: signer")
    if [signer.encode() for signer in signers] != sorted({signer.encode() for signer in signers}):
        raise FormatError("entry: expected signers sorted and each once, got " + shown(signers))
    if isinstance(entry, Charter):
        check_charter(entry, origin=origin)
    return SignedEntry(origin, note, text_hash(note.text), value, entry)


def verify_signatures(signed: SignedEntry, keys: Sequence[VerifierKey]) -> None:
    """Verify that the note has exactly the lines of `signers`, whose keys are `keys`, in the same order.

    Raises:
        SignatureError: a line is missing, too many, out of order, or does not verify.
    """
    lines = signed.note.signatures
    got = [f"{line.name}+{line.key_id.hex()}" for line in lines]
    if got != signed.entry.signers:
        raise SignatureError(f"entry: expected the signature lines {shown(signed.entry.signers)}, got {shown(got)}")
    ed25519.verify_many([
        (key.public, signed.note.text, line.blob, f"entry: signature of {key.name}")
        for key, line in zip(keys, lines, strict=True)
    ])
