"""The receipt as a file (docs/formats/receipt.md): canonical JSON and one LF, at most 65,536 bytes.

    {"bodies":[[index, text],…],"checkpoint":…,"entry":index,"format":"mingzhang receipt/v1","leaves":[[index, text],…],
     "line":{"entry","index","opening","path":[[hash, total],…],"salt"},
     "none":[{"account","opening","predecessor","successor","u","v"},…],"proof":[hash,…],
     "rows":[{"map","name","proof":{"key","path":[[bit, hash],…],"value"},"row","salt"},…],
     "subject":"donation"|"cover"|"entry"}

Hashes are base64. `entry` is there in a receipt for an entry, `line` in the others, and only there.
"""

from dataclasses import dataclass
from typing import Any

from verifier.entries.members import check_account
from verifier.errors import FormatError
from verifier.log.trie import KEY_BITS, Exit, TrieProof
from verifier.primitives.expect import (
    expect_any_object,
    expect_array,
    expect_base64,
    expect_integer,
    expect_object,
    expect_string,
)
from verifier.primitives.parse import INTEGER_MAX, parse_json, shown
from verifier.receipts.register import check_register_row, row_name

FORMAT = "mingzhang receipt/v1"
RECEIPT_BYTES_MAX = 65_536
SUBJECTS = ("cover", "donation", "entry")
PATH_MAX = 20  # siblings of a line: 2^20 is more than a batch holds

# Which maps say something about a subject.
_MAPS = {"cover": ("register",), "donation": ("accounts", "published"), "entry": ("register",)}
_ALWAYS = ("bodies", "checkpoint", "format", "leaves", "none", "proof", "rows", "subject")


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line of the batch in leaf `entry`, opened."""

    entry: int
    index: int
    opening: dict[str, Any]
    path: tuple[tuple[bytes, int], ...]
    salt: bytes


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row of a map of the trial balance, or (`row` None) that the map has none of this name."""

    map_name: str
    name: str
    row: dict[str, Any] | None
    salt: bytes | None
    proof: TrieProof | None


@dataclass(frozen=True, slots=True)
class ShownNone:
    """That no exit touches positions `[start, end)` of an account."""

    account: str
    start: int
    end: int
    predecessor: TrieProof | None
    opening: Exit | None
    successor: TrieProof | None


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt that is well formed; nothing in it has been checked. `leaves` and `bodies` are by leaf index."""

    subject: str
    checkpoint: bytes
    leaves: dict[int, bytes]
    proof: tuple[bytes, ...]
    entry: int | None
    line: ShownLine | None
    rows: tuple[ShownRow, ...]
    none: tuple[ShownNone, ...]
    bodies: dict[int, bytes]

    @property
    def subject_index(self) -> int:
        """The leaf that the receipt is about."""
        index = self.entry if self.line is None else self.line.entry
        assert index is not None
        return index


def parse_receipt(data: bytes) -> Receipt:
    """Parse a receipt.

    Raises:
        FormatError: too large, not canonical, or not of the form above; the message says where.
    """
    if len(data) > RECEIPT_BYTES_MAX:
        raise FormatError(f"receipt: expected at most {RECEIPT_BYTES_MAX} bytes, got {len(data)}")
    if not data.endswith(b"\n"):
        raise FormatError("receipt: expected one line that ends with LF")
    value = expect_any_object(parse_json(data[:-1], what="receipt"), what="receipt")
    if value.get("format") != FORMAT:
        raise FormatError(f"receipt: expected the format {FORMAT}, got {shown(str(value.get('format')))}")
    subject = value.get("subject")
    if subject not in SUBJECTS:
        raise FormatError(f"receipt: expected a subject of {', '.join(SUBJECTS)}, got {shown(str(subject))}")
    expect_object(value, (*_ALWAYS, "entry" if subject == "entry" else "line"), what="receipt")
    rows = tuple(_parse_row(one, maps=_MAPS[subject], what=what) for what, one in _items(value, "rows"))
    if len({(row.map_name, row.name) for row in rows}) < len(rows):
        raise FormatError("receipt: rows: expected each row once")
    none = tuple(_parse_none(one, what=what) for what, one in _items(value, "none"))
    if none and subject != "donation":
        raise FormatError(f"receipt: none: expected an empty array in a receipt for a subject {subject}")
    return Receipt(
        subject=subject,
        checkpoint=expect_string(value["checkpoint"], what="receipt: checkpoint").encode("utf-8"),
        leaves=_parse_texts(value, "leaves"),
        proof=tuple(expect_base64(one, what=what) for what, one in _items(value, "proof")),
        entry=expect_integer(value["entry"], what="receipt: entry") if subject == "entry" else None,
        line=None if subject == "entry" else _parse_line(value["line"], what="receipt: line"),
        rows=rows,
        none=none,
        bodies=_parse_texts(value, "bodies"),
    )


def _items(value: dict[str, Any], name: str) -> list[tuple[str, Any]]:
    """The items of an array member, each with what to call it in an error."""
    what = f"receipt: {name}"
    return [(f"{what} {at}", item) for at, item in enumerate(expect_array(value[name], what=what))]


def _parse_texts(value: dict[str, Any], name: str) -> dict[int, bytes]:
    """Texts by leaf index, which rises."""
    found: dict[int, bytes] = {}
    last = -1
    for what, item in _items(value, name):
        index, text = expect_array(item, length=2, what=what)
        last = expect_integer(index, least=last + 1, what=f"{what}: index, which rises")
        found[last] = expect_string(text, what=what).encode("utf-8")
    return found


def _parse_line(value: Any, *, what: str) -> ShownLine:
    found = expect_object(value, ("entry", "index", "opening", "path", "salt"), what=what)
    path = []
    for item in expect_array(found["path"], most=PATH_MAX, what=f"{what}: path"):
        hash_, total = expect_array(item, length=2, what=f"{what}: path")
        path.append((expect_base64(hash_, what=f"{what}: path"), expect_integer(total, what=f"{what}: path")))
    return ShownLine(
        entry=expect_integer(found["entry"], what=f"{what}: entry"),
        index=expect_integer(found["index"], what=f"{what}: index"),
        opening=expect_any_object(found["opening"], what=f"{what}: opening"),
        path=tuple(path),
        salt=expect_base64(found["salt"], what=f"{what}: salt"),
    )


def _parse_row(value: Any, *, maps: tuple[str, ...], what: str) -> ShownRow:
    found = expect_object(value, ("map", "name", "proof", "row", "salt"), what=what)
    map_name, name = found["map"], expect_string(found["name"], what=f"{what}: name")
    if map_name not in maps:
        raise FormatError(f"{what}: expected a row of the maps [{', '.join(maps)}], got {shown(str(map_name))}")
    if map_name == "register":
        row_name(name, what=f"{what}: name")
    else:
        check_account(name, what=f"{what}: name")
    row = None if found["row"] is None else _parse_row_members(map_name, name, found["row"], what=f"{what}: row")
    salted = row is not None and map_name != "published"
    if salted != (found["salt"] is not None):
        raise FormatError(f"{what}: expected a salt exactly for a row that is there, and none in the map published")
    salt = expect_base64(found["salt"], what=f"{what}: salt") if salted else None
    return ShownRow(map_name, name, row, salt, _parse_proof(found["proof"], what=f"{what}: proof"))


def _parse_row_members(map_name: str, name: str, value: Any, *, what: str) -> dict[str, Any]:
    """The members that a verdict rests on. The hash of the row vouches for the rest."""
    row = expect_any_object(value, what=what)
    if map_name == "register":
        check_register_row(name, row, what=what)
    elif map_name == "published":
        expect_object(row, ("at", "in", "next_out", "out"), what=what)
        expect_integer(row["at"], what=f"{what}: at")
    else:
        members = ("class", "holder", "in", "next_out", "out", "unit")
        expect_object(row, members, optional=("left", "purpose", "source", "to"), what=what)
        if row["class"] != name.partition("/")[0]:
            raise FormatError(f"{what}: expected the class of {name}, got {shown(str(row['class']))}")
        expect_string(row["unit"], what=f"{what}: unit")
    if map_name != "register":
        most = expect_integer(row["in"], what=f"{what}: in")
        # Of a source, and only of a source, more may have left than ever came in.
        endless = name.partition("/")[0] in ("own", "world")
        expect_integer(row["next_out"], most=INTEGER_MAX if endless else most, what=f"{what}: next_out")
    return row


def _parse_none(value: Any, *, what: str) -> ShownNone:
    found = expect_object(value, ("account", "opening", "predecessor", "successor", "u", "v"), what=what)
    start = expect_integer(found["u"], most=INTEGER_MAX - 1, what=f"{what}: u")
    opening = None
    if found["opening"] is not None:
        end, index = expect_array(found["opening"], length=2, what=f"{what}: opening")
        opening = Exit(
            expect_integer(end, what=f"{what}: opening: end"), expect_integer(index, what=f"{what}: opening: index")
        )
    return ShownNone(
        account=check_account(found["account"], what=f"{what}: account"),
        start=start,
        end=expect_integer(found["v"], least=start + 1, what=f"{what}: v"),
        predecessor=_parse_proof(found["predecessor"], what=f"{what}: predecessor"),
        opening=opening,
        successor=_parse_proof(found["successor"], what=f"{what}: successor"),
    )


def _parse_proof(value: Any, *, what: str) -> TrieProof | None:
    if value is None:
        return None
    found = expect_object(value, ("key", "path", "value"), what=what)
    path = []
    for item in expect_array(found["path"], most=KEY_BITS, what=f"{what}: path"):
        bit, sibling = expect_array(item, length=2, what=f"{what}: path")
        number = expect_integer(bit, most=KEY_BITS - 1, what=f"{what}: path: bit")
        path.append((number, expect_base64(sibling, what=f"{what}: path")))
    key = expect_base64(found["key"], what=f"{what}: key")
    return TrieProof(key, expect_base64(found["value"], what=f"{what}: value"), tuple(path))
