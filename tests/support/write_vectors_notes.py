"""Vectors of note, checkpoint and cosignature, from keys whose seeds are SHA-256 of "formats.md LABEL"."""

import base64
import hashlib
import json

from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey
from nacl.signing import SigningKey

from tests.support.write_vectors import VECTORS, Area
from tests.support.write_vectors_primitives import vkey_of

ORIGIN = "ledger.example/charity"
INSURER, COUNTY, FOUNDATION = "insurer.example/node", "county.example/node", "foundation.example/node"
TIME = 1767225600
TEXT = "Claim fund opened.\n\nSecond paragraph after an empty line.\n"
ROOT_7 = "Bg4rPU2bzk+Kd2cdIOKzu0GcAdufawsOogn1FSv2quI="
ROOT_0 = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
HEAD_7 = f"{ORIGIN}\n7\n{ROOT_7}\n"
HEAD_0 = f"{ORIGIN}\n0\n{ROOT_0}\n"

# As other implementations computed and verified them.
NOTE_LINE = f"— {ORIGIN} 7MCo9iJe9nLPZnTHHxqf4Hf7nskCO4ekOpPDgrcVhhRxgDkhSgeLwbYWWEPdseKLXnk/xOBnSZuomjvLv9SpoVhz6Q0=\n"
LINE_7 = f"— {ORIGIN} 7MCo9njtsuCdLtWLDCmuHyL7SVRZXwCp7H53XFhZWIw93DTt/gfW2o34ErrwjuI12LAN04+GKYOibo2wpwB9optg6QA=\n"
LINE_0 = f"— {ORIGIN} 7MCo9h/DdoeUFWMliA236dvRfNJIUKejwnXJ47POluoJWe4w095nwVQFyvb2a86+hdF/IAsdUpt8CA6ky7LeIj36JQA=\n"
INSURER_LINE = (f"— {INSURER} NCvFCQAAAABpVbkAJx6J8Jvr0rsZxlkpx1uKrDmHsfYeDHUnGJ1Vpwh8cDKar/JcjcwVcKUvKGNrcZW6OK73SrAsf"
                "/jZCtdtw0KwDg==\n")
COUNTY_LINE = (f"— {COUNTY} 0mquBAAAAABpVbkBgckhOEun2/CSu1NZyKuA7JNRD4LEvSXgm9PxdVV+SCa4mVSjyyTaQIn5O5XBqhFC8HqUB0/1/ul"
               "NHA7wWDetBg==\n")


def seed(label: str) -> bytes:
    return hashlib.sha256(f"formats.md {label}".encode()).digest()


def public(label: str) -> bytes:
    return bytes(SigningKey(seed(label)).verify_key)


def skey(name: str, algorithm: int, label: str, key: bytes) -> str:
    ident = vkey_of(name, algorithm, key).removeprefix(name).split("+")[1]
    return f"PRIVATE+KEY+{name}+{ident}+{base64.b64encode(bytes([algorithm]) + seed(label)).decode()}"


LOG_VKEY = vkey_of(ORIGIN, 1, public("log"))
INSURER_VKEY = vkey_of(INSURER, 4, public("insurer"))
COUNTY_VKEY = vkey_of(COUNTY, 4, public("county"))
MLDSA = MLDSA44PrivateKey.from_seed_bytes(seed("foundation mldsa"))
MLDSA_PUBLIC = MLDSA.public_key().public_bytes_raw()
FOUNDATION_VKEY = vkey_of(FOUNDATION, 6, MLDSA_PUBLIC)


def line(vkey: str, blob: bytes) -> str:
    """Put a signature line together."""
    name, ident, _ = vkey.split("+", 2)
    return f"— {name} {base64.b64encode(bytes.fromhex(ident) + blob).decode()}\n"


def note(text: str, *lines: str) -> str:
    """Put a note together, whatever its parts."""
    return text + "\n" + "".join(lines)


def signed(text: str, label: str, vkey: str) -> str:
    return line(vkey, SigningKey(seed(label)).sign(text.encode()).signature)


def cosigned(text: str, label: str, vkey: str, time: int) -> str:
    message = f"cosignature/v1\ntime {time}\n{text}".encode()
    return line(vkey, time.to_bytes(8, "big") + SigningKey(seed(label)).sign(message).signature)


def mldsa_line(case: str, message: bytes, time: int) -> str:
    """Return the line that the vector `case` holds already, or else a new one."""
    path = VECTORS / "cosignature" / f"{case}.json"
    if path.exists():
        kept: str = json.loads(path.read_text(encoding="utf-8"))["in"]["line"]
        return kept
    return line(FOUNDATION_VKEY, time.to_bytes(8, "big") + MLDSA.sign(message))


def mldsa_message(*, time: int, start: int = 0) -> bytes:
    named = bytes([len(FOUNDATION)]) + FOUNDATION.encode() + time.to_bytes(8, "big")
    logged = bytes([len(ORIGIN)]) + ORIGIN.encode() + start.to_bytes(8, "big") + (7).to_bytes(8, "big")
    return b"subtree/v1\n\0" + named + logged + base64.b64decode(ROOT_7)


def write() -> None:
    area = Area("note")
    _notes(area)
    _malformed_notes(area)
    _checkpoints(Area("checkpoint"))
    _cosignatures(Area("cosignature"))


def _notes(area: Area) -> None:
    whole = note(TEXT, NOTE_LINE)
    area.good("example", "a text with an empty line inside", "open", {"note": whole, "vkeys": [LOG_VKEY]},
              {"text": TEXT, "verified": [f"{ORIGIN}+ecc0a8f6"]})
    area.good("sign", "Ed25519 gives the same bytes each time", "sign",
              {"text": TEXT, "skeys": [skey(ORIGIN, 1, "log", public("log"))]}, {"note": whole})
    other = vkey_of("other.example", 1, public("county"))
    other_line = signed(TEXT, "county", other)
    area.good("sign-two", "one line each, in the order of the keys", "sign",
              {"text": TEXT, "skeys": [skey("other.example", 1, "county", public("county")),
                                       skey(ORIGIN, 1, "log", public("log"))]},
              {"note": f"{TEXT}\n{other_line}{NOTE_LINE}"})
    area.good("append", "a new line behind the others", "append", {"note": whole, "line": other_line},
              {"note": whole + other_line})
    area.good("delete-in-text", "7F is no control here", "open",
              {"note": note("a\x7fb\n", signed("a\x7fb\n", "log", LOG_VKEY)), "vkeys": [LOG_VKEY]},
              {"text": "a\x7fb\n", "verified": [f"{ORIGIN}+ecc0a8f6"]})
    area.good("text-with-signature-lines", "the text may look like a note", "open",
              {"note": note(whole, signed(whole, "log", LOG_VKEY)), "vkeys": [LOG_VKEY]},
              {"text": whole, "verified": [f"{ORIGIN}+ecc0a8f6"]})
    area.good("text-ends-in-empty-lines", "the last two line feeds part text and signatures", "open",
              {"note": note("a\n\n\n", signed("a\n\n\n", "log", LOG_VKEY)), "vkeys": [LOG_VKEY]},
              {"text": "a\n\n\n", "verified": [f"{ORIGIN}+ecc0a8f6"]})
    area.good("two-verified", "both keys are known", "open",
              {"note": f"{TEXT}\n{other_line}{NOTE_LINE}", "vkeys": [LOG_VKEY, other]},
              {"text": TEXT, "verified": [other.rsplit("+", 1)[0], f"{ORIGIN}+ecc0a8f6"]})
    bad = line(LOG_VKEY, bytes(64))
    for case, extra, about in (
        ("unknown-key-bad-signature", line(other, bytes(64)), "a line of an unknown key does no harm"),
        ("unknown-id-known-name", line(f"{ORIGIN}+00000000+", bytes(64)), "a key is name and ID"),
        ("unknown-name-known-id", line("x.example+ecc0a8f6+", bytes(64)), "a key is name and ID"),
        ("unknown-mldsa-line", line(FOUNDATION_VKEY, bytes(2428)), "types that a reader does not know are harmless"),
        ("unknown-one-byte-signature", line(other, b"\0"), "five bytes are enough for a line"),
    ):
        for order, lines in (("first", extra + NOTE_LINE), ("last", NOTE_LINE + extra)):
            area.good(f"{case}-{order}", about, "open", {"note": f"{TEXT}\n{lines}", "vkeys": [LOG_VKEY]},
                      {"text": TEXT, "verified": [f"{ORIGIN}+ecc0a8f6"]})
    area.good("repeated-key-first-counts", "of two lines of one key the first is verified", "open",
              {"note": f"{TEXT}\n{NOTE_LINE}{bad}", "vkeys": [LOG_VKEY]},
              {"text": TEXT, "verified": [f"{ORIGIN}+ecc0a8f6"]})
    area.good("parse", "the bytes of a line", "parse", {"note": f"a\n\n{line('x.example+01020304+', b'abc')}"},
              {"text": "a\n", "signatures": [{"name": "x.example", "key_id_hex": "01020304", "blob_b64": "YWJj"}]})
    area.good("parse-chinese-name", "a name is UTF-8", "parse",
              {"note": note("a\n", line("明账.example+01020304+", b"abc"))},
              {"text": "a\n", "signatures": [{"name": "明账.example", "key_id_hex": "01020304", "blob_b64": "YWJj"}]})
    hundred = [line(f"w{number}.example+01020304+", b"abc") for number in range(101)]
    parsed = [{"name": f"w{number}.example", "key_id_hex": "01020304", "blob_b64": "YWJj"} for number in range(100)]
    area.good("parse-100-lines", "as many as there may be", "parse", {"note": "a\n\n" + "".join(hundred[:100])},
              {"text": "a\n", "signatures": parsed})
    area.bad("101-lines", "one more than there may be", "parse", {"note": "a\n\n" + "".join(hundred)})
    for case, about, lines, vkeys in (
        ("known-key-bad-signature-first", "a known key must verify", bad + other_line, [LOG_VKEY, other]),
        ("known-key-bad-signature-last", "also behind a good one", other_line + bad, [LOG_VKEY, other]),
        ("repeated-key-first-bad", "of two lines of one key the first is verified",
         bad + NOTE_LINE, [LOG_VKEY]),
        ("no-known-key", "nobody that the reader trusts", NOTE_LINE, [other]),
        ("no-keys", "nobody is trusted", NOTE_LINE, []),
        ("known-key-63-bytes", "a signature has 64 bytes", line(LOG_VKEY, bytes(63)), [LOG_VKEY]),
        ("known-key-other-text", "a signature of another text", LINE_7, [LOG_VKEY]),
        ("text-one-space-more", "another text", NOTE_LINE, [LOG_VKEY]),
    ):
        text = TEXT.replace("fund", "fund ") if case == "text-one-space-more" else TEXT
        area.bad(case, about, "open", {"note": f"{text}\n{lines}", "vkeys": vkeys}, "signature")
    area.bad("append-to-no-note", "there is nothing to append to", "append", {"note": TEXT, "line": other_line})
    area.bad("sign-text-without-last-line-feed", "a text ends in LF", "sign",
             {"text": "a", "skeys": [skey(ORIGIN, 1, "log", public("log"))]})
    area.bad("sign-with-no-key", "a note has a signature", "sign", {"text": TEXT, "skeys": []})
    area.bad("sign-with-cosigner-key", "a key of type 04 signs no text", "sign",
             {"text": TEXT, "skeys": [skey(INSURER, 4, "insurer", public("insurer"))]})


def _malformed_notes(area: Area) -> None:
    encoded = NOTE_LINE.split(" ")[2]
    for case, malformed, about in (
        ("empty", "", "nothing"),
        ("no-signature", f"{TEXT}\n", "one line or more"),
        ("no-empty-line", f"a\n{NOTE_LINE}", "an empty line parts text and signatures"),
        ("text-without-line-feed", f"a{NOTE_LINE}", "a text ends in LF"),
        ("no-text", f"\n{NOTE_LINE}", "a text has one byte or more"),
        ("no-last-line-feed", f"{TEXT}\n{NOTE_LINE[:-1]}", "the last line ends in LF"),
        ("line-feed-behind", f"{TEXT}\n{NOTE_LINE}\n", "nothing behind the last line"),
        ("text-behind", f"{TEXT}\n{NOTE_LINE}x\n", "every line is a signature line"),
        ("empty-line-between", f"{TEXT}\n{NOTE_LINE}\nx\n", "what follows the last empty line is no signature"),
        ("crlf", f"{TEXT}\n{NOTE_LINE}".replace("\n", "\r\n"), "no CR"),
        ("cr-in-text", f"a\rb\n\n{NOTE_LINE}", "no control but LF"),
        ("tab-in-text", f"a\tb\n\n{NOTE_LINE}", "no control but LF"),
        ("nul-in-text", f"a\0b\n\n{NOTE_LINE}", "no control but LF"),
        ("escape-in-text", f"a\x1bb\n\n{NOTE_LINE}", "no control but LF"),
        ("tab-after-dash", note(TEXT, NOTE_LINE.replace('— ', '—\t')), "a space"),
        ("hyphen-for-dash", note(TEXT, NOTE_LINE.replace('—', '-')), "U+2014"),
        ("two-hyphens-for-dash", note(TEXT, NOTE_LINE.replace('—', '--')), "U+2014"),
        ("en-dash-for-dash", note(TEXT, NOTE_LINE.replace('—', '–')), "U+2014"),
        ("horizontal-bar-for-dash", note(TEXT, NOTE_LINE.replace('—', '―')), "U+2014"),
        ("no-space-after-dash", note(TEXT, NOTE_LINE.replace('— ', '—')), "a space"),
        ("two-spaces-after-dash", note(TEXT, NOTE_LINE.replace('— ', '—  ')), "one space"),
        ("two-spaces-before-base64", f"{TEXT}\n— {ORIGIN}  {encoded}", "one space"),
        ("space-at-the-end", f"{TEXT}\n{NOTE_LINE[:-1]} \n", "nothing behind base64"),
        ("space-at-the-start", f"{TEXT}\n {NOTE_LINE}", "nothing before the dash"),
        ("no-name", f"{TEXT}\n— {encoded}", "a name"),
        ("empty-name", f"{TEXT}\n—  {encoded}", "a name has one byte or more"),
        ("name-with-plus", f"{TEXT}\n— a+b {encoded}", "no plus in a name"),
        ("name-with-no-break-space", f"{TEXT}\n— a\u00a0b {encoded}", "no white space in a name"),
        ("name-with-line-separator", f"{TEXT}\n— a\u2028b {encoded}", "no white space in a name"),
        ("name-with-next-line", f"{TEXT}\n— a\u0085b {encoded}", "no white space in a name"),
        ("name-of-256-bytes", f"{TEXT}\n— {'a' * 256} {encoded}", "at most 255 bytes"),
        ("no-base64", f"{TEXT}\n— {ORIGIN}\n", "a key ID and a signature"),
        ("base64-no-padding", note(TEXT, NOTE_LINE.replace('=', '')), "padded"),
        ("base64-stray-bits", note(TEXT, NOTE_LINE.replace('Q0=', 'Q1=')), "the unused bits are zero"),
        ("base64-url-alphabet", note(TEXT, NOTE_LINE.replace('/xOB', '_xOB')), "the other alphabet of RFC 4648"),
        ("base64-space-inside", note(TEXT, NOTE_LINE.replace('/xOB', '/x OB')), "no spaces"),
        ("base64-line-break", note(TEXT, NOTE_LINE.replace('/xOB', '/x\nOB')), "one line"),
        ("id-only", f"{TEXT}\n— {ORIGIN} 7MCo9g==\n", "five bytes or more"),
        ("id-short", f"{TEXT}\n— {ORIGIN} 7MCo\n", "five bytes or more"),
        ("second-line-malformed", f"{TEXT}\n{NOTE_LINE}— x.example !\n", "one malformed line spoils the note"),
    ):
        area.bad(case, about, "parse", {"note": malformed})
    for case, raw, about in (
        ("byte-order-mark-line", "\ufeff".encode() + NOTE_LINE.encode(), "no mark before the dash"),
        ("line-not-utf-8", NOTE_LINE.encode().replace(b"charity", b"charit\xff"), "UTF-8"),
        ("line-overlong-utf-8", NOTE_LINE.encode().replace(b"/charity", b"\xc0\xafcharity"), "UTF-8"),
        ("line-surrogate", NOTE_LINE.encode().replace(b"charity", b"\xed\xa0\x80"), "UTF-8"),
    ):
        area.bad(case, about, "parse", {"note_hex": (f"{TEXT}\n".encode() + raw).hex()})
    for case, raw, about in (
        ("text-not-utf-8", b"\xff\n", "UTF-8"),
        ("text-utf-16", "a\n".encode("utf-16-le"), "UTF-8, and no control"),
        ("text-overlong-utf-8", b"\xc0\x80\n", "UTF-8"),
    ):
        area.bad(case, about, "parse", {"note_hex": (raw + b"\n" + NOTE_LINE.encode()).hex()})


def _checkpoints(area: Area) -> None:
    head = {"origin": ORIGIN, "size": "7", "root_b64": ROOT_7, "extensions": []}
    empty = {"origin": ORIGIN, "size": "0", "root_b64": ROOT_0, "extensions": []}
    for case, data, out, about in (
        ("seven", f"{HEAD_7}\n{LINE_7}", head, "the tree of seven entries"),
        ("empty-log", f"{HEAD_0}\n{LINE_0}", empty, "the empty log"),
        ("cosigned", f"{HEAD_7}\n{LINE_7}{INSURER_LINE}{COUNTY_LINE}", head, "cosignatures are carried along"),
    ):
        area.good(case, about, "open", {"note": data, "vkeys": [LOG_VKEY], "origin": ORIGIN}, out)
    key = skey(ORIGIN, 1, "log", public("log"))
    area.good("sign-seven", "Ed25519 gives the same bytes each time", "sign", head | {"skey": key},
              {"note": f"{HEAD_7}\n{LINE_7}"})
    area.good("sign-empty-log", "Ed25519 gives the same bytes each time", "sign", empty | {"skey": key},
              {"note": f"{HEAD_0}\n{LINE_0}"})
    area.good("extension-lines", "of other logs", "parse", {"text": f"{HEAD_7}one\n second two\n"},
              head | {"extensions": ["one", " second two"]})
    area.good("largest-size", "2^63-1", "parse", {"text": f"{ORIGIN}\n9223372036854775807\n{ROOT_7}\n"},
              head | {"size": "9223372036854775807"})
    area.good("origin-with-spaces", "of other logs", "parse", {"text": f"an old log\n7\n{ROOT_7}\n"},
              head | {"origin": "an old log"})
    for case, size, about in (
        ("size-leading-zeros", "007", "leading zeros are another spelling"),
        ("size-plus", "+7", "no sign"),
        ("size-minus", "-7", "no sign"),
        ("size-minus-zero", "-0", "no sign"),
        ("size-space-before", " 7", "no spaces"),
        ("size-space-behind", "7 ", "no spaces"),
        ("size-underscore", "1_0", "no grouping"),
        ("size-hex", "0x7", "no other base"),
        ("size-exponent", "7e0", "no exponent"),
        ("size-point", "7.0", "no fraction"),
        ("size-arabic-indic", "٧", "a digit that is not ASCII"),
        ("size-two-to-the-63", "9223372036854775808", "one above the largest"),
        ("size-two-to-the-64", "18446744073709551616", "wraps to 0 in 64 bits"),
        ("size-empty", "", "an empty line"),
        ("size-carriage-return", "7\r", "CRLF"),
    ):
        area.bad(case, about, "parse", {"text": f"{ORIGIN}\n{size}\n{ROOT_7}\n"})
    for case, root, about in (
        ("root-no-padding", ROOT_7.rstrip("="), "padded"),
        ("root-stray-bits", ROOT_7.replace("uI=", "uJ="), "the unused bits are zero"),
        ("root-url-alphabet", ROOT_7.replace("+", "-"), "the other alphabet of RFC 4648"),
        ("root-space-inside", ROOT_7.replace("bzk", "b zk"), "no spaces"),
        ("root-space-behind", ROOT_7 + " ", "no spaces"),
        ("root-31-bytes", base64.b64encode(bytes(31)).decode(), "32 bytes"),
        ("root-33-bytes", base64.b64encode(bytes(33)).decode(), "32 bytes"),
        ("root-hex", base64.b64decode(ROOT_7).hex(), "base64, not hex"),
        ("root-empty", "", "an empty line"),
    ):
        area.bad(case, about, "parse", {"text": f"{ORIGIN}\n7\n{root}\n"})
    for case, text, about in (
        ("nothing", "", "three lines"),
        ("two-lines", f"{ORIGIN}\n7\n", "three lines"),
        ("origin-empty", f"\n7\n{ROOT_7}\n", "an origin has one byte or more"),
        ("origin-of-256-bytes", f"{'a' * 256}\n7\n{ROOT_7}\n", "at most 255 bytes"),
        ("last-line-feed-missing", HEAD_7[:-1], "every line ends in LF"),
        ("empty-line-behind", HEAD_7 + "\n", "no empty line"),
        ("extension-empty", HEAD_7 + "\none\n", "no empty line"),
        ("crlf", HEAD_7.replace("\n", "\r\n"), "LF only"),
        ("origin-with-tab", HEAD_7.replace("/", "\t"), "no control character can be in a note"),
        ("extension-with-nul", HEAD_7 + "o\0ne\n", "no control character can be in a note"),
        ("size-and-root-swapped", f"{ORIGIN}\n{ROOT_7}\n7\n", "size, then root"),
    ):
        area.bad(case, about, "parse", {"text": text})
    area.bad("not-utf-8", "an origin is UTF-8", "parse", {"text_hex": (b"\xff\n7\n" + ROOT_7.encode() + b"\n").hex()})

    def opened(data: str, vkeys: list[str] | None = None, origin: str = ORIGIN) -> dict[str, object]:
        return {"note": data, "vkeys": [LOG_VKEY] if vkeys is None else vkeys, "origin": origin}

    foreign = HEAD_7.replace("charity", "other")
    other_key = vkey_of("other.example/log", 1, public("log"))
    for case, given, about in (
        ("other-origin-same-key", opened(f"{foreign}\n{signed(foreign, 'log', LOG_VKEY)}"),
         "the key alone is not the log's identity"),
        ("other-origin-asked", opened(f"{HEAD_7}\n{LINE_7}", origin="ledger.example/other"), "another log is meant"),
        ("origin-in-capitals", opened(f"{HEAD_7}\n{LINE_7}", origin=ORIGIN.upper()), "names are compared as bytes"),
        ("key-of-another-name", opened(f"{HEAD_7}\n{signed(HEAD_7, 'log', other_key)}", [other_key]),
         "the log's key is named after its origin"),
        ("only-cosignatures", opened(f"{HEAD_7}\n{INSURER_LINE}{COUNTY_LINE}"), "the log itself must sign"),
        ("root-changed", opened(f"{HEAD_7.replace('Bg4r', 'Bg4s')}\n{LINE_7}"), "another root"),
        ("size-changed", opened(f"{HEAD_7.replace('7', '8', 1)}\n{LINE_7}"), "another size"),
        ("signature-of-another-head", opened(f"{HEAD_7}\n{LINE_0}"), "a signature of the empty log"),
    ):
        area.bad(case, about, "open", given, "signature")
    area.bad("signed-but-no-checkpoint", "a signed note of another kind", "open", opened(f"{TEXT}\n{NOTE_LINE}"))
    area.bad("sign-other-name", "the log's key is named after its origin", "sign",
             head | {"skey": skey("other.example/log", 1, "log", public("log"))})
    area.bad("sign-origin-with-line-feed", "would be read as another checkpoint", "sign",
             head | {"extensions": ["a\nb"], "skey": key})


def _cosignatures(area: Area) -> None:
    for case, cosigner, vkey, label, text, time in (
        ("insurer", INSURER, INSURER_VKEY, "insurer", INSURER_LINE, TIME),
        ("county", COUNTY, COUNTY_VKEY, "county", COUNTY_LINE, TIME + 1),
    ):
        area.good(case, "of the checkpoint of seven entries", "verify", {"text": HEAD_7, "line": text, "vkey": vkey},
                  {"time": str(time)})
        area.good(f"{case}-cosign", "Ed25519 gives the same bytes each time", "cosign",
                  {"text": HEAD_7, "skey": skey(cosigner, 4, label, public(label)), "time": str(time)}, {"line": text})
    extended = f"{HEAD_7}an extension\n"
    area.good("extension-lines", "type 04 covers extension lines", "verify",
              {"text": extended, "line": cosigned(extended, "insurer", INSURER_VKEY, TIME), "vkey": INSURER_VKEY},
              {"time": str(TIME)})
    area.good("time-largest", "2^63-1", "verify",
              {"text": HEAD_7, "line": cosigned(HEAD_7, "insurer", INSURER_VKEY, 2**63 - 1), "vkey": INSURER_VKEY},
              {"time": str(2**63 - 1)})
    mldsa = mldsa_line("mldsa", mldsa_message(time=TIME), TIME)
    area.good("mldsa", "type 06", "verify", {"text": HEAD_7, "line": mldsa, "vkey": FOUNDATION_VKEY},
              {"time": str(TIME)})
    area.good("mldsa-does-not-cover-extensions", "known, and why our log has none", "verify",
              {"text": extended, "line": mldsa, "vkey": FOUNDATION_VKEY}, {"time": str(TIME)})
    timeless = mldsa_line("mldsa-time-zero", mldsa_message(time=0), 0)
    area.good("mldsa-time-zero", "legal for other cosigners", "verify",
              {"text": HEAD_7, "line": timeless, "vkey": FOUNDATION_VKEY}, {"time": "0"})

    blob = base64.b64decode(INSURER_LINE.split(" ")[2])[4:]
    post = base64.b64decode(mldsa.split(" ")[2])[4:]
    as_note = vkey_of(INSURER, 1, public("insurer"))
    renamed = vkey_of("x.example", 6, MLDSA_PUBLIC)
    later = (TIME + 1).to_bytes(8, "big")
    of_text = SigningKey(seed("insurer")).sign(HEAD_7.encode()).signature
    too_late = SigningKey(seed("insurer")).sign(f"cosignature/v1\ntime {2**63}\n{HEAD_7}".encode()).signature
    for case, text, text_line, vkey, error, about in (
        ("time-changed", HEAD_7, line(INSURER_VKEY, later + blob[8:]), INSURER_VKEY, "signature",
         "the time is signed"),
        ("extension-added", extended, INSURER_LINE, INSURER_VKEY, "signature", "type 04 covers extension lines"),
        ("other-size", HEAD_7.replace("7", "8", 1), INSURER_LINE, INSURER_VKEY, "signature", "another head"),
        ("other-root", HEAD_7.replace("Bg4r", "Bg4s"), INSURER_LINE, INSURER_VKEY, "signature", "another head"),
        ("other-origin", HEAD_7.replace("charity", "other"), INSURER_LINE, INSURER_VKEY, "signature", "another log"),
        ("line-of-another-key", HEAD_7, COUNTY_LINE, INSURER_VKEY, "signature", "not this key's line"),
        ("id-of-another-key", HEAD_7, line(COUNTY_VKEY, blob), COUNTY_VKEY, "signature", "signed by another key"),
        ("text-signed-without-time", HEAD_7, line(INSURER_VKEY, blob[:8] + of_text), INSURER_VKEY, "signature",
         "a signature of the text alone is no cosignature"),
        ("no-time", HEAD_7, line(INSURER_VKEY, blob[8:]), INSURER_VKEY, "format", "8 + 64 bytes"),
        ("one-byte-short", HEAD_7, line(INSURER_VKEY, blob[:-1]), INSURER_VKEY, "format", "8 + 64 bytes"),
        ("one-byte-long", HEAD_7, line(INSURER_VKEY, blob + b"\0"), INSURER_VKEY, "format", "8 + 64 bytes"),
        ("time-two-to-the-63", HEAD_7, line(INSURER_VKEY, (2**63).to_bytes(8, "big") + too_late), INSURER_VKEY,
         "format", "one above the largest"),
        ("text-of-no-checkpoint", TEXT, cosigned(TEXT, "insurer", INSURER_VKEY, TIME), INSURER_VKEY, "format",
         "a cosignature is of a checkpoint"),
        ("key-of-type-01", HEAD_7, line(as_note, blob), as_note, "format", "type 01 signs texts"),
        ("mldsa-time-changed", HEAD_7, line(FOUNDATION_VKEY, later + post[8:]), FOUNDATION_VKEY,
         "signature", "the time is signed"),
        ("mldsa-other-size", HEAD_7.replace("7", "8", 1), mldsa, FOUNDATION_VKEY, "signature", "another head"),
        ("mldsa-other-origin", HEAD_7.replace("charity", "other"), mldsa, FOUNDATION_VKEY, "signature", "another log"),
        ("mldsa-other-root", HEAD_7.replace("Bg4r", "Bg4s"), mldsa, FOUNDATION_VKEY, "signature", "another head"),
        ("mldsa-one-byte-short", HEAD_7, line(FOUNDATION_VKEY, post[:-1]), FOUNDATION_VKEY, "format", "8 + 2420 bytes"),
        ("mldsa-all-zero", HEAD_7, line(FOUNDATION_VKEY, post[:8] + bytes(2420)), FOUNDATION_VKEY, "signature",
         "not the signature"),
        ("mldsa-other-name", HEAD_7, line(renamed, post), renamed, "signature",
         "type 06 covers the cosigner's name"),
    ):
        area.bad(case, about, "verify", {"text": text, "line": text_line, "vkey": vkey}, error)
    part = mldsa_line("mldsa-subtree", mldsa_message(time=0, start=4), 0)
    area.bad("mldsa-subtree", "a cosignature of [4, 7) is none of the tree", "verify",
             {"text": HEAD_7, "line": part, "vkey": FOUNDATION_VKEY}, "signature")
    for case, key, text, time, about in (
        ("cosign-time-zero", skey(INSURER, 4, "insurer", public("insurer")), HEAD_7, "0", "a witness gives a time"),
        ("cosign-time-two-to-the-63", skey(INSURER, 4, "insurer", public("insurer")), HEAD_7, str(2**63), "too late"),
        ("cosign-no-checkpoint", skey(INSURER, 4, "insurer", public("insurer")), TEXT, str(TIME), "not a checkpoint"),
        ("cosign-with-type-01", skey(ORIGIN, 1, "log", public("log")), HEAD_7, str(TIME), "type 01 signs texts"),
    ):
        area.bad(case, about, "cosign", {"text": text, "skey": key, "time": time})
