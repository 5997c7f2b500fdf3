"""Vectors of entry: kinds, spellings, encodings, members.

Each bad case is a good one with one thing changed, and signed as it then is.
"""

import hashlib
from typing import Any

from tests.support.vector_entries import (
    DIGEST,
    ENTRIES,
    MEMBER,
    ORIGIN,
    VKEYS,
    body_value,
    entry_text,
    entry_value,
    signed_entry,
    signed_text,
    signer,
)
from tests.support.write_vectors import Area

BOTH = ("foundation", "insurer")  # two signers, in their order
TRANSFER = entry_text(entry_value("transfer"))
HASH = "5e" * 32


class EntryArea(Area):
    """An area whose cases may also break a rule."""

    def rejected(self, case: str, about: str, op: str, given: dict[str, Any], reason: str) -> None:
        """A case that is well formed, and refused for a reason."""
        content = {"about": about, "op": f"{self.name}.{op}", "in": given, "error": "rejected", "reason": reason}
        self._write(case, content)


def write() -> None:
    from tests.support import write_vectors_logs, write_vectors_signers, write_vectors_terms

    area = EntryArea("entry")
    _good_entries(area)
    _kinds(area)
    _spellings(area)
    _encodings(area)
    _members(area)
    write_vectors_signers.write(area)
    write_vectors_terms.write(area)
    write_vectors_logs.write()


def entry_case(text: str, *, by: tuple[str, ...] = ("foundation",), origin: str = ORIGIN) -> dict[str, Any]:
    """What `entry.parse` takes: a text as a note that these parties signed."""
    return {"origin": origin, "note": signed_text(text, by=by)}


def _changed(old: str, new: str) -> dict[str, Any]:
    """The sample transfer with one piece of its text changed, signed again."""
    assert TRANSFER.count(old) == 1, old
    return entry_case(TRANSFER.replace(old, new))


def good_entry(area: Area, case: str, about: str, value: dict[str, Any], *,
               by: tuple[str, ...] = ("foundation",)) -> None:
    """A case of a well-formed entry."""
    text = entry_text(value)
    area.good(case, about, "parse", entry_case(text, by=by), {
        "kind": value["kind"], "text_hash_hex": hashlib.sha256(text.encode()).hexdigest(), "signers": value["signers"]})


def _good_entries(area: EntryArea) -> None:
    for kind in ENTRIES:
        by = tuple(sorted(VKEYS)) if kind == "charter" else ("foundation",)
        good_entry(area, f"good-{kind.replace('_', '-')}", "a sample of its kind", entry_value(kind, by=by), by=by)
    for case, about, kind, changes in (
        ("amount-largest", "2^53-1 is the largest integer", "transfer", {"amount": 2**53 - 1}),
        ("amount-one", "1 is the smallest amount", "transfer", {"amount": 1}),
        ("int-smallest", "-(2^53-1) is the smallest integer", "figure", {"value": -(2**53 - 1)}),
        ("figure-of-programme", "a figure without a period", "figure", {"metric": "dlz/raised"}),
        ("figure-24-letters", "a metric has at most 24 characters", "figure", {"metric": f"dlz/{'a' * 24}"}),
        ("account-six-parts", "two to six parts", "transfer", {"to": "claims/a/b/c/d/e"}),
        ("account-64-bytes", "at most 64 bytes", "transfer", {"to": f"claims/{'a' * 24}/{'b' * 24}/{'c' * 7}"}),
        ("text-500-characters", "counted in characters, not bytes", "drive", {"text": "募" * 500}),
        ("text-escaped", "a quote and a backslash have one escape each", "drive", {"text": 'say "\\" aloud'}),
        ("text-not-nfc", "which text is NFC is judged when it is composed, never here", "drive", {"text": "e\u0301"}),
        ("text-bidi", "direction marks are judged when a text is composed, never here", "drive", {"text": "a\u202eb"}),
        ("text-c1-control", "U+0080 is no control of this format", "drive", {"text": "a\u0080b"}),
        ("ref-64-characters", "1 to 64 printable characters", "transfer", {"ref": "~" * 64}),
        ("day-29-february", "2020 is a leap year", "transfer", {"at": "2020-02-29"}),
        ("day-year-1", "years run from 0001", "transfer", {"at": "0001-01-01"}),
        ("publish-nothing", "an array may be empty where the kind lets it", "balance", {"publish": []}),
        ("optional-missing", "an optional member may be left out", "pledge", {"amount": None}),
        ("figure-of-three-words", "one to three words and a metric", "figure",
         {"metric": "dlz/insurer/2019/duties_due"}),
        ("figure-share", "of two figures, in basis points", "figure",
         {"metric": "dlz/paid_bp", "of": ["dlz/paid", "dlz/raised"], "unit": "bp"}),
        ("figure-about", "as exact as it says", "figure", {"precision": {"kind": "about", "unit": 10_000}}),
        ("drive-without-days", "both days or none", "drive", {"first_day": None, "last_day": None}),
        ("drive-of-a-day", "the first may be the last", "drive", {"last_day": "2019-03-01"}),
        ("fact-without-number", "a paper", "fact", {"county": None, "name": None, "value": None}),
        ("fact-of-no-county", "a number for all", "fact", {"county": None}),
        ("notice-bare", "what it meets and says is optional", "notice", {"meets": None, "says": None}),
        ("calendar-empty", "a year may be plain", "calendar", {"days_off": [], "work_days": []}),
        ("columns-seven", "at most 7", "enrolment",
         {"columns": [{"name": f"c{letter}", "root": HASH, "total": 0} for letter in "abcdefg"]}),
        ("remove-with-reason", "a removal gives its reason", "enrolment",
         {"columns": None, "op": "remove", "place": None, "reason": "moved_away"}),
        ("lines-one-million", "at most 1,000,000 lines", "donation",
         {"lines": {"count": 1_000_000, "root": HASH, "total": 1_000_000}}),
    ):
        good_entry(area, case, about, entry_value(kind, **changes))
    good_entry(area, "32768-bytes", "the largest entry", _of_size(32_768))
    good_entry(area, "two-signers", "sorted by their bytes", entry_value("transfer", by=BOTH), by=BOTH)


def _of_size(size: int) -> dict[str, Any]:
    """A reconciliation whose named items make a note of `size` bytes."""
    items = [{"amount": 1, "what": "a" * 480} for _ in range(64)] + [{"amount": 1, "what": "a"}]
    more = size - len(signed_entry("reconciliation", items=items).encode())
    items[-1] = {"amount": 1, "what": "a" * (more + 1)}
    return entry_value("reconciliation", items=items)


def _kinds(area: EntryArea) -> None:
    for case, about, text in (
        ("kind-unknown", "a kind that no table has", entry_text(entry_value("transfer", kind="gift"))),
        ("kind-of-body", "a payout is sealed, never an entry of its own", entry_text(
            {**body_value("payout"), "signers": [signer("foundation")], "valid_until": "2019-03-31"})),
        ("kind-in-capitals", "kinds are compared as bytes", entry_text(entry_value("transfer", kind="Transfer"))),
        ("kind-empty", "no kind is called nothing", entry_text(entry_value("transfer", kind=""))),
    ):
        area.rejected(case, about, "parse", entry_case(text), "kind_unknown")
    for case, about, origin in (
        ("origin-of-another-log", "an entry belongs to one log", "ledger.example/other"),
        ("origin-of-the-test-system", "an entry of a test system is no entry here", "test.ledger.example/dlz"),
        ("origin-longer", "the whole origin is compared", f"{ORIGIN}2"),
        ("origin-in-capitals", "origins are compared as bytes", "LEDGER.example/dlz"),
        ("bom", "with a byte order mark before it, the origin is another", f"\ufeff{ORIGIN}"),
    ):
        text = entry_text(entry_value("transfer"), origin=origin)
        area.rejected(case, about, "parse", entry_case(text), "wrong_origin")
    for case, value in (("null", "null"), ("a-number", "7"), ("a-boolean", "true"), ("an-array", "[]")):
        area.bad(f"kind-is-{case}", "a kind is a string", "parse", _changed('"kind":"transfer"', f'"kind":{value}'))
    no_kind = entry_text(entry_value("transfer", kind=None))
    area.bad("kind-missing", "an entry has a kind", "parse", entry_case(no_kind))


def _spellings(area: EntryArea) -> None:
    for case, about, old, new in (
        ("member-twice", "the last would win in some readers, the first in others", '"amount":500',
         '"amount":500,"amount":900'),
        ("member-twice-same-value", "twice is refused, whatever it says", '"amount":500', '"amount":500,"amount":500'),
        ("member-twice-escaped", "\\u0061mount is amount, in another spelling", '"amount":500',
         '"amount":500,"\\u0061mount":900'),
        ("member-escaped", "a letter has no escape", '"amount"', '"\\u0061mount"'),
        ("members-unsorted", "members are in the order of their bytes", '"amount":500,"at":"2019-03-01"',
         '"at":"2019-03-01","amount":500'),
        ("number-float", "1.0 is no integer, though equal to one", '"amount":500', '"amount":500.0'),
        ("number-exponent", "no exponent", '"amount":500', '"amount":5e2'),
        ("number-exponent-capital", "no exponent", '"amount":500', '"amount":5E2'),
        ("number-huge-exponent", "infinite in many readers", '"amount":500', '"amount":1e999'),
        ("number-minus-zero", "-0 is another spelling of 0", '"amount":500', '"amount":-0'),
        ("number-nan", "no JSON, though many readers take it", '"amount":500', '"amount":NaN'),
        ("number-infinity", "no JSON, though many readers take it", '"amount":500', '"amount":Infinity'),
        ("number-minus-infinity", "no JSON, though many readers take it", '"amount":500', '"amount":-Infinity'),
        ("number-two-to-the-53", "one above what every reader holds exactly", '"amount":500',
         '"amount":9007199254740992'),
        ("number-two-to-the-64-and-500", "500 where 64 bits wrap", '"amount":500', '"amount":18446744073709552116'),
        ("number-4000-digits", "refused by length, not by arithmetic", '"amount":500', f'"amount":{"9" * 4000}'),
        ("number-leading-zeros", "one spelling", '"amount":500', '"amount":0500'),
        ("number-plus", "no sign", '"amount":500', '"amount":+500'),
        ("number-hex", "no other base", '"amount":500', '"amount":0x1f4'),
        ("number-as-string", '"500" is no number', '"amount":500', '"amount":"500"'),
        ("number-true", "true is no 1", '"amount":500', '"amount":true'),
        ("number-negative", "an amount is 1 or more", '"amount":500', '"amount":-500'),
        ("number-zero", "an amount is 1 or more", '"amount":500', '"amount":0'),
        ("number-null", "null is another value than a missing one", '"amount":500', '"amount":null'),
        ("number-array", "no array of one", '"amount":500', '"amount":[500]'),
        ("space-behind-colon", "no white space", '"amount":500', '"amount": 500'),
        ("space-behind-comma", "no white space", '"amount":500,', '"amount":500, '),
        ("space-before-object", "no white space", '{"amount"', ' {"amount"'),
        ("space-behind-object", "no white space", '"valid_until":"2019-03-31"}', '"valid_until":"2019-03-31"} '),
        ("tab", "no control character in a note but LF", '"amount":500,', '"amount":500,\t'),
        ("slash-escaped", "a slash has no escape", '"to":"claims/dlz', '"to":"claims\\/dlz'),
        ("escape-in-capitals", "\\u001F is \\u001f, in another spelling", '"ref":"E2E-7"', '"ref":"E\\u001FE"'),
        ("comma-behind-the-last", "no JSON", '"2019-03-31"}', '"2019-03-31",}'),
        ("comment", "no JSON", '"amount":500', '/**/"amount":500'),
        ("single-quotes", "no JSON", '"amount"', "'amount'"),
        ("object-not-closed", "no JSON", '"2019-03-31"}', '"2019-03-31"'),
        ("two-objects", "one value", '"2019-03-31"}', '"2019-03-31"}{}'),
        ("member-name-in-capitals", "[a-z][a-z0-9_]*", '"amount":500', '"AMOUNT":1,"amount":500'),
    ):
        area.bad(case, about, "parse", _changed(old, new))
    for case, about, line in (
        ("json-array", "an entry is an object", "[]"),
        ("json-null", "an entry is an object", "null"),
        ("json-string", "an entry is an object", '"transfer"'),
        ("json-empty", "an entry is an object", ""),
        ("depth-33", "at most 32 arrays and objects inside each other", f'{{"kind":{"[" * 32}{"]" * 32}}}'),
        ("depth-500", "far too deep", f'{{"kind":{"[" * 500}{"]" * 500}}}'),
        ("depth-5000-not-closed", "far too deep, and no JSON", "[" * 5000),
    ):
        area.bad(case, about, "parse", entry_case(f"{ORIGIN} entry/v1\n{line}\n"))


def _encodings(area: EntryArea) -> None:
    whole = signed_entry("drive", text="opened by all").encode()
    assert whole.count(b"opened") == 1
    for case, about, data in (
        ("utf-16-little-endian", "UTF-8 only", whole.decode().encode("utf-16-le")),
        ("utf-16-big-endian-with-bom", "UTF-8 only", b"\xfe\xff" + whole.decode().encode("utf-16-be")),
        ("utf-8-overlong", "c1 af is an o in two bytes", whole.replace(b"opened", b"\xc1\xafpened")),
        ("utf-8-overlong-slash", "c0 af is a slash in two bytes", whole.replace(b"opened", b"\xc0\xaf")),
        ("utf-8-five-bytes", "no character has five bytes", whole.replace(b"opened", b"\xf8\x88\x80\x80\x80")),
        ("utf-8-above-10ffff", "beyond Unicode", whole.replace(b"opened", b"\xf4\x90\x80\x80")),
        ("utf-8-cut", "a character without its last byte", whole.replace(b"opened", b"\xe5\x8b")),
        ("utf-8-lone-continuation", "a byte that begins nothing", whole.replace(b"opened", b"\x80")),
        ("surrogate-raw", "half a pair has no UTF-8", whole.replace(b"opened", b"\xed\xa0\x80")),
        ("surrogates-raw-pair", "a pair in three bytes each is CESU-8", whole.replace(
            b"opened", b"\xed\xa0\xbd\xed\xb8\x80")),
        ("nul", "no control character in a note but LF", whole.replace(b"opened", b"op\0ned")),
        ("escape-character", "no control character in a note but LF", whole.replace(b"opened", b"\x1b[2J")),
        ("crlf", "lines end in LF", whole.replace(b"\n", b"\r\n")),
        ("crlf-at-the-first-line", "lines end in LF", whole.replace(b"\n", b"\r\n", 1)),
        ("cr-for-lf", "lines end in LF", whole.replace(b"\n", b"\r")),
        ("last-line-feed-missing", "the last line ends in LF, too", whole[:-1]),
        ("line-feed-behind", "no line without a signature", whole + b"\n"),
        ("nothing", "an entry has more than that", b""),
    ):
        area.bad(case, about, "parse", {"origin": ORIGIN, "note_hex": data.hex()})
    drive = entry_text(entry_value("drive", text="opened by all"))
    for case, about, new in (
        ("surrogate-escaped", "\\ud800 alone is no character", "\\ud800"),
        ("surrogates-escaped-pair", "what is not a control has no escape", "\\ud83d\\ude00"),
        ("surrogates-escaped-swapped", "a low half first is no character", "\\ude00\\ud83d"),
        ("nul-escaped", "no control character in a text", "\\u0000"),
        ("line-feed-escaped", "no control character in a text", "\\n"),
        ("delete-character", "7f is a control character", "\x7f"),
    ):
        area.bad(case, about, "parse", entry_case(drive.replace("opened", new)))


def _members(area: EntryArea) -> None:
    long_name = f"claims/{'a' * 24}/{'b' * 24}/{'c' * 8}"
    for case, about, kind, changes in (
        ("member-unknown", "what a reader does not know it would not judge", "transfer", {"colour": "red"}),
        ("member-missing", "every member is there", "transfer", {"purpose": None}),
        ("member-of-another-kind", "a transfer has no transfer", "transfer", {"transfer": 7}),
        ("nonce-missing", "two entries that say the same differ in their nonce", "transfer", {"nonce": None}),
        ("nonce-short", "16 bytes", "transfer", {"nonce": "0d" * 15}),
        ("nonce-in-capitals", "lowercase hex", "transfer", {"nonce": "0D" * 16}),
        ("at-missing", "every entry but sealed has its day", "transfer", {"at": None}),
        ("at-in-sealed", "the day of a sealed entry stands in its body", "sealed", {"at": "2019-03-01"}),
        ("day-30-february", "a day that the calendar has", "transfer", {"at": "2019-02-30"}),
        ("day-29-february-1900", "1900 is no leap year", "transfer", {"at": "1900-02-29"}),
        ("day-month-13", "a day that the calendar has", "transfer", {"at": "2019-13-01"}),
        ("day-without-zeros", "YYYY-MM-DD", "transfer", {"at": "2019-3-1"}),
        ("day-without-dashes", "YYYY-MM-DD", "transfer", {"at": "20190301"}),
        ("day-of-the-week", "YYYY-MM-DD", "transfer", {"at": "2019-W09-5"}),
        ("day-with-time", "a day", "transfer", {"at": "2019-03-01T00:00:00Z"}),
        ("day-year-0", "years run from 0001", "transfer", {"at": "0000-01-01"}),
        ("day-as-number", "a string", "transfer", {"at": 17956}),
        ("day-full-width-digits", "ASCII digits", "transfer", {"at": "２０１９-03-01"}),
        ("account-unknown-class", "the first part is one of the classes", "transfer", {"to": "money/dlz/kangbao"}),
        ("account-one-part", "two to six parts", "transfer", {"to": "claims"}),
        ("account-seven-parts", "two to six parts", "transfer", {"to": "claims/a/b/c/d/e/f"}),
        ("account-65-bytes", "at most 64 bytes", "transfer", {"to": long_name}),
        ("account-part-25-bytes", "a part has at most 24", "transfer", {"to": f"claims/{'a' * 25}"}),
        ("account-empty-part", "a part has at least one character", "transfer", {"to": "claims//kangbao"}),
        ("account-slash-behind", "a part has at least one character", "transfer", {"to": "claims/dlz/"}),
        ("account-in-capitals", "[a-z0-9-]", "transfer", {"to": "claims/DLZ/kangbao"}),
        ("account-pattern", "{county} stands in terms only", "transfer", {"to": "claims/dlz/{county}"}),
        ("account-two-counties", "{county} stands in a name once", "terms", {"accounts": [
            {"holder": "insurer", "name": "claims/{county}/{county}", "place": "bank-i"}]}),
        ("account-pattern-of-another-name", "{county} is the only pattern", "terms", {"accounts": [
            {"holder": "insurer", "name": "claims/dlz/{village}", "place": "bank-i"}]}),
        ("word-empty", "1 to 24 characters", "transfer", {"programme": ""}),
        ("word-25-characters", "1 to 24 characters", "transfer", {"programme": "a" * 25}),
        ("word-underscore", "[a-z0-9-]", "transfer", {"programme": "d_lz"}),
        ("word-newline-behind", "\\n is no part of a word", "transfer", {"programme": "dlz\n"}),
        ("ref-empty", "1 to 64 characters", "transfer", {"ref": ""}),
        ("ref-65-characters", "1 to 64 characters", "transfer", {"ref": "~" * 65}),
        ("ref-with-space", "printable, without space", "transfer", {"ref": "E2E 7"}),
        ("ref-not-ascii", "printable ASCII", "transfer", {"ref": "流水7"}),
        ("ref-null", "a missing member is left out", "receive", {"ref": ...}),
        ("text-empty", "1 to 500 characters", "drive", {"text": ""}),
        ("text-501-characters", "1 to 500 characters", "drive", {"text": "募" * 501}),
        ("unit-in-small-letters", "[A-Z]{3}", "reconciliation", {"unit": "cny"}),
        ("unit-two-letters", "[A-Z]{3}", "reconciliation", {"unit": "CN"}),
        ("hash-short", "32 bytes", "drive", {"document": "1a" * 31}),
        ("hash-in-capitals", "lowercase hex", "drive", {"document": "1A" * 32}),
        ("hash-with-prefix", "64 hex digits and nothing else", "drive", {"document": "0x" + "1a" * 31}),
        ("index-negative", "a leaf index is 0 or more", "receive", {"transfer": -1}),
        ("choice-unknown", "one of the words that the kind names", "receive",
         {"evidence": {"by": "witness", "digest": DIGEST}}),
        ("choice-of-a-body", "payee stands in a confirmation only", "receive",
         {"evidence": {"by": "payee", "digest": DIGEST}}),
        ("evidence-without-digest", "inside an object, too, every member is there", "receive",
         {"evidence": {"by": "bank"}}),
        ("evidence-with-more", "inside an object, too, no other member is", "receive",
         {"evidence": {"by": "bank", "digest": DIGEST, "note": "late"}}),
        ("lines-none", "a batch has a line", "donation", {"lines": {"count": 0, "root": HASH, "total": 1}}),
        ("lines-above-a-million", "at most 1,000,000 lines", "donation",
         {"lines": {"count": 1_000_001, "root": HASH, "total": 1_000_001}}),
        ("total-zero", "a total is an amount", "donation", {"lines": {"count": 1, "root": HASH, "total": 0}}),
        ("refund-path-of-21", "a path has at most 20 hashes", "refund",
         {"line": {"amount": 1, "commitment": MEMBER, "index": 0, "path": [[DIGEST, 1]] * 21}}),
        ("refund-path-of-triples", "a step of a path is a hash and a total", "refund",
         {"line": {"amount": 1, "commitment": MEMBER, "index": 0, "path": [[DIGEST, 1, 1]]}}),
        ("refund-path-of-hashes", "a step of a path is a hash and a total", "refund",
         {"line": {"amount": 1, "commitment": MEMBER, "index": 0, "path": [DIGEST]}}),
        ("close-without-accounts", "1 to 100 accounts", "close", {"accounts": []}),
        ("publish-101", "at most 100 accounts", "balance", {"publish": [f"claims/a{at:03d}" for at in range(101)]}),
        ("publish-unsorted", "sorted, so that one publication has one spelling", "balance",
         {"publish": ["claims/dlz/kangbao", "claims/dlz/guyuan"]}),
        ("publish-twice", "each account once", "balance", {"publish": ["claims/dlz/kangbao", "claims/dlz/kangbao"]}),
        ("items-101", "at most 100 items", "reconciliation", {"items": [{"amount": 1, "what": "a"}] * 101}),
        ("remove-without-reason", "a removal gives its reason", "enrolment",
         {"columns": None, "op": "remove", "place": None}),
        ("remove-with-tags", "the tags of a removal are known", "enrolment",
         {"columns": None, "op": "remove", "place": None, "reason": "moved_away", "tags": HASH}),
        ("remove-with-columns", "the columns of a removal are known", "enrolment",
         {"op": "remove", "place": None, "reason": "moved_away"}),
        ("remove-with-place", "the place of a removal is known", "enrolment",
         {"columns": None, "op": "remove", "reason": "moved_away"}),
        ("columns-none", "1 to 7 columns", "enrolment", {"columns": []}),
        ("columns-eight", "1 to 7 columns", "enrolment",
         {"columns": [{"name": f"c{letter}", "root": HASH, "total": 0} for letter in "abcdefgh"]}),
        ("columns-unsorted", "sorted by name", "enrolment",
         {"columns": [{"name": name, "root": HASH, "total": 0} for name in ("schools", "households")]}),
        ("column-twice", "each name once", "enrolment",
         {"columns": [{"name": "households", "root": HASH, "total": 0}] * 2}),
        ("column-with-dash", "a column is a metric", "enrolment",
         {"columns": [{"name": "house-holds", "root": HASH, "total": 0}]}),
        ("drive-without-last-day", "both days or none", "drive", {"last_day": None}),
        ("drive-without-first-day", "both days or none", "drive", {"first_day": None}),
        ("drive-backwards", "the first is not after the last", "drive", {"last_day": "2019-02-28"}),
        ("fact-without-value", "name and value together", "fact", {"value": None}),
        ("fact-without-name", "name and value together", "fact", {"name": None}),
        ("fact-county-alone", "a county only with a number", "fact", {"name": None, "value": None}),
        ("fact-negative", "a count", "fact", {"value": -1}),
        ("correction-of-nothing", "it says of what", "correction", {"of": None}),
        ("notice-says-nothing", "1 to 20 figures", "notice", {"says": []}),
        ("notice-says-21", "1 to 20 figures", "notice", {"says": [{"metric": "dlz/raised", "value": 1}] * 21}),
        ("notice-meets-half", "due day, entry and id", "notice", {"meets": {"due": "2019-05-31", "entry": 1}}),
        ("calendar-saturday-off", "days off lie from Monday to Friday", "calendar", {"days_off": ["2019-10-05"]}),
        ("calendar-monday-worked", "work days are weekends", "calendar", {"work_days": ["2019-09-30"]}),
        ("calendar-days-fall", "days rise", "calendar", {"days_off": ["2019-10-02", "2019-10-01"]}),
        ("calendar-day-twice", "days rise", "calendar", {"work_days": ["2019-09-29", "2019-09-29"]}),
        ("calendar-of-another-year", "of its year", "calendar", {"days_off": ["2020-10-01"]}),
        ("calendar-year-3000", "1900 to 2999", "calendar", {"days_off": [], "work_days": [], "year": 3000}),
        ("figure-of-one", "two figures make a share", "figure", {"of": ["dlz/paid"]}),
        ("figure-of-three", "two figures make a share", "figure", {"of": ["dlz/paid"] * 3}),
        ("precision-unknown", "one of four", "figure", {"precision": {"kind": "nearly", "unit": 1}}),
        ("precision-of-nothing", "a unit is an amount", "figure", {"precision": {"kind": "about", "unit": 0}}),
        ("metric-of-four-words", "one to three words and a metric", "figure", {"metric": "dlz/a/b/c/persons"}),
        ("metric-without-programme", "programme and metric", "figure", {"metric": "raised"}),
        ("metric-25-letters", "a metric has at most 24 characters", "figure", {"metric": f"dlz/{'a' * 25}"}),
        ("metric-with-dash", "a metric is [a-z_]", "figure", {"metric": "dlz/claims-paid"}),
        ("basis-unknown", "published, derived, assumed or invented", "terms", {"basis": {"ratio": "guessed"}}),
        ("readings-number", "a reading is a code", "terms", {"readings": {"invested": 1}}),
        ("split-of-a-pattern", "a split is of one account", "terms", {"splits": [
            {"den": 10, "name": "fund/{county}", "num": 9, "rest": "fund/dlz/other", "to": "fund/dlz/claims"}]}),
        ("risk-unknown", "pool or insurer", "terms", {"risk": "donor"}),
        ("valid-until-missing", "an entry ends", "transfer", {"valid_until": None}),
    ):
        value = entry_value(kind, **changes)
        value = {name: None if member is ... else member for name, member in value.items()}
        area.bad(case, about, "parse", entry_case(entry_text(value)))
    area.bad("32769-bytes", "at most 32,768 bytes", "parse", entry_case(entry_text(_of_size(32_769))))
    terms = entry_value("terms")
    terms["flows"] = [{**terms["flows"][0], "to": f"claims/dlz/{'a' * 24}"} for _ in range(201)]
    area.bad("flows-201", "at most 200 flows", "parse", entry_case(entry_text(terms)))
