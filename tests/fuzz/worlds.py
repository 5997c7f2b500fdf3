"""Samples that take a whole log: receipts of every kind with their policy, an archive, evidence of two histories."""

import io
import json
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from ledger.tile import Tile, encode_bundle, tile_hashes
from node.export import write_archive
from tests.fuzz.edits import canonical
from tests.reference import rfc6962
from tests.support.receipts import COSIGNED_UNIX_S, Archive, ReceiptWorld, encode
from tests.support.world import PARTIES
from verifier.log.policy import Policy, parse_policy

DAY_MS = 86_400_000
DEADLINES = [
    {"amount": "claimed_until_decided", "conditions": [], "id": duty, "starts": starts, "tiers": [{"days": days}],
     "unit": unit}
    for duty, starts, days, unit in (
        ("decide", "complete", 3, "working_day"), ("pay", "complete", 10, "calendar_day"),
        ("answer", "objection", 300, "working_day"),
    )
]  # fmt: skip
NOTICES = [
    {"by": "foundation", "id": "result", "months": 2, "on": "drive_end"},
    {"by": "platform", "id": "progress", "months": 3, "on": "drive"},
]


@dataclass(frozen=True, slots=True)
class Sample:
    """Receipts of one log, by what they are about, and the policy that believes it."""

    receipts: Mapping[str, bytes]
    policy: Policy


@cache
def sample() -> Sample:
    """Gifts that were paid, wait, were spent and given back; claims decided late, overdue and refused; a drive."""
    world = ReceiptWorld(officers={"insurer/wu": None})
    world.charter()
    world.terms(calendar="cn", deadlines=DEADLINES, notices=NOTICES)
    world.act("agreement", "county foundation", county="kb", document="22" * 32, programme="dlz")
    world.act("calendar", " ".join(PARTIES), days_off=["2018-03-02"], document="11" * 32, name="cn",
              work_days=["2018-03-04"], year=2018)  # fmt: skip
    gift = world.give(300, 7, 100_000)
    world.settle(100_300)
    world.premium(80_000)
    roster, members = world.enrol(4)
    cover = world.insure(4)
    drive = world.act("drive", "foundation", document="11" * 32, first_day="2018-03-01", last_day="2018-12-31",
                      programme="dlz", text="for kb")  # fmt: skip
    late, waiting, refused = (world.file_claim(cover, one, 100) for one in members[:3])
    world.seal("objection", "county", about=waiting, claim=waiting, document="11" * 32)
    world.time_unix_ms += 6 * DAY_MS
    decision = world.decide(late, signers="insurer/wu")
    world.confirm(world.pay(decision, 50))
    world.decide(refused, 0, result="refuse", signers="insurer/wu")
    way = world.send("platform/dlz/gifts", "fund/dlz", 7, "settlement", by="platform")
    back = world.give(40, 60)
    world.refund(back, 0)
    report = world.act("notice", "platform", document="11" * 32, programme="dlz", text="so far", says=[
        {"metric": "dlz/raised", "value": 100_005}], meets={"due": "2018-06-01", "entry": drive,
                                                            "id": "progress"})  # fmt: skip
    world.time_unix_ms += 2 * DAY_MS
    world.balance()
    world.act("spend", "foundation", amount=20, programme="dlz", purpose="management", ref="s1",
              to="spent/dlz/management", **{"from": "fund/dlz/other"})  # fmt: skip
    member = world.cover_receipt(roster, 0)
    sealed: dict[str, Any] = json.loads(world.entry_receipt(late))
    sealed["bodies"] = [body for body in json.loads(member)["bodies"] if body[0] == late]
    receipts = {
        "gift": world.donation_receipt(gift, 0),
        "gift on its way": world.donation_receipt(gift, 1),
        "gift given back": world.donation_receipt(back, 0),
        "member": member,
        "member who waits": world.cover_receipt(roster, 1),
        "member who was refused": world.cover_receipt(roster, 2),
        "member without claims": world.cover_receipt(roster, 3),
        "transfer": world.entry_receipt(way),
        "claim": encode(sealed),
        "drive": world.entry_receipt(drive),
        "report": world.entry_receipt(report),
    }
    return Sample(receipts, parse_policy(world.policy(), what="policy"))


@cache
def archive() -> bytes:
    """The archive of a small log."""
    return _archived(_small())


@cache
def grown() -> tuple[bytes, bytes, Policy]:
    """Archives of a log before and after some leaves came, and the policy that believes both."""
    world = _small()
    before, policy = _archived(world), parse_policy(world.policy(), what="policy")
    world.give(5)
    world.act("notice", "foundation", document="00" * 32, programme="dlz", text="words")
    world.balance()
    return before, _archived(world), policy


@cache
def evidence() -> tuple[Policy, tuple[bytes, ...]]:
    """Two histories by one set of keys: at one size, and at two sizes with a proof; and the policy."""
    one, other = _small(gift=300), _small(gift=301)
    same = _evidence(one.checkpoint(), other.checkpoint(), None)
    smaller = one.checkpoint()
    size = len(one.leaves)
    other.give(5)
    hashes = [rfc6962.leaf(leaf) for leaf in other.leaves]
    growth = {
        "path": [b64encode(hash_).decode() for hash_ in rfc6962.consistency(size, hashes)],
        "root": b64encode(rfc6962.root(hashes[:size])).decode(),
    }
    return parse_policy(one.policy(), what="policy"), (same, _evidence(smaller, other.checkpoint(), growth))


class _Exported:
    """A log as an exporter sees it."""

    def __init__(self, world: ReceiptWorld) -> None:
        self._world = world

    def checkpoint(self) -> bytes:
        return self._world.checkpoint()

    def tile(self, tile: Tile) -> bytes:
        if tile.level is None:
            return encode_bundle(self._world.leaves[tile.index * 256 :][: tile.width])
        return tile_hashes(tile, Archive(self._world).node)

    def file(self, kind: str, name: bytes) -> bytes | None:
        files = self._world.files
        return {"batch": files.batches, "body": files.bodies, "tags": files.tag_files}[kind].get(name)


def _small(*, gift: int = 300) -> ReceiptWorld:
    world = ReceiptWorld().begin()
    world.give(gift, 7)
    world.balance()
    return world


def _archived(world: ReceiptWorld) -> bytes:
    out = io.BytesIO()
    write_archive(_Exported(world), out, sealed=True)
    return out.getvalue()


def _evidence(smaller: bytes, larger: bytes, growth: Any) -> bytes:
    heads = [
        {"note": note.decode(), "seen_unix_s": COSIGNED_UNIX_S, "where": "https://node.example"}
        for note in (smaller, larger)
    ]
    value = {"format": "mingzhang evidence/v1", "growth": growth, "heads": heads, "kind": "split_view"}
    return canonical(value) + b"\n"
