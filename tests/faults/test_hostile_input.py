"""F38 to F46 at the verifier: odd numbers, depth, bombs, tricks of Unicode, doubled members, proofs of a wrong shape.

Whatever is said of JSON is tried in every format that has some; each answer comes in bounded time, in plain words.
"""

import base64
import gzip
import json
import re
import zlib
from functools import cache

import pytest

from ledger.cosignature import cosign
from ledger.merkle import node_hash
from ledger.note import append_signature, parse_note, sign_note
from tests.fuzz import documents, worlds
from tests.fuzz.oracle import CPU_SECONDS_MAX, Answer, check_printable, judge
from tests.fuzz.texts import check_archive, check_json, check_note
from tests.fuzz.whole import nothing_is_proven
from tests.support.receipts import COSIGNED_UNIX_S, ReceiptWorld, encode
from tests.support.world import ORIGIN, PARTIES
from verifier.audit.audit import audit_log, read_in_turn, signers_of
from verifier.commands.replay import read_by_all
from verifier.errors import FormatError, SignatureError, VerifyError
from verifier.log.note import parse_note as parse_signed
from verifier.log.note import parse_signature_line, verify_signers
from verifier.log.policy import parse_policy
from verifier.receipts.receipt import verify_receipt
from verifier.sources.archive import BLOCK_BYTES, ArchiveError
from verifier.sources.node import FILE_BYTES_MAX, gunzip
from verifier.speech.explain import explain_receipt

FOREIGN = "\x1b[2J\u202e\x9b\u2066"


class ForeignWorld(ReceiptWorld):
    """Whose donors have names that would act on a terminal."""

    def batch(self, amounts, *, label="line"):
        return super().batch(amounts, label=FOREIGN)


@cache
def small():
    """A log with a gift and a balance, whose texts are as foreign as they may be."""
    world = ForeignWorld().begin()
    gift = world.give(300, 7)
    world.balance()
    # Texts are judged when an entry is composed; whoever composes with another program may sign what he likes.
    note = world.compose("notice", "platform", document="11" * 32, programme="dlz", text="so far")
    text = parse_note(note).text.replace(b"so far", "\u202eso far\u2066\x9b".encode())
    notice = world.append(sign_note(text, world.keys["platform"]))
    return world, world.donation_receipt(gift, 0), world.entry_receipt(notice), parse_policy(world.policy(), what="p")


def check_receipt(data):
    return verify_receipt(data, small()[3])


def manifest_of(archive):
    """The manifest of an archive, and where it lies."""
    size = int(archive[124:135], 8)
    return archive[BLOCK_BYTES : BLOCK_BYTES + size]


def check_manifest(data):
    """An archive with another manifest, whose header fits it."""
    archive, old = worlds.archive(), manifest_of(worlds.archive())
    header = archive[:124] + b"%011o" % len(data) + archive[135:148] + b" " * 8 + archive[156:BLOCK_BYTES]
    header = header[:148] + b"%06o\0 " % sum(header) + header[156:]
    rest = archive[BLOCK_BYTES + len(old) + -len(old) % BLOCK_BYTES :]
    return check_archive(header + data + bytes(-len(data) % BLOCK_BYTES) + rest)


@cache
def formats():
    """Every format with JSON in it: its check, a good one, and an integer in it that counts."""
    entries = [data for data in documents.entry_seeds() if b'"kind":"transfer"' in data]
    bodies = [data for data in documents.body_seeds() if b'"kind":"payout"' in data]
    good_entry = next(data for data in entries if judge(documents.check_entry, data) is Answer.ACCEPTED)
    good_body = next(data for data in bodies if judge(documents.check_body, data) is Answer.ACCEPTED)
    stamps = [data for data in documents.stamp_seeds() if judge(documents.check_stamp, data) is Answer.ACCEPTED]
    return {
        "json": (check_json, b'{"amount":5,"list":[1,{"b":2}]}', "amount"),
        "entry": (documents.check_entry, good_entry, "amount"),
        "body": (documents.check_body, good_body, "amount"),
        "stamp": (documents.check_stamp, stamps[0], "time_unix_ms"),
        "leaf": (documents.check_leaf, documents.leaf_seeds()[0], "time_unix_ms"),
        "register row": (documents.check_row, documents.row_seeds()[0], "paid"),
        "receipt": (check_receipt, small()[1], "entry"),
        "evidence": (documents.check_evidence, worlds.evidence()[1][0], "seen_unix_s"),
        "manifest": (check_manifest, manifest_of(worlds.archive()), "size"),
    }


FORMATS = pytest.mark.parametrize("name", formats())
REFUSED = (VerifyError, ArchiveError)


def test_the_samples_are_good():
    for name, (check, data, _) in formats().items():
        assert judge(check, data) is Answer.ACCEPTED, name


# -- F38 -------------------------------------------------------------------------------------------------------------

NUMBERS = (
    "NaN", "Infinity", "-Infinity", "1e999", "1e2", "1E2", "5.0", "5.", ".5", "-0", "+5", "05", "0x5", "5_0", "٥", "９",
    "--5", "5-", "9007199254740992", "-9007199254740992", "9" * 4000, "1" + "0" * 4300, "5 ", " 5", "5n", "", "null",
    "true", "false", '"5"', "[5]", "{}",
)  # fmt: skip
# In plain JSON these are values like any other.
VALUES = ("null", "true", "false", '"5"', "[5]", "{}")


@FORMATS
@pytest.mark.parametrize("number", NUMBERS, ids=lambda number: number[:20])
def test_F38_a_number_in_an_odd_spelling(name, number):
    check, data, member = formats()[name]
    changed, count = re.subn(rf'"{member}":-?[0-9]+'.encode(), f'"{member}":{number}'.encode(), data, count=1)
    assert count == 1
    answer = judge(check, changed)
    assert answer is (Answer.ACCEPTED if name == "json" and number in VALUES else Answer.REFUSED)


@FORMATS
def test_F38_the_message_names_the_place(name):
    check, data, member = formats()[name]
    with pytest.raises(REFUSED, match=r"expected an integer, got '5\.0'"):
        check(re.sub(rf'"{member}":-?[0-9]+'.encode(), f'"{member}":5.0'.encode(), data, count=1))


# -- F39 -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("hostile", [
    pytest.param(b"[" * 500, id="500-deep"),
    pytest.param(b"[" * 1_000_000, id="a-million-deep"),
    pytest.param(b'{"a":' * 200_000, id="200000-objects-deep"),
    pytest.param(b"[" * 33 + b"]" * 33, id="33-deep-and-closed"),
    pytest.param(b"{" + b",".join(b'"a%d":0' % at for at in range(100_000)) + b"}", id="100000-members"),
    pytest.param(b"[" + b"0," * 30_000 + b"0]", id="30000-items"),
    pytest.param(b'"' + b"a" * 10_000_000 + b'"', id="a-text-of-10-MB"),
    pytest.param(b"9" * 1_000_000, id="a-million-digits"),
    pytest.param(b" " * 1_000_000, id="a-million-blanks"),
    pytest.param(b'"' + b"\\ud83d" * 20_000 + b'"', id="20000-half-pairs"),
])  # fmt: skip
@FORMATS
def test_F39_depth_and_size_are_bounded(name, hostile):
    check, data, member = formats()[name]
    changed = re.sub(rf'"{member}":-?[0-9]+'.encode(), rf'"{member}":'.encode() + b"@", data, count=1)
    answer = judge(check, changed.replace(b"@", hostile))
    within = name == "json" and hostile.startswith(b"[0,")
    assert answer is (Answer.ACCEPTED if within else Answer.REFUSED)


@pytest.mark.parametrize("check,data", [
    pytest.param(check_note, b"text\n\n" + "— a AAAAAAAAAA==\n".encode() * 12_000, id="note-of-12000-lines"),
    pytest.param(check_note, b"\n" * 262_144, id="note-of-empty-lines"),
    pytest.param(check_receipt, b"{}" * 1_000_000 + b"\n", id="receipt-of-2-MB"),
    pytest.param(check_archive, bytes(10_000_000), id="archive-of-nothing"),
])  # fmt: skip
def test_F39_large_files_are_refused_at_once(check, data):
    assert judge(check, data) is Answer.REFUSED


def test_F39_many_duties_of_many_days_are_refused_at_once():
    """Also when the quorum vouches for them."""
    value = json.loads(worlds.sample().receipts["member"])
    claim = value["rows"][0]["row"]["claims"][0]
    claim["duties"] = [{**claim["duties"][0], "days": 2_600_000, "starts": "0001-01-01"}] * 200
    with nothing_is_proven():
        assert judge(lambda data: verify_receipt(data, worlds.sample().policy), encode(value)) is Answer.REFUSED


# -- F40 -------------------------------------------------------------------------------------------------------------

TEXTS = {
    "overlong": b"\xc0\xaf", "overlong-nul": b"\xc0\x80", "raw-surrogate": b"\xed\xa0\x80",
    "beyond-unicode": b"\xf4\x90\x80\x80", "cut-off": b"\xe6\x98", "latin-1": b"\xe9",
    "escaped-half-pair": b"\\ud800", "escaped-swapped-pair": b"\\udc00\\ud800", "raw-nul": b"\x00",
    "raw-escape": b"\x1b", "needless-escape": b"\\u0041", "capital-escape": b"\\u001F", "escaped-slash": b"\\/",
    "long-escape-of-newline": b"\\u000a", "unknown-escape": b"\\x41",
}  # fmt: skip


@FORMATS
@pytest.mark.parametrize("text", TEXTS.values(), ids=list(TEXTS))
def test_F40_a_text_that_is_not_plain_utf8(name, text):
    check, data, _ = formats()[name]
    opened = b'{"a":"' if name == "json" else data[: data.index(b'":"') + 3]
    changed = opened + text + (b'"}' if name == "json" else data[len(opened) :])
    assert judge(check, changed) is Answer.REFUSED


@FORMATS
def test_F40_another_encoding_of_the_whole(name):
    check, data, _ = formats()[name]
    for changed in (b"\xef\xbb\xbf" + data, data.decode().encode("utf-16"), data.decode().encode("utf-32")):
        assert judge(check, changed) is Answer.REFUSED


def test_F40_foreign_text_is_not_repaired_and_cannot_act_on_a_terminal():
    _, gift, notice, policy = small()
    for data, member in ((gift, "opening"), (notice, "text")):
        verdict = verify_receipt(data, policy)
        text = verdict.line.opening["label"] if member == "opening" else verdict.entry.value["text"]
        assert "\u202e" in text and "\u2066" in text
        for lang in ("en", "zh"):
            told = explain_receipt(verdict, lang=lang)
            check_printable(told)
            assert member == "text" or "\\u202e" in told


# -- F41 -------------------------------------------------------------------------------------------------------------


def test_F41_a_bomb_is_not_unpacked():
    bomb = gzip.compress(bytes(200_000_000), compresslevel=9)
    nested = gzip.compress(bomb)
    for data in (bomb, bomb[:-4]):
        assert len(gunzip(data, what="bundle")) == FILE_BYTES_MAX + 1
    assert gunzip(nested, what="bundle") == bomb
    with pytest.raises(OSError, match=r"^bundle: the answer is no gzip"):
        gunzip(zlib.compress(b"x"), what="bundle")


@pytest.mark.parametrize("name", ["receipt", "manifest", "evidence"])
def test_F41_a_packed_file_is_not_unpacked(name):
    check, data, _ = formats()[name]
    assert judge(check, gzip.compress(data)) is Answer.REFUSED


# -- F42 -------------------------------------------------------------------------------------------------------------


@FORMATS
@pytest.mark.parametrize("spelling", ["plain", "escaped", "escaped-in-capitals"])
def test_F42_a_member_twice(name, spelling):
    """The second one says the same or something else, and its name is spelled in any way that JSON knows."""
    check, data, _ = formats()[name]
    for found in list(re.finditer(rb'([{,])"([a-z])([a-z_]*)":', data))[:8]:
        first = found[2] if spelling == "plain" else b"\\u%04x" % ord(found[2])
        first = first.upper().replace(b"\\U", b"\\u") if spelling == "escaped-in-capitals" else first
        for value in (b"0", b"null"):
            doubled = b'"' + first + found[3] + b'":' + value + b","
            at = found.end(1)
            answer = judge(check, data[:at] + doubled + data[at:])
            assert answer is Answer.REFUSED, data[at : at + 40]


# -- F43 -------------------------------------------------------------------------------------------------------------


def signed(size, root):
    """A checkpoint of any size and root, signed by the log and cosigned by all."""
    world = small()[0]
    text = b"%s\n%d\n%s\n" % (ORIGIN.encode(), size, base64.b64encode(root))
    note = sign_note(text, world.log_key)
    for name in PARTIES if size < 2**63 else ():  # beyond, nobody could be made to cosign
        note = append_signature(note, cosign(text, key=world.cosigners[name], time_unix_s=COSIGNED_UNIX_S))
    return note


@pytest.mark.parametrize("size", [0, 1, 2, 4, 5, 7, 8, 255, 2**31, 2**53, 2**62, 2**63 - 1, 2**63, 2**64, 10**30])
def test_F43_a_checkpoint_of_another_size(size):
    value = json.loads(small()[1])
    root = parse_note(value["checkpoint"].encode()).text.split(b"\n")[2]
    if size == len(small()[0].leaves):
        return
    value["checkpoint"] = signed(size, base64.b64decode(root)).decode()
    assert judge(check_receipt, encode(value)) is Answer.REFUSED


@pytest.mark.parametrize("size", [2**31, 2**53, 2**62, 2**63 - 1])
@pytest.mark.parametrize("read_bundles", [read_in_turn, read_by_all], ids=["in-turn", "by-all"])
def test_F43_a_log_of_a_size_that_nobody_has_is_asked_for_bundle_by_bundle(size, read_bundles):
    """All parties in league sign a size; a list of its bundles would fill the memory of whoever replays."""
    files = {"checkpoint": signed(size, bytes(32))}
    policy = small()[3]

    def replay(data):
        return audit_log(Held(files), policy=policy, read_bundles=read_bundles).outcome

    assert judge(replay, b"") is Answer.ACCEPTED and replay(b"") == "cannot_tell"


class Held:
    """A source of some files."""

    def __init__(self, files):
        self.files = files

    def read(self, path):
        return self.files.get(path)


def _deepest(rows):
    return max((row["proof"] for row in rows), key=lambda proof: len(proof["path"]))


@pytest.mark.parametrize("path", [
    pytest.param(lambda path: path[:-1], id="too-short"),
    pytest.param(lambda path: [*path, path[0]], id="too-long"),
    pytest.param(lambda path: path * 40, id="forty-times"),
    pytest.param(lambda path: path[::-1], id="reversed"),
    pytest.param(lambda path: [], id="empty"),
    pytest.param(lambda path: [path[0][:-4], *path[1:]], id="short-hash"),
    pytest.param(lambda path: [path[0].rstrip("="), *path[1:]], id="hash-without-padding"),
])
def test_F43_a_path_of_a_wrong_shape(path):
    sample, policy = worlds.sample().receipts["gift"], worlds.sample().policy
    for holder in ("proof", "line", "row"):
        value = json.loads(sample)
        place = {"proof": value, "line": value["line"], "row": _deepest(value["rows"])}[holder]
        member = "proof" if holder == "proof" else "path"
        old = place[member]
        hashes = [one if isinstance(one, str) else one[0 if holder == "line" else 1] for one in old]
        others = [None if isinstance(one, str) else one[1 if holder == "line" else 0] for one in old]
        new = path(hashes)
        pairs = [(one, others[at % len(old)]) for at, one in enumerate(new)]
        place[member] = {
            "proof": new, "line": [[one, other] for one, other in pairs], "row": [[other, one] for one, other in pairs]
        }[holder]  # fmt: skip
        if place[member] == old:
            continue
        assert judge(lambda data: verify_receipt(data, policy), encode(value)) is Answer.REFUSED, holder


def test_F43_a_proof_for_another_leaf_and_a_leaf_that_is_an_inner_node():
    value = json.loads(small()[1])
    (first, text), (second, other), *_ = value["leaves"]
    swapped = {**value, "leaves": [[first, other], [second, text], *value["leaves"][2:]]}
    assert judge(check_receipt, encode(swapped)) is Answer.REFUSED
    # What is hashed into an inner node, shown as if it were a leaf: its first byte is another.
    inner = node_hash(bytes(32), bytes(32)).hex()
    assert judge(check_receipt, encode({**value, "leaves": [[first, inner], *value["leaves"][1:]]})) is Answer.REFUSED


@pytest.mark.parametrize("index", [-1, 2**31, 2**53 - 1, 2**53, 2**63, 2**64])
def test_F43_indices_out_of_range(index):
    for change in ("line-entry", "line-index", "leaf"):
        value = json.loads(small()[1])
        if change == "leaf":
            value["leaves"][-1][0] = index
        else:
            value["line"][change.removeprefix("line-")] = index
        assert judge(check_receipt, encode(value)) is Answer.REFUSED


# -- F44 -------------------------------------------------------------------------------------------------------------


def cosigned_by(*lines):
    """The gift's receipt under the log's signature and these lines."""
    world, gift, _, _ = small()
    value = json.loads(gift)
    text = parse_note(value["checkpoint"].encode()).text
    note = sign_note(text, world.log_key)
    for name, time in lines:
        note = append_signature(note, cosign(text, key=world.cosigners[name], time_unix_s=time))
    return {**value, "checkpoint": note.decode()}


@pytest.mark.parametrize("lines", [
    pytest.param([("county", 1_519_999_000)] * 4, id="the-same-line-four-times"),
    pytest.param([("county", 1_519_999_000 + at) for at in range(4)], id="four-times-at-other-seconds"),
    pytest.param([("county", 1), ("platform", 2), ("county", 3), ("platform", 4), ("county", 5)], id="two-in-turn"),
])
def test_F44_one_organisation_counts_once(lines):
    with pytest.raises(SignatureError, match=r"is not reached by [12] of 4"):
        check_receipt(encode(cosigned_by(*lines)))


def test_F44_the_first_line_of_an_organisation_counts():
    lines = [(name, COSIGNED_UNIX_S) for name in PARTIES[:3]]
    verdict = check_receipt(encode(cosigned_by(*lines, (PARTIES[0], COSIGNED_UNIX_S + 9))))
    assert verdict.cosigned == tuple((name, COSIGNED_UNIX_S) for name in PARTIES[:3])


@pytest.mark.parametrize("spell", [
    pytest.param(lambda name: name.upper(), id="capitals"),
    pytest.param(lambda name: f"{name}.", id="a-dot-behind"),
    pytest.param(lambda name: name.replace("o", "\u043e"), id="a-letter-that-looks-alike"),
    pytest.param(lambda name: f"{name}\u200b", id="a-letter-of-no-width"),
    pytest.param(lambda name: name.replace("c", "\uff43"), id="wide-letters"),
])
def test_F44_another_spelling_of_a_name_is_somebody_whom_nobody_knows(spell):
    value = cosigned_by(*((name, COSIGNED_UNIX_S) for name in PARTIES[:2]))
    line = value["checkpoint"].splitlines()[-1]
    name = line.split(" ")[1]
    value["checkpoint"] += line.replace(name, spell(name)) + "\n"
    with pytest.raises(SignatureError, match="is not reached by 2 of 4"):
        check_receipt(encode(value))


def test_F44_one_key_under_two_names_is_no_policy():
    text = small()[0].policy().decode()
    key = next(line.split(" ")[2] for line in text.splitlines() if line.startswith("witness county"))
    for again in (f"witness again {key}\n", f"witness county {key}\n"):
        with pytest.raises(FormatError, match=r"on an earlier line already|is taken"):
            parse_policy((text.partition("group")[0] + again + "quorum none\n").encode(), what="policy")


# -- F45 -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("spell", [
    pytest.param(lambda text: text.rstrip("="), id="no-padding"),
    pytest.param(lambda text: text + "=", id="more-padding"),
    pytest.param(lambda text: text[:40] + "\r\n" + text[40:], id="line-break"),
    pytest.param(lambda text: text[:40] + " " + text[40:], id="blank"),
    pytest.param(lambda text: text + " ", id="blank-behind"),
    pytest.param(lambda text: text.replace("+", "-").replace("/", "_"), id="url-alphabet"),
    pytest.param(lambda text: text[:40] + "=" + text[41:], id="padding-within"),
    pytest.param(lambda text: text[:-2] + chr(ord(text[-2]) + 1) + "=", id="stray-bits"),
    pytest.param(lambda text: text[:40] + "\x00" + text[41:], id="nul"),
    pytest.param(lambda text: text[:40] + "\u00c4" + text[41:], id="not-ascii"),
    pytest.param(lambda text: "", id="empty"),
    pytest.param(lambda text: text[:4], id="key-id-alone"),
])
def test_F45_base64_has_one_spelling(spell):
    data = base64.b64encode(b"\xfb\xef\xbe\xff" * 17).decode()
    assert parse_signature_line(f"— name {data}".encode(), what="line").signature == b"\xfb\xef\xbe\xff" * 16
    with pytest.raises(FormatError, match=r"^line: expected "):
        parse_signature_line(f"— name {spell(data)}".encode(), what="line")


@pytest.mark.parametrize("size", [0, 1, 63, 65, 72, 2420])
def test_F45_a_signature_of_another_length(size):
    value = cosigned_by(*((name, COSIGNED_UNIX_S) for name in PARTIES))
    lines = value["checkpoint"].splitlines()
    dash, name, data = lines[-1].split(" ")
    short = base64.b64encode((base64.b64decode(data)[:4] + bytes(3000))[: 4 + size]).decode()
    value["checkpoint"] = "\n".join([*lines[:-1], f"{dash} {name} {short}", ""])
    assert judge(check_receipt, encode(value)) is (Answer.REFUSED)


def test_F46_time_is_bounded_for_the_largest_receipt():
    """Rows, absences and leaves as many as 65,536 bytes hold."""
    value = json.loads(worlds.sample().receipts["gift"])
    for member in ("rows", "none", "proof"):
        more = {**value, member: value[member] * (40_000 // len(json.dumps(value[member])) + 1)}
        assert judge(lambda data: verify_receipt(data, worlds.sample().policy), encode(more)) in tuple(Answer)
    assert CPU_SECONDS_MAX <= 1



def test_F40_a_name_on_a_signature_line_cannot_act_on_a_terminal():
    note = parse_signed("text\n\n— a\x9b2J\u202eb\u2066\u00adc AAAAAAA=\n".encode(), what="entry")
    with pytest.raises(SignatureError) as caught:
        verify_signers(note, keys=[small()[3].logs[0].key], what="entry")
    check_printable(str(caught.value))
    assert r"got [a\x9b2J\u202eb\u2066\xadc+00000000]" in str(caught.value)
    leaf = b"{}\n" + "text\n\n— a\x9b2J AAAAAAA=\n".encode()
    assert signers_of(leaf) == (r"a\x9b2J+00000000",)
