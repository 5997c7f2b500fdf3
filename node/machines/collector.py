"""The collector: asks every party to cosign the open proposal, and makes the head final when the quorum has.

    local    proposal     the log-signed checkpoint that is open; no row when none is
             final        see final.py

A proposal is repeated to each party until it answers, and never replaced. While none is open, the cosignatures of the
newest final head are asked for anew once a minute, so that silence shows; parties that came late are asked for theirs.
"""

from dataclasses import dataclass

from ledger.checkpoint import parse_checkpoint
from ledger.cosignature import verify_cosignature
from ledger.errors import FormatError, SignatureError
from ledger.note import Note, Signature, format_note, parse_note, parse_signatures
from ledger.proof import prove_consistency
from ledger.state import row_key
from ledger.strict import decimal
from node.machines.charter import Charter, CharterReader
from node.machines.events import Alarm, Answered, Ask, BecameFinal, Calm, Effect, Event, Grew, Ticked
from node.machines.final import FINAL, cosigners, format_final, read_final
from node.machines.offer import format_offer
from node.machines.tail import read_node, undo_rows
from node.ports import Store

REFRESH_MS = 60_000
OFFSET_MS_MAX = 30_000  # a party whose clock differs by more from this one is asked again soon
RECHECK_MS = 5_000
ASK_TIMEOUT_MS = 5_000
ANSWER_BYTES_MAX = 64 << 10  # a line a cosigner, or a sentence
BEHIND_MS = 200  # before a party that is behind is asked again; it has waited for its leaves itself
RETRY_MS = (50, 2_000)  # the first pause before a party is asked again, and the longest

PROPOSAL = row_key("proposal")
_COLLECT = "collect"


@dataclass(slots=True)
class _Party:
    """How it stands with one party."""

    old: int  # the size that it cosigned last, as far as known
    asked: bool = False
    next_ms: int = 0
    pause_ms: int = RETRY_MS[0]
    offset_ms: int | None = None  # its clock less ours, when its newest cosignature came; None: not known
    is_stale: bool = False  # it was asked before this clock jumped: when it answers tells nothing


class Collector:
    """Gathers cosignatures at the operator."""

    def __init__(self, store: Store, *, charters: CharterReader) -> None:
        self._store = store
        self._charters = charters
        self._parties: dict[str, _Party] = {}
        with store.snapshot() as snapshot:
            proposal = snapshot.local.get(PROPOSAL)
            final = read_final(snapshot)
        self._final_size = 0 if final is None else final.size
        self._now: int | None = None
        self._note: bytes | None = None
        self._size = 0
        self._lines: dict[str, Signature] = {}
        self._open = False
        if proposal is not None:
            self._begin(proposal, is_open=True)
        elif final is not None:
            charter = charters.current()
            assert charter is not None, "a final head has leaf 0"
            signed = parse_note(final.note)
            self._lines = cosigners(final.note, charter=charter)
            log = tuple(line for line in signed.signatures if line not in self._lines.values())
            self._begin(format_note(Note(signed.text, log)), is_open=False)

    @property
    def is_open(self) -> bool:
        """Whether a proposal is open."""
        return self._open

    @property
    def knows_time(self) -> bool:
        """Whether enough other parties for a quorum have cosigned since this node started, or its clock jumped.

        Until then nobody can tell whether this clock is right, and what a wrong one stamps is refused for good.
        """
        charter = self._charters.current()
        return charter is None or len(self._offsets(charter)) >= charter.quorum - 1

    def clock_offset_ms(self) -> int:
        """The median of the other parties' clocks less this one's, each as of its newest cosignature; 0 before any.

        Of two in the middle the nearer one counts: one party's wrong clock does not stop the log.
        """
        charter = self._charters.current()
        offsets = [] if charter is None else sorted(self._offsets(charter))
        middle = offsets[(len(offsets) - 1) // 2 : len(offsets) // 2 + 1]
        return min(middle, key=abs, default=0)

    def propose(self, note: bytes) -> None:
        """Open the proposal `note`, whose row `proposal` is durable."""
        assert not self._open, "one proposal is open at a time"
        self._lines = {}
        self._begin(note, is_open=True)

    def step(self, event: Event, now: int) -> list[Effect]:
        """Take an answer in, then ask whoever is to be asked."""
        self._notice_jump(now)
        effects: list[Effect] = []
        match event:
            case Answered((str() as machine, party, size), status, body) if machine == _COLLECT:
                effects = self._take(party, int(size), status, body, now)
            case Ticked() | Grew():
                pass
            case _:
                return []
        return effects + self._ask(now)

    def _notice_jump(self, now: int) -> None:
        """Between two steps lies a tick at most: where it was long, this clock was set or stood still."""
        if self._now is not None and abs(now - self._now) > OFFSET_MS_MAX:
            for party in self._parties.values():
                party.offset_ms, party.is_stale, party.next_ms = None, party.asked, 0
        self._now = now

    def _offsets(self, charter: Charter) -> list[int]:
        """What is known of the other parties' clocks. The operator's own cosignature has the clock in question."""
        parties = (party for name, party in self._parties.items() if name != charter.operator)
        return [party.offset_ms for party in parties if party.offset_ms is not None]

    def _begin(self, note: bytes, *, is_open: bool) -> None:
        self._note = note
        self._text = parse_note(note).text
        self._size = parse_checkpoint(self._text).size
        self._open = is_open
        for party in self._parties.values():
            party.next_ms, party.pause_ms = 0, RETRY_MS[0]

    def _ask(self, now: int) -> list[Effect]:
        """Ask each party that is due, one request at a time."""
        charter = self._charters.current()
        if charter is None or self._note is None:
            return []
        effects: list[Effect] = []
        for name in charter.cosigners:
            party = self._parties.setdefault(name, _Party(old=self._final_size))
            if party.asked or now < party.next_ms or (self._open and name in self._lines):
                continue
            party.asked = True
            effects.append(self._offer_to(name, party))
        return effects

    def _offer_to(self, name: str, party: _Party) -> Ask:
        assert self._note is not None
        path: list[bytes] = []
        if 0 < party.old < self._size:
            with self._store.snapshot() as snapshot:
                path = prove_consistency(
                    old=party.old, new=self._size, nodes=lambda level, index: read_node(snapshot, level, index)
                )
        body = format_offer(old=party.old, path=path, note=self._note)
        key = (_COLLECT, name, str(self._size))
        return Ask(key, name, "POST", "/add-checkpoint", body, timeout_ms=ASK_TIMEOUT_MS,
                   answer_bytes_max=ANSWER_BYTES_MAX)

    def _take(self, name: str, size: int, status: int, body: bytes, now: int) -> list[Effect]:
        party = self._parties.get(name)
        if party is None:
            return []
        party.asked = False
        is_stale, party.is_stale = party.is_stale, False
        if size != self._size:
            # The answer to an earlier proposal: it says how far the party is, and nothing about this one.
            party.old = size if status == 200 else party.old
            return []
        if status == 200:
            return self._take_lines(name, party, body, now, is_stale=is_stale)
        if status == 409:
            return self._take_size(name, party, body, now)
        if status == 503:
            party.next_ms = now + BEHIND_MS
            return []
        party.next_ms = now + party.pause_ms
        party.pause_ms = min(2 * party.pause_ms, RETRY_MS[1])
        if status == 0:
            return []
        return [Alarm(f"cosigner_{name}", f"{name} refuses size {size} with {status}: {_shown(body)}")]

    def _take_size(self, name: str, party: _Party, body: bytes, now: int) -> list[Effect]:
        """The party cosigned another size last: offer it the same head from there."""
        try:
            old = decimal(body.decode("ascii").removesuffix("\n"), what=f"answer of {name}")
        except (FormatError, UnicodeDecodeError) as error:
            party.next_ms = now + RETRY_MS[1]
            return [Alarm(f"cosigner_{name}", str(error))]
        if old > self._size:
            party.next_ms = now + RETRY_MS[1]
            return [Alarm(f"cosigner_{name}", f"{name} cosigned size {old}, the log's newest head has {self._size}")]
        party.next_ms = now if old != party.old else now + RETRY_MS[1]
        party.old = old
        return []

    def _take_lines(self, name: str, party: _Party, body: bytes, now: int, *, is_stale: bool) -> list[Effect]:
        """A cosignature came: count it, and make the head final with the quorum's last."""
        charter = self._charters.current()
        assert charter is not None, "parties are asked only under a charter"
        # Where the rest cannot be done, be it that the disk is full, the party is asked again in this time.
        party.next_ms = now + RETRY_MS[1]
        try:
            line, time_unix_s = _own_line(body, name, text=self._text, charter=charter)
        except (FormatError, SignatureError) as error:
            return [Alarm(f"cosigner_{name}", f"answer of {name}: {error}")]
        party.old, party.pause_ms = self._size, RETRY_MS[0]
        lines = {**self._lines, name: line}
        effects: list[Effect] = [Calm(f"cosigner_{name}")]
        if len(lines) >= charter.quorum:
            assert self._note is not None
            note = format_final(self._note, lines=lines)
            with self._store.snapshot() as snapshot:
                needless = undo_rows(snapshot, final_size=self._size)
            self._store.put_local({FINAL: note, PROPOSAL: None, **needless})
            self._open, self._final_size = False, self._size
            effects.append(BecameFinal(self._size))
        self._lines = lines
        party.offset_ms = None if is_stale else time_unix_s * 1000 - now
        if party.offset_ms is None:
            party.next_ms = now
        else:
            is_near = abs(party.offset_ms) <= OFFSET_MS_MAX
            party.next_ms = now + (REFRESH_MS if is_near else RECHECK_MS)
        return effects


def _own_line(body: bytes, name: str, *, text: bytes, charter: Charter) -> tuple[Signature, int]:
    """The line of party `name` among the lines of its answer, and its time."""
    key = charter.cosigners[name]
    for line in parse_signatures(body, what=f"answer of {name}"):
        if (line.name, line.key_id) == (key.name, key.key_id):
            return line, verify_cosignature(text, line, key=key)
    raise SignatureError(f"expected a line of {key.name}+{key.key_id.hex()}")


def _shown(body: bytes) -> str:
    return body[:200].decode(errors="replace").strip()
