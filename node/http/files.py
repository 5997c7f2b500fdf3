"""The files that entries name: one under its path, or many in one request or answer (machines/bulk.py)."""

from collections.abc import Sequence

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from node.blobs import EntryFiles
from node.http.auth import AUDITOR, PARTY, Credentials
from node.http.body import read_body
from node.http.errors import HttpError
from node.http.spelling import hash_in_path
from node.machines.bulk import NAMES_BYTES_MAX, decode_files, decode_names, encode_files, pack
from node.ports import FILE_FOLDERS, FileName

_BINARY = "application/octet-stream"
_PRIVATE = {"cache-control": "private, no-store"}


def files_router(files: EntryFiles, credentials: Credentials, *, body_bytes_max: int) -> APIRouter:
    """Routes for files, one at a time and in bulk."""
    router = APIRouter(tags=["entries"])

    def store(body: bytes) -> None:
        files.put_many(decode_files(body))

    def packed(names: Sequence[FileName]) -> bytes:
        return encode_files(pack(files, names))

    @router.put("/files", response_class=Response)
    async def put_files(request: Request) -> Response:
        """For parties: store many files before the entries that name them; all of them are synced, or none counts."""
        credentials.require(request, PARTY)
        body = await read_body(request, bytes_max=body_bytes_max)
        await run_in_threadpool(store, body)
        return Response(status_code=204)

    @router.post("/files", response_class=Response)
    async def get_files(request: Request) -> Response:
        """For parties and auditors: of the files that the body names as many as fit one answer.

        Those that this node does not hold are left out, and so is what would make the answer too long.
        """
        credentials.require(request, PARTY, AUDITOR)
        names = decode_names(await read_body(request, bytes_max=min(NAMES_BYTES_MAX, body_bytes_max)))
        return Response(await run_in_threadpool(packed, names), media_type=_BINARY, headers=_PRIVATE)

    for kind, folder in FILE_FOLDERS:
        _add_folder(router, files, credentials, kind=kind, folder=folder, body_bytes_max=body_bytes_max)
    return router


def _add_folder(
    router: APIRouter, files: EntryFiles, credentials: Credentials, *, kind: str, folder: str, body_bytes_max: int
) -> None:
    """Routes for single files of one kind."""

    @router.put(f"/{folder}/{{name}}", response_class=Response, name=f"put_{kind}")
    async def put_file(request: Request, name: str) -> Response:
        """For parties: store the file before the entry that names it."""
        credentials.require(request, PARTY)
        address = hash_in_path(name, where="name")
        body = await read_body(request, bytes_max=body_bytes_max)
        await run_in_threadpool(files.put, kind, body, address=address)
        return Response(status_code=204)

    @router.get(f"/{folder}/{{name}}", response_class=Response, name=f"get_{kind}")
    def get_file(request: Request, name: str) -> Response:
        """For parties and auditors: the file that entries name."""
        credentials.require(request, PARTY, AUDITOR)
        content = files.get(kind, hash_in_path(name, where="name"))
        if content is None:
            raise HttpError(404, "unknown", where="name", message=f"this node holds no such {kind}")
        return Response(content, media_type=_BINARY, headers=_PRIVATE)
