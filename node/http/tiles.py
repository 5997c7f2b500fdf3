"""The read API of C2SP tlog-tiles: the final log, for everybody."""

from fastapi import APIRouter
from fastapi.responses import Response

from ledger.errors import FormatError
from ledger.tile import parse_tile_path
from node.http.errors import HttpError
from node.views import Views

_FOR_EVER = {"cache-control": "public, max-age=31536000, immutable"}
_NOT_AT_ALL = {"cache-control": "no-store"}


def tiles_router(views: Views) -> APIRouter:
    """Routes for the checkpoint and the tiles."""
    router = APIRouter(tags=["tlog-tiles"])

    @router.api_route("/checkpoint", methods=["GET", "HEAD"], response_class=Response)
    def checkpoint() -> Response:
        """The newest final checkpoint with its cosignatures."""
        with views.moment() as moment:
            note = moment.checkpoint()
        if note is None:
            raise HttpError(404, "nothing_final", where="checkpoint", message="no head of this log is final yet")
        return Response(note, media_type="text/plain; charset=utf-8", headers=_NOT_AT_ALL)

    @router.api_route("/tile/{path:path}", methods=["GET", "HEAD"], response_class=Response)
    def tile(path: str) -> Response:
        """A tile of hashes, or a bundle of leaves (`tile/entries/…`), also a partial one."""
        try:
            place = parse_tile_path(f"tile/{path}")
        except FormatError as error:
            raise HttpError(404, "no_such_tile", where="path", message=str(error)) from None
        with views.moment() as moment:
            content = moment.tile(place)
        if content is None:
            raise HttpError(404, "no_such_tile", where="path", message="the final log does not reach so far")
        return Response(content, media_type="application/octet-stream", headers=_FOR_EVER)

    return router
