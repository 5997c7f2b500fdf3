"""The read API of C2SP tlog-tiles: the final log, for everybody."""

import gzip
import re

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from ledger.errors import FormatError
from ledger.tile import parse_tile_path
from node.http.errors import HttpError
from node.http.routes import get_and_head
from node.http.spelling import check_spelling
from node.views import Views

_FOR_EVER = {"cache-control": "public, max-age=31536000, immutable"}
_NOT_AT_ALL = {"cache-control": "no-store"}
_NO_WEIGHT = re.compile(r"q=0(?:\.0{0,3})?", re.ASCII)


def tiles_router(views: Views) -> APIRouter:
    """Routes for the checkpoint and the tiles."""
    router = APIRouter(tags=["tlog-tiles"], dependencies=[Depends(check_spelling)])

    @get_and_head(router, "/checkpoint")
    def checkpoint() -> Response:
        """The newest final checkpoint with its cosignatures."""
        with views.moment() as moment:
            note = moment.checkpoint()
        if note is None:
            raise HttpError(404, "nothing_final", where="checkpoint", message="no head of this log is final yet")
        return Response(note, media_type="text/plain; charset=utf-8", headers=_NOT_AT_ALL)

    @get_and_head(router, "/tile/{path:path}")
    def tile(path: str, request: Request) -> Response:
        """A tile of hashes, or a bundle of leaves (`tile/entries/…`), also a partial one; a bundle as gzip if asked."""
        try:
            place = parse_tile_path(f"tile/{path}")
        except FormatError as error:
            raise HttpError(404, "no_such_tile", where="path", message=str(error)) from None
        with views.moment() as moment:
            content = moment.tile(place)
        if content is None:
            raise HttpError(404, "no_such_tile", where="path", message="the final log does not reach so far")
        headers = dict(_FOR_EVER)
        if place.level is None:
            headers["vary"] = "accept-encoding"
            if takes_gzip(request.headers.get("accept-encoding", "")):
                headers["content-encoding"] = "gzip"
                # Without a time in it, the same bundle is the same bytes for ever in this form, too.
                content = gzip.compress(content, compresslevel=6, mtime=0)
        return Response(content, media_type="application/octet-stream", headers=headers)

    return router


def takes_gzip(accepted: str) -> bool:
    """Whether a header Accept-Encoding names gzip, and not with a weight of 0."""
    for item in accepted.lower().split(","):
        coding, _, weight = (part.strip(" \t") for part in item.partition(";"))
        if coding == "gzip":
            return not _NO_WEIGHT.fullmatch(weight)
    return False
