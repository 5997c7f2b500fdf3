"""The HTTP surface of a node: one application, its routers, its errors, its status."""

import time
from typing import Any

import msgspec
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from ledger.errors import LedgerError
from node.blobs import EntryFiles
from node.config import Config
from node.http.auth import Credentials
from node.http.body import BodyRoom
from node.http.errors import HttpError, answer_http_error, answer_ledger_error
from node.http.receipts import receipts_router
from node.http.routes import get_and_head
from node.http.submit import submit_router
from node.http.tiles import tiles_router
from node.http.witness import witness_router
from node.runtime import Runtime
from node.vault import Vault
from node.views import Views


def create_app(
    config: Config, *, runtime: Runtime, views: Views, files: EntryFiles, vault: Vault, credentials: Credentials
) -> FastAPI:
    """Put the application together."""
    app = FastAPI(title="Mingzhang node", version="1", docs_url=None, redoc_url=None, redirect_slashes=False)
    app.state.body_room = BodyRoom()
    app.add_exception_handler(HttpError, answer_http_error)
    app.add_exception_handler(LedgerError, answer_ledger_error)
    app.add_exception_handler(RequestValidationError, _answer_validation_error)
    app.add_exception_handler(HTTPException, _answer_no_route)
    started = time.monotonic()

    @get_and_head(app, "/healthz", tags=["operation"])
    async def healthz() -> Response:
        """200 while this node takes entries in; 503 with the reason when it does not."""
        if runtime.failure is not None:
            raise HttpError(503, "store", where="node", message=runtime.failure)
        return Response("ok\n", media_type="text/plain")

    @get_and_head(app, "/status", tags=["operation"])
    def status() -> Response:
        """Whether this node is in step, and what people must look at."""
        with views.moment() as moment:
            head, final = moment.head(), moment.final()
        content = {
            "alarms": dict(sorted(runtime.alarms.items())),
            "epoch": head.epoch,
            "final_size": 0 if final is None else final.size,
            "operator": config.node.operator,
            "origin": config.node.origin,
            "party": config.node.name,
            "root": head.root.hex(),
            "size": head.size,
            "time_unix_ms": head.time_unix_ms,
            "up_s": int(time.monotonic() - started),
            "waiting": runtime.waiting,
            "writing": runtime.failure is None,
        }
        body = msgspec.json.encode(content)
        return Response(body, media_type="application/json", headers={"cache-control": "no-store"})

    app.include_router(tiles_router(views))
    app.include_router(witness_router(runtime, views, origin=config.node.origin))
    limit = config.limits.body_bytes_max
    app.include_router(submit_router(runtime, views, files, credentials, body_bytes_max=limit))
    app.include_router(receipts_router(views, files, vault, credentials, party=config.node.name,
                                       origin=config.node.origin, body_bytes_max=limit))
    return app


def _answer_no_route(_: Request, error: Exception) -> JSONResponse:
    """A path or method that is none of ours. It may be one tomorrow, so nobody keeps the answer."""
    assert isinstance(error, HTTPException)
    content = {"error": "NotFound", "message": str(error.detail), "reason": "no_route", "where": "path"}
    headers = {**(error.headers or {}), "cache-control": "no-store"}
    return JSONResponse(content, status_code=error.status_code, headers=headers)


def _answer_validation_error(_: Request, error: Exception) -> JSONResponse:
    """A query or path of another form. What was sent is not repeated: it may be anything."""
    assert isinstance(error, RequestValidationError)
    first: dict[str, Any] = dict(error.errors()[0])
    content = {"error": "FormatError", "message": first["msg"], "reason": "format",
               "where": ".".join(str(part) for part in first["loc"])}
    return JSONResponse(content, status_code=400, headers={"cache-control": "no-store"})
