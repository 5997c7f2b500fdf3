"""A world of nodes on a fake clock, network and disk, all drawn from one seed. The machines are the real ones.

Disk: a commit lands or is lost as a whole, and the node may die in it either way; or there is no room for it. Network:
questions and answers are delayed, dropped and doubled, and links are cut. Clocks differ. First chaos, then peace, in
which all must converge.
"""

import heapq
import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import count

import msgspec

from ledger.checkpoint import parse_checkpoint
from ledger.commitment import body_hash, text_hash
from ledger.entry import sign_entry
from ledger.errors import FormatError
from ledger.keys import COSIGNATURE, ED25519, SigningKey
from ledger.leaf import entry_of
from ledger.merkle import leaf_hash, root_hash
from ledger.note import parse_note
from ledger.state import MemoryReader
from node.errors import StoreFullError
from node.machines.cosigner import read_cosigned
from node.machines.events import Answered, Ask, BecameFinal, CheckpointOffered, Event, Keep, Reply, Submitted, Ticked
from node.machines.final import read_final
from node.machines.node import Identity, Node
from node.machines.offer import parse_offer
from node.machines.tail import decode_head, leaf_key, text_hash_of
from node.ports import NO_CHANGES, Changes, FileName, NamedFile
from node.views import Moment
from tests.support.fake_random import FakeRandom
from tests.support.smallest_terms import SMALLEST_TERMS

ORIGIN = "ledger.example/simulated"
PARTIES = ("county", "foundation", "insurer", "platform")
OPERATOR = "platform"
START_MS = 1_551_400_000_000
TICK_MS = 100
PULL_MS = 1_000
DONE_EVERY = 64  # steps between two looks at whether a run may end
CHAOS_MS = 4_000
PEACE_MS = 60_000


class Died(Exception):
    """The node's process ended in the middle of a write."""


class SimulatedStore:
    """A Store (node.ports) in memory; `doom` says at each write whether the process dies in it, and what is left."""

    def __init__(self, doom: Callable[[], str]) -> None:
        self.rows = MemoryReader()
        self.own = MemoryReader()
        self.head: bytes | None = None
        self._doom = doom

    @contextmanager
    def snapshot(self) -> Iterator["SimulatedSnapshot"]:
        yield SimulatedSnapshot(self)

    def commit(
        self, changes: Changes, local: Changes = NO_CHANGES, *, expect_head: bytes | None, head: bytes
    ) -> None:
        assert expect_head == self.head
        with self._doomed():
            self.rows.apply(changes)
            self.own.apply(local)
            self.head = head

    def put_local(self, changes: Changes) -> None:
        with self._doomed():
            self.own.apply(changes)

    @contextmanager
    def _doomed(self) -> Iterator[None]:
        doom = self._doom()
        if doom == "full":
            raise StoreFullError("the simulated disk has no room; nothing was written")
        if doom == "lost":
            raise Died
        yield
        if doom == "landed":
            raise Died


class SimulatedSnapshot:
    """A Snapshot (node.ports); writes never overlap a read here."""

    def __init__(self, store: SimulatedStore) -> None:
        self.get = store.rows.get
        self.scan = store.rows.scan
        self.local = store.own
        self.head = store.head


class MemoryFiles:
    """WritableBlobs (node.ports) in memory, for tag files and bodies."""

    def __init__(self) -> None:
        self.files: dict[FileName, bytes] = {}

    def batch(self, root: bytes) -> bytes | None:
        return self.get("batch", root)

    def tags(self, address: bytes) -> bytes | None:
        return self.get("tags", address)

    def body(self, address: bytes) -> bytes | None:
        return self.get("body", address)

    def has(self, kind: str, address: bytes) -> bool:
        return FileName(kind, address) in self.files

    def get(self, kind: str, address: bytes) -> bytes | None:
        return self.files.get(FileName(kind, address))

    def put(self, kind: str, content: bytes, *, address: bytes) -> None:
        self.put_many([NamedFile(kind, address, content)])

    def put_many(self, files: Sequence[NamedFile]) -> None:
        for kind, name, content in files:
            if body_hash(content) != name:
                raise FormatError(f"{kind}: expected content of address {name.hex()}, got {body_hash(content).hex()}")
        self.files.update((FileName(kind, name), content) for kind, name, content in files)


@cache
def signing_key(name: str, algorithm: int) -> SigningKey:
    return SigningKey(name, algorithm, FakeRandom(sum(name.encode()) + algorithm).random_bytes(32))


def entry_key(party: str) -> SigningKey:
    return signing_key(f"{party}.example", ED25519)


def cosigner_key(party: str) -> SigningKey:
    return signing_key(f"{party}.example/cosigner/1", COSIGNATURE)


@cache
def named(*notes: bytes) -> list[tuple[bytes, bytes]]:
    """Each entry behind its text hash."""
    return [(text_hash(parse_note(note).text), note) for note in notes]


def charter() -> bytes:
    return sign_entry(ORIGIN, {
        "at": "2019-03-01", "epoch": {"log": signing_key(ORIGIN, ED25519).verifier.vkey, "number": 1,
                                      "operator": OPERATOR},
        "kind": "charter", "nonce": "00" * 16, "quorum": 3, "rules": 1, "valid_until": "2019-03-20",
        "parties": [{"cosigner": cosigner_key(party).verifier.vkey, "key": entry_key(party).verifier.vkey,
                     "name": party, "roles": [party]} for party in PARTIES],
    }, [entry_key(party) for party in PARTIES])  # fmt: skip


@cache
def terms() -> bytes:
    return sign_entry(ORIGIN, {
        **SMALLEST_TERMS, "accounts": [{"holder": OPERATOR, "name": "world/test", "place": "outside"}],
        "at": "2019-03-01", "first_day": "2019-02-01", "nonce": "01" * 16, "programme": "test",
        "valid_until": "2019-03-20",
    }, [entry_key(OPERATOR)])  # fmt: skip


@cache
def notice(party: str, number: int) -> bytes:
    return sign_entry(ORIGIN, {
        "at": "2019-03-01", "document": "00" * 32, "kind": "notice", "nonce": f"{number:032x}", "programme": "test",
        "text": f"{party} {number}", "valid_until": "2019-03-20",
    }, [entry_key(party)])  # fmt: skip


class Site:
    """Where a node runs: its disk outlives its processes."""

    def __init__(self, world: "World", name: str, party: str) -> None:
        self.world = world
        self.name = name
        self.party = party
        self.store = SimulatedStore(lambda: world.doom(self))
        self.clock_off_ms = 0
        self.life = 0
        self.final_size = 0
        self.node: Node | None = None
        self.evidence: dict[str, bytes] = {}
        self.start()

    def start(self) -> None:
        operates = self.party == OPERATOR
        identity = Identity(
            party=self.party, origin=ORIGIN, operator=OPERATOR, entry_key=entry_key(self.party),
            cosigner_key=cosigner_key(self.party), log_key=signing_key(ORIGIN, ED25519) if operates else None,
        )  # fmt: skip
        self.life += 1
        self.node = Node(identity, store=self.store, blobs=MemoryFiles(), waiting_max=1_000)

    def die(self) -> None:
        self.node = None
        self.world.trace.append((self.world.now, self.name, "died"))

    def take(self, event: Event) -> None:
        """Let the node react; what it asks and answers goes out over the network."""
        if self.node is None:
            return
        try:
            for effect in self.node.step(event, START_MS + self.world.now + self.clock_off_ms):
                match effect:
                    case Ask():
                        self.world.carry(self, effect)
                    case Reply(int() as ticket, status, body):
                        self.world.answer(ticket, status, body)
                    case Keep(name, content):
                        self.evidence.setdefault(name, content)
                    case BecameFinal():
                        self.world.note_final(self)
        except Died:
            self.die()
        except StoreFullError as error:
            self.refuse(event, str(error))

    def refuse(self, event: Event, message: str) -> None:
        """Answer whoever waits for what comes of `event`, as the runtime does."""
        tickets = [ticket for ticket, _ in event.items] if isinstance(event, Submitted) else []
        if isinstance(event, CheckpointOffered):
            tickets = [event.ticket]
        for ticket in tickets:
            if isinstance(ticket, int):
                self.world.answer(ticket, 503, msgspec.json.encode({"message": message}))

    def size(self) -> int:
        return 0 if self.node is None else self.node.tail.head.size

    def leaves(self) -> list[bytes]:
        return [self.store.rows.rows[leaf_key(index)] for index in range(decode_head(self.store.head).size)]

    def final(self) -> tuple[int, bytes]:
        with self.store.snapshot() as snapshot:
            final = read_final(snapshot)
        return (0, b"") if final is None else (final.size, final.root)


class World:
    """The nodes, the network between them, and what an all-seeing observer noted."""

    def __init__(self, seed: int, *, twins: bool = False) -> None:
        self.choice = random.Random(seed)
        self.now = 0
        self.peace = False
        self.trace: list[tuple[object, ...]] = []
        self.acked: set[bytes] = set()
        self.cosigned: dict[str, dict[int, bytes]] = {}  # party -> size -> root, from every answer on the wire
        self.finals: dict[int, bytes] = {}
        self.offered: dict[int, bytes] = {}  # size -> root of what the operator's node asked others to cosign
        self._queue: list[tuple[int, int, Callable[[], None]]] = []
        self._order = count()
        self._tickets = count()
        self._waiting: dict[int, Callable[[int, bytes], None]] = {}
        self._cut: set[frozenset[str]] = set()
        self.deadly = self.choice.choice((0.0, 0.01, 0.05))
        self.lossy = self.choice.choice((0.0, 0.1, 0.4))
        self.slow_ms = self.choice.choice((5, 50, 500))
        names = [*PARTIES, "platform-twin"] if twins else list(PARTIES)
        self.sites = {name: Site(self, name, name.removesuffix("-twin")) for name in names}
        for site in self.sites.values():
            site.clock_off_ms = self.choice.choice((0, 0, -20_000, 20_000)) if site.party != OPERATOR else 0
            self._tick(site)

    # -- fate -----------------------------------------------------------------------------------------------------

    def doom(self, site: Site) -> str:
        """What becomes of a write at `site`: nothing bad, or it is `lost` or `landed` as the node dies, or `full`."""
        if self.peace or self.choice.random() >= self.deadly:
            return ""
        return self.choice.choice(("lost", "landed"))

    def at(self, delay_ms: int, act: Callable[[], None]) -> None:
        heapq.heappush(self._queue, (self.now + delay_ms, next(self._order), act))

    def run(self, until_ms: int, *, done: Callable[[], bool] = lambda: False) -> None:
        while self._queue and self._queue[0][0] <= until_ms:
            self.now, order, act = heapq.heappop(self._queue)
            act()
            if order % DONE_EVERY == 0 and done():
                return

    def _tick(self, site: Site) -> None:
        if site.node is None and (self.peace or self.choice.random() < 0.2):
            site.start()
        site.take(Ticked())
        self.at(TICK_MS, lambda: self._tick(site))

    def shake(self) -> None:
        """Cut some links, heal others, kill a node."""
        self._cut = {frozenset(self.choice.sample(PARTIES, 2)) for _ in range(self.choice.choice((0, 0, 1, 3)))}
        if self.deadly and self.choice.random() < 0.3:
            self.sites[self.choice.choice(list(self.sites))].die()

    def make_peace(self) -> None:
        self.peace = True
        self._cut = set()
        self.lossy = 0.0

    # -- network --------------------------------------------------------------------------------------------------

    def target_of(self, asking: Site, party: str) -> Site:
        """Which site answers for `party`; an operator with two faces shows each party one, and changes its mind."""
        twin = self.sites.get(f"{party}-twin")
        if twin is not None and not self.peace and self.choice.random() < (0.9 if asking.party < "g" else 0.1):
            return twin
        return self.sites[party]

    def carry(self, asking: Site, ask: Ask) -> None:
        life = asking.life
        open_ = [True]

        def take(status: int, body: bytes) -> None:
            """The first answer counts, as long as the process lives that asked."""
            if open_.pop() and asking.life == life:
                asking.take(Answered(ask.key, status, body))
            open_.append(False)

        def come_back(status: int, body: bytes) -> None:
            if not self._is_lost(asking.party, ask.party):
                self.at(self._delay(), lambda: take(status, body))

        self.at(ask.timeout_ms, lambda: take(0, b""))
        if self._is_lost(asking.party, ask.party):
            return
        target = self.target_of(asking, ask.party)
        for _ in range(2 if self.choice.random() < self.lossy / 4 else 1):
            self.at(self._delay(), lambda: self._arrive(target, ask, come_back))

    def _arrive(self, target: Site, ask: Ask, come_back: Callable[[int, bytes], None]) -> None:
        if target.node is None:
            come_back(0, b"")
            return
        path = ask.path.split("?")[0]
        if path == "/leaves":
            start, final = (int(part.split("=")[1]) for part in ask.path.split("?")[1].split("&")[:2])
            self._serve_leaves(target, start, final, self.now + PULL_MS, come_back)
        elif path == "/add-checkpoint":
            head = parse_checkpoint(parse_note(parse_offer(ask.body).note).text)
            self.offered.setdefault(head.size, head.root)
            ticket = self._ticket(lambda status, body: self._note_cosignature(target, ask, status, body, come_back))
            target.take(CheckpointOffered(ticket, ask.body))
        elif path == "/entries":
            self.hand_in(target, _split(ask.body), lambda answers: come_back(200, msgspec.json.encode(answers)))

    def _serve_leaves(
        self, target: Site, start: int, final: int, until: int, come_back: Callable[[int, bytes], None]
    ) -> None:
        """Answer a pull when there is something new, or the time is up."""
        if target.size() <= start and target.final_size <= final and self.now < until:
            self.at(10, lambda: self._serve_leaves(target, start, final, until, come_back))
            return
        with target.store.snapshot() as snapshot:
            come_back(200, Moment(snapshot, cosigner_name="").pulled(start))

    def hand_in(
        self, site: Site, notes: list[bytes], then: Callable[[list[object]], None] = lambda answers: None
    ) -> None:
        """Hand entries in at a site, as the HTTP layer does."""
        answers: list[object] = []

        def take(status: int, body: bytes) -> None:
            answers.append(msgspec.json.decode(body))
            if status in (200, 202):
                self.acked.add(bytes.fromhex(msgspec.json.decode(body)["text"]))
            if len(answers) == len(notes):
                then(answers)

        site.take(Submitted(tuple((self._ticket(take), note) for note in notes)))

    def answer(self, ticket: int, status: int, body: bytes) -> None:
        then = self._waiting.pop(ticket, None)
        if then is not None:
            then(status, body)

    def _ticket(self, then: Callable[[int, bytes], None]) -> int:
        ticket = next(self._tickets)
        self._waiting[ticket] = then
        return ticket

    def _note_cosignature(
        self, target: Site, ask: Ask, status: int, body: bytes, come_back: Callable[[int, bytes], None]
    ) -> None:
        if status == 200:
            head = parse_checkpoint(parse_note(parse_offer(ask.body).note).text)
            known = self.cosigned.setdefault(target.name, {}).setdefault(head.size, head.root)
            assert known == head.root, f"{target.name} cosigned two roots of size {head.size}"
        come_back(status, body)

    def _is_lost(self, one: str, other: str) -> bool:
        return frozenset((one, other)) in self._cut or self.choice.random() < self.lossy

    def _delay(self) -> int:
        return self.choice.randrange(1, self.slow_ms)

    # -- what must hold -------------------------------------------------------------------------------------------

    def note_final(self, site: Site) -> None:
        """Whenever a head becomes final anywhere: one root per size ever does, and what was final stays."""
        size, root = site.final()
        assert self.finals.setdefault(size, root) == root, f"two roots of size {size} are final"
        assert size >= site.final_size, f"the final head of {site.name} shrank from {site.final_size} to {size}"
        site.final_size = size

    def check_end(self) -> None:
        """When all is quiet: all logs equal, each entry once, nothing acknowledged lost, every final head a prefix."""
        logs = {name: site.leaves() for name, site in self.sites.items()}
        leaves = logs[OPERATOR]
        assert all(log == leaves for log in logs.values()), "the nodes do not hold the same log"
        texts = [text_hash_of(leaf) for leaf in leaves]
        assert len(set(texts)) == len(texts), "an entry is in the log twice"
        assert self.acked <= set(texts), f"{len(self.acked - set(texts))} acknowledged entries are lost"
        assert all(entry_of(leaf) for leaf in leaves)
        hashes = [leaf_hash(leaf) for leaf in leaves]
        for name, site in self.sites.items():
            with site.store.snapshot() as snapshot:
                held = read_cosigned(snapshot)
            signed = max(self.cosigned.get(name, {0: b""}))
            assert signed <= (0 if held is None else held.size), f"{name} has forgotten that it cosigned {signed}"
        assert set(self.offered) <= set(self.finals), "a proposal was replaced before it was final"
        for size, root in [*self.finals.items(), *(item for heads in self.cosigned.values() for item in heads.items())]:
            assert root_hash(hashes[:size]) == root, f"the head of size {size} is not a prefix of the log"


def _split(body: bytes) -> list[bytes]:
    notes, at = [], 0
    while at < len(body):
        end = at + 2 + int.from_bytes(body[at : at + 2], "big")
        notes.append(body[at + 2 : end])
        at = end
    return notes
