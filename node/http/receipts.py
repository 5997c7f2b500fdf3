"""Receipts: for whoever has the link to a line, for anybody about any entry; and the holder's openings behind them."""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from ledger.errors import FormatError
from ledger.strict import hex_exact
from node.archive import MomentArchive
from node.http.auth import PARTY, Credentials
from node.http.body import read_body
from node.http.errors import HttpError
from node.http.numbers import Number
from node.http.routes import get_and_head
from node.http.submit import split_bundle
from node.openings import Opening, drawer, is_link, link_of, parse_link, parse_record, read_opening
from node.ports import EntryBlobs
from node.vault import Vault
from node.views import Views

_NO_STORE = {"cache-control": "private, no-store"}
_JSON = "application/json"
_RECORDS_MAX = 1_000_000


def receipts_router(
    views: Views, files: EntryBlobs, vault: Vault, credentials: Credentials, *, party: str, origin: str,
    body_bytes_max: int,
) -> APIRouter:  # fmt: skip
    """Routes for receipts and openings."""
    router = APIRouter(tags=["receipts"])

    def require_own(request: Request) -> None:
        if credentials.require(request, PARTY).name != party:
            raise HttpError(403, "forbidden", where="authorization", message=f"expected the token of {party} itself")

    def opening_of(archive: MomentArchive, entry: int, line: int) -> Opening:
        root = archive.root_of(entry)
        opening = None if root is None else read_opening(vault, root, line)
        if opening is None:
            raise HttpError(404, "unknown", where="link", message="nothing is held here under this link; ask the "
                            "organisation that gave it to you")
        return opening

    @get_and_head(router, "/receipts/{link}")
    def line_receipt(link: str) -> Response:
        """The receipt of the person to whom the link was given."""
        entry, line = parse_link(link)
        with views.moment() as moment:
            archive = MomentArchive(moment, files, origin=origin)
            opening = opening_of(archive, entry, line)
            if not is_link(link, entry=entry, line=line, salt=opening.salt):
                raise HttpError(404, "unknown", where="link", message="nothing is held here under this link; ask the "
                                "organisation that gave it to you")
            return Response(archive.line_receipt(entry, line, opening), media_type=_JSON, headers=_NO_STORE)

    @get_and_head(router, "/entries/{index}/receipt")
    def entry_receipt(index: Annotated[Number, Path(ge=0, lt=2**53)]) -> Response:
        """The receipt of any entry of the final log, for anybody."""
        with views.moment() as moment:
            archive = MomentArchive(moment, files, origin=origin)
            return Response(archive.entry_receipt(index), media_type=_JSON, headers={"cache-control": "no-store"})

    @router.get("/openings/{entry}/{line}/link", response_class=Response)
    def line_link(
        request: Request, entry: Annotated[Number, Path(ge=0, lt=2**53)], line: Annotated[Number, Path(ge=0, lt=2**20)]
    ) -> Response:
        """For the holder: the link to give to the person of a line."""
        require_own(request)
        with views.moment() as moment:
            opening = opening_of(MomentArchive(moment, files, origin=origin), entry, line)
        return Response(link_of(entry, line, opening.salt) + "\n", media_type="text/plain", headers=_NO_STORE)

    @router.put("/openings/{root}", response_class=Response)
    async def put_openings(request: Request, root: str) -> Response:
        """For the holder: keep what opens a batch, one record a line (u16 length || record, one after another)."""
        require_own(request)
        name = drawer(_root(root))
        body = await read_body(request, bytes_max=body_bytes_max)

        def keep() -> None:
            records = split_bundle(body, entries_max=_RECORDS_MAX)
            for record in records:
                parse_record(record)
            vault.put(name, records)

        await run_in_threadpool(keep)
        return Response(status_code=204)

    @router.delete("/openings/{root}/{line}", response_class=Response)
    def erase(request: Request, root: str, line: Annotated[Number, Path(ge=0, lt=2**20)]) -> Response:
        """For the holder: destroy what opens one line. Every proof holds; nobody can tell any more whose it was."""
        require_own(request)
        vault.erase(drawer(_root(root)), line)
        return Response(status_code=204)

    return router


def _root(text: str) -> str:
    try:
        return hex_exact(text, what="root", size=32).hex()
    except FormatError as error:
        raise HttpError(400, "format", where="root", message=str(error)) from None
