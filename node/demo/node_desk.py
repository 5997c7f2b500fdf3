"""The desks at real nodes, one a party: entries are handed in over HTTP and count when they are final.

To hand the same entry in twice, to a node that was started anew, does no harm: its text hash is the same.
"""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import httpx
import msgspec

from ledger.commitment import text_hash
from ledger.errors import Rejected
from ledger.note import parse_note
from node.demo.asking import PATIENCE_S, PAUSE_S, Asker
from node.demo.desk import Draft, File, Keys, morning_unix_ms, sign
from node.demo.supervisor import Supervisor
from node.errors import NodeError
from node.machines.bulk import encode_files, packages
from node.machines.outbox import Placed
from node.ports import NamedFile, Random

_WAIT_S = 20


class NodeDesk:
    """The desks of all parties, each at its own node."""

    def __init__(self, supervisor: Supervisor, *, random: Random) -> None:
        self._supervisor = supervisor
        self._random = random
        self._today = date.min
        self._askers = {party: Asker(site) for party, site in supervisor.sites.items()}
        self._pool = ThreadPoolExecutor(len(self._askers))

    @property
    def keys(self) -> Keys:
        """The log and the parties."""
        return self._supervisor.keys

    @property
    def today(self) -> date:
        """The day it is."""
        return self._today

    def clock(self, day: date) -> None:
        """Let it be the morning of `day`. What was handed in before is final: `submit` waits for that."""
        if day > self._today:
            self._today = day
            self._supervisor.set_clock(morning_unix_ms(day))

    def submit(self, drafts: Sequence[Draft]) -> list[int]:
        """Sign the drafts and hand each in at the node of its office; their leaf indices, once all are final.

        Raises:
            Rejected: a rule refused one of them.
            NodeError: a node does not answer, or nothing becomes final.
        """
        at_node: dict[str, list[int]] = {}
        for place, draft in enumerate(drafts):
            at_node.setdefault(draft.office, []).append(place)
        notes = [sign(draft, keys=self.keys, today=self._today, random=self._random) for draft in drafts]

        def hand_in(party: str) -> list[int]:
            places = at_node[party]
            files = [file for place in places for file in drafts[place].files]
            return self._hand_in(party, [notes[place] for place in places], files)

        indices = [0] * len(drafts)
        for party, found in zip(at_node, self._pool.map(hand_in, at_node), strict=True):
            for place, index in zip(at_node[party], found, strict=True):
                indices[place] = index
        return indices

    def keep(self, party: str, root: bytes, records: Sequence[bytes]) -> None:
        """Keep in the party's vault what opens the lines of a batch.

        Raises:
            NodeError: the node does not answer, or does not take it.
        """
        self._askers[party].put(f"/openings/{root.hex()}", _bundle(records))

    def close(self) -> None:
        """Hang up."""
        self._pool.shutdown()
        for asker in self._askers.values():
            asker.close()

    def _hand_in(self, party: str, notes: list[bytes], files: list[File]) -> list[int]:
        named = [NamedFile(file.kind, file.address, file.content) for file in files]
        for some in packages(named):
            self._askers[party].put("/files", encode_files(some))
        bundle = _bundle(notes)
        path = f"/entries?wait=final&wait_s={_WAIT_S}"
        until = time.monotonic() + PATIENCE_S
        while True:
            answer = self._askers[party].ask("POST", path, content=bundle)
            if answer.status_code == httpx.codes.OK:
                indices = [self._index(place) for place in msgspec.json.decode(answer.content)]
                if None not in indices:
                    return [index for index in indices if index is not None]
            if time.monotonic() > until:
                text = text_hash(parse_note(notes[0]).text).hex()
                raise NodeError(f"entry {text} is not final after {PATIENCE_S} s: {answer.text}",
                                next_step=f"Look into the log of the node of {party}.")
            time.sleep(PAUSE_S)

    def _index(self, said: dict[str, object]) -> int | None:
        """The leaf index of an entry that is final; None while it is not. Raises Rejected."""
        if "error" in said or said["state"] == "rejected":
            reason, message = str(said["reason"]), str(said["message"])
            raise Rejected(reason, message.removeprefix(f"{reason}: "))
        place = msgspec.convert(said, Placed)
        return place.index if place.state == "final" else None


def _bundle(parts: Sequence[bytes]) -> bytes:
    """Parts one after another, each with its length before it."""
    return b"".join(len(part).to_bytes(2, "big") + part for part in parts)
