"""Receipts by what a policy knows of the log: its first leaf, ranges that have ended, the newest checkpoint."""

import base64
from functools import cache

import pytest

from ledger.keys import ED25519, SigningKey
from tests.support.receipts import ReceiptWorld
from tests.support.world import ORIGIN
from verifier.errors import CannotTell, FormatError, ProofError, SignatureError
from verifier.log.keys import KeyType, key_id
from verifier.log.policy import parse_policy
from verifier.receipts.freshness import Stale
from verifier.receipts.pins import NO_PINS, Pins, check_genesis, parse_pins
from verifier.receipts.receipt import verify_receipt
from verifier.receipts.verdict import Caution

OTHER_ROOT = base64.b64encode(bytes(32)).decode()


class Story:
    """A log whose one range ended after some leaves; receipts from before its end, at its end, and beyond it."""

    def __init__(self):
        self.world = world = ReceiptWorld().begin()
        gift = world.give(300)
        world.balance()
        self.before = world.donation_receipt(gift, 0)
        world.give(20)
        world.balance()
        self.at_end = world.donation_receipt(gift, 0)
        self.end = head(world)
        world.give(5)
        world.balance()
        self.beyond = world.donation_receipt(gift, 0)


def head(world):
    """Origin, size and root as the first lines of a checkpoint have them."""
    return world.checkpoint().split(b"\n\n")[0].decode().split("\n")


@cache
def story():
    return Story()


def ended_line(size, root):
    return f"#mingzhang ended {story().world.log_key.verifier.vkey} {size} {root}"


def successor():
    """The policy of those who went on: another log key and one other cosigner."""
    key = SigningKey(ORIGIN, ED25519, b"\x07" * 32)
    return f"log {key.verifier.vkey}\nquorum none\n"


def verify(data, policy, *lines, **more):
    text = (policy + "".join(f"{line}\n" for line in lines)).encode()
    parsed = parse_policy(text, what="policy")
    return verify_receipt(data, parsed, pins=parse_pins(text, policy=parsed, what="policy"), **more)


def running():
    return story().world.policy().decode()


# -- the newest checkpoint --------------------------------------------------------------------------------------------


def test_a_receipt_older_than_the_newest_checkpoint_is_stale():
    newest = f"#mingzhang newest {' '.join(story().end)}"
    with pytest.raises(Stale, match=r"the policy knows a checkpoint of size .*; get a newer receipt"):
        verify(story().before, running(), newest)
    assert verify(story().at_end, running(), newest).line.amount == 300
    assert verify(story().beyond, running(), newest).line.amount == 300


def test_the_newest_checkpoint_of_another_log_says_nothing():
    assert verify(story().before, running(), f"#mingzhang newest other.example/log 99 {OTHER_ROOT}").pinned is False


def test_another_root_than_the_newest_checkpoint_is_a_split_view():
    with pytest.raises(ProofError, match=r"the policy knows the root 0000.*; keep both, .* evidence of a split view"):
        verify(story().at_end, running(), f"#mingzhang newest {ORIGIN} {story().end[1]} {OTHER_ROOT}")


# -- ranges and their keys --------------------------------------------------------------------------------------------


def test_a_retired_key_counts_where_its_range_ended():
    verdict = verify(story().at_end, successor(), ended_line(*story().end[1:]), now=1_600_000_000)
    assert verdict.pinned and verdict.cosigned == () and verdict.vouched_unix_s is None
    assert verdict.cautions == ((Caution.RANGE_ENDED, story().end[1]),)


def test_a_retired_key_without_its_range_is_a_stranger():
    with pytest.raises(SignatureError, match="expected a signature of one of"):
        verify(story().at_end, successor())


def test_a_receipt_within_an_ended_range_must_lead_to_its_root():
    with pytest.raises(Stale, match=r"ended at size .* and leads to no root that is known; get a newer receipt"):
        verify(story().before, successor(), ended_line(*story().end[1:]))
    with pytest.raises(ProofError, match="split view"):
        verify(story().at_end, successor(), ended_line(story().end[1], OTHER_ROOT))


def test_a_retired_key_counts_for_nothing_beyond_its_range():
    with pytest.raises(SignatureError, match=r"counts for sizes from 1 to .*somebody uses a retired key"):
        verify(story().beyond, successor(), ended_line(*story().end[1:]))


def test_a_retired_key_counts_for_nothing_before_its_range():
    earlier = SigningKey(ORIGIN, ED25519, b"\x08" * 32).verifier.vkey
    size, root = story().end[1:]
    lines = (f"#mingzhang ended {earlier} {size} {OTHER_ROOT}", ended_line(int(size) + 9, root))
    with pytest.raises(SignatureError, match=f"counts for sizes from {int(size) + 1} to {int(size) + 9}"):
        verify(story().at_end, successor(), *lines)


def test_a_running_key_counts_for_nothing_within_a_range_that_ended():
    earlier = SigningKey(ORIGIN, ED25519, b"\x08" * 32).verifier.vkey
    line = f"#mingzhang ended {earlier} {story().end[1]} {OTHER_ROOT}"
    for receipt in (story().before, story().at_end):
        with pytest.raises(SignatureError, match=r"of the range that begins behind .* evidence against the log's"):
            verify(receipt, running(), line)
    assert verify(story().beyond, running(), line).line.amount == 300


def test_a_line_by_a_retired_key_must_verify():
    lines = story().at_end.decode().split("\\n")
    at = next(at for at, line in enumerate(lines) if line.startswith(f"— {ORIGIN} "))
    signed = bytearray(base64.b64decode(lines[at].split(" ")[2]))
    signed[-1] ^= 1
    lines[at] = f"— {ORIGIN} {base64.b64encode(signed).decode()}"
    with pytest.raises(SignatureError, match="signature of"):
        verify("\\n".join(lines).encode(), successor(), ended_line(*story().end[1:]))


def test_the_age_of_what_nobody_vouches_for_cannot_be_told():
    with pytest.raises(Stale, match="nobody vouches for its time"):
        verify(story().at_end, successor(), ended_line(*story().end[1:]), now=1_600_000_000, max_age_seconds=10**9)


# -- the first leaf ---------------------------------------------------------------------------------------------------


def test_the_charter_that_the_log_began_with():
    text_hash = verify(story().world.entry_receipt(0), running()).entry.text_hash.hex()
    assert verify(story().at_end, running(), f"#mingzhang genesis {ORIGIN} {text_hash}").line.amount == 300
    with pytest.raises(ProofError, match="leaf 0: the policy pins the charter 0000"):
        verify(story().at_end, running(), f"#mingzhang genesis {ORIGIN} {'00' * 32}")


# -- the lines --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("lines", "says"), [
    pytest.param(["#mingzhang"], "expected #mingzhang genesis ORIGIN HASH", id="empty"),
    pytest.param(["#mingzhang range a 1"], "expected #mingzhang genesis ORIGIN HASH", id="unknown-word"),
    pytest.param([f"#mingzhang newest a 0 {OTHER_ROOT}"], "expected 1 or more", id="size-zero"),
    pytest.param([f"#mingzhang newest a 07 {OTHER_ROOT}"], "size: expected a decimal", id="leading-zero"),
    pytest.param(["#mingzhang newest a 7 AAAA"], "root: expected base64 of 32 bytes", id="short-root"),
    pytest.param([f"#mingzhang newest a {n} {OTHER_ROOT}" for n in (7, 8)], "a second line of this kind", id="twice"),
    pytest.param(["#mingzhang genesis a AB"], "text hash: expected lowercase hex", id="upper-case-hash"),
    pytest.param([f"#mingzhang ended ledger {7} {OTHER_ROOT}"], "expected", id="no-key"),
])  # fmt: skip
def test_lines_that_are_refused(lines, says):
    with pytest.raises(FormatError, match=f"^policy: line [0-9]+.*{says}"):
        verify(story().at_end, running(), *lines)


def test_ranges_that_are_refused():
    key = SigningKey(ORIGIN, ED25519, b"\x08" * 32).verifier.vkey
    cosigner = story().world.cosigners["county"].verifier.vkey
    with pytest.raises(FormatError, match="stands on another line already"):
        verify(story().at_end, running(), ended_line(7, OTHER_ROOT))
    with pytest.raises(FormatError, match="stands on another line already"):
        verify(story().at_end, successor(), ended_line(7, OTHER_ROOT), ended_line(8, OTHER_ROOT))
    with pytest.raises(FormatError, match="expected a range that ends beyond 7, got 7"):
        verify(story().at_end, successor(), ended_line(7, OTHER_ROOT), f"#mingzhang ended {key} 7 {OTHER_ROOT}")
    with pytest.raises(FormatError, match="expected a log's key, of type 01"):
        verify(story().at_end, successor(), f"#mingzhang ended {cosigner} 7 {OTHER_ROOT}")


def test_a_key_that_may_not_be_admitted_is_refused():
    weak = b"\x01" + bytes(31)  # of order one: anything verifies under it
    short = key_id(name=ORIGIN, key_type=KeyType.NOTE, public=weak).hex()
    vkey = f"{ORIGIN}+{short}+{base64.b64encode(bytes((KeyType.NOTE,)) + weak).decode()}"
    with pytest.raises(SignatureError, match=r"^policy: line 3"):
        verify(story().at_end, successor(), f"#mingzhang ended {vkey} 7 {OTHER_ROOT}")


def test_other_comments_are_comments():
    text = b"# mingzhang newest\n#mingzhangs\n \t#\nquorum none\n"
    assert parse_pins(text, policy=parse_policy(text, what="policy"), what="policy") == NO_PINS


def test_leaf_0_that_is_not_shown_cannot_be_compared():
    pins = Pins({ORIGIN: bytes(32)}, (), {})
    with pytest.raises(CannotTell, match="leaf 0 is not shown"):
        check_genesis(None, origin=ORIGIN, pins=pins)
    check_genesis(None, origin="other", pins=pins)
