"""The machines of a node that follows: replaying what it pulls, judging where it ends, passing entries on."""

import msgspec
import pytest

from ledger.commitment import text_hash
from ledger.errors import FormatError
from ledger.merkle import leaf_hash
from ledger.note import open_note, parse_note
from ledger.strict import parse_json
from node.machines.events import (
    Alarm,
    Answered,
    Ask,
    BecameFinal,
    Calm,
    Effect,
    Event,
    Grew,
    Keep,
    Refusal,
    Refused,
    Reply,
    Submitted,
    Ticked,
)
from node.machines.node import Identity, Node
from node.machines.outbox import RETRY_MS, SEEN_MS_MAX, WAITING_MS_ALARM, place_of
from node.machines.replica import format_pulled, parse_pulled
from node.machines.tail import text_hash_of
from tests.simulation.world import (
    OPERATOR,
    ORIGIN,
    START_MS,
    MemoryFiles,
    SimulatedStore,
    World,
    charter,
    cosigner_key,
    entry_key,
    notice,
    terms,
)


def world_of_two() -> World:
    """A log of charter, terms and one notice, final."""
    world = World(1)
    world.deadly = world.lossy = 0.0
    for note in (charter(), terms()):
        world.hand_in(world.sites[OPERATOR], [note])
    world.run(3_000)
    world.hand_in(world.sites[OPERATOR], [notice(OPERATOR, 1)])
    world.run(6_000)
    assert world.sites[OPERATOR].final_size == 3
    return world


WORLD = world_of_two()
LEAVES = WORLD.sites[OPERATOR].leaves()
with WORLD.sites[OPERATOR].store.snapshot() as _snapshot:
    FINAL_NOTE = _snapshot.local.get(b"final")
assert FINAL_NOTE is not None


class Follower:
    """The county's node, with the operator played by hand."""

    def __init__(self, *, genesis: bytes | None = None) -> None:
        self.store = SimulatedStore(lambda: "")
        self.files = MemoryFiles()
        self.now = START_MS
        self.genesis = genesis
        self.restart()

    def restart(self) -> None:
        identity = Identity(
            party="county", origin=ORIGIN, operator=OPERATOR, entry_key=entry_key("county"),
            cosigner_key=cosigner_key("county"), genesis=self.genesis,
        )  # fmt: skip
        self.node = Node(identity, store=self.store, blobs=self.files, waiting_max=100)

    def step(self, event: Event) -> list[Effect]:
        return list(self.node.step(event, self.now))

    def pull(self) -> Ask:
        [ask] = [effect for effect in self.step(Ticked()) if isinstance(effect, Ask) and effect.key[0] == "pull"]
        return ask

    def follow(self, leaves: list[bytes], *, final: bytes = b"") -> list[Effect]:
        return self.step(Answered(self.pull().key, 200, format_pulled(final=final, leaves=leaves)))


def test_leaves_are_replayed_and_asked_for_from_there() -> None:
    follower = Follower()
    assert follower.pull().path == "/leaves?from=0&final=0&wait=10"
    effects = follower.step(Answered(("pull", "leaves", "0"), 200, format_pulled(final=FINAL_NOTE, leaves=LEAVES)))
    assert Grew(3, tuple(text_hash_of(leaf) for leaf in LEAVES)) in effects
    assert BecameFinal(3) in effects
    [again] = [effect for effect in effects if isinstance(effect, Ask)]
    assert again.path == "/leaves?from=3&final=3&wait=10"


@pytest.mark.parametrize("changed", [
    pytest.param(LEAVES[2].replace(b'"time_unix_ms":155', b'"time_unix_ms":055'), id="stamp-not-canonical"),
    pytest.param(LEAVES[2].replace(b'"index":2', b'"index":3'), id="another-index"),
    pytest.param(LEAVES[2].replace(b'"time_unix_ms":1551', b'"time_unix_ms":1451'), id="time-falls"),
    pytest.param(LEAVES[2].replace(b"platform 1", b"platform 2"), id="text-not-signed"),
    pytest.param(LEAVES[1].replace(b'"index":1', b'"index":2'), id="entry-twice"),
    pytest.param(b"", id="empty"),
])
def test_an_invalid_leaf_ends_the_following_and_is_kept(changed: bytes) -> None:
    follower = Follower()
    effects = follower.follow([*LEAVES[:2], changed])
    assert follower.node.tail.head.size == 2, "what comes before it stands"
    assert [effect.name for effect in effects if isinstance(effect, Alarm)] == ["invalid_leaf"]
    kept = {effect.name: effect.content for effect in effects if isinstance(effect, Keep)}
    assert kept["invalid-leaf-2"] == changed
    refusal = open_note(kept["refusal-2"], [entry_key("county").verifier])
    header, line, _ = refusal.text.split(b"\n")
    assert header == f"{ORIGIN} refusal/v1".encode()
    said = parse_json(line, what="refusal")
    assert isinstance(said, dict)
    assert (said["index"], said["leaf"]) == (2, leaf_hash(changed).hex())
    assert follower.step(Ticked()) == []


@pytest.mark.parametrize("body", [b"", b"\x00\x00", b"\x00\x00\x00\x09x", b"\x00\x00\x00\x00\x00\x09x"])
def test_an_answer_that_is_cut_off_is_refused_and_asked_for_again(body: bytes) -> None:
    with pytest.raises(FormatError, match=r"^pulled leaves: expected"):
        parse_pulled(body)
    follower = Follower()
    effects = follower.step(Answered(follower.pull().key, 200, body))
    assert [effect.name for effect in effects if isinstance(effect, Alarm)] == ["operator_garbage"]
    follower.now += 2_000
    assert follower.pull().path.startswith("/leaves?from=0")


def test_the_charter_must_be_the_one_that_was_agreed() -> None:
    agreed = text_hash(parse_note(charter()).text)
    assert Follower(genesis=agreed).follow(LEAVES)[0] == Grew(3, tuple(text_hash_of(leaf) for leaf in LEAVES))
    follower = Follower(genesis=bytes(32))
    effects = follower.follow(LEAVES)
    assert [effect.name for effect in effects if isinstance(effect, Alarm)] == ["invalid_leaf"]
    assert follower.node.tail.head.size == 0


def test_a_final_head_without_the_quorum_is_not_believed() -> None:
    follower = Follower()
    lines = FINAL_NOTE.split(b"\n")
    thin = b"\n".join([*lines[:-3], b""])
    effects = follower.follow(LEAVES, final=thin)
    assert [effect.name for effect in effects if isinstance(effect, Alarm)] == ["operator_garbage"]
    assert not [effect for effect in effects if isinstance(effect, BecameFinal)]


def test_a_final_head_over_other_leaves_stops_the_node_and_is_kept() -> None:
    follower = Follower()
    other = World(2)
    other.deadly = other.lossy = 0.0
    for note in (charter(), terms()):
        other.hand_in(other.sites[OPERATOR], [note])
    other.run(3_000)
    other.hand_in(other.sites[OPERATOR], [notice(OPERATOR, 2)])
    other.run(6_000)
    follower.follow(other.sites[OPERATOR].leaves())
    assert follower.node.tail.head.size == 3
    effects = follower.step(Answered(("pull", "leaves", "3"), 200, format_pulled(final=FINAL_NOTE, leaves=[])))
    assert [effect.name for effect in effects if isinstance(effect, Alarm)] == ["final_elsewhere"]
    assert [effect.content for effect in effects if isinstance(effect, Keep)] == [FINAL_NOTE]


class Submitter(Follower):
    """The same, with the log followed."""

    def __init__(self) -> None:
        super().__init__()
        self.follow(LEAVES, final=FINAL_NOTE)

    def submit(self, *notes: bytes) -> list[Effect]:
        return self.step(Submitted(tuple(enumerate(notes))))

    def forward(self, effects: list[Effect]) -> Ask:
        [ask] = [effect for effect in effects if isinstance(effect, Ask) and effect.key[0] == "forward"]
        return ask

    def state(self, note: bytes) -> str:
        with self.store.snapshot() as snapshot:
            place = place_of(snapshot, text_hash(parse_note(note).text))
        return "unknown" if place is None else place.state


def test_an_entry_is_durable_before_it_is_answered_and_then_passed_on() -> None:
    node = Submitter()
    effects = node.submit(notice("county", 5))
    assert [effect.status for effect in effects if isinstance(effect, Reply)] == [202]
    assert node.state(notice("county", 5)) == "received"
    ask = node.forward(effects)
    assert (ask.party, ask.path) == (OPERATOR, "/entries?wait=sequenced")
    assert ask.body[2:] == notice("county", 5)


def test_what_is_handed_in_twice_is_one_entry() -> None:
    node = Submitter()
    effects = node.submit(notice("county", 5), notice("county", 5))
    assert [effect.status for effect in effects if isinstance(effect, Reply)] == [202, 202]
    assert len(node.node.outbox.waiting) == 1
    [again] = [effect for effect in node.submit(notice("county", 5)) if isinstance(effect, Reply)]
    assert again.status == 202


def test_an_unreachable_operator_is_asked_again_and_again_also_after_a_restart() -> None:
    node = Submitter()
    ask = node.forward(node.submit(notice("county", 5)))
    assert [e for e in node.step(Answered(ask.key, 0)) if isinstance(e, Ask) and e.key[0] == "forward"] == []
    node.now += RETRY_MS
    assert node.forward(node.step(Ticked())).body == ask.body
    node.restart()
    assert node.forward(node.step(Ticked())).body == ask.body


def test_F20_an_entry_that_waits_long_alarms_until_it_has_its_place() -> None:
    node = Submitter()
    note = notice("county", 5)
    node.submit(note)
    alarms = [e for e in node.step(Ticked()) if isinstance(e, Alarm | Calm)]
    node.now += WAITING_MS_ALARM - 1
    assert [*alarms, *[e for e in node.step(Ticked()) if isinstance(e, Alarm | Calm)]] == []
    node.now += 1
    [alarm] = [e for e in node.step(Ticked()) if isinstance(e, Alarm | Calm)]
    assert isinstance(alarm, Alarm)
    assert alarm.message.startswith(f"entry {text_hash(parse_note(note).text).hex()} has waited 10 minutes")
    assert [e for e in node.step(Ticked()) if isinstance(e, Alarm | Calm)] == [], "said once"
    node.step(Refused(text_hash(parse_note(note).text), Refusal("expired", "x")))
    assert [e for e in node.step(Ticked()) if isinstance(e, Alarm | Calm)] == [Calm("waiting_long")]


def test_the_index_that_the_operator_names_counts_when_the_leaf_is_here() -> None:
    node = Submitter()
    note = notice("county", 5)
    ask = node.forward(node.submit(note))
    place = {"state": "sequenced", "text": text_hash(parse_note(note).text).hex(), "index": 3}
    node.step(Answered(ask.key, 200, msgspec.json.encode([place])))
    assert node.state(note) == "received"
    node.now += SEEN_MS_MAX
    assert node.forward(node.step(Ticked())).body == ask.body, "an index that does not come is asked for again"


def test_a_refusal_of_the_operator_is_kept_with_its_reason() -> None:
    node = Submitter()
    note = notice("county", 5)
    ask = node.forward(node.submit(note))
    place = {"state": "rejected", "text": text_hash(parse_note(note).text).hex(), "reason": "expired", "message": "x"}
    [refused] = [e for e in node.step(Answered(ask.key, 200, msgspec.json.encode([place]))) if isinstance(e, Refused)]
    assert refused.refusal.reason == "expired"
    node.restart()
    assert node.state(note) == "rejected"
    assert node.node.outbox.waiting == {}


GARBLED = (b"", b"{}", b"[]", b'[{"state":1}]', b'[{"state":"rejected","text":"%b"}]' % (b"zz" * 32))


@pytest.mark.parametrize("body", GARBLED)
def test_a_garbled_answer_of_the_operator_changes_nothing(body: bytes) -> None:
    node = Submitter()
    ask = node.forward(node.submit(notice("county", 5)))
    node.step(Answered(ask.key, 200, body))
    assert node.state(notice("county", 5)) == "received"
    node.now += RETRY_MS
    assert node.forward(node.step(Ticked())).body == ask.body


def test_an_entry_already_in_the_log_is_answered_with_its_place() -> None:
    node = Submitter()
    [reply] = [effect for effect in node.submit(notice(OPERATOR, 1)) if isinstance(effect, Reply)]
    assert (reply.status, msgspec.json.decode(reply.body)["state"]) == (200, "final")
    assert msgspec.json.decode(reply.body)["index"] == 2


SOMEBODY = notice("county", 5).replace(b"county.example", b"nobody.example")

REFUSED = [
    pytest.param(b"", 400, "format", id="empty"),
    pytest.param(b"\xff" * 100, 400, "format", id="not-utf-8"),
    pytest.param(notice("county", 5).replace(b"simulated", b"another-x", 1), 422, "wrong_origin", id="another-log"),
    pytest.param(notice("county", 5).replace(b"county 5", b"county 6"), 403, "signature", id="changed-text"),
    pytest.param(SOMEBODY, 422, "signer_unknown", id="unknown-signer"),
    pytest.param(notice("insurer", 5), 422, "not_ours", id="another-party's"),
    pytest.param(notice("county", 5).replace(b'"kind":"notice"', b'"kind":"nothing"'), 422, "kind_unknown", id="kind"),
]


def test_before_the_charter_is_here_an_entry_is_put_off_and_not_refused() -> None:
    follower = Follower()
    [reply] = [e for e in follower.step(Submitted(((1, notice("county", 5)),))) if isinstance(e, Reply)]
    assert (reply.status, reply.retry_after_s) == (503, 1)
    [reply] = [e for e in follower.step(Submitted(((1, charter()),))) if isinstance(e, Reply)]
    assert reply.status == 202


@pytest.mark.parametrize(("note", "status", "reason"), REFUSED)
def test_F28_F30_what_cannot_be_right_is_refused_at_once(note: bytes, status: int, reason: str) -> None:
    node = Submitter()
    [reply] = node.submit(note)
    assert isinstance(reply, Reply)
    answer = msgspec.json.decode(reply.body)
    assert (reply.status, answer["reason"], answer["where"]) == (status, reason, "entry")
    assert node.node.outbox.waiting == {}
