"""The witness API of C2SP tlog-witness: offer a checkpoint to cosign, and see the last one that was."""

import hashlib

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from node.http.body import read_body
from node.http.errors import HttpError
from node.http.routes import get_and_head
from node.http.spelling import check_spelling
from node.machines.events import Reply
from node.runtime import Runtime
from node.views import Views

OFFER_BYTES_MAX = 64 * 46 + 256 * 1024  # 63 hashes, and the longest note


def witness_router(runtime: Runtime, views: Views, *, origin: str) -> APIRouter:
    """Routes for add-checkpoint and the monitoring endpoint."""
    router = APIRouter(tags=["tlog-witness"], dependencies=[Depends(check_spelling)])
    origin_hash = hashlib.sha256(origin.encode()).hexdigest()

    @router.post("/add-checkpoint", response_class=Response)
    async def add_checkpoint(request: Request) -> Response:
        """Cosign a checkpoint that extends the last one cosigned here."""
        return as_response(await runtime.offer(await read_body(request, bytes_max=OFFER_BYTES_MAX)))

    @get_and_head(router, f"/{origin_hash}/checkpoint")
    def witnessed() -> Response:
        """The newest final checkpoint with this party's cosignature."""
        with views.moment() as moment:
            note = moment.witnessed()
        if note is None:
            raise HttpError(404, "nothing_cosigned", where="checkpoint", message="no final head is cosigned here yet")
        return Response(note, media_type="text/plain; charset=utf-8", headers={"cache-control": "no-store"})

    return router


def as_response(reply: Reply) -> Response:
    """A machine's reply as an answer."""
    headers = {"cache-control": "no-store"}
    if reply.retry_after_s is not None:
        headers["retry-after"] = str(reply.retry_after_s)
    # Given as a header: Starlette would add a charset to `text/x.tlog.size`.
    headers["content-type"] = reply.media_type
    return Response(reply.body, status_code=reply.status, headers=headers)
