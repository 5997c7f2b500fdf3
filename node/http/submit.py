"""Handing in entries and the files they name, and asking what became of them."""

import asyncio
from collections import deque
from collections.abc import Iterable
from typing import Annotated, Literal

import msgspec
from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response

from ledger.errors import FormatError
from node.blobs import EntryFiles
from node.http.auth import PARTY, Credentials
from node.http.body import read_body
from node.http.errors import HttpError
from node.http.files import files_router
from node.http.numbers import Number
from node.http.routes import get_and_head
from node.http.spelling import hash_in_path
from node.http.witness import as_response
from node.machines.events import Reply
from node.machines.outbox import Placed
from node.runtime import Runtime
from node.views import Views

WAIT_S_MAX = 30
BUNDLE = "application/octet-stream"
BUNDLE_ENTRIES_MAX = 4_096
BUNDLE_BYTES_MAX = 8 << 20

Wait = Literal["received", "sequenced", "final"]
_SHORT_OF = {"received": (), "sequenced": ("received",), "final": ("received", "sequenced")}
_NO_STORE = {"cache-control": "no-store"}
_FOR_EVER = {"cache-control": "public, max-age=31536000, immutable"}


def submit_router(
    runtime: Runtime, views: Views, files: EntryFiles, credentials: Credentials, *, body_bytes_max: int
) -> APIRouter:
    """Routes for entries, leaves and files."""
    router = APIRouter(tags=["entries"])

    async def places_of(texts: Iterable[str], *, wait: Wait, until: float) -> dict[str, Placed | None]:
        """Where entries stand, by text hash, once all stand where `wait` says or the time is up."""
        places: dict[str, Placed | None] = {}
        left = deque(dict.fromkeys(texts))
        is_late = False
        while left:
            change = runtime.changes.next()
            with views.moment() as moment:
                while left:
                    place = moment.place(bytes.fromhex(left[0]))
                    if place is not None and place.state in _SHORT_OF[wait] and not is_late:
                        break  # those behind it are looked at when it is there: each of them once or twice, not always
                    places[left.popleft()] = place
            is_late = bool(left) and not await change.wait(until=until)
        return places

    async def answers_to(replies: list[Reply], *, wait: Wait, until: float) -> list[Placed | msgspec.Raw]:
        """What became of entries that were handed in; the errors as the machines gave them."""
        given = [
            msgspec.json.decode(reply.body, type=Placed) if reply.status in (200, 202) else msgspec.Raw(reply.body)
            for reply in replies
        ]
        texts = (place.text for place in given if isinstance(place, Placed))
        places = await places_of(texts, wait=wait, until=until) if wait != "received" else {}
        return [places.get(place.text) or place if isinstance(place, Placed) else place for place in given]

    @router.post("/entries", response_class=Response)
    async def submit(
        request: Request, wait: Wait = "received", wait_s: Annotated[Number, Query(ge=0, le=WAIT_S_MAX)] = 10
    ) -> Response:
        """Hand in one entry (the note), or many (`application/octet-stream`: u16 length || note, one after another).

        Answers when all are received: synced here. `wait` holds the answer back until they are sequenced or final, for
        `wait_s` seconds at most; the state in the answer says what is true.
        """
        body = await read_body(request, bytes_max=min(BUNDLE_BYTES_MAX, body_bytes_max))
        many = request.headers.get("content-type", "").split(";")[0].strip().lower() == BUNDLE
        replies = await runtime.submit(split_bundle(body, entries_max=BUNDLE_ENTRIES_MAX) if many else [body])
        until = asyncio.get_running_loop().time() + wait_s
        answers = await answers_to(replies, wait=wait, until=until)
        if many:
            return _json(answers)
        answer = answers[0]
        if isinstance(answer, msgspec.Raw):
            return as_response(replies[0])
        return _json(answer, status={"received": 202, "rejected": 422}.get(answer.state, 200))

    @get_and_head(router, "/entries/by-text/{text}")
    async def by_text(
        text: str, wait: Wait = "received", wait_s: Annotated[Number, Query(ge=0, le=WAIT_S_MAX)] = 10
    ) -> Response:
        """Where the entry with this text hash stands at this node."""
        until = asyncio.get_running_loop().time() + wait_s
        name = hash_in_path(text, where="text").hex()
        place = (await places_of([name], wait=wait, until=until))[name]
        if place is None:
            raise HttpError(404, "unknown", where="text", message="this node has no entry with this text hash")
        return _json(place)

    @get_and_head(router, "/entries/{index}")
    def by_index(index: Annotated[Number, Path(ge=0, lt=2**63)]) -> Response:
        """A leaf of the final log."""
        with views.moment() as moment:
            final = moment.final()
            leaf = None if final is None or index >= final.size else moment.leaf(index)
        if leaf is None:
            raise HttpError(404, "not_final", where="index", message="the final log does not reach so far")
        return Response(leaf, media_type="text/plain; charset=utf-8", headers=_FOR_EVER)

    @router.get("/leaves", response_class=Response)
    async def leaves(
        request: Request,
        start: Annotated[Number, Query(alias="from", ge=0, lt=2**63)],
        final: Annotated[Number, Query(ge=0, lt=2**63)] = 0,
        wait: Annotated[Number, Query(ge=0, le=WAIT_S_MAX)] = 0,
    ) -> Response:
        """For parties: leaves from `from` on, final or not, and the newest final checkpoint.

        Where there are none and the final head is `final`, the answer is held back for `wait` seconds at most.
        """
        credentials.require(request, PARTY)
        until = asyncio.get_running_loop().time() + wait
        while True:
            change = runtime.changes.next()
            with views.moment() as moment:
                head, known = moment.head().size, moment.final()
                if head > start or (known is not None and known.size > final):
                    return Response(moment.pulled(start), media_type=BUNDLE, headers=_NO_STORE)
            if not await change.wait(until=until):
                with views.moment() as moment:
                    return Response(moment.pulled(start), media_type=BUNDLE, headers=_NO_STORE)

    router.include_router(files_router(files, credentials, body_bytes_max=body_bytes_max))
    return router


def split_bundle(body: bytes, *, entries_max: int) -> list[bytes]:
    """The parts of a bundle: u16 length || part, one after another.

    Raises:
        FormatError: the last part does not end where the body does, or there is none.
        HttpError: 413 where there are more than `entries_max`.
    """
    notes: list[bytes] = []
    at = 0
    while at < len(body):
        start = at + 2
        at = start + int.from_bytes(body[at:start], "big")
        notes.append(body[start:at])
    if at != len(body) or not notes:
        raise FormatError(f"bundle: entry {len(notes)} ends at byte {at}, the body has {len(body)}")
    if len(notes) > entries_max:
        raise HttpError(413, "too_long", where="body", message=f"expected at most {entries_max} entries")
    return notes


def _json(content: object, *, status: int = 200) -> Response:
    return Response(msgspec.json.encode(content), status_code=status, media_type="application/json", headers=_NO_STORE)
