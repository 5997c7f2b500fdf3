"""The desks at four real nodes: entries are handed in over HTTP and count when they are final.

A node that does not answer is asked again: it may just be starting anew. To hand the same entry in twice does no harm,
its text hash is the same.
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
from node.demo.desk import Draft, File, Keys, morning_unix_ms, sign
from node.demo.supervisor import Site, Supervisor
from node.errors import NodeError
from node.machines.outbox import Placed
from node.ports import Random, file_path

PATIENCE_S = 60
_WAIT_S = 20
_PAUSE_S = 0.1
_BINARY = "application/octet-stream"


class NodeDesk:
    """The desks of all parties, each at its own node."""

    def __init__(self, supervisor: Supervisor, *, random: Random) -> None:
        self._supervisor = supervisor
        self._random = random
        self._today = date.min
        self._clients = {party: _client(site) for party, site in supervisor.sites.items()}
        self._pool = ThreadPoolExecutor(len(self._clients))

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
        """Sign the drafts and hand each in at the node of its first party; their leaf indices, once all are final.

        Raises:
            Rejected: a rule refused one of them.
            NodeError: a node does not answer, or nothing becomes final.
        """
        at_node: dict[str, list[int]] = {}
        for place, draft in enumerate(drafts):
            at_node.setdefault(draft.parties[0], []).append(place)
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
        answer = self._ask(party, "PUT", f"/openings/{root.hex()}", content=_bundle(records))
        if answer.status_code != httpx.codes.NO_CONTENT:
            raise NodeError(f"openings of {root.hex()}: the node of {party} answers {answer.text}")

    def close(self) -> None:
        """Hang up."""
        self._pool.shutdown()
        for client in self._clients.values():
            client.close()

    def _hand_in(self, party: str, notes: list[bytes], files: list[File]) -> list[int]:
        for file in files:
            path = file_path(file.kind, file.address)
            answer = self._ask(party, "PUT", path, content=file.content)
            if answer.status_code != httpx.codes.NO_CONTENT:
                raise NodeError(f"{file.kind} {file.address.hex()}: the node of {party} answers {answer.text}")
        bundle = _bundle(notes)
        path = f"/entries?wait=final&wait_s={_WAIT_S}"
        until = time.monotonic() + PATIENCE_S
        while True:
            answer = self._ask(party, "POST", path, content=bundle)
            if answer.status_code == httpx.codes.OK:
                indices = [self._index(place) for place in msgspec.json.decode(answer.content)]
                if None not in indices:
                    return [index for index in indices if index is not None]
            if time.monotonic() > until:
                text = text_hash(parse_note(notes[0]).text).hex()
                raise NodeError(f"entry {text} is not final after {PATIENCE_S} s: {answer.text}",
                                next_step=f"Look into the log of the node of {party}.")
            time.sleep(_PAUSE_S)

    def _index(self, said: dict[str, object]) -> int | None:
        """The leaf index of an entry that is final; None while it is not. Raises Rejected."""
        if "error" in said or said["state"] == "rejected":
            reason, message = str(said["reason"]), str(said["message"])
            raise Rejected(reason, message.removeprefix(f"{reason}: "))
        place = msgspec.convert(said, Placed)
        return place.index if place.state == "final" else None

    def _ask(self, party: str, method: str, path: str, *, content: bytes) -> httpx.Response:
        """Ask a node until it answers."""
        until = time.monotonic() + PATIENCE_S
        while True:
            try:
                answer = self._clients[party].request(
                    method, path, content=content, headers={"content-type": _BINARY}
                )
            except httpx.TransportError as error:
                failure = repr(error)
            else:
                if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE:
                    return answer
                failure = answer.text
            if time.monotonic() > until:
                raise NodeError(f"the node of {party} does not answer: {failure}",
                                next_step="Its log says why: node.log in its directory.")
            time.sleep(_PAUSE_S)


def _bundle(parts: Sequence[bytes]) -> bytes:
    """Parts one after another, each with its length before it."""
    return b"".join(len(part).to_bytes(2, "big") + part for part in parts)


def _client(site: Site) -> httpx.Client:
    headers = {"authorization": f"Bearer {site.token}"}
    return httpx.Client(base_url=site.url, headers=headers, timeout=_WAIT_S + 10, trust_env=False)
