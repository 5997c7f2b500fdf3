"""Small logs for the vectors of `log`: good ones, and each way to spoil one that a replay must notice."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from ledger.batch import Batch
from ledger.commitment import effect_hash
from ledger.sequence import state_root
from tests.support.vector_entries import canonical
from tests.support.world import ORIGIN, PARTIES, TERMS, World

EVIDENCE = {"by": "bank", "digest": "66" * 32}
OPENING = {"from": "world/dlz/bank", "kind": "brought_forward", "purpose": "opening", "to": "fund/dlz/other"}
DEADLINES = [
    {"amount": "claimed_until_decided", "conditions": [], "id": duty_id, "starts": starts,
     "tiers": [{"below": 900, "days": 3, "including": False}, {"days": 5}], "unit": unit}
    for duty_id, starts, unit in (
        ("open", "claim", "calendar_day"), ("decide", "complete", "working_day"), ("pay", "complete", "working_day"),
        ("answer", "objection", "calendar_day"))
]
NOTICES = [{"by": "foundation", "id": "report", "on": "year", "year_day": "03-31"}]


@dataclass
class Log:
    """Leaves with the files that they name, and the root over the state rows after the last."""

    leaves: list[bytes]
    files: dict[str, str]
    state_root: bytes

    def case(self) -> dict[str, Any]:
        """What `log.replay` takes."""
        return {"origin": ORIGIN, "leaves": [leaf.decode() for leaf in self.leaves], "blobs": self.files}


def good_logs() -> Iterator[tuple[str, str, Log]]:
    """Name, what it is about, log."""
    yield "beginning", "charter, terms, agreement, records and one donation with tags", _log(_beginning())
    yield "every-kind", "each kind of entry and of body, of rules version 1", _log(every_kind())
    yield "gaps-and-splits", "gifts refunded from the middle, head moves in segments, shares that fall unevenly", _log(
        _gaps_and_splits())


def bad_logs() -> Iterator[tuple[str, str, Log, str]]:
    """Name, what was done, log, and the error or the reason for which it is refused."""
    good = _log(_short())
    kinds = [_kind(leaf) for leaf in good.leaves]
    at = {kind: kinds.index(kind) for kind in kinds}

    def spoilt(change: Callable[[list[bytes]], None]) -> Log:
        leaves = list(good.leaves)
        change(leaves)
        return Log(leaves, good.files, good.state_root)

    def stamped(kind: str, change: Callable[[dict[str, Any]], object]) -> Log:
        def apply(leaves: list[bytes]) -> None:
            leaves[at[kind]] = with_stamp(leaves[at[kind]], change)

        return spoilt(apply)

    def moved(kind: str, name: str, by: int) -> Log:
        return stamped(kind, lambda stamp: stamp["moves"][0].update({name: stamp["moves"][0][name] + by}))

    yield ("leaf-dropped", "without the drive, every index behind it is one too high",
           spoilt(lambda leaves: leaves.pop(at["drive"])), "proof")
    yield ("donation-dropped", "without the gifts there is nothing to settle",
           spoilt(lambda leaves: leaves.pop(at["donation"])), "insufficient")
    yield ("charter-dropped", "leaf 0 is the charter", spoilt(lambda leaves: leaves.pop(0)), "charter_first")
    yield "leaves-swapped", "drive and notice in the other order", spoilt(_swap(at["drive"], at["notice"])), "proof"
    yield ("leaf-twice", "the same entry again", spoilt(lambda leaves: leaves.append(leaves[-1])), "exists")
    yield ("charter-twice", "no leaf but the first is a charter", spoilt(lambda leaves: leaves.append(leaves[0])),
           "charter_first")
    yield "time-falls", "a leaf is older than the one before", stamped(
        "notice", lambda stamp: stamp.update(time_unix_ms=stamp["time_unix_ms"] - 1)), "proof"
    yield "time-behind-valid-until", "stamped after the entry had ended", stamped(
        "notice", lambda stamp: stamp.update(time_unix_ms=stamp["time_unix_ms"] + 2 * 86_400_000)), "expired"
    yield "index-wrong", "a leaf names another place", stamped("notice", lambda stamp: stamp.update(index=3)), "proof"
    yield "charter-index-wrong", "the charter is leaf 0", stamped("notice", lambda s: s.update(charter=1)), "proof"
    yield "balance-index-wrong", "no balance yet", stamped("notice", lambda stamp: stamp.update(balance=0)), "proof"
    yield "move-amount-one-more", "the gifts and one fen", moved("donation", "amount", 1), "proof"
    yield "move-from-pos-one-more", "another fen of the source", moved("donation", "from_pos", 1), "proof"
    yield "move-to-pos-one-more", "another place in the queue", moved("donation", "to_pos", 1), "proof"
    yield "move-to-another-account", "the gifts straight into the fund", stamped(
        "donation", lambda stamp: stamp["moves"][0].update(to="fund/dlz")), "proof"
    yield "split-share-one-less", "the share is exact", stamped(
        "receive", lambda stamp: stamp["moves"][1].update(num=8)), "proof"
    yield "split-object-missing", "what arrives in a split passes on", stamped(
        "receive", lambda stamp: stamp["moves"].pop()), "proof"
    yield "moves-missing", "a donation moves money", stamped("donation", lambda stamp: stamp.pop("moves")), "proof"
    yield "moves-of-nothing", "a drive moves none", stamped("drive", lambda stamp: stamp.update(moves=[
        {"amount": 1, "from": "fund/dlz/other", "from_pos": 0, "to": "own/insurer", "to_pos": 0}])), "proof"
    for root in ("accounts", "exits", "figures", "published", "register"):
        yield (f"balance-root-of-{root}", f"the root of {root} is another", stamped(
            "balance", lambda stamp, root=root: stamp.update({root: "00" * 32})), "proof")
    yield ("balance-root-missing", "all five roots", stamped("balance", lambda stamp: stamp.pop("exits")), "proof")
    yield "state-in-a-notice", "only a close has it", stamped("notice", lambda s: s.update(state="00" * 32)), "proof"
    yield "effect-of-another-nonce", "the moves under the nonce of another body", stamped(
        "sealed", lambda stamp: stamp.update(effect=effect_hash(bytes(16), b"[]").hex())), "proof"
    yield "effect-missing", "every sealed leaf has it", stamped("sealed", lambda stamp: stamp.pop("effect")), "proof"
    yield "effect-in-a-notice", "only a sealed leaf has it", stamped(
        "notice", lambda stamp: stamp.update(effect="00" * 32)), "proof"
    yield "moves-in-a-sealed-leaf", "what a sealed entry moved is behind its effect", stamped(
        "sealed", lambda stamp: stamp.update(moves=[
            {"amount": 1, "from": "fund/dlz/other", "from_pos": 0, "to": "own/insurer", "to_pos": 0}])), "proof"
    index = at["notice"]
    yield "stamp-members-unsorted", "a stamp is canonical JSON", spoilt(
        _replaced(index, b'"charter":0,"index":%d' % index, b'"index":%d,"charter":0' % index)), "format"
    yield "stamp-with-space", "a stamp is canonical JSON", spoilt(
        _replaced(index, b'"charter":0', b'"charter": 0')), "format"
    yield "entry-changed", "a word of a signed entry", spoilt(
        _replaced(at["notice"], b"notice board", b"notice b0ard")), "signature"
    yield "entry-of-another-log", "an entry belongs to one log", spoilt(
        _replaced(at["notice"], ORIGIN.encode(), b"ledger.example/other")), "wrong_origin"
    yield from _with_other_entries(good, at)


def _with_other_entries(good: Log, at: dict[str, int]) -> Iterator[tuple[str, str, Log, str]]:
    """Logs whose operator stamped an entry that no rule lets in."""
    for name, about, compose, reason in (
        ("signed-by-the-wrong-party", "the insurer cannot speak for the holder of the gifts",
         lambda world: world.compose("donation", "insurer", **_gift(world)), "wrong_signers"),
        ("signed-by-one-too-many", "nobody signs who does not have to",
         lambda world: world.compose("donation", "insurer platform", **_gift(world)), "wrong_signers"),
        ("transfer-above-balance", "more than the gifts", lambda world: world.compose(
            "transfer", "platform", amount=10**6, programme="dlz", purpose="settlement", ref="R", to="fund/dlz",
            **{"from": "platform/dlz/gifts"}), "insufficient"),
        ("claim-of-a-stranger", "nobody's claim", lambda world: world.compose_sealed(
            "withdraw", "county", claim=99), "claim_unknown"),
    ):
        world = _short()
        note = compose(world)
        places = {"balance": at["balance"], "index": len(world.leaves)}
        forged = with_stamp(world.leaves[at["notice"]], lambda stamp, places=places: stamp.update(places))
        world.leaves.append(forged.partition(b"\n")[0] + b"\n" + note)
        yield name, about, _log(world), reason
    for name, about, kind, error in (
        ("batch-with-another-line", "the lines do not lead to the root", "batches", "proof"),
        ("body-changed", "the body does not hash to its name", "bodies", "proof"),
        ("tag-changed", "the tags do not hash to their name", "tag_files", "proof"),
    ):
        world = _short()
        files = getattr(world.files, kind)
        name_of_file = next(iter(files))
        data = bytearray(files[name_of_file])
        data[-1] ^= 1
        files[name_of_file] = bytes(data)
        yield name, about, _log(world), error
    world = _short()
    first = next(iter(world.files.batches))
    world.files.batches[first] = world.files.batches[first][:-1]
    yield "batch-cut", "a batch is whole lines", _log(world), "format"


def with_stamp(leaf: bytes, change: Callable[[dict[str, Any]], object]) -> bytes:
    """A leaf whose stamp is changed, and canonical again."""
    line, _, entry = leaf.partition(b"\n")
    stamp = json.loads(line)
    change(stamp)
    return canonical(stamp).encode() + b"\n" + entry


def every_kind() -> World:
    """A log with every kind of entry and of body."""
    world = World(2)
    parties = [{"cosigner": world.cosigners[name].verifier.vkey, "key": world.keys[name].verifier.vkey, "name": name,
                "roles": [name, "auditor"] if name == "county" else [name]} for name in PARTIES]
    world.charter(parties=parties)
    terms = world.terms(flows=[*TERMS["flows"], OPENING], k=1, calendar="cn", deadlines=DEADLINES, notices=NOTICES)
    world.act("agreement", "county foundation", county="kb", document="22" * 32, programme="dlz")
    world.act("calendar", " ".join(PARTIES), days_off=["2018-04-05"], document="22" * 32, name="cn", work_days=[],
              year=2018)
    for kind in ("drive", "fact", "notice", "pledge"):
        world.act(kind, "county", document="22" * 32, programme="dlz", text=f"a {kind}")
    world.act("correction", "county", document="22" * 32, of=terms, programme="dlz", text="a correction")
    _money(world, "brought_forward", "county foundation", 400, "opening", "world/dlz/bank", "fund/dlz/other")
    gifts = world.give(700, 300, 9000, tags=world.tags("a", "b", "c"))
    world.settle(8000)
    sent = world.send("platform/dlz/gifts", "fund/dlz", 500, "settlement", by="platform")
    world.receive(sent, 200, by="foundation")
    world.receive(sent, 300, by="platform", kind="return")
    _money(world, "income", "foundation", 50, "interest", "world/dlz/bank", "fund/dlz/other")
    _money(world, "spend", "foundation", 20, "management", "fund/dlz/other", "spent/dlz/management")
    world.premium(7000)
    _, members = world.enrol(3, tags=world.tags("wang", "li", "zhao"))
    lines = world.batch_of([Batch(next(reversed(world.files.batches.values()))).prove_line(2).line])
    world.act("enrolment", "county", county="kb", lines=lines, op="remove", period="2018", programme="dlz",
              reason="moved_away")
    cover = world.insure(2)
    claim = world.file_claim(cover, members[0], 1000, complete=False)
    world.seal("request", "insurer", claim=claim, missing=["invoice"])
    world.seal("complete", "county insurer", claim=claim, documents=["77" * 32])
    decision = world.decide(claim, result="part", facts={"ward": "b"})
    bounced = world.pay(decision, 500)
    world.seal("bounce", "insurer", payout=bounced, reason="closed_account")
    paid = world.pay(decision, 500, again=bounced)
    world.confirm(paid)
    world.recover(paid, 40)
    world.seal("withdraw", "county", claim=world.file_claim(cover, members[1], 60))
    refused = world.decide(world.file_claim(cover, members[1], 80), result="refuse")
    objection = world.seal("objection", "platform", about=refused, claim=refused - 1, document="77" * 32)
    world.seal("answer", "insurer", claim=refused - 1, document="77" * 32, objection=objection, result="review")
    returned = world.pay(world.decide(refused - 1, reviews=refused), 10)
    world.seal("bounce", "insurer", payout=returned, reason="closed_account")
    world.recover(returned, 10)
    world.time_unix_ms += 8 * 86_400_000  # what is still to be paid is late
    world.act("balance", "county", publish=["claims/dlz/kb"])
    _refund(world, gifts, 1, by="foundation")
    world.act("figure", "foundation", basis="derived", metric="dlz/paid", programme="dlz", value=460)
    held = sum(_held(world, name) for name in ("fund/dlz/claims", "fund/dlz/other"))
    world.act("reconciliation", "foundation", document="77" * 32, items=[{"amount": -3, "what": "bank fee"}],
              outside=5, place="bank-f", programme="dlz", statement=held + 2, unit="CNY")
    row = world.state.get("account", "claims/dlz/kb")
    said = {"account": "claims/dlz/kb", "closing": row["in"] - row["out"], "in": row["in"], "opening": 0,
            "out": row["out"]}
    world.act("close", "foundation insurer", accounts=[said], county="kb", period="2018", programme="dlz")
    return world


def _beginning() -> World:
    world = World(1).begin()
    for kind in ("drive", "fact", "notice", "pledge"):
        world.act(kind, "platform", amount=500, document="22" * 32, programme="dlz", text=f"{kind} 募捐")
    world.give(1, 2, 3, tags=world.tags("t1", "t2", "t3"))
    return world


def _gaps_and_splits() -> World:
    world = World(3).begin()
    gifts = world.give(*[10] * 12)
    for line in (1, 2, 5, 7):
        _refund(world, gifts, line, by="platform")
    for amount in (3, 1, 1, 26, 7):
        world.settle(amount)
    later = world.give(5, 4, 3, 2, 1)
    world.act("balance", "insurer", publish=[])
    _refund(world, gifts, 0, by="foundation")
    _refund(world, later, 4, by="platform")
    _refund(world, gifts, 9, by="platform")
    world.premium(20)
    world.act("balance", "insurer", publish=[])
    return world


def _short() -> World:
    world = World(4).begin()
    world.give(700, 300, tags=world.tags("a", "b"))
    world.settle(900)
    _, members = world.enrol(1)
    world.file_claim(world.insure(1), members[0], 100)
    world.act("drive", "county", document="22" * 32, programme="dlz", text="a drive")
    world.act("notice", "county", document="22" * 32, programme="dlz", text="a notice board")
    world.act("balance", "county", publish=[])
    return world


def _money(world: World, kind: str, by: str, amount: int, purpose: str, source: str, target: str) -> int:
    world.count += 1
    return world.act(kind, by, amount=amount, programme="dlz", purpose=purpose, ref=f"R{world.count}", to=target,
                     **{"from": source})


def _gift(world: World) -> dict[str, Any]:
    return {"from": "world/dlz/donors", "lines": world.batch([5]), "programme": "dlz", "purpose": "gifts",
            "to": "platform/dlz/gifts"}


def _refund(world: World, donation: int, line: int, *, by: str) -> int:
    root = json.loads(world.leaves[donation].split(b"\n")[2])["lines"]["root"]
    proof = Batch(world.files.batches[bytes.fromhex(root)]).prove_line(line)
    shown = {"amount": proof.line.amount, "commitment": proof.line.commitment.hex(), "index": line,
             "path": [[sibling.hex(), total] for sibling, total in proof.path]}
    return world.act("refund", by, donation=donation, line=shown, programme="dlz", reason="asked_back")


def _held(world: World, name: str) -> int:
    row = world.state.get("account", name)
    return int(row["in"] - row["out"])


def _log(world: World) -> Log:
    files = {**world.files.batches, **world.files.tag_files, **world.files.bodies}
    return Log(world.leaves, {name.hex(): data.hex() for name, data in files.items()}, state_root(world.state))


def _kind(leaf: bytes) -> str:
    kind: str = json.loads(leaf.split(b"\n")[2])["kind"]
    return kind


def _swap(one: int, other: int) -> Callable[[list[bytes]], None]:
    def change(leaves: list[bytes]) -> None:
        leaves[one], leaves[other] = leaves[other], leaves[one]

    return change


def _replaced(at: int, old: bytes, new: bytes) -> Callable[[list[bytes]], None]:
    def change(leaves: list[bytes]) -> None:
        assert leaves[at].count(old) == 1, old
        leaves[at] = leaves[at].replace(old, new)

    return change
