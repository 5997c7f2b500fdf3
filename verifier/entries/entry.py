"""An entry is what a party signs, a leaf what the log holds (docs/formats/entry.md).

    entry text    <origin> entry/v1 LF <one line of canonical JSON> LF
    entry         the signed note over that text, one signature line for each of its `signers`, in their order
    leaf          <stamp, one line of canonical JSON> LF <entry>

    ledger.example/dlz entry/v1
    {"amount":124956000,"at":"2019-03-01",…,"signers":["foundation.example+1a2b3c4d"],"valid_until":"2019-03-31"}

    — foundation.example Gis8TQ…=

An entry has at most 32,768 bytes, a stamp 16,384, a leaf 65,535.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from verifier.entries.members import check_members, rules
from verifier.entries.shapes import check_shape
from verifier.errors import FormatError, Rejected
from verifier.log.keys import VerifierKey
from verifier.log.note import Note, parse_note, verify_signers
from verifier.primitives.hashes import text_hash
from verifier.primitives.parse import parse_json, shown

ENTRY_BYTES_MAX = 32_768
STAMP_BYTES_MAX = 16_384
BODY_BYTES_MAX = 16_384
LEAF_BYTES_MAX = 65_535

_SUFFIX = " entry/v1"


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry that is well formed; nothing about its signatures has been checked."""

    note: Note
    value: dict[str, Any]
    text_hash: bytes

    @property
    def kind(self) -> str:
        """The kind of the entry, one of the table's."""
        kind: str = self.value["kind"]
        return kind


def parse_entry(data: bytes, *, origin: str, what: str) -> Entry:
    """Parse an entry of the log `origin`: note, origin, canonical JSON, kind, members, in this order.

    Raises:
        FormatError: too large, not of the form above, or a member is not what its kind asks for.
        SignatureError: a key of a charter may not be admitted.
        Rejected: `wrong_origin`, `kind_unknown`.
    """
    if len(data) > ENTRY_BYTES_MAX:
        raise FormatError(f"{what}: expected at most {ENTRY_BYTES_MAX} bytes, got {len(data)}")
    note = parse_note(data, what=what)
    lines = note.text.split(b"\n")
    if len(lines) != 3 or not lines[0].endswith(_SUFFIX.encode("ascii")):
        raise FormatError(f"{what}: expected the line '<origin>{_SUFFIX}' and one of JSON, got {shown(note.text)}")
    value = parse_json(lines[1], what=what)
    named = lines[0].decode("utf-8").removesuffix(_SUFFIX)
    if named != origin:
        raise Rejected("wrong_origin", f"{what}: expected the origin {shown(origin)}, got {shown(named)}")
    members = _check_kind(value, entry=True, what=what)
    check_shape(members, origin=origin, what=what)
    return Entry(note, members, text_hash(note.text))


def parse_body(data: bytes, *, what: str) -> dict[str, Any]:
    """Parse the body of a sealed entry.

    Raises:
        FormatError: too large, not canonical JSON, or a member is not what its kind asks for.
        Rejected: `kind_unknown`.
    """
    return _check_kind(parse_json(data, what=what, bytes_max=BODY_BYTES_MAX), entry=False, what=what)


def _check_kind(value: Any, *, entry: bool, what: str) -> dict[str, Any]:
    """Check that `value` is an object of a known kind with the members of that kind."""
    if not isinstance(value, dict) or not isinstance(value.get("kind"), str):
        raise FormatError(f"{what}: expected an object with a kind, got {shown(str(value))}")
    if value["kind"] not in rules()["kinds" if entry else "bodies"]:
        raise Rejected("kind_unknown", f"{what}: rules version 1 has no kind {shown(value['kind'])}")
    check_members(value, entry=entry, what=what)
    return value


def verify_entry(entry: Entry, *, keys: Sequence[VerifierKey], what: str) -> None:
    """Verify that exactly `keys`, those of the entry's `signers` in order, signed it.

    Raises:
        FormatError: a signature has a wrong length.
        SignatureError: a line is missing, added or out of place, or does not verify.
    """
    verify_signers(entry.note, keys=keys, what=what)


def split_leaf(leaf: bytes, *, what: str) -> tuple[bytes, bytes]:
    """The stamp, without its LF, and the entry of a leaf.

    Raises:
        FormatError: the leaf or its stamp is too long, or there is no LF.
    """
    stamp, separator, entry = leaf.partition(b"\n")
    if not separator or len(leaf) > LEAF_BYTES_MAX or len(stamp) > STAMP_BYTES_MAX:
        raise FormatError(
            f"{what}: expected a stamp of at most {STAMP_BYTES_MAX} bytes, LF and an entry, {LEAF_BYTES_MAX} bytes in "
            f"all, got a first line of {len(stamp)} and {len(leaf)} in all"
        )
    return stamp, entry
