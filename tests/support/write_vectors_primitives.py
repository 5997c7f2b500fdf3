"""Vectors of strict, keys and signature."""

import base64
import hashlib
from typing import Any

from nacl.signing import SigningKey

from tests.reference import edwards
from tests.support.write_vectors import Area

NAME = "ledger.example/charity"
SEED = hashlib.sha256(b"formats.md log").digest()
MESSAGE = b"A message of the test vectors.\n"


def write() -> None:
    area = Area("strict")
    _numbers_and_bytes(area)
    _json(area)
    _text(area)
    _keys(Area("keys"))
    signatures = Area("signature")
    _keys_of_the_rule(signatures)
    _signatures(signatures)


def _numbers_and_bytes(area: Area) -> None:
    for case, text in (("decimal-zero", "0"), ("decimal-seven", "7"), ("decimal-largest", "9223372036854775807")):
        area.good(case, "canonical", "decimal", {"text": text}, {"value": text})
    for case, text, about in (
        ("decimal-empty", "", "nothing"),
        ("decimal-leading-zeros", "007", "leading zeros are another spelling of the same number"),
        ("decimal-double-zero", "00", "zero has one digit"),
        ("decimal-plus", "+7", "no sign"),
        ("decimal-minus-zero", "-0", "no sign"),
        ("decimal-space-before", " 7", "no spaces"),
        ("decimal-space-behind", "7 ", "no spaces"),
        ("decimal-newline-behind", "7\n", "a last LF is not part of a number"),
        ("decimal-underscore", "1_000", "some languages group digits like this"),
        ("decimal-arabic-indic", "٣", "a digit that is not ASCII"),
        ("decimal-superscript", "²", "a digit that is not ASCII"),
        ("decimal-hex", "0x7", "no other base"),
        ("decimal-point", "7.0", "no fraction"),
        ("decimal-exponent", "1e2", "no exponent"),
        ("decimal-two-to-the-63", "9223372036854775808", "one above the largest"),
        ("decimal-two-to-the-64", "18446744073709551616", "wraps to 0 where 64 bits are assumed"),
        ("decimal-4000-digits", "1" * 4000, "refused by length, not by arithmetic"),
    ):
        area.bad(case, about, "decimal", {"text": text})

    area.good("base64-empty", "nothing is nothing", "base64", {"text": ""}, {"data_hex": ""})
    area.good("base64-two-pads", "one byte", "base64", {"text": "/w=="}, {"data_hex": "ff"})
    area.good("base64-size", "three bytes, as asked", "base64", {"text": "q83v", "size": 3}, {"data_hex": "abcdef"})
    for case, text, size, about in (
        ("base64-no-padding", "/w", None, "padding is part of the spelling"),
        ("base64-short-padding", "/w=", None, "padding is part of the spelling"),
        ("base64-stray-bits", "/x==", None, "the unused bits are not zero"),
        ("base64-stray-bits-one-pad", "q81=", None, "the unused bits are not zero"),
        ("base64-url-alphabet", "_w==", None, "the other alphabet of RFC 4648"),
        ("base64-space-inside", "q8 3v", None, "no spaces"),
        ("base64-space-behind", "q83v ", None, "no spaces"),
        ("base64-line-break", "q83v\nq83v", None, "no line breaks"),
        ("base64-crlf-behind", "q83v\r\n", None, "no line breaks"),
        ("base64-padding-inside", "/w==/w==", None, "nothing stands behind padding"),
        ("base64-too-much-padding", "q83v====", None, "padding only where it is needed"),
        ("base64-not-ascii", "q83ｖ", None, "a full-width letter"),
        ("base64-wrong-size", "q83v", 4, "three bytes where four are asked for"),
    ):
        area.bad(case, about, "base64", {"text": text} | ({} if size is None else {"size": size}))

    area.good("hex-empty", "nothing is nothing", "hex", {"text": ""}, {"data_b64": ""})
    area.good("hex-lowercase", "three bytes, as asked", "hex", {"text": "abcdef", "size": 3}, {"data_b64": "q83v"})
    for case, text, size, about in (
        ("hex-uppercase", "ABCDEF", None, "uppercase is another spelling"),
        ("hex-odd", "abc", None, "half a byte"),
        ("hex-space-inside", "ab cd", None, "no spaces"),
        ("hex-newline-behind", "abcd\n", None, "no line breaks"),
        ("hex-prefix", "0xab", None, "no prefix"),
        ("hex-full-width", "ａｂ", None, "letters that are not ASCII"),
        ("hex-wrong-size", "abcdef", 4, "three bytes where four are asked for"),
    ):
        area.bad(case, about, "hex", {"text": text} | ({} if size is None else {"size": size}))

    area.good("day-leap", "a leap day", "day", {"text": "2020-02-29"}, {"year": 2020, "month": 2, "day": 29})
    for case, text, about in (
        ("day-no-leap-year", "2019-02-29", "no such day"),
        ("day-month-13", "2019-13-01", "no such month"),
        ("day-zero", "2019-03-00", "no such day"),
        ("day-year-zero", "0000-01-01", "no such year"),
        ("day-short", "2019-3-1", "two digits for the month and for the day"),
        ("day-basic-form", "20190301", "no hyphens"),
        ("day-week", "2019-W09-5", "ISO 8601 has it, this format has not"),
        ("day-time-behind", "2019-03-01T00:00:00", "a day, no time"),
        ("day-space-behind", "2019-03-01 ", "no spaces"),
        ("day-newline-behind", "2019-03-01\n", "no line breaks"),
        ("day-arabic-indic", "٢٠١٩-03-01", "digits that are not ASCII"),
    ):
        area.bad(case, about, "day", {"text": text})


def _json(area: Area) -> None:
    for case, text, value, about in (
        ("json-object", '{"a":1,"a1":[true,false,null],"a_b":{"x":""}}',
         {"a": 1, "a1": [True, False, None], "a_b": {"x": ""}}, "every type, names in order"),
        ("json-empty-object", "{}", {}, "no members"),
        ("json-integers", "[9007199254740991,-9007199254740991,0]", [2**53 - 1, 1 - 2**53, 0], "the bounds"),
        ("json-escapes", '"\\u0000\\b\\t\\n\\u000b\\f\\r\\u001f\\"\\\\/"', '\0\b\t\n\v\f\r\x1f"\\/', "all escapes"),
        ("json-unescaped", '"\x7f账\u2028\U0001f600"', "\x7f账\u2028\U0001f600", "nothing else is escaped"),
        ("json-depth-32", "[" * 32 + "]" * 32, None, "as deep as it may be"),
    ):
        if case == "json-depth-32":
            nested: list[Any] = []
            for _ in range(31):
                nested = [nested]
            value = nested
        area.good(case, about, "parse_json", {"data": text}, {"value": value})
        area.good(f"{case}-format", about, "format_json", {"value": value}, {"data": text})
    for case, data, about in (
        ("json-nothing", "", "no value"),
        ("json-two-values", "1 2", "one value"),
        ("json-line-feed-behind", "{}\n", "the text is the value and nothing else"),
        ("json-space-inside", '{"a": 1}', "no white space"),
        ("json-space-before", " {}", "no white space"),
        ("json-comma-behind", "[1,]", "not JSON"),
        ("json-comment", "{}//", "not JSON"),
        ("json-single-quotes", "{'a':1}", "not JSON"),
        ("json-unsorted", '{"b":1,"a":2}', "names in order"),
        ("json-unsorted-inside", '{"a":{"y":1,"x":2}}', "names in order, at every depth"),
        ("json-duplicate-member", '{"a":1,"a":2}', "a reader may keep the first or the last"),
        ("json-duplicate-member-same-value", '{"a":1,"a":1}', "a name stands once"),
        ("json-duplicate-member-escaped", '{"a":1,"\\u0061":2}', "the same name in another spelling"),
        ("json-name-uppercase", '{"A":1}', "names are [a-z][a-z0-9_]*"),
        ("json-name-digit-first", '{"1a":1}', "names are [a-z][a-z0-9_]*"),
        ("json-name-underscore-first", '{"_a":1}', "names are [a-z][a-z0-9_]*"),
        ("json-name-empty", '{"":1}', "names are [a-z][a-z0-9_]*"),
        ("json-name-hyphen", '{"a-b":1}', "names are [a-z][a-z0-9_]*"),
        ("json-name-chinese", '{"账":1}', "names are [a-z][a-z0-9_]*"),
        ("json-name-newline-behind", '{"a\\n":1}', "names are [a-z][a-z0-9_]*"),
        ("json-name-inside", '{"a":[{"B":1}]}', "names are [a-z][a-z0-9_]*, at every depth"),
        ("json-nan", "NaN", "not a number"),
        ("json-infinity", "Infinity", "not a number"),
        ("json-1e999", '{"a":1e999}', "infinity, to many readers"),
        ("json-integer-with-fraction", '{"a":1.0}', "a fraction is no integer, whatever its value"),
        ("json-integer-with-exponent", '{"a":1e2}', "an exponent is no integer, whatever its value"),
        ("json-fraction", "0.5", "no fractions"),
        ("json-minus-zero", "-0", "zero has one spelling"),
        ("json-plus", "+1", "no sign"),
        ("json-leading-zero", "01", "no leading zeros"),
        ("json-hex-number", "0x1", "no other base"),
        ("json-above-2-to-the-53", '{"a":9007199254740992}', "2^53 is read as the same number as 2^53+1 by some"),
        ("json-below-minus-2-to-the-53", '{"a":-9007199254740992}', "the other bound"),
        ("json-4000-digits", "1" * 4000, "an integer that no machine word holds"),
        ("json-5000-digits", "1" * 5000, "an integer that no machine word holds"),
        ("json-uppercase-escape", '"\\u001F"', "escapes have lowercase digits"),
        ("json-escaped-letter", '"\\u0061"', "what needs no escape has none"),
        ("json-escaped-slash", '"\\/"', "a slash is not escaped"),
        ("json-escaped-chinese", '"\\u8d26"', "only controls are escaped"),
        ("json-long-form-of-newline", '"\\u000a"', "the short form where there is one"),
        ("json-raw-control", '"\t"', "controls are escaped"),
        ("json-escaped-lone-surrogate", '"\\ud800"', "half of a pair"),
        ("json-escaped-lone-surrogate-text-behind", '"\\ud800abcdef"', "half of a pair"),
        ("json-escaped-low-surrogate", '"\\udc00"', "half of a pair"),
        ("json-escaped-pair", '"\\ud83d\\ude00"', "a whole pair, which is written as four bytes"),
        ("json-true-in-capitals", "True", "not JSON"),
        ("json-depth-33", "[" * 33 + "]" * 33, "deeper than 32"),
        ("json-depth-objects", '{"a":' * 33 + "1" + "}" * 33, "deeper than 32"),
        ("json-depth-10000", "[" * 10000 + "]" * 10000, "refused, and the reader lives"),
        ("json-depth-open", "[" * 10000, "refused, and the reader lives"),
    ):
        area.bad(case, about, "parse_json", {"data": data})
    for case, raw, about in (
        ("json-byte-order-mark", b"\xef\xbb\xbf{}", "no byte order mark"),
        ("json-utf-16", '{"a":1}'.encode("utf-16-le"), "UTF-8 only"),
        ("json-utf-16-with-mark", '{"a":1}'.encode("utf-16"), "UTF-8 only"),
        ("json-overlong-utf-8", b'"\xc0\xaf"', "a slash in two bytes"),
        ("json-raw-surrogate", b'"\xed\xa0\x80"', "half of a pair, written as if it were a character"),
        ("json-latin-1", b'"\xe9"', "not UTF-8"),
        ("json-cut-utf-8", b'"\xe8\xb4"', "not UTF-8"),
        ("json-raw-nul", b'"\x00"', "controls are escaped"),
        ("json-beyond-unicode", b'"\xf4\x90\x80\x80"', "above U+10FFFF"),
    ):
        area.bad(case, about, "parse_json", {"data_hex": raw.hex()})
    for case, value, about in (
        ("json-format-fraction", {"a": 0.5}, "no fractions"),
        ("json-format-above-2-to-the-53", [2**53], "not every reader holds it"),
        ("json-format-name", {"A": 1}, "names are [a-z][a-z0-9_]*"),
    ):
        area.bad(case, about, "format_json", {"value": value})


def _text(area: Area) -> None:
    area.good("text-chinese", "letters, digits, punctuation", "check_text", {"text": "蔚县 康保县 2019 年,é"}, {})
    for case, text, about in (
        ("text-nul", "a\0b", "a control"),
        ("text-newline", "a\nb", "a control"),
        ("text-delete", "a\x7fb", "a control"),
        ("text-c1", "a\x85b", "a control"),
        ("text-right-to-left-override", "a\u202eb", "turns the direction of what follows"),
        ("text-right-to-left-isolate", "a\u2067b", "turns the direction of what follows"),
        ("text-arabic-letter-mark", "a\u061cb", "turns the direction of what follows"),
        ("text-line-separator", "a\u2028b", "ends a line for some and not for others"),
        ("text-byte-order-mark", "\ufeffa", "not seen"),
        ("text-not-nfc", "e\u0301", "a letter and an accent where one character exists"),
        ("text-not-nfc-angstrom", "\u212b", "a sign that NFC replaces"),
    ):
        area.bad(case, about, "check_text", {"text": text})


def _keys(area: Area) -> None:
    public = bytes(SigningKey(SEED).verify_key)
    material = "Acyjt/9jvY4D3l8IZeBKbiKDIOiu8JiYXDOZa8zBeAvB"
    vkey = f"{NAME}+ecc0a8f6+{material}"
    skey = f"PRIVATE+KEY+{NAME}+ecc0a8f6+{_b64(1, SEED)}"
    area.good("vkey-log", "the key of the examples", "parse_vkey", {"text": vkey},
              {"name": NAME, "key_id_hex": "ecc0a8f6", "algorithm": 1, "public_hex": public.hex()})
    insurer = "insurer.example/node+342bc509+BI3mVBdCXDI0na3QqK0rcn0VW/DAcHhoeYkbHcCzjh3l"
    area.good("vkey-cosigner", "type 04", "parse_vkey", {"text": insurer},
              {"name": "insurer.example/node", "key_id_hex": "342bc509", "algorithm": 4,
               "public_hex": "8de65417425c32349dadd0a8ad2b727d155bf0c070786879891b1dc0b38e1de5"})
    many_plus = b"\0\0" + b"\xfb\xef\xbe" * 10
    plus = vkey_of("plus.example", 1, many_plus)
    assert plus.endswith("++++")
    area.good("vkey-plus-in-base64", "only the first two plus signs separate", "parse_vkey", {"text": plus},
              {"name": "plus.example", "key_id_hex": plus.split("+")[1], "algorithm": 1,
               "public_hex": many_plus.hex()})
    area.good("skey-log", "the key of the examples", "parse_skey", {"text": skey},
              {"name": NAME, "algorithm": 1, "seed_hex": SEED.hex(), "vkey": vkey})
    for case, text, about in (
        ("vkey-uppercase-id", vkey.replace("ecc0a8f6", "ECC0A8F6"), "the ID has lowercase digits"),
        ("vkey-wrong-id", vkey.replace("ecc0a8f6", "ecc0a8f7"), "the ID is computed from the key"),
        ("vkey-short-id", vkey.replace("ecc0a8f6", "cc0a8f6"), "eight digits"),
        ("vkey-other-name", vkey.replace("charity", "charitx"), "the ID covers the name"),
        ("vkey-no-padding", vkey_of("m.example", 6, bytes(1312)).removesuffix("="), "not canonical base64"),
        ("vkey-stray-bits", vkey_of("m.example", 6, bytes(1312)).replace("A=", "B="), "not canonical base64"),
        ("vkey-url-alphabet", vkey.replace("/9jvY", "_9jvY"), "the other alphabet of RFC 4648"),
        ("vkey-no-name", f"+ecc0a8f6+{material}", "a name has one byte or more"),
        ("vkey-name-with-space", vkey_of("a b", 1, public), "no white space in a name"),
        ("vkey-name-with-no-break-space", vkey_of("a\u00a0b", 1, public), "no white space in a name"),
        ("vkey-name-with-ideographic-space", vkey_of("a\u3000b", 1, public), "no white space in a name"),
        ("vkey-name-with-next-line", vkey_of("a\u0085b", 1, public), "no white space in a name"),
        ("vkey-name-of-256-bytes", vkey_of("a" * 256, 1, public), "at most 255 bytes"),
        ("vkey-two-parts", f"{NAME}+ecc0a8f6", "three parts"),
        ("vkey-empty-key", f"{NAME}+ecc0a8f6+", "a type and a key"),
        ("vkey-type-only", vkey_of(NAME, 1, b""), "a type and a key"),
        ("vkey-31-bytes", vkey_of(NAME, 1, public[:31]), "32 bytes for type 01"),
        ("vkey-33-bytes", vkey_of(NAME, 1, public + b"\0"), "32 bytes for type 01"),
        ("vkey-type-02", vkey_of(NAME, 2, public), "ECDSA, not used"),
        ("vkey-type-00", vkey_of(NAME, 0, public), "no such type"),
        ("vkey-type-ff", vkey_of(NAME, 255, public), "a private type"),
        ("vkey-mldsa-of-32-bytes", vkey_of(NAME, 6, public), "1312 bytes for type 06"),
        ("vkey-newline-behind", vkey + "\n", "no line break"),
        ("vkey-space-before", " " + vkey, "no spaces"),
    ):
        area.bad(case, about, "parse_vkey", {"text": text})
    for case, text, about in (
        ("skey-no-prefix", skey.removeprefix("PRIVATE+KEY+"), "a public key is not mistaken for a secret one"),
        ("skey-wrong-id", skey.replace("ecc0a8f6", "ecc0a8f7"), "the ID is computed from the public key"),
        ("skey-short-seed", f"PRIVATE+KEY+{NAME}+ecc0a8f6+{_b64(1, SEED[:31])}", "32 bytes"),
        ("skey-stray-bits", "PRIVATE+KEY+a.example+00000000+AR==", "not canonical base64"),
    ):
        area.bad(case, about, "parse_skey", {"text": text})


def vkey_of(name: str, algorithm: int, public: bytes) -> str:
    """Put a vkey together, whatever its parts."""
    ident = hashlib.sha256(name.encode() + b"\n" + bytes([algorithm]) + public).hexdigest()[:8]
    return f"{name}+{ident}+{_b64(algorithm, public)}"


def _b64(algorithm: int, material: bytes) -> str:
    return base64.b64encode(bytes([algorithm]) + material).decode()


def _keys_of_the_rule(area: Area) -> None:
    public = bytes(SigningKey(SEED).verify_key)
    area.good("key-honest", "the key of a seed", "admit_key", {"public_hex": public.hex()}, {})
    torsion = edwards.torsion()
    for factor in range(8):
        point = edwards.encode(edwards.multiply(factor, torsion))
        area.bad(f"key-small-order-{factor}", "its order divides 8: one signature fits many messages", "admit_key",
                 {"public_hex": point.hex()}, "signature")
    for factor in range(1, 8):
        mixed = edwards.encode(edwards.add(edwards.decode(public), edwards.multiply(factor, torsion)))
        area.bad(f"key-mixed-order-{factor}", "an honest key plus a point of small order: the cofactor matters",
                 "admit_key", {"public_hex": mixed.hex()}, "signature")
    for case, number, about in (
        ("key-non-canonical-zero", edwards.P, "y = p stands for y = 0"),
        ("key-non-canonical-one", edwards.P + 1, "y = p + 1 stands for y = 1"),
        ("key-non-canonical-sign-of-zero", 1 + 2**255, "x = 0 has no negative"),
        ("key-non-canonical-largest", 2**255 - 1, "y = p + 18"),
        ("key-not-on-the-curve", 2, "no x belongs to it"),
        ("key-all-ones", 2**256 - 1, "y = p + 18, x negative"),
    ):
        area.bad(case, about, "admit_key", {"public_hex": number.to_bytes(32, "little").hex()}, "signature")
    area.bad("key-short", "31 bytes", "admit_key", {"public_hex": public[:31].hex()}, "signature")
    area.bad("key-long", "33 bytes", "admit_key", {"public_hex": (public + b"\0").hex()}, "signature")
    area.bad("key-empty", "no bytes", "admit_key", {"public_hex": ""}, "signature")


def _signatures(area: Area) -> None:
    public, scalar = bytes(SigningKey(SEED).verify_key), edwards.scalar(SEED)
    honest = SigningKey(SEED).sign(MESSAGE).signature
    r, s = honest[:32], int.from_bytes(honest[32:], "little")

    def given(signature: bytes, message: bytes = MESSAGE, key: bytes = public) -> dict[str, str]:
        return {"public_hex": key.hex(), "message_hex": message.hex(), "signature_hex": signature.hex()}

    def with_s(number: int) -> bytes:
        return r + number.to_bytes(32, "little")

    area.good("honest", "a signature of the key", "verify", given(honest), {})
    area.good("honest-chosen-nonce", "made by the arithmetic of these vectors", "verify",
              given(edwards.sign_with(scalar_a=scalar, public=public, message=MESSAGE, nonce=12345)), {})
    area.good("empty-message", "no bytes are a message", "verify", given(SigningKey(SEED).sign(b"").signature, b""), {})
    for number, seed, key, message, signature in (
        (1, "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
         "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
         "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe246"
         "55141438e7a100b"),
        (2, "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
         "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
         "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb"
         "00d291612bb0c00"),
    ):
        area.good(f"rfc8032-test-{number}", "RFC 8032, section 7.1", "sign", {"seed_hex": seed, "message_hex": message},
                  {"public_hex": key, "signature_hex": signature})
    torsion = edwards.torsion()
    for case, signature, about in (
        ("s-plus-l", with_s(s + edwards.L), "S + L fits the equation, too: a second spelling of one signature"),
        ("s-plus-two-l", with_s(s + 2 * edwards.L), "S + 2 L fits the equation, too"),
        ("s-equal-l", with_s(edwards.L), "S is below L"),
        ("s-high-bits", with_s(s | 7 << 253), "the three highest bits are not ignored"),
        ("s-zero", with_s(0), "not the signature"),
        ("one-bit-of-r", bytes([r[0] ^ 1]) + honest[1:], "not the signature"),
        ("one-bit-of-s", with_s(s ^ 1), "not the signature"),
        ("halves-swapped", honest[32:] + honest[:32], "R first, S behind"),
        ("all-zero", bytes(64), "not the signature"),
        ("short", honest[:63], "63 bytes"),
        ("long", honest + b"\0", "65 bytes"),
        ("none", b"", "no bytes"),
        ("hex-digits", honest.hex().encode(), "the spelling of a signature is not the signature"),
    ):
        area.bad(case, about, "verify", given(signature), "signature")
    for factor in range(8):
        small = edwards.encode(edwards.multiply(factor, torsion))
        # For the neutral element the equation itself holds: S = kA. OpenSSL and Go accept that, libsodium does not.
        signature = edwards.sign_with(scalar_a=scalar, public=public, message=MESSAGE, nonce=0, r=small)
        assert edwards.equation_holds(public=public, message=MESSAGE, signature=signature) == (factor == 0)
        area.bad(f"r-small-order-{factor}", "R is of small order", "verify", given(signature), "signature")
    for factor in range(1, 8):
        mixed = edwards.encode(edwards.add(edwards.multiply(12345, edwards.BASE), edwards.multiply(factor, torsion)))
        signature = edwards.sign_with(scalar_a=scalar, public=public, message=MESSAGE, nonce=12345, r=mixed)
        about = "fits the equation with cofactor only"
        area.bad(f"r-mixed-order-{factor}", about, "verify", given(signature), "signature")
    for case, number, about in (
        ("r-non-canonical-one", edwards.P + 1, "y = p + 1 stands for the neutral element"),
        ("r-non-canonical-sign", 1 + 2**255, "x = 0 has no negative"),
        ("r-non-canonical-zero", edwards.P, "y = p stands for y = 0"),
    ):
        signature = edwards.sign_with(scalar_a=scalar, public=public, message=MESSAGE, nonce=0,
                                      r=number.to_bytes(32, "little"))
        area.bad(case, about, "verify", given(signature), "signature")
    area.bad("other-message", "a signature of another message", "verify", given(honest, MESSAGE + b"."), "signature")
    other = bytes(SigningKey(hashlib.sha256(b"formats.md insurer").digest()).verify_key)
    area.bad("other-key", "a signature of another key", "verify", given(honest, key=other), "signature")
    neutral = edwards.encode(edwards.IDENTITY)
    area.bad("key-and-r-neutral", "R = A = the neutral element, S = 0: fits every message", "verify",
             given(neutral + bytes(32), key=neutral), "signature")
    _mixed_key(area, scalar, torsion)


def _mixed_key(area: Area, scalar: int, torsion: edwards.Point) -> None:
    """A key of mixed order whose signature fits the equation without cofactor, so that only admit_key refuses."""
    order_two = edwards.multiply(4, torsion)
    key = edwards.encode(edwards.add(edwards.multiply(scalar, edwards.BASE), order_two))
    for number in range(100):
        message = MESSAGE + b"%d" % number
        signature = edwards.sign_with(scalar_a=scalar, public=key, message=message, nonce=12345)
        if edwards.equation_holds(public=key, message=message, signature=signature):
            break
    else:
        raise ValueError("no message fits")
    given = {"public_hex": key.hex(), "message_hex": message.hex(), "signature_hex": signature.hex()}
    about = "the equation holds for this message and not for the next: the key is not admitted"
    area.bad("key-mixed-order-fits", about, "verify", given, "signature")
