"""F49: what an outsider finds in all that is public of the demo by trying everything, knowing how everything was made.

The outsider has every leaf, a stranger's receipts, this source code, and lists of ids, names, phones and amounts. What
it lacks are salts, body nonces and the tag key.
"""

import base64
import json
import re
from collections import Counter
from datetime import date
from hashlib import sha256
from itertools import chain
from random import Random
from types import SimpleNamespace

import pytest

from ledger.checkpoint import Checkpoint, sign_checkpoint
from ledger.cosignature import cosign
from ledger.keys import COSIGNATURE, ED25519, SigningKey
from ledger.merkle import leaf_hash, root_hash
from ledger.note import append_signature, parse_note
from ledger.receipt import cover_receipt, donation_receipt
from ledger.strict import format_json
from ledger.trie import next_salt
from node.demo.people import NUMBERS_PER_DAY, REGION, check_digit
from node.openings import parse_record
from tests.support.receipts import Archive
from tests.support.small_demo import ORIGIN, TAG_KEY, few_cases, play_in_memory, small_script

PREFIXES = (b"", *(bytes([first]) for first in range(11)))
GUESSES = 10_000


@pytest.fixture(scope="module")
def demo():
    """A small demo: what is public, and what opens it."""
    desk, play, _ = play_in_memory(few_cases(small_script(divisor=500)))
    entries = [json.loads(leaf.split(b"\n")[2]) for leaf in desk.leaves]
    stamps = [json.loads(leaf.split(b"\n")[0]) for leaf in desk.leaves]
    opened = {root: [parse_record(record) for record in records] for (_, root), records in desk.vaults.items()}
    roots = [bytes.fromhex(entry["lines"]["root"]) if "lines" in entry else b"" for entry in entries]
    lines = [(index, opened[root]) for index, root in enumerate(roots) if root in opened]
    bodies = [json.loads(desk.body(bytes.fromhex(entry["body"]))) if entry["kind"] == "sealed" else None
              for entry in entries]  # fmt: skip
    return SimpleNamespace(desk=desk, play=play, entries=entries, stamps=stamps, lines=lines, bodies=bodies,
                           public=b"\n".join(desk.leaves))  # fmt: skip


def receipts(demo):
    """What two strangers can show: the receipts of the first gift and of the first person."""
    hashes = [leaf_hash(leaf) for leaf in demo.desk.leaves]
    key = SigningKey(ORIGIN, ED25519, bytes(32))
    note = sign_checkpoint(Checkpoint(ORIGIN, len(hashes), root_hash(hashes)), key=key)
    cosigner = SigningKey("x.example", COSIGNATURE, bytes(31) + b"1")
    note = append_signature(note, cosign(parse_note(note).text, key=cosigner, time_unix_s=1))
    archive = Archive(SimpleNamespace(leaves=demo.desk.leaves, files=demo.desk))
    for kind, make in (("donation", donation_receipt), ("enrolment", cover_receipt)):
        entry, opened = next((at, found) for at, found in demo.lines if demo.entries[at]["kind"] == kind)
        yield make(archive, demo.desk.state, note, entry=entry, line=0, salt=opened[0].salt, opening=opened[0].opening)


def values_in(text):
    """Every 32 bytes that stand in a text, in hex or base64."""
    found = {bytes.fromhex(one.decode()) for one in re.findall(rb"\b[0-9a-f]{64}\b", text)}
    return found | {base64.b64decode(one) for one in re.findall(rb"[A-Za-z0-9+/]{43}=", text)}


def hashes_of(guess):
    """All that this format could have made of a guess without a secret."""
    for prefix in PREFIXES:
        yield sha256(prefix + guess).digest()
        yield sha256(prefix + bytes(32) + guess).digest()
        yield sha256(prefix + bytes(16) + guess).digest()


def test_no_dictionary_of_ids_names_and_phones_hits_what_is_public(demo):
    known = [opening.opening for _, opened in demo.lines for opening in opened]
    secret = ("id_number", "name", "trade")
    people = {str(value) for opening in known for name, value in opening.items() if name in secret}
    draw = Random(7)
    days = [date(1958 + draw.getrandbits(5), 1 + draw.getrandbits(3), 1 + draw.getrandbits(4)) for _ in range(GUESSES)]
    ids = [f"{REGION}{day:%Y%m%d}{draw.getrandbits(10) % NUMBERS_PER_DAY:03d}" for day in days]
    words = people | {body + check_digit(body) for body in ids} | {f"000{number:08d}" for number in range(GUESSES)}
    whole = [format_json(opening) for opening in known]
    guesses = [*(word.encode() for word in words), *(format_json(word) for word in people), *whole]
    assert len(guesses) > GUESSES
    shown = values_in(demo.public)
    assert len(shown) > len(demo.desk.leaves)
    assert not shown & set(chain.from_iterable(map(hashes_of, guesses)))
    assert not [word for word in people if word.encode() in demo.public]


def test_a_strangers_receipt_opens_nobody_else(demo):
    for receipt in receipts(demo):
        line = json.loads(receipt)["line"]
        for entry, opened in demo.lines:
            for number, opening in enumerate(opened):
                if (entry, number) == (line["entry"], line["index"]):
                    continue
                assert opening.salt.hex().encode() not in receipt
                assert base64.b64encode(opening.salt) not in receipt
                secret = opening.opening.get("id_number") or opening.opening.get("trade")
                assert line["opening"].get("id_number") == secret or str(secret).encode() not in receipt


def test_no_payout_stands_in_what_is_public(demo):
    """Not as a number anywhere, and not behind `effect` for who tries the true moves under every public nonce."""
    numbers = {int(one) for one in re.findall(rb"(?<![0-9a-f\"])[0-9]{4,}(?![0-9a-f])", demo.public)}
    paid = {body["amount"] for body in demo.bodies if body is not None and body["kind"] == "payout"}
    stated = {int(one) for entry in demo.entries if entry["kind"] == "terms"
              for one in re.findall(rb"[0-9]+", format_json(entry["formulas"]))}  # sums that the terms themselves name
    assert len(paid) > 20
    assert paid & numbers <= stated
    nonces = {bytes.fromhex(entry["nonce"]) for entry in demo.entries} | {bytes(16)}
    positions: Counter[str] = Counter()
    effects = {stamp["effect"] for stamp in demo.stamps if "effect" in stamp}
    tried = 0
    for index, body in enumerate(demo.bodies):
        if body is None or body["kind"] not in ("payout", "claim") or "again" in body:
            continue
        moves = []
        if body["kind"] == "payout":
            start = positions[body["from"]]
            positions[body["from"]] += body["amount"]
            moves = [{"amount": body["amount"], "from": body["from"], "from_pos": start, "to": f"transit/{index}",
                      "to_pos": 0}]  # fmt: skip
        # With the body's own nonce it is the effect, so what is tried is right but for the nonce.
        right = sha256(b"\x05" + bytes.fromhex(body["nonce"]) + format_json(moves)).hexdigest()
        assert right == demo.stamps[index]["effect"]
        tried += 1
        assert not effects & {sha256(b"\x05" + nonce + format_json(moves)).hexdigest() for nonce in nonces}
    assert tried > 40


def test_salts_of_rows_follow_from_what_is_public_until_a_sealed_entry_touches_them(demo):
    accounts = {key[1]: row for key, row in demo.desk.state.scan("account")}
    for name, guessed in (("fund/dlz/other", True), ("claims/dlz/kangbao", False), ("paid/dlz/kangbao", False)):
        salt = bytes(32)
        for entry, stamp in zip(demo.entries, demo.stamps, strict=True):
            names = {move.get(end) for move in stamp.get("moves", ()) for end in ("from", "to", "rest", "split")}
            opened = "agreement" if name.endswith("kangbao") else "terms"
            opens = entry["kind"] == opened and entry.get("version", 1) == 1
            if name in names or opens:
                salt = next_salt(salt, bytes.fromhex(entry["nonce"]))
        assert (salt.hex() == accounts[name]["salt"]) == guessed


def test_whoever_has_the_key_of_the_tags_finds_only_who_came_alone(demo):
    """Tags are not public. The name of a tag file of one line follows from its one tag, as threats.md says."""
    shown = values_in(demo.public)
    names = [bytes.fromhex(entry["tags"]) for entry in demo.entries if "tags" in entry]
    files = {name: demo.desk.tags(name) for name in names}
    tags = {data[at : at + 32] for data in files.values() for at in range(0, len(data), 32)}
    alone = {name for name, data in files.items() if len(data) == 32}
    assert len(tags) > 1000
    assert not shown & (tags | {TAG_KEY})
    assert shown & {sha256(prefix + tag).digest() for tag in tags for prefix in PREFIXES} == alone
