"""The replica: follows the operator's log and replays every leaf under the rules before it becomes part of this one.

An answer of the operator is `u32 length || final checkpoint`, then leaves as in an entry bundle (ledger.tile). Files
that leaves name are fetched, many at once (machines/bulk.py), and checked against their names, before the leaves are
replayed. A leaf that is not valid
ends the following, for good: this node vouches for nothing from there on, and says so.
"""

from dataclasses import dataclass

from ledger.commitment import text_hash
from ledger.entry import parse_entry
from ledger.errors import FormatError, LedgerError, Missing, SignatureError
from ledger.keys import SigningKey
from ledger.leaf import entry_of
from ledger.note import parse_note
from ledger.proof import root_from_nodes
from ledger.sequence import needs
from node.machines.bulk import ANSWER_BYTES_MAX, FILES_MAX, decode_files, encode_names
from node.machines.charter import CharterReader, parse_charter
from node.machines.events import Alarm, Answered, Ask, BecameFinal, Calm, Effect, Event, Grew, Keep, Refusal, Ticked
from node.machines.final import FINAL, Final, read_final, verify_final
from node.machines.refusal import sign_refusal
from node.machines.tail import Tail, read_node, refusal_of, text_hash_of, undo_rows
from node.ports import FileName, Store, WritableBlobs

PULL_WAIT_S = 10  # how long the operator holds an answer back while there is nothing new
PULL_TIMEOUT_MS = 20_000
PULL_ANSWER_BYTES_MAX = 4 << 20  # an answer holds 1 MiB of leaves (node.views), or one leaf, and a checkpoint
FILES_TIMEOUT_MS = 60_000
PAUSE_MS = (50, 2_000)  # after an answer that did not come: the first pause and the longest

_PULL = "pull"


@dataclass(frozen=True, slots=True)
class Invalid:
    """Where this node follows no further, and what it says about that: a signed refusal, or a sentence."""

    index: int
    says: bytes


def format_pulled(*, final: bytes, leaves: list[bytes]) -> bytes:
    """The operator's answer to a pull."""
    bundle = b"".join(len(leaf).to_bytes(2, "big") + leaf for leaf in leaves)
    return len(final).to_bytes(4, "big") + final + bundle


def parse_pulled(body: bytes) -> tuple[bytes, list[bytes]]:
    """The final checkpoint (empty if there is none) and the leaves in an answer.

    Raises:
        FormatError: cut off.
    """
    at = 4 + int.from_bytes(body[:4], "big")
    final = body[4:at]
    leaves: list[bytes] = []
    while at < len(body):
        start = at + 2
        at = start + int.from_bytes(body[at:start], "big")
        leaves.append(body[start:at])
    if at > len(body) or len(body) < 4:
        raise FormatError(f"pulled leaves: expected {max(at, 4)} bytes, got {len(body)}")
    return final, leaves


class Replica:
    """Follows the operator; at the operator's own node it has nothing to do."""

    def __init__(
        self,
        store: Store,
        *,
        party: str,
        operator: str,
        genesis: bytes | None,
        entry_key: SigningKey,
        tail: Tail,
        blobs: WritableBlobs,
        charters: CharterReader,
    ) -> None:
        self.party = party
        self.invalid: Invalid | None = None
        self._store = store
        self._operator = operator
        self._genesis = genesis
        self._entry_key = entry_key
        self._tail = tail
        self._blobs = blobs
        self._charters = charters
        self._leaves: list[bytes] = []  # pulled, not replayed; the first follows the log's end
        self._offered: bytes = b""  # the final checkpoint that came with them
        self._missing: list[FileName] = []  # the files that they name and that are not here
        self._fetching = False
        self._pulling = False
        self._next_ms = 0
        self._pause_ms = PAUSE_MS[0]
        with store.snapshot() as snapshot:
            self._final = read_final(snapshot)

    def step(self, event: Event, now: int) -> list[Effect]:
        """Take an answer in, replay what is complete, ask for more."""
        effects: list[Effect] = []
        match event:
            case Answered((str() as machine, "leaves", size), status, body) if machine == _PULL:
                self._pulling = False
                effects = self._take(int(size), status, body, now)
            case Answered((str() as machine, "files"), status, body) if machine == _PULL:
                self._fetching = False
                effects = self._take_files(status, body, now)
            case Ticked():
                pass
            case _:
                return []
        return effects + self._ask(now)

    def _ask(self, now: int) -> list[Effect]:
        if self.party == self._operator or self._pulling or self._fetching or self.invalid or now < self._next_ms:
            return []
        if self._leaves:
            return self._advance(now)
        self._pulling = True
        size, final = self._tail.head.size, 0 if self._final is None else self._final.size
        path = f"/leaves?from={size}&final={final}&wait={PULL_WAIT_S}"
        return [Ask((_PULL, "leaves", str(size)), self._operator, "GET", path, timeout_ms=PULL_TIMEOUT_MS,
                    answer_bytes_max=PULL_ANSWER_BYTES_MAX)]

    def _take(self, size: int, status: int, body: bytes, now: int) -> list[Effect]:
        if status != 200:
            self._rest(now)
            return []
        if size != self._tail.head.size:
            return []
        try:
            self._offered, self._leaves = parse_pulled(body)
        except FormatError as error:
            self._rest(now)
            return [Alarm("operator_garbage", str(error))]
        self._pause_ms = PAUSE_MS[0]
        self._missing = self._find_missing()
        return self._advance(now)

    def _find_missing(self) -> list[FileName]:
        """The files that the pulled leaves name and that are not here, in the order of the leaves."""
        origin = self._tail.origin
        try:
            entries = [parse_entry(entry_of(leaf), origin=origin).entry for leaf in self._leaves]
        except LedgerError:
            return []  # a leaf that cannot be read is found again, with its index, by the replay
        wanted = dict.fromkeys(FileName(need.kind, need.name) for entry in entries for need in needs(entry))
        return [file for file in wanted if not self._blobs.has(*file)]

    def _take_files(self, status: int, body: bytes, now: int) -> list[Effect]:
        """Keep the files that came, and go on: as long as some come, the rest is asked for at once."""
        asked = set(self._missing[:FILES_MAX])
        try:
            files = decode_files(body) if status == 200 else []
            for kind, name, _ in files:
                if FileName(kind, name) not in asked:
                    raise FormatError(f"files: {kind} {name.hex()} was not asked for")
            if files:
                self._blobs.put_many(files)
        except FormatError as error:
            self._rest(now)
            return [Alarm("operator_garbage", str(error))]
        if not files:
            self._rest(now)
            return []
        taken = {FileName(kind, name) for kind, name, _ in files}
        self._missing = [file for file in self._missing if file not in taken]
        return self._advance(now)

    def _advance(self, now: int) -> list[Effect]:
        """Fetch what the pulled leaves name; where all of it is here, replay them."""
        if self._missing:
            self._fetching = True
            return [Ask((_PULL, "files"), self._operator, "POST", "/files", encode_names(self._missing[:FILES_MAX]),
                        timeout_ms=FILES_TIMEOUT_MS, answer_bytes_max=ANSWER_BYTES_MAX)]
        return [*self._replay(now), *self._take_final()]

    def _replay(self, now: int) -> list[Effect]:
        leaves, self._leaves = self._leaves, []
        if not leaves:
            return []
        if self._tail.head.size == 0 and (problem := self._judge_genesis(leaves[0])) is not None:
            return self._end(0, leaves[0], problem)
        draft, error = self._tail.replay(leaves)
        effects: list[Effect] = []
        if draft.leaves:
            self._tail.commit(draft)
            effects.append(Grew(draft.after.size, tuple(text_hash_of(leaf) for leaf in draft.leaves)))
        if isinstance(error, Missing):
            self._rest(now)
        elif error is not None:
            effects += self._end(draft.after.size, leaves[len(draft.leaves)], refusal_of(error))
        return effects

    def _judge_genesis(self, leaf: bytes) -> Refusal | None:
        """Why `leaf` is not the beginning that this party agreed to; None where it is."""
        try:
            note = entry_of(leaf)
            parse_charter(note, origin=self._tail.origin)
            text = text_hash(parse_note(note).text)
        except LedgerError as error:
            return refusal_of(error)
        if self._genesis is None or self._genesis == text:
            return None
        return Refusal("genesis", f"expected the charter {self._genesis.hex()}, got {text.hex()}")

    def _end(self, index: int, leaf: bytes, refusal: Refusal) -> list[Effect]:
        """Follow no further, and say so under this party's name."""
        note = sign_refusal(
            origin=self._tail.origin, index=index, leaf=leaf, refusal=refusal, key=self._entry_key
        )  # fmt: skip
        self.invalid = Invalid(index, note)
        return [Keep(f"invalid-leaf-{index}", leaf), Keep(f"refusal-{index}", note),
                Alarm("invalid_leaf", f"leaf {index} is not valid: {refusal.message}")]

    def _take_final(self) -> list[Effect]:
        """Accept the final head that came with the leaves, where the quorum is right and the leaves here lead to it."""
        charter = self._charters.current()
        if not self._offered or charter is None or (self._final is not None and self._offered == self._final.note):
            return []
        try:
            final = verify_final(self._offered, charter=charter, origin=self._tail.origin)
        except (FormatError, SignatureError) as error:
            return [Alarm("operator_garbage", str(error))]
        if final.size > self._tail.head.size or final.size < (0 if self._final is None else self._final.size):
            return []
        if self._root_here(final.size) != final.root:
            message = f"a final head of size {final.size} has another root than the leaves here; both are kept"
            self.invalid = Invalid(final.size, f"{message}\n".encode())
            return [Keep(f"final-elsewhere-{final.size}", final.note), Alarm("final_elsewhere", message)]
        return self._keep_final(final)

    def _keep_final(self, final: Final) -> list[Effect]:
        with self._store.snapshot() as snapshot:
            needless = undo_rows(snapshot, final_size=final.size)
        self._store.put_local({FINAL: final.note, **needless})
        self._final = final
        return [Calm("operator_garbage"), BecameFinal(final.size)]

    def _root_here(self, size: int) -> bytes:
        with self._store.snapshot() as snapshot:
            return root_from_nodes(size, lambda level, index: read_node(snapshot, level, index))

    def _rest(self, now: int) -> None:
        self._next_ms = now + self._pause_ms
        self._pause_ms = min(2 * self._pause_ms, PAUSE_MS[1])
