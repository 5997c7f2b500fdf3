"""The sequencer: at the operator's node, gives waiting entries their place and time, one proposal at a time.

    local    signed       the newest checkpoint that the log key signed; beside checkpoints it signs nothing but the
                          heads of final ones once more, for COSE (node/cose.py)

Leaves, hashes, state, the signed head and the open proposal are one commit; only then does the collector show it to
others. Nothing is stamped beyond an open proposal, and nothing while this clock is off the other parties' clocks.
"""

from collections.abc import Mapping

from ledger.checkpoint import Checkpoint, sign_checkpoint
from ledger.errors import FormatError, Rejected
from ledger.keys import SigningKey
from ledger.state import row_key
from ledger.validate import CheckedEntry
from node.machines.charter import CharterReader, parse_charter
from node.machines.collector import OFFSET_MS_MAX, PROPOSAL, Collector
from node.machines.events import Alarm, Calm, Effect, Event, Grew, Refusal, Refused
from node.machines.outbox import Outbox
from node.machines.tail import Tail
from node.ports import Store

ENTRIES_MAX = 256  # in one proposal: a party replays it well within the patience of a cosigner
ENTRY_BYTES_MAX = 2 << 20

_SIGNED = row_key("signed")


class Sequencer:
    """Makes proposals."""

    def __init__(
        self,
        store: Store,
        *,
        party: str,
        log_key: SigningKey,
        tail: Tail,
        outbox: Outbox,
        collector: Collector,
        charters: CharterReader,
    ) -> None:
        self._store = store
        self._party = party
        self._log_key = log_key
        self._tail = tail
        self._outbox = outbox
        self._collector = collector
        self._charters = charters

    def step(self, event: Event, now: int) -> list[Effect]:
        """Whatever happened: where no proposal is open and entries wait, make one."""
        if isinstance(event, Grew) or self._collector.is_open or not self._outbox.waiting:
            return []
        if not self._collector.knows_time:
            return []  # nobody has said since the start what time it is; a wrong stamp could never be taken back
        offset = self._collector.clock_offset_ms()
        if abs(offset) > OFFSET_MS_MAX:
            message = f"this clock is {-offset} ms off the median of the parties' clocks; nothing is stamped"
            return [Alarm("clock_off", message)]
        charter = self._charters.current()
        if charter is None:
            return self._found(now)
        if (charter.operator, charter.log) != (self._party, self._log_key.verifier):
            return [Alarm("not_operator", f"the charter names the operator {charter.operator} and the log key "
                          f"{charter.log.vkey}; this node has {self._log_key.verifier.vkey}")]
        return self._propose(self._outbox.first(entries=ENTRIES_MAX, entry_bytes=ENTRY_BYTES_MAX), now)

    def _found(self, now: int) -> list[Effect]:
        """Begin the log with a charter that names this operator and this log key."""
        text, note = next(iter(self._outbox.waiting.items()))
        try:
            charter = parse_charter(note, origin=self._tail.origin)
            if (charter.operator, charter.log) != (self._party, self._log_key.verifier):
                raise Rejected("charter_wrong", f"expected the operator {self._party} and its log key "
                               f"{self._log_key.verifier.vkey}, got {charter.operator} and {charter.log.vkey}")
        except (FormatError, Rejected) as error:
            reason = error.reason if isinstance(error, Rejected) else "format"
            return self._refuse([Refused(text, Refusal(reason, str(error)))])
        return self._propose({text: note}, now)

    def _propose(self, entries: Mapping[bytes, bytes | CheckedEntry], now: int) -> list[Effect]:
        draft, outcomes = self._tail.sequence(entries.items(), time_unix_ms=max(now, self._tail.head.time_unix_ms))
        refused = [Refused(text, outcome) for text, outcome in outcomes if isinstance(outcome, Refusal)]
        if not draft.leaves:
            return self._refuse(refused)
        head = Checkpoint(self._tail.origin, draft.after.size, draft.after.root)
        note = sign_checkpoint(head, key=self._log_key)
        self._tail.commit(draft, {**self._outbox.refusals(refused), PROPOSAL: note, _SIGNED: note})
        self._collector.propose(note)
        texts = tuple(text for text, outcome in outcomes if not isinstance(outcome, Refusal))
        return [Calm("clock_off"), Calm("not_operator"), *refused, Grew(draft.after.size, texts)]

    def _refuse(self, refused: list[Refused]) -> list[Effect]:
        self._store.put_local(self._outbox.refusals(refused))
        return [*refused]
