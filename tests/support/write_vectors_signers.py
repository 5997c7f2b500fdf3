"""Vectors of entry: charters, first lines, signers and signature lines."""

from copy import deepcopy
from typing import Any

from nacl.signing import SigningKey

from tests.reference import edwards
from tests.support.vector_entries import (
    COSIGNERS,
    LOG_VKEY,
    ORIGIN,
    VKEYS,
    entry_text,
    entry_value,
    signature_line,
    signer,
)
from tests.support.write_vectors_entries import BOTH, TRANSFER, EntryArea, entry_case, good_entry
from tests.support.write_vectors_notes import line, note, public, seed
from tests.support.write_vectors_primitives import vkey_of


def write(area: EntryArea) -> None:
    _charters(area)
    _texts(area)
    _signatures(area)


def officer(name: str) -> dict[str, Any]:
    """An officer of the county, of the village hekou."""
    return {"key": vkey_of(f"{name}.county.example", 1, public(name)), "name": name, "place": "hekou"}


def _charters(area: EntryArea) -> None:
    small_order = vkey_of("county.example", 1, bytes.fromhex("01" + "00" * 31))
    by = tuple(sorted(VKEYS))
    staffed = deepcopy(entry_value("charter", by=by))
    staffed["parties"][0]["officers"] = [officer("chen"), {**officer("zhao"), "place": "shuangmiao"}]
    good_entry(area, "charter-with-officers", "persons sign for a party", staffed, by=by)
    for case, about, error, path, new in (
        ("charter-rules-2", "this version knows rules 1", "format", ("rules",), 2),
        ("charter-epoch-2", "the first epoch is 1", "format", ("epoch", "number"), 2),
        ("charter-log-of-another-name", "the log key's name is the origin", "format", ("epoch", "log"),
         VKEYS["platform"]),
        ("charter-log-of-type-04", "the log signs notes", "format", ("epoch", "log"), COSIGNERS["platform"]),
        ("charter-key-of-type-04", "entries are signed with type 01", "format", ("parties", 0, "key"),
         COSIGNERS["county"].replace("/node", "")),
        ("charter-cosigner-of-type-01", "cosignatures are of type 04", "format", ("parties", 0, "cosigner"),
         VKEYS["county"]),
        ("charter-key-twice", "one key cannot be two parties", "format", ("parties", 0, "key"), VKEYS["insurer"]),
        ("charter-log-key-is-a-party-key", "one key, one use", "format", ("parties", 3, "key"), LOG_VKEY),
        ("charter-name-twice", "each party once", "format", ("parties", 0, "name"), "foundation"),
        ("charter-names-unsorted", "sorted by name", "format", ("parties", 0, "name"), "zcounty"),
        ("charter-key-malformed", "a vkey", "format", ("parties", 0, "key"), "county.example"),
        ("charter-key-id-wrong", "the ID is computed again", "format", ("parties", 0, "key"),
         VKEYS["county"].replace(VKEYS["county"].split("+")[1], "00000000")),
        ("charter-key-of-small-order", "a key that verifies what nobody signed", "signature", ("parties", 0, "key"),
         small_order),
        ("charter-without-parties", "1 to 16 parties", "format", ("parties",), []),
        ("charter-officers-none", "1 to 50, or left out", "format", ("parties", 0, "officers"), []),
        ("charter-officers-unsorted", "sorted by name", "format", ("parties", 0, "officers"),
         [officer("zhao"), officer("chen")]),
        ("charter-officer-twice", "each name once", "format", ("parties", 0, "officers"),
         [officer("chen"), {**officer("zhao"), "name": "chen"}]),
        ("charter-officer-with-the-party-key", "one key, one signer", "format", ("parties", 0, "officers"),
         [{"key": VKEYS["county"], "name": "chen"}]),
        ("charter-officer-of-type-04", "entries are signed with type 01", "format", ("parties", 0, "officers"),
         [{"key": COSIGNERS["county"].replace("/node", "/chen"), "name": "chen"}]),
        ("charter-officer-of-small-order", "a key that verifies what nobody signed", "signature",
         ("parties", 0, "officers"), [{"key": small_order, "name": "chen"}]),
        ("charter-quorum-zero", "an amount", "format", ("quorum",), 0),
    ):
        value = deepcopy(entry_value("charter", by=by))
        place: Any = value
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = new
        area.bad(case, about, "parse", entry_case(entry_text(value), by=by), error)


def _texts(area: EntryArea) -> None:
    head, value, _ = TRANSFER.split("\n")
    for case, about, text in (
        ("header-of-another-format", "the first line says entry/v1", f"{ORIGIN} body/v1\n{value}\n"),
        ("header-of-version-2", "the first line says entry/v1", f"{ORIGIN} entry/v2\n{value}\n"),
        ("header-without-origin", "the first line names the log", f"entry/v1\n{value}\n"),
        ("header-missing", "two lines", f"{value}\n"),
        ("text-of-three-lines", "two lines", f"{head}\n{value}\n{value}\n"),
        ("text-of-one-line", "two lines", f"{head}\n"),
        ("another-log-and-three-lines", "form comes before origin", f"x.example entry/v1\n{value}\n{value}\n"),
        ("another-log-and-no-json", "form comes before origin", "x.example entry/v1\n{\n"),
        ("empty-line-inside", "two lines", f"{head}\n\n{value}\n"),
        ("empty-line-behind", "two lines", f"{head}\n{value}\n\n"),
    ):
        area.bad(case, about, "parse", entry_case(text))
    area.bad("checkpoint", "a checkpoint is no entry", "parse", entry_case(f"{ORIGIN}\n7\n{'A' * 43}=\n"))
    for case, about, signers in (
        ("signers-unsorted", "sorted by their bytes", [signer("insurer"), signer("foundation")]),
        ("signer-twice", "each once", [signer("foundation"), signer("foundation")]),
        ("signers-none", "somebody signs", []),
        ("signers-17", "at most 16", [f"a{at:02d}.example+00000000" for at in range(17)]),
        ("signer-without-id", "name and key ID", ["foundation.example"]),
        ("signer-id-in-capitals", "lowercase hex", ["foundation.example+0000000A"]),
        ("signer-id-short", "eight digits", ["foundation.example+0000000"]),
        ("signer-with-space", "a key's name has no space", ["foundation example+00000000"]),
        ("signer-with-delete", "7f is a control character", ["foundation\x7f.example+00000000"]),
        ("signer-without-name", "a key has a name", ["+00000000"]),
        ("signer-is-a-vkey", "the key itself stands in the charter", [VKEYS["foundation"]]),
        ("signers-string", "an array", "foundation.example+00000000"),
    ):
        area.bad(case, about, "parse", entry_case(entry_text(entry_value("transfer", signers=signers)), by=BOTH))


def _signatures(area: EntryArea) -> None:
    text = entry_text(entry_value("transfer", by=BOTH))
    one, two = (signature_line(text, name) for name in BOTH)
    vkeys = [VKEYS[name] for name in BOTH]
    given = {"origin": ORIGIN, "vkeys": vkeys}
    area.good("signed-by-two", "both lines, in the order of signers", "verify", {**given, "note": note(text, one, two)},
              {})
    other = signature_line(text.replace("500", "501"), "insurer")
    stranger = signature_line(text, "county")
    for case, about, lines in (
        ("signature-line-missing", "every signer signs", (one,)),
        ("signature-lines-swapped", "in the order of signers", (two, one)),
        ("signature-line-twice", "one line each", (one, one, two)),
        ("signature-line-of-another", "no other line", (one, two, stranger)),
        ("signature-line-of-another-first", "no other line", (stranger, one, two)),
        ("signature-line-exchanged", "exactly those whom signers names", (one, stranger)),
        ("signature-of-another-text", "each line signs this text", (one, other)),
        ("signature-under-another-name", "a line of one signer under the name of the other",
         (one, two.replace(two.split(" ")[2], one.split(" ")[2]))),
    ):
        area.bad(case, about, "verify", {**given, "note": note(text, *lines)}, "signature")
    area.bad("amount-changed-behind-the-signature", "a signature is of each byte", "verify",
             {**given, "note": note(text.replace(":500,", ":501,"), one, two)}, "signature")
    public, made = VKEYS["insurer"], SigningKey(seed("insurer")).sign(text.encode()).signature
    r, scalar = made[:32], int.from_bytes(made[32:], "little")
    for case, about, blob in (
        ("signature-of-63-bytes", "64 bytes", made[:-1]),
        ("signature-of-65-bytes", "64 bytes", made + b"\0"),
        ("signature-s-plus-l", "S is below the order of the group", r + (scalar + edwards.L).to_bytes(32, "little")),
        ("signature-r-small-order", "R is not of small order", b"\x01" + bytes(31) + made[32:]),
        ("signature-of-zeros", "nobody's", bytes(64)),
    ):
        area.bad(case, about, "verify", {**given, "note": note(text, one, line(public, blob))}, "signature")
    for case, about, lines in (
        ("signature-base64-without-padding", "canonical base64", (one.replace("=", ""), two)),
        ("signature-line-not-ended", "each line ends in LF", (one, two[:-1])),
        ("signature-line-with-space-behind", "a line is dash, name, base64", (one, two[:-1] + " \n")),
        ("signature-line-with-hyphen", "an em dash", (one, two.replace("—", "-"))),
    ):
        area.bad(case, about, "parse", {"origin": ORIGIN, "note": note(text, *lines)})
    area.bad("signatures-none", "a note has a signature", "parse", {"origin": ORIGIN, "note": note(text)})
